//! Standing and history put into plain words. Pure. An untouched default is never called consent
//! here.

use super::because::{How, Objected};
use super::history::Period;
use super::standing::{Because, Standing};
use super::view::{Moment, OTHER_USES};
use crate::ledger::{Choice, EntryId, NoticeRef};
use crate::time::UtcMillis;

/// For a sentence: `23 November 2026, 18:36 UTC`.
pub fn moment(at: UtcMillis) -> Moment {
    Moment { iso: at.rfc3339(), text: at.long() }
}

/// Stands in the place of "Now" where a past instant is looked at: `On 1 January 2025, 12:00 UTC`.
pub fn on(at: UtcMillis) -> String {
    format!("On {}", at.long())
}

/// For a table: `2026-11-23 18:36`.
pub fn moment_short(at: UtcMillis) -> Moment {
    Moment { iso: at.rfc3339(), text: at.short() }
}

/// To whom a sentence about a member speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// To the member, about themself.
    Member,
    /// To staff, about the member.
    Staff,
}

/// Stands before what the member reads in our own words, where staff see it.
pub const THEY_READ: &str = "The member reads:";

/// How a voice names the member.
pub(super) struct Names {
    /// At the beginning of a sentence.
    pub(super) they_first: &'static str,
    /// As the subject of a sentence that has named them before.
    pub(super) they: &'static str,
    /// As the object.
    pub(super) them: &'static str,
    /// Before what is theirs.
    pub(super) their: &'static str,
    /// With [`they_first`](Self::they_first): `have` or `has`.
    pub(super) have: &'static str,
}

impl Voice {
    pub(super) const fn names(self) -> Names {
        match self {
            Self::Member => Names { they_first: "You", they: "you", them: "you", their: "your", have: "have" },
            Self::Staff => {
                Names { they_first: "The member", they: "they", them: "the member", their: "their", have: "has" }
            }
        }
    }

    /// How a sentence that is given for both says it.
    pub const fn either(self, to_member: &'static str, to_staff: &'static str) -> &'static str {
        match self {
            Self::Member => to_member,
            Self::Staff => to_staff,
        }
    }
}

/// Said of an objection that reaches an account by its address: by one of these that is theirs now,
/// or was when it came.
pub const fn under_an_address(voice: Voice) -> &'static str {
    voice.either(
        "It was filed without signing in, under one of your e-mail addresses. To open it, use the link that we e-mailed there.",
        "It was filed without signing in, under one of their e-mail addresses.",
    )
}

/// The uses that the switch does not cover, in a sentence. Titles of purposes are names, and stay.
pub const fn other_uses(voice: Voice) -> &'static str {
    voice.either(
        OTHER_USES,
        "Personalisation, moderation and safety, advertising, research, inferences about the member, and other machine learning.",
    )
}

/// What turning the switch off does, said of the member. To the member the island says it.
pub const TURNING_OFF: &str = "We stop using their data for new training, including what they posted before. Training that has already happened cannot be undone.";

/// "On" or "Off", as on the screen.
pub const fn word(choice: Choice) -> &'static str {
    match choice {
        Choice::Allowed => "On",
        Choice::Denied => "Off",
    }
}

/// The present standing in one sentence, with its reason and date.
pub fn sentence(holds: &Standing, country: &str, voice: Voice) -> String {
    let on = holds.choice == Choice::Allowed;
    let Names { they, them, their, .. } = voice.names();
    match &holds.because {
        Because::Upheld { case, at } => {
            format!("Off, because we upheld {their} objection {case} on {}. It stays off.", at.day())
        }
        Because::Paused { case, since } => {
            format!("Off since {}, paused while we decide on {their} objection {case}.", since.day())
        }
        Because::Chosen { .. } if on => format!("On by {their} choice."),
        Because::Chosen { .. } => format!(
            "Off by {their} choice. It stays off until {they} turn it on, whatever our rules or notices say later."
        ),
        Because::Carried { at, .. } => {
            format!(
                "Off since {}, because {their} e-mail address was in use before, in another account or by somebody else. It stays off unless {they} turn it on. If another account still uses this address, {they} can do that once we have merged the two.",
                at.day()
            )
        }
        Because::RolledBack { at, .. } => {
            format!(
                "Off since {}, because we had to restore our records from a backup, and what {they} had said may be lost. It stays off unless {they} turn it on.",
                at.day()
            )
        }
        Because::Excluded { from, .. } => {
            format!(
                "Off. This is not available in {their} country ({country}) under the rule in force since {}.",
                from.day()
            )
        }
        Because::NotAsked { .. } => {
            format!(
                "Off. We have not asked {them} yet. In {their} country ({country}) it stays off unless {they} turn it on."
            )
        }
        Because::NotTold { .. } => {
            format!("Off. It stays off at least until we have shown {them} the notice about it.")
        }
        Because::Window { until, .. } => match voice {
            Voice::Member => {
                format!("Off for now. If you do nothing, it will be on by default from {}.", until.long())
            }
            Voice::Staff => format!(
                "Off during the notice period. If the member does nothing, it is on by default from {}.",
                until.long()
            ),
        },
        Because::ByDefault { since, objected, .. } => {
            format!("On by default since {}. {}", since.day(), objection(objected.as_ref(), voice))
        }
        Because::NoRule => "Off. No rule about this is in force yet.".into(),
        Because::NoTime => "Off for now. It stays off until we can tell the time reliably again.".into(),
        Because::NotProved => {
            let who = voice.either("you have", "the member has");
            format!("Off. It stays off at least until {who} confirmed {their} e-mail address.")
        }
    }
}

