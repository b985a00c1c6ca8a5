//! Signing up: there is no account before the link in the mail was opened, and nobody learns
//! whether there is one.

use super::{ADA, NEW, sign_up, unproved};
use crate::stories;
use crate::test_app::{PASSWORD, TestApp};
use http::StatusCode;
use sayso::account::model::Role;

stories![
    signing_up_tells_nobody_whether_there_is_an_account,
    there_is_no_account_before_the_button_behind_the_link_was_pressed,
    a_strangers_password_does_not_survive_on_an_account_that_its_owner_confirms,
    a_link_holds_for_a_day_and_an_address_is_sent_few,
    a_corrected_sign_up_in_the_same_browser_counts,
    each_browser_finds_what_was_typed_in_it,
    signing_up_twice_on_a_first_visit_the_link_is_opened_in_the_browser_that_asked,
    a_link_of_somebody_who_was_brought_in_meanwhile_offers_nothing,
    an_e_mail_names_the_platform_and_says_where_its_link_belongs,
];

/// The answer is the same for an address that is free, one that has an account, and one that
/// has an unproved one.
async fn signing_up_tells_nobody_whether_there_is_an_account(site: TestApp) {
    site.member(ADA, "US").await;
    unproved(&site, "ben@example.org").await;
    let mut answers = Vec::new();
    for email in ["carl@example.org", "ADA@example.org", "ben@example.org"] {
        let visitor = site.visitor();
        let answer = sign_up(&visitor, email).await;
        assert_eq!(answer.location(), "/sign-up/sent");
        let page = visitor.get("/sign-up/sent").await;
        // As addresses are compared, which is where the mail goes.
        let email = &email.to_lowercase();
        page.says(&format!("We have sent an e-mail to {email}."));
        page.says("Open the link in this browser.");
        // On this machine alone, and without a mail server, it says where.
        page.says("The e-mail is a file in");
        answers.push((answer.status, page.text().replace(email.as_str(), "it")));
        // Whoever comes to this browser next does not read it.
        let again = visitor.get("/sign-up/sent").await;
        again.says("We have sent you an e-mail.");
        again.does_not_say(email);
    }
    assert!(answers.windows(2).all(|two| two[0] == two[1]));
    let told = site.mail(ADA, "You already have an account with Sayso").await;
    assert!(!told.contains("/confirm?key="), "{told}");
    for email in ["carl@example.org", "ben@example.org"] {
        let told = site.mail(email, "Confirm your address").await;
        assert!(told.contains("/confirm?key=") && !told.contains("Eve"), "{told}");
    }
}

