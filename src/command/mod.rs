//! Commands that are more than a few lines.

pub mod clock;
pub mod figures;
pub mod members;
pub mod serve;
pub mod user;
