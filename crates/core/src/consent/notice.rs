//! Notices: the exact texts that members are shown. Pure.

use crate::ledger::{NoticeRef, Purpose, entry::sha256_hex};
use crate::text::unseen;
use crate::time::UtcMillis;

/// The languages that the pages speak (BCP 47). A notice in another one could not be shown as it
/// was meant.
pub const LANGUAGES: &[&str] = &["en"];
/// Characters that a title may have.
pub const TITLE_MAX: usize = 200;
/// Characters that the text below the title may have.
pub const BODY_MAX: usize = 20_000;

/// A published notice without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Which text it is; entries name the notice by it.
    pub reference: NoticeRef,
    /// When it was published; a delivery before that counts for nothing.
    pub published_at: UtcMillis,
    /// When what it says begins to hold; it speaks for no rule that begins later.
    pub effective_at: UtcMillis,
}

/// A published notice with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Which one it is, and from when it holds.
    pub notice: Notice,
    /// One line.
    pub title: String,
    /// The paragraphs below it.
    pub body: String,
}

/// Every published notice, as a server keeps them at hand. A published notice never changes and
/// never goes, so their number tells whether these are still all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    all: Vec<Notice>,
    texts: Vec<(String, String)>,
}

impl Notices {
    /// The oldest version of each purpose and language first.
    pub fn new(published: Vec<Published>) -> Self {
        let (all, texts) = published.into_iter().map(|p| (p.notice, (p.title, p.body))).unzip();
        Self { all, texts }
    }

    /// Without their texts.
    pub fn all(&self) -> &[Notice] {
        &self.all
    }

    /// The one that an entry names, with its text.
    pub fn text(&self, reference: &NoticeRef) -> Option<Published> {
        let NoticeRef { purpose, version, language, .. } = reference;
        let mut each = self.all.iter().zip(&self.texts);
        let is_it = |r: &NoticeRef| r.purpose == *purpose && r.version == *version && r.language == *language;
        let (notice, (title, body)) = each.find(|(notice, _)| is_it(&notice.reference))?;
        Some(Published { notice: notice.clone(), title: title.clone(), body: body.clone() })
    }
}

/// A notice with its text, ready to be published: its first line is the title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeText {
    /// Which text it is, with the hash of [`exact_text`].
    pub reference: NoticeRef,
    /// One line, without tabs.
    pub title: String,
    /// Paragraphs with one empty line between two of them, and no newline at the end.
    pub body: String,
    /// When what it says begins to hold.
    pub effective_at: UtcMillis,
}

/// Why a text cannot be published as a notice.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NoticeError {
    /// The pages do not speak this language; see [`LANGUAGES`].
    #[error("a notice in {0:?} cannot be shown; the languages are: {list}", list = LANGUAGES.join(", "))]
    Language(String),
    /// The version is 0.
    #[error("a version is a whole number, 1 or higher")]
    Version,
    /// The first line is empty, or longer than [`TITLE_MAX`].
    #[error("the first line is the title: 1 to {TITLE_MAX} characters")]
    Title,
    /// There is nothing below the title, or more than [`BODY_MAX`] characters.
    #[error("the text below the title must have 1 to {BODY_MAX} characters")]
    Body,
    /// A line, counted from 1, and what is in it that nobody sees, such as `U+200B, which is
    /// invisible`.
    #[error("line {0} has {1}; take it out, because a published text stays as it is")]
    Character(usize, String),
}

/// Why a notice cannot be the next one that is published.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NotNext {
    /// A higher version, or this one, is there already.
    #[error("version {given} does not follow {newest}, the newest published one")]
    Behind {
        /// The version that was to be published.
        given: u32,
        /// The newest one there is.
        newest: u32,
    },
    /// One would be missing for good, and nobody could tell what it had said.
    #[error("version {given} would skip {next}; the newest published one is {newest}", next = newest + 1)]
    Skips {
        /// The version that was to be published.
        given: u32,
        /// The newest one there is.
        newest: u32,
    },
    /// It would say that it has been in force for longer than anybody could read it.
    #[error("it would be in force from {from}, which is more than a day ago; nobody could read it then")]
    LongPast {
        /// The day, such as `18 September 2024`.
        from: String,
    },
}

/// Whether version `given` follows `newest`; the first one may have any number.
///
/// # Errors
/// Where it does not.
pub fn follows(newest: Option<u32>, given: u32) -> Result<(), NotNext> {
    match newest {
        Some(newest) if given <= newest => Err(NotNext::Behind { given, newest }),
        Some(newest) if given > newest + 1 => Err(NotNext::Skips { given, newest }),
        _ => Ok(()),
    }
}

/// Whether what is published at `now` may be in force from `effective_at`: from a day before at the
/// earliest, which leaves room for whoever publishes just after midnight.
///
/// # Errors
/// [`NotNext::LongPast`] where it may not.
pub fn may_begin(effective_at: UtcMillis, now: UtcMillis) -> Result<(), NotNext> {
    let past = effective_at.0 < now.0.saturating_sub(UtcMillis::DAY);
    if past { Err(NotNext::LongPast { from: effective_at.day() }) } else { Ok(()) }
}

/// The text as it will stand there: lines end with `\n` and have no blanks behind them, and one
/// empty line is between two paragraphs.
fn laid_out(text: &str) -> String {
    let (mut out, mut empty) = (String::with_capacity(text.len()), false);
    for line in text.trim().lines().map(str::trim_end) {
        if line.is_empty() {
            empty = true;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty { "\n\n" } else { "\n" });
        }
        out.push_str(line);
        empty = false;
    }
    out
}

