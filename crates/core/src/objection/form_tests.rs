//! What the form takes and what it says to the rest, as stories, and with anything at all in every
//! field.

use super::*;
use proptest::prelude::*;

fn good() -> RawFiling {
    RawFiling {
        name: "Ada Lovelace".into(),
        email: " Ada@Example.org".into(),
        country: "DE".into(),
        california: false,
        purposes: vec!["research".into(), "advertising".into(), "research".into()],
        mode: "object".into(),
        reason: "  I do not want this.\r\nAt all. ".into(),
        language: "en".into(),
    }
}

fn country(code: &str) -> Country {
    Country::parse(code).unwrap()
}

fn fields(errors: &FieldErrors) -> Vec<&str> {
    errors.iter().map(|(field, _)| field.as_str()).collect()
}

#[test]
fn a_good_form_is_a_filing() {
    let filing = parse(&good(), None).unwrap();
    let person = filing.person.unwrap();
    assert_eq!((person.name.as_str(), person.email.as_str()), ("Ada Lovelace", "ada@example.org"));
    assert_eq!(filing.region.to_string(), "DE");
    assert_eq!(filing.purposes, [Purpose::Advertising, Purpose::Research]);
    assert_eq!(filing.mode, Mode::Object);
    assert_eq!(filing.reason.as_deref(), Some("I do not want this.\nAt all."));
    assert_eq!(filing.language, "en");
}

#[test]
fn everything_wrong_is_said_at_once_and_in_the_order_of_the_form() {
    let all = RawFiling { reason: "\u{0}".into(), ..RawFiling::default() };
    let errors = parse(&all, None).unwrap_err();
    assert_eq!(fields(&errors), ["name", "email", "country", "purposes", "mode", "reason", "language"]);
    let errors = parse(&all, Some(country("DE"))).unwrap_err();
    assert_eq!(fields(&errors), ["purposes", "mode", "reason", "language"]);
    assert!(errors.iter().all(|(_, message)| message.ends_with('.')));
}

#[test]
fn a_member_is_not_asked_what_we_know() {
    let raw =
        RawFiling { name: String::new(), email: "nobody".into(), country: "XX".into(), california: true, ..good() };
    let filing = parse(&raw, Some(country("US"))).unwrap();
    assert_eq!((filing.person, filing.region.to_string().as_str()), (None, "US-CA"));
    assert_eq!(parse(&raw, Some(country("FR"))).unwrap().region.to_string(), "FR");
}

#[test]
fn california_is_in_the_united_states() {
    let raw = |code: &str| RawFiling { country: code.into(), california: true, ..good() };
    assert!(parse(&raw("US"), None).unwrap().region.is_california());
    assert_eq!(fields(&parse(&raw("DE"), None).unwrap_err()), ["california"]);
    assert_eq!(fields(&parse(&raw("XX"), None).unwrap_err()), ["country"]);
}

#[test]
fn the_reason_is_optional() {
    for blank in ["", " \r\n ", "\u{200b}"] {
        assert_eq!(parse(&RawFiling { reason: blank.into(), ..good() }, None).unwrap().reason, None, "{blank:?}");
    }
}

#[test]
fn what_was_typed_leaves_with_whoever_it_names() {
    let fresh = RawFiling { mode: "object".into(), language: "en".into(), ..RawFiling::default() };
    assert_eq!(fresh.leaving(), Leaving::Empty);
    assert_eq!(RawFiling { reason: "Because.".into(), ..fresh.clone() }.leaving(), Leaving::Nobodys);
    assert_eq!(RawFiling { purposes: vec!["research".into()], ..fresh.clone() }.leaving(), Leaving::Nobodys);
    assert_eq!(RawFiling { email: "nobody".into(), ..fresh.clone() }.leaving(), Leaving::Nobodys);
    let ada = RawFiling { email: " ADA@example.org".into(), ..fresh };
    assert_eq!(ada.leaving(), Leaving::Under("ada@example.org".into()));
}

#[test]
fn a_message_names_what_it_is_about() {
    let raw = [raw_ruling("personalisation", "refused", " "), raw_ruling("research", "", "")];
    let wrong = parse_rulings(&[Purpose::Personalisation, Purpose::Research], &raw).unwrap_err();
    let said: Vec<&str> = wrong.iter().map(|(_, said)| said.as_str()).collect();
    assert_eq!(
        said,
        [
            "Personalisation: please give the compelling grounds. The person will read them.",
            "Research: please choose whether to uphold or refuse.",
        ]
    );
    let bell = parse_addition("a\u{7}").unwrap_err();
    assert!(bell[0].1.starts_with("What you add has an invisible control character."), "{bell:?}");
}

