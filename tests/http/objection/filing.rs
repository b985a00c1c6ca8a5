//! The form: it is filed once, for whoever loaded it, and a refused one loses nothing.

use super::{CODE, ONE, THREE, TWO, applicant, decide, file, form, send, stored, unverified};
use crate::stories;
use crate::test_app::{PASSWORD, TestApp};
use http::StatusCode;
use sayso::objection::form::REASON_MAX;

stories![
    the_same_form_twice_is_one_case_and_another_one_is_linked,
    the_same_form_is_one_case_also_where_it_is_answered_at_once,
    at_once_it_is_still_one_case,
    a_rejected_form_loses_nothing,
    signed_out_meanwhile_it_is_still_there_after_signing_in_and_only_for_them,
    a_form_is_filed_for_whoever_it_was_loaded_by,
    the_same_form_with_something_else_in_it_is_another_case,
    what_was_corrected_is_filed_and_never_taken_for_the_press_before,
    nobody_is_filed_whom_mail_cannot_reach,
    what_was_typed_cannot_become_part_of_the_page,
    whatever_is_sent_there_is_no_500,
    the_form_says_what_happens_with_what_is_typed,
];

async fn the_same_form_twice_is_one_case_and_another_one_is_linked(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    let first = file(&ada, ONE, &["research"]).await;
    assert_eq!(file(&ada, ONE, &["research"]).await, first);
    assert_eq!(file(&ada, TWO, &["research"]).await, first, "the same again within the hour is an accident");
    let other = file(&ada, THREE, &["research", "inferences"]).await;
    assert_ne!(other, first);
    ada.get(&format!("/objections/{other}")).await.says(&format!("Earlier objection{first}"));
    let list = ada.get("/objections").await;
    list.says(&first);
    list.says(&other);
}

/// Advertising is upheld by rule as soon as it is filed; a second press finds that case.
async fn the_same_form_is_one_case_also_where_it_is_answered_at_once(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let first = file(&ada, ONE, &["advertising"]).await;
    let mails = site.mails("ada@example.org").await.len();
    for again in [ONE, ONE, TWO] {
        assert_eq!(file(&ada, again, &["advertising"]).await, first);
    }
    assert_eq!(site.mails("ada@example.org").await.len(), mails, "what was sent once is not sent again");
    let ben = site.visitor();
    let mut form = applicant(THREE, "ben@example.org");
    for (name, value) in &mut form {
        if name == "purposes[]" {
            *value = "advertising".into();
        }
    }
    let number = send(&ben, &form).await.filed_number();
    let code = site.mailed("ben@example.org", CODE).await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    let again = send(&ben, &form).await;
    assert!(again.location().contains(&number), "{}", again.location());
    // Whoever files the same an hour later means it, and there is nothing left to object to.
    site.pass(3_600_000);
    let mut later = super::form(ONE, &["advertising"]);
    later.push(("member".into(), ada.get("/objection").await.field("member")));
    let refused = send(&ada, &later).await;
    refused.refused("Data Processing Objection Form").says(&format!("already off permanently, because of {first}."));
}

async fn at_once_it_is_still_one_case(site: TestApp) {
    let ada = std::sync::Arc::new(site.member("ada@example.org", "US").await);
    let all: Vec<_> = (0..8)
        .map(|_| {
            let ada = ada.clone();
            tokio::spawn(async move { file(&ada, ONE, &["research"]).await })
        })
        .collect();
    let mut numbers = std::collections::BTreeSet::new();
    for one in all {
        numbers.insert(one.await.unwrap());
    }
    assert_eq!(numbers.len(), 1);
}

