//! Dated region rules, as data. Pure: a file's text in, checked rules out.

use crate::account::model::Country;
use crate::account::regions::{self, RegionError, Regions, Width};
use crate::ledger::Purpose;
use crate::string_enum;
use crate::text::unseen;
use crate::time::UtcMillis;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Characters that a rule's id may have: entries name the rule for good.
const ID_MAX: usize = 100;

/// The rules that are built in.
pub const BUILT_IN: &str = include_str!("rules.toml");

string_enum! {
    /// What holds for somebody who has said nothing.
    pub enum DefaultRule {
        /// On unless denied, once the member was told and the notice period has run out. The legal
        /// basis is legitimate interest (GDPR, Article 6(1)(f)).
        OptOut = "opt-out",
        /// Off unless allowed. The legal basis is consent (GDPR, Article 6(1)(a)).
        OptIn = "opt-in",
        /// Off, and not offered.
        Excluded = "excluded",
    }
}

/// One rule, from one date on, for some countries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What entries name the rule by, for good.
    pub id: String,
    /// The one purpose that it is about.
    pub purpose: Purpose,
    /// How narrowly each country is named that this holds for.
    countries: BTreeMap<Country, Width>,
    /// Its first instant, a midnight in UTC; it holds until a later rule begins.
    pub from: UtcMillis,
    /// What holds for somebody there who has said nothing.
    pub default: DefaultRule,
}

/// All rules, checked: no unknown region, no gap.
#[derive(Clone, Debug, Default)]
pub struct Rules(Vec<Rule>);

