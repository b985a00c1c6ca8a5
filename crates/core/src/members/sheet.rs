//! What an export says about one member: who they are, and what holds for each purpose, in the
//! words of the product. Pure.

use super::model::FIELDS;
use crate::account::model::Member;
use crate::consent::history::periods;
use crate::consent::standing::{Because, Facts, standing};
use crate::csv_safe::{neutralise_formula, neutralise_key, runs};
use crate::ledger::{Choice, Purpose};
use crate::time::UtcMillis;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What an export says of a purpose for which no rule is in force where the member lives, and which
/// the member has not denied.
pub const NO_RULE: &str = "no rule";

/// Why a purpose is denied for somebody who has deleted their account.
const DEPARTED: &str = "account deleted";

/// What holds for a purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Holds {
    /// `allowed` or `denied` at the instant of the export, or [`NO_RULE`]: nobody has said no, and
    /// nobody may use it either.
    pub holds: &'static str,
    /// Since when it has held for this reason, as far as is recorded.
    pub since: Option<String>,
    /// Why, as [`because`] says it.
    pub because: &'static str,
}

/// One member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// Under which the platform knows them; `None` for those who signed up here.
    pub id: Option<String>,
    /// As [`parse_email`](crate::account::model::parse_email) makes it.
    pub email: String,
    /// As they or the platform wrote it, on one line.
    pub name: String,
    /// Where they live now, by the code of ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// RFC 3339 in UTC, to the second.
    pub joined: String,
    /// What holds for each [`Purpose`], by its word.
    pub purposes: BTreeMap<&'static str, Holds>,
}

impl Sheet {
    /// What is to be said about `member` at `at`, from what is recorded about them.
    pub fn of(member: Member, platform_id: Option<String>, facts: &Facts<'_>, at: UtcMillis) -> Self {
        let purposes = Purpose::ALL.iter().map(|p| (p.as_str(), holds(facts, *p, at))).collect();
        let Member { email, name, country, joined_at, .. } = member;
        Self { id: platform_id, email, name, country: country.alpha2(), joined: joined_at.rfc3339(), purposes }
    }

    /// What is to be said about a member of the platform who has deleted their account here, at
    /// that time: denied for every purpose, for good, and nothing else.
    pub fn departed(id: String, at: UtcMillis) -> Self {
        let holds = || Holds { holds: Choice::Denied.as_str(), since: Some(at.rfc3339()), because: DEPARTED };
        let purposes = Purpose::ALL.iter().map(|p| (p.as_str(), holds())).collect();
        Self { id: Some(id), email: String::new(), name: String::new(), country: "", joined: String::new(), purposes }
    }

    /// The columns of the CSV form: those of an import, then three for each purpose.
    pub fn header() -> Vec<String> {
        let purposes = Purpose::ALL.iter().flat_map(|p| [p.to_string(), format!("{p} since"), format!("{p} because")]);
        FIELDS.iter().map(ToString::to_string).chain(purposes).collect()
    }

    /// The fields of the CSV form, in which no spreadsheet runs anything. The id stands there as it
    /// is: whoever joins by another would miss a member who is denied.
    ///
    /// # Errors
    /// An id that cannot, from before such ids were refused.
    pub fn fields(&self) -> Result<Vec<Cow<'_, str>>, &str> {
        let id = self.id.as_deref().unwrap_or_default();
        if runs(id) {
            return Err(id);
        }
        let who = [
            id.into(),
            neutralise_key(&self.email),
            neutralise_formula(&self.name),
            self.country.into(),
            (&self.joined).into(),
        ];
        let purposes = Purpose::ALL.iter().filter_map(|p| self.purposes.get(p.as_str()));
        let purposes = purposes.flat_map(|h| [h.holds, h.since.as_deref().unwrap_or_default(), h.because]);
        Ok(who.into_iter().chain(purposes.map(neutralise_formula)).collect())
    }
}

fn holds(facts: &Facts<'_>, purpose: Purpose, at: UtcMillis) -> Holds {
    let last = periods(facts, purpose, at).pop();
    let since = last.as_ref().map(|period| period.from.rfc3339());
    let holds = last.map_or_else(|| standing(facts, purpose, at), |period| period.standing);
    let theirs = |because: &Because| {
        matches!(
            because,
            Because::Upheld { .. } | Because::Paused { .. } | Because::Chosen { .. } | Because::Carried { .. }
        )
    };
    // A No of theirs is never this: it counts before every rule.
    if matches!(holds.because, Because::NoRule) {
        return Holds { holds: NO_RULE, since, because: because(&holds.because) };
    }
    // Whatever a rule says about a region, this is whose it would be about.
    let why = if facts.is_unproved(at) && !theirs(&holds.because) { &Because::NotProved } else { &holds.because };
    Holds { holds: holds.choice.as_str(), since, because: because(why) }
}

