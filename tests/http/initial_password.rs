//! A password that whoever runs this has set for somebody opens the account only so far that its
//! owner can set one of their own, and only for a week.

use crate::roles::{things, walk};
use crate::stories;
use crate::test_app::{Answer, PASSWORD, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::{Member, Role};
use sayso::account::password::hash_now;
use sayso::account::store::{self, initial_password};
use sayso::time::UtcMillis;

stories![
    staff_set_a_password_of_their_own_before_anything_else,
    before_that_they_are_nobody_at_every_door,
    a_member_who_was_added_sets_one_too,
    it_holds_for_a_week_and_then_gets_the_words_of_a_wrong_one,
    one_that_is_set_anew_ends_what_was_and_keeps_the_second_factor,
    a_session_that_ends_midway_begins_again_where_it_was,
    of_two_at_once_one_sets_it,
    a_password_that_a_node_of_the_version_before_has_changed_is_ones_own,
    a_mailed_link_sets_ones_own_as_well,
    a_stronger_hash_of_it_is_marked_too,
];

const SAM: &str = "sam@example.org";
const ADA: &str = "ada@example.org";
const OWN: &str = "plumb seven otters gladly";
const PAGE: &str = "/sign-in/password";
const TITLE: &str = "Choose your own password";
const SET_UP: &str = "/sign-in/second-factor";
const MINUTE: i64 = 60_000;

async fn enter(visitor: &TestClient, email: &str, password: &str) -> Answer {
    visitor.post("/api/sign-in", &[("email", email), ("password", password), ("next", "/account")]).await
}

/// A browser in which the password that was set for `email` has been entered.
async fn halfway(site: &TestApp, email: &str) -> TestClient {
    let visitor = site.visitor();
    assert_eq!(enter(&visitor, email, PASSWORD).await.location(), PAGE);
    visitor
}

/// Sends the form of the page as it has it.
async fn set(visitor: &TestClient, password: &str) -> Answer {
    visitor.post("/api/set-own-password", &[("password", password), ("next", "/account")]).await
}

async fn member(site: &TestApp, email: &str) -> Member {
    store::by_email(site.app.db.reader().await.unwrap().conn(), email).await.unwrap().unwrap()
}

/// Since when the password of `email` is one that was set for them.
async fn since(site: &TestApp, email: &str) -> Option<UtcMillis> {
    let id = member(site, email).await.id;
    initial_password::since(site.app.db.reader().await.unwrap().conn(), &id).await.unwrap()
}

async fn staff_set_a_password_of_their_own_before_anything_else(site: TestApp) {
    site.added(SAM, Role::Support).await;
    assert_eq!(since(&site, SAM).await, Some(site.app.clock.now()));
    let sam = halfway(&site, SAM).await;
    let page = sam.get(PAGE).await;
    page.is_page(TITLE);
    assert!(page.has("[autocomplete=new-password]") && page.has("[value=\"sam@example.org\"]"));
    assert_eq!(page.field("next"), "/account");
    // Neither the pages nor the functions of the code go around it.
    for path in [SET_UP, "/sign-in/code"] {
        assert_eq!(sam.get(path).await.location(), PAGE);
    }
    for function in ["/api/set-up-second-factor", "/api/enter-code"] {
        sam.post(function, &[("code", "123456")])
            .await
            .refused(TITLE)
            .says("Please choose a password of your own first.");
    }
    set(&sam, "short").await.refused(TITLE).says("Please use 12 characters or more for your password.");
    set(&sam, "sam@example.org").await.refused(TITLE).says("This password is easy to guess.");
    set(&sam, PASSWORD).await.refused(TITLE).says("Please choose another password than the one that you were given.");
    assert!(since(&site, SAM).await.is_some());
    let before = sam.cookie();
    assert_eq!(set(&sam, OWN).await.location(), SET_UP);
    assert_ne!(sam.cookie(), before);
    assert_eq!(since(&site, SAM).await, None);
    site.mail(SAM, "Your password was changed").await;
    assert_eq!(sam.get(PAGE).await.location(), SET_UP);
    assert!(site.set_up(&sam, SAM).await.location().starts_with("/account/recovery-codes"));
    assert_eq!(sam.get("/support").await.status, StatusCode::OK);
    // From then on it is theirs alone.
    enter(&site.visitor(), SAM, PASSWORD).await.refused("Sign in");
    assert_eq!(enter(&site.visitor(), SAM, OWN).await.location(), "/sign-in/code");
}

async fn before_that_they_are_nobody_at_every_door(site: TestApp) {
    let (things, _ada) = things(&site).await;
    for role in Role::ALL.iter().copied() {
        let email = format!("new-{role}@example.org");
        site.added(&email, role).await;
        walk(&site, &things, &halfway(&site, &email).await, None, &format!("a new {role}")).await;
        assert!(since(&site, &email).await.is_some());
    }
}

async fn a_member_who_was_added_sets_one_too(site: TestApp) {
    site.added(ADA, Role::Member).await;
    let ada = halfway(&site, ADA).await;
    assert_eq!(ada.get("/settings/privacy").await.status, StatusCode::FOUND);
    set(&ada, PASSWORD).await.refused(TITLE).says("than the one that you were given");
    assert_eq!(set(&ada, OWN).await.location(), "/account");
    assert_eq!(ada.get("/settings/privacy").await.status, StatusCode::OK);
    assert_eq!(ada.get(PAGE).await.location(), "/settings/privacy", "there is nothing left to do");
    enter(&site.visitor(), ADA, PASSWORD).await.refused("Sign in");
    assert_eq!(enter(&site.visitor(), ADA, OWN).await.location(), "/account");
}

async fn it_holds_for_a_week_and_then_gets_the_words_of_a_wrong_one(site: TestApp) {
    site.added(SAM, Role::Support).await;
    site.pass(7 * UtcMillis::DAY - 1);
    halfway(&site, SAM).await;
    site.pass(1);
    let program = site.visitor().wanting_json();
    let over = enter(&program, SAM, PASSWORD).await;
    let wrong = enter(&program, SAM, "wrong-horse-battery").await;
    let unknown = enter(&program, "nobody@example.org", PASSWORD).await;
    assert_eq!(over.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!((over.status, &over.body), (wrong.status, &wrong.body));
    assert_eq!((over.status, &over.body), (unknown.status, &unknown.body));
    // It counts as one, too.
    for _ in 0..3 {
        assert_eq!(enter(&program, SAM, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(enter(&program, SAM, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    // Whoever runs this sets another.
    site.pass(15 * MINUTE);
    site.app.set_initial_password(&member(&site, SAM).await, &hash_now("gravel umbrella ninety moths")).await.unwrap();
    site.mail(SAM, "A new password was set for you").await;
    let sam = site.visitor();
    assert_eq!(enter(&sam, SAM, "gravel umbrella ninety moths").await.location(), PAGE);
    assert_eq!(set(&sam, OWN).await.location(), SET_UP);
}

async fn one_that_is_set_anew_ends_what_was_and_keeps_the_second_factor(site: TestApp) {
    site.staff(SAM, Role::Support).await;
    let sam = site.signed_in_as(SAM, Role::Support).await;
    site.pass(MINUTE);
    site.app.set_initial_password(&member(&site, SAM).await, &hash_now(OWN)).await.unwrap();
    assert_eq!(sam.get("/support").await.location(), "/sign-in?next=/support");
    enter(&sam, SAM, PASSWORD).await.refused("Sign in");
    assert_eq!(enter(&sam, SAM, OWN).await.location(), PAGE);
    // The code alone signs nobody in.
    let code = site.authenticator(SAM, |a| a.unused_code(site.app.clock.now()));
    sam.post("/api/enter-code", &[("code", &code)]).await.refused(TITLE);
    assert_eq!(set(&sam, PASSWORD).await.location(), "/sign-in/code");
    assert_eq!(sam.post("/api/enter-code", &[("code", &code), ("next", "/account")]).await.location(), "/account");
    assert_eq!(sam.get("/support").await.status, StatusCode::OK);
    // A closed account gets none.
    let id = member(&site, SAM).await.id;
    let mut tx = site.app.db.begin().await.unwrap();
    store::close(tx.conn(), &id).await.unwrap();
    tx.commit().await.unwrap();
    assert!(site.app.set_initial_password(&member(&site, SAM).await, &hash_now(OWN)).await.is_err());
    enter(&site.visitor(), SAM, OWN).await.refused("Sign in");
}

async fn a_session_that_ends_midway_begins_again_where_it_was(site: TestApp) {
    site.added(SAM, Role::Support).await;
    let [reading, sending] = [halfway(&site, SAM).await, halfway(&site, SAM).await];
    site.pass(10 * MINUTE);
    assert_eq!(reading.get(PAGE).await.location(), "/sign-in");
    reading.get("/sign-in").await.says("More than ten minutes have passed");
    let late = set(&sending, OWN).await;
    late.refused("Sign in").says("More than ten minutes have passed");
    assert_eq!(late.field("next"), "/account");
    assert!(since(&site, SAM).await.is_some(), "nothing was changed");
    // Theirs already, but without a second factor.
    let sam = halfway(&site, SAM).await;
    assert_eq!(set(&sam, OWN).await.location(), SET_UP);
    site.pass(10 * MINUTE);
    assert_eq!(sam.get(SET_UP).await.location(), "/sign-in");
    enter(&sam, SAM, PASSWORD).await.refused("Sign in");
    assert_eq!(enter(&sam, SAM, OWN).await.location(), SET_UP);
}

async fn of_two_at_once_one_sets_it(site: TestApp) {
    // In two browsers.
    site.added(SAM, Role::Support).await;
    let [one, two] = [halfway(&site, SAM).await, halfway(&site, SAM).await];
    assert_eq!(set(&one, OWN).await.location(), SET_UP);
    set(&two, "gravel umbrella ninety moths").await.refused("Sign in").says("or your account was changed");
    assert_eq!(enter(&site.visitor(), SAM, OWN).await.location(), SET_UP);
    // The same press twice, the second with the cookie that the first has replaced.
    for (email, role) in [("kim@example.org", Role::Auditor), ("lou@example.org", Role::Member)] {
        site.added(email, role).await;
        let (first, second) = (halfway(&site, email).await, site.visitor());
        second.take_cookie_of(&first);
        let (a, b) = tokio::join!(set(&first, OWN), set(&second, OWN));
        for answer in [&a, &b] {
            assert_eq!(answer.status, StatusCode::FOUND, "{email}:\n{}", answer.lines());
        }
        assert_eq!(member(&site, email).await.session_epoch, 1, "{email}: once");
        // Whichever cookie the browser has kept, the next page leads on.
        let winner = if first.cookie().is_some() && !a.header("set-cookie").is_empty() { &first } else { &second };
        let on = winner.get("/sign-in/code").await.location();
        assert_eq!(on, if role.is_staff() { SET_UP } else { "/settings/privacy" }, "{email}");
    }
}

/// It changes a password, and knows nothing of the columns.
async fn a_password_that_a_node_of_the_version_before_has_changed_is_ones_own(site: TestApp) {
    site.added(ADA, Role::Member).await;
    let hash = hash_now(OWN);
    site.tamper(&format!("update members set password_hash = '{hash}', session_epoch = session_epoch + 1"))
        .await
        .unwrap();
    assert_eq!(since(&site, ADA).await, None);
    assert_eq!(enter(&site.visitor(), ADA, OWN).await.location(), "/account");
}

async fn a_mailed_link_sets_ones_own_as_well(site: TestApp) {
    site.added(ADA, Role::Member).await;
    site.pass_days(8);
    let ada = site.visitor();
    ada.post("/api/forgot-password", &[("email", ADA)]).await;
    site.open_link(&ada, ADA).await;
    assert_eq!(ada.post("/api/set-new-password", &[("password", OWN)]).await.location(), "/settings/privacy");
    assert_eq!(since(&site, ADA).await, None);
    assert_eq!(enter(&site.visitor(), ADA, OWN).await.location(), "/account");
}

/// Hashed anew with more work, it is still the one that was set for them.
async fn a_stronger_hash_of_it_is_marked_too(site: TestApp) {
    site.added(SAM, Role::Support).await;
    let params = argon2::Params::new(9_216, 2, 1, None).unwrap();
    let weak = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let weak = argon2::PasswordHasher::hash_password(&weak, PASSWORD.as_bytes()).unwrap().to_string();
    let set = format!("update members set password_hash = '{weak}', initial_password_hash = '{weak}'");
    site.tamper(&set).await.unwrap();
    halfway(&site, SAM).await;
    let id = member(&site, SAM).await.id;
    let now = store::password_hash(site.app.db.reader().await.unwrap().conn(), &id).await.unwrap();
    assert_ne!(now, Some(weak));
    assert!(since(&site, SAM).await.is_some());
}
