//! Another address, another password, another name or country.

use super::{ADA, NEW, unproved};
use crate::objection::{ONE, decide, file};
use crate::stories;
use crate::test_app::{Answer, PASSWORD, TestApp};
use http::StatusCode;
use sayso::account::model::Role;

stories![
    a_forgotten_password_is_set_by_a_mailed_link_and_every_session_ends,
    staff_need_their_second_factor_besides,
    a_new_address_is_proved_first_and_both_are_told,
    an_address_that_another_has_is_not_taken_and_nobody_learns_that,
    a_changed_password_ends_a_link_to_another_address,
    a_member_is_told_that_their_password_was_changed,
    moving_is_recorded_and_off_stays_off,
    an_old_form_about_the_country_changes_nothing,
    nobody_keeps_another_waiting_for_an_address,
];

async fn a_forgotten_password_is_set_by_a_mailed_link_and_every_session_ends(site: TestApp) {
    let ada = site.member(ADA, "US").await;
    let elsewhere = site.visitor();
    for email in ["nobody@example.org", ADA] {
        assert_eq!(elsewhere.post("/api/forgot-password", &[("email", email)]).await.location(), "/forgot");
        elsewhere.get("/forgot").await.says("If an account has this address, an e-mail with a link is on its way.");
    }
    assert!(site.mails("nobody@example.org").await.is_empty());
    site.open_link(&elsewhere, ADA).await.says("Set a new password");
    let page = elsewhere.post("/api/set-new-password", &[("password", "short")]).await;
    page.refused("Set a new password").says("Please use 12 characters or more");
    assert_eq!(elsewhere.post("/api/set-new-password", &[("password", NEW)]).await.location(), "/settings/privacy");
    assert_eq!(ada.get("/settings/privacy").await.status, StatusCode::FOUND);
    assert_eq!(elsewhere.get("/settings/privacy").await.status, StatusCode::OK);
    assert_eq!(site.enter_password(&site.visitor(), ADA).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    site.mail(ADA, "Your new password was set").await;
    assert_eq!(elsewhere.post("/api/set-new-password", &[("password", NEW)]).await.location(), "/settings/privacy");
    site.open_link(&site.visitor(), ADA).await.says("This link has been used");
}

async fn staff_need_their_second_factor_besides(site: TestApp) {
    let staff = site.officer().await;
    let email = "officer@example.org";
    let elsewhere = site.visitor();
    elsewhere.post("/api/forgot-password", &[("email", email)]).await;
    site.open_link(&elsewhere, email).await.says("Six-digit code");
    let without = elsewhere.post("/api/set-new-password", &[("password", NEW)]).await;
    without.refused("Set a new password").says("Please enter the six digits that your app shows.");
    assert_eq!(staff.get("/support/objections").await.status, StatusCode::OK, "nothing was changed");
    site.pass(30_000);
    let code = site.authenticator(email, |a| a.unused_code(site.app.clock.now()));
    let set = elsewhere.post("/api/set-new-password", &[("password", NEW), ("code", &code)]).await;
    assert_eq!(set.location(), "/support/objections");
    assert_eq!(elsewhere.get("/support/objections").await.status, StatusCode::OK);
    // Staff who have none yet are told to ask.
    site.staff("support@example.org", Role::Support).await;
    elsewhere.post("/api/forgot-password", &[("email", "support@example.org")]).await;
    let told = site.mail("support@example.org", "Your password for Sayso").await;
    assert!(told.contains("administrator") && !told.contains("/confirm"), "{told}");
}

async fn a_new_address_is_proved_first_and_both_are_told(site: TestApp) {
    site.publish(1).await;
    let ada = site.member(ADA, "US").await;
    ada.press("denied").await;
    let number = file(&ada, ONE, &["research"]).await;
    let to = "ada@new.example";
    let wrong = ada.post("/api/change-address", &[("email", to), ("present", "nonsense")]).await;
    wrong.refused("Account").says("This is not your current password.");
    assert!(site.mails(to).await.is_empty());
    ada.post("/api/change-address", &[("email", to), ("present", PASSWORD)]).await;
    ada.get("/account").await.says("We have sent an e-mail to the new address.");
    let asked = site.mail(ADA, "Somebody asked to change your e-mail address").await;
    assert!(!asked.contains(to), "{asked}");
    // Whoever has that mailbox, and is not signed in here, is shown nothing and can do nothing.
    let stranger = site.visitor();
    site.open_link(&stranger, to).await.says("Please sign in first");
    stranger.post("/api/confirm", &[]).await;
    ada.get("/account").await.says(ADA);
    site.open_link(&ada, to).await.says("Confirm your new address");
    assert_eq!(ada.post("/api/confirm", &[]).await.location(), "/account");
    ada.get("/account").await.says(to);
    assert!(site.mail(ADA, "Your e-mail address was changed").await.contains(to));
    site.mail(to, "Your e-mail address was changed").await;
    // Off stays off, and what comes about the case goes to the new address.
    assert!(!ada.get("/settings/privacy").await.is_on());
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("research", "upheld", "")]).await;
    site.mail(to, "Our answer to your objection").await;
    site.signed_in(to).await;
    assert_eq!(site.enter_password(&site.visitor(), ADA).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The old address is free again, for whoever has it.
    site.member(ADA, "US").await;
}

