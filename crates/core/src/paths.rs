//! Addresses of pages that letters, functions and pages name: each once.

/// What an opened link is for.
pub const CONFIRM: &str = "/confirm";
/// Where somebody says that they have forgotten their password.
pub const FORGOT: &str = "/forgot";
/// Where a first password is set, and where another link to it is asked for.
pub const WELCOME: &str = "/welcome";
pub const WELCOME_AGAIN: &str = "/welcome/again";
/// Where the forms about name, country and address are, which is also what their drafts are kept
/// under.
pub const DETAILS: &str = "/account#details";
pub const ADDRESS: &str = "/account#address";
/// Where the card is, and under which name a form of it says what it did.
pub const SESSIONS: &str = "/account#sessions";
pub const SESSIONS_DRAFT: &str = "/account sessions";
/// Where somebody signed in changes to another authenticator.
pub const AUTHENTICATOR: &str = "/account/authenticator";
