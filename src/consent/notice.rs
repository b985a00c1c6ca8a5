//! Notices: the exact texts that members are shown. Pure.

use crate::ledger::{NoticeRef, Purpose, entry::sha256_hex};
use crate::time::UtcMillis;

/// The languages that the pages speak (BCP 47). A notice in another one could not be shown as it
/// was meant.
pub const LANGUAGES: &[&str] = &["en"];
pub const TITLE_MAX: usize = 200;
pub const BODY_MAX: usize = 20_000;

/// A published notice without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub reference: NoticeRef,
    pub published_at: UtcMillis,
    pub effective_at: UtcMillis,
}

/// A notice with its text, ready to be published: its first line is the title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeText {
    pub reference: NoticeRef,
    pub title: String,
    pub body: String,
    pub effective_at: UtcMillis,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NoticeError {
    #[error("a notice in {0:?} cannot be shown; the languages are: {list}", list = LANGUAGES.join(", "))]
    Language(String),
    #[error("a version is a whole number from 1 on")]
    Version,
    #[error("the first line is the title: 1 to {TITLE_MAX} characters")]
    Title,
    #[error("the text below the title must have 1 to {BODY_MAX} characters")]
    Body,
}

impl NoticeText {
    /// Takes a notice as it stands in a file. The hash is that of `title`, a newline, a newline and
    /// `body`, in UTF-8, as `/notices/…` shows them.
    pub fn parse(
        text: &str,
        purpose: Purpose,
        version: u32,
        language: &str,
        effective_at: UtcMillis,
    ) -> Result<Self, NoticeError> {
        if !LANGUAGES.contains(&language) {
            return Err(NoticeError::Language(language.into()));
        }
        if version == 0 {
            return Err(NoticeError::Version);
        }
        let text = text.replace("\r\n", "\n");
        let (title, body) = text.trim().split_once('\n').unwrap_or((text.trim(), ""));
        let (title, body) = (title.trim().to_owned(), body.trim().to_owned());
        if title.is_empty() || title.chars().count() > TITLE_MAX {
            return Err(NoticeError::Title);
        }
        if body.is_empty() || body.chars().count() > BODY_MAX {
            return Err(NoticeError::Body);
        }
        let sha256 = sha256_hex(exact_text(&title, &body).as_bytes());
        let reference = NoticeRef { purpose, version, language: language.into(), sha256 };
        Ok(Self { reference, title, body, effective_at })
    }
}

/// The very text whose bytes are hashed.
pub fn exact_text(title: &str, body: &str) -> String {
    format!("{title}\n\n{body}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_in_a_language_we_lack_is_refused_by_name() {
        let refused = NoticeText::parse("T\n\nB", Purpose::GenerativeAiTraining, 1, "tlh", UtcMillis(0)).unwrap_err();
        assert_eq!(refused.to_string(), "a notice in \"tlh\" cannot be shown; the languages are: en");
    }

    #[test]
    fn the_hash_is_that_of_the_text_as_shown() {
        let notice = NoticeText::parse("T\r\n\r\nB\r\n", Purpose::GenerativeAiTraining, 1, "en", UtcMillis(0)).unwrap();
        assert_eq!(notice.reference.sha256, sha256_hex(b"T\n\nB\n"));
    }
}
