//! The choice: rules, notices, standing, the tab and the history.

#[cfg(feature = "ssr")]
pub mod afterwards;
pub mod api;
#[cfg(feature = "ssr")]
pub mod carried;
#[cfg(all(test, feature = "ssr"))]
mod deciding_model;
#[cfg(feature = "ssr")]
pub mod history;
pub mod island;
#[cfg(feature = "ssr")]
pub mod load;
#[cfg(feature = "ssr")]
pub mod notice;
#[cfg(feature = "ssr")]
pub mod objections;
#[cfg(feature = "ssr")]
pub mod pace;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod picture;
#[cfg(feature = "ssr")]
pub mod reader;
#[cfg(feature = "ssr")]
pub mod rows;
#[cfg(feature = "ssr")]
pub mod rules;
#[cfg(feature = "ssr")]
pub mod settled;
#[cfg(feature = "ssr")]
pub mod standing;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod tell;
pub mod view;
