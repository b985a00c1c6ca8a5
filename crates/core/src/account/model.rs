//! Members, and what a sign-up has to look like. Pure.

use super::password_rules::PasswordRules;
use crate::ledger::{EntryId, entry::sha256_hex};
use crate::mail::address;
use crate::string_enum;
use crate::time::UtcMillis;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

pub use super::opaque_string::{PASSWORD_MAX, PASSWORD_MIN};
pub use crate::text::{is_blank, is_unseen};

/// Characters that a name may have.
pub const NAME_MAX: usize = 100;
/// The longest address that mail can be sent to (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub const EMAIL_MAX: usize = 254;

string_enum! {
    /// What an account is for; what it may do stands in [`roles`](super::roles).
    pub enum Role {
        /// Somebody whose data it is; every account that was not made for work.
        Member = "member",
        /// Finds members, and views their settings with a reason. Decides nothing.
        Support = "support",
        /// Decides objections, and views settings with a reason.
        PrivacyOfficer = "privacy_officer",
        /// Reads the access log and the ledger, without contact data.
        Auditor = "auditor",
    }
}

impl Role {
    /// Whether it is one of those who work here: they need a second factor, and their sessions are
    /// short.
    pub const fn is_staff(self) -> bool {
        !matches!(self, Self::Member)
    }

    /// Where somebody goes who has just signed in.
    pub const fn home(self) -> &'static str {
        match self {
            Self::Member => "/settings/privacy",
            Self::PrivacyOfficer => "/support/objections",
            Self::Support => "/support",
            Self::Auditor => "/audit",
        }
    }
}

/// A country by its ISO 3166-1 alpha-2 code, in capitals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Country(celes::Country);

impl Country {
    /// The country of a code of two letters, in any case; `None` where no country has it.
    pub fn parse(code: &str) -> Option<Self> {
        (code.len() == 2).then(|| celes::Country::from_alpha2(code).ok().map(Self)).flatten()
    }

    /// The code in capitals, as entries, forms and files have it.
    pub fn alpha2(self) -> &'static str {
        self.0.alpha2
    }

    /// As it stands in a list: `United States of America`.
    pub fn name(self) -> &'static str {
        NAMES.get(self.0.alpha2).map_or(self.0.long_name, String::as_str)
    }

    /// All of them, by name.
    pub fn all() -> Vec<Self> {
        let mut all: Vec<_> = celes::Country::get_countries().into_iter().map(Self).collect();
        // Where a reader of English looks for them.
        all.sort_by_cached_key(|c| c.name().replace('Å', "A").replace('ô', "o").replace('ã', "a").replace('ü', "u"));
        all
    }
}

/// For a message to whoever runs this: `Réunion (RE)`.
impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.alpha2())
    }
}

/// The list's names have a capital on every word and no accents; these are mended.
static NAMES: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    let mend = |country: celes::Country| {
        let own = match country.alpha2 {
            "AX" => "Åland Islands",
            "BN" => "Brunei",
            "BL" => "Saint Barthélemy",
            "BO" => "Bolivia",
            "BQ" => "Bonaire, Sint Eustatius and Saba",
            "CC" => "Cocos (Keeling) Islands",
            "CI" => "Côte d’Ivoire",
            "CW" => "Curaçao",
            "FK" => "Falkland Islands (Malvinas)",
            "FM" => "Micronesia",
            "GB" => "United Kingdom",
            "GW" => "Guinea-Bissau",
            "HM" => "Heard Island and McDonald Islands",
            "IR" => "Iran",
            "KP" => "North Korea",
            "KR" => "South Korea",
            "LA" => "Laos",
            "MD" => "Moldova",
            "MF" => "Saint Martin (French part)",
            "MK" => "North Macedonia",
            "RE" => "Réunion",
            "RU" => "Russia",
            "SH" => "Saint Helena, Ascension and Tristan da Cunha",
            "ST" => "São Tomé and Príncipe",
            "SX" => "Sint Maarten (Dutch part)",
            "SY" => "Syria",
            "TL" => "Timor-Leste",
            "TW" => "Taiwan",
            "TZ" => "Tanzania",
            "TR" => "Türkiye",
            "US" => "United States",
            "VE" => "Venezuela",
            _ => country.long_name.strip_prefix("The ").unwrap_or(country.long_name),
        };
        let name = own.replace(" Of ", " of ").replace(" And ", " and ").replace(" The ", " the ");
        (country.alpha2, name)
    };
    celes::Country::get_countries().into_iter().map(mend).collect()
});

