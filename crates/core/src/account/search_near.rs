//! Names that are nearly what was typed: with it somewhere inside, or with one typing error. Pure.
//!
//! Each word of a name stands in one ordered index of parts, once for all the people who have it:
//! under every ending of it (`*lace` of `lovelace`), and under what is left of it when one letter
//! is taken away, or none (`~lovelce`, `~lovelace`). What was typed is inside of a word if an
//! ending of the word begins with it. It is one typing error away if the two have something in
//! common of which each has lost at most one letter. So either is found without reading other
//! words. Whose the words are, the index of [`super::search`] knows.

use super::search::{self, LAST};
use std::collections::BTreeSet;
use std::ops::Range;

/// Characters of a word that count: a longer one is no word of a name.
const WORD_MAX: usize = 24;
/// Fewer letters than this have no typing error: too many other words are one away.
const TYPO_MIN: usize = 4;
/// Words of a name that stand in the index.
const WORDS_MAX: usize = 24;

/// The words of a name that stand in the index of parts. What has a digit in it is none.
pub fn words(name: &str) -> BTreeSet<String> {
    let words = search::words(&search::fold(name)).into_iter().take(WORDS_MAX);
    words.filter(|word| !word.chars().any(char::is_numeric) && word.chars().count() <= WORD_MAX).collect()
}

/// The fewest characters of it that are looked for inside of words: two where each is a word or a
/// syllable of its own, as in Chinese, three elsewhere.
fn inside_min(word: &str) -> usize {
    if word.chars().any(|c| c >= '\u{2E80}') { 2 } else { 3 }
}

/// What a word stands under.
pub fn parts(word: &str) -> BTreeSet<String> {
    let (least, all) = (inside_min(word), word.chars().count());
    let endings = word.char_indices().skip(1).take(all.saturating_sub(least));
    let mut parts: BTreeSet<String> = endings.map(|(at, _)| format!("*{}", &word[at..])).collect();
    parts.extend(shortened(word).into_iter().map(|rest| format!("~{rest}")));
    // Under this one every word is found again.
    parts.insert(own(word));
    parts
}

/// The part that says that a word is in the index.
pub fn own(word: &str) -> String {
    format!("~{word}")
}

/// What is left of it when one letter is taken away, or none; nothing of a short word.
fn shortened(word: &str) -> BTreeSet<String> {
    let letters: Vec<char> = word.chars().collect();
    if !(TYPO_MIN..=WORD_MAX + 1).contains(&letters.len()) {
        return BTreeSet::new();
    }
    let without = |i: usize| letters.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, c)| *c).collect();
    (0..letters.len()).map(without).chain([word.to_owned()]).collect()
}

/// Where the words stand that have `typed` somewhere inside, not at the beginning; `None` where it
/// is too short to say.
pub fn inside(typed: &str) -> Option<Range<String>> {
    (typed.chars().count() >= inside_min(typed)).then(|| format!("*{typed}")..format!("*{typed}{LAST}"))
}

/// The parts under which the words stand that may be one typing error away.
pub fn nearly(typed: &str) -> Vec<String> {
    shortened(typed).into_iter().map(|rest| format!("~{rest}")).collect()
}

/// Whether two words differ by one typing error: a letter too many or too few, another letter, or
/// two letters that have changed places.
pub fn is_one_off(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([], []) => false,
        ([a0, a1, a_rest @ ..], [b0, b1, b_rest @ ..]) if a0 == b1 && a1 == b0 && a_rest == b_rest => true,
        _ => {
            let rest = |from: &[char], n: usize| from.get(n..).map(<[char]>::to_vec);
            [(1, 1), (1, 0), (0, 1)].iter().any(|(i, j)| rest(a, *i).is_some_and(|left| Some(left) == rest(b, *j)))
        }
    }
}

/// Of `found`, the words that may stand for `typed`, the likeliest first: those with a typing error
/// and the same beginning, with a typing error, and with `typed` inside.
pub fn likeliest(typed: &str, found: impl IntoIterator<Item = String>, most: usize) -> Vec<String> {
    let begins = |word: &str| word.chars().next() == typed.chars().next();
    let rank = |word: &str| match (is_one_off(typed, word), begins(word)) {
        (true, true) => 0,
        (true, false) => 1,
        (false, _) => 2,
    };
    let close = |word: &String| word != typed && (is_one_off(typed, word) || word.contains(typed));
    let words: BTreeSet<String> = found.into_iter().filter(close).collect();
    let mut words: Vec<_> = words.into_iter().map(|word| (rank(&word), word.chars().count(), word)).collect();
    words.sort_unstable();
    words.into_iter().take(most).map(|(.., word)| word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Whether a word of this name is found by what was typed, as the index is asked.
    fn finds(typed: &str, name: &str) -> bool {
        let all: BTreeSet<String> = words(name).iter().flat_map(|word| parts(word)).collect();
        let inside = inside(typed).is_some_and(|range| all.range(range).next().is_some());
        inside || nearly(typed).iter().any(|part| all.contains(part))
    }

    #[test]
    fn a_name_is_found_by_what_is_inside_of_it() {
        for typed in ["lace", "ovelac", "ove"] {
            assert!(finds(typed, "Ada Lovelace"), "{typed}");
        }
        assert!(finds("小明", "王小明") && finds("ß".repeat(2).replace('ß', "ss").as_str(), "Weissssmann"));
        // The beginning is what the other index is for.
        assert!(!finds("love", "Ada Lovelace") && !finds("ce", "Ada Lovelace"));
    }

    #[test]
    fn a_name_is_found_with_one_typing_error_and_not_with_two() {
        for typed in ["lovelcae", "lovelac", "lovellace", "lovelade", "ovelace", "xlovelace"] {
            assert!(finds(typed, "Ada Lovelace") && is_one_off(typed, "lovelace"), "{typed}");
        }
        for typed in ["lovlcae", "lvelacex", "ada", "adb"] {
            assert!(!is_one_off(typed, "lovelace"), "{typed}");
        }
        assert!(!finds("adb", "Ada"), "short words have no typing errors");
        assert!(!is_one_off("ada", "ada"));
    }

    #[test]
    fn what_is_no_word_of_a_name_stands_in_no_part() {
        assert!(words("ada00123").is_empty() && words(&"x".repeat(25)).is_empty());
        assert_eq!(words("Zoë O'Brien").into_iter().collect::<Vec<_>>(), ["obrien", "zoe"]);
    }

    #[test]
    fn the_likeliest_come_first() {
        let found = ["wallace", "lovelace", "ovelace", "lace", "place", "mace"].map(str::to_owned);
        assert_eq!(likeliest("lace", found.clone(), 3), ["mace", "place", "ovelace"]);
        assert_eq!(likeliest("lovelacd", found, 9), ["lovelace"]);
    }

    proptest! {
        #[test]
        fn every_typing_error_is_found_and_nothing_else_is_near(word in "[a-e]{4,9}", other in "[a-e]{4,9}") {
            let parts = parts(&word);
            let may = nearly(&other).iter().any(|part| parts.contains(part));
            if is_one_off(&word, &other) {
                prop_assert!(may, "{word} {other}");
            }
            prop_assert_eq!(is_one_off(&word, &other), is_one_off(&other, &word));
        }
    }
}
