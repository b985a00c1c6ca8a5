//! What the forms of an objection have to look like: raw fields in, a filing or everything that is
//! wrong with it out. Pure.

use super::case::{Ruling, parse_number};
use super::regime::Region;
use crate::account::model::{Country, FieldErrors, is_blank, parse_email, parse_name_of};
use crate::consent::notice::LANGUAGES;
use crate::consent::wording::Voice;
use crate::ledger::{Mode, Outcome, Purpose};
use crate::text::grouped;
use serde::{Deserialize, Serialize};

/// The longest reason, in characters; a line's end is one.
pub const REASON_MAX: usize = 4_000;
/// The longest text that somebody adds to a case, in characters.
pub const ADDITION_MAX: usize = 4_000;
/// The longest complaint, in characters.
pub const COMPLAINT_MAX: usize = 4_000;
/// The longest word to the first officer with an answer that is returned, in characters.
pub const RETURN_MAX: usize = 1_000;
/// The longest reason for an extension, in characters.
pub const EXTENSION_REASON_MAX: usize = 1_000;
/// Of a question to whoever objected.
pub const QUESTION_MAX: usize = 1_000;
/// Of the reply.
pub const REPLY_MAX: usize = 4_000;
/// Of the grounds for one purpose, and of the answer to a complaint.
pub const GROUNDS_MAX: usize = 8_000;

/// Said before one files, and wherever it is said what is paused.
pub const NOT_PAUSED: &str = "We do not pause this while we decide, because it protects members from harm.";
/// Said of advertising (GDPR, Article 21(3)), before one files and to an officer who would refuse.
pub const NEVER_REFUSED: &str = "We never refuse an objection to this. We stop, whatever the reason.";

/// What has to be known about a purpose before one objects to it.
pub const fn special(purpose: Purpose) -> Option<&'static str> {
    if !purpose.rests_while_decided() {
        Some(NOT_PAUSED)
    } else if !purpose.can_be_refused() {
        Some(NEVER_REFUSED)
    } else {
        None
    }
}

/// The form as it was sent. `name`, `email` and `country` are asked of those without an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RawFiling {
    /// On as many lines as were pasted; [`parse`] makes it one.
    pub name: String,
    /// An e-mail address, in any spelling.
    pub email: String,
    /// A code of ISO 3166-1 alpha-2.
    pub country: String,
    /// Whether they ticked that they live in California.
    pub california: bool,
    /// The words of the purposes that were ticked.
    pub purposes: Vec<String>,
    /// The word of a [`Mode`].
    pub mode: String,
    /// May be empty: nobody has to give one.
    pub reason: String,
    /// Of the answer, as a BCP 47 tag.
    pub language: String,
}

/// What becomes of what was typed where somebody leaves the form to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// Nothing was typed or ticked yet.
    Empty,
    /// It names nobody yet, so it could be handed to anybody who signs in.
    Nobodys,
    /// It is for the account with this address, as addresses are compared.
    Under(String),
}

impl RawFiling {
    /// What becomes of it where its writer leaves to sign in. What is chosen on every fresh form
    /// does not count.
    pub fn leaving(&self) -> Leaving {
        let texts = [&self.name, &self.email, &self.country, &self.reason];
        match parse_email(&self.email) {
            Some(address) => Leaving::Under(address),
            None if self.purposes.is_empty() && texts.iter().all(|text| is_blank(text)) => Leaving::Empty,
            None => Leaving::Nobodys,
        }
    }
}

/// A form that can be filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filing {
    /// Who objects, where it is not a member.
    pub person: Option<Person>,
    /// Where they live, which decides how long the answer may take.
    pub region: Region,
    /// One at least, each once, in the order of [`Purpose::ALL`].
    pub purposes: Vec<Purpose>,
    /// Whether the processing is to end, or to rest.
    pub mode: Mode,
    /// Never empty where there is one; see [`text`].
    pub reason: Option<String>,
    /// Of the answer: one of [`LANGUAGES`].
    pub language: &'static str,
}

/// Somebody without an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// On one line, as [`parse_name`](crate::account::model::parse_name) makes it.
    pub name: String,
    /// As addresses are compared: trimmed, in lower case.
    pub email: String,
}

/// Looks at the whole form. `member` is the country of the member who is signed in; name, e-mail
/// and country as sent are then not looked at, because the account has them. California counts in
/// the United States only.
///
/// # Errors
/// Everything that is wrong, at the names of the fields and in the order of the form.
pub fn parse(raw: &RawFiling, member: Option<Country>) -> Result<Filing, FieldErrors> {
    parse_for(Voice::Member, raw, member)
}

