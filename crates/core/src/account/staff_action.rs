//! What staff do that is recorded in the log of the staff, and when the same thing counts as done
//! again. Pure.

use super::model::Role;
use crate::string_enum;
use crate::time::UtcMillis;

string_enum! {
    /// What somebody of the staff did, or somebody with a command on the machine.
    pub enum ActionKind {
        /// Support view.
        SupportView = "support-view",
        /// Opened a case.
        CaseOpened = "case-opened",
        /// Searched for members or cases.
        Search = "search",
        /// Move of a case.
        CaseMove = "case-move",
        /// Assigned a case.
        CaseAssigned = "case-assigned",
        /// Added a note to a case.
        CaseNote = "case-note",
        /// Signed in.
        SignIn = "sign-in",
        /// Entered their password.
        Password = "password",
        /// Entered their password again.
        PasswordAgain = "password-again",
        /// Entered a code.
        Code = "code",
        /// Entered a code that had been used.
        CodeReplayed = "code-replayed",
        /// Entered a recovery code.
        RecoveryCode = "recovery-code",
        /// Signed out.
        SignOut = "sign-out",
        /// Ended other sessions.
        SessionsEnded = "sessions-ended",
        /// Changed their password.
        PasswordChanged = "password-changed",
        /// Confirmed their e-mail address.
        AddressProved = "address-proved",
        /// Set up a second factor.
        SecondFactorSetUp = "second-factor-set-up",
        /// Changed their authenticator.
        AuthenticatorChanged = "authenticator-changed",
        /// Made new recovery codes.
        RecoveryCodesMade = "recovery-codes-made",
        /// Saved a template.
        TemplateSaved = "template-saved",
        /// Retired a template.
        TemplateRetired = "template-retired",
        /// Began to verify the whole record.
        Verification = "verification",
        /// Downloaded a file.
        Download = "download",
        /// Added a staff account.
        StaffAdded = "staff-added",
        /// Added a member's account.
        AccountMade = "account-made",
        /// Changed a role.
        RoleChanged = "role-changed",
        /// Closed a staff account.
        StaffClosed = "staff-closed",
        /// Reset a second factor.
        SecondFactorReset = "second-factor-reset",
        /// Set a first password.
        InitialPasswordSet = "initial-password-set",
        /// Published a notice.
        NoticePublished = "notice-published",
        /// Started an import of members.
        ImportBegun = "import-begun",
        /// Imported members.
        Import = "import",
        /// Listed accounts that share a mailbox.
        DuplicatesListed = "duplicates-listed",
        /// Merged two accounts.
        AccountsMerged = "accounts-merged",
        /// Invited members.
        MembersInvited = "members-invited",
        /// Queued e-mails again.
        MailRetried = "mail-retried",
        /// Started a backup of the database.
        Backup = "backup",
        /// Restored the database from a backup.
        Restored = "restored",
        /// Confirmed the clock.
        ClockAccepted = "clock-accepted",
        /// Accepted that a part of the record is lost.
        RollbackAccepted = "rollback-accepted",
        /// Had a new key sign the public log.
        KeyRotated = "key-rotated",
        /// Had the public log go on after a witness stopped it.
        LogResumed = "log-resumed",
    }

    /// Where it was done.
    pub enum Client {
        /// On a page.
        Web = "web",
        /// By a command on the machine. The log does not know whose.
        CommandLine = "command-line",
    }
}

impl ActionKind {
    /// What was done, as an auditor reads it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::SupportView => "Support view",
            Self::CaseOpened => "Opened a case",
            Self::Search => "Searched for members or cases",
            Self::CaseMove => "Move of a case",
            Self::CaseAssigned => "Assigned a case",
            Self::CaseNote => "Added a note to a case",
            Self::SignIn => "Signed in",
            Self::Password => "Entered their password",
            Self::PasswordAgain => "Entered their password again",
            Self::Code => "Entered a code",
            Self::CodeReplayed => "Entered a code that had been used",
            Self::RecoveryCode => "Entered a recovery code",
            Self::SignOut => "Signed out",
            Self::SessionsEnded => "Ended other sessions",
            Self::PasswordChanged => "Changed their password",
            Self::AddressProved => "Confirmed their e-mail address",
            Self::SecondFactorSetUp => "Set up a second factor",
            Self::AuthenticatorChanged => "Changed their authenticator",
            Self::RecoveryCodesMade => "Made new recovery codes",
            Self::TemplateSaved => "Saved a template",
            Self::TemplateRetired => "Retired a template",
            Self::Verification => "Began to verify the whole record",
            Self::Download => "Downloaded a file",
            Self::StaffAdded => "Added a staff account",
            Self::AccountMade => "Added a member's account",
            Self::RoleChanged => "Changed a role",
            Self::StaffClosed => "Closed a staff account",
            Self::SecondFactorReset => "Reset a second factor",
            Self::InitialPasswordSet => "Set a first password",
            Self::NoticePublished => "Published a notice",
            Self::ImportBegun => "Started an import of members",
            Self::Import => "Imported members",
            Self::DuplicatesListed => "Listed accounts that share a mailbox",
            Self::AccountsMerged => "Merged two accounts",
            Self::MembersInvited => "Invited members",
            Self::MailRetried => "Queued e-mails again",
            Self::Backup => "Started a backup of the database",
            Self::Restored => "Restored the database from a backup",
            Self::ClockAccepted => "Confirmed the clock",
            Self::RollbackAccepted => "Accepted a loss of records",
            Self::KeyRotated => "Had a new key sign the public log",
            Self::LogResumed => "Had the public log go on",
        }
    }

    /// The same where it did not go well. Of a sign-in it is the account that was tried, whoever
    /// tried.
    pub const fn failed(self) -> &'static str {
        match self {
            Self::SignIn => "Failed sign-in to this account",
            Self::PasswordAgain => "Entered a wrong password",
            Self::Code => "Entered a wrong code",
            Self::RecoveryCode => "Entered a wrong recovery code",
            Self::SecondFactorSetUp => "Entered a wrong code for a new second factor",
            Self::AuthenticatorChanged => "Entered a wrong code for a new authenticator",
            kind => kind.title(),
        }
    }

    /// What the number that stands beside it counts, one of them and several.
    pub const fn counts(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Search => Some(("result", "results")),
            Self::Import | Self::MembersInvited => Some(("member", "members")),
            Self::DuplicatesListed => Some(("account", "accounts")),
            Self::MailRetried => Some(("e-mail", "e-mails")),
            _ => None,
        }
    }
}

