//! Moves that an officer makes on a case.

use super::list;
use crate::account::model::{FieldErrors, Member};
use crate::account::roles::Capability;
use crate::account::session::{self, Draft};
use crate::account::store::{self as accounts, staff_actions};
use crate::error::AppError;
use crate::objection::answering::WAITS_FOR_NOBODY;
use crate::objection::applicant_actions::refused;
use crate::objection::case::{By, Move, after, parse_number};
use crate::objection::disown::NOT_SENT;
use crate::objection::model::Case;
use crate::objection::service::{self, Mover, NotMade};
use crate::objection::stale::says_stale;
use crate::objection::store;
use crate::web::{App, reply, request};
use sayso_core::string_enum;

string_enum! {
    /// What an officer has done, for the page that says so.
    pub enum OfficerAction {
        ReviewBegun = "review-begun",
        Extended = "extended",
        Decided = "decided",
        Proposed = "proposed",
        Agreed = "agreed",
        Returned = "returned",
        Assigned = "assigned",
        Asked = "asked",
        MarkedDuplicate = "marked-duplicate",
        ComplaintAnswered = "complaint-answered",
        Reopened = "reopened",
        Closed = "closed",
        Recorded = "recorded",
        ComplaintRecorded = "complaint-recorded",
        AddressCorrected = "address-corrected",
        NoteAdded = "note-added",
    }
}

/// What stands behind the number of a case whose person was not written to.
const UNSENT: &str = " unsent";
/// Behind that of a case with a draft that nobody can agree to.
const WAITS: &str = " waits";

/// What is said of a corrected address where the case has its answer.
const ANSWER_SENT_THERE: &str = "The address is corrected. We have sent our answer there. The link and the code that we sent before no longer work.";

impl OfficerAction {
    /// What is said of it, once it is stored.
    pub const fn says(self) -> &'static str {
        match self {
            Self::ReviewBegun => "The case is yours. The person can see that the review has started.",
            Self::Extended => "The deadline is extended, and we have written to the person.",
            Self::Decided => "The answer is stored and on its way.",
            Self::Proposed => "The answer is stored. It is sent once a second officer has agreed to it.",
            Self::Agreed => "You agreed. The answer is on its way.",
            Self::Returned => "The answer was not sent. The case is under review again, and the text is kept.",
            Self::Assigned => "The assignment is saved.",
            Self::Asked => "We have sent your question to the person.",
            Self::MarkedDuplicate => "The case continues under the other number, and we have written to the person.",
            Self::ComplaintAnswered => "The answer to the complaint is on its way.",
            Self::Reopened => "The case is open again, and we have written to the person.",
            Self::Closed => "The case is closed.",
            Self::Recorded => "The objection is recorded. We have e-mailed the person a code and a link.",
            Self::AddressCorrected => {
                "The address is corrected. We have written there. The link and the code that we sent before no longer work."
            }
            Self::NoteAdded => "The note is added.",
            Self::ComplaintRecorded => "The complaint is recorded. We have sent the person a copy.",
        }
    }
}

impl OfficerAction {
    /// What is said of it on the page of this case: nothing was sent to an address that is somebody
    /// else's.
    pub fn says_of(self, case: &Case) -> &'static str {
        match self {
            _ if self.writes() && case.is_disowned() => NOT_SENT,
            Self::ComplaintRecorded if case.is_unconfirmed() => {
                "The complaint is recorded. We have written to the person."
            }
            Self::AddressCorrected if !case.is_open() => ANSWER_SENT_THERE,
            _ => self.says(),
        }
    }

    /// Whether the person is written to about it.
    const fn writes(self) -> bool {
        matches!(
            self,
            Self::Extended
                | Self::Decided
                | Self::Agreed
                | Self::MarkedDuplicate
                | Self::ComplaintAnswered
                | Self::Reopened
                | Self::ComplaintRecorded
        )
    }

    /// What was done about `case`, as a word for the page of another case. `waits_for_nobody` is
    /// whether there is no officer to agree to its draft.
    pub fn word_for(self, case: &Case, waits_for_nobody: bool) -> String {
        let more = match self {
            Self::Proposed if waits_for_nobody => WAITS,
            _ if self.writes() && case.is_disowned() => UNSENT,
            _ => "",
        };
        format!("{self} {}{more}", case.number)
    }

    /// What such a word says.
    pub fn said_of(word: &str) -> Option<String> {
        let (action, rest) = word.split_once(' ')?;
        let (number, said) = match (rest.strip_suffix(UNSENT), rest.strip_suffix(WAITS)) {
            (Some(number), _) => (number, NOT_SENT),
            (None, Some(number)) => (number, WAITS_FOR_NOBODY),
            (None, None) => (rest, Self::parse(action)?.says()),
        };
        Some(format!("{}: {said}", parse_number(number)?))
    }
}

/// Whoever is signed in and works cases; to anybody else there is nothing here.
pub async fn officer() -> Result<Member, AppError> {
    session::signed_in_for(Capability::WorkCases).await
}

/// The case `number`, if officers may see it.
pub async fn case(number: &str) -> Result<Case, AppError> {
    let number = parse_number(number).ok_or(AppError::NotFound)?;
    let app = App::here();
    let case = store::by_number(app.db.reader().await?.conn(), &number).await?;
    case.filter(Case::for_officers).ok_or(AppError::NotFound)
}

