//! Who may do what. [`TABLE`] is asked by every page and every server function, stands word for
//! word in `docs/roles.md`, and is walked by `tests/http/roles.rs` over everything that the server
//! answers to. What does not stand in it is denied.

use super::model::Role;
use crate::string_enum;
use std::fmt::Write;

string_enum! {
    /// What somebody may do.
    pub enum Capability {
        /// Read what is there for everybody, make an account, sign in and out, and enter the code
        /// of one's own case.
        Visit = "visit",
        /// Object, and follow and answer in a case of one's own. Staff do so as anybody without an
        /// account: theirs are for work.
        Object = "object",
        /// See and change what the account itself is: its password.
        OwnAccount = "own-account",
        /// See and change what the staff's second factor is: the authenticator and the recovery
        /// codes.
        OwnSecondFactor = "own-second-factor",
        /// See one's own settings and history, and choose.
        OwnSettings = "own-settings",
        /// Search among the members; addresses are masked.
        FindMembers = "find-members",
        /// See a member's tab and history, with a reason, for a while, recorded.
        ViewMembers = "look-at-members",
        /// See the whole address of a member one is looking at, recorded.
        UnmaskAddresses = "unmask-addresses",
        /// See the queue and the cases in it, and decide.
        WorkCases = "work-cases",
        /// See the charts, which name nobody, and take their files.
        ReadFigures = "read-figures",
        /// Read who of the staff looked at whom, and why; members by their subjects only.
        ReadAccessLog = "read-access-log",
        /// Read every entry of the ledger, and check it.
        ReadLedger = "read-ledger",
    }
}

const NOBODY: Option<Role> = None;
const MEMBER: Option<Role> = Some(Role::Member);
const SUPPORT: Option<Role> = Some(Role::Support);
const OFFICER: Option<Role> = Some(Role::PrivacyOfficer);
const AUDITOR: Option<Role> = Some(Role::Auditor);

/// Who is asked for, in the order of the table's columns; the first is whoever is not signed in.
pub const ROLES: [Option<Role>; 5] = [NOBODY, MEMBER, SUPPORT, OFFICER, AUDITOR];

/// Each capability, what it is, and who has it. A member's choice is the member's alone: no role of
/// the staff has `own-settings`.
pub const TABLE: [(Capability, &str, &[Option<Role>]); 12] = [
    (Capability::Visit, "read what is for everybody, sign up, in and out", &ROLES),
    (Capability::Object, "object, and follow one's own case; staff as people without an account", &ROLES),
    (Capability::OwnAccount, "one's own account and password", &[MEMBER, SUPPORT, OFFICER, AUDITOR]),
    (Capability::OwnSecondFactor, "one's own second factor and recovery codes", &[SUPPORT, OFFICER, AUDITOR]),
    (Capability::OwnSettings, "one's own settings: see them, choose", &[MEMBER]),
    (Capability::FindMembers, "find a member, addresses masked", &[SUPPORT, OFFICER]),
    (Capability::ViewMembers, "look at a member's settings, recorded", &[SUPPORT, OFFICER]),
    (Capability::UnmaskAddresses, "see a member's whole address, recorded", &[SUPPORT, OFFICER]),
    (Capability::WorkCases, "the queue, and deciding cases", &[OFFICER]),
    (Capability::ReadFigures, "the charts of cases and of members, which name nobody", &[SUPPORT, OFFICER, AUDITOR]),
    (Capability::ReadAccessLog, "the access log: who of the staff looked, at which subject, why", &[AUDITOR]),
    (Capability::ReadLedger, "the whole ledger, and its checks; no contact data", &[AUDITOR]),
];

