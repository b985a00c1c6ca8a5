//! What a person is written about an objection that an officer recorded for them, before they have
//! confirmed the address and when they have. Pure.

use super::answer_letter::{answer, authorities};
use super::disown::NOT_MINE;
use super::letter_parts::{Way, can_still, copy, due, fact, list, meanwhile, received, text};
use super::letters::{NO_PAUSE, code_subject};
use super::model::{AnswerTo, Case};
use super::record::{came_on, how_it_came, whose};
use super::unproved::NOT_SHOWN_YET;
use super::wording::earlier_answer;
use crate::ledger::Step;
use crate::mail::{Block, Letter};
use crate::time::UtcMillis;

/// That an objection was recorded, with the code that confirms the address, unless this address was
/// sent enough codes today. Nobody has proved the address, so nothing is said of what was written
/// or of who wrote it. Where it is sent later, to an address that was corrected, it says what has
/// become of the objection by then.
pub fn recorded(case: &Case, code: Option<&str>, way: &Way<'_>, now: UtcMillis) -> Letter {
    let case = &case.for_unproved_address();
    let mut blocks = vec![text(if case.is_open() {
        "We have recorded an objection for you."
    } else {
        "We have recorded an objection for you, and have answered it. This is our answer."
    })];
    blocks.extend(outline(case));
    blocks.extend(since(case));
    if case.is_open() {
        blocks.extend(due(case.due, now));
        blocks.push(text(meanwhile(case)));
    } else if let Some(by) = case.complaint_due.filter(|_| case.has_complaint()) {
        blocks.extend(due(by, now));
        if case.to_rule().next().is_some() {
            blocks.push(text(NO_PAUSE));
        }
    }
    blocks.push(text(NOT_SHOWN_YET));
    blocks.extend(confirm(case, code, way));
    if case.is_open() {
        blocks.push(text(format!(
            "You don't need the code to get an answer. A person will decide, not a machine. Until then you {}",
            can_still(case)
        )));
    }
    blocks.push(way.to(case));
    blocks.push(not_yours());
    let subject = if case.is_open() {
        format!("We have recorded your objection {}", case.number)
    } else {
        format!("Our answer to your objection {}", case.number)
    };
    Letter { to: case.email.clone(), subject, blocks }
}

/// What it is, and nothing of what was written in it.
fn outline(case: &Case) -> Vec<Block> {
    let purposes: Vec<_> = case.purposes.iter().map(|p| p.purpose).collect();
    let mut blocks = vec![fact("Case number", &case.number)];
    blocks.extend(case.record().map(|record| fact("How it reached us", how_it_came(record))));
    blocks.extend([fact("Received", received(case)), fact("About", list(&purposes))]);
    blocks
}

/// The answers and the complaints so far, in their order: nobody has read them who was meant to.
/// Of a complaint that it came, and nothing that it says.
fn since(case: &Case) -> Vec<Block> {
    let mut blocks = Vec::new();
    for done in &case.steps {
        let day = done.at.day();
        if let Some((to, _)) = case.answer_steps().find(|(_, answer)| answer.entry == done.entry) {
            let (title, more) = match (case.reopened_after(done), to) {
                (Some(reopened), _) => {
                    let (title, said) = earlier_answer(case, done.at, reopened);
                    (format!("{title}:"), Some(said))
                }
                (None, AnswerTo::Complaint) => (format!("Our answer to your complaint, of {day}:"), None),
                (None, AnswerTo::Reopening) => (format!("Our answer after we reopened it, of {day}:"), None),
                (None, AnswerTo::Objection | AnswerTo::Rule) => (format!("Our answer, of {day}:"), None),
            };
            blocks.push(text(title));
            blocks.extend(more.map(text));
            blocks.extend(answer(case, &done.rulings, &done.said));
        }
        if done.step == Step::Complained {
            blocks.push(text(match &done.record {
                Some(record) => format!("We have your complaint, which came {}.", came_on(record)),
                None => format!("We have your complaint of {day}."),
            }));
            continue;
        }
        let Some(words) = done.text.clone() else { continue };
        match done.step {
            Step::ComplaintAnswered => blocks.push(text(format!("Our answer to your complaint, of {day}:"))),
            Step::Reopened => blocks.push(text(format!("We reopened your objection on {day}. Our reason:"))),
            Step::Extended => blocks.push(text(format!("On {day} we extended the deadline. Our reason:"))),
            _ => continue,
        }
        blocks.push(Block::Quote(words));
    }
    blocks
}

