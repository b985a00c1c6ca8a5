//! The one island: the switch and everything on the card that follows from it.
//!
//! On the server it is a plain form. In the browser the same form is sent in place, and the answer
//! is the card's new view. The whole card is one closure over that view, not one for each
//! attribute, because closures are what the client half weighs.
//!
//! A browser's translator, or an extension, puts other nodes in the place of the texts that were
//! hydrated. So no text is changed in place: whatever changes is an element that is made anew with
//! each answer. Where even that does not show, because such a program holds on to a part of the
//! card, `public/told.js` finds it and loads the page anew.

use super::api::set_ai_training;
use super::view::{OTHER_USES, STALE, Said, TabView, ToldLine};
use crate::ui::{Rows, Timeline, When};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::task::spawn_local;

pub const LABEL: &str = "Use my data to train generative AI models";
const PATH: &str = "/api/set-ai-training";

/// The card's switch, what was said, what holds and why, and the last rows.
#[island]
pub fn AiChoice(view: TabView) -> impl IntoView {
    let view = RwSignal::new(view);
    let turn = RwSignal::new(false);
    let failed = RwSignal::new(String::new());
    let under_way = RwSignal::new(false);
    let answer = NodeRef::<leptos::html::Div>::new();
    let send = move |wanted: &'static str| {
        // The second half of a double click finds the first still under way, or says the same
        // again.
        if under_way.get_untracked() {
            return;
        }
        under_way.set(true);
        // So that the next one is a new element.
        failed.set(String::new());
        spawn_local(async move {
            let (seen, shown) = view.with_untracked(|v| (v.seen.clone(), v.shown.clone()));
            let keeps_off = view.with_untracked(|v| v.keep_off && wanted == "denied");
            match set_ai_training(wanted.into(), seen, shown).await {
                Ok(fresh) => {
                    // **Keep it off** is about to go, and whoever pressed it by keyboard would be
                    // at the top of the page.
                    if let (true, Some(answer)) = (keeps_off, answer.get_untracked()) {
                        let _ = answer.focus();
                    }
                    // Before the card shows it: public/told.js then holds the page against what it
                    // was told.
                    if let Some(body) = document().body() {
                        let _ = body.set_attribute("data-told", &fresh.shows);
                    }
                    turn.update(|turn| *turn = !*turn);
                    view.set(fresh);
                }
                Err(error) => failed.set(error.to_string()),
            }
            under_way.set(false);
        });
    };
    let press = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        send(view.with_untracked(wanted));
    };
    let keep_off = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        send("denied");
    };
    // A double click is one press; the keyboard's clicks have no count.
    let once = move |ev: leptos::ev::MouseEvent| {
        if ev.detail() > 1 {
            ev.prevent_default();
        }
    };
    move || {
        let v = view.get();
        let turn = turn.get_untracked();
        let error = failed.get();
        let (seen, shown) = (v.seen.clone(), v.shown.clone());
        view! {
            <section>
                <div class="decide">
                    {about()}
                    <div class="controls">
                        {v
                            .switch
                            .then(|| {
                                view! {
                                    <form method="post" action=PATH on:submit=press>
                                        <input type="hidden" name="wanted" value=wanted(&v) />
                                        <input type="hidden" name="seen" value=v.seen.clone() />
                                        <input type="hidden" name="shown" value=v.shown.clone() />
                                        <button
                                            type="submit"
                                            class="switch"
                                            role="switch"
                                            aria-checked=if v.on { "true" } else { "false" }
                                            id="ai-switch"
                                            aria-labelledby="ai-label"
                                            aria-describedby=if v.fixed { "ai-effect ai-now" } else { "ai-effect" }
                                            aria-disabled=v.fixed.then_some("true")
                                            on:click=once
                                        >
                                            {fresh(
                                                turn,
                                                view! {
                                                    <span class="state" aria-hidden="true">
                                                        {word(v.on)}
                                                    </span>
                                                },
                                            )}
                                        </button>
                                        <label id="ai-label" for="ai-switch">
                                            {LABEL}
                                        </label>
                                    </form>
                                }
                            })}
                        {v
                            .keep_off
                            .then(|| {
                                view! {
                                    <form method="post" action=PATH on:submit=keep_off>
                                        <input type="hidden" name="wanted" value="denied" />
                                        <input type="hidden" name="seen" value=seen />
                                        <input type="hidden" name="shown" value=shown />
                                        <button type="submit" class="button" on:click=once>
                                            "Keep it off"
                                        </button>
                                    </form>
                                }
                            })}
                    </div>
                </div>
                <div id="ai-said" role="status" tabindex="-1" node_ref=answer>
                    {fresh(
                        turn,
                        (
                            v
                                .stale
                                .then(|| {
                                    view! { <p class="said stale">{STALE}</p> }
                                }),
                            v.said.clone().map(said),
                        ),
                    )}
                </div>
                <div role="alert">
                    {(!error.is_empty()).then(|| view! { <p class="said wrong">{error}</p> })}
                </div>
            </section>
            {fresh(turn, holds(v, Some("/objection")))}
        }
    }
}

