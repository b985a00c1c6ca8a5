//! Whose pack, and for whom.

use crate::account::model::Member;
use crate::objection::model::Case;
use sayso_verify::pack::About;

/// Whose pack, and for whom.
pub enum Wanted {
    /// Everything about a member, for them.
    Own(Box<Member>),
    /// The entries of this subject, for an auditor: no name and no words.
    History(String),
    /// A case with all that was written in it, for an officer.
    Case(Box<Case>),
    /// The entries of the case with this number, for an auditor.
    CaseEntries(String),
}

impl Wanted {
    /// What is in it and how to check it, for a person.
    pub const fn how(&self) -> &'static str {
        match self {
            Self::Own(_) => include_str!("readme/own.txt"),
            Self::Case(_) => include_str!("readme/case.txt"),
            Self::History(_) | Self::CaseEntries(_) => include_str!("readme/record.txt"),
        }
    }

    /// What it is about.
    pub fn about(&self) -> About {
        match self {
            Self::Own(member) => About::History(member.subject.clone()),
            Self::History(subject) => About::History(subject.clone()),
            Self::Case(case) => About::Case(case.number.clone()),
            Self::CaseEntries(number) => About::Case(number.clone()),
        }
    }
}
