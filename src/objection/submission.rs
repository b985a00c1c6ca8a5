//! The form with which somebody objects, from what was sent to the page that follows.

use super::already_off::why_not_filed;
use super::applicant_actions::{ApplicantAction, SIGNED_OUT};
use super::case::parse_number;
use super::form::{Filing, Leaving, RawFiling, parse};
use super::model::Case;
use super::pages::{FILED_BEFORE, FORM};
use super::service::{self, Corrected, Filed, Filer};
use super::{filed_cookie, store, verify};
use crate::account::allowance::Allowance;
use crate::account::model::{Member, no_address, parse_email};
use crate::account::session::{self, Draft};
use crate::error::AppError;
use crate::web::carried::Carried;
use crate::web::{App, link, made_for, reply, request};

/// The form as it was sent.
#[derive(Clone, Debug, Default)]
pub struct Submission {
    /// The name that the page gave this form.
    pub form: String,
    /// The subject of the member that it was loaded by, empty for nobody.
    pub member: String,
    pub raw: RawFiling,
}

/// A case that is stored.
struct Stored {
    number: String,
    /// While its address is to be confirmed, the mark that shows so to whoever filed it.
    mark: Option<String>,
    /// Whether this browser filed the same before, so that nothing was filed now.
    before: bool,
}

/// Files what was sent, and leads to the page that follows; refused, the form comes back.
pub async fn submit(sent: &Submission) -> Result<String, AppError> {
    let chosen = sent.raw.purposes.join(" ");
    let typed = typed(sent, &chosen);
    match file(sent).await {
        Ok(Stored { number, mark: Some(mark), before }) => {
            let before = if before { FILED_BEFORE } else { "" };
            let next = format!("/objection/code?case={number}&filed={mark}{before}");
            reply::form(FORM, &typed, Ok(number), &next).await
        }
        Ok(Stored { number, mark: None, .. }) => {
            let page = format!("/objections/{number}");
            let said = Draft::done(&page, ApplicantAction::Filed.as_str()).keep().await;
            reply::form(FORM, &typed, said.map(|()| number), &page).await
        }
        // The session ended while they wrote: it is all there again once this member has signed in.
        Err(AppError::NotSignedIn) if request::wants_html() => {
            let error = AppError::Invalid(vec![(String::new(), SIGNED_OUT.into())]);
            if let Err(failed) = Draft::new(FORM, &typed, &error).kept_for(&sent.member).keep().await {
                return reply::form(FORM, &typed, Err(failed), FORM).await;
            }
            reply::redirect(&link::unsent(&link::sign_in_path(FORM)));
            Err(AppError::NotSignedIn)
        }
        // What another member typed is nobody else's to see.
        Err(error) if is_of_another(sent).await => reply::form(FORM, &[], Err(error), FORM).await,
        Err(error) => reply::form(FORM, &typed, Err(error), FORM).await,
    }
}

/// Leads to sign-in from the form that somebody without an account has begun. What was typed goes
/// with them, for the account with the address that stands in it.
pub async fn sign_in_first(sent: &Submission) -> Result<(), AppError> {
    let chosen = sent.raw.purposes.join(" ");
    let typed = typed(sent, &chosen);
    let sign_in = link::sign_in_path(FORM);
    match sent.raw.leaving() {
        Leaving::Empty => reply::redirect(&sign_in),
        Leaving::Nobodys => {
            let said = "Please enter your e-mail address before you sign in. We keep what you typed only for the account with that address.";
            let nobodys = Err(AppError::Invalid(vec![("email".into(), said.into())]));
            return reply::form(FORM, &typed, nobodys, FORM).await;
        }
        Leaving::Under(address) => {
            let kept = Carried::new(FORM, &address, &typed).written();
            reply::show(&sign_in, "/sign-in", &[("email", &address), ("next", FORM), ("kept", &kept)]).await;
        }
    }
    Ok(())
}

/// Shows the form again to whoever left it to sign in.
pub async fn show_again(kept: &str) {
    match Carried::read(kept).filter(|carried| carried.form() == FORM) {
        Some(carried) => reply::show(FORM, FORM, &carried.typed()).await,
        None => reply::redirect(FORM),
    }
}

fn typed<'a>(sent: &'a Submission, chosen: &'a str) -> [(&'static str, &'a str); 9] {
    let raw = &sent.raw;
    [
        ("form", &sent.form),
        ("name", &raw.name),
        ("email", &raw.email),
        ("country", &raw.country),
        ("california", if raw.california { "true" } else { "" }),
        ("purposes", chosen),
        ("mode", &raw.mode),
        ("reason", &raw.reason),
        ("language", &raw.language),
    ]
}

/// What a page that `viewer` loads says of who loaded it.
fn loaded_by(viewer: Option<&Member>) -> &str {
    viewer.map_or("", |member| &member.subject)
}

/// Whether a member loaded the form, and is known not to be who is here.
async fn is_of_another(sent: &Submission) -> bool {
    let here = session::member_if_any().await;
    !sent.member.is_empty() && here.is_ok_and(|viewer| loaded_by(viewer.as_ref()) != sent.member)
}

