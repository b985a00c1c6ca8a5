//! Passwords as they are compared: the profile `OpaqueString` of RFC 8265, 4.2. The same password
//! typed on another keyboard, or on a system that takes its letters apart, is the same. Pure.
//!
//! What the profile refuses besides control characters (code points that are not assigned yet,
//! joiners without their context) is let through: a new emoji is a good password, and which ones
//! there are would have to be kept up to date.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Characters that a new password has to have, counted as it is compared.
pub const PASSWORD_MIN: usize = 12;
/// Characters that a new password may have, counted as it is compared.
pub const PASSWORD_MAX: usize = 256;

/// Why a text is no password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It has no character at all.
    Empty,
    /// It has a control character, such as a tab or a line break.
    Control,
}

/// `text` as it is compared: blanks of every kind are U+0020, and the rest is in Normalization Form
/// C. Case stays, as do blanks at the ends and in a row.
///
/// # Errors
/// Where it is no password.
pub fn enforce(text: &str) -> Result<Cow<'_, str>, Refused> {
    if text.is_empty() {
        return Err(Refused::Empty);
    }
    if text.chars().any(char::is_control) {
        return Err(Refused::Control);
    }
    if text.is_ascii() {
        return Ok(Cow::Borrowed(text));
    }
    Ok(Cow::Owned(text.chars().map(|c| if is_space(c) { ' ' } else { c }).nfc().collect()))
}

/// Whether it is a blank: Unicode's general category Zs.
const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 8265, 4.3.
    #[test]
    fn the_examples_of_the_rfc() {
        for same in
            ["correct horse battery staple", "Correct Horse Battery Staple", "\u{3c0}\u{df}\u{e5}", "Jack of \u{2666}s"]
        {
            assert_eq!(enforce(same).as_deref(), Ok(same));
        }
        assert_eq!(enforce("foo\u{1680}bar").as_deref(), Ok("foo bar"));
        assert_eq!(enforce(""), Err(Refused::Empty));
        assert_eq!(enforce("my cat is a \u{9}by"), Err(Refused::Control));
    }

    #[test]
    fn letters_taken_apart_are_the_same_and_case_and_width_are_not() {
        assert_eq!(enforce("Mu\u{308}ller"), enforce("M\u{fc}ller"));
        // Hangul, and a letter that has a code point of its own only for old standards.
        assert_eq!(enforce("\u{1112}\u{1161}\u{11ab}").as_deref(), Ok("\u{d55c}"));
        assert_eq!(enforce("\u{212b}").as_deref(), Ok("\u{e5}".to_uppercase().as_str()));
        assert_ne!(enforce("Müller"), enforce("müller"));
        // Width is not mapped (4.2.1), nor are ligatures.
        assert_eq!(enforce("\u{ff21}\u{fb01}").as_deref(), Ok("\u{ff21}\u{fb01}"));
        assert_eq!(enforce(" a\u{a0}\u{3000}b ").as_deref(), Ok(" a  b "));
        for control in ["a\0b", "\u{7f}", "a\u{85}b", "a\r\nb"] {
            assert_eq!(enforce(control), Err(Refused::Control), "{control:?}");
        }
    }

    proptest! {
        /// RFC 8264, 7: applied once more it changes nothing.
        #[test]
        fn once_is_enough(text in "\\PC{0,40}") {
            if let Ok(once) = enforce(&text) {
                prop_assert_eq!(enforce(&once), Ok(once.clone()));
            }
        }
    }
}
