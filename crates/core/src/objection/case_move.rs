//! The moves of a case: what can be done with it, and what comes along. [`case`](super::case)
//! decides which of them is legal. Pure.

use super::record::Record;
use crate::ledger::{Outcome, Purpose};
use crate::string_enum;

string_enum! {
    /// A move by its name, for buttons and addresses.
    pub enum MoveName {
        /// The applicant shows that the address is theirs, by the code that was mailed there.
        Verify = "verify",
        /// The person is told that the objection is in.
        Acknowledge = "acknowledge",
        /// An officer takes the case up.
        BeginReview = "begin-review",
        /// What can never be refused is upheld.
        UpholdByRule = "uphold-by-rule",
        /// The person adds something to what they filed.
        Add = "add",
        /// An officer asks the person a question.
        Ask = "ask",
        /// The person replies to it.
        Reply = "reply",
        /// The answer takes longer, once.
        Extend = "extend",
        /// The person takes the objection back.
        Withdraw = "withdraw",
        /// The case goes on in another one.
        MarkDuplicate = "mark-duplicate",
        /// An officer answers, and refuses nothing.
        Decide = "decide",
        /// An officer writes an answer that refuses something.
        Propose = "propose",
        /// A second officer agrees to it, and so it is the answer.
        Agree = "agree",
        /// A second officer sends it back, or the first one takes it back.
        Return = "return",
        /// The person complains about the answer.
        Complain = "complain",
        /// An officer records a complaint that came another way than by the form.
        RecordComplaint = "record-complaint",
        /// An officer answers a complaint about an answer that refused nothing.
        AnswerComplaint = "answer-complaint",
        /// An officer answers the complaint, and upholds all that had been refused.
        RuleAgain = "rule-again",
        /// An officer opens a refused or merged case again.
        Reopen = "reopen",
        /// Nothing is left to do.
        Close = "close",
    }
}

/// What can be done with a case. Texts have been through [`super::form`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Move {
    /// The applicant has shown that the address is theirs.
    Verify,
    /// The person has been told that the objection is in.
    Acknowledge,
    /// An officer takes the case up.
    BeginReview,
    /// What can never be refused is upheld, by nobody's decision (GDPR, Article 21(3)).
    UpholdByRule,
    /// The person adds something to what they filed.
    Add {
        /// What they add.
        text: String,
    },
    /// An officer asks the person a question. It pauses nothing and moves no deadline.
    Ask {
        /// What they ask.
        text: String,
    },
    /// The person replies to the question that waits.
    Reply {
        /// What they reply.
        text: String,
        /// To which question of the case, counted from 1: their page may show an earlier one.
        question: usize,
    },
    /// The answer takes longer.
    Extend {
        /// How many months, 1 or 2, beyond the first due date (GDPR, Article 12(3)).
        months: u8,
        /// Why; the person is told.
        reason: String,
    },
    /// The person takes the objection back.
    Withdraw,
    /// The case goes on in another one of the same person.
    MarkDuplicate {
        /// The number of the case in which it goes on.
        of: String,
    },
    /// An answer that refuses nothing.
    Decide(Vec<Ruling>),
    /// An answer that refuses something, by the officer with this [mark](super::case::mark). After
    /// a complaint it is about what had been refused.
    Propose {
        /// One for each purpose, at least one of them a refusal.
        rulings: Vec<Ruling>,
        /// The first officer's [mark](super::case::mark).
        by: String,
    },
    /// The second officer's yes to what was proposed.
    Agree {
        /// The second officer's [mark](super::case::mark).
        by: String,
    },
    /// What was proposed is not sent; the first officer may take it back without a word.
    Return {
        /// The [mark](super::case::mark) of whoever returns it.
        by: String,
        /// What has to change; may be blank where the first officer takes it back.
        text: String,
    },
    /// The person complains about the answer.
    Complain {
        /// What they complain of.
        text: String,
    },
    /// An officer records a complaint that came another way than by the form.
    RecordComplaint {
        /// What is complained of.
        text: String,
        /// How it came, when, and whose words the text is.
        record: Record,
    },
    /// An officer answers a complaint about an answer that refused nothing.
    AnswerComplaint {
        /// What the person is answered.
        text: String,
    },
    /// An officer answers the complaint, and upholds all that had been refused.
    RuleAgain(Vec<Ruling>),
    /// An officer opens a case again: what was refused is pending once more, and what was merged by
    /// mistake counts by itself.
    Reopen {
        /// Why; the person is told.
        reason: String,
    },
    /// Nothing is left to do.
    Close,
}

/// What is decided about one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// One of the purposes of the case.
    pub purpose: Purpose,
    /// Whether its processing ends, or goes on.
    pub outcome: Outcome,
    /// Needed to refuse (GDPR, Article 21(1)), welcome otherwise; the person reads them.
    pub grounds: Option<String>,
}

impl Move {
    /// Which move it is, without what comes along with it.
    pub const fn name(&self) -> MoveName {
        match self {
            Self::Verify => MoveName::Verify,
            Self::Acknowledge => MoveName::Acknowledge,
            Self::BeginReview => MoveName::BeginReview,
            Self::UpholdByRule => MoveName::UpholdByRule,
            Self::Add { .. } => MoveName::Add,
            Self::Ask { .. } => MoveName::Ask,
            Self::Reply { .. } => MoveName::Reply,
            Self::Extend { .. } => MoveName::Extend,
            Self::Withdraw => MoveName::Withdraw,
            Self::MarkDuplicate { .. } => MoveName::MarkDuplicate,
            Self::Decide(_) => MoveName::Decide,
            Self::Propose { .. } => MoveName::Propose,
            Self::Agree { .. } => MoveName::Agree,
            Self::Return { .. } => MoveName::Return,
            Self::Complain { .. } => MoveName::Complain,
            Self::RecordComplaint { .. } => MoveName::RecordComplaint,
            Self::AnswerComplaint { .. } => MoveName::AnswerComplaint,
            Self::RuleAgain(_) => MoveName::RuleAgain,
            Self::Reopen { .. } => MoveName::Reopen,
            Self::Close => MoveName::Close,
        }
    }
}
