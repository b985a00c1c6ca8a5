//! A platform's members as files bring and take them.

pub mod columns;
pub mod letter;
pub mod lines;
pub mod model;
pub mod rejects;
pub mod sheet;
pub mod splitter;
