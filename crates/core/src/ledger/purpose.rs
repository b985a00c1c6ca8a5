//! The purposes, and all that Sayso knows of each. No other file has a list of them.

use crate::string_enum;

string_enum! {
    /// What data is processed for. Entries have the word, so it never changes.
    pub enum Purpose {
        /// To train models that write text or make pictures; the purpose of the switch.
        GenerativeAiTraining = "generative-ai-training",
        /// To choose and order what a member sees.
        Personalisation = "personalisation",
        /// To find spam, fraud and abuse; the one that is not paused while an objection is decided.
        ModerationSafety = "moderation-safety",
        /// To choose the ads a member sees; an objection is never refused (GDPR, Article 21(3)).
        Advertising = "advertising",
        /// To study how people use the platform.
        Research = "research",
        /// To guess what a member did not say, such as age or gender.
        Inferences = "inferences",
        /// To train and run models for anything else, such as search or translation.
        OtherAi = "other-ai",
    }
}

struct About {
    title: &'static str,
    line: &'static str,
    rests_while_decided: bool,
    can_be_refused: bool,
}

impl About {
    /// A purpose that rests while an objection to it is decided, and can be refused.
    const fn new(title: &'static str, line: &'static str) -> Self {
        Self { title, line, rests_while_decided: true, can_be_refused: true }
    }
}

impl Purpose {
    const fn about(self) -> About {
        match self {
            Self::GenerativeAiTraining => About::new(
                "Data for Generative AI improvement",
                "Using what you write and share to train models that write content. Members can also turn this off \
                 with the switch on their Data privacy page.",
            ),
            Self::Personalisation => {
                About::new("Personalisation", "Choosing and ordering what you see, based on what you did before.")
            }
            // Without it, others would be harmed meanwhile.
            Self::ModerationSafety => About {
                rests_while_decided: false,
                ..About::new(
                    "Moderation and safety",
                    "Finding spam, fraud and abuse automatically, including in what you write.",
                )
            },
            Self::Advertising => About {
                can_be_refused: false,
                ..About::new("Advertising", "Choosing the ads you see, based on what we know about you.")
            },
            Self::Research => {
                About::new("Research", "Studying how people use the platform. We do this ourselves and with partners.")
            }
            Self::Inferences => {
                About::new("Inferences about you", "Guessing what you did not tell us, such as your age or gender.")
            }
            Self::OtherAi => About::new(
                "Other machine learning",
                "Training and running models for anything else, such as search, translation or suggestions.",
            ),
        }
    }

    /// The heading a member reads.
    pub const fn title(self) -> &'static str {
        self.about().title
    }

    /// What it is, in one line beside its check box.
    pub const fn line(self) -> &'static str {
        self.about().line
    }

    /// Whether it rests while an objection to it is decided. Moderation and safety alone does not.
    pub const fn rests_while_decided(self) -> bool {
        self.about().rests_while_decided
    }

    /// Whether an objection to it can be refused. One to direct marketing cannot (GDPR, Article
    /// 21(2) and (3)).
    pub const fn can_be_refused(self) -> bool {
        self.about().can_be_refused
    }
}
