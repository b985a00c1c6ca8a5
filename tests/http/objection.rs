//! Objections: filed, verified, decided, complained about; nobody sees another's.

use crate::mailbox::mail;
use crate::stories;
use crate::test_app::{TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::Role;
use sayso::ledger::Step;
use sayso::objection::store;

stories![
    a_member_files_is_paused_and_upheld_and_the_switch_is_off_for_good,
    a_refused_objection_gives_the_choice_back_and_says_so,
    a_refusal_says_what_holds_for_this_member,
    a_refusal_takes_two_officers_and_what_is_sent_back_is_written_on,
    a_proposed_answer_is_taken_back_and_falls_with_a_withdrawal,
    a_duplicate_goes_on_in_an_earlier_case_that_asks_as_much_and_nothing_of_it_is_lost,
    an_objection_does_not_end_in_a_mere_restriction,
    what_was_written_for_a_form_that_is_gone_can_still_be_copied,
    advertising_is_never_refused,
    the_same_form_twice_is_one_case_and_another_one_is_linked,
    at_once_it_is_still_one_case,
    a_rejected_form_loses_nothing,
    signed_out_meanwhile_it_is_still_there_after_signing_in_and_only_for_them,
    without_an_account_a_code_opens_the_case,
    codes_are_limited_run_out_and_can_be_sent_again,
    whoever_has_the_same_address_does_not_have_the_case,
    with_the_link_and_the_account_one_puts_the_case_into_it,
    what_was_upheld_without_an_account_holds_for_good_in_a_later_one,
    a_case_opened_by_link_does_not_stay_open_for_the_next_at_the_browser,
    a_duplicate_loses_nothing_and_never_ends_an_objection,
    while_it_is_paused_one_can_still_say_no,
    a_form_is_filed_for_whoever_it_was_loaded_by,
    the_same_form_with_something_else_in_it_is_another_case,
    nobody_is_filed_whom_mail_cannot_reach,
    what_was_typed_cannot_become_part_of_the_page,
    withdrawn_it_gives_back_what_it_paused,
    what_was_written_after_the_session_had_ended_is_still_there,
    more_time_is_asked_for_once_before_it_is_due_and_told,
    the_second_of_two_officers_is_told_and_loses_nothing,
    the_officers_side_is_for_officers,
    what_the_officer_sees_while_writing_is_what_the_person_reads,
    whatever_is_sent_there_is_no_500,
];

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

pub async fn send(visitor: &TestClient, fields: &[(String, String)]) -> crate::test_app::Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    visitor.post("/api/submit-objection", &fields).await
}

