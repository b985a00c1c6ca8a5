//! Server functions of objections. All of them are plain forms: refused, they go back to their page
//! with what was typed.

#![expect(clippy::too_many_arguments, reason = "a form has as many fields as it has")]

use crate::error::AppError;
use leptos::prelude::*;

/// Files an objection; answers with the number of its case.
///
/// `form` is the name that the page gave this form, `member` the subject of the member it was
/// loaded by, empty for nobody. A member is not asked for `name`, `email` and `country`.
#[server(endpoint = "submit-objection")]
pub async fn submit_objection(
    #[server(default)] form: String,
    #[server(default)] member: String,
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] country: String,
    #[server(default)] california: String,
    #[server(default)] purposes: Vec<String>,
    #[server(default)] mode: String,
    #[server(default)] reason: String,
    #[server(default)] language: String,
) -> Result<String, AppError> {
    use super::form::RawFiling;
    use super::submission::{Submission, submit};

    let california = !california.is_empty();
    let raw = RawFiling { name, email, country, california, purposes, mode, reason, language };
    submit(&Submission { form, member, raw }).await
}

/// Leads to sign-in from a form that somebody without an account has begun, with what they typed.
#[server(endpoint = "sign-in-to-object")]
pub async fn sign_in_to_object(
    #[server(default)] form: String,
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] country: String,
    #[server(default)] california: String,
    #[server(default)] purposes: Vec<String>,
    #[server(default)] mode: String,
    #[server(default)] reason: String,
    #[server(default)] language: String,
) -> Result<(), AppError> {
    use super::form::RawFiling;
    use super::submission::{Submission, sign_in_first};

    let california = !california.is_empty();
    let raw = RawFiling { name, email, country, california, purposes, mode, reason, language };
    sign_in_first(&Submission { form, member: String::new(), raw }).await
}

/// Shows the form again to whoever left it to sign in; `kept` is what they had typed.
#[server(endpoint = "show-objection")]
pub async fn show_objection(#[server(default)] kept: String) -> Result<(), AppError> {
    super::submission::show_again(&kept).await;
    Ok(())
}

/// Looks at the code that was sent to a person without an account; right, it opens their case.
/// `filed` is the mark that whoever filed it was given.
#[server(endpoint = "verify-objection")]
pub async fn verify_objection(
    #[server(default)] case: String,
    #[server(default)] code: String,
    #[server(default)] filed: String,
) -> Result<(), AppError> {
    use super::code::Asker;
    use super::pages::CODE;
    use super::verify::{Verified, verify};
    use super::{access, applicant_actions::ApplicantAction, case as cases};
    use crate::account::allowance::Allowance;
    use crate::account::roles::{Capability, may};
    use crate::account::session::{self, Draft};
    use crate::web::{App, client, made_for, reply};

    let number = cases::parse_number(&case);
    let at = |field: &str, said: &str| AppError::Invalid(vec![(field.into(), said.into())]);
    let answer = async {
        let app = App::here();
        app.allow(Allowance::Codes).await?;
        let viewer = session::viewer().await?;
        if viewer.is_some() && made_for::is_for_nobody() {
            return Err(AppError::SomebodyElse);
        }
        let viewer = viewer.filter(|viewer| may(Some(viewer.role), Capability::OwnSettings));
        let number =
            number.clone().ok_or_else(|| at("case", "Please enter the number of your case, such as OBJ-7F3K9Q2M."))?;
        if code.trim().is_empty() {
            return Err(at("code", "Please enter the code from our e-mail."));
        }
        let asker = Asker { mark: &filed, address: &client::address() };
        match verify(&app, &number, &code, asker, viewer.as_ref()).await? {
            yes @ (Verified::Yes | Verified::YesRecord) => {
                app.wake_mailer();
                access::remember(&number).await?;
                let done = if yes == Verified::Yes { ApplicantAction::Filed } else { ApplicantAction::Confirmed };
                Draft::done(&format!("/objections/{number}"), done.as_str()).keep().await
            }
            Verified::Again => access::remember(&number).await,
            Verified::No => Err(at(
                "code",
                "This code doesn't match the case number, or it has expired. Please check both, or request a new code below.",
            )),
            Verified::Spent => Err(at("code", "You entered too many wrong codes. Please request a new one below.")),
        }
    };
    let next = format!("/objections/{}", number.as_deref().unwrap_or_default());
    reply::form(CODE, &[("case", &case), ("code", &code), ("filed", &filed)], answer.await, &next).await
}

