//! Every role at every endpoint: what the table of roles says is what happens.

use crate::objection::{ONE, file};
use crate::stories;
use crate::test_app::{Answer, PASSWORD, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::Role;
use sayso::account::roles::{Capability, ENDPOINTS, ROLES, may};
use sayso::objection::service;
use std::collections::BTreeSet;

stories![
    every_role_reaches_the_endpoints_that_the_table_says,
    a_role_that_was_taken_away_is_gone_from_sessions_that_are_open,
    a_session_that_was_ended_is_nobody,
    what_is_sent_while_nobody_is_signed_in_is_said_to_be_undone,
];

/// What an endpoint needs so that somebody who may use it can: whose settings, which case, which
/// receipt.
/// The template that there is.
const TEMPLATE: &str = "0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ad0a1";

pub struct Things {
    member: String,
    case: String,
    entry: String,
    subject: String,
}

impl Things {
    fn path(&self, endpoint: &str) -> String {
        let id = if endpoint.starts_with("/settings") || endpoint.starts_with("/audit") {
            &self.entry
        } else {
            &self.member
        };
        endpoint
            .replace("{id}", id)
            .replace("{entry}", &self.entry)
            .replace("{subject}", &self.subject)
            .replace("{case}", &self.case)
            .replace("{purpose}", "generative-ai-training")
            .replace("{version}", "1")
            .replace("{number}", "1")
            .replace("/shapes/{*path}", "/shapes/consent-record.ttl")
            .replace("{*path}", "0/000.p/1")
            .replace("{template}", TEMPLATE)
            .replace("/error", "/error?about=unreadable")
    }

    /// Fields that are right as far as finding goes, and wrong enough that no choice and no case is
    /// changed.
    fn fields(&self, endpoint: &str) -> Vec<(&str, &str)> {
        let mut fields = vec![("case", &*self.case), ("revision", "x"), ("wanted", "x")];
        if endpoint.contains("member") || endpoint.contains("address") {
            fields.push(("member", &self.member));
        }
        fields
    }
}

pub async fn things(site: &TestApp) -> (Things, TestClient) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("denied").await;
    let case = file(&ada, ONE, &["research"]).await;
    let mut reader = site.app.db.reader().await.unwrap();
    let member = sayso::account::store::by_email(reader.conn(), "ada@example.org").await.unwrap().unwrap();
    let entries = sayso::ledger::store::of_subject(reader.conn(), &member.subject).await.unwrap();
    drop(reader);
    let content = sayso::objection::template::Content {
        kind: sayso::objection::template::TemplateKind::Extension,
        purpose: None,
        language: "en".into(),
        title: "Many cases".into(),
        text: "Many wrote to us.".into(),
    };
    let app = &site.app;
    service::save_template(&app.db, TEMPLATE, 0, &content, &member, &app.clock).await.unwrap();
    crate::public_log::sequencer(site).catch_up().await.unwrap();
    let subject = member.subject.clone();
    (Things { member: member.id, case, entry: entries[0].id.to_string(), subject }, ada)
}

/// Somebody with this role and a session of their own; the member is the one whose things they are.
async fn somebody(site: &TestApp, who: Option<Role>) -> TestClient {
    match who {
        None => site.visitor(),
        Some(Role::Member) => site.signed_in("ada@example.org").await,
        Some(role) => {
            site.staff(&format!("{role}@example.org"), role).await;
            site.signed_in_as(&format!("{role}@example.org"), role).await
        }
    }
}

/// Has `visitor`, who is `who` by now, ask at every endpoint; everything that is not as the table
/// says is told at once.
pub async fn walk(site: &TestApp, things: &Things, visitor: &TestClient, who: Option<Role>, said: &str) {
    // Pages are asked for by a browser, and functions by a program in the same session, which is
    // told a status.
    let program = site.visitor().wanting_json();
    program.take_cookie_of(visitor);
    let ask = async |endpoint: &str| -> Answer {
        if endpoint.starts_with("/api/") {
            program.post(endpoint, &things.fields(endpoint)).await
        } else {
            visitor.get(&things.path(endpoint)).await
        }
    };
    let mut wrong = Vec::new();
    for (capability, endpoints) in ENDPOINTS {
        // Nothing has this name; and signing out ends the walk.
        for endpoint in endpoints.iter().filter(|endpoint| !["/pkg/{name}", "/api/sign-out"].contains(endpoint)) {
            let answer = ask(endpoint).await;
            let expected = match *endpoint {
                // Whoever is not the member whose case it is needs its link or code as well (told
                // in objection/own_case.rs).
                "/objections/{case}"
                | "/objections/{case}/withdraw"
                | "/objections/{case}/not-mine"
                | "/api/add-to-objection"
                | "/api/reply-to-question"
                | "/api/withdraw-objection"
                | "/api/disown-objection"
                | "/api/close-objection-links"
                | "/api/complain-about-objection" => who == Some(Role::Member),
                "/api/case-revision" => matches!(who, Some(Role::Member | Role::PrivacyOfficer)),
                _ => may(who, capability),
            };
            let right = match answer.status {
                // Without the link of a letter there is nothing to see for anybody.
                StatusCode::NOT_FOUND if ["/welcome", "/confirm"].contains(endpoint) => true,
                StatusCode::NOT_FOUND => !expected && who.is_some(),
                StatusCode::UNAUTHORIZED => !expected && who.is_none(),
                StatusCode::FOUND if answer.location().starts_with("/sign-in?next=/") => !expected && who.is_none(),
                status => expected && !status.is_server_error(),
            };
            if !right || !expected && answer.body.contains("research") {
                wrong.push(format!("{endpoint}: {} {} {}", answer.status, answer.location(), answer.text()));
            }
        }
    }
    assert!(wrong.is_empty(), "{said}:\n{}", wrong.join("\n"));
    assert!(ask("/api/sign-out").await.status.is_success(), "{said} signs out");
}

