//! Standing and history put into plain words. Pure. An untouched default is never called consent
//! here.

use super::because::{How, Objected};
use super::history::Period;
use super::standing::{Because, Standing};
use super::view::{HistoryRow, Moment};
use crate::account::model::Country;
use crate::ledger::{Actor, CaseStep, Channel, Choice, Entry, Kind, NoticeRef, Outcome, Reason, Shown, Step};
use crate::time::UtcMillis;

/// For a sentence: `23 November 2026, 18:36 UTC`.
pub fn moment(at: UtcMillis) -> Moment {
    Moment { iso: at.rfc3339(), text: at.long() }
}

/// For a table: `2026-11-23 18:36`.
pub fn moment_short(at: UtcMillis) -> Moment {
    Moment { iso: at.rfc3339(), text: at.short() }
}

/// Said of an objection that reaches an account by its address: by one of these that is theirs now,
/// or was when it came.
pub const UNDER_AN_ADDRESS: &str = "It was filed without signing in, under one of your e-mail addresses. To open it, use the link that we e-mailed there.";

/// "On" or "Off", as on the screen.
pub const fn word(choice: Choice) -> &'static str {
    match choice {
        Choice::Allowed => "On",
        Choice::Denied => "Off",
    }
}

/// The present standing in one sentence, with its reason and date.
pub fn sentence(holds: &Standing, country: &str) -> String {
    let on = holds.choice == Choice::Allowed;
    match &holds.because {
        Because::Upheld { case, at } => {
            format!("Off, because we upheld your objection {case} on {}. It stays off.", at.day())
        }
        Because::Paused { case, since } => {
            format!("Off since {}, paused while we decide on your objection {case}.", since.day())
        }
        Because::Chosen { .. } if on => "On by your choice.".into(),
        Because::Chosen { .. } => {
            "Off by your choice. It stays off until you turn it on, whatever our rules or notices say later.".into()
        }
        Because::Carried { at, .. } => {
            format!(
                "Off since {}, because your e-mail address was in use before, in another account or by somebody else. It stays off unless you turn it on. If another account still uses this address, you can do that once we have merged the two.",
                at.day()
            )
        }
        Because::Excluded { from, .. } => {
            format!(
                "Off. This is not available in your country ({country}) under the rule in force since {}.",
                from.day()
            )
        }
        Because::NotAsked { .. } => {
            format!("Off. We have not asked you yet. In your country ({country}) it stays off unless you turn it on.")
        }
        Because::NotTold { .. } => "Off. It stays off at least until we have shown you the notice about it.".into(),
        Because::Window { until, .. } => {
            format!("Off for now. If you do nothing, it will be on by default from {}.", until.long())
        }
        Because::ByDefault { since, objected, .. } => {
            format!("On by default since {}. {}", since.day(), objection(objected.as_ref()))
        }
        Because::NoRule => "Off. No rule about this is in force yet.".into(),
        Because::NoTime => "Off for now. It stays off until we can tell the time reliably again.".into(),
        Because::NotProved => "Off. It stays off at least until you have confirmed your e-mail address.".into(),
    }
}

/// What a notice is about, from when it counts for its reader, and how to say no: what stands first
/// on a page that has a notice. `no` names what to press, where there is something.
pub fn first_of_notice(now: &str, no: Option<&str>) -> String {
    let how = no.map_or_else(String::new, |press| format!(" To say no, press “{press}” below."));
    format!("This is about using what you write here to train generative AI models. {now}{how}")
}

/// Whether somebody has objected to what is on by default, in one sentence.
fn objection(objected: Option<&Objected>) -> String {
    let Some(Objected { case, at, how }) = objected else { return "You have not objected.".into() };
    let day = at.day();
    match how {
        How::Pending => format!("We are considering your objection {case}. This use is not paused in the meantime."),
        How::Refused => format!("We refused your objection {case} on {day}."),
        How::Withdrawn => format!("You withdrew your objection {case} on {day}."),
        How::Joined => format!("We merged your objection {case} with another one on {day}."),
    }
}

/// A period that is over, in one sentence.
pub(super) fn past(period: &Period, country: &str) -> String {
    let from = period.from.day();
    match &period.standing.because {
        Because::Upheld { case, .. } => format!("Off from {from}, because we upheld your objection {case}."),
        Because::Paused { case, .. } => format!("Off from {from}, paused while we decided on your objection {case}."),
        Because::Chosen { .. } => format!("{} from {from}, by your choice.", word(period.standing.choice)),
        Because::ByDefault { objected: None, .. } => {
            format!("On by default from {from}, under the rule for your country ({country}). You had not objected.")
        }
        Because::ByDefault { .. } => format!("On by default from {from}, under the rule for your country ({country})."),
        Because::Excluded { .. } => {
            format!("Off from {from}. This was not available in your country ({country}) at the time.")
        }
        Because::NotAsked { .. } => format!("Off from {from}. We had not asked you yet."),
        Because::NotTold { .. } => format!("Off from {from}, before we had shown you the notice that applied."),
        Because::Window { .. } => format!("Off from {from}, during the notice period."),
        Because::NoRule => format!("Off from {from}. There was no rule about this at the time."),
        Because::NotProved => format!("Off from {from}, while your e-mail address was not confirmed."),
        Because::Carried { .. } => format!("Off from {from}, because your e-mail address had been in use before."),
        Because::NoTime => format!("Off from {from}, while we could not tell the time reliably."),
    }
}

/// The page that shows this very text, as a path.
pub fn notice_path(notice: &NoticeRef) -> String {
    format!("/notices/{}/{}?language={}", notice.purpose, notice.version, notice.language)
}

