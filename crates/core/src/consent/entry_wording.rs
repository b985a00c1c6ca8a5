//! Entries put into plain words: the rows of a history, support views, and steps of cases. Pure.

use super::view::HistoryRow;
use super::wording::{Names, Voice, entry_path, moment_short, word};
use crate::account::model::{Country, Role};
use crate::account::staff_action::{Access, Accessed};
use crate::ledger::{Actor, CaseStep, Channel, Choice, Entry, Kind, Outcome, Purpose, Reason, Shown, Step};
use crate::time::UtcMillis;

/// What an entry changed, as far as what stands beside it tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Of a choice: what had been said, or held, before it.
    pub was: Option<Choice>,
    /// Of a step that gives back what was paused: those uses that no other case pauses.
    pub resumed: Vec<Purpose>,
    /// Of a step that opens a case again: those uses that no other case kept off until then.
    pub paused: Vec<Purpose>,
}

/// One entry in words.
pub fn row(entry: &Entry, changed: &Changed, voice: Voice) -> HistoryRow {
    let Names { they_first, their, .. } = voice.names();
    let what = match (entry.kind, entry.choice, &entry.notice) {
        (Kind::Objection | Kind::Decision | Kind::Pause, ..) => step(entry, changed, voice),
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
        (Kind::Rollback, ..) => {
            "Some of our records were lost, so what had turned this on before does not count".to_owned()
        }
        (Kind::Key, ..) => "A new key signs the public log".to_owned(),
        (Kind::Forgotten, ..) => "Somebody has deleted their account".to_owned(),
        (Kind::Notice, _, Some(n)) => {
            format!("{they_first} {} shown notice {}", voice.either("were", "was"), n.version)
        }
        (Kind::Choice, ..) if entry.is_carried() => format!("Off, because {their} e-mail address was in use before"),
        (Kind::Choice, Some(choice), _) => match changed.was {
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
    let link = Some(entry_path(entry.id));
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

/// Somebody of the staff opened a case of the member, or took something along, without the time.
pub fn access_wording(access: &Access, voice: Voice) -> String {
    let their = voice.names().their;
    let who = if access.by == Role::Auditor { "An auditor" } else { "Our privacy team" };
    match &access.what {
        Accessed::CasePage(case) => format!("{who} opened {their} objection {case}"),
        Accessed::Case(case) if access.by == Role::Auditor => {
            format!("{who} downloaded the record of {their} objection {case}, without a name or any text,")
        }
        Accessed::Case(case) => format!("{who} downloaded {their} objection {case}"),
        Accessed::History => format!("{who} downloaded {their} history, without a name or any text,"),
        Accessed::Receipt(number) => format!("{who} downloaded the receipt {number}"),
    }
}

/// The same as a row of the history. It is no entry: the log of the staff has it.
pub fn access_row(access: &Access) -> HistoryRow {
    let by = if access.by == Role::Auditor { "an auditor" } else { "a privacy officer" };
    let what = match &access.what {
        Accessed::CasePage(case) => format!("A privacy officer opened objection {case}"),
        Accessed::Case(case) if access.by == Role::Auditor => {
            format!("Record of objection {case} downloaded, without a name or any text")
        }
        Accessed::Case(case) => format!("Objection {case} downloaded"),
        Accessed::History => "This history downloaded, without a name or any text".into(),
        Accessed::Receipt(number) => format!("Receipt {number} downloaded"),
    };
    HistoryRow { when: moment_short(access.at), what, by: by.into(), link: None, receipt: String::new() }
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
fn step(entry: &Entry, Changed { resumed, paused, .. }: &Changed, voice: Voice) -> String {
    let Names { they_first, their, .. } = voice.names();
    let Some(step) = &entry.step else { return entry.kind.to_string() };
    let case = entry.case.as_deref().unwrap_or_default();
    let other = step.other.as_deref().unwrap_or_default();
    match step.name {
        Step::Filed => format!("Objection {case} filed"),
        Step::Recorded => format!("Objection {case} recorded by our privacy team"),
        Step::CodeSent => format!("Code sent for objection {case}"),
        Step::AddressCorrected => format!("Address corrected for objection {case}"),
        Step::Disowned => format!("Address of objection {case} said to be somebody else's"),
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
        Step::Withdrawn => format!("Objection {case} withdrawn{}", pause_ended(step, resumed)),
        Step::MarkedDuplicate => format!("Objection {case} merged with {other}"),
        Step::Proposed => format!("Answer to objection {case} drafted, to be reviewed by a second person"),
        Step::Returned => format!("Draft answer to objection {case} not sent"),
        // It stands here already where the account was known to have the address.
        Step::Decided if entry.kind != Kind::Pause && entry.actor == Actor::System => {
            format!("Answer to objection {case} added to {their} account ({})", outcomes(step))
        }
        Step::Decided => format!("Objection {case} {}{}", outcomes(step), pause_ended(step, resumed)),
        // It stands here beside the case's own, where that was added to the account later.
        Step::UpheldByRule if entry.kind == Kind::Pause => {
            format!("Objection {case}, filed under {their} e-mail address, {}, by rule", outcomes(step))
        }
        Step::UpheldByRule => format!("Objection {case} {}, by rule", outcomes(step)),
        Step::Complained => format!("Complaint about the answer to objection {case}"),
        Step::ComplaintAnswered => format!("Complaint about objection {case} answered"),
        Step::RuledAgain => format!("Complaint about objection {case} answered: {}", outcomes(step)),
        Step::Reopened => format!("Objection {case} reopened{}", paused_again(step, paused)),
        Step::Closed => format!("Objection {case} closed"),
        Step::ProgressTold => format!("E-mail sent about where objection {case} stands"),
        Step::Asked => format!("Question about objection {case} asked"),
        Step::Replied => format!("{they_first} replied to the question about objection {case}"),
        Step::Swept => format!("Text of objection {case} erased"),
    }
}

/// Which uses a step gives back that were paused until then: those of a case that is withdrawn, or
/// those that a decision refuses. Another case may pause them still.
pub fn gives_back(step: &CaseStep) -> Vec<Purpose> {
    let rests = |purpose: &Purpose| purpose.rests_while_decided();
    match step.name {
        Step::Withdrawn => step.purposes.iter().copied().filter(rests).collect(),
        Step::Decided => {
            let refused = step.outcomes.iter().filter(|d| d.outcome == Outcome::Refused).map(|d| d.purpose);
            refused.filter(rests).collect()
        }
        _ => Vec::new(),
    }
}

/// That the pause of these uses ended; named where others of the step are paused still.
fn pause_ended(step: &CaseStep, resumed: &[Purpose]) -> String {
    let titles = || resumed.iter().map(|purpose| purpose.title()).collect::<Vec<_>>().join(", ");
    match resumed.len() {
        0 => String::new(),
        all if all == gives_back(step).len() => "; pause ended".into(),
        _ => format!("; pause ended: {}", titles()),
    }
}

/// Which uses a step pauses that opens a case again. Another case may keep them off already.
pub fn pauses_again(step: &CaseStep) -> Vec<Purpose> {
    let rests = step.purposes.iter().copied().filter(|purpose| purpose.rests_while_decided());
    if step.name == Step::Reopened { rests.collect() } else { Vec::new() }
}

/// That these uses are paused again; named where others of the step were off all along.
fn paused_again(step: &CaseStep, paused: &[Purpose]) -> String {
    match paused.len() {
        0 => String::new(),
        all if all == pauses_again(step).len() => "; paused again".into(),
        _ => format!("; paused again: {}", paused.iter().map(|p| p.title()).collect::<Vec<_>>().join(", ")),
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
