//! A browser that keeps no cookie is told so, and can object all the same.

use crate::objection::{CODE, ONE};
use crate::stories;
use crate::test_app::{PASSWORD, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::Role;

stories![
    signing_in_without_cookies_says_why_it_does_not_work,
    the_page_that_looks_for_the_cookie_leads_nowhere_else,
    objecting_takes_no_cookie,
    a_press_that_came_late_does_not_take_the_new_cookie_away,
];

const TITLE: &str = "Your browser did not keep our cookie";

/// Follows what an answer leads to, as long as that is another page.
async fn follow(visitor: &TestClient, to: &str) -> (String, crate::test_app::Answer) {
    let mut to = to.to_owned();
    for _ in 0..5 {
        let page = visitor.get(&to).await;
        if page.status != StatusCode::FOUND {
            return (to, page);
        }
        to = page.header("location").to_owned();
    }
    panic!("it goes round in circles: {to}");
}

async fn signing_in_without_cookies_says_why_it_does_not_work(site: TestApp) {
    site.member("ada@example.org", "IE").await;
    site.staff("support@example.org", Role::Support).await;
    let forms = [
        (
            "/api/sign-in",
            vec![("email", "ada@example.org"), ("password", PASSWORD), ("next", "/settings/privacy/history")],
            "/settings/privacy/history",
        ),
        (
            "/api/sign-in",
            vec![("email", "support@example.org"), ("password", PASSWORD), ("next", "")],
            "/sign-in/second-factor",
        ),
    ];
    for (form, fields, next) in forms {
        let off = site.visitor().without_cookies();
        let answer = off.post(form, &fields).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::FOUND, next.to_owned()));
        let (to, page) = follow(&off, answer.header("location")).await;
        assert_eq!(to, format!("/cookie?next={next}"), "{form}");
        page.is_page(TITLE);
        page.says("We accepted what you sent.");
        assert!(page.has(&format!("[href={next:?}]")) && page.has("[href=\"/objection\"]"), "{}", page.body);
    }
    // That a mail was sent holds in any browser; the link in it is then of no use in this one,
    // and that is said.
    let off = site.visitor().without_cookies();
    let typed = [("name", "Bob"), ("email", "bob@example.org"), ("country", "IE"), ("password", PASSWORD)];
    assert_eq!(off.post("/api/sign-up", &typed).await.header("location"), "/sign-up/sent");
    let key = site.mailed("bob@example.org", "/confirm?key=").await;
    let (to, page) = follow(&off, &format!("/confirm?key={key}")).await;
    assert_eq!(to, "/cookie?next=/confirm");
    page.is_page(TITLE);
    // With them it leads on.
    let on = site.visitor();
    let answer =
        on.post("/api/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD), ("next", "/account")]).await;
    assert_eq!(answer.header("location"), "/cookie?next=/account");
    assert_eq!(follow(&on, answer.header("location")).await.0, "/account");
    // A browser that has shown that it keeps cookies goes straight there.
    let again =
        on.post("/api/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD), ("next", "/account")]).await;
    assert_eq!(again.header("location"), "/account");
    // A program is not led about.
    let program = site.visitor().wanting_json().without_cookies();
    let answer = program.post("/api/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::OK, "/settings/privacy"));
}

async fn the_page_that_looks_for_the_cookie_leads_nowhere_else(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    for (next, to) in [
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
        ("/account", "/account"),
    ] {
        assert_eq!(ada.get(&format!("/cookie?next={next}")).await.header("location"), to, "{next}");
        let page = site.visitor().get(&format!("/cookie?next={next}")).await;
        page.is_page(TITLE);
        assert_eq!(page.attributes("main a.button", "href")[0], to, "{next}");
    }
}

async fn objecting_takes_no_cookie(site: TestApp) {
    let off = site.visitor().without_cookies();
    let mut fields = vec![
        ("form", ONE),
        ("name", "Ben"),
        ("email", "nowhere"),
        ("country", "IE"),
        ("purposes[]", "personalisation"),
        ("mode", "restrict"),
        ("reason", "All of this was typed on a phone."),
        ("language", "en"),
    ];
    let refused = off.post("/api/submit-objection", &fields).await;
    refused.refused("Data Processing Objection Form").says("All of this was typed on a phone.");
    fields[2].1 = "ben@example.org";
    let answer = off.post("/api/submit-objection", &fields).await;
    let (to, page) = follow(&off, answer.header("location")).await;
    assert_eq!(to, answer.header("location"), "straight to the code");
    page.is_page("Enter your code");
    page.says("We have your objection OBJ-");
    let number = answer.filed_number();
    // The code confirms it; only to be shown on this device it takes a cookie, and that is
    // said.
    let code = site.mailed("ben@example.org", CODE).await;
    let wrong = off.post("/api/verify-objection", &[("case", &number), ("code", "0000-0000")]).await;
    wrong.refused("Enter your code").says("match the case number");
    let right = off.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    follow(&off, right.header("location")).await.1.is_page(TITLE);
    let officer = site.officer().await;
    officer.get("/support/objections").await.says(&number);
}

/// The second of two presses may be sent with the cookie that the first has replaced.
async fn a_press_that_came_late_does_not_take_the_new_cookie_away(site: TestApp) {
    site.staff("support@example.org", Role::Support).await;
    site.signed_in_as("support@example.org", Role::Support).await;
    site.pass(30_000);
    let sam = site.visitor();
    site.enter_password(&sam, "support@example.org").await;
    let late = site.visitor();
    late.take_cookie_of(&sam);
    let code = site.authenticator("support@example.org", |a| a.code(site.app.clock.now()));
    let form = [("code", code.as_str()), ("next", "/support")];
    let [first, second] = [sam.post("/api/enter-code", &form).await, late.post("/api/enter-code", &form).await];
    assert_eq!((first.status, first.location()), (second.status, second.location()));
    assert_eq!(second.header("set-cookie"), "");
    // Signing out still takes it out.
    assert_eq!(sam.get("/support").await.status, StatusCode::OK);
    let out = sam.post("/api/sign-out", &[]).await;
    assert!(out.header("set-cookie").starts_with("sayso=;"), "{}", out.header("set-cookie"));
    assert_eq!(sam.cookie(), None);
}
