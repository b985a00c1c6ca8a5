//! Staff: finding members, looking at one, the queue of objections, working a case, and the mail of
//! a morning.

pub use sayso_core::support::*;

pub mod act;
pub mod api;
pub mod morning;
pub mod pages;
pub mod store;
pub mod visit;