async fn every_role_reaches_the_endpoints_that_the_table_says(site: TestApp) {
    let (things, _ada) = things(&site).await;
    let before = site.count("choice").await;
    for who in ROLES {
        let said = who.map_or("nobody", Role::as_str);
        walk(&site, &things, &somebody(&site, who).await, who, said).await;
    }
    assert_eq!(site.count("choice").await, before, "nobody changed her choice");
    // The walk has ended every other session of hers.
    assert!(!site.signed_in("ada@example.org").await.get("/settings/privacy").await.is_on());
}

async fn a_role_that_was_taken_away_is_gone_from_sessions_that_are_open(site: TestApp) {
    let (things, _ada) = things(&site).await;
    for (role, left) in [(Role::PrivacyOfficer, Role::Auditor), (Role::Support, Role::Auditor)] {
        let visitor = somebody(&site, Some(role)).await;
        let queue = visitor.get("/support/objections").await.status;
        assert_eq!(queue == StatusCode::OK, may(Some(role), Capability::WorkCases));
        site.tamper(&format!("update members set role = '{left}' where email = '{role}@example.org'")).await.unwrap();
        walk(&site, &things, &visitor, Some(left), &format!("a former {role}")).await;
    }
}

async fn a_session_that_was_ended_is_nobody(site: TestApp) {
    let (things, _ada) = things(&site).await;
    let one = somebody(&site, Some(Role::PrivacyOfficer)).await;
    let two = site.signed_in_as("privacy_officer@example.org", Role::PrivacyOfficer).await;
    let fields = [("current", PASSWORD), ("password", "plumb seven otters gladly")];
    assert_eq!(two.post("/api/change-password", &fields).await.location(), "/account");
    walk(&site, &things, &one, None, "an ended session").await;
}

/// No page, server function or file is missing from the table, and it has none that there is not.
#[test]
fn the_table_has_every_endpoint_there_is() {
    let pages = leptos_axum::generate_route_list(sayso::app::Root);
    let pages = pages.iter().map(|route| route.path().to_owned());
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned());
    let router: String = include_str!("../../src/serve/router.rs").split_whitespace().collect();
    let files = router.split(".route(\"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default().to_owned());
    let there: BTreeSet<String> = pages.chain(functions).chain(files).collect();
    let table: BTreeSet<String> =
        ENDPOINTS.iter().flat_map(|(_, endpoints)| *endpoints).map(|endpoint| (*endpoint).to_owned()).collect();
    assert_eq!(there, table);
}

/// With the cookie of a session that is gone, and without any: nothing is dropped in silence.
async fn what_is_sent_while_nobody_is_signed_in_is_said_to_be_undone(site: TestApp) {
    let (things, ada) = things(&site).await;
    site.tamper("delete from sessions").await.unwrap();
    let mut told = Vec::new();
    for (capability, endpoints) in ENDPOINTS {
        let functions = endpoints.iter().filter(|endpoint| endpoint.starts_with("/api/"));
        for endpoint in functions.filter(|_| !may(None, capability)) {
            let gone = site.visitor();
            gone.take_cookie_of(&ada);
            for visitor in [gone, site.visitor()] {
                let mut answer = visitor.post(endpoint, &things.fields(endpoint)).await;
                for _ in 0..4 {
                    if answer.status == StatusCode::FOUND {
                        answer = visitor.get(&answer.location()).await;
                    }
                }
                assert!(answer.text().contains("what you sent was not done"), "{endpoint}:\n{}", answer.lines());
                told.push(*endpoint);
            }
        }
    }
    assert!(told.contains(&"/api/set-ai-training") && told.contains(&"/api/change-details"), "{told:?}");
    site.visitor().get("/sign-in?next=/account").await.does_not_say("what you sent was not done");
    let own = site.signed_in("ada@example.org").await.get("/account?unsent=1").await;
    own.is_page("Account").does_not_say("what you sent was not done");
}
