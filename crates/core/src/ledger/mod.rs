//! The record: entries, and the closed lists of words in them.

pub mod entry;
pub mod event;
pub mod purpose;
pub mod record;
pub mod vocabulary;

pub use entry::{
    CaseStep, ClockSpan, Decided, Entry, EntryId, Forgotten, Moved, NewKey, NoticeRef, Rollback, Swept, View,
};
pub use event::{Event, NewEntry};
pub use purpose::Purpose;
pub use vocabulary::{
    Actor, CameBy, Channel, Choice, ForgottenFor, Kind, Mode, Outcome, Reason, Shown, Step, SweptFor, WordsOf,
};
