//! Sayso: nobody is enrolled before they were told, the switch does what it says, and every choice
//! can be proved.
//!
//! Folders are features. Inside one, arrows go `pages → api → model + store`; between them
//! `audit → support → objection → consent → ledger → account → mail → db`, and `people → consent`
//! and `figures → objection` beside them. `ui`, `cell`, `error`, `id`, `text`, `time` and `words`
//! are for everyone. What the browser needs is compiled for both halves; everything else stands
//! behind the feature `ssr`, at the module declarations here and one level down.

// A page's type is as deep as its markup.
#![recursion_limit = "512"]

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
pub mod mail;
#[cfg(feature = "ssr")]
pub mod members;
#[cfg(feature = "ssr")]
pub mod objection;
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
pub use sayso_core::{csv_safe, text};

/// In the browser: wakes the islands that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
