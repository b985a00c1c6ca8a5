//! What concerns security, as lines of the log under a target of their own: who signs in, fails to,
//! is refused, changes what they sign in with, or takes data out of the house (OWASP ASVS 5.0,
//! 16.3). `docs/security-events.md` has the table word for word.
//!
//! A line names no address and no name. An account is a hash of its subject, so that its lines can
//! be put together, and an auditor who knows the subject finds them.

use super::model::Member;
use crate::ledger::entry::sha256_hex;
use crate::web::{App, client};
use http::{Extensions, HeaderMap, request::Parts};
use leptos::prelude::use_context;
use sayso_core::string_enum;

/// Under which all of them are logged.
pub const TARGET: &str = "security";
/// Stands where there is nothing to say.
const NONE: &str = "none";

string_enum! {
    /// What happened.
    pub enum Event {
        SignIn = "sign-in",
        Password = "password",
        PasswordAgain = "password-again",
        Code = "code",
        CodeReplayed = "code-replayed",
        RecoveryCode = "recovery-code",
        Blocked = "blocked",
        SignOut = "sign-out",
        SessionsEnded = "sessions-ended",
        AccountMade = "account-made",
        PasswordChanged = "password-changed",
        SecondFactorSetUp = "second-factor-set-up",
        AuthenticatorChanged = "authenticator-changed",
        RecoveryCodesMade = "recovery-codes-made",
        AddressProved = "address-proved",
        AddressChanged = "address-changed",
        OriginRefused = "origin-refused",
        RoleRefused = "role-refused",
        NotTheirs = "not-theirs",
        Download = "download",
        CaseClaimed = "case-claimed",
        StaffAdded = "staff-added",
        RoleChanged = "role-changed",
        StaffClosed = "staff-closed",
        SecondFactorReset = "second-factor-reset",
        InitialPasswordSet = "initial-password-set",
    }

    /// How it ended.
    pub enum Outcome {
        Success = "success",
        Failure = "failure",
        /// It was not looked at.
        Refused = "refused",
    }
}

use Outcome::{Failure, Refused, Success};

impl Event {
    /// What it means, and which outcomes and details it has.
    const fn about(self) -> (&'static str, &'static [Outcome], &'static str) {
        match self {
            Self::SignIn => (
                "somebody is signed in, or is not",
                &[Success, Failure],
                "`password`, `second-factor` or `link`; `initial-password`: a right one that holds no longer",
            ),
            Self::Password => (
                "a password was right; a password of their own, or the code of staff, is still to come",
                &[Success],
                "",
            ),
            Self::PasswordAgain => ("somebody who is signed in gave their password again", &[Success, Failure], ""),
            Self::Code => ("a code of an authenticator was given", &[Success, Failure], ""),
            Self::CodeReplayed => ("a right code was given that was used before", &[Failure], ""),
            Self::RecoveryCode => ("a recovery code was given; a right one is used up", &[Success, Failure], ""),
            Self::Blocked => (
                "too many attempts: this one was not looked at",
                &[Refused],
                "`password` or `code`: what was tried; `sign-up`, `objection` or `mail-or-code`: what was asked for",
            ),
            Self::SignOut => ("somebody signed out", &[Success], ""),
            Self::SessionsEnded => ("somebody ended other sessions of theirs", &[Success], "`one` or `others`"),
            Self::AccountMade => {
                ("somebody opened the link of a sign-up, or `sayso user add` for a member", &[Success], "")
            }
            Self::PasswordChanged => (
                "a password was set",
                &[Success],
                "`password`, `link` or `first`: how; `initial`: in the place of one that was set for them",
            ),
            Self::SecondFactorSetUp => ("somebody of the staff set up a second factor", &[Success, Failure], ""),
            Self::AuthenticatorChanged => {
                ("another authenticator was put in the place of one", &[Success, Failure], "")
            }
            Self::RecoveryCodesMade => ("recovery codes were made anew", &[Success], ""),
            Self::AddressProved => ("somebody proved the address of their account", &[Success], ""),
            Self::AddressChanged => ("an account has another address", &[Success], ""),
            Self::OriginRefused => ("a request came from another site", &[Refused], "`another-site` or `unclear`"),
            Self::RoleRefused => (
                "somebody asked for what their role may not do",
                &[Refused],
                "the capability, as in [roles.md](roles.md)",
            ),
            Self::NotTheirs => {
                ("somebody who is signed in asked for what is somebody else's", &[Refused], "`case` or `entry`")
            }
            Self::Download => ("a file was taken out of the house", &[Success], "which"),
            Self::CaseClaimed => ("a member put a case into their account", &[Success, Failure], ""),
            Self::StaffAdded => ("`sayso user add`", &[Success], "the role"),
            Self::RoleChanged => ("`sayso user set-role`", &[Success], "the new role"),
            Self::StaffClosed => ("`sayso user close`", &[Success], ""),
            Self::SecondFactorReset => ("`sayso user reset-second-factor`", &[Success], ""),
            Self::InitialPasswordSet => ("`sayso user reset-password`", &[Success], ""),
        }
    }
}

