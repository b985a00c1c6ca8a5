//! The queue: what waits for an answer, the earliest due first. Asked for by GET, so that what is
//! shown can be gone back to, kept and sent to a colleague.

use super::super::list;
use super::super::officer_actions::{self, OfficerAction};
use super::super::recording::RECORD;
use super::super::search::{self, Searched};
use super::super::too_few::{TooFew, too_few};
use super::case_search::CaseSearch;
use super::queue_table::{Columns, Table};
use crate::account::model::{Country, Member};
use crate::account::session::Draft;
use crate::account::store as accounts;
use crate::ledger::Purpose;
use crate::objection::queue::{Left, NOBODY, Stage, Wanted, Whose};
use crate::objection::queue_order::Column;
use crate::objection::store::{self, COUNTED, Waiting};
use crate::objection::together::Tally;
use crate::paths::{QUEUE, TEMPLATES};
use crate::ui::{self, Frame, NextPage, Problems};
use crate::web::App;
use leptos::prelude::*;

#[component]
pub fn QueuePage() -> impl IntoView {
    let query = leptos_router::hooks::use_query_map().get_untracked();
    let value = |key: &str| list::joined(query.get_all(key).unwrap_or_default().iter().map(String::as_str));
    let wanted = Wanted::parse(value);
    let (typed, ticked) = (query.get("q").unwrap_or_default(), query.get("all").is_some());
    let here = list::address(&list::of_page(&wanted));
    let all = {
        let here = here.clone();
        async move {
            let officer = officer_actions::officer().await?;
            let searched = search::cases(&typed).await?;
            if let Searched::Found(cases) = &searched {
                search::record(&officer, &typed, cases.found.len(), true).await?;
            }
            let app = App::here();
            let now = app.clock.now();
            let draft = Draft::take_for(&here, Some(&officer)).await?;
            let mut reader = app.db.reader().await?;
            let (lines, more) = store::page(reader.conn(), &wanted, now).await?;
            let counts = store::waiting(reader.conn(), &officer.id, now).await?;
            let mut officers = accounts::officers(reader.conn()).await?;
            officers.retain(|officer| app.admits(officer));
            let missing = too_few(&mut reader, &officers).await?;
            drop(reader);
            if matches!(searched, Searched::Not) && wanted.shown().contains(&Column::Name) && !lines.is_empty() {
                search::record_names(&officer, lines.len()).await?;
            }
            let list = (lines, more, counts, missing);
            Ok((officer, (typed, searched), wanted, list, officers, draft, now))
        }
    };
    ui::load(here, all, move |(officer, (typed, searched), wanted, found, officers, draft, now)| {
        let (lines, more, counts, missing) = found;
        let search = !matches!(searched, Searched::Not);
        let after = |last: &store::Line| list::address(&list::query(&wanted, Some((last.time.0, &last.number))));
        let next = lines.last().filter(|_| more).map(after);
        let nothing = match (wanted.is_filtered(), wanted.after.is_some()) {
            (_, true) => "No more cases.",
            (true, _) => "No matching cases.",
            (false, _) => "No cases are waiting for an answer.",
        };
        let heading = wanted.stage.title();
        let queue = (!search).then(|| {
            view! {
                <Tiles counts officer=&officer wanted=&wanted />
                <p class="row">
                    <a class="button" href=RECORD>
                        "Record an objection"
                    </a>
                    <a class="button" href=TEMPLATES>
                        "Templates"
                    </a>
                </p>
                <OfficersMissing missing />
                <section class="card" aria-labelledby="cases">
                    <section class="stack">
                        <h2 id="cases">{heading}</h2>
                        <div role="status">
                            <Done draft=&draft />
                        </div>
                        <Problems draft=&draft />
                        <p id="changed" role="status"></p>
                        {if lines.is_empty() {
                            view! { <p>{nothing}</p> }.into_any()
                        } else {
                            view! { <Table lines officers=&officers wanted=&wanted draft=&draft ticked now /> }.into_any()
                        }}
                        <NextPage to=next rows=store::PAGE />
                    </section>
                    <section class="stack">
                        <details open=wanted.is_filtered()>
                            <summary>"Filter and columns"</summary>
                            <Filters wanted=&wanted officers />
                        </details>
                    </section>
                </section>
            }
        });
        let lead = match (search, wanted.stage.waits() && wanted.order() == wanted.usual_order()) {
            (true, _) => "Cases that match your search.",
            (false, true) => "Open objections, soonest deadline first.",
            (false, false) => "Objections, in the order that you chose.",
        };
        view! {
            <Frame title="Queue" here=QUEUE member=officer.clone() lead>
                {queue} <CaseSearch typed searched />
            </Frame>
        }
    })
}

