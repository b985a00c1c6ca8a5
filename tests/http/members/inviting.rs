//! Invitations, and the first password of whoever was brought in.

use super::{ADA, HEADER, import, invite, many, next_letter, number};
use crate::stories;
use crate::test_app::{PASSWORD, TestApp};
use http::StatusCode;
use sayso::members::model::Format;
use sayso::members::welcome::Invited;
use sayso::time::UtcMillis;

stories![
    without_a_password_nobody_signs_in_and_the_answer_is_that_for_anybody,
    nobody_is_written_to_before_they_are_invited_and_then_once,
    a_link_sets_the_first_password_once,
    two_presses_of_the_button_set_one_password,
    a_link_holds_for_seven_days,
    asking_for_a_link_tells_nobody_who_has_an_account,
    asking_too_often_has_to_wait_whoever_has_the_address,
];

async fn without_a_password_nobody_signs_in_and_the_answer_is_that_for_anybody(site: TestApp) {
    import(&site, &format!("{HEADER}{ADA}")).await;
    let unknown = site
        .visitor()
        .wanting_json()
        .post("/api/sign-in", &[("email", "bob@example.org"), ("password", PASSWORD)])
        .await;
    for password in ["", PASSWORD] {
        let answer = site
            .visitor()
            .wanting_json()
            .post("/api/sign-in", &[("email", "ada@example.org"), ("password", password)])
            .await;
        assert_eq!((answer.status, &answer.body), (unknown.status, &unknown.body));
    }
}

async fn nobody_is_written_to_before_they_are_invited_and_then_once(site: TestApp) {
    import(&site, &many(Format::Csv, 250)).await;
    assert_eq!(next_letter(&site).await, None);
    assert_eq!(invite(&site, 120).await, Invited { put: 120, waiting: 120, left: 130 });
    // As long as these wait, no more are put behind them.
    assert_eq!(invite(&site, 120).await, Invited { put: 0, waiting: 120, left: 130 });
    let mut written = Vec::new();
    while let Some((to, _)) = next_letter(&site).await {
        written.push(to);
    }
    assert_eq!(invite(&site, 1_000).await, Invited { put: 130, waiting: 130, left: 0 });
    while let Some((to, _)) = next_letter(&site).await {
        written.push(to);
    }
    written.sort();
    written.dedup();
    assert_eq!(written.len(), 250);
    assert_eq!(invite(&site, 1_000).await, Invited { put: 0, waiting: 0, left: 0 });
}

async fn a_link_sets_the_first_password_once(site: TestApp) {
    import(&site, &format!("{HEADER}{ADA}")).await;
    invite(&site, 10).await;
    let (to, link) = next_letter(&site).await.unwrap();
    assert_eq!(to, "ada@example.org");
    // Of its secret there is only the hash.
    let key = link.split_once("key=").unwrap().1;
    assert_eq!(number(&site, &format!("select count(*) from welcome_links where sha256 = '{key}'")).await, 0);

    let ada = site.visitor();
    assert_eq!(ada.get(&link).await.location(), "/welcome", "the secret leaves the address");
    let page = ada.get("/welcome").await;
    page.says("ada@example.org");
    assert!(!page.body.contains(key));
    for (password, said) in [("short", "Please use 12 characters or more"), ("ada@example.org", "easy to guess")] {
        let refused = ada.post("/api/set-first-password", &[("password", password)]).await;
        refused.refused("Set your password").says(said);
    }
    assert_eq!(ada.post("/api/set-first-password", &[("password", PASSWORD)]).await.location(), "/settings/privacy");
    assert_eq!(ada.get("/settings/privacy").await.status, StatusCode::OK);
    site.signed_in("ada@example.org").await;

    let again = site.visitor();
    again.get(&link).await;
    let page = again.get("/welcome").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.says("This link has been used");
    let other =
        again.wanting_json().post("/api/set-first-password", &[("password", "plumb seven otters gladly")]).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    site.signed_in("ada@example.org").await;
    assert_eq!(number(&site, "select count(*) from welcome_links").await, 0);
}

