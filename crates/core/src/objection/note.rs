//! Notes on a case: what officers write down for each other. No note is a step of the case, and
//! none is shown to the person. Pure.

use super::form::{only, required};
use crate::account::model::FieldErrors;
use crate::time::UtcMillis;

/// The longest note, in characters; a line's end is one.
pub const NOTE_MAX: usize = 4_000;

/// A note as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The id of the officer who wrote it.
    pub officer: String,
    /// The officer's name, for whoever reads the note.
    pub by: String,
    /// The random name of the form that it was written in.
    pub form: String,
    /// When it was added.
    pub at: UtcMillis,
    /// What it says; none once it was erased with the words of the case.
    pub text: Option<String>,
}

/// What an officer notes on a case.
///
/// # Errors
/// What is wrong with it, at `note`: blank, too long, or control characters.
pub fn parse_note(raw: &str) -> Result<String, FieldErrors> {
    only("note", required("Your note", raw, NOTE_MAX, "Please write your note."))
}

/// Whether this press was already made: the same officer sent the same words in the same form. The
/// same form with other words is another note, because Back shows a form again that was sent.
pub fn was_added(notes: &[Note], officer: &str, form: &str, text: &str) -> bool {
    notes.iter().any(|note| note.officer == officer && note.form == form && note.text.as_deref() == Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(raw: &str) -> String {
        let [(field, said)] = <[(String, String); 1]>::try_from(parse_note(raw).unwrap_err()).unwrap();
        assert_eq!(field, "note");
        said
    }

    #[test]
    fn a_note_is_text_of_at_most_so_many_characters() {
        assert_eq!(parse_note(" She called.\r\nCall back. ").unwrap(), "She called.\nCall back.");
        assert_eq!(parse_note(&"\u{1f600}".repeat(NOTE_MAX)).unwrap().chars().count(), NOTE_MAX);
        assert_eq!(wrong(&"a".repeat(NOTE_MAX + 1)), "Your note can have at most 4,000 characters. You have 4,001.");
        for blank in ["", " \r\n\t", "\u{200b}"] {
            assert_eq!(wrong(blank), "Please write your note.", "{blank:?}");
        }
        assert!(wrong("a\0b").contains("control character"));
    }

    #[test]
    fn the_same_words_in_the_same_form_by_the_same_officer_are_one_note() {
        let note = |text: Option<&str>| Note {
            officer: "kim".into(),
            by: "Kim".into(),
            form: "1".into(),
            at: UtcMillis(0),
            text: text.map(Into::into),
        };
        let notes = [note(Some("She called.")), note(None)];
        assert!(was_added(&notes, "kim", "1", "She called."));
        assert!(!was_added(&notes, "kim", "2", "She called."), "a new form is a new note");
        assert!(!was_added(&notes, "kim", "1", "She called again."), "what was changed after Back is not lost");
        assert!(!was_added(&notes, "bo", "1", "She called."));
        assert!(!was_added(&notes[1..], "kim", "1", "She called."));
        assert!(!was_added(&[], "kim", "1", "She called."));
    }
}
