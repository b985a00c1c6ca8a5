//! Who is asking: members and staff, passwords, sessions.

#[cfg(feature = "ssr")]
pub use sayso_core::account::*;

#[cfg(feature = "ssr")]
pub mod account_action;
#[cfg(feature = "ssr")]
pub mod allowance;
pub mod api;
#[cfg(feature = "ssr")]
pub mod credentials;
#[cfg(feature = "ssr")]
pub mod device;
#[cfg(feature = "ssr")]
pub mod known_device;
#[cfg(feature = "ssr")]
pub mod notify;
#[cfg(feature = "ssr")]
pub mod opened;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod password;
#[cfg(feature = "ssr")]
mod password_queue;
#[cfg(feature = "ssr")]
pub mod pending_sign_in;
#[cfg(feature = "ssr")]
pub mod recovery_code_cookie;
#[cfg(feature = "ssr")]
pub mod security_event;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
pub mod slow_code;
#[cfg(feature = "ssr")]
pub mod store;
