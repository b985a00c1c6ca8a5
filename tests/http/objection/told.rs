//! What the person reads about their case holds while they read it: no way to a form that is gone,
//! no old answer as if it were the newest, nothing twice.

use super::{CODE, ONE, TWO, act, applicant, decide, file, recording, send, stored};
use crate::stories;
use crate::test_app::{TestApp, TestClient};
use http::StatusCode;
use sayso::db::Db;
use sayso::mail::Block;
use sayso::objection::answer_letter;

stories![
    an_answer_leads_to_the_form_below_it_and_nowhere_once_that_is_gone,
    an_answer_is_read_in_the_words_in_which_it_was_sent,
    to_a_complaint_one_can_add_while_it_waits,
    the_answer_names_the_tab_by_a_link,
    an_answer_before_a_reopening_is_headed_as_such,
    what_was_opened_again_is_not_called_new,
    a_withdrawn_case_leads_to_the_form,
    a_letter_asks_nobody_to_reply_to_it,
    what_one_added_to_the_account_was_added_by_oneself,
    somebody_who_is_signed_in_is_told_how_to_open_what_was_filed_without,
];

const ADA: &str = "ada@example.org";
const AI: &str = "generative-ai-training";

/// A member's case about research and personalisation: the first refused, the second upheld.
async fn refused(site: &TestApp) -> (TestClient, TestClient, String) {
    let ada = site.member(ADA, "IE").await;
    let officer = site.officer().await;
    let number = file(&ada, ONE, &["research", "personalisation"]).await;
    let rulings = [("research", "refused", "We need it."), ("personalisation", "upheld", "")];
    decide(&officer, site, &number, &rulings).await;
    (ada, officer, number)
}

async fn an_answer_leads_to_the_form_below_it_and_nowhere_once_that_is_gone(site: TestApp) {
    let (ada, officer, number) = refused(&site).await;
    let page = format!("/objections/{number}");
    let own = ada.get(&page).await;
    assert_eq!(own.count("article a[href='#complain']"), 1);
    assert!(own.has("#complain"));
    own.says("You don't have to complain to us first.");
    own.does_not_say("on the page of your objection");
    let letter = site.mail(ADA, &format!("Our answer to your objection {number}")).await;
    assert!(letter.contains("You can complain to us on the page of your objection."), "{letter}");
    ada.post("/api/complain-about-objection", &[("case", &number), ("text", "Look again.")]).await;
    let own = ada.get(&page).await;
    assert!(!own.has("a[href='#complain']") && !own.has("#complain"));
    own.says("You don't have to accept a refusal.");
    own.does_not_say("You can complain to us.");
    // Nor does the officer who reads the answer again have the page's words.
    officer.get(&format!("/support{page}")).await.says("You can complain to us on the page of your objection.");
}

/// Its words are kept with it: what the rules would have it say by now does not matter.
async fn an_answer_is_read_in_the_words_in_which_it_was_sent(site: TestApp) {
    let (ada, _, number) = refused(&site).await;
    let page = format!("/objections/{number}");
    let case = stored(&site, &number).await;
    let sent = case.steps.iter().find_map(|done| done.sent.clone()).unwrap();
    let letter = site.mail(ADA, &format!("Our answer to your objection {number}")).await;
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let in_letter = |block: &Block| matches!(block, Block::Text(text) if words(&letter).contains(&words(text)));
    assert!(sent.iter().filter(|block| matches!(block, Block::Text(_))).all(in_letter), "{sent:?}\n{letter}");
    // As if the authority had another name when it was sent.
    let then = answer_letter::as_stored(&sent).replace("Data Protection Commission", "Authority of that time");
    assert_ne!(then, answer_letter::as_stored(&sent));
    for change in ["update case_answers set blocks = '[]'", "delete from case_answers"] {
        assert!(site.tamper(change).await.unwrap_err().contains("append-only"), "{change}");
    }
    site.tamper(match &site.app.db {
        Db::Sqlite { .. } => "drop trigger case_answers_refuse_update",
        Db::Postgres { .. } => "alter table case_answers disable trigger all",
    })
    .await
    .unwrap();
    site.tamper(&format!("update case_answers set blocks = '{}'", then.replace('\'', "''"))).await.unwrap();
    let own = ada.get(&page).await;
    own.says("complain to the Irish Authority of that time");
}