/// Files as a member, as the form does that they loaded, and returns the number.
pub async fn file(visitor: &TestClient, id: &str, purposes: &[&'static str]) -> String {
    let page = visitor.get("/objection").await;
    let (_, rest) = page.body.split_once("name=\"member\" value=\"").unwrap();
    let mut fields = form(id, purposes);
    fields.push(("member".into(), rest.split_once('"').unwrap().0.into()));
    let answer = send(visitor, &fields).await;
    let to = answer.location();
    to.strip_prefix("/objections/").unwrap_or_else(|| panic!("{to}: {}", answer.body)).to_owned()
}

/// What somebody without an account sends.
pub fn applicant(id: &str, email: &str) -> Vec<(String, String)> {
    let mut fields = form(id, &["advertising"]);
    fields.extend([("name", "Ben"), ("email", email), ("country", "IE")].map(|(k, v)| (k.to_owned(), v.to_owned())));
    fields
}

/// What stands before a code in its mail.
pub const CODE: &str = "page:\n\n    ";

/// Files without an account, and returns the number of the case that waits for its code.
pub async fn unverified(visitor: &TestClient, id: &str, email: &str) -> String {
    send(visitor, &applicant(id, email)).await.filed_number()
}

/// The newest mail to `to` whose text has `what`, behind which the rest of the line is returned.
pub async fn mailed(site: &crate::test_app::TestApp, to: &str, what: &str) -> String {
    let sql = "select plain from outbox where to_address = $1 order by id desc";
    let mails: Vec<String> = match &site.app.db {
        sayso::db::Db::Sqlite { read, .. } => sqlx::query_scalar(sql).bind(to).fetch_all(read).await.unwrap(),
        sayso::db::Db::Postgres { pool, .. } => sqlx::query_scalar(sql).bind(to).fetch_all(pool).await.unwrap(),
    };
    let found = mails.iter().find_map(|text| text.split_once(what));
    let (_, rest) = found.unwrap_or_else(|| panic!("no mail to {to} has {what:?}: {mails:#?}"));
    rest.split_whitespace().next().unwrap_or_default().to_owned()
}

pub async fn act(
    officer: &TestClient,
    site: &crate::test_app::TestApp,
    endpoint: &str,
    number: &str,
    more: &[(&str, &str)],
) -> crate::test_app::Answer {
    let case = store::by_number(site.app.db.reader().await.unwrap().conn(), number).await.unwrap().unwrap();
    let revision = case.revision.to_string();
    let mut fields = vec![("case", number), ("revision", &revision)];
    fields.extend(more);
    officer.post(&format!("/api/{endpoint}"), &fields).await
}

pub async fn decide(
    officer: &TestClient,
    site: &crate::test_app::TestApp,
    number: &str,
    rulings: &[(&str, &str, &str)],
) -> crate::test_app::Answer {
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
    let case = store::by_number(site.app.db.reader().await.unwrap().conn(), number).await.unwrap().unwrap();
    if case.proposed.is_some() {
        // Something is refused: the second officer agrees.
        let second = site.another_officer().await;
        act(&second, site, "agree-to-decision", number, &[]).await;
    }
    answer
}

async fn a_member_files_is_paused_and_upheld_and_the_switch_is_off_for_good(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.get("/settings/privacy").await;
    ada.press("allowed").await;
    let number = file(&ada, ONE, &["generative-ai-training", "moderation-safety"]).await;
    let page = ada.get(&format!("/objections/{number}")).await;
    page.says("We have your objection.");
    page.says("We will answer by 23 December 2026.");
    page.says("Paused while we decide: Data for Generative AI improvement.");
    page.says("Moderation and safety is not paused");
    page.says("I write about my health.");
    let tab = ada.get("/settings/privacy").await;
    assert!(!tab.is_on());
    tab.says(&format!("paused while we decide on your objection {number}"));
    tab.does_not_say("Saved as receipt");
    let refused = ada.press("allowed").await;
    assert_eq!(refused.location(), "/error?about=objected");
    assert_eq!(ada.get("/error?about=objected").await.status, StatusCode::CONFLICT);
    mailed(&site, "ada@example.org", &format!("/objections/{number}")).await;

    let officer = site.officer().await;
    officer.get("/support/objections").await.says(&number);
    let answer = decide(
        &officer,
        &site,
        &number,
        &[("generative-ai-training", "upheld", ""), ("moderation-safety", "refused", "Others would be harmed.")],
    )
    .await;
    assert_eq!(answer.location(), format!("/support/objections/{number}"));
    let page = ada.get(&format!("/objections/{number}")).await;
    page.says("Partly upheld.");
    page.says("Others would be harmed.");
    page.says("Federal Trade Commission");
    page.says("go to court");
    site.publish(2).await;
    site.pass_days(60);
    let ada = site.signed_in("ada@example.org").await;
    ada.get("/settings/privacy").await;
    site.pass_days(60);
    let ada = {
        drop(ada);
        site.signed_in("ada@example.org").await
    };
    let tab = ada.get("/settings/privacy").await;
    assert!(!tab.is_on());
    tab.says(&format!("Off, because we upheld your objection {number}"));
    assert_eq!(ada.press("allowed").await.location(), "/error?about=objected");
    for word in ["consent", "agreed"] {
        tab.does_not_say(word);
    }
}

async fn a_refused_objection_gives_the_choice_back_and_says_so(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("allowed").await;
    let number = file(&ada, ONE, &["generative-ai-training"]).await;
    assert!(!ada.get("/settings/privacy").await.is_on());
    let officer = site.officer().await;
    let bare = decide(&officer, &site, &number, &[("generative-ai-training", "refused", " ")]).await;
    bare.refused(&format!("Case {number}")).says("Please write the compelling grounds");
    assert!(!ada.get("/settings/privacy").await.is_on(), "nothing was decided");
    let rulings = [
        ("rulings[0][purpose]", "generative-ai-training"),
        ("rulings[0][outcome]", "refused"),
        ("rulings[0][grounds]", "We need it."),
    ];
    act(&officer, &site, "decide-objection", &number, &rulings).await;
    let page = officer.get(&format!("/support/objections/{number}")).await;
    page.says("It is sent once a second officer has agreed to it.");
    assert!(!ada.get("/settings/privacy").await.is_on(), "one officer alone refuses nothing");
    let second = site.another_officer().await;
    act(&second, &site, "agree-to-decision", &number, &[]).await;
    assert!(ada.get("/settings/privacy").await.is_on(), "the newest choice holds again");
    ada.get(&format!("/objections/{number}")).await.says("Irish Data Protection Commission");
}

/// What keeps a purpose off besides the case that was refused: the letter says it, and so does
/// the page. Officers, who have not looked at the member's settings, are not told.
async fn a_refusal_says_what_holds_for_this_member(site: TestApp) {
    const AI: &str = "generative-ai-training";
    const AGAIN: &str = "From today we use your data for this again.";
    const UNLESS: &str = "From today we use your data for this again, unless";
    const SWITCH: &str =
        "You chose to have this off on your Data privacy page, so we still do not use your data for it.";
    const OTHERWISE: &str = "We still do not use your data for this, because it is off for another reason";
    let officer = site.officer().await;
    let forms = [1, 2, 3, 4, 5].map(|n| format!("0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ad01{n}"));
    let refused = async |(email, member): &(&str, TestClient), form: &str, purpose: &'static str| {
        let number = file(member, form, &[purpose]).await;
        decide(&officer, &site, &number, &[(purpose, "refused", "We need it.")]).await;
        let page = member.get(&format!("/objections/{number}")).await.text();
        let letter = mail(&site, email, "Our answer to your objection").await;
        let desk = officer.get(&format!("/support/objections/{number}")).await.text();
        (page, letter, desk)
    };
    let told = |(page, letter, desk): &(String, String, String), says: &str, not: &[&str]| {
        for text in [page, letter] {
            assert!(text.contains(says), "{says}: {text}");
            assert!(!not.iter().any(|not| text.contains(not)), "{not:?}: {text}");
        }
        assert!(!desk.contains(SWITCH) && !desk.contains(OTHERWISE), "{desk}");
    };
    let join = async |email: &'static str| (email, site.member(email, "IE").await);
    let on = join("on@example.org").await;
    on.1.press("allowed").await;
    told(&refused(&on, &forms[0], AI).await, AGAIN, &[UNLESS, SWITCH, OTHERWISE]);
    let off = join("off@example.org").await;
    off.1.press("denied").await;
    told(&refused(&off, &forms[1], AI).await, SWITCH, &[AGAIN, UNLESS, "You can still turn this off"]);
    assert!(!off.1.get("/settings/privacy").await.is_on());
    let unasked = join("unasked@example.org").await;
    told(&refused(&unasked, &forms[2], AI).await, UNLESS, &[SWITCH, OTHERWISE]);
    // Another case about the same purpose still pauses it.
    let twice = join("twice@example.org").await;
    file(&twice.1, &forms[3], &["research", "advertising"]).await;
    told(&refused(&twice, &forms[4], "research").await, OTHERWISE, &[AGAIN]);
    // What was answered stays what it said.
    off.1.press("allowed").await;
    let number = off.1.get("/objections").await.between("href=\"/objections/", "\"");
    off.1.get(&format!("/objections/{number}")).await.says(SWITCH);
}

