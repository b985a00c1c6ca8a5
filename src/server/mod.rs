//! The house's frame on the server: settings, state, routes, layers.

pub mod accept;
pub mod allowance;
pub mod assets;
pub mod config;
mod connections;
pub mod cookie;
pub mod demo;
mod demo_cases;
pub mod foreign;
pub mod form_draft;
pub mod join;
pub mod layers;
pub mod listen;
pub mod mailbox;
pub mod network;
pub mod origin;
mod page;
mod patient;
mod ready;
pub mod refused;
pub mod reply;
pub mod router;
pub mod sessions;
mod state;
pub use page::Pages;
pub use state::App;
