//! A card that is one form.

use leptos::prelude::*;

/// A card with a heading, a line about it, the fields of a form and its one button. The fields are
/// views already, because they borrow the draft.
#[component]
pub fn FormCard<F: IntoView + 'static>(
    id: &'static str,
    title: &'static str,
    #[prop(default = None, into)] lead: Option<String>,
    action: &'static str,
    fields: F,
    /// Whether we say what is wrong, and not the browser.
    #[prop(optional)]
    novalidate: bool,
    button: &'static str,
    #[prop(optional)] primary: bool,
) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby=id>
            <form method="post" action=action novalidate=novalidate>
                <section class="stack">
                    <h2 id=id>{title}</h2>
                    {lead.map(|lead| view! { <p class="soft">{lead}</p> })} {fields}
                    <button class=if primary { "button primary" } else { "button" } type="submit">
                        {button}
                    </button>
                </section>
            </form>
        </section>
    }
}
