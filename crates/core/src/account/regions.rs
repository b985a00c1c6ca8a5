//! Who belongs where: groups of countries, as data. Pure: a file's text in, checked groups out.
//! Rules and regimes name these groups, so that they cannot disagree about who is meant.

use super::model::Country;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The list that is built in.
pub const BUILT_IN: &str = include_str!("regions.toml");

/// How a region reaches a country. What is narrower wins, and counts as greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Width {
    Group,
    Code,
}

/// A name that cannot stand in a list of regions, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionError {
    /// A name that is no code, group or union.
    #[error("unknown region {name:?}; use ISO 3166-1 codes, or the groups and unions {known}")]
    Unknown {
        /// The name as it was written.
        name: String,
        /// Every group and union, with commas between them.
        known: String,
    },
    /// The name is `*`, in whose place this list of all groups stands.
    #[error(
        "\"*\" is not a region, because it would include countries that nobody has considered; to mean all, write {0}"
    )]
    Everybody(String),
    /// The code is that of a part in which the law of the whole country holds.
    #[error("{part} is not a region by itself, since the law is that of {whole}; write {code:?}")]
    Part {
        /// The part, by its name and code.
        part: String,
        /// The country that it is a part of, by its name and code.
        whole: String,
        /// The code to write instead.
        code: &'static str,
    },
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum RegionsError {
    #[error("the list of regions cannot be read as TOML: {0}")]
    Syntax(String),
    #[error("group {group}: {code:?} is not a country's code")]
    UnknownCode { group: String, code: String },
    #[error("{country} is listed twice, in {first} and in {second}")]
    Twice { country: String, first: String, second: String },
    #[error("{0} is in no group")]
    Missing(String),
    #[error("group {group}: {whole} has parts and is not in it")]
    NoWhole { group: String, whole: String },
    #[error("two groups or unions are called {0}, or it is a country's code")]
    TwoOfAName(String),
    #[error("union {union}: no group is called {group:?}")]
    UnknownGroup { union: String, group: String },
    #[error("{0} lacks its source or its reason, or names nothing")]
    Unexplained(String),
}

/// All groups, checked: every country is in exactly one.
#[derive(Clone, Debug)]
pub struct Regions {
    /// In the order of the file.
    groups: Vec<String>,
    /// What a group's or a union's name means.
    named: BTreeMap<String, BTreeSet<Country>>,
    group_of: BTreeMap<Country, usize>,
    /// The country whose law holds in a part that has a code of its own.
    whole_of: BTreeMap<Country, Country>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    group: Vec<FileGroup>,
    #[serde(default)]
    union: Vec<FileUnion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileGroup {
    name: String,
    what: String,
    source: String,
    reason: String,
    countries: Vec<String>,
    #[serde(default)]
    parts: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileUnion {
    name: String,
    what: String,
    groups: Vec<String>,
}

/// The country of a code in capitals.
fn exact(code: &str) -> Option<Country> {
    Country::parse(code).filter(|country| country.alpha2() == code)
}

impl FileGroup {
    fn country(&self, code: &str) -> Result<Country, RegionsError> {
        exact(code).ok_or_else(|| RegionsError::UnknownCode { group: self.name.clone(), code: code.into() })
    }

