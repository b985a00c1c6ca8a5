//! Whose form it is: by which name of the site, from which browser, through which proxy.

use crate::stories;
use crate::test_app::{Answer, PASSWORD, TestApp, TestClient, encode};
use axum::body::Body;
use http::{Method, Request, StatusCode};

stories![
    a_base_url_is_the_origin_that_browsers_write,
    a_host_is_the_same_in_capitals_and_with_the_port_it_has_anyway,
    behind_a_proxy_that_hides_the_origin_forms_work,
    what_is_refused_says_what_to_do_and_gives_the_text_back,
    a_text_browser_gets_pages,
    a_program_that_asks_for_json_gets_it,
    whoever_opens_the_address_of_a_form_is_told_what_it_is,
];

const SIGN_UP: [(&str, &str); 3] = [("name", "Ada"), ("country", "IE"), ("password", PASSWORD)];

/// Sends a form with these headers and no others, as no browser of the harness would.
async fn raw(visitor: &TestClient, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
    let body = fields.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect::<Vec<_>>().join("&");
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    visitor.pass_on(request.body(Body::from(body)).unwrap()).await
}

/// Signs up from a page of `origin`.
async fn sign_up(site: &TestApp, email: &str, headers: &[(&str, &str)]) -> Answer {
    raw(&site.visitor(), "/api/sign-up", &[&SIGN_UP[..], &[("email", email)]].concat(), headers).await
}

