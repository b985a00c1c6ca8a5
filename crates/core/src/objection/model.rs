//! A case as it stands: what was filed, what was done, what was decided. Pure.

use super::case::{CaseFacts, CaseState, Proposed, Ruling, mark};
use super::form::Filing;
use super::record::Record;
use super::regime::{self, Regime, Region};
use super::still_open::StillOpen;
use crate::account::model::Member;
use crate::consent::afterwards::Holds;
use crate::ledger::entry::sealed;
use crate::ledger::{Actor, EntryId, Mode, Outcome, Purpose, Step};
use crate::mail::Block;
use crate::time::UtcMillis;

/// A case with everything that was said in it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Such as `OBJ-7F3K9Q2M`; people read it out.
    pub number: String,
    /// Whose history the steps stand in: a member's, or one of the case's own.
    pub subject: String,
    /// None: a person without an account.
    pub member: Option<String>,
    /// As it was when they filed; empty once it is erased.
    pub name: String,
    /// Where letters about the case go; empty once it is erased.
    pub email: String,
    /// Where they lived when they filed, which decides the regime.
    pub region: Region,
    /// Whether the processing is to end, or to rest.
    pub mode: Mode,
    /// Why they object; `None` where they gave no reason, or it is erased.
    pub reason: Option<String>,
    /// Of the answer, as a BCP 47 tag.
    pub language: String,
    /// Where it stands; [`after`](super::case::after) says what may follow.
    pub state: CaseState,
    /// When it came in: from here the time to answer runs, with or without a code.
    pub received: UtcMillis,
    /// When the answer was due before it was extended.
    pub first_due: UtcMillis,
    /// When the answer is due now.
    pub due: UtcMillis,
    /// When it was decided, if it was; stays once it is closed.
    pub decided: Option<UtcMillis>,
    /// When the newest complaint is to be answered; `None` where nobody complained.
    pub complaint_due: Option<UtcMillis>,
    /// When the newest complaint was answered; `None` while it waits.
    pub complaint_answered: Option<UtcMillis>,
    /// Filed again on purpose, after this one.
    pub after: Option<String>,
    /// The number of the case that goes on in its place.
    pub duplicate_of: Option<String>,
    /// Who works on it.
    pub officer: Option<String>,
    /// Who wrote the answer that waits for a second officer, and when.
    pub proposed: Option<(String, UtcMillis)>,
    /// Goes up with each step, so that an officer with an older page is told.
    pub revision: i64,
    /// When its owner closed every link that was mailed until then.
    pub links_closed: Option<UtcMillis>,
    /// When whoever reads its address said that it is not theirs; see
    /// [`disown`](super::disown).
    pub disowned: Option<UtcMillis>,
    /// What is objected to: one at least, each once.
    pub purposes: Vec<AskedPurpose>,
    /// Cases that go on in this one: their numbers, and what was written in them.
    pub joined: Vec<(String, Vec<Written>)>,
    /// Everything that was done, oldest first.
    pub steps: Vec<PastStep>,
    /// Which of its uses another objection has turned off permanently in its member's history;
    /// empty until somebody has looked there.
    pub already_off: Vec<AlreadyOff>,
    /// Earlier ones about the same that are still open; empty until somebody has looked.
    pub still_open: Vec<StillOpen>,
}

/// A text, with how it came in where an officer recorded it.
pub type Written = (Option<Record>, String);

/// What an answer is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerTo {
    /// The objection itself.
    Objection,
    /// The objection once more, after an officer reopened the case: it was paused meanwhile.
    Reopening,
    /// A complaint about a refusal: nothing was paused meanwhile.
    Complaint,
    /// What can never be refused: it was upheld at once, and nobody had to decide it.
    Rule,
}

/// A purpose objected to, and what was decided about it.
#[derive(Clone, Debug)]
pub struct AskedPurpose {
    /// One that was ticked on the form.
    pub purpose: Purpose,
    /// `None` until the case is decided.
    pub outcome: Option<Outcome>,
    /// What the person reads as grounds, if there are any.
    pub grounds: Option<String>,
    /// What the newest answer that was proposed says; it stays when that one is returned, to be
    /// written on.
    pub proposed: Option<(Outcome, Option<String>)>,
}

/// A use that is off permanently, and the objection that was upheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlreadyOff {
    /// The use.
    pub purpose: Purpose,
    /// The number of the case.
    pub case: String,
}