/// One entry in words.
pub fn row(entry: &Entry, was: Option<Choice>) -> HistoryRow {
    let what = match (entry.kind, entry.choice, &entry.notice) {
        (Kind::Objection | Kind::Decision | Kind::Pause, ..) => step(entry),
        (Kind::View, ..) => {
            let ViewWording { team, what, why } = view_wording(entry);
            format!("{team} {what}: {why}")
        }
        // The account of somebody who was brought in began elsewhere, long before.
        (Kind::Default, ..) if entry.channel == Channel::CommandLine => {
            "Account brought here, with this off".to_owned()
        }
        (Kind::Default, ..) => "Account created, with this off".to_owned(),
        (Kind::Move, ..) => moved(entry),
        (Kind::Clock, ..) => "Our clock had been wrong, so the times of some earlier entries do not count".to_owned(),
        (Kind::Notice, _, Some(n)) => format!("You were shown notice {}", n.version),
        (Kind::Choice, ..) if entry.is_carried() => "Off, because your e-mail address was in use before".to_owned(),
        (Kind::Choice, Some(choice), _) => match was {
            Some(was) if was == choice => format!("You chose to keep it {}", word(choice).to_lowercase()),
            _ => format!("You turned it {}", word(choice).to_lowercase()),
        },
        (Kind::Notice, _, None) | (Kind::Choice, None, _) => entry.kind.to_string(),
    };
    let by = match (entry.kind, entry.actor, entry.channel) {
        _ if entry.is_carried() => "Sayso",
        (Kind::Choice, _, Channel::Web) | (Kind::Objection, Actor::Member | Actor::Applicant, Channel::Web) => {
            "you, on the web"
        }
        (Kind::Choice | Kind::Move, Actor::Member, _) | (Kind::Objection, Actor::Member | Actor::Applicant, _) => "you",
        (_, Actor::PrivacyOfficer, _) => "a privacy officer",
        (_, Actor::Support, _) => "support",
        _ => "Sayso",
    };
    let link = Some(format!("/settings/privacy/entries/{}", entry.id));
    HistoryRow { when: moment_short(entry.at), what, by: by.into(), link, receipt: entry.id.receipt() }
}

/// What the page of an entry says where a clock was wrong: its own time is not believed, or the one
/// of the entry before it is not.
pub fn clock_was_wrong(entry: &Entry, row: &HistoryRow, before: Option<UtcMillis>) -> Option<String> {
    if row.when.iso != entry.at.rfc3339() {
        return Some(format!(
            "Our clock was wrong when this was recorded. The record says {}, but for your settings it counts from {} UTC.",
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

/// Who looked, at what, and why, as parts of one sentence to the member.
pub struct ViewWording {
    /// Who looked, by the team, such as `Support`.
    pub team: &'static str,
    /// What they saw, such as `viewed these settings`.
    pub what: &'static str,
    /// Why, such as `you asked us for help`; empty where the entry does not say.
    pub why: String,
}

/// An entry about somebody of the staff looking, in words.
pub fn view_wording(entry: &Entry) -> ViewWording {
    let team = match entry.actor {
        Actor::Support => "Support",
        Actor::PrivacyOfficer => "Our privacy team",
        _ => "Sayso",
    };
    let what = match entry.view.as_ref().map(|view| view.shown) {
        Some(Shown::Address) => "saw your full e-mail address",
        _ => "viewed these settings",
    };
    ViewWording {
        team,
        what,
        why: entry.view.as_ref().map_or_else(String::new, |v| why(v.reason, entry.case.as_deref())),
    }
}

/// An officer opened one of the member's cases, without the time.
pub fn opening_wording(case: &str) -> String {
    format!("Our privacy team opened your objection {case}")
}

/// The same as a row of the history. It is no entry: the log of the staff has it.
pub fn opening_row(at: UtcMillis, case: &str) -> HistoryRow {
    let (what, by) = (format!("A privacy officer opened objection {case}"), "a privacy officer".into());
    HistoryRow { when: moment_short(at), what, by, link: None, receipt: String::new() }
}

/// Why somebody looked, as the member reads it.
pub fn why(reason: Reason, case: Option<&str>) -> String {
    match reason {
        Reason::Case => format!("your objection {}", case.unwrap_or_default()),
        Reason::Asked => "you asked us for help".into(),
        Reason::Fault => "something was not working".into(),
        Reason::Security => "the security of your account".into(),
        Reason::Authority => "a request from a court or an authority".into(),
    }
}

/// A step of a case in words, with the case's number.
fn step(entry: &Entry) -> String {
    let Some(step) = &entry.step else { return entry.kind.to_string() };
    let case = entry.case.as_deref().unwrap_or_default();
    let other = step.other.as_deref().unwrap_or_default();
    match step.name {
        Step::Filed => format!("Objection {case} filed"),
        Step::CodeSent => format!("Code sent for objection {case}"),
        Step::Verified => format!("Address confirmed for objection {case}"),
        Step::Rescheduled => format!("Answer to objection {case} due earlier, because our clock was wrong"),
        Step::Reached => format!("Objection {case}, filed under your e-mail address, now applies here"),
        Step::Linked => format!("Objection {case} added to your account"),
        Step::Acknowledged => format!("Objection {case} acknowledged"),
        Step::ReviewBegun => format!("Review of objection {case} started"),
        Step::Added => format!("You added information to objection {case}"),
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
        Step::Closed => format!("Objection {case} closed"),
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
