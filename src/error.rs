//! Which error is used where:
//!
//! - A store answers [`db::Error`](crate::db::Error). Its caller may know what a unique violation
//!   means, or that nobody can write at present.
//! - A service answers an enum of its own, such as `JoinError` or `NotMade`; or
//!   [`db::Error`](crate::db::Error), where nothing else can go wrong.
//! - What answers a request answers [`AppError`]. It alone crosses the wire.
//! - A command answers `Box<dyn Error>`, which is the operator's to read, at the terminal.
//!
//! [`AppError`] has codes, never causes, never what somebody typed. What it does not tell is in the
//! log: there an error is written with the whole [chain] of its causes, under the reference that
//! the page shows. A background job, which answers nobody, logs the same chain.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use std::error::Error;

/// What a server function answers when it does not succeed. Its text is for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    #[error("Please sign in first.")]
    NotSignedIn,
    /// The page was made for somebody else than who is signed in by now.
    #[error(
        "Somebody else has signed in here since this page was loaded, so nothing was changed. Please reload the page."
    )]
    SomebodyElse,
    /// The page was made by another mailed link than the one that was opened here last.
    #[cfg(feature = "ssr")]
    #[error(
        "Somebody has signed in or opened another link here since this page was loaded, so nothing was changed. Please open the link in your e-mail again."
    )]
    AnotherLink,
    #[error("There is nothing at this address.")]
    NotFound,
    #[error("This is not available in your region.")]
    NotOffered,
    #[error("Your objection keeps this off. Nothing was changed.")]
    Objected,
    #[error("Another account with your e-mail address has this off, so it is off in both. Nothing was changed.")]
    DeniedElsewhere,
    #[error("Please confirm your e-mail address first. Nothing was changed.")]
    NotProved,
    /// Field name and message, in the order of the form. The island has no fields.
    #[cfg(feature = "ssr")]
    #[error("Please check the marked fields.")]
    Invalid(Vec<(String, String)>),
    /// Too many attempts; `seconds` until the next one is looked at.
    #[error("Too many attempts. Please try again in {}.", in_words(*seconds))]
    SlowDown { seconds: u32 },
    /// Nothing can be written at present: the clock is in doubt.
    #[error("We cannot save changes at the moment, so nothing was changed. Please try again later.")]
    Unsaved,
    /// The database does not answer, or is busy beyond what a request waits for.
    #[error(
        "We cannot reach our records at the moment. Please reload the page in a few seconds to see what was saved."
    )]
    Unavailable,
    /// More passwords wait to be looked at than can be. The island has none.
    #[cfg(feature = "ssr")]
    #[error("Too many people are signing in at the moment. Nothing was changed. Please try again in a few seconds.")]
    Busy,
    #[error("We could not read your request. Please reload the page and try again.")]
    Unreadable,
    /// Something failed on our side; the log has the cause under `reference`.
    #[error("Something went wrong on our side. Please reload the page to see what was saved. Reference {reference}.")]
    Internal { reference: String },
    #[error("We could not reach the server. Please reload the page to see whether your change was saved.")]
    Unreachable,
}

/// A time to wait, never shorter than it is.
pub fn in_words(seconds: u32) -> String {
    let (count, unit) = match seconds {
        0..120 => (seconds.max(2), "seconds"),
        120..7_200 => (seconds.div_ceil(60), "minutes"),
        _ => (seconds.div_ceil(3_600), "hours"),
    };
    format!("{count} {unit}")
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Unreachable,
            // What a browser cannot read as an answer of ours came from something between us.
            ServerFnErrorErr::Deserialization(_) if cfg!(not(feature = "ssr")) => Self::Unreachable,
            _ => Self::Unreadable,
        }
    }
}

/// What an error says, and then each cause below it that says something more. Errors that repeat
/// their cause in their own text are common.
#[cfg(feature = "ssr")]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut said = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let says = cause.to_string();
        if !said.contains(&says) {
            said = format!("{said}: {says}");
        }
        next = cause.source();
    }
    said
}

/// After how many seconds whoever finds the database away is to come again.
#[cfg(feature = "ssr")]
pub const AWAY_SECONDS: u32 = 5;

#[cfg(feature = "ssr")]
impl AppError {
    /// The HTTP status where the client does not want HTML (RFC 9110, 15.5).
    pub fn status(&self) -> http::StatusCode {
        use http::StatusCode as S;
        match self {
            Self::NotSignedIn => S::UNAUTHORIZED,
            Self::NotFound => S::NOT_FOUND,
            Self::SomebodyElse
            | Self::AnotherLink
            | Self::NotOffered
            | Self::Objected
            | Self::NotProved
            | Self::DeniedElsewhere => S::CONFLICT,
            Self::Invalid(_) => S::UNPROCESSABLE_ENTITY,
            Self::SlowDown { .. } => S::TOO_MANY_REQUESTS,
            Self::Unsaved | Self::Unavailable | Self::Busy => S::SERVICE_UNAVAILABLE,
            Self::Unreadable => S::BAD_REQUEST,
            Self::Internal { .. } | Self::Unreachable => S::INTERNAL_SERVER_ERROR,
        }
    }

    /// After how many seconds to try again, where that is known (RFC 9110, 10.2.3).
    pub const fn retry_after(&self) -> Option<u32> {
        match self {
            Self::SlowDown { seconds } => Some(*seconds),
            Self::Unavailable | Self::Busy => Some(AWAY_SECONDS),
            _ => None,
        }
    }

    /// Logs the cause under a fresh reference and hands out only the reference.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let reference = crate::id::reference();
        tracing::error!(%reference, cause = %chain(&*cause.into()), "internal error");
        Self::Internal { reference }
    }
}

#[cfg(feature = "ssr")]
impl From<crate::db::Error> for AppError {
    fn from(cause: crate::db::Error) -> Self {
        // The log says it once a minute, and `/readyz` says it to whoever asks.
        if cause.in_doubt().is_some() {
            return Self::Unsaved;
        }
        if cause.is_away() {
            tracing::error!(cause = %chain(&cause), "the database does not answer");
            return Self::Unavailable;
        }
        Self::internal(cause)
    }
}

#[cfg(feature = "ssr")]
impl From<tower_sessions::session::Error> for AppError {
    fn from(cause: tower_sessions::session::Error) -> Self {
        use tower_sessions::session::Error::Store;
        use tower_sessions::session_store::Error::Backend;
        match cause {
            Store(Backend(said)) if said == crate::db::AWAY => Self::Unavailable,
            cause => Self::internal(cause),
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::chain;
    use std::io;

    #[derive(Debug, thiserror::Error)]
    enum Outer {
        #[error(transparent)]
        Same(#[from] Middle),
        #[error("the batch was not stored")]
        More(#[source] Middle),
    }

    #[derive(Debug, thiserror::Error)]
    #[error("cannot read the file: {0}")]
    struct Middle(#[source] Inner);

    #[derive(Debug, thiserror::Error)]
    #[error("the disk does not answer")]
    struct Inner(#[source] io::Error);

    fn middle() -> Middle {
        Middle(Inner(io::Error::other("cable")))
    }

    #[test]
    fn the_chain_goes_down_to_the_last_cause_and_repeats_nothing() {
        assert_eq!(chain(&Outer::from(middle())), "cannot read the file: the disk does not answer: cable");
        assert_eq!(
            chain(&Outer::More(middle())),
            "the batch was not stored: cannot read the file: the disk does not answer: cable"
        );
    }
}
