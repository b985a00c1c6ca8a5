use super::*;
use crate::account::model::NAME_MAX;
use crate::objection::form::REASON_MAX;
use crate::objection::record::{came, how_it_came, whose, whose_for_officers};

/// 23 November 2026, 10:00 UTC.
const NOW: UtcMillis = UtcMillis(1_795_428_000_000);

fn raw() -> RawRecord {
    RawRecord {
        came: "letter".into(),
        received: "2026-11-20".into(),
        words: "person".into(),
        agent: String::new(),
        overdue: String::new(),
    }
}

fn person() -> RawFiling {
    RawFiling {
        name: "Ben".into(),
        email: "ben@example.org".into(),
        country: "IE".into(),
        purposes: vec!["research".into()],
        mode: "object".into(),
        reason: "I object.".into(),
        language: "en".into(),
        ..RawFiling::default()
    }
}

fn fields(raw: &RawRecord) -> Vec<String> {
    let wrong = parse(raw, true, NOW).err().unwrap_or_default();
    wrong.into_iter().map(|(field, _)| field).collect()
}

#[test]
fn the_time_to_answer_runs_from_the_day_on_which_it_came_in() {
    let on = |day: &str| received_on(day, NOW).map(UtcMillis::short);
    assert_eq!(on("2026-11-20").as_deref(), Ok("2026-11-20 23:59"));
    assert_eq!(on(" 2026-11-23 ").as_deref(), Ok("2026-11-23 10:00"), "today it is now");
    assert_eq!(on("2025-11-22").as_deref(), Ok("2025-11-22 23:59"));
    for wrong in ["2026-11-24", "2025-11-21", "2006-11-20", "", "20.11.2026", "2026-02-30", "tomorrow"] {
        assert!(on(wrong).is_err(), "{wrong}");
    }
    let (filing, record) = parse_recording(&person(), &raw(), NOW).unwrap();
    let answer = crate::objection::regime::for_region(filing.region).answer;
    let case = crate::objection::steps::recorded("OBJ-1".into(), filing.mode, filing.purposes, answer, record.received);
    assert_eq!(case.due.day(), "20 December 2026");
}

#[test]
fn a_day_whose_deadline_is_over_is_asked_about_once() {
    let on = |day: &str, overdue: &str| RawRecord { received: day.into(), overdue: overdue.into(), ..raw() };
    let old = on("2026-09-20", "");
    let wrong = parse_recording(&person(), &old, NOW).unwrap_err();
    let said = "The answer would have been due on 20 October 2026. Please check the day. If it is right, tick \u{201c}The deadline has already passed\u{201d}.";
    assert_eq!(wrong, [("overdue".to_owned(), said.to_owned())]);
    assert!(parse_recording(&person(), &on("2026-09-20", "1"), NOW).is_ok());
    assert!(parse_recording(&person(), &on("2026-11-01", ""), NOW).is_ok(), "it is due later");
    // A complaint is due within 30 days.
    let wrong = parse_complaint("Again.", &old, None, NOW).unwrap_err();
    assert!(wrong[0].1.starts_with("The answer would have been due on 20 October 2026."), "{wrong:?}");
    assert!(parse_complaint("Again.", &on("2026-09-20", "1"), None, NOW).is_ok());
}

#[test]
fn everything_wrong_is_said_at_once_in_the_order_of_the_form() {
    let wrong =
        parse_recording(&RawFiling { reason: "I object.".into(), ..RawFiling::default() }, &RawRecord::default(), NOW);
    let fields: Vec<String> = wrong.unwrap_err().into_iter().map(|(field, _)| field).collect();
    let expected =
        ["came", "received", "words", "name", "email", "country", "purposes", "mode", "language"].map(str::to_owned);
    assert_eq!(fields, expected);
}

