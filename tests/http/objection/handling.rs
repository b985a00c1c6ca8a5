//! What officers do with a case besides answering it: duplicates, more time, and two at once.

use super::{ONE, THREE, TWO, act, file, form, send, stored};
use crate::audit::by_email;
use crate::case_counts::counts_are_true;
use crate::stories;
use crate::test_app::TestApp;
use http::StatusCode;
use sayso::account::model::Role;
use sayso::support::too_few;

stories![
    a_duplicate_goes_on_in_an_earlier_case_that_asks_as_much_and_nothing_of_it_is_lost,
    an_objection_does_not_end_in_a_mere_restriction,
    a_duplicate_loses_nothing_and_never_ends_an_objection,
    more_time_is_asked_for_once_before_it_is_due_and_told,
    the_second_of_two_officers_is_told_and_loses_nothing,
    the_officers_side_is_for_officers,
    with_no_officer_left_it_is_said_what_waits,
];

/// As `sayso config check` and `sayso user close` say it.
async fn with_no_officer_left_it_is_said_what_waits(site: TestApp) {
    let said = async || too_few::of_database(&site.app.db, false).await.unwrap().says();
    assert_eq!(said().await, Vec::<String>::new(), "nothing waits");
    let ada = site.member("ada@example.org", "IE").await;
    file(&ada, ONE, &["research"]).await;
    let add = "To add an officer, somebody with access to the server runs: sayso user add --role privacy_officer";
    assert_eq!(
        said().await,
        [format!("There is no privacy officer, and 1 case is open and due on 23 December 2026. {add}")]
    );
    site.pass_days(1);
    let ada = site.signed_in("ada@example.org").await;
    file(&ada, TWO, &["inferences"]).await;
    let two = format!("There is no privacy officer, and 2 cases are open, the first due on 23 December 2026. {add}");
    assert_eq!(said().await, std::slice::from_ref(&two));
    site.staff("officer@example.org", Role::PrivacyOfficer).await;
    assert_eq!(said().await, Vec::<String>::new());
    let officer = by_email(&site, "officer@example.org").await;
    assert_eq!(too_few::without(&site.app.db, &officer).await.unwrap(), [two]);
    let member = by_email(&site, "ada@example.org").await;
    assert_eq!(too_few::without(&site.app.db, &member).await.unwrap(), Vec::<String>::new());
}

async fn a_duplicate_goes_on_in_an_earlier_case_that_asks_as_much_and_nothing_of_it_is_lost(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let first = file(&ada, ONE, &["research", "inferences", "personalisation"]).await;
    site.pass(60_000);
    let second = file(&ada, TWO, &["research", "inferences"]).await;
    site.pass(60_000);
    let third = file(&ada, THREE, &["research"]).await;
    let officer = site.officer().await;
    let mark = async |number: &str, of: &str| {
        let answer = act(&officer, &site, "mark-duplicate-objection", number, &[("of", of)]).await;
        if answer.status == StatusCode::FOUND {
            return officer.get(&answer.location()).await;
        }
        answer.refused(&format!("Case {number}"));
        answer
    };
    // Into a later one it would be due later, and a part would be lost.
    let page = mark(&first, &third).await;
    page.says("filed and due no later than this one");
    assert!(page.has("#of-error"), "it stands at its field");
    mark(&second, &third).await.says("filed and due no later than this one");

    // One after the other they end in the first, with all that was written.
    ada.post("/api/add-to-objection", &[("case", &third), ("text", "One thing more.")]).await;
    let seen = stored(&site, &first).await.revision;
    mark(&third, &second).await.says("The case continues under the other number");
    mark(&second, &first).await.says("The case continues under the other number");
    let page = officer.get(&format!("/support/objections/{first}")).await;
    for said in [&*second, &third, "One thing more."] {
        page.says(said);
    }
    // Whoever had the first before them has not seen what came to it.
    let late = officer.post("/api/review-objection", &[("case", &first), ("revision", &seen.to_string())]).await;
    late.refused(&format!("Case {first}")).says("This case has changed since you loaded the page.");
    counts_are_true(&site).await;
}

async fn an_objection_does_not_end_in_a_mere_restriction(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let page = ada.get("/objection").await;
    let member = page.field("member");
    let mut fields = form(ONE, &["research"]);
    fields.retain(|(k, _)| k != "mode");
    fields.extend([("mode".to_owned(), "restrict".to_owned()), ("member".into(), member)]);
    let to = send(&ada, &fields).await.location();
    let restrict = to.strip_prefix("/objections/").unwrap().to_owned();
    site.pass(60_000);
    let object = file(&ada, TWO, &["research"]).await;
    let officer = site.officer().await;
    let refused = act(&officer, &site, "mark-duplicate-objection", &object, &[("of", &restrict)]).await;
    refused.refused(&format!("Case {object}")).says("ask for at least as much");
    let case = stored(&site, &object).await;
    assert!(case.is_open());
}