/// Why a rules file cannot be taken. Rules are named by their ids, countries as `Germany (DE)`.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RulesError {
    /// The file is no TOML, or has a field that is unknown, missing or of another type.
    #[error("the rules file cannot be read as TOML: {0}")]
    Syntax(String),
    /// A rule names a region that there is none of.
    #[error("rule {rule}: {error}")]
    Region {
        /// The rule that names it.
        rule: String,
        /// What is wrong with the name, and what to write instead.
        error: RegionError,
    },
    /// A rule reaches no country, so it would never hold.
    #[error("rule {0} names no region")]
    NoRegion(String),
    /// The file has these groups of its own.
    #[error("a rules file has no groups of its own, since who belongs where is one list; name codes instead of {0}")]
    OwnGroups(String),
    /// A rule begins on no day.
    #[error("rule {rule}: {text:?} is not a date written YYYY-MM-DD")]
    BadDate {
        /// The rule without a date.
        rule: String,
        /// What it has as `from`.
        text: String,
    },
    /// Entries could not name a rule by this id in a way that people can read.
    #[error("rule {0:?}: an id has 1 to {ID_MAX} characters, all of which can be read, without blanks around it")]
    BadId(String),
    /// Entries could not tell two rules with this id apart.
    #[error("two rules are called {0}")]
    TwoOfAName(String),
    /// Two rules name a country equally narrowly, from the same date on.
    #[error("rules {0} and {1} both apply to {2} from the same date")]
    Ambiguous(String, String, String),
    /// A country has no rule from the purpose's first date on.
    #[error("there is a gap: no rule for {purpose} in {country} from {from}")]
    Gap {
        /// The purpose, which has a rule elsewhere.
        purpose: Purpose,
        /// The country without one.
        country: String,
        /// The purpose's first date, such as `18 September 2024`.
        from: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Files of before had some: they are refused by name, and not as a field that is unknown.
    #[serde(default)]
    groups: toml::Table,
    rule: Vec<FileRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRule {
    id: String,
    purpose: Purpose,
    regions: Vec<String>,
    from: String,
    default: DefaultRule,
}

impl FileRule {
    fn countries(&self, all: &Regions) -> Result<BTreeMap<Country, Width>, RulesError> {
        let mut countries = BTreeMap::new();
        for region in &self.regions {
            let refused = |error| RulesError::Region { rule: self.id.clone(), error };
            let (width, members) = all.expand(region).map_err(refused)?;
            for country in members {
                let known = countries.entry(country).or_insert(width);
                *known = width.max(*known);
            }
        }
        if countries.is_empty() { Err(RulesError::NoRegion(self.id.clone())) } else { Ok(countries) }
    }
}

impl Rules {
    /// Reads and checks a rules file.
    ///
    /// # Errors
    /// Whatever is wrong, by the name of the rule and the region.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        let file: File = toml::from_str(text).map_err(|e| RulesError::Syntax(e.to_string()))?;
        if !file.groups.is_empty() {
            return Err(RulesError::OwnGroups(file.groups.keys().cloned().collect::<Vec<_>>().join(", ")));
        }
        let mut rules = Vec::<Rule>::new();
        for r in &file.rule {
            let hidden = r.id.contains(char::is_control) || unseen(&r.id).is_some();
            if hidden || r.id.trim() != r.id || !(1..=ID_MAX).contains(&r.id.chars().count()) {
                return Err(RulesError::BadId(r.id.clone()));
            }
            let countries = r.countries(regions::built_in())?;
            let from = UtcMillis::from_date(&r.from)
                .ok_or_else(|| RulesError::BadDate { rule: r.id.clone(), text: r.from.clone() })?;
            if rules.iter().any(|known| known.id == r.id) {
                return Err(RulesError::TwoOfAName(r.id.clone()));
            }
            rules.push(Rule { id: r.id.clone(), purpose: r.purpose, countries, from, default: r.default });
        }
        let rules = Self(rules);
        rules.check()?;
        Ok(rules)
    }

    fn check(&self) -> Result<(), RulesError> {
        for purpose in Purpose::ALL.iter().copied() {
            let Some(first) = self.0.iter().filter(|r| r.purpose == purpose).map(|r| r.from).min() else { continue };
            for country in Country::all() {
                let mut mine: Vec<_> = self.covering(purpose, country).collect();
                mine.sort_by_key(|(rule, width)| (rule.from, *width));
                if mine.first().is_none_or(|(rule, _)| rule.from != first) {
                    return Err(RulesError::Gap { purpose, country: country.to_string(), from: first.day() });
                }
                for pair in mine.windows(2) {
                    let ((one, width), (other, as_wide)) = (pair[0], pair[1]);
                    if (one.from, width) == (other.from, as_wide) {
                        return Err(RulesError::Ambiguous(one.id.clone(), other.id.clone(), country.to_string()));
                    }
                }
            }
        }
        Ok(())
    }

    fn covering(&self, purpose: Purpose, country: Country) -> impl Iterator<Item = (&Rule, Width)> {
        let mine = self.0.iter().filter(move |r| r.purpose == purpose);
        mine.filter_map(move |r| r.countries.get(&country).map(|width| (r, *width)))
    }

    /// The rule that holds at `at`; before a purpose's first date there is none.
    pub fn at(&self, purpose: Purpose, country: Country, at: UtcMillis) -> Option<&Rule> {
        let begun = self.covering(purpose, country).filter(|(rule, _)| rule.from <= at);
        begun.max_by_key(|(rule, width)| (rule.from, *width)).map(|(rule, _)| rule)
    }

    /// The rule with this id, by which entries name it.
    pub fn called(&self, id: &str) -> Option<&Rule> {
        self.0.iter().find(|rule| rule.id == id)
    }

    /// The instants at which a country's rule for a purpose may change.
    pub fn changes(&self, purpose: Purpose, country: Country) -> impl Iterator<Item = UtcMillis> {
        self.covering(purpose, country).map(|(rule, _)| rule.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn default_at(country: &str, date: &str) -> Option<DefaultRule> {
        let rules = Rules::parse(BUILT_IN).unwrap();
        let (country, at) = (Country::parse(country).unwrap(), UtcMillis::from_date(date).unwrap());
        rules.at(Purpose::GenerativeAiTraining, country, at).map(|r| r.default)
    }

    #[test]
    fn the_built_in_rules_are_those_of_public_reporting() {
        use DefaultRule::{Excluded, OptOut};
        for (country, date, expected) in [
            ("US", "2024-09-17", None),
            ("US", "2024-09-18", Some(OptOut)),
            ("DE", "2024-09-18", Some(Excluded)),
            ("NO", "2024-09-18", Some(Excluded)),
            ("CH", "2025-11-02", Some(Excluded)),
            ("GB", "2024-09-19", Some(OptOut)),
            ("GB", "2024-09-20", Some(Excluded)),
            ("DE", "2025-11-03", Some(OptOut)),
            ("GB", "2025-11-03", Some(OptOut)),
            ("CA", "2024-10-01", Some(OptOut)),
            ("HK", "2025-11-03", Some(OptOut)),
            ("RE", "2025-11-02", Some(Excluded)),
            ("RE", "2025-11-03", Some(OptOut)),
            ("AX", "2025-11-02", Some(Excluded)),
            ("AX", "2025-11-03", Some(OptOut)),
            ("MC", "2024-09-18", Some(OptOut)),
            ("XK", "2024-09-18", Some(OptOut)),
            ("MO", "2024-09-18", Some(OptOut)),
            ("NC", "2024-09-18", Some(Excluded)),
            ("NC", "2026-11-23", Some(Excluded)),
            ("JE", "2024-09-18", Some(Excluded)),
            ("JE", "2026-11-23", Some(Excluded)),
            ("BM", "2026-11-23", Some(Excluded)),
        ] {
            assert_eq!(default_at(country, date), expected, "{country} {date}");
        }
    }

    fn rule(id: &str, regions: &str, from: &str) -> String {
        format!(
            "[[rule]]\nid = {id:?}\npurpose = \"generative-ai-training\"\nregions = {regions}\nfrom = {from:?}\ndefault = \"opt-in\"\n"
        )
    }

    /// A rule of the same date for everybody, and more.
    fn everybody(more: &str) -> String {
        rule("all", &regions::built_in().everybody(), "2024-01-01") + more
    }

    fn id_in(text: &str, code: &str, date: &str) -> Option<String> {
        let (country, at) = (Country::parse(code).unwrap(), UtcMillis::from_date(date).unwrap());
        Rules::parse(text).unwrap().at(Purpose::GenerativeAiTraining, country, at).map(|r| r.id.clone())
    }

    #[test]
    fn on_one_date_a_code_beats_a_group_and_a_later_date_beats_both() {
        let text = everybody(&(rule("one", "[\"FR\"]", "2024-01-01") + &rule("later", "[\"EU\"]", "2024-02-01")));
        for (code, date, expected) in [
            ("DE", "2024-01-01", "all"),
            ("FR", "2024-01-01", "one"),
            ("RE", "2024-01-01", "one"),
            ("FR", "2024-02-01", "later"),
            ("RE", "2024-02-01", "later"),
            ("NC", "2024-02-01", "all"),
        ] {
            assert_eq!(id_in(&text, code, date).as_deref(), Some(expected), "{code} {date}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let refused = |text: &str| Rules::parse(text).unwrap_err().to_string();
        assert!(refused(&rule("a", "[\"Atlantis\"]", "2024-01-01")).contains("rule a: unknown region \"Atlantis\""));
        let everywhere = refused(&rule("a", "[\"*\"]", "2024-01-01"));
        assert!(everywhere.starts_with("rule a: \"*\" is not a region"), "{everywhere}");
        assert!(everywhere.contains(&regions::built_in().everybody()), "{everywhere}");
        assert!(refused(&rule("a", "[\"EU\", \"*\"]", "2024-01-01")).contains("\"*\" is not a region"));
        let part = refused(&everybody(&rule("b", "[\"RE\"]", "2024-01-01")));
        assert!(part.contains("rule b: Réunion (RE) is not a region by itself") && part.contains("France (FR)"));
        assert_eq!(refused(&rule("a", "[]", "2024-01-01")), "rule a names no region");
        assert!(refused(&rule("a", "[\"EU\"]", "2024-02-30")).contains("rule a: \"2024-02-30\" is not a date"));
        assert!(refused(&rule("a", "[\"DE\"]", "2024-01-01")).contains("no rule for generative-ai-training in"));
        let without = regions::built_in().everybody().replace("\"Hong-Kong\", ", "");
        let gap = refused(&rule("a", &without, "2024-01-01"));
        assert_eq!(gap, "there is a gap: no rule for generative-ai-training in Hong Kong (HK) from 1 January 2024");
        let late = rule("a", "[\"DE\"]", "2023-01-01") + &everybody("");
        assert!(refused(&late).contains("there is a gap"));
        assert!(refused(&everybody(&rule("all", "[\"DE\"]", "2024-01-01"))).contains("two rules"));
        let by_groups = everybody(&rule("b", "[\"EEA\"]", "2024-01-01"));
        assert!(refused(&by_groups).contains("rules all and b both apply to"), "{}", refused(&by_groups));
        let by_code = rule("b", "[\"DE\"]", "2024-01-01") + &rule("c", "[\"DE\"]", "2024-01-01");
        assert!(refused(&everybody(&by_code)).contains("rules b and c both apply to Germany (DE)"));
        let own = refused(&format!("[groups]\nEU = [\"DE\"]\n{}", everybody("")));
        assert!(own.contains("no groups of its own") && own.contains("EU"), "{own}");
        for id in ["", " a", "a\u{200b}", "a\\u0007", &"a".repeat(ID_MAX + 1)] {
            let said = refused(&rule("ID", "[\"DE\"]", "2024-01-01").replace("ID", id));
            assert!(said.contains("an id has 1 to 100 characters"), "{id:?}: {said}");
        }
        assert!(refused(&rule("a", "[\"EU\"]", "20240201")).contains("is not a date written YYYY-MM-DD"));
        assert!(refused("rule = 3").contains("TOML"));
    }
}
