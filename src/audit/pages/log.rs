//! The access log: who of the staff looked at whom, and why.

use super::super::filter::{self, LOOKERS, Query, ViewFilter};
use super::super::logged_view::LoggedView;
use super::super::store;
use super::super::wording;
use super::{Filters, LEDGER, LOG, More, PAGE, draft, short};
use crate::account::roles::Capability;
use crate::account::session;
use crate::consent::wording::moment_short;
use crate::ledger::{Reason, Shown};
use crate::support::access_reason::title;
use crate::ui::{self, Field, Frame, Select, When};
use crate::web::App;
use leptos::prelude::*;

#[component]
pub fn LogPage() -> impl IntoView {
    let asked = filter::looks(&super::query());
    let here = asked.link(LOG);
    let all = async move {
        let auditor = session::signed_in_for(Capability::ReadAccessLog).await?;
        let found = match &asked.wanted {
            Ok(wanted) => {
                let app = App::here();
                let mut reader = app.db.reader().await?;
                Some(store::looks(reader.conn(), wanted, asked.after, PAGE + 1).await?)
            }
            Err(_) => None,
        };
        Ok((auditor, asked, found))
    };
    ui::load(here, all, |(auditor, asked, found)| {
        let draft = draft(&asked);
        let more = view! {
            <Select
                draft=&draft
                name="role"
                label="By"
                all="anybody"
                options=LOOKERS.iter().map(|role| (role.as_str(), wording::role(*role))).collect()
            />
            <Select
                draft=&draft
                name="shown"
                label="What was shown"
                all="anything"
                options=vec![(Shown::Settings.as_str(), "the settings"), (Shown::Address.as_str(), "the e-mail address")]
            />
            <Field draft=&draft name="subject" label="Member, by subject" autocomplete="off" max=40 optional=true />
        }
        .into_any();
        view! {
            <Frame
                title="Access log"
                here=LOG
                member=auditor
                lead="Every time staff viewed a member's settings or revealed a full address, newest first."
            >
                <section class="card" aria-label="Support views">
                    <Filters path=LOG draft=&draft filtered=!asked.typed.is_empty() more />
                    {found.map(|found| view! { <section class="stack">{results(&asked, found)}</section> })}
                </section>
            </Frame>
        }
    })
}

fn results(asked: &Query<ViewFilter>, mut looks: Vec<LoggedView>) -> AnyView {
    let more = looks.len() > PAGE;
    looks.truncate(PAGE);
    let behind = asked.after.is_some();
    let said = match looks.len() {
        0 if behind => "Nothing earlier.",
        0 if asked.typed.is_empty() => "No support views yet.",
        0 => "No matching views.",
        _ => "",
    };
    if looks.is_empty() {
        return view! {
            <h2>{said}</h2>
            <p class="soft">"We record each view here and in the member's own history before we show anything."</p>
        }
        .into_any();
    }
    let subject = asked.wanted.as_ref().ok().and_then(|wanted| wanted.subject.clone());
    let last = looks.last().filter(|_| more).map(|look| look.entry.to_string());
    let wrong = looks.iter().filter(|look| !look.differs.is_empty()).count();
    let count = match looks.len() {
        1 => "One view".to_owned(),
        n if more => format!("{n} views, more on the next page"),
        n => format!("{n} views"),
    };
    view! {
        <h2>{count}</h2>
        {subject
            .map(|subject| {
                view! {
                    <p>
                        "For subject " <span class="ref hash">{subject.clone()}</span> ". "
                        <a href=format!("{LEDGER}?subject={subject}")>"Their entries in the ledger"</a>
                    </p>
                }
            })}
        {(wrong > 0)
            .then(|| {
                view! {
                    <p class="said wrong first">
                        {format!(
                            "{wrong} of these do not match their entry. Somebody changed what is stored here, outside Sayso.",
                        )}
                    </p>
                }
            })}
        <table class="rows log">
            <caption class="unseen">"Support views, newest first"</caption>
            <thead>
                <tr>
                    <th scope="col">"When (UTC)"</th>
                    <th scope="col">"Who"</th>
                    <th scope="col">"What and why"</th>
                    <th scope="col">"Member"</th>
                    <th scope="col">"Entry"</th>
                </tr>
            </thead>
            <tbody>{looks.into_iter().map(row).collect_view()}</tbody>
        </table>
        <More asked=asked path=LOG last files="/audit/log" />
    }
    .into_any()
}

fn row(look: LoggedView) -> impl IntoView {
    let LoggedView { entry, at, staff, role, shown, reason, case, text, subject, differs, .. } = look;
    let why = match (reason, case) {
        (Reason::Case, Some(case)) => format!("Case {case}"),
        (reason, _) => title(reason).to_owned(),
    };
    let matches = if differs.is_empty() {
        view! { <span class="soft">"matches its entry"</span> }.into_any()
    } else {
        view! { <strong class="late">{format!("does not match: {}", differs.join(", "))}</strong> }.into_any()
    };
    view! {
        <tr>
            <td>
                <When at=moment_short(at) />
            </td>
            <td>
                <bdi>{staff}</bdi>
                <span class="soft below">{wording::role(role)}</span>
            </td>
            <td>
                {wording::shown(shown)} <span class="soft below">{why}</span>
                {text.map(|text| view! { <q class="below typed" dir="auto">{text}</q> })}
            </td>
            <td>
                <a class="ref" href=format!("{LEDGER}?subject={subject}") title=subject.clone()>
                    {short(&subject)}
                </a>
            </td>
            <td>
                <a class="ref" href=format!("{LEDGER}/{entry}")>
                    {entry.receipt()}
                </a>
                <span class="below">{matches}</span>
            </td>
        </tr>
    }
}