/// The same, told to the one who objects or to staff who record it for them.
///
/// # Errors
/// Everything that is wrong, at the names of the fields and in the order of the form.
pub fn parse_for(voice: Voice, raw: &RawFiling, member: Option<Country>) -> Result<Filing, FieldErrors> {
    let mut wrong = Wrong::default();
    let (person, country) = if let Some(country) = member {
        (Some(None), Some(country))
    } else {
        let name = wrong.or("name", parse_name_of(voice.either("your", "their"), &raw.name));
        let email = parse_email(&raw.email).ok_or("Please enter an e-mail address, such as name@example.org.");
        let email = wrong.or("email", email);
        let ask =
            voice.either("Please choose your country from the list.", "Please choose their country from the list.");
        let country = Country::parse(&raw.country).ok_or(ask);
        let country = wrong.or("country", country);
        if raw.california && country.is_some_and(|c| c.alpha2() != "US") {
            let ask = voice.either(
                "California is in the United States. Please change the country, or untick \u{201c}I live in California\u{201d}.",
                "California is in the United States. Please change the country, or untick \u{201c}They live in California\u{201d}.",
            );
            wrong.at("california", ask);
        }
        (name.zip(email).map(|(name, email)| Some(Person { name, email })), country)
    };
    let purposes = wrong.or("purposes", purposes(voice, &raw.purposes));
    let mode = Mode::parse(&raw.mode)
        .ok_or(voice.either("Please choose what you ask for.", "Please choose what they ask for."));
    let mode = wrong.or("mode", mode);
    let reason = wrong.or("reason", text(voice.either("Your reason", "Their reason"), &raw.reason, REASON_MAX));
    let language = LANGUAGES.iter().copied().find(|l| *l == raw.language);
    let language = wrong.or("language", language.ok_or("Please choose a language from the list."));
    match (person, country, purposes, mode, reason, language) {
        (Some(person), Some(country), Some(purposes), Some(mode), Some(reason), Some(language))
            if wrong.0.is_empty() =>
        {
            let region = Region::new(country, raw.california);
            Ok(Filing { person, region, purposes, mode, reason: (!is_blank(&reason)).then_some(reason), language })
        }
        _ => Err(wrong.0),
    }
}

fn purposes(voice: Voice, raw: &[String]) -> Result<Vec<Purpose>, &'static str> {
    let known: Option<Vec<Purpose>> = raw.iter().map(|word| Purpose::parse(word)).collect();
    let mut known = known.ok_or(voice.either(
        "Please choose the uses that you object to from those listed here.",
        "Please choose the uses that they object to from those listed here.",
    ))?;
    known.sort_unstable();
    known.dedup();
    if known.is_empty() { Err("Please select at least one use to object to.") } else { Ok(known) }
}

/// Free text as it is kept: line ends are `\n`, no blanks around it, at most `max` characters, and
/// no control characters but line ends and tabs. May be empty. `what` names it in a message, at the
/// beginning of a sentence.
///
/// # Errors
/// What to do about it, for the field.
pub fn text(what: &str, raw: &str, max: usize) -> Result<String, String> {
    let text = raw.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim();
    let length = text.chars().count();
    if length > max {
        let (max, length) = (grouped(max), grouped(length));
        return Err(format!("{what} can have at most {max} characters. You have {length}."));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(format!("{what} has an invisible control character. Please type it again instead of pasting it."));
    }
    Ok(text.to_owned())
}

pub(super) fn required(what: &str, raw: &str, max: usize, ask: &str) -> Result<String, String> {
    text(what, raw, max).and_then(|text| if is_blank(&text) { Err(ask.to_owned()) } else { Ok(text) })
}

pub(super) fn only(field: &str, parsed: Result<String, String>) -> Result<String, FieldErrors> {
    parsed.map_err(|message| vec![(field.to_owned(), message)])
}

/// What somebody adds to their case.
///
/// # Errors
/// What is wrong with it, at `text`: blank, too long, or control characters.
pub fn parse_addition(raw: &str) -> Result<String, FieldErrors> {
    only("text", required("What you add", raw, ADDITION_MAX, "Please write what you want to add."))
}

/// A question to whoever objected.
///
/// # Errors
/// What is wrong with it, at `question`: blank, too long, or control characters.
pub fn parse_question(raw: &str) -> Result<String, FieldErrors> {
    let ask = "Please write your question. The person will read it.";
    only("question", required("Your question", raw, QUESTION_MAX, ask))
}

/// A reply to a question.
///
/// # Errors
/// What is wrong with it, at `reply`: blank, too long, or control characters.
pub fn parse_reply(raw: &str) -> Result<String, FieldErrors> {
    only("reply", required("Your reply", raw, REPLY_MAX, "Please write your reply."))
}

/// A complaint about an answer.
///
/// # Errors
/// What is wrong with it, at `text`: blank, too long, or control characters.
pub fn parse_complaint(raw: &str) -> Result<String, FieldErrors> {
    only("text", required("Your complaint", raw, COMPLAINT_MAX, "Please write your complaint."))
}

/// The answer to a complaint.
///
/// # Errors
/// What is wrong with it, at `text`: blank, too long, or control characters.
pub fn parse_complaint_answer(raw: &str) -> Result<String, FieldErrors> {
    only("text", required("Your answer", raw, GROUNDS_MAX, "Please write the answer. The person will read it."))
}

