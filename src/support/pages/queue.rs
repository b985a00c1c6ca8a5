//! The queue: what waits for an answer, the earliest due first. Asked for by GET, so that what is
//! shown can be gone back to, kept and sent to a colleague.

use super::super::officer_actions;
use super::super::recording::RECORD;
use super::super::search::{self, Searched};
use super::super::too_few::too_few;
use super::case_search::CaseSearch;
use crate::account::model::{Country, Member};
use crate::account::store as accounts;
use crate::ledger::Purpose;
use crate::objection::letters::list;
use crate::objection::queue::{Left, NOBODY, Stage, Wanted, Whose};
use crate::objection::store::{self, COUNTED, Line, Waiting};
use crate::objection::wording;
use crate::paths::QUEUE;
use crate::time::UtcMillis;
use crate::ui::{self, Frame, NextPage};
use crate::web::App;
use leptos::prelude::*;

#[component]
pub fn QueuePage() -> impl IntoView {
    let query = leptos_router::hooks::use_query_map().get_untracked();
    let wanted = Wanted::parse(|key| query.get(key).unwrap_or_default());
    let typed = query.get("q").unwrap_or_default();
    let here = address(&wanted, wanted.after.as_ref().map(|(time, number)| (*time, &**number)));
    let all = async move {
        let officer = officer_actions::officer().await?;
        let searched = search::cases(&typed).await?;
        if let Searched::Found(cases) = &searched {
            search::record(&officer, &typed, cases.found.len(), true).await?;
        }
        let app = App::here();
        let now = app.clock.now();
        let mut reader = app.db.reader().await?;
        let (lines, more) = store::page(reader.conn(), &wanted, now).await?;
        let counts = store::waiting(reader.conn(), &officer.id, now).await?;
        let mut officers = accounts::officers(reader.conn()).await?;
        officers.retain(|officer| app.admits(officer));
        let missing = too_few(&mut reader, &officers, now).await?;
        Ok((officer, (typed, searched), wanted, lines, more, counts, officers, missing, now))
    };
    ui::load(here, all, |(officer, (typed, searched), wanted, lines, more, counts, officers, missing, now)| {
        let search = !matches!(searched, Searched::Not);
        let next = lines.last().filter(|_| more).map(|last| address(&wanted, Some((last.time.0, &last.number))));
        let none = lines.is_empty();
        let nothing = match (wanted.is_filtered(), wanted.after.is_some()) {
            (_, true) => "No more cases.",
            (true, _) => "No matching cases.",
            (false, _) => "No cases are waiting for an answer.",
        };
        let heading = wanted.stage.title();
        view! {
            <Frame title="Queue" here=QUEUE member=officer.clone() lead="Open objections, soonest deadline first.">
                <CaseSearch typed searched />
                {(!search).then(|| view! {
                <Tiles counts officer=&officer wanted=&wanted />
                <p>
                    <a class="button" href=RECORD>
                        "Record an objection"
                    </a>
                </p>
                <TooFew missing />
                <section class="card" aria-labelledby="cases">
                    <section class="stack">
                        <Filters wanted=&wanted officers />
                    </section>
                    <section class="stack">
                        <h2 id="cases">{heading}</h2>
                        {if none {
                            view! { <p>{nothing}</p> }.into_any()
                        } else {
                            view! { <Cases lines caption=heading now waits=wanted.stage.waits() /> }.into_any()
                        }}
                        <NextPage to=next rows=store::PAGE />
                    </section>
                </section>
                })}
            </Frame>
        }
    })
}

fn address(wanted: &Wanted, after: Option<(i64, &str)>) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(wanted.query(after)).finish();
    if query.is_empty() { QUEUE.into() } else { format!("{QUEUE}?{query}") }
}

/// That an officer is missing for some complaints, which are named.
#[component]
fn TooFew(missing: Vec<String>) -> impl IntoView {
    (!missing.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="too-few">
                <section class="stack">
                    <h2 id="too-few">"Another officer is needed"</h2>
                    <p>
                        "These complaints are about a refusal. The officers who wrote it or agreed to it cannot write another one, and there are not enough others. You can uphold them now. To add an officer, somebody with access to the server runs: sayso user add --role privacy_officer"
                    </p>
                    <ul class="plain-list">
                        {missing
                            .into_iter()
                            .map(|number| {
                                view! {
                                    <li>
                                        <a class="ref" href=format!("{QUEUE}/{number}")>
                                            {number.clone()}
                                        </a>
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                </section>
            </section>
        }
    })
}

/// How much waits, each with the way to it.
#[component]
fn Tiles<'a>(counts: Waiting, officer: &'a Member, wanted: &'a Wanted) -> impl IntoView + use<> {
    let all = Wanted::stage(Stage::Waiting);
    let due = |left: Left| Wanted { left: Some(left), ..all.clone() };
    let tiles = [
        (Left::Overdue.title(), counts.overdue, due(Left::Overdue), "late"),
        (Left::TwoDays.title(), counts.two_days, due(Left::TwoDays), "soon"),
        (Left::SevenDays.title(), counts.seven_days, due(Left::SevenDays), ""),
        (Stage::SecondOfficer.title(), counts.second, Wanted { stage: Stage::SecondOfficer, ..all.clone() }, ""),
        ("Mine", counts.own, Wanted { whose: Whose::One(officer.id.clone()), ..all.clone() }, ""),
        ("All open", counts.total, all.clone(), ""),
    ];
    let here = Wanted { after: None, ..wanted.clone() };
    view! {
        <ul class="tiles" aria-label="Open cases">
            {tiles
                .into_iter()
                .map(|(title, count, wanted, tone)| {
                    view! {
                        <li>
                            <a
                                href=address(&wanted, None)
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

#[component]
fn Cases(lines: Vec<Line>, caption: &'static str, now: UtcMillis, waits: bool) -> impl IntoView {
    view! {
        <table class="rows queue">
            <caption class="unseen">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">{if waits { "Due" } else { "Received" }}</th>
                    <th scope="col">"About"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Case"</th>
                    <th scope="col">"Country"</th>
                    <th scope="col">"Officer"</th>
                </tr>
            </thead>
            <tbody>{lines.into_iter().map(|line| row(line, now)).collect_view()}</tbody>
        </table>
    }
}

fn row(line: Line, now: UtcMillis) -> impl IntoView {
    let left = Left::of(line.time, now).filter(|_| line.stage.waits());
    let state = match line.stage {
        Stage::Answered | Stage::Ended => wording::for_officers(line.state),
        stage => stage.title(),
    };
    view! {
        <tr>
            <td>{line.time.day()} {left.map(|left| view! { " " <LeftMark left /> })}</td>
            <td>{list(&line.purposes)}</td>
            <td>{state}</td>
            <td>
                <a class="ref" href=format!("{QUEUE}/{}", line.number)>
                    {line.number.clone()}
                </a>
            </td>
            <td>{line.country.name()}</td>
            <td>{line.officer.map_or_else(|| "–".into_any(), |name| view! { <bdi>{name}</bdi> }.into_any())}</td>
        </tr>
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
