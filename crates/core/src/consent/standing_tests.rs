//! The promise, as stories.

use super::super::{history, wording};
use super::*;
use crate::consent::wording::Voice;
use crate::ledger::{Actor, CaseStep, Decided, Event, Outcome, Rollback, Step};
use crate::testing::happened;

const AI: Purpose = Purpose::GenerativeAiTraining;

fn day(text: &str) -> UtcMillis {
    UtcMillis::from_date(text).unwrap()
}

fn notice(version: u32, published: &str, effective: &str) -> Notice {
    let reference = NoticeRef { purpose: AI, version, language: "en".into(), sha256: format!("{version:064}") };
    Notice { reference, published_at: day(published), effective_at: day(effective) }
}

fn notices() -> Vec<Notice> {
    vec![notice(1, "2024-09-18", "2024-09-18"), notice(2, "2025-10-01", "2025-11-03")]
}

fn told_at(notice: &Notice, at: UtcMillis) -> Entry {
    happened(Actor::System, Event::Notice { notice: notice.reference.clone(), rule: None }, at)
}

fn chose_at(purpose: Purpose, choice: Choice, at: UtcMillis) -> Entry {
    happened(Actor::Member, Event::Choice { purpose, choice, rule: None, notice: None }, at)
}

fn lost_at(at: UtcMillis) -> Entry {
    let rollback = Rollback { log: "privacy.example/log".into(), size: 7, root: String::new() };
    happened(Actor::System, Event::Rollback(rollback), at)
}

fn stepped(actor: Actor, case: &str, step: CaseStep, at: UtcMillis) -> Entry {
    happened(actor, Event::Step { case: case.into(), step }, at)
}

/// A step of a member's case about `purposes`, in the way the case records it.
fn step(case: &str, name: Step, purposes: &[Purpose], at: &str) -> Entry {
    let actor = if matches!(name, Step::Filed | Step::Withdrawn) { Actor::Member } else { Actor::System };
    stepped(actor, case, CaseStep { purposes: purposes.to_vec(), ..name.into() }, day(at))
}

fn decided(case: &str, outcomes: &[(Purpose, Outcome)], at: &str) -> Entry {
    let outcomes =
        outcomes.iter().map(|(purpose, outcome)| Decided { purpose: *purpose, outcome: *outcome, text: None });
    let step = CaseStep { outcomes: outcomes.collect(), ..Step::Decided.into() };
    stepped(Actor::PrivacyOfficer, case, step, day(at))
}

fn told(notice: &Notice, at: &str) -> Entry {
    told_at(notice, day(at))
}

fn chose(choice: Choice, at: &str) -> Entry {
    chose_at(AI, choice, day(at))
}

