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

/// What holds for a purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Holds {
    /// Whether it is allowed or denied at the instant of the export.
    pub holds: Choice,
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
        let purposes = purposes.flat_map(|h| [h.holds.as_str(), h.since.as_deref().unwrap_or_default(), h.because]);
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
    // Whatever a rule says about a region, this is whose it would be about.
    let why = if facts.unproved && !theirs(&holds.because) { &Because::NotProved } else { &holds.because };
    Holds { holds: holds.choice, since, because: because(why) }
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
        Because::NoRule => "no rule",
        Because::NoTime => "clock in doubt",
        Because::NotProved => "address not proved",
        Because::Carried { .. } => "address in use before",
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
