//! Objections: what the stories about them, and others that need a case, do on the way.

mod already_off;
mod asking;
mod by_rule;
mod complaints;
mod correcting;
mod deciding;
mod filing;
mod handling;
mod notes;
mod own_case;
mod progress;
mod recorded_again;
mod recording;
mod refused_once;
mod reopening;
mod second_officer;
mod still_open;
mod strangers;
mod templates;
mod told;
mod told_afterwards;
mod withdrawing;
mod wrong_address;

use crate::test_app::{Answer, TestApp, TestClient};
use sayso::objection::{model::Case, store};

/// What a member sends.
fn form(id: &str, purposes: &[&'static str]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> =
        [("form", id), ("mode", "object"), ("reason", "I write about my health."), ("language", "en")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into();
    fields.extend(purposes.iter().map(|p| ("purposes[]".to_owned(), (*p).to_owned())));
    fields
}

pub const ONE: &str = "0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ad001";
pub const TWO: &str = "0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ad002";
pub const THREE: &str = "0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ad003";

pub async fn send(visitor: &TestClient, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    visitor.post("/api/submit-objection", &fields).await
}

/// Files as a member, as the form does that they loaded, and returns the number.
pub async fn file(visitor: &TestClient, id: &str, purposes: &[&'static str]) -> String {
    let page = visitor.get("/objection").await;
    let mut fields = form(id, purposes);
    fields.push(("member".into(), page.field("member")));
    let answer = send(visitor, &fields).await;
    let to = answer.location();
    to.strip_prefix("/objections/").unwrap_or_else(|| panic!("{to}: {}", answer.body)).to_owned()
}

/// What somebody without an account sends.
pub fn applicant(id: &str, email: &str) -> Vec<(String, String)> {
    let mut fields = form(id, &["personalisation"]);
    fields.extend([("name", "Ben"), ("email", email), ("country", "IE")].map(|(k, v)| (k.to_owned(), v.to_owned())));
    fields
}

/// What stands before a code in its mail.
pub const CODE: &str = "page:\n\n    ";

/// Files without an account, and returns the number of the case that waits for its code.
pub async fn unverified(visitor: &TestClient, id: &str, email: &str) -> String {
    send(visitor, &applicant(id, email)).await.filed_number()
}

/// The case as it is stored.
pub async fn stored(site: &TestApp, number: &str) -> Case {
    store::by_number(site.app.db.reader().await.unwrap().conn(), number).await.unwrap().unwrap()
}

/// Sends an officer's form about a case, as the page has it that was loaded now.
pub async fn act(officer: &TestClient, site: &TestApp, endpoint: &str, number: &str, more: &[(&str, &str)]) -> Answer {
    let revision = stored(site, number).await.revision.to_string();
    let mut fields = vec![("case", number), ("revision", &revision)];
    fields.extend(more);
    officer.post(&format!("/api/{endpoint}"), &fields).await
}

/// Reviews and answers a case: what becomes of each purpose, and the grounds.
pub async fn decide(officer: &TestClient, site: &TestApp, number: &str, rulings: &[(&str, &str, &str)]) -> Answer {
    act(officer, site, "review-objection", number, &[]).await;
    let fields: Vec<(String, &str)> = rulings
        .iter()
        .enumerate()
        .flat_map(|(i, (purpose, outcome, grounds))| {
            [("purpose", *purpose), ("outcome", *outcome), ("grounds", *grounds)]
                .map(|(field, value)| (format!("rulings[{i}][{field}]"), value))
        })
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), *v)).collect();
    let answer = act(officer, site, "decide-objection", number, &fields).await;
    if stored(site, number).await.proposed.is_some() {
        // Something is refused: the second officer agrees.
        let second = site.another_officer().await;
        act(&second, site, "agree-to-decision", number, &[]).await;
    }
    answer
}

/// What an officer sends who records an objection that was made by phone three days ago.
pub fn recording<'a>(email: &'a str, purposes: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("form", ONE),
        ("came", "phone"),
        ("received", "2026-11-20"),
        ("words", "officer"),
        ("name", "Ben"),
        ("email", email),
        ("country", "IE"),
        ("mode", "object"),
        ("reason", "He said that he writes about his health."),
        ("language", "en"),
    ];
    fields.extend(purposes.iter().map(|purpose| ("purposes[]", *purpose)));
    fields
}
