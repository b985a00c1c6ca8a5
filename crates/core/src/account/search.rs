//! Finding members by the beginnings of words: what somebody is found under, and how a query is
//! read. Pure.
//!
//! Each member has keys in one ordered index: every word of the name and of what stands before the
//! @; every two of these words in either order, as the first three characters of the one (or all,
//! where it has fewer), the other, and the one (`&ada lovelace ada`, `&lov ada lovelace`); and the
//! whole address behind an @ (`@ada@example.org`). A query is then a walk along that index over the
//! range of one key until a page is full, however many members there are: whoever has two words
//! that begin as typed stands in the range of the two, whatever else is typed, and the key itself
//! says whether both do. Where all that is typed is shorter than that (`li xu`), those come first
//! whose word it is. The few with more words than are put two by two stand a second time under each
//! word of theirs (`&* ada`). (Full-text indexes of either database gather everybody who has a word
//! before the first page; with a million members that is what a search then takes.)

use std::collections::BTreeSet;
use std::ops::Bound;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use uuid::Uuid;

/// Characters that a query may have.
pub const QUERY_MAX: usize = 100;
/// Members on one page of results.
pub const PAGE: usize = 20;
/// As many words of a name are searched by, and as many of what stands before the @; of these the
/// first `PAIRED_MAX` two by two.
const WORDS_MAX: usize = 24;
const PAIRED_MAX: usize = 8;
/// As many characters of the first of two words are what their key begins with.
const BEGUN: usize = 3;
/// As many characters of a name say where it stands among others.
const SORTED_BY: usize = 60;
/// What each word of somebody has before it in a key of its own who has more words than are put two
/// by two.
const MANY: &str = "&* ";
/// Behind every word that begins with the same letters: no word has this character in it.
pub(super) const LAST: char = '\u{10FFFF}';

/// The same text to a search: without case and accents, `ß` as `ss`, wide and combined forms as
/// plain ones.
pub fn fold(text: &str) -> String {
    let small = text.to_lowercase();
    let bare = small.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    bare.fold(String::with_capacity(text.len()), |mut all, c| {
        match c {
            'ß' => all.push_str("ss"),
            'æ' => all.push_str("ae"),
            'œ' => all.push_str("oe"),
            'þ' => all.push_str("th"),
            'ø' => all.push('o'),
            'ł' => all.push('l'),
            'đ' | 'ð' => all.push('d'),
            'ħ' => all.push('h'),
            'ı' => all.push('i'),
            'ς' => all.push('σ'),
            LAST => {}
            c => all.push(c),
        }
        all
    })
}

/// What a name is sorted by among others, in the order of its bytes.
pub fn sort_key(name: &str) -> String {
    words(&fold(name)).join(" ").chars().take(SORTED_BY).collect()
}

/// The words of a folded text. An apostrophe is no end of a word: `O'Brien` is `obrien`.
pub(super) fn words(folded: &str) -> Vec<String> {
    let joined: String = folded.chars().filter(|c| !matches!(c, '\'' | '’' | 'ʼ' | '`')).collect();
    joined.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// What stands before the @: the only part of an address that has words.
fn local_part(email: &str) -> &str {
    email.split('@').next().unwrap_or_default()
}

/// What a member is found under.
pub fn keys(name: &str, email: &str) -> BTreeSet<String> {
    let email = fold(email);
    let (mut keys, mut paired) = (BTreeSet::new(), BTreeSet::new());
    for text in [&*fold(name), local_part(&email)] {
        let words = words(text);
        paired.extend(words.iter().take(PAIRED_MAX).cloned());
        keys.extend(words.into_iter().take(WORDS_MAX));
    }
    if keys.iter().any(|word| !paired.contains(word)) {
        keys.extend(keys.iter().map(|word| format!("{MANY}{word}")).collect::<Vec<_>>());
    }
    // What begins as a word does begins as a longer one does too.
    let paired = longest(&paired);
    for a in &paired {
        keys.extend(paired.iter().filter(|b| a != *b).map(|b| format!("{} {a}", pair(a, b))));
    }
    keys.insert(format!("@{email}"));
    longest(&keys)
}

/// Those that no other one begins with, which would come right behind.
fn longest(all: &BTreeSet<String>) -> BTreeSet<String> {
    let next = all.iter().skip(1).map(Some).chain([None]);
    let stay = all.iter().zip(next).filter(|(one, next)| !next.is_some_and(|next| next.starts_with(*one)));
    stay.map(|(one, _)| one.clone()).collect()
}

/// What the key of two words begins with.
fn pair(a: &str, b: &str) -> String {
    format!("&{} {b}", a.chars().take(BEGUN).collect::<String>())
}

/// A part of the index, in the order of its bytes: what of it has `part` somewhere from `start` to
/// right before `end`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first key that can be in it.
    pub start: String,
    /// The first key behind it.
    pub end: String,
    part: String,
}

