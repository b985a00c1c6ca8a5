//! What was proposed and decided in a case, by whom, and what an answer is to. Pure.

use super::case::{Refusal, Refusals, Ruling, mark};
use super::model::{AnswerTo, AskedPurpose, Case, PastStep};
use crate::ledger::{Actor, CaseStep, Outcome, Step};
use crate::time::UtcMillis;

impl Case {
    /// Who stands behind each refusal so far: who wrote it and who agreed to it.
    pub(super) fn refusals(&self) -> Refusals {
        let refuses = |done: &PastStep| {
            let rules = done.step.rules();
            rules && done.rulings.iter().any(|ruling| ruling.outcome == Outcome::Refused) && done.officer.is_some()
        };
        let mark = |done: &PastStep| done.officer.as_deref().map(|officer| mark(&self.number, officer));
        let agreed = self.steps.iter().enumerate().filter(|(_, done)| refuses(done));
        let of = |(n, agreed): (usize, &PastStep)| {
            let wrote = self.steps[..n].iter().rev().find(|done| done.step == Step::Proposed);
            Refusal { wrote: wrote.and_then(mark), agreed: mark(agreed) }
        };
        Refusals(agreed.map(of).collect())
    }

    /// What was decided, once it was.
    pub fn rulings(&self) -> Option<Vec<Ruling>> {
        let ruling =
            |p: &AskedPurpose| Some(Ruling { purpose: p.purpose, outcome: p.outcome?, grounds: p.grounds.clone() });
        self.decided.and_then(|_| self.purposes.iter().map(ruling).collect())
    }

    /// The newest answer that was proposed, also after it was returned; empty where none was. After
    /// a complaint it is about what had been refused.
    pub fn proposal(&self) -> Vec<Ruling> {
        let ruling = |p: &AskedPurpose| {
            let (outcome, grounds) = p.proposed.clone()?;
            Some(Ruling { purpose: p.purpose, outcome, grounds })
        };
        self.to_rule().filter_map(ruling).collect()
    }

    /// The purposes that a decision which is due now is about.
    pub fn to_rule(&self) -> impl Iterator<Item = &AskedPurpose> {
        let outcome = self.has_complaint().then_some(Outcome::Refused);
        self.purposes.iter().filter(move |p| p.outcome == outcome)
    }

    /// Takes a decision in.
    pub fn rule(&mut self, rulings: &[Ruling], at: UtcMillis) {
        self.take_rulings(rulings);
        self.decided = Some(at);
    }

    /// Takes in what was decided on a complaint, which has its answer by that. When the objection
    /// was decided stays.
    pub fn rule_again(&mut self, rulings: &[Ruling], at: UtcMillis) {
        self.take_rulings(rulings);
        self.complaint_answered = Some(at);
    }

    /// What holds for the purposes in `rulings` is what these say.
    pub(super) fn take_rulings(&mut self, rulings: &[Ruling]) {
        for ruling in rulings {
            for asked in self.purposes.iter_mut().filter(|p| p.purpose == ruling.purpose) {
                (asked.outcome, asked.grounds) = (Some(ruling.outcome), ruling.grounds.clone());
            }
        }
    }

    /// What a step decided, with the grounds, to be stored beside it.
    pub fn rulings_of(&self, step: &CaseStep) -> Vec<Ruling> {
        let of = |purpose| self.purposes.iter().find(|p| p.purpose == purpose);
        let decides = step.name.rules();
        let outcomes = step.outcomes.iter().filter(|_| decides);
        outcomes
            .map(|d| Ruling {
                purpose: d.purpose,
                outcome: d.outcome,
                grounds: of(d.purpose).and_then(|p| p.grounds.clone()),
            })
            .collect()
    }

    /// Takes in what is proposed.
    pub fn propose(&mut self, rulings: &[Ruling]) {
        for ruling in rulings {
            for asked in self.purposes.iter_mut().filter(|p| p.purpose == ruling.purpose) {
                asked.proposed = Some((ruling.outcome, ruling.grounds.clone()));
            }
        }
    }

    /// What its next answer is to.
    pub fn next_answer(&self) -> AnswerTo {
        if self.has_complaint() { AnswerTo::Complaint } else { self.answer_to_objection() }
    }

    /// What an answer to the objection itself is to, and not to a complaint.
    pub fn answer_to_objection(&self) -> AnswerTo {
        if self.is_reopened() { AnswerTo::Reopening } else { AnswerTo::Objection }
    }

    /// Whether something that had been refused was opened again, also after it was decided anew.
    pub fn is_reopened(&self) -> bool {
        self.reopened_at().is_some()
    }

    /// Whether an officer opened it again, and it waits for its answer since.
    pub fn is_open_again(&self) -> bool {
        self.is_open() && self.steps.iter().any(|done| done.step == Step::Reopened)
    }

    /// When what this answer refused was opened again, if it was.
    pub fn reopened_after(&self, answer: &PastStep) -> Option<UtcMillis> {
        let refuses = answer.rulings.iter().any(|ruling| ruling.outcome == Outcome::Refused);
        let at = self.steps.iter().position(|done| done.entry == answer.entry).filter(|_| refuses)?;
        self.steps[at..].iter().find(|done| done.step == Step::Reopened).map(|done| done.at)
    }

    /// The place of the newest step that opened something refused again.
    fn reopened_at(&self) -> Option<usize> {
        let refuses = |done: &PastStep| done.rulings.iter().any(|r| r.outcome == Outcome::Refused);
        let first = self.steps.iter().position(refuses)?;
        self.steps.iter().rposition(|done| done.step == Step::Reopened).filter(|at| *at > first)
    }