/// A code once more, for somebody whose objection was recorded.
pub fn code_again(case: &Case, code: &str, way: &Way<'_>) -> Letter {
    let mut blocks = confirm(case, Some(code), way);
    blocks.push(way.to(case));
    blocks.push(not_yours());
    Letter { to: case.email.clone(), subject: code_subject(case), blocks }
}

/// What somebody does who has the wrong mailbox.
fn not_yours() -> Block {
    text(format!(
        "If this wasn't you, somebody may have given us a wrong address. Please open the link above and press “{NOT_MINE}”. We then send nothing more about it to this address."
    ))
}

/// How the address is confirmed.
fn confirm(case: &Case, code: Option<&str>, way: &Way<'_>) -> Vec<Block> {
    let page = format!("{}/objection/code?case={}", way.origin, case.number);
    let link = Block::Link("Open the confirmation page".into(), page);
    match code {
        Some(code) => vec![
            text("To show that this address is yours, enter this code on the confirmation page:"),
            Block::Code(code.into()),
            link,
            text(
                "The code is valid for 24 hours, even if we send you another one. You can request a new code on that page.",
            ),
        ],
        None => vec![
            text(
                "To show that this address is yours, please request a code on the confirmation page. We have sent this address too many codes today, so please do so tomorrow.",
            ),
            link,
        ],
    }
}

/// That the address is confirmed, and what follows from it: what is paused by now, what is upheld
/// by rule, and that an answer which was given before now applies in the account. With the copy of
/// what was written, which no letter had before.
pub fn confirmed(case: &Case, way: &Way<'_>) -> Letter {
    let mut blocks = vec![text(format!(
        "You have confirmed your e-mail address for objection {}. This is a copy of it. If anything in it is wrong, please tell us on the page of your objection.",
        case.number
    ))];
    blocks.extend(case.record().map(|record| fact("How it reached us", how_it_came(record))));
    blocks.extend(copy(case));
    blocks.extend(recorded_complaints(case));
    let by_rule = case.answers().find(|(to, _)| *to == AnswerTo::Rule);
    if let Some((_, rulings)) = by_rule {
        blocks.push(text("We have already upheld this, because we never refuse it:"));
        blocks.extend(answer(case, rulings, &[]));
    }
    if case.is_open() {
        blocks.push(text(format!("We still have to decide about {}.", list(&case.pending()))));
        blocks.extend(due(case.due, case.newest_step()));
        blocks.push(text(meanwhile(case)));
    } else if by_rule.is_none() && !case.upheld().is_empty() {
        let upheld = list(&case.upheld());
        blocks.push(text(format!(
            "What we upheld applies from now on in the account with this address, too, if there is one: {upheld}."
        )));
    }
    if case.is_open() {
        blocks.push(text(case.regime().complain()));
        blocks.extend(authorities(case));
    }
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("Address confirmed for objection {}", case.number), blocks }
}

