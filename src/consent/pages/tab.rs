//! The Data privacy tab.

use super::super::island::{self, AiChoice};
use super::super::view::TabView;
use super::super::wording::{self, THEY_READ, Voice};
use super::super::{audience::Audience, load};
use crate::account::{
    model::{Member, form_mark},
    roles::Capability,
    session,
};
use crate::error::AppError;
use crate::ledger::Purpose;
use crate::time::UtcMillis;
use crate::ui::{self, Frame, Rows, Timeline};
use crate::web::{App, request};
use leptos::prelude::*;

/// The tab. `more` makes the cards that other features have on it.
pub fn tab<M, F>(more: M) -> impl IntoView
where
    M: FnOnce(Member, load::MoreKnown) -> F + Send + 'static,
    F: Future<Output = Result<AnyView, AppError>> + Send,
{
    let all = async {
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let stale = session::take_stale().await?;
        let (notice, view, known) = load::visit(&App::here(), &member, request::visit(), stale).await?;
        let more = more(member.clone(), known).await?;
        Ok((member, notice, view, more))
    };
    ui::load("/settings/privacy", all, |(member, notice, view, more)| {
        let made_for = form_mark(&member);
        let (first, text) = notice.map(|shown| on_tab(shown, &view, &made_for)).unzip();
        view! {
            <Frame
                title="Data privacy"
                here="/settings/privacy"
                member
                lead="What we may use your data for. Changes take effect immediately."
            >
                {first}
                <article class="card" aria-labelledby="ai">
                    <AiChoice view />
                    <footer>
                        <a href="/settings/privacy/history">"Full history"</a>
                    </footer>
                </article>
                {text}
                {more}
            </Frame>
        }
    })
}

/// The first card as staff see it, who only look. What the member reads in our own words is quoted,
/// the controls are named, and what holds is said of the member. At an instant `then` in the past
/// the card has what held, and nothing else.
pub fn card_to_look_at(mut view: TabView, reader: &Audience, then: Option<UtcMillis>) -> impl IntoView + use<> {
    reader.lead_card(&mut view);
    let top = match then {
        None => in_front_of_the_member(&view).into_any(),
        Some(_) => view! { <h2 id="ai">{Purpose::GenerativeAiTraining.title()}</h2> }.into_any(),
    };
    let said = view.said.clone().map(island::said);
    let history = reader.link("/settings/privacy/history");
    let when = then.map_or_else(|| "Now".to_owned(), wording::on);
    let TabView { dot, now, told, before, picture, rows, .. } = view;
    let told = told.map(|told| {
        let link = told.link.map(|link| view! { <a href=link>{told.label}</a> });
        view! { <span>{told.text} " " {link}</span> }
    });
    let means = then.is_none().then(|| {
        view! {
            <dt>"Turning it off means"</dt>
            <dd>{wording::TURNING_OFF}</dd>
            <dt>"Not covered by this switch"</dt>
            <dd>{wording::other_uses(Voice::Staff)}</dd>
        }
    });
    view! {
        <article class="card" aria-labelledby="ai">
            <section>{top} <div id="ai-said">{said}</div></section>
            <section>
                <dl class="facts">
                    <dt>{when}</dt>
                    <dd class="standing" id="ai-now">
                        <span class="dot" data-state=dot aria-hidden="true"></span>
                        <span>
                            <span class="sentence">{now}</span>
                            " "
                            {told}
                        </span>
                    </dd>
                    <dt>"Before"</dt>
                    <dd>{before}</dd>
                    {means}
                </dl>
            </section>
            <section>
                <Timeline picture />
                <Rows rows caption="Latest changes" />
            </section>
            <footer>
                <a href=history>"Full history"</a>
            </footer>
        </article>
    }
}

/// What the member has in front of them: our words as a quotation, and the controls in words.
fn in_front_of_the_member(view: &TabView) -> impl IntoView + use<> {
    let switch = match (view.switch, view.on) {
        (false, _) => "The member sees no switch",
        (true, true) => "The member sees a switch that is on",
        (true, false) => "The member sees a switch that is off",
    };
    let keep_off = match (view.switch, view.keep_off) {
        (_, false) => "",
        (false, true) => ", but a “Keep it off” button",
        (true, true) => " and a “Keep it off” button",
    };
    let controls = format!("{switch}{keep_off}.");
    view! {
        <div class="decide">
            <div class="stack">
                <p class="soft">{THEY_READ}</p>
                <blockquote class="exact">{island::about()}</blockquote>
            </div>
            <div class="controls">
                <p class="soft">{controls}</p>
            </div>
        </div>
    }
}

/// A notice on the tab. Before the switch stands what it is about, from when it counts for this
/// member and how to say no, so that the switch is on the first screen of a phone; its exact text
/// stands behind. Where nobody knows whether somebody sees the page, a script delivers the notice
/// once it is visible.
fn on_tab(shown: load::Shown, card: &TabView, made_for: &str) -> (impl IntoView + use<>, impl IntoView + use<>) {
    let load::Shown { notice, new, decided } = shown;
    let mark = load::mark(&notice.notice.reference);
    let pending = !card.shown.is_empty();
    let deliver = format!("/api/notice-shown?made-for={made_for}");
    let link = wording::notice_path(&notice.notice.reference);
    let no = if card.keep_off {
        Some("press “Keep it off” below")
    } else {
        (card.on && !card.fixed).then_some("turn off the switch below")
    };
    let about = wording::first_of_notice(&card.now, no);
    let first = view! {
        <article
            class="card notice"
            aria-labelledby="notice"
            data-shown=pending.then_some(mark.clone())
            data-deliver=pending.then_some(deliver)
        >
            <section class="stack">
                <h2 id="notice" class="kicker">
                    {if new { "New: please read this" } else { "Please read this" }}
                </h2>
                <p class="undecided">
                    <span>{about} " " <a href="#notice-text">"Read all"</a></span>
                </p>
                {(!decided)
                    .then(|| {
                        view! {
                            <div class="row">
                                <a class="button primary" href="#ai">
                                    "Decide now"
                                </a>
                                <form method="post" action="/api/dismiss-notice">
                                    <input type="hidden" name="shown" value=mark.clone() />
                                    <button type="submit" class="button">
                                        "Dismiss"
                                    </button>
                                </form>
                            </div>
                        }
                    })}
            </section>
            {pending.then(|| view! { <ui::Script name="notice-shown" /> })}
        </article>
    };
    let text = view! {
        <article class="card" aria-labelledby="notice-text">
            <section class="stack">
                <h2 id="notice-text">
                    {notice.title}
                </h2>
                {super::notice::paragraphs(&notice.body)}
                <p>
                    <a href=link>"Permanent link to this notice"</a>
                </p>
            </section>
        </article>
    };
    (first, text)
}
