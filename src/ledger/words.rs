//! The words that entries are written in. They are part of the canonical form, so they never change, they are only added to.

use crate::words::words;

words! {
    /// What data is processed for.
    pub enum Purpose {
        GenerativeAiTraining = "generative-ai-training",
        Personalisation = "personalisation",
        ModerationSafety = "moderation-safety",
        Advertising = "advertising",
        Research = "research",
        Inferences = "inferences",
        OtherAi = "other-ai",
    }

    /// What the member said: On or Off on the screen.
    pub enum Choice { Allowed = "allowed", Denied = "denied" }

    /// What an entry records.
    pub enum Kind {
        /// What held without anybody saying anything, when the account began.
        Default = "default",
        /// A notice published (subject [`entry::PLATFORM`](super::entry::PLATFORM)) or delivered to a member.
        Notice = "notice",
        /// What the member said.
        Choice = "choice",
    }

    /// Who caused the entry.
    pub enum Actor {
        Member = "member",
        Default = "default",
        System = "system",
        Support = "support",
        PrivacyOfficer = "privacy_officer",
        Auditor = "auditor",
    }

    /// Which way it came in.
    pub enum Channel { Web = "web", CommandLine = "command-line", Demonstration = "demonstration" }
}

impl Purpose {
    /// The heading a member reads.
    pub const fn title(self) -> &'static str {
        match self {
            Self::GenerativeAiTraining => "Data for Generative AI improvement",
            Self::Personalisation => "Personalisation",
            Self::ModerationSafety => "Moderation and safety",
            Self::Advertising => "Advertising",
            Self::Research => "Research",
            Self::Inferences => "Inferences, such as age or gender",
            Self::OtherAi => "Other machine learning",
        }
    }
}