/// Writes once more to whoever filed a case, if the address is theirs; whether it is, the answer
/// does not tell.
#[server(endpoint = "send-objection-again")]
pub async fn send_objection_again(
    #[server(default)] case: String,
    #[server(default)] email: String,
) -> Result<(), AppError> {
    use super::applicant_actions::ApplicantAction;
    use super::pages::AGAIN;
    use super::{case as cases, service, verify};
    use crate::account::allowance::Allowance;
    use crate::account::{model::parse_email, session::Draft};
    use crate::web::{App, reply};

    let answer = async {
        let app = App::here();
        app.allow(Allowance::Codes).await?;
        let (number, address) = (cases::parse_number(&case), parse_email(&email));
        let mut errors = Vec::new();
        if number.is_none() {
            errors.push(("case".to_owned(), "Please enter the number of your case, such as OBJ-7F3K9Q2M.".to_owned()));
        }
        if address.is_none() {
            errors.push(("email".to_owned(), "Please enter the e-mail address that you filed with.".to_owned()));
        }
        let (Some(number), Some(address)) = (number, address) else { return Err(AppError::Invalid(errors)) };
        let code = verify::fresh_code(&app, Some(&number)).await?;
        service::write_again(&app.db, &number, &address, &code, &app.config.origin(), app.clock.now()).await?;
        app.wake_mailer();
        Draft::done(AGAIN, ApplicantAction::AskedAgain.as_str()).keep().await
    };
    reply::form(AGAIN, &[("case", &case), ("email", &email)], answer.await, AGAIN).await
}

/// Has a case that waits for its code be under another address: by the browser that filed it alone.
#[server(endpoint = "correct-objection-address")]
pub async fn correct_objection_address(
    #[server(default)] case: String,
    #[server(default)] email: String,
) -> Result<(), AppError> {
    use super::pages::CODE;
    use super::submission::correct_address;
    use crate::web::reply;

    let answer = correct_address(&case, &email).await;
    let next = answer.clone().unwrap_or_default();
    reply::form(CODE, &[("case", &case), ("email", &email)], answer.map(drop), &next).await
}

/// Mails links to every objection under an address; whether there are any, the answer does not
/// tell.
#[server(endpoint = "send-objection-links")]
pub async fn send_objection_links(#[server(default)] address: String) -> Result<(), AppError> {
    use super::applicant_actions::ApplicantAction;
    use super::pages::LINKS;
    use super::service;
    use crate::account::allowance::Allowance;
    use crate::account::{model, session::Draft};
    use crate::web::{App, reply};

    let answer = async {
        let app = App::here();
        app.allow(Allowance::Codes).await?;
        let email = model::parse_email(&address).ok_or_else(|| AppError::Invalid(model::no_address("address")))?;
        service::send_links(&app.db, &email, &app.config.origin(), app.clock.now()).await?;
        app.wake_mailer();
        Draft::done(LINKS, ApplicantAction::LinksAsked.as_str()).keep().await
    };
    reply::form(LINKS, &[("address", &address)], answer.await, LINKS).await
}

/// Adds something to one's own open case.
#[server(endpoint = "add-to-objection")]
pub async fn add_to_objection(
    #[server(default)] case: String,
    #[server(default)] text: String,
) -> Result<(), AppError> {
    use super::{applicant_actions, case::Move, form};
    applicant_actions::act_on_own_case(
        &case,
        ("text", &text),
        form::parse_addition(&text).map(|text| Move::Add { text }),
        applicant_actions::ApplicantAction::Added,
    )
    .await
}

/// Replies to the question that waits in one's own case. `question` is which of them the page
/// showed.
#[server(endpoint = "reply-to-question")]
pub async fn reply_to_question(
    #[server(default)] case: String,
    #[server(default)] question: String,
    #[server(default)] reply: String,
) -> Result<(), AppError> {
    use super::{applicant_actions, case::Move, form};
    // Of a number that is none, no question waits.
    let question = question.parse().unwrap_or_default();
    applicant_actions::act_on_own_case(
        &case,
        ("reply", &reply),
        form::parse_reply(&reply).map(|text| Move::Reply { text, question }),
        applicant_actions::ApplicantAction::Replied,
    )
    .await
}

