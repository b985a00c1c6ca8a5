//! The answer: what is upheld and refused, by two officers, and what the person is told.

use super::{ONE, TWO, act, decide, file, stored};
use crate::case_counts::counts_are_true;
use crate::stories;
use crate::test_app::{TestApp, TestClient};
use http::StatusCode;
use sayso::ledger::Step;

stories![
    a_member_files_is_paused_and_upheld_and_the_switch_is_off_for_good,
    a_refused_objection_gives_the_choice_back_and_says_so,
    a_refusal_says_what_holds_for_this_member,
    a_refusal_takes_two_officers_and_what_is_sent_back_is_written_on,
    a_proposed_answer_is_taken_back_and_falls_with_a_withdrawal,
    what_was_written_for_a_form_that_is_gone_can_still_be_copied,
    what_the_officer_sees_while_writing_is_what_the_person_reads,
];

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
    site.mailed("ada@example.org", &format!("/objections/{number}")).await;

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
    bare.refused(&format!("Case {number}")).says("please give the compelling grounds");
    assert!(!ada.get("/settings/privacy").await.is_on(), "nothing was decided");
    let rulings = [
        ("rulings[0][purpose]", "generative-ai-training"),
        ("rulings[0][outcome]", "refused"),
        ("rulings[0][grounds]", "We need it."),
    ];
    act(&officer, &site, "decide-objection", &number, &rulings).await;
    let page = officer.get(&format!("/support/objections/{number}")).await;
    page.says("The answer is stored, but it is not sent: it refuses something, and there is no other officer");
    assert!(!ada.get("/settings/privacy").await.is_on(), "one officer alone refuses nothing");
    let second = site.another_officer().await;
    act(&second, &site, "agree-to-decision", &number, &[]).await;
    assert!(ada.get("/settings/privacy").await.is_on(), "the newest choice holds again");
    ada.get(&format!("/objections/{number}")).await.says("Irish Data Protection Commission");
}

/// What keeps a purpose off besides the case that was refused: the letter says it, and so does
/// the page. Officers, who have not looked at the member's settings, do not read what the switch
/// says.
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
        let letter = site.mail(email, "Our answer to your objection").await;
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
    const PAUSES: &str = "Another objection still pauses this, so we still do not use your data for it.";
    told(&refused(&twice, &forms[4], "research").await, PAUSES, &[AGAIN, "The pause ends"]);
    // What was answered stays what it said.
    off.1.press("allowed").await;
    let case = &off.1.get("/objections").await.links("/objections/")[0];
    off.1.get(case).await.says(SWITCH);
}

async fn a_refusal_takes_two_officers_and_what_is_sent_back_is_written_on(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research", "personalisation"]).await;
    let path = format!("/support/objections/{number}");
    let (first, second) = (site.officer().await, site.another_officer().await);
    act(&first, &site, "review-objection", &number, &[]).await;
    let (decide_form, agree_form) = ("form[action^='/api/decide-objection']", "form[action^='/api/agree-to-decision']");
    assert!(first.get(&path).await.has(decide_form));
    let rulings = [
        ("rulings[0][purpose]", "personalisation"),
        ("rulings[0][outcome]", "upheld"),
        ("rulings[0][grounds]", ""),
        ("rulings[1][purpose]", "research"),
        ("rulings[1][outcome]", "refused"),
        ("rulings[1][grounds]", "Weak grounds."),
    ];
    act(&first, &site, "decide-objection", &number, &rulings).await;
    let page = first.get(&path).await;
    page.says("You wrote it, so another officer has to agree to it");
    assert!(!page.has(agree_form) && !page.has(decide_form));
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
    assert!(page.has(agree_form));
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
    assert!(page.texts_of("textarea").contains(&"Weak grounds.".to_owned()), "it can be written on");
    assert!(page.text_of(".letter").contains("Research: refused"), "and read as the person would");

    // Two at once: the one who comes second is told.
    act(
        &first,
        &site,
        "decide-objection",
        &number,
        &[&rulings[..5], &[("rulings[1][grounds]", "Strong grounds.")]].concat(),
    )
    .await;
    let case = stored(&site, &number).await;
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
    let case = stored(&site, &number).await;
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
    counts_are_true(&site).await;
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

async fn what_was_written_for_a_form_that_is_gone_can_still_be_copied(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let (one, two) = (file(&ada, ONE, &["research"]).await, file(&ada, TWO, &["inferences"]).await);
    let (first, second) = (site.officer().await, site.another_officer().await);
    let rulings = |grounds: &'static str| {
        [("rulings[0][purpose]", "research"), ("rulings[0][outcome]", "refused"), ("rulings[0][grounds]", grounds)]
    };
    act(&first, &site, "review-objection", &one, &[]).await;
    let seen = stored(&site, &one).await.revision.to_string();
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
    let seen = stored(&site, &two).await.revision.to_string();
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
    let letter = page.text_of(".letter");
    assert!(letter.contains("> Because."), "{letter}");
    decide(&officer, &site, &number, &[("research", "refused", "Because.")]).await;
    let sql = "select plain from outbox where subject like 'Our answer%'";
    let mail: String = match &site.app.db {
        sayso::db::Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await.unwrap(),
        sayso::db::Db::Postgres { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    };
    // The page breaks the lines where it is wide.
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&mail).starts_with(&words(&letter)), "the mail\n{mail}\nbegins like the preview\n{letter}");
    assert!(letter.lines().any(|line| line.chars().count() > 80), "{letter}");
}
