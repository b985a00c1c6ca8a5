//! What an entry is in law, for the records of standards that a receipt has: by the rule that the
//! entry names, and what the member had said before. Where nothing fits, there is no record.

use super::because::Because;
use super::rules::DefaultRule;
use super::standing::{Facts, newest_choice, standing};
use crate::ledger::entry::PLATFORM;
use crate::ledger::{Actor, Choice, Entry, Kind, Purpose};
use crate::string_enum;

string_enum! {
    /// A choice in law, by the names of the W3C's Data Privacy Vocabulary.
    pub enum InLaw {
        /// It may be on without asking, and nobody has said No. No consent.
        NotObjected = "LegitimateInterestNotObjected",
        /// It may be on without asking, and the member has said No.
        Objected = "LegitimateInterestObjected",
        /// It may be on with consent alone, and the member has said Yes.
        Given = "ConsentGiven",
        /// It may be on with consent alone, and the member has said No.
        Refused = "ConsentRefused",
        /// The member has taken back a Yes.
        Withdrawn = "ConsentWithdrawn",
    }
}

/// What `entry` is in law; `facts` has it, and what decides up to then.
///
/// A choice is what the member said under a notice. A notice that was delivered begins the default
/// of somebody who has said nothing: they have not objected, and have not consented either. Nothing
/// else has a record: the start of a history names no notice, a No that was carried here was said
/// elsewhere, and an objection is about more than the switch.
pub fn in_law(entry: &Entry, facts: &Facts<'_>) -> Option<InLaw> {
    let purpose = entry.purpose.filter(|purpose| *purpose == Purpose::GenerativeAiTraining)?;
    entry.notice.as_ref().filter(|_| entry.subject != PLATFORM)?;
    let rule = facts.rules.called(entry.rule.as_deref()?)?.default;
    // What came after it does not count, also not within the same instant.
    let place = facts.entries.iter().position(|other| other.id == entry.id)?;
    let (before, until) = (&facts.entries[..place], &facts.entries[..=place]);
    match (entry.kind, entry.choice, entry.actor, rule) {
        (Kind::Choice, Some(Choice::Allowed), Actor::Member, DefaultRule::OptOut) => Some(InLaw::NotObjected),
        (Kind::Choice, Some(Choice::Denied), Actor::Member, DefaultRule::OptOut) => Some(InLaw::Objected),
        (Kind::Choice, Some(Choice::Allowed), Actor::Member, DefaultRule::OptIn) => Some(InLaw::Given),
        (Kind::Choice, Some(Choice::Denied), Actor::Member, DefaultRule::OptIn) => {
            let said = newest_choice(before, purpose, entry.at).map(|(choice, _)| choice);
            Some(if said == Some(Choice::Allowed) { InLaw::Withdrawn } else { InLaw::Refused })
        }
        (Kind::Notice, None, Actor::System, DefaultRule::OptOut) => {
            let untouched = !before.iter().any(|other| other.step.is_some() && other.concerns(purpose));
            let by_default = matches!(
                standing(&Facts { entries: until, ..*facts }, purpose, entry.at).because,
                Because::NotTold { .. } | Because::Window { .. } | Because::ByDefault { objected: None, .. }
            );
            (untouched && by_default).then_some(InLaw::NotObjected)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::model::Country;
    use crate::account::regions;
    use crate::consent::notice::Notice;
    use crate::consent::rules::{BUILT_IN, Rules};
    use crate::ledger::{CaseStep, Event, NoticeRef, Step};
    use crate::testing::happened;
    use crate::time::UtcMillis;

    const AI: Purpose = Purpose::GenerativeAiTraining;

    fn reference() -> NoticeRef {
        NoticeRef { purpose: AI, version: 1, language: "en".into(), sha256: "0".repeat(64) }
    }

    fn day(n: u32) -> UtcMillis {
        UtcMillis::from_date("2026-01-01").unwrap().plus_days(n)
    }

    fn chose(choice: Choice, rule: &str, at: u32) -> Entry {
        let event = Event::Choice { purpose: AI, choice, rule: Some(rule.into()), notice: Some(reference()) };
        happened(Actor::Member, event, day(at))
    }

    fn told(rule: &str, at: u32) -> Entry {
        happened(Actor::System, Event::Notice { notice: reference(), rule: Some(rule.into()) }, day(at))
    }

    /// What each entry is in law, in a history of these, by the built-in rules or in an opt-in
    /// region.
    fn each(entries: &[Entry]) -> Vec<Option<InLaw>> {
        let asked = format!(
            "[[rule]]\nid = \"asked\"\npurpose = \"generative-ai-training\"\nregions = {}\nfrom = \"2024-01-01\"\ndefault = \"opt-in\"\n",
            regions::built_in().everybody()
        );
        let opt_in = entries.iter().any(|entry| entry.rule.as_deref() == Some("asked"));
        let rules = Rules::parse(if opt_in { &asked } else { BUILT_IN }).unwrap();
        let long_ago = UtcMillis::from_date("2024-01-01").unwrap();
        let notices = [Notice { reference: reference(), published_at: long_ago, effective_at: long_ago }];
        let country = Country::parse("US").unwrap();
        let facts =
            Facts { entries, notices: &notices, rules: &rules, country, window_days: 30, doubt: false, unproved: None };
        entries.iter().map(|entry| in_law(entry, &facts)).collect()
    }

    const OUT: &str = "gai-2024-09-18";
    const EXCLUDED: &str = "gai-2024-09-18-eea-ch";

    #[test]
    fn where_it_may_be_on_without_asking_nothing_is_consent() {
        let history = [told(OUT, 0), chose(Choice::Denied, OUT, 1), chose(Choice::Allowed, OUT, 2), told(OUT, 3)];
        let expected = [Some(InLaw::NotObjected), Some(InLaw::Objected), Some(InLaw::NotObjected), None];
        assert_eq!(each(&history), expected);
        assert_eq!(each(&[chose(Choice::Denied, EXCLUDED, 0)]), [None]);
    }

    #[test]
    fn consent_is_given_refused_and_withdrawn_where_it_is_asked_for() {
        let said = [Choice::Denied, Choice::Allowed, Choice::Denied, Choice::Denied];
        let history: Vec<Entry> = (1..).zip(said).map(|(at, choice)| chose(choice, "asked", at)).collect();
        let expected = [InLaw::Refused, InLaw::Given, InLaw::Withdrawn, InLaw::Refused].map(Some);
        assert_eq!(each(&history), expected);
        assert_eq!(each(&[told("asked", 0)]), [None]);
    }

    #[test]
    fn what_does_not_fit_has_no_record() {
        let step = CaseStep { purposes: vec![AI], ..Step::Filed.into() };
        let filed = happened(Actor::Member, Event::Step { case: "OBJ-1".into(), step }, day(0));
        assert_eq!(each(&[filed, told(OUT, 1)]), [None, None]);
        let begun = happened(Actor::Default, Event::Default { purpose: AI, rule: Some(OUT.into()) }, day(0));
        let carried = Entry { actor: Actor::System, ..chose(Choice::Denied, OUT, 1) };
        let published = Entry { subject: PLATFORM.into(), ..told(OUT, 2) };
        let bare = Entry { notice: None, ..chose(Choice::Denied, OUT, 3) };
        assert_eq!(each(&[begun, carried, published, bare, chose(Choice::Denied, "gone", 4)]), [None; 5]);
    }
}
