//! What officers ask the queue for: which cases, and how much time they have left. Pure.

use super::case::CaseState;
use crate::account::model::Country;
use crate::ledger::Purpose;
use crate::string_enum;
use crate::time::UtcMillis;
use uuid::Uuid;

string_enum! {
    /// Where a case is in an officer's day.
    pub enum Stage {
        /// Anything that waits for an officer.
        Waiting = "waiting",
        /// Nobody has begun the review.
        New = "new",
        /// An officer works on the answer.
        UnderReview = "under-review",
        /// An answer waits for a second officer.
        SecondOfficer = "second-officer",
        /// A complaint waits for its answer, wherever else the case stands.
        Complaint = "complaint",
        /// Decided or closed, and no complaint waits.
        Answered = "answered",
        /// Withdrawn, or a duplicate of another.
        Ended = "ended",
    }

    /// How much time is left.
    pub enum Left {
        /// It was due before now.
        Overdue = "overdue",
        /// It is due within the next two days of 24 hours.
        TwoDays = "two-days",
        /// It is due later, within the next seven days of 24 hours.
        SevenDays = "seven-days",
    }
}

impl Stage {
    /// The heading over its cases.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Waiting => "All open cases",
            Self::New => "New",
            Self::UnderReview => "Under review",
            Self::SecondOfficer => "Waiting for a second officer",
            Self::Complaint => "Complaint to answer",
            Self::Answered => "Answered",
            Self::Ended => "Withdrawn or duplicate",
        }
    }

    /// Whether an officer has something to do about it.
    pub const fn waits(self) -> bool {
        !matches!(self, Self::Answered | Self::Ended)
    }

    /// Where a case is.
    pub const fn of(state: CaseState, proposed: bool, complaint: bool) -> Self {
        match state {
            _ if proposed => Self::SecondOfficer,
            _ if complaint => Self::Complaint,
            CaseState::UnderReview => Self::UnderReview,
            CaseState::Received | CaseState::Acknowledged | CaseState::AwaitingVerification => Self::New,
            CaseState::Withdrawn | CaseState::Duplicate => Self::Ended,
            CaseState::Upheld | CaseState::PartlyUpheld | CaseState::Refused | CaseState::Closed => Self::Answered,
        }
    }
}

impl Left {
    /// The words on its filter.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Overdue => "Overdue",
            Self::TwoDays => "Due within two days",
            Self::SevenDays => "Due within seven days",
        }
    }

    /// What is due from the first instant on, and before the second. Each case is under one of the
    /// three, or has more time.
    pub fn span(self, now: UtcMillis) -> (UtcMillis, UtcMillis) {
        let days = |days: i64| UtcMillis(now.0.saturating_add(days * UtcMillis::DAY));
        match self {
            Self::Overdue => (UtcMillis(i64::MIN), now),
            Self::TwoDays => (now, days(2)),
            Self::SevenDays => (days(2), days(7)),
        }
    }

    /// Under which of them something falls that is due at `due`.
    pub fn of(due: UtcMillis, now: UtcMillis) -> Option<Self> {
        Self::ALL.iter().copied().find(|left| {
            let (from, until) = left.span(now);
            from <= due && due < until
        })
    }
}

/// Whose cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// Every case, taken by an officer or not.
    #[default]
    Anybody,
    /// Those that no officer has taken.
    Nobody,
    /// Those of the officer with this id.
    One(String),
}

/// Which cases are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Where the cases are in an officer's day.
    pub stage: Stage,
    /// Only what is due so soon; `None` in stages that do not wait.
    pub left: Option<Left>,
    /// Only cases about this purpose, alone or among others.
    pub purpose: Option<Purpose>,
    /// Only cases of people who live there.
    pub country: Option<Country>,
    /// Only the cases of one officer, or of none.
    pub whose: Whose,
    /// Only what comes after this case: its time, in milliseconds, and its number.
    pub after: Option<(i64, String)>,
}

/// What stands for [`Whose::Nobody`] in an address.
pub const NOBODY: &str = "nobody";

