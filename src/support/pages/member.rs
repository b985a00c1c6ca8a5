//! What one member sees, for somebody who gave a reason to look: their tab, their history and their
//! receipts, without anything that could be pressed.

use super::super::access_reason::{self, Day, TEXT_MAX, parse_day};
use super::super::store::OpenView;
use super::super::support_view::{self, SupportView, ViewAction};
use super::find::MEMBERS;
use super::views::who_looked;
use crate::account::model::Member;
use crate::account::roles::{Capability, may};
use crate::account::search::masked;
use crate::account::session::Draft;
use crate::consent::pages::{asked_before, at_page, card_to_look_at, entry, history, title};
use crate::consent::{audience::Audience, load, page, wording};
use crate::error::AppError;
use crate::ledger::{NoticeRef, store as ledger};
use crate::objection::pages::other_uses;
use crate::time::UtcMillis;
use crate::ui::{self, Choices, Field, Frame, Problems, When};
use crate::web::{App, link};
use leptos::prelude::*;

/// A page about one member: who looks at whom, and what was typed into its form last.
struct Page {
    visit: SupportView,
    draft: Draft,
    day: Day,
    /// Where the reader is, to come back to once the reason is given.
    here: String,
}

impl Page {
    /// Begins one; `path` is what stands behind the member's own path.
    async fn begin(id: &str, path: &str, day: &str) -> Result<Self, AppError> {
        let visit = support_view::begin(id, Capability::ViewMembers).await?;
        let day = parse_day(day, App::here().clock.now());
        let draft = Draft::take_for(&support_view::page(id), Some(&visit.staff)).await?;
        let here = format!("{}{path}{}", support_view::page(id), query(&day));
        Ok(Self { visit, draft, day, here })
    }

    /// The instant that is looked at, where it is not now.
    fn at(&self) -> Option<UtcMillis> {
        if let Day::Past(at, _) = &self.day { Some(*at) } else { None }
    }

    fn reader(&self) -> Audience {
        Audience::Staff {
            base: support_view::page(&self.visit.member.id),
            cases: may(Some(self.visit.staff.role), Capability::WorkCases),
            query: query(&self.day),
        }
    }
}

fn query(day: &Day) -> String {
    if let Day::Past(_, day) = day { format!("?at={day}") } else { String::new() }
}

/// What was asked for, to come back to after signing in; `path` is what stands behind the member's
/// own path.
fn address(id: &str, path: &str, day: &str) -> String {
    let day = if day.is_empty() { String::new() } else { format!("?at={}", link::in_address(day)) };
    format!("{}{path}{day}", support_view::page(id))
}

fn asked() -> (String, String, String) {
    let params = leptos_router::hooks::use_params_map().get_untracked();
    let day = leptos_router::hooks::use_query_map().get_untracked().get("at").unwrap_or_default();
    (params.get("id").unwrap_or_default(), params.get("entry").unwrap_or_default(), day)
}

/// The member's tab.
#[component]
pub fn MemberPage() -> impl IntoView {
    let (id, _, day) = asked();
    let back = address(&id, "", &day);
    let all = async move {
        let page = Page::begin(&id, "", &day).await?;
        let Some(look) = page.visit.look.clone() else { return Ok((page, None)) };
        let (app, member, at, reader) = (App::here(), &page.visit.member, page.at(), page.reader());
        let began = ledger::began(app.db.reader().await?.conn(), &member.subject).await?.unwrap_or(member.joined_at);
        if at.is_some_and(|at| at < began) {
            return Ok((page, Some((look, Err(began)))));
        }
        let (card, next) = load::seen(&app, member, at).await?;
        let cards = (
            card_to_look_at(card, &reader).into_any(),
            other_uses(member, &reader, at).await?,
            who_looked(member, &reader, at).await?,
        );
        Ok((page, Some((look, Ok((cards, next))))))
    };
    ui::load(back, all, |(page, open)| {
        let Some((look, shown)) = open else { return reason_asked(page).into_any() };
        let Page { visit: SupportView { staff, member, .. }, draft, day, .. } = page;
        let (cards, next, began) = match shown {
            Ok((cards, next)) => (Some(cards), next, None),
            Err(began) => (None, None, Some(began)),
        };
        view! {
            <Frame title="What a member sees" here=MEMBERS member=staff>
                <About member=&member look=&look draft=&draft day=&day next began />
                {cards}
            </Frame>
        }
        .into_any()
    })
}

