//! The summary of what is wrong with a form, and the title of the page that has it.

use crate::web::form_draft::Draft;
use leptos::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a page says what is wrong: its title then begins with that. Whoever hears the title
/// first, or reads it in a tab, knows that the form was not taken.
#[derive(Clone, Debug, Default)]
pub struct ProblemsThere(Arc<AtomicBool>);

impl ProblemsThere {
    /// That of the page that is being rendered, which has none yet.
    pub fn of_this_page() -> Self {
        let there = Self::default();
        provide_context(there.clone());
        there
    }

    /// What stands before the title, once the page is there.
    pub fn before_title(&self) -> &'static str {
        if self.0.load(Ordering::Relaxed) { "Error: " } else { "" }
    }

    fn note() {
        if let Some(there) = use_context::<Self>() {
            there.0.store(true, Ordering::Relaxed);
        }
    }
}

/// Says at the top what is wrong, with links to the fields; the focus goes here.
#[component]
pub fn Problems<'a>(draft: &'a Draft) -> impl IntoView + use<> {
    let errors = draft.errors.clone();
    if !errors.is_empty() {
        ProblemsThere::note();
    }
    (!errors.is_empty()).then(|| {
        view! {
            <div class="problems" role="alert" tabindex="-1" autofocus>
                <h2>"There is a problem"</h2>
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
