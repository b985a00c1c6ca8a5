//! What a page that the browser's Back brought up is compared with: who is signed in, and the
//! revision of a case.

use crate::objection::{ONE, TWO, act, file, unverified};
use crate::stories;
use crate::test_app::{TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::Role;

stories![
    every_page_knows_whom_it_was_made_for,
    where_nobody_can_tell_who_is_signed_in_a_page_is_nobodys,
    the_revision_of_a_case_is_told_to_those_who_read_it,
];

/// Asks as the script does, in the session of this visitor.
async fn asks(site: &TestApp, visitor: &TestClient, path: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
    let program = site.visitor().wanting_json();
    program.take_cookie_of(visitor);
    let answer = program.post(path, fields).await;
    (answer.status, answer.body.trim_matches('"').to_owned())
}

/// That this page was made for whoever is signed in there; says for whom.
async fn mark(site: &TestApp, visitor: &TestClient, path: &str) -> String {
    let page = visitor.get(path).await;
    let (status, mark) = asks(site, visitor, "/api/page-state", &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(page.attribute("[data-made-for]", "data-made-for"), mark, "{path}");
    mark
}

async fn every_page_knows_whom_it_was_made_for(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let officer = site.officer().await;
    let anybody = site.visitor();
    let pages = [
        "/sign-up",
        "/welcome/again",
        "/objection/again",
        "/transparency",
        "/nothing/here",
        "/error?reference=1",
        "/objection",
    ];
    let mut marks = Vec::new();
    for visitor in [&ada, &officer, &anybody] {
        let mut own = Vec::new();
        for path in pages {
            own.push(mark(&site, visitor, path).await);
        }
        own.dedup();
        assert_eq!(own.len(), 1, "{own:?}");
        marks.extend(own);
    }
    assert_eq!(mark(&site, &ada, "/settings/privacy").await, marks[0]);
    assert_eq!(mark(&site, &officer, "/support/objections").await, marks[1]);
    assert_eq!(marks[2], "nobody");
    assert_ne!(marks[0], marks[1]);
    // Neither an address nor an id of hers stands in it.
    assert!(marks[0].len() == 16 && marks[0].bytes().all(|b| b.is_ascii_hexdigit()), "{}", marks[0]);
    ada.post("/api/sign-out", &[]).await;
    assert_eq!(mark(&site, &ada, "/sign-up").await, "nobody");
}

async fn where_nobody_can_tell_who_is_signed_in_a_page_is_nobodys(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    site.app.db.close().await;
    assert_eq!(ada.get("/nothing/here").await.attribute("[data-made-for]", "data-made-for"), "unknown");
}

async fn the_revision_of_a_case_is_told_to_those_who_read_it(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    let shown = async |visitor: &TestClient, path: &str| {
        visitor.get(&format!("{path}/{number}")).await.attribute("[data-revision]", "data-revision")
    };
    let told = async |visitor: &TestClient| asks(&site, visitor, "/api/case-revision", &[("case", &number)]).await;
    let before = shown(&ada, "/objections").await;
    assert_eq!(shown(&officer, "/support/objections").await, before);
    for visitor in [&ada, &officer] {
        assert_eq!(told(visitor).await, (StatusCode::OK, before.clone()));
    }
    act(&officer, &site, "review-objection", &number, &[]).await;
    let after = shown(&ada, "/objections").await;
    assert_ne!(after, before);
    for visitor in [&ada, &officer] {
        assert_eq!(told(visitor).await, (StatusCode::OK, after.clone()));
    }

    let ben = site.member("ben@example.org", "IE").await;
    site.staff("support@example.org", Role::Support).await;
    let support = site.signed_in_as("support@example.org", Role::Support).await;
    for stranger in [&ben, &support] {
        assert_eq!(told(stranger).await.0, StatusCode::NOT_FOUND);
    }
    assert_eq!(told(&site.visitor()).await.0, StatusCode::UNAUTHORIZED);
    // Before its code was entered, a case is not there for officers either.
    let unproved = unverified(&site.visitor(), TWO, "cleo@example.org").await;
    for number in [&*unproved, "", "OBJ-00000000", "\u{0}"] {
        let (status, _) = asks(&site, &officer, "/api/case-revision", &[("case", number)]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{number:?}");
    }
}
