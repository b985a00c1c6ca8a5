//! A case and its steps in the ledger: each move leaves one, and from the steps alone the case can
//! be built again. Pure.

use super::case::{By, CaseFacts, CaseState, IllegalMove, Move, Proposed, Refusal, Refusals, Ruling, after, outcome};
use super::deadline::{self, Answer};
use super::model::{Case, PastStep};
use super::record::Record;
use crate::ledger::entry::sealed;
use crate::ledger::{Actor, CaseStep, Decided, Entry, EntryId, Mode, Outcome, Purpose, Step};
use crate::time::UtcMillis;

/// A case that is filed at `received`: by a member, or by somebody whose address has to be
/// confirmed first.
pub fn open(
    number: String,
    by_member: bool,
    mode: Mode,
    purposes: Vec<Purpose>,
    answer: Answer,
    received: UtcMillis,
) -> CaseFacts {
    let state = if by_member { CaseState::Received } else { CaseState::AwaitingVerification };
    let due = deadline::due(received, answer);
    CaseFacts {
        number,
        state,
        purposes,
        mode,
        answer,
        received,
        due,
        unconfirmed: false,
        extended: false,
        decided: false,
        proposed: None,
        questions: 0,
        question_open: false,
        complaint_open: false,
        erased: false,
        outcomes: Vec::new(),
        refusals: Refusals::default(),
    }
}

/// A case that an officer records, which came in at `received`: it is worked on before its address
/// is confirmed.
pub fn recorded(number: String, mode: Mode, purposes: Vec<Purpose>, answer: Answer, received: UtcMillis) -> CaseFacts {
    let filed = open(number, false, mode, purposes, answer, received);
    CaseFacts { state: CaseState::Received, unconfirmed: true, ..filed }
}

/// The first step of a case that was just recorded.
pub fn record(case: &CaseFacts, record: &Record, after: Option<String>) -> CaseStep {
    record.on(CaseStep { name: Step::Recorded, ..filed(case, after) })
}

/// The first step of a case that was just opened. `after` is the number of an earlier case that
/// this one was filed after, on purpose.
pub fn filed(case: &CaseFacts, after: Option<String>) -> CaseStep {
    CaseStep {
        mode: Some(case.mode),
        purposes: case.purposes.clone(),
        due: Some(case.due),
        other: after,
        ..Step::Filed.into()
    }
}

/// The step with which a case goes on in the history of the member whose address was confirmed;
/// `follows` is the applicant's last entry.
pub fn linked(case: &CaseFacts, follows: EntryId) -> CaseStep {
    CaseStep {
        mode: Some(case.mode),
        purposes: case.purposes.clone(),
        due: Some(case.due),
        follows: Some(follows),
        ..Step::Linked.into()
    }
}

/// A move with all that comes of it: the case afterwards, and the step that the ledger records at
/// the same time, to be [sealed](seal) with what was written.
///
/// # Errors
/// Those of [`after`], and only those.
pub fn apply(case: &CaseFacts, by: By, mv: &Move, at: UtcMillis) -> Result<(CaseFacts, CaseStep), IllegalMove> {
    let state = after(case, by, mv, at)?;
    let step = step(case, mv, at);
    let mut next = case.clone();
    next.take(&step);
    debug_assert_eq!(next.state, state, "a step leads where its move does");
    Ok((next, step))
}

