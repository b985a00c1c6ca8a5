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

/// Where an answer is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReadIn {
    /// In a letter, which names the page of the case.
    Letter,
    /// On that page, below which the form to complain stands.
    PageWithForm,
    /// On that page, where there is no such form, or it is about a newer answer.
    Page,
}

/// The answer itself, purpose by purpose, with everything a refusal owes: the grounds, the
/// authority and the court.
pub fn answer(case: &Case, rulings: &[Ruling], after: &Afterwards, to: AnswerTo) -> Vec<Block> {
    written(case, rulings, after, to, ReadIn::Letter)
}

/// The same on the page of the case. `form` is the way to the form to complain about it, where
/// there is one.
pub fn answer_on_page(
    case: &Case,
    rulings: &[Ruling],
    after: &Afterwards,
    to: AnswerTo,
    form: Option<&str>,
) -> Vec<Block> {
    let place = if form.is_some() { ReadIn::PageWithForm } else { ReadIn::Page };
    let mut blocks = written(case, rulings, after, to, place);
    let refuses = rulings.iter().any(|ruling| ruling.outcome == Outcome::Refused);
    blocks.extend(form.filter(|_| refuses).map(|form| Block::Link("Complain about this answer".into(), form.into())));
    blocks
}

fn written(case: &Case, rulings: &[Ruling], after: &Afterwards, to: AnswerTo, place: ReadIn) -> Vec<Block> {
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
        let (authority, court) = (regime.complain(), &regime.court);
        blocks.push(text(match place {
            ReadIn::Letter => format!(
                "You don't have to accept a refusal. You can complain to us on the page of your objection. {authority} You don't have to complain to us first. {court}"
            ),
            ReadIn::PageWithForm => format!(
                "You don't have to accept a refusal. You can complain to us. {authority} You don't have to complain to us first. {court}"
            ),
            ReadIn::Page => format!("You don't have to accept a refusal. {authority} {court}"),
        }));
        blocks.extend(authorities(case));
    }
    blocks
}

/// The authorities as links.
pub(super) fn authorities(case: &Case) -> impl Iterator<Item = Block> {
    case.regime().websites().map(|(name, website)| Block::Link(name, website))
}

const GROUNDS: &str = "In our view, these compelling grounds override your interests:";

/// What the texts of answers call the tab; a link on pages.
pub const DATA_PRIVACY_PAGE: &str = "Data privacy page";

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
    Letter { to: String::new(), subject: String::new(), blocks }.unbroken()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objection::model::sample;
    use crate::time::UtcMillis;

    #[test]
    fn on_its_page_an_answer_leads_to_the_form_while_there_is_one() {
        let case = sample(UtcMillis(0));
        let ruling = |outcome| Ruling { purpose: Purpose::Research, outcome, grounds: Some("We need it.".into()) };
        let none = Afterwards::default();
        let plain = |blocks| Letter { to: String::new(), subject: String::new(), blocks }.plain().replace('\n', " ");
        let refused = [ruling(Outcome::Refused)];
        let on_page = |form| plain(answer_on_page(&case, &refused, &none, AnswerTo::Objection, form));
        let letter = plain(answer(&case, &refused, &none, AnswerTo::Objection));
        assert!(letter.contains("You can complain to us on the page of your objection."), "{letter}");
        let with_form = on_page(Some("#complain"));
        assert!(with_form.contains("#complain") && with_form.contains("You can complain to us."), "{with_form}");
        assert!(!with_form.contains("on the page of"), "{with_form}");
        let without = on_page(None);
        assert!(
            without.contains("You don't have to accept a refusal.") && !without.contains("complain to us"),
            "{without}"
        );
        let upheld = answer_on_page(&case, &[ruling(Outcome::Upheld)], &none, AnswerTo::Objection, Some("#complain"));
        assert!(!plain(upheld).contains("#complain"));
    }
}
