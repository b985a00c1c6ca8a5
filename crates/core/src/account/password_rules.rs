//! What a new password has to be: long enough, on no list of stolen ones, and hard to guess for
//! whoever knows the person and the site (NIST SP 800-63B-4, 3.1.1.2). No rule about which
//! characters it is made of. Pure.

use super::breached::Breached;
use super::opaque_string::{self, PASSWORD_MAX, PASSWORD_MIN, Refused};
use std::borrow::Cow;
use zxcvbn::feedback::Feedback;

/// What this site is called and is about: that stands in no list.
const OURS: [&str; 3] = ["sayso", "privacy", "data privacy"];
/// Characters that a part of a word has to have to count by itself.
const PART_MIN: usize = 3;
/// Letters and digits that have to be left of a password without the person's and the site's words,
/// and characters that such a word has to have.
const LEFT_MIN: usize = 6;
const WORD_MIN: usize = 4;
/// Characters of a password that are looked at for what is easy to guess.
const LOOKED_AT: usize = 72;

const INSTEAD: &str = "Please choose another, for example four unrelated words.";

/// Said where it is one that is known from a breach.
pub const BREACHED: &str = "This password has been stolen from another site, and attackers try it first. \
                            Please choose another, for example four unrelated words.";

/// The rules of this site.
#[derive(Clone, Debug, Default)]
pub struct PasswordRules {
    breached: Breached,
    /// Words of this site and its platform.
    words: Vec<String>,
}

impl PasswordRules {
    /// With a list of stolen passwords, words of the platform's, and the host that browsers see.
    pub fn new<'a>(breached: Breached, words: impl IntoIterator<Item = &'a str>, host: &str) -> Self {
        let words = words.into_iter().flat_map(with_parts).chain(words_of_host(host)).collect();
        Self { breached, words }
    }

    /// How many stolen passwords are known.
    pub fn breached(&self) -> usize {
        self.breached.len()
    }

    /// Looks at a new password of somebody whose own words, such as name and address, are `own`.
    ///
    /// # Errors
    /// What is wrong with it, and what to do.
    pub fn check(&self, password: &str, own: &[&str]) -> Result<(), String> {
        let compared = match opaque_string::enforce(password) {
            Ok(compared) => compared,
            Err(Refused::Control) => {
                return Err("Please leave out control characters, such as tabs, in your password.".into());
            }
            Err(Refused::Empty) => Cow::Borrowed(""),
        };
        match compared.chars().count() {
            n if n < PASSWORD_MIN => {
                return Err(format!(
                    "Please use {PASSWORD_MIN} characters or more for your password. A few unrelated words work well."
                ));
            }
            n if n > PASSWORD_MAX => return Err(format!("Your password can have at most {PASSWORD_MAX} characters.")),
            _ => {}
        }
        if self.breached.has(&compared) || self.breached.has(password) {
            return Err(BREACHED.into());
        }
        let head: String = compared.chars().take(LOOKED_AT).collect();
        self.guess(&head, own).map_or(Ok(()), |why| Err(format!("This password is easy to guess. {why} {INSTEAD}")))
    }

    /// Why a password is easy to guess, if it is.
    fn guess(&self, password: &str, own: &[&str]) -> Option<Cow<'static, str>> {
        let own: Vec<String> = own.iter().flat_map(|word| with_parts(word)).collect();
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        let site: Vec<&str> = OURS.into_iter().chain(self.words.iter().map(String::as_str)).collect();
        let all = [&own[..], &site[..]].concat();
        // Which words it was, where it would not have been without them.
        let easy_all = easy(password, &all);
        if is_made_of(password, &own) || easy_all.is_some() && easy(password, &site).is_none() {
            return Some("It is made of your name or your e-mail address.".into());
        }
        if is_made_of(password, &all) || easy_all.is_some() && easy(password, &[]).is_none() {
            return Some("It is made of words that belong to this site.".into());
        }
        easy_all
    }
}

/// Whether next to nothing is left of a password without these words. (By its own count zxcvbn lets
/// everything pass that has three parts, such as a name with itself and a dash between.)
fn is_made_of(password: &str, words: &[&str]) -> bool {
    let mut words: Vec<&&str> = words.iter().filter(|word| word.chars().count() >= WORD_MIN).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let whole = password.to_lowercase();
    let rest = words.into_iter().fold(whole.clone(), |rest, word| rest.replace(*word, " "));
    rest != whole && rest.chars().filter(|c| c.is_alphanumeric()).count() < LEFT_MIN
}

