//! The third card of the Data privacy tab: who looked.

use crate::account::model::Member;
use crate::account::staff_action::Access;
use crate::account::store::staff_actions;
use crate::consent::audience::Audience;
use crate::consent::entry_wording::{ViewWording, access_wording, view_wording};
use crate::consent::load::{MoreKnown, VIEWS};
use crate::consent::view::Moment;
use crate::consent::wording::{Voice, moment};
use crate::error::AppError;
use crate::ledger::{Entry, store as ledger};
use crate::time::UtcMillis;
use crate::ui::When;
use crate::web::App;
use leptos::prelude::*;

/// As many lines stand on the tab; the history has all of them. One more is read, to know whether
/// there are more.
const SHOWN: usize = VIEWS - 1;
const MOST: u32 = VIEWS as u32;

/// Somebody of the staff who looked: a support view, a case that was opened, or something that was
/// taken along.
struct Line {
    what: String,
    when: Moment,
    /// Empty where none was given.
    why: String,
    /// The entry or the case, and what the link to it says; empty where there is neither.
    link: Option<String>,
    label: String,
}

/// The third card of the tab, for its member, with what is known already.
pub async fn who_looked_at(member: &Member, known: MoreKnown) -> Result<AnyView, AppError> {
    let any = known.cases || known.taken;
    let accesses = if any { accesses(member, UtcMillis(i64::MAX)).await? } else { Vec::new() };
    Ok(card(known.views, accesses, &Audience::Member, None))
}

/// When somebody of the staff looked at this member's settings, and why, opened one of their cases,
/// or took something along; up to `at` where that is given.
pub async fn who_looked(member: &Member, reader: &Audience, at: Option<UtcMillis>) -> Result<AnyView, AppError> {
    let until = at.unwrap_or(UtcMillis(i64::MAX));
    let mut base = App::here().db.reader().await?;
    let views = ledger::views(base.conn(), &member.subject, until, MOST).await?;
    drop(base);
    Ok(card(views, accesses(member, until).await?, reader, at))
}

async fn accesses(member: &Member, until: UtcMillis) -> Result<Vec<Access>, AppError> {
    let (from, before) = (UtcMillis(i64::MIN), UtcMillis(until.0.saturating_add(1)));
    let mut base = App::here().db.reader().await?;
    Ok(staff_actions::accesses_of_member(base.conn(), &member.id, from, before, MOST).await?)
}

fn card(views: Vec<Entry>, accesses: Vec<Access>, reader: &Audience, at: Option<UtcMillis>) -> AnyView {
    let voice = reader.voice();
    let views = views.into_iter().map(|entry| {
        let ViewWording { team, what, why } = view_wording(&entry, voice);
        let link = reader.link(&format!("/settings/privacy/entries/{}", entry.id));
        let (what, why) = (format!("{team} {what}"), format!("Reason: {why}."));
        (entry.at, Line { what, when: moment(entry.at), why, link, label: entry.id.receipt() })
    });
    let accesses = accesses.into_iter().map(|access| {
        let label = access.what.case().unwrap_or_default().to_owned();
        let link = access.what.case().and_then(|case| reader.link(&format!("/objections/{case}")));
        let (what, when) = (access_wording(&access, voice), moment(access.at));
        (access.at, Line { what, when, why: String::new(), link, label })
    });
    let mut lines: Vec<(UtcMillis, Line)> = views.chain(accesses).collect();
    lines.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let more = lines.len() > SHOWN;
    lines.truncate(SHOWN);
    let none = lines.is_empty();
    let nobody = match (voice, at) {
        (Voice::Staff, Some(_)) => "Nobody had viewed the member's settings by then.",
        (Voice::Staff, None) => "Nobody has viewed the member's settings.",
        (Voice::Member, _) => "Nobody has viewed these settings.",
    };
    let history = reader.link("/settings/privacy/history");
    view! {
        <article class="card" aria-labelledby="looked">
            <section class="stack">
                <h2 id="looked">"Who looked"</h2>
                {none.then(|| view! { <p>{nobody}</p> })}
                {(!none)
                    .then(|| {
                        view! {
                            <ul class="plain-list">
                                {lines
                                    .into_iter()
                                    .map(|(_, Line { what, when, why, link, label })| {
                                        view! {
                                            <li>{looked(what, when, why, link, label)}</li>
                                        }
                                    })
                                    .collect_view()}
                            </ul>
                        }
                    })}
                {more
                    .then(|| {
                        view! {
                            <p>
                                "See earlier views in the " <a href=history>"full history"</a> "."
                            </p>
                        }
                    })}
            </section>
        </article>
    }
    .into_any()
}

/// A line of the card. Where it names a case, the number there is the link, and is not said twice.
fn looked(what: String, when: Moment, why: String, link: Option<String>, label: String) -> AnyView {
    if label.is_empty() {
        return view! {
            {format!("{what} on ")}
            <When at=when />
            "."
        }
        .into_any();
    }
    match what.split_once(&*label) {
        Some((before, after)) => view! {
            {before.to_owned()}
            <a class="ref" href=link>
                {label.clone()}
            </a>
            {format!("{after} on ")}
            <When at=when />
            "."
        }
        .into_any(),
        None => view! {
            {format!("{what} on ")}
            <When at=when />
            {format!(". {why} ")}
            <a class="ref" href=link>
                {label}
            </a>
        }
        .into_any(),
    }
}
