//! A history: its picture, and its rows.

use crate::consent::view::{HistoryRow, Moment, Picture};
use leptos::prelude::*;

/// An instant in UTC. In the browser, a small script adds the local time beside it.
#[component]
pub fn When(at: Moment) -> impl IntoView {
    view! { <time datetime=at.iso>{at.text}</time> }
}

/// The history as bars, with their key and the present in words beside them, in HTML: text in a
/// picture is scaled with it, and not read with blanks. The picture says the same in words, to
/// those who do not see it.
#[component]
pub fn Timeline(picture: Picture) -> impl IntoView {
    let Picture { label, bars, key, marks, from, until, last } = picture;
    let said = label.clone();
    view! {
        <figure>
            <svg class="timeline" viewBox="0 0 720 30" preserveAspectRatio="none" role="img" aria-label=label>
                {bars
                    .into_iter()
                    .map(|bar| {
                        view! { <rect class=bar.state x=bar.x y="8" width=bar.width height="14"></rect> }
                    })
                    .collect_view()}
                {marks
                    .into_iter()
                    .map(|x| view! { <line class="mark" x1=x x2=x y1="2" y2="28"></line> })
                    .collect_view()}
            </svg>
            <p class="ends" aria-hidden="true">
                <span>{from}</span>
                " – "
                <span>{until} ": " <strong>{last}</strong></span>
            </p>
            <ul class="key" aria-hidden="true">
                {key
                    .into_iter()
                    .map(|bar| {
                        view! {
                            <li>
                                <span class="swatch" data-state=bar.state></span>
                                " "
                                {bar.label}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            <figcaption class="said-picture" aria-hidden="true">
                {said}
            </figcaption>
        </figure>
    }
}

/// The rows of a history, newest first.
#[component]
pub fn Rows(rows: Vec<HistoryRow>, caption: &'static str) -> impl IntoView {
    view! {
        <table class="rows">
            <caption class="unseen">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">"When (UTC)"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"By"</th>
                    <th scope="col">"Receipt"</th>
                </tr>
            </thead>
            <tbody>
                {rows
                    .into_iter()
                    .map(|row| {
                        let receipt = row.link.map(|href| view! { <a class="ref" href=href>{row.receipt}</a> });
                        view! {
                            <tr>
                                <td>
                                    <When at=row.when />
                                </td>
                                <td>{row.what}</td>
                                <td>{row.by}</td>
                                <td>{receipt}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </tbody>
        </table>
    }
}