async fn a_refusal_takes_two_officers_and_what_is_sent_back_is_written_on(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research", "advertising"]).await;
    let path = format!("/support/objections/{number}");
    let (first, second) = (site.officer().await, site.another_officer().await);
    act(&first, &site, "review-objection", &number, &[]).await;
    let rulings = [
        ("rulings[0][purpose]", "advertising"),
        ("rulings[0][outcome]", "upheld"),
        ("rulings[0][grounds]", ""),
        ("rulings[1][purpose]", "research"),
        ("rulings[1][outcome]", "refused"),
        ("rulings[1][grounds]", "Weak grounds."),
    ];
    act(&first, &site, "decide-objection", &number, &rulings).await;
    let page = first.get(&path).await;
    page.says("You wrote it, so another officer has to agree to it");
    page.does_not_say("Agree, and send this answer");
    page.does_not_say("Send this answer");
    // Whoever wrote it cannot agree to it, whatever their browser sends.
    let title = format!("Case {number}");
    let own = act(&first, &site, "agree-to-decision", &number, &[]).await;
    own.refused(&title).says("You wrote this answer yourself. Another officer has to agree to it.");
    let own = ada.get(&format!("/objections/{number}")).await;
    own.says("We drafted an answer for a second person to review");
    own.does_not_say("Weak grounds.");
    assert_eq!(site.count("decision").await, 0);

    // The second one reads it, and sends it back with a reason, which the person does not read.
    let page = second.get(&path).await;
    for said in ["An answer is waiting for a second officer", "Weak grounds.", "Drafted by Staff"] {
        page.says(said);
    }
    let bare = act(&second, &site, "return-decision", &number, &[("why", " ")]).await;
    bare.refused(&title).says("Please write what has to change.");
    act(&second, &site, "return-decision", &number, &[("why", "Which grounds exactly?")]).await;
    second.get(&path).await.says("The answer was not sent.");
    ada.get(&format!("/objections/{number}")).await.does_not_say("Which grounds exactly?");
    let page = first.get(&path).await;
    page.says("Which grounds exactly?");
    page.says("The answer that was not sent is filled in.");
    assert!(page.body.contains(">Weak grounds.</textarea>"), "it can be written on");
    assert!(page.body.contains("Research: refused"), "and read as the person would");

    // Two at once: the one who comes second is told.
    act(
        &first,
        &site,
        "decide-objection",
        &number,
        &[&rulings[..5], &[("rulings[1][grounds]", "Strong grounds.")]].concat(),
    )
    .await;
    let case = store::by_number(site.app.db.reader().await.unwrap().conn(), &number).await.unwrap().unwrap();
    let stale = (case.revision - 1).to_string();
    let late = second.post("/api/agree-to-decision", &[("case", &number), ("revision", &stale)]).await;
    late.refused(&title).says("This case has changed since you loaded the page.");
    assert_eq!(site.count("decision").await, 0, "nobody agrees to what they have not read");
    act(&second, &site, "agree-to-decision", &number, &[]).await;
    second.get(&path).await.says("You agreed. The answer is on its way.");
    let own = ada.get(&format!("/objections/{number}")).await;
    own.says("Strong grounds.");
    own.does_not_say("Weak grounds.");
    assert_eq!(site.count("decision").await, 1);
    act(&second, &site, "agree-to-decision", &number, &[]).await;
    act(&first, &site, "decide-objection", &number, &rulings).await;
    assert_eq!(site.count("decision").await, 1, "what is decided is decided");

    // The ledger alone shows that they were two, and names neither.
    let case = store::by_number(site.app.db.reader().await.unwrap().conn(), &number).await.unwrap().unwrap();
    let entries =
        sayso::ledger::store::of_subject(site.app.db.reader().await.unwrap().conn(), &case.subject).await.unwrap();
    let marks: Vec<_> =
        entries.iter().filter_map(|e| e.step.as_ref()).filter_map(|s| Some((s.name, s.officer.clone()?))).collect();
    let names: Vec<_> = marks.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, [Step::Proposed, Step::Returned, Step::Proposed, Step::Decided]);
    assert_eq!(marks[0].1, marks[2].1);
    assert_ne!(marks[2].1, marks[3].1);
    assert_eq!(
        sayso::objection::steps::replay(case.regime().answer, entries.iter().filter(|e| e.case.is_some())),
        Some(case.facts())
    );
}