impl Range {
    fn begins_with(start: String) -> Self {
        Self { end: format!("{start}{LAST}"), start, part: String::new() }
    }

    fn of_address(address: &str) -> Self {
        // No key has a control character in it, so there is this one key.
        Self { start: format!("@{address}"), end: format!("@{address}\u{1}"), part: String::new() }
    }

    /// Where everybody stands who has two words that begin as these do; `None` where the first is
    /// too short to say.
    fn of_pair(a: &str, b: &str) -> Option<Self> {
        let range = || Self { part: format!(" {a}"), ..Self::begins_with(pair(a, b)) };
        (a.chars().count() >= BEGUN).then(range)
    }

    /// The part that a key in here has, for SQL's `like`. (No word has a character in it that means
    /// something there.)
    pub fn like(&self) -> String {
        format!("%{}%", self.part)
    }

    /// The first of a member's `keys` in here: under this one the member is shown.
    pub fn first_of<'a>(&self, keys: &'a BTreeSet<String>) -> Option<&'a str> {
        let mut here = keys.range::<str, _>((Bound::Included(&*self.start), Bound::Excluded(&*self.end)));
        here.find(|key| key.contains(&self.part)).map(String::as_str)
    }
}

/// What was typed into the box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// Nothing to search by: blanks, or signs of which no word is made.
    Empty,
    /// More than [`QUERY_MAX`] characters.
    TooLong,
    /// A member's id, or the name under which the ledger knows them, as receipts have it.
    Id(String),
    /// Words and addresses: one of either at least.
    Terms(Terms),
}

/// The words of a query, each the beginning of one of a member's, and the addresses in it, which
/// are a member's as a whole or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    words: Vec<String>,
    addresses: Vec<String>,
}

impl Query {
    /// Reads what was typed: an id in any spelling of a UUID, or else words and addresses.
    pub fn parse(typed: &str) -> Self {
        let typed = typed.trim();
        if typed.chars().count() > QUERY_MAX {
            return Self::TooLong;
        }
        if let Ok(id) = Uuid::parse_str(typed) {
            return Self::Id(id.to_string());
        }
        let mut terms = Terms { words: Vec::new(), addresses: Vec::new() };
        for part in fold(typed).split(|c: char| c.is_whitespace() || c.is_control()) {
            let part = part.trim_start_matches('@');
            if part.contains('@') {
                terms.addresses.push(part.to_owned());
            } else {
                terms.words.extend(words(part));
            }
        }
        if terms.words.is_empty() && terms.addresses.is_empty() { Self::Empty } else { Self::Terms(terms.tidy()) }
    }
}

impl Terms {
    /// A word that begins another one asks for nothing more.
    fn tidy(mut self) -> Self {
        let all = self.words.clone();
        let more = |i: usize, word: &String| {
            all.iter().enumerate().any(|(j, other)| other.starts_with(word.as_str()) && (other != word || j < i))
        };
        self.words = all.iter().enumerate().filter(|(i, word)| !more(*i, word)).map(|(_, word)| word.clone()).collect();
        self.addresses.dedup();
        self
    }

