//! Deleting an account: what it means, the confirmation, and that it is done.

use crate::account::model::PASSWORD_MAX;
use crate::account::roles::Capability;
use crate::account::session::{self, Draft};
use crate::objection::model::Case;
use crate::objection::store as cases;
use crate::paths::{DELETE_ACCOUNT, EVERYTHING};
use crate::ui::{Field, Frame, Plain, Problems, Username, load, slow_down};
use crate::web::App;
use leptos::prelude::*;

/// Says everything before it is done.
#[component]
pub fn DeletePage() -> impl IntoView {
    let all = async {
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let app = App::here();
        let mut reader = app.db.reader().await?;
        let open: Vec<String> = cases::of_member(reader.conn(), &member.id)
            .await?
            .into_iter()
            .filter(Case::waits)
            .map(|case| case.number)
            .collect();
        let imported = super::super::store::platform_id(reader.conn(), &member.id).await?.is_some();
        drop(reader);
        let draft = Draft::take_for(DELETE_ACCOUNT, Some(&member)).await?;
        Ok((member, open, imported, draft))
    };
    load(DELETE_ACCOUNT, all, |(member, open, imported, draft)| {
        if let Some(seconds) = draft.slow_down {
            slow_down(seconds);
        }
        let email = member.email.clone();
        let open = (!open.is_empty()).then(|| {
            view! {
                <li>
                    {format!("These objections are still open, and are withdrawn first: {}. We then answer none of them.", open.join(", "))}
                </li>
            }
        });
        view! {
            <Frame title="Delete your account" here="/account" member>
                <section class="card" aria-labelledby="erased">
                    <section class="stack">
                        <h2 id="erased">"What is erased"</h2>
                        <ul class="plain-list">
                            {open}
                            <li>
                                "Your name, your e-mail address and your password, at once. You are signed out everywhere. Backups may have them until the backups are replaced."
                            </li>
                            <li>"What you wrote in objections, what we answered, and what staff noted about you."</li>
                            <li>
                                "The way from you to your history. Its entries stay under a number that leads to nobody, because nothing can be taken out of our record. Its seals in the public log then lead to nobody, either."
                            </li>
                        </ul>
                    </section>
                    <section class="stack">
                        <h2>"What stays"</h2>
                        <ul class="plain-list">
                            <li>
                                "Of each objection its number, its country, its kind, its dates and its outcome, without your name and without any words."
                            </li>
                            <li>
                                "Receipts that you have downloaded. They can still be checked, and we cannot give you another one."
                            </li>
                            {if imported {
                                view! {
                                    <li>
                                        "The number by which your platform knows you, in a list of those who have left. We tell the platform not to use your data for any of these purposes, for good. If it sends us your account again, we do not take it."
                                    </li>
                                }
                                    .into_any()
                            } else {
                                view! {
                                    <li>
                                        "No more than that: nothing names you. If you sign up again later, you begin anew, with everything off."
                                    </li>
                                }
                                    .into_any()
                            }}
                        </ul>
                    </section>
                    <section class="stack">
                        <h2>"Delete it"</h2>
                        <p>
                            "Nobody can undo this. If you want to keep something, download it first: "
                            <a href=EVERYTHING download="">
                                "everything we have about you, as one file"
                            </a>
                            "."
                        </p>
                        <Problems draft=&draft />
                        <form method="post" action="/api/delete-account" class="stack" novalidate>
                            <Username email />
                            <Field
                                draft=&draft
                                name="current"
                                label="Your password"
                                kind="password"
                                autocomplete="current-password"
                                max=PASSWORD_MAX
                            />
                            <p class="row">
                                <button class="button primary" type="submit">
                                    "Delete my account"
                                </button>
                                <a class="button" href="/account">
                                    "Keep it"
                                </a>
                            </p>
                        </form>
                        <p class="soft">
                            <a href="/forgot">"Forgotten your password?"</a>
                        </p>
                    </section>
                </section>
            </Frame>
        }
    })
}

/// Says that it is done.
#[component]
pub fn DeletedPage() -> impl IntoView {
    view! {
        <Plain title="Your account is deleted">
            <p>"You are signed out everywhere. We send one last e-mail that says so, if your address was confirmed."</p>
            <p class="soft">"You can object without an account. " <a href="/objection">"Open the form"</a></p>
        </Plain>
    }
}