/// Opens a case for an officer who reads it: recorded before it is shown, once in half an hour. The
/// head of the page alone shows nothing.
pub async fn open(number: &str, officer: &Member) -> Result<Case, AppError> {
    let case = case(number).await?;
    if request::is_for_a_page() {
        let app = App::here();
        let mut tx = app.db.begin_at_any_time().await?;
        staff_actions::put_opening(tx.conn(), officer, &case.number, app.clock.now_micros()).await?;
        tx.commit().await?;
    }
    Ok(case)
}

/// The page of a case among staff; its forms' drafts are kept under the same name.
pub fn page(number: &str) -> String {
    list::case_page(&number_of(number), None)
}

fn number_of(typed: &str) -> String {
    parse_number(typed).unwrap_or_default()
}

/// The page of a case with the list that it was opened from.
pub fn page_in(number: &str, list: &str) -> String {
    list::case_page(&number_of(number), list::named(list))
}

/// Gives a case to the officer with this id; with an empty one, to nobody.
pub async fn assign(number: &str, revision: &str, to: &str, list: &str) -> Result<(), AppError> {
    let (page, shown) = (page(number), page_in(number, list));
    let answer = async {
        let by = officer().await?;
        let case = case(number).await?;
        let app = App::here();
        let mut officers = accounts::officers(app.db.reader().await?.conn()).await?;
        officers.retain(|officer| app.admits(officer));
        let to = match to {
            "" => None,
            id => Some(officers.iter().find(|o| o.id == id).ok_or_else(|| {
                AppError::Invalid(vec![("officer".into(), "Please choose one of the officers listed here.".into())])
            })?),
        };
        let seen = revision.parse().map_err(|_| AppError::Unreadable)?;
        let assigned = service::assign(&app.db, &case.number, to, &by, seen, app.clock.now()).await;
        if matches!(assigned, Err(NotMade::Stale)) {
            return Err(stale(number, false, |case| case.may_be_assigned().is_ok()).await?);
        }
        assigned.map_err(refused)?;
        Draft::done(&page, OfficerAction::Assigned.as_str()).keep().await
    };
    reply::form(&page, &[("officer", to), ("list", list)], answer.await, &shown).await
}

/// What is said to an officer whose page is older than the case: whether they `wrote` something,
/// and whether they still `can` do it.
pub async fn stale(number: &str, wrote: bool, can: impl FnOnce(&Case) -> bool) -> Result<AppError, AppError> {
    let case = case(number).await?;
    Ok(invalid(says_stale(&case, wrote, can(&case))))
}

fn invalid(said: String) -> AppError {
    AppError::Invalid(vec![(String::new(), said)])
}

/// Makes the move that `decide` finds in what was typed, then says `done` on the case's page, or on
/// that of the next case of the list, where that is asked for; refused, it is all still there.
/// `way` is the list that the case was opened from, and whether its next case is to follow.
pub async fn act_on_case(
    number: &str,
    revision: &str,
    way: (&str, &str),
    typed: &[(&str, &str)],
    done: OfficerAction,
    decide: impl FnOnce(&Case, &Member) -> Result<Move, FieldErrors>,
) -> Result<(), AppError> {
    let (page, (list, next)) = (page(number), way);
    let goes_on = list::named(list).filter(|_| !next.is_empty());
    let mut to = page_in(number, list);
    let answer = async {
        let officer = officer().await?;
        let case = case(number).await?;
        let seen: i64 = revision.parse().map_err(|_| AppError::Unreadable)?;
        let wrote = typed.iter().any(|(_, value)| !value.trim().is_empty());
        let mv = match decide(&case, &officer) {
            Ok(mv) => mv,
            // What is wrong with it on a page that is not theirs any more would be said wrongly.
            Err(_) if seen != case.revision => return Err(invalid(says_stale(&case, wrote, false))),
            Err(wrong) => return Err(AppError::Invalid(wrong)),
        };
        let app = App::here();
        let origin = app.config.origin();
        let mover = Mover { by: By::Officer, officer: Some(&officer), seen: Some(seen), shown: None, origin: &origin };
        let now = app.clock.now();
        // Before the move: afterwards the case has another place in the list, or none.
        let next = match goes_on {
            Some(list) => store::next_in(app.db.reader().await?.conn(), &list::read(list), &case.number, now).await?,
            None => None,
        };
        let made = service::make_move(&app.db, &case.number, mover, &mv, now).await;
        if matches!(made, Err(NotMade::Stale)) {
            let can = |case: &Case| after(&case.facts(), By::Officer, &mv, now).is_ok();
            return Err(stale(number, wrote, can).await?);
        }
        let made = made.map_err(refused)?;
        app.wake_mailer();
        let Some(list) = goes_on else { return Draft::done(&page, done.as_str()).keep().await };
        let said_on = if let Some(next) = &next {
            to = list::case_page(next, Some(list));
            list::case_page(next, None)
        } else {
            to = list::address(&list::of_page(&list::read(list)));
            to.clone()
        };
        let waits_for_nobody = made.proposed.is_some() && {
            let mut officers = accounts::officers(app.db.reader().await?.conn()).await?;
            officers.retain(|officer| app.admits(officer));
            made.lacks_officers(&officers.iter().map(|officer| &*officer.id).collect::<Vec<_>>())
        };
        Draft::done(&said_on, &done.word_for(&made, waits_for_nobody)).keep().await
    };
    let answer = answer.await;
    let mut typed = typed.to_vec();
    typed.push(("list", list));
    reply::form(&page, &typed, answer, &to).await
}
