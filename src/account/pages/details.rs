//! What an account is known by: name, country and address, each with the form that changes it.

use super::super::account_action::AccountAction;
use super::super::model::{EMAIL_MAX, Member, NAME_MAX, PASSWORD_MAX, details_mark};
use super::super::session::Draft;
use super::mailbox::WhereMailLies;
use crate::error::AppError;
use crate::ledger::store as ledger;
use crate::paths::{ADDRESS, DETAILS};
use crate::ui::{CountryField, Field, Problems, slow_down};
use crate::web::App;
use leptos::prelude::*;

/// What was kept for the two forms.
pub struct Drafts {
    details: Draft,
    address: Draft,
    /// What the form about name and country is loaded with.
    seen: String,
}

pub async fn drafts(member: &Member) -> Result<Drafts, AppError> {
    let details = Draft::take_for(DETAILS, Some(member)).await?;
    let address = Draft::take_for(ADDRESS, Some(member)).await?;
    let began = ledger::begun(App::here().db.reader().await?.conn(), &member.subject).await?;
    Ok(Drafts { details, address, seen: details_mark(member, began) })
}

/// The cards, for members: of staff, whoever runs this knows the names and addresses.
#[component]
pub fn Cards(member: Member, drafts: Drafts) -> impl IntoView {
    let Drafts { details, address, seen } = drafts;
    if let Some(seconds) = details.slow_down.or(address.slow_down) {
        slow_down(seconds);
    }
    view! {
        <Details member draft=details seen />
        <Address draft=address />
    }
}

#[component]
fn Details(member: Member, draft: Draft, seen: String) -> impl IntoView {
    let saved = draft.done_as(AccountAction::parse).map(AccountAction::says);
    view! {
        <section class="card" id="details" aria-labelledby="details-title">
            <section class="stack">
                <h2 id="details-title">"Name and country"</h2>
                <p class="soft">
                    "If you move, change your country here. What you have turned off stays off. In the new country, nothing is on by default until you have been shown the notice that applies there and its notice period is over. If both countries have the same rule, the notice that you were shown still counts. The time before you moved is still judged by the rules of your old country."
                </p>
                <div role="status">{saved.map(|said| view! { <p class="said">{said}</p> })}</div>
                <Problems draft=&draft />
                <form method="post" action="/api/change-details" class="stack" novalidate>
                    <input type="hidden" name="seen" value=seen />
                    <Field draft=&draft name="name" label="Name" autocomplete="name" value=member.name max=NAME_MAX />
                    <CountryField
                        draft=&draft
                        value=Some(member.country)
                        hint="This determines which data rules apply to you."
                    />
                    <button class="button primary" type="submit">
                        "Save name and country"
                    </button>
                </form>
            </section>
        </section>
    }
}

#[component]
fn Address(draft: Draft) -> impl IntoView {
    let asked = draft.done_as(AccountAction::parse).map(AccountAction::says);
    view! {
        <section class="card" id="address" aria-labelledby="address-title">
            <section class="stack">
                <h2 id="address-title">"Change your e-mail address"</h2>
                <p class="soft">
                    "We will e-mail a link to the new address and tell your current one. Open the link in this browser. Until then, your current address stays in use."
                </p>
                <div role="status">{asked.map(|said| view! { <p class="said">{said}</p> })}</div>
                {asked.map(|_| view! { <WhereMailLies /> })}
                <Problems draft=&draft />
                <form method="post" action="/api/change-address" class="stack" novalidate>
                    <Field draft=&draft name="email" label="New e-mail address" kind="email" autocomplete="email" max=EMAIL_MAX />
                    <Field
                        draft=&draft
                        name="present"
                        label="Your password"
                        kind="password"
                        autocomplete="current-password"
                        max=PASSWORD_MAX
                    />
                    <button class="button primary" type="submit">
                        "Send me a link"
                    </button>
                </form>
            </section>
        </section>
    }
}
