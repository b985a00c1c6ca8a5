//! Commands that are more than a few lines.

pub mod backup;
pub mod clock;
pub mod figures;
mod files;
pub mod members;
pub mod notice;
pub mod serve;
pub mod user;
