//! The answer to an objection, as the person reads it: in the letter, on the page, and in the
//! officer's preview. Pure.

use super::case::Ruling;
use super::form::{self, RawRuling};
use super::letter_parts::{Way, fact, list, meanwhile, text};
use super::model::{AnswerTo, Case, PastStep};
use super::record::CONFIRM_FIRST;
use super::said::{Said, for_officers, keeps_off, said, upheld};
use crate::consent::afterwards::Afterwards;
use crate::ledger::{Outcome, Purpose, Step};
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
/// authority and the court. `said` is what it says of each use; of an answer of which that is not
/// known it is empty.
pub fn answer(case: &Case, rulings: &[Ruling], said: &[Said]) -> Vec<Block> {
    written(case, rulings, said, ReadIn::Letter)
}

/// The same as officers read it, before it is sent and afterwards.
pub fn answer_for_officers(case: &Case, rulings: &[Ruling], said: &[Said], to: AnswerTo) -> Vec<Block> {
    answer(case, rulings, &for_officers(said, to, rulings, case.member.is_some()))
}

/// The same on the page of the case, of an answer that was not kept as it was sent. `form` is the
/// way to the form to complain about it, where there is one.
pub fn answer_on_page(case: &Case, rulings: &[Ruling], said: &[Said], form: Option<&str>) -> Vec<Block> {
    let place = if form.is_some() { ReadIn::PageWithForm } else { ReadIn::Page };
    let mut blocks = written(case, rulings, said, place);
    blocks.extend(to_form(rulings, form));
    blocks
}

/// An answer as it is kept and hashed when it is sent, so that it can be shown later as it was,
/// whatever the rules say by then: JSON by RFC 8785.
///
/// # Panics
/// Never: it has only strings.
pub fn as_stored(answer: &[Block]) -> String {
    serde_jcs::to_string(answer).expect("an answer has only strings")
}

/// An answer on the page of the case, in the words in which it was sent, save that the way to the
/// form to complain does not lead to another page: `form` is where it stands, where there is one.
pub fn as_sent(sent: &[Block], rulings: &[Ruling], form: Option<&str>) -> Vec<Block> {
    let here = |block: &Block| match block {
        Block::Text(said) if said == COMPLAIN_WITH_CODE => None,
        Block::Text(said) => Some(text(match form {
            Some(_) => said.replacen(ON_THE_PAGE, HERE, 1),
            None => said.replacen(ON_THE_PAGE, "", 1).replacen(NOT_FIRST, "", 1),
        })),
        other => Some(other.clone()),
    };
    sent.iter().filter_map(here).chain(to_form(rulings, form)).collect()
}

/// The link to the form, below an answer that refuses something.
fn to_form(rulings: &[Ruling], form: Option<&str>) -> Option<Block> {
    let refuses = rulings.iter().any(|ruling| ruling.outcome == Outcome::Refused);
    form.filter(|_| refuses).map(|form| Block::Link("Complain about this answer".into(), form.into()))
}

fn written(case: &Case, rulings: &[Ruling], said: &[Said], place: ReadIn) -> Vec<Block> {
    let mut blocks = Vec::new();
    for ruling in rulings {
        let title = ruling.purpose.title();
        let said = said.iter().find(|said| said.purpose == ruling.purpose);
        match ruling.outcome {
            Outcome::Upheld => {
                blocks.push(fact(title, "upheld"));
                let unknown = || upheld(ruling.purpose, case.member.is_some()).to_owned();
                blocks.push(text(said.map_or_else(unknown, |said| said.text.clone())));
                if case.is_unconfirmed() {
                    blocks.push(text(CONFIRM_FIRST));
                }
            }
            Outcome::Refused => {
                blocks.push(fact(title, "refused"));
                blocks.push(text(said.map_or_else(|| GROUNDS.into(), |said| format!("{} {GROUNDS}", said.text))));
                blocks.push(Block::Quote(ruling.grounds.clone().unwrap_or_default()));
                let ai = ruling.purpose == Purpose::GenerativeAiTraining;
                if ai && case.member.is_some() && said.is_some_and(|said| !keeps_off(said.holds)) {
                    blocks.push(text("You can still turn this off at any time with the switch on your Data privacy page, without giving a reason."));
                }
            }
        }
    }
    if rulings.iter().any(|r| r.outcome == Outcome::Refused) {
        let regime = case.regime();
        let (authority, court) = (regime.complain(), &regime.court);
        blocks.push(text(match place {
            ReadIn::Letter => format!("{NOT_ACCEPT}{ON_THE_PAGE}{authority} {NOT_FIRST}{court}"),
            ReadIn::PageWithForm => format!("{NOT_ACCEPT}{HERE}{authority} {NOT_FIRST}{court}"),
            ReadIn::Page => format!("{NOT_ACCEPT}{authority} {court}"),
        }));
        if case.is_unconfirmed() && place == ReadIn::Letter {
            blocks.push(text(COMPLAIN_WITH_CODE));
        }
        blocks.extend(authorities(case));
    }
    blocks
}

/// What a refusal owes: that it need not be accepted, and where to complain.
const NOT_ACCEPT: &str = "You don't have to accept a refusal. ";
const ON_THE_PAGE: &str = "You can complain to us on the page of your objection. ";
const HERE: &str = "You can complain to us. ";
const NOT_FIRST: &str = "You don't have to complain to us first. ";

/// Where an officer recorded the objection, and nobody has confirmed its address.
const COMPLAIN_WITH_CODE: &str =
    "To complain on that page, first enter the code from our e-mail about this objection there.";

