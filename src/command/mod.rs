//! Commands that are more than a few lines.

pub mod backup;
pub mod clock;
mod files;
pub mod members;
pub mod notice;
pub mod serve;
pub mod statistics;
pub mod user;