/// Why a case is opened again.
///
/// # Errors
/// What is wrong with it, by field.
pub fn parse_reopening(raw: &str) -> Result<String, FieldErrors> {
    let ask = "Please say why you reopen the case. The person will read it.";
    only("why_again", required("Your reason", raw, EXTENSION_REASON_MAX, ask))
}

/// Why a proposed answer is sent back; whose `own` it is may take it back without a word.
///
/// # Errors
/// What is wrong with it, at `why`: too long, control characters, or, of somebody else, blank.
pub fn parse_return(raw: &str, own: bool) -> Result<String, FieldErrors> {
    let ask = "Please write what has to change. The first officer will read it.";
    let what = "What has to change";
    only("why", if own { text(what, raw, RETURN_MAX) } else { required(what, raw, RETURN_MAX, ask) })
}

/// An extension: 1 or 2 months, and why.
///
/// # Errors
/// Everything that is wrong, at `months` and `reason`.
pub fn parse_extension(months: &str, reason: &str) -> Result<(u8, String), FieldErrors> {
    let mut wrong = Wrong::default();
    let known = months.trim().parse().ok().filter(|m| (1..=super::deadline::EXTENSION_MAX).contains(m));
    let months = wrong.or("months", known.ok_or("Please choose how much more time you need: one or two months."));
    let ask = "Please write why you need more time. The person will read it.";
    let reason = wrong.or("reason", required("Your reason", reason, EXTENSION_REASON_MAX, ask));
    months.zip(reason).ok_or(wrong.0)
}

/// The number of the case that this one duplicates.
///
/// # Errors
/// That it is no number of a case, at `of`.
pub fn parse_duplicate(of: &str) -> Result<String, FieldErrors> {
    only(
        "of",
        parse_number(of).ok_or_else(|| "Please enter a case number, such as OBJ-7F3K9Q2M, for the other case.".into()),
    )
}

/// What is decided about one purpose, as it was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RawRuling {
    /// The word of a [`Purpose`].
    pub purpose: String,
    /// The word of an [`Outcome`]; empty where none was chosen.
    pub outcome: String,
    /// Needed to refuse; may be empty otherwise.
    pub grounds: String,
}

/// The grounds for one purpose: needed to refuse, welcome otherwise.
///
/// # Errors
/// What is wrong with them, for their field: missing where needed, too long, or control characters.
pub fn parse_grounds(purpose: Purpose, outcome: Outcome, raw: &str) -> Result<Option<String>, String> {
    let ask = format!("{}: please give the compelling grounds. The person will read them.", purpose.title());
    let what = format!("{}: the text of your grounds", purpose.title());
    match outcome {
        Outcome::Refused => required(&what, raw, GROUNDS_MAX, &ask).map(Some),
        Outcome::Upheld => text(&what, raw, GROUNDS_MAX).map(|grounds| (!is_blank(&grounds)).then_some(grounds)),
    }
}

/// A decision, one ruling for each of `purposes`, in their order. Of two rulings for one purpose
/// neither counts.
///
/// # Errors
/// Everything that is wrong, at `outcome-advertising`, `grounds-advertising` and so on, and what is
/// said about other purposes at `purposes`.
pub fn parse_rulings(purposes: &[Purpose], raw: &[RawRuling]) -> Result<Vec<Ruling>, FieldErrors> {
    let mut wrong = Wrong::default();
    if raw.iter().any(|r| Purpose::parse(&r.purpose).is_none_or(|purpose| !purposes.contains(&purpose))) {
        wrong.at("purposes", "Please decide only about the purposes in this objection.");
    }
    let mut rulings = Vec::with_capacity(purposes.len());
    for purpose in purposes.iter().copied() {
        let mut mine = raw.iter().filter(|r| r.purpose == purpose.as_str());
        let one = mine.next().filter(|_| mine.next().is_none());
        let field = format!("outcome-{purpose}");
        let outcome = match one.and_then(|r| Outcome::parse(&r.outcome)) {
            None => Err(format!("{}: please choose whether to uphold or refuse.", purpose.title())),
            Some(Outcome::Refused) if !purpose.can_be_refused() => Err(format!("{}: {NEVER_REFUSED}", purpose.title())),
            Some(outcome) => Ok(outcome),
        };
        let Some((outcome, raw)) = wrong.or(&field, outcome).zip(one) else { continue };
        let grounds = wrong.or(&format!("grounds-{purpose}"), parse_grounds(purpose, outcome, &raw.grounds));
        rulings.extend(grounds.map(|grounds| Ruling { purpose, outcome, grounds }));
    }
    if wrong.0.is_empty() { Ok(rulings) } else { Err(wrong.0) }
}

/// What is wrong, gathered in the order of the form.
#[derive(Default)]
pub(super) struct Wrong(pub(super) FieldErrors);

impl Wrong {
    pub(super) fn at(&mut self, field: &str, message: impl Into<String>) {
        self.0.push((field.into(), message.into()));
    }

    pub(super) fn or<T, E: Into<String>>(&mut self, field: &str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|message| self.at(field, message)).ok()
    }
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
