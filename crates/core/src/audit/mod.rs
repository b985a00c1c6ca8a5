//! What an auditor reads, and whether the record is as it was written.

pub mod check;
pub mod filter;
pub mod logged_view;
pub mod redact;
pub mod sheet;
pub mod staff;
pub mod verification;
pub mod wording;
