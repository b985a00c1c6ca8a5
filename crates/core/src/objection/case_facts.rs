//! What the course of a case depends on. Pure.

use super::deadline::Answer;
use crate::ledger::entry::sealed;
use crate::ledger::{Mode, Outcome, Purpose};
use crate::string_enum;
use crate::time::UtcMillis;

string_enum! {
    /// Where a case stands.
    pub enum CaseState {
        /// It is in, from somebody we know: a member, or an applicant who has confirmed their
        /// address.
        Received = "received",
        /// It is in and its time runs, but nobody has shown yet that the address is theirs. Not
        /// shown to officers.
        AwaitingVerification = "awaiting_verification",
        /// The person was told that it is in, and by when it is answered.
        Acknowledged = "acknowledged",
        /// An officer works on the answer, or it waits for a second officer.
        UnderReview = "under_review",
        /// Decided: every purpose was upheld.
        Upheld = "upheld",
        /// Decided: some purposes were upheld, and some refused.
        PartlyUpheld = "partly_upheld",
        /// Decided: every purpose was refused.
        Refused = "refused",
        /// The person took it back before it was decided.
        Withdrawn = "withdrawn",
        /// It goes on in another case of the same person.
        Duplicate = "duplicate",
        /// Decided, and nothing is left to do; a complaint can still come.
        Closed = "closed",
    }
}

impl CaseState {
    /// Still to be decided.
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Received | Self::AwaitingVerification | Self::Acknowledged | Self::UnderReview)
    }

    /// Nothing more can be done, but that a duplicate can be reopened.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Withdrawn | Self::Duplicate)
    }
}

/// A case, as far as its course depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own, in any state")]
pub struct CaseFacts {
    /// Such as `OBJ-7F3K9Q2M`, as [`number`](super::number::number) makes it.
    pub number: String,
    /// Where the case stands.
    pub state: CaseState,
    /// What is objected to: one at least, each once.
    pub purposes: Vec<Purpose>,
    /// Whether the processing is to end, or to rest.
    pub mode: Mode,
    /// How long the answer may take where the person lives.
    pub answer: Answer,
    /// When it came in: from here the time to answer runs, with or without a code.
    pub received: UtcMillis,
    /// When the answer is due; an extension moves it.
    pub due: UtcMillis,
    /// Whether an officer recorded it and nobody has shown yet that the address is theirs. It is
    /// worked on all the same, and reaches no account.
    pub unconfirmed: bool,
    /// Whether an extension has moved `due`; there is one at most, and none after a reopening.
    pub extended: bool,
    /// Whether it is decided; stays so once it is closed, until it is reopened.
    pub decided: bool,
    /// The answer that waits for a second officer, if one does.
    pub proposed: Option<Proposed>,
    /// How many questions the person was asked.
    pub questions: usize,
    /// Whether the newest of them waits for a reply; none does once the case is decided or ended.
    pub question_open: bool,
    /// Whether a complaint waits for its answer.
    pub complaint_open: bool,
    /// Whether what was written in it is erased, because the person deleted their account, or
    /// nobody confirmed the address.
    pub erased: bool,
    /// What was decided about each purpose, in the newest decision about it; empty before there was
    /// one.
    pub outcomes: Vec<(Purpose, Outcome)>,
    /// Who refused something so far, as far as it is recorded.
    pub refusals: Refusals,
}

/// Who stands behind a refusal, by their [marks](mark). Of a refusal from before a second officer
/// was needed nobody is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Who wrote it.
    pub wrote: Option<String>,
    /// Who agreed to it.
    pub agreed: Option<String>,
}

/// All refusals of a case, the oldest first. What is upheld stays so: whatever a later one refuses,
/// each earlier one refused too. So whoever stands behind any of them stands behind one of each use
/// that can still be refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusals(pub Vec<Refusal>);

impl Refusals {
    /// Whether these `officers` (their marks) can refuse once more: one writes it who neither wrote
    /// nor agreed to any refusal before, and another agrees who wrote none.
    pub fn can_be_repeated(&self, officers: &[String]) -> bool {
        let may_agree = |by: &String| !self.has_writer(by);
        officers.iter().any(|one| !self.is_of(one) && officers.iter().any(|other| other != one && may_agree(other)))
    }

    /// Whether the officer with this mark wrote one of them, or agreed to one.
    pub fn is_of(&self, by: &str) -> bool {
        self.has_writer(by) || self.0.iter().any(|refusal| refusal.agreed.as_deref() == Some(by))
    }

    /// Whether the officer with this mark wrote one of them.
    pub fn has_writer(&self, by: &str) -> bool {
        self.0.iter().any(|refusal| refusal.wrote.as_deref() == Some(by))
    }
}

impl CaseFacts {
    /// The purposes that were refused: a complaint has these ruled on again.
    pub fn refused(&self) -> Vec<Purpose> {
        self.outcomes.iter().filter(|(_, outcome)| *outcome == Outcome::Refused).map(|(purpose, _)| *purpose).collect()
    }

    /// What a decision that is due now is about: what was refused, after a complaint; before, what
    /// was objected to and is not upheld by rule.
    pub fn to_rule(&self) -> Vec<Purpose> {
        if self.complaint_open { self.refused() } else { self.undecided() }
    }

    /// What is not decided yet.
    fn undecided(&self) -> Vec<Purpose> {
        let decided = |purpose: &Purpose| self.outcomes.iter().any(|(p, _)| p == purpose);
        self.purposes.iter().copied().filter(|purpose| !decided(purpose)).collect()
    }

    /// What can never be refused and is not upheld yet.
    pub fn by_rule(&self) -> Vec<Purpose> {
        self.undecided().into_iter().filter(|purpose| !purpose.can_be_refused()).collect()
    }

    /// Whether everything that was objected to is decided.
    pub fn is_decided(&self) -> bool {
        self.undecided().is_empty()
    }

    /// What holds once `rulings` are taken in.
    pub fn ruled(&self, rulings: impl IntoIterator<Item = (Purpose, Outcome)>) -> Vec<(Purpose, Outcome)> {
        let mut all = self.outcomes.clone();
        for (purpose, outcome) in rulings {
            match all.iter_mut().find(|(p, _)| *p == purpose) {
                Some(known) => known.1 = outcome,
                None => all.push((purpose, outcome)),
            }
        }
        all
    }
}

/// An answer that refuses something, as far as the ledger knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The [mark] of the officer who wrote it.
    pub by: String,
    /// One for each purpose, at least one of them refused.
    pub outcomes: Vec<(Purpose, Outcome)>,
}

/// Tells officers apart within the case `number`, and names nobody.
pub fn mark(number: &str, officer: &str) -> String {
    sealed(number, officer)
}