async fn a_proposed_answer_is_taken_back_and_falls_with_a_withdrawal(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let (one, two) = (file(&ada, ONE, &["research"]).await, file(&ada, TWO, &["inferences"]).await);
    let officer = site.officer().await;
    for (number, purpose) in [(&one, "research"), (&two, "inferences")] {
        act(&officer, &site, "review-objection", number, &[]).await;
        let rulings = [
            ("rulings[0][purpose]", purpose),
            ("rulings[0][outcome]", "refused"),
            ("rulings[0][grounds]", "We need it."),
        ];
        act(&officer, &site, "decide-objection", number, &rulings).await;
    }
    act(&officer, &site, "return-decision", &one, &[]).await;
    officer.get(&format!("/support/objections/{one}")).await.says("under review again");
    ada.post("/api/withdraw-objection", &[("case", &two)]).await;
    let second = site.another_officer().await;
    let withdrawn = act(&second, &site, "agree-to-decision", &two, &[]).await;
    withdrawn.refused(&format!("Case {two}")).says("This objection was withdrawn");
    withdrawn.does_not_say("An answer is waiting");
    let returned = act(&second, &site, "agree-to-decision", &one, &[]).await;
    returned.refused(&format!("Case {one}")).says("No answer is waiting for a second officer.");
    assert_eq!(site.count("decision").await, 0);
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
    assert!(page.body.contains("id=\"of-error\""), "it stands at its field");
    mark(&second, &third).await.says("filed and due no later than this one");

    // One after the other they end in the first, with all that was written.
    ada.post("/api/add-to-objection", &[("case", &third), ("text", "One thing more.")]).await;
    let seen = store::by_number(site.app.db.reader().await.unwrap().conn(), &first).await.unwrap().unwrap().revision;
    mark(&third, &second).await.says("The case continues under the other number");
    mark(&second, &first).await.says("The case continues under the other number");
    let page = officer.get(&format!("/support/objections/{first}")).await;
    for said in [&*second, &third, "One thing more."] {
        page.says(said);
    }
    // Whoever had the first before them has not seen what came to it.
    let late = officer.post("/api/review-objection", &[("case", &first), ("revision", &seen.to_string())]).await;
    late.refused(&format!("Case {first}")).says("This case has changed since you loaded the page.");
}

async fn an_objection_does_not_end_in_a_mere_restriction(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let page = ada.get("/objection").await;
    let (_, rest) = page.body.split_once("name=\"member\" value=\"").unwrap();
    let member = rest.split_once('"').unwrap().0.to_owned();
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
    let case = store::by_number(site.app.db.reader().await.unwrap().conn(), &object).await.unwrap().unwrap();
    assert!(case.is_open());
}

async fn what_was_written_for_a_form_that_is_gone_can_still_be_copied(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let (one, two) = (file(&ada, ONE, &["research"]).await, file(&ada, TWO, &["inferences"]).await);
    let (first, second) = (site.officer().await, site.another_officer().await);
    let rulings = |grounds: &'static str| {
        [("rulings[0][purpose]", "research"), ("rulings[0][outcome]", "refused"), ("rulings[0][grounds]", grounds)]
    };
    act(&first, &site, "review-objection", &one, &[]).await;
    let seen =
        store::by_number(site.app.db.reader().await.unwrap().conn(), &one).await.unwrap().unwrap().revision.to_string();
    act(&first, &site, "decide-objection", &one, &rulings("The first one's.")).await;
    let late = [&[("case", one.as_str()), ("revision", &*seen)], &rulings("Long and careful.")[..]].concat();
    let page = second.post("/api/decide-objection", &late).await;
    page.refused(&format!("Case {one}"));
    for said in [
        "This case has changed since you loaded the page.",
        "What you wrote was not sent",
        "Long and careful.",
        "Refuse",
    ] {
        page.says(said);
    }
    // The person withdrew while an officer wrote.
    let seen =
        store::by_number(site.app.db.reader().await.unwrap().conn(), &two).await.unwrap().unwrap().revision.to_string();
    ada.post("/api/withdraw-objection", &[("case", &two)]).await;
    let fields = [("case", two.as_str()), ("revision", &seen), ("months", "1"), ("reason", "So many cases.")];
    let page = first.post("/api/extend-objection", &fields).await;
    page.refused(&format!("Case {two}")).says("What you wrote was not sent");
    page.says("So many cases.");
    // And the other way round.
    let page = ada.post("/api/add-to-objection", &[("case", &two), ("text", "Wait, one more.")]).await;
    page.refused(&format!("Objection {two}")).says("This objection was withdrawn");
    page.says("Wait, one more.");
}

