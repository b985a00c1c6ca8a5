//! What officers ask the queue for: which cases, and how much time they have left. Pure.

use super::case::CaseState;
use super::queue_order::{self, Column, Sort, SortBy};
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
        /// The person replied to a question, and no officer has made a move since. Such a case is
        /// in another stage, too.
        Replied = "reply-received",
        /// A question waits for the person's reply. Such a case is in another stage, too.
        Asked = "question-sent",
        /// An answer was written and reached nobody: the address is somebody else's. Such a case is
        /// in another stage, too.
        NotSent = "answer-not-sent",
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
            Self::Replied => "Reply received",
            Self::Asked => "Question sent",
            Self::NotSent => "Answer not sent",
            Self::Answered => "Answered",
            Self::Ended => "Withdrawn or duplicate",
        }
    }

    /// Whether an officer has something to do about it by a certain day.
    pub const fn waits(self) -> bool {
        !matches!(self, Self::NotSent | Self::Answered | Self::Ended)
    }

    /// Whether its cases are in another stage, too.
    pub const fn is_beside(self) -> bool {
        matches!(self, Self::Replied | Self::Asked | Self::NotSent)
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
            Self::SevenDays => "Due in two to seven days",
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
    /// In which order, where that is not the usual one.
    pub sort: Option<Sort>,
    /// With which columns, where these are not the usual ones.
    pub columns: Vec<Column>,
}

/// What stands for [`Whose::Nobody`] in an address.
pub const NOBODY: &str = "nobody";

impl Wanted {
    /// Everything of a stage.
    pub fn stage(stage: Stage) -> Self {
        Self {
            stage,
            left: None,
            purpose: None,
            country: None,
            whose: Whose::Anybody,
            after: None,
            sort: None,
            columns: Vec::new(),
        }
    }

    /// Reads the queue's address. Words that are none of ours ask for nothing in particular.
    pub fn parse(get: impl Fn(&str) -> String) -> Self {
        let officer = get("officer");
        let whose = match officer.as_str() {
            NOBODY => Whose::Nobody,
            id => Uuid::parse_str(id).map_or(Whose::Anybody, |id| Whose::One(id.to_string())),
        };
        let stage = Stage::parse(&get("state")).unwrap_or(Stage::Waiting);
        let mut wanted = Self {
            stage,
            left: Left::parse(&get("due")).filter(|_| stage.waits()),
            purpose: Purpose::parse(&get("purpose")),
            country: Country::parse(&get("country")),
            whose,
            after: get("after")
                .split_once('.')
                .and_then(|(time, number)| Some((time.parse().ok()?, super::case::parse_number(number)?))),
            sort: Sort::parse(&get("sort")),
            columns: queue_order::columns(&get("column"), &usual_columns(stage)),
        };
        wanted.sort = Some(wanted.order()).filter(|sort| *sort != wanted.usual_order());
        wanted
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
            ("sort", self.sort.map(Sort::word).unwrap_or_default()),
            ("column", self.columns.iter().map(|column| column.as_str()).collect::<Vec<_>>().join(",")),
            ("after", after.map(|(time, number)| format!("{time}.{number}")).unwrap_or_default()),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Whether anything in particular is asked for.
    pub fn is_filtered(&self) -> bool {
        let plain = Self { sort: None, columns: Vec::new(), ..self.clone() };
        !plain.query(None).is_empty()
    }
}

/// The columns of a stage where none were chosen.
fn usual_columns(stage: Stage) -> [Column; 5] {
    let first = if stage.waits() { Column::Due } else { Column::Received };
    [first, Column::About, Column::State, Column::Country, Column::Officer]
}

impl Wanted {
    /// The order where none is asked for: what is due first, or what came in last.
    pub const fn usual_order(&self) -> Sort {
        if self.stage.waits() {
            Sort { by: SortBy::Due, descending: false }
        } else {
            Sort { by: SortBy::Received, descending: true }
        }
    }

    /// The order in which the cases come.
    pub fn order(&self) -> Sort {
        self.sort.filter(|sort| self.may_be_sorted(sort.by)).unwrap_or_else(|| self.usual_order())
    }

    /// Whether there is an index for it, however many cases there are: for the usual order in
    /// either direction always, for another one only by state and officer.
    pub fn may_be_sorted(&self, by: SortBy) -> bool {
        let narrowed =
            self.country.is_some() || self.purpose.is_some() || self.left.is_some() || self.stage.is_beside();
        by == self.usual_order().by || by != SortBy::Due && !narrowed
    }

    /// The same in the order of `by`, the other way round if it is in that order already.
    pub fn sorted(&self, by: SortBy) -> Self {
        let now = self.order();
        let descending = now.by == by && !now.descending;
        let sort = Some(Sort { by, descending }).filter(|sort| *sort != self.usual_order());
        Self { sort, after: None, ..self.clone() }
    }

    /// The columns that are shown.
    pub fn shown(&self) -> Vec<Column> {
        if self.columns.is_empty() { usual_columns(self.stage).to_vec() } else { self.columns.clone() }
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

    #[test]
    fn a_press_on_a_heading_sorts_and_the_next_turns_it_round() {
        let all = Wanted::stage(Stage::Waiting);
        let name = all.sorted(SortBy::Name);
        assert_eq!(name.order(), Sort { by: SortBy::Name, descending: false });
        assert_eq!(name.sorted(SortBy::Name).order(), Sort { by: SortBy::Name, descending: true });
        let latest = all.sorted(SortBy::Due);
        assert!(latest.order().descending);
        assert_eq!(latest.sorted(SortBy::Due), all, "the usual order needs no word");
    }

    #[test]
    fn an_order_without_an_index_is_not_taken() {
        let there = Wanted { country: Country::parse("IE"), ..Wanted::stage(Stage::Waiting).sorted(SortBy::Name) };
        assert_eq!(there.order(), there.usual_order());
        assert!(there.may_be_sorted(SortBy::Due) && !there.may_be_sorted(SortBy::Received));
        let answered = Wanted::stage(Stage::Answered);
        assert!(!answered.may_be_sorted(SortBy::Due) && answered.may_be_sorted(SortBy::Received));
        assert_eq!(answered.shown()[0], Column::Received);
        let replied = Wanted::stage(Stage::Replied);
        assert!(replied.may_be_sorted(SortBy::Due) && !replied.may_be_sorted(SortBy::Name));
        let not_sent = Wanted::stage(Stage::NotSent);
        assert!(not_sent.may_be_sorted(SortBy::Received) && !not_sent.may_be_sorted(SortBy::Name));
    }
}
