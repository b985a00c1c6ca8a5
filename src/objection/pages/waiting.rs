//! What the Data privacy tab says of a member's cases beside those that wait for their answer.

use super::super::already_off::AlreadyOff;
use super::super::model::Case;
use super::super::waiting::{About, complaint, off_permanently, question};
use crate::consent::audience::Audience;
use crate::consent::wording::Voice;
use crate::time::UtcMillis;
use crate::ui::LinkOrText;
use leptos::prelude::*;

/// Which other uses are off permanently; a case that is the member's `own` is a link.
pub(super) fn won(off: &[AlreadyOff], own: &[String], reader: &Audience, then: bool) -> impl IntoView + use<> {
    off_permanently(off, then)
        .into_iter()
        .map(|about| {
            let to = if own.contains(&about.case) { page(&about, reader) } else { None };
            said("denied", about, to, None)
        })
        .collect_view()
}

/// A question that waits for the member's reply, and a complaint that waits for its answer; `now`
/// is the instant that the page is about.
pub(super) fn waits(case: &Case, reader: &Audience, now: UtcMillis) -> impl IntoView + use<> {
    let voice = reader.voice();
    let asked = question(case, voice).map(|about| {
        let to = page(&about, reader);
        let reply = to.clone().filter(|_| voice == Voice::Member).map(|to| format!("{to}#reply-card"));
        said("paused", about, to, reply)
    });
    let complained = complaint(case, voice, now).map(|about| {
        let to = page(&about, reader);
        said("denied", about, to, None)
    });
    (asked, complained)
}

fn page(about: &About, reader: &Audience) -> Option<String> {
    reader.link(&format!("/objections/{}", about.case))
}

fn said(dot: &'static str, about: About, to: Option<String>, reply: Option<String>) -> impl IntoView + use<> {
    view! {
        <section>
            <p class="standing">
                <span class="dot" data-state=dot aria-hidden="true"></span>
                <span>
                    {about.before} <LinkOrText class="ref" to=to says=about.case /> {about.after}
                    {reply.map(|reply| view! { " " <a href=reply>"Read it and reply"</a> })}
                </span>
            </p>
        </section>
    }
}
