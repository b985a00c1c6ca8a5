//! What a person is written about their case, and what they read on its page. Pure: the same words
//! in the mail, on the screen and in the officer's preview.

use super::case::{Move, Ruling};
use super::form::{self, RawRuling};
use super::model::{AnswerTo, Case};
use super::record::{CONFIRM_FIRST, NOTHING_PAUSED_YET, Record, how_it_came, whose};
use crate::consent::afterwards::{Afterwards, Holds};
use crate::ledger::{Mode, Outcome, Purpose, Step};
use crate::mail::{Block, Letter};
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
}

pub(super) fn text(text: impl Into<String>) -> Block {
    Block::Text(text.into())
}

pub(super) fn fact(label: &str, value: impl Into<String>) -> Block {
    Block::Fact(label.into(), value.into())
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

pub(super) fn copy(case: &Case) -> Vec<Block> {
    let purposes: Vec<Purpose> = case.purposes.iter().map(|p| p.purpose).collect();
    let mut blocks = vec![
        fact("Case number", &case.number),
        fact("Received", case.received.long()),
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

/// To a person without an account, so that nobody objects in somebody else's name. `same` is a case
/// under this address that asks the same.
pub fn code(case: &Case, code: &str, same: Option<&str>, origin: &str) -> Letter {
    let mut blocks = vec![
        text(format!(
            "We have your objection {}. To show that this address is yours, enter this code on the confirmation page:",
            case.number
        )),
        Block::Code(code.into()),
        Block::Link("Open the confirmation page".into(), format!("{origin}/objection/code?case={}", case.number)),
        fact("It is about", list(&case.purposes.iter().map(|p| p.purpose).collect::<Vec<_>>())),
        text(format!(
            "The code is valid for 24 hours, even if we send you another one. We have your objection, and our deadline to answer runs from {}. You can request a new code on that page.",
            case.received.long()
        )),
    ];
    if let Some(same) = same {
        blocks.push(text(format!(
            "The same objection was filed with this address within the last hour, as {same}. If both are yours, you only need to confirm one of them."
        )));
    }
    blocks.push(text("If this wasn't you, someone probably mistyped their address. You can ignore this e-mail."));
    Letter { to: case.email.clone(), subject: code_subject(case), blocks }
}

/// The subject of a mail with a code, by which one that was not sent yet is found again.
pub fn code_subject(case: &Case) -> String {
    format!("Your code for objection {}", case.number)
}

/// That it was filed: number, copy, due date, what is upheld at once, and what is paused meanwhile.
pub fn received(case: &Case, way: &Way<'_>) -> Letter {
    let mut blocks = vec![text("We have received your objection. This is a copy of it.")];
    blocks.extend(copy(case));
    let by_rule = case.answers().find(|(to, _)| *to == AnswerTo::Rule);
    if let Some((to, rulings)) = by_rule {
        blocks.push(text("We have already upheld this, because we never refuse it:"));
        blocks.extend(answer(case, rulings, &Afterwards::default(), to));
    }
    if !case.is_open() {
        blocks.push(way.to(case));
        return Letter { to: case.email.clone(), subject: format!("Your objection {} is upheld", case.number), blocks };
    }
    if by_rule.is_some() {
        blocks.push(text(format!("We still have to decide about {}.", list(&case.pending()))));
    }
    blocks.push(fact("Answer due by", case.due.day()));
    blocks.push(text(meanwhile(case)));
    blocks.push(text("We won't ask for identity documents. A person will decide, not a machine. Until then you can add information or withdraw your objection."));
    blocks.push(text(case.regime().complain()));
    blocks.extend(authorities(case));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("We have your objection {}", case.number), blocks }
}

/// The link once more, for somebody who lost the mail.
pub fn again(case: &Case, way: &Way<'_>) -> Letter {
    let blocks =
        vec![text(format!("Here is the link to your objection {} that you asked for.", case.number)), way.to(case)];
    Letter { to: case.email.clone(), subject: format!("Your link to objection {}", case.number), blocks }
}

/// What the person is told of a move at once; nothing of those that they see on the page of their
/// case. A question has a letter of its own, in [`question_letter`](super::question_letter).
pub fn about(case: &Case, mv: &Move, after: &Afterwards, way: &Way<'_>) -> Option<Letter> {
    match mv {
        Move::Extend { reason, .. } => Some(extended(case, reason, way)),
        Move::Withdraw => Some(withdrawn(case, way)),
        Move::MarkDuplicate { of } => Some(duplicate(case, of, way)),
        Move::Decide(rulings) => Some(decided(case, rulings, after, way)),
        Move::Agree { .. } => case.steps.last().map(|done| match done.step {
            Step::RuledAgain => ruled_again(case, &done.rulings, after, way),
            _ => decided(case, &done.rulings, after, way),
        }),
        Move::Complain { text } => Some(complaint(case, text, None, way)),
        Move::RecordComplaint { text, record } => Some(complaint(case, text, Some(record), way)),
        Move::AnswerComplaint { text } => Some(complaint_answered(case, text, way)),
        Move::RuleAgain(rulings) => Some(ruled_again(case, rulings, after, way)),
        Move::Reopen { reason } => Some(reopened(case, reason, way)),
        Move::UpholdByRule => Some(upheld_by_rule(case, way)),
        Move::Verify
        | Move::Acknowledge
        | Move::BeginReview
        | Move::Add { .. }
        | Move::Ask { .. }
        | Move::Reply { .. }
        | Move::Propose { .. }
        | Move::Return { .. }
        | Move::Close => None,
    }
}

/// That the answer takes longer, and why (GDPR, Art. 12(3)).
fn extended(case: &Case, reason: &str, way: &Way<'_>) -> Letter {
    let mut blocks = vec![
        text(format!("We need more time to answer your objection {}. We are sorry.", case.number)),
        fact("Our answer was due by", case.first_due.day()),
        fact("Our answer is now due by", case.due.day()),
        text("Our reason:"),
        Block::Quote(reason.into()),
        text(format!("We can extend the deadline only once. {}", meanwhile(case))),
        text(format!("You don't have to accept this. {}", case.regime().complain())),
    ];
    blocks.extend(authorities(case));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("More time for your objection {}", case.number), blocks }
}

/// How an answer begins.
fn begins(case: &Case, to: AnswerTo) -> String {
    match to {
        AnswerTo::Objection => format!("This is our answer to your objection {}.", case.number),
        AnswerTo::Rule => format!("We have upheld your objection {}.", case.number),
        AnswerTo::Reopening => format!(
            "This is our answer to your objection {}, which we reopened. We have decided again about what we had refused.",
            case.number
        ),
        AnswerTo::Complaint => format!(
            "This is our answer to your complaint about objection {}. We have decided again about what we had refused.",
            case.number
        ),
    }
}

/// The answer itself, purpose by purpose, with everything a refusal owes: the grounds, the
/// authority and the court.
pub fn answer(case: &Case, rulings: &[Ruling], after: &Afterwards, to: AnswerTo) -> Vec<Block> {
    let mut blocks = Vec::new();
    for ruling in rulings {
        let title = ruling.purpose.title();
        match ruling.outcome {
            Outcome::Upheld => {
                blocks.push(fact(title, "upheld"));
                blocks.push(text(upheld(ruling.purpose, case.member.is_some())));
                if case.is_unconfirmed() {
                    blocks.push(text(CONFIRM_FIRST));
                }
            }
            Outcome::Refused => {
                blocks.push(fact(title, "refused"));
                let holds = after.at(ruling.purpose);
                let said = match to {
                    AnswerTo::Objection | AnswerTo::Reopening | AnswerTo::Rule => goes_on(ruling.purpose, holds),
                    AnswerTo::Complaint => stays_refused(holds),
                };
                blocks.push(text(format!("{said} {GROUNDS}")));
                blocks.push(Block::Quote(ruling.grounds.clone().unwrap_or_default()));
                let ai = ruling.purpose == Purpose::GenerativeAiTraining;
                if ai && case.member.is_some() && !matches!(holds, Some(Holds::Off | Holds::OffOtherwise)) {
                    blocks.push(text("You can still turn this off at any time with the switch on your Data privacy page, without giving a reason."));
                }
            }
        }
    }
    if rulings.iter().any(|r| r.outcome == Outcome::Refused) {
        let regime = case.regime();
        blocks.push(text(format!(
            "You don't have to accept a refusal. You can complain to us on the page of your objection. {} You don't have to complain to us first. {}",
            regime.complain(),
            regime.court
        )));
        blocks.extend(authorities(case));
    }
    blocks
}

/// The authorities as links.
pub(super) fn authorities(case: &Case) -> impl Iterator<Item = Block> {
    case.regime().websites().map(|(name, website)| Block::Link(name, website))
}

const GROUNDS: &str = "In our view, these compelling grounds override your interests:";

/// What a refusal begins again, or leaves as it was. What a member said by the switch holds
/// whatever we find.
const fn goes_on(purpose: Purpose, holds: Option<Holds>) -> &'static str {
    match (purpose, holds) {
        (_, Some(Holds::Off)) => {
            "The pause ends today. You chose to have this off on your Data privacy page, so we still do not use your data for it."
        }
        (purpose, Some(Holds::OffOtherwise)) if purpose.rests_while_decided() => {
            "The pause ends today. We still do not use your data for this, because it is off for another reason. Your Data privacy page shows the reason."
        }
        (_, Some(Holds::OffOtherwise)) => {
            "Even so, we do not use your data for this, because it is off for another reason. Your Data privacy page shows the reason."
        }
        (Purpose::GenerativeAiTraining, None) => {
            "The pause ends today. From today we use your data for this again, unless this is off on your Data privacy page."
        }
        (purpose, _) if purpose.rests_while_decided() => {
            "The pause ends today. From today we use your data for this again."
        }
        _ => "We still use your data for this, as we did while we decided.",
    }
}

