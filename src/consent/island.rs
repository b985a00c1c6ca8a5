//! The one island: the switch and everything on the card that follows from it.
//!
//! On the server it is a plain form. In the browser the same form is sent in place, and the answer is the card's new view.

use super::api::SetAiTraining;
use super::view::TabView;
use crate::ui::{Receipts, Rows, Timeline, When};
use leptos::prelude::*;

pub const LABEL: &str = "Use my data to train generative AI models";

/// The card's switch, what was said, what holds and why, and the last rows. `children` is the text beside the switch.
#[island]
pub fn AiChoice(view: TabView, children: Children) -> impl IntoView {
    let set = ServerAction::<SetAiTraining>::new();
    let loaded = view;
    // A value from the URL (an error without JavaScript) is the page's to show, not the island's: the browser has none.
    let answer = move || (set.version().get() > 0).then(|| set.value().get()).flatten();
    let view = Memo::new(move |before: Option<&TabView>| match answer() {
        Some(Ok(fresh)) => fresh,
        _ => before.unwrap_or(&loaded).clone(),
    });
    let failed = move || answer().and_then(Result::err).map(|e| e.to_string());
    let wanted = move || if view.with(|v| v.on) { "denied" } else { "allowed" };
    let seen = move || view.with(|v| v.seen.clone());
    // The second half of a double click is the same press, not a new one.
    let once = move |ev: leptos::ev::MouseEvent| {
        if ev.detail() > 1 || set.pending().get_untracked() {
            ev.prevent_default();
        }
    };
    view! {
        <section>
            <div class="decide">
                {children()}
                <div class="controls">
                    <Show when=move || view.with(|v| v.switch)>
                        <ActionForm action=set>
                            <input type="hidden" name="wanted" value=wanted />
                            <input type="hidden" name="seen" value=seen />
                            <button
                                type="submit"
                                class="switch"
                                role="switch"
                                aria-checked=move || if view.with(|v| v.on) { "true" } else { "false" }
                                aria-label=LABEL
                                aria-describedby="ai-effect"
                                on:click=once
                            >
                                <span class="state" aria-hidden="true">
                                    {move || if view.with(|v| v.on) { "On" } else { "Off" }}
                                </span>
                            </button>
                        </ActionForm>
                    </Show>
                    <Show when=move || view.with(|v| v.keep_off)>
                        <ActionForm action=set>
                            <input type="hidden" name="wanted" value="denied" />
                            <input type="hidden" name="seen" value=seen />
                            <button type="submit" class="button" on:click=once>
                                "Keep it off"
                            </button>
                        </ActionForm>
                    </Show>
                </div>
            </div>
            <div role="status">
                {move || {
                    view.with(|v| v.stale)
                        .then(|| {
                            view! {
                                <p class="said stale">
                                    "This was changed in another window after you loaded this page. Nothing was changed now; what you see is what holds."
                                </p>
                            }
                        })
                }}
                {move || {
                    view.with(|v| v.said.clone())
                        .map(|said| {
                            view! {
                                <p class="said">
                                    <span>
                                        <strong>
                                            {if said.on { "On since " } else { "Off since " }} <When at=said.since /> "."
                                        </strong> " Saved as receipt " <code>{said.receipt}</code> "."
                                    </span>
                                </p>
                            }
                        })
                }}
            </div>
            <div role="alert">{move || failed().map(|text| view! { <p class="said wrong">{text}</p> })}</div>
        </section>
        <section>
            <dl class="facts">
                <dt>"Now"</dt>
                <dd class="standing">
                    <span
                        class="dot"
                        data-state=move || if view.with(|v| v.on) { "allowed" } else { "denied" }
                        aria-hidden="true"
                    ></span>
                    <span>
                        {move || view.with(|v| v.now.clone())} " "
                        {move || {
                            view.with(|v| v.told.clone())
                                .map(|told| {
                                    view! {
                                        {told.text}
                                        " "
                                        <a href=told.link>"Read what you were told"</a>
                                    }
                                })
                        }}
                    </span>
                </dd>
                {move || {
                    view.with(|v| v.before.clone())
                        .map(|before| {
                            view! {
                                <dt>"Before"</dt>
                                <dd>{before}</dd>
                            }
                        })
                }}
                <dt>"Off means"</dt>
                <dd>
                    "From now on, also for what you posted before. It does not undo training that has already happened."
                </dd>
                <dt>"Not covered"</dt>
                <dd>"Personalisation, moderation, and what we infer about you."</dd>
            </dl>
        </section>
        <section>
            {move || view! { <Timeline picture=view.with(|v| v.picture.clone()) /> }}
            {move || {
                view! { <Rows rows=view.with(|v| v.rows.clone()) caption="Last changes" receipts=Receipts::Linked /> }
            }}
        </section>
    }
}
