//! Signing up, in and out, and changing the password.

use crate::stories;
use crate::test_app::{Answer, PASSWORD, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::Role;
use sayso::account::password::Passwords;
use sayso::account::store;

stories![
    a_rejected_sign_up_loses_nothing_but_the_password,
    a_password_that_was_hashed_with_less_work_is_hashed_anew,
    unknown_account_and_wrong_password_get_the_same_words,
    signing_in_makes_a_new_session_and_signing_out_ends_it_on_the_server,
    changing_the_password_ends_every_other_session,
    failures_slow_down_and_do_not_end_existing_sessions,
    a_session_ends_by_itself,
    sign_in_leads_back_but_never_away,
    a_password_opens_however_its_letters_are_put_together,
    no_form_takes_a_stolen_password_or_one_of_the_sites_words,
    what_has_no_shape_is_taken_off_an_address_and_managers_see_the_user_name,
    without_sign_up_accounts_are_made_by_the_platform,
];

/// What signing in is answered with in a browser of nobody's yet.
async fn enter(site: &TestApp, email: &str, password: &str) -> Answer {
    site.visitor().post("/api/sign-in", &[("email", email), ("password", password)]).await
}

/// A form that sets a password: whose it is, the function, the other fields, and the page's title.
type Form<'a> = (&'a TestClient, &'a str, &'a [(&'a str, &'a str)], &'a str);

async fn a_rejected_sign_up_loses_nothing_but_the_password(site: TestApp) {
    let ada = site.visitor();
    let typed =
        [("name", "Ada \"<b>\" Lovelace"), ("email", "not an address"), ("country", "GB"), ("password", "short")];
    let page = ada.post("/api/sign-up", &typed).await;
    page.refused("Sign up");
    page.says("Please enter an e-mail address");
    page.says("Please use 12 characters or more");
    assert_eq!(page.field("name"), "Ada \"<b>\" Lovelace");
    assert_eq!(page.field("email"), "not an address");
    assert!(page.has("[name=email][aria-invalid=true]"));
    assert!(!page.body.contains("short"));
    // In the answer, and nowhere else: the next visit begins afresh.
    ada.get("/sign-up").await.does_not_say("Please enter an e-mail address");
    let json = site.visitor().wanting_json().post("/api/sign-up", &typed).await;
    assert_eq!(json.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// Hashed by a version that took less work, a password is hashed anew when it is next given;
/// the session that is there goes on.
async fn a_password_that_was_hashed_with_less_work_is_hashed_anew(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let params = argon2::Params::new(9_216, 2, 1, None).unwrap();
    let weak = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let weak = argon2::PasswordHasher::hash_password(&weak, PASSWORD.as_bytes()).unwrap().to_string();
    site.tamper(&format!("update members set password_hash = '{weak}'")).await.unwrap();
    let stored = async || {
        let mut reader = site.app.db.reader().await.unwrap();
        let member = store::by_email(reader.conn(), "ada@example.org").await.unwrap().unwrap();
        store::password_hash(reader.conn(), &member.id).await.unwrap().unwrap()
    };
    enter(&site, "ada@example.org", "wrong-horse-battery").await.refused("Sign in");
    assert_eq!(stored().await, weak);
    assert_eq!(enter(&site, "ada@example.org", PASSWORD).await.location(), "/settings/privacy");
    let strong = stored().await;
    assert!(weak != strong && !Passwords::is_weaker(&strong), "{strong}");
    assert_eq!(enter(&site, "ada@example.org", PASSWORD).await.location(), "/settings/privacy");
    assert_eq!(stored().await, strong, "once");
    assert_eq!(ada.get("/account").await.status, StatusCode::OK);
}

async fn unknown_account_and_wrong_password_get_the_same_words(site: TestApp) {
    site.member("ada@example.org", "US").await;
    let wrong = site
        .visitor()
        .wanting_json()
        .post("/api/sign-in", &[("email", "ada@example.org"), ("password", "wrong-horse-battery")])
        .await;
    let unknown = site
        .visitor()
        .wanting_json()
        .post("/api/sign-in", &[("email", "bob@example.org"), ("password", "wrong-horse-battery")])
        .await;
    assert_eq!((wrong.status, &wrong.body), (unknown.status, &unknown.body));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn signing_in_makes_a_new_session_and_signing_out_ends_it_on_the_server(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    let before = ada.cookie();
    ada.post("/api/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD)]).await;
    assert_ne!(before, ada.cookie());
    let thief = site.visitor();
    thief.take_cookie_of(&ada);
    assert_eq!(thief.get("/settings/privacy").await.status, StatusCode::OK);
    assert_eq!(ada.post("/api/sign-out", &[]).await.location(), "/signed-out");
    let page = ada.get("/signed-out").await;
    page.is_page("You are signed out");
    assert_eq!(page.attributes("main a", "href"), ["/sign-in", "/objection"]);
    assert_eq!(thief.get("/settings/privacy").await.status, StatusCode::FOUND);
}

async fn changing_the_password_ends_every_other_session(site: TestApp) {
    let here = site.member("ada@example.org", "US").await;
    let elsewhere = site.signed_in("ada@example.org").await;
    let form = [("current", PASSWORD), ("password", "plumb seven otters gladly")];
    assert_eq!(here.post("/api/change-password", &form).await.location(), "/account");
    here.get("/account").await.says("Your password has been changed");
    assert_eq!(elsewhere.get("/settings/privacy").await.status, StatusCode::FOUND);
    let wrong =
        here.post("/api/change-password", &[("current", "nonsense"), ("password", "plumb eight otters gladly")]).await;
    wrong.refused("Account").says("This is not your current password.");
}

async fn failures_slow_down_and_do_not_end_existing_sessions(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    let eve = site.visitor().wanting_json();
    let guess = [("email", "ada@example.org"), ("password", "wrong-horse-battery")];
    let mut answers = Vec::new();
    for _ in 0..7 {
        answers.push(eve.post("/api/sign-in", &guess).await);
    }
    let slow = answers.last().unwrap();
    assert_eq!(slow.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(slow.header("retry-after"), "15");
    let in_a_browser = site.visitor();
    let page = in_a_browser.post("/api/sign-in", &guess).await;
    assert_eq!((page.status, page.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "15"));
    page.is_page("Sign in");
    assert_eq!(page.field("email"), "ada@example.org");
    assert!(!page.body.contains("wrong-horse"));
    page.says("Please try again in 15 seconds");
    assert_eq!(ada.get("/settings/privacy").await.status, StatusCode::OK);
    site.pass(15_000);
    site.signed_in("ada@example.org").await;
}

async fn a_session_ends_by_itself(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    site.pass_days(90);
    assert_eq!(ada.get("/settings/privacy").await.status, StatusCode::FOUND);
}

async fn sign_in_leads_back_but_never_away(site: TestApp) {
    site.member("ada@example.org", "US").await;
    for (next, to) in [
        ("/settings/privacy/history", "/settings/privacy/history"),
        ("https://evil.example/", "/settings/privacy"),
        ("//evil.example", "/settings/privacy"),
    ] {
        let answer = site
            .visitor()
            .post("/api/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD), ("next", next)])
            .await;
        assert_eq!(answer.location(), to);
    }
}

async fn a_password_opens_however_its_letters_are_put_together(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let [apart, together] = ["Zu\u{308}rcher\u{a0}Otter plaudern gern", "Z\u{fc}rcher Otter plaudern gern"];
    ada.post("/api/change-password", &[("current", PASSWORD), ("password", apart)]).await;
    ada.get("/account").await.says("Your password has been changed");
    for typed in [apart, together] {
        assert_eq!(enter(&site, "ada@example.org", typed).await.location(), "/settings/privacy");
    }
    enter(&site, "ada@example.org", "Zurcher Otter plaudern gern").await.refused("Sign in");
    let tab = [("current", together), ("password", "plumb seven\totters gladly")];
    ada.post("/api/change-password", &tab).await.refused("Account").says("Please leave out control characters");
}

/// Wherever somebody sets a password.
async fn no_form_takes_a_stolen_password_or_one_of_the_sites_words(site: TestApp) {
    let stolen = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(stolen.path(), "plumb seven otters gladly\n").unwrap();
    let flags = ["--password-blocklist", stolen.path().to_str().unwrap(), "--password-words", "Fjordatlas, Quorndale"];
    let site = site.with_flags(&flags).await;
    let ada = site.member("ada@example.org", "IE").await;
    site.added("bob@example.org", Role::Member).await;
    let bob = site.visitor();
    bob.post("/api/sign-in", &[("email", "bob@example.org"), ("password", PASSWORD)]).await;
    let cat = site.visitor();
    cat.post(
        "/api/sign-up",
        &[("name", "Cat"), ("email", "cat@example.org"), ("country", "IE"), ("password", PASSWORD)],
    )
    .await;
    let elsewhere = site.visitor();
    site.open_link(&elsewhere, "cat@example.org").await;
    let forgot = site.visitor();
    site.member("fay@example.org", "IE").await;
    forgot.post("/api/forgot-password", &[("email", "fay@example.org")]).await;
    site.open_link(&forgot, "fay@example.org").await;
    crate::members::brought_in(&site, "dan@example.org").await;
    let dan = site.visitor();
    dan.post("/api/send-welcome-link", &[("email", "dan@example.org")]).await;
    let key = site.mailed("dan@example.org", "/welcome?key=").await;
    dan.get(&format!("/welcome?key={key}")).await;
    let who = [("name", "Eve"), ("country", "IE")];
    let sign_up = [&who[..], &[("email", "eve@example.org")]].concat();
    let eve = site.visitor();
    let forms: [Form<'_>; 6] = [
        (&eve, "sign-up", &sign_up, "Sign up"),
        (&elsewhere, "confirm", &who, "Confirm your address"),
        (&ada, "change-password", &[("current", PASSWORD)], "Account"),
        (&forgot, "set-new-password", &[], "Set a new password"),
        (&dan, "set-first-password", &[], "Set your password"),
        (&bob, "set-own-password", &[], "Choose your own password"),
    ];
    for (password, said) in [
        ("Plumb Seven Otters Gladly", "This password has been stolen from another site, and attackers try it first."),
        ("fjordatlas2026", "This password is easy to guess. It is made of words that belong to this site."),
        ("sayso-quorndale", "It is made of words that belong to this site."),
    ] {
        for (visitor, function, fields, title) in forms {
            let fields = [fields, &[("password", password)]].concat();
            let answer = visitor.post(&format!("/api/{function}"), &fields).await;
            answer.refused(title).says(said);
            assert!(!answer.body.contains(password), "{function}");
        }
    }
    for (visitor, function, fields, _) in forms {
        let fields = [fields, &[("password", "plumb eight otters gladly")]].concat();
        let answer = visitor.post(&format!("/api/{function}"), &fields).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{function}:\n{}", answer.lines());
    }
}

async fn what_has_no_shape_is_taken_off_an_address_and_managers_see_the_user_name(site: TestApp) {
    let ada = site.member("\u{200b}Ada@example.org\u{feff}", "IE").await;
    assert_eq!(enter(&site, "ada@example.org", PASSWORD).await.location(), "/settings/privacy");
    assert_eq!(enter(&site, "ada\u{2060}@example.org", PASSWORD).await.location(), "/settings/privacy");
    let page = ada.get("/account").await;
    for (attribute, value) in [("type", "email"), ("value", "ada@example.org"), ("autocomplete", "username")] {
        assert_eq!(page.attribute("input#username", attribute), value);
    }
    assert!(page.has("#username[readonly]"));
    assert!(!page.has("[type=hidden][name=username]"));
}

/// `SAYSO_SIGN_UP=off`.
async fn without_sign_up_accounts_are_made_by_the_platform(site: TestApp) {
    let typed = |email| [("name", "Ada"), ("email", email), ("country", "IE"), ("password", PASSWORD)];
    // A link that was mailed before it was turned off.
    let early = site.visitor();
    early.post("/api/sign-up", &typed("early@example.org")).await;
    let links_to_sign_up = |page: &Answer| page.links("/sign-up");
    assert_eq!(links_to_sign_up(&site.visitor().get("/sign-in").await), ["/sign-up"]);
    let key = site.mailed("early@example.org", "/confirm?key=").await;

    let site = site.with_flags(&["--sign-up", "off", "--platform", "Lovelace Forum"]).await;
    let anybody = site.visitor();
    for path in ["/sign-up", "/sign-up/sent"] {
        let page = anybody.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        page.says("Accounts here are made by Lovelace Forum.");
        assert!(!page.has("form[action^='/api/sign-up']"), "{path}");
    }
    let refused = anybody.post("/api/sign-up", &typed("ada@example.org")).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    refused.says("Accounts here are made by Lovelace Forum.");
    let json = anybody.wanting_json();
    assert_eq!(json.post("/api/sign-up", &typed("ada@example.org")).await.status, StatusCode::NOT_FOUND);
    assert!(site.mails("ada@example.org").await.is_empty());

    let late = site.visitor();
    late.get(&format!("/confirm?key={key}")).await;
    let over = late.get("/confirm").await;
    over.says("This link is no longer valid");
    assert!(!late.post("/api/confirm", &typed("early@example.org")).await.status.is_success());
    for page in [over, site.visitor().get("/sign-in").await, site.visitor().get("/nothing/here").await] {
        assert!(links_to_sign_up(&page).is_empty(), "{}", page.body);
    }
    site.visitor().get("/sign-in").await.says("Accounts here are made by Lovelace Forum.");
    // Whoever has an account is let in as always.
    site.staff("sam@example.org", Role::Support).await;
    site.signed_in_as("sam@example.org", Role::Support).await;
}
