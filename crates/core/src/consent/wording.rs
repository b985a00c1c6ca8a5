//! Standing and history put into plain words. Pure. An untouched default is never called consent
//! here.

use super::because::{How, Objected};
use super::history::Period;
use super::standing::{Because, Standing};
use super::view::{HistoryRow, Moment, OTHER_USES};
use crate::account::model::{Country, Role};
use crate::ledger::{Actor, CaseStep, Channel, Choice, Entry, Kind, NoticeRef, Outcome, Reason, Shown, Step};
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
struct Names {
    /// At the beginning of a sentence.
    they_first: &'static str,
    /// As the subject of a sentence that has named them before.
    they: &'static str,
    /// As the object.
    them: &'static str,
    /// Before what is theirs.
    their: &'static str,
    /// With [`they_first`](Self::they_first): `have` or `has`.
    have: &'static str,
}

impl Voice {
    const fn names(self) -> Names {
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
/// on a page that has a notice. `no` names what to press, where there is something.
pub fn first_of_notice(now: &str, no: Option<&str>) -> String {
    let how = no.map_or_else(String::new, |press| format!(" To say no, press “{press}” below."));
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
        Because::NoTime => format!("Off from {from}, while we could not tell the time reliably."),
    }
}

/// The page that shows this very text, as a path.
pub fn notice_path(notice: &NoticeRef) -> String {
    format!("/notices/{}/{}?language={}", notice.purpose, notice.version, notice.language)
}

/// One entry in words.
pub fn row(entry: &Entry, was: Option<Choice>, voice: Voice) -> HistoryRow {
    let Names { they_first, their, .. } = voice.names();
    let what = match (entry.kind, entry.choice, &entry.notice) {
        (Kind::Objection | Kind::Decision | Kind::Pause, ..) => step(entry, voice),
        (Kind::View, ..) => {
            let ViewWording { team, what, why } = view_wording(entry, voice);
            format!("{team} {what}: {why}")
        }
        // The account of somebody who was brought in began elsewhere, long before.
        (Kind::Default, ..) if entry.channel == Channel::CommandLine => {
            "Account brought here, with this off".to_owned()
        }
        (Kind::Default, ..) => "Account created, with this off".to_owned(),
        (Kind::Move, ..) => moved(entry),
        (Kind::Clock, ..) => "Our clock had been wrong, so the times of some earlier entries do not count".to_owned(),
        (Kind::Notice, _, Some(n)) => {
            format!("{they_first} {} shown notice {}", voice.either("were", "was"), n.version)
        }
        (Kind::Choice, ..) if entry.is_carried() => format!("Off, because {their} e-mail address was in use before"),
        (Kind::Choice, Some(choice), _) => match was {
            Some(was) if was == choice => format!("{they_first} chose to keep it {}", word(choice).to_lowercase()),
            _ => format!("{they_first} turned it {}", word(choice).to_lowercase()),
        },
        (Kind::Notice, _, None) | (Kind::Choice, None, _) => entry.kind.to_string(),
    };
    let by = match (entry.kind, entry.actor, entry.channel) {
        _ if entry.is_carried() => "Sayso",
        (Kind::Choice, _, Channel::Web) | (Kind::Objection, Actor::Member | Actor::Applicant, Channel::Web) => {
            voice.either("you, on the web", "the member, on the web")
        }
        (Kind::Choice | Kind::Move, Actor::Member, _) | (Kind::Objection, Actor::Member | Actor::Applicant, _) => {
            voice.either("you", "the member")
        }
        (_, Actor::PrivacyOfficer, _) => "a privacy officer",
        (_, Actor::Support, _) => "support",
        _ => "Sayso",
    };
    let link = Some(format!("/settings/privacy/entries/{}", entry.id));
    HistoryRow { when: moment_short(entry.at), what, by: by.into(), link, receipt: entry.id.receipt() }
}

/// What the page of an entry says where a clock was wrong: its own time is not believed, or the one
/// of the entry before it is not.
pub fn clock_was_wrong(entry: &Entry, row: &HistoryRow, before: Option<UtcMillis>, voice: Voice) -> Option<String> {
    let Names { their, .. } = voice.names();
    if row.when.iso != entry.at.rfc3339() {
        return Some(format!(
            "Our clock was wrong when this was recorded. The record says {}, but for {their} settings it counts from {} UTC.",
            entry.at.long(),
            row.when.text
        ));
    }
    let before = before.filter(|before| *before > entry.at)?;
    Some(format!(
        "The entry before this one has a later time, {}, because our clock was wrong then. What counts is the order in which they were recorded.",
        before.long()
    ))
}

/// A move in words, with the names of the countries.
fn moved(entry: &Entry) -> String {
    let name = |code: &str| Country::parse(code).map_or_else(|| code.to_owned(), |country| country.name().to_owned());
    match &entry.moved {
        Some(moved) => format!("Country changed from {} to {}", name(&moved.from), name(&moved.to)),
        None => entry.kind.to_string(),
    }
}

/// Who looked, at what, and why, as parts of one sentence.
pub struct ViewWording {
    /// Who looked, by the team, such as `Support`.
    pub team: &'static str,
    /// What they saw, such as `viewed these settings`.
    pub what: &'static str,
    /// Why, such as `you asked us for help`; empty where the entry does not say.
    pub why: String,
}

/// An entry about somebody of the staff looking, in words.
pub fn view_wording(entry: &Entry, voice: Voice) -> ViewWording {
    ViewWording {
        team: team(entry.actor),
        what: viewed(entry.view.as_ref().map(|view| view.shown), voice),
        why: entry.view.as_ref().map_or_else(String::new, |v| why(v.reason, entry.case.as_deref(), voice)),
    }
}

/// What the member reads of a support view by somebody with this role, which began at `at`.
pub fn told_of_a_view(role: Role, reason: Reason, case: Option<&str>, at: UtcMillis) -> String {
    let actor = if role == Role::PrivacyOfficer { Actor::PrivacyOfficer } else { Actor::Support };
    let what = viewed(Some(Shown::Settings), Voice::Member);
    format!("{} {what} on {}. Reason: {}.", team(actor), at.long(), why(reason, case, Voice::Member))
}

/// The team that somebody looked for, as members know it.
const fn team(actor: Actor) -> &'static str {
    match actor {
        Actor::Support => "Support",
        Actor::PrivacyOfficer => "Our privacy team",
        _ => "Sayso",
    }
}

