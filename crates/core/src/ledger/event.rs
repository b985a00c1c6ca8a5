//! What is recorded, before it is an entry: who caused it, and one event of one kind, with exactly
//! what that kind has. [`Entry::new`] writes it into the flat fields of the canonical form.

use super::entry::{CaseStep, ClockSpan, Entry, EntryId, Forgotten, Moved, NewKey, NoticeRef, PLACED, Rollback, View};
use super::purpose::Purpose;
use super::vocabulary::{Actor, Channel, Choice, Kind};
use crate::time::UtcMillis;

/// What is to be recorded; the store adds id, time and the link to the entry before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// Whose history it goes into.
    pub subject: String,
    /// Who causes it, as a role.
    pub actor: Actor,
    /// Which way it comes in.
    pub channel: Channel,
    /// What is recorded; the kind and the version of the entry follow from it.
    pub event: Event,
}

/// What happened. There is a variant for each [`Kind`], save that the steps of a case share one:
/// the step itself says whether it decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The history of a member begins: this purpose is off, under this rule.
    Default {
        /// The purpose that is off.
        purpose: Purpose,
        /// The id of the rule in force where they live, if one is.
        rule: Option<String>,
    },
    /// A notice was delivered to a member to whom this rule applies.
    Notice {
        /// Which text it is, by its hash.
        notice: NoticeRef,
        /// The id of that rule; `None` where the notice was published before version 9.
        rule: Option<String>,
    },
    /// A notice was published.
    Published {
        /// Which text it is, by its hash.
        notice: NoticeRef,
        /// From when on it counts.
        effective: UtcMillis,
    },
    /// A member said this under this rule, with this notice in front of them.
    Choice {
        /// The purpose that they chose about.
        purpose: Purpose,
        /// What they said.
        choice: Choice,
        /// The id of the rule in force where they live, if one is.
        rule: Option<String>,
        /// The notice that stood on the page, if one did.
        notice: Option<NoticeRef>,
    },
    /// A step of the case with this number.
    Step {
        /// The number of the case, such as `OBJ-7F3K9Q2M`.
        case: String,
        /// What happened, with the hashes of what was written.
        step: CaseStep,
    },
    /// Somebody of the staff looked, some of them because of a case.
    View {
        /// The number of the case that is the reason, if one is.
        case: Option<String>,
        /// What was shown, and why.
        view: View,
    },
    /// The member moved to another country.
    Move(Moved),
    /// The case with this number, filed without an account, began or ended to pause its purposes
    /// here.
    Pause {
        /// The number of the case, such as `OBJ-7F3K9Q2M`.
        case: String,
        /// The step that begins the pause or ends it.
        step: CaseStep,
    },
    /// This span of the clock is not believed.
    Clock(ClockSpan),
    /// The database had lost a part of this log.
    Rollback(Rollback),
    /// A key of the log takes the place of another.
    Key(NewKey),
    /// The secret of a subject was deleted.
    Forgotten(Forgotten),
}

impl Event {
    /// The kind of the entry that records it.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Default { .. } => Kind::Default,
            Self::Notice { .. } | Self::Published { .. } => Kind::Notice,
            Self::Choice { .. } => Kind::Choice,
            Self::Step { step, .. } => step.name.kind(),
            Self::View { .. } => Kind::View,
            Self::Move(_) => Kind::Move,
            Self::Pause { .. } => Kind::Pause,
            Self::Clock(_) => Kind::Clock,
            Self::Rollback(_) => Kind::Rollback,
            Self::Key(_) => Kind::Key,
            Self::Forgotten(_) => Kind::Forgotten,
        }
    }

    /// The version of the canonical form that first had what it says. An entry that says its place
    /// as well has at least [version 5](super::entry::PLACED). A change of any field is a new
    /// version.
    pub const fn version(&self) -> u8 {
        match self {
            // About one purpose, which is always there.
            Self::Default { .. } | Self::Notice { .. } | Self::Choice { .. } => 1,
            // With `step`. `purpose` is `null` from here on: a step names its own.
            Self::Step { .. } => 2,
            // With `view`.
            Self::View { view: View { staff: None, until: None, .. }, .. } => 3,
            // With `moved`, `clock`, or a step that says since when.
            Self::Move(_) | Self::Pause { .. } | Self::Clock(_) => 4,
            // With `rollback`.
            Self::Rollback(_) => 6,
            // With `forgotten`.
            Self::Forgotten(_) => 7,
            // With `key`.
            Self::Key(_) => 8,
            // With `effective`, or a view that marks who looked, and says until when.
            Self::Published { .. } | Self::View { .. } => 9,
        }
    }
}

impl Entry {
    /// The entry that `draft` becomes at `at`, after `previous` of the same subject. Its id is made
    /// of these random bytes.
    pub fn new(draft: NewEntry, at: UtcMillis, random: &[u8; 10], previous: Option<EntryId>) -> Self {
        let NewEntry { subject, actor, channel, event } = draft;
        let bare = Self {
            version: event.version(),
            id: EntryId::new(at, random),
            subject,
            kind: event.kind(),
            purpose: None,
            choice: None,
            actor,
            channel,
            rule: None,
            notice: None,
            case: None,
            at,
            previous,
            step: None,
            view: None,
            moved: None,
            clock: None,
            rollback: None,
            key: None,
            forgotten: None,
            effective: None,
            position: None,
            previous_leaf: None,
        };
        match event {
            Event::Default { purpose, rule } => {
                Self { purpose: Some(purpose), choice: Some(Choice::Denied), rule, ..bare }
            }
            Event::Notice { notice, rule } => {
                Self { purpose: Some(notice.purpose), notice: Some(notice), rule, ..bare }
            }
            Event::Published { notice, effective } => {
                Self { purpose: Some(notice.purpose), notice: Some(notice), effective: Some(effective), ..bare }
            }
            Event::Choice { purpose, choice, rule, notice } => {
                Self { purpose: Some(purpose), choice: Some(choice), rule, notice, ..bare }
            }
            Event::Step { case, step } | Event::Pause { case, step } => {
                Self { case: Some(case), step: Some(step), ..bare }
            }
            Event::View { case, view } => Self { case, view: Some(view), ..bare },
            Event::Move(moved) => Self { moved: Some(moved), ..bare },
            Event::Clock(span) => Self { clock: Some(span), ..bare },
            Event::Rollback(rollback) => Self { rollback: Some(rollback), ..bare },
            Event::Key(key) => Self { key: Some(key), ..bare },
            Event::Forgotten(forgotten) => Self { forgotten: Some(forgotten), ..bare },
        }
    }

    /// The same at this place of its history: its position, and the commitment in the leaf of the
    /// entry before it, which the first one has not.
    #[must_use]
    pub fn placed(self, position: i64, previous_leaf: Option<String>) -> Self {
        Self { version: self.version.max(PLACED), position: Some(position), previous_leaf, ..self }
    }
}