async fn file(sent: &Submission) -> Result<Stored, AppError> {
    let app = App::here();
    let viewer = session::member_if_any().await?;
    if viewer.is_none() && !sent.member.is_empty() {
        return Err(AppError::NotSignedIn);
    }
    if loaded_by(viewer.as_ref()) != sent.member && request::wants_html() {
        let said = "Somebody signed in at this browser after the form was loaded, so we did not file it. Please check it. If you send it now, we file it for whoever is signed in.";
        return Err(AppError::Invalid(vec![(String::new(), said.into())]));
    }
    app.allow(Allowance::Filings).await?;
    let form = uuid::Uuid::parse_str(&sent.form).map_err(|_| AppError::Unreadable)?.to_string();
    let filing = parse(&sent.raw, viewer.as_ref().map(|m| m.country)).map_err(AppError::Invalid)?;
    let (code, earlier);
    let filer = match (&viewer, &filing.person) {
        (Some(member), _) => Filer::Member(member),
        (None, Some(person)) => {
            code = verify::fresh_code(&app, None).await?;
            if let Some(first) = filed_before(&app, &form, &filing, &person.email).await? {
                return Ok(first);
            }
            let about = |case: &Case| case.email == person.email && case.overlaps(&filing);
            earlier = filed_cookie::still_open(&app, about).await?;
            Filer::Applicant(person, &code, &earlier)
        }
        (None, None) => return Err(AppError::NotSignedIn),
    };
    match service::file(&app.db, &filing, filer, &form, &app.config.origin(), app.clock.now()).await? {
        Filed::Case { number, verify } => {
            app.wake_mailer();
            if verify.is_some()
                && let Some(secret) = service::remember_filer(&app.db, &number, app.clock.now()).await?
            {
                filed_cookie::hand_over(&app, &number, &secret, None);
            }
            Ok(Stored { number, mark: verify, before: false })
        }
        Filed::AlreadyOff(off) => Err(AppError::Invalid(vec![("purposes".into(), why_not_filed(&off))])),
        Filed::TooMany => Err(AppError::Invalid(vec![("email".into(), TOO_MANY.into())])),
    }
}

/// The case in which this browser has filed the same, in another form, while it waits for its code:
/// whoever goes back and presses again has filed once. Nobody else learns that there is one.
async fn filed_before(app: &App, form: &str, filing: &Filing, email: &str) -> Result<Option<Stored>, AppError> {
    if store::by_form(app.db.reader().await?.conn(), form).await?.is_some() {
        // The same form is answered as it was the first time.
        return Ok(None);
    }
    let first = filed_cookie::still_open(app, |case| case.waits_with_the_same(filing, email)).await?;
    // The newest is first.
    let Some(first) = first.into_iter().next_back() else { return Ok(None) };
    let case = store::by_number(app.db.reader().await?.conn(), &first.number).await?;
    Ok(case.map(|case| Stored { mark: case.mark_to_show(), number: case.number, before: true }))
}

/// Corrects the address of the case that this browser has filed; returns the page that follows.
pub async fn correct_address(number: &str, email: &str) -> Result<String, AppError> {
    let app = App::here();
    app.allow(Allowance::Filings).await?;
    if session::viewer().await?.is_some() && made_for::is_for_nobody() {
        return Err(AppError::SomebodyElse);
    }
    let whole = |said: String| AppError::Invalid(vec![(String::new(), said)]);
    // Without what the cookie has, nothing is looked up: whether there is such a case is nobody
    // else's to know.
    let not_theirs = || whole(NOT_FILED_HERE.into());
    let number = parse_number(number).ok_or_else(not_theirs)?;
    let filed = filed_cookie::of(&app, &number).ok_or_else(not_theirs)?;
    let email = parse_email(email).ok_or_else(|| AppError::Invalid(no_address("email")))?;
    let code = verify::fresh_code(&app, None).await?;
    let (origin, now) = (app.config.origin(), app.clock.now());
    match service::correct_address(&app.db, &number, &filed.secret, &email, &code, &origin, now).await? {
        Corrected::Now { mark, said } => {
            app.wake_mailer();
            filed_cookie::hand_over(&app, &number, &filed.secret, Some(said));
            Ok(format!("/objection/code?case={number}&filed={mark}"))
        }
        Corrected::TooMany => Err(AppError::Invalid(vec![("email".into(), TOO_MANY.into())])),
        Corrected::Not(why) => Err(whole(why.to_string())),
        Corrected::NotTheirs => Err(not_theirs()),
    }
}

/// Said to every browser that has not filed the case, whether there is one or not.
const NOT_FILED_HERE: &str = "The address can be corrected only in the browser that you filed in, for 24 hours. If that is over, please file a new objection.";
/// Said where too much was filed by a person, or under an address.
const TOO_MANY: &str = "We already have several objections from you, or under this address, from the last 24 hours. Please add to one of those, or try again tomorrow.";
