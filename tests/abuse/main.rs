//! What strangers do to take the site down, on a small scale and on this machine alone. Each attack
//! was seen to work once.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod connections;
mod floods;
mod site;
