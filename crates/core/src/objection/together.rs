//! What an officer does about several cases at once: each is a case for itself, and the answer says
//! what became of which. Pure.

use super::case::{By, CaseState, Move, MoveName, Ruling, moves, parse_number};
use super::model::Case;
use super::repeat::ACCIDENT;
use crate::ledger::Outcome;
use crate::string_enum;
use crate::time::UtcMillis;

/// Cases that one form is about, at most: those of a page.
pub const TOGETHER_MAX: usize = 50;

string_enum! {
    /// What is done about all of them.
    pub enum Together {
        /// They are given to whoever asks.
        AssignToMe = "assign-me",
        /// They are given to an officer, or to nobody.
        Assign = "assign",
        /// Their review begins.
        Review = "review",
        /// They are upheld.
        Uphold = "uphold",
    }
}

/// A case that was chosen, with the revision that the page had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Its number.
    pub number: String,
    /// What the page was loaded with.
    pub revision: i64,
}

impl Chosen {
    /// Reads `OBJ-7F3K9Q2M.3`.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, revision) = text.split_once('.')?;
        Some(Self { number: parse_number(number)?, revision: revision.parse().ok()? })
    }

    /// As a form has it.
    pub fn word(&self) -> String {
        format!("{}.{}", self.number, self.revision)
    }
}

/// Those that were chosen, each once. `None` where one cannot be read, or they are too many.
pub fn chosen(texts: &[String]) -> Option<Vec<Chosen>> {
    let mut all: Vec<Chosen> = Vec::new();
    for text in texts {
        let one = Chosen::parse(text)?;
        if !all.iter().any(|other| other.number == one.number) {
            all.push(one);
        }
    }
    (all.len() <= TOGETHER_MAX).then_some(all)
}

/// What became of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// What was asked for.
    pub did: Together,
    /// For how many it was done.
    pub done: usize,
    /// Those that somebody had changed since the page was loaded.
    pub stale: Vec<String>,
    /// Those for which it cannot be done as they stand.
    pub not: Vec<String>,
    /// Those that another officer has, which only that one takes up.
    pub others: Vec<String>,
}

impl Tally {
    /// Nothing yet.
    pub const fn new(did: Together) -> Self {
        Self { did, done: 0, stale: Vec::new(), not: Vec::new(), others: Vec::new() }
    }

    /// In one word, for the page that says it.
    pub fn word(&self) -> String {
        let [stale, not, others] = [&self.stale, &self.not, &self.others].map(|numbers| numbers.join(","));
        format!("{}/{}/{stale}/{not}/{others}", self.did, self.done)
    }

    /// Reads what [`word`](Self::word) has written.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let [did, done, stale, not, others] = parts[..] else { return None };
        let numbers = |text: &str| text.split(',').filter_map(parse_number).collect();
        let (did, done) = (Together::parse(did)?, done.parse().ok()?);
        Some(Self { did, done, stale: numbers(stale), not: numbers(not), others: numbers(others) })
    }

    /// What was done, in a sentence.
    pub fn says(&self) -> String {
        let n = self.done;
        match (self.did, n) {
            (Together::AssignToMe, _) => format!("{n} assigned to you."),
            (Together::Assign, _) => format!("{n} assigned."),
            (Together::Review, 1) => "1 review begun.".into(),
            (Together::Review, _) => format!("{n} reviews begun."),
            (Together::Uphold, 0) => "0 upheld.".into(),
            (Together::Uphold, 1) => "1 upheld. The answer is on its way.".into(),
            (Together::Uphold, _) => format!("{n} upheld. The answers are on their way."),
        }
    }

    /// What stands before the numbers of those that were changed.
    pub fn says_stale(&self) -> String {
        match self.stale.len() {
            1 => "1 was changed by somebody meanwhile, so nothing was done about it: ".into(),
            n => format!("{n} were changed by somebody meanwhile, so nothing was done about them: "),
        }
    }

    /// What stands before the numbers of those that another officer has.
    pub fn says_others(&self) -> String {
        match self.others.len() {
            1 => "1 is with another officer, so nothing was done about it: ".into(),
            n => format!("{n} are with another officer, so nothing was done about them: "),
        }
    }

    /// What stands before the numbers of those for which it cannot be done.
    pub fn says_not(&self) -> String {
        let done = match self.did {
            Together::AssignToMe | Together::Assign => "assigned",
            Together::Review => "reviewed from the beginning",
            Together::Uphold => "upheld here",
        };
        format!("{} cannot be {done} as the case stands: ", self.not.len())
    }
}

