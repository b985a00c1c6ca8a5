//! Form parts: a field with its message.

use super::Script;
use crate::account::model::{Country, PASSWORD_MAX};
use crate::account::session::Draft;
use crate::html::escape;
use crate::objection::form::REASON_MAX;
use crate::text::grouped;
use crate::web::body::PASTE_ROOM;
use leptos::prelude::*;

/// The ids of the hint and the message that belong to a field.
fn described(id: &str, hint: bool, error: bool) -> Option<String> {
    let ids = [hint.then(|| format!("{id}-hint")), error.then(|| format!("{id}-error"))];
    let ids: Vec<String> = ids.into_iter().flatten().collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// A labelled input; its message is tied to it. A password is never filled in again.
#[component]
pub fn Field<'a>(
    draft: &'a Draft,
    name: &'static str,
    label: &'static str,
    #[prop(default = "text")] kind: &'static str,
    autocomplete: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    /// What stands there before anything was typed.
    #[prop(optional)]
    value: String,
    max: usize,
    #[prop(optional)] optional: bool,
    /// Which keys a phone shows.
    #[prop(optional)]
    inputmode: Option<&'static str>,
) -> impl IntoView + use<> {
    let error = draft.error(name);
    let typed = if draft.has(name) { draft.value(name) } else { value };
    let value = (kind != "password").then_some(typed).filter(|v| !v.is_empty());
    let described = described(name, hint.is_some(), error.is_some());
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {hint.map(|hint| view! { <p class="soft hint" id=format!("{name}-hint")>{hint}</p> })}
            {error.clone().map(|error| view! { <p class="error" id=format!("{name}-error")>{error}</p> })}
            <input
                id=name
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                inputmode=inputmode
                maxlength=(!["date", "datetime-local"].contains(&kind)).then_some(max * PASTE_ROOM)
                required=!optional
                aria-invalid=error.map(|_| "true")
                aria-describedby=described
            />
            {(kind == "password").then(|| view! { <Script name="fields" /> })}
        </div>
    }
}

/// The field for a password that somebody chooses.
#[component]
pub fn NewPasswordField<'a>(
    draft: &'a Draft,
    #[prop(default = "New password")] label: &'static str,
) -> impl IntoView + use<> {
    view! {
        <Field
            draft=draft
            name="password"
            label=label
            kind="password"
            autocomplete="new-password"
            hint="12 characters or more. A few unrelated words work well."
            max=PASSWORD_MAX
        />
    }
}

/// A labelled text of several lines.
#[component]
pub fn TextArea<'a>(
    draft: &'a Draft,
    #[prop(into)] name: String,
    /// The field's id and its name in the draft, where that is not `name`.
    #[prop(optional, into)]
    id: Option<String>,
    #[prop(into)] label: String,
    #[prop(optional)] hint: Option<&'static str>,
    /// What stands there before anything was typed.
    #[prop(optional, into)]
    value: String,
    #[prop(optional)] required: bool,
    #[prop(default = 6)] rows: u16,
    max: usize,
) -> impl IntoView + use<> {
    let id = id.unwrap_or_else(|| name.clone());
    let value = if draft.has(&id) { draft.value(&id) } else { value };
    let error = draft.error(&id);
    // People write more than that; of the long answers of officers nobody has to be told.
    let limit = (max <= REASON_MAX).then(|| format!("At most {} characters.", grouped(max)));
    let hint: Vec<String> = hint.map(str::to_owned).into_iter().chain(limit).collect();
    let hint = (!hint.is_empty()).then(|| hint.join(" "));
    let described = described(&id, hint.is_some(), error.is_some());
    view! {
        <div class="field wide">
            <label for=id.clone()>{label}</label>
            {hint.map(|hint| view! { <p class="soft hint" id=format!("{id}-hint")>{hint}</p> })}
            {error.clone().map(|error| view! { <p class="error" id=format!("{id}-error")>{error}</p> })}
            <textarea
                name=name
                rows=rows
                maxlength=max * PASTE_ROOM
                required=required
                aria-invalid=error.map(|_| "true")
                aria-describedby=described
                inner_html=in_text_area(&value)
                id=id
            ></textarea>
        </div>
    }
}

/// What stands between the tags of a text area whose value is `text`. Leptos escapes nothing there,
/// and writes a blank for nothing.
fn in_text_area(text: &str) -> String {
    let escaped = escape(text);
    // A browser leaves out a line's end right behind the tag: one that was typed needs another
    // before it.
    if escaped.starts_with(['\r', '\n']) { format!("\n{escaped}") } else { escaped }
}