/// A step with its text.
#[derive(Clone, Debug)]
pub struct PastStep {
    /// The entry that records it.
    pub entry: EntryId,
    /// What was done.
    pub step: Step,
    /// Who did it, as a role.
    pub actor: Actor,
    /// When it was recorded.
    pub at: UtcMillis,
    /// When an answer is due, if the step has set that.
    pub due: Option<UtcMillis>,
    /// What was written with it; `None` where nothing was, or it is erased.
    pub text: Option<String>,
    /// The id of the officer who made it, if one did.
    pub officer: Option<String>,
    /// What it decided, in the order of the form; empty of a step that decides nothing.
    pub rulings: Vec<Ruling>,
    /// What the answer that it is said of each use; empty where it is none, or a version from
    /// before this was kept has written it.
    pub said: Vec<Said>,
    /// The answer that it is, as it was sent; `None` where it is none, or a version from before
    /// this was kept has written it, or it is erased.
    pub sent: Option<Vec<Block>>,
    /// How it came in, and whose words the text is, where an officer recorded it.
    pub record: Option<Record>,
}

/// What an answer says of one use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The use.
    pub purpose: Purpose,
    /// What held for it by the record when the answer was sent; `None` where that was left to the
    /// rules.
    pub holds: Option<Holds>,
    /// The sentences.
    pub text: String,
}

impl Case {
    /// What whoever filed this case without an account is given in the address of the next page, so
    /// that the page says that it is stored to them alone. It opens nothing.
    pub fn filed_mark(&self) -> String {
        let mut mark = sealed(&self.subject, &self.number);
        mark.truncate(16);
        mark
    }

    /// What a move is decided from.
    pub fn facts(&self) -> CaseFacts {
        CaseFacts {
            number: self.number.clone(),
            state: self.state,
            purposes: self.purposes.iter().map(|p| p.purpose).collect(),
            mode: self.mode,
            answer: self.regime().answer,
            received: self.received,
            due: self.due,
            unconfirmed: self.is_unconfirmed(),
            extended: self.due != self.first_due || self.is_reopened(),
            decided: self.decided.is_some(),
            proposed: self.proposed.as_ref().map(|(officer, _)| Proposed {
                by: mark(&self.number, officer),
                outcomes: self.proposal().iter().map(|r| (r.purpose, r.outcome)).collect(),
            }),
            questions: self.steps.iter().filter(|done| done.step == Step::Asked).count(),
            question_open: self.has_question(),
            complaint_open: self.has_complaint(),
            erased: self.is_erased(),
            outcomes: self.purposes.iter().filter_map(|p| Some((p.purpose, p.outcome?))).collect(),
            refusals: self.refusals(),
        }
    }

