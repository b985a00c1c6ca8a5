//! Finding members by the beginnings of words: what somebody is found under, and how a query is read. Pure.
//!
//! Each member has a few keys in one ordered index: every two words of the name in either order (`ada lovelace`, `lovelace ada`),
//! the same of what stands before the @, and the whole address behind an @ (`@ada@example.org`). A query is then a walk along that
//! index from where its words would stand, and as long as one page, however many members there are. (Full-text indexes of either
//! database gather everybody who has a word before the first page; with a million members that is what a search then takes.)

use std::collections::BTreeSet;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use uuid::Uuid;

/// Characters that a query may have.
pub const QUERY_MAX: usize = 100;
/// Members on one page of results.
pub const PAGE: usize = 20;
/// As many words of a name are searched by: the first ones and the last.
const WORDS_MAX: usize = 4;
/// Behind every word that begins with the same letters: no word has this character in it.
const LAST: char = '\u{10FFFF}';

/// The same text to a search: without case and accents, `ß` as `ss`, wide and combined forms as plain ones.
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

/// The words of a folded text. An apostrophe is no end of a word: `O'Brien` is `obrien`.
fn words(folded: &str) -> Vec<String> {
    let joined: String = folded.chars().filter(|c| !matches!(c, '\'' | '’' | 'ʼ' | '`')).collect();
    joined.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// What a member is found under.
pub fn keys(name: &str, email: &str) -> BTreeSet<String> {
    let email = fold(email);
    let mut keys = BTreeSet::new();
    for text in [&*fold(name), email.split('@').next().unwrap_or_default()] {
        let mut words = words(text);
        while words.len() > WORDS_MAX {
            words.remove(WORDS_MAX - 1);
        }
        let pairs = (0..words.len()).flat_map(|i| (0..words.len()).filter(move |j| i != *j).map(move |j| (i, j)));
        let fresh: Vec<String> = match &words[..] {
            [only] => vec![only.clone()],
            words => pairs.map(|(i, j)| format!("{} {}", words[i], words[j])).collect(),
        };
        for key in fresh {
            // What is the beginning of another key is found under that one.
            if first_from(&keys, &key).is_none() {
                keys.insert(key);
            }
        }
    }
    keys.insert(format!("@{email}"));
    keys
}

/// The first of `keys` that begins with `start`: under this one the member is shown.
pub fn first_from<'a>(keys: &'a BTreeSet<String>, start: &str) -> Option<&'a str> {
    let first = keys.range::<str, _>((std::ops::Bound::Included(start), std::ops::Bound::Unbounded)).next();
    first.map(String::as_str).filter(|key| key.starts_with(start))
}

/// What follows all words that begin with `start`, in the order of their bytes.
pub fn end_of(start: &str) -> String {
    format!("{start}{LAST}")
}

/// What was typed into the box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    Empty,
    TooLong,
    /// A member's id, or the name under which the ledger knows them, as receipts have it.
    Id(String),
    Terms(Terms),
}

/// The words of a query, each the beginning of one of a member's; an address begins with an @.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms(Vec<String>);

impl Query {
    pub fn parse(typed: &str) -> Self {
        let typed = typed.trim();
        if typed.chars().count() > QUERY_MAX {
            return Self::TooLong;
        }
        if let Ok(id) = Uuid::parse_str(typed) {
            return Self::Id(id.to_string());
        }
        let mut terms = Vec::new();
        for part in fold(typed).split(|c: char| c.is_whitespace() || c.is_control()) {
            let address = part.trim_start_matches('@');
            if part.contains('@') && !address.is_empty() {
                terms.push(format!("@{address}"));
            } else {
                terms.extend(words(part));
            }
        }
        terms.dedup();
        if terms.is_empty() { Self::Empty } else { Self::Terms(Terms(terms)) }
    }
}

impl Terms {
    /// Where in the index to look, the best first, until something is there: at the address; else at two of the words next to each
    /// other, the first of them in full.
    pub fn starts(&self) -> Vec<String> {
        if let Some(address) = self.0.iter().find(|term| term.starts_with('@')) {
            return vec![address.clone()];
        }
        let few = &self.0[..self.0.len().min(WORDS_MAX)];
        if let [only] = few {
            return vec![only.clone()];
        }
        let pairs = few.iter().flat_map(|a| few.iter().filter(move |b| a != *b).map(move |b| format!("{a} {b}")));
        pairs.collect()
    }

    /// Where to look if nothing stands at [`starts`](Self::starts): at whichever of these has the fewest members.
    pub fn single(&self) -> &[String] {
        if self.0.len() > 1 { &self.0 } else { &[] }
    }