async fn a_duplicate_loses_nothing_and_never_ends_an_objection(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("allowed").await;
    let first = file(&ada, ONE, &["generative-ai-training"]).await;
    let second = file(&ada, TWO, &["generative-ai-training", "research"]).await;
    let officer = site.officer().await;
    let refused = act(&officer, &site, "mark-duplicate-objection", &second, &[("of", &first)]).await;
    refused.refused(&format!("Case {second}")).says("ask for at least as much");
    act(&officer, &site, "mark-duplicate-objection", &first, &[("of", &second)]).await;
    ada.get(&format!("/objections/{first}")).await.says(&format!("It continues as {second}."));
    let page = ada.get(&format!("/objections/{second}")).await;
    page.says("Your other objections merged with this one");
    page.says(&first);
    assert!(!ada.get("/settings/privacy").await.is_on());
    act(&officer, &site, "mark-duplicate-objection", &second, &[("of", &first)]).await;
    assert!(!ada.get("/settings/privacy").await.is_on(), "two cases cannot end each other");
    let withdrawn = file(&ada, THREE, &["generative-ai-training", "research", "inferences"]).await;
    ada.post("/api/withdraw-objection", &[("case", &withdrawn)]).await;
    act(&officer, &site, "mark-duplicate-objection", &second, &[("of", &withdrawn)]).await;
    assert!(!ada.get("/settings/privacy").await.is_on(), "nor does one end in a case that has ended");
}

async fn more_time_is_asked_for_once_before_it_is_due_and_told(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let late = file(&ada, TWO, &["inferences"]).await;
    let officer = site.officer().await;
    let bare = act(&officer, &site, "extend-objection", &number, &[("months", "2"), ("reason", "")]).await;
    bare.refused(&format!("Case {number}")).says("Please write why you need more time");
    act(&officer, &site, "extend-objection", &number, &[("months", "2"), ("reason", "Many at once.")]).await;
    let page = ada.get(&format!("/objections/{number}")).await;
    page.says("We will answer by 23 February 2027 (extended from 23 December 2026).");
    page.says("Many at once.");
    site.mailed("ada@example.org", "> Many at once.").await;
    let again = act(&officer, &site, "extend-objection", &number, &[("months", "1"), ("reason", "Again.")]).await;
    again.refused(&format!("Case {number}")).says("The deadline has already been extended.");
    site.pass_days(30);
    let officer = site.signed_in_as("officer@example.org", Role::PrivacyOfficer).await;
    let refused = act(&officer, &site, "extend-objection", &late, &[("months", "1"), ("reason", "Late.")]).await;
    refused.refused(&format!("Case {late}")).says("could only be extended before then");
    site.pass_days(1);
    let ada = site.signed_in("ada@example.org").await;
    let page = ada.get(&format!("/objections/{late}")).await;
    page.says("Our answer was due by 23 December 2026. We are late, and we are sorry.");
    page.does_not_say("We will answer by");
    for page in ["/objection", "/settings/privacy"] {
        let page = ada.get(page).await;
        page.says("Our answer was due by 23 December 2026. We are late, and we are sorry.");
        page.does_not_say("nswer due by 23 December 2026");
        page.says("Answer due by 23 February 2027.");
    }
    let support = crate::support::support(&site).await;
    let id = by_email(&site, "ada@example.org").await.id;
    support.post("/api/look-at-member", &[("member", &id), ("reason", "asked"), ("text", "Asked when.")]).await;
    let view = support.get(&format!("/support/members/{id}")).await;
    view.says("The answer has been overdue since 23 December 2026.");
    view.does_not_say("we are sorry");
    counts_are_true(&site).await;
}

async fn the_second_of_two_officers_is_told_and_loses_nothing(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let one = site.officer().await;
    let two = site.another_officer().await;
    let form = [("case", number.as_str()), ("revision", "1"), ("months", "1"), ("reason", "Written by the second.")];
    act(&one, &site, "review-objection", &number, &[]).await;
    let page = two.post("/api/extend-objection", &form).await;
    page.refused(&format!("Case {number}")).says("This case has changed since you loaded the page");
    page.says("Written by the second.");
}

async fn the_officers_side_is_for_officers(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    site.staff("support@example.org", Role::Support).await;
    let support = site.signed_in_as("support@example.org", Role::Support).await;
    for visitor in [&ada, &support] {
        for path in ["/support/objections".to_owned(), format!("/support/objections/{number}")] {
            assert_eq!(visitor.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        for endpoint in [
            "review-objection",
            "extend-objection",
            "decide-objection",
            "preview-decision",
            "mark-duplicate-objection",
            "answer-complaint",
            "close-objection",
        ] {
            let answer = act(visitor, &site, endpoint, &number, &[("intent", "preview")]).await;
            let nothing = answer.status == StatusCode::NOT_FOUND || answer.location() == "/error?about=not-found";
            assert!(nothing && !answer.body.contains("health"), "{endpoint}: {} {}", answer.status, answer.body);
        }
    }
    let nobody = site.visitor();
    assert_eq!(nobody.get("/support/objections").await.location(), "/sign-in?next=/support/objections");
    let case = stored(&site, &number).await;
    assert_eq!(case.revision, 1, "nothing was done");
}
