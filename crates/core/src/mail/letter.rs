//! What a letter says, and its two forms: plain text and HTML, made from the same blocks, so that
//! they say the same. Pure.

use crate::html::escape;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// Characters that a line of the plain form has, where its words allow (RFC 5322, 2.1.1, asks for
/// 78 at most).
pub const WIDTH: usize = 72;
/// Characters that a subject may have; what is longer is cut off.
pub const SUBJECT_MAX: usize = 200;
/// The language of every letter (BCP 47).
const LANGUAGE: &str = "en";

const NOT_QUOTED: &str = "We do not quote this here, because your e-mail address is not confirmed. Please sign in to read it and to confirm your address.";

/// A letter to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// An address alone, without a name.
    pub to: String,
    /// May have somebody's own words in it; [`subject_line`](Self::subject_line) makes them safe.
    pub subject: String,
    /// From top to bottom, the same in both forms.
    pub blocks: Vec<Block>,
}

/// A part of a letter. Kept as JSON where a letter is kept: `{"text":"…"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// What we say; an empty line begins a new paragraph.
    Text(String),
    /// A label and a value, such as the case number. Those in a row make one list.
    Fact(String, String),
    /// Somebody's own words, with the line breaks they made.
    Quote(String),
    /// A label and an absolute URL, http or https; anything else is shown and cannot be followed.
    Link(String, String),
    /// A code to type in, on a line of its own.
    Code(String),
}

impl Letter {
    /// The subject on one line: control characters and line breaks are blanks, and what turns the
    /// direction of writing is left away, so that it can neither begin another header nor pretend
    /// to be another text.
    pub fn subject_line(&self) -> String {
        one_line(&self.subject).chars().filter(|c| !turns(*c)).take(SUBJECT_MAX).collect::<String>().trim().to_owned()
    }

    /// The same without anybody's own words: for an address of which nobody knows whose it is.
    pub fn without_words(mut self) -> Self {
        for block in &mut self.blocks {
            if matches!(block, Block::Quote(_)) {
                *block = Block::Text(NOT_QUOTED.into());
            }
        }
        self
    }

    /// The plain form, lines of [`WIDTH`] where words allow, a quote's lines behind `> `. Ends with
    /// a newline.
    pub fn plain(&self) -> String {
        self.in_lines(WIDTH)
    }

    /// The same with each paragraph on one line, for a page that breaks it where it is wide.
    pub fn unbroken(&self) -> String {
        self.in_lines(usize::MAX)
    }

    fn in_lines(&self, width: usize) -> String {
        let wrap = |line: &str, first: &str, next: &str| wrap_at(width, line, first, next);
        let mut text = String::new();
        let mut in_facts = false;
        for block in &self.blocks {
            let fact = matches!(block, Block::Fact(..));
            let goes_on = fact && in_facts;
            if !(text.is_empty() || goes_on) {
                text.push('\n');
            }
            in_facts = fact;
            match block {
                Block::Text(said) => {
                    let wrapped: Vec<String> = paragraphs(said).map(|p| wrap(&p, "", "")).collect();
                    text.push_str(&wrapped.join("\n"));
                }
                Block::Fact(label, value) => {
                    text.push_str(&wrap(&format!("{}: {}", one_line(label), one_line(value)), "", "  "));
                }
                Block::Quote(said) => lines(said).for_each(|line| text.push_str(&wrap(&line, "> ", "> "))),
                Block::Link(label, url) => {
                    text.push_str(&wrap(&format!("{}:", one_line(label)), "", ""));
                    text.push_str(&wrap(&one_line(url), "", ""));
                }
                Block::Code(code) => text.push_str(&wrap(&one_line(code), "    ", "    ")),
            }
        }
        text
    }

    /// The HTML form: a whole document without scripts or anything to load, everything escaped. Its
    /// one style has a long word, such as an address, go on in the next line: at double size on a
    /// telephone it would be read by moving sideways (WCAG 2.2, 1.4.10).
    pub fn html(&self) -> String {
        let subject = escape(&self.subject_line());
        let mut html = format!(
            "<!DOCTYPE html>\n<html lang=\"{LANGUAGE}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{subject}</title>\n\
             </head>\n<body style=\"overflow-wrap:anywhere\">\n"
        );
        let mut in_facts = false;
        for block in &self.blocks {
            let fact = matches!(block, Block::Fact(..));
            if fact != in_facts {
                html.push_str(if fact { "<dl>\n" } else { "</dl>\n" });
                in_facts = fact;
            }
            html.push_str(&block.html());
        }
        html.push_str(if in_facts { "</dl>\n</body>\n</html>\n" } else { "</body>\n</html>\n" });
        html
    }
}