/// The step that records a legal move. The purposes for which something changes stand in it.
fn step(case: &CaseFacts, mv: &Move, at: UtcMillis) -> CaseStep {
    let purposes = || case.purposes.clone();
    match mv {
        Move::Verify => Step::Verified.into(),
        Move::Acknowledge => Step::Acknowledged.into(),
        Move::BeginReview => Step::ReviewBegun.into(),
        Move::UpholdByRule => {
            let outcomes = case.by_rule().into_iter().map(|purpose| unsealed(purpose, Outcome::Upheld)).collect();
            CaseStep { outcomes, ..Step::UpheldByRule.into() }
        }
        Move::Add { .. } => Step::Added.into(),
        Move::Ask { .. } => Step::Asked.into(),
        Move::Reply { .. } => Step::Replied.into(),
        Move::Extend { months, .. } => {
            let due = deadline::extended(case.received, case.answer, *months);
            CaseStep { due: Some(due), ..Step::Extended.into() }
        }
        Move::Withdraw => CaseStep { purposes: purposes(), ..Step::Withdrawn.into() },
        Move::MarkDuplicate { of } => {
            CaseStep { purposes: purposes(), other: Some(of.clone()), ..Step::MarkedDuplicate.into() }
        }
        Move::Decide(rulings) => {
            let outcomes = rulings.iter().map(|r| unsealed(r.purpose, r.outcome)).collect();
            CaseStep { outcomes, ..Step::Decided.into() }
        }
        Move::Propose { rulings, by } => {
            let of = |r: &Ruling| unsealed(r.purpose, r.outcome);
            CaseStep { outcomes: rulings.iter().map(of).collect(), officer: Some(by.clone()), ..Step::Proposed.into() }
        }
        Move::Agree { by } => {
            let proposed = case.proposed.iter().flat_map(|p| &p.outcomes);
            let outcomes = proposed.map(|(purpose, outcome)| unsealed(*purpose, *outcome)).collect();
            let name = if case.complaint_open { Step::RuledAgain } else { Step::Decided };
            CaseStep { outcomes, officer: Some(by.clone()), ..name.into() }
        }
        Move::RuleAgain(rulings) => {
            let outcomes = rulings.iter().map(|r| unsealed(r.purpose, r.outcome)).collect();
            CaseStep { outcomes, ..Step::RuledAgain.into() }
        }
        Move::Return { by, .. } => CaseStep { officer: Some(by.clone()), ..Step::Returned.into() },
        Move::Complain { .. } => CaseStep { due: Some(deadline::complaint_due(at)), ..Step::Complained.into() },
        Move::RecordComplaint { record, .. } => {
            let due = Some(deadline::complaint_due(record.received));
            record.on(CaseStep { due, ..Step::Complained.into() })
        }
        Move::AnswerComplaint { .. } => Step::ComplaintAnswered.into(),
        Move::Reopen { .. } => {
            let joined = case.state == CaseState::Duplicate;
            let purposes = if joined { case.to_rule() } else { case.refused() };
            // A case that was merged by mistake keeps its time: the mistake was ours.
            let due = if joined { case.due } else { deadline::due(at, case.answer) };
            CaseStep { purposes, due: Some(due), ..Step::Reopened.into() }
        }
        Move::Close => Step::Closed.into(),
    }
}

pub(super) fn unsealed(purpose: Purpose, outcome: Outcome) -> Decided {
    Decided { purpose, outcome, text: None }
}

/// Puts into a step the hashes of what was written with it, and of the grounds for each purpose.
pub fn seal(step: &mut CaseStep, salt: &str, text: Option<&str>, grounds: impl Fn(Purpose) -> Option<String>) {
    step.text = text.map(|text| sealed(salt, text));
    for decided in &mut step.outcomes {
        decided.text = grounds(decided.purpose).map(|grounds| sealed(salt, &grounds));
    }
}

impl CaseFacts {
    /// Goes on by a step that was recorded. Whether the step was legal is not asked: it has
    /// happened.
    fn take(&mut self, step: &CaseStep) {
        self.take_move(step);
        self.question_open &= self.state.is_pending();
    }

    fn take_move(&mut self, step: &CaseStep) {
        match step.name {
            Step::Filed
            | Step::Recorded
            | Step::CodeSent
            | Step::AddressCorrected
            | Step::Disowned
            | Step::Reached
            | Step::Added
            | Step::ProgressTold
            | Step::Swept => {}
            Step::Linked => self.unconfirmed = false,
            Step::Verified => {
                if self.state == CaseState::AwaitingVerification {
                    self.state = CaseState::Received;
                }
                self.unconfirmed = false;
            }
            Step::Asked => (self.questions, self.question_open) = (self.questions.saturating_add(1), true),
            Step::Replied => self.question_open = false,
            Step::Acknowledged => self.state = CaseState::Acknowledged,
            Step::ReviewBegun => self.state = CaseState::UnderReview,
            Step::Rescheduled => self.due = step.due.unwrap_or(self.due).min(self.due),
            Step::Extended => {
                self.due = step.due.unwrap_or(self.due);
                self.extended = true;
            }
            Step::Withdrawn => (self.state, self.proposed) = (CaseState::Withdrawn, None),
            Step::MarkedDuplicate => (self.state, self.proposed) = (CaseState::Duplicate, None),
            Step::Proposed => {
                let outcomes = step.outcomes.iter().map(|d| (d.purpose, d.outcome)).collect();
                self.proposed = Some(Proposed { by: step.officer.clone().unwrap_or_default(), outcomes });
            }
            Step::Returned => self.proposed = None,
            Step::UpheldByRule => {
                // An answer that waits was perhaps drafted before the address was confirmed.
                if let Some(proposed) = &mut self.proposed {
                    proposed.outcomes.retain(|(purpose, _)| !step.outcomes.iter().any(|d| d.purpose == *purpose));
                }
                self.outcomes = self.ruled(step.outcomes.iter().map(|d| (d.purpose, d.outcome)));
                if self.is_decided() {
                    (self.state, self.decided) = (CaseState::Upheld, true);
                }
            }
            Step::Decided | Step::RuledAgain => {
                let wrote = self.proposed.take().map(|proposed| proposed.by);
                self.outcomes = self.ruled(step.outcomes.iter().map(|d| (d.purpose, d.outcome)));
                self.state = outcome(self.outcomes.iter().map(|(_, outcome)| *outcome));
                self.decided = true;
                let refuses = step.outcomes.iter().any(|d| d.outcome == Outcome::Refused);
                if refuses && (wrote.is_some() || step.officer.is_some()) {
                    self.refusals.0.push(Refusal { wrote, agreed: step.officer.clone() });
                }
                // The decision stands once more in the history of whoever a case was added to.
                self.complaint_open &= step.name == Step::Decided;
            }
            Step::Reopened => {
                if self.state != CaseState::Duplicate {
                    self.outcomes.retain(|(_, outcome)| *outcome == Outcome::Upheld);
                    (self.decided, self.extended) = (false, true);
                }
                self.due = step.due.unwrap_or(self.due);
                self.state = CaseState::Acknowledged;
            }
            Step::Complained => self.complaint_open = true,
            Step::ComplaintAnswered => self.complaint_open = false,
            Step::Closed => self.state = CaseState::Closed,
        }
    }
}