/// What has changed since a page of the queue was loaded: so many of its cases, and so many that
/// came in.
pub fn says_changed(changed: usize, new: usize) -> String {
    let cases = |n: usize| if n == 1 { "1 case".to_owned() } else { format!("{n} cases") };
    match (changed, new) {
        (0, 0) => String::new(),
        (_, 0) => format!("{} changed since this page was loaded.", cases(changed)),
        (0, _) => format!("{} came in since this page was loaded.", cases(new)),
        _ => format!("{} changed and {new} came in since this page was loaded.", cases(changed)),
    }
}

/// The moves that uphold all that is still to be ruled on in a case; `None` where that is not what
/// it waits for. A review that has not begun begins with it.
pub fn to_uphold(case: &Case, at: UtcMillis) -> Option<Vec<Move>> {
    let can = moves(&case.facts(), By::Officer, at);
    let upheld =
        || case.to_rule().map(|asked| Ruling { purpose: asked.purpose, outcome: Outcome::Upheld, grounds: None });
    let rulings: Vec<Ruling> = upheld().collect();
    let can = |name| can.contains(&name);
    if rulings.is_empty() {
        None
    } else if can(MoveName::RuleAgain) {
        Some(vec![Move::RuleAgain(rulings)])
    } else if can(MoveName::Decide) {
        Some(vec![Move::Decide(rulings)])
    } else if can(MoveName::BeginReview) {
        Some(vec![Move::BeginReview, Move::Decide(rulings)])
    } else {
        None
    }
}

/// Whether a case is another officer's: a review that is begun for several cases takes none of
/// them. `officers` are those that there are; what somebody has who left is nobody's.
pub fn is_of_another(case: &Case, officer: &str, officers: &[&str]) -> bool {
    case.officer.as_deref().is_some_and(|id| id != officer && officers.contains(&id))
}

/// Why a case is not upheld together with others, behind its number. `seen` is the revision that
/// its page was loaded with.
pub fn left_out(case: &Case, seen: i64) -> &'static str {
    match case.state {
        CaseState::Withdrawn => "the person withdrew it",
        CaseState::Duplicate => "it was merged with another case",
        _ if case.proposed.is_some() => "an answer is waiting for a second officer",
        _ if case.has_complaint() && case.to_rule().next().is_none() => "its complaint needs an answer in words",
        _ if !case.waits() => "it is answered",
        _ if seen != case.revision => "it has changed since you loaded the queue",
        _ => "its receipt is not acknowledged yet",
    }
}

