//! What an officer does about several cases at once: each is a case for itself, and the answer says
//! what became of which. Pure.

use super::case::{By, CaseState, Move, MoveName, Ruling, parse_number};
use super::legal_moves::moves;
use super::model::Case;
use super::repeat::ACCIDENT;
use crate::ledger::Outcome;
use crate::string_enum;
use crate::time::UtcMillis;

/// Cases that one form is about, at most: those of a page.
pub const TOGETHER_MAX: usize = 50;

string_enum! {
    /// Why nothing is done about a case.
    pub enum LeftOut {
        /// An officer reviews it.
        UnderReview = "under-review",
        /// An answer waits for a second officer.
        Second = "second-officer",
        /// Its complaint is answered in words, each by itself.
        Words = "words",
        /// It has its answer.
        Answered = "answered",
        /// The person took it back.
        Withdrawn = "withdrawn",
        /// It goes on in another case.
        Merged = "merged",
        /// The person was not told yet that it is in.
        New = "new",
        /// There is no such case.
        Gone = "gone",
    }

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
    pub not: Vec<(String, LeftOut)>,
    /// Those that another officer has, which only that one takes up.
    pub others: Vec<String>,
    /// Those of the `done` whose answer was not sent: the address is somebody else's.
    pub unsent: Vec<String>,
}

impl LeftOut {
    /// Why `did` was not done about a case as it stands.
    pub fn of(case: &Case, did: Together) -> Self {
        match case.state {
            CaseState::Withdrawn => Self::Withdrawn,
            CaseState::Duplicate => Self::Merged,
            _ if case.proposed.is_some() => Self::Second,
            _ if did == Together::Review && !case.is_open() => Self::Answered,
            _ if case.has_complaint() && case.to_rule().next().is_none() => Self::Words,
            _ if !case.waits() => Self::Answered,
            CaseState::UnderReview if did == Together::Review => Self::UnderReview,
            _ => Self::New,
        }
    }

    /// The same behind the number of one case.
    pub const fn says(self) -> &'static str {
        match self {
            Self::UnderReview => "it is under review already",
            Self::Second => "an answer is waiting for a second officer",
            Self::Words => "its complaint needs an answer in words",
            Self::Answered => "it is answered",
            Self::Withdrawn => "the person withdrew it",
            Self::Merged => "it was merged with another case",
            Self::New => "its receipt is not acknowledged yet",
            Self::Gone => "there is no such case",
        }
    }

    /// The same before the numbers of `n` cases.
    pub fn says_of(self, n: usize) -> String {
        let (one, several) = match self {
            Self::UnderReview => ("is under review already", "are under review already"),
            Self::Second => {
                ("has an answer that waits for a second officer", "have answers that wait for a second officer")
            }
            Self::Words => {
                ("has a complaint that needs an answer in words", "have complaints that need answers in words")
            }
            Self::Answered => ("is answered already", "are answered already"),
            Self::Withdrawn => ("was withdrawn by the person", "were withdrawn by the people who filed them"),
            Self::Merged => ("was merged with another case", "were merged with other cases"),
            Self::New => ("is not acknowledged yet", "are not acknowledged yet"),
            Self::Gone => ("does not exist", "do not exist"),
        };
        format!("{n} {}: ", if n == 1 { one } else { several })
    }
}

impl Tally {
    /// Nothing yet.
    pub const fn new(did: Together) -> Self {
        Self { did, done: 0, stale: Vec::new(), not: Vec::new(), others: Vec::new(), unsent: Vec::new() }
    }

    /// In one word, for the page that says it.
    pub fn word(&self) -> String {
        let [stale, others, unsent] = [&self.stale, &self.others, &self.unsent].map(|numbers| numbers.join(","));
        let not: Vec<String> = self.not.iter().map(|(number, why)| format!("{number}:{why}")).collect();
        let not = not.join(",");
        format!("{}/{}/{stale}/{not}/{others}/{unsent}", self.did, self.done)
    }