/// Somebody with an account.
#[derive(Clone, Debug)]
pub struct Member {
    /// A UUID for our own tables; what may leave the server has `subject`.
    pub id: String,
    /// The opaque name under which the ledger knows them.
    pub subject: String,
    /// As [`parse_email`] makes it, so that two spellings are one address.
    pub email: String,
    /// As [`parse_name`] makes it; no entry has it.
    pub name: String,
    /// Where they live now; where they lived before stands in their entries.
    pub country: Country,
    /// What the account is for; staff are made on the command line.
    pub role: Role,
    /// Sessions made under an older epoch have ended.
    pub session_epoch: i64,
    /// When the account was made, or, if an import brought it, when they joined the platform.
    pub joined_at: UtcMillis,
    /// Whether the address is known to be theirs: they opened a mailed link by a press, or the
    /// platform vouched for it. Nothing rests on one that is not.
    pub address_proved: bool,
    /// In which time it was not.
    pub unproved: Option<Unproved>,
    /// Whether it is the demonstration's: its password is known to everybody.
    pub demo: bool,
}

/// The time in which nobody had confirmed an account's address. Nothing rested on it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unproved {
    /// Its first instant.
    pub from: UtcMillis,
    /// When the address was proved; `None` where it has not been.
    pub until: Option<UtcMillis>,
}

impl Unproved {
    /// From the columns of `members`: since when, where that is not since the account `began`;
    /// until when, as it is stored; and when the address was proved. `None` where it always was.
    pub fn of(
        began: UtcMillis,
        since: Option<UtcMillis>,
        until: Option<UtcMillis>,
        proved: Option<UtcMillis>,
    ) -> Option<Self> {
        match proved {
            None => Some(Self { from: since.unwrap_or(began), until: None }),
            Some(proved) => {
                let (from, until) = (since?, until.unwrap_or(proved));
                (from < until).then_some(Self { from, until: Some(until) })
            }
        }
    }

    /// Whether the address was still to be confirmed at `at`.
    pub fn holds(self, at: UtcMillis) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

/// What a page says of who it was made for, so that the browser's Back can tell whether that has
/// changed: no name, and no session.
pub fn page_state(viewer: Option<&Member>) -> String {
    match viewer {
        Some(member) => {
            sha256_hex(format!("page {} {}", member.subject, member.session_epoch).as_bytes())[..16].to_owned()
        }
        None => "nobody".into(),
    }
}

/// What a form says of the member whose page it stands on: the same in every session of theirs, and
/// no name.
pub fn form_mark(member: &Member) -> String {
    sha256_hex(format!("form {}", member.subject).as_bytes())[..16].to_owned()
}

/// What a form about name and country was loaded with: both, and the entry that the history in this
/// country `began` with. A form that is older says another.
pub fn details_mark(member: &Member, began: Option<EntryId>) -> String {
    let began = began.map(|id| id.to_string()).unwrap_or_default();
    let text = format!("details {} {} {began} {}", member.subject, member.country.alpha2(), member.name);
    sha256_hex(text.as_bytes())[..16].to_owned()
}

/// An account about to be made; every field has been looked at.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// As [`parse_name`] makes it.
    pub name: String,
    /// As [`parse_email`] makes it; no two accounts have the same one.
    pub email: String,
    /// Where they live when their history begins.
    pub country: Country,
    /// What the account is for; sign-up and import make members only.
    pub role: Role,
    /// A PHC string of Argon2.
    pub password_hash: String,
    /// Whether it is the demonstration's, whose password everybody knows.
    pub demo: bool,
    /// Whether a mailed link was opened, or the platform vouches for the address.
    pub address_proved: bool,
}

/// A message at a field: the field's name, and what to do about it.
pub type FieldErrors = Vec<(String, String)>;

fn at(field: &str, message: impl Into<String>) -> (String, String) {
    (field.into(), message.into())
}

/// That what stands in `field` is no address.
pub fn no_address(field: &str) -> FieldErrors {
    vec![at(field, NO_ADDRESS)]
}

const NO_COUNTRY: &str = "Please choose your country from the list.";
const NO_ADDRESS: &str = "Please enter an e-mail address, such as name@example.org.";