async fn advertising_is_never_refused(site: TestApp) {
    let ada = site.member("ada@example.org", "FR").await;
    let number = file(&ada, ONE, &["advertising"]).await;
    let officer = site.officer().await;
    let refused = decide(&officer, &site, &number, &[("advertising", "refused", "Money.")]).await;
    refused.refused(&format!("Case {number}")).says("We never refuse an objection to this");
    let case = store::by_number(site.app.db.reader().await.unwrap().conn(), &number).await.unwrap().unwrap();
    assert!(case.decided.is_none());
}

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
    let mut fields = applicant(ONE, "not an address");
    for (name, value) in &mut fields {
        if name == "reason" {
            *value = format!("\r\n<b>é \"quoted\"</b> & </textarea><script>{}", "x".repeat(4_000));
        }
    }
    let page = send(&somebody, &fields).await;
    page.refused("Data Processing Objection Form");
    page.says("Please enter an e-mail address");
    page.says("Please use at most 4000 characters");
    assert!(page.body.contains("value=\"not an address\"") && page.body.contains(&"x".repeat(4_000)), "{}", page.body);
    assert!(
        page.body.contains(">\n\r\n&lt;b>é \"quoted\"&lt;/b> &amp; &lt;/textarea>&lt;script>x"),
        "what was typed is text: {}",
        page.body
    );
    assert!(page.body.contains(ONE), "it is still the same form");
    let ticked = page.body.split("<input").find(|i| i.contains("value=\"advertising\"")).unwrap();
    assert!(ticked.split('>').next().unwrap().contains("checked"), "{ticked}");
    let json = somebody.wanting_json();
    assert_eq!(send(&json, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn signed_out_meanwhile_it_is_still_there_after_signing_in_and_only_for_them(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    let page = ada.get("/objection").await;
    let (_, rest) = page.body.split_once("name=\"member\" value=\"").unwrap();
    let subject = rest.split_once('"').unwrap().0.to_owned();
    ada.post("/api/sign-out", &[]).await;
    let mut fields = form(ONE, &["research"]);
    fields.push(("member".into(), subject));
    let answer = send(&ada, &fields).await;
    assert_eq!(answer.location(), "/sign-in?next=/objection");
    ada.get("/objection").await.does_not_say("I write about my health.");
    let wrong = ada
        .post(
            "/api/sign-in",
            &[("email", "ada@example.org"), ("password", "wrong-horse-battery"), ("next", "/objection")],
        )
        .await;
    wrong.refused("Sign in");
    let right = ada
        .post(
            "/api/sign-in",
            &[("email", "ada@example.org"), ("password", crate::test_app::PASSWORD), ("next", "/objection")],
        )
        .await;
    assert_eq!(right.location(), "/objection");
    let page = ada.get("/objection").await;
    page.says("What you typed is still here");
    page.says("I write about my health.");

    // Somebody else at the same browser does not get it.
    let bob = site.member("bob@example.org", "US").await;
    bob.post("/api/sign-out", &[]).await;
    send(&bob, &fields).await;
    bob.post("/api/sign-in", &[("email", "bob@example.org"), ("password", crate::test_app::PASSWORD)]).await;
    bob.get("/objection").await.does_not_say("I write about my health.");
}

async fn without_an_account_a_code_opens_the_case(site: TestApp) {
    let ben = site.visitor();
    let answer = send(&ben, &applicant(ONE, "ben@example.org")).await;
    let number = answer.filed_number();
    let page = ben.get(&answer.location()).await;
    page.says(&number);
    page.says("Our deadline to answer has already started.");
    assert_eq!(ben.get(&format!("/objections/{number}")).await.status, StatusCode::UNAUTHORIZED, "not before the code");
    let officer = site.officer().await;
    officer.get("/support/objections").await.does_not_say(&number);
    assert_eq!(officer.get(&format!("/support/objections/{number}")).await.status, StatusCode::NOT_FOUND);

    site.pass_days(1);
    site.pass(-1);
    let code = mailed(&site, "ben@example.org", CODE).await;
    let wrong = ben.post("/api/verify-objection", &[("case", &number), ("code", "0000-0000")]).await;
    wrong.refused("Enter your code").says("match the case number");
    let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
    let right = ben.post("/api/verify-objection", &[("case", &number.to_lowercase()), ("code", &typed)]).await;
    assert_eq!(right.location(), format!("/objections/{number}"));
    let page = ben.get(&format!("/objections/{number}")).await;
    page.says("We will answer by 23 December 2026.");
    site.sign_in(&officer, "officer@example.org", Role::PrivacyOfficer).await;
    officer.get("/support/objections").await.says(&number);

    // The link of the mail opens this case, in any browser, and nothing else.
    let key = mailed(&site, "ben@example.org", &format!("/objections/{number}?key=")).await;
    let phone = site.visitor();
    let over = phone.get(&format!("/objections/{number}?key=nonsense")).await.location();
    assert_eq!(over, format!("/objection/again?case={number}&link=over"));
    phone.get(&over).await.says("This link no longer works");
    assert_eq!(phone.get(&format!("/objections/{number}")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(phone.get(&format!("/objections/{number}?key={key}")).await.location(), format!("/objections/{number}"));
    assert_eq!(phone.get(&format!("/objections/{number}")).await.status, StatusCode::OK);
    let other = site.member("ada@example.org", "US").await;
    let hers = file(&other, TWO, &["research"]).await;
    assert_eq!(phone.get(&format!("/objections/{hers}")).await.status, StatusCode::UNAUTHORIZED);
    let over = format!("/objection/again?case={hers}&link=over");
    assert_eq!(phone.get(&format!("/objections/{hers}?key={key}")).await.location(), over);
    assert_eq!(phone.get(&format!("/objections/{hers}")).await.status, StatusCode::UNAUTHORIZED);

    // Answered, read, complained about; the complaint is answered and the case closed.
    decide(&officer, &site, &number, &[("advertising", "upheld", "")]).await;
    phone.get(&format!("/objections/{number}")).await.says("upheld");
    let bad = phone.post("/api/complain-about-objection", &[("case", &number), ("text", "  ")]).await;
    bad.refused(&format!("Objection {number}")).says("Please write your complaint");
    phone.post("/api/complain-about-objection", &[("case", &number), ("text", "Still advertised to.")]).await;
    phone.get(&format!("/objections/{number}")).await.says("We will answer your complaint by 23 December 2026.");
    mailed(&site, "ben@example.org", "> Still advertised").await;
    officer.get("/support/objections").await.says("Complaint to answer");
    let early = act(&officer, &site, "close-objection", &number, &[]).await;
    early.refused(&format!("Case {number}")).says("a complaint that has not been answered yet");
    act(&officer, &site, "answer-complaint", &number, &[("text", "It is off now.")]).await;
    act(&officer, &site, "close-objection", &number, &[]).await;
    let page = phone.get(&format!("/objections/{number}")).await;
    page.says("It is off now.");
    page.says("We closed the case");
}

async fn codes_are_limited_run_out_and_can_be_sent_again(site: TestApp) {
    let ben = site.visitor();
    let answer = send(&ben, &applicant(ONE, "ben@example.org")).await;
    let number = answer.filed_number();
    let code = mailed(&site, "ben@example.org", CODE).await;
    for _ in 0..store::CODE_TRIES {
        ben.post("/api/verify-objection", &[("case", &number), ("code", "0000-0000")]).await;
    }
    let spent = ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    spent.refused("Enter your code").says("too many wrong codes");
    // Too soon after the first, and for the wrong address: nothing is sent, and the answer is
    // the same.
    for email in ["ben@example.org", "eve@example.org"] {
        assert_eq!(
            ben.post("/api/send-objection-again", &[("case", &number), ("email", email)]).await.location(),
            "/objection/again"
        );
        ben.get("/objection/again").await.says("If the case number and address match");
    }
    assert_eq!(mailed(&site, "ben@example.org", CODE).await, code);
    site.pass(60_000);
    ben.post("/api/send-objection-again", &[("case", &number), ("email", "BEN@example.org")]).await;
    let fresh = mailed(&site, "ben@example.org", CODE).await;
    assert_ne!(fresh, code);
    site.pass_days(1);
    let old = ben.post("/api/verify-objection", &[("case", &number), ("code", &fresh)]).await;
    old.refused("Enter your code").says("or it has expired");
    ben.post("/api/send-objection-again", &[("case", &number), ("email", "ben@example.org")]).await;
    let newest = mailed(&site, "ben@example.org", CODE).await;
    let right = ben.post("/api/verify-objection", &[("case", &number), ("code", &newest)]).await;
    assert_eq!(right.location(), format!("/objections/{number}"));
}

async fn whoever_has_the_same_address_does_not_have_the_case(site: TestApp) {
    // Two people may share a mailbox. What it pauses, and until when, stands on Eve's pages;
    // what Ben wrote does not.
    let eve = site.member("ben@example.org", "IE").await;
    let ben = site.visitor();
    let number = unverified(&ben, ONE, "ben@example.org").await;
    let code = mailed(&site, "ben@example.org", CODE).await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    ben.get(&format!("/objections/{number}")).await.says("I write about my health.");
    assert_eq!(eve.get(&format!("/objections/{number}")).await.status, StatusCode::NOT_FOUND);
    let list = eve.get("/objections").await;
    list.says(&number);
    list.does_not_say("health");
    for endpoint in ["claim-objection", "withdraw-objection"] {
        eve.post(&format!("/api/{endpoint}"), &[("case", &number)]).await;
    }
    ben.get(&format!("/objections/{number}")).await.says("Received and acknowledged");
    assert!(!mailed(&site, "ben@example.org", &format!("/objections/{number}?key=")).await.is_empty());
}

async fn with_the_link_and_the_account_one_puts_the_case_into_it(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("allowed").await;
    let out = site.visitor();
    let mut fields = form(ONE, &["generative-ai-training"]);
    fields.extend(
        [("name", "Ada"), ("email", "ada@example.org"), ("country", "IE")].map(|(k, v)| (k.to_owned(), v.to_owned())),
    );
    let answer = send(&out, &fields).await;
    let number = answer.filed_number();
    let code = mailed(&site, "ada@example.org", CODE).await;
    out.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    assert!(!ada.get("/settings/privacy").await.is_on(), "her address is proved, so it is paused here too");
    assert_eq!(ada.get(&format!("/objections/{number}")).await.status, StatusCode::NOT_FOUND, "but not to be read");
    let key = mailed(&site, "ada@example.org", &format!("/objections/{number}?key=")).await;
    ada.get(&format!("/objections/{number}?key={key}")).await;
    ada.get(&format!("/objections/{number}")).await.says("Add it to my account");
    ada.post("/api/claim-objection", &[("case", &number)]).await;
    ada.get(&format!("/objections/{number}")).await.says("The objection is in your account now.");
    let tab = ada.get("/settings/privacy").await;
    assert!(!tab.is_on());
    tab.says(&number);
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("generative-ai-training", "upheld", "")]).await;
    ada.get("/settings/privacy").await.says("we upheld your objection");
}

async fn what_was_upheld_without_an_account_holds_for_good_in_a_later_one(site: TestApp) {
    site.publish(1).await;
    let ben = site.visitor();
    let mut fields = form(ONE, &["generative-ai-training"]);
    fields.extend(
        [("name", "Ben"), ("email", "ben@example.org"), ("country", "US")].map(|(k, v)| (k.to_owned(), v.to_owned())),
    );
    let answer = send(&ben, &fields).await;
    let number = answer.filed_number();
    let code = mailed(&site, "ben@example.org", CODE).await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("generative-ai-training", "upheld", "")]).await;
    let key = mailed(&site, "ben@example.org", &format!("/objections/{number}?key=")).await;
    let account = site.member("ben@example.org", "US").await;
    account.get(&format!("/objections/{number}?key={key}")).await;
    account.post("/api/claim-objection", &[("case", &number)]).await;
    let tab = account.get("/settings/privacy").await;
    tab.says(&format!("Off, because we upheld your objection {number}"));
    assert_eq!(account.press("allowed").await.location(), "/error?about=objected");
}