    /// Reads what [`word`](Self::word) has written.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let [did, done, stale, not, others, unsent] = parts[..] else { return None };
        let numbers = |text: &str| text.split(',').filter_map(parse_number).collect();
        let (did, done) = (Together::parse(did)?, done.parse().ok()?);
        let left_out = |text: &str| {
            let (number, why) = text.split_once(':')?;
            Some((parse_number(number)?, LeftOut::parse(why)?))
        };
        let not = not.split(',').filter_map(left_out).collect();
        Some(Self { did, done, stale: numbers(stale), not, others: numbers(others), unsent: numbers(unsent) })
    }

    /// What was done, in a sentence.
    pub fn says(&self) -> String {
        let n = self.done;
        let sent = n.saturating_sub(self.unsent.len());
        match (self.did, n) {
            (Together::AssignToMe, _) => format!("{n} assigned to you."),
            (Together::Assign, _) => format!("{n} assigned."),
            (Together::Review, 1) => "1 review begun.".into(),
            (Together::Review, _) => format!("{n} reviews begun."),
            (Together::Uphold, _) if sent == 0 => format!("{n} upheld."),
            (Together::Uphold, _) if sent < n && sent == 1 => format!("{n} upheld. 1 answer is on its way."),
            (Together::Uphold, _) if sent < n => format!("{n} upheld. {sent} answers are on their way."),
            (Together::Uphold, 1) => "1 upheld. The answer is on its way.".into(),
            (Together::Uphold, _) => format!("{n} upheld. The answers are on their way."),
        }
    }

    /// What stands before the numbers of those whose answer was not sent.
    pub fn says_unsent(&self) -> String {
        match self.unsent.len() {
            1 => "1 answer is stored, but was not sent, because the address is somebody else's: ".into(),
            n => format!("{n} answers are stored, but were not sent, because the addresses are somebody else's: "),
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

    /// Those for which it cannot be done: for each reason, what stands before their numbers, and
    /// the numbers.
    pub fn says_not(&self) -> Vec<(String, Vec<String>)> {
        let all = LeftOut::ALL.iter().map(|why| {
            let numbers = self.not.iter().filter(|(_, other)| other == why).map(|(number, _)| number.clone());
            (*why, numbers.collect::<Vec<_>>())
        });
        all.filter(|(_, numbers)| !numbers.is_empty())
            .map(|(why, numbers)| (why.says_of(numbers.len()), numbers))
            .collect()
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
    match LeftOut::of(case, Together::Uphold) {
        LeftOut::New if seen != case.revision => "it has changed since you loaded the queue",
        why => why.says(),
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
    fn of_each_that_is_left_alone_the_reason_is_said() {
        let case = |state| Case { state, ..sample(UtcMillis(0)) };
        let answered = Case { decided: Some(UtcMillis(0)), ..case(CaseState::Upheld) };
        for (case, did, why) in [
            (case(CaseState::UnderReview), Together::Review, LeftOut::UnderReview),
            (case(CaseState::Withdrawn), Together::Review, LeftOut::Withdrawn),
            (case(CaseState::Duplicate), Together::Assign, LeftOut::Merged),
            (answered.clone(), Together::Assign, LeftOut::Answered),
            (Case { complaint_due: Some(UtcMillis(0)), ..answered }, Together::Review, LeftOut::Answered),
            (case(CaseState::Received), Together::Review, LeftOut::New),
        ] {
            assert_eq!(LeftOut::of(&case, did), why);
        }
        let not = ["OBJ-11111111", "OBJ-22222222", "OBJ-33333333"].map(String::from);
        let why = [LeftOut::Withdrawn, LeftOut::UnderReview, LeftOut::UnderReview];
        let tally = Tally { not: not.into_iter().zip(why).collect(), ..Tally::new(Together::Review) };
        let said: Vec<_> = tally.says_not().into_iter().map(|(said, _)| said).collect();
        assert_eq!(said, ["2 are under review already: ", "1 was withdrawn by the person: "]);
        assert_eq!(Tally::parse(&tally.word()).map(|read| read.not.len()), Some(3));
    }

    #[test]
    fn a_tally_says_what_became_of_which() {
        let tally = Tally {
            did: Together::Uphold,
            done: 7,
            stale: vec!["OBJ-7F3K9Q2M".into(), "OBJ-00000000".into()],
            not: vec![("OBJ-11111111".into(), LeftOut::Second)],
            others: vec!["OBJ-22222222".into()],
            unsent: Vec::new(),
        };
        assert_eq!(Tally::parse(&tally.word()), Some(tally.clone()));
        assert_eq!(tally.says(), "7 upheld. The answers are on their way.");
        assert!(tally.says_stale().starts_with("2 were changed by somebody meanwhile"));
        let said = "1 has an answer that waits for a second officer: ".to_owned();
        assert_eq!(tally.says_not(), [(said, vec!["OBJ-11111111".to_owned()])]);
        assert_eq!(tally.says_others(), "1 is with another officer, so nothing was done about it: ");
        for bad in ["", "decided", "uphold/x///", "hug/1////", "uphold/1///"] {
            assert_eq!(Tally::parse(bad), None, "{bad}");
        }
        let unsent = |done, unsent: &[&str]| {
            let unsent = unsent.iter().map(|number| (*number).to_owned()).collect();
            let tally = Tally { done, unsent, ..Tally::new(Together::Uphold) };
            assert_eq!(Tally::parse(&tally.word()), Some(tally.clone()));
            tally.says()
        };
        assert_eq!(unsent(1, &["OBJ-00000000"]), "1 upheld.");
        assert_eq!(unsent(2, &["OBJ-00000000"]), "2 upheld. 1 answer is on its way.");
        assert_eq!(unsent(3, &["OBJ-00000000"]), "3 upheld. 2 answers are on their way.");
        assert_eq!(unsent(0, &[]), "0 upheld.");
    }
}
