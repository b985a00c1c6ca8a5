//! Where somebody is signed in: seen and ended by them, and over by itself.

use crate::stories;
use crate::test_app::{Answer, TestApp, TestClient};
use http::{Method, StatusCode};
use sayso::account::model::Role;
use sayso::account::store as accounts;
use sayso::db::Db;
use sayso::time::UtcMillis;
use sayso::web::session_store::Sessions;

stories![
    each_device_is_listed_with_its_times_and_this_one_is_marked,
    one_is_ended_from_another_and_twice_is_as_good_as_once,
    nobody_ends_the_session_of_somebody_else,
    all_others_end_at_once_also_those_that_wait_for_a_code,
    what_has_ended_is_not_listed_and_is_swept,
    a_changed_password_ends_those_of_before_in_the_list_too,
    a_session_of_a_clock_that_was_ahead_is_no_longer_than_its_own_length,
    a_clock_that_is_in_doubt_signs_nobody_out,
    a_session_is_stored_under_no_name_that_signs_in,
];

const ADA: &str = "ada@example.org";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1";

/// Signs in with a browser that calls itself by this name.
async fn with(site: &TestApp, agent: &str) -> TestClient {
    let visitor = site.visitor();
    let form = [("email", ADA), ("password", crate::test_app::PASSWORD)];
    let answer = visitor.send(Method::POST, "/api/sign-in", &form, &[("user-agent", agent)]).await;
    assert_eq!(answer.location(), "/settings/privacy", "{}", answer.body);
    visitor
}

/// By which names the page's forms end sessions.
fn names(page: &Answer) -> Vec<String> {
    page.fields("session")
}

async fn is_in(visitor: &TestClient) -> bool {
    visitor.get("/account").await.status == StatusCode::OK
}

async fn each_device_is_listed_with_its_times_and_this_one_is_marked(site: TestApp) {
    site.member(ADA, "IE").await.post("/api/sign-out", &[]).await;
    let linux = with(&site, FIREFOX).await;
    site.pass_days(1);
    let phone = with(&site, IPHONE).await;
    site.pass(2 * 3_600_000);
    linux.get("/settings/privacy").await;
    let page = linux.get("/account").await;
    page.says("Where you are signed in");
    page.says("Firefox on Linux · this device");
    page.says("Signed in since 23 November 2026, 00:00 UTC, last seen 24 November 2026, 02:00 UTC");
    page.says("Safari on iPhone");
    page.says("Signed in since 24 November 2026, 00:00 UTC, last seen 24 November 2026, 00:00 UTC");
    assert_eq!(names(&page).len(), 1, "the one that asks has no form");
    assert!(!page.body.contains(&phone.cookie().unwrap()), "no id of a session is on a page");
    let other = phone.get("/account").await;
    other.says("Safari on iPhone · this device");
    // Nobody else's stand there.
    site.member("bob@example.org", "US").await.get("/account").await.does_not_say("iPhone");
}

async fn one_is_ended_from_another_and_twice_is_as_good_as_once(site: TestApp) {
    let here = site.member(ADA, "IE").await;
    let [one, two] = [with(&site, FIREFOX).await, with(&site, IPHONE).await];
    let page = here.get("/account").await;
    assert_eq!(names(&page).len(), 2);
    let phone = names(&two.get("/account").await);
    // A page has no form for its own session, so the phone's is the one that its own page
    // lacks.
    let its = names(&page).into_iter().find(|name| !phone.contains(name)).unwrap();
    for _ in 0..2 {
        assert_eq!(here.post("/api/end-session", &[("session", &its)]).await.location(), "/account#sessions");
        assert_eq!([is_in(&here).await, is_in(&one).await, is_in(&two).await], [true, true, false]);
    }
    here.post("/api/end-session", &[("session", &its)]).await;
    here.get("/account").await.says("That session has ended.");
    here.get("/account").await.does_not_say("That session has ended.");
    // Its own is signing out.
    let own = names(&one.get("/account").await).remove(0);
    assert_eq!(here.post("/api/end-session", &[("session", &own)]).await.location(), "/sign-in");
    assert!(!is_in(&here).await);
}

