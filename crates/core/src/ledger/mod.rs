//! The record: entries, and the closed lists of words in them.

pub mod entry;
pub mod record;
pub mod words;

pub use entry::{CaseStep, ClockSpan, Decided, Draft, Entry, EntryId, Moved, NoticeRef, Swept, View};
pub use words::{Actor, Channel, Choice, Kind, Mode, Outcome, Purpose, Reason, Shown, Step, SweptFor};