#[test]
fn a_text_is_counted_as_it_is_kept() {
    let lines = "a\r\n".repeat(REASON_MAX / 2);
    assert_eq!(text("Your reason", &lines, REASON_MAX).map(|t| t.chars().count()), Ok(REASON_MAX - 1));
    assert_eq!(text("Your reason", &"é".repeat(REASON_MAX), REASON_MAX).map(|t| t.chars().count()), Ok(REASON_MAX));
    let long = text("Your reason", &"é".repeat(REASON_MAX + 1), REASON_MAX).unwrap_err();
    assert_eq!(long, "Your reason can have at most 4,000 characters. You have 4,001.");
    assert_eq!(text("Your reason", " old\rMac\t1 ", 99).as_deref(), Ok("old\nMac\t1"));
    for control in ["a\u{0}b", "a\u{8}b", "a\u{b}b", "a\u{7f}b", "a\u{85}b"] {
        assert!(text("Your reason", control, 99).unwrap_err().starts_with("Your reason has"), "{control:?}");
    }
}

#[test]
fn every_purpose_can_be_objected_to_and_has_a_line_of_its_own() {
    let raw = RawFiling { purposes: Purpose::ALL.iter().map(|p| p.as_str().into()).collect(), ..good() };
    assert_eq!(parse(&raw, None).unwrap().purposes, Purpose::ALL);
    let lines: std::collections::BTreeSet<&str> = Purpose::ALL.iter().map(|p| p.line()).collect();
    assert_eq!(lines.len(), Purpose::ALL.len());
    let special: Vec<_> = Purpose::ALL.iter().filter(|p| special(**p).is_some()).copied().collect();
    assert_eq!(special, [Purpose::ModerationSafety, Purpose::Advertising]);
    assert_eq!(super::special(Purpose::ModerationSafety), Some(NOT_PAUSED));
    let unknown = RawFiling { purposes: vec!["research".into(), "everything".into()], ..good() };
    assert_eq!(fields(&parse(&unknown, None).unwrap_err()), ["purposes"]);
}

#[test]
fn what_follows_a_filing_is_needed_in_words() {
    assert_eq!(parse_addition(" More.\r\n"), Ok("More.".into()));
    assert_eq!(parse_complaint("Still wrong."), Ok("Still wrong.".into()));
    assert_eq!(parse_complaint_answer("You are right."), Ok("You are right.".into()));
    for parse in [parse_addition, parse_complaint, parse_complaint_answer] {
        for bad in [String::new(), "\n\t".into(), "\u{feff}".into(), "a\u{1}".into(), "a".repeat(8_001)] {
            assert_eq!(fields(&parse(&bad).unwrap_err()), ["text"]);
        }
    }
    assert_eq!(parse_extension("2", "Many such."), Ok((2, "Many such.".into())));
    for months in ["", "0", "3", "-1", "one", "1.0", "257"] {
        assert_eq!(fields(&parse_extension(months, "").unwrap_err()), ["months", "reason"], "{months:?}");
    }
    assert_eq!(parse_duplicate("obj 00000001"), Ok("OBJ-00000001".into()));
    assert_eq!(fields(&parse_duplicate("?").unwrap_err()), ["of"]);
}

fn raw_ruling(purpose: &str, outcome: &str, grounds: &str) -> RawRuling {
    RawRuling { purpose: purpose.into(), outcome: outcome.into(), grounds: grounds.into() }
}

#[test]
fn a_decision_has_one_ruling_for_each_purpose() {
    let purposes = [Purpose::Advertising, Purpose::Research];
    let rulings = parse_rulings(
        &purposes,
        &[raw_ruling("research", "refused", " Compelling. "), raw_ruling("advertising", "upheld", "")],
    );
    let expected = [
        Ruling { purpose: Purpose::Advertising, outcome: Outcome::Upheld, grounds: None },
        Ruling { purpose: Purpose::Research, outcome: Outcome::Refused, grounds: Some("Compelling.".into()) },
    ];
    assert_eq!(rulings.unwrap(), expected);
    let wrong = |raw: &[RawRuling]| {
        let errors = parse_rulings(&purposes, raw).unwrap_err();
        errors.into_iter().map(|(field, _)| field).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(wrong(&[]), "outcome-advertising outcome-research");
    let upheld = raw_ruling("advertising", "upheld", "");
    assert_eq!(wrong(&[upheld.clone(), raw_ruling("research", "refused", " ")]), "grounds-research");
    assert_eq!(wrong(&[upheld.clone(), raw_ruling("research", "maybe", "")]), "outcome-research");
    let research = raw_ruling("research", "upheld", "Yes.");
    assert_eq!(wrong(&[raw_ruling("advertising", "refused", "x"), research.clone()]), "outcome-advertising");
    assert_eq!(wrong(&[upheld.clone(), research.clone(), research.clone()]), "outcome-research");
    assert_eq!(wrong(&[upheld, research, raw_ruling("inferences", "upheld", "")]), "purposes");
}

/// Anything at all, or something near to what is wanted.
fn word(good: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![3 => proptest::sample::select(good).prop_map(String::from), 1 => any::<String>()]
}

fn free_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z \r\n\t\u{0}\u{200b}é]{0,40}",
        (0usize..9_000, "[a\n\r é]").prop_map(|(n, s)| s.repeat(n)),
    ]
}

