//! The user name beside a new password.

use leptos::prelude::*;

/// Says whose password it is, to the person and to their password manager: those pass over fields
/// that are hidden.
#[component]
pub fn Username(email: String) -> impl IntoView {
    view! {
        <div class="field">
            <label for="username">"E-mail address"</label>
            <input id="username" name="username" type="email" value=email autocomplete="username" readonly />
        </div>
    }
}
