//! The log of the staff: what they did, newest first.

use super::super::filter::{self, Query};
use super::super::staff::{About, StaffAction, StaffFilter, StaffKey};
use super::super::{store::staff, wording};
use super::{Filters, LEDGER, More, PAGE, STAFF, draft, short};
use crate::account::roles::Capability;
use crate::account::session;
use crate::account::staff_action::{ActionKind, Client};
use crate::consent::view::Moment;
use crate::ledger::Reason;
use crate::support::access_reason;
use crate::time::UtcMicros;
use crate::ui::{self, Field, Frame, Select, When};
use crate::web::App;
use leptos::prelude::*;

type Asked = Query<StaffFilter, StaffKey>;

#[component]
pub fn StaffPage() -> impl IntoView {
    let asked: Asked = filter::staff(&super::query());
    let here = asked.link(STAFF);
    let all = async move {
        let auditor = session::signed_in_for(Capability::ReadAccessLog).await?;
        let app = App::here();
        let mut reader = app.db.reader().await?;
        let people = staff::people(reader.conn()).await?;
        let found = match &asked.wanted {
            Ok(wanted) => Some(staff::actions(reader.conn(), wanted, asked.after, PAGE + 1).await?),
            Err(_) => None,
        };
        Ok((auditor, people, asked, found))
    };
    ui::load(here, all, |(auditor, people, asked, found)| {
        let draft = draft(&asked);
        let machine = (Client::CommandLine.as_str().to_owned(), "the command line".to_owned());
        let people = std::iter::once(machine).chain(people).collect();
        let kinds = ActionKind::ALL.iter().map(|kind| (kind.as_str(), kind.title())).collect();
        let reasons = Reason::ALL.iter().map(|reason| (reason.as_str(), access_reason::title(*reason))).collect();
        let more = view! {
            <Select draft=&draft name="person" label="Person" all="anybody" options=people />
            <Select draft=&draft name="kind" label="What" all="anything" options=kinds />
            <Select draft=&draft name="reason" label="Reason for a support view" all="any reason" options=reasons />
            <Field draft=&draft name="case" label="Case number" autocomplete="off" max=40 optional=true />
            <Field draft=&draft name="subject" label="Member, by subject" autocomplete="off" max=40 optional=true />
        }
        .into_any();
        view! {
            <Frame
                title="Staff actions"
                here=STAFF
                member=auditor
                lead="What staff did, and which commands were run on the machine, newest first. Nothing can be changed or removed here."
            >
                <section class="card" aria-label="Staff actions">
                    <Filters path=STAFF draft=&draft filtered=!asked.typed.is_empty() more />
                    {found.map(|found| view! { <section class="stack">{results(&asked, found)}</section> })}
                </section>
            </Frame>
        }
    })
}

fn results(asked: &Asked, mut actions: Vec<StaffAction>) -> AnyView {
    let more = actions.len() > PAGE;
    actions.truncate(PAGE);
    if actions.is_empty() {
        let said = match (asked.after, asked.typed.is_empty()) {
            (Some(_), _) => "Nothing earlier.",
            (None, true) => "No staff actions yet.",
            (None, false) => "No matching actions.",
        };
        return view! {
            <h2>{said}</h2>
            <p class="soft">"We record each action before staff see its result."</p>
        }
        .into_any();
    }
    let last = actions.last().filter(|_| more).map(|action| action.key.to_string());
    let count = match actions.len() {
        1 => "One action".to_owned(),
        n if more => format!("{n} actions, more on the next page"),
        n => format!("{n} actions"),
    };
    view! {
        <h2>{count}</h2>
        <table class="rows log">
            <caption class="unseen">"Staff actions, newest first"</caption>
            <thead>
                <tr>
                    <th scope="col">"When (UTC)"</th>
                    <th scope="col">"Who"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"About"</th>
                    <th scope="col">"Entry"</th>
                </tr>
            </thead>
            <tbody>{actions.into_iter().map(row).collect_view()}</tbody>
        </table>
        <More asked=asked path=STAFF last files=STAFF ndjson=false />
    }
    .into_any()
}

/// To the second, as HTML has it; the file has the microsecond.
fn moment(at: UtcMicros) -> Moment {
    Moment { iso: at.millis().rfc3339(), text: at.to_seconds() }
}

fn row(action: StaffAction) -> impl IntoView {
    let (what, details, well) = (action.what(), action.details(), action.well);
    let StaffAction { key, by, about, case, entry, .. } = action;
    let what = if well { what.into_any() } else { view! { <strong class="late">{what}</strong> }.into_any() };
    let who = match by {
        Some((name, _, role)) => view! {
            <bdi>{name}</bdi>
            <span class="soft below">{wording::role(role)}</span>
        }
        .into_any(),
        None => "Command line".into_any(),
    };
    let about = about.map(|about| match about {
        About::Member(subject) => view! {
            <a class="ref" href=format!("{STAFF}?subject={subject}") title=subject.clone()>
                {short(&subject)}
            </a>
        }
        .into_any(),
        About::Staff(name) => view! { <bdi>{name}</bdi> }.into_any(),
    });
    view! {
        <tr>
            <td>
                <When at=moment(key.at) />
            </td>
            <td>{who}</td>
            <td>{what} {(!details.is_empty()).then(|| view! { <span class="soft below">{details}</span> })}</td>
            <td>
                {case
                    .map(|case| {
                        view! {
                            <a class="ref" href=format!("{STAFF}?case={case}")>
                                {case.clone()}
                            </a>
                            " "
                        }
                    })} {about}
            </td>
            <td>
                {entry
                    .map(|entry| {
                        view! {
                            <a class="ref" href=format!("{LEDGER}/{entry}")>
                                {entry.receipt()}
                            </a>
                        }
                    })}
            </td>
        </tr>
    }
}