async fn to_a_complaint_one_can_add_while_it_waits(site: TestApp) {
    let (ada, officer, number) = refused(&site).await;
    let page = format!("/objections/{number}");
    let add = [("case", number.as_str()), ("text", "I moved since.")];
    ada.post("/api/add-to-objection", &add).await.refused(&format!("Objection {number}"));
    assert!(!ada.get(&page).await.has("[action^='/api/add-to-objection']"));
    ada.post("/api/complain-about-objection", &[("case", &number), ("text", "Look again.")]).await;
    ada.get(&page).await.says("Anything that the person who answers your complaint should know.");
    assert_eq!(ada.post("/api/add-to-objection", &add).await.location(), page);
    let own = ada.get(&page).await;
    own.says("We have added this to your objection.");
    own.says("I moved since.");
    officer.get(&format!("/support{page}")).await.says("I moved since.");
    assert!(stored(&site, &number).await.has_complaint(), "it still waits");
}

async fn the_answer_names_the_tab_by_a_link(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    ada.press("denied").await;
    let number = file(&ada, ONE, &[AI]).await;
    decide(&site.officer().await, &site, &number, &[(AI, "refused", "We need it.")]).await;
    let own = ada.get(&format!("/objections/{number}")).await;
    own.says("You chose to have this off on your Data privacy page, so we still do not use your data for it.");
    assert_eq!(own.count("article a[href='/settings/privacy']"), 1);
}

async fn an_answer_before_a_reopening_is_headed_as_such(site: TestApp) {
    let (ada, officer, number) = refused(&site).await;
    let answered = stored(&site, &number).await.decided.unwrap().day();
    site.pass_days(2);
    let again = site.signed_in_as("officer@example.org", sayso::account::model::Role::PrivacyOfficer).await;
    drop(officer);
    act(&again, &site, "reopen-objection", &number, &[("why_again", "We missed what you wrote.")]).await;
    let ada = {
        drop(ada);
        site.signed_in(ADA).await
    };
    let own = ada.get(&format!("/objections/{number}")).await;
    own.says("Reopened. We will answer by");
    own.does_not_say("Received and acknowledged");
    own.says("Paused while we decide: Research. Already upheld, and off permanently: Personalisation.");
    own.says(&format!("Our earlier answer, of {answered}"));
    own.says("We are deciding again about what this answer refused.");
    assert!(!own.has("a[href='#complain']"));
    own.does_not_say("You can complain to us");
    ada.get("/objections").await.says("Reopened. We will answer by");
    let letter = site.mail(ADA, "We have reopened your objection").await;
    assert_eq!(letter.matches("Personalisation.").count(), 1, "{letter}");
    act(&again, &site, "review-objection", &number, &[]).await;
    ada.get(&format!("/objections/{number}")).await.says("Under review by a person");
    decide(&again, &site, &number, &[("research", "upheld", "")]).await;
    let own = ada.get(&format!("/objections/{number}")).await;
    own.says("Our answer after we reopened it");
    own.says("We decided again about what this answer refused.");
}

async fn what_was_opened_again_is_not_called_new(site: TestApp) {
    let (_, officer, number) = refused(&site).await;
    act(&officer, &site, "reopen-objection", &number, &[("why_again", "We missed it.")]).await;
    let page = format!("/support/objections/{number}");
    assert_eq!(officer.get(&page).await.texts_of("[aria-labelledby='filed'] dd")[0], "Reopened");
    let queue = officer.get("/support/objections").await;
    assert!(queue.texts_of("td").contains(&"Reopened".to_owned()), "{:?}", queue.texts_of("td"));
    act(&officer, &site, "review-objection", &number, &[]).await;
    assert_eq!(officer.get(&page).await.texts_of("[aria-labelledby='filed'] dd")[0], "Under review");
}

