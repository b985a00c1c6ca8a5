//! Finding a member. A plain form that asks by GET: a search changes nothing, and can be gone back
//! to.

use super::super::search::{self, Members as Hits, Searched};
use super::near::NearLinks;
use crate::account::model::{Member, Role, readable};
use crate::account::roles::Capability;
use crate::account::search::{PAGE, QUERY_MAX, masked};
use crate::account::session::{self, Draft};
use crate::account::store::Found;
use crate::error::AppError;
use crate::objection::case::parse_number;
use crate::objection::number::is_number;
use crate::ui::{self, Field, Frame, NextPage, Problems};
use leptos::prelude::*;

pub const MEMBERS: &str = "/support";
/// Said of the number of a case that leads to no member.
const MEMBERS_ONLY: &str = "You can find members here, and the objections in their accounts. If somebody objected without an account, the privacy officers can look for that objection.";

#[component]
pub fn FindPage() -> impl IntoView {
    let query = leptos_router::hooks::use_query_map().get_untracked();
    let typed = query.get("q").unwrap_or_default();
    let after = query.get("after").filter(|id| uuid::Uuid::parse_str(id).is_ok());
    let here = if typed.is_empty() { MEMBERS.to_owned() } else { address(&typed, after.as_deref()) };
    let all = async move {
        let staff = session::signed_in_for(Capability::FindMembers).await?;
        let found = search::members(&typed, after.as_deref()).await?;
        if let Searched::Found(hits) = &found {
            search::record(&staff, &typed, hits.found.members.len(), false).await?;
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
                                label="Name, e-mail address, number or ID"
                                kind="search"
                                autocomplete="off"
                                hint="Type part of a name, a full address or ID, or the number of a case or a receipt."
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

fn results(hits: Hits, typed: &str) -> impl IntoView + use<> {
    let Hits { found: Found { members, more, cut }, near, is_near } = hits;
    let exact = !is_near && !members.is_empty();
    // The same for everything that is typed, so that it does not tell whether there is such a case.
    let pass_on =
        if is_number(typed) { " Please pass the number on to them." } else { " Please pass on to them what you know." };
    let next = members.last().filter(|_| more).map(|last| address(typed, Some(&last.id)));
    let said = match members.len() {
        0 if cut => "Too many members to search through".to_owned(),
        _ if !exact => "No members match.".to_owned(),
        1 if cut => "One member, possibly more".to_owned(),
        1 => "One member".to_owned(),
        n if cut => format!("{n} members, possibly more"),
        n if more => format!("{n} members, more on the next page"),
        n => format!("{n} members"),
    };
    view! {
        <h2>{said}</h2>
        <NearLinks near found=exact page=MEMBERS what="members" />
        {(!exact && !cut).then(|| view! { <p>{MEMBERS_ONLY} {pass_on}</p> })}
        {(!members.is_empty()).then(|| view! { <Members members case=parse_number(typed) /> })}
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
fn Members(
    members: Vec<Member>,
    /// The case that was searched for: it is the reason for the look that may follow.
    case: Option<String>,
) -> impl IntoView {
    let query = case.map(|case| format!("?case={case}")).unwrap_or_default();
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
                                    <a href=format!("{MEMBERS}/members/{}{query}", member.id)>
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