/// The authorities as links.
pub(super) fn authorities(case: &Case) -> impl Iterator<Item = Block> {
    case.regime().websites().map(|(name, website)| Block::Link(name, website))
}

const GROUNDS: &str = "In our view, these compelling grounds override your interests:";

/// What the texts of answers call the tab; a link on pages.
pub const DATA_PRIVACY_PAGE: &str = "Data privacy page";

/// The decision as it is sent.
pub(super) fn decided(case: &Case, done: &PastStep, way: &Way<'_>) -> Letter {
    let mut blocks = vec![text(begins(case, case.answer_to_objection()))];
    blocks.extend(answer(case, &done.rulings, &done.said));
    blocks.extend(way.receipt(case, &[Step::Decided]));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("Our answer to your objection {}", case.number), blocks }
}

/// That something was upheld by rule, after the case had been acknowledged without that.
pub(super) fn upheld_by_rule(case: &Case, way: &Way<'_>) -> Letter {
    let mut blocks = Vec::new();
    for (_, rulings) in case.answers().filter(|(to, _)| *to == AnswerTo::Rule) {
        blocks.push(text(format!(
            "We have upheld your objection {} for {}, because we never refuse that.",
            case.number,
            list(&rulings.iter().map(|r| r.purpose).collect::<Vec<_>>())
        )));
        blocks.extend(answer(case, rulings, &[]));
    }
    if case.is_open() {
        blocks.push(text(format!("We will decide about the rest by {}. {}", case.due.day(), meanwhile(case))));
    }
    blocks.extend(way.receipt(case, &[Step::UpheldByRule]));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("Your objection {} is upheld", case.number), blocks }
}

/// The decision on a complaint as it is sent.
pub(super) fn ruled_again(case: &Case, done: &PastStep, way: &Way<'_>) -> Letter {
    let mut blocks = vec![text(begins(case, AnswerTo::Complaint))];
    blocks.extend(answer(case, &done.rulings, &done.said));
    blocks.extend(way.receipt(case, &[Step::RuledAgain]));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("Our answer to your complaint about {}", case.number), blocks }
}

/// What the person would read if it were sent as it stands, unfinished parts included, where this
/// holds `after` it; as officers read it.
pub fn preview(case: &Case, typed: &[RawRuling], after: &Afterwards) -> String {
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
    blocks.extend(answer_for_officers(case, &rulings, &said(case, &rulings, after, to), to));
    Letter { to: String::new(), subject: String::new(), blocks }.unbroken()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objection::model::sample;
    use crate::time::UtcMillis;

    #[test]
    fn whoever_has_not_confirmed_the_address_reads_that_a_complaint_needs_the_code() {
        let mut case = sample(UtcMillis(0));
        let refused = [Ruling { purpose: Purpose::Research, outcome: Outcome::Refused, grounds: None }];
        let says = |case: &Case| answer(case, &refused, &[]).contains(&text(COMPLAIN_WITH_CODE));
        assert!(!says(&case));
        case.steps[0].record = Some(crate::objection::record::Record::by_letter(UtcMillis(0)));
        assert!(says(&case));
    }

    #[test]
    fn an_answer_is_kept_in_the_words_in_which_it_is_sent() {
        let case = sample(UtcMillis(0));
        let rulings =
            [Ruling { purpose: Purpose::Research, outcome: Outcome::Refused, grounds: Some("We need it.".into()) }];
        let sent = answer(&case, &rulings, &[]);
        let kept = as_stored(&sent);
        assert!(kept.starts_with(r#"[{"fact":["Research","refused"]},{"text":"#), "{kept}");
        assert!(kept.contains(r#"{"quote":"We need it."}"#), "{kept}");
        let read: Vec<Block> = serde_json::from_str(&kept).unwrap();
        assert_eq!((&read, as_stored(&read)), (&sent, kept));
        // On the page it says what one that is written there would say.
        for form in [None, Some("#complain")] {
            assert_eq!(as_sent(&sent, &rulings, form), answer_on_page(&case, &rulings, &[], form));
        }
        let of_then = [text("Back then, the law said otherwise."), Block::Quote("You can complain to us.".into())];
        assert_eq!(as_sent(&of_then, &[], Some("#complain")), of_then);
    }

    #[test]
    fn on_its_page_an_answer_leads_to_the_form_while_there_is_one() {
        let case = sample(UtcMillis(0));
        let ruling = |outcome| Ruling { purpose: Purpose::Research, outcome, grounds: Some("We need it.".into()) };
        let none = |rulings: &[Ruling]| said(&case, rulings, &Afterwards::default(), AnswerTo::Objection);
        let plain = |blocks| Letter { to: String::new(), subject: String::new(), blocks }.plain().replace('\n', " ");
        let refused = [ruling(Outcome::Refused)];
        let on_page = |form| plain(answer_on_page(&case, &refused, &none(&refused), form));
        let letter = plain(answer(&case, &refused, &none(&refused)));
        assert!(letter.contains("You can complain to us on the page of your objection."), "{letter}");
        let with_form = on_page(Some("#complain"));
        assert!(with_form.contains("#complain") && with_form.contains("You can complain to us."), "{with_form}");
        assert!(!with_form.contains("on the page of"), "{with_form}");
        let without = on_page(None);
        assert!(
            without.contains("You don't have to accept a refusal.") && !without.contains("complain to us"),
            "{without}"
        );
        let upheld = [ruling(Outcome::Upheld)];
        let upheld = answer_on_page(&case, &upheld, &none(&upheld), Some("#complain"));
        assert!(!plain(upheld).contains("#complain"));
    }
}