async fn a_rejected_form_loses_nothing(site: TestApp) {
    let somebody = site.visitor();
    let typed = format!("\r\n<b>é \"quoted\"</b> & </textarea><script>{}", "x".repeat(15_000));
    let mut fields = applicant(ONE, "not an address");
    for (name, value) in &mut fields {
        if name == "reason" {
            value.clone_from(&typed);
        }
    }
    let page = send(&somebody, &fields).await;
    page.refused("Data Processing Objection Form");
    page.says("Please enter an e-mail address");
    page.says("Your reason can have at most 4,000 characters");
    let room: usize = page.attribute("#reason", "maxlength").parse().unwrap();
    assert!(room >= 2 * REASON_MAX, "a browser cuts what is pasted at {room}");
    assert!(page.text_of("#reason-hint").ends_with("At most 4,000 characters."));
    assert_eq!(page.field("email"), "not an address");
    assert_eq!(page.field("reason"), typed.replace("\r\n", "\n"), "what was typed is text");
    assert_eq!(page.field("form"), ONE, "it is still the same form");
    assert!(page.has("[value=personalisation][checked]"));
    let json = somebody.wanting_json();
    assert_eq!(send(&json, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn signed_out_meanwhile_it_is_still_there_after_signing_in_and_only_for_them(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    let page = ada.get("/objection").await;
    let subject = page.field("member");
    ada.post("/api/sign-out", &[]).await;
    let mut fields = form(ONE, &["research"]);
    fields.push(("member".into(), subject));
    let answer = send(&ada, &fields).await;
    assert_eq!(answer.location(), "/sign-in?next=/objection&unsent=1");
    ada.get("/objection").await.does_not_say("I write about my health.");
    let wrong = ada
        .post(
            "/api/sign-in",
            &[("email", "ada@example.org"), ("password", "wrong-horse-battery"), ("next", "/objection")],
        )
        .await;
    wrong.refused("Sign in");
    let right =
        ada.post("/api/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD), ("next", "/objection")]).await;
    assert_eq!(right.location(), "/objection");
    let page = ada.get("/objection").await;
    page.says("What you typed is still here");
    page.says("I write about my health.");

    // Somebody else at the same browser does not get it.
    let bob = site.member("bob@example.org", "US").await;
    bob.post("/api/sign-out", &[]).await;
    send(&bob, &fields).await;
    bob.post("/api/sign-in", &[("email", "bob@example.org"), ("password", PASSWORD)]).await;
    bob.get("/objection").await.does_not_say("I write about my health.");
}

async fn a_form_is_filed_for_whoever_it_was_loaded_by(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let page = ada.get("/objection").await;
    let subject = page.field("member");
    let bob = site.member("bob@example.org", "IE").await;
    let mut fields = form(ONE, &["research"]);
    fields.push(("member".into(), subject));
    let page = send(&bob, &fields).await;
    page.refused("Data Processing Objection Form");
    page.says("so we did not file it");
    page.does_not_say("I write about my health.");
    let guest = applicant(TWO, "parent@example.org");
    send(&bob, &guest).await.refused("Data Processing Objection Form");
    bob.get("/objections").await.says("You have not objected to anything yet.");
}

async fn the_same_form_with_something_else_in_it_is_another_case(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let first = file(&ada, ONE, &["research"]).await;
    let second = file(&ada, ONE, &["research", "inferences"]).await;
    assert_ne!(first, second);
    let bob = site.member("bob@example.org", "IE").await;
    assert_ne!(file(&bob, ONE, &["research"]).await, first, "a form's name is nobody's secret");
    let out = site.visitor();
    let one = unverified(&out, TWO, "ben@example.org").await;
    assert_eq!(unverified(&out, TWO, "ben@example.org").await, one, "the same form again");
}

async fn what_was_corrected_is_filed_and_never_taken_for_the_press_before(site: TestApp) {
    let member = site.member("ada@example.org", "US").await;
    let first = file(&member, ONE, &["research"]).await;
    assert_eq!(file(&member, ONE, &["research"]).await, first, "the same press");
    let mut fields = form(ONE, &["research"]);
    fields.push(("member".into(), member.get("/objection").await.field("member")));
    fields.push(("california".into(), "true".into()));
    let corrected = send(&member, &fields).await.location().rsplit('/').next().unwrap().to_owned();
    assert_ne!(corrected, first);
    let [first, corrected] = [stored(&site, &first).await, stored(&site, &corrected).await];
    assert!(corrected.region.is_california() && corrected.due < first.due, "15 business days");

    let out = site.visitor();
    let with = |name: &'static str, value: &'static str| {
        let mut fields = applicant(TWO, "ben@example.org");
        fields.iter_mut().filter(|(field, _)| *field == name).for_each(|(_, typed)| *typed = value.into());
        fields
    };
    let one = send(&out, &applicant(TWO, "ben@example.org")).await.filed_number();
    for (name, value, of) in [("country", "FR", "France"), ("name", "Ben Roe", "Ben Roe")] {
        let again = send(&out, &with(name, value)).await.filed_number();
        assert_ne!(again, one, "{name}");
        let case = stored(&site, &again).await;
        assert!([&*case.name, case.region.name(), &*case.language].contains(&of), "{name}");
    }
}

async fn nobody_is_filed_whom_mail_cannot_reach(site: TestApp) {
    for email in ["a..b@example.org", ".a@example.org", "a.@example.org", "a@-x.org", "\u{200b}@example.org"] {
        let answer = send(&site.visitor().wanting_json(), &applicant(ONE, email)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{email:?}");
    }
}

async fn what_was_typed_cannot_become_part_of_the_page(site: TestApp) {
    let somebody = site.visitor();
    let typed = "</textarea><form action=/evil>&lt;b&gt;";
    let mut fields = applicant(ONE, "nobody");
    for (name, value) in &mut fields {
        if name == "reason" {
            *value = typed.into();
        }
    }
    let page = send(&somebody, &fields).await;
    assert_eq!(page.field("reason"), typed);
    assert!(!page.has("[action=\"/evil\"]"));
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, TWO, &["research"]).await;
    let officer = site.officer().await;
    let page = decide(&officer, &site, &number, &[("research", "", typed)]).await;
    assert_eq!(page.field("rulings[0][grounds]"), typed);
    assert!(!page.has("[action=\"/evil\"]"));
}

async fn whatever_is_sent_there_is_no_500(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await.wanting_json();
    let somebody = site.visitor().wanting_json();
    for fields in [
        vec![],
        vec![("form", "x")],
        vec![("form", ONE), ("purposes[]", "nonsense")],
        vec![("form", ONE), ("purposes", "research")],
        vec![("form", ONE), ("purposes[9999999999]", "research")],
        vec![("form", ONE), ("purposes[a][b]", "research")],
        vec![("form", ONE), ("purposes[]", "research"), ("mode", "object"), ("language", "en"), ("reason", "\u{0}")],
        vec![("form", ONE), ("reason", "a"), ("reason", "b")],
    ] {
        for visitor in [&ada, &somebody] {
            let answer = visitor.post("/api/submit-objection", &fields).await;
            assert!(answer.status.is_client_error(), "{fields:?}: {} {}", answer.status, answer.body);
        }
    }
    for path in [
        "/objections/OBJ-00000000",
        "/objections/%00",
        "/objections/..%2f..",
        "/objection/code?case=%3Cscript%3E",
        "/support/objections/x",
    ] {
        let answer = ada.get(path).await;
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
        assert!(!answer.body.contains("<script>alert"));
    }
}

/// GDPR, Article 13; the figures are those by which the server removes it.
async fn the_form_says_what_happens_with_what_is_typed(site: TestApp) {
    use sayso::serve::retention::{DEAD_MAILS, UNCONFIRMED};
    use sayso::time::UtcMillis;
    let days = |kept: i64| format!("{} days", kept / UtcMillis::DAY);
    let page = site.visitor().get("/objection").await;
    page.says("What happens with what you type");
    page.says("The platform that runs this site. Its privacy officers read it and answer you.");
    page.says(&format!("what you wrote after {}.", days(UNCONFIRMED)));
    page.says(&days(DEAD_MAILS));
    page.says("Article 6(1)(c)");
    page.says("You can complain to the data protection authority where you live.");
    page.does_not_say("Read the privacy policy");

    let flags = ["--platform", "Lovelace <b>Forum</b>", "--privacy-policy-url", "https://example.org/privacy"];
    let site = site.with_flags(&flags).await;
    let ada = site.member("ada@example.org", "IE").await;
    let page = ada.get("/objection").await;
    page.says("Lovelace <b>Forum</b>. Its privacy officers read it and answer you.");
    page.says("You can complain to the Irish Data Protection Commission.");
    page.does_not_say(&days(UNCONFIRMED));
    assert_eq!(page.attribute("section[aria-labelledby=typed] a", "href"), "https://example.org/privacy");
    // A refused form says it too.
    let refused = send(&site.visitor(), &form(ONE, &[])).await;
    refused.says("What happens with what you type");
}