/// A member's case as it was at `at`; `None` where it did not stand in their history yet.
pub fn as_of(case: &Case, at: UtcMillis) -> Option<Case> {
    let steps: Vec<PastStep> = case.steps.iter().take_while(|done| done.at <= at).cloned().collect();
    let by_member = steps.first()?.actor == Actor::Member;
    if !by_member && !steps.iter().any(|done| done.step == Step::Linked) {
        return None;
    }
    let now = case.facts();
    let mut then = if case.record().is_some() {
        recorded(now.number, now.mode, now.purposes, now.answer, now.received)
    } else {
        open(now.number, by_member, now.mode, now.purposes, now.answer, now.received)
    };
    for done in &steps {
        let outcomes = done.rulings.iter().map(|r| unsealed(r.purpose, r.outcome)).collect();
        then.take(&CaseStep { due: done.due, outcomes, ..done.step.into() });
    }
    let decided = if case.steps.iter().any(|done| done.step == Step::Reopened) {
        let answers = |done: &&PastStep| matches!(done.step, Step::Decided | Step::UpheldByRule);
        steps.iter().rev().find(answers).filter(|_| then.decided).map(|done| done.at)
    } else {
        case.decided.filter(|decided| *decided <= at)
    };
    // A complaint that came later is none of that time, nor is an answer to one.
    let complaint = steps.iter().rev().find(|done| done.step == Step::Complained && then.complaint_open);
    let complaint_due = complaint.and_then(|done| done.due);
    let (state, due, complaint_answered) = (then.state, then.due, None);
    let mut then = Case { state, due, decided, complaint_due, complaint_answered, steps, ..case.clone() };
    then.purposes.iter_mut().for_each(|p| (p.outcome, p.grounds) = (None, None));
    for done in then.steps.clone() {
        then.take_rulings(&done.rulings);
        if done.step == Step::Reopened {
            then.reopen();
        }
    }
    Some(then)
}

/// The case that `entries` tell of: those of one case, oldest first, also where they go on in
/// another history. `answer` is that of the person's region, which the ledger does not know. `None`
/// where they do not begin with the filing of a case, or where one of them belongs to another.
pub fn replay<'a>(answer: Answer, entries: impl IntoIterator<Item = &'a Entry>) -> Option<CaseFacts> {
    let mut entries = entries.into_iter();
    let first = entries.next()?;
    let filed = first.step.as_ref().filter(|s| matches!(s.name, Step::Filed | Step::Recorded))?;
    let (number, mode, purposes) = (first.case.clone()?, filed.mode?, filed.purposes.clone());
    let mut case = match filed.name {
        Step::Recorded => recorded(number, mode, purposes, answer, filed.since?),
        _ => open(number, first.actor != Actor::Applicant, mode, purposes, answer, first.at),
    };
    case.due = filed.due?;
    for entry in entries {
        let step = entry.step.as_ref().filter(|s| !matches!(s.name, Step::Filed | Step::Recorded))?;
        if entry.case.as_ref() != Some(&case.number) {
            return None;
        }
        case.take(step);
    }
    Some(case)
}
