//! The way to everything that there is about a member, as one file.

use crate::paths::EVERYTHING;
use leptos::prelude::*;

#[component]
pub fn TakeAlong() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="along">
            <section class="stack">
                <h2 id="along">"Take everything along"</h2>
                <p class="soft">
                    "One file with everything we have about you: your history with its proofs, the notices we showed you, your objections and our answers, who looked, and your account. It has a page to read, and says how to check it without us. Keep it where others cannot read it."
                </p>
                <p>
                    <a class="button" href=EVERYTHING download="">
                        "Download everything"
                    </a>
                </p>
            </section>
        </section>
    }
}
