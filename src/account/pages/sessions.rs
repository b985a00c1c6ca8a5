//! The card of the account page with the devices on which its owner is signed in.

use super::super::account_action::AccountAction;
use super::super::model::Member;
use super::super::session::{self, Draft, SignedIn};
use super::super::store::sessions as store;
use crate::error::AppError;
use crate::paths::SESSIONS_DRAFT;
use crate::time::UtcMillis;
use crate::web::App;
use leptos::prelude::*;

/// What the card shows.
pub struct Devices {
    /// The one that asks first.
    sessions: Vec<Device>,
    said: Option<&'static str>,
}

struct Device {
    name: String,
    here: bool,
    words: String,
    since: UtcMillis,
    seen: UtcMillis,
}

/// The sessions of `member` that have not ended.
pub async fn of(member: &Member) -> Result<Devices, AppError> {
    let app = App::here();
    let (present, here) = (app.present(), session::name().await?);
    let stored = store::of_member(app.db.reader().await?.conn(), &member.id).await?;
    let holds = |s: &SignedIn| s.ended(member.role, member.session_epoch, present).is_none();
    let mut sessions: Vec<Device> = stored
        .into_iter()
        .filter(|(_, signed_in)| holds(signed_in))
        .map(|(name, signed_in)| Device {
            here: here.as_ref() == Some(&name),
            name,
            words: signed_in.device,
            since: signed_in.since,
            seen: signed_in.touched,
        })
        .collect();
    sessions.sort_by_key(|device| !device.here);
    let said = Draft::take(SESSIONS_DRAFT).await?.done_as(AccountAction::parse).map(AccountAction::says);
    Ok(Devices { sessions, said })
}

/// The card.
#[component]
pub fn Card(devices: Devices) -> impl IntoView {
    let Devices { sessions, said } = devices;
    let others = sessions.iter().any(|device| !device.here);
    view! {
        <section class="card" aria-labelledby="sessions">
            <section class="stack">
                <h2 id="sessions">"Where you are signed in"</h2>
                <div role="status">{said.map(|said| view! { <p class="said first">{said}</p> })}</div>
                <ul class="sessions">{sessions.into_iter().map(|device| view! { <Line device /> }).collect_view()}</ul>
                {others
                    .then(|| {
                        view! {
                            <p class="soft">"Don't recognise one of these? End it and change your password."</p>
                            <form method="post" action="/api/end-other-sessions">
                                <button class="button" type="submit">
                                    "Sign out everywhere else"
                                </button>
                            </form>
                        }
                    })}
            </section>
        </section>
    }
}

#[component]
fn Line(device: Device) -> impl IntoView {
    let Device { name, here, words, since, seen } = device;
    let form = (!here).then(|| {
        let label = format!("End the session of {words}, last seen {}", seen.long());
        view! {
            <form method="post" action="/api/end-session">
                <input type="hidden" name="session" value=name />
                <button class="button" type="submit" aria-label=label>
                    "End"
                </button>
            </form>
        }
    });
    view! {
        <li>
            <div>
                <p>
                    <strong>{words}</strong>
                    {here.then_some(" · this device")}
                </p>
                <p class="soft">
                    "Signed in since " <time datetime=since.rfc3339()>{since.long()}</time> ", last seen "
                    <time datetime=seen.rfc3339()>{seen.long()}</time>
                </p>
            </div>
            {form}
        </li>
    }
}
