//! Who presses the switch all the time makes no history that grows as fast, and is never held On.

use crate::stories;
use crate::test_app::{Answer, TestApp, TestClient};
use http::StatusCode;
use sayso::time::UtcMillis;

stories![
    turning_it_on_waits_and_turning_it_off_does_not,
    so_many_changes_are_enough_for_a_day,
    another_node_counts_the_same,
    how_often_is_asked_last,
    a_clock_that_was_ahead_keeps_nobody_waiting,
    moving_to_and_fro_waits,
];

const MINUTE: i64 = 60_000;

async fn press(member: &TestClient, wanted: &str) -> Answer {
    let seen = member.get("/settings/privacy").await.seen();
    member.post("/api/set-ai-training", &[("wanted", wanted), ("seen", &seen)]).await
}

/// Presses so often, beginning with Off.
async fn presses(site: &TestApp, member: &TestClient, count: usize) {
    for n in 0..count {
        let answer = press(member, ["denied", "allowed"][n % 2]).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{n}: {}", answer.body);
        site.pass(1_000);
    }
}

fn json(site: &TestApp, member: &TestClient) -> TestClient {
    let visitor = site.visitor();
    visitor.take_cookie_of(member);
    visitor.wanting_json()
}

async fn turning_it_on_waits_and_turning_it_off_does_not(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    // The tenth is an On, and the Off after it is one more than the limit.
    presses(&site, &ada, 11).await;
    assert_eq!(site.count("choice").await, 11);

    let page = press(&ada, "allowed").await;
    assert_eq!((page.status, page.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "50"));
    page.says("You have changed this too often");
    page.says("You can turn it on again in 50 seconds. Nothing was changed, and it is off.");
    let seen = ada.get("/settings/privacy").await.seen();
    let form = [("wanted", "allowed"), ("seen", seen.as_str())];
    let data = json(&site, &ada).post("/api/set-ai-training", &form).await;
    assert_eq!((data.status, data.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "50"));
    assert!(data.body.contains("{\"SlowDown\":{\"seconds\":50}}"), "{}", data.body);
    assert!(!ada.get("/settings/privacy").await.is_on());
    assert_eq!(site.count("choice").await, 11);

    // Somebody else is kept waiting by nobody.
    let eve = site.member("eve@example.org", "US").await;
    assert_eq!(press(&eve, "allowed").await.status, StatusCode::FOUND);

    // As long as it was told, and not longer.
    site.pass(49_999);
    assert_eq!(press(&ada, "allowed").await.status, StatusCode::TOO_MANY_REQUESTS);
    site.pass(1);
    assert_eq!(press(&ada, "allowed").await.status, StatusCode::FOUND);
    assert!(ada.get("/settings/privacy").await.is_on());
    assert_eq!(press(&ada, "denied").await.status, StatusCode::FOUND);
    assert!(!ada.get("/settings/privacy").await.is_on());
}

async fn so_many_changes_are_enough_for_a_day(site: TestApp) {
    let site = site.with_flags(&["--choices-per-minute", "0", "--choices-per-day", "20"]).await;
    let ada = site.member("ada@example.org", "US").await;
    presses(&site, &ada, 21).await;
    let page = press(&ada, "allowed").await;
    assert_eq!((page.status, page.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "86380"));
    page.says("You can turn it on again in 24 hours");
    // A day has no hour of ours in it: it slides.
    site.pass(86_380 * 1_000);
    let ada = site.signed_in("ada@example.org").await;
    assert_eq!(press(&ada, "allowed").await.status, StatusCode::FOUND);
}

/// What is counted stands in the ledger: another node, or one that was started anew, knows it.
async fn another_node_counts_the_same(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    presses(&site, &ada, 10).await;
    let site = site.with_flags(&["--addr", "127.0.0.1:3001"]).await;
    let ada = site.signed_in("ada@example.org").await;
    assert_eq!(press(&ada, "denied").await.status, StatusCode::FOUND);
    assert_eq!(press(&ada, "allowed").await.status, StatusCode::TOO_MANY_REQUESTS);
    let site = site.with_flags(&["--choices-per-minute", "0", "--choices-per-day", "0"]).await;
    let ada = site.signed_in("ada@example.org").await;
    assert_eq!(press(&ada, "allowed").await.status, StatusCode::FOUND);
}

/// What changes nothing, or is refused for another reason, is not told to wait.
async fn how_often_is_asked_last(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    presses(&site, &ada, 10).await;
    let on = ada.get("/settings/privacy").await.seen();
    // It is on, and the same again is the same.
    assert_eq!(
        ada.post("/api/set-ai-training", &[("wanted", "allowed"), ("seen", &on)]).await.status,
        StatusCode::FOUND
    );
    press(&ada, "denied").await;
    // A form from before that: changed elsewhere.
    let stale = json(&site, &ada).post("/api/set-ai-training", &[("wanted", "allowed"), ("seen", &on)]).await;
    assert!(stale.status == StatusCode::OK && stale.body.contains("\"stale\":true"), "{}", stale.body);
    let fresh = ada.get("/settings/privacy").await.seen();
    site.tamper("update members set address_proved_at = null").await.unwrap();
    let unproved = json(&site, &ada).post("/api/set-ai-training", &[("wanted", "allowed"), ("seen", &fresh)]).await;
    assert_eq!(unproved.status, StatusCode::CONFLICT, "{}", unproved.body);
}

/// A clock that was ahead, and was set right, leaves nobody waiting for its time to come.
async fn a_clock_that_was_ahead_keeps_nobody_waiting(site: TestApp) {
    let mut site = site;
    site.move_clock(60 * UtcMillis::DAY);
    site.reboot().await;
    let ada = site.member("ada@example.org", "US").await;
    presses(&site, &ada, 11).await;
    site.pass(MINUTE / 2);
    assert_eq!(press(&ada, "allowed").await.status, StatusCode::TOO_MANY_REQUESTS);
    site.move_clock(-60 * UtcMillis::DAY);
    site.reboot().await;
    site.accept_clock().await.unwrap();
    let ada = site.signed_in("ada@example.org").await;
    assert_eq!(press(&ada, "allowed").await.status, StatusCode::FOUND);
    assert!(ada.get("/settings/privacy").await.is_on());
}

/// A move is an entry too, and standing reads every one of them.
async fn moving_to_and_fro_waits(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    let go = async |country: &str| ada.post("/api/change-details", &[("name", "Ada"), ("country", country)]).await;
    for n in 0..10 {
        assert_eq!(go(["CA", "US"][n % 2]).await.status, StatusCode::FOUND, "{n}");
        site.pass(1_000);
    }
    let page = go("CA").await;
    assert_eq!((page.status, page.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "50"));
    page.says("Too many attempts. Please try again in 50 seconds.");
    assert_eq!(site.count("move").await, 10);
    // A name is no move, and whoever stays can always turn it off.
    assert_eq!(
        ada.post("/api/change-details", &[("name", "Ada L."), ("country", "US")]).await.status,
        StatusCode::FOUND
    );
    assert_eq!(press(&ada, "denied").await.status, StatusCode::FOUND);
    site.pass(50_000);
    assert_eq!(go("CA").await.status, StatusCode::FOUND);
}
