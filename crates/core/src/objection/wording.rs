//! A case put into plain words, for the person whose it is. Pure.

use super::case::CaseState;
use super::given_back::{Known, TODAY, given_back};
use super::letters::list;
use super::model::{AnswerTo, Case, PastStep};
use super::queue::Stage;
pub use super::step_wording::{step, step_for_officers};
use crate::account::model::Role;
use crate::account::staff_action::{Access, Accessed};
use crate::consent::afterwards::Holds;
use crate::consent::view::Moment;
use crate::consent::wording::{Voice, moment};
use crate::ledger::{Actor, Purpose, Step};
use crate::time::UtcMillis;

/// Where it stands, in a word or two.
pub const fn state(state: CaseState) -> &'static str {
    match state {
        CaseState::Received => "Received",
        CaseState::AwaitingVerification => "Waiting for your code",
        CaseState::Acknowledged => "Received and acknowledged",
        CaseState::UnderReview => "Under review by a person",
        CaseState::Upheld => "Upheld",
        CaseState::PartlyUpheld => "Partly upheld",
        CaseState::Refused => "Refused",
        CaseState::Withdrawn => "Withdrawn by you",
        CaseState::Duplicate => "Merged with another objection",
        CaseState::Closed => "Closed",
    }
}

/// The same of a whole case. What was opened again is not said to have just come in.
pub fn stands(case: &Case) -> &'static str {
    if case.state == CaseState::Acknowledged && case.is_open_again() { "Reopened" } else { state(case.state) }
}

/// That somebody may object to the uses that the switch does not cover, behind their names.
pub const fn may_object(voice: Voice) -> &'static str {
    voice.either(
        " You can object to each of them, and you will get an answer from a person, within a month in most cases.",
        " The member can object to each of them, and gets an answer from a person, within a month in most cases.",
    )
}

/// What joins so many uses and "paused", now or at a past instant.
pub const fn verb(uses: usize, then: bool) -> &'static str {
    match (uses, then) {
        (1, false) => "is",
        (_, false) => "are",
        (1, true) => "was",
        (_, true) => "were",
    }
}

/// The state as the dot's colour: paused while it is open.
pub fn dot(case: &Case) -> &'static str {
    if case.is_open() { "paused" } else { "denied" }
}

/// What comes next, in one sentence.
pub fn next(case: &Case, now: UtcMillis) -> String {
    if case.is_open() {
        let longer = if case.due == case.first_due || case.is_reopened() {
            String::new()
        } else {
            format!(" (extended from {})", case.first_due.day())
        };
        let by = format!("{}{longer}.", case.due.day());
        // Whose authority it is says where they live.
        let complain = if case.is_unconfirmed() { String::new() } else { format!(" {}", case.regime().complain()) };
        return if now > case.due {
            format!("Our answer was due by {by} We are late, and we are sorry.{complain}")
        } else {
            format!("We will answer by {by}")
        };
    }
    if let (Some(due), None) = (case.complaint_due, case.complaint_answered) {
        let by = due.day();
        return if now > due {
            format!(
                "You complained about the answer. Our answer to your complaint was due by {by}. We are late, and we are sorry."
            )
        } else {
            format!("You complained about the answer. We will answer your complaint by {by}.")
        };
    }
    if let (Some(at), true) = (case.complaint_answered, case.decided.is_some()) {
        return format!("We answered your complaint on {}.", at.day());
    }
    match (case.state, case.decided) {
        (CaseState::Withdrawn, _) => "You can object again at any time.".into(),
        (CaseState::Duplicate, _) => format!("It continues as {}.", case.duplicate_of.as_deref().unwrap_or_default()),
        (_, Some(at)) => format!("We answered on {}.", at.day()),
        _ => String::new(),
    }
}

