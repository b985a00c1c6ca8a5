//! What Sayso decides, and in which words it says so. Pure: no clock, no randomness, no database and
//! no web; what a decision needs is handed in, so that it can be replayed.
//!
//! Folders are features, as in the package `sayso`, whose modules of the same names have the rest:
//! what stores, serves and shows. Without the feature `decide` there are only the words of the wire,
//! which the client half shares.

#[cfg(feature = "decide")]
pub mod account;
#[cfg(feature = "decide")]
pub mod audit;
pub mod consent;
#[cfg(feature = "decide")]
pub mod csv_safe;
#[cfg(feature = "decide")]
pub mod id;
#[cfg(feature = "decide")]
pub mod ledger;
#[cfg(feature = "decide")]
pub mod mail;
#[cfg(feature = "decide")]
pub mod members;
#[cfg(feature = "decide")]
pub mod objection;
pub mod paths;
#[cfg(feature = "decide")]
pub mod statistics;
mod string_enum;
#[cfg(feature = "decide")]
pub mod support;
#[cfg(all(test, feature = "decide"))]
mod testing;
#[cfg(feature = "decide")]
pub mod text;
#[cfg(feature = "decide")]
pub mod time;
