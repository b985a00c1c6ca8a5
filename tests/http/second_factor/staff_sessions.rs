//! When a session of staff ends by itself, and what happens to what they were typing.

use super::{MINUTE, STEP, SUPPORT, sessions, staff};
use crate::objection::{ONE, file};
use crate::stories;
use crate::test_app::{PASSWORD, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::Role;

stories![
    ten_idle_minutes_end_a_session_of_staff_and_nine_do_not,
    twelve_hours_end_a_session_of_staff_whatever_happens,
    reading_pages_does_not_write_each_time,
    what_an_officer_typed_is_there_after_they_signed_in_again,
    what_an_officer_sent_after_signing_out_in_another_tab_goes_through_sign_in,
];

async fn ten_idle_minutes_end_a_session_of_staff_and_nine_do_not(site: TestApp) {
    site.member("ada@example.org", "IE").await;
    let ada = site.signed_in("ada@example.org").await;
    let sam = staff(&site).await;
    for _ in 0..10 {
        site.pass(9 * MINUTE);
        assert_eq!(sam.get("/support").await.status, StatusCode::OK);
    }
    site.pass(10 * MINUTE);
    assert_eq!(sam.get("/support?q=ada").await.location(), "/sign-in?next=/support%3Fq%3Dada");
    sam.get("/sign-in").await.says("You were signed out after ten minutes of inactivity.");
    assert_eq!(sam.get("/account").await.location(), "/sign-in?next=/account");
    assert_eq!(ada.get("/settings/privacy").await.status, StatusCode::OK, "members have more time");
    site.pass_days(13);
    assert_eq!(ada.get("/settings/privacy").await.status, StatusCode::OK);
    // Signed in again, it is said no more.
    site.sign_in(&sam, SUPPORT, Role::Support).await;
    assert_eq!(sam.get("/support").await.status, StatusCode::OK);
    sam.get("/sign-in").await.does_not_say("You were signed out");
}

async fn twelve_hours_end_a_session_of_staff_whatever_happens(site: TestApp) {
    let sam = staff(&site).await;
    for _ in 0..89 {
        site.pass(8 * MINUTE);
        assert_eq!(sam.get("/account").await.status, StatusCode::OK);
    }
    site.pass(8 * MINUTE);
    assert_eq!(sam.get("/account").await.location(), "/sign-in?next=/account");
    sam.get("/sign-in").await.says("because you had been signed in for twelve hours");
}

async fn reading_pages_does_not_write_each_time(site: TestApp) {
    let sam = staff(&site).await;
    let before = sessions(&site).await;
    site.pass(STEP - 1);
    sam.get("/account").await;
    assert_eq!(sessions(&site).await, before);
    site.pass(1);
    sam.get("/account").await;
    assert_ne!(sessions(&site).await, before);
}

async fn what_an_officer_typed_is_there_after_they_signed_in_again(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let page = format!("/support/objections/{number}");
    let form =
        [("case", number.as_str()), ("revision", "1"), ("months", "2"), ("reason", "Many letters & <few> hands.")];
    site.officer().await;
    let sent_too_late = async || {
        let olga = site.signed_in_as("officer@example.org", Role::PrivacyOfficer).await;
        assert_eq!(olga.get(&page).await.status, StatusCode::OK);
        site.pass(11 * MINUTE);
        // In one window they see it first; what they send from another is kept all the same.
        assert_eq!(olga.get(&page).await.location(), format!("/sign-in?next={page}"));
        olga.get("/sign-in").await.says("You were signed out after ten minutes of inactivity.");
        let answer = olga.post("/api/extend-objection", &form).await;
        assert_eq!(answer.location(), format!("/sign-in?next={page}&unsent=1"));
        let said = olga.get(&answer.location()).await;
        said.says("What you typed will be there when you have signed in again.");
        assert!(!said.body.contains("Many letters"));
        olga
    };

    let olga = sent_too_late().await;
    site.sign_in(&olga, "officer@example.org", Role::PrivacyOfficer).await;
    let shown = olga.get(&page).await;
    shown.says("You were signed out in the meantime, so nothing was done.");
    shown.says("Many letters & <few> hands.");
    assert_eq!(shown.field("revision"), "1", "nothing was done");

    // Half signed in, they send once more, and it is still there.
    let olga = sent_too_late().await;
    site.pass(STEP);
    site.enter_password(&olga, "officer@example.org").await;
    assert_eq!(olga.post("/api/extend-objection", &form).await.location(), format!("/sign-in?next={page}&unsent=1"));
    site.sign_in(&olga, "officer@example.org", Role::PrivacyOfficer).await;
    assert!(olga.get(&page).await.body.contains("Many letters"));

    // Nobody else finds it, who signs in at this browser.
    let browser = sent_too_late().await;
    site.staff("second@example.org", Role::PrivacyOfficer).await;
    site.sign_in(&browser, "second@example.org", Role::PrivacyOfficer).await;
    let shown = browser.get(&page).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(!shown.body.contains("Many letters"));
}

/// Nothing is left in the browser then, and nothing is stored: the page to sign in carries it.
async fn what_an_officer_sent_after_signing_out_in_another_tab_goes_through_sign_in(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let page = format!("/support/objections/{number}");
    let email = "officer@example.org";
    let olga = site.officer().await;
    site.staff("second@example.org", Role::PrivacyOfficer).await;
    let typed = "Many letters & <few> \"hands\".";
    let form =
        [("case", number.as_str()), ("revision", "1"), ("months", "2"), ("reason", typed), ("list", "state=waiting")];
    let sent_too_late = async |browser: &TestClient| {
        let shown = browser.get(&page).await;
        let path = shown
            .attribute("form[action^='/api/add-case-note']", "action")
            .replace("add-case-note", "extend-objection");
        assert_eq!(browser.post("/api/sign-out", &[]).await.location(), "/signed-out");
        let before = sessions(&site).await.len();
        let answer = browser.post(&path, &form).await;
        answer.is_page("Sign in").says("What you typed will be there when you have signed in again.");
        assert_eq!(sessions(&site).await.len(), before, "nothing is stored");
        assert_eq!(answer.field("next"), page);
        answer.field("kept")
    };
    let kept = sent_too_late(&olga).await;
    assert!(!kept.is_empty());
    site.pass(STEP);
    let enter = async |browser: &TestClient, email: &str, password: &str| {
        browser
            .post("/api/sign-in", &[("email", email), ("password", password), ("next", &page), ("kept", &kept)])
            .await
    };
    // A wrong password loses nothing of it.
    assert_eq!(enter(&olga, email, "wrong-horse-battery").await.refused("Sign in").field("kept"), kept);
    assert_eq!(enter(&olga, email, PASSWORD).await.location(), "/sign-in/code");
    let code = site.authenticator(email, |a| a.unused_code(site.app.clock.now()));
    assert_eq!(olga.post("/api/enter-code", &[("code", &code)]).await.location(), page);
    let shown = olga.get(&page).await;
    shown.says("You were signed out in the meantime, so nothing was done.");
    assert_eq!(shown.field("reason"), typed);
    assert_eq!(shown.field("list"), "state=waiting", "the list is known, too");

    // Another officer finds nothing of it.
    let other = site.visitor();
    site.pass(STEP);
    assert_ne!(enter(&other, "second@example.org", PASSWORD).await.location(), page);
    site.sign_in(&other, "second@example.org", Role::PrivacyOfficer).await;
    let shown = other.get(&page).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(!shown.body.contains("Many letters"));
}
