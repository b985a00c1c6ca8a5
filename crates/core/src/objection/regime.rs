//! What holds where somebody lives: how long an answer may take, to whom one can complain, and what
//! a court can do. Data, not `if`s. Pure: a file's text in, checked regimes out; [`for_region`]
//! asks those in force, which are the built-in ones unless a start has put others there.

use super::deadline::Answer;
use crate::account::model::Country;
use crate::account::regions::{self, RegionError, Width};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::OnceLock;

/// The regimes that are built in.
pub const BUILT_IN: &str = include_str!("regimes.toml");

/// Where somebody lives, as far as the law makes a difference: a country, or California within the
/// United States.
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

    /// Where they live; in California it is the United States.
    pub fn country(self) -> Country {
        self.country
    }

    /// Whether it is California.
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
    /// What the file calls it, such as in a message about it.
    pub id: String,
    /// How long the answer may take.
    pub answer: Answer,
    /// One at least; where there are several, any of them.
    pub authorities: Vec<Authority>,
    /// What a court can do, in one plain sentence.
    pub court: String,
    /// After how many days somebody who complained is told where the complaint stands, if that is
    /// not left to the house ([`progress`](super::progress)).
    pub complaint_progress_days: Option<u8>,
}

impl Regime {
    /// In one sentence, without links: `You can complain to the Irish Data Protection Commission
    /// (https://…).`
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

/// All regimes, checked: no unknown region, and one for every country.
#[derive(Clone, Debug)]
pub struct Regimes {
    /// How narrowly it is named, and the regime's place in `all`.
    by_region: BTreeMap<Region, (Width, usize)>,
    all: Vec<Regime>,
}

/// Why a regimes file cannot be taken. Regimes and courts are named by their names in it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RegimesError {
    /// The file is no TOML, or has a field that is unknown, missing or of another type.
    #[error("the regimes file cannot be read as TOML: {0}")]
    Syntax(String),
    /// A regime names a region that there is none of.
    #[error("regime {regime}: {error}")]
    Region {
        /// The regime that names it.
        regime: String,
        /// What is wrong with the name, and what to write instead.
        error: RegionError,
    },
    /// A regime covers no country, so it would never hold.
    #[error("regime {0} names no region")]
    NoRegion(String),
    /// Two regimes name a country equally narrowly.
    #[error("regimes {0} and {1} both cover {2}")]
    Ambiguous(String, String, String),
    /// Nobody could tell two regimes of this name apart.
    #[error("two regimes are called {0}")]
    TwoOfAName(String),
    /// A country has no regime.
    #[error("there is a gap: no regime covers {0}")]
    Gap(String),
    /// A regime names a court that the file does not have.
    #[error("regime {regime}: no court is called {court:?}")]
    UnknownCourt {
        /// The regime that names it.
        regime: String,
        /// The name that it has there.
        court: String,
    },
    /// A court's text cannot stand in a letter as it is.
    #[error("court {0} is not one sentence that ends with a full stop")]
    NoSentence(String),
    /// A court that no regime names was probably meant by one.
    #[error("court {0} is used by no regime")]
    Unused(String),
    /// Nobody could be told to whom they can complain.
    #[error("regime {0} names no authority")]
    NoAuthority(String),
    /// News would come with the acknowledgement, or when the answer is due.
    #[error("regime {0}: complaint-progress-days is not from 1 to 29")]
    ProgressDays(String),
    /// A link in a letter would lead nowhere, or not by TLS.
    #[error("regime {regime}: {website:?} is not a website that begins with https://")]
    BadWebsite {
        /// The regime that has it.
        regime: String,
        /// What it has there.
        website: String,
    },
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
    #[serde(rename = "complaint-progress-days")]
    complaint_progress_days: Option<u8>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FileAnswer {
    OneMonth,
    FifteenBusinessDays,
}

impl FileRegime {
    /// The regions it speaks for; `US-CA`, within a country, is as narrow as a code.
    fn regions(&self) -> Result<BTreeMap<Region, Width>, RegimesError> {
        let mut all = BTreeMap::new();
        for name in &self.regions {
            let california = Region::parse(name).filter(|region| region.is_california());
            let (width, members) = if let Some(california) = california {
                (Width::Code, vec![california])
            } else {
                let refused = |error| RegimesError::Region { regime: self.id.clone(), error };
                let (width, countries) = regions::built_in().expand(name).map_err(refused)?;
                (width, countries.into_iter().map(Region::from).collect())
            };
            for region in members {
                if all.insert(region, width).is_some() {
                    return Err(RegimesError::Ambiguous(self.id.clone(), self.id.clone(), region.to_string()));
                }
            }
        }
        if all.is_empty() { Err(RegimesError::NoRegion(self.id.clone())) } else { Ok(all) }
    }

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
        let complaint_progress_days = self.complaint_progress_days;
        if complaint_progress_days.is_some_and(|days| !(1..30).contains(&days)) {
            return Err(RegimesError::ProgressDays(id));
        }
        Ok(Regime { id, answer, authorities: self.authorities.clone(), court: court.clone(), complaint_progress_days })
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
        let mut by_region = BTreeMap::<Region, (Width, usize)>::new();
        let mut all = Vec::<Regime>::new();
        for (index, raw) in file.regime.iter().enumerate() {
            let regime = raw.check(&file.courts)?;
            if all.iter().any(|known| known.id == regime.id) {
                return Err(RegimesError::TwoOfAName(regime.id));
            }
            for (region, width) in raw.regions()? {
                let before = by_region.get(&region).copied();
                if let Some(first) = before.filter(|(known, _)| *known == width).and_then(|(_, i)| all.get(i)) {
                    return Err(RegimesError::Ambiguous(first.id.clone(), regime.id, region.to_string()));
                }
                if before.is_none_or(|(known, _)| known < width) {
                    by_region.insert(region, (width, index));
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
        match Country::all().into_iter().find(|country| !by_region.contains_key(&Region::from(*country))) {
            Some(country) => Err(RegimesError::Gap(country.to_string())),
            None => Ok(Self { by_region, all }),
        }
    }

    /// What holds in `region`: there is always something, since each country is reached, and
    /// California is within one.
    pub fn for_region(&self, region: Region) -> &Regime {
        let found = self.by_region.get(&region).or_else(|| self.by_region.get(&region.country.into()));
        &self.all[found.map_or(0, |(_, index)| *index)]
    }
}

/// The regimes that this process goes by.
static IN_FORCE: OnceLock<Regimes> = OnceLock::new();

/// Has these regimes hold from now on. It is done once, at the start, before anything asks what
/// holds; then those that hold already stay, and this answers false.
pub fn put_in_force(regimes: Regimes) -> bool {
    IN_FORCE.set(regimes).is_ok()
}

/// What holds in `region` by the regimes in force.
pub fn for_region(region: Region) -> &'static Regime {
    IN_FORCE.get_or_init(built_in).for_region(region)
}

fn built_in() -> Regimes {
    Regimes::parse(BUILT_IN).expect("the built-in regimes are checked by a test")
}

#[cfg(test)]
#[path = "regime_tests.rs"]
mod tests;