    /// What the law has where they live, by the regimes that are built in.
    pub fn regime(&self) -> &'static Regime {
        regime::for_region(self.region)
    }

    /// Whether what was written in it is erased. Every other case has an address.
    pub const fn is_erased(&self) -> bool {
        self.email.is_empty()
    }

    /// Whether it still waits for an answer.
    pub fn is_open(&self) -> bool {
        self.state.is_pending()
    }

    /// Whether a complaint waits for its answer.
    pub fn has_complaint(&self) -> bool {
        self.complaint_due.is_some() && self.complaint_answered.is_none()
    }

    /// Whether an officer has something to do about it.
    pub fn waits(&self) -> bool {
        self.is_open() || self.has_complaint()
    }

    /// Whether `filing` is about one of its purposes.
    pub fn overlaps(&self, filing: &Filing) -> bool {
        self.purposes.iter().any(|p| filing.purposes.contains(&p.purpose))
    }

    /// Whether it was filed before `other`, under the same address and about one of its uses.
    pub fn precedes(&self, other: &Self) -> bool {
        let shared = |p: &AskedPurpose| other.purposes.iter().any(|o| o.purpose == p.purpose);
        self.number != other.number
            && self.email == other.email
            && self.received < other.received
            && self.purposes.iter().any(shared)
    }

    /// Whether everything `other` asks is asked here too, no later and for no less, and still waits
    /// for its answer: whoever filed twice gets their answer by the earlier of the two dates.
    pub fn takes_in(&self, other: &Self) -> bool {
        let has = |purpose| self.purposes.iter().any(|p| p.purpose == purpose);
        self.for_officers()
            && self.is_open()
            && self.number != other.number
            && self.subject_or_address() == other.subject_or_address()
            && other.purposes.iter().all(|p| has(p.purpose))
            && self.received <= other.received
            && (other.is_unconfirmed() || !self.is_unconfirmed())
            && self.due <= other.due
            && !self.is_disowned()
            && !other.is_disowned()
            && (self.mode == other.mode || self.mode == Mode::Object)
    }

    /// Whose it is: a member's, or of whoever has shown that the address is theirs.
    fn subject_or_address(&self) -> (Option<&str>, &str) {
        (self.member.as_deref(), self.member.as_deref().map_or(self.email.as_str(), |_| ""))
    }

    /// Whether `filing` says the very same: also by the same name, from the same place, and for an
    /// answer in the same language. What somebody corrected is never taken for what they sent
    /// before.
    pub fn says_the_same(&self, filing: &Filing) -> bool {
        self.mode == filing.mode
            && self.reason == filing.reason
            && self.region == filing.region
            && self.language == filing.language
            && filing.person.as_ref().is_none_or(|person| person.name == self.name)
            && self.purposes.iter().map(|p| p.purpose).eq(filing.purposes.iter().copied())
    }

    /// Whether it can become this member's: filed without an account, under their address, shown to
    /// be theirs.
    pub fn can_be_claimed(&self, member: &Member) -> bool {
        self.member.is_none() && self.email == member.email && !self.awaits_code() && !self.state.is_final()
    }

    /// What waits for its answer, paused meanwhile or not; nothing that is upheld by rule, and
    /// nothing of a case whose address nobody has confirmed.
    pub fn pending(&self) -> Vec<Purpose> {
        let pending = self.is_open() && !self.awaits_code();
        self.purposes.iter().filter(|p| pending && p.outcome.is_none()).map(|p| p.purpose).collect()
    }

    /// Whether its whole answer was a rule's, and no officer's.
    pub fn is_by_rule_alone(&self) -> bool {
        self.decided.is_some()
            && self.purposes.iter().all(|p| !p.purpose.can_be_refused())
            && !self.steps.iter().any(|done| done.step == Step::Decided && done.actor == Actor::PrivacyOfficer)
    }

    /// What is not decided, whoever has confirmed what.
    pub fn undecided(&self) -> Vec<Purpose> {
        self.purposes.iter().filter(|p| p.outcome.is_none()).map(|p| p.purpose).collect()
    }

    /// What is upheld by now, by rule or by an officer.
    pub fn upheld(&self) -> Vec<Purpose> {
        self.purposes.iter().filter(|p| p.outcome == Some(Outcome::Upheld)).map(|p| p.purpose).collect()
    }

    /// Whether an officer may see it: an unverified one is nobody's but the applicant's.
    pub fn for_officers(&self) -> bool {
        self.state != CaseState::AwaitingVerification && !(self.state == CaseState::Withdrawn && self.was_unverified())
    }

    pub(super) fn was_unverified(&self) -> bool {
        self.member.is_none() && !self.steps.iter().any(|s| matches!(s.step, Step::Verified | Step::Recorded))
    }

    /// How the objection itself came in, where an officer recorded it.
    pub fn record(&self) -> Option<&Record> {
        self.steps.first().and_then(|done| done.record.as_ref())
    }

    /// Whether an officer recorded it, and nobody has shown yet that the address is theirs. It
    /// reaches no account until then.
    pub fn is_unconfirmed(&self) -> bool {
        let confirms = |done: &PastStep| matches!(done.step, Step::Verified | Step::Linked);
        self.member.is_none() && self.record().is_some() && !self.steps.iter().any(confirms)
    }

    /// Whether an officer can correct the address: nobody has confirmed it, and the case goes on.
    pub fn address_can_be_corrected(&self) -> bool {
        self.is_unconfirmed() && !self.state.is_final() && !self.is_erased()
    }

    /// Whether a code that is entered would confirm its address.
    pub fn awaits_code(&self) -> bool {
        self.state == CaseState::AwaitingVerification || self.is_unconfirmed()
    }

    /// The purposes that are off while this case is pending.
    pub fn paused(&self) -> Vec<Purpose> {
        let mut pending = self.pending();
        pending.retain(|p| p.rests_while_decided() && !self.already_off.iter().any(|off| off.purpose == *p));
        pending
    }
}

/// A case that was filed at `received` without an account, for tests.
#[cfg(test)]
pub(crate) fn sample(received: UtcMillis) -> Case {
    let country = crate::account::model::Country::parse("IE").unwrap();
    let entry = crate::testing::entry_id(received);
    let (actor, due, text, officer) = (Actor::Applicant, None, None, None);
    Case {
        number: "OBJ-00000000".into(),
        subject: "s".into(),
        member: None,
        name: "Ben".into(),
        email: "ben@example.org".into(),
        region: Region::new(country, false),
        mode: Mode::Object,
        reason: None,
        language: "en".into(),
        state: CaseState::Acknowledged,
        received,
        first_due: received,
        due: received,
        decided: None,
        complaint_due: None,
        complaint_answered: None,
        after: None,
        duplicate_of: None,
        officer: None,
        proposed: None,
        revision: 1,
        links_closed: None,
        disowned: None,
        purposes: vec![AskedPurpose { purpose: Purpose::Research, outcome: None, grounds: None, proposed: None }],
        joined: Vec::new(),
        steps: vec![PastStep {
            entry,
            step: Step::Filed,
            actor,
            at: received,
            due,
            text,
            officer,
            rulings: Vec::new(),
            said: Vec::new(),
            sent: None,
            record: None,
        }],
        already_off: Vec::new(),
        still_open: Vec::new(),
    }
}