/// What a refusal leaves as it was after a complaint, during which nothing was paused.
const fn stays_refused(holds: Option<Holds>) -> &'static str {
    match holds {
        Some(Holds::Off) => {
            "We stand by our refusal. You chose to have this off on your Data privacy page, so we still do not use your data for it."
        }
        Some(Holds::OffOtherwise) => {
            "We stand by our refusal. We still do not use your data for this, because it is off for another reason. Your Data privacy page shows the reason."
        }
        _ => "We stand by our refusal, so nothing changes.",
    }
}

fn upheld(purpose: Purpose, member: bool) -> &'static str {
    match purpose {
        Purpose::GenerativeAiTraining if !member => {
            "We have permanently stopped using your data for this. Training that has already happened cannot be undone. If you have an account with this e-mail address and have confirmed the address there, its switch is off permanently too. To see this objection in the account, sign in, open the link below and add it."
        }
        Purpose::GenerativeAiTraining => {
            "We have permanently stopped using your data for this. The switch on your Data privacy page is off and stays off, whatever our rules or notices say later. Training that has already happened cannot be undone."
        }
        _ => "We have permanently stopped using your data for this. Later rules or notices will not change that.",
    }
}

/// The decision as it is sent.
fn decided(case: &Case, rulings: &[Ruling], after: &Afterwards, way: &Way<'_>) -> Letter {
    let to = if case.is_reopened() { AnswerTo::Reopening } else { AnswerTo::Objection };
    let mut blocks = vec![text(begins(case, to))];
    blocks.extend(answer(case, rulings, after, to));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("Our answer to your objection {}", case.number), blocks }
}

