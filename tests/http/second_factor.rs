//! Staff sign in with a password and a code, and are signed out after ten minutes without a visit.

mod staff_sessions;

use crate::roles::{things, walk};
use crate::stories;
use crate::test_app::{Answer, PASSWORD, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::{Member, Role};
use sayso::account::store::{self, second_factor as factors};
use sayso::db::Db;

stories![
    the_first_sign_in_sets_up_and_shows_the_recovery_codes_once,
    of_two_that_set_up_at_once_the_first_wins,
    half_signed_in_is_nobody_at_every_door,
    a_session_that_a_password_alone_began_is_nobody_when_its_account_becomes_staff,
    a_code_signs_in_under_a_new_session_and_leads_to_where_one_wanted,
    a_code_is_never_accepted_twice,
    of_two_with_the_same_code_at_once_one_gets_in,
    a_recovery_code_signs_in_once,
    wrong_codes_are_slowed_down_whatever_the_password,
    half_signed_in_ends_after_ten_minutes,
    a_reset_ends_the_sessions_and_sets_up_anew,
    new_recovery_codes_take_the_place_of_the_old,
    another_authenticator_takes_a_code_of_the_present_one,
    a_member_is_asked_for_no_code_and_finds_nothing_of_it,
];

const SUPPORT: &str = "support@example.org";
const SET_UP: &str = "/sign-in/second-factor";
const CODE: &str = "/sign-in/code";
const MINUTE: i64 = 60_000;
const STEP: i64 = 30_000;

async fn staff(site: &TestApp) -> TestClient {
    site.staff(SUPPORT, Role::Support).await;
    site.signed_in_as(SUPPORT, Role::Support).await
}

async fn member(site: &TestApp, email: &str) -> Member {
    store::by_email(site.app.db.reader().await.unwrap().conn(), email).await.unwrap().unwrap()
}

/// A browser in which the password of `email` has been entered.
async fn halfway(site: &TestApp, email: &str) -> TestClient {
    let visitor = site.visitor();
    assert_eq!(site.enter_password(&visitor, email).await.location(), CODE);
    visitor
}

/// What the authenticator of `email` shows now.
fn shown(site: &TestApp, email: &str) -> String {
    site.authenticator(email, |a| a.code(site.app.clock.now()))
}

async fn enter(visitor: &TestClient, code: &str) -> Answer {
    visitor.post("/api/enter-code", &[("code", code)]).await
}

/// Everything that the database keeps of sessions.
async fn sessions(site: &TestApp) -> Vec<(String, i64)> {
    let sql = "select data, seen_at from sessions order by id";
    match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_all(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
    }
}

/// With what the answer hands the recovery codes to their page.
fn codes_cookie(answer: &Answer) -> String {
    let cookies = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap().to_owned());
    cookies.into_iter().find(|cookie| cookie.contains("-codes=")).expect("the codes are on their way")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_https_the_codes_never_travel_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let site = TestApp::open(&url, Some(folder), &["--base-url", "https://sayso.example"]).await;
    site.staff(SUPPORT, Role::Support).await;
    let sam = site.visitor();
    site.enter_password(&sam, SUPPORT).await;
    let cookie = codes_cookie(&site.set_up(&sam, SUPPORT).await);
    assert!(cookie.starts_with("__Secure-sayso-codes=") && cookie.ends_with("; Secure"), "{cookie}");
    assert_eq!(site.authenticator(SUPPORT, |a| a.recovery.len()), 10);
}