impl Block {
    fn html(&self) -> String {
        match self {
            Self::Text(said) => paragraphs(said).fold(String::new(), |mut html, p| {
                let _ = writeln!(html, "<p>{}</p>", escape(&p));
                html
            }),
            Self::Fact(label, value) => {
                format!("<dt>{}:</dt>\n<dd>{}</dd>\n", escape(&one_line(label)), escape(&one_line(value)))
            }
            Self::Quote(said) => {
                // A browser shows blanks in a row as one; somebody may have set out a list with
                // them.
                let kept = |line: String| escape(&line).replace("  ", "\u{a0} ");
                let lines: Vec<String> = lines(said).map(kept).collect();
                format!("<blockquote dir=\"auto\"><p>{}</p></blockquote>\n", lines.join("<br>\n"))
            }
            Self::Link(label, url) => {
                let (label, url) = (escape(&one_line(label)), one_line(url));
                let shown = escape(&url);
                if is_web(&url) {
                    format!("<p><a href=\"{shown}\">{label}</a>:<br>\n{shown}</p>\n")
                } else {
                    format!("<p>{label}:<br>\n{shown}</p>\n")
                }
            }
            Self::Code(code) => format!("<p><strong><code>{}</code></strong></p>\n", escape(&one_line(code))),
        }
    }
}

/// The plain form with a last paragraph.
pub fn plain_ending(plain: &str, said: &str) -> String {
    format!("{plain}\n{}", wrap_at(WIDTH, said, "", ""))
}

/// The HTML form with the same last paragraph.
pub fn html_ending(html: &str, said: &str) -> String {
    const END: &str = "</body>\n</html>\n";
    match html.strip_suffix(END) {
        Some(body) => format!("{body}<hr>\n<p>{}</p>\n{END}", escape(said)),
        None => html.to_owned(),
    }
}

fn is_web(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && !url.contains(char::is_whitespace)
}

/// Everything at which some reader begins a new line (Unicode, 5.8).
fn breaks(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What turns the direction of the text behind it (Unicode, UAX 9, 2.1, 2.2 and 2.4).
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Words with one blank between them.
fn one_line(text: &str) -> String {
    let blanked: String = text.chars().map(|c| if c.is_control() || breaks(c) { ' ' } else { c }).collect();
    blanked.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands between empty lines, each on one line.
fn paragraphs(text: &str) -> impl Iterator<Item = String> {
    let mut paragraphs = vec![String::new()];
    for line in lines(text) {
        match paragraphs.last_mut() {
            Some(last) if !line.trim().is_empty() => {
                last.push(' ');
                last.push_str(&line);
            }
            _ => paragraphs.push(String::new()),
        }
    }
    paragraphs.into_iter().map(|p| one_line(&p)).filter(|p| !p.is_empty())
}

/// The lines as typed, without control characters and without blanks at their ends; no empty ones
/// at the end.
fn lines(text: &str) -> impl Iterator<Item = String> {
    let text = text.replace("\r\n", "\n").replace('\t', "    ");
    let kept = |line: &str| line.chars().filter(|c| !c.is_control()).collect::<String>().trim_end().to_owned();
    let mut lines: Vec<String> = text.split(breaks).map(kept).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.into_iter()
}

/// Breaks a line of more than `width` between words; `first` stands before it and `next` before
/// what follows. Where it fits it stays as it is, with all its blanks. A word that is longer than a
/// line has one for itself, because a broken URL leads nowhere.
fn wrap_at(width: usize, line: &str, first: &str, next: &str) -> String {
    let mut text = String::new();
    let mut now = first.to_owned();
    let mut filled = now.chars().count();
    let mut has_word = false;
    for piece in line.split_inclusive(' ') {
        let word = piece.trim_end_matches(' ');
        if has_word && !word.is_empty() && filled + word.chars().count() > width {
            text.push_str(now.trim_end());
            text.push('\n');
            next.clone_into(&mut now);
            filled = now.chars().count();
        }
        now.push_str(piece);
        filled += piece.chars().count();
        has_word |= !word.is_empty();
    }
    text.push_str(now.trim_end());
    text.push('\n');
    text
}

#[cfg(test)]
#[path = "letter_tests.rs"]
mod tests;
