//! The templates of texts that officers keep: the list, one with its versions, and a new one.

use super::super::officer_actions;
use super::super::templates::{TemplateAction, address};
use crate::account::model::Member;
use crate::account::session::Draft;
use crate::error::AppError;
use crate::ledger::Purpose;
use crate::objection::form::GROUNDS_MAX;
use crate::objection::pages::{LanguageField, language};
use crate::objection::store;
use crate::objection::template::{Placeholder, TITLE_MAX, Template, TemplateKind};
use crate::objection::wording;
use crate::paths::{ADD_TEMPLATE, QUEUE, TEMPLATES};
use crate::ui::{self, Field, Frame, Problems, Script, Select, TextArea, When};
use crate::web::App;
use leptos::prelude::*;

#[component]
pub fn TemplatesPage() -> impl IntoView {
    let all = async {
        let officer = officer_actions::officer().await?;
        Ok((officer, store::newest_templates(App::here().db.reader().await?.conn()).await?))
    };
    ui::load(TEMPLATES, all, |(officer, all): (Member, Vec<Template>)| {
        let (retired, offered): (Vec<Template>, Vec<Template>) = all.into_iter().partition(|template| template.retired);
        let none = offered.is_empty();
        let kinds = TemplateKind::ALL.iter().filter_map(|kind| {
            let of: Vec<Template> = offered.iter().filter(|t| t.content.kind == *kind).cloned().collect();
            (!of.is_empty()).then(|| view! { <Kind title=kind.title() id=kind.as_str() templates=of /> })
        });
        let kinds = kinds.collect_view();
        view! {
            <Frame
                title="Templates"
                here=QUEUE
                member=officer
                lead="Texts that officers keep for what they write often. Each is offered beside the field that it is for."
            >
                <p>
                    <a class="button" href=ADD_TEMPLATE>
                        "Add a template"
                    </a>
                </p>
                <article class="card" aria-label="Templates">
                    {none.then(|| view! { <p>"There is no template yet."</p> })} {kinds}
                    {(!retired.is_empty())
                        .then(|| {
                            view! {
                                <details>
                                    <summary>"Retired templates"</summary>
                                    <Rows templates=retired with_kind=true />
                                </details>
                            }
                        })}
                </article>
                <p>
                    <a href=QUEUE>"Back to the queue"</a>
                </p>
            </Frame>
        }
    })
}

#[component]
fn Kind(title: &'static str, id: &'static str, templates: Vec<Template>) -> impl IntoView {
    view! {
        <section class="stack" aria-labelledby=id>
            <h2 id=id>{title}</h2>
            <Rows templates />
        </section>
    }
}

