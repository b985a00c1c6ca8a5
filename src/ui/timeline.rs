//! A history: its picture, and its rows.

use crate::consent::view::{Moment, Picture, Row};
use leptos::prelude::*;

/// An instant in UTC. In the browser, a small script adds the local time beside it.
#[component]
pub fn When(at: Moment) -> impl IntoView {
    view! { <time datetime=at.iso>{at.text}</time> }
}

/// The history as bars to scale. The picture says the same in words, to those who do not see it.
#[component]
pub fn Timeline(picture: Picture) -> impl IntoView {
    let Picture { label, bars, marks, from } = picture;
    let said = label.clone();
    view! {
        <figure>
            <svg class="timeline" viewBox="0 0 720 64" preserveAspectRatio="none" role="img" aria-label=label>
                {bars
                    .iter()
                    .map(|bar| {
                        let class = if bar.on { "on" } else { "off" };
                        view! { <rect class=class x=bar.x y="20" width=bar.width height="14" rx="3"></rect> }
                    })
                    .collect_view()}
                {marks
                    .into_iter()
                    .map(|x| view! { <line class="mark" x1=x x2=x y1="14" y2="40"></line> })
                    .collect_view()}
                {bars
                    .into_iter()
                    .filter(|bar| !bar.label.is_empty())
                    .map(|bar| view! { <text x=bar.x y="12">{bar.label}</text> })
                    .collect_view()}
                <text x="0" y="58">
                    {from}
                </text>
                <text x="720" y="58" text-anchor="end">
                    "now"
                </text>
            </svg>
            <figcaption class="said-picture" aria-hidden="true">
                {said}
            </figcaption>
        </figure>
    }
}

/// The rows of a history, newest first.
#[component]
pub fn Rows(rows: Vec<Row>, caption: &'static str) -> impl IntoView {
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
