use super::*;
use crate::account::model::Country;
use crate::ledger::{Mode, Purpose, Step};
use crate::objection::form::Person;
use crate::objection::model::sample;
use crate::objection::regime::Region;
use crate::objection::repeat::ACCIDENT;

const NOW: UtcMillis = UtcMillis(1_800_000_000_000);
const HOUR: i64 = 3_600_000;

fn filing(purposes: &[Purpose]) -> Filing {
    Filing {
        person: None,
        region: Region::new(Country::parse("IE").unwrap(), false),
        purposes: purposes.to_vec(),
        mode: Mode::Object,
        reason: None,
        language: "en",
    }
}

/// A case about research that was filed so long ago.
fn filed(number: &str, ago: i64) -> Case {
    Case { number: number.into(), ..sample(UtcMillis(NOW.0 - ago)) }
}

#[test]
fn a_member_who_sends_the_same_within_an_hour_has_pressed_twice() {
    let research = filing(&[Purpose::Research]);
    let found = |ago| on_filing(&research, true, &[filed("OBJ-1", ago)], &[], NOW);
    assert_eq!(found(0), OnFiling::SamePress("OBJ-1".into()));
    assert_eq!(found(HOUR - 1), OnFiling::SamePress("OBJ-1".into()));
    assert_eq!(found(HOUR), OnFiling::New { after: Some("OBJ-1".into()), same: None });
}

#[test]
fn what_says_something_else_or_is_over_is_another_case() {
    let new = |filing: &Filing, case: Case| on_filing(filing, true, &[case], &[], NOW);
    let linked = OnFiling::New { after: Some("OBJ-1".into()), same: None };
    let with_reason = Filing { reason: Some("Why.".into()), ..filing(&[Purpose::Research]) };
    assert_eq!(new(&with_reason, filed("OBJ-1", 0)), linked);
    let withdrawn = Case { state: CaseState::Withdrawn, ..filed("OBJ-1", 0) };
    assert_eq!(new(&filing(&[Purpose::Research]), withdrawn), linked);
    let other = filing(&[Purpose::Advertising]);
    assert_eq!(new(&other, filed("OBJ-1", 0)), OnFiling::New { after: None, same: None }, "another purpose");
}

#[test]
fn without_an_account_another_form_is_another_case_and_the_owner_is_told() {
    let research = filing(&[Purpose::Research]);
    let found = on_filing(&research, false, &[filed("OBJ-2", 0), filed("OBJ-1", 10)], &[], NOW);
    assert_eq!(found, OnFiling::New { after: None, same: Some("OBJ-2".into()) });
}

#[test]
fn a_case_is_filed_after_the_first_about_one_of_its_purposes() {
    let earlier = [filed("OBJ-3", 2 * HOUR), filed("OBJ-2", 3 * HOUR), filed("OBJ-1", 400 * 24 * HOUR)];
    let found = on_filing(&filing(&[Purpose::Advertising, Purpose::Research]), true, &earlier, &[], NOW);
    assert_eq!(found, OnFiling::New { after: Some("OBJ-1".into()), same: None });
}

#[test]
fn so_many_cases_in_a_day() {
    let earlier = |count: usize, ago| (0..count).map(|n| filed(&format!("OBJ-{n}"), ago)).collect::<Vec<_>>();
    for (of_member, most) in [(true, MEMBER_A_DAY), (false, UNCONFIRMED_A_DAY)] {
        let found = |count, ago| on_filing(&filing(&[Purpose::Advertising]), of_member, &earlier(count, ago), &[], NOW);
        assert!(matches!(found(most - 1, 2 * HOUR), OnFiling::New { .. }));
        assert_eq!(found(most, 2 * HOUR), OnFiling::TooMany);
        assert!(matches!(found(most, UtcMillis::DAY), OnFiling::New { .. }), "a day later");
    }
}

#[test]
fn a_case_begins_with_what_the_form_says() {
    let applicant = |member: Option<&str>| Applicant {
        subject: "s".into(),
        member: member.map(Into::into),
        name: "Ada".into(),
        email: "a@b.example".into(),
    };
    let form = filing(&[Purpose::Advertising, Purpose::Research]);
    let (case, step) = Case::open("OBJ-7F3K9Q2M".into(), applicant(Some("m")), &form, Some("OBJ-1".into()), NOW);
    assert_eq!((case.state, case.revision, case.received), (CaseState::Received, 0, NOW));
    assert_eq!(case.first_due, case.due);
    assert_eq!(step.name, Step::Filed);
    assert_eq!((step.due, step.other.as_deref(), step.mode), (Some(case.due), Some("OBJ-1"), Some(Mode::Object)));
    assert_eq!(step.purposes, form.purposes);
    assert_eq!(case.mark_to_show(), None);
    assert!(case.is_same_form(&form, "a@b.example", NOW) && !case.is_same_form(&form, "c@d.example", NOW));
    let in_an_hour = UtcMillis(NOW.0 + ACCIDENT);
    for (state, at_once, later) in [
        (CaseState::UnderReview, true, true),
        (CaseState::Upheld, true, false),
        (CaseState::Refused, true, false),
        (CaseState::Closed, true, false),
        (CaseState::Duplicate, true, false),
        (CaseState::Withdrawn, false, false),
    ] {
        let case = Case { state, ..case.clone() };
        let found = [NOW, in_an_hour].map(|now| case.is_same_form(&form, "a@b.example", now));
        assert_eq!(found, [at_once, later], "{state}");
        let same = OnFiling::SamePress(case.number.clone());
        let other_form = on_filing(&form, true, &[case], &[], NOW);
        assert_eq!(other_form == same, at_once, "another form, {state}");
    }
    let (case, _) = Case::open("OBJ-7F3K9Q2M".into(), applicant(None), &form, None, NOW);
    assert_eq!(case.state, CaseState::AwaitingVerification);
    assert_eq!(case.mark_to_show(), Some(case.filed_mark()));
}

#[test]
fn what_was_corrected_is_not_taken_for_what_was_sent_before() {
    let person = Person { name: "Ada".into(), email: "a@b.example".into() };
    let form = Filing { person: Some(person.clone()), ..filing(&[Purpose::Research]) };
    let applicant =
        Applicant { subject: "s".into(), member: None, name: person.name.clone(), email: person.email.clone() };
    let (case, _) = Case::open("OBJ-7F3K9Q2M".into(), applicant, &form, None, NOW);
    assert!(case.says_the_same(&form));
    let country = |code| Region::new(crate::account::model::Country::parse(code).unwrap(), false);
    let us = country("US").country();
    for corrected in [
        Filing { region: country("FR"), ..form.clone() },
        Filing { region: Region::new(us, true), ..form.clone() },
        Filing { language: "de", ..form.clone() },
        Filing { person: Some(Person { name: "Ada Lovelace".into(), ..person }), ..form.clone() },
        Filing { mode: Mode::Restrict, ..form.clone() },
        Filing { reason: Some("More.".into()), ..form.clone() },
    ] {
        assert!(!case.is_same_form(&corrected, "a@b.example", NOW), "{corrected:?}");
    }
}

#[test]
fn the_name_of_a_form_sent_again_follows_from_the_first() {
    assert_eq!(named_after("form", "OBJ-1"), named_after("form", "OBJ-1"));
    assert_ne!(named_after("form", "OBJ-1"), named_after("form", "OBJ-2"));
    assert_ne!(named_after("form", "OBJ-1"), named_after("other", "OBJ-1"));
}
