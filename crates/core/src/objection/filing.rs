//! What becomes of a form that was filed: a case of its own, the case that is there already, or
//! none. Pure.

use super::already_off::{AlreadyOff, objected_in_vain};
use super::case::{CaseFacts, CaseState};
use super::form::Filing;
use super::model::{AskedPurpose, Case};
use super::record::Record;
use super::repeat::ACCIDENT;
use super::{regime, steps};
use crate::account::model::Member;
use crate::ledger::CaseStep;
use crate::ledger::entry::sha256_hex;
use crate::time::UtcMillis;

/// Cases of one member in a day.
pub const MEMBER_A_DAY: usize = 10;
/// Cases in a day under one address that nobody has shown to be theirs. It is wide: whoever files
/// so often in somebody's name keeps that person from filing. So that no mailbox is filled, few of
/// them are mailed a code ([`CODES_AN_ADDRESS`](super::code::CODES_AN_ADDRESS)).
pub const UNCONFIRMED_A_DAY: usize = 50;
/// Cases of one form that are looked through for the same press.
pub const SAME_FORM_MAX: u32 = 20;

/// Whose case it is that is filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applicant {
    /// Whose history the steps go into: a member's, or one of the case's own.
    pub subject: String,
    /// The member's id. None: a person without an account.
    pub member: Option<String>,
    /// As the account or the form has it, on one line.
    pub name: String,
    /// Where letters about the case go, as mail compares it.
    pub email: String,
}

impl From<&Member> for Applicant {
    fn from(member: &Member) -> Self {
        Self {
            subject: member.subject.clone(),
            member: Some(member.id.clone()),
            name: member.name.clone(),
            email: member.email.clone(),
        }
    }
}

/// What becomes of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnFiling {
    /// The case with this number says the same, and was filed by the same press.
    SamePress(String),
    /// As many as may be were filed within a day.
    TooMany,
    /// These are off permanently already, so there is nothing to object to.
    AlreadyOff(Vec<AlreadyOff>),
    /// It becomes a case of its own.
    New {
        /// The number of the first case about one of these purposes.
        after: Option<String>,
        /// The number of a case under the same address that asks the same.
        same: Option<String>,
    },
}

/// Decides what becomes of `filing`. `earlier` are the cases of the member, or those under the
/// address that nobody has confirmed yet, the newest first; `off` is what is off permanently in the
/// member's history.
///
/// A member who sends the same within an hour has pressed twice. Without an account another form is
/// always another case: whoever sends it may be somebody else, who is not to learn what was filed
/// under this address, nor its number. The mail with the code tells the owner of the address that
/// the same was filed before.
pub fn on_filing(filing: &Filing, of_member: bool, earlier: &[Case], off: &[AlreadyOff], now: UtcMillis) -> OnFiling {
    let accident = |case: &&Case| case.says_the_same(filing) && case.received.lasts(ACCIDENT, now);
    let same = earlier.iter().filter(accident).find(|case| case.answers_again(now));
    let same = same.map(|case| case.number.clone());
    let after = earlier.iter().rfind(|case| of_member && case.overlaps(filing)).map(|case| case.number.clone());
    let most = if of_member { MEMBER_A_DAY } else { UNCONFIRMED_A_DAY };
    let in_vain = objected_in_vain(filing, off);
    match same {
        Some(same) if of_member => OnFiling::SamePress(same),
        _ if are_enough(earlier, most, now) => OnFiling::TooMany,
        _ if !in_vain.is_empty() => OnFiling::AlreadyOff(in_vain),
        same => OnFiling::New { after, same },
    }
}

/// Whether so many of the `earlier` cases are of the last day that no other may follow.
pub fn are_enough(earlier: &[Case], most: usize, now: UtcMillis) -> bool {
    earlier.iter().filter(|case| case.received.lasts(UtcMillis::DAY, now)).count() >= most
}

/// The name under which a form is stored once the case `number` has its own: with something else in
/// it, or somebody else's, or once that case is withdrawn, or an hour old and joined to another or
/// decided. It follows from the first, so that a press of this one once more finds it.
pub fn named_after(form: &str, number: &str) -> String {
    sha256_hex(format!("{form} {number}").as_bytes())
}

impl Case {
    /// A case that is filed at `now`, and the step that begins it.
    pub fn open(
        number: String,
        applicant: Applicant,
        filing: &Filing,
        after: Option<String>,
        now: UtcMillis,
    ) -> (Self, CaseStep) {
        let answer = regime::for_region(filing.region).answer;
        let by_member = applicant.member.is_some();
        let facts = steps::open(number, by_member, filing.mode, filing.purposes.clone(), answer, now);
        let filed = steps::filed(&facts, after.clone());
        (Self::begun(facts, applicant, filing, after), filed)
    }

    /// A case that an officer records, and the step that begins it.
    pub fn open_recorded(
        number: String,
        applicant: Applicant,
        filing: &Filing,
        record: &Record,
        after: Option<String>,
    ) -> (Self, CaseStep) {
        let answer = regime::for_region(filing.region).answer;
        let facts = steps::recorded(number, filing.mode, filing.purposes.clone(), answer, record.received);
        let step = steps::record(&facts, record, after.clone());
        (Self::begun(facts, applicant, filing, after), step)
    }

    fn begun(facts: CaseFacts, applicant: Applicant, filing: &Filing, after: Option<String>) -> Self {
        let Applicant { subject, member, name, email } = applicant;
        let asked = |purpose| AskedPurpose { purpose, outcome: None, grounds: None, proposed: None };
        Self {
            number: facts.number,
            subject,
            member,
            name,
            email,
            region: filing.region,
            mode: facts.mode,
            reason: filing.reason.clone(),
            language: filing.language.to_owned(),
            state: facts.state,
            received: facts.received,
            first_due: facts.due,
            due: facts.due,
            decided: None,
            complaint_due: None,
            complaint_answered: None,
            after,
            duplicate_of: None,
            officer: None,
            proposed: None,
            revision: 0,
            links_closed: None,
            disowned: None,
            purposes: facts.purposes.into_iter().map(asked).collect(),
            joined: Vec::new(),
            steps: Vec::new(),
            already_off: Vec::new(),
            still_open: Vec::new(),
        }
    }

    /// Whether `filing`, sent at `now` under `email` by the form that this case came of, is the
    /// same press.
    pub fn is_same_form(&self, filing: &Filing, email: &str, now: UtcMillis) -> bool {
        self.email == email && self.says_the_same(filing) && self.answers_again(now)
    }

    /// Whether it waits for its code and says the same under the same `email`: then the browser
    /// that filed it has nothing to file anew.
    pub fn waits_with_the_same(&self, filing: &Filing, email: &str) -> bool {
        self.state == CaseState::AwaitingVerification && self.email == email && self.says_the_same(filing)
    }

    /// Whether what filed it is answered with this case when it is sent once more: while it is
    /// open, and within the hour also where it was answered at once, by rule or by a fast officer.
    /// Whoever withdrew it files anew.
    fn answers_again(&self, now: UtcMillis) -> bool {
        // Of a recorded one it counts when it was recorded.
        let begun = self.steps.first().map_or(self.received, |done| done.at);
        self.is_open() || self.state != CaseState::Withdrawn && begun.lasts(ACCIDENT, now)
    }

    /// What shows to whoever filed it that it is stored, while its address is to be confirmed.
    pub fn mark_to_show(&self) -> Option<String> {
        (self.state == CaseState::AwaitingVerification).then(|| self.filed_mark())
    }
}

#[cfg(test)]
#[path = "filing_tests.rs"]
mod tests;
