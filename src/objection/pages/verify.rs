//! The two ways to a case for a person without an account: the code, and the mail sent once more.

use super::super::applicant_actions::ApplicantAction;
use super::super::case::{CaseState, parse_number};
use super::super::correction::{Correction, NotCorrected, hinted};
use super::super::filed_cookie::{self, Fresh};
use super::super::still_open::still_open;
use super::super::store;
use super::FORM;
use crate::account::model::{EMAIL_MAX, readable};
use crate::account::session::{self, Draft};
use crate::error::AppError;
use crate::text::bare;
use crate::ui::{self, Field, Plain, Problems, slow_down};
use crate::web::{App, made_for};
use leptos::prelude::*;

pub const CODE: &str = "/objection/code";
pub const AGAIN: &str = "/objection/again";
/// The form for links to everything under an address, on the same page.
pub const LINKS: &str = "/objection/again#all";
/// How the page is told that somebody came by a link that opens nothing.
pub const OVER: (&str, &str) = ("link", "over");
/// How the page for the code is told that this browser filed the same before.
pub const FILED_BEFORE: &str = "&before=1";
/// The part of that page for one objection.
const CODE_OR_LINK: &str = "Send me a new code, or one link";
/// As long as a number or a code may be typed, with blanks.
const TYPED_MAX: usize = 40;

/// The number in the address, if it looks like one: it is shown again, so nothing else may stand
/// there.
fn asked_for() -> Option<String> {
    leptos_router::hooks::use_query_map().get_untracked().get("case").and_then(|case| parse_number(bare(&case)))
}

/// What the page says of a case that waits for its code.
struct Waits {
    number: String,
    /// Where the code goes: whole to the browser that has just filed, and a hint afterwards.
    address: String,
    /// What became of an address that was typed anew just now.
    corrected: Option<Correction>,
    /// How often this browser, which filed, can still correct it, or why it cannot; none elsewhere.
    correctable: Option<Result<usize, NotCorrected>>,
    /// What this browser filed before and may have replaced by it.
    earlier: String,
    /// Whether this browser sent the same once more.
    again: bool,
}

/// The case that was just filed, in the browser that filed it, or where the address has its mark:
/// nobody else is told that there is such a case.
async fn just_filed(number: Option<&str>, mark: &str, again: bool) -> Result<Option<Waits>, AppError> {
    let Some(number) = number else { return Ok(None) };
    let app = App::here();
    let case = store::by_number(app.db.reader().await?.conn(), number).await?;
    let Some(case) = case.filter(|case| case.state == CaseState::AwaitingVerification) else { return Ok(None) };
    let here = filed_cookie::shows(&app, &case).await?;
    if here.is_none() && case.filed_mark() != mark {
        return Ok(None);
    }
    let fresh = here.flatten();
    let address = readable(&case.email);
    let address = if fresh.is_some() { address } else { hinted(&address) };
    let correctable = here.map(|_| case.corrections_left(app.clock.now()));
    let corrected = fresh.and_then(Fresh::correction).and_then(|said| case.still_says(said, app.clock.now()));
    // Of another one nobody is told who has only the mark.
    let earlier = match here {
        Some(_) => filed_cookie::still_open(&app, |other| other.precedes(&case)).await?,
        None => Vec::new(),
    };
    let earlier = still_open(&earlier);
    let again = again && correctable.is_some();
    Ok(Some(Waits { number: case.number, address, corrected, correctable, earlier, again }))
}

#[component]
pub fn CodePage() -> impl IntoView {
    let asked = asked_for();
    let mark = leptos_router::hooks::use_query_map().get_untracked().get("filed");
    let before = leptos_router::hooks::use_query_map().get_untracked().get("before").is_some();
    let all = async move {
        // The code is not to open the case to somebody who signs in here meanwhile.
        if session::viewer().await?.is_none() {
            made_for::note_nobody();
        }
        let draft = Draft::take(CODE).await?;
        // For the form that comes back, too: whoever filed has tries of their own.
        let mark = Some(draft.value("filed")).filter(|typed| !typed.is_empty()).or(mark).unwrap_or_default();
        let number = asked.clone().or_else(|| parse_number(&draft.value("case")));
        let waits = just_filed(number.as_deref(), &mark, before).await?;
        let again = number.map_or_else(|| AGAIN.to_owned(), |number| format!("{AGAIN}?case={number}"));
        Ok((draft, asked, mark, waits, again))
    };
    ui::load(CODE, all, move |(draft, asked, mark, waits, again)| {
        if let Some(seconds) = draft.slow_down {
            slow_down(seconds);
        }
        let correct = waits.as_ref().and_then(|waits| Some((waits.number.clone(), waits.correctable?)));
        let corrected = waits.as_ref().and_then(|waits| waits.corrected).map(Correction::says);
        view! {
            <Plain title="Enter your code">
                <div role="status">{corrected.map(|said| view! { <p class="said">{said}</p> })}</div>
                {waits
                    .map(|Waits { number, address, earlier, again, .. }| {
                        view! {
                            {again
                                .then(|| {
                                    view! {
                                        <p class="said">
                                            "You have filed this already. Nothing has changed since, so we did not file it again, and sent no other code."
                                        </p>
                                    }
                                })}
                            <p class="said">
                                <span>
                                    "We have your objection " <strong class="ref">{number}</strong>
                                    ". Our deadline to answer has already started. Your code goes to "
                                    <bdi>{address}</bdi> "."
                                </span>
                            </p>
                            {(!earlier.is_empty()).then(|| view! { <p>{earlier}</p> })}
                        }
                    })}
                <Problems draft=&draft />
                <p>
                    "The code in our e-mail shows that the address is yours, so that nobody objects in your name. If you filed the objection here, we start on it once you have entered the code. If we recorded it for you, we work on it already, and it reaches your account with the code. We send at most ten codes a day to one address."
                </p>
                <form method="post" action="/api/verify-objection" class="stack" novalidate>
                    <input type="hidden" name="filed" value=mark.clone() />
                    <Field draft=&draft name="case" label="Case number" autocomplete="off" value=asked.unwrap_or_default() max=TYPED_MAX />
                    <Field
                        draft=&draft
                        name="code"
                        label="Code"
                        autocomplete="one-time-code"
                        hint="Eight letters and digits, such as 7KQ2-9FMX."
                        max=TYPED_MAX
                    />
                    <button class="button primary" type="submit">
                        "Confirm"
                    </button>
                </form>
                <p class="soft">
                    "Didn't get the code, or has it expired? " <a href=again>"Send a new one"</a>
                </p>
                {correct
                    .map(|(number, can)| match can {
                        Ok(left) => view! { <Correct draft=&draft number left /> }.into_any(),
                        Err(why) => view! { <NoMore why /> }.into_any(),
                    })}
            </Plain>
        }
    })
}

