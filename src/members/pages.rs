//! The first password of a member who was brought in, and the way to another link. Both are plain
//! forms.

mod delete;

pub use delete::{DeletePage, DeletedPage};

use super::welcome;
use super::welcome::{CAME_BY, OVER};
use crate::account::model::{Member, readable};
use crate::account::pages::LinkByMail;
use crate::account::session::{self, Draft};
use crate::ledger::entry::sha256_hex;
use crate::paths::{WELCOME, WELCOME_AGAIN};
use crate::text::bare;
use crate::ui::{NewPasswordField, Plain, Problems, Username, go, load, status};
use crate::web::{App, cookie, made_for};
use http::StatusCode;
use leptos::prelude::*;

#[component]
pub fn WelcomePage() -> impl IntoView {
    let key = leptos_router::hooks::use_query_map().get_untracked().get("key");
    let all = async {
        let app = App::here();
        if let Some(key) = key {
            // The secret leaves the address at once, before it can be seen, kept or sent on.
            let link = sha256_hex(bare(&key).as_bytes());
            let holds = welcome::owner(&app.db, &link, app.clock.now()).await?.is_some();
            if holds || session::get::<String>(CAME_BY).await?.is_some() {
                session::put(CAME_BY, link).await?;
            }
            go(&cookie::way_to(WELCOME).await);
            return Ok(None);
        }
        let owner = match session::get::<String>(CAME_BY).await? {
            Some(link) => {
                made_for::check_link(&link)?;
                welcome::owner(&app.db, &link, app.clock.now()).await?
            }
            None => None,
        };
        Ok(Some((owner, Draft::take(WELCOME).await?)))
    };
    load(WELCOME, all, |found| match found {
        None => ().into_any(),
        Some((None, _)) => view! { <Over /> }.into_any(),
        Some((Some(member), draft)) => view! { <First member draft /> }.into_any(),
    })
}

#[component]
fn First(member: Member, draft: Draft) -> impl IntoView {
    view! {
        <Plain title="Set your password">
            <Problems draft=&draft />
            <p>
                "Your platform has brought your account here. From now on, sign in with the address " <strong><bdi>{readable(&member.email)}</bdi></strong>
                " and your own password."
            </p>
            <form method="post" action="/api/set-first-password" class="stack" novalidate>
                <Username email=member.email />
                <NewPasswordField draft=&draft label="Password" />
                <button class="button primary" type="submit">
                    "Set password and sign in"
                </button>
            </form>
        </Plain>
    }
}

/// To whoever has no link that holds: never had one, used it, or let it grow old.
#[component]
fn Over() -> impl IntoView {
    status(StatusCode::NOT_FOUND);
    view! {
        <Plain title="This link is no longer valid">
            <p>{OVER}</p>
            <p>
                <a class="button primary" href=WELCOME_AGAIN>
                    "Get a new link"
                </a>
            </p>
            <p class="soft">"Have a password? " <a href="/sign-in">"Sign in"</a></p>
        </Plain>
    }
}

#[component]
pub fn AgainPage() -> impl IntoView {
    load(WELCOME_AGAIN, Draft::take(WELCOME_AGAIN), |draft| {
        view! {
            <LinkByMail
                draft
                title="Get a link to set your password"
                lead="This is for accounts that your platform brought here and that have no password yet. We will e-mail you a link to set one."
                action="/api/send-welcome-link"
                otherwise="Have a password? "
            />
        }
    })
}