/// Everything the server answers to, with the one capability it asks for. Server functions are
/// those under `/api/`; a part in braces is whatever stands there.
pub const ENDPOINTS: [(Capability, &[&str]); 12] = [
    (
        Capability::Visit,
        &[
            "/",
            "/sign-in",
            "/sign-in/password",
            "/sign-in/code",
            "/sign-in/second-factor",
            "/signed-out",
            "/account/deleted",
            "/sign-up",
            "/sign-up/sent",
            "/confirm",
            "/forgot",
            "/cookie",
            "/error",
            "/notices/{purpose}/{version}",
            "/objection/code",
            "/objection/again",
            "/api/sign-up",
            "/api/confirm",
            "/api/forgot-password",
            "/api/set-new-password",
            "/api/sign-in",
            "/api/show-sign-in",
            "/api/show-sign-up",
            "/api/set-own-password",
            "/api/enter-code",
            "/api/set-up-second-factor",
            "/api/sign-out",
            "/api/page-state",
            "/api/sign-in-to-object",
            "/api/show-objection",
            "/api/verify-objection",
            "/api/correct-objection-address",
            "/api/send-objection-again",
            "/api/send-objection-links",
            "/welcome",
            "/welcome/again",
            "/api/set-first-password",
            "/api/send-welcome-link",
            "/transparency",
            "/transparency.csv",
            "/log",
            "/log/check",
            "/log/checkpoint",
            "/log/keys",
            "/log/{number}/checkpoint",
            "/log/{number}/tile/{*path}",
            "/log/tile/{*path}",
            "/pkg/{name}",
            "/healthz",
            "/readyz",
            "/robots.txt",
            "/.well-known/security.txt",
            "/shapes/{*path}",
            "/favicon.svg",
            "/favicon.ico",
        ],
    ),
    (
        Capability::Object,
        &[
            "/objection",
            "/objections/{case}",
            "/objections/{case}/withdraw",
            "/objections/{case}/not-mine",
            "/api/submit-objection",
            "/api/add-to-objection",
            "/api/reply-to-question",
            "/api/withdraw-objection",
            "/api/disown-objection",
            "/api/complain-about-objection",
            "/api/leave-objection",
            "/api/close-objection-links",
            "/api/case-revision",
        ],
    ),
    (Capability::OwnAccount, &["/account", "/api/change-password", "/api/end-session", "/api/end-other-sessions"]),
    (
        Capability::OwnSecondFactor,
        &[
            "/account/recovery-codes",
            "/account/authenticator",
            "/api/make-recovery-codes",
            "/api/change-authenticator",
            "/api/confirm-authenticator",
        ],
    ),
    (
        Capability::OwnSettings,
        &[
            "/account/delete",
            "/api/delete-account",
            "/settings/privacy",
            "/settings/privacy/history",
            "/settings/privacy/entries/{id}",
            "/settings/privacy/entries/{id}/receipt",
            "/settings/privacy/entries/{id}/receipt.zip",
            "/settings/privacy/everything.zip",
            "/objections",
            "/api/set-ai-training",
            "/api/notice-shown",
            "/api/dismiss-notice",
            "/api/claim-objection",
            "/api/send-address-link",
            "/api/change-details",
            "/api/change-address",
        ],
    ),
    (Capability::FindMembers, &["/support"]),
    (
        Capability::ViewMembers,
        &[
            "/support/members/{id}",
            "/support/members/{id}/history",
            "/support/members/{id}/entries/{entry}",
            "/api/look-at-member",
        ],
    ),
    (Capability::UnmaskAddresses, &["/api/unmask-address"]),
    (
        Capability::WorkCases,
        &[
            "/support/objections",
            "/support/objections/record",
            "/support/objections/uphold",
            "/support/objections/{case}",
            "/support/objections/{case}/everything.zip",
            "/support/members/{id}/entries/{entry}/receipt.zip",
            "/support/templates",
            "/support/templates/add",
            "/support/templates/{template}",
            "/api/record-objection",
            "/api/record-complaint",
            "/api/correct-recorded-address",
            "/api/review-objection",
            "/api/ask-person",
            "/api/extend-objection",
            "/api/decide-objection",
            "/api/preview-decision",
            "/api/assign-objection",
            "/api/agree-to-decision",
            "/api/return-decision",
            "/api/mark-duplicate-objection",
            "/api/answer-complaint",
            "/api/reopen-objection",
            "/api/add-case-note",
            "/api/close-objection",
            "/api/save-template",
            "/api/retire-template",
            "/api/insert-template",
            "/api/work-on-objections",
            "/api/queue-changes",
        ],
    ),
    (
        Capability::ReadFigures,
        &[
            "/support/figures",
            "/support/figures/open-cases.csv",
            "/support/figures/answers.csv",
            "/support/figures/standing.csv",
        ],
    ),
    (
        Capability::ReadAccessLog,
        &["/audit", "/audit/staff", "/audit/downloads", "/audit/log.csv", "/audit/log.ndjson", "/audit/staff.csv"],
    ),
    (
        Capability::ReadLedger,
        &[
            "/audit/ledger",
            "/audit/ledger/{id}",
            "/audit/ledger/{id}/receipt.zip",
            "/audit/cases/{case}/record.zip",
            "/audit/members/{subject}/record.zip",
            "/audit/ledger.csv",
            "/audit/ledger.ndjson",
            "/audit/verification",
            "/api/verify-record",
            "/api/verification-progress",
        ],
    ),
];