/// Runs `run` with the facts of a member in `country` under the built-in rules.
fn with_facts<T>(country: &str, entries: &[Entry], run: impl FnOnce(&Facts<'_>) -> T) -> T {
    let (rules, notices) = (Rules::parse(super::super::rules::BUILT_IN).unwrap(), notices());
    let country = Country::parse(country).unwrap();
    run(&Facts { entries, notices: &notices, rules: &rules, country, window_days: 30, doubt: false, unproved: None })
}

fn ask(country: &str, entries: &[Entry], at: &str) -> Standing {
    with_facts(country, entries, |facts| standing(facts, AI, day(at)))
}

#[test]
fn nobody_is_on_before_they_were_told() {
    let s = ask("US", &[], "2026-11-23");
    assert_eq!(s.choice, Choice::Denied);
    assert!(matches!(s.because, Because::NotTold { .. }));
}

#[test]
fn told_then_thirty_days_then_on_by_default() {
    let entries = [told(&notices()[0], "2024-09-18")];
    let s = ask("US", &entries, "2024-10-17");
    assert!(matches!(s.because, Because::Window { until, .. } if until == day("2024-10-18")));
    assert_eq!(s.choice, Choice::Denied);
    let s = ask("US", &entries, "2024-10-18");
    assert!(matches!(s.because, Because::ByDefault { since, .. } if since == day("2024-10-18")));
    assert_eq!(s.choice, Choice::Allowed);
}

#[test]
fn being_told_of_the_old_rule_does_not_enrol_under_the_new_one() {
    let entries = [told(&notices()[0], "2024-09-18")];
    assert!(matches!(ask("DE", &entries, "2025-11-02").because, Because::Excluded { .. }));
    assert!(matches!(ask("DE", &entries, "2026-11-23").because, Because::NotTold { .. }));
    let entries = [told(&notices()[0], "2024-09-18"), told(&notices()[1], "2025-11-03")];
    assert_eq!(ask("DE", &entries, "2025-12-02").choice, Choice::Denied);
    assert_eq!(ask("DE", &entries, "2025-12-03").choice, Choice::Allowed);
}

#[test]
fn what_allowed_before_a_loss_counts_as_denied_until_they_choose_anew() {
    let lost = || lost_at(day("2026-03-01"));
    let rolled_back = |s: &Standing| {
        s.choice == Choice::Denied && matches!(s.because, Because::RolledBack { at, .. } if at == day("2026-03-01"))
    };
    let told = || told(&notices()[1], "2025-11-03");
    // On by default, on by choice, and told of it only later: each may have said No in between.
    for before in [vec![told()], vec![told(), chose(Choice::Allowed, "2026-01-01")], vec![]] {
        let entries: Vec<Entry> = before.iter().cloned().chain([lost()]).collect();
        assert!(rolled_back(&ask("US", &entries, "2026-03-01")), "{before:?}");
        assert!(rolled_back(&ask("US", &entries, "2030-01-01")), "{before:?}");
        assert_eq!(ask("US", &entries, "2026-02-28"), ask("US", &before, "2026-02-28"), "what held then, held");
        let anew = |choice| entries.iter().cloned().chain([chose(choice, "2026-03-02")]).collect::<Vec<_>>();
        assert_eq!(ask("US", &anew(Choice::Allowed), "2026-03-02").choice, Choice::Allowed);
        assert!(matches!(ask("US", &anew(Choice::Denied), "2026-03-02").because, Because::Chosen { .. }));
    }
    // A No before it is theirs as ever.
    let entries = [told(), chose(Choice::Denied, "2026-01-01"), lost()];
    assert!(matches!(ask("US", &entries, "2026-03-02").because, Because::Chosen { .. }));
    // Whoever comes later is not affected.
    let later = [told_at(&notices()[1], day("2026-03-02"))];
    assert_eq!(ask("US", &later, "2026-04-02").choice, Choice::Allowed);
}

/// With the same entries, France and Réunion stand the same at every time, and so does all of the
/// EEA.
#[test]
fn wherever_the_gdpr_holds_the_same_entries_give_the_same_standing() {
    let histories = [
        vec![],
        vec![told(&notices()[0], "2024-09-18")],
        vec![told(&notices()[0], "2024-09-18"), told(&notices()[1], "2025-11-03")],
        vec![told(&notices()[1], "2025-10-02"), chose(Choice::Denied, "2025-12-24")],
    ];
    let (_, countries) = crate::account::regions::built_in().expand("EEA").unwrap();
    for code in ["RE", "GP", "MQ", "GF", "YT", "MF", "AX"] {
        assert!(countries.contains(&Country::parse(code).unwrap()), "{code}");
    }
    for entries in &histories {
        for date in ["2024-09-18", "2024-10-18", "2025-11-02", "2025-11-03", "2025-12-03", "2026-11-23"] {
            let france = ask("FR", entries, date);
            for country in &countries {
                assert_eq!(ask(country.alpha2(), entries, date), france, "{country} {date}");
            }
        }
    }
    let both = &histories[2];
    assert_eq!(ask("RE", both, "2025-12-02").choice, Choice::Denied);
    assert_eq!(ask("RE", both, "2025-12-03").choice, Choice::Allowed);
}

/// Where it is not certain that a notice for Europe or for the United Kingdom means somebody, none
/// enrols them.
#[test]
fn in_outlying_territories_no_notice_that_does_not_name_them_enrols_anybody() {
    let entries = [told(&notices()[0], "2024-09-18"), told(&notices()[1], "2025-11-03")];
    let (_, countries) = crate::account::regions::built_in().expand("outlying-territories").unwrap();
    assert!(countries.len() > 20);
    for country in countries {
        for date in ["2024-10-18", "2025-12-03", "2026-11-23"] {
            let standing = ask(country.alpha2(), &entries, date);
            assert!(matches!(standing.because, Because::Excluded { .. }), "{country} {date}: {standing:?}");
        }
    }
}

#[test]
fn told_in_advance_still_waits_for_the_notice_to_take_effect() {
    let entries = [told(&notices()[1], "2025-10-01")];
    assert_eq!(ask("DE", &entries, "2025-11-02").choice, Choice::Denied);
    assert_eq!(ask("DE", &entries, "2025-11-03").choice, Choice::Allowed);
    assert_eq!(ask("US", &entries, "2025-11-02").choice, Choice::Denied);
}

#[test]
fn a_denial_in_an_excluded_region_holds_when_the_rule_changes() {
    let entries = [chose(Choice::Denied, "2025-01-01"), told(&notices()[1], "2025-11-03")];
    let s = ask("DE", &entries, "2026-11-23");
    assert_eq!(s.choice, Choice::Denied);
    assert!(matches!(s.because, Because::Chosen { .. }));
}

#[test]
fn the_newest_choice_holds() {
    let entries = [
        chose(Choice::Denied, "2025-03-14"),
        chose(Choice::Allowed, "2025-06-02"),
        chose(Choice::Denied, "2026-11-23"),
    ];
    assert_eq!(ask("US", &entries, "2025-05-01").choice, Choice::Denied);
    assert_eq!(ask("US", &entries, "2025-07-01").choice, Choice::Allowed);
    assert_eq!(ask("US", &entries, "2026-11-24").choice, Choice::Denied);
}

const CASE: &str = "OBJ-7F3K9Q2M";

#[test]
fn an_upheld_objection_holds_for_good() {
    let entries = [
        told(&notices()[0], "2024-09-18"),
        step(CASE, Step::Filed, &[AI, Purpose::Research], "2026-04-20"),
        decided(CASE, &[(AI, Outcome::Upheld), (Purpose::Research, Outcome::Refused)], "2026-05-03"),
        step(CASE, Step::Closed, &[], "2026-05-20"),
        chose(Choice::Allowed, "2026-06-01"),
        told(&notices()[1], "2026-06-02"),
    ];
    assert_eq!(ask("US", &entries, "2026-04-19").choice, Choice::Allowed);
    let s = ask("US", &entries, "2026-04-21");
    assert_eq!(s.because, Because::Paused { case: CASE.into(), since: day("2026-04-20") });
    assert_eq!(
        wording::sentence(&s, "", Voice::Member),
        "Off since 20 April 2026, paused while we decide on your objection OBJ-7F3K9Q2M."
    );
    let s = ask("US", &entries, "2027-01-01");
    assert_eq!(
        s,
        Standing { choice: Choice::Denied, because: Because::Upheld { case: CASE.into(), at: day("2026-05-03") } }
    );
    assert_eq!(
        wording::sentence(&s, "", Voice::Member),
        "Off, because we upheld your objection OBJ-7F3K9Q2M on 3 May 2026. It stays off."
    );
}

#[test]
fn a_refused_objection_gives_way_to_what_the_member_chose_or_to_the_default() {
    let filed = step(CASE, Step::Filed, &[AI], "2026-04-20");
    let refused = decided(CASE, &[(AI, Outcome::Refused)], "2026-05-03");
    let entries = [chose(Choice::Denied, "2026-01-01"), filed.clone(), refused.clone()];
    assert!(matches!(ask("US", &entries, "2026-05-04").because, Because::Chosen { .. }));

    let entries = [told(&notices()[0], "2024-09-18"), filed, refused];
    let s = ask("US", &entries, "2026-05-04");
    assert_eq!(s.choice, Choice::Allowed);
    assert_eq!(
        wording::sentence(&s, "", Voice::Member),
        "On by default since 3 May 2026. We refused your objection OBJ-7F3K9Q2M on 3 May 2026.",
        "nobody who objected is told that they have not"
    );
}

#[test]
fn a_pause_ends_when_the_objection_is_withdrawn_or_joined_to_another() {
    for (end, sentence) in [
        (Step::Withdrawn, "You withdrew your objection OBJ-7F3K9Q2M on 25 April 2026."),
        (Step::MarkedDuplicate, "We merged your objection OBJ-7F3K9Q2M with another one on 25 April 2026."),
    ] {
        let entries = [
            told(&notices()[0], "2024-09-18"),
            step(CASE, Step::Filed, &[AI], "2026-04-20"),
            step(CASE, end, &[AI], "2026-04-25"),
        ];
        assert_eq!(ask("US", &entries, "2026-04-24").choice, Choice::Denied);
        let s = ask("US", &entries, "2026-04-25");
        assert_eq!(s.choice, Choice::Allowed);
        assert!(
            wording::sentence(&s, "", Voice::Member).ends_with(sentence),
            "{}",
            wording::sentence(&s, "", Voice::Member)
        );
    }
}

#[test]
fn somebody_elses_filing_counts_once_it_is_linked_to_the_member() {
    let filed =
        stepped(Actor::Applicant, CASE, CaseStep { purposes: vec![AI], ..Step::Filed.into() }, day("2026-04-20"));
    let linked = step(CASE, Step::Linked, &[AI], "2026-04-22");
    let entries = [told(&notices()[0], "2024-09-18"), filed, linked];
    assert_eq!(ask("US", &entries, "2026-04-21").choice, Choice::Allowed);
    let paused = Because::Paused { case: CASE.into(), since: day("2026-04-22") };
    assert_eq!(ask("US", &entries, "2026-04-22").because, paused);
}

#[test]
fn of_several_cases_an_upheld_one_wins_then_the_oldest() {
    let other = "OBJ-00000001";
    let mut entries = vec![
        step(other, Step::Filed, &[Purpose::Research], "2026-04-01"),
        step(CASE, Step::Filed, &[AI], "2026-04-20"),
        step("OBJ-00000002", Step::Filed, &[AI], "2026-04-21"),
    ];
    let paused = |case: &str, since| Because::Paused { case: case.into(), since: day(since) };
    assert_eq!(ask("US", &entries, "2026-04-22").because, paused(CASE, "2026-04-20"));
    entries.push(decided(CASE, &[(AI, Outcome::Refused)], "2026-04-23"));
    assert_eq!(ask("US", &entries, "2026-04-23").because, paused("OBJ-00000002", "2026-04-21"));
    entries.push(decided(other, &[(AI, Outcome::Upheld)], "2026-04-24"));
    assert!(matches!(ask("US", &entries, "2026-04-24").because, Because::Upheld { case, .. } if case == other));
}

#[test]
fn each_reason_of_an_objection_is_a_period_of_its_own() {
    let other = "OBJ-00000001";
    let entries = [
        step(CASE, Step::Filed, &[AI], "2026-04-20"),
        step(other, Step::Filed, &[AI], "2026-04-21"),
        decided(CASE, &[(AI, Outcome::Refused)], "2026-05-03"),
        decided(other, &[(AI, Outcome::Upheld)], "2026-05-04"),
        step("OBJ-00000002", Step::Filed, &[AI], "2026-05-05"),
    ];
    let periods = with_facts("US", &entries, |facts| history::periods(facts, AI, day("2026-06-01")));
    let because: Vec<Because> = periods.into_iter().map(|p| p.standing.because).collect();
    let expected = [
        Because::Paused { case: CASE.into(), since: day("2026-04-20") },
        Because::Paused { case: other.into(), since: day("2026-04-21") },
        Because::Upheld { case: other.into(), at: day("2026-05-04") },
    ];
    assert_eq!(because, expected);
}

#[test]
fn the_history_has_every_step_and_the_card_those_about_the_switch() {
    let entries = [
        told(&notices()[0], "2024-09-18"),
        step(CASE, Step::Filed, &[AI, Purpose::Research], "2026-04-20"),
        step(CASE, Step::Acknowledged, &[], "2026-04-20"),
        step("OBJ-00000001", Step::Filed, &[Purpose::Research], "2026-04-21"),
        decided(CASE, &[(AI, Outcome::Refused), (Purpose::Research, Outcome::Upheld)], "2026-05-03"),
    ];
    let (periods, rows, card) = with_facts("US", &entries, |facts| {
        use crate::consent::{rows, view::HistoryRow};
        let periods = history::periods(facts, AI, day("2026-06-01"));
        let said = |rows: Vec<HistoryRow>| rows.into_iter().map(|r| format!("{}: {}", r.by, r.what)).collect();
        let rows: Vec<String> = said(rows::rows(facts, AI, &periods));
        let card: Vec<String> = said(rows::last_changes(facts, AI, &periods, Voice::Member));
        (periods, rows, card)
    });
    let decision = "Objection OBJ-7F3K9Q2M upheld: Research; refused: Data for Generative AI improvement; pause ended";
    let whole = [
        "the rule for your country: Turned on by default again after objection OBJ-7F3K9Q2M",
        &format!("a privacy officer: {decision}"),
        "you, on the web: Objection OBJ-00000001 filed",
        "Sayso: Objection OBJ-7F3K9Q2M acknowledged",
        "you, on the web: Objection OBJ-7F3K9Q2M filed",
        "the rule for your country: Turned on by default, because the notice period had ended",
        "Sayso: You were shown notice 1",
    ];
    assert_eq!(rows, whole);
    // The card has the newest three, without the case about another use and what changes nothing.
    assert_eq!(card, [whole[0], whole[1], whole[4]]);
    assert_eq!(
        history::in_words(&periods),
        "Off from 18 September 2024 to 18 October 2024; on from 18 October 2024 to 20 April 2026; \
         off from 20 April 2026 to 3 May 2026; on since 3 May 2026."
    );
}

#[test]
fn what_held_before_is_told_apart_by_why() {
    let before = |entries: &[Entry], now: &str| {
        let tab = |facts: &Facts<'_>| crate::consent::tab::tab(facts, AI, None, day(now), false, Voice::Member);
        with_facts("US", entries, tab).before
    };
    let began = happened(Actor::Default, Event::Default { purpose: AI, rule: None }, day("2024-09-20"));
    let notice = told(&notices()[0], "2024-10-01");
    assert_eq!(
        before(std::slice::from_ref(&began), "2024-10-05"),
        "Nothing. It has been like this since your history here began."
    );
    // Told on the very first page.
    let soon = told_at(&notices()[0], UtcMillis(began.at.0 + 10_000));
    assert_eq!(
        before(&[began.clone(), soon], "2024-10-05"),
        "Nothing. It has been like this since your history here began."
    );
    let entries = [began, notice, chose(Choice::Denied, "2024-10-10"), chose(Choice::Allowed, "2024-10-20")];
    let untold = "Off from 20 September 2024, before we had shown you the notice that applied.";
    assert_eq!(before(&entries[..2], "2024-10-05"), untold);
    assert_eq!(before(&entries[..3], "2024-10-15"), "Off from 1 October 2024, during the notice period.");
    assert_eq!(before(&entries, "2024-10-25"), "Off from 10 October 2024, by your choice.");
}

#[test]
fn what_was_paused_in_between_is_not_said_to_hold_since_the_choice() {
    let said = |choice, steps: &[Entry], now: &str| {
        let entries = [&[told(&notices()[0], "2024-09-18"), chose(choice, "2026-04-10")], steps].concat();
        let tab = |facts: &Facts<'_>| crate::consent::tab::tab(facts, AI, None, day(now), false, Voice::Member);
        with_facts("US", &entries, tab).said.map(|said| said.on)
    };
    let paused = [step(CASE, Step::Filed, &[AI], "2026-04-20"), step(CASE, Step::Withdrawn, &[AI], "2026-04-25")];
    assert_eq!(said(Choice::Allowed, &[], "2026-04-30"), Some(true));
    assert_eq!(said(Choice::Allowed, &paused[..1], "2026-04-21"), None);
    assert_eq!(said(Choice::Allowed, &paused, "2026-04-30"), None, "it was off from the 20th to the 25th");
    assert_eq!(said(Choice::Denied, &paused, "2026-04-30"), Some(false), "it was off all along");
}

#[path = "history_in_words_tests.rs"]
mod history_in_words;
#[path = "moves_tests.rs"]
mod moves;
#[path = "notice_stays_tests.rs"]
mod notice_stays;
#[path = "standing_properties.rs"]
mod properties;

#[test]
fn an_address_that_was_not_confirmed_is_off_from_when_to_when() {
    use super::super::rows::rows;
    use crate::account::model::Unproved;
    let entries = [told(&notices()[0], "2024-09-18")];
    // On by default by then, as an account from before addresses were proved.
    let (from, now) = (day("2025-06-01"), day("2025-07-01"));
    let what = |facts: &Facts<'_>, now| -> Vec<String> {
        rows(facts, AI, &history::periods(facts, AI, now)).into_iter().map(|row| row.what).collect()
    };
    with_facts("US", &entries, |facts| {
        let facts = Facts { unproved: Some(Unproved { from, until: None }), ..*facts };
        assert_eq!(standing_now(&facts, AI, now).because, Because::NotProved);
        assert_eq!(standing(&facts, AI, day("2025-05-31")).choice, Choice::Allowed);
        let periods = history::periods(&facts, AI, now);
        assert_eq!(periods.last().map(|p| (p.from, p.until)), Some((from, now)), "not only from the present on");
        assert_eq!(what(&facts, now)[0], "Turned off, because you had not confirmed your e-mail address");
    });
    // Confirmed: on again from then, and what was off stays so in the history.
    let (until, now) = (Some(day("2025-08-01")), day("2025-09-01"));
    with_facts("US", &entries, |facts| {
        let facts = Facts { unproved: Some(Unproved { from, until }), ..*facts };
        assert!(matches!(standing(&facts, AI, now).because, Because::ByDefault { since, .. } if Some(since) == until));
        assert_eq!(standing(&facts, AI, day("2025-07-31")).choice, Choice::Denied);
        assert_eq!(what(&facts, now)[0], "Turned on again, because you confirmed your e-mail address");
        assert_eq!(
            history::in_words(&history::periods(&facts, AI, now)),
            "Off from 18 September 2024 to 18 October 2024; on from 18 October 2024 to 1 June 2025; \
             off from 1 June 2025 to 1 August 2025; on since 1 August 2025."
        );
    });
}