    /// The words.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The same with another word in the place of one.
    pub fn with(&self, place: usize, word: &str) -> Self {
        let mut other = self.clone();
        if let Some(one) = other.words.get_mut(place) {
            word.clone_into(one);
        }
        other.tidy()
    }

    /// What to type for these.
    pub fn text(&self) -> String {
        self.words.iter().chain(&self.addresses).map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// The addresses, each with where it stands in the index if somebody has exactly it.
    pub fn addresses(&self) -> impl Iterator<Item = (&str, Range)> {
        self.addresses.iter().map(|address| (&**address, Range::of_address(address)))
    }

    /// The address that is all there is.
    pub fn one_address(&self) -> Option<&str> {
        if let ([address], []) = (&self.addresses[..], &self.words[..]) { Some(address) } else { None }
    }

    /// The same where nobody has this address: what stands before its @ is words then, and the rest
    /// nothing at all. So whoever adds letter after letter to the domain finds the same members
    /// until all of an address is there.
    pub fn without_address(mut self, address: &str) -> Self {
        self.addresses.retain(|other| other != address);
        self.words.extend(words(local_part(address)));
        self.tidy()
    }

    /// Where everybody stands who is meant: at an address, or at two of the words, of which as many
    /// letters as can be begin the key, and, of those who have very many words, at one. Nowhere
    /// without such words.
    pub fn places(&self) -> Vec<Range> {
        if let Some(address) = self.addresses.first() {
            return vec![Range::of_address(address)];
        }
        let pairs = self.words.iter().flat_map(|a| {
            let others = self.words.iter().filter(move |b| a != *b);
            others.filter_map(move |b| Some((b, Range::of_pair(a, b)?)))
        });
        // The first of the longest, so that it is the same one for every page.
        let length = |word: &str| word.chars().count();
        let longest = pairs.reduce(|best, other| if length(other.0) > length(best.0) { other } else { best });
        longest.map_or_else(Vec::new, |(b, range)| vec![range, Range::begins_with(format!("{MANY}{b}"))])
    }

    /// Where those stand who have one of two very short words itself, and one that begins as the
    /// other does. Many more may be meant.
    pub fn short_words(&self) -> Vec<Range> {
        let [a, b, ..] = &self.words[..] else { return Vec::new() };
        vec![Range::begins_with(pair(a, b)), Range::begins_with(pair(b, a)), Range::begins_with(format!("{MANY}{a}"))]
    }

    /// Where everybody stands who has one of the words, for each of them.
    pub fn singles(&self) -> impl Iterator<Item = Range> {
        self.words.iter().map(|word| Range::begins_with(word.clone()))
    }

    /// Whether a member of this name and address is meant: all their words count, also those that
    /// are no keys.
    pub fn match_all(&self, name: &str, email: &str) -> bool {
        let email = fold(email);
        let mut theirs = words(&fold(name));
        theirs.extend(words(local_part(&email)));
        self.addresses.iter().all(|address| *address == email)
            && self.words.iter().all(|word| theirs.iter().any(|one| one.starts_with(word.as_str())))
    }
}

/// An address that says enough to be compared with what a caller says, and too little to write to:
/// `a…@e…e.org`.
pub fn masked(email: &str) -> String {
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let (house, top) = domain.rsplit_once('.').unwrap_or((domain, ""));
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    let last = house.chars().skip(1).last().map(String::from).unwrap_or_default();
    format!("{}…@{}…{last}.{top}", first(local), first(house))
}

/// The first letter of each word of a name: `A… L…`.
pub fn masked_name(name: &str) -> String {
    let first = |word: &str| word.chars().next().map(|letter| format!("{letter}…"));
    name.split_whitespace().filter_map(first).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