async fn there_is_no_account_before_the_button_behind_the_link_was_pressed(site: TestApp) {
    site.publish(1).await;
    let ada = site.visitor();
    sign_up(&ada, ADA).await;
    assert_eq!(site.count("default").await, 0);
    assert_eq!(site.enter_password(&site.visitor(), ADA).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = site.open_link(&ada, ADA).await;
    page.says("We e-mailed this link to ada@example.org");
    // A program that fetches links on the way of a mail has made nothing.
    assert_eq!(site.count("default").await, 0);
    assert_eq!(ada.get("/settings/privacy").await.status, StatusCode::FOUND);
    assert_eq!(ada.post("/api/confirm", &[]).await.location(), "/settings/privacy");
    ada.get("/settings/privacy").await.says("The exact words.");
    assert_eq!(site.count("default").await, 1);
    // The second press, and the same link once more.
    assert_eq!(ada.post("/api/confirm", &[]).await.location(), "/settings/privacy");
    site.open_link(&site.visitor(), ADA).await.says("This link has been used");
    assert_eq!(site.count("default").await, 1);
}

/// Somebody signs up with an address that is not theirs; its owner opens the link.
async fn a_strangers_password_does_not_survive_on_an_account_that_its_owner_confirms(site: TestApp) {
    let eve = site.visitor();
    sign_up(&eve, ADA).await;
    let ada = site.visitor();
    let page = site.open_link(&ada, ADA).await;
    page.says("you opened it in a different browser");
    assert_eq!(page.field("name"), "Eve", "the name is there to be confirmed");
    // Without a password of one's own it is not confirmed, and nothing typed is lost.
    let fields = [("name", "Ada Lovelace"), ("country", "IE"), ("password", "")];
    let page = ada.post("/api/confirm", &fields).await;
    page.refused("Confirm your address");
    page.says("Please use 12 characters or more");
    assert_eq!(page.field("name"), "Ada Lovelace");
    let fields = [("name", "Ada Lovelace"), ("country", "IE"), ("password", NEW)];
    assert_eq!(ada.post("/api/confirm", &fields).await.location(), "/settings/privacy");
    ada.get("/account").await.says("Ireland");
    assert_eq!(
        site.enter_password(&site.visitor(), ADA).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the stranger's password"
    );
    assert_eq!(eve.get("/settings/privacy").await.status, StatusCode::FOUND);
    // The stranger's own browser has nothing of the link.
    assert_eq!(eve.post("/api/confirm", &[]).await.location(), "/");
    eve.get("/confirm").await.says("no longer valid");
}

async fn a_link_holds_for_a_day_and_an_address_is_sent_few(site: TestApp) {
    let ada = site.visitor();
    sign_up(&ada, ADA).await;
    sign_up(&ada, ADA).await;
    assert_eq!(site.mails(ADA).await.len(), 1, "a minute has to pass");
    for n in 2..9_usize {
        site.pass(61_000);
        sign_up(&site.visitor(), ADA).await;
        assert_eq!(site.mails(ADA).await.len(), n.min(5));
    }
    site.open_link(&ada, ADA).await.says("Confirm your address");
    site.pass_days(1);
    assert_eq!(ada.get("/confirm").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ada.post("/api/confirm", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.count("default").await, 0);
}

async fn a_corrected_sign_up_in_the_same_browser_counts(site: TestApp) {
    let ada = site.visitor();
    sign_up(&ada, ADA).await;
    let typed = [("name", "Ada Lovelace"), ("email", ADA), ("country", "FR"), ("password", NEW)];
    ada.post("/api/sign-up", &typed).await;
    // In another one it does not.
    let eve = [("name", "Eve"), ("email", ADA), ("country", "US"), ("password", PASSWORD)];
    site.visitor().post("/api/sign-up", &eve).await;
    assert_eq!(site.mails(ADA).await.len(), 1);
    site.open_link(&ada, ADA).await;
    assert_eq!(ada.post("/api/confirm", &[]).await.location(), "/settings/privacy");
    let page = ada.get("/account").await;
    page.says("Ada Lovelace");
    page.says("CountryFrance");
    let in_again = site.visitor().post("/api/sign-in", &[("email", ADA), ("password", NEW)]).await;
    assert_eq!(in_again.location(), "/settings/privacy");
}

/// A stranger signs up first, and the owner gets no second mail within the minute: the link is
/// theirs all the same, and shows nothing of the stranger's.
async fn each_browser_finds_what_was_typed_in_it(site: TestApp) {
    let (eve, ada) = (site.visitor(), site.visitor());
    sign_up(&eve, ADA).await;
    let typed = [("name", "Ada Lovelace"), ("email", ADA), ("country", "FR"), ("password", NEW)];
    assert_eq!(ada.post("/api/sign-up", &typed).await.location(), "/sign-up/sent");
    assert_eq!(site.mails(ADA).await.len(), 1);
    // Elsewhere nobody knows who of the two it is.
    let phone = site.visitor();
    site.open_link(&phone, ADA).await;
    let page = phone.get("/confirm").await;
    page.says("you opened it in a different browser");
    assert!(!page.body.contains("Eve") && !page.body.contains("Ada Lovelace"), "{}", page.body);
    site.open_link(&ada, ADA).await;
    ada.get("/confirm").await.does_not_say("a different browser");
    assert_eq!(ada.post("/api/confirm", &[]).await.location(), "/settings/privacy");
    let page = ada.get("/account").await;
    page.says("Ada Lovelace");
    page.says("CountryFrance");
    assert_eq!(
        site.visitor().post("/api/sign-in", &[("email", ADA), ("password", NEW)]).await.location(),
        "/settings/privacy"
    );
}

/// Pressed twice on a first visit, both presses come without a cookie, and the browser keeps
/// that of the one that is answered last.
async fn signing_up_twice_on_a_first_visit_the_link_is_opened_in_the_browser_that_asked(site: TestApp) {
    for (email, kept) in [(ADA, 0), ("ben@example.org", 1)] {
        let presses = [site.visitor(), site.visitor()];
        for press in &presses {
            sign_up(press, email).await;
        }
        let browser = site.visitor();
        browser.take_cookie_of(&presses[kept]);
        site.open_link(&browser, email).await;
        browser.get("/confirm").await.does_not_say("a different browser");
        assert_eq!(browser.post("/api/confirm", &[]).await.location(), "/settings/privacy");
    }
}

/// The platform brings somebody in who has signed up, and whose link is open.
async fn a_link_of_somebody_who_was_brought_in_meanwhile_offers_nothing(site: TestApp) {
    let ada = site.visitor();
    sign_up(&ada, ADA).await;
    site.open_link(&ada, ADA).await;
    ada.get("/confirm").await.says("Confirm and sign in");
    site.staff(ADA, Role::Member).await;
    let page = ada.get("/confirm").await;
    page.says("This link is no longer valid");
    page.does_not_say("Confirm and sign in");
    assert_eq!(ada.post("/api/confirm", &[]).await.status, StatusCode::NOT_FOUND);
}

async fn an_e_mail_names_the_platform_and_says_where_its_link_belongs(site: TestApp) {
    let site = site.with_flags(&["--platform", "Lovelace Forum"]).await;
    sign_up(&site.visitor(), ADA).await;
    let told = site.mail(ADA, "Confirm your address to start with the privacy settings of Lovelace Forum").await;
    assert!(told.contains("in the browser in which you signed up"), "{told}");
}
