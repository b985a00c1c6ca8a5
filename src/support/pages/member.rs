//! What one member sees, for somebody who gave a reason to look: their tab, their history and their
//! receipts, without anything that could be pressed.

use super::super::access_reason::{self, OPEN_FOR, TEXT_MAX};
use super::super::store::OpenView;
use super::super::support_view::{self, SupportView, ViewAction};
use super::find::MEMBERS;
use super::views::who_looked;
use crate::account::model::Member;
use crate::account::roles::{Capability, may};
use crate::account::search::masked;
use crate::account::session::Draft;
use crate::consent::entry_wording;
use crate::consent::pages::{asked_before, at_page, card_to_look_at, entry, history, title};
use crate::consent::point_in_time::{PointInTime, before_the_record, parse_point};
use crate::consent::wording::{self, THEY_READ, Voice};
use crate::consent::{audience::Audience, load, load::NextVisit, page};
use crate::error::AppError;
use crate::ledger::store as ledger;
use crate::objection::case::parse_number;
use crate::objection::pages::other_uses;
use crate::time::UtcMillis;
use crate::ui::{self, Choices, Field, Frame, Problems, When};
use crate::web::{App, link};
use leptos::prelude::*;

/// A page about one member: who looks at whom, and what was typed into its form last.
struct Page {
    visit: SupportView,
    draft: Draft,
    point: PointInTime,
    /// Why nothing is shown of that instant.
    problem: Option<String>,
    /// Where the reader is, to come back to once the reason is given.
    here: String,
}

impl Page {
    /// Begins one; `path` is what stands behind the member's own path.
    async fn begin(id: &str, path: &str, point: &str) -> Result<Self, AppError> {
        let visit = support_view::begin(id, Capability::ViewMembers).await?;
        let app = App::here();
        let point = parse_point(point, app.clock.now());
        let draft = Draft::take_for(&support_view::page(id), Some(&visit.staff)).await?;
        let problem = match &point {
            PointInTime::Past(at, _) => {
                let SupportView { member, .. } = &visit;
                let began = ledger::began(app.db.reader().await?.conn(), &member.subject).await?;
                before_the_record(*at, member.joined_at, began.unwrap_or(member.joined_at), Voice::Staff)
            }
            point => point.problem().map(str::to_owned),
        };
        let here = format!("{}{path}{}", support_view::page(id), point.query());
        Ok(Self { visit, draft, point, problem, here })
    }

    /// The instant that is looked at, where it is in the past.
    fn at(&self) -> Option<UtcMillis> {
        self.point.past()
    }

    fn reader(&self) -> Audience {
        Audience::Staff {
            base: support_view::page(&self.visit.member.id),
            cases: may(Some(self.visit.staff.role), Capability::WorkCases),
            query: self.point.query(),
        }
    }
}

/// What was asked for, to come back to after signing in; `path` is what stands behind the member's
/// own path.
fn address(id: &str, path: &str, point: &str) -> String {
    let point = if point.is_empty() { String::new() } else { format!("?at={}", link::in_address(point)) };
    format!("{}{path}{point}", support_view::page(id))
}

fn asked() -> (String, String, String) {
    let params = leptos_router::hooks::use_params_map().get_untracked();
    let point = leptos_router::hooks::use_query_map().get_untracked().get("at").unwrap_or_default();
    (params.get("id").unwrap_or_default(), params.get("entry").unwrap_or_default(), point)
}

/// The member's tab.
#[component]
pub fn MemberPage() -> impl IntoView {
    let (id, _, point) = asked();
    let back = address(&id, "", &point);
    let all = async move {
        let page = Page::begin(&id, "", &point).await?;
        let Some(look) = page.visit.look.clone() else { return Ok((page, None)) };
        if page.problem.is_some() {
            return Ok((page, Some((look, None))));
        }
        let (app, member, at, reader) = (App::here(), &page.visit.member, page.at(), page.reader());
        let (card, next) = load::seen(&app, member, at, Voice::Staff).await?;
        let cards = (
            card_to_look_at(card, &reader, at).into_any(),
            other_uses(member, &reader, at).await?,
            who_looked(member, &reader, at).await?,
        );
        Ok((page, Some((look, Some((cards, next))))))
    };
    ui::load(back, all, |(page, open)| {
        let Some((look, shown)) = open else { return reason_asked(page).into_any() };
        let (cards, next) = shown.unzip();
        let at = page.at().filter(|_| page.problem.is_none());
        let Page { visit: SupportView { staff, member, .. }, draft, point, problem, .. } = page;
        let about = if let Some(at) = at {
            view! { <Then member=&member at /> }.into_any()
        } else {
            let began = UtcMillis(look.until.0 - OPEN_FOR);
            let told = entry_wording::told_of_a_view(staff.role, look.reason, look.case.as_deref(), began);
            let next = next.flatten();
            view! { <About member=&member look=&look draft=&draft point=&point problem next told /> }.into_any()
        };
        let title =
            at.map_or_else(|| "What a member sees".to_owned(), |at| format!("A member's settings on {}", at.long()));
        view! {
            <Frame title here=MEMBERS member=staff>
                {about}
                {cards}
            </Frame>
        }
        .into_any()
    })
}

