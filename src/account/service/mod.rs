//! What becomes of an account where features meet, each in one transaction: it begins, is taken
//! over, moves, and is mailed links.

mod join;
mod mailed;
pub use join::{Arrived, JoinError};
