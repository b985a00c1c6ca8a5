//! The answer to an objection, as the person reads it: in the letter, on the page, and in the
//! officer's preview. Pure.

use super::case::Ruling;
use super::form::{self, RawRuling};
use super::letter_parts::{Way, fact, list, meanwhile, text};
use super::model::{AnswerTo, Case};
use super::record::CONFIRM_FIRST;
use crate::consent::afterwards::{Afterwards, Holds};
use crate::ledger::{Outcome, Purpose};
use crate::mail::{Block, Letter};

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
pub(super) fn decided(case: &Case, rulings: &[Ruling], after: &Afterwards, way: &Way<'_>) -> Letter {
    let to = if case.is_reopened() { AnswerTo::Reopening } else { AnswerTo::Objection };
    let mut blocks = vec![text(begins(case, to))];
    blocks.extend(answer(case, rulings, after, to));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("Our answer to your objection {}", case.number), blocks }
}

/// That something was upheld by rule, after the case had been acknowledged without that.
pub(super) fn upheld_by_rule(case: &Case, way: &Way<'_>) -> Letter {
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
pub(super) fn ruled_again(case: &Case, rulings: &[Ruling], after: &Afterwards, way: &Way<'_>) -> Letter {
    let mut blocks = vec![text(begins(case, AnswerTo::Complaint))];
    blocks.extend(answer(case, rulings, after, AnswerTo::Complaint));
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
