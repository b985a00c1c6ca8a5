//! What holds, and why. [`standing`](super::standing) decides it.

use crate::ledger::{Choice, EntryId, NoticeRef};
use crate::time::UtcMillis;

/// What holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub choice: Choice,
    pub because: Because,
}

/// Why it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// An objection was upheld, at `at`.
    Upheld { case: String, at: UtcMillis },
    /// An objection is being decided; it has been pending in this history since `since`.
    Paused { case: String, since: UtcMillis },
    /// The member said so.
    Chosen { entry: EntryId, at: UtcMillis },
    /// An account that had the same mailbox said No, and its No came along.
    Carried { entry: EntryId, at: UtcMillis },
    /// Not offered in this region.
    Excluded { rule: String, from: UtcMillis },
    /// An opt-in region, and the member has not answered.
    NotAsked { rule: String, from: UtcMillis },
    /// An opt-out region, but the member has not been told under a notice that is in force.
    NotTold { rule: String, from: UtcMillis },
    /// The member was told, and the notice window still runs.
    Window { rule: String, told: UtcMillis, notice: NoticeRef, until: UtcMillis },
    /// On since `since`, because the member was told and said nothing; or they did object, and that
    /// did not or does not stop it.
    ByDefault { rule: String, told: UtcMillis, notice: NoticeRef, since: UtcMillis, objected: Option<Objected> },
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
    pub case: String,
    pub at: UtcMillis,
    pub how: How,
}

/// What became of it, at its `at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It is being decided, and the purpose does not rest meanwhile.
    Pending,
    Refused,
    Withdrawn,
    /// It was marked as a duplicate of another.
    Joined,
}
