//! What a question has said before somebody presses: its form carries it. Where something else
//! holds at the press, nothing is done, and the question is asked again. Pure.

use super::model::Case;
use crate::ledger::entry::sealed;

/// So many characters are the mark of one sentence.
const MARK: usize = 12;

/// Said above the question before a withdrawal that is asked again.
pub const SAYS_OTHERWISE: &str =
    "What withdrawing means has changed since you opened this page. Nothing was withdrawn. Please read it again.";

impl Case {
    fn mark(&self, sentence: &str) -> String {
        let mut mark = sealed(&self.number, sentence);
        mark.truncate(MARK);
        mark
    }

    /// The marks of the sentences that a question about it says, for its form.
    pub fn marks(&self, said: &[String]) -> String {
        let marks: Vec<String> = said.iter().map(|sentence| self.mark(sentence)).collect();
        marks.join(" ")
    }

    /// Whether a question says something else by now than the page did whose form carries `shown`.
    /// A form of the version before carries nothing.
    pub fn says_otherwise(&self, shown: &str, said: &[String]) -> bool {
        !shown.is_empty() && shown != self.marks(said)
    }

    /// Whether a sentence was not on the page whose form carries `shown`.
    pub fn says_newly(&self, shown: &str, sentence: &str) -> bool {
        !shown.is_empty() && !shown.split(' ').any(|mark| mark == self.mark(sentence))
    }
}

#[cfg(test)]
mod tests {
    use crate::objection::model::sample;
    use crate::time::UtcMillis;

    #[test]
    fn a_question_that_says_something_else_by_now_is_asked_again() {
        let case = sample(UtcMillis(0));
        let said = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let (before, now) =
            (said(&["It stays off.", "You cannot undo this."]), said(&["It begins.", "You cannot undo this."]));
        let shown = case.marks(&before);
        assert!(!case.says_otherwise(&shown, &before) && case.says_otherwise(&shown, &now));
        assert_eq!(now.iter().map(|one| case.says_newly(&shown, one)).collect::<Vec<_>>(), [true, false]);
        // Fewer sentences are something else as well, though none is new.
        assert!(case.says_otherwise(&shown, &before[1..]) && !case.says_newly(&shown, &before[1]));
        assert!(!case.says_otherwise("", &now) && !case.says_newly("", &now[0]), "a page of the version before");
    }
}