async fn two_presses_of_the_button_set_one_password(site: TestApp) {
    import(&site, &format!("{HEADER}{ADA}")).await;
    invite(&site, 10).await;
    let link = next_letter(&site).await.unwrap().1;
    let (one, two) = (site.visitor().wanting_json(), site.visitor().wanting_json());
    one.get(&link).await;
    two.get(&link).await;
    let (a, b) = tokio::join!(
        one.post("/api/set-first-password", &[("password", PASSWORD)]),
        two.post("/api/set-first-password", &[("password", "plumb seven otters gladly")])
    );
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert!(statuses[0] < 400 && statuses[1] == 422, "{statuses:?}: {} {}", a.body, b.body);
}

async fn a_link_holds_for_seven_days(site: TestApp) {
    import(&site, &format!("{HEADER}{ADA}")).await;
    invite(&site, 10).await;
    let link = next_letter(&site).await.unwrap().1;
    site.pass(7 * UtcMillis::DAY - 1);
    let ada = site.visitor();
    ada.get(&link).await;
    ada.get("/welcome").await.says("Set your password");
    site.pass(1);
    assert_eq!(ada.get("/welcome").await.status, StatusCode::NOT_FOUND);
    let late = ada.post("/api/set-first-password", &[("password", PASSWORD)]).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
    late.says("This link has been used, or it is more than a week old.");
    let late = site.visitor();
    late.get(&link).await;
    assert_eq!(late.get("/welcome").await.status, StatusCode::NOT_FOUND);
}

async fn asking_for_a_link_tells_nobody_who_has_an_account(site: TestApp) {
    import(&site, &format!("{HEADER}{ADA}")).await;
    site.member("here@example.org", "US").await;
    site.staff("staff@example.org", sayso::account::model::Role::Support).await;
    let mut pages = Vec::new();
    for email in ["ada@example.org", "here@example.org", "staff@example.org", "nobody@example.org"] {
        let anybody = site.visitor();
        assert_eq!(anybody.post("/api/send-welcome-link", &[("email", email)]).await.location(), "/welcome/again");
        pages.push(anybody.get("/welcome/again").await.text());
    }
    assert!(pages[0].contains("an e-mail with a link is on its way"), "{}", pages[0]);
    pages.dedup();
    assert_eq!(pages.len(), 1);
    let (to, link) = next_letter(&site).await.unwrap();
    assert_eq!((to.as_str(), next_letter(&site).await), ("ada@example.org", None));
    let ada = site.visitor();
    ada.get(&link).await;
    ada.get("/welcome").await.says("Set your password");
    // Who has asked need not be invited too.
    assert_eq!(invite(&site, 10).await, Invited { put: 0, waiting: 0, left: 0 });
    let wrong = site.visitor().wanting_json().post("/api/send-welcome-link", &[("email", "nobody")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn asking_too_often_has_to_wait_whoever_has_the_address(site: TestApp) {
    import(&site, &format!("{HEADER}{ADA}")).await;
    let mut statuses = Vec::new();
    for email in ["ada@example.org", "nobody@example.org"] {
        let anybody = site.visitor().wanting_json();
        let mut theirs = Vec::new();
        for _ in 0..7 {
            let answer = anybody.post("/api/send-welcome-link", &[("email", email)]).await;
            theirs.push((answer.status, answer.header("retry-after").to_owned()));
        }
        assert_eq!(theirs.last().unwrap().0, StatusCode::TOO_MANY_REQUESTS);
        statuses.push(theirs);
    }
    assert_eq!(statuses[0], statuses[1]);
    // Within a minute there is one mail.
    assert_eq!(next_letter(&site).await.map(|(to, _)| to).as_deref(), Some("ada@example.org"));
    assert_eq!(next_letter(&site).await, None);
    // And in a day five, however patient somebody is.
    let mut letters = 1;
    for _ in 0..40 {
        site.pass(16 * 60_000);
        site.visitor().post("/api/send-welcome-link", &[("email", "ada@example.org")]).await;
        letters += i32::from(next_letter(&site).await.is_some());
    }
    assert_eq!(letters, 5);
}
