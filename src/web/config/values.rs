//! What the settings accept, and what is said of anything else.

use crate::mail::address::address;
use crate::text;
use crate::web::origin::Origin;
use std::fs::File;
use std::io::Read;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use url::Url;

/// Bytes that a file with a secret may have.
const SECRET_MAX: u64 = 16 * 1024;
/// Characters that the name of a platform may have.
const PLATFORM_MAX: usize = 100;
/// Characters that its postal address may have.
const ADDRESS_MAX: usize = 300;

pub(super) fn database_url(text: &str) -> Result<String, String> {
    let known = ["sqlite://", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    known.then(|| text.to_owned()).ok_or_else(|| "accepted: sqlite://PATH or postgres://…".into())
}

/// What stands in a file, without the line end that an editor puts there, and whether every user of
/// the machine can read or write it. The group may: mounts of secrets give a file to the server so.
pub(super) fn secret_in(path: &str) -> Result<(String, bool), String> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| {
        let others_can = file.metadata()?.mode() & 0o007 != 0;
        file.take(SECRET_MAX + 1).read_to_string(&mut text).map(|_| others_can)
    });
    let accepted = "accepted: a file with one line of text that can be read";
    let others_can = read.map_err(|error| format!("{error}; {accepted}"))?;
    let text = text.strip_suffix('\n').map_or(&*text, |line| line.strip_suffix('\r').unwrap_or(line));
    if text.is_empty() || text.contains('\n') || text.len() as u64 > SECRET_MAX {
        return Err(format!("it does not contain exactly one line; {accepted}"));
    }
    Ok((text.to_owned(), others_can))
}

pub(super) fn addr(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "accepted: an address and a port, such as 127.0.0.1:3000 or [::]:3000")
}

pub(super) fn up_to<const MOST: u32>(text: &str) -> Result<u32, String> {
    text.parse().ok().filter(|n| *n <= MOST).ok_or_else(|| format!("accepted: a whole number from 0 to {MOST}"))
}

pub(super) fn log_format(text: &str) -> Result<String, &'static str> {
    matches!(text, "text" | "json").then(|| text.to_owned()).ok_or("accepted: text or json")
}

pub(super) fn log_filter(text: &str) -> Result<String, &'static str> {
    let filter = tracing_subscriber::EnvFilter::try_new(text);
    filter.map(|_| text.to_owned()).map_err(|_| "accepted: a level, or targets with levels, such as info,sqlx=warn")
}

pub(super) fn base_url(text: &str) -> Result<Origin, &'static str> {
    text.parse()
}

pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text {
        "1" | "true" | "on" => Ok(true),
        "0" | "false" | "off" | "" => Ok(false),
        _ => Err("accepted: on or off, 1 or 0".into()),
    }
}

pub(super) fn contact(text: &str) -> Result<String, String> {
    let known = ["mailto:", "https://"].iter().any(|s| text.starts_with(s))
        && !text.contains(|c: char| c.is_control() || c.is_whitespace())
        && text::unseen(text).is_none();
    known.then(|| text.to_owned()).ok_or_else(|| "accepted: mailto:ADDRESS or https://…".into())
}

/// Something that a page can show as it is: no blanks around it, nothing in it that nobody sees.
fn is_plain(text: &str) -> bool {
    text.trim() == text && !text.contains(char::is_control) && text::unseen(text).is_none()
}

pub(super) fn platform_name(text: &str) -> Result<String, String> {
    let known = is_plain(text) && (1..=PLATFORM_MAX).contains(&text.chars().count());
    known.then(|| text.to_owned()).ok_or_else(|| format!("accepted: a name of 1 to {PLATFORM_MAX} characters"))
}

pub(super) fn postal_address(text: &str) -> Result<String, String> {
    let known = is_plain(text) && (1..=ADDRESS_MAX).contains(&text.chars().count());
    known
        .then(|| text.to_owned())
        .ok_or_else(|| format!("accepted: an address of 1 to {ADDRESS_MAX} characters in one line"))
}

pub(super) fn phone(text: &str) -> Result<String, &'static str> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let known = text.trim() == text && (3..=20).contains(&digits) && text.len() <= 40;
    let known =
        known && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '/' | '.'));
    known.then(|| text.to_owned()).ok_or("accepted: a telephone number, such as +353 1 555 0100")
}

pub(super) fn web_address(text: &str) -> Result<String, &'static str> {
    let known = Url::parse(text).is_ok_and(|url| {
        let open = url.username().is_empty() && url.password().is_none();
        matches!(url.scheme(), "http" | "https") && url.has_host() && open
    });
    let known = known && is_plain(text) && !text.contains(char::is_whitespace);
    known.then(|| text.to_owned()).ok_or("accepted: the address of a page, https://… or http://…")
}

/// Where somebody can be reached, as a link has it.
pub(super) fn reach(text: &str) -> Result<String, &'static str> {
    let mail = text.strip_prefix("mailto:").unwrap_or(text);
    let is_mail = is_plain(mail) && !mail.contains([':', '/', '?', '%']) && address(mail).is_some();
    if is_mail {
        return Ok(format!("mailto:{mail}"));
    }
    web_address(text).map_err(|_| "accepted: an e-mail address, or the address of a page, https://… or http://…")
}