/// Why a password is easy to guess for whoever knows these words, if it is (zxcvbn: lists of words,
/// names and common passwords, dates, keys in a row).
fn easy(password: &str, words: &[&str]) -> Option<Cow<'static, str>> {
    let estimate = zxcvbn::zxcvbn(password, words);
    if estimate.score() >= zxcvbn::Score::Three {
        return None;
    }
    let why = estimate.feedback().and_then(Feedback::warning).map(|why| why.to_string());
    Some(why.map_or("It follows a pattern.".into(), Into::into))
}

/// A text, and the words that it is put together from.
fn with_parts(text: &str) -> impl Iterator<Item = String> {
    let whole = text.trim();
    let parts = whole.split(|c: char| !c.is_alphanumeric()).filter(|part| part.len() < whole.len());
    let all = std::iter::once(whole).chain(parts).filter(|word| word.chars().count() >= PART_MIN);
    all.map(str::to_lowercase).collect::<Vec<_>>().into_iter()
}

/// The words in the name of a host; none in an address of numbers, nor in its last part, which many
/// share.
fn words_of_host(host: &str) -> impl Iterator<Item = String> {
    let labels: Vec<&str> = host.split('.').collect();
    let is_name = labels.last().is_some_and(|last| last.chars().any(char::is_alphabetic)) && !host.contains(':');
    let named = if is_name { labels.len() - 1 } else { 0 };
    labels.into_iter().take(named).flat_map(with_parts).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> PasswordRules {
        PasswordRules::new(Breached::default(), ["LinkedOut", "Fjord Atlas"], "privacy.quuxwarbler.example")
    }

    fn said(password: &str, own: &[&str]) -> String {
        rules().check(password, own).err().unwrap_or_default()
    }

    #[test]
    fn long_words_pass_and_known_weak_ones_do_not() {
        for good in ["correct-horse-battery", "plumb seven otters gladly"] {
            assert_eq!(said(good, &["Ada Lovelace", "ada@example.org"]), "");
        }
        assert!(said("elevenchars", &[]).starts_with("Please use 12 characters or more for your password."));
        assert!(
            said("plumb seven\totters", &[])
                .starts_with("Please leave out control characters, such as tabs, in your password.")
        );
        for weak in ["password1234", "qwertyuiop12", "aaaaaaaaaaaaaa", "123456789012"] {
            assert!(said(weak, &[]).starts_with("This password is easy to guess."), "{weak}");
        }
        assert_eq!(said(&"x y ".repeat(65), &[]), "Your password can have at most 256 characters.");
    }

    #[test]
    fn what_rests_on_ones_own_words_says_so() {
        let own = ["Zyxelia Quorndale", "zq.wumpelstaff@example.org"];
        for weak in ["zyxeliaquorndale", "Quorndale-Quorndale", "wumpelstaff2026!", "zq.wumpelstaff@example.org"] {
            assert!(said(weak, &own).contains("It is made of your name or your e-mail address."), "{weak}");
            assert_eq!(said(weak, &[]), "", "{weak}: somebody else may have it");
        }
        assert_eq!(said("wumpelstaff plumb seven otters", &own), "", "a word among others is no harm");
        assert!(said("wumpelstaff123456", &own).contains("your name"), "with what is easy besides");
    }

    #[test]
    fn what_rests_on_the_sites_words_says_so() {
        for weak in ["LinkedOut-LinkedOut", "fjordatlas2026", "quuxwarbler12", "QuuxWarbler!!"] {
            assert!(
                said(weak, &[]).contains("It is made of words that belong to this site."),
                "{weak}: {}",
                said(weak, &[])
            );
            assert_eq!(PasswordRules::default().check(weak, &[]), Ok(()), "{weak}: elsewhere it is none");
        }
    }

    #[test]
    fn a_host_has_words_but_for_its_last_part() {
        let of = |host: &str| words_of_host(host).collect::<Vec<_>>();
        assert_eq!(of("privacy.big-platform.co.uk"), ["privacy", "big-platform", "big", "platform"]);
        for none in ["localhost", "127.0.0.1", "[::1]", ""] {
            assert_eq!(of(none), [""; 0], "{none}");
        }
    }

    #[test]
    fn a_stolen_one_is_refused_however_good_it_looks() {
        let list = Breached::read(&b"plumb seven otters gladly\n"[..]).unwrap();
        let rules = PasswordRules::new(list, [], "");
        for stolen in ["plumb seven otters gladly", "Plumb Seven Otters Gladly", "plumb\u{a0}seven otters gladly"] {
            assert_eq!(rules.check(stolen, &[]), Err(BREACHED.into()), "{stolen}");
        }
        assert_eq!(rules.check("plumb eight otters gladly", &[]), Ok(()));
        assert_eq!(rules.breached(), 1);
    }
}
