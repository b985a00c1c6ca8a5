//! What an auditor reads: who of the staff looked at whom, and the whole ledger. Nothing here
//! writes but the record of downloads, and nothing here shows a name, an address or an id of a
//! member: a member is their subject.

pub use sayso_core::audit::*;

pub mod api;
pub mod files;
pub mod pages;
pub mod receipt;
pub mod store;
mod verify;
pub mod whole;
