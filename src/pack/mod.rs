//! Everything that there is about a member, in one file that anybody can check without us. It is
//! made while it is sent: nothing of it is stored, and no more than a part of it is ever in memory.

pub mod download;
mod make;
mod read;
mod store;
