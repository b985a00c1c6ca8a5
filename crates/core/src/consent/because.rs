//! What holds, and why. [`standing`](super::standing) decides it.

use crate::ledger::{Choice, EntryId, NoticeRef};
use crate::time::UtcMillis;

/// What holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether the purpose is allowed, whatever the member said last.
    pub choice: Choice,
    /// The first rule that matched, with what it rests on.
    pub because: Because,
}

/// Why it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// An objection was upheld, at `at`.
    Upheld {
        /// The number of the case, such as `OBJ-7F3K9Q2M`.
        case: String,
        /// When the decision was recorded.
        at: UtcMillis,
    },
    /// An objection is being decided; it has been pending in this history since `since`.
    Paused {
        /// The number of the oldest case that is pending.
        case: String,
        /// When it was filed, or reached this history.
        since: UtcMillis,
    },
    /// The member said so.
    Chosen {
        /// The newest choice about the purpose.
        entry: EntryId,
        /// When the member chose.
        at: UtcMillis,
    },
    /// An account that had the same mailbox said No, and its No came along.
    Carried {
        /// The entry of this history that the No came along with.
        entry: EntryId,
        /// When it came along, which is later than it was said.
        at: UtcMillis,
    },
    /// They were on, or would be on by default, but the database has lost a part of the record, and
    /// they have not chosen since: nobody knows whether they had said No.
    RolledBack {
        /// The entry of this history that says so.
        entry: EntryId,
        /// When the loss was accepted.
        at: UtcMillis,
    },
    /// Not offered in this region.
    Excluded {
        /// The id of the rule in force.
        rule: String,
        /// The rule's first instant, a midnight in UTC.
        from: UtcMillis,
    },
    /// An opt-in region, and the member has not answered.
    NotAsked {
        /// The id of the rule in force.
        rule: String,
        /// The rule's first instant, a midnight in UTC.
        from: UtcMillis,
    },
    /// An opt-out region, but the member has not been told under a notice that is in force.
    NotTold {
        /// The id of the rule in force.
        rule: String,
        /// The rule's first instant, a midnight in UTC.
        from: UtcMillis,
    },
    /// The member was told, and the notice period still runs.
    Window {
        /// The id of the rule in force.
        rule: String,
        /// When the notice was delivered to the member.
        told: UtcMillis,
        /// Which text was delivered.
        notice: NoticeRef,
        /// The first instant at which it is on by default, if they say nothing.
        until: UtcMillis,
    },
    /// On since `since`, because the member was told and said nothing; or they did object, and that
    /// did not or does not stop it.
    ByDefault {
        /// The id of the rule in force.
        rule: String,
        /// When the notice was delivered to the member.
        told: UtcMillis,
        /// Which text was delivered.
        notice: NoticeRef,
        /// When the window had run out, or an objection had ended, whichever came later.
        since: UtcMillis,
        /// The newest objection that did not stop it; `None` where they have not objected.
        objected: Option<Objected>,
    },
    /// No rule is in force yet.
    NoRule,
    /// It would be on by default, but what the time is cannot be known at present.
    NoTime,
    /// It would be on, but nobody has shown yet that the account's address is theirs.
    NotProved,
}

/// An objection that changes nothing, or nothing any more. Whoever has one is not told "you have
/// not objected".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objected {
    /// The number of the case, such as `OBJ-7F3K9Q2M`.
    pub case: String,
    /// When it began to be pending here, or when it ended.
    pub at: UtcMillis,
    /// Whether it is pending, or how it ended.
    pub how: How,
}

/// What became of it, at its `at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It is being decided, and the purpose does not rest meanwhile.
    Pending,
    /// The answer refused it for this purpose.
    Refused,
    /// The person took it back.
    Withdrawn,
    /// It was marked as a duplicate of another.
    Joined,
}