/// What a notice is about, from when it counts for its reader, and how to say no: what stands first
/// on a page that has a notice. `no` is what to do, such as `press
/// “Keep it off” below`, where something can be done.
pub fn first_of_notice(now: &str, no: Option<&str>) -> String {
    let how = no.map_or_else(String::new, |no| format!(" To say no, {no}."));
    format!("This is about using what you write here to train generative AI models. {now}{how}")
}

/// Whether somebody has objected to what is on by default, in one sentence.
fn objection(objected: Option<&Objected>, voice: Voice) -> String {
    let Names { they_first, their, have, .. } = voice.names();
    let Some(Objected { case, at, how }) = objected else { return format!("{they_first} {have} not objected.") };
    let day = at.day();
    match how {
        How::Pending => format!("We are considering {their} objection {case}. This use is not paused in the meantime."),
        How::Refused => format!("We refused {their} objection {case} on {day}."),
        How::Withdrawn => format!("{they_first} withdrew {their} objection {case} on {day}."),
        How::Joined => format!("We merged {their} objection {case} with another one on {day}."),
    }
}

/// A period that is over, in one sentence.
pub(super) fn past(period: &Period, country: &str, voice: Voice) -> String {
    let Names { they_first, them, their, .. } = voice.names();
    let from = period.from.day();
    match &period.standing.because {
        Because::Upheld { case, .. } => format!("Off from {from}, because we upheld {their} objection {case}."),
        Because::Paused { case, .. } => {
            format!("Off from {from}, paused while we decided on {their} objection {case}.")
        }
        Because::Chosen { .. } => format!("{} from {from}, by {their} choice.", word(period.standing.choice)),
        Because::ByDefault { objected: None, .. } => {
            format!(
                "On by default from {from}, under the rule for {their} country ({country}). {they_first} had not objected."
            )
        }
        Because::ByDefault { .. } => {
            format!("On by default from {from}, under the rule for {their} country ({country}).")
        }
        Because::Excluded { .. } => {
            format!("Off from {from}. This was not available in {their} country ({country}) at the time.")
        }
        Because::NotAsked { .. } => format!("Off from {from}. We had not asked {them} yet."),
        Because::NotTold { .. } => format!("Off from {from}, before we had shown {them} the notice that applied."),
        Because::Window { .. } => format!("Off from {from}, during the notice period."),
        Because::NoRule => format!("Off from {from}. There was no rule about this at the time."),
        Because::NotProved => format!("Off from {from}, while {their} e-mail address was not confirmed."),
        Because::Carried { .. } => format!("Off from {from}, because {their} e-mail address had been in use before."),
        Because::RolledBack { .. } => format!("Off from {from}, because a part of our records was lost."),
        Because::NoTime => format!("Off from {from}, while we could not tell the time reliably."),
    }
}

/// The page of an entry of one's own, as a path.
pub fn entry_path(entry: EntryId) -> String {
    format!("/settings/privacy/entries/{entry}")
}

/// The page that shows this very text, as a path.
pub fn notice_path(notice: &NoticeRef) -> String {
    format!("/notices/{}/{}?language={}", notice.purpose, notice.version, notice.language)
}

#[cfg(test)]
#[path = "wording_tests.rs"]
mod tests;