async fn a_base_url_is_the_origin_that_browsers_write(site: TestApp) {
    let mut site = site;
    for (n, (set, written, others)) in [
        (
            "https://privacy.example:443",
            "https://privacy.example",
            ["https://privacy.example:8443", "http://privacy.example"],
        ),
        (
            "http://Privacy.Example:80/",
            "http://privacy.example",
            ["http://privacy.example:3000", "https://privacy.example"],
        ),
        (
            "https://m\u{fc}ller.example",
            "https://xn--mller-kva.example",
            ["https://muller.example", "https://xn--mller-kva.example.evil.example"],
        ),
        ("http://[::0001]:8080", "http://[::1]:8080", ["http://[::1]", "http://[::2]:8080"]),
    ]
    .into_iter()
    .enumerate()
    {
        site = site.with_flags(&["--base-url", set]).await;
        let email = format!("ada{n}@example.org");
        for other in others.into_iter().chain(["null", "https://evil.example"]) {
            let answer = sign_up(&site, &email, &[("origin", other)]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{set} from {other}");
        }
        let answer = sign_up(&site, &email, &[("origin", written)]).await;
        assert_eq!(
            (answer.status, &*answer.location()),
            (StatusCode::FOUND, "/sign-up/sent"),
            "{set}: {}",
            answer.body
        );
        // What leads back here is written the same.
        let contacts = site.visitor().get("/.well-known/security.txt").await;
        contacts.says(&format!("Canonical: {written}/.well-known/security.txt"));
    }
}

async fn a_host_is_the_same_in_capitals_and_with_the_port_it_has_anyway(site: TestApp) {
    for (n, (host, origin)) in [
        ("LocalHost:3000", "http://localhost:3000"),
        ("localhost:80", "http://localhost"),
        ("localhost", "http://LOCALHOST:80"),
        ("[::1]:3000", "http://[0:0::1]:3000"),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = sign_up(&site, &format!("ada{n}@example.org"), &[("host", host), ("origin", origin)]).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{host} {origin}: {}", answer.body);
    }
    for (host, origin) in
        [("localhost:3000", "http://localhost"), ("localhost", "https://localhost"), ("a b", "http://a b")]
    {
        let answer = sign_up(&site, "eve@example.org", &[("host", host), ("origin", origin)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{host} {origin}");
    }
    // HTTP/2 has no Host: the address of the request says it.
    let form = [&SIGN_UP[..], &[("email", "two@example.org")]].concat();
    let answer =
        raw(&site.visitor(), "http://Sayso.Local:3000/api/sign-up", &form, &[("origin", "http://sayso.local:3000")])
            .await;
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.body);
}

/// A proxy that sets `Referrer-Policy: no-referrer` makes browsers say that they come from
/// nowhere.
async fn behind_a_proxy_that_hides_the_origin_forms_work(site: TestApp) {
    let hidden = [
        ("accept", "text/html"),
        ("origin", "null"),
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-dest", "document"),
    ];
    site.member("ada@example.org", "IE").await;
    let ada = site.visitor();
    let form = [("email", "ada@example.org"), ("password", PASSWORD)];
    let answer = raw(&ada, "/api/sign-in", &form, &hidden).await;
    assert_eq!(answer.location(), "/settings/privacy", "{}", answer.body);
    let pressed = raw(&ada, "/api/set-ai-training", &[("wanted", "denied")], &hidden).await;
    // Nobody said where to go back to.
    assert_eq!((pressed.status, &*pressed.location()), (StatusCode::FOUND, "/"), "{}", pressed.body);
    assert_eq!(ada.get("/").await.location(), "/settings/privacy");
    assert_eq!(site.count("choice").await, 1);
    for (said, expected) in [("none", 2), ("same-site", 2), ("cross-site", 2), ("Same-Origin", 2)] {
        let headers = [("origin", "null"), ("sec-fetch-site", said)];
        let seen = ada.get("/settings/privacy").await.seen();
        let answer = raw(&ada, "/api/set-ai-training", &[("wanted", "allowed"), ("seen", &seen)], &headers).await;
        assert_eq!(answer.status == StatusCode::FOUND, said == "none", "{said}");
        assert_eq!(site.count("choice").await, expected, "{said}");
    }
}

async fn what_is_refused_says_what_to_do_and_gives_the_text_back(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let reason = "Line one\r\n<script>alert(1)</script> & \"more\"";
    let form = [
        ("form", crate::objection::ONE),
        ("reason", reason),
        ("password", "hunter2hunter2"),
        ("code", "123456"),
        ("member", "secret"),
    ];
    let page = raw(&ada, "/api/submit-objection", &form, &[("origin", "null")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.is_page("This form was not accepted");
    page.says("Nothing was changed.");
    page.says("It must begin with http://127.0.0.1:3000");
    page.says("Line one <script>alert(1)</script> & \"more\"");
    for secret in ["hunter2", "123456", ">secret"] {
        assert!(!page.body.contains(secret), "{secret}: {}", page.body);
    }
    // Nothing here sends it once more, and the page runs nothing.
    assert!(!page.has("form, textarea"), "{}", page.body);
    assert!(page.header("content-security-policy").contains("script-src 'nonce-"));
    assert_eq!(crate::tree::dangers(&page.body), Vec::<String>::new());
    assert_eq!(page.header("set-cookie"), "");
    // What another site has written is not shown as if it were ours.
    let attack = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    let page = raw(&ada, "/api/submit-objection", &form, &attack).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.is_page("This form was not accepted").does_not_say("Line one");
    // A program is told in a line.
    let program =
        raw(&ada, "/api/submit-objection", &form, &[("origin", "null"), ("accept", "application/json")]).await;
    assert_eq!((program.status, program.header("content-type")), (StatusCode::FORBIDDEN, "text/plain; charset=utf-8"));
    assert_eq!(site.count("objection").await, 0);
    // Whoever opens the page itself is told the same, and that it is nothing of theirs.
    let page = site.visitor().get("/error?about=another-origin").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.is_page("This form was not accepted").does_not_say("What the form said");
}

/// links and lynx ask for anything or for nothing, and send neither `Origin` nor
/// `Sec-Fetch-Site`.
async fn a_text_browser_gets_pages(site: TestApp) {
    for (n, accept) in [
        &[("accept", "*/*")][..],
        &[],
        &[("accept", "text/html, text/plain, text/sgml, */*;q=0.01")],
        &[("accept", "text/plain;q=0.5, */*;q=0.1")],
    ]
    .into_iter()
    .enumerate()
    {
        let browser = site.visitor();
        let email = format!("ada{n}@example.org");
        let wrong =
            raw(&browser, "/api/sign-in", &[("email", &email), ("password", "wrong-horse-battery")], accept).await;
        wrong.refused("Sign in").says("Incorrect e-mail address or password.");
        assert_eq!(wrong.field("email"), email);
        site.member(&email, "IE").await;
        let form = [("email", email.as_str()), ("password", PASSWORD)];
        let joined = raw(&browser, "/api/sign-in", &form, accept).await;
        assert_eq!((joined.status, &*joined.location()), (StatusCode::FOUND, "/settings/privacy"), "{accept:?}");
        let from = [accept, &[("referer", "http://127.0.0.1:3000/settings/privacy")]].concat();
        let pressed = raw(&browser, "/api/set-ai-training", &[("wanted", "denied")], &from).await;
        assert_eq!((pressed.status, &*pressed.location()), (StatusCode::FOUND, "/settings/privacy"), "{accept:?}");
        // The page that another site made it send a form from gives it away.
        let lured = [accept, &[("referer", "https://evil.example/127.0.0.1:3000/")]].concat();
        let answer = raw(&browser, "/api/set-ai-training", &[("wanted", "allowed")], &lured).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{accept:?}");
        assert_eq!(site.count("choice").await, n as i64 + 1);
    }
}

async fn a_program_that_asks_for_json_gets_it(site: TestApp) {
    for accept in ["application/json", "application/json, text/plain, */*", "text/html;q=0.8, application/json;q=0.9"] {
        let answer = raw(&site.visitor(), "/api/sign-in", &[("email", "x")], &[("accept", accept)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.starts_with("{\"Invalid\":"), "{accept}: {}", answer.body);
    }
}

async fn whoever_opens_the_address_of_a_form_is_told_what_it_is(site: TestApp) {
    for path in ["/api/sign-in", "/api/submit-objection"] {
        let page = site.visitor().get(path).await;
        assert_eq!((page.status, page.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
        page.is_page("There is nothing to see here");
        let program = site.visitor().wanting_json().get(path).await;
        assert_eq!((program.status, &*program.body), (StatusCode::METHOD_NOT_ALLOWED, ""));
        let put = site.visitor().send(Method::DELETE, path, &[], &[]).await;
        assert_eq!(put.status, StatusCode::METHOD_NOT_ALLOWED);
    }
}
