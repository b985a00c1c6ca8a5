//! The officers of a case: whose it is, and the second one, who agrees to a refusal or sends it
//! back.

use super::super::list;
use crate::account::model::Member;
use crate::account::session::Draft;
use crate::account::store as accounts;
use crate::consent::afterwards::Afterwards;
use crate::error::AppError;
use crate::objection::answer_letter;
use crate::objection::answering::Others;
use crate::objection::form::RETURN_MAX;
use crate::objection::model::Case;
use crate::objection::note::Note;
use crate::objection::pages::Quoted;
use crate::objection::said::said;
use crate::objection::service;
use crate::objection::store::{self as cases, Given};
use crate::objection::wording;
use crate::time::UtcMillis;
use crate::ui::{TextArea, When};
use crate::web::App;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// Who of the staff has to do with a case, and what they noted on it.
pub struct People {
    pub viewer: Member,
    officers: Vec<Member>,
    /// Those who are no officers any more.
    former: Vec<Member>,
    given: Vec<Given>,
    notes: Vec<Note>,
    /// What holds once the case is answered, for the previews.
    pub after: Afterwards,
    /// The list that the case was opened from; empty where it was not.
    list: String,
}

impl People {
    pub async fn of(case: &Case, viewer: Member, officers: Vec<Member>, list: String) -> Result<Self, AppError> {
        let mut former = Vec::new();
        let proposer = case.proposed.as_ref().map(|(id, _)| id);
        let made = case.steps.iter().filter_map(|done| done.officer.as_ref());
        let ids: BTreeSet<&String> = case.officer.iter().chain(proposer).chain(made).collect();
        for id in ids.into_iter().filter(|id| !officers.iter().any(|o| o.id == **id)) {
            former.extend(accounts::by_id(App::here().db.reader().await?.conn(), id).await?);
        }
        let given = cases::given(App::here().db.reader().await?.conn(), &case.number).await?;
        let notes = cases::notes(App::here().db.reader().await?.conn(), &case.number).await?;
        let after = service::afterwards(App::here().db.reader().await?.conn(), case).await?;
        Ok(Self { viewer, officers, former, given, notes, after, list })
    }

    /// The list that the case was opened from, if it was.
    pub fn list(&self) -> Option<&str> {
        list::named(&self.list)
    }

    /// The notes on the case, the newest last.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The names of those who may refuse this again.
    pub fn who_may_refuse(&self, case: &Case) -> String {
        let may = self.officers.iter().filter(|officer| case.may_refuse(&officer.id));
        may.map(|officer| &*officer.name).collect::<Vec<_>>().join(", ")
    }

    /// Whether nobody is left who could refuse again what was refused before.
    pub fn are_too_few(&self, case: &Case) -> bool {
        case.lacks_officers(&self.officers.iter().map(|officer| &*officer.id).collect::<Vec<_>>())
    }

    /// Whether there are officers with whom the viewer could refuse.
    pub fn others(&self, case: &Case) -> Others {
        let officers: Vec<&str> = self.officers.iter().map(|officer| &*officer.id).collect();
        Others::of(case, &self.viewer.id, &officers)
    }

    /// The name of the one with this id, as the viewer reads it.
    pub fn name(&self, id: Option<&str>) -> String {
        match id {
            None => "Nobody yet".into(),
            Some(id) if id == self.viewer.id => "You".into(),
            Some(id) => {
                let named = |these: &[Member]| these.iter().find(|o| o.id == id).map(|o| o.name.clone());
                let former = || named(&self.former).map(|name| format!("{name} (no longer an officer)"));
                named(&self.officers).or_else(former).unwrap_or_else(|| "Somebody who has left".into())
            }
        }
    }
}

