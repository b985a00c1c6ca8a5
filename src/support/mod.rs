//! Staff: the queue of objections, and working a case.

pub mod act;
pub mod api;
pub mod pages;
