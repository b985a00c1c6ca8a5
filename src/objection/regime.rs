//! What holds where somebody lives: how long an answer may take, to whom one can complain, and what a court can do. Data, not
//! `if`s. Pure: a file's text in, checked regimes out; [`for_region`] asks those that are built in.

use super::deadline::Answer;
use crate::account::model::Country;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::LazyLock;

/// The regimes that are built in.
pub const BUILT_IN: &str = include_str!("regimes.toml");

/// Where somebody lives, as far as the law makes a difference: a country, or California within the United States.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region {
    country: Country,
    california: bool,
}

impl Region {
    /// `california` counts in the United States only.
    pub fn new(country: Country, california: bool) -> Self {
        Self { country, california: california && country.alpha2() == "US" }
    }

    /// `DE`, or `US-CA` (ISO 3166-1 and 3166-2), in capitals, as [`fmt::Display`] writes it.
    pub fn parse(code: &str) -> Option<Self> {
        let (country, california) = code.strip_suffix("-CA").map_or((code, false), |country| (country, true));
        let country = Country::parse(country).filter(|c| c.alpha2() == country)?;
        (!california || country.alpha2() == "US").then_some(Self { country, california })
    }

    pub fn country(self) -> Country {
        self.country
    }

    pub fn is_california(self) -> bool {
        self.california
    }

    /// For a sentence: `Germany`, or `California`.
    pub fn name(self) -> &'static str {
        if self.california { "California" } else { self.country.name() }
    }
}

impl From<Country> for Region {
    fn from(country: Country) -> Self {
        Self::new(country, false)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.country.alpha2(), if self.california { "-CA" } else { "" })
    }
}

/// Somebody to complain to, besides us.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// As it stands inside a sentence: `the Irish Data Protection Commission`.
    pub name: String,
    /// Where it has one address for everybody; always `https`.
    pub website: Option<String>,
}

/// What holds in some regions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regime {
    pub id: String,
    pub answer: Answer,
    /// One at least; where there are several, any of them.
    pub authorities: Vec<Authority>,
    /// What a court can do, in one plain sentence.
    pub court: String,
}

impl Regime {
    /// In one sentence, without links: `You can complain to the Irish Data Protection Commission (https://…).`
    pub fn complain(&self) -> String {
        let to: Vec<&str> = self.authorities.iter().map(|a| a.name.as_str()).collect();
        format!("You can complain to {}.", to.join(" or to "))
    }

    /// The authorities' websites, each with the name that stands at the beginning of a line.
    pub fn websites(&self) -> impl Iterator<Item = (String, String)> {
        self.authorities.iter().filter_map(|a| {
            let mut rest = a.name.chars();
            let first = rest.next().map(char::to_uppercase);
            Some((first.into_iter().flatten().chain(rest).collect(), a.website.clone()?))
        })
    }
}

