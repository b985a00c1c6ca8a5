//! The charts for staff, and the public page.

use super::days::{self, Day, DayState, Region};
use super::draw;
use super::due::Open;
use super::load::{self, Chart};
use super::public::{self, Public, Total};
use super::table::Table;
use super::weeks::{self, Week};
use crate::account::roles::Capability;
use crate::account::session;
use crate::time::UtcMillis;
use crate::ui::{self, Frame, Plain};
use crate::web::App;
use leptos::prelude::*;

const FIGURES: &str = "/support/figures";
const TRANSPARENCY: &str = "/transparency";

#[component]
pub fn FiguresPage() -> impl IntoView {
    let all = async {
        let staff = session::signed_in_for(Capability::ReadFigures).await?;
        let app = App::here();
        let now = app.clock.now();
        let (open, weeks) = (load::open(&app, now).await?, load::answers(&app, now).await?);
        Ok((staff, open, weeks, load::standing(&app).await?, now))
    };
    ui::load(FIGURES, all, |(staff, open, weeks, days, now)| {
        let lead = "Open cases, how quickly we answer them, and for how many members training is on.";
        view! {
            <Frame title="Figures" here=FIGURES member=staff lead>
                <OpenCases open now />
                <Answers weeks now />
                <Standing days />
            </Frame>
        }
    })
}

#[component]
fn OpenCases(open: Open, now: UtcMillis) -> impl IntoView {
    let table = open.table();
    view! {
        <Picture chart=Chart::OpenCases title="Open cases by days left" said=open.in_words() as_of=format!("As of {}.", now.long()) table>
            <div class="drawn" inner_html=draw::due(&open)></div>
            <p class="soft">
                "This counts objections waiting for an answer and open complaints about an answer, each by its own due date. A day has 24 hours."
            </p>
        </Picture>
    }
}

#[component]
fn Answers(weeks: Vec<Week>, now: UtcMillis) -> impl IntoView {
    let table = weeks::table(&weeks);
    let as_of = format!("As of {}. The last week is not over yet.", now.long());
    view! {
        <Picture chart=Chart::Answers title="Received and answered each week" said=weeks::in_words(&weeks) as_of table>
            <div class="drawn" inner_html=draw::weeks(&weeks)></div>
            <ul class="legend" aria-label="Answers">
                <li>
                    <svg class="chart swatch" aria-hidden="true" width="14" height="14">
                        <rect class="yes" width="14" height="14"></rect>
                    </svg>
                    "Fully upheld"
                </li>
                <li>
                    <svg class="chart swatch" aria-hidden="true" width="14" height="14">
                        <rect class="part" fill="url(#weeks-part)" width="14" height="14"></rect>
                    </svg>
                    "Partly upheld"
                </li>
                <li>
                    <svg class="chart swatch" aria-hidden="true" width="14" height="14">
                        <rect class="no" width="14" height="14"></rect>
                    </svg>
                    "Refused"
                </li>
            </ul>
            <p class="soft">
                "Weeks begin on Monday (UTC). An objection filed without an account counts from the day it was filed, once its address is confirmed. Duplicates do not count."
            </p>
        </Picture>
    }
}

#[component]
fn Standing(days: Vec<Day>) -> impl IntoView {
    let said = days::in_words(&days);
    let as_of = match days.last() {
        Some(last) => format!("As of the end of {} (UTC). Each day is counted once it is over.", last.day.day()),
        None => "The first day will be counted once it is over, soon after midnight UTC.".into(),
    };
    let table = days::table(days::told(&days));
    let regions: Vec<(Region, [i64; 4])> = match days.last() {
        Some(last) => {
            Region::ALL.iter().copied().zip(last.regions).filter(|(_, m)| m.iter().sum::<i64>() > 0).collect()
        }
        None => Vec::new(),
    };
    let regions = regions.into_iter().map(|(region, members)| {
        let all = members.iter().sum::<i64>();
        // As they are stacked.
        let states = DayState::ALL.iter().zip(members).rev().map(|(state, n)| {
            let fill =
                if *state == DayState::On { "currentColor".into() } else { format!("url(#share-{region}-{state})") };
            view! {
                <li>
                    // As high in the units of the areas as it is on the page.
                    <svg class="chart swatch" aria-hidden="true" width="14" height="14" viewBox="0 0 14 110" preserveAspectRatio="none">
                        <rect class=state.as_str() fill=fill width="14" height="110"></rect>
                    </svg>
                    {state.title()}
                    " "
                    <span class="number">{days::beside(n, all)}</span>
                </li>
            }
        });
        view! {
            <section class="region">
                <h3>{region.title()}</h3>
                <div class="drawn" inner_html=draw::shares(&days, region)></div>
                <ul class="legend beside">{states.collect_view()}</ul>
            </section>
        }
    });
    let regions = regions.collect_view();
    view! {
        <Picture chart=Chart::Standing title="Training on, off, paused and excluded" said as_of table>
            <div class="regions">{regions}</div>
            <p class="soft">
                "On means by choice or by default. Paused means while we decide on an objection. Excluded means not available in the region, with no choice made. Off means for any other reason. Members count from the first entry in their record, in their current country. The table shows the last day of each month. The file has every day."
            </p>
        </Picture>
    }
}

