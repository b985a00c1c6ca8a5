//! Who fails at signing in is slowed down, and keeps nobody else out.

use crate::stories;
use crate::test_app::{Answer, PASSWORD, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::Role;
use sayso::account::store;
use sayso::db::Db;
use sayso::time::UtcMillis;

stories![
    who_has_signed_in_on_a_device_gets_in_there_whatever_strangers_do,
    staff_get_in_on_their_device_too_with_password_and_code,
    a_device_that_fails_is_slowed_down_for_itself,
    guessing_in_a_session_is_slowed_down_and_keeps_nobody_else_out,
    a_device_is_known_for_those_who_signed_in_on_it_and_nobody_else,
    a_forgotten_device_is_a_stranger_and_so_is_one_of_long_ago,
    the_owner_is_told_by_mail_once_a_day,
    nobody_is_mailed_who_has_not_proved_the_address_or_has_left,
    from_one_network_address_attempts_are_slowed_down_at_every_account,
    a_right_one_is_not_written_over_by_an_attempt_at_the_same_time,
    a_block_of_a_clock_that_was_ahead_is_worth_its_own_length,
    an_officers_right_code_is_right_after_a_clock_was_ahead,
    what_counts_no_more_is_removed,
];

const ADA: &str = "ada@example.org";
const OTHER: &str = "plumb seven otters gladly";
const QUARTER: i64 = 15 * 60_000;

async fn enter(visitor: &TestClient, email: &str, password: &str) -> Answer {
    visitor.post("/api/sign-in", &[("email", email), ("password", password)]).await
}

/// A stranger who fails as often as they are let, each quarter of an hour for two hours, each time
/// from another address.
async fn keep_guessing(site: &TestApp, email: &str) {
    for _ in 0..8 {
        let eve = site.visitor();
        for _ in 0..6 {
            enter(&eve, email, "wrong-horse-battery").await;
        }
        site.pass(QUARTER);
    }
    let eve = site.visitor();
    for _ in 0..6 {
        enter(&eve, email, "wrong-horse-battery").await;
    }
}

/// The mails to `to` that tell of strangers.
async fn warnings(site: &TestApp, to: &str) -> Vec<String> {
    let sql = "select plain from outbox
      where to_address = $1 and subject = 'Somebody is trying to sign in to your account' order by id";
    match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sql).bind(to).fetch_all(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(sql).bind(to).fetch_all(pool).await.unwrap(),
    }
}

async fn prove(site: &TestApp, email: &str) {
    site.tamper(&format!("update members set address_proved_at = 1 where email = '{email}'")).await.unwrap();
}

async fn failing_slows_down(visitor: &TestClient, email: &str) {
    for n in 0..5 {
        assert_eq!(enter(visitor, email, "wrong-horse-battery").await.status, StatusCode::UNPROCESSABLE_ENTITY, "{n}");
    }
    let slow = enter(visitor, email, PASSWORD).await;
    assert_eq!((slow.status, slow.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "15"));
}

/// Over https the cookie is one that no other site, and no page without https, can set or read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_https_the_cookie_of_a_device_is_bound_to_this_host() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let site = TestApp::open(&url, Some(folder), &["--base-url", "https://sayso.example"]).await;
    site.member(ADA, "IE").await;
    let answer = enter(&site.visitor(), ADA, PASSWORD).await;
    let cookies: Vec<&str> = answer.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    let device = cookies.iter().find(|c| c.starts_with("__Host-sayso-device=")).expect("there is one");
    assert!(device.ends_with("; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax; Secure"), "{device}");
}