async fn a_case_opened_by_link_does_not_stay_open_for_the_next_at_the_browser(site: TestApp) {
    let ben = site.visitor();
    let number = unverified(&ben, ONE, "ben@example.org").await;
    let code = mailed(&site, "ben@example.org", CODE).await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    let page = format!("/objections/{number}");
    assert_eq!(ben.get(&page).await.status, StatusCode::OK);
    site.sign_up(
        &ben,
        &[("name", "Carl"), ("email", "carl@example.org"), ("country", "US"), ("password", crate::test_app::PASSWORD)],
    )
    .await;
    assert_eq!(ben.get(&page).await.status, StatusCode::NOT_FOUND);
    let key = mailed(&site, "ben@example.org", &format!("{page}?key=")).await;
    let again = site.visitor();
    again.get(&format!("{page}?key={key}")).await;
    assert_eq!(again.get(&page).await.status, StatusCode::OK);
    again.post("/api/leave-objection", &[("case", &number)]).await;
    assert_eq!(again.get(&page).await.status, StatusCode::UNAUTHORIZED);
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

async fn while_it_is_paused_one_can_still_say_no(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("allowed").await;
    let number = file(&ada, ONE, &["generative-ai-training"]).await;
    ada.get("/settings/privacy").await.says("Keep it off");
    ada.press("denied").await;
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("generative-ai-training", "refused", "We need it.")]).await;
    assert!(!ada.get("/settings/privacy").await.is_on());
    let page = ada.get(&format!("/objections/{number}")).await;
    page.says("You chose to have this off on your Data privacy page");
    page.does_not_say("From today we use your data");
}

