//! Statistics: how many cases wait, how quickly they are answered, and for how many training is on.

pub mod answered;
pub mod days;
pub mod due;
pub mod public;
pub mod table;
pub mod weeks;
