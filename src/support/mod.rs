//! Staff: finding members, looking at one, the queue of objections, working a case, and the mail of
//! a morning.

pub mod act;
pub mod api;
pub mod look;
pub mod morning;
pub mod pages;
pub mod store;
pub mod visit;