/// What was done, about several cases or about the one before.
#[component]
fn Done<'a>(draft: &'a Draft) -> impl IntoView + use<> {
    let links = |numbers: Vec<String>| {
        let last = numbers.len().saturating_sub(1);
        let link = move |(i, number): (usize, String)| {
            view! {
                <a class="ref" href=format!("{QUEUE}/{number}")>
                    {number.clone()}
                </a>
                {if i == last { "" } else { ", " }}
            }
        };
        numbers.into_iter().enumerate().map(link).collect_view()
    };
    if let Some(said) = draft.done_as(OfficerAction::said_of) {
        return view! { <p class="said first">{said}</p> }.into_any();
    }
    let tally = draft.done_as(Tally::parse);
    tally
        .map(|tally| {
            let (stale, others, not) = (tally.says_stale(), tally.says_others(), tally.says_not());
            let unsent = tally.says_unsent();
            view! {
                <div class="said first">
                    <p>{tally.says()}</p>
                    {(!tally.unsent.is_empty()).then(|| view! { <p>{unsent} {links(tally.unsent)}</p> })}
                    {(!tally.stale.is_empty()).then(|| view! { <p>{stale} {links(tally.stale)}</p> })}
                    {(!tally.others.is_empty()).then(|| view! { <p>{others} {links(tally.others)}</p> })}
                    {not.into_iter().map(|(why, numbers)| view! { <p>{why} {links(numbers)}</p> }).collect_view()}
                </div>
            }
        })
        .into_any()
}

/// That an officer is missing for some cases, which are named.
#[component]
fn OfficersMissing(missing: TooFew) -> impl IntoView {
    let groups = [
        (
            missing.to_refuse,
            "These cases were refused before. Whoever wrote or agreed to a refusal cannot write another one, and there are not enough other officers. You can uphold these cases now.",
        ),
        (
            missing.to_agree,
            "In these cases a refusal is drafted, and nobody can agree to it: whoever wrote the draft or an earlier refusal cannot. You can send the draft back, and then uphold the objection.",
        ),
    ];
    let groups: Vec<_> = groups.into_iter().filter(|(numbers, _)| !numbers.is_empty()).collect();
    let list = |numbers: Vec<String>| {
        let line = |number: String| {
            view! {
                <li>
                    <a class="ref" href=format!("{QUEUE}/{number}")>
                        {number.clone()}
                    </a>
                </li>
            }
        };
        view! { <ul class="plain-list">{numbers.into_iter().map(line).collect_view()}</ul> }
    };
    (!groups.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="too-few">
                <section class="stack">
                    <h2 id="too-few">"Another officer is needed"</h2>
                    {groups.into_iter().map(|(numbers, why)| view! { <p>{why}</p> {list(numbers)} }).collect_view()}
                    <p>
                        "To add an officer, somebody with access to the server runs: sayso user add --role privacy_officer"
                    </p>
                </section>
            </section>
        }
    })
}