fn raws() -> impl Strategy<Value = RawFiling> {
    let purpose = word(&["research", "advertising", "moderation-safety", "generative-ai-training", "other-ai"]);
    (
        (word(&["Ada", " Ada  L. "]), word(&["ada@example.org", "A@B.c"]), word(&["DE", "US", "us"]), any::<bool>()),
        proptest::collection::vec(purpose, 0..9),
        (word(&["object", "restrict"]), free_text(), word(&["en"])),
    )
        .prop_map(|((name, email, country, california), purposes, (mode, reason, language))| RawFiling {
            name,
            email,
            country,
            california,
            purposes,
            mode,
            reason,
            language,
        })
}

fn is_kept_text(text: &str, max: usize) -> bool {
    !text.trim().is_empty()
        && text == text.trim()
        && text.chars().count() <= max
        && !text.contains('\r')
        && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t')
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::testing::cases(3_000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_sent_is_filed_whole_or_answered_at_its_fields(raw in raws(), member in proptest::option::of(Just("US"))) {
        const ORDER: [&str; 8] = ["name", "email", "country", "california", "purposes", "mode", "reason", "language"];
        match parse(&raw, member.map(country)) {
            Ok(filing) => {
                prop_assert_eq!(filing.person.is_none(), member.is_some());
                if let Some(person) = &filing.person {
                    prop_assert_eq!(crate::account::model::parse_name(&person.name), Ok(person.name.clone()));
                    prop_assert_eq!(parse_email(&person.email), Some(person.email.clone()));
                    prop_assert_eq!(filing.region.country(), Country::parse(&raw.country).unwrap());
                }
                prop_assert_eq!(filing.region.is_california(), raw.california && filing.region.country().alpha2() == "US");
                prop_assert!(!filing.purposes.is_empty());
                prop_assert!(filing.purposes.windows(2).all(|pair| pair[0] < pair[1]), "each once, in order");
                prop_assert!(raw.purposes.iter().all(|word| filing.purposes.iter().any(|p| p.as_str() == word)));
                prop_assert_eq!(filing.mode.as_str(), &raw.mode);
                prop_assert!(filing.reason.is_none_or(|reason| is_kept_text(&reason, REASON_MAX)));
                prop_assert!(LANGUAGES.contains(&filing.language) && filing.language == raw.language);
            }
            Err(errors) => {
                let places: Option<Vec<usize>> =
                    errors.iter().map(|(field, _)| ORDER.iter().position(|name| name == field)).collect();
                let places = places.expect("every error stands at a field of the form");
                prop_assert!(!places.is_empty() && places.windows(2).all(|pair| pair[0] < pair[1]));
                prop_assert!(errors.iter().all(|(_, message)| !message.is_empty()));
            }
        }
    }

    #[test]
    fn a_text_that_was_taken_is_taken_again_as_it_is(raw in free_text()) {
        for parse in [parse_addition, parse_complaint, parse_complaint_answer] {
            if let Ok(text) = parse(&raw) {
                prop_assert!(is_kept_text(&text, GROUNDS_MAX));
                prop_assert_eq!(parse(&text), Ok(text.clone()));
            }
        }
        if let Ok((months, reason)) = parse_extension("1", &raw) {
            prop_assert!(months == 1 && is_kept_text(&reason, EXTENSION_REASON_MAX));
        }
        prop_assert!(parse_extension(&raw, "Why.").is_err() || ["1", "2"].contains(&raw.trim().trim_start_matches(['0', '+'])));
    }

    #[test]
    fn a_decision_that_was_taken_is_one_that_the_case_takes(
        purposes in proptest::sample::subsequence(Purpose::ALL, 1..=Purpose::ALL.len()),
        raw in proptest::collection::vec(
            (word(&["research", "advertising", "inferences"]), word(&["upheld", "refused"]), free_text())
                .prop_map(|(purpose, outcome, grounds)| RawRuling { purpose, outcome, grounds }), 0..9),
        // Mostly one for each, so that some are good.
        matching in proptest::option::of(proptest::collection::vec((word(&["upheld", "refused"]), free_text()), 7)),
    ) {
        use crate::objection::{case::{By, CaseFacts, CaseState, Move, after}, deadline::Answer, steps::open};
        let raw = matching.map_or(raw, |matching| purposes.iter().zip(matching).map(|(purpose, (outcome, grounds))| {
            RawRuling { purpose: purpose.as_str().into(), outcome, grounds }
        }).collect());
        if let Ok(rulings) = parse_rulings(&purposes, &raw) {
            let case = open("OBJ-7F3K9Q2M".into(), true, Mode::Object, purposes, Answer::OneMonth, crate::time::UtcMillis(0));
            let case = CaseFacts { state: CaseState::UnderReview, ..case };
            let refuses = rulings.iter().any(|r| r.outcome == Outcome::Refused);
            let mv = if refuses { Move::Propose { rulings, by: "a".into() } } else { Move::Decide(rulings) };
            prop_assert!(after(&case, By::Officer, &mv, crate::time::UtcMillis(1)).is_ok());
        }
    }
}
