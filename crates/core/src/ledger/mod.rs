//! The record: entries, and the closed lists of words in them.

pub mod entry;
pub mod record;
pub mod vocabulary;

pub use entry::{CaseStep, ClockSpan, Decided, Entry, EntryId, Moved, NewEntry, NoticeRef, Swept, View};
pub use vocabulary::{Actor, Channel, Choice, Kind, Mode, Outcome, Purpose, Reason, Shown, Step, SweptFor};
