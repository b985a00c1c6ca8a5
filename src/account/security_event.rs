//! What concerns security, as lines of the log under a target of their own: who signs in, fails to,
//! is refused, changes what they sign in with, or takes data out of the house (OWASP ASVS 5.0,
//! 16.3). `docs/security-events.md` has the table word for word.
//!
//! What staff do is a row of `staff_actions` as well: [`record`] and [`Source::store`] write both,
//! so that each thing is said once.
//!
//! A line names no address and no name. An account is a hash of its subject, so that its lines can
//! be put together, and an auditor who knows the subject finds them.

use super::model::Member;
use super::staff_action::ActionKind;
use super::store::staff_actions::{self, NewAction};
use crate::db::{self, Conn};
use crate::ledger::entry::sha256_hex;
use crate::time::UtcMicros;
use crate::web::{App, client, request};
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
        AccountDeleted = "account-deleted",
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
    /// Under which kind the log of the staff has it; none where it has no row there.
    fn action(self) -> Option<ActionKind> {
        ActionKind::parse(self.as_str())
    }

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
            Self::AccountDeleted => ("a member deleted their account", &[Success], ""),
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
    request: Option<String>,
}

/// An event whose row is stored, to be logged once that is durable.
#[must_use = "it is logged after the commit"]
pub struct Stored {
    source: Source,
    event: Event,
    outcome: Outcome,
    member: Option<Member>,
    detail: String,
}

impl Stored {
    pub fn log(self) {
        self.source.log(self.event, self.outcome, self.member.as_ref(), &self.detail);
    }
}

/// More about an event: what its line says, in a word of ours, and what its row says.
pub struct Detail<'a> {
    pub line: &'a str,
    pub row: Row,
}

/// What the row of an event says more than its kind.
pub enum Row {
    /// What the line says.
    Same,
    /// Where the rest stands, by its key there.
    PointsTo(String),
}

impl<'a> From<&'a str> for Detail<'a> {
    fn from(line: &'a str) -> Self {
        Self { line, row: Row::Same }
    }
}

/// Under which client commands are logged.
const COMMAND_LINE: &str = "command-line";

impl Source {
    /// A request with this head. `proxies` is how many of ours stand in front.
    pub fn of(headers: &HeaderMap, extensions: &Extensions, proxies: u32) -> Self {
        Self { client: client::address_of(headers, extensions, proxies), request: request::id_in(headers) }
    }

    /// The request that is being answered.
    pub fn here() -> Self {
        match (use_context::<Parts>(), use_context::<App>()) {
            (Some(parts), Some(app)) => Self::of(&parts.headers, &parts.extensions, app.config.proxies),
            _ => Self { client: "unknown".into(), request: None },
        }
    }

    pub fn command_line() -> Self {
        Self { client: COMMAND_LINE.into(), request: None }
    }

    /// The id of the request.
    pub fn request(&self) -> Option<String> {
        self.request.clone()
    }

    /// Stores the row of an event in the log of the staff, where it has one: where somebody of the
    /// staff did it, or a command, which may be about anybody.
    pub async fn store<'a>(
        self,
        conn: Conn<'_>,
        event: Event,
        outcome: Outcome,
        member: Option<&Member>,
        detail: impl Into<Detail<'a>>,
        at: UtcMicros,
    ) -> db::Result<Stored> {
        let detail = detail.into();
        let command = self.client == COMMAND_LINE;
        let action = match (event.action(), member) {
            (Some(kind), about) if command => {
                Some(NewAction { about: about.map(|about| &*about.id), ..NewAction::by_command(kind) })
            }
            (Some(kind), Some(staff)) if staff.role.is_staff() => {
                Some(NewAction { request: self.request(), ..NewAction::by(kind, staff) })
            }
            _ => None,
        };
        if let Some(action) = action {
            let action = NewAction { well: outcome == Success, ..action };
            let action = match detail.row {
                Row::Same => NewAction { detail: Some(detail.line), ..action },
                Row::PointsTo(key) => NewAction { points_to: Some(key), ..action },
            };
            staff_actions::put(conn, &action, at).await?;
        }
        Ok(Stored { source: self, event, outcome, member: member.cloned(), detail: detail.line.to_owned() })
    }

    /// Logs that `event` came from here. `detail` is a word of ours.
    pub fn log(&self, event: Event, outcome: Outcome, member: Option<&Member>, detail: &str) {
        let account = member.map_or_else(|| NONE.into(), |member| account(&member.subject));
        let detail = if detail.is_empty() { NONE } else { detail };
        let (client, request) = (&self.client, self.request.as_deref().unwrap_or(NONE));
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

/// Stores the row of an event of the request that is being answered, as [`Source::store`] does.
/// Call it in the transaction of the event, and log it after the commit.
pub async fn store(conn: Conn<'_>, event: Event, member: &Member, detail: &str, at: UtcMicros) -> db::Result<Stored> {
    Source::here().store(conn, event, Success, Some(member), detail, at).await
}

/// Stores and logs an event of the request that is being answered, whatever the clock says. Of
/// members nothing is stored.
pub async fn record(app: &App, event: Event, outcome: Outcome, member: &Member, detail: &str) -> db::Result<()> {
    if member.role.is_staff() && event.action().is_some() {
        let mut tx = app.db.begin_at_any_time().await?;
        let at = app.clock.now_micros();
        let stored = Source::here().store(tx.conn(), event, outcome, Some(member), detail, at).await?;
        tx.commit().await?;
        stored.log();
    } else {
        log(event, outcome, Some(member), detail);
    }
    Ok(())
}

/// The same, by whether it went well.
pub async fn record_whether(app: &App, event: Event, well: bool, member: &Member) -> db::Result<()> {
    record(app, event, if well { Success } else { Failure }, member, "").await
}

/// Logs an event of the request that is being answered, for which there is no row: nobody of the
/// staff did it, or it was only tried.
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

    /// The same word, so that a row and its line are found by it.
    #[test]
    fn what_staff_do_has_a_row_and_what_is_only_tried_has_none() {
        let lines_only: Vec<_> = Event::ALL.iter().filter(|event| event.action().is_none()).copied().collect();
        use Event::{AccountDeleted, AddressChanged, Blocked, CaseClaimed, NotTheirs, OriginRefused, RoleRefused};
        let members = [AccountDeleted, AddressChanged];
        let tried = [OriginRefused, RoleRefused, NotTheirs, CaseClaimed];
        assert_eq!(lines_only, [&[Blocked][..], &members, &tried].concat());
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