/// What it means to withdraw a case as it stands, said before it is done: a sentence each. `after`
/// is what holds without it, as far as the reader is told.
pub fn withdrawing(case: &Case, after: Known<'_>) -> Vec<String> {
    let mut said = Vec::new();
    let paused = case.paused();
    if paused.is_empty() {
        said.push("It pauses nothing at the moment, so no use of your data starts again.".to_owned());
    } else {
        let still = |p: &Purpose| matches!(after.at(*p), Some(Holds::Paused | Holds::OffForGood | Holds::OffOtherwise));
        let ends: Vec<_> = paused.iter().filter(|p| !still(p)).copied().collect();
        if !ends.is_empty() {
            said.push(format!("The pause of {} ends at once.", list(&ends)));
        }
        said.extend(given_back(case, after, TODAY));
    }
    let upheld = case.upheld();
    if !upheld.is_empty() {
        said.push(format!("What we have upheld stays upheld, and off: {}.", list(&upheld)));
    }
    said.push(
        if upheld.is_empty() { "We will not decide about it." } else { "We will not decide about the rest." }
            .to_owned(),
    );
    said.push("You cannot undo this, but you can file a new objection at any time.".to_owned());
    said
}

/// What the objection is called that this one was filed after, by when each was received: an
/// officer may record one that came before the other.
pub fn other_objection(received: UtcMillis, other: UtcMillis) -> &'static str {
    if other <= received { "Earlier objection" } else { "Later objection" }
}

/// The same for those who work on it.
pub fn other_case(received: UtcMillis, other: UtcMillis) -> &'static str {
    if other <= received { "Earlier case" } else { "Later case" }
}

/// The title of an answer which refused what was opened again, and what has become of it.
pub fn earlier_answer(case: &Case, answered: UtcMillis, reopened: UtcMillis) -> (String, String) {
    let since = case.steps.iter().skip_while(|done| done.step != Step::Reopened || done.at < reopened);
    let became = if since.into_iter().any(|done| done.step.rules() && done.actor == Actor::PrivacyOfficer) {
        " We decided again about what this answer refused."
    } else if case.is_open() {
        " We are deciding again about what this answer refused."
    } else if case.state == CaseState::Withdrawn {
        " You withdrew it before we decided again."
    } else {
        ""
    };
    (
        format!("Our earlier answer, of {}", answered.day()),
        format!("We reopened your objection on {}.{became}", reopened.day()),
    )
}

/// The title of an answer on the page of its case. `again` is whether a later one is there.
pub const fn answer(to: AnswerTo, again: bool) -> &'static str {
    match to {
        AnswerTo::Rule => "Upheld at once",
        AnswerTo::Reopening => "Our answer after we reopened it",
        AnswerTo::Complaint => "Our answer to your complaint",
        AnswerTo::Objection if again => "Our first answer",
        AnswerTo::Objection => "Our answer",
    }
}

/// The same for those who work on the case.
pub const fn answer_for_officers(to: AnswerTo, again: bool) -> &'static str {
    match to {
        AnswerTo::Rule => "Upheld by rule",
        AnswerTo::Reopening => "The answer after the reopening",
        AnswerTo::Complaint => "The answer to the complaint",
        AnswerTo::Objection if again => "The first answer",
        AnswerTo::Objection => "The answer",
    }
}

/// Who made a step, as the person reads it. It is they who add a case to their account, and we who
/// record it.
pub fn made_by(done: &PastStep, case: &Case) -> &'static str {
    match done.step {
        Step::Linked => "you",
        Step::Disowned => "somebody else",
        _ if case.is_a_strangers(done) => "somebody else",
        _ => by(done.actor),
    }
}

/// The same of a role.
pub const fn by(actor: Actor) -> &'static str {
    match actor {
        Actor::Member | Actor::Applicant => "you",
        Actor::PrivacyOfficer => "our privacy team",
        _ => "Sayso",
    }
}

/// An instant as pages about a case show it: `23 November 2026, 18:36 UTC`.
pub fn when(at: UtcMillis) -> Moment {
    moment(at)
}

/// Who of the staff did what with this case, without the time.
pub fn looked(access: &Access) -> &'static str {
    match access.what {
        Accessed::CasePage(_) => "An officer opened this case",
        _ if access.by == Role::Auditor => "An auditor downloaded the record of this case, without a name or any text,",
        _ => "An officer downloaded this case",
    }
}