/// An answer that waits for a second officer: what it says, and the second officer's two ways to go
/// on.
#[component]
pub fn Second<'a>(case: &'a Case, draft: &'a Draft, people: &'a People) -> impl IntoView + use<> {
    let (by, at) = case.proposed.clone()?;
    let own = by == people.viewer.id;
    let may_agree = case.may_agree(&people.viewer.id);
    let (number, revision) = (case.number.clone(), case.revision);
    let list = people.list().map(str::to_owned);
    let hidden = move || {
        view! {
            <input type="hidden" name="case" value=number.clone() />
            <input type="hidden" name="revision" value=revision />
            {list.clone().map(|list| view! { <input type="hidden" name="list" value=list /> })}
        }
    };
    let (rulings, to) = (case.proposal(), case.next_answer());
    let said = said(case, &rulings, &people.after, to);
    let blocks = answer_letter::answer_for_officers(case, &rulings, &said, to);
    let author = if own { "you".to_owned() } else { people.name(Some(&by)) };
    let alone = !people.officers.iter().any(|o| case.may_agree(&o.id));
    let why = match (own, alone) {
        (false, true) => {
            "You wrote an earlier refusal, so another officer has to agree to this one, and there is no other officer who can. Somebody with access to the server can add one with: sayso user add --role privacy_officer. Until then, you can send this draft back and uphold the objection."
        }
        (false, false) if !may_agree => "You wrote an earlier refusal, so another officer has to agree to this one.",
        (true, true) => {
            "You wrote it, and there is no other officer who can agree to it. Somebody with access to the server can add one with: sayso user add --role privacy_officer. Until then, you can take this draft back and uphold the objection."
        }
        (true, false) => "You wrote it, so another officer has to agree to it before it is sent.",
        (false, false) => {
            "It refuses something, so it is sent only if you agree. If you do, you are as responsible for it as the first officer."
        }
    };
    Some(view! {
        <section class="card" aria-labelledby="second">
            <section class="stack">
                <h2 id="second">"An answer is waiting for a second officer"</h2>
                <p class="soft">
                    "Drafted by " <bdi>{author}</bdi> " on " <When at=wording::when(at) /> ". " {why}
                </p>
                <div class="letter-blocks">
                    <Quoted
                        blocks
                        intro="If a second officer agrees, the person will read:"
                    />
                </div>
                {may_agree
                    .then(|| {
                        view! {
                            <form method="post" action="/api/agree-to-decision" class="stack">
                                {hidden()} <Onward people id="next-agree" />
                                <button class="button primary" type="submit">
                                    "Agree, and send this answer"
                                </button>
                            </form>
                        }
                    })}
            </section>
            <form method="post" action="/api/return-decision" novalidate>
                <section class="stack">
                    {hidden()}
                    {if own {
                        view! { <input type="hidden" name="why" value="" /> }.into_any()
                    } else {
                        view! {
                            <TextArea
                                draft=draft
                                name="why"
                                label="What has to change"
                                hint="The first officer will read it. The person will not."
                                rows=4
                                max=RETURN_MAX
                                required=true
                            />
                        }
                            .into_any()
                    }}
                    {(!own).then(|| view! { <Onward people id="next-return" /> })}
                    <button class="button" type="submit">
                        {if own { "Take it back" } else { "Send it back" }}
                    </button>
                </section>
            </form>
        </section>
    })
}

/// Whether the next case of the list is to follow, in a form of a case that was opened from one.
#[component]
pub fn Onward<'a>(people: &'a People, id: &'static str) -> impl IntoView + use<> {
    people.list().is_some().then(|| {
        view! {
            <div class="choice">
                <input type="checkbox" id=id name="next" value="1" checked />
                <label for=id>"Save and next: then open the next case of the list"</label>
            </div>
        }
    })
}

/// Who gave the case to whom; nothing where nobody has.
#[component]
pub fn Handed<'a>(people: &'a People) -> impl IntoView + use<> {
    let lines = people.given.iter().map(|given| {
        let to = given.to.clone().unwrap_or_else(|| "nobody".into());
        (wording::when(UtcMillis(given.at)), (!given.taken).then_some(to), given.by.clone())
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| {
        view! {
            <section>
                <h2>"Assignment history"</h2>
                <ol class="steps">
                    {lines
                        .into_iter()
                        .map(|(at, to, by)| {
                            view! {
                                <li>
                                    <p class="soft">
                                        <When at /> " · " <bdi>{by}</bdi>
                                    </p>
                                    {match to {
                                        Some(to) => view! { <p>"Assigned to " <bdi>{to}</bdi> "."</p> }.into_any(),
                                        None => view! { <p>"Took this case."</p> }.into_any(),
                                    }}
                                </li>
                            }
                        })
                        .collect_view()}
                </ol>
            </section>
        }
    })
}

/// Giving the case to another officer.
#[component]
pub fn Assign<'a>(case: &'a Case, draft: &'a Draft, people: &'a People) -> impl IntoView + use<> {
    let waits = case.waits();
    let chosen = if draft.has("officer") { Some(draft.value("officer")) } else { case.officer.clone() };
    let error = draft.error("officer");
    let options = people.officers.iter().map(|o| {
        let title = if o.id == people.viewer.id { format!("{} (you)", o.name) } else { o.name.clone() };
        (o.id.clone(), title, chosen.as_ref() == Some(&o.id))
    });
    let options: Vec<_> = options.collect();
    let (number, revision) = (case.number.clone(), case.revision);
    let list = people.list().map(str::to_owned);
    waits.then(|| {
        view! {
            <section class="card" aria-labelledby="assign">
                <form method="post" action="/api/assign-objection" novalidate>
                    <section class="stack">
                        <h2 id="assign">"Assign to"</h2>
                        <input type="hidden" name="case" value=number />
                        <input type="hidden" name="revision" value=revision />
                        {list.map(|list| view! { <input type="hidden" name="list" value=list /> })}
                        <div class="field">
                            <label for="officer">"Officer"</label>
                            {error.clone().map(|error| view! { <p class="error" id="officer-error">{error}</p> })}
                            <select
                                id="officer"
                                name="officer"
                                aria-invalid=error.as_ref().map(|_| "true")
                                aria-describedby=error.as_ref().map(|_| "officer-error")
                            >
                                <option value="">"Nobody yet"</option>
                                {options
                                    .into_iter()
                                    .map(|(id, title, chosen)| {
                                        view! {
                                            <option value=id selected=chosen>
                                                {title}
                                            </option>
                                        }
                                    })
                                    .collect_view()}
                            </select>
                        </div>
                        <button class="button" type="submit">
                            "Save"
                        </button>
                    </section>
                </form>
            </section>
        }
    })
}