async fn who_has_signed_in_on_a_device_gets_in_there_whatever_strangers_do(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let phone = site.signed_in(ADA).await;
    phone.post("/api/sign-out", &[]).await;
    keep_guessing(&site, ADA).await;
    // A device of nobody's waits with the strangers.
    let new = site.visitor().wanting_json();
    assert_eq!(enter(&new, ADA, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(enter(&phone, ADA, PASSWORD).await.location(), "/settings/privacy");
    // So does a change of password, and it comes from the session's own device.
    let form = [("current", PASSWORD), ("password", OTHER)];
    assert_eq!(ada.post("/api/change-password", &form).await.location(), "/account");
    ada.get("/account").await.says("Your password has been changed");
    assert_eq!(enter(&phone, ADA, OTHER).await.location(), "/settings/privacy");
    // The strangers go on waiting.
    assert_eq!(enter(&new, ADA, OTHER).await.status, StatusCode::TOO_MANY_REQUESTS);
}

async fn staff_get_in_on_their_device_too_with_password_and_code(site: TestApp) {
    const SAM: &str = "sam@example.org";
    site.staff(SAM, Role::Support).await;
    let sam = site.signed_in_as(SAM, Role::Support).await;
    keep_guessing(&site, SAM).await;
    // A stranger who knows the password, and fails at the code.
    site.tamper("update sign_in_attempts set failures = 0, blocked_until = 0").await.unwrap();
    let eve = site.visitor().wanting_json();
    site.enter_password(&eve, SAM).await;
    for _ in 0..7 {
        eve.post("/api/enter-code", &[("code", "000000")]).await;
    }
    assert_eq!(eve.post("/api/enter-code", &[("code", "000000")]).await.status, StatusCode::TOO_MANY_REQUESTS);
    site.sign_in(&sam, SAM, Role::Support).await;
    assert_eq!(sam.get("/support").await.status, StatusCode::OK);
    let mails = warnings(&site, SAM).await;
    assert!(mails.last().unwrap().contains("they know your password"), "{mails:#?}");
}

async fn a_device_that_fails_is_slowed_down_for_itself(site: TestApp) {
    site.member(ADA, "IE").await;
    let [phone, laptop] = [site.signed_in(ADA).await.wanting_json(), site.signed_in(ADA).await.wanting_json()];
    failing_slows_down(&phone, ADA).await;
    assert_eq!(enter(&laptop, ADA, PASSWORD).await.status, StatusCode::OK);
    assert_eq!(enter(&site.visitor().wanting_json(), ADA, PASSWORD).await.status, StatusCode::OK);
    assert_eq!(enter(&phone, ADA, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    site.pass(15_000);
    assert_eq!(enter(&phone, ADA, PASSWORD).await.status, StatusCode::OK);
    assert_eq!(warnings(&site, ADA).await, Vec::<String>::new());
}

/// Guessing at the present password in a session that was left open, or taken, is slowed down
/// for that session.
async fn guessing_in_a_session_is_slowed_down_and_keeps_nobody_else_out(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let thief = site.visitor();
    let id = ada.cookie().unwrap();
    let guess = async |password: &str| {
        let body = format!("current={password}&password=plumb+seven+otters+gladly");
        let request = http::Request::post("/api/change-password")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", format!("sayso={id}"));
        thief.pass_on(request.body(axum::body::Body::from(body)).unwrap()).await.status
    };
    for _ in 0..5 {
        assert_eq!(guess("wrong-horse-battery").await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(guess(PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
    // Neither on her device nor on a new one is she kept out.
    let form = [("current", PASSWORD), ("password", OTHER)];
    ada.post("/api/change-password", &form).await;
    ada.get("/account").await.says("Your password has been changed");
    assert_eq!(enter(&site.visitor(), ADA, OTHER).await.location(), "/settings/privacy");
}

async fn a_device_is_known_for_those_who_signed_in_on_it_and_nobody_else(site: TestApp) {
    site.member(ADA, "IE").await;
    let bob = site.member("bob@example.org", "US").await.wanting_json();
    keep_guessing(&site, ADA).await;
    assert_eq!(enter(&bob, ADA, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    // A cookie that was made up is none.
    let eve = site.visitor();
    for secret in ["", "x", "0123456789abcdef0123456789abcdef", &"f".repeat(5_000)] {
        let body = format!("email={ADA}&password={PASSWORD}");
        let request = http::Request::post("/api/sign-in")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", format!("sayso-device={secret}"));
        let answer = eve.pass_on(request.body(axum::body::Body::from(body)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    }
}

async fn a_forgotten_device_is_a_stranger_and_so_is_one_of_long_ago(site: TestApp) {
    site.member(ADA, "IE").await;
    let [one, two] = [site.signed_in(ADA).await.wanting_json(), site.signed_in(ADA).await.wanting_json()];
    site.pass_days(399);
    assert_eq!(enter(&two, ADA, PASSWORD).await.status, StatusCode::OK);
    site.pass_days(1);
    keep_guessing(&site, ADA).await;
    assert_eq!(enter(&one, ADA, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(enter(&two, ADA, PASSWORD).await.status, StatusCode::OK);
    let mut tx = site.app.db.begin().await.unwrap();
    let member = store::by_email(tx.conn(), ADA).await.unwrap().unwrap();
    store::devices::forget(tx.conn(), &member.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(enter(&two, ADA, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
}

async fn the_owner_is_told_by_mail_once_a_day(site: TestApp) {
    site.member(ADA, "IE").await;
    prove(&site, ADA).await;
    let eve = site.visitor();
    for _ in 0..5 {
        enter(&eve, ADA, "my secret guess").await;
    }
    assert_eq!(warnings(&site, ADA).await, Vec::<String>::new(), "a few mistakes are no news");
    enter(&eve, ADA, "my secret guess").await;
    let mails = warnings(&site, ADA).await;
    assert_eq!(mails.len(), 1);
    let said = mails[0].split_whitespace().collect::<Vec<_>>().join(" ");
    for says in ["with a wrong password", "http://127.0.0.1:3000/forgot", "http://127.0.0.1:3000/account"] {
        assert!(said.contains(says), "{says}: {said}");
    }
    assert!(!mails[0].contains("guess") && !mails[0].contains("127.1."), "nothing that was typed: {}", mails[0]);
    // Two hours of it, and a sign-in of hers in between on a new device, make no second one.
    keep_guessing(&site, ADA).await;
    site.pass(QUARTER);
    site.signed_in(ADA).await;
    keep_guessing(&site, ADA).await;
    assert_eq!(warnings(&site, ADA).await.len(), 1);
    site.pass_days(1);
    keep_guessing(&site, ADA).await;
    assert_eq!(warnings(&site, ADA).await.len(), 2);
}

async fn nobody_is_mailed_who_has_not_proved_the_address_or_has_left(site: TestApp) {
    site.member(ADA, "IE").await;
    site.tamper("update members set address_proved_at = null").await.unwrap();
    site.staff("gone@example.org", Role::Support).await;
    let mut tx = site.app.db.begin().await.unwrap();
    let gone = store::by_email(tx.conn(), "gone@example.org").await.unwrap().unwrap();
    store::close(tx.conn(), &gone.id).await.unwrap();
    tx.commit().await.unwrap();
    for email in [ADA, "gone@example.org", "nobody@example.org"] {
        keep_guessing(&site, email).await;
        assert_eq!(warnings(&site, email).await, Vec::<String>::new(), "{email}");
    }
}

async fn from_one_network_address_attempts_are_slowed_down_at_every_account(site: TestApp) {
    let eve = site.visitor().wanting_json();
    for n in 0..30 {
        assert_eq!(enter(&eve, &format!("m{n}@example.org"), "x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(enter(&eve, "another@example.org", "x").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        enter(&site.visitor().wanting_json(), "another@example.org", "x").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

/// Whoever is right makes the count begin anew, also for an attempt that is counted just then.
async fn a_right_one_is_not_written_over_by_an_attempt_at_the_same_time(site: TestApp) {
    let (db, now) = (site.app.db.clone(), site.app.clock.now());
    let count = async |db: &Db| {
        let mut tx = db.begin().await.unwrap();
        store::count_attempt(tx.conn(), &[("key", 5)], now).await.unwrap();
        tx.commit().await.unwrap();
    };
    for _ in 0..4 {
        count(&db).await;
    }
    let mut right = db.begin().await.unwrap();
    store::attempts::forgive(right.conn(), "key", std::iter::empty()).await.unwrap();
    let (_, ()) = tokio::join!(count(&db), async {
        // By now the attempt has read what it can.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        right.commit().await.unwrap();
    });
    let sql = "select failures from sign_in_attempts where key = 'key'";
    let failures: i64 = match &db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    };
    assert_eq!(failures, 1);
}

/// A machine that starts with a clock 400 days ahead, blocks, and is set right.
async fn a_block_of_a_clock_that_was_ahead_is_worth_its_own_length(site: TestApp) {
    let mut site = site;
    site.member(ADA, "IE").await;
    site.move_clock(400 * UtcMillis::DAY);
    site.reboot().await;
    keep_guessing(&site, ADA).await;
    assert_eq!(enter(&site.visitor().wanting_json(), ADA, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    site.move_clock(-400 * UtcMillis::DAY);
    site.reboot().await;
    assert_eq!(enter(&site.visitor().wanting_json(), ADA, PASSWORD).await.status, StatusCode::OK);
    // What begins now is slowed down as ever.
    failing_slows_down(&site.visitor().wanting_json(), ADA).await;
}

async fn an_officers_right_code_is_right_after_a_clock_was_ahead(site: TestApp) {
    const OLGA: &str = "olga@example.org";
    let mut site = site;
    site.staff(OLGA, Role::PrivacyOfficer).await;
    site.signed_in_as(OLGA, Role::PrivacyOfficer).await;
    site.move_clock(60 * UtcMillis::DAY);
    site.reboot().await;
    site.signed_in_as(OLGA, Role::PrivacyOfficer).await;
    site.move_clock(-60 * UtcMillis::DAY);
    site.pass(60_000);
    site.reboot().await;
    let shown = site.authenticator(OLGA, |a| a.code(site.app.clock.now()));
    let with_code = async |code: &str| {
        let visitor = site.visitor();
        site.enter_password(&visitor, OLGA).await;
        visitor.post("/api/enter-code", &[("code", code)]).await
    };
    assert_eq!(with_code(&shown).await.location(), "/support/objections");
    // And is then used up.
    with_code(&shown).await.refused("Enter your code");
}

async fn what_counts_no_more_is_removed(site: TestApp) {
    site.member(ADA, "IE").await;
    keep_guessing(&site, ADA).await;
    site.pass_days(3);
    let rows = async |table: &str| -> i64 {
        let sql = format!("select count(*) from {table}");
        match &site.app.db {
            Db::Sqlite { read, .. } => sqlx::query_scalar(sayso::db::built(&sql)).fetch_one(read).await.unwrap(),
            Db::Postgres { pool, .. } => sqlx::query_scalar(sayso::db::built(&sql)).fetch_one(pool).await.unwrap(),
        }
    };
    let sweep = async || sayso::serve::sweep::all(&site.app).await;
    assert!(rows("sign_in_attempts").await > 0);
    sweep().await;
    assert_eq!((rows("sign_in_attempts").await, rows("known_devices").await), (0, 1));
    site.pass_days(400);
    sweep().await;
    assert_eq!(rows("known_devices").await, 0);
    // Of one member no more than twenty are known.
    for _ in 0..22 {
        site.signed_in(ADA).await;
    }
    assert_eq!(rows("known_devices").await, 20);
}
