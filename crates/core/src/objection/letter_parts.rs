//! What letters about a case are made of, and what more than one of them says. Pure.

use super::model::Case;
use super::record::{NOTHING_PAUSED_YET, whose};
use crate::consent::wording::entry_path;
use crate::ledger::{Mode, Purpose, Step};
use crate::mail::Block;
use crate::time::UtcMillis;
use std::fmt::Write as _;

/// Where a case is read, and for a person without an account the one-time secret that opens it.
pub struct Way<'a> {
    /// The site's origin, without a slash at its end.
    pub origin: &'a str,
    /// The secret, made for this one letter; `None` for members, who sign in.
    pub key: Option<&'a str>,
}

impl Way<'_> {
    pub(super) fn to(&self, case: &Case) -> Block {
        let key = self.key.map(|key| format!("?key={key}")).unwrap_or_default();
        let url = format!("{}/objections/{}{key}", self.origin, case.number);
        let label =
            if self.key.is_some() { "View your objection (keep this link private)" } else { "View your objection" };
        Block::Link(label.into(), url)
    }

    /// The receipt of the newest of these steps, for a member, in whose record it stands. Whoever
    /// has no account finds on the page of the case what was recorded.
    pub(super) fn receipt(&self, case: &Case, of: &[Step]) -> Option<Block> {
        let step = case.steps.iter().rev().find(|done| of.contains(&done.step));
        let step = step.filter(|_| self.key.is_none() && case.member.is_some())?;
        let url = format!("{}{}", self.origin, entry_path(step.entry));
        Some(Block::Link("Your receipt: proof of what we recorded".into(), url))
    }
}

pub(super) fn text(text: impl Into<String>) -> Block {
    Block::Text(text.into())
}

pub(super) fn fact(label: &str, value: impl Into<String>) -> Block {
    Block::Fact(label.into(), value.into())
}

/// By when the answer is due, as of `now`; or that it was, and that we are late.
pub(super) fn due(by: UtcMillis, now: UtcMillis) -> Vec<Block> {
    if now > by {
        vec![fact("Our answer was due by", by.day()), text("We are late, and we are sorry.")]
    } else {
        vec![fact("Answer due by", by.day())]
    }
}

/// "Personalisation, Advertising and Research".
pub fn list(purposes: &[Purpose]) -> String {
    let titles: Vec<&str> = purposes.iter().map(|p| p.title()).collect();
    match titles.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).into(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

/// What the person asks for, as they read it themselves.
pub const fn asked(mode: Mode) -> &'static str {
    match mode {
        Mode::Object => "That we stop using your data for this",
        Mode::Restrict => "That we keep your data but stop using it until this is resolved",
    }
}

/// The same, for those who work on the case.
pub const fn asked_for_officers(mode: Mode) -> &'static str {
    match mode {
        Mode::Object => "That we stop using their data for this",
        Mode::Restrict => "That we keep their data but stop using it until this is resolved",
    }
}

/// What the person can do until there is an answer, behind "you".
pub(super) fn can_still(case: &Case) -> &'static str {
    if case.is_unconfirmed() {
        "can add information, and once you have confirmed this address also withdraw your objection."
    } else {
        "can add information or withdraw your objection."
    }
}

/// What is off meanwhile, in one or two sentences.
pub fn meanwhile(case: &Case) -> String {
    if case.is_open() && case.is_unconfirmed() {
        return NOTHING_PAUSED_YET.into();
    }
    let paused = case.paused();
    let mut said = match paused.len() {
        0 => String::new(),
        _ => format!("Paused while we decide: {}.", list(&paused)),
    };
    let off = case.said_already_off();
    if !off.is_empty() {
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str(&off);
    }
    let upheld = case.upheld();
    if case.is_open() && !upheld.is_empty() {
        if !said.is_empty() {
            said.push(' ');
        }
        let _ = write!(said, "Already upheld, and off permanently: {}.", list(&upheld));
    }
    if case.is_open() && case.purposes.iter().any(|p| p.purpose == Purpose::ModerationSafety) {
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str("Moderation and safety is not paused, because it protects members from harm.");
    }
    said
}

/// When it came in: the instant, or the day alone where only that was named.
pub(super) fn received(case: &Case) -> String {
    if case.record().is_some() { case.received.day() } else { case.received.long() }
}

pub(super) fn copy(case: &Case) -> Vec<Block> {
    let purposes: Vec<Purpose> = case.purposes.iter().map(|p| p.purpose).collect();
    let mut blocks = vec![
        fact("Case number", &case.number),
        fact("Received", received(case)),
        fact("About", list(&purposes)),
        fact("What you ask for", asked(case.mode)),
    ];
    match &case.reason {
        None => blocks.push(fact("Your reason", "none given (you don't need one)")),
        Some(reason) => {
            let whose = whose(case.record()).unwrap_or_else(|| "Your reason:".into());
            blocks.extend([text(whose), Block::Quote(reason.clone())]);
        }
    }
    blocks
}