/// How much waits, each with the way to it.
#[component]
fn Tiles<'a>(counts: Waiting, officer: &'a Member, wanted: &'a Wanted) -> impl IntoView + use<> {
    let all = Wanted { columns: wanted.columns.clone(), ..Wanted::stage(Stage::Waiting) };
    let due = |left: Left| Wanted { left: Some(left), ..all.clone() };
    let tiles = [
        (Left::Overdue.title(), counts.overdue, due(Left::Overdue), "late"),
        (Left::TwoDays.title(), counts.two_days, due(Left::TwoDays), "soon"),
        (Left::SevenDays.title(), counts.seven_days, due(Left::SevenDays), ""),
        ("Waiting for you to agree", counts.second, Wanted { stage: Stage::SecondOfficer, ..all.clone() }, ""),
        (Stage::Replied.title(), counts.replied, Wanted { stage: Stage::Replied, ..all.clone() }, ""),
        (Stage::NotSent.title(), counts.not_sent, Wanted { stage: Stage::NotSent, ..all.clone() }, "late"),
        ("Mine", counts.own, Wanted { whose: Whose::One(officer.id.clone()), ..all.clone() }, ""),
        ("All open", counts.total, all.clone(), ""),
    ];
    let here = Wanted { after: None, sort: None, ..wanted.clone() };
    // That an answer reaches nobody is rare.
    let shown = |(_, count, of, _): &(&str, i64, Wanted, &str)| of.stage != Stage::NotSent || *count > 0 || *of == here;
    let tiles: Vec<_> = tiles.into_iter().filter(shown).collect();
    view! {
        <ul class="counts" aria-label="Open cases">
            {tiles
                .into_iter()
                .map(|(title, count, wanted, tone)| {
                    view! {
                        <li>
                            <a
                                href=list::address(&list::query(&wanted, None))
                                data-tone=(count > 0 && !tone.is_empty()).then_some(tone)
                                aria-current=(wanted == here).then_some("true")
                            >
                                <strong>{if count < COUNTED { count.to_string() } else { format!("{count} or more") }}</strong>
                                " "
                                <span>{title}</span>
                            </a>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

/// One list to choose from; the first choice asks for nothing in particular.
#[component]
fn Select(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    options: Vec<(String, String, bool)>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name>
                <option value="">{any}</option>
                {options
                    .into_iter()
                    .map(|(value, title, chosen)| {
                        view! {
                            <option value=value selected=chosen>
                                {title}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        </div>
    }
}

#[component]
fn Filters<'a>(wanted: &'a Wanted, officers: Vec<Member>) -> impl IntoView + use<> {
    let option = |word: &str, title: &str, chosen: bool| (word.to_owned(), title.to_owned(), chosen);
    let stages = Stage::ALL.iter().filter(|stage| **stage != Stage::Waiting);
    let stages = stages.map(|s| option(s.as_str(), s.title(), wanted.stage == *s)).collect();
    let lefts = Left::ALL.iter().map(|l| option(l.as_str(), l.title(), wanted.left == Some(*l))).collect();
    let purposes = Purpose::ALL.iter().map(|p| option(p.as_str(), p.title(), wanted.purpose == Some(*p))).collect();
    let countries = Country::all();
    let countries = countries.iter().map(|c| option(c.alpha2(), c.name(), wanted.country == Some(*c))).collect();
    let mut people = vec![option(NOBODY, "Nobody yet", wanted.whose == Whose::Nobody)];
    people.extend(officers.iter().map(|o| option(&o.id, &o.name, wanted.whose == Whose::One(o.id.clone()))));
    let filtered = wanted.is_filtered();
    view! {
        <form method="get" action=QUEUE class="stack" role="search" aria-label="Cases">
            <div class="filters">
                <Select name="state" label="State" any=Stage::Waiting.title() options=stages />
                <Select name="due" label="Due" any="At any time" options=lefts />
                <Select name="purpose" label="About" any="Any purpose" options=purposes />
                <Select name="country" label="Country" any="Any country" options=countries />
                <Select name="officer" label="Officer" any="Anybody" options=people />
            </div>
            <Columns wanted />
            {wanted.sort.map(|sort| view! { <input type="hidden" name="sort" value=sort.word() /> })}
            <div class="row">
                <button class="button primary" type="submit">
                    "Show"
                </button>
                {filtered
                    .then(|| {
                        view! {
                            <a class="button" href=QUEUE>
                                "Show all open cases"
                            </a>
                        }
                    })}
            </div>
        </form>
    }
}
