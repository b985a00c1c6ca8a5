//! Moves that the person who objected makes on their own case.

use super::case::{By, Move};
use super::model::Case;
use super::service::{self, Mover, NotMade, Shown};
use super::{access, case, store};
use crate::account::model::{FieldErrors, Member};
use crate::account::session::Draft;
use crate::error::AppError;
use crate::web::{App, link, reply, request};
use sayso_core::string_enum;

string_enum! {
    /// What the person who objected has done, for the page that says so.
    pub enum ApplicantAction {
        Filed = "filed",
        Confirmed = "confirmed",
        Added = "added",
        Replied = "replied",
        Claimed = "claimed",
        Withdrawn = "withdrawn",
        Complained = "complained",
        LinksClosed = "links-closed",
        AskedAgain = "sent",
        LinksAsked = "links-sent",
        Left = "left",
        Disowned = "disowned",
    }
}

impl ApplicantAction {
    /// The same on the page of the case: nothing of a copy where the answer is there by now.
    pub fn says_of(self, case: &Case) -> Option<&'static str> {
        let is_answered = match self {
            Self::Filed => case.decided.is_some() && !case.is_by_rule_alone(),
            Self::Complained => !case.has_complaint(),
            _ => false,
        };
        (!is_answered).then(|| self.says())
    }

    /// What is said of it, once it is stored.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Filed => "We have your objection. A copy is on its way to you by e-mail.",
            Self::Confirmed => "Your e-mail address is confirmed, and the objection is yours.",
            Self::Added => "We have added this to your objection.",
            Self::Replied => "We have your reply.",
            Self::Claimed => "The objection is in your account now.",
            Self::Withdrawn => "You have withdrawn your objection. You can object again at any time.",
            Self::LinksClosed => {
                "All links and codes that we e-mailed are closed, and so is the objection in every other browser. To come back, request a new link."
            }
            Self::AskedAgain => {
                "If the case number and address match, an e-mail is on its way with a code or with the link to your objection. It can take a few minutes. We send at most one e-mail a minute."
            }
            Self::LinksAsked => {
                "If there are confirmed objections under this address, we have sent links to them. It can take a few minutes. We send at most one such e-mail a minute. For objections whose address was never confirmed, we send nothing from here. You can request a code for them under “Send me a new code, or one link”."
            }
            Self::Left => {
                "The objection is closed in this browser. To open it again, use the link in our newest e-mail. If it no longer works, request a new one."
            }
            Self::Disowned => {
                "Thank you for telling us. We send nothing more about this objection to this address, and the link no longer works."
            }
            Self::Complained => "We have your complaint. A copy is on its way to you by e-mail.",
        }
    }
}

/// The field of the question before a withdrawal that carries what it says.
pub const SHOWN: &str = "shown";

/// Said where a form comes back that was sent after the session had ended.
pub const SIGNED_OUT: &str =
    "You were signed out in the meantime. What you typed is still here. Please check it and send it.";

/// Makes the move that was typed on the viewer's own case, then says `done` on its page; refused,
/// what was `typed`, by the name of its field, is still there.
pub async fn act_on_own_case(
    number: &str,
    typed: (&str, &str),
    mv: Result<Move, FieldErrors>,
    done: ApplicantAction,
) -> Result<(), AppError> {
    let number = case::parse_number(number).unwrap_or_default();
    let page = format!("/objections/{number}");
    match make(&number, mv, None, done).await.and_then(|made| made.map_err(refused)) {
        Err(AppError::NotSignedIn) if request::wants_html() => signed_out(&number, &page, typed).await,
        answer => reply::form(&page, &[typed], answer, &page).await,
    }
}

/// Withdraws the viewer's own case. `shown` is what the question before it has said: where that is
/// no longer so, it is asked again.
pub async fn withdraw_own_case(number: &str, shown: &str) -> Result<(), AppError> {
    let number = case::parse_number(number).unwrap_or_default();
    let page = format!("/objections/{number}");
    let made = make(&number, Ok(Move::Withdraw), Some(shown), ApplicantAction::Withdrawn).await;
    let (asked, typed) = match &made {
        Ok(Err(NotMade::SaysOtherwise)) => (format!("{page}/withdraw"), (SHOWN, shown)),
        _ => (page.clone(), ("text", "")),
    };
    match made.and_then(|made| made.map_err(refused)) {
        Err(AppError::NotSignedIn) if request::wants_html() => signed_out(&number, &page, typed).await,
        answer => reply::form(&asked, &[typed], answer, &page).await,
    }
}

/// Makes a move on the viewer's own case, and keeps `done` for its page.
async fn make(
    number: &str,
    mv: Result<Move, FieldErrors>,
    shown: Option<&str>,
    done: ApplicantAction,
) -> Result<Result<(), NotMade>, AppError> {
    let (viewer, case) = access::open(number).await?;
    let mv = mv.map_err(AppError::Invalid)?;
    let own = is_own(viewer.as_ref(), &case);
    let app = App::here();
    let origin = app.config.origin();
    let shown = shown.map(|marks| Shown { marks, own });
    let mover = Mover { by: By::Applicant, officer: None, seen: None, shown, origin: &origin };
    if let Err(not_made) = service::make_move(&app.db, &case.number, mover, &mv, app.clock.now()).await {
        return Ok(Err(not_made));
    }
    app.wake_mailer();
    Draft::done(&format!("/objections/{}", case.number), done.as_str()).keep().await.map(Ok)
}

/// Whether the viewer is signed in to the account that the case is in.
pub fn is_own(viewer: Option<&Member>, case: &Case) -> bool {
    viewer.is_some_and(|member| case.member.as_ref() == Some(&member.id))
}

/// The session has ended: what they typed is kept, and the page says so.
async fn signed_out(number: &str, page: &str, typed: (&str, &str)) -> Result<(), AppError> {
    if let Err(failed) = keep_for_owner(number, page, typed).await {
        return reply::form(page, &[typed], Err(failed), page).await;
    }
    reply::redirect(&link::unsent(page));
    Err(AppError::NotSignedIn)
}

/// The session ended while they wrote: it is there again once whoever's case it is has signed in,
/// or has come by its link. The page that they go to, and say so on, is the same for everybody and
/// every number.
async fn keep_for_owner(number: &str, page: &str, typed: (&str, &str)) -> Result<(), AppError> {
    let app = App::here();
    let case = store::by_number(app.db.reader().await?.conn(), number).await?;
    let draft = Draft::new(page, &[typed], &AppError::Invalid(vec![(String::new(), SIGNED_OUT.into())]));
    match case.filter(|case| case.member.is_some()) {
        Some(case) => draft.kept_for(&case.subject).keep().await,
        None => draft.keep().await,
    }
}

/// Why a move was not made, for the one who asked for it.
pub fn refused(error: NotMade) -> AppError {
    match error {
        NotMade::NotFound => AppError::NotFound,
        NotMade::Database(error) => error.into(),
        NotMade::NoOther => AppError::Invalid(vec![("of".into(), error.to_string())]),
        NotMade::Stale | NotMade::SaysOtherwise | NotMade::IllegalMove(_) => {
            AppError::Invalid(vec![(String::new(), error.to_string())])
        }
    }
}