/// How often that was before those times that are listed.
pub fn earlier_openings(earlier: usize) -> String {
    if earlier == 1 { "And once before.".into() } else { format!("And {earlier} times before.") }
}

/// Where it stands, for those who work on it.
pub const fn for_officers(state: CaseState) -> &'static str {
    match state {
        CaseState::Received | CaseState::Acknowledged => "New",
        CaseState::AwaitingVerification => "Not confirmed yet",
        CaseState::UnderReview => "Under review",
        CaseState::Withdrawn => "Withdrawn",
        CaseState::Duplicate => "Duplicate",
        other => self::state(other),
    }
}

/// The same of a case in its stage. `reopened` is whether an officer opened it again; nobody has
/// begun with it yet then.
pub const fn stage_for_officers(stage: Stage, of: CaseState, reopened: bool) -> &'static str {
    match stage {
        Stage::New if reopened => "Reopened",
        Stage::Answered | Stage::Ended => for_officers(of),
        stage => stage.title(),
    }
}

/// How many days are left until something is due, for the queue.
pub fn days_left(due: Option<UtcMillis>, now: UtcMillis) -> String {
    let Some(due) = due else { return "–".into() };
    let left = due.0.saturating_sub(now.0);
    let days = left.abs() / UtcMillis::DAY;
    let said = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    match (left < 0, days) {
        (true, 0) => "overdue since today".into(),
        (true, _) => format!("{said} overdue"),
        (false, 0) => "less than a day".into(),
        (false, _) => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::afterwards::Afterwards;
    use crate::ledger::Outcome;
    use crate::objection::case::Ruling;
    use crate::objection::model::{AskedPurpose, sample};

    fn case(asked: &[(Purpose, Option<Outcome>)]) -> Case {
        let purposes = asked
            .iter()
            .map(|(purpose, outcome)| AskedPurpose {
                purpose: *purpose,
                outcome: *outcome,
                grounds: None,
                proposed: None,
            })
            .collect();
        Case { state: CaseState::Acknowledged, purposes, ..sample(UtcMillis(0)) }
    }

    fn done(step: Step, actor: Actor, at: i64, rulings: Vec<Ruling>) -> PastStep {
        let at = UtcMillis(at);
        PastStep { step, actor, at, rulings, entry: crate::testing::entry_id(at), ..sample(at).steps[0].clone() }
    }

    fn ruling(purpose: Purpose, outcome: Outcome) -> Ruling {
        Ruling { purpose, outcome, grounds: None }
    }

    #[test]
    fn what_was_opened_again_is_reopened_until_somebody_begins() {
        let refused = done(Step::Decided, Actor::PrivacyOfficer, 1, vec![ruling(Purpose::Research, Outcome::Refused)]);
        let reopened = done(Step::Reopened, Actor::PrivacyOfficer, UtcMillis::DAY, Vec::new());
        let mut case = case(&[(Purpose::Research, None)]);
        assert_eq!((stands(&case), case.is_open_again()), ("Received and acknowledged", false));
        case.steps.extend([refused.clone(), reopened]);
        assert_eq!((stands(&case), case.is_open_again()), ("Reopened", true));
        assert_eq!(case.reopened_after(&refused), Some(UtcMillis(UtcMillis::DAY)));
        let (title, said) = earlier_answer(&case, refused.at, UtcMillis(UtcMillis::DAY));
        assert_eq!(title, "Our earlier answer, of 1 January 1970");
        assert_eq!(
            said,
            "We reopened your objection on 2 January 1970. We are deciding again about what this answer refused."
        );
        case.state = CaseState::UnderReview;
        assert_eq!(stands(&case), "Under review by a person");
        let again = done(Step::Decided, Actor::PrivacyOfficer, 3 * UtcMillis::DAY, refused.rulings.clone());
        let reopened = UtcMillis(UtcMillis::DAY);
        let withdrawn = Case { state: CaseState::Withdrawn, ..case.clone() };
        let said = |case: &Case| earlier_answer(case, refused.at, reopened).1;
        let begins = "We reopened your objection on 2 January 1970.";
        assert_eq!(said(&withdrawn), format!("{begins} You withdrew it before we decided again."));
        case.steps.push(again.clone());
        for case in [&case, &Case { state: CaseState::Refused, ..case.clone() }] {
            assert_eq!(said(case), format!("{begins} We decided again about what this answer refused."));
        }
        assert_eq!(case.reopened_after(&again), None, "it is the newest");
        let of = |stage, reopened| stage_for_officers(stage, CaseState::Acknowledged, reopened);
        assert_eq!([of(Stage::New, false), of(Stage::New, true)], ["New", "Reopened"]);
        assert_eq!(of(Stage::UnderReview, true), "Under review");
        assert_eq!(stage_for_officers(Stage::Answered, CaseState::Refused, false), "Refused");
    }

    #[test]
    fn the_earlier_of_two_is_the_one_that_was_received_first() {
        let (one, two) = (UtcMillis(1), UtcMillis(2));
        assert_eq!([other_objection(two, one), other_objection(one, two)], ["Earlier objection", "Later objection"]);
        assert_eq!([other_case(two, one), other_case(one, two)], ["Earlier case", "Later case"]);
    }

    #[test]
    fn a_case_that_was_added_to_an_account_was_added_by_its_person_and_upheld_once() {
        let upheld =
            |at| done(Step::UpheldByRule, Actor::System, at, vec![ruling(Purpose::Advertising, Outcome::Upheld)]);
        let linked = done(Step::Linked, Actor::System, 5, Vec::new());
        let mut case = case(&[(Purpose::Advertising, Some(Outcome::Upheld))]);
        let (first, again) = (upheld(4), upheld(6));
        case.steps.extend([first.clone(), linked.clone(), again.clone()]);
        assert_eq!([&linked, &first].map(|done| made_by(done, &case)), ["you", "Sayso"]);
        assert_eq!(step(&first, &case), "We upheld it for Advertising, which we never refuse");
        assert_eq!(step(&again, &case), "What we upheld is in your account's history too");
        assert_eq!(step_for_officers(&again, &case), "What was upheld is in the person's account too");
    }

    #[test]
    fn what_withdrawing_means_depends_on_what_is_paused_and_upheld() {
        // A member's: nobody has to confirm an address.
        let case = |asked: &[(Purpose, Option<Outcome>)]| Case { member: Some("m".into()), ..case(asked) };
        let both = case(&[(Purpose::Advertising, Some(Outcome::Upheld)), (Purpose::Personalisation, None)]);
        assert_eq!(
            withdrawing(&both, Known::Nothing),
            [
                "The pause of Personalisation ends at once.",
                "From today we use your data for this again, unless it is off for another reason: Personalisation.",
                "What we have upheld stays upheld, and off: Advertising.",
                "We will not decide about the rest.",
                "You cannot undo this, but you can file a new objection at any time.",
            ]
        );
        let two = case(&[(Purpose::Personalisation, None), (Purpose::Research, None)]);
        assert_eq!(withdrawing(&two, Known::Nothing)[0], "The pause of Personalisation and Research ends at once.");
        let another = Afterwards::of_others(&[Purpose::Research], &[]);
        for known in [Known::All(&another), Known::Others(&another)] {
            let said = withdrawing(&two, known);
            assert_eq!(said[0], "The pause of Personalisation ends at once.");
            assert!(said[1].starts_with("From today") && said[1].ends_with(": Personalisation."), "{said:?}");
            let still = "Another objection still pauses this, so we still do not use your data for it: Research.";
            assert_eq!(said[2], still);
        }
        let all = Afterwards::of_others(&[Purpose::Personalisation], &[Purpose::Research]);
        assert!(withdrawing(&two, Known::All(&all)).iter().all(|said| !said.contains("ends at once")));
        let safety = case(&[(Purpose::ModerationSafety, None)]);
        assert!(withdrawing(&safety, Known::Nothing)[0].starts_with("It pauses nothing at the moment"));
        assert_eq!(withdrawing(&safety, Known::Nothing).len(), 3);
    }
}