/// For the browser that filed, where the address cannot be corrected any more.
#[component]
fn NoMore(why: NotCorrected) -> impl IntoView {
    view! {
        <div class="stack">
            <h2>"Is the address wrong?"</h2>
            <p class="soft">{why.to_string()}</p>
            <p>
                <a class="button" href=FORM>
                    "File a new objection"
                </a>
            </p>
        </div>
    }
}

/// For the browser that filed, while nobody has entered a code.
#[component]
fn Correct<'a>(draft: &'a Draft, number: String, left: usize) -> impl IntoView + use<> {
    let times = if left == 1 { "once more".to_owned() } else { format!("{left} more times") };
    view! {
        <div class="stack">
            <h2>"Is the address wrong?"</h2>
            <p class="soft">
                {format!(
                    "You can correct it in this browser for 24 hours after filing, {times}. We then send a new code to the new address, and the old code no longer works. The case number stays the same.",
                )}
            </p>
            <form method="post" action="/api/correct-objection-address" class="stack" novalidate>
                <input type="hidden" name="case" value=number />
                <Field draft=draft name="email" label="Correct e-mail address" kind="email" autocomplete="email" max=EMAIL_MAX />
                <button class="button" type="submit">
                    "Send a code to this address"
                </button>
            </form>
        </div>
    }
}

#[component]
pub fn AgainPage() -> impl IntoView {
    let asked = asked_for();
    let over = leptos_router::hooks::use_query_map().get_untracked().get(OVER.0).as_deref() == Some(OVER.1);
    let drafts = async { Ok((Draft::take(AGAIN).await?, Draft::take(LINKS).await?)) };
    ui::load(AGAIN, drafts, move |(draft, links)| {
        // From the page for the code: what its case needs is a new code.
        let code = asked.as_ref().map_or_else(|| CODE.to_owned(), |number| format!("{CODE}?case={number}"));
        let code_first = !draft.is_empty() || (asked.is_some() && !over && links.is_empty());
        if let Some(seconds) = draft.slow_down.or(links.slow_down) {
            slow_down(seconds);
        }
        let says = |draft: &Draft| draft.done_as(ApplicantAction::parse).map(ApplicantAction::says);
        let (sent, links_sent) = (says(&draft), says(&links));
        let fresh = draft.is_empty() && links.is_empty();
        let all = view! {
            <section class="card" aria-labelledby="all">
                <section class="stack">
                    {(over && fresh)
                        .then(|| {
                            view! {
                                <p class="said wrong">
                                    <span>
                                        "This link no longer works, or part of it is missing. Our links expire 90 days after our answer, 180 days without one, or when you close them on the page of your objection. You can request a new one here."
                                    </span>
                                </p>
                            }
                        })}
                    <h2 id="all">"Send me links to all my objections"</h2>
                    <div role="status">{links_sent.map(|said| view! { <p class="said">{said}</p> })}</div>
                    <Problems draft=&links />
                    <p>"We send one e-mail to this address, with a link to each objection under it that was confirmed. You don't need a case number. We send no codes from here: for an objection whose address was never confirmed, please request one under " <a href="#one">{CODE_OR_LINK}</a> "."</p>
                    <form method="post" action="/api/send-objection-links" class="stack" novalidate>
                        <Field draft=&links name="address" label="E-mail address" kind="email" autocomplete="email" max=EMAIL_MAX />
                        <button class="button primary" type="submit">
                            "Send me links"
                        </button>
                    </form>
                </section>
            </section>
        }
        .into_any();
        let one = view! {
            <section class="card" aria-labelledby="one">
                <section class="stack">
                    <h2 id="one">{CODE_OR_LINK}</h2>
                    <div role="status">{sent.map(|said| view! { <p class="said">{said}</p> })}</div>
                    <Problems draft=&draft />
                    <p>"This is for objections filed without signing in. We send the e-mail to the address that was given in the form, so please enter that one."</p>
                    <form method="post" action="/api/send-objection-again" class="stack" novalidate>
                        <Field draft=&draft name="case" label="Case number" autocomplete="off" value=asked.unwrap_or_default() max=TYPED_MAX />
                        <Field draft=&draft name="email" label="E-mail address" kind="email" autocomplete="email" max=EMAIL_MAX />
                        <button class="button primary" type="submit">
                            "Send it again"
                        </button>
                    </form>
                    <p class="soft">
                        "Have the code? " <a href=code>"Enter it"</a>
                    </p>
                </section>
            </section>
        }
        .into_any();
        view! {
            <Plain title="Resend our e-mail" bare=true>
                {if code_first { vec![one, all] } else { vec![all, one] }}
            </Plain>
        }
    })
}