/// The member's history.
#[component]
pub fn MemberHistoryPage() -> impl IntoView {
    let (id, _, point) = asked();
    let before = asked_before();
    let back = at_page(address(&id, "/history", &point), before);
    let all = async move {
        let mut page = Page::begin(&id, "/history", &point).await?;
        page.here = at_page(page.here, before);
        if page.visit.look.is_none() {
            return Ok((page, None));
        }
        if page.problem.is_some() {
            return Ok((page, Some(None)));
        }
        let voice = page.reader().voice();
        let part = page::history(&App::here(), &page.visit.member, page.at(), before, voice).await?;
        Ok((page, Some(Some(part))))
    };
    ui::load(back, all, |(page, shown)| {
        let Some(part) = shown else { return reason_asked(page).into_any() };
        let reader = page.reader();
        let lead = page.at().filter(|_| part.is_some()).map(|at| format!("{}. ", wording::on(at)));
        let back = if part.is_some() {
            reader.link("/settings/privacy")
        } else {
            Some(support_view::page(&page.visit.member.id))
        };
        let back_to = if lead.is_some() { "Back to that time" } else { "Back to what the member sees" };
        let title =
            part.as_ref().map_or_else(|| "A member's history".to_owned(), |part| title("A member's history", part));
        view! {
            <Frame title here=MEMBERS member=page.visit.staff>
                {page.problem.map(|problem| view! { <p class="said wrong first">{problem}</p> })}
                <p>
                    {lead}
                    <a href=back>{back_to}</a>
                </p>
                {part.map(|part| history(part, &reader, ""))}
            </Frame>
        }
        .into_any()
    })
}

/// One entry of the member's.
#[component]
pub fn MemberEntryPage() -> impl IntoView {
    let (id, wanted, point) = asked();
    let path = format!("/entries/{wanted}");
    let back = address(&id, &path, &point);
    let all = async move {
        let page = Page::begin(&id, &path, &point).await?;
        if page.visit.look.is_none() {
            return Ok((page, None));
        }
        let voice = page.reader().voice();
        let found = page::entry(&App::here(), &page.visit.member, &wanted, page.at(), voice).await?;
        Ok((page, Some(found)))
    };
    ui::load(back, all, |(page, found)| {
        let Some(found) = found else { return reason_asked(page).into_any() };
        let reader = page.reader();
        view! {
            <Frame title=found.title() here=MEMBERS member=page.visit.staff>
                {entry(found, &reader)}
            </Frame>
        }
        .into_any()
    })
}

/// At a past instant: of whom it is, and the way back. What else is known of the member is of
/// today.
#[component]
fn Then<'a>(member: &'a Member, at: UtcMillis) -> impl IntoView + use<> {
    let Member { id, name, .. } = member.clone();
    let page = support_view::page(&id);
    let another = format!("{page}#at");
    view! {
        <section class="card" aria-labelledby="about">
            <section class="stack">
                <h2 id="about"><bdi>{name}</bdi></h2>
                <p class="standing">{format!("{}. This is what held then, and what had been recorded by then.", wording::on(at))}</p>
                <p>
                    <a href=page>"Back to the present"</a>
                    " · "
                    <a href=another>"Choose another time"</a>
                </p>
            </section>
        </section>
    }
}