async fn an_address_that_another_has_is_not_taken_and_nobody_learns_that(site: TestApp) {
    site.member(ADA, "US").await;
    let ben = site.member("ben@example.org", "US").await;
    ben.post("/api/change-address", &[("email", "Ada@Example.org"), ("present", PASSWORD)]).await;
    ben.get("/account").await.says("We have sent an e-mail to the new address.");
    site.mail(ADA, "You already have an account with Sayso").await;
    // One that nobody has proved is taken, with its Noes.
    let eve = unproved(&site, "carl@example.org").await;
    eve.press("denied").await;
    ben.post("/api/change-address", &[("email", "carl@example.org"), ("present", PASSWORD)]).await;
    site.open_link(&ben, "carl@example.org").await;
    assert_eq!(ben.post("/api/confirm", &[]).await.location(), "/account");
    ben.get("/settings/privacy").await.says("your e-mail address was in use before");
}

/// A link to another address ends when the password is changed: whoever asked for it may be
/// somebody else.
async fn a_changed_password_ends_a_link_to_another_address(site: TestApp) {
    let ada = site.member(ADA, "US").await;
    ada.post("/api/change-address", &[("email", "eve@example.org"), ("present", PASSWORD)]).await;
    let change = [("current", PASSWORD), ("password", NEW)];
    const SAID: &str = "The link that we sent to your new e-mail address no longer works.";
    // A second press says what the first one said, and mails nothing.
    for _ in 0..2 {
        assert_eq!(ada.post("/api/change-password", &change).await.location(), "/account");
        ada.get("/account").await.says(SAID);
    }
    let key = site.mailed("eve@example.org", "/confirm?key=").await;
    ada.get(&format!("/confirm?key={key}")).await;
    assert_eq!(ada.get("/confirm").await.status, StatusCode::NOT_FOUND);
    // Where none waits, nothing is said of one.
    site.pass(60_000);
    ada.post("/api/change-password", &[("current", NEW), ("password", "plumb eight otters gladly")]).await;
    let shown = ada.get("/account").await;
    shown.says("Your password has been changed");
    shown.does_not_say(SAID);
}

async fn a_member_is_told_that_their_password_was_changed(site: TestApp) {
    const TOLD: &str = "Your password was changed";
    let ada = site.member(ADA, "US").await;
    let change = [("current", PASSWORD), ("password", NEW)];
    for _ in 0..2 {
        ada.post("/api/change-password", &change).await;
    }
    let told = site.mail(ADA, TOLD).await;
    assert!(told.contains("The password of your account was changed.") && told.contains("/forgot"), "{told}");
    assert!(!told.contains("staff"), "{told}");
    let told = site.mails(ADA).await.iter().filter(|mail| mail.contains(TOLD)).count();
    assert_eq!(told, 1, "a second press changes nothing");
    // Nobody knows whose this address is.
    let eve = unproved(&site, "eve@example.org").await;
    eve.post("/api/change-password", &change).await;
    eve.get("/account").await.says("Your password has been changed");
    assert!(site.mails("eve@example.org").await.iter().all(|mail| !mail.contains(TOLD)));
}

