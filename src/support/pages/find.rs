//! Finding a member. A plain form that asks by GET: a search changes nothing, and can be gone back
//! to.

use crate::account::model::{Member, Role, readable};
use crate::account::roles::Capability;
use crate::account::search::{PAGE, QUERY_MAX, Query, masked};
use crate::account::session::{self, Draft};
use crate::account::staff_action::ActionKind;
use crate::account::store::staff_actions::{self, NewAction};
use crate::account::store::{self, Found};
use crate::error::AppError;
use crate::ui::{self, Field, Frame, NextPage, Problems};
use crate::web::{App, request};
use leptos::prelude::*;

pub const MEMBERS: &str = "/support";

#[component]
pub fn FindPage() -> impl IntoView {
    let query = leptos_router::hooks::use_query_map().get_untracked();
    let typed = query.get("q").unwrap_or_default();
    let after = query.get("after").filter(|id| uuid::Uuid::parse_str(id).is_ok());
    let here = if typed.is_empty() { MEMBERS.to_owned() } else { address(&typed, after.as_deref()) };
    let all = async move {
        let staff = session::signed_in_for(Capability::FindMembers).await?;
        let found = find(&typed, after.as_deref()).await?;
        if let Searched::Found(found) = &found {
            record(&staff, &typed, found).await?;
        }
        Ok((staff, typed, found))
    };
    ui::load(here, all, |(staff, typed, found)| {
        let draft = match found {
            Searched::TooLong => {
                let said = format!("Please search with at most {QUERY_MAX} characters.");
                Draft::new(MEMBERS, &[("q", &typed)], &AppError::Invalid(vec![("q".into(), said)]))
            }
            _ => Draft::default(),
        };
        let value = typed.clone();
        view! {
            <Frame title="Members" here=MEMBERS member=staff lead="Find a member to see what they see. They will be told that your team looked, and why.">
                <section class="card" aria-label="Search">
                    <section class="stack">
                        <Problems draft=&draft />
                        <form method="get" action=MEMBERS role="search" class="stack" novalidate>
                            <Field
                                draft=&draft
                                name="q"
                                label="E-mail address, name or ID"
                                kind="search"
                                autocomplete="off"
                                hint="Type the start of one or more names, or a full address or ID."
                                value
                                max=QUERY_MAX
                            />
                            <button class="button primary" type="submit">
                                "Search"
                            </button>
                        </form>
                    </section>
                    {match found {
                        Searched::Found(found) => Some(view! { <section class="stack">{results(found, &typed)}</section> }),
                        Searched::Not | Searched::TooLong => None,
                    }}
                </section>
            </Frame>
        }
    })
}

/// Where this is searched for, those behind the member `after`.
fn address(typed: &str, after: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("q", typed);
    if let Some(after) = after {
        query.append_pair("after", after);
    }
    format!("{MEMBERS}?{}", query.finish())
}

enum Searched {
    /// Nothing was asked for.
    Not,
    TooLong,
    Found(Found),
}

async fn find(typed: &str, after: Option<&str>) -> Result<Searched, AppError> {
    let app = App::here();
    let query = Query::parse(typed);
    if query == Query::TooLong {
        return Ok(Searched::TooLong);
    }
    let mut reader = app.db.reader().await?;
    // The platform's own ids may look like anything: a number, a word, an address.
    let theirs = store::by_platform_id(reader.conn(), typed.trim()).await?;
    let some = |members: Vec<Member>| Searched::Found(Found { members, ..Found::default() });
    Ok(match query {
        Query::TooLong => Searched::TooLong,
        Query::Empty if typed.trim().is_empty() => Searched::Not,
        Query::Empty => some(theirs.into_iter().collect()),
        Query::Id(id) => {
            let member = store::by_id_or_subject(reader.conn(), &id).await?;
            let member = member.filter(|member| theirs.as_ref().is_none_or(|theirs| theirs.id != member.id));
            some(theirs.into_iter().chain(member).collect())
        }
        Query::Terms(terms) => Searched::Found(store::find(reader.conn(), terms, theirs, after).await?),
    })
}

/// Records a search before its results are shown: by what was looked for, and how many there were;
/// never what was typed.
async fn record(staff: &Member, typed: &str, found: &Found) -> Result<(), AppError> {
    if !request::is_for_a_page() {
        return Ok(());
    }
    let by = match Query::parse(typed) {
        Query::Terms(_) => "by-words",
        _ => "by-id",
    };
    let amount = i64::try_from(found.members.len()).ok();
    let action = NewAction { detail: Some(by), amount, ..NewAction::by(ActionKind::Search, staff) };
    let app = App::here();
    let mut tx = app.db.begin_at_any_time().await?;
    staff_actions::put(tx.conn(), &action, app.clock.now_micros()).await?;
    Ok(tx.commit().await?)
}

fn results(found: Found, typed: &str) -> impl IntoView + use<> {
    let Found { members, more, cut } = found;
    let next = members.last().filter(|_| more).map(|last| address(typed, Some(&last.id)));
    let said = match members.len() {
        0 if cut => "Too many members to search through".to_owned(),
        0 => "No members found.".to_owned(),
        1 if cut => "One member, possibly more".to_owned(),
        1 => "One member".to_owned(),
        n if cut => format!("{n} members, possibly more"),
        n if more => format!("{n} members, more on the next page"),
        n => format!("{n} members"),
    };
    view! {
        <h2>{said}</h2>
        {(!members.is_empty()).then(|| view! { <Members members /> })}
        {cut
            .then(|| {
                view! {
                    <p class="soft">
                        "So many members have words that begin like this that we did not search through all of them. Please type more letters, or search by address or ID."
                    </p>
                }
            })}
        <NextPage to=next rows=PAGE />
    }
}

#[component]
fn Members(members: Vec<Member>) -> impl IntoView {
    view! {
        <table class="rows people">
            <caption class="unseen">"Members"</caption>
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"E-mail address"</th>
                    <th scope="col">"Country"</th>
                    <th scope="col">"Member since"</th>
                </tr>
            </thead>
            <tbody>
                {members
                    .into_iter()
                    .map(|member| {
                        debug_assert_eq!(member.role, Role::Member);
                        view! {
                            <tr>
                                <td>
                                    <a href=format!("{MEMBERS}/members/{}", member.id)>
                                        <bdi>{member.name}</bdi>
                                    </a>
                                </td>
                                <td><bdi>{masked(&readable(&member.email))}</bdi></td>
                                <td>{member.country.name()}</td>
                                <td>{member.joined_at.day()}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </tbody>
        </table>
    }
}
