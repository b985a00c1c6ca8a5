//! The document around every page. The route table is in `app/routes.rs`.

mod error_page;
mod routes;

use crate::web::assets;
use http::{HeaderValue, header};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;
pub use routes::Root;

/// The document around every page, with the policy that belongs to it.
pub fn shell(options: &LeptosOptions) -> impl IntoView + use<> {
    let nonce = use_nonce();
    if let (Some(nonce), Some(response)) = (&nonce, use_context::<ResponseOptions>()) {
        let policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
             img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
    // Islands carry their own data; the page around them is not hydrated and ships none.
    if let Some(context) = Owner::current_shared_context() {
        context.set_is_hydrating(false);
    }
    let wake = wake(&options.output_name);
    // Nothing is painted before the local times are there, so that what is read does not move.
    let names = assets::names();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="stylesheet" href=format!("/pkg/{}", names.style) />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <script type="module" blocking="render" nonce=nonce.clone() src=format!("/pkg/{}", names.page)></script>
                <script type="module" nonce=nonce.clone() inner_html=wake></script>
                <MetaTags />
            </head>
            <body>
                <Root />
            </body>
        </html>
    }
}

/// Loads the client half where there is an island, and only there, and wakes it. Our own rather
/// than leptos's, whose preload carries the nonce as `crossorigin`, which is no valid value for it.
///
/// A translator, or an extension, may have put other nodes in the place of the texts before that.
/// Then waking fails half way, and the server's HTML is put back: its forms work as they do without
/// JavaScript.
fn wake(name: &str) -> String {
    format!(
        r#"const islands = document.querySelectorAll("leptos-island");
if (islands.length) {{
  const client = await import("/pkg/{name}.js");
  await client.default({{ module_or_path: "/pkg/{name}_bg.wasm" }});
  const asServed = [...islands].map((island) => island.cloneNode(true));
  try {{
    client.hydrate();
    for (const island of islands) client[island.dataset.component](island);
  }} catch {{
    islands.forEach((island, i) => island.replaceWith(asServed[i]));
  }}
  performance.mark("awake");
}}"#
    )
}
