//! Members by the thousand: brought in from the platform, told how to sign in, and handed out
//! again.
//!
//! `model` is what a line says about a member and `sheet` what is said about one in an export (both
//! pure), `lines` reads a file line by line (`columns` its header, `splitter` a record), `change`
//! is what changes about a member, `import` and `export` stream between a file and the database,
//! `repeated` knows which ids and addresses a file has twice, `rejects` writes down what was
//! refused, and `welcome` is the mailed link with which a member who was brought in sets the first
//! password. `leave` is what happens if a member deletes their account.

pub use sayso_core::members::*;

pub mod api;
pub mod change;
pub mod export;
pub mod import;
pub mod leave;
pub mod mailboxes;
pub mod pages;
pub mod repeated;
pub mod store;
pub mod welcome;
