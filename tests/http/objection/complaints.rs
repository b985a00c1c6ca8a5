//! A complaint can change the answer: what was refused is ruled on again. Any officer upholds it;
//! another refusal is written by somebody new, and a second officer agrees.

use super::{CODE, ONE, act, applicant, decide, file, send, stored};
use crate::case_counts::counts_are_true;
use crate::stories;
use crate::test_app::{Answer, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::Role;
use sayso::objection::case::CaseState;

stories![
    upheld_after_a_complaint_it_is_off_at_once_and_for_good,
    a_complaint_pauses_nothing_and_says_so,
    a_refusal_is_repeated_by_somebody_new_and_a_second_officer,
    where_an_officer_is_missing_everybody_concerned_is_told,
    a_complaint_about_an_answer_that_refused_nothing_is_answered_in_words,
    upheld_after_a_complaint_a_case_without_an_account_reaches_the_account,
    both_answers_stay_to_be_read_and_match_their_entries,
    a_decision_of_the_version_before_is_ruled_on_again_too,
];

const ADA: &str = "ada@example.org";
const AI: &str = "generative-ai-training";
const FIRST: &str = "officer@example.org";
const SECOND: &str = "second@example.org";

/// Ada, whose objection to the use that she had allowed was refused by the first officer, with the
/// second one's yes, and who has complained.
async fn complained(site: &TestApp) -> (TestClient, TestClient, String) {
    site.publish(1).await;
    let ada = site.member(ADA, "US").await;
    ada.press("allowed").await;
    let number = file(&ada, ONE, &[AI]).await;
    let officer = site.officer().await;
    decide(&officer, site, &number, &[(AI, "refused", "We need it.")]).await;
    let said = ada.post("/api/complain-about-objection", &[("case", &number), ("text", "Look again.")]).await;
    assert_eq!(said.location(), format!("/objections/{number}"));
    (ada, officer, number)
}

async fn rule(officer: &TestClient, site: &TestApp, number: &str, purpose: &str, outcome: &str) -> Answer {
    let grounds = if outcome == "refused" { "We still need it." } else { "" };
    let ruling = [("rulings[0][purpose]", purpose), ("rulings[0][outcome]", outcome), ("rulings[0][grounds]", grounds)];
    act(officer, site, "decide-objection", number, &ruling).await
}

async fn third(site: &TestApp) -> TestClient {
    site.staff("third@example.org", Role::PrivacyOfficer).await;
    site.signed_in_as("third@example.org", Role::PrivacyOfficer).await
}

async fn is_on(member: &TestClient) -> bool {
    member.get("/settings/privacy").await.is_on()
}

async fn upheld_after_a_complaint_it_is_off_at_once_and_for_good(site: TestApp) {
    let (ada, officer, number) = complained(&site).await;
    assert!(is_on(&ada).await, "a complaint pauses nothing");
    let page = officer.get(&format!("/support/objections/{number}")).await;
    page.says("Answer the complaint");
    assert_eq!(page.count("input[name='rulings[0][outcome]']"), 1, "whoever refused it can uphold it alone");
    let upheld = rule(&officer, &site, &number, AI, "upheld").await;
    officer.get(&upheld.location()).await.says("The answer is stored and on its way.");
    let case = stored(&site, &number).await;
    assert_eq!((case.state, case.has_complaint()), (CaseState::Upheld, false));
    assert!(!is_on(&ada).await);
    let on = ada.press("allowed").await;
    assert_eq!(on.location(), "/error?about=objected", "for good");
    let letter = site.mail(ADA, "Our answer to your complaint").await;
    assert!(letter.contains("We have decided again") && letter.contains("upheld"), "{letter}");
    ada.get("/settings/privacy/history").await.says(&format!("Complaint about objection {number} answered: upheld:"));
    let own = ada.get(&format!("/objections/{number}")).await;
    own.says("We answered your complaint on");
    own.says("Our first answer");
    // Nothing is left that could be complained about by ruling again.
    ada.post("/api/complain-about-objection", &[("case", &number), ("text", "It took long.")]).await;
    rule(&officer, &site, &number, AI, "upheld").await.refused(&format!("Case {number}"));
    counts_are_true(&site).await;
}

async fn a_complaint_pauses_nothing_and_says_so(site: TestApp) {
    let said = "Your complaint does not pause the use of your data again.";
    let (ada, officer, number) = complained(&site).await;
    assert!(site.mail(ADA, "We have your complaint").await.contains(said));
    rule(&officer, &site, &number, AI, "upheld").await;
    let number = file(&ada, "00000000-0000-4000-8000-000000000002", &["research", "personalisation"]).await;
    decide(&officer, &site, &number, &[("research", "refused", "We need it."), ("personalisation", "upheld", "")])
        .await;
    ada.get(&format!("/objections/{number}")).await.says(said);
    // Only what was refused is asked about again.
    ada.post("/api/complain-about-objection", &[("case", &number), ("text", "Look again.")]).await;
    let page = officer.get(&format!("/support/objections/{number}")).await;
    assert_eq!(page.attributes("input[name^='rulings'][type='hidden']", "value"), ["research"]);
    rule(&officer, &site, &number, "personalisation", "upheld").await.refused(&format!("Case {number}"));
    assert_eq!(stored(&site, &number).await.state, CaseState::PartlyUpheld);
    rule(&officer, &site, &number, "research", "upheld").await;
    assert_eq!(stored(&site, &number).await.state, CaseState::Upheld);
}

async fn a_refusal_is_repeated_by_somebody_new_and_a_second_officer(site: TestApp) {
    let (ada, officer, number) = complained(&site).await;
    let second = site.another_officer().await;
    let title = format!("Case {number}");
    let before = "You wrote an earlier refusal or agreed to it.";
    for refuses in [&officer, &second] {
        rule(refuses, &site, &number, AI, "refused").await.refused(&title).says(before);
    }
    let words = [("text", "We stand by it.")];
    let answer = act(&officer, &site, "answer-complaint", &number, &words).await;
    answer.refused(&title).says("Please decide again about each purpose that was refused.");
    let third = third(&site).await;
    let page = format!("/support/objections/{number}");
    assert_eq!(third.get(&page).await.count("input[name='rulings[0][outcome]']"), 2);
    rule(&third, &site, &number, AI, "refused").await;
    third.get("/support/objections?state=second-officer").await.says(&number);
    third.get("/support/objections?state=complaint").await.does_not_say(&number);
    // Whoever wrote the first refusal does not agree to the next one.
    officer.get(&page).await.says("You wrote an earlier refusal");
    let own = act(&officer, &site, "agree-to-decision", &number, &[]).await;
    own.refused(&title).says("You wrote an earlier refusal.");
    let agreed = act(&second, &site, "agree-to-decision", &number, &[]).await;
    assert_eq!(agreed.status, StatusCode::FOUND);
    let case = stored(&site, &number).await;
    assert_eq!((case.state, case.has_complaint()), (CaseState::Refused, false));
    assert!(is_on(&ada).await, "nothing changed");
    let letter = site.mail(ADA, "Our answer to your complaint").await;
    assert!(letter.contains("We stand by our refusal") && letter.contains("We still need it."), "{letter}");
    assert!(!letter.contains("The pause ends"), "{letter}");
    // The next complaint is for somebody new again: all three stand behind a refusal.
    ada.post("/api/complain-about-objection", &[("case", &number), ("text", "Again.")]).await;
    for refuses in [&officer, &second, &third] {
        rule(refuses, &site, &number, AI, "refused").await.refused(&title).says(before);
        let shown = refuses.get(&page).await;
        assert_eq!(shown.count("input[name='rulings[0][outcome]']"), 1, "nobody is offered to refuse");
        shown.says("There are not enough other officers to refuse this again.");
        shown.does_not_say("only another officer can refuse it again");
        refuses.get("/support/objections").await.says("Another officer is needed");
    }
    site.staff("fourth@example.org", Role::PrivacyOfficer).await;
    let fourth = site.signed_in_as("fourth@example.org", Role::PrivacyOfficer).await;
    fourth.get(&page).await.does_not_say("There are not enough other officers");
    rule(&fourth, &site, &number, AI, "refused").await;
    act(&second, &site, "agree-to-decision", &number, &[]).await;
    assert!(!stored(&site, &number).await.has_complaint());
    counts_are_true(&site).await;
}

async fn where_an_officer_is_missing_everybody_concerned_is_told(site: TestApp) {
    let (_, officer, number) = complained(&site).await;
    let page = format!("/support/objections/{number}");
    let missing = "There are not enough other officers to refuse this again.";
    officer.get(&page).await.says(missing);
    let queue = officer.get("/support/objections").await;
    queue.says("Another officer is needed");
    assert!(queue.has(&format!("[aria-labelledby='too-few'] a[href='{page}']")));
    let origin = site.app.config.origin();
    site.pass_days(1);
    sayso::support::daily_digest::send(&site.app.db, 0, &origin, true, site.app.clock.now()).await.unwrap();
    let mail = site.mail(FIRST, "A case needs another officer").await;
    assert!(mail.contains(&number) && mail.contains("user add --role privacy_officer"), "{mail}");
    let third = third(&site).await;
    third.get(&page).await.does_not_say(missing);
    third.get("/support/objections").await.does_not_say("Another officer is needed");
    // The second officer has left: now nobody who may agree is there.
    site.tamper(&format!("update members set role = 'support' where email in ('{SECOND}', '{FIRST}')")).await.unwrap();
    third.get(&page).await.says(missing);
    rule(&third, &site, &number, AI, "upheld").await;
    assert_eq!(stored(&site, &number).await.state, CaseState::Upheld, "upholding stays possible");
}

async fn a_complaint_about_an_answer_that_refused_nothing_is_answered_in_words(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("research", "upheld", "")]).await;
    ada.post("/api/complain-about-objection", &[("case", &number), ("text", "It took long.")]).await;
    let page = officer.get(&format!("/support/objections/{number}")).await;
    assert!(page.has("form[action^='/api/answer-complaint']") && !page.has("form[action^='/api/decide-objection']"));
    act(&officer, &site, "answer-complaint", &number, &[("text", "We are sorry.")]).await;
    ada.get(&format!("/objections/{number}")).await.says("We are sorry.");
    assert!(!stored(&site, &number).await.has_complaint());
}

