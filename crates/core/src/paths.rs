//! Addresses of pages that letters, functions and pages name: each once.

/// What an opened link is for.
pub const CONFIRM: &str = "/confirm";
/// Where somebody says that they have forgotten their password.
pub const FORGOT: &str = "/forgot";
/// Where a first password is set, and where another link to it is asked for.
pub const WELCOME: &str = "/welcome";
pub const WELCOME_AGAIN: &str = "/welcome/again";
