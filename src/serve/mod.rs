//! The server: it listens, routes and guards, tells what is wrong with a start, sweeps what is old,
//! and fills a demonstration. It uses every feature, and none uses it.

mod connections;
pub mod demo;
pub mod foreign;
pub mod layers;
pub mod listen;
pub mod log;
mod overload;
mod patient;
pub mod production;
pub mod ready;
pub mod refused;
pub mod retention;
pub mod router;
pub mod sweep;
mod trailing;
pub mod workers;
