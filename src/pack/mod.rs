//! Everything that there is about a member or a case, in one file that anybody can check without
//! us. It is made while it is sent: nothing of it is stored, and no more than a part of it is ever
//! in memory.

mod cases;
pub mod download;
mod make;
mod proofs;
mod read;
mod store;
mod wanted;
