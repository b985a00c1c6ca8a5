//! Sayso is the privacy settings page for a member platform: a switch that does what it says, an
//! objection form that gets an answer, and a record that proves both.
//!
//! It promises that nobody is on by default before they were told, that off stays off, and that
//! every choice can be proved later. One function decides what holds:
//! [`consent::standing::standing`], in the crate
//! [`sayso_core`], whose front page has an example that runs.
//!
//! # Two halves
//!
//! The package is compiled twice. The feature `ssr` (the default) is the server. The feature
//! `hydrate` is the client half, which wakes the islands in the browser; it has no router and no
//! decisions. What both need stands behind no feature. `cfg(feature = "ssr")` stands at module
//! declarations, here and one level down.
//!
//! # The map
//!
//! Modules are features. Inside one, arrows go `pages → api → service → store`. Each module hands
//! out what [`sayso_core`] has under the same name: the decisions.
//!
//! | module | holds |
//! | --- | --- |
//! | [`serve`] | the server: listening, layers, routes, sweeps, demonstration data |
//! | [`app`] | the document around every page, and the route table |
//! | [`support`], [`audit`], [`statistics`] | for staff: members and cases, the record, charts |
//! | [`members`] | members by the thousand: import, export, invitations |
//! | [`objection`] | the objection form, its case, and the answer |
//! | [`consent`] | the choice: the tab, its history, notices |
//! | [`log`] | the public log: its tree, its key, and what is served of it |
//! | [`account`] | who is asking: sign-up, sign-in, sessions, second factors |
//! | [`ui`] | parts of pages: frame, forms, timeline |
//! | [`web`] | request and answer: settings, state, session, forms that come back, assets |
//! | [`mail`] | the outbox, and the worker that empties it |
//! | [`ledger`] | appending entries and reading them back |
//! | [`error`], [`db`] | the error that crosses the wire, and both databases |
//! | [`id`], [`time`] | randomness, and the machine's clock |
//!
//! A module may use those below it and none above it. `scripts/arrows.mjs` refuses anything else
//! that `ARCHITECTURE.md` does not excuse with a reason. That document follows a press and other
//! operations through the files, and `docs/decisions/` says why things are built as they are.

// A page's type is as deep as its markup.
#![recursion_limit = "512"]
#![cfg_attr(not(test), warn(clippy::pedantic))]
#![allow(
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "`error` says once what fails how; a mark on every function says no more"
)]
#![allow(
    clippy::needless_pass_by_value,
    clippy::too_many_lines,
    reason = "a component takes its properties by value, and is as long as its markup"
)]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "counts and lengths of ours stay far below what the types hold"
)]
#![allow(clippy::format_push_string, reason = "`write!` to a string would have to say that it cannot fail")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "the names are of our own making")]

pub mod account;
#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod audit;
pub mod consent;
#[cfg(feature = "ssr")]
pub mod db;
pub mod error;
#[cfg(feature = "ssr")]
pub mod id;
#[cfg(feature = "ssr")]
pub mod ledger;
#[cfg(feature = "ssr")]
pub mod log;
#[cfg(feature = "ssr")]
pub mod mail;
#[cfg(feature = "ssr")]
pub mod members;
#[cfg(feature = "ssr")]
pub mod objection;
#[cfg(feature = "ssr")]
pub mod pack;
#[cfg(feature = "ssr")]
pub mod serve;
#[cfg(feature = "ssr")]
pub mod statistics;
#[cfg(feature = "ssr")]
pub mod support;
#[cfg(feature = "ssr")]
pub mod time;
pub mod ui;
#[cfg(feature = "ssr")]
pub mod web;

pub use sayso_core::paths;
#[cfg(feature = "ssr")]
pub use sayso_core::{batch, csv_safe, html, text};

/// In the browser: wakes the islands that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
