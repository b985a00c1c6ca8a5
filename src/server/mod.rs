//! The house's frame on the server: settings, state, routes, layers.

pub mod assets;
pub mod config;
pub mod demo;
mod demo_cases;
pub mod join;
pub mod layers;
pub mod listen;
pub mod mailbox;
pub mod reply;
pub mod router;
pub mod sessions;
mod state;
pub use state::App;