async fn upheld_after_a_complaint_a_case_without_an_account_reaches_the_account(site: TestApp) {
    site.publish(1).await;
    let ada = site.member(ADA, "US").await;
    ada.press("allowed").await;
    let browser = site.visitor();
    let mut fields = applicant(ONE, ADA);
    fields.retain(|(name, _)| name != "purposes[]");
    fields.extend(["research", "advertising"].map(|purpose| ("purposes[]".to_owned(), purpose.to_owned())));
    let number = send(&browser, &fields).await.filed_number();
    let code = site.mailed(ADA, CODE).await;
    browser.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("research", "refused", "We need it.")]).await;
    let because = async |purpose: &str| {
        let lines = crate::members::exported_lines(&site).await;
        let line = lines.into_iter().find(|line| line["email"] == ADA).unwrap();
        line["purposes"][purpose]["because"].as_str().unwrap().to_owned()
    };
    assert_ne!(because("research").await, "objection upheld");
    browser.post("/api/complain-about-objection", &[("case", &number), ("text", "Look again.")]).await;
    rule(&officer, &site, &number, "research", "upheld").await;
    for purpose in ["research", "advertising"] {
        assert_eq!(because(purpose).await, "objection upheld", "{purpose}");
    }
    let letter = site.mail(ADA, "Our answer to your complaint").await;
    assert!(letter.contains("upheld"), "{letter}");
}

