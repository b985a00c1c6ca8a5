//! What stands around every page: headers, limits, unknown paths, readiness.

use crate::stories;
use crate::test_app::TestApp;
use http::{Method, StatusCode};

stories![
    a_page_that_is_not_there_answers_whoever_is_signed_in,
    every_page_has_its_policy_and_a_fresh_nonce,
    unknown_paths_are_404_inside_the_frame,
    addresses_that_no_header_can_carry_lead_to_sign_in_all_the_same,
    a_program_is_led_to_sign_in_like_a_browser,
    by_any_name_of_the_machine_the_forms_work,
    another_site_cannot_press_for_the_member,
    a_body_too_large_is_refused,
    ready_means_that_a_write_would_be_kept,
    robots_and_security_contacts_are_where_they_are_looked_for,
    every_page_has_a_foot_with_what_the_platform_has_set_and_nothing_else,
];

/// Two parts of such a page ask who is signed in, each for itself.
async fn a_page_that_is_not_there_answers_whoever_is_signed_in(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    for n in 0..20 {
        let page = ada.get(&format!("/no/such/page/{n}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        page.says("Go to your settings");
        page.says("Signed in as ada@example.org");
        assert_eq!((page.count("nav.rail"), page.count("h1"), page.count("main")), (1, 1, 1));
        assert_eq!(page.text_of("h1"), "Page not found");
        let page = ada.post("/api/set-ai-training", &[("wanted", "denied"), ("wanted", "allowed")]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        page.says("We could not read your request");
        page.says("Signed in as ada@example.org");
    }
}

async fn every_page_has_its_policy_and_a_fresh_nonce(site: TestApp) {
    let anybody = site.visitor();
    let [one, two] = [anybody.get("/sign-in").await, anybody.get("/sign-in").await];
    let policy = one.header("content-security-policy");
    assert!(
        policy.contains("script-src 'nonce-")
            && policy.contains("frame-ancestors 'none'")
            && !policy.contains("unsafe-inline"),
        "{policy}"
    );
    assert_ne!(policy, two.header("content-security-policy"));
    assert_eq!(one.header("x-content-type-options"), "nosniff");
    assert_eq!(one.header("referrer-policy"), "same-origin");
    assert_eq!(one.header("cross-origin-opener-policy"), "same-origin");
    assert!(one.header("permissions-policy").contains("camera=()"));
    assert_eq!(one.header("strict-transport-security"), "");
    assert!(!one.header("x-request-id").is_empty());
    assert!(!one.has("[style]"));
}

async fn unknown_paths_are_404_inside_the_frame(site: TestApp) {
    let page = site.visitor().get("/nothing/here").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.says("Page not found");
    assert!(!page.has("nav.rail"));
    assert!(page.header("content-security-policy").contains("nonce-"));
    assert_eq!(site.visitor().get("/pkg/../../etc/passwd").await.status, StatusCode::NOT_FOUND);
}

async fn addresses_that_no_header_can_carry_lead_to_sign_in_all_the_same(site: TestApp) {
    for path in [
        "/settings/privacy/entries/%00",
        "/settings/privacy/entries/%0d%0aSet-Cookie:x=1",
        "/objections/%0a",
        "/support/objections/%00",
    ] {
        let answer = site.visitor().get(path).await;
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
        assert_eq!(answer.header("x"), "");
    }
    let odd = site.visitor().wanting_json().post("/api/sign-in", &[("email", "a\u{0}b"), ("password", "x")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn a_program_is_led_to_sign_in_like_a_browser(site: TestApp) {
    let curl = site.visitor().wanting_json();
    let answer = curl.get("/settings/privacy").await;
    assert_eq!((answer.status, &*answer.location()), (StatusCode::FOUND, "/sign-in?next=/settings/privacy"));
}

async fn by_any_name_of_the_machine_the_forms_work(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    let form = [("wanted", "denied"), ("seen", "")];
    let headers = [("host", "localhost:3000"), ("origin", "http://localhost:3000"), ("sec-fetch-site", "same-origin")];
    assert_eq!(ada.send(Method::POST, "/api/set-ai-training", &form, &headers).await.status, StatusCode::FOUND);
}

async fn another_site_cannot_press_for_the_member(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    let form = [("wanted", "allowed"), ("seen", "")];
    for headers in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let answer = ada.send(Method::POST, "/api/set-ai-training", &form, &[headers]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    assert_eq!(site.count("choice").await, 0);
    let own = ada
        .send(
            Method::POST,
            "/api/set-ai-training",
            &form,
            &[("origin", "http://127.0.0.1:3000"), ("sec-fetch-site", "same-origin")],
        )
        .await;
    assert_eq!(own.status, StatusCode::FOUND);
    assert_eq!(site.count("choice").await, 1);
    let by_get = ada.get("/api/set-ai-training?wanted=denied").await;
    assert!(by_get.status.is_client_error());
    assert_eq!(site.count("choice").await, 1);
}

async fn a_body_too_large_is_refused(site: TestApp) {
    let long = "x".repeat(100_000);
    let answer = site.visitor().wanting_json().post("/api/sign-in", &[("email", &long)]).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
}

async fn ready_means_that_a_write_would_be_kept(site: TestApp) {
    let anybody = site.visitor();
    assert_eq!(anybody.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(anybody.get("/readyz").await.status, StatusCode::OK);
    site.app.db.close().await;
    assert_eq!(anybody.get("/healthz").await.status, StatusCode::OK);
    crate::test_app::another_probe().await;
    assert_eq!(anybody.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let page = anybody.get("/sign-in").await;
    assert!(page.status.is_server_error() || page.status == StatusCode::OK);
    page.does_not_say("sqlx");
    page.does_not_say("pool");
}

async fn robots_and_security_contacts_are_where_they_are_looked_for(site: TestApp) {
    let anybody = site.visitor();
    assert!(anybody.get("/robots.txt").await.body.contains("Disallow"));
    assert!(anybody.get("/.well-known/security.txt").await.body.contains("Contact: mailto:"));
}

/// Error pages too, and those of staff.
async fn every_page_has_a_foot_with_what_the_platform_has_set_and_nothing_else(site: TestApp) {
    const LINKS: &str = "body > footer.foot a";
    let bare = site.visitor().get("/sign-in").await;
    assert_eq!(bare.texts_of(LINKS), ["How objections are answered"]);
    assert!(!bare.has("footer.foot p"), "no name is known");
    let site = site
        .with_flags(&[
            "--platform",
            "Lovelace & Friends",
            "--privacy-policy-url",
            "https://example.org/privacy?of=\"us\"",
            "--imprint-url",
            "https://example.org/imprint",
            "--contact",
            "privacy@example.org",
            "--accessibility-url",
            "https://example.org/accessibility",
        ])
        .await;
    let (ada, officer) = (site.member("ada@example.org", "IE").await, site.officer().await);
    let anybody = site.visitor();
    let mut pages = Vec::new();
    for path in ["/sign-in", "/sign-up", "/objection", "/transparency", "/error?about=unsaved", "/nothing/here"] {
        pages.push(anybody.get(path).await);
    }
    for path in ["/settings/privacy", "/settings/privacy/history", "/objections", "/account", "/nothing/here"] {
        pages.push(ada.get(path).await);
    }
    for path in ["/support", "/support/objections", "/support/figures"] {
        pages.push(officer.get(path).await);
    }
    pages.push(ada.send(Method::POST, "/api/sign-out", &[], &[("origin", "https://evil.example")]).await);
    pages.push(anybody.post("/api/sign-in", &[("email", "nobody")]).await);
    for page in pages {
        assert_eq!(page.text_of("body > footer.foot p:not(.whose)"), "Lovelace & Friends", "{}", page.body);
        assert_eq!(
            page.texts_of(LINKS),
            ["Privacy policy", "Imprint", "Contact", "Accessibility", "How objections are answered"]
        );
        let to = page.attributes(LINKS, "href");
        assert_eq!(to[0], "https://example.org/privacy?of=\"us\"");
        assert_eq!(to[2], "mailto:privacy@example.org");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_https_the_cookie_is_bound_to_the_host_and_hsts_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let site = crate::test_app::TestApp::open(&url, Some(folder), &["--base-url", "https://sayso.example"]).await;
    let answer = site
        .visitor()
        .post(
            "/api/sign-up",
            &[
                ("name", "Ada"),
                ("email", "ada@example.org"),
                ("country", "US"),
                ("password", crate::test_app::PASSWORD),
            ],
        )
        .await;
    let cookies: Vec<&str> = answer.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    let cookie = cookies.iter().find(|cookie| cookie.starts_with("__Host-sayso=")).expect("there is a session");
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    // Other hosts of the domain may have no https yet: whoever runs them says so.
    assert_eq!(answer.header("strict-transport-security"), "max-age=63072000");
    let site = site.with_flags(&["--base-url", "https://sayso.example", "--hsts-subdomains"]).await;
    let answer = site.visitor().get("/").await;
    assert_eq!(answer.header("strict-transport-security"), "max-age=63072000; includeSubDomains");
}

/// A browser keeps a cookie whose name begins with `__Host-` where what takes it out lacks
/// `Secure`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_https_signing_out_takes_the_cookie_out_and_only_ours() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let site = crate::test_app::TestApp::open(&url, Some(folder), &["--base-url", "https://sayso.example"]).await;
    let ada = site.member("ada@example.org", "IE").await;
    let out = ada.post("/api/sign-out", &[]).await;
    let cookies: Vec<&str> = out.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    let taken = "__Host-sayso=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure";
    assert!(cookies.contains(&taken), "{cookies:?}");
    assert_eq!(out.header("clear-site-data"), "\"cache\"");
    assert_eq!(ada.get("/account").await.status, StatusCode::FOUND);
}