    /// Each part with the country that it goes with.
    fn parts(&self) -> Result<Vec<(Country, Country)>, RegionsError> {
        let mut parts = Vec::new();
        for (whole, codes) in &self.parts {
            if !self.countries.contains(whole) {
                return Err(RegionsError::NoWhole {
                    group: self.name.clone(),
                    whole: self.country(whole)?.to_string(),
                });
            }
            let whole = self.country(whole)?;
            for code in codes {
                parts.push((self.country(code)?, whole));
            }
        }
        Ok(parts)
    }
}

impl Regions {
    /// Reads and checks a list.
    ///
    /// # Errors
    /// Whatever is wrong, by the name of the group and the country.
    pub(crate) fn parse(text: &str) -> Result<Self, RegionsError> {
        let file: File = toml::from_str(text).map_err(|e| RegionsError::Syntax(e.to_string()))?;
        let mut all =
            Self { groups: Vec::new(), named: BTreeMap::new(), group_of: BTreeMap::new(), whole_of: BTreeMap::new() };
        for group in &file.group {
            if [&group.what, &group.source, &group.reason].iter().any(|text| text.trim().is_empty()) {
                return Err(RegionsError::Unexplained(group.name.clone()));
            }
            let parts = group.parts()?;
            let mut countries = group.countries.iter().map(|c| group.country(c)).collect::<Result<Vec<_>, _>>()?;
            countries.extend(parts.iter().map(|(part, _)| *part));
            for country in &countries {
                if let Some(first) = all.group_of.insert(*country, all.groups.len()) {
                    let first = all.groups.get(first).unwrap_or(&group.name).clone();
                    return Err(RegionsError::Twice {
                        country: country.to_string(),
                        first,
                        second: group.name.clone(),
                    });
                }
            }
            all.whole_of.extend(parts);
            all.add(&group.name, countries.into_iter().collect())?;
            all.groups.push(group.name.clone());
        }
        for union in &file.union {
            if union.what.trim().is_empty() {
                return Err(RegionsError::Unexplained(union.name.clone()));
            }
            let mut countries = BTreeSet::new();
            for group in &union.groups {
                let unknown = || RegionsError::UnknownGroup { union: union.name.clone(), group: group.clone() };
                let members = all.groups.contains(group).then(|| all.named.get(group)).flatten();
                countries.extend(members.ok_or_else(unknown)?);
            }
            all.add(&union.name, countries)?;
        }
        match Country::all().into_iter().find(|country| !all.group_of.contains_key(country)) {
            Some(country) => Err(RegionsError::Missing(country.to_string())),
            None => Ok(all),
        }
    }

    fn add(&mut self, name: &str, countries: BTreeSet<Country>) -> Result<(), RegionsError> {
        if countries.is_empty() {
            return Err(RegionsError::Unexplained(name.into()));
        }
        if exact(name).is_some() || self.named.insert(name.into(), countries).is_some() {
            return Err(RegionsError::TwoOfAName(name.into()));
        }
        Ok(())
    }

    /// The countries that `region` means in a list of regions, and how narrowly.
    ///
    /// # Errors
    /// What to write instead, where it means none.
    pub(crate) fn expand(&self, region: &str) -> Result<(Width, BTreeSet<Country>), RegionError> {
        if let Some(countries) = self.named.get(region) {
            return Ok((Width::Group, countries.clone()));
        }
        if region == "*" {
            return Err(RegionError::Everybody(self.everybody()));
        }
        let Some(country) = exact(region) else {
            let known = self.named.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            return Err(RegionError::Unknown { name: region.into(), known });
        };
        if let Some(whole) = self.whole_of.get(&country) {
            return Err(RegionError::Part {
                part: country.to_string(),
                whole: whole.to_string(),
                code: whole.alpha2(),
            });
        }
        let parts = self.whole_of.iter().filter(|(_, whole)| **whole == country).map(|(part, _)| *part);
        Ok((Width::Code, parts.chain([country]).collect()))
    }

    /// The name of the one group that `country` is in.
    pub fn group_of(&self, country: Country) -> &str {
        self.group_of.get(&country).and_then(|index| self.groups.get(*index)).map_or("", String::as_str)
    }

    /// All groups, as a list of regions has to have them to mean everybody.
    pub fn everybody(&self) -> String {
        format!("{:?}", self.groups)
    }
}

/// The list that is built in.
pub fn built_in() -> &'static Regions {
    static REGIONS: LazyLock<Regions> =
        LazyLock::new(|| Regions::parse(BUILT_IN).expect("the built-in list is checked by a test"));
    &REGIONS
}

#[cfg(test)]
#[path = "regions_tests.rs"]
mod tests;