#[test]
fn an_agent_has_a_name_and_nobody_else_has() {
    assert!(fields(&raw()).is_empty());
    let of = |came: &str, words: &str, agent: &str| {
        fields(&RawRecord { came: came.into(), words: words.into(), agent: agent.into(), ..raw() })
    };
    assert_eq!(of("agent", "person", " "), ["agent"]);
    assert_eq!(of("letter", "agent", ""), ["agent"]);
    assert_eq!(of("phone", "officer", "Cy"), ["agent"]);
    assert!(of("agent", "person", "Cy").is_empty() && of("letter", "agent", "Cy").is_empty());
    assert_eq!(of("", "person", "Cy"), ["came"], "one thing at a time");
}

#[test]
fn whose_words_they_are_is_asked_only_where_there_are_any() {
    let raw = RawRecord { words: String::new(), ..raw() };
    assert_eq!(parse(&raw, false, NOW).unwrap().words, None);
    assert_eq!(fields(&raw), ["words"]);
    let (filing, record) = parse_recording(&RawFiling { reason: " \n".into(), ..person() }, &raw, NOW).unwrap();
    assert_eq!((filing.reason, record.words), (None, None));
}

#[test]
fn nobody_complains_of_an_answer_before_it_is_given() {
    let decided = UtcMillis::from_date("2026-11-21").unwrap();
    let of = |received: &str| {
        let raw = RawRecord { received: received.into(), ..raw() };
        parse_complaint("No.", &raw, Some(decided), NOW).is_ok()
    };
    assert!(!of("2026-11-20") && of("2026-11-21") && of("2026-11-23"));
    let wrong = parse_complaint(" ", &RawRecord::default(), None, NOW).unwrap_err();
    let fields: Vec<&str> = wrong.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["came", "received", "words", "complaint"]);
    // The one who reads it is the officer, and not the person who complains.
    assert_eq!(wrong.last().map(|(_, said)| said.as_str()), Some("Please write down the complaint."));
}

#[test]
fn how_it_came_and_whose_words_they_are_is_said() {
    let record = |came, words, agent: Option<&str>| Record {
        came,
        words: Some(words),
        agent: agent.map(Into::into),
        received: NOW,
    };
    let phone = record(CameBy::Phone, WordsOf::Officer, None);
    assert_eq!((came(&phone).as_str(), how_it_came(&phone).as_str()), ("by phone", "By phone"));
    assert_eq!(whose(Some(&phone)).unwrap(), "Our notes of what you told us. They are not your own words:");
    let agent = record(CameBy::Agent, WordsOf::Agent, Some("Cy"));
    assert_eq!(came(&agent), "from Cy");
    assert_eq!(whose_for_officers(Some(&agent)).unwrap(), "The words of Cy, who acts for the person:");
    assert_eq!(whose(None), None);
    let silent = Record { words: None, ..agent };
    assert_eq!((whose(Some(&silent)), whose_for_officers(Some(&silent))), (None, None));
}

#[test]
fn the_record_names_no_agent() {
    let record = Record { agent: Some("Cy".into()), ..Record::by_letter(NOW) };
    let step = record.on(crate::ledger::Step::Recorded.into());
    assert_eq!((step.came, step.words, step.since), (Some(CameBy::Letter), Some(WordsOf::Person), Some(NOW)));
    assert!(!serde_json::to_string(&step).unwrap().contains("Cy"));
}

#[test]
fn an_officer_reads_no_message_as_if_they_objected_themselves() {
    let form = RawFiling { california: true, country: "IE".into(), ..RawFiling::default() };
    let long = RawFiling {
        country: "XX".into(),
        name: "n".repeat(NAME_MAX + 1),
        reason: "r".repeat(REASON_MAX + 1),
        ..form.clone()
    };
    let control = RawFiling { name: "A\u{0}".into(), purposes: vec!["none of ours".into()], ..form.clone() };
    for form in [form, long, control] {
        let wrong = parse_recording(&form, &RawRecord::default(), NOW).unwrap_err();
        for (field, said) in wrong {
            let words = said.to_lowercase();
            let to_them = ["your", "i live", "you object", "you ask"].iter().any(|word| words.contains(word));
            assert!(!to_them, "{field}: {said}");
        }
    }
}
