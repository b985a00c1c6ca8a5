//! The table of the queue: columns that can be chosen and sorted, and what is done about all the
//! cases that are ticked.

use super::super::list;
use crate::account::model::Member;
use crate::account::session::Draft;
use crate::objection::disown;
use crate::objection::letters;
use crate::objection::queue::{Left, NOBODY, Wanted};
use crate::objection::queue_order::Column;
use crate::objection::store::Line;
use crate::objection::together::Chosen;
use crate::objection::wording;
use crate::paths::UPHOLD;
use crate::time::UtcMillis;
use crate::ui::Script;
use leptos::prelude::*;

/// From so many cases on, a link leads past them.
const LONG: usize = 8;

/// The columns to choose from.
#[component]
pub fn Columns<'a>(wanted: &'a Wanted) -> impl IntoView + use<> {
    let shown = wanted.shown();
    view! {
        <fieldset class="choices">
            <legend>"Columns"</legend>
            <div class="columns">
                {Column::ALL
                    .iter()
                    .map(|column| {
                        let id = format!("column-{column}");
                        view! {
                            <div class="choice">
                                <input
                                    type="checkbox"
                                    id=id.clone()
                                    name="column"
                                    value=column.as_str()
                                    checked=shown.contains(column)
                                />
                                <label for=id>{column.title()}</label>
                            </div>
                        }
                    })
                    .collect_view()}
            </div>
            <p class="soft hint">
                "If names are shown, each page is recorded as a search. With a purpose, a country or a due date, cases can be sorted by their due date only."
            </p>
        </fieldset>
    }
}

/// The cases, each with a box, in the form that acts on those that are ticked.
#[component]
pub fn Table<'a>(
    lines: Vec<Line>,
    officers: &'a [Member],
    wanted: &'a Wanted,
    draft: &'a Draft,
    ticked: bool,
    now: UtcMillis,
) -> impl IntoView + use<> {
    let columns = wanted.shown();
    let here = list::of_page(wanted);
    let to_all = format!("{}{}all=1#all", list::address(&here), if here.is_empty() { "?" } else { "&" });
    let shown: Vec<String> = lines.iter().map(|line| chosen(line).word()).collect();
    let is_long = lines.len() > LONG;
    let error = draft.error("to");
    let to = draft.value("to");
    let people: Vec<_> = officers.iter().map(|o| (o.id.clone(), o.name.clone(), o.id == to)).collect();
    let headings = columns.iter().map(|column| heading(*column, wanted)).collect_view();
    let rows = lines
        .into_iter()
        .map(|line| {
            let ticked = ticked || draft.has(&chosen(&line).word());
            row(line, &columns, &here, ticked, now)
        })
        .collect_view();
    view! {
        <form
            method="post"
            action="/api/work-on-objections"
            class="stack"
            aria-label="Selected cases"
            data-changes=shown.join(",")
            data-since=now.0
        >
            <input type="hidden" name="list" value=here.clone() />
            <p>
                <a id="all" href=to_all data-all="">
                    "Select all on this page"
                </a>
                {is_long
                    .then(|| {
                        view! {
                            " "
                            <a href="#together">"Go to the buttons under the list"</a>
                        }
                    })}
            </p>
            <table class="rows queue">
                <caption class="unseen">{wanted.stage.title()}</caption>
                <thead>
                    <tr>
                        <th scope="col">
                            <span class="unseen">"Select"</span>
                        </th>
                        <th scope="col">"Case"</th>
                        {headings}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <div class="together" id="together" role="group" aria-label="With the selected cases" tabindex="-1">
                <button class="button" type="submit" name="intent" value="assign-me">
                    "Assign to me"
                </button>
                <button class="button" type="submit" name="intent" value="review">
                    "Begin review"
                </button>
                // Asks first, on a page of its own.
                <button class="button" type="submit" formmethod="get" formaction=UPHOLD>
                    "Uphold"
                </button>
                <div class="field">
                    <label for="to">"Assign to"</label>
                    {error.clone().map(|error| view! { <p class="error" id="to-error">{error}</p> })}
                    <select
                        id="to"
                        name="to"
                        aria-invalid=error.as_ref().map(|_| "true")
                        aria-describedby=error.as_ref().map(|_| "to-error")
                    >
                        <option value="">"Choose an officer"</option>
                        {people
                            .into_iter()
                            .map(|(id, name, chosen)| {
                                view! {
                                    <option value=id selected=chosen>
                                        {name}
                                    </option>
                                }
                            })
                            .collect_view()}
                        <option value=NOBODY selected=to == NOBODY>
                            "Nobody yet"
                        </option>
                    </select>
                </div>
                <button class="button" type="submit" name="intent" value="assign">
                    "Assign"
                </button>
            </div>
        </form>
        <Script name="queue" />
    }
}

