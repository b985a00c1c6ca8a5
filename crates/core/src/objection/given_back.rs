//! Which uses a withdrawal gives back, and which of them stay off all the same. Pure.

use super::letter_parts::list;
use super::model::Case;
use super::said::is_unsure;
use crate::consent::afterwards::{Afterwards, Holds};
use crate::ledger::Purpose;

/// The day of the withdrawal in the letter about it.
pub const TODAY: &str = "today";

impl Case {
    /// What it paused until it was withdrawn.
    pub fn let_go(&self) -> Vec<Purpose> {
        let paused = !self.was_unverified() && !self.is_unconfirmed();
        let rests = self.undecided().into_iter().filter(|purpose| purpose.rests_while_decided());
        rests.filter(|_| paused).collect()
    }
}

/// What is known of what holds without a case, to whoever reads it.
#[derive(Clone, Copy, Debug)]
pub enum Known<'a> {
    /// All that is on record, as the owner of an account and whoever has the mailbox are told it.
    All(&'a Afterwards),
    /// What other objections do that no account knows of. What an account holds is not told.
    Others(&'a Afterwards),
    /// Nothing.
    Nothing,
}

impl Known<'_> {
    pub(super) fn at(self, purpose: Purpose) -> Option<Holds> {
        match self {
            Self::All(after) | Self::Others(after) => after.at(purpose),
            Self::Nothing => None,
        }
    }
}

/// What a withdrawal means for the uses that the case had paused, a sentence for each kind of them.
/// `after` is what is known to the reader; `day` is the day of the withdrawal, or [`TODAY`]. What
/// held on an earlier day is said with it: it may be over.
pub fn given_back(case: &Case, after: Known<'_>, day: &str) -> Vec<String> {
    let all = case.let_go();
    if all.is_empty() {
        return Vec::new();
    }
    let page = match case.member {
        Some(_) => "Your Data privacy page",
        None => "The Data privacy page of the account with this e-mail address",
    };
    let (mut said, mut rest) = (Vec::new(), all);
    let mut of = |begins: String, ends: &str, meant: &dyn Fn(Purpose, Option<Holds>) -> bool| {
        let (these, others): (Vec<_>, Vec<_>) = rest.drain(..).partition(|p| meant(*p, after.at(*p)));
        rest = others;
        if !these.is_empty() {
            said.push(format!("{begins}: {}.{ends}", list(&these)));
        }
    };
    if !matches!(after, Known::All(_)) {
        let again = format!("From {day} we use your data for this again, unless it is off for another reason");
        of(again, "", &|_, holds| holds.is_none());
    }
    of(
        format!("From {day} we use your data for this again, unless this is off on your Data privacy page"),
        "",
        &is_unsure,
    );
    of(format!("From {day} we use your data for this again"), "", &|_, holds| matches!(holds, None | Some(Holds::On)));
    let dated = |today: &str, then: String| if day == TODAY { today.to_owned() } else { then };
    of(
        dated(
            "Another objection still pauses this, so we still do not use your data for it",
            format!("On {day} another objection still paused this, so we did not use your data for it"),
        ),
        "",
        &|_, holds| holds == Some(Holds::Paused),
    );
    of("This is off permanently, because we upheld another objection to it".into(), "", &|_, holds| {
        holds == Some(Holds::OffForGood)
    });
    of(
        dated(
            "You chose to have this off on your Data privacy page, so we still do not use your data for it",
            format!("On {day} you had this off on your Data privacy page, so we did not use your data for it"),
        ),
        "",
        &|_, holds| holds == Some(Holds::Off),
    );
    of(
        dated(
            "We still do not use your data for this, because it is off for another reason",
            format!("On {day} this was off for another reason, so we did not use your data for it"),
        ),
        &format!(" {page} shows the reason."),
        &|_, _| true,
    );
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objection::case::CaseState;
    use crate::objection::model::sample;
    use crate::time::UtcMillis;

    fn withdrawn() -> Case {
        Case { state: CaseState::Withdrawn, member: Some("m".into()), ..sample(UtcMillis(0)) }
    }

    #[test]
    fn what_begins_again_is_said_and_so_is_what_stays_off() {
        let case = withdrawn();
        let said = |after: &Afterwards| given_back(&case, Known::All(after), "today");
        assert_eq!(said(&Afterwards::default()), ["From today we use your data for this again: Research."]);
        let paused = Afterwards::of_others(&[Purpose::Research], &[]);
        assert!(said(&paused)[0].starts_with("Another objection still pauses this"), "{:?}", said(&paused));
        let upheld = Afterwards::of_others(&[], &[Purpose::Research]);
        assert!(said(&upheld)[0].starts_with("This is off permanently"), "{:?}", said(&upheld));
        let unproved = said(&Afterwards::unproved());
        assert!(unproved[0].ends_with(": Research. Your Data privacy page shows the reason."), "{unproved:?}");
        // On its page, which is read later.
        let then = given_back(&case, Known::All(&paused), "28 November 2026");
        let that_day = "On 28 November 2026 another objection still paused this, so we did not use your data for it";
        assert_eq!(then, [format!("{that_day}: Research.")]);
        let unknown = given_back(&case, Known::Nothing, "28 November 2026");
        let again = "From 28 November 2026 we use your data for this again, unless it is off for another reason";
        assert_eq!(unknown, [format!("{again}: Research.")]);
        assert_eq!(given_back(&case, Known::Others(&Afterwards::default()), "28 November 2026"), unknown);
        let others = given_back(&case, Known::Others(&paused), "today");
        assert_eq!(others, said(&paused), "another objection is known to whoever filed it");
    }

    #[test]
    fn a_case_that_paused_nothing_gives_nothing_back() {
        let unverified = Case { member: None, ..withdrawn() };
        assert!(given_back(&unverified, Known::Nothing, "today").is_empty(), "nobody had confirmed its address");
        let mut moderation = withdrawn();
        moderation.purposes[0].purpose = Purpose::ModerationSafety;
        assert!(given_back(&moderation, Known::All(&Afterwards::default()), "today").is_empty());
    }
}