#[component]
fn Rows(templates: Vec<Template>, #[prop(optional)] with_kind: bool) -> impl IntoView {
    view! {
        <ul class="stack plain-list">
            {templates
                .into_iter()
                .map(|template| {
                    let about = if with_kind { about(&template) } else { readers(&template) };
                    view! {
                        <li>
                            <a href=address(&template.id)>
                                <bdi>{template.content.title.clone()}</bdi>
                            </a>
                            <p class="soft">
                                {about} ", version " {template.version} ", " <When at=wording::when(template.at) /> ", "
                                <bdi>{template.by.clone()}</bdi>
                            </p>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

/// What it is for: the kind, the purpose if it is for one, and the language.
fn about(template: &Template) -> String {
    format!("{}, {}", template.content.kind.title(), readers(template))
}

/// The same without the kind.
fn readers(template: &Template) -> String {
    let content = &template.content;
    let purpose = content.purpose.map(|purpose| format!("{}, ", purpose.title())).unwrap_or_default();
    format!("{purpose}{}", language(&content.language))
}

#[component]
pub fn AddTemplatePage() -> impl IntoView {
    let all = async {
        let officer = officer_actions::officer().await?;
        let draft = Draft::take_for(ADD_TEMPLATE, Some(&officer)).await?;
        Ok((officer, draft))
    };
    ui::load(ADD_TEMPLATE, all, |(officer, draft): (Member, Draft)| {
        // A new name for a new form; the one it had for a form that was sent back.
        let id = Some(draft.value("template")).filter(|id| !id.is_empty());
        let id = id.unwrap_or_else(|| crate::id::opaque().to_string());
        let kinds = TemplateKind::ALL.iter().map(|kind| (kind.as_str(), kind.title())).collect();
        let purposes = Purpose::ALL.iter().filter(|purpose| purpose.can_be_refused());
        let purposes = purposes.map(|purpose| (purpose.as_str(), purpose.title())).collect();
        view! {
            <Frame title="Add a template" here=QUEUE member=officer>
                <article class="card" aria-label="Template">
                    <form method="post" action="/api/save-template" novalidate>
                        <section class="stack">
                            <Problems draft=&draft />
                            <input type="hidden" name="template" value=id />
                            <Select draft=&draft name="kind" label="What it is for" all="Please choose" options=kinds />
                            <Select
                                draft=&draft
                                name="purpose"
                                label="Which use the grounds are about"
                                all="All of them"
                                options=purposes
                            />
                            <LanguageField draft=&draft label="Language of the text" />
                            <Text draft=&draft />
                            <button class="button primary" type="submit">
                                "Save this template"
                            </button>
                        </section>
                    </form>
                </article>
                <p>
                    <a href=TEMPLATES>"Back to the templates"</a>
                </p>
            </Frame>
        }
    })
}

/// The fields of a version: the title and the text.
#[component]
fn Text<'a>(
    draft: &'a Draft,
    #[prop(optional)] title: String,
    #[prop(optional)] text: String,
    #[prop(default = GROUNDS_MAX)] max: usize,
) -> impl IntoView + use<> {
    let hint = "Officers choose it by this. The person does not read it.";
    view! {
        <Field draft=draft name="title" label="Title" autocomplete="off" hint=hint value=title max=TITLE_MAX />
        <TextArea draft=draft name="text" label="Text" rows=10 value=text max=max required=true />
        <Script name="leave" />
        <p class="soft">
            "These are filled in from the case: " {Placeholder::list()}
            ". The officer reads the text, and can change it, before it is sent."
        </p>
    }
}

#[component]
pub fn TemplatePage() -> impl IntoView {
    let id = leptos_router::hooks::use_params_map().get_untracked().get("template").unwrap_or_default();
    let here = uuid::Uuid::parse_str(&id).map_or_else(|_| TEMPLATES.to_owned(), |id| address(&id.to_string()));
    let all = {
        let here = here.clone();
        async move {
            let officer = officer_actions::officer().await?;
            let versions = store::template_versions(App::here().db.reader().await?.conn(), &id).await?;
            if versions.is_empty() {
                return Err(AppError::NotFound);
            }
            let draft = Draft::take_for(&here, Some(&officer)).await?;
            Ok((officer, versions, draft))
        }
    };
    ui::load(here, all, |(officer, versions, draft): (Member, Vec<Template>, Draft)| {
        versions.first().cloned().map(|newest| {
            let done = draft.done_as(TemplateAction::parse).map(TemplateAction::says);
            let content = newest.content.clone();
            let hidden = [
                ("template", newest.id.clone()),
                ("seen", newest.version.to_string()),
                ("kind", content.kind.as_str().to_owned()),
                ("purpose", content.purpose.map(|purpose| purpose.as_str().to_owned()).unwrap_or_default()),
                ("language", content.language.clone()),
            ];
            let hidden =
                hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
            let (button, lead) = if newest.retired {
                ("Save and offer it again", "It is retired: officers are not offered it. Saving it offers it again.")
            } else {
                ("Save a new version", "Saving makes a new version. Earlier ones stay as they are.")
            };
            let about = about(&newest);
            let retire = (!newest.retired).then(|| view! { <Retire template=&newest /> });
            view! {
                <Frame title=content.title.clone() here=QUEUE member=officer>
                    <article class="card" aria-labelledby="change">
                        <form method="post" action="/api/save-template" novalidate>
                            <section class="stack">
                                <div role="status">{done.map(|done| view! { <p class="said first">{done}</p> })}</div>
                                <Problems draft=&draft />
                                <h2 id="change">{about}</h2>
                                <p class="soft">{lead}</p>
                                {hidden}
                                <Text draft=&draft title=content.title text=content.text max=content.kind.max() />
                                <button class="button primary" type="submit">
                                    {button}
                                </button>
                            </section>
                        </form>
                        {retire}
                    </article>
                    <article class="card" aria-labelledby="versions">
                        <section>
                            <h2 id="versions">"Versions"</h2>
                        </section>
                        {versions.into_iter().map(|version| view! { <Version version /> }).collect_view()}
                    </article>
                    <p>
                        <a href=TEMPLATES>"Back to the templates"</a>
                    </p>
                </Frame>
            }
        })
    })
}

#[component]
fn Retire<'a>(template: &'a Template) -> impl IntoView + use<> {
    view! {
        <form method="post" action="/api/retire-template">
            <section class="stack">
                <p class="soft">"A retired template is offered no more. It can be offered again."</p>
                <input type="hidden" name="template" value=template.id.clone() />
                <input type="hidden" name="seen" value=template.version />
                <button class="button" type="submit">
                    "Retire it"
                </button>
            </section>
        </form>
    }
}

#[component]
fn Version(version: Template) -> impl IntoView {
    let retired = if version.retired { ", retired" } else { "" };
    view! {
        <section class="stack">
            <h3>{format!("Version {}{retired}", version.version)}</h3>
            <p class="soft">
                <When at=wording::when(version.at) />
                ", "
                <bdi>{version.by}</bdi>
            </p>
            <p>
                <bdi>{version.content.title}</bdi>
            </p>
            <blockquote class="exact typed" dir="auto">
                {version.content.text}
            </blockquote>
        </section>
    }
}
