//! What the staff wrote, without what contact data could stand in it. Pure.
//!
//! An auditor reads the reasons that the staff gave, because they are what a look is judged by; the
//! auditor's role has no contact data. A free text can hold some all the same, so it is taken out
//! wherever a reason is shown or handed out.

use crate::account::search::fold;
use std::collections::BTreeSet;

/// Digits from which on a number may be one to call.
const DIGITS_MIN: usize = 7;

/// `text` with `[address]` for what looks like an e-mail address, `[number]` for what looks like a
/// telephone number, and `[name]` for the words of `name`, and of `email`, whosever they are.
pub fn redact(text: &str, name: &str, email: &str) -> String {
    names(&numbers(&addresses(text)), name, email)
}

fn addresses(text: &str) -> String {
    let part = |part: &str| {
        let (word, blank) = part.split_at(part.trim_end().len());
        if word.contains(['@', '＠', '﹫']) { format!("[address]{blank}") } else { part.to_owned() }
    };
    text.split_inclusive(char::is_whitespace).map(part).collect()
}

fn numbers(text: &str) -> String {
    let between =
        |c: char| c.is_whitespace() || matches!(c, '-' | '.' | '/' | '(' | ')' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    let digit = |c: char| c.is_numeric();
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(begin) = rest.find(|c: char| digit(c) || c == '+' || c == '(') {
        let (before, from) = rest.split_at(begin);
        out.push_str(before);
        let end =
            from.char_indices().find(|(i, c)| !(digit(*c) || between(*c) || *i == 0)).map_or(from.len(), |(i, _)| i);
        let run = from[..end].trim_end_matches(between);
        // Nothing but a sign.
        let run = if run.is_empty() { &from[..from.chars().next().map_or(0, char::len_utf8)] } else { run };
        let is_number = run.chars().filter(|c| digit(*c)).count() >= DIGITS_MIN && !is_date(run);
        out.push_str(if is_number { "[number]" } else { run });
        rest = &from[run.len()..];
    }
    out.push_str(rest);
    out
}

/// `2026-11-23` and the like.
fn is_date(run: &str) -> bool {
    let parts: Vec<&str> = run.split('-').collect();
    matches!(&parts[..], [year, month, day] if year.len() == 4 && month.len() == 2 && day.len() == 2)
        && run.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

fn names(text: &str, name: &str, email: &str) -> String {
    let local = email.split('@').next().unwrap_or_default();
    let words: BTreeSet<String> = [name, local]
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphabetic()))
        .map(fold)
        .filter(|word| word.chars().count() > 1 || !word.is_ascii())
        .collect();
    // `Adas` and `Ada's`; and where words are written without blanks, anywhere.
    let is_name = |folded: &str| {
        words.iter().any(|word| {
            let (own, long) = (word.chars().count(), folded.chars().count());
            folded == word
                || own > 2 && folded.starts_with(word.as_str()) && long <= own + 2
                || word.chars().any(|c| c as u32 >= 0x2E80) && folded.contains(word.as_str())
        })
    };
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(begin) = rest.find(char::is_alphabetic) {
        let (before, from) = rest.split_at(begin);
        out.push_str(before);
        // A combining mark belongs to the letter before it.
        let ends = |c: char| !c.is_alphabetic() && !unicode_normalization::char::is_combining_mark(c);
        let (word, after) = from.split_at(from.find(ends).unwrap_or(from.len()));
        out.push_str(if is_name(&fold(word)) { "[name]" } else { word });
        rest = after;
    }
    out.push_str(rest);
    // What stands in brackets is ours.
    out
}

#[cfg(test)]
mod tests {
    use super::redact;
    use proptest::prelude::*;

    fn ada(text: &str) -> String {
        redact(text, "Ada Müller-Lovelace", "ada.king@example.org")
    }

    #[test]
    fn contact_data_is_taken_out_of_a_reason() {
        for (text, read) in [
            ("Called about the switch.", "Called about the switch."),
            ("Mail ada@example.org, or <b@c.de>!", "Mail [address] or [address]"),
            ("+44 (0)20 7946 0958 and 07946.095812.", "[number] and [number]."),
            ("tel:0151/2345-678", "tel:[number]"),
            ("ring ٠١٥١٢٣٤٥٦٧٨", "ring [number]"),
            (
                "Since 2026-11-23, case OBJ-7F3K9Q2M, 3 times, 12 (twelve).",
                "Since 2026-11-23, case OBJ-7F3K9Q2M, 3 times, 12 (twelve).",
            ),
            ("ADA's friend, Mrs Lovelace, nee King; muller", "[name]'s friend, Mrs [name], nee [name]; [name]"),
            ("Adas Schalter. Adamant.", "[name] Schalter. Adamant."),
            ("Mu\u{308}ller", "[name]"),
            ("", ""),
            ("+", "+"),
        ] {
            assert_eq!(ada(text), read, "{text}");
        }
        assert_eq!(redact("请联系李明谢谢", "李明", "x@y.cn"), "[name]");
    }

    proptest! {
        #[test]
        fn no_text_breaks_it_and_no_address_or_number_is_left(text in "\\PC{0,60}", digits in "[0-9]{7,14}") {
            let read = ada(&format!("{text} a@b.example {digits}"));
            prop_assert!(!read.contains('@'));
            prop_assert!(!read.contains(&digits));
        }
    }
}
