//! The append-only record: entries, their canonical form, and the store that chains them.

pub use sayso_core::ledger::*;

pub mod clock;
pub mod store;
pub mod writer;
