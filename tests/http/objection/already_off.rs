//! What an upheld objection has turned off permanently: it is remembered on the tab, and nobody
//! objects to it in vain.

use super::{CODE, ONE, THREE, TWO, act, applicant, decide, file, form, send, stored};
use crate::stories;
use crate::test_app::{Answer, TestApp, TestClient};
use sayso::account::model::Role;

stories![
    what_is_off_permanently_cannot_be_objected_to_again,
    another_open_case_pauses_nothing_that_is_off_permanently,
    a_case_that_is_added_to_the_account_pauses_nothing_either,
    what_a_case_without_an_account_has_won_is_on_the_tab_too,
    the_tab_says_what_was_won_and_what_is_still_open,
];

const ADA: &str = "ada@example.org";
const FORM: &str = "Data Processing Objection Form";

/// Files as a member does who loaded the form a while ago.
async fn sent(member: &TestClient, id: &str, purposes: &[&'static str]) -> Answer {
    let mut fields = form(id, purposes);
    fields.push(("member".into(), member.get("/objection").await.field("member")));
    send(member, &fields).await
}

async fn uphold(site: &TestApp, number: &str, purpose: &str) {
    decide(&site.officer().await, site, number, &[(purpose, "upheld", "")]).await;
}

/// An objection to research that is upheld, and one to the same and to personalisation that waits.
async fn one_of_two_upheld(site: &TestApp) -> (TestClient, String, String) {
    let ada = site.member(ADA, "FR").await;
    let first = file(&ada, ONE, &["research"]).await;
    let second = file(&ada, TWO, &["research", "personalisation"]).await;
    ada.get(&format!("/objections/{second}")).await.says("Paused while we decide: Personalisation and Research.");
    uphold(site, &first, "research").await;
    (ada, first, second)
}

async fn what_is_off_permanently_cannot_be_objected_to_again(site: TestApp) {
    let ada = site.member(ADA, "FR").await;
    let number = file(&ada, ONE, &["research"]).await;
    assert!(!ada.get("/objection").await.has("[value='research'][disabled]"), "it is paused, and can be asked again");
    uphold(&site, &number, "research").await;
    let page = ada.get("/objection").await;
    assert!(page.has("[value='research'][disabled]"));
    assert!(!page.has("[value='personalisation'][disabled]"));
    page.says(&format!("Already off permanently, because of {number}."));
    // From a page that was loaded before.
    let refused = sent(&ada, TWO, &["research", "personalisation"]).await;
    let page = refused.refused(FORM);
    page.says(&format!("Research is already off permanently, because of {number}."));
    page.says("Please object only to other uses.");
    assert!(page.has("[value='personalisation'][checked]") && !page.has("[value='research'][checked]"));
    assert_eq!(ada.get("/objections").await.count("h2 .ref"), 1, "nothing was stored");
    file(&ada, TWO, &["personalisation"]).await;
    // What is upheld by rule is off permanently at once.
    let advertising = file(&ada, THREE, &["advertising"]).await;
    ada.get("/objection").await.says(&format!("Already off permanently, because of {advertising}."));
    // Without an account nothing is known of one.
    let visitor = site.visitor();
    assert!(!visitor.get("/objection").await.has("[disabled]"));
}

async fn another_open_case_pauses_nothing_that_is_off_permanently(site: TestApp) {
    let (ada, first, second) = one_of_two_upheld(&site).await;
    let page = ada.get(&format!("/objections/{second}")).await;
    page.says(&format!(
        "Paused while we decide: Personalisation. Research is already off permanently, because of {first}."
    ));
    let tab = ada.get("/settings/privacy").await;
    tab.says("Personalisation is paused while we decide on");
    tab.says(&format!("Research is off permanently, because we upheld objection {first}."));
    let asked = ada.get(&format!("/objections/{second}/withdraw")).await;
    asked.says("The pause of Personalisation ends at once.");
    asked.says("This is off permanently, because we upheld another objection to it: Research.");
    let officer = site.signed_in_as("officer@example.org", Role::PrivacyOfficer).await;
    act(&officer, &site, "extend-objection", &second, &[("months", "1"), ("reason", "Many objections.")]).await;
    let letter = site.mail(ADA, &format!("More time for your objection {second}")).await;
    assert!(letter.contains(&format!("Research is already off permanently, because of {first}.")), "{letter}");
    assert!(!letter.contains("and Research"), "{letter}");
}

async fn a_case_that_is_added_to_the_account_pauses_nothing_either(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let first = file(&ada, ONE, &["personalisation"]).await;
    uphold(&site, &first, "personalisation").await;
    let out = site.visitor();
    let second = send(&out, &applicant(TWO, ADA)).await.filed_number();
    let code = site.mailed(ADA, CODE).await;
    out.post("/api/verify-objection", &[("case", &second), ("code", &code)]).await;
    // It reaches the account, whose tab knows what holds; whoever has the link alone does not.
    let off = format!("Personalisation is already off permanently, because of {first}.");
    ada.get("/settings/privacy").await.says(&off);
    out.get(&format!("/objections/{second}")).await.says("Paused while we decide: Personalisation.");
    let key = site.mailed(ADA, &format!("/objections/{second}?key=")).await;
    ada.get(&format!("/objections/{second}?key={key}")).await;
    ada.post("/api/claim-objection", &[("case", &second)]).await;
    let page = ada.get(&format!("/objections/{second}")).await;
    page.says(&off);
    page.does_not_say("Paused while we decide");
    let tab = ada.get("/settings/privacy").await;
    tab.says(&format!("Personalisation is off permanently, because we upheld objection {first}."));
    tab.does_not_say("is paused");
    tab.says("You objected to Personalisation: ");
}

async fn what_a_case_without_an_account_has_won_is_on_the_tab_too(site: TestApp) {
    site.staff(ADA, Role::Member).await;
    let out = site.visitor();
    let number = send(&out, &applicant(ONE, ADA)).await.filed_number();
    let code = site.mailed(ADA, CODE).await;
    out.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    uphold(&site, &number, "personalisation").await;
    let ada = site.signed_in(ADA).await;
    ada.get("/settings/privacy")
        .await
        .says(&format!("Personalisation is off permanently, because we upheld objection {number}."));
    let page = ada.get("/objection").await;
    assert!(page.has("[value='personalisation'][disabled]"));
    assert!(!page.has(&format!("a[href='/objections/{number}']")), "it opens by its link alone");
}

async fn the_tab_says_what_was_won_and_what_is_still_open(site: TestApp) {
    let ada = site.member(ADA, "FR").await;
    let number = file(&ada, ONE, &["personalisation", "advertising"]).await;
    let officer = site.officer().await;
    act(&officer, &site, "ask-person", &number, &[("question", "Everything, or certain posts?")]).await;
    let tab = ada.get("/settings/privacy").await;
    tab.says(&format!("Advertising is off permanently, because we upheld objection {number}."));
    tab.says(&format!("We asked you a question about objection {number} on "));
    assert!(tab.has(&format!("a[href='/objections/{number}#reply-card']")));
    ada.post("/api/reply-to-question", &[("case", &number), ("question", "1"), ("reply", "Everything.")]).await;
    ada.get("/settings/privacy").await.does_not_say("We asked you a question");
    decide(&officer, &site, &number, &[("personalisation", "refused", "We need it.")]).await;
    ada.get("/settings/privacy").await.does_not_say("We have your complaint");
    ada.post("/api/complain-about-objection", &[("case", &number), ("text", "Look again.")]).await;
    let due = stored(&site, &number).await.complaint_due.unwrap().day();
    let said = format!("We have your complaint about objection {number}. Answer due by {due}.");
    ada.get("/settings/privacy").await.says(&said);
    let page = ada.get("/objection").await;
    page.says("You have open objections");
    page.says(&format!("We have your complaint. Answer due by {due}."));
    // Nobody is told of what they do not have.
    let ben = site.member("ben@example.org", "FR").await.get("/settings/privacy").await;
    ben.does_not_say("off permanently");
}
