//! The append-only record: entries, their canonical form, and the store that chains them.

pub mod clock;
pub mod entry;
pub mod store;
pub mod words;

pub use entry::{CaseStep, ClockSpan, Decided, Draft, Entry, EntryId, Moved, NoticeRef, Swept, View};
pub use words::{Actor, Channel, Choice, Kind, Mode, Outcome, Purpose, Reason, Shown, Step, SweptFor};