/// That something was upheld by rule, after the case had been acknowledged without that.
fn upheld_by_rule(case: &Case, way: &Way<'_>) -> Letter {
    let mut blocks = Vec::new();
    for (to, rulings) in case.answers().filter(|(to, _)| *to == AnswerTo::Rule) {
        blocks.push(text(format!(
            "We have upheld your objection {} for {}, because we never refuse that.",
            case.number,
            list(&rulings.iter().map(|r| r.purpose).collect::<Vec<_>>())
        )));
        blocks.extend(answer(case, rulings, &Afterwards::default(), to));
    }
    if case.is_open() {
        blocks.push(text(format!("We will decide about the rest by {}. {}", case.due.day(), meanwhile(case))));
    }
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("Your objection {} is upheld", case.number), blocks }
}

/// The decision on a complaint as it is sent.
fn ruled_again(case: &Case, rulings: &[Ruling], after: &Afterwards, way: &Way<'_>) -> Letter {
    let mut blocks = vec![text(begins(case, AnswerTo::Complaint))];
    blocks.extend(answer(case, rulings, after, AnswerTo::Complaint));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("Our answer to your complaint about {}", case.number), blocks }
}

fn withdrawn(case: &Case, way: &Way<'_>) -> Letter {
    let blocks = vec![
        text(format!("You withdrew your objection {}. It no longer pauses any use of your data.", case.number)),
        text(match case.upheld() {
            upheld if upheld.is_empty() => "You can object again at any time.".to_owned(),
            upheld => {
                format!("What we have upheld stays off: {}. You can object again at any time.", list(&upheld))
            }
        }),
        way.to(case),
    ];
    Letter { to: case.email.clone(), subject: format!("You withdrew objection {}", case.number), blocks }
}