async fn both_answers_stay_to_be_read_and_match_their_entries(site: TestApp) {
    let (ada, officer, number) = complained(&site).await;
    rule(&officer, &site, &number, AI, "upheld").await;
    let own = ada.get(&format!("/objections/{number}")).await;
    let titles = own.texts_of("h2");
    let place = |title: &str| titles.iter().position(|text| text == title).unwrap_or_else(|| panic!("{titles:?}"));
    assert!(place("Our answer to your complaint") < place("Our first answer"));
    own.says("We need it.");
    own.says("We answered: refused for Data for Generative AI improvement");
    own.says("We answered your complaint: upheld for Data for Generative AI improvement");
    let case = stored(&site, &number).await;
    site.staff("audit@example.org", Role::Auditor).await;
    let auditor = site.signed_in_as("audit@example.org", Role::Auditor).await;
    let mut seen = 0;
    for done in case.steps.iter().filter(|done| !done.rulings.is_empty()) {
        let page = auditor.get(&format!("/audit/ledger/{}", done.entry)).await;
        assert_eq!(page.status, StatusCode::OK);
        if done.rulings.iter().any(|ruling| ruling.grounds.is_some()) {
            page.says("matches the hash in the entry");
            seen += 1;
        }
    }
    assert_eq!((seen, case.answers().count()), (1, 2));
    // Nothing but a ruling on a complaint changes what was decided, and not even that what was
    // upheld.
    for change in ["outcome = 'refused'", "grounds = 'Another.'"] {
        let refused = site.tamper(&format!("update case_purposes set {change} where number = '{number}'")).await;
        assert!(refused.unwrap_err().contains("a decision is append-only"), "{change}");
    }
    let rows = site.tamper("update case_rulings set outcome = 'upheld'").await;
    assert!(rows.unwrap_err().contains("append-only"));
}

/// That version runs beside this one for a while, and keeps nothing in `case_rulings`.
async fn a_decision_of_the_version_before_is_ruled_on_again_too(site: TestApp) {
    let (ada, officer, number) = complained(&site).await;
    let sqlite = matches!(site.app.db, sayso::db::Db::Sqlite { .. });
    let on = if sqlite {
        "drop trigger case_rulings_refuse_delete"
    } else {
        "drop trigger case_rulings_refuse_change on case_rulings"
    };
    site.tamper(on).await.unwrap();
    site.tamper("delete from case_rulings").await.unwrap();
    ada.get(&format!("/objections/{number}")).await.says("We need it.");
    let second = site.another_officer().await;
    rule(&second, &site, &number, AI, "refused").await.refused(&format!("Case {number}"));
    rule(&officer, &site, &number, AI, "upheld").await;
    let own = ada.get(&format!("/objections/{number}")).await;
    own.says("We answered: refused for Data for Generative AI improvement");
    own.says("We need it.");
    assert_eq!(stored(&site, &number).await.answers().count(), 2);
}