async fn a_withdrawn_case_leads_to_the_form(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    assert!(!ada.get(&format!("/objections/{number}")).await.has("article a[href='/objection']"));
    ada.post("/api/withdraw-objection", &[("case", &number)]).await;
    let own = ada.get(&format!("/objections/{number}")).await;
    own.says("Withdrawn by you. You can object again at any time.");
    assert_eq!(own.count("article a[href='/objection']"), 1);
    let letter = site.mail(ADA, &format!("You withdrew objection {number}")).await;
    assert!(letter.contains("/objection ") || letter.contains("/objection\n"), "{letter}");
}

async fn a_letter_asks_nobody_to_reply_to_it(site: TestApp) {
    let officer = site.officer().await;
    let recorded = officer.post("/api/record-objection", &recording("ben@example.org", &["research"])).await;
    assert!(recorded.location().starts_with("/support/objections/"), "{}", recorded.body);
    let letter = site.mail("ben@example.org", "We have recorded your objection").await;
    assert!(letter.contains("Please open the link above and press “This isn't mine”."), "{letter}");
    assert!(!letter.contains("replying"), "{letter}");
}

async fn what_one_added_to_the_account_was_added_by_oneself(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let out = site.visitor();
    let mut fields = applicant(TWO, ADA);
    fields.push(("purposes[]".to_owned(), "advertising".to_owned()));
    let number = send(&out, &fields).await.filed_number();
    let code = site.mailed(ADA, CODE).await;
    out.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    let key = site.mailed(ADA, &format!("/objections/{number}?key=")).await;
    ada.get(&format!("/objections/{number}?key={key}")).await;
    ada.post("/api/claim-objection", &[("case", &number)]).await;
    let steps = ada.get(&format!("/objections/{number}")).await.texts_of(".steps li");
    let of = |said: &str| steps.iter().filter(|step| step.contains(said)).cloned().collect::<Vec<_>>();
    let added = of("You added it to your account");
    assert!(added.len() == 1 && added[0].contains(" · you"), "{steps:?}");
    assert_eq!(of("We upheld it for Advertising").len(), 1, "{steps:?}");
    assert_eq!(of("What we upheld is in your account's history too").len(), 1, "{steps:?}");
    // It stood in the history before, as an objection under the address.
    let history = ada.get("/settings/privacy/history").await;
    history.says(&format!("Objection {number}, filed under your e-mail address, upheld: Advertising, by rule"));
    history.says(&format!("Objection {number} upheld: Advertising, by rule"));
}

async fn somebody_who_is_signed_in_is_told_how_to_open_what_was_filed_without(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let number = send(&site.visitor(), &applicant(ONE, ADA)).await.filed_number();
    // Nothing tells whether there is such a case.
    let pages = [number.as_str(), "OBJ-7F3K9Q2M"].map(|number| format!("/objections/{number}"));
    let mut read = Vec::new();
    for (page, number) in pages.iter().zip([number.as_str(), "OBJ-7F3K9Q2M"]) {
        for page in [page.clone(), format!("{page}/withdraw")] {
            let told = ada.get(&page).await;
            assert_eq!(told.status, StatusCode::NOT_FOUND);
            told.is_page("This objection is private");
            told.says("Filed it without signing in? Use the link in our e-mail, or have it sent again.");
            assert!(told.has(&format!("a[href='/objection/again?case={number}']")), "{}", told.body);
            assert!(told.has("main a[href='/objections']"));
            read.push(told.texts_of("main p"));
        }
    }
    assert!(read.iter().all(|texts| *texts == read[0]), "{read:?}");
}