fn duplicate(case: &Case, of: &str, way: &Way<'_>) -> Letter {
    let blocks = vec![
        text(format!(
            "Your objection {} covers the same points as your objection {of}, so we will answer both under {of}. Nothing you wrote is lost.",
            case.number
        )),
        way.to(case),
    ];
    Letter { to: case.email.clone(), subject: format!("Objection {} continues as {of}", case.number), blocks }
}

/// That an officer opened it again, and why.
fn reopened(case: &Case, reason: &str, way: &Way<'_>) -> Letter {
    let mut blocks = vec![text(format!("We have reopened your objection {}.", case.number))];
    let upheld = case.upheld();
    blocks.push(text(if case.is_reopened() {
        format!("We will decide again about what we had refused: {}.", list(&case.undecided()))
    } else {
        "We had merged it with another objection by mistake. We will answer it by itself.".to_owned()
    }));
    blocks.extend([text("Our reason:"), Block::Quote(reason.into()), fact("Answer due by", case.due.day())]);
    blocks.push(text(meanwhile(case)));
    if !upheld.is_empty() {
        blocks.push(text(format!("What we have upheld stays upheld, and off: {}.", list(&upheld))));
    }
    blocks.push(text("You don't have to do anything. You can add information or withdraw your objection."));
    blocks.push(text(case.regime().complain()));
    blocks.extend(authorities(case));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("We have reopened your objection {}", case.number), blocks }
}

/// What a complaint does, and what it does not.
pub const NO_PAUSE: &str = "Somebody will decide again about what we refused. Your complaint does not pause the use of your data again. If we uphold your objection this time, we stop at once and permanently.";

/// That a complaint has arrived: its acknowledgement.
fn complaint(case: &Case, said: &str, record: Option<&Record>, way: &Way<'_>) -> Letter {
    let due = case.complaint_due.map(UtcMillis::day).unwrap_or_default();
    let mut blocks = vec![text(format!(
        "We have your complaint about our answer to objection {}. This is a copy of it.",
        case.number
    ))];
    if let Some(record) = record {
        blocks.push(fact("How it reached us", how_it_came(record)));
        blocks.push(fact("Received", record.received.day()));
        blocks.extend(whose(Some(record)).map(text));
    }
    blocks.extend([Block::Quote(said.into()), fact("Answer due by", due)]);
    if case.to_rule().next().is_some() {
        blocks.push(text(NO_PAUSE));
    }
    blocks.push(text(format!("You don't have to wait for us. {} {}", case.regime().complain(), case.regime().court)));
    blocks.extend(authorities(case));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("We have your complaint about {}", case.number), blocks }
}

fn complaint_answered(case: &Case, said: &str, way: &Way<'_>) -> Letter {
    let mut blocks = vec![
        text(format!("Our answer to your complaint about objection {}:", case.number)),
        Block::Quote(said.into()),
        text(format!("You don't have to accept it. {} {}", case.regime().complain(), case.regime().court)),
    ];
    blocks.extend(authorities(case));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("Our answer to your complaint about {}", case.number), blocks }
}

/// What the person would read if it were sent as it stands, unfinished parts included.
pub fn preview(case: &Case, typed: &[RawRuling]) -> String {
    let rulings: Vec<Ruling> = case
        .to_rule()
        .filter_map(|asked| {
            let raw = typed.iter().find(|r| r.purpose == asked.purpose.as_str())?;
            let outcome = Outcome::parse(&raw.outcome)?;
            let grounds = form::text("", &raw.grounds, form::GROUNDS_MAX).unwrap_or_default();
            Some(Ruling { purpose: asked.purpose, outcome, grounds: (!grounds.is_empty()).then_some(grounds) })
        })
        .collect();
    if rulings.is_empty() {
        return String::new();
    }
    let to = case.next_answer();
    let mut blocks = vec![text(begins(case, to))];
    blocks.extend(answer(case, &rulings, &Afterwards::default(), to));
    Letter { to: String::new(), subject: String::new(), blocks }.plain()
}
