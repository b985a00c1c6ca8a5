//! The page around the page: skip link, top bar, rail, main, foot.

use super::Script;
use crate::account::model::{Member, Role, page_state, readable};
use crate::account::roles::{Capability, may};
use crate::account::session;
use crate::account::signed_in::{STAFF_IDLE, STAFF_WARNED};
use crate::web::App;
use leptos::prelude::*;
use leptos_meta::Title;

/// The rail's pages, each for those who may see it.
const RAIL: [(Capability, &str, &str); 11] = [
    (Capability::OwnSettings, "/settings/privacy", "Data privacy"),
    (Capability::OwnSettings, "/settings/privacy/history", "History"),
    (Capability::OwnSettings, "/objections", "Objections"),
    (Capability::FindMembers, "/support", "Members"),
    (Capability::WorkCases, "/support/objections", "Queue"),
    (Capability::ReadFigures, "/support/figures", "Figures"),
    (Capability::ReadAccessLog, "/audit", "Access log"),
    (Capability::ReadAccessLog, "/audit/staff", "Staff actions"),
    (Capability::ReadLedger, "/audit/ledger", "Ledger"),
    (Capability::ReadLedger, "/audit/verification", "Verification"),
    (Capability::OwnAccount, "/account", "Account"),
];

/// A page for somebody who is signed in.
#[component]
pub fn Frame(
    #[prop(into)] title: String,
    /// The page's own path, or the one in the rail that it belongs to.
    here: &'static str,
    member: Member,
    #[prop(optional)] lead: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let made_for = page_state(Some(&member));
    let unproved = member.role == Role::Member && !member.address_proved;
    // Staff are told when their session is about to end, and can keep it (WCAG 2.2, 2.2.1). Only a
    // script can tell when.
    let staying = member.role.is_staff().then(|| format!("{STAFF_WARNED} {STAFF_IDLE}"));
    let is_staying = staying.is_some();
    let pages = RAIL.iter().filter(|(asks, ..)| may(Some(member.role), *asks)).collect::<Vec<_>>();
    view! {
        <Title text=title.clone() />
        <a class="skip" href="#main">
            "Skip to the content"
        </a>
        <header class="top">
            <div>
                <a class="mark" href="/" aria-label="Sayso, home">
                    "say"
                    <span>"so"</span>
                </a>
                <div class="who">
                    <bdi class="soft">{readable(&member.email)}</bdi>
                    <form method="post" action="/api/sign-out">
                        <button class="button" type="submit">
                            "Sign out"
                        </button>
                    </form>
                </div>
            </div>
        </header>
        <div class="frame">
            <nav class="rail" aria-label="Settings">
                <ul>
                    {pages
                        .into_iter()
                        .map(|(_, path, name)| {
                            view! {
                                <li>
                                    <a href=*path aria-current=(*path == here).then_some("page")>
                                        {*name}
                                    </a>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </nav>
            <main id="main" class="page" tabindex="-1" data-made-for=made_for data-staying=staying>
                <div>
                    <h1>{whole_number(title)}</h1>
                    {lead.map(|lead| view! { <p class="lead">{lead}</p> })}
                </div>
                {unproved.then(|| view! { <Unproved /> })}
                {children()}
            </main>
        </div>
        <Foot signed_in=readable(&member.email) />
        {is_staying.then(|| view! { <Script name="staying" /> })}
    }
}

/// A title in which the number of a case stays on one line.
fn whole_number(title: String) -> impl IntoView {
    let at = title.find("OBJ-").filter(|at| title.is_char_boundary(at + NUMBER_LENGTH));
    match at {
        Some(at) => {
            let (before, rest) = title.split_at(at);
            let (number, after) = rest.split_at(NUMBER_LENGTH);
            // An empty text would be served as a blank.
            let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            view! {
                {text(before)}
                <span class="whole">{number.to_owned()}</span>
                {text(after)}
            }
            .into_any()
        }
        None => title.into_any(),
    }
}

/// As long is `OBJ-7F3K9Q2M`.
const NUMBER_LENGTH: usize = 12;

/// To a member whose address nobody has confirmed yet.
#[component]
fn Unproved() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="unproved">
            <section class="stack">
                <h2 id="unproved">"Please confirm your e-mail address"</h2>
                <p>
                    "We do not know yet whether this address is yours. Until you confirm it, nothing is on here, whatever the rule for your country says. Our e-mails will not quote anything you wrote."
                </p>
                <form method="post" action="/api/send-address-link">
                    <button class="button primary" type="submit">
                        "Send me a link"
                    </button>
                </form>
            </section>
        </section>
    }
}

/// A page for anybody: one card, unless it is `bare` and brings its own.
#[component]
pub fn Plain(
    #[prop(into)] title: String,
    #[prop(optional)] lead: Option<&'static str>,
    #[prop(optional)] wide: bool,
    #[prop(optional)] bare: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=title.clone() />
        <a class="skip" href="#main">
            "Skip to the content"
        </a>
        <header class="top">
            <div>
                <a class="mark" href="/" aria-label="Sayso, home">
                    "say"
                    <span>"so"</span>
                </a>
                <p class="who soft">"Your data, your say-so."</p>
            </div>
        </header>
        <main id="main" class=if wide { "plain page wide" } else { "plain page" } tabindex="-1">
            <MadeFor />
            <div>
                <h1>{whole_number(title)}</h1>
                {lead.map(|lead| view! { <p class="lead">{lead}</p> })}
            </div>
            {if bare {
                children().into_any()
            } else if wide {
                view! { <div class="card">{children()}</div> }.into_any()
            } else {
                view! {
                    <div class="card">
                        <section class="stack">{children()}</section>
                    </div>
                }
                    .into_any()
            }}
        </main>
        <Foot />
    }
}

/// The foot of every page: who runs this, and what the law wants to be found from anywhere.
#[component]
fn Foot(
    /// Whose page it is: on phones there is no room for their address at the top.
    #[prop(optional, into)]
    signed_in: Option<String>,
) -> impl IntoView {
    let config = use_context::<App>().map(|app| app.config.clone());
    let platform = config.map(|config| config.platform.clone()).unwrap_or_default();
    let links = platform.links().map(|(says, to)| (says, to.to_owned())).collect::<Vec<_>>();
    view! {
        <footer class="foot">
            {signed_in.map(|address| view! { <p class="whose">"Signed in as " <bdi>{address}</bdi></p> })}
            {platform.name.map(|name| view! { <p><bdi>{name}</bdi></p> })}
            <ul>
                {links
                    .into_iter()
                    .map(|(says, to)| {
                        view! {
                            <li>
                                <a href=to>{says}</a>
                            </li>
                        }
                    })
                    .collect_view()}
                <li class="here">
                    <a href="/transparency">"How objections are answered"</a>
                </li>
            </ul>
        </footer>
    }
}

/// Who a page for anybody was made for, as [`page_state`] has it. Somebody may well be signed in;
/// where that cannot be found out, it is somebody else than whoever comes back to it.
#[component]
fn MadeFor() -> impl IntoView {
    Suspend::new(async move {
        let viewer = if session::is_known() { session::viewer().await.ok() } else { None };
        let mark = viewer.map_or_else(|| "unknown".into(), |viewer| page_state(viewer.as_ref()));
        view! { <span hidden data-made-for=mark></span> }
    })
}