/// Where something came from.
#[derive(Clone, Debug)]
pub struct Source {
    client: String,
    request: String,
}

impl Source {
    /// A request with this head. `proxies` is how many of ours stand in front.
    pub fn of(headers: &HeaderMap, extensions: &Extensions, proxies: u32) -> Self {
        // Our own: one from outside is taken away before.
        let request = headers.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or(NONE);
        Self { client: client::address_of(headers, extensions, proxies), request: request.into() }
    }

    /// The request that is being answered.
    pub fn here() -> Self {
        match (use_context::<Parts>(), use_context::<App>()) {
            (Some(parts), Some(app)) => Self::of(&parts.headers, &parts.extensions, app.config.proxies),
            _ => Self { client: "unknown".into(), request: NONE.into() },
        }
    }

    pub fn command_line() -> Self {
        Self { client: "command-line".into(), request: NONE.into() }
    }

    /// Logs that `event` came from here. `detail` is a word of ours.
    pub fn log(&self, event: Event, outcome: Outcome, member: Option<&Member>, detail: &str) {
        let account = member.map_or_else(|| NONE.into(), |member| account(&member.subject));
        let detail = if detail.is_empty() { NONE } else { detail };
        let Self { client, request } = self;
        let (event, outcome) = (event.as_str(), outcome.as_str());
        // The level has to be a constant.
        macro_rules! line {
            ($level:ident) => {
                tracing::event!(
                    target: TARGET, tracing::Level::$level,
                    event, outcome, account, client, request_id = request, detail, "security event"
                )
            };
        }
        if outcome == Success.as_str() { line!(INFO) } else { line!(WARN) }
    }
}

/// Logs an event of the request that is being answered.
pub fn log(event: Event, outcome: Outcome, member: Option<&Member>, detail: &str) {
    Source::here().log(event, outcome, member, detail);
}

/// The same, by whether it went well.
pub fn log_whether(event: Event, well: bool, member: Option<&Member>) {
    log(event, if well { Success } else { Failure }, member, "");
}

/// What stands for the account with this subject.
pub fn account(subject: &str) -> String {
    sha256_hex(format!("security {subject}").as_bytes())[..16].to_owned()
}

/// The table as `docs/security-events.md` has it.
pub fn in_markdown() -> String {
    let mut text = "| `event` | what happened | `outcome` | `detail` |\n| --- | --- | --- | --- |\n".to_owned();
    for event in Event::ALL {
        let (about, outcomes, detail) = event.about();
        let outcomes: Vec<String> = outcomes.iter().map(|outcome| format!("`{outcome}`")).collect();
        text += &format!("| `{event}` | {about} | {} | {detail} |\n", outcomes.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The documentation is the table. If this fails, put what it says into
    /// docs/security-events.md.
    #[test]
    fn the_documentation_has_the_table_word_for_word() {
        let documented = include_str!("../../docs/security-events.md");
        assert!(documented.contains(&in_markdown()), "docs/security-events.md has to have:\n\n{}", in_markdown());
    }

    /// As the documentation says how to.
    #[test]
    fn an_account_is_found_by_its_subject() {
        // printf 'security %s' s-1 | sha256sum | cut -c-16
        assert_eq!(account("s-1"), ACCOUNT);
        assert_ne!(account("s-1"), account("s-2"));
    }

    const ACCOUNT: &str = "f4c451d4b9d6798c";
}