async fn a_form_is_filed_for_whoever_it_was_loaded_by(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let page = ada.get("/objection").await;
    let (_, rest) = page.body.split_once("name=\"member\" value=\"").unwrap();
    let subject = rest.split_once('"').unwrap().0.to_owned();
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

async fn nobody_is_filed_whom_mail_cannot_reach(site: TestApp) {
    for email in ["a..b@example.org", ".a@example.org", "a.@example.org", "a@-x.org", "\u{200b}@example.org"] {
        let answer = send(&site.visitor().wanting_json(), &applicant(ONE, email)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{email:?}");
    }
}

async fn what_was_typed_cannot_become_part_of_the_page(site: TestApp) {
    let somebody = site.visitor();
    let mut fields = applicant(ONE, "nobody");
    for (name, value) in &mut fields {
        if name == "reason" {
            *value = "</textarea><form action=/evil>&lt;b&gt;".into();
        }
    }
    let page = send(&somebody, &fields).await;
    assert!(page.body.contains("&lt;/textarea>&lt;form action=/evil>&amp;lt;b&amp;gt;"), "{}", page.body);
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, TWO, &["research"]).await;
    let officer = site.officer().await;
    let page = decide(&officer, &site, &number, &[("research", "", "</textarea><form action=/evil>")]).await;
    assert!(page.body.contains("&lt;/textarea>&lt;form"), "{}", page.body);
}

async fn withdrawn_it_gives_back_what_it_paused(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    ada.press("allowed").await;
    let number = file(&ada, ONE, &["generative-ai-training"]).await;
    let eve = site.member("eve@example.org", "US").await;
    for (endpoint, field) in
        [("withdraw-objection", "text"), ("add-to-objection", "text"), ("complain-about-objection", "text")]
    {
        let answer = eve.post(&format!("/api/{endpoint}"), &[("case", &number), (field, "mine now")]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::NOT_FOUND, String::new()));
    }
    assert_eq!(eve.get(&format!("/objections/{number}")).await.status, StatusCode::NOT_FOUND);
    assert!(!ada.get("/settings/privacy").await.is_on());
    ada.post("/api/add-to-objection", &[("case", &number), ("text", "One thing more.")]).await;
    ada.get(&format!("/objections/{number}")).await.says("One thing more.");
    ada.post("/api/withdraw-objection", &[("case", &number)]).await;
    assert!(ada.get("/settings/privacy").await.is_on());
    ada.get(&format!("/objections/{number}")).await.says("Withdrawn by you.");
    site.pass(3_600_000);
    let again = ada.post("/api/withdraw-objection", &[("case", &number)]).await;
    again.refused(&format!("Objection {number}")).says("was withdrawn, so nothing more can be done");
}