/// What is in a text that nobody would see, by its line. Line ends are of no interest.
fn check_characters(text: &str) -> Result<(), NoticeError> {
    for (number, line) in (1..).zip(text.split('\n')) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let control = line.chars().find(|c| c.is_control() && *c != '\t' || matches!(c, '\u{2028}' | '\u{2029}'));
        let control = control.map(|c| format!("U+{:04X}, a control character", u32::from(c)));
        if let Some(found) = control.or_else(|| unseen(line)) {
            return Err(NoticeError::Character(number, found));
        }
    }
    Ok(())
}

impl NoticeText {
    /// Takes a notice as it stands in a file. It is shown for good, so nothing may be in it that
    /// nobody sees. The hash is that of `title`, a newline, a newline and `body`, in UTF-8, as
    /// `/notices/…` shows them.
    ///
    /// # Errors
    /// Whatever is wrong, and where.
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
        check_characters(text)?;
        let text = laid_out(text);
        let (title, body) = text.split_once('\n').unwrap_or((&text, ""));
        let (title, body) = (title.trim().replace('\t', " "), body.trim_start_matches('\n').to_owned());
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
    fn versions_are_published_one_after_the_other() {
        for (newest, given) in [(None, 1), (None, 7), (Some(1), 2), (Some(7), 8)] {
            assert_eq!(follows(newest, given), Ok(()), "{given} after {newest:?}");
        }
        let said = |newest, given| follows(Some(newest), given).unwrap_err().to_string();
        assert_eq!(said(1, 3), "version 3 would skip 2; the newest published one is 1");
        assert_eq!(said(3, 3), "version 3 does not follow 3, the newest published one");
        assert_eq!(said(3, 1), "version 1 does not follow 3, the newest published one");
    }

    #[test]
    fn nothing_is_published_that_would_have_been_in_force_for_long() {
        let day = |text: &str| UtcMillis::from_date(text).unwrap();
        let now = UtcMillis(day("2026-11-27").0 + 12 * 3_600_000);
        for effective in ["2026-11-27", "2026-11-28", "2030-01-01"] {
            assert_eq!(may_begin(day(effective), now), Ok(()), "{effective}");
        }
        assert_eq!(may_begin(UtcMillis(now.0 - UtcMillis::DAY), now), Ok(()));
        for effective in ["2026-11-26", "2024-09-18"] {
            let said = may_begin(day(effective), now).unwrap_err().to_string();
            assert!(said.contains("more than a day ago"), "{effective}: {said}");
        }
    }

    fn parsed(text: &str) -> Result<NoticeText, String> {
        NoticeText::parse(text, Purpose::GenerativeAiTraining, 1, "en", UtcMillis(0)).map_err(|e| e.to_string())
    }

    #[test]
    fn the_hash_is_that_of_the_text_as_shown() {
        let notice = parsed("T\r\n\r\nB\r\n").unwrap();
        assert_eq!(notice.reference.sha256, sha256_hex(b"T\n\nB\n"));
    }

    #[test]
    fn line_ends_and_blanks_behind_lines_are_of_no_interest() {
        let notice = parsed("\r\n  T \t\r\n \t\r\n\r\nOne.  \r\nTwo.\u{a0}\n\n \n\n  - Three.\n\n").unwrap();
        assert_eq!((notice.title.as_str(), notice.body.as_str()), ("T", "One.\nTwo.\n\n  - Three."));
        assert_eq!(notice, parsed("T\n\nOne.\nTwo.\n\n  - Three.").unwrap());
    }

    #[test]
    fn what_nobody_sees_is_refused_with_its_line() {
        for (text, said) in [
            ("\u{feff}T\n\nB", "line 1 has U+FEFF, which is invisible"),
            ("T\n\nB\u{200b}", "line 3 has U+200B, which is invisible"),
            ("T\n\nB\n\u{202e}C", "line 4 has U+202E, which is invisible"),
            ("T\n\nB\u{0}", "line 3 has U+0000, a control character"),
            ("T\rB\n\nC", "line 1 has U+000D, a control character"),
            ("T\n\nB\u{2028}C", "line 3 has U+2028, a control character"),
            ("T\n\nM\u{fffd}ller", "line 3 has U+FFFD, which a program writes"),
        ] {
            let refused = parsed(text).unwrap_err();
            assert!(refused.starts_with(said), "{text:?}: {refused}");
        }
    }

    #[test]
    fn a_notice_has_a_title_and_a_text_and_both_have_a_bound() {
        for text in ["", " \n \r\n", "T", "T\n\n \n"] {
            assert!(parsed(text).is_err(), "{text:?}");
        }
        assert!(parsed(&format!("{}\nB", "t".repeat(TITLE_MAX))).is_ok());
        assert!(parsed(&format!("{}\nB", "t".repeat(TITLE_MAX + 1))).unwrap_err().contains("title"));
        assert!(parsed(&format!("T\n{}", "b".repeat(BODY_MAX))).is_ok());
        assert!(parsed(&format!("T\n{}", "b".repeat(BODY_MAX + 1))).unwrap_err().contains("below the title"));
    }

    /// Published texts are never changed: neither are those that are built in.
    #[test]
    fn the_texts_of_the_demonstration_stand_as_they_are_in_their_files() {
        for text in [
            include_str!("../../../../notices/generative-ai-training.1.en.txt"),
            include_str!("../../../../notices/generative-ai-training.2.en.txt"),
            include_str!("../../../../notices/generative-ai-training.3.en.txt"),
        ] {
            let notice = parsed(text).unwrap();
            assert_eq!(exact_text(&notice.title, &notice.body), text);
        }
    }
}