/// What was looked at.
const fn viewed(shown: Option<Shown>, voice: Voice) -> &'static str {
    match shown {
        Some(Shown::Address) => voice.either("saw your full e-mail address", "saw their full e-mail address"),
        _ => "viewed these settings",
    }
}

/// An officer opened one of the member's cases, without the time.
pub fn opening_wording(case: &str, voice: Voice) -> String {
    format!("Our privacy team opened {} objection {case}", voice.names().their)
}

/// The same as a row of the history. It is no entry: the log of the staff has it.
pub fn opening_row(at: UtcMillis, case: &str) -> HistoryRow {
    let (what, by) = (format!("A privacy officer opened objection {case}"), "a privacy officer".into());
    HistoryRow { when: moment_short(at), what, by, link: None, receipt: String::new() }
}

/// Why somebody looked.
pub fn why(reason: Reason, case: Option<&str>, voice: Voice) -> String {
    let Names { them, their, .. } = voice.names();
    match reason {
        Reason::Case => format!("{their} objection {}", case.unwrap_or_default()),
        Reason::Asked => format!("{them} asked us for help"),
        Reason::Fault => "something was not working".into(),
        Reason::Security => format!("the security of {their} account"),
        Reason::Authority => "a request from a court or an authority".into(),
    }
}

/// A step of a case in words, with the case's number.
fn step(entry: &Entry, voice: Voice) -> String {
    let Names { they_first, their, .. } = voice.names();
    let Some(step) = &entry.step else { return entry.kind.to_string() };
    let case = entry.case.as_deref().unwrap_or_default();
    let other = step.other.as_deref().unwrap_or_default();
    match step.name {
        Step::Filed => format!("Objection {case} filed"),
        Step::Recorded => format!("Objection {case} recorded by our privacy team"),
        Step::CodeSent => format!("Code sent for objection {case}"),
        Step::AddressCorrected => format!("Address corrected for objection {case}"),
        Step::Verified => format!("Address confirmed for objection {case}"),
        Step::Rescheduled => format!("Answer to objection {case} due earlier, because our clock was wrong"),
        Step::Reached => match voice {
            Voice::Member => format!("Objection {case}, filed under your e-mail address, now applies here"),
            Voice::Staff => format!("Objection {case}, filed under their e-mail address, applies here from then on"),
        },
        Step::Linked => format!("Objection {case} added to {their} account"),
        Step::Acknowledged => format!("Objection {case} acknowledged"),
        Step::ReviewBegun => format!("Review of objection {case} started"),
        Step::Added => format!("{they_first} added information to objection {case}"),
        Step::Extended => format!("Time to answer objection {case} extended"),
        Step::Withdrawn if step.purposes.iter().any(|p| p.rests_while_decided()) => {
            format!("Objection {case} withdrawn, pause ended")
        }
        Step::Withdrawn => format!("Objection {case} withdrawn"),
        Step::MarkedDuplicate => format!("Objection {case} merged with {other}"),
        Step::Proposed => format!("Answer to objection {case} drafted, to be reviewed by a second person"),
        Step::Returned => format!("Draft answer to objection {case} not sent"),
        Step::Decided => {
            let ended = step.outcomes.iter().any(|d| d.outcome == Outcome::Refused && d.purpose.rests_while_decided());
            let ended = if ended { "; pause ended" } else { "" };
            format!("Objection {case} {}{ended}", outcomes(step))
        }
        Step::UpheldByRule => format!("Objection {case} {}, by rule", outcomes(step)),
        Step::Complained => format!("Complaint about the answer to objection {case}"),
        Step::ComplaintAnswered => format!("Complaint about objection {case} answered"),
        Step::RuledAgain => format!("Complaint about objection {case} answered: {}", outcomes(step)),
        Step::Reopened if step.purposes.iter().any(|p| p.rests_while_decided()) => {
            format!("Objection {case} reopened; paused again")
        }
        Step::Reopened => format!("Objection {case} reopened"),
        Step::Closed => format!("Objection {case} closed"),
        Step::ProgressTold => format!("E-mail sent about where objection {case} stands"),
        Step::Asked => format!("Question about objection {case} asked"),
        Step::Replied => format!("{they_first} replied to the question about objection {case}"),
        Step::Swept => format!("Text of objection {case} erased"),
    }
}

/// What a decision says: `upheld: Research; refused: Advertising`.
fn outcomes(step: &CaseStep) -> String {
    let about = |outcome: Outcome, word| {
        let titles = step.outcomes.iter().filter(|d| d.outcome == outcome).map(|d| d.purpose.title());
        let titles = titles.collect::<Vec<_>>().join(", ");
        (!titles.is_empty()).then(|| format!("{word}: {titles}"))
    };
    let both = [about(Outcome::Upheld, "upheld"), about(Outcome::Refused, "refused")];
    both.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
#[path = "wording_tests.rs"]
mod tests;