/// The member's history.
#[component]
pub fn MemberHistoryPage() -> impl IntoView {
    let (id, _, day) = asked();
    let before = asked_before();
    let back = at_page(address(&id, "/history", &day), before);
    let all = async move {
        let mut page = Page::begin(&id, "/history", &day).await?;
        page.here = at_page(page.here, before);
        if page.visit.look.is_none() {
            return Ok((page, None));
        }
        let part = page::history(&App::here(), &page.visit.member, page.at(), before).await?;
        Ok((page, Some(part)))
    };
    ui::load(back, all, |(page, shown)| {
        let Some(part) = shown else { return reason_asked(page).into_any() };
        let lead = as_of(&page.day);
        let reader = page.reader();
        let back = reader.link("/settings/privacy");
        view! {
            <Frame title=title("A member's history", &part) here=MEMBERS member=page.visit.staff>
                <p>
                    {lead}
                    <a href=back>"Back to what the member sees"</a>
                </p>
                {history(part, &reader)}
            </Frame>
        }
        .into_any()
    })
}

/// One entry of the member's.
#[component]
pub fn MemberEntryPage() -> impl IntoView {
    let (id, wanted, day) = asked();
    let path = format!("/entries/{wanted}");
    let back = address(&id, &path, &day);
    let all = async move {
        let page = Page::begin(&id, &path, &day).await?;
        if page.visit.look.is_none() {
            return Ok((page, None));
        }
        let found = page::entry(&App::here(), &page.visit.member, &wanted).await?;
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

fn as_of(day: &Day) -> Option<String> {
    match day {
        Day::Today => None,
        Day::Past(at, _) => Some(format!("As of the end of {} (UTC). ", at.day())),
        Day::Wrong => Some("That is not today or an earlier day, so this shows today. ".into()),
    }
}

/// Whom one looks at, until when and why, and what else can be asked for: the whole address,
/// another day.
#[component]
fn About<'a>(
    member: &'a Member,
    look: &'a OpenView,
    draft: &'a Draft,
    day: &'a Day,
    next: Option<NoticeRef>,
    /// When the first record of the member is from, where that is after the day.
    began: Option<UtcMillis>,
) -> impl IntoView + use<> {
    let Member { id, name, email, country, joined_at, .. } = member.clone();
    let address = if look.address { email } else { masked(&email) };
    let too_early = began.map(|began| if joined_at < began { format!(
        "We have no record of this day. The member was brought here from elsewhere, and our record begins on {}.",
        began.long()
    ) } else { format!("This account did not exist on this day. It was created on {}.", began.long()) });
    let wrong = "Please enter today or an earlier day, such as 2026-11-23.";
    let day_draft = match day {
        Day::Wrong => Draft::new("", &[], &AppError::Invalid(vec![("at".into(), wrong.into())])),
        _ => Draft::default(),
    };
    let typed = if let Day::Past(_, day) = day { day.clone() } else { String::new() };
    let why = wording::why(look.reason, look.case.as_deref());
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
                    <dt>"What they are told"</dt>
                    <dd>{format!("That your team viewed these settings. Reason: {why}.")}</dd>
                    {next
                        .map(|notice| {
                            let link = wording::notice_path(&notice);
                            view! {
                                <dt>"Next visit"</dt>
                                <dd>
                                    "We will show them " <a href=link>{format!("notice {}", notice.version)}</a>
                                    ", which they have not seen yet."
                                </dd>
                            }
                        })}
                </dl>
                {unmask}
            </section>
            <section class="stack">
                <form method="get" action=page.clone() class="stack" novalidate>
                    <Field
                        draft=&day_draft
                        name="at"
                        label="Another day"
                        kind="date"
                        autocomplete="off"
                        value=typed
                        max=10
                    />
                    <div class="row">
                        <button class="button" type="submit">
                            "Show that day"
                        </button>
                    </div>
                </form>
                {as_of(day).map(|said| view! { <p class="standing">{said} <a href=page>"Back to today"</a></p> })}
                {too_early.map(|said| view! { <p>{said}</p> })}
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