async fn moving_is_recorded_and_off_stays_off(site: TestApp) {
    site.publish(1).await;
    let ada = site.member(ADA, "US").await;
    ada.get("/settings/privacy").await.says("The exact words.");
    site.pass_days(31);
    let ada = site.signed_in(ADA).await;
    assert!(ada.get("/settings/privacy").await.is_on());
    let page = ada.post("/api/change-details", &[("name", ""), ("country", "XX")]).await;
    page.refused("Account");
    page.says("Please enter your name.");
    page.says("Please choose your country from the list.");
    ada.post("/api/change-details", &[("name", "Ada King"), ("country", "FR")]).await;
    ada.get("/account").await.says("Saved.");
    let tab = ada.get("/settings/privacy").await;
    assert!(!tab.is_on(), "under the rule of France this notice period has only just begun");
    tab.says("The exact words.");
    ada.get("/settings/privacy/history").await.says("Country changed from United States to France");
    // The same again changes nothing.
    ada.post("/api/change-details", &[("name", "Ada King"), ("country", "FR")]).await;
    assert_eq!(site.count("move").await, 1);
    ada.press("denied").await;
    ada.post("/api/change-details", &[("name", "Ada King"), ("country", "US")]).await;
    site.pass_days(40);
    let ada = site.signed_in(ADA).await;
    assert!(!ada.get("/settings/privacy").await.is_on());
    // Staff find them under the new name, and under the old one no more.
    site.staff("support@example.org", Role::Support).await;
    let support = site.signed_in_as("support@example.org", Role::Support).await;
    support.get("/support?q=king").await.says("Ada King");
    support.get("/support?q=lovelace").await.does_not_say("Ada King");
}

/// A form that was loaded before the last move does not move anybody again.
async fn an_old_form_about_the_country_changes_nothing(site: TestApp) {
    let ada = site.member(ADA, "US").await;
    let seen = |page: &Answer| page.field("seen");
    let old = seen(&ada.get("/account").await);
    let to_france = [("name", "Ada"), ("country", "FR"), ("seen", &*old)];
    assert_eq!(ada.post("/api/change-details", &to_france).await.location(), "/account#details");
    // The same again says the same.
    assert_eq!(ada.post("/api/change-details", &to_france).await.location(), "/account#details");
    assert_eq!(site.count("move").await, 1);
    let now = seen(&ada.get("/account").await);
    assert_ne!(now, old);
    ada.post("/api/change-details", &[("name", "Ada"), ("country", "US"), ("seen", &now)]).await;
    assert_eq!(site.count("move").await, 2);
    // Back where it was, the first form is not what they mean now.
    let page = ada.post("/api/change-details", &to_france).await;
    page.refused("Account");
    page.says(
        "These details have changed in the meantime, so we did not save yours. \
         We have the name Ada and the country United States.",
    );
    assert_eq!(site.count("move").await, 2);
    assert_eq!(page.field("country"), "FR", "what was typed is still there");
    let again = seen(&page);
    ada.post("/api/change-details", &[("name", "Ada"), ("country", "FR"), ("seen", &again)]).await;
    assert_eq!(site.count("move").await, 3);
}

async fn nobody_keeps_another_waiting_for_an_address(site: TestApp) {
    let to = "wanted@example.org";
    for email in [ADA, "ben@example.org"] {
        let member = site.member(email, "US").await;
        member.post("/api/change-address", &[("email", to), ("present", PASSWORD)]).await;
        site.mail(email, "Somebody asked to change your e-mail address").await;
    }
    assert_eq!(site.mails(to).await.len(), 2);
    // Nothing that a stranger types is mailed to an address that they have not proved.
    let eve = unproved(&site, "carl@example.org").await;
    let typed = "buy-now-at-evil@evil.example";
    eve.post("/api/change-address", &[("email", typed), ("present", PASSWORD)]).await;
    site.open_link(&eve, typed).await;
    assert_eq!(eve.post("/api/confirm", &[]).await.location(), "/account");
    assert!(!site.mail("carl@example.org", "Your e-mail address was changed").await.contains("evil"));
}
