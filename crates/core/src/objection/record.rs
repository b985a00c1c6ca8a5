//! What an officer records for somebody: an objection or a complaint that came by letter, in a call
//! or from an agent. How it came, on which day, and whose words were written down. Pure.

use crate::ledger::{CameBy, CaseStep, WordsOf};
use crate::time::UtcMillis;

/// How something came in, and whose words were recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The way that it came.
    pub came: CameBy,
    /// Whose words were written down; `None` where nothing was.
    pub words: Option<WordsOf>,
    /// Who acts for the person, where somebody does.
    pub agent: Option<String>,
    /// From here the time to answer runs: the end of the day on which it came in, or the instant of
    /// the recording if that is earlier. The answer is then due on the same day of a later month
    /// (GDPR, Article 12(3)).
    pub received: UtcMillis,
}

impl Record {
    /// What came by letter, in the person's own words.
    pub fn by_letter(received: UtcMillis) -> Self {
        Self { came: CameBy::Letter, words: Some(WordsOf::Person), agent: None, received }
    }

    /// Whether `other` says the same, also where it was recorded at another time of the same day.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let whole = |record: &Self| Self { received: record.received.midnight(), ..record.clone() };
        whole(self) == whole(other)
    }

    /// The step with which it is recorded. It names no agent.
    pub fn on(&self, step: CaseStep) -> CaseStep {
        CaseStep { since: Some(self.received), came: Some(self.came), words: self.words, ..step }
    }
}

/// How it came, inside a sentence: "by letter or e-mail".
pub fn came(record: &Record) -> String {
    match (record.came, &record.agent) {
        (CameBy::Letter, None) => "by letter or e-mail".into(),
        (CameBy::Letter, Some(agent)) => format!("by letter or e-mail from {agent}"),
        (CameBy::Phone, None) => "by phone".into(),
        (CameBy::Phone, Some(agent)) => format!("by phone from {agent}"),
        (CameBy::Agent, agent) => format!("from {}", agent.as_deref().unwrap_or("an agent")),
        (CameBy::InPerson, None) => "in person".into(),
        (CameBy::InPerson, Some(agent)) => format!("in person, from {agent}"),
    }
}

/// The same with the day: "by letter or e-mail on 23 November 2026".
pub fn came_on(record: &Record) -> String {
    format!("{} on {}", came(record), record.received.day())
}

/// How it came as a value by itself: "By letter or e-mail".
pub fn how_it_came(record: &Record) -> String {
    let came = came(record);
    let mut rest = came.chars();
    let first = rest.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(rest).collect()
}

/// Whose words follow, before the person; `None` where nobody recorded them for the person.
pub fn whose(record: Option<&Record>) -> Option<String> {
    let record = record?;
    Some(match (record.words?, record.agent.as_deref()) {
        (WordsOf::Person, _) => "Your own words, as they reached us:".into(),
        (WordsOf::Officer, _) => "Our notes of what you told us. They are not your own words:".into(),
        (WordsOf::Agent, agent) => format!("The words of {}, who acts for you:", agent.unwrap_or("your agent")),
    })
}

/// The same for those who work on the case.
pub fn whose_for_officers(record: Option<&Record>) -> Option<String> {
    let record = record?;
    Some(match (record.words?, record.agent.as_deref()) {
        (WordsOf::Person, _) => "The person's own words, recorded by an officer:".into(),
        (WordsOf::Officer, _) => "An officer's notes, not the person's own words:".into(),
        (WordsOf::Agent, agent) => format!("The words of {}, who acts for the person:", agent.unwrap_or("the agent")),
    })
}

/// What a recorded objection pauses before its address is confirmed.
pub const NOTHING_PAUSED_YET: &str = "Nothing is paused in an account yet. Your objection reaches an account once you have confirmed this e-mail address.";

/// What has to be known of something upheld while the address is not confirmed.
pub const CONFIRM_FIRST: &str = "If you have an account with this e-mail address, please confirm the address with the code from our e-mail: only then does this apply in the account.";

/// What an officer reads of a case whose address nobody has confirmed.
pub const UNCONFIRMED_FOR_OFFICERS: &str =
    "The person has not confirmed this address yet. Until they do, the objection reaches no account.";

/// The choices of how it came, with the words on the form.
pub const CAME: [(CameBy, &str); 4] = [
    (CameBy::Letter, "By letter or e-mail"),
    (CameBy::Phone, "By phone"),
    (CameBy::Agent, "From an agent"),
    (CameBy::InPerson, "In person"),
];

/// The choices of whose words they are, with what they mean.
pub const WORDS: [(WordsOf, &str, &str); 3] = [
    (WordsOf::Person, "The person's own words", "You copied what they wrote, or wrote down exactly what they said."),
    (WordsOf::Officer, "Your notes", "You wrote down what they said, in your words."),
    (WordsOf::Agent, "The agent's words", "Somebody who acts for the person wrote or said them."),
];