impl Wanted {
    /// Everything of a stage.
    pub fn stage(stage: Stage) -> Self {
        Self { stage, left: None, purpose: None, country: None, whose: Whose::Anybody, after: None }
    }

    /// Reads the queue's address. Words that are none of ours ask for nothing in particular.
    pub fn parse(get: impl Fn(&str) -> String) -> Self {
        let officer = get("officer");
        let whose = match officer.as_str() {
            NOBODY => Whose::Nobody,
            id => Uuid::parse_str(id).map_or(Whose::Anybody, |id| Whose::One(id.to_string())),
        };
        let stage = Stage::parse(&get("state")).unwrap_or(Stage::Waiting);
        Self {
            stage,
            left: Left::parse(&get("due")).filter(|_| stage.waits()),
            purpose: Purpose::parse(&get("purpose")),
            country: Country::parse(&get("country")),
            whose,
            after: get("after")
                .split_once('.')
                .and_then(|(time, number)| Some((time.parse().ok()?, super::case::parse_number(number)?))),
        }
    }

    /// The address that asks for the same, from the beginning or after `after`.
    pub fn query(&self, after: Option<(i64, &str)>) -> Vec<(&'static str, String)> {
        let whose = match &self.whose {
            Whose::Anybody => String::new(),
            Whose::Nobody => NOBODY.into(),
            Whose::One(id) => id.clone(),
        };
        let pairs = [
            ("state", if self.stage == Stage::Waiting { String::new() } else { self.stage.to_string() }),
            ("due", self.left.map(|left| left.to_string()).unwrap_or_default()),
            ("purpose", self.purpose.map(|purpose| purpose.to_string()).unwrap_or_default()),
            ("country", self.country.map(|country| country.alpha2().to_owned()).unwrap_or_default()),
            ("officer", whose),
            ("after", after.map(|(time, number)| format!("{time}.{number}")).unwrap_or_default()),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Whether anything in particular is asked for.
    pub fn is_filtered(&self) -> bool {
        !self.query(None).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_overdue_from_its_due_instant_on_and_under_one_heading_only() {
        let now = UtcMillis::from_date("2026-11-24").unwrap();
        let of = |milliseconds: i64| Left::of(UtcMillis(now.0 + milliseconds), now);
        let day = UtcMillis::DAY;
        assert_eq!([of(-1), of(-400 * day)], [Some(Left::Overdue); 2]);
        assert_eq!([of(0), of(2 * day - 1)], [Some(Left::TwoDays); 2]);
        assert_eq!([of(2 * day), of(7 * day - 1)], [Some(Left::SevenDays); 2]);
        assert_eq!(of(7 * day), None);
    }

    #[test]
    fn an_address_is_read_as_it_is_written() {
        let read = |pairs: &[(&str, &str)]| {
            Wanted::parse(|key| pairs.iter().find(|(k, _)| *k == key).map(|(_, v)| (*v).to_owned()).unwrap_or_default())
        };
        let pairs = [
            ("state", "complaint"),
            ("due", "two-days"),
            ("purpose", "research"),
            ("country", "DE"),
            ("officer", "nobody"),
            ("after", "-5.OBJ-7F3K9Q2M"),
        ];
        let wanted = read(&pairs);
        assert_eq!((wanted.stage, wanted.left, &wanted.whose), (Stage::Complaint, Some(Left::TwoDays), &Whose::Nobody));
        assert_eq!(wanted.after, Some((-5, "OBJ-7F3K9Q2M".into())));
        let again: Vec<_> = wanted.query(Some((-5, "OBJ-7F3K9Q2M")));
        assert_eq!(again, pairs.map(|(k, v)| (k, v.to_owned())));
        let nonsense = read(&[
            ("state", "x"),
            ("due", "'"),
            ("purpose", "all"),
            ("country", "ZZ"),
            ("officer", "\0"),
            ("after", "1"),
        ]);
        assert!(!nonsense.is_filtered() && nonsense.after.is_none());
        assert_eq!(read(&[("state", "answered"), ("due", "overdue")]).left, None, "what is answered is not due");
    }
}