fn chosen(line: &Line) -> Chosen {
    Chosen { number: line.number.clone(), revision: line.revision }
}

/// The words over a column, which sort by it where there is an index for that.
fn heading(column: Column, wanted: &Wanted) -> impl IntoView + use<> {
    let by = column.sorts_by().filter(|by| wanted.may_be_sorted(*by));
    let order = wanted.order();
    let sorted = by.filter(|by| *by == order.by).map(|_| if order.descending { "descending" } else { "ascending" });
    let to = by.map(|by| list::address(&list::query(&wanted.sorted(by), None)));
    view! {
        <th scope="col" aria-sort=sorted>
            {match to {
                Some(to) => view! { <a href=to>{column.title()}</a> }.into_any(),
                None => column.title().into_any(),
            }}
        </th>
    }
}

fn row(line: Line, columns: &[Column], here: &str, ticked: bool, now: UtcMillis) -> impl IntoView + use<> {
    let value = chosen(&line).word();
    let page = list::case_page(&line.number, Some(here));
    let label = format!("Select {}", line.number);
    let number = line.number.clone();
    let cells = columns
        .iter()
        .map(|column| view! { <td data-label=column.title()>{cell(*column, &line, now)}</td> })
        .collect_view();
    view! {
        <tr>
            <td>
                <input type="checkbox" name="cases[]" value=value checked=ticked aria-label=label />
            </td>
            <td>
                <a class="ref" href=page>
                    {number}
                </a>
            </td>
            {cells}
        </tr>
    }
}

fn cell(column: Column, line: &Line, now: UtcMillis) -> AnyView {
    match column {
        Column::Due => {
            let left = line.due.and_then(|due| Left::of(due, now));
            let day = line.due.map_or_else(|| "–".to_owned(), UtcMillis::day);
            view! { {day} {left.map(|left| view! { " " <LeftMark left /> })} }.into_any()
        }
        Column::Left => wording::days_left(line.due, now).into_any(),
        Column::Received => line.received.day().into_any(),
        Column::Name => view! { <bdi>{line.name.clone()}</bdi> }.into_any(),
        Column::About => letters::list(&line.purposes).into_any(),
        Column::State => {
            let state = wording::stage_for_officers(line.stage, line.state, line.reopened);
            let asking = line.asking.map(|asking| format!(", {}", asking.said()));
            let sent_back = line.sent_back_to.is_some().then_some(", sent back");
            let unconfirmed = disown::mark(line.unconfirmed, line.disowned);
            view! { {state} {sent_back} {asking} {unconfirmed} }.into_any()
        }
        Column::Country => line.country.name().into_any(),
        Column::Officer => match line.officer.clone() {
            None => "–".into_any(),
            Some(name) => view! { <bdi>{name}</bdi> }.into_any(),
        },
    }
}

/// How little time is left, in words; the colour only repeats it.
#[component]
pub fn LeftMark(left: Left) -> impl IntoView {
    let (tone, said) = match left {
        Left::Overdue => ("late", "overdue"),
        Left::TwoDays => ("soon", "two days or less"),
        Left::SevenDays => ("week", "seven days or less"),
    };
    view! {
        <span class="mark-left" data-tone=tone>
            {said}
        </span>
    }
}