/// Whether this very press has upheld the case already: nothing has happened since the page was
/// loaded with the revision `seen` but that `officer` upheld it, a while ago at most.
pub fn was_upheld(case: &Case, officer: &str, seen: i64, now: UtcMillis) -> bool {
    let Some(newest) = case.steps.last() else { return false };
    let own = newest.officer.as_deref() == Some(officer);
    let all = !newest.rulings.is_empty() && newest.rulings.iter().all(|ruling| ruling.outcome == Outcome::Upheld);
    let since = case.revision.checked_sub(seen).unwrap_or_default();
    own && newest.step.rules() && all && (1..=2).contains(&since) && newest.at.lasts(ACCIDENT, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objection::model::sample;

    #[test]
    fn what_was_chosen_is_read_as_it_is_written_and_each_once() {
        let text = |text: &str| text.to_owned();
        let two = chosen(&[text("OBJ-7F3K9Q2M.3"), text("obj-7f3k9q2m.4"), text("OBJ-00000000.0")]).unwrap();
        assert_eq!(two.iter().map(Chosen::word).collect::<Vec<_>>(), ["OBJ-7F3K9Q2M.3", "OBJ-00000000.0"]);
        for bad in ["", "OBJ-7F3K9Q2M", "OBJ-7F3K9Q2M.x", "x.1"] {
            assert_eq!(chosen(&[text(bad)]), None, "{bad}");
        }
        let many: Vec<String> = (0..=50_u8).map(|i| format!("{}.0", super::super::case::number([i; 5]))).collect();
        assert_eq!((chosen(&many), chosen(&many[1..]).unwrap().len()), (None, TOGETHER_MAX));
    }

    #[test]
    fn what_has_changed_is_one_sentence_or_none() {
        assert_eq!(says_changed(0, 0), "");
        assert_eq!(says_changed(1, 0), "1 case changed since this page was loaded.");
        assert_eq!(says_changed(3, 2), "3 cases changed and 2 came in since this page was loaded.");
        assert_eq!(says_changed(0, 1), "1 case came in since this page was loaded.");
    }

    #[test]
    fn a_case_is_another_officers_while_that_one_is_there() {
        let now = UtcMillis(0);
        let of = |officer: Option<&str>| Case { officer: officer.map(Into::into), ..sample(now) };
        let officers = ["olga", "otto"];
        assert!(is_of_another(&of(Some("otto")), "olga", &officers));
        for (officer, why) in [(None, "nobody's"), (Some("olga"), "her own"), (Some("odile"), "of one who left")] {
            assert!(!is_of_another(&of(officer), "olga", &officers), "{why}");
        }
    }

    #[test]
    fn why_a_case_is_left_out_is_said_of_each() {
        let case = |state| Case { state, ..sample(UtcMillis(0)) };
        let waits = Case { proposed: Some(("olga".into(), UtcMillis(0))), ..case(CaseState::UnderReview) };
        let complaint =
            Case { complaint_due: Some(UtcMillis(0)), decided: Some(UtcMillis(0)), ..case(CaseState::Upheld) };
        for (case, seen, why) in [
            (case(CaseState::Withdrawn), 1, "the person withdrew it"),
            (case(CaseState::Duplicate), 1, "it was merged with another case"),
            (waits, 1, "an answer is waiting for a second officer"),
            (complaint, 1, "its complaint needs an answer in words"),
            (case(CaseState::Upheld), 0, "it is answered"),
            (case(CaseState::UnderReview), 0, "it has changed since you loaded the queue"),
            (case(CaseState::Received), 1, "its receipt is not acknowledged yet"),
        ] {
            assert_eq!(left_out(&case, seen), why);
        }
    }

    #[test]
    fn a_tally_says_what_became_of_which() {
        let tally = Tally {
            did: Together::Uphold,
            done: 7,
            stale: vec!["OBJ-7F3K9Q2M".into(), "OBJ-00000000".into()],
            not: vec!["OBJ-11111111".into()],
            others: vec!["OBJ-22222222".into()],
        };
        assert_eq!(Tally::parse(&tally.word()), Some(tally.clone()));
        assert_eq!(tally.says(), "7 upheld. The answers are on their way.");
        assert!(tally.says_stale().starts_with("2 were changed by somebody meanwhile"));
        assert_eq!(tally.says_not(), "1 cannot be upheld here as the case stands: ");
        assert_eq!(tally.says_others(), "1 is with another officer, so nothing was done about it: ");
        for bad in ["", "decided", "uphold/x///", "hug/1///", "uphold/1//"] {
            assert_eq!(Tally::parse(bad), None, "{bad}");
        }
    }
}