/// Why, in a word or two. What somebody has not said is never called their choice.
pub const fn because(reason: &Because) -> &'static str {
    match reason {
        Because::Upheld { .. } => "objection upheld",
        Because::Paused { .. } => "paused while we decide",
        Because::Chosen { .. } => "the member's choice",
        Because::Excluded { .. } => "excluded",
        Because::NotAsked { .. } => "not asked yet",
        Because::NotTold { .. } => "not told yet",
        Because::Window { .. } => "notice period",
        Because::ByDefault { .. } => "on by default",
        Because::NoRule => NO_RULE,
        Because::NoTime => "clock in doubt",
        Because::NotProved => "address not proved",
        Because::Carried { .. } => "address in use before",
        Because::RolledBack { .. } => "records were lost",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::members::lines::Lines;
    use crate::members::model::{Format, Raw, parse};
    use proptest::prelude::*;

    #[test]
    fn the_reasons_are_the_products_words_and_none_of_them_claims_consent() {
        let (rule, from) = (String::new(), UtcMillis(0));
        let told = crate::ledger::NoticeRef {
            purpose: Purpose::Research,
            version: 1,
            language: "en".into(),
            sha256: String::new(),
        };
        let all = [
            Because::Upheld { case: String::new(), at: from },
            Because::Paused { case: String::new(), since: from },
            Because::Excluded { rule: rule.clone(), from },
            Because::NotAsked { rule: rule.clone(), from },
            Because::NotTold { rule: rule.clone(), from },
            Because::Window { rule: rule.clone(), told: from, notice: told.clone(), until: from },
            Because::ByDefault { rule, told: from, notice: told, since: from, objected: None },
            Because::NoRule,
        ];
        let said: Vec<&str> = all.iter().map(because).collect();
        assert!(said.contains(&"on by default") && said.contains(&"not asked yet"));
        for said in said {
            assert!(["consent", "agree", "choice"].iter().all(|word| !said.contains(word)), "{said}");
        }
    }

    /// Whoever reads this file stops at a No, with or without a rule; and no column goes away.
    #[test]
    fn without_a_rule_only_a_no_of_the_members_own_is_denied() {
        use crate::account::model::{Country, Unproved};
        use crate::consent::rules::Rules;
        use crate::ledger::{Actor, CaseStep, Choice, Decided, Entry, Event, Outcome, Step};
        use crate::testing::happened;
        let (rules, now) = (Rules::default(), UtcMillis::from_date("2026-11-23").unwrap());
        let chose = |choice| {
            happened(Actor::Member, Event::Choice { purpose: Purpose::Research, choice, rule: None, notice: None }, now)
        };
        let step = |actor, step| happened(actor, Event::Step { case: "OBJ-1".into(), step }, now);
        let filed = || step(Actor::Member, CaseStep { purposes: vec![Purpose::Research], ..Step::Filed.into() });
        let decided = |outcome| {
            let outcomes = vec![Decided { purpose: Purpose::Research, outcome, text: None }];
            step(Actor::PrivacyOfficer, CaseStep { outcomes, ..Step::Decided.into() })
        };
        let said = |entries: &[Entry], unproved| {
            let country = Country::parse("IE").unwrap();
            let facts =
                Facts { entries, notices: &[], rules: &rules, country, window_days: 30, doubt: false, unproved };
            holds(&facts, Purpose::Research, now)
        };
        let unproved = Unproved { from: UtcMillis(0), until: None };
        for unproved in [None, Some(unproved)] {
            let nothing = said(&[], unproved);
            assert_eq!((nothing.holds, nothing.because), ("no rule", "no rule"));
            for (entries, because) in [
                (vec![chose(Choice::Denied)], "the member's choice"),
                (vec![filed()], "paused while we decide"),
                (vec![filed(), decided(Outcome::Upheld)], "objection upheld"),
            ] {
                let holds = said(&entries, unproved);
                assert_eq!((holds.holds, holds.because), ("denied", because));
            }
        }
        let three_each = FIELDS.len() + 3 * Purpose::ALL.len();
        assert_eq!(Sheet::header().len(), three_each);
    }

    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof!["([=+@＝'; \t,\"a1(|!-]|\\PC){0,8}", "[ -~]{0,12}", "['@=+-]{0,2}[a-z0-9_-]{1,8}", any::<String>()]
    }

    proptest! {
        /// Whoever comes in comes out under the very same id, and comes in again as the same; who
        /// has an id that cannot stand in a file does not come in.
        #[test]
        fn an_id_comes_out_as_it_came_in(id in any_text(), name in any_text(), local in "[a-z0-9=+'|!_-]{1,8}") {
            let now = UtcMillis::from_date("2026-11-23").unwrap();
            let raw = Raw {
                id: id.clone(), email: format!("{local}@example.org"), name, country: "GB".into(), joined: "2019-05-01".into(),
            };
            let Ok(person) = parse(&raw, now) else { return Ok(()) };
            prop_assert_eq!(&person.id, &id);
            let sheet = Sheet {
                id: Some(person.id.clone()), email: person.email.clone(), name: person.name.clone(),
                country: person.country.alpha2(), joined: person.joined.rfc3339(), purposes: BTreeMap::new(),
            };
            let fields = sheet.fields().unwrap();
            prop_assert_eq!(&*fields[0], id.as_str());
            let mut csv = crate::csv_safe::writer(Vec::new());
            csv.write_record(FIELDS).unwrap();
            csv.write_record(fields.iter().map(|field| field.as_bytes())).unwrap();
            let file = csv.into_inner().unwrap();
            let mut lines = Lines::open(&file[..], Format::Csv).map_err(|e| e.to_string()).unwrap();
            let again = lines.read().unwrap().unwrap().fields.unwrap();
            prop_assert_eq!(parse(&again, now), Ok(person));
        }
    }
}