async fn what_was_written_after_the_session_had_ended_is_still_there(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    let number = file(&ada, ONE, &["research"]).await;
    let page = format!("/objections/{number}");
    ada.post("/api/sign-out", &[]).await;
    let answer = ada.post("/api/add-to-objection", &[("case", &number), ("text", "Written in vain.")]).await;
    assert_eq!(answer.location(), page);
    assert_eq!(ada.get(&page).await.status, StatusCode::UNAUTHORIZED);
    ada.get(&page).await.does_not_say("Written in vain.");
    ada.post("/api/sign-in", &[("email", "ada@example.org"), ("password", crate::test_app::PASSWORD), ("next", &page)])
        .await;
    let page = ada.get(&page).await;
    page.says("What you typed is still here");
    page.says("Written in vain.");

    // Without an account, by the link.
    let ben = site.visitor();
    let answer = send(&ben, &applicant(TWO, "ben@example.org")).await;
    let number = answer.filed_number();
    let code = mailed(&site, "ben@example.org", "page:\n\n    ").await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    let key = mailed(&site, "ben@example.org", &format!("/objections/{number}?key=")).await;
    let later = site.visitor();
    let answer = later.post("/api/add-to-objection", &[("case", &number), ("text", "In vain, too.")]).await;
    assert_eq!(answer.location(), format!("/objections/{number}"));
    later.get(&format!("/objections/{number}?key={key}")).await;
    later.get(&format!("/objections/{number}")).await.says("In vain, too.");
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
    mailed(&site, "ada@example.org", "> Many at once.").await;
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
    let case = store::by_number(site.app.db.reader().await.unwrap().conn(), &number).await.unwrap().unwrap();
    assert_eq!(case.revision, 1, "nothing was done");
}

async fn what_the_officer_sees_while_writing_is_what_the_person_reads(site: TestApp) {
    let ada = site.member("ada@example.org", "DE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    act(&officer, &site, "review-objection", &number, &[]).await;
    let rulings =
        [("rulings[0][purpose]", "research"), ("rulings[0][outcome]", "refused"), ("rulings[0][grounds]", "Because.")];
    let preview =
        act(&officer, &site, "decide-objection", &number, &[&rulings[..], &[("intent", "preview")]].concat()).await;
    assert_eq!(preview.location(), format!("/support/objections/{number}#preview"));
    let page = officer.get(&format!("/support/objections/{number}")).await;
    let (_, letter) = page.body.split_once("class=\"letter\"").unwrap();
    let letter = letter.split_once('>').unwrap().1.split_once("</div>").unwrap().0;
    let letter = letter
        .replace("<!---->", "")
        .replace("&gt;", ">")
        .replace("&lt;", "<")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&amp;", "&");
    assert!(letter.contains("> Because."), "{letter}");
    decide(&officer, &site, &number, &[("research", "refused", "Because.")]).await;
    let sql = "select plain from outbox where subject like 'Our answer%'";
    let mail: String = match &site.app.db {
        sayso::db::Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await.unwrap(),
        sayso::db::Db::Postgres { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    };
    assert!(mail.starts_with(letter.trim()), "the mail\n{mail}\nbegins like the preview\n{letter}");
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
