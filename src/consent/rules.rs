//! Dated region rules, as data. Pure: a file's text in, checked rules out.

use crate::account::model::Country;
use crate::ledger::Purpose;
use crate::time::UtcMillis;
use crate::words::words;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The rules that are built in.
pub const BUILT_IN: &str = include_str!("rules.toml");

words! {
    /// What holds for somebody who has said nothing.
    pub enum DefaultRule { OptOut = "opt-out", OptIn = "opt-in", Excluded = "excluded" }
}

/// One rule, from one date on, for some countries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub id: String,
    pub purpose: Purpose,
    /// Empty means every country.
    countries: BTreeSet<String>,
    pub from: UtcMillis,
    pub default: DefaultRule,
}

/// All rules, checked: no unknown region, no gap.
#[derive(Clone, Debug, Default)]
pub struct Rules(Vec<Rule>);

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RulesError {
    #[error("the rules file cannot be read as TOML: {0}")]
    Syntax(String),
    #[error("rule {rule}: unknown region {region:?}; use ISO 3166-1 codes, names of [groups] or \"*\"")]
    UnknownRegion { rule: String, region: String },
    #[error("group {0} contains itself")]
    Circular(String),
    #[error("rule {rule}: {text:?} is not a date written YYYY-MM-DD")]
    BadDate { rule: String, text: String },
    #[error("two rules are called {0}")]
    TwoOfAName(String),
    #[error("rules {0} and {1} both hold for {2} from the same date")]
    Ambiguous(String, String, &'static str),
    #[error("there is a gap: no rule for {purpose} in {country} from {from}")]
    Gap { purpose: Purpose, country: &'static str, from: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    groups: BTreeMap<String, Vec<String>>,
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

impl File {
    /// The countries that `region` means, or nothing for "*".
    fn expand(&self, rule: &str, region: &str, within: &[&str], into: &mut BTreeSet<String>) -> Result<(), RulesError> {
        if within.contains(&region) {
            return Err(RulesError::Circular(region.into()));
        }
        if let Some(members) = self.groups.get(region) {
            let within: Vec<&str> = within.iter().copied().chain([region]).collect();
            return members.iter().try_for_each(|m| self.expand(rule, m, &within, into));
        }
        let country = Country::parse(region).filter(|c| c.alpha2() == region);
        let unknown = || RulesError::UnknownRegion { rule: rule.into(), region: region.into() };
        into.insert(country.ok_or_else(unknown)?.alpha2().into());
        Ok(())
    }
}

impl Rules {
    /// Reads and checks a rules file.
    ///
    /// # Errors
    /// Whatever is wrong, by the name of the rule and the region.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        let file: File = toml::from_str(text).map_err(|e| RulesError::Syntax(e.to_string()))?;
        let mut rules = Vec::<Rule>::new();
        for r in &file.rule {
            let mut countries = BTreeSet::new();
            if r.regions.is_empty() {
                return Err(RulesError::UnknownRegion { rule: r.id.clone(), region: String::new() });
            }
            for region in r.regions.iter().filter(|region| *region != "*") {
                file.expand(&r.id, region, &[], &mut countries)?;
            }
            if r.regions.iter().any(|region| region == "*") {
                countries.clear();
            }
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
                let mut mine: Vec<&Rule> = self.covering(purpose, country).collect();
                mine.sort_by_key(|r| (r.from, !r.countries.is_empty()));
                if mine.first().is_none_or(|r| r.from != first) {
                    return Err(RulesError::Gap { purpose, country: country.alpha2(), from: first.day() });
                }
                for pair in mine.windows(2) {
                    let same = |r: &Rule| (r.from, r.countries.is_empty());
                    if same(pair[0]) == same(pair[1]) {
                        return Err(RulesError::Ambiguous(pair[0].id.clone(), pair[1].id.clone(), country.alpha2()));
                    }
                }
            }
        }
        Ok(())
    }

    fn covering(&self, purpose: Purpose, country: Country) -> impl Iterator<Item = &Rule> {
        self.0
            .iter()
            .filter(move |r| r.purpose == purpose && (r.countries.is_empty() || r.countries.contains(country.alpha2())))
    }

    /// The rule that holds at `at`; before a purpose's first date there is none.
    pub fn at(&self, purpose: Purpose, country: Country, at: UtcMillis) -> Option<&Rule> {
        self.covering(purpose, country).filter(|r| r.from <= at).max_by_key(|r| (r.from, !r.countries.is_empty()))
    }

    /// The instants at which a country's rule for a purpose may change.
    pub fn changes(&self, purpose: Purpose, country: Country) -> impl Iterator<Item = UtcMillis> {
        self.covering(purpose, country).map(|r| r.from)
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
        ] {
            assert_eq!(default_at(country, date), expected, "{country} {date}");
        }
    }

    fn rule(id: &str, regions: &str, from: &str) -> String {
        format!(
            "[[rule]]\nid = {id:?}\npurpose = \"generative-ai-training\"\nregions = {regions}\nfrom = {from:?}\ndefault = \"opt-in\"\n"
        )
    }

    #[test]
    fn what_is_wrong_is_named() {
        let refused = |text: &str| Rules::parse(text).unwrap_err().to_string();
        assert!(refused(&rule("a", "[\"Atlantis\"]", "2024-01-01")).contains("rule a: unknown region \"Atlantis\""));
        assert!(refused(&rule("a", "[\"*\"]", "2024-02-30")).contains("rule a: \"2024-02-30\" is not a date"));
        assert!(refused(&rule("a", "[\"DE\"]", "2024-01-01")).contains("no rule for generative-ai-training in"));
        let late = rule("a", "[\"DE\"]", "2024-01-01") + &rule("b", "[\"*\"]", "2024-02-01");
        assert!(refused(&late).contains("there is a gap"));
        assert!(
            refused(&(rule("a", "[\"*\"]", "2024-01-01") + &rule("a", "[\"DE\"]", "2024-01-01"))).contains("two rules")
        );
        let twice = rule("a", "[\"*\"]", "2024-01-01") + &rule("b", "[\"*\"]", "2024-01-01");
        assert!(refused(&twice).contains("both hold for"));
        assert!(refused("[groups]\nA = [\"A\"]\n[[rule]]\nid=\"r\"\npurpose=\"research\"\nregions=[\"A\"]\nfrom=\"2024-01-01\"\ndefault=\"opt-in\"").contains("contains itself"));
        assert!(refused("rule = 3").contains("TOML"));
    }
}