/// For how long an opening of a case by the same officer counts as the same one, in milliseconds.
pub const SAME_OPENING: i64 = 30 * 60_000;

/// Whether opening a case at `now` is recorded, where the same officer's newest opening of it was
/// recorded at `last`. One from the future was stored while the clock was wrong, and covers
/// nothing.
pub fn opens_anew(last: Option<UtcMillis>, now: UtcMillis) -> bool {
    last.is_none_or(|last| !last.lasts(SAME_OPENING, now))
}

/// The name of the file with the history of a member.
pub const HISTORY_FILE: &str = "history.zip";

/// The name of the file with the receipt of this number.
pub fn receipt_file(receipt: &str) -> String {
    format!("receipt-{receipt}.zip")
}

/// What somebody of the staff did with what there is about a member, besides support views: it is
/// shown to the member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// When.
    pub at: UtcMillis,
    /// Their role then.
    pub by: Role,
    /// What they opened or took along.
    pub what: Accessed,
}

/// What was opened, or taken along as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accessed {
    /// The page of the case with this number.
    CasePage(String),
    /// The case with this number as a file: for an officer with its words, for an auditor without.
    Case(String),
    /// All entries of the member's history as a file.
    History,
    /// The receipt with this number.
    Receipt(String),
}

impl Accessed {
    /// What a row of the log of the staff says; `None` where it is about something else.
    pub fn of(kind: ActionKind, case: Option<String>, file: Option<&str>) -> Option<Self> {
        match (kind, case, file) {
            (ActionKind::CaseOpened, Some(case), _) => Some(Self::CasePage(case)),
            (ActionKind::Download, Some(case), _) => Some(Self::Case(case)),
            (ActionKind::Download, None, Some(HISTORY_FILE)) => Some(Self::History),
            (ActionKind::Download, None, Some(file)) => {
                let number = file.strip_prefix("receipt-")?.strip_suffix(".zip")?;
                Some(Self::Receipt(number.to_owned()))
            }
            _ => None,
        }
    }

    /// The case that it is about.
    pub fn case(&self) -> Option<&str> {
        match self {
            Self::CasePage(case) | Self::Case(case) => Some(case),
            Self::History | Self::Receipt(_) => None,
        }
    }

    /// A word for it, for machines.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::CasePage(_) => "opened-case",
            Self::Case(_) => "downloaded-case",
            Self::History => "downloaded-history",
            Self::Receipt(_) => "downloaded-receipt",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_along_is_read_from_the_name_of_the_file() {
        let of =
            |case: Option<&str>, file: Option<&str>| Accessed::of(ActionKind::Download, case.map(Into::into), file);
        assert_eq!(of(None, Some(HISTORY_FILE)), Some(Accessed::History));
        assert_eq!(of(None, Some(&receipt_file("7KQ2-9FMX"))), Some(Accessed::Receipt("7KQ2-9FMX".into())));
        assert_eq!(of(Some("OBJ-1"), Some("OBJ-1.zip")), Some(Accessed::Case("OBJ-1".into())));
        assert_eq!(of(None, Some("ledger.csv")), None);
        assert_eq!(of(None, None), None);
        assert_eq!(Accessed::of(ActionKind::Search, Some("OBJ-1".into()), None), None);
    }

    #[test]
    fn the_same_case_within_half_an_hour_is_one_opening() {
        let now = UtcMillis::from_date("2026-11-23").unwrap();
        let ago = |milliseconds: i64| Some(UtcMillis(now.0 - milliseconds));
        assert!(opens_anew(None, now));
        assert!(!opens_anew(ago(0), now) && !opens_anew(ago(SAME_OPENING - 1), now));
        assert!(opens_anew(ago(SAME_OPENING), now) && opens_anew(ago(3 * SAME_OPENING), now));
        assert!(opens_anew(ago(-UtcMillis::DAY), now), "an opening of tomorrow hides nothing today");
    }

    #[test]
    fn the_documentation_has_every_kind() {
        let documented = include_str!("../../../../docs/staff-actions.md");
        for kind in ActionKind::ALL {
            let row = format!("| `{kind}` | {} |", kind.title());
            assert!(documented.contains(&row), "docs/staff-actions.md has to have:\n{row}");
        }
    }

    #[test]
    fn each_kind_has_words_of_its_own() {
        let mut titles: Vec<_> = ActionKind::ALL.iter().map(|kind| kind.title()).collect();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), ActionKind::ALL.len());
    }
}