/// Whom one looks at, until when and why, and what else can be asked for: the whole address,
/// another time.
#[component]
fn About<'a>(
    member: &'a Member,
    look: &'a OpenView,
    draft: &'a Draft,
    point: &'a PointInTime,
    problem: Option<String>,
    next: Option<NextVisit>,
    /// What the member reads of this view.
    told: String,
) -> impl IntoView + use<> {
    let Member { id, name, email, country, joined_at, .. } = member.clone();
    let address = if look.address { email } else { masked(&email) };
    let point_draft = match problem {
        Some(problem) => Draft::new("", &[("at", point.typed())], &AppError::Invalid(vec![("at".into(), problem)])),
        None => Draft::default(),
    };
    let unmask = (!look.address).then(|| {
        let id = id.clone();
        view! {
            <form method="post" action="/api/unmask-address" class="row">
                <input type="hidden" name="member" value=id />
                <button class="button" type="submit" aria-describedby="unmask-hint">
                    "Show the full address"
                </button>
                <p class="soft" id="unmask-hint">
                    "We record this separately, and the member will see it."
                </p>
            </form>
        }
    });
    let page = support_view::page(&id);
    let done = draft.done_as(ViewAction::parse).map(ViewAction::says);
    view! {
        <section class="card" aria-labelledby="about">
            <section class="stack">
                <div role="status">{done.map(|said| view! { <p class="said first">{said}</p> })}</div>
                <Problems draft=draft />
                <h2 id="about"><bdi>{name}</bdi></h2>
                <dl class="facts">
                    <dt>"E-mail address"</dt>
                    <dd><bdi>{address}</bdi></dd>
                    <dt>"Country"</dt>
                    <dd>{country.name()}</dd>
                    <dt>"Member since"</dt>
                    <dd>{joined_at.day()}</dd>
                    <dt>"ID"</dt>
                    <dd class="ref hash">{id}</dd>
                    <dt>"Access until"</dt>
                    <dd><When at=wording::moment(look.until) /></dd>
                    <dt>{THEY_READ}</dt>
                    <dd><blockquote class="exact">{told}</blockquote></dd>
                    {next
                        .map(|next| {
                            let (notice, known) = match next {
                                NextVisit::Delivers(notice) => (notice, ", which they have not seen yet."),
                                NextVisit::Shows(notice) => {
                                    (notice, " again. It stays on their page until they decide or dismiss it.")
                                }
                            };
                            let link = wording::notice_path(&notice);
                            view! {
                                <dt>"Next visit"</dt>
                                <dd>
                                    "We will show them " <a href=link>{format!("notice {}", notice.version)}</a>
                                    {known}
                                </dd>
                            }
                        })}
                </dl>
                {unmask}
            </section>
            <section class="stack">
                <Problems draft=&point_draft />
                <form method="get" action=page class="stack" novalidate>
                    <Field
                        draft=&point_draft
                        name="at"
                        label="Another time (UTC)"
                        kind="datetime-local"
                        autocomplete="off"
                        hint="Shows what held at this minute, and what had been recorded by then."
                        max=16
                    />
                    <div class="row">
                        <button class="button" type="submit">
                            "Show that time"
                        </button>
                    </div>
                </form>
            </section>
        </section>
    }
}

/// The page where the reason is given, in place of whichever page was asked for.
fn reason_asked(page: Page) -> impl IntoView {
    let Page { visit: SupportView { staff, member, .. }, draft, here, .. } = page;
    let choices = access_reason::to_choose_from()
        .map(|reason| {
            (
                reason.as_str(),
                access_reason::title(reason),
                String::new(),
                None,
                draft.value("reason") == reason.as_str(),
            )
        })
        .collect::<Vec<_>>();
    let error = draft.error("reason");
    // Whoever came from a search by number need not type it again.
    let case = leptos_router::hooks::use_query_map().get_untracked().get("case").and_then(|case| parse_number(&case));
    view! {
        <Frame title="View a member's settings" here=MEMBERS member=staff>
            <form method="post" action="/api/look-at-member" class="card" novalidate>
                <section class="stack">
                    <Problems draft=&draft />
                    <h2><bdi>{member.name}</bdi></h2>
                    <p>
                        "For 30 minutes, you will see what this member sees. You cannot change anything. The member will be told when your team looked, and which of these reasons it gave. Only auditors can see your name and your note."
                    </p>
                    <input type="hidden" name="member" value=member.id />
                    <input type="hidden" name="next" value=here />
                    <Field
                        draft=&draft
                        name="case"
                        label="Case number"
                        autocomplete="off"
                        hint="One of this member's cases, such as OBJ-7F3K9Q2M. If there is none, choose a reason below."
                        value=case.unwrap_or_default()
                        max=40
                        optional=true
                    />
                    <Choices name="reason" id="reason" legend="Or your reason" many=false choices error />
                    <Field
                        draft=&draft
                        name="text"
                        label="Note"
                        autocomplete="off"
                        hint="What this is about. Required if you give no case number."
                        max=TEXT_MAX
                        optional=true
                    />
                    <button class="button primary" type="submit">
                        "View settings"
                    </button>
                </section>
            </form>
        </Frame>
    }
}
