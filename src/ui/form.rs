//! Form parts: a field with its message, and the summary of what is wrong.

use crate::account::session::Draft;
use leptos::prelude::*;

/// Says at the top what is wrong, with links to the fields; the focus goes here.
#[component]
pub fn Problems<'a>(draft: &'a Draft) -> impl IntoView + use<> {
    let errors = draft.errors.clone();
    (!errors.is_empty()).then(|| {
        view! {
            <div class="problems" role="alert" tabindex="-1" autofocus>
                <h2>"Please look at this"</h2>
                <ul>
                    {errors
                        .into_iter()
                        .map(|(field, message)| {
                            if field.is_empty() {
                                view! { <li>{message}</li> }.into_any()
                            } else {
                                view! {
                                    <li>
                                        <a href=format!("#{field}")>{message}</a>
                                    </li>
                                }
                                .into_any()
                            }
                        })
                        .collect_view()}
                </ul>
            </div>
        }
    })
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
    max: usize,
) -> impl IntoView + use<> {
    let error = draft.error(name);
    let value = (kind != "password").then(|| draft.value(name)).filter(|v| !v.is_empty());
    let described: Vec<String> =
        [hint.map(|_| format!("{name}-hint")), error.as_ref().map(|_| format!("{name}-error"))]
            .into_iter()
            .flatten()
            .collect();
    let described = (!described.is_empty()).then(|| described.join(" "));
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
                maxlength=max
                required
                aria-invalid=error.map(|_| "true")
                aria-describedby=described
            />
        </div>
    }
}