/// An e-mail address as it is compared, which is as mail compares it: the local part without regard
/// to case, in NFC; the domain in its ASCII form (RFC 5890), so that `müller.example` and
/// `xn--mller-kva.example` are one. `None` where it cannot be one, or where mail cannot be sent to
/// it: whoever is let in by an address can be answered.
pub fn parse_email(text: &str) -> Option<String> {
    // What has no shape was pasted along, and nobody meant it.
    let typed: String = text.chars().filter(|c| !is_unseen(*c)).collect();
    let (local, domain) = typed.trim().rsplit_once('@')?;
    let local: String = local.to_lowercase().nfc().collect();
    let url::Host::Domain(domain) = (!domain.contains('%')).then(|| url::Host::parse(domain).ok()).flatten()? else {
        return None;
    };
    let email = format!("{local}@{domain}");
    let plain = !email.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;:\"()[]\\".contains(c));
    let labels = domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
    let known = plain && labels && !local.is_empty() && !local.contains('@') && email.len() <= EMAIL_MAX;
    (known && address::address(&email).is_some()).then_some(email)
}

/// An address as people read it: its domain in their letters, where it has others than ASCII. For
/// pages and letters alone; what is compared, and handed out, stays as it is. So does a domain that
/// mixes letters: a Cyrillic one among Latin ones would be taken for another domain.
pub fn readable(email: &str) -> String {
    let Some((local, domain)) = email.rsplit_once('@') else { return email.to_owned() };
    let domain = idna::domain_to_unicode(domain).0;
    if domain.split('.').any(mixes_letters) { email.to_owned() } else { format!("{local}@{domain}") }
}

/// Whether a label has Latin letters and others.
fn mixes_letters(label: &str) -> bool {
    let latin = |c: char| c.is_ascii() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}');
    label.contains(|c: char| c.is_ascii_alphabetic()) && !label.chars().all(latin)
}

/// A name on one line.
///
/// # Errors
/// What is wrong with it, for its field: nothing to read, too long, or control characters.
pub fn parse_name(text: &str) -> Result<String, String> {
    parse_name_of("your", text)
}

/// The same, where the one who types it is told `whose` name it is, such as `their`.
///
/// # Errors
/// What to do about it, for the field.
pub fn parse_name_of(whose: &str, text: &str) -> Result<String, String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        _ if is_blank(&name) => Err(format!("Please enter {whose} name.")),
        n if n > NAME_MAX => Err(format!("A name can have at most {NAME_MAX} characters.")),
        _ if name
            .chars()
            .any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffd}')) =>
        {
            Err(format!("Please leave out control characters in {whose} name."))
        }
        _ => Ok(name),
    }
}

/// The fields of a sign-up, checked together so that everything wrong is said at once.
///
/// # Errors
/// Everything that is wrong, at `name`, `email`, `country` and `password`.
pub fn parse_sign_up(
    passwords: &PasswordRules,
    name: &str,
    email: &str,
    country: &str,
    password: &str,
) -> Result<(String, String, Country), FieldErrors> {
    let mut errors = FieldErrors::new();
    let name_ok = parse_name(name).map_err(|e| errors.push(at("name", e))).ok();
    let email_ok = parse_email(email);
    if email_ok.is_none() {
        errors.push(at("email", NO_ADDRESS));
    }
    let country_ok = Country::parse(country);
    if country_ok.is_none() {
        errors.push(at("country", NO_COUNTRY));
    }
    if let Err(e) = passwords.check(password, &[name, email]) {
        errors.push(at("password", e));
    }
    match (name_ok, email_ok, country_ok) {
        (Some(n), Some(e), Some(c)) if errors.is_empty() => Ok((n, e, c)),
        _ => Err(errors),
    }
}

/// Name and country alone.
///
/// # Errors
/// Everything that is wrong, at `name` and `country`.
pub fn parse_details(name: &str, country: &str) -> Result<(String, Country), FieldErrors> {
    let (name, country) = (parse_name(name), Country::parse(country));
    let mut errors = FieldErrors::new();
    if let Err(said) = &name {
        errors.push(at("name", said));
    }
    if country.is_none() {
        errors.push(at("country", NO_COUNTRY));
    }
    match (name, country) {
        (Ok(name), Some(country)) => Ok((name, country)),
        _ => Err(errors),
    }
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
