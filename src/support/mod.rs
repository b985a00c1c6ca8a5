//! Staff: finding members, looking at one, the queue of objections, and working a case.

pub mod act;
pub mod api;
pub mod look;
pub mod pages;
pub mod store;
pub mod visit;
