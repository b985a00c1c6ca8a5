//! A recorded objection whose address is that of somebody else, who has entered the code.

use super::{CODE, TWO, decide, recording, stored};
use crate::stories;
use crate::test_app::{TestApp, TestClient};
use http::StatusCode;
use sayso::objection::case::CaseState;

stories![
    confirmed_and_withdrawn_by_a_stranger_it_is_recorded_again_for_its_person,
    only_what_was_recorded_and_confirmed_is_recorded_again,
];

const EVE: &str = "eve@example.org";
const BEN: &str = "ben@example.org";
const RECORD: &str = "/support/objections/record";

/// Records an objection under the address of Eve, and returns its number.
async fn recorded(officer: &TestClient) -> String {
    let answer = officer.post("/api/record-objection", &recording(EVE, &["research"])).await;
    answer.location().rsplit('/').next().unwrap_or_default().to_owned()
}

async fn confirm(site: &TestApp, number: &str, email: &str) -> TestClient {
    let browser = site.visitor();
    let code = site.mailed(email, CODE).await;
    let answer = browser.post("/api/verify-objection", &[("case", number), ("code", &code)]).await;
    assert_eq!(answer.location(), format!("/objections/{number}"), "{}", answer.body);
    browser
}

async fn confirmed_and_withdrawn_by_a_stranger_it_is_recorded_again_for_its_person(site: TestApp) {
    site.member(BEN, "IE").await;
    let officer = site.officer().await;
    let old = recorded(&officer).await;
    let eve = confirm(&site, &old, EVE).await;
    site.pass(1_000);
    eve.post("/api/withdraw-objection", &[("case", &old), ("sure", "yes")]).await;
    assert_eq!(stored(&site, &old).await.state, CaseState::Withdrawn);
    let case = officer.get(&format!("/support/objections/{old}")).await;
    case.says("Was the address somebody else's?");
    let link = format!("{RECORD}?again={old}");
    assert_eq!(case.links(RECORD), std::slice::from_ref(&link));
    let form = officer.get(&link).await;
    form.says(&format!("This is filled in from case {old}."));
    let filled = ["received", "name", "email", "country", "mode", "reason", "language", "came", "words", "again"];
    let filled = filled.map(|name| form.fields(name).join(" "));
    let fields = ["2026-11-20", "Ben", "", "IE", "object", "He said that he writes about his health.", "en"];
    assert_eq!(filled[..7], fields);
    assert_eq!(filled[7..], ["phone", "officer", &*old]);
    assert_eq!(form.fields("purposes[]"), ["research"]);
    // The same address is no other one, and nothing is lost.
    let same = [recording(EVE, &["research"]), vec![("form", TWO), ("again", &old)]].concat();
    let refused = officer.post("/api/record-objection", &same[1..]).await;
    refused.refused("Record an objection");
    refused.says(&format!("Case {old} has this address already."));
    assert_eq!(refused.field("again"), old);
    assert_eq!(refused.field("email"), EVE);
    let right = [recording(BEN, &["research"]), vec![("form", TWO), ("again", &old)]].concat();
    let mut numbers = Vec::new();
    // A second press finds what the first one did.
    for _ in 0..2 {
        let answer = officer.post("/api/record-objection", &right[1..]).await;
        numbers.push(answer.location().rsplit('/').next().unwrap_or_default().to_owned());
    }
    let new = &numbers[0];
    assert!(new != &old && new == &numbers[1], "{numbers:?}");
    let [first, second] = [stored(&site, &old).await, stored(&site, new).await];
    assert_eq!((second.received, second.due, second.email.as_str()), (first.received, first.due, BEN));
    assert_eq!(first.state, CaseState::Withdrawn, "what was confirmed stays as it is");
    for (number, said) in [
        (&old, format!("Recorded again, under another address, as {new}.")),
        (new, format!("{old} had the address of somebody else, who confirmed it.")),
    ] {
        let page = officer.get(&format!("/support/objections/{number}")).await;
        assert_eq!(page.text().matches(&said).count(), 1, "{number}: {}", page.text());
    }
    // Its person goes on as with every recorded objection.
    let ben = confirm(&site, new, BEN).await;
    ben.get(&format!("/objections/{new}")).await.says("Paused while we decide");
    decide(&officer, &site, new, &[("research", "upheld", "")]).await;
    let answer = site.mail(BEN, &format!("Our answer to your objection {new}")).await;
    assert!(answer.contains("permanently stopped") && !answer.contains(&*old), "{answer}");
}

async fn only_what_was_recorded_and_confirmed_is_recorded_again(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let officer = site.officer().await;
    let [filed, open] = [super::file(&ada, TWO, &["research"]).await, recorded(&officer).await];
    for number in [&filed, &open, "OBJ-00000000", "nonsense"] {
        let page = officer.get(&format!("{RECORD}?again={number}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{number}");
        let sent = [recording(BEN, &["research"]), vec![("form", super::THREE), ("again", number)]].concat();
        let answer = officer.post("/api/record-objection", &sent[1..]).await;
        assert!(answer.status != StatusCode::OK && answer.location().is_empty(), "{number}: {answer:?}");
        assert!(site.mails(BEN).await.is_empty(), "{number}");
    }
    for number in [&filed, &open] {
        officer.get(&format!("/support/objections/{number}")).await.does_not_say("Was the address somebody else's?");
    }
    confirm(&site, &open, EVE).await;
    ada.get(&format!("{RECORD}?again={open}")).await;
    let page = ada.get(&format!("{RECORD}?again={open}")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "officers only");
}
