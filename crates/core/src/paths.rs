//! Addresses of pages that letters, functions and pages name: each once.

/// What an opened link is for.
pub const CONFIRM: &str = "/confirm";
/// Where somebody says that they have forgotten their password.
pub const FORGOT: &str = "/forgot";
/// The page after signing up.
pub const SIGN_UP_SENT: &str = "/sign-up/sent";
/// Where a first password is set.
pub const WELCOME: &str = "/welcome";
/// Where another link to a first password is asked for.
pub const WELCOME_AGAIN: &str = "/welcome/again";
/// Where the form about name and country is, which is also what its draft is kept under.
pub const DETAILS: &str = "/account#details";
/// The page that says what deleting an account means, and asks for the password.
pub const DELETE_ACCOUNT: &str = "/account/delete";
/// The page that says that it is done.
pub const ACCOUNT_DELETED: &str = "/account/deleted";
/// The same of the form about the address.
pub const ADDRESS: &str = "/account#address";
/// Where the card of one's sessions is.
pub const SESSIONS: &str = "/account#sessions";
/// Under which name a form of that card says what it did.
pub const SESSIONS_DRAFT: &str = "/account sessions";
/// Where somebody signed in changes to another authenticator.
pub const AUTHENTICATOR: &str = "/account/authenticator";
/// Where the public log is explained.
pub const LOG: &str = "/log";
/// Everything about a member, as one file for them.
pub const EVERYTHING: &str = "/settings/privacy/everything.zip";
/// Where a receipt is checked in the browser.
pub const LOG_CHECK: &str = "/log/check";
/// Where officers see what waits for an answer.
pub const QUEUE: &str = "/support/objections";
/// Where officers keep templates of texts.
pub const TEMPLATES: &str = "/support/templates";
/// Where they add one.
pub const ADD_TEMPLATE: &str = "/support/templates/add";
/// Where officers are asked whether to uphold several cases together.
pub const UPHOLD: &str = "/support/objections/uphold";
