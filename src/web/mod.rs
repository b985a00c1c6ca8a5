//! What stands around every page and function: the settings and the state, the request and the
//! answer, the session behind a cookie, and forms that come back. Features use it, and it uses of
//! them only what keeps accounts.

pub mod accept;
mod as_page;
pub mod assets;
pub mod body;
pub mod carried;
pub mod client;
pub mod config;
pub mod cookie;
pub mod form_draft;
pub mod link;
pub mod made_for;
pub mod network;
pub mod origin;
mod page;
pub mod probe;
pub mod refusal;
pub mod reply;
pub mod request;
pub mod session;
pub mod session_store;
pub mod set_cookie;
mod state;
pub use as_page::as_page;
pub use page::{Head, Pages};
pub use state::App;
