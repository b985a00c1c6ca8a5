//! What an auditor reads, and whether the record is as it was written.

pub mod check;
pub mod filter;
pub mod look;
pub mod redact;
pub mod sheet;
pub mod tell;