/// An element that is made anew with every other turn, and never changed in place.
fn fresh<V: IntoView>(turn: bool, view: V) -> Either<V, V> {
    if turn { Either::Right(view) } else { Either::Left(view) }
}

const fn word(on: bool) -> &'static str {
    if on { "On" } else { "Off" }
}

/// What the choice is about. This and [`holds`] are the card for whoever reads it, the member or
/// somebody who only looks.
///
/// The heading is `Purpose::title`, written here once more: with a constant it would be no fixed
/// HTML any more, and the client half would grow. A story compares the two.
pub fn about() -> impl IntoView {
    view! {
        <div>
            <h2 id="ai">"Data for Generative AI improvement"</h2>
            <p id="ai-effect">
                "While this is on, we and our affiliates may use your profile, posts, comments, articles, saved answers and what you type into AI features (such as writing assistance) to train models that write content. Never your private messages, passwords or payment data."
            </p>
        </div>
    }
}

/// What holds and why, and the last changes; with the way to the objection form, for whom there is
/// one.
pub fn holds(v: TabView, form: Option<&'static str>) -> impl IntoView {
    view! {
        <section>
            <dl class="facts">
                <dt>"Now"</dt>
                <dd class="standing" id="ai-now">
                    <span class="dot" data-state=v.dot aria-hidden="true"></span>
                    <span>
                        <span class="sentence">{v.now}</span>
                        " "
                        {v.told.map(told)}
                    </span>
                </dd>
                <dt>"Before"</dt>
                <dd>{v.before}</dd>
                <dt>"Turning it off means"</dt>
                <dd>
                    "We stop using your data for new training, including what you posted before. Training that has already happened cannot be undone."
                </dd>
                <dt>"Not covered by this switch"</dt>
                <dd>{OTHER_USES} " " <a href=form>"Object to these uses"</a></dd>
            </dl>
        </section>
        <section>
            <Timeline picture=v.picture />
            <Rows rows=v.rows caption="Latest changes" />
        </section>
    }
}

/// What the switch asks for when it is pressed.
fn wanted(view: &TabView) -> &'static str {
    if view.on { "denied" } else { "allowed" }
}

/// The newest choice, confirmed.
pub fn said(said: Said) -> impl IntoView {
    view! {
        <p class="said">
            <span>
                <strong>{if said.on { "On since " } else { "Off since " }} <When at=said.since /> "."</strong>
                " Saved as receipt "
                {said.link.map(|href| view! { <a class="ref" href=href>{said.receipt}</a> })}
                "."
            </span>
        </p>
    }
}

fn told(told: ToldLine) -> impl IntoView {
    view! {
        <span>
            {told.text} " " <a href=told.link>{told.label}</a>
        </span>
    }
}