    /// Whether a member with `keys` is meant.
    pub fn match_all(&self, keys: &BTreeSet<String>) -> bool {
        self.0.iter().all(|term| first_from(keys, term).is_some())
    }
}

/// An address that says enough to be compared with what a caller says, and too little to write to: `a…@e…e.org`.
pub fn masked(email: &str) -> String {
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let (house, top) = domain.rsplit_once('.').unwrap_or((domain, ""));
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    let last = house.chars().skip(1).last().map(String::from).unwrap_or_default();
    format!("{}…@{}…{last}.{top}", first(local), first(house))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(name: &str, email: &str, typed: &str) -> bool {
        let Query::Terms(terms) = Query::parse(typed) else { return false };
        let keys = keys(name, email);
        let mut starts = terms.starts();
        starts.extend_from_slice(terms.single());
        terms.match_all(&keys) && starts.iter().any(|start| first_from(&keys, start).is_some())
    }

    #[test]
    fn somebody_is_found_by_the_beginnings_of_their_words_in_any_order() {
        for typed in [
            "z",
            "zoë",
            "ZOE",
            "müller-lü",
            "Lüdenscheidt zoe",
            "zoe muller",
            "mul zo",
            "zoe.m@exa",
            "zoe.m@EXAMPLE.org",
            "muller zoe.m@",
            "ludenscheidt muller zoe",
            "  zoe\u{a0}MULLER\t",
            "ＺＯＥ",
        ] {
            assert!(found("Zoë Müller-Lüdenscheidt", "zoe.m@example.org", typed), "{typed:?}");
        }
        for typed in ["", "oe", "zoe muller ada", "example.org", "zoe.n@", "%", "*", "\"", "-- '"] {
            assert!(!found("Zoë Müller-Lüdenscheidt", "zoe.m@example.org", typed), "{typed:?}");
        }
        assert!(found("Seán O’Brien", "x@example.org", "obrien") && found("Seán O’Brien", "x@example.org", "sean o'b"));
        assert!(found("Ada", "countess.lovelace@example.org", "lovel"));
        assert!(found("Straße Ærøskøbing", "x@example.org", "aerosk STRASSE"));
        assert!(found("山田 太郎", "taro@example.org", "太"));
        assert!(found("A B C D E Last", "x@example.org", "last a"));
    }

    #[test]
    fn a_member_has_few_keys() {
        let of = |name, email| keys(name, email).into_iter().collect::<Vec<_>>();
        assert_eq!(
            of("Ada Lovelace", "ada.l@example.org"),
            ["@ada.l@example.org", "ada lovelace", "l ada", "lovelace ada"]
        );
        assert_eq!(of("Ada", "ada@example.org"), ["@ada@example.org", "ada"]);
        assert_eq!(of("", "x1@example.org"), ["@x1@example.org", "x1"]);
        assert_eq!(keys("a b c d e f g", "h.i.j.k.l.m@example.org").len(), 25);
    }

    #[test]
    fn a_query_is_an_id_an_address_or_words_and_has_a_limit() {
        let id = "0192F0C1-2b3c-7d4e-8f50-112233445566";
        assert_eq!(Query::parse(&format!(" {id} ")), Query::Id(id.to_lowercase()));
        assert_eq!(Query::parse(" \t"), Query::Empty);
        assert_eq!(Query::parse("?!"), Query::Empty);
        assert_eq!(Query::parse(&"é".repeat(100)), Query::Terms(Terms(vec!["e".repeat(100)])));
        assert_eq!(Query::parse(&"é".repeat(101)), Query::TooLong);
        let Query::Terms(terms) = Query::parse("anna maria smi") else { panic!() };
        assert_eq!(terms.starts().len(), 6);
        assert_eq!(terms.starts()[0], "anna maria");
    }

    #[test]
    fn what_is_masked_cannot_be_written_to() {
        assert_eq!(masked("ada@example.org"), "a…@e…e.org");
        assert_eq!(masked("é@x.de"), "é…@x….de");
        assert_eq!(masked("b@mail.example.co.uk"), "b…@m…o.uk");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn whatever_a_name_is_its_own_words_find_it(name in any::<String>(), cut in 1usize..8) {
            for word in words(&fold(&name)).iter().take(WORDS_MAX - 1) {
                let start: String = word.chars().take(cut).collect();
                prop_assert!(found(&name, "x@example.org", &start), "{:?} by {:?}", name, start);
            }
        }

        #[test]
        fn whatever_is_typed_ends_before_the_end_of_its_words(typed in any::<String>()) {
            if let Query::Terms(terms) = Query::parse(&typed) {
                for start in terms.starts() {
                    prop_assert!(start < end_of(&start) && !start.contains([LAST, '\0', '\n']), "{:?}", start);
                }
            }
        }
    }
}
