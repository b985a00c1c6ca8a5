//! A platform's members as files bring and take them.

mod columns;
pub mod letter;
pub mod lines;
pub mod model;
pub mod rejects;
pub mod sheet;
mod splitter;
