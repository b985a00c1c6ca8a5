//! The real binary as a process of its own: killed, on a full disk, asked to stop, and what it
//! writes into its log.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod client;
mod cluster;
mod server;

mod backup;
mod commands;
mod disk;
mod faults;
mod files;
mod import;
mod kill;
mod log;
mod log_kill;
mod log_resume;
mod log_start;
mod migrate;
mod no_log;
mod operator;
mod postgres;
mod power;
mod rotate_key;
mod second_factor;
mod settings;
mod soak;
mod start;
mod statements;
mod stop;