/// What the complaints say that an officer recorded for the person.
fn recorded_complaints(case: &Case) -> Vec<Block> {
    let mut blocks = Vec::new();
    for done in case.steps.iter().filter(|done| done.step == Step::Complained) {
        let (Some(record), Some(words)) = (&done.record, &done.text) else { continue };
        blocks.push(text(format!("Your complaint, which came {}:", came_on(record))));
        blocks.extend(whose(Some(record)).map(text));
        blocks.push(Block::Quote(words.clone()));
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Actor, Outcome, Purpose};
    use crate::objection::case::{CaseState, Ruling};
    use crate::objection::model::{PastStep, Said, sample};
    use crate::objection::record::Record;

    const NOW: UtcMillis = UtcMillis(1_800_000_000_000);

    fn recorded_case() -> Case {
        let mut case = sample(NOW);
        case.due = UtcMillis(NOW.0 + 30 * UtcMillis::DAY);
        (case.steps[0].step, case.steps[0].record) = (Step::Recorded, Some(Record::by_letter(NOW)));
        case
    }

    fn answered(outcome: Outcome, said: &str) -> Case {
        let mut case = recorded_case();
        let ruling = Ruling { purpose: Purpose::Research, outcome, grounds: Some("We need it.".into()) };
        case.take_rulings(std::slice::from_ref(&ruling));
        (case.decided, case.state) =
            (Some(NOW), if outcome == Outcome::Upheld { CaseState::Upheld } else { CaseState::Refused });
        case.steps.push(PastStep {
            entry: crate::testing::entry_id(UtcMillis(NOW.0 + 1)),
            step: Step::Decided,
            actor: Actor::PrivacyOfficer,
            rulings: vec![ruling],
            said: vec![Said { purpose: Purpose::Research, holds: None, text: said.into() }],
            record: None,
            ..case.steps[0].clone()
        });
        case
    }

    fn read(case: &Case, now: UtcMillis) -> String {
        let way = Way { origin: "https://sayso.example", key: None };
        let letter = recorded(case, Some("1234"), &way, now);
        assert!(letter.blocks.iter().all(|block| !matches!(block, Block::Text(text) if text.trim().is_empty())));
        format!("{}\n{}", letter.subject, letter.plain()).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_open_objection_is_promised_an_answer_and_a_late_one_is_not_promised_the_past() {
        let open = read(&recorded_case(), NOW);
        assert!(open.starts_with("We have recorded your objection"), "{open}");
        assert!(open.contains("A person will decide") && open.contains("Answer due by: "), "{open}");
        let late = read(&recorded_case(), UtcMillis(NOW.0 + 31 * UtcMillis::DAY));
        assert!(late.contains("Our answer was due by: ") && late.contains("We are late, and we are sorry."), "{late}");
        assert!(!late.contains("Answer due by"), "{late}");
    }

    #[test]
    fn an_answered_objection_is_sent_its_answer_as_it_was_said() {
        for (outcome, said) in [(Outcome::Upheld, "We have stopped."), (Outcome::Refused, "We still use it.")] {
            let letter = read(&answered(outcome, said), NOW);
            assert!(letter.starts_with("Our answer to your objection OBJ-00000000"), "{letter}");
            assert!(letter.contains(said) && letter.contains("Our answer, of "), "{letter}");
            for untrue in ["will decide", "due by", "Until then", "add it on the page"] {
                assert!(!letter.contains(untrue), "{untrue}: {letter}");
            }
        }
        assert!(read(&answered(Outcome::Refused, "x"), NOW).contains("We need it."));
        let closed = Case { state: CaseState::Closed, ..answered(Outcome::Upheld, "We have stopped.") };
        assert!(read(&closed, NOW).contains("We have stopped."));
    }

    #[test]
    fn of_a_complaint_it_says_that_it_came_and_one_that_was_answered_has_its_answer() {
        let mut case = answered(Outcome::Refused, "We still use it.");
        let record = Some(Record::by_letter(NOW));
        let complained = |step, text: &str, nth: i64| PastStep {
            entry: crate::testing::entry_id(UtcMillis(NOW.0 + nth)),
            step,
            text: Some(text.into()),
            record: record.clone().filter(|_| step == Step::Complained),
            rulings: Vec::new(),
            said: Vec::new(),
            sent: None,
            ..case.steps[1].clone()
        };
        let (complaint, in_words) =
            (complained(Step::Complained, "I mind.", 2), complained(Step::ComplaintAnswered, "We see.", 3));
        case.steps.push(complaint);
        case.complaint_due = Some(UtcMillis(NOW.0 + UtcMillis::DAY));
        let letter = read(&case, NOW);
        assert!(!letter.contains("I mind.") && letter.contains("Answer due by: "), "{letter}");
        assert!(letter.contains("We have your complaint, which came by letter or e-mail on "), "{letter}");
        assert!(letter.contains("does not pause the use of your data again"), "{letter}");
        case.steps.push(in_words);
        case.complaint_answered = Some(NOW);
        let letter = read(&case, NOW);
        assert!(letter.contains("We see.") && !letter.contains("due by"), "{letter}");
    }

    #[test]
    fn nothing_that_was_written_is_told_before_the_code_and_all_of_it_afterwards() {
        const SECRETS: [&str; 5] = ["my diabetes", "Cy Agent", "Ben", "Ireland", "Data Protection"];
        let agent = Record { agent: Some("Cy Agent".into()), ..Record::by_letter(NOW) };
        let mut case = Case { reason: Some("It is about my diabetes.".into()), ..recorded_case() };
        case.steps[0].record = Some(agent);
        case.steps[0].text = case.reason.clone();
        let letter = read(&case, NOW);
        for secret in SECRETS {
            assert!(!letter.contains(secret), "{secret}: {letter}");
        }
        for said in ["Case number: OBJ-00000000", "By letter or e-mail", "About: Research", NOT_SHOWN_YET] {
            assert!(letter.contains(said), "{said}: {letter}");
        }
        let verified = PastStep { step: Step::Verified, record: None, text: None, ..case.steps[0].clone() };
        case.steps.push(verified);
        let letter = confirmed(&case, &Way { origin: "https://sayso.example", key: None }).plain();
        let letter = letter.split_whitespace().collect::<Vec<_>>().join(" ");
        for said in ["my diabetes", "Cy Agent", "This is a copy of it", "Data Protection"] {
            assert!(letter.contains(said), "{said}: {letter}");
        }
    }
}