/// All regimes, checked: no unknown region, and one for everybody.
#[derive(Clone, Debug)]
pub struct Regimes {
    by_region: BTreeMap<Region, usize>,
    general: usize,
    all: Vec<Regime>,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RegimesError {
    #[error("the regimes file cannot be read as TOML: {0}")]
    Syntax(String),
    #[error("regime {regime}: unknown region {region:?}; use ISO 3166-1 codes, US-CA or \"*\"")]
    UnknownRegion { regime: String, region: String },
    #[error("regime {0} names no region")]
    NoRegion(String),
    #[error("regimes {0} and {1} both speak for {2}")]
    Ambiguous(String, String, String),
    #[error("two regimes are called {0}")]
    TwoOfAName(String),
    #[error("there is a gap: exactly one regime has the regions [\"*\"], and none does")]
    NoGeneral,
    #[error("regime {regime}: no court is called {court:?}")]
    UnknownCourt { regime: String, court: String },
    #[error("court {0} is not one sentence that ends with a full stop")]
    NoSentence(String),
    #[error("court {0} is used by no regime")]
    Unused(String),
    #[error("regime {0} names no authority")]
    NoAuthority(String),
    #[error("regime {regime}: {website:?} is not a website that begins with https://")]
    BadWebsite { regime: String, website: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    courts: BTreeMap<String, String>,
    regime: Vec<FileRegime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRegime {
    id: String,
    regions: Vec<String>,
    answer: FileAnswer,
    authorities: Vec<Authority>,
    court: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FileAnswer {
    OneMonth,
    FifteenBusinessDays,
}

impl FileRegime {
    /// The regime by itself.
    fn check(&self, courts: &BTreeMap<String, String>) -> Result<Regime, RegimesError> {
        let id = self.id.clone();
        if self.authorities.is_empty() || self.authorities.iter().any(|a| a.name.trim().is_empty()) {
            return Err(RegimesError::NoAuthority(id));
        }
        let bad = |site: &&String| !site.strip_prefix("https://").is_some_and(|host| host.contains('.'));
        if let Some(website) = self.authorities.iter().filter_map(|a| a.website.as_ref()).find(bad) {
            return Err(RegimesError::BadWebsite { regime: id, website: website.clone() });
        }
        let Some(court) = courts.get(&self.court) else {
            return Err(RegimesError::UnknownCourt { regime: id, court: self.court.clone() });
        };
        let answer = match self.answer {
            FileAnswer::OneMonth => Answer::OneMonth,
            FileAnswer::FifteenBusinessDays => Answer::BusinessDays(15),
        };
        Ok(Regime { id, answer, authorities: self.authorities.clone(), court: court.clone() })
    }
}

impl Regimes {
    /// Reads and checks a regimes file.
    ///
    /// # Errors
    /// Whatever is wrong, by the name of the regime, the region or the court.
    pub fn parse(text: &str) -> Result<Self, RegimesError> {
        let file: File = toml::from_str(text).map_err(|e| RegimesError::Syntax(e.to_string()))?;
        let mut used = BTreeSet::new();
        let mut by_region = BTreeMap::<Region, usize>::new();
        let mut general = None::<usize>;
        let mut all = Vec::<Regime>::new();
        for (index, raw) in file.regime.iter().enumerate() {
            let regime = raw.check(&file.courts)?;
            if all.iter().any(|known| known.id == regime.id) {
                return Err(RegimesError::TwoOfAName(regime.id));
            }
            if raw.regions.is_empty() {
                return Err(RegimesError::NoRegion(regime.id));
            }
            for region in &raw.regions {
                let before = if region == "*" {
                    general.replace(index)
                } else {
                    let known = Region::parse(region).ok_or_else(|| RegimesError::UnknownRegion {
                        regime: regime.id.clone(),
                        region: region.clone(),
                    })?;
                    by_region.insert(known, index)
                };
                if let Some(before) = before {
                    let first = all.get(before).map_or(&regime.id, |r: &Regime| &r.id);
                    return Err(RegimesError::Ambiguous(first.clone(), regime.id, region.clone()));
                }
            }
            used.insert(raw.court.clone());
            all.push(regime);
        }
        for (name, sentence) in &file.courts {
            if !sentence.ends_with('.') || sentence.contains('\n') {
                return Err(RegimesError::NoSentence(name.clone()));
            }
            if !used.contains(name) {
                return Err(RegimesError::Unused(name.clone()));
            }
        }
        Ok(Self { by_region, general: general.ok_or(RegimesError::NoGeneral)?, all })
    }

    /// What holds in `region`: there is always something.
    pub fn for_region(&self, region: Region) -> &Regime {
        &self.all[self.by_region.get(&region).copied().unwrap_or(self.general)]
    }
}

/// What holds in `region` by the regimes that are built in.
pub fn for_region(region: Region) -> &'static Regime {
    static REGIMES: LazyLock<Regimes> =
        LazyLock::new(|| Regimes::parse(BUILT_IN).expect("the built-in regimes are checked by a test"));
    REGIMES.for_region(region)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(code: &str) -> Region {
        Region::parse(code).unwrap()
    }

    #[test]
    fn every_country_has_an_authority_and_a_court() {
        Regimes::parse(BUILT_IN).unwrap();
        for country in Country::all() {
            let regime = for_region(country.into());
            assert!(regime.complain().starts_with("You can complain to the "), "{}", country.name());
            assert!(regime.court.starts_with(|c: char| c.is_ascii_uppercase()) && regime.court.ends_with('.'));
            assert_eq!(regime.answer, Answer::OneMonth, "{}", country.name());
        }
    }

    #[test]
    fn every_country_of_the_gdpr_has_its_own_authority_and_article_79() {
        let codes = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO";
        let mut names = BTreeSet::new();
        for code in codes.split(' ') {
            let regime = for_region(region(code));
            assert!(regime.court.contains("GDPR, Article 79"), "{code}");
            assert!(regime.authorities.iter().any(|a| a.website.is_some()), "{code}");
            assert!(names.insert(regime.complain()), "{code} has an authority of another country");
        }
        assert_eq!(names.len(), 30);
    }

    #[test]
    fn those_with_an_authority_of_their_own_are_not_told_to_look_for_it() {
        for code in "GB CH CA HK BR JP KR AU NZ IN ZA SG IL AR MX TR PH TH MY US US-CA".split(' ') {
            let regime = for_region(region(code));
            assert_eq!(regime.id, code.to_lowercase());
            assert!(regime.authorities.iter().any(|a| a.website.is_some()), "{code}");
        }
        assert_eq!(for_region(region("IE")).complain(), "You can complain to the Irish Data Protection Commission.");
        let websites: Vec<_> = for_region(region("IE")).websites().collect();
        let (name, website) = ("The Irish Data Protection Commission", "https://www.dataprotection.ie");
        assert_eq!(websites, [(name.to_owned(), website.to_owned())]);
        assert_eq!(
            for_region(region("KE")).complain(),
            "You can complain to the data protection or consumer protection authority where you live."
        );
    }

    #[test]
    fn california_is_in_the_united_states_and_answers_in_business_days() {
        let us = Country::parse("US").unwrap();
        assert_eq!(for_region(Region::new(us, true)).answer, Answer::BusinessDays(15));
        assert_eq!(for_region(Region::new(us, false)).answer, Answer::OneMonth);
        assert_eq!(Region::new(Country::parse("DE").unwrap(), true), region("DE"));
        assert_eq!(Region::new(us, true).name(), "California");
    }

    #[test]
    fn a_region_is_read_as_it_is_written() {
        for country in Country::all() {
            assert_eq!(Region::parse(&Region::from(country).to_string()), Some(country.into()));
        }
        assert_eq!(region("US-CA").to_string(), "US-CA");
        for bad in ["", "us", "XX", "DE-CA", "US-NY", "US-CA-CA", "-CA", "USA"] {
            assert_eq!(Region::parse(bad), None, "{bad:?}");
        }
    }

    const COURTS: &str = "[courts]\nany = \"A court.\"\n";

    fn regime(id: &str, regions: &str) -> String {
        format!(
            "[[regime]]\nid = {id:?}\nregions = {regions}\nanswer = \"one-month\"\nauthorities = [{{ name = \"the authority\" }}]\ncourt = \"any\"\n"
        )
    }

    #[test]
    fn what_is_wrong_is_named() {
        let general = regime("general", "[\"*\"]");
        let refused = |text: &str| Regimes::parse(&format!("{COURTS}{text}")).unwrap_err().to_string();
        let with = |text: &str| refused(&format!("{general}{text}"));
        assert!(with(&regime("a", "[\"Atlantis\"]")).contains("regime a: unknown region \"Atlantis\""));
        assert!(with(&regime("a", "[\"DE-CA\"]")).contains("regime a: unknown region \"DE-CA\""));
        assert!(with(&regime("a", "[]")).contains("regime a names no region"));
        assert!(with(&regime("general", "[\"DE\"]")).contains("two regimes are called general"));
        assert!(with(&regime("a", "[\"DE\", \"DE\"]")).contains("regimes a and a both speak for DE"));
        let twice = regime("a", "[\"DE\"]") + &regime("b", "[\"DE\"]");
        assert!(with(&twice).contains("regimes a and b both speak for DE"));
        assert!(with(&regime("a", "[\"*\"]")).contains("regimes general and a both speak for *"));
        assert!(refused(&regime("a", "[\"DE\"]")).contains("there is a gap"));
        let court = general.replace("court = \"any\"", "court = \"none\"");
        assert!(refused(&court).contains("regime general: no court is called \"none\""));
        assert!(refused(&general.replace("{ name = \"the authority\" }", "")).contains("general names no authority"));
        let http = general.replace("the authority\"", "the authority\", website = \"http://a.b\"");
        assert!(refused(&http).contains("regime general: \"http://a.b\" is not a website"));
        assert!(refused(&general.replace("one-month", "soon")).contains("TOML"));
        assert!(refused(&general.replace("court =", "phone = \"1\"\ncourt =")).contains("unknown field `phone`"));
        let unended = Regimes::parse(&format!("[courts]\nany = \"A court\"\n{general}")).unwrap_err().to_string();
        assert!(unended.contains("court any is not one sentence"));
        let unused = Regimes::parse(&format!("{COURTS}other = \"Another.\"\n{general}")).unwrap_err().to_string();
        assert!(unused.contains("court other is used by no regime"));
    }
}
