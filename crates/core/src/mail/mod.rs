//! Letters, and the addresses they can be sent to.

pub mod address;
pub mod letter;

pub use letter::{Block, Letter};