/// Withdraws one's own objection before it is decided. `shown` is what the question before it has
/// said.
#[server(endpoint = "withdraw-objection")]
pub async fn withdraw_objection(
    #[server(default)] case: String,
    #[server(default)] shown: String,
) -> Result<(), AppError> {
    super::applicant_actions::withdraw_own_case(&case, &shown).await
}

/// Says that an objection which an officer recorded is not of whoever reads its address's mailbox.
#[server(endpoint = "disown-objection")]
pub async fn disown_objection(#[server(default)] case: String) -> Result<(), AppError> {
    use super::pages::LEFT;
    use super::{case as cases, disowning};
    use crate::web::reply;
    let number = cases::parse_number(&case).unwrap_or_default();
    let page = format!("/objections/{number}");
    reply::form(&page, &[], disowning::disown(&number).await, LEFT).await
}

/// Complains about the answer to one's own objection.
#[server(endpoint = "complain-about-objection")]
pub async fn complain_about_objection(
    #[server(default)] case: String,
    #[server(default)] text: String,
) -> Result<(), AppError> {
    use super::{applicant_actions, case::Move, form};
    applicant_actions::act_on_own_case(
        &case,
        ("text", &text),
        form::parse_complaint(&text).map(|text| Move::Complain { text }),
        applicant_actions::ApplicantAction::Complained,
    )
    .await
}

/// Puts a case that was filed without an account into the viewer's, who came with its link or code
/// and has the same address.
#[server(endpoint = "claim-objection")]
pub async fn claim_objection(#[server(default)] case: String) -> Result<(), AppError> {
    use super::{access, access::Found, applicant_actions, case as cases, service};
    use crate::account::roles::Capability;
    use crate::account::security_event::{self, Event};
    use crate::account::session::{self, Draft};
    use crate::web::{App, reply};

    let number = cases::parse_number(&case).unwrap_or_default();
    let page = format!("/objections/{number}");
    let answer = async {
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let app = App::here();
        // Whoever has not come by its link or code claims a case of somebody else's.
        let claimed = match access::find(&number).await?.1 {
            Found::Theirs(_) => service::claim(&app.db, &number, &member, app.clock.now()).await?,
            Found::SomebodyElses | Found::None => false,
        };
        security_event::log_whether(Event::CaseClaimed, claimed, Some(&member));
        if !claimed {
            return Err(AppError::NotFound);
        }
        Draft::done(&page, applicant_actions::ApplicantAction::Claimed.as_str()).keep().await
    };
    reply::form(&page, &[], answer.await, &page).await
}

/// Closes a case on this device, for somebody who came to it by link or code.
#[server(endpoint = "leave-objection")]
pub async fn leave_objection(#[server(default)] case: String) -> Result<(), AppError> {
    use super::pages::LEFT;
    use super::{access, applicant_actions::ApplicantAction, case as cases};
    use crate::account::session::Draft;
    use crate::web::reply;
    let number = cases::parse_number(&case).unwrap_or_default();
    let answer = async {
        access::forget(&number).await?;
        Draft::done(LEFT, ApplicantAction::Left.as_str()).keep().await
    };
    reply::form(LEFT, &[], answer.await, LEFT).await
}

/// Closes every link to a case that was mailed, and the case in every other browser.
#[server(endpoint = "close-objection-links")]
pub async fn close_objection_links(#[server(default)] case: String) -> Result<(), AppError> {
    use super::{access, applicant_actions, case as cases, service};
    use crate::account::session::Draft;
    use crate::web::{App, reply};

    let number = cases::parse_number(&case).unwrap_or_default();
    let page = format!("/objections/{number}");
    let answer = async {
        let (_, case) = access::open(&number).await?;
        let app = App::here();
        let now = app.clock.now();
        service::close_links(&app.db, &case.number, now).await?;
        access::remember_closing(&case.number, now).await?;
        Draft::done(&page, applicant_actions::ApplicantAction::LinksClosed.as_str()).keep().await
    };
    reply::form(&page, &[], answer.await, &page).await
}

/// The revision of a case: what a page that the browser's Back brought up is compared with.
#[server(endpoint = "case-revision")]
pub async fn case_revision(#[server(default)] case: String) -> Result<i64, AppError> {
    use super::{access, case as cases};
    use crate::web::reply;
    let number = cases::parse_number(&case).unwrap_or_default();
    reply::answer(access::read(&number).await.map(|case| case.revision))
}