    /// What was refused is pending again; what was upheld stays upheld.
    pub(super) fn reopen(&mut self) {
        for asked in self.purposes.iter_mut().filter(|p| p.outcome == Some(Outcome::Refused)) {
            (asked.outcome, asked.grounds, asked.proposed) = (None, None, None);
        }
    }

    /// The decisions of officers, and what was upheld by rule, the newest first.
    pub fn answers(&self) -> impl Iterator<Item = (AnswerTo, &[Ruling])> {
        self.answer_steps().map(|(to, done)| (to, &*done.rulings))
    }

    /// The same, each as the step that it was.
    pub fn answer_steps(&self) -> impl Iterator<Item = (AnswerTo, &PastStep)> {
        // It stands once more in the history of whoever the case was added to.
        let by_rule = self.steps.iter().position(|done| done.step == Step::UpheldByRule);
        let all = self.steps.iter().enumerate().rev();
        let answers = all.filter(move |(n, done)| done.actor == Actor::PrivacyOfficer || Some(*n) == by_rule);
        let refuses = |done: &PastStep| done.rulings.iter().any(|r| r.outcome == Outcome::Refused);
        let first = self.steps.iter().position(refuses).unwrap_or(usize::MAX);
        let reopened = self.steps.iter().enumerate().find(|(n, done)| *n > first && done.step == Step::Reopened);
        let reopened = reopened.map_or(usize::MAX, |(n, _)| n);
        answers.filter(|(_, done)| !done.rulings.is_empty()).map(move |(n, done)| match done.step {
            Step::UpheldByRule => (AnswerTo::Rule, done),
            Step::RuledAgain => (AnswerTo::Complaint, done),
            _ if n > reopened => (AnswerTo::Reopening, done),
            _ => (AnswerTo::Objection, done),
        })
    }

    /// The place among the [answers](Self::answers) of the newest one that refuses something which
    /// is refused still: the one that a complaint is about. None where a later answer upheld it
    /// all.
    pub fn refusal_that_stands(&self) -> Option<usize> {
        let still = |r: &Ruling| {
            let asked = self.purposes.iter().find(|p| p.purpose == r.purpose);
            r.outcome == Outcome::Refused && asked.is_some_and(|p| p.outcome == Some(Outcome::Refused))
        };
        self.answers().position(|(_, rulings)| rulings.iter().any(still))
    }

    /// Whether another answer has followed the first: to a complaint, or after a reopening.
    pub fn is_answered_again(&self) -> bool {
        self.answers().any(|(to, _)| matches!(to, AnswerTo::Complaint | AnswerTo::Reopening))
    }

    /// Whether a refusal cannot go on with these `officers` (their ids), because one of those who
    /// may is missing: nobody may agree to the draft that waits, or a complaint or what was
    /// reopened is about a refusal that they cannot repeat. It can still be upheld.
    pub fn lacks_officers(&self, officers: &[&str]) -> bool {
        if self.proposed.is_some() {
            return !officers.iter().any(|officer| self.may_agree(officer));
        }
        let marks: Vec<String> = officers.iter().map(|officer| mark(&self.number, officer)).collect();
        self.is_to_be_ruled_again() && !self.refusals().can_be_repeated(&marks)
    }

    /// Whether what was refused before waits for another answer, which nobody has drafted.
    fn is_to_be_ruled_again(&self) -> bool {
        let again = self.has_complaint() || self.is_open() && self.is_reopened();
        again && self.proposed.is_none() && self.to_rule().next().is_some()
    }

    /// Whether this officer may refuse again what the one whose case it is may not; `officers` are
    /// all there are.
    pub fn may_step_in(&self, officer: &str, officers: &[&str]) -> bool {
        let theirs = self.officer.as_deref().filter(|id| *id != officer && officers.contains(id));
        self.is_to_be_ruled_again()
            && theirs.is_some_and(|id| !self.may_refuse(id))
            && self.may_refuse(officer)
            && !self.lacks_officers(officers)
    }

    /// Whether this officer may write a refusal: the first everybody may, and each later one
    /// whoever stands behind none of those before it.
    pub fn may_refuse(&self, officer: &str) -> bool {
        !self.refusals().is_of(&mark(&self.number, officer))
    }

    /// Whether this officer may agree to the answer that waits: who wrote neither it nor an earlier
    /// refusal.
    pub fn may_agree(&self, officer: &str) -> bool {
        let wrote = self.proposed.as_ref().is_some_and(|(by, _)| by == officer);
        let before = self.refusals().has_writer(&mark(&self.number, officer));
        !wrote && !before
    }

    /// Whether nobody could agree to a refusal that `writer` writes now; `officers` are all there
    /// are.
    pub fn nobody_could_agree(&self, writer: &str, officers: &[&str]) -> bool {
        let refusals = self.refusals();
        !officers.iter().any(|other| *other != writer && !refusals.has_writer(&mark(&self.number, other)))
    }

    /// The newest answer to a complaint, if no newer complaint waits.
    pub fn complaint_answer(&self) -> Option<String> {
        self.complaint_answered?;
        let answers = |done: &&PastStep| matches!(done.step, Step::ComplaintAnswered | Step::RuledAgain);
        self.steps.iter().rev().find(answers).and_then(|done| done.text.clone())
    }
}
