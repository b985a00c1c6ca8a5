//! The page of a form that was refused because it did not come from a page of ours.

use super::{Plain, status};
use crate::web::refusal::Refusal;
use http::{StatusCode, request::Parts};
use leptos::prelude::*;

/// Says what to do. What was typed is text to be copied, and in no form: it may be what another
/// site has written.
#[component]
pub fn Refused() -> impl IntoView {
    status(StatusCode::FORBIDDEN);
    let refusal = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Refusal>().cloned());
    let own = refusal.as_ref().map(|refusal| refusal.own.to_string());
    let typed = refusal.map(|refusal| refusal.typed).unwrap_or_default();
    view! {
        <Plain title="This form was not accepted">
            <p>
                "It did not come from a page of this site, or your browser did not say that it did. Another site may have sent it without your knowledge, so we refused it. Nothing was changed."
            </p>
            <p>"If you sent it yourself:"</p>
            <ul>
                {own
                    .map(|own| {
                        view! {
                            <li>
                                "Check the address of the page that you sent it from. It must begin with "
                                <span class="ref">{own}</span> "."
                            </li>
                        }
                    })}
                <li>"Reload that page and send the form from there."</li>
                <li>
                    "If it happens again, something between your browser and us is changing what you send, such as an extension or a proxy. Please try without it, or in another browser."
                </li>
            </ul>
            {(!typed.is_empty())
                .then(|| {
                    view! {
                        <section class="stack" aria-labelledby="typed">
                            <h2 id="typed">"What the form said"</h2>
                            <p class="soft">"If you typed this, you can copy it. Passwords are not shown."</p>
                            <dl class="stack">
                                {typed
                                    .into_iter()
                                    .map(|(label, value)| {
                                        view! {
                                            <div>
                                                <dt>{label}</dt>
                                                <dd>
                                                    <blockquote class="exact typed" dir="auto">
                                                        {value}
                                                    </blockquote>
                                                </dd>
                                            </div>
                                        }
                                    })
                                    .collect_view()}
                            </dl>
                        </section>
                    }
                })}
            <p>
                <a class="button" href="/">
                    "Go to the start page"
                </a>
            </p>
        </Plain>
    }
}
