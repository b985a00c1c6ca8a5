//! The choice: rules, notices, standing, the tab and the history.

pub use sayso_core::consent::*;

pub mod api;
#[cfg(feature = "ssr")]
pub mod carry;
#[cfg(feature = "ssr")]
pub mod download;
pub mod island;
#[cfg(feature = "ssr")]
pub mod load;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod receipt;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod shapes;
#[cfg(feature = "ssr")]
pub mod store;