/// A chart with what it says, what stands behind it, and its file.
#[component]
fn Picture(
    chart: Chart,
    title: &'static str,
    said: String,
    as_of: String,
    table: Table,
    children: Children,
) -> impl IntoView {
    let behind = (!table.rows.is_empty()).then(|| {
        view! {
            <details>
                <summary>"Show the table"</summary>
                <Numbers table caption=title />
            </details>
        }
    });
    view! {
        <figure class="card plot">
            <figcaption>
                <h2 id=chart.as_str()>{title}</h2>
                <p>{said}</p>
                <p class="soft">{as_of}</p>
            </figcaption>
            <div class="picture stack">{children()}</div>
            <footer class="stack">
                {behind}
                <a class="button" href=format!("{FIGURES}/{chart}.csv") download=format!("{chart}.csv")>
                    "Download as CSV"
                    <span class="unseen">{format!(": {title}")}</span>
                </a>
            </footer>
        </figure>
    }
}

/// Rows of numbers. On a narrow screen each row becomes a block that names its numbers.
#[component]
fn Numbers(table: Table, caption: &'static str) -> impl IntoView {
    let Table { head, rows } = table;
    let names = head.clone();
    view! {
        <table class="numbers">
            <caption class="unseen">{caption}</caption>
            <thead>
                <tr>{head.into_iter().map(|name| view! { <th scope="col">{name}</th> }).collect_view()}</tr>
            </thead>
            <tbody>
                {rows
                    .into_iter()
                    .map(|row| {
                        let mut cells = row.into_iter();
                        let first = cells.next();
                        let cells = cells
                            .zip(&names[1..])
                            .map(|(cell, name)| {
                                // What has no number says so, also where it is read out.
                                let cell = if cell.is_empty() { "none".to_owned() } else { cell };
                                view! { <td data-name=*name>{cell}</td> }
                            })
                            .collect_view();
                        view! {
                            <tr>
                                <th scope="row">{first}</th>
                                {cells}
                            </tr>
                        }
                    })
                    .collect_view()}
            </tbody>
        </table>
    }
}

#[component]
pub fn TransparencyPage() -> impl IntoView {
    let all = async { load::public(&App::here()).await };
    ui::load(TRANSPARENCY, all, |(public, last)| {
        let lead = "How many people object to our use of their data for machine learning, and how we answer.";
        let table = public::table(&public);
        let counted = last.is_some();
        view! {
            <Plain title="How objections are answered" lead wide=true bare=true>
                {match last {
                    Some(last) => {
                        view! {
                            <Totals public=public last />
                            <section class="card" aria-labelledby="quarters">
                                <section class="stack">
                                    <h2 id="quarters">"Quarter by quarter"</h2>
                                    <Numbers table caption="Objections received, fully or partly upheld, and refused, by the quarter in which they were received" />
                                    <a class="button" href="/transparency.csv" download="transparency.csv">
                                        "Download as CSV"
                                    </a>
                                </section>
                            </section>
                        }
                            .into_any()
                    }
                    None => {
                        view! {
                            <section class="card" aria-label="Figures">
                                <section class="stack">
                                    <p>
                                        "There are no figures yet. The first will appear after the first calendar quarter in which somebody objects."
                                    </p>
                                </section>
                            </section>
                        }
                            .into_any()
                    }
                }}
                <HowWeCount counted />
            </Plain>
        }
    })
}

/// What all quarters come to.
#[component]
fn Totals(public: Public, last: UtcMillis) -> impl IntoView {
    let [received, upheld, refused] = public.totals.map(Total::in_words);
    let figure = |name: &'static str, value: String| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    view! {
        <section class="card" aria-labelledby="all">
            <section class="stack">
                <h2 id="all">"In total"</h2>
                <p class="soft">{format!("As of the end of {} (UTC).", last.day())}</p>
                <dl class="tiles">
                    {figure("Received", received)} {figure("Fully or partly upheld", upheld)} {figure("Refused", refused)}
                    {figure("Median days", public::median_in_words(public.median))}
                </dl>
            </section>
        </section>
    }
}

#[component]
fn HowWeCount(counted: bool) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="how">
            <section class="stack">
                <h2 id="how">"How we count"</h2>
                <p>
                    "We count an objection in the quarter in which we received it. If it was filed without an account, we count it once the person has confirmed their e-mail address, from the day it was filed. The same objection filed twice counts once."
                </p>
                <p>
                    "“Fully or partly upheld” means that we upheld an objection for at least one of the uses in it. “Refused” means that we upheld it for none. The others were withdrawn, or had no answer yet on the day of these figures."
                </p>
                <p>
                    "The median is the number of days of 24 hours within which we gave half of the answers. The figures change when a quarter ends. Those of earlier quarters then include the answers given since."
                </p>
                <p>
                    "We withhold counts under ten, so that nobody can be recognised. If only one of “fully or partly upheld” and “refused” has ten or more, we show only a minimum for the objections received. Otherwise the missing number could be worked out. A total then adds up only the counts shown. We withhold a median if neither of the two has ten or more."
                </p>
                {counted
                    .then(|| {
                        view! {
                            <p>
                                <a href="/objection">"Object to a use of your data"</a>
                            </p>
                        }
                    })}
            </section>
        </section>
    }
}