async fn nobody_ends_the_session_of_somebody_else(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let other = with(&site, FIREFOX).await;
    let theirs = names(&ada.get("/account").await).remove(0);
    let bob = site.member("bob@example.org", "US").await;
    for name in [&*theirs, "", "\0", "' or 1=1 --", &"x".repeat(7_000)] {
        bob.post("/api/end-session", &[("session", name)]).await;
        assert_eq!(
            site.visitor().wanting_json().post("/api/end-session", &[("session", name)]).await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    bob.post("/api/end-other-sessions", &[]).await;
    assert!(is_in(&ada).await && is_in(&other).await && is_in(&bob).await);
    let foreign = [("origin", "https://evil.example")];
    let refused = ada.send(Method::POST, "/api/end-other-sessions", &[], &foreign).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(is_in(&other).await);
}

async fn all_others_end_at_once_also_those_that_wait_for_a_code(site: TestApp) {
    site.staff("sam@example.org", Role::Support).await;
    let sam = site.signed_in_as("sam@example.org", Role::Support).await;
    site.pass(30_000);
    let elsewhere = site.signed_in_as("sam@example.org", Role::Support).await;
    let half = site.visitor();
    assert_eq!(site.enter_password(&half, "sam@example.org").await.location(), "/sign-in/code");
    assert_eq!(half.get("/sign-in/code").await.status, StatusCode::OK);
    let page = sam.get("/account").await;
    assert_eq!(names(&page).len(), 1, "one that waits for a code is signed in nowhere");
    let all_others = "form[action^='/api/end-other-sessions']";
    assert!(page.has(all_others));
    let [one, two] = [site.visitor(), site.visitor()];
    for tab in [&one, &two] {
        tab.take_cookie_of(&sam);
    }
    // Two clicks at once: both find it done, and whoever clicked stays signed in.
    let (a, b) = tokio::join!(one.post("/api/end-other-sessions", &[]), two.post("/api/end-other-sessions", &[]));
    assert_eq!([a.location(), b.location()], ["/account#sessions"; 2]);
    sam.get("/account").await.says("You are now signed in only here.");
    assert!(!is_in(&elsewhere).await);
    assert_eq!(half.get("/sign-in/code").await.location(), "/sign-in");
    assert_eq!(names(&sam.get("/account").await), Vec::<String>::new());
    assert!(!sam.get("/account").await.has(all_others));
}

async fn what_has_ended_is_not_listed_and_is_swept(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    with(&site, IPHONE).await;
    site.pass_days(13);
    assert_eq!(names(&ada.get("/account").await).len(), 1);
    site.pass_days(1);
    let page = ada.get("/account").await;
    page.does_not_say("iPhone");
    let count = async || {
        let sql = "select count(*) from sessions";
        let many: i64 = match &site.app.db {
            Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await.unwrap(),
            Db::Postgres { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        };
        many
    };
    assert_eq!(count().await, 2);
    Sessions::new(&site.app).sweep().await.unwrap();
    assert_eq!(count().await, 1);
    assert!(is_in(&ada).await);
    // Without a visit for fourteen days, whatever the cookie says.
    site.pass_days(14);
    assert!(!is_in(&ada).await);
}

async fn a_changed_password_ends_those_of_before_in_the_list_too(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    with(&site, IPHONE).await;
    let form = [("current", crate::test_app::PASSWORD), ("password", "plumb seven otters gladly")];
    assert_eq!(ada.post("/api/change-password", &form).await.location(), "/account");
    assert_eq!(names(&ada.get("/account").await), Vec::<String>::new());
}

/// A machine that starts with a clock 60 days ahead, sign-in, and the clock right again.
async fn a_session_of_a_clock_that_was_ahead_is_no_longer_than_its_own_length(site: TestApp) {
    let mut site = site;
    site.member(ADA, "IE").await;
    let before = with(&site, FIREFOX).await;
    site.move_clock(60 * UtcMillis::DAY);
    site.reboot().await;
    let ahead = with(&site, IPHONE).await;
    assert!(is_in(&ahead).await);
    site.move_clock(-60 * UtcMillis::DAY);
    site.reboot().await;
    site.accept_clock().await;
    assert!(!is_in(&ahead).await, "it would have been good for 74 days");
    assert!(is_in(&before).await, "a session of before goes on");
}

async fn a_clock_that_is_in_doubt_signs_nobody_out(site: TestApp) {
    let mut site = site;
    let ada = site.member(ADA, "IE").await;
    for moved in [100 * UtcMillis::DAY, -100 * UtcMillis::DAY] {
        site.move_clock(moved);
        assert!(is_in(&ada).await);
        assert!(Sessions::new(&site.app).sweep().await.is_err(), "nothing is removed");
        site.move_clock(-moved);
        site.pass(60_000);
        assert!(is_in(&ada).await);
    }
    // Behind the record from the start of the machine, and set right.
    site.move_clock(-100 * UtcMillis::DAY);
    site.reboot().await;
    assert_eq!(site.visitor().get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(is_in(&ada).await);
    site.move_clock(100 * UtcMillis::DAY);
    site.reboot().await;
    assert!(is_in(&ada).await);
}

async fn a_session_is_stored_under_no_name_that_signs_in(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let mut reader = site.app.db.reader().await.unwrap();
    let member = accounts::by_email(reader.conn(), ADA).await.unwrap().unwrap();
    let stored = accounts::sessions::of_member(reader.conn(), &member.id).await.unwrap();
    drop(reader);
    let [(name, _)] = &stored[..] else { panic!("{stored:?}") };
    assert_ne!(Some(name), ada.cookie().as_ref());
    let thief = site.visitor();
    let request =
        http::Request::get("/account").header("accept", "text/html").header("cookie", format!("sayso={name}"));
    let answer = thief.pass_on(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(answer.location(), "/sign-in?next=/account");
}
