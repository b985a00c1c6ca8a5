//! What stands below a case about the ways to it: the links in our e-mails, this browser, and the
//! account that it can be added to.

use super::AGAIN;
use crate::account::model::Member;
use crate::objection::model::Case;
use leptos::prelude::*;

/// For somebody who came by the link or the code: into one's account, and away from this device.
#[component]
pub fn Leave(
    case: Case,
    viewer: Option<Member>,
    /// Whether a link that we mailed opens it.
    opens: bool,
) -> impl IntoView {
    let number = case.number.clone();
    let again = format!("{AGAIN}?case={number}");
    let way = if opens {
        view! { "The link in our e-mail reopens it." }.into_any()
    } else {
        view! { "To open it again after that, " <a href=again>"request a new link"</a> "." }.into_any()
    };
    let to_claim = if opens {
        "Have an account with this address? Sign in, then open the link in our e-mail again. You can then add this objection to your account."
    } else {
        "Have an account with this address? Sign in, then request a new link and open it. You can then add this objection to your account."
    };
    let claim = viewer.as_ref().is_some_and(|member| case.can_be_claimed(member));
    let sign_in = viewer.is_none() && !case.state.is_final() && !case.is_unconfirmed();
    view! {
        <section class="card" aria-labelledby="leave">
            {claim
                .then(|| {
                    view! {
                        <section class="stack">
                            <h2>"This address belongs to your account"</h2>
                            <p>
                                "Add this objection to your account. You can then read and manage it there. What it pauses or stops is already off in your settings."
                            </p>
                            <form method="post" action="/api/claim-objection">
                                <input type="hidden" name="case" value=number.clone() />
                                <button class="button primary" type="submit">
                                    "Add it to my account"
                                </button>
                            </form>
                        </section>
                    }
                })}
            <section class="stack">
                <h2 id="leave">"On this device"</h2>
                {sign_in
                    .then(|| {
                        view! {
                            <p class="soft">{to_claim}</p>
                        }
                    })}
                <p class="soft">"This objection stays open in this browser until you close it. " {way}</p>
                <form method="post" action="/api/leave-objection">
                    <input type="hidden" name="case" value=number />
                    <button class="button" type="submit">
                        "Close it on this device"
                    </button>
                </form>
            </section>
        </section>
    }
}

/// For the owner of a case that links were mailed to.
#[component]
pub fn Links(number: String) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="links">
            <section class="stack">
                <h2 id="links">"Links in our e-mails"</h2>
                <p class="soft">
                    "Each of our e-mails about this objection has a link that opens it without a password. Close them all if somebody else may have one. This also closes the objection in every other browser."
                </p>
                <form method="post" action="/api/close-objection-links">
                    <input type="hidden" name="case" value=number />
                    <button class="button" type="submit">
                        "Close all these links"
                    </button>
                </form>
            </section>
        </section>
    }
}