/// Whether `who` may; none is whoever is not signed in.
pub fn may(who: Option<Role>, capability: Capability) -> bool {
    TABLE.iter().any(|(row, _, who_may)| *row == capability && who_may.contains(&who))
}

/// The two tables as `docs/roles.md` has them.
pub fn in_markdown() -> String {
    let names = ROLES.map(|who| who.map_or("nobody", Role::as_str));
    let mut text = format!("| may | {} |\n| --- |{}\n", names.join(" | "), " --- |".repeat(names.len()));
    for (capability, what, _) in TABLE {
        let cells = ROLES.map(|who| if may(who, capability) { "yes" } else { "–" });
        let _ = writeln!(text, "| `{capability}`: {what} | {} |", cells.join(" | "));
    }
    text += "\n| asks for | pages, server functions and files |\n| --- | --- |\n";
    for (capability, endpoints) in ENDPOINTS.iter().filter(|(_, endpoints)| !endpoints.is_empty()) {
        let endpoints: Vec<String> = endpoints.iter().map(|endpoint| format!("`{endpoint}`")).collect();
        let _ = writeln!(text, "| `{capability}` | {} |", endpoints.join(" "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_capability_has_its_row_and_its_endpoints_once() {
        assert_eq!(TABLE.map(|(capability, ..)| capability).as_slice(), Capability::ALL);
        assert_eq!(ENDPOINTS.map(|(capability, _)| capability).as_slice(), Capability::ALL);
        let mut endpoints: Vec<_> = ENDPOINTS.iter().flat_map(|(_, endpoints)| *endpoints).collect();
        let all = endpoints.len();
        endpoints.sort_unstable();
        endpoints.dedup();
        assert_eq!(endpoints.len(), all, "an endpoint stands in the table twice");
    }

    #[test]
    fn nobody_of_the_staff_writes_a_members_choice() {
        for role in Role::ALL.iter().filter(|role| **role != Role::Member) {
            assert!(!may(Some(*role), Capability::OwnSettings), "{role}");
        }
        assert!(
            [Capability::FindMembers, Capability::ViewMembers, Capability::UnmaskAddresses, Capability::WorkCases]
                .into_iter()
                .all(|reads_contact_data| !may(Some(Role::Auditor), reads_contact_data))
        );
    }

    /// The documentation is the table. If this fails, put what it says into docs/roles.md.
    #[test]
    fn the_documentation_has_the_table_word_for_word() {
        let documented = include_str!("../../../../docs/roles.md");
        assert!(documented.contains(&in_markdown()), "docs/roles.md has to have:\n\n{}", in_markdown());
    }
}
