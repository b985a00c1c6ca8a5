//! Mail: a letter is put into the outbox in the transaction of what it reports, and sent
//! afterwards.
//!
//! `letter` is what a letter says, `message` how that travels (RFC 5322), `store` the outbox,
//! `relay` the dialogue with a mail server (RFC 5321), and `worker` who takes letters from the one
//! to the other.

pub use sayso_core::mail::*;

pub mod message;
pub mod relay;
pub mod store;
pub mod worker;