async fn the_first_sign_in_sets_up_and_shows_the_recovery_codes_once(site: TestApp) {
    site.staff(SUPPORT, Role::Support).await;
    let sam = site.visitor();
    let answer =
        sam.post("/api/sign-in", &[("email", SUPPORT), ("password", PASSWORD), ("next", "/support?q=ada")]).await;
    assert_eq!(answer.location(), SET_UP);
    assert_eq!(sam.get(CODE).await.location(), SET_UP, "there is no code to ask for yet");
    let page = sam.get(SET_UP).await;
    let key = page.authenticator_key();
    assert_eq!(key.len(), 32, "160 bits in base 32");
    let uri = format!("otpauth://totp/Sayso:support%40example.org?secret={key}&issuer=Sayso");
    assert_eq!(page.links("otpauth:").len(), 1);
    assert!(page.links("otpauth:")[0].starts_with(&uri), "{}", page.body);
    assert!(page.has("[role=img][aria-label^=\"QR code\"]") && !page.body.contains("style="));
    // A wrong code leaves everything as it is, and shows the same secret.
    let page = sam.post("/api/set-up-second-factor", &[("code", "12345")]).await;
    page.refused("Set up your second factor").says("This code is wrong");
    assert_eq!(page.authenticator_key(), key);

    let before = sam.cookie();
    let code = crate::test_app::Authenticator::new(&key).code(site.app.clock.now());
    let answer = sam.post("/api/set-up-second-factor", &[("code", &code)]).await;
    assert_eq!(answer.location(), "/account/recovery-codes?next=/support%3Fq%3Dada");
    assert_ne!(sam.cookie(), before);
    let cookie = codes_cookie(&answer);
    assert!(
        cookie.starts_with("sayso-codes=")
            && cookie.ends_with("; Path=/account/recovery-codes; Max-Age=120; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
    let page = sam.get(&answer.location()).await;
    let codes = page.recovery_codes();
    assert_eq!(codes.len(), 10);
    assert!(page.has("[href=\"/support?q=ada\"]"));
    let again = sam.get("/account/recovery-codes").await;
    assert_eq!(again.recovery_codes(), Vec::<String>::new(), "they are shown once");
    again.says("10 of 10 left");
    // What is stored tells nobody what they are.
    let hashes = factors::recovery_codes(site.app.db.reader().await.unwrap().conn(), &member(&site, SUPPORT).await.id)
        .await
        .unwrap();
    assert!(hashes.len() == 10 && hashes.iter().all(|hash| hash.starts_with("$argon2id$")), "{hashes:?}");
    for (text, _) in sessions(&site).await {
        assert!(!codes.iter().any(|code| text.contains(code) || text.contains(&code.replace('-', ""))));
    }
    // The code that set it up is used.
    let other = halfway(&site, SUPPORT).await;
    enter(&other, &code).await.refused("Enter your code");
}

async fn of_two_that_set_up_at_once_the_first_wins(site: TestApp) {
    site.staff(SUPPORT, Role::Support).await;
    let [one, two] = [site.visitor(), site.visitor()];
    site.enter_password(&one, SUPPORT).await;
    site.enter_password(&two, SUPPORT).await;
    let key = two.get(SET_UP).await.authenticator_key();
    assert!(site.set_up(&one, SUPPORT).await.location().starts_with("/account/recovery-codes"));
    let code = crate::test_app::Authenticator::new(&key).code(site.app.clock.now());
    assert_eq!(two.post("/api/set-up-second-factor", &[("code", &code)]).await.location(), CODE);
    assert_eq!(two.get("/support").await.status, StatusCode::FOUND);
    assert_eq!(one.get("/support").await.status, StatusCode::OK);
}

async fn half_signed_in_is_nobody_at_every_door(site: TestApp) {
    let (things, _ada) = things(&site).await;
    for role in Role::ALL.iter().copied().filter(|role| role.is_staff()) {
        let email = format!("{role}@example.org");
        site.staff(&email, role).await;
        let first = site.visitor();
        assert_eq!(site.enter_password(&first, &email).await.location(), SET_UP);
        walk(&site, &things, &first, None, &format!("{role} before the second factor is set up")).await;
        site.signed_in_as(&email, role).await;
        walk(&site, &things, &halfway(&site, &email).await, None, &format!("{role} before the code")).await;
    }
}

async fn a_session_that_a_password_alone_began_is_nobody_when_its_account_becomes_staff(site: TestApp) {
    let (things, ada) = things(&site).await;
    site.tamper("update members set role = 'privacy_officer' where email = 'ada@example.org'").await.unwrap();
    walk(&site, &things, &ada, None, "a member who was made an officer").await;
}

async fn a_code_signs_in_under_a_new_session_and_leads_to_where_one_wanted(site: TestApp) {
    staff(&site).await;
    site.pass(STEP);
    let sam = site.visitor();
    let page = sam.get("/support").await;
    assert_eq!(page.location(), "/sign-in?next=/support");
    sam.get("/sign-in").await;
    let form = [("email", SUPPORT), ("password", PASSWORD), ("next", "/account")];
    assert_eq!(sam.post("/api/sign-in", &form).await.location(), CODE);
    let half = site.visitor();
    half.take_cookie_of(&sam);
    assert_eq!(sam.get(SET_UP).await.location(), CODE, "nothing is set up a second time");
    let page = sam.get(CODE).await;
    assert!(page.has("[name=code][inputmode=numeric][autocomplete=one-time-code]"));
    let code = shown(&site, SUPPORT);
    assert_eq!(enter(&sam, &format!(" {} {} ", &code[..3], &code[3..])).await.location(), "/account");
    assert_ne!(half.cookie(), sam.cookie());
    assert_eq!(sam.get("/support").await.status, StatusCode::OK);
    for path in ["/support", "/account", CODE] {
        assert_eq!(half.get(path).await.status, StatusCode::FOUND, "the id from before is worth nothing at {path}");
    }
}

async fn a_code_is_never_accepted_twice(site: TestApp) {
    staff(&site).await;
    let early = shown(&site, SUPPORT);
    site.pass(STEP);
    let code = shown(&site, SUPPORT);
    assert_eq!(enter(&halfway(&site, SUPPORT).await, &code).await.location(), "/support");
    // Still within the time in which it is shown, and in the one in which clocks may differ;
    // and the one before it.
    for _ in 0..2 {
        for code in [&code, &early] {
            let again = halfway(&site, SUPPORT).await;
            enter(&again, code).await.refused("Enter your code").says("This code is wrong, or it has been used.");
            assert_eq!(again.get("/support").await.location(), "/sign-in?next=/support");
        }
        site.pass(STEP - 1);
    }
    assert_eq!(enter(&halfway(&site, SUPPORT).await, &shown(&site, SUPPORT)).await.location(), "/support");
}

async fn of_two_with_the_same_code_at_once_one_gets_in(site: TestApp) {
    staff(&site).await;
    for _ in 0..3 {
        site.pass(STEP);
        let code = shown(&site, SUPPORT);
        let [one, two] = [halfway(&site, SUPPORT).await, halfway(&site, SUPPORT).await];
        let (a, b) = tokio::join!(enter(&one, &code), enter(&two, &code));
        let mut went = [a.location(), b.location()];
        went.sort_unstable();
        assert_eq!(went, ["", "/support"]);
        [a, b].iter().find(|answer| answer.location().is_empty()).unwrap().refused("Enter your code");
    }
}

async fn a_recovery_code_signs_in_once(site: TestApp) {
    staff(&site).await;
    site.staff("other@example.org", Role::Support).await;
    site.signed_in_as("other@example.org", Role::Support).await;
    let code = site.authenticator(SUPPORT, |a| a.recovery[3].clone());
    let use_it = async |email| {
        let visitor = halfway(&site, email).await;
        (visitor.post("/api/enter-code", &[("recovery", &code.to_lowercase().replace('-', " "))]).await, visitor)
    };
    // It is somebody else's.
    use_it("other@example.org").await.0.refused("Enter your code");
    let (answer, sam) = use_it(SUPPORT).await;
    assert_eq!(answer.location(), "/support");
    sam.get("/account").await.says("9 of 10 left");
    let (page, _) = use_it(SUPPORT).await;
    page.refused("Enter your code").says("This is not one of your recovery codes, or it has been used.");
    assert!(page.has("details[open]"), "{}", page.body);
    let [one, two] = [halfway(&site, SUPPORT).await, halfway(&site, SUPPORT).await];
    let code = site.authenticator(SUPPORT, |a| a.recovery[4].clone());
    let form = [("recovery", code.as_str())];
    let (a, b) = tokio::join!(one.post("/api/enter-code", &form), two.post("/api/enter-code", &form));
    assert_eq!([a, b].iter().filter(|answer| answer.location() == "/support").count(), 1);
    // One that was stored before they were hashed slowly.
    let code = site.authenticator(SUPPORT, |a| a.recovery[5].clone());
    let sam = member(&site, SUPPORT).await;
    let old = sayso::account::second_factor::old_recovery_hash(&sam.id, &code.replace('-', ""));
    let set = format!(
        "update recovery_codes set sha256 = '{old}' where sha256 in
          (select sha256 from recovery_codes where member_id = '{}' limit 1)",
        sam.id
    );
    site.tamper(&set).await.unwrap();
    site.tamper(&format!("delete from recovery_codes where sha256 <> '{old}'")).await.unwrap();
    let visitor = halfway(&site, SUPPORT).await;
    assert_eq!(visitor.post("/api/enter-code", &[("recovery", &code)]).await.location(), "/support");
    let visitor = halfway(&site, SUPPORT).await;
    visitor.post("/api/enter-code", &[("recovery", &code)]).await.refused("Enter your code");
}

async fn wrong_codes_are_slowed_down_whatever_the_password(site: TestApp) {
    staff(&site).await;
    site.pass(STEP);
    let eve = halfway(&site, SUPPORT).await.wanting_json();
    let right = shown(&site, SUPPORT);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for n in 0..5 {
        assert_eq!(enter(&eve, wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{n}");
    }
    // Recovery codes are counted with them.
    assert_eq!(
        eve.post("/api/enter-code", &[("recovery", "0000-0000-0000-0000")]).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    let slow = enter(&eve, &right).await;
    assert_eq!((slow.status, slow.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "15"));
    // Neither another address nor the password once more makes it quicker.
    let elsewhere = halfway(&site, SUPPORT).await;
    let slow = enter(&elsewhere, &right).await;
    assert_eq!(slow.status, StatusCode::TOO_MANY_REQUESTS);
    slow.is_page("Enter your code");
    site.pass(slow.header("retry-after").parse::<i64>().unwrap() * 1000);
    enter(&elsewhere, wrong).await.refused("Enter your code");
    assert_eq!(
        enter(&halfway(&site, SUPPORT).await.wanting_json(), &shown(&site, SUPPORT)).await.header("retry-after"),
        "30"
    );
    site.pass(STEP);
    assert_eq!(enter(&elsewhere, &shown(&site, SUPPORT)).await.location(), "/support");
    // A right one begins the count anew.
    enter(&halfway(&site, SUPPORT).await, wrong).await.refused("Enter your code");
}

async fn half_signed_in_ends_after_ten_minutes(site: TestApp) {
    staff(&site).await;
    let form = [("email", SUPPORT), ("password", PASSWORD), ("next", "/account")];
    let [reading, sending] = [site.visitor(), site.visitor()];
    for visitor in [&reading, &sending] {
        assert_eq!(visitor.post("/api/sign-in", &form).await.location(), CODE);
    }
    site.pass(10 * MINUTE - 1);
    assert_eq!(reading.get(CODE).await.status, StatusCode::OK);
    site.pass(1);
    assert_eq!(reading.get(CODE).await.location(), "/sign-in");
    let sent = enter(&sending, &shown(&site, SUPPORT)).await;
    sent.refused("Sign in");
    for page in [reading.get("/sign-in").await, sent] {
        page.says("More than ten minutes have passed");
        assert_eq!(page.field("next"), "/account");
    }
}

async fn a_reset_ends_the_sessions_and_sets_up_anew(site: TestApp) {
    let sam = staff(&site).await;
    site.pass(STEP);
    let half = halfway(&site, SUPPORT).await;
    let (code, recovery) = (shown(&site, SUPPORT), site.authenticator(SUPPORT, |a| a.recovery[0].clone()));
    let id = member(&site, SUPPORT).await.id;
    let mut tx = site.app.db.begin().await.unwrap();
    factors::reset(tx.conn(), &id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sam.get("/support").await.location(), "/sign-in?next=/support");
    sam.get("/sign-in").await.says("because your account was changed elsewhere");
    enter(&half, &code).await.refused("Sign in").says("or your account was changed");
    let again = site.visitor();
    assert_eq!(site.enter_password(&again, SUPPORT).await.location(), SET_UP);
    for (field, value) in [("code", &code), ("recovery", &recovery)] {
        assert_eq!(again.post("/api/enter-code", &[(field, value)]).await.location(), SET_UP);
    }
    site.set_up(&again, SUPPORT).await;
    assert_eq!(again.get("/support").await.status, StatusCode::OK);
}

async fn new_recovery_codes_take_the_place_of_the_old(site: TestApp) {
    let sam = staff(&site).await;
    let old = site.authenticator(SUPPORT, |a| a.recovery.clone());
    let page = sam.post("/api/make-recovery-codes", &[("proof", "wrong-horse-battery")]).await;
    page.refused("Recovery codes").says("This code is wrong");
    assert_eq!(page.recovery_codes().len(), 0);
    // Whoever has the password, and a session that was left open, gets no codes by them.
    sam.post("/api/make-recovery-codes", &[("proof", PASSWORD)]).await.refused("Recovery codes");
    site.pass(STEP);
    let code = shown(&site, SUPPORT);
    assert_eq!(sam.post("/api/make-recovery-codes", &[("proof", &code)]).await.location(), "/account/recovery-codes");
    let one = sam.get("/account/recovery-codes").await.recovery_codes();
    site.pass(STEP);
    let code = shown(&site, SUPPORT);
    sam.post("/api/make-recovery-codes", &[("proof", &code)]).await;
    let two = sam.get("/account/recovery-codes").await.recovery_codes();
    assert!(one.len() == 10 && two.len() == 10 && one != two);
    for (codes, to) in [(&old, ""), (&one, ""), (&two, "/support")] {
        let visitor = halfway(&site, SUPPORT).await;
        assert_eq!(visitor.post("/api/enter-code", &[("recovery", &codes[0])]).await.location(), to);
    }
    // A code given here is used up as well.
    enter(&halfway(&site, SUPPORT).await, &code).await.refused("Enter your code");
}

async fn another_authenticator_takes_a_code_of_the_present_one(site: TestApp) {
    let sam = staff(&site).await;
    let elsewhere = site.signed_in_as(SUPPORT, Role::Support).await;
    site.pass(STEP);
    let page = "/account/authenticator";
    assert!(!sam.get(page).await.body.contains("otpauth:"));
    const TITLE: &str = "Another authenticator app";
    sam.post("/api/change-authenticator", &[("code", "")]).await.refused(TITLE).says("Please enter the six digits");
    sam.post("/api/confirm-authenticator", &[("code", "123456")]).await.refused(TITLE).says("Please start again");
    sam.post("/api/change-authenticator", &[("code", &shown(&site, SUPPORT))]).await;
    let key = sam.get(page).await.authenticator_key();
    site.pass(STEP);
    // The present one still counts, and is not the new one.
    let old = shown(&site, SUPPORT);
    sam.post("/api/confirm-authenticator", &[("code", &old)]).await.refused(TITLE);
    let new = crate::test_app::Authenticator::new(&key);
    let before = sam.cookie();
    assert_eq!(
        sam.post("/api/confirm-authenticator", &[("code", &new.code(site.app.clock.now()))]).await.location(),
        "/account"
    );
    assert_ne!(sam.cookie(), before);
    let account = sam.get("/account").await;
    account.says("From now on, use the codes of the new app.");
    account.says("9 of 10 left");
    assert_eq!(elsewhere.get("/account").await.status, StatusCode::FOUND);
    site.pass(STEP);
    enter(&halfway(&site, SUPPORT).await, &shown(&site, SUPPORT)).await.refused("Enter your code");
    assert_eq!(enter(&halfway(&site, SUPPORT).await, &new.code(site.app.clock.now())).await.location(), "/support");
}

async fn a_member_is_asked_for_no_code_and_finds_nothing_of_it(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    ada.get("/account").await.does_not_say("second factor");
    for path in ["/account/recovery-codes", "/account/authenticator"] {
        assert_eq!(ada.get(path).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(site.enter_password(&ada, "ada@example.org").await.location(), "/settings/privacy");
}
