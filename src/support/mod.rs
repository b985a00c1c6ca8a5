//! Staff: finding members, looking at one, the queue of objections, working a case, and the mail of
//! a morning.

pub use sayso_core::support::*;

pub mod api;
pub mod daily_digest;
pub mod list;
pub mod notes;
pub mod officer_actions;
pub mod pages;
pub mod receipt;
pub mod recording;
pub mod search;
pub mod store;
pub mod support_view;
pub mod templates;
pub mod together;
pub mod too_few;