/// One of several to choose from: value, title, what it is, what has to be known before, and
/// whether it is chosen.
pub type Choice = (&'static str, &'static str, String, Option<&'static str>, bool);

/// One that cannot be chosen: its value, and why.
pub type Unavailable = (&'static str, AnyView);

/// A group of check boxes (`many`) or of radio buttons, each with a line of its own.
#[component]
pub fn Choices(
    #[prop(into)] name: String,
    #[prop(into)] id: String,
    legend: &'static str,
    many: bool,
    choices: Vec<Choice>,
    /// Those of them that cannot be chosen.
    #[prop(optional)]
    mut unavailable: Vec<Unavailable>,
    error: Option<String>,
) -> impl IntoView {
    let invalid = error.is_some();
    let first = choices.iter().position(|choice| unavailable.iter().all(|(value, _)| *value != choice.0));
    let first = first.unwrap_or_default();
    let message = error.map(|error| view! { <p class="error" id=format!("{id}-error")>{error}</p> });
    view! {
        <fieldset class="choices" aria-describedby=invalid.then(|| format!("{id}-error"))>
            <legend>{legend}</legend>
            {message}
            {choices
                .into_iter()
                .enumerate()
                .map(|(i, (value, title, line, special, chosen))| {
                    // The first one that can be chosen carries the group's name, so that a message
                    // at the top leads to it.
                    let why_not = unavailable.iter().position(|(of, _)| *of == value);
                    let why_not = why_not.map(|at| unavailable.swap_remove(at).1);
                    let disabled = why_not.is_some();
                    let special = special.filter(|_| !disabled);
                    let own = if i == first { id.clone() } else { format!("{id}-{value}") };
                    let line_id = format!("{own}-line");
                    view! {
                        <div class="choice">
                            <input
                                type=if many { "checkbox" } else { "radio" }
                                id=own.clone()
                                name=name.clone()
                                value=value
                                checked=chosen && !disabled
                                disabled=disabled
                                aria-invalid=(invalid && many && !disabled).then_some("true")
                                aria-describedby=(!line.is_empty() || special.is_some()).then(|| line_id.clone())
                            />
                            <div>
                                <label for=own.clone()>{title}</label>
                                {(!line.is_empty() || special.is_some())
                                    .then(|| {
                                        view! {
                                            <p class="soft hint" id=line_id>
                                                {line} {special.map(|special| view! { " " <strong>{special}</strong> })}
                                                {why_not.map(|why| view! { " " <strong>{why}</strong> })}
                                            </p>
                                        }
                                    })}
                            </div>
                        </div>
                    }
                })
                .collect_view()}
        </fieldset>
    }
}

/// One check box.
#[component]
pub fn Tick(
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    ticked: bool,
    error: Option<String>,
) -> impl IntoView {
    let described = described(name, true, error.is_some());
    let invalid = error.is_some();
    view! {
        <div class="choice">
            <input
                type="checkbox"
                id=name
                name=name
                value="1"
                checked=ticked
                aria-invalid=invalid.then_some("true")
                aria-describedby=described
            />
            <div>
                <label for=name>{label}</label>
                <p class="soft hint" id=format!("{name}-hint")>{hint}</p>
                {error.map(|error| view! { <p class="error" id=format!("{name}-error")>{error}</p> })}
            </div>
        </div>
    }
}

/// One of a list, or none of them: value and title of each.
#[component]
pub fn Select<'a, T: Into<String>>(
    draft: &'a Draft,
    name: &'static str,
    label: &'static str,
    /// What it says where none is chosen.
    all: &'static str,
    options: Vec<(T, T)>,
) -> impl IntoView + use<T> {
    let options = options.into_iter().map(|(value, title)| -> (String, String) { (value.into(), title.into()) });
    let (error, chosen) = (draft.error(name), draft.value(name));
    let described = described(name, false, error.is_some());
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {error.clone().map(|error| view! { <p class="error" id=format!("{name}-error")>{error}</p> })}
            <select id=name name=name aria-invalid=error.map(|_| "true") aria-describedby=described>
                <option value="">{all}</option>
                {options
                    .map(|(value, title)| {
                        let selected = chosen == value;
                        view! { <option value=value selected=selected>{title}</option> }
                    })
                    .collect_view()}
            </select>
        </div>
    }
}

/// A country, by ISO 3166-1.
#[component]
pub fn CountryField<'a>(
    draft: &'a Draft,
    hint: &'static str,
    /// What is chosen before anything was typed.
    #[prop(default = None)]
    value: Option<Country>,
) -> impl IntoView + use<> {
    let chosen = if draft.has("country") { draft.country() } else { value };
    let error = draft.error("country");
    view! {
        <div class="field">
            <label for="country">"Country"</label>
            <p class="soft hint" id="country-hint">{hint}</p>
            {error.clone().map(|error| view! { <p class="error" id="country-error">{error}</p> })}
            <select
                id="country"
                name="country"
                autocomplete="country"
                required
                aria-invalid=error.as_ref().map(|_| "true")
                aria-describedby=described("country", true, error.is_some())
            >
                <option value="">"Choose a country"</option>
                {Country::all()
                    .into_iter()
                    .map(|c| {
                        view! {
                            <option value=c.alpha2() selected=chosen == Some(c)>
                                {c.name()}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        </div>
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_text_stays_in_its_area_as_it_was_typed() {
        assert_eq!(super::in_text_area(""), "");
        assert_eq!(super::in_text_area("\r\n</textarea><b>&lt;"), "\n\r\n&lt;/textarea&gt;&lt;b&gt;&amp;lt;");
    }
}
