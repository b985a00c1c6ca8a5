//! The house's frame on the server: settings, state, routes, layers.

pub mod accept;
pub mod assets;
pub mod config;
pub mod cookie;
pub mod demo;
mod demo_cases;
pub mod foreign;
pub mod form_draft;
pub mod join;
pub mod layers;
pub mod listen;
pub mod mailbox;
pub mod origin;
mod page;
pub mod refused;
pub mod reply;
pub mod retention;
pub mod router;
pub mod sessions;
mod state;
pub mod sweep;
mod trailing;
pub use page::Pages;
pub use state::App;
