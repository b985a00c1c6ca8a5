//! The page of a mailed link, or of half a sign-in, stays open while another link is opened in the
//! same browser, or somebody else begins to sign in there.

use super::{ADA, EVE, form};
use crate::members::{brought_in, invite};
use crate::objection::{CODE, ONE, unverified};
use crate::stories;
use crate::test_app::{Answer, PASSWORD, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::Role;

stories![
    a_new_password_is_set_for_nobody_elses_link,
    a_sign_up_is_confirmed_by_its_own_link_alone,
    a_sign_up_is_confirmed_as_its_page_showed_it,
    a_first_password_is_set_for_nobody_elses_link,
    a_page_of_a_link_does_nothing_once_somebody_has_signed_in,
    half_a_sign_in_goes_on_for_nobody_else,
    the_code_of_one_signs_nobody_else_in,
    a_case_that_was_opened_before_signing_in_is_there_after_it,
    the_page_of_a_case_says_why_it_does_nothing_any_more,
    a_code_opens_a_case_to_nobody_who_has_signed_in_meanwhile,
    the_pages_of_two_links_do_not_look_the_same,
];

const NEW: &str = "plumb seven otters gladly";
const ANOTHER_LINK: &str = "/error?about=another-link";
const SOMEBODY_ELSE: &str = "/error?about=somebody-else";

/// Has this browser ask for a new password for `email`, and opens the link.
async fn forgot(site: &TestApp, browser: &TestClient, email: &str) -> Answer {
    browser.post("/api/forgot-password", &[("email", email)]).await;
    let page = site.open_link(browser, email).await;
    page.says("Set a new password");
    page
}

async fn welcome(site: &TestApp, browser: &TestClient, email: &str) -> Answer {
    brought_in(site, email).await;
    invite(site, 100).await;
    let key = site.mailed(email, "/welcome?key=").await;
    browser.get(&format!("/welcome?key={key}")).await;
    let page = browser.get("/welcome").await;
    page.says("Set your password");
    page
}

async fn signs_in(site: &TestApp, email: &str, password: &str) -> bool {
    let typed = [("email", email), ("password", password), ("next", "/account")];
    site.visitor().post("/api/sign-in", &typed).await.status == StatusCode::FOUND
}

/// Nobody is signed in here.
async fn is_nobody(browser: &TestClient) {
    assert!(browser.get("/account").await.location().starts_with("/sign-in"));
}

async fn a_new_password_is_set_for_nobody_elses_link(site: TestApp) {
    site.member(ADA, "US").await;
    site.member(EVE, "US").await;
    let browser = site.visitor();
    let adas = forgot(&site, &browser, ADA).await;
    let eves = forgot(&site, &browser, EVE).await;
    let refused = browser.post(&form(&adas, "set-new-password"), &[("password", NEW)]).await;
    assert_eq!(refused.location(), ANOTHER_LINK);
    let said = browser.get(ANOTHER_LINK).await;
    assert_eq!(said.status, StatusCode::CONFLICT);
    said.says("Please open the link in your e-mail again.");
    is_nobody(&browser).await;
    for email in [ADA, EVE] {
        assert!(signs_in(&site, email, PASSWORD).await && !signs_in(&site, email, NEW).await, "{email}");
    }
    // The same to a program.
    let json = site.visitor().wanting_json();
    json.take_cookie_of(&browser);
    let refused = json.post(&form(&adas, "set-new-password"), &[("password", NEW)]).await;
    assert_eq!((refused.status, refused.body.as_str()), (StatusCode::CONFLICT, "\"AnotherLink\""));
    let set = form(&eves, "set-new-password");
    for _ in 0..2 {
        assert_eq!(browser.post(&set, &[("password", NEW)]).await.location(), "/settings/privacy");
    }
    browser.get("/account").await.says(EVE);
    // The link that Eve's browser came by has done what it is for: not Ada's.
    assert_eq!(browser.post(&form(&adas, "set-new-password"), &[("password", NEW)]).await.location(), ANOTHER_LINK);
    assert!(signs_in(&site, ADA, PASSWORD).await);
}

async fn a_sign_up_is_confirmed_by_its_own_link_alone(site: TestApp) {
    let browser = site.visitor();
    let mut pages = Vec::new();
    for email in [ADA, EVE] {
        let typed = [("name", "Somebody"), ("email", email), ("country", "US"), ("password", PASSWORD)];
        browser.post("/api/sign-up", &typed).await;
        pages.push(site.open_link(&browser, email).await);
    }
    pages[0].says(ADA);
    let elsewhere = site.visitor();
    elsewhere
        .post("/api/sign-up", &[("name", "X"), ("email", "x@example.org"), ("country", "US"), ("password", NEW)])
        .await;
    assert_eq!(browser.post(&form(&pages[0], "confirm"), &[]).await.location(), ANOTHER_LINK);
    is_nobody(&browser).await;
    assert!(!signs_in(&site, EVE, PASSWORD).await, "there is no account");
    assert_eq!(browser.post(&form(&pages[1], "confirm"), &[]).await.location(), "/settings/privacy");
    browser.get("/account").await.says(EVE);
    // In another browser, where name and password are asked for.
    let stranger = site.visitor();
    let adas = site.open_link(&stranger, ADA).await;
    site.open_link(&stranger, "x@example.org").await.says("x@example.org");
    let typed = [("name", "Ada"), ("country", "US"), ("password", NEW)];
    assert_eq!(stranger.post(&form(&adas, "confirm"), &typed).await.location(), ANOTHER_LINK);
    is_nobody(&stranger).await;
}

/// Two people sign up at one browser with one address: the link is the same, and what was typed is
/// not.
async fn a_sign_up_is_confirmed_as_its_page_showed_it(site: TestApp) {
    let browser = site.visitor();
    let typed =
        |name, country, password| [("name", name), ("email", ADA), ("country", country), ("password", password)];
    browser.post("/api/sign-up", &typed("Ada Lovelace", "IE", PASSWORD)).await;
    let adas = site.open_link(&browser, ADA).await;
    assert_eq!(adas.texts_of("main dd"), ["Ada Lovelace", "Ireland"]);
    browser.post("/api/sign-up", &typed("Eve", "US", NEW)).await;
    let refused = browser.post(&form(&adas, "confirm"), &[]).await;
    refused.refused("Confirm your address").says("Somebody has signed up here with this address again");
    assert_eq!(refused.texts_of("main dd"), ["Eve", "United States"]);
    is_nobody(&browser).await;
    assert!(!signs_in(&site, ADA, NEW).await && !signs_in(&site, ADA, PASSWORD).await, "there is no account");
    // Whoever now presses has seen what it is of. The second press finds what the first did.
    for _ in 0..2 {
        assert_eq!(browser.post(&form(&refused, "confirm"), &[]).await.location(), "/settings/privacy");
    }
    browser.get("/account").await.says("Eve");
    assert!(signs_in(&site, ADA, NEW).await);
}

async fn a_first_password_is_set_for_nobody_elses_link(site: TestApp) {
    let browser = site.visitor();
    let adas = welcome(&site, &browser, ADA).await;
    let eves = welcome(&site, &browser, EVE).await;
    assert_eq!(browser.post(&form(&adas, "set-first-password"), &[("password", NEW)]).await.location(), ANOTHER_LINK);
    is_nobody(&browser).await;
    let set = form(&eves, "set-first-password");
    for _ in 0..2 {
        assert_eq!(browser.post(&set, &[("password", NEW)]).await.location(), "/settings/privacy");
    }
    browser.get("/account").await.says(EVE);
    let other = [("password", "gladly otters seven plumb")];
    assert_eq!(browser.post(&form(&adas, "set-first-password"), &other).await.location(), ANOTHER_LINK);
}

async fn a_page_of_a_link_does_nothing_once_somebody_has_signed_in(site: TestApp) {
    site.member(ADA, "US").await;
    site.member(EVE, "US").await;
    let browser = site.visitor();
    let new = forgot(&site, &browser, ADA).await;
    let first = welcome(&site, &browser, "fay@example.org").await;
    site.sign_in(&browser, EVE, Role::Member).await;
    for (page, endpoint) in [(&new, "set-new-password"), (&first, "set-first-password")] {
        assert_eq!(browser.post(&form(page, endpoint), &[("password", NEW)]).await.location(), ANOTHER_LINK);
    }
    browser.get("/account").await.says(EVE);
    assert!(signs_in(&site, ADA, PASSWORD).await && signs_in(&site, EVE, PASSWORD).await);
    assert!(!signs_in(&site, "fay@example.org", NEW).await);
}

async fn half_a_sign_in_goes_on_for_nobody_else(site: TestApp) {
    let browser = site.visitor();
    let mut pages = Vec::new();
    for email in [ADA, EVE] {
        site.added(email, Role::Member).await;
        site.enter_password(&browser, email).await;
        pages.push(browser.get("/sign-in/password").await);
    }
    let set = |page: usize| form(&pages[page], "set-own-password");
    assert_eq!(browser.post(&set(0), &[("password", NEW)]).await.location(), SOMEBODY_ELSE);
    is_nobody(&browser).await;
    let typed = [("password", NEW), ("next", "/settings/privacy")];
    for _ in 0..2 {
        assert_eq!(browser.post(&set(1), &typed).await.location(), "/settings/privacy");
    }
    browser.get("/account").await.says(EVE);
    assert_eq!(browser.post(&set(0), &[("password", NEW)]).await.location(), SOMEBODY_ELSE, "Eve is signed in");
    assert!(signs_in(&site, ADA, PASSWORD).await);
    // Ada's own page is good when she begins anew.
    browser.post("/api/sign-out", &[]).await;
    site.enter_password(&browser, ADA).await;
    let hers = [("password", "gladly otters seven plumb")];
    assert_eq!(browser.post(&set(0), &hers).await.location(), "/settings/privacy");
}

async fn the_code_of_one_signs_nobody_else_in(site: TestApp) {
    site.officer().await;
    site.another_officer().await;
    let browser = site.visitor();
    let mut pages = Vec::new();
    for email in ["officer@example.org", "second@example.org"] {
        site.enter_password(&browser, email).await;
        pages.push(browser.get("/sign-in/code").await);
    }
    site.pass(30_000);
    let code = |email: &str| site.authenticator(email, |a| a.unused_code(site.app.clock.now()));
    let first = [("code", &*code("officer@example.org"))];
    assert_eq!(browser.post(&form(&pages[0], "enter-code"), &first).await.location(), SOMEBODY_ELSE);
    is_nobody(&browser).await;
    let second = code("second@example.org");
    assert_eq!(
        browser.post(&form(&pages[1], "enter-code"), &[("code", &second)]).await.location(),
        "/support/objections"
    );
    assert_eq!(browser.post(&form(&pages[0], "enter-code"), &first).await.location(), SOMEBODY_ELSE);
}

/// A browser that has come to a case by its code.
async fn at_a_case(site: &TestApp, email: &str) -> (TestClient, String) {
    let browser = site.visitor();
    let number = unverified(&browser, ONE, email).await;
    let code = site.mailed(email, CODE).await;
    browser.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    (browser, format!("/objections/{number}"))
}

async fn a_case_that_was_opened_before_signing_in_is_there_after_it(site: TestApp) {
    let (browser, page) = at_a_case(&site, ADA).await;
    site.member(ADA, "US").await;
    site.sign_in(&browser, ADA, Role::Member).await;
    let case = browser.get(&page).await;
    case.says("I write about my health.");
    let number = page.trim_start_matches("/objections/");
    assert_eq!(browser.post(&form(&case, "claim-objection"), &[("case", number)]).await.location(), page);
    // Whoever sat here before may be somebody else.
    site.member(EVE, "US").await;
    browser.post("/api/sign-out", &[]).await;
    let (shared, page) = at_a_case(&site, "ben@example.org").await;
    site.sign_in(&shared, EVE, Role::Member).await;
    assert_eq!(shared.get(&page).await.status, StatusCode::NOT_FOUND);
}

async fn the_page_of_a_case_says_why_it_does_nothing_any_more(site: TestApp) {
    site.member(EVE, "US").await;
    let (browser, page) = at_a_case(&site, "ben@example.org").await;
    let (case, question) = (browser.get(&page).await, browser.get(&format!("{page}/withdraw")).await);
    let number = page.trim_start_matches("/objections/");
    // It is good for whoever is still nobody.
    let typed = [("case", number), ("text", "What Ben adds")];
    assert_eq!(browser.post(&form(&case, "add-to-objection"), &typed).await.location(), page);
    site.sign_in(&browser, EVE, Role::Member).await;
    for (of, endpoint) in
        [(&case, "add-to-objection"), (&question, "withdraw-objection"), (&case, "close-objection-links")]
    {
        assert_eq!(browser.post(&form(of, endpoint), &typed).await.location(), SOMEBODY_ELSE, "{endpoint}");
    }
}

async fn a_code_opens_a_case_to_nobody_who_has_signed_in_meanwhile(site: TestApp) {
    site.member(EVE, "US").await;
    let browser = site.visitor();
    let number = unverified(&browser, ONE, "ben@example.org").await;
    let code = site.mailed("ben@example.org", CODE).await;
    let typed = [("case", &*number), ("code", &*code)];
    let bens = browser.get(&format!("/objection/code?case={number}")).await;
    site.sign_in(&browser, EVE, Role::Member).await;
    assert_eq!(browser.post(&form(&bens, "verify-objection"), &typed).await.location(), SOMEBODY_ELSE);
    assert_eq!(browser.get(&format!("/objections/{number}")).await.status, StatusCode::NOT_FOUND);
    // Who is signed in and enters a code at a page of their own comes to the case.
    let hers = browser.get("/objection/code").await;
    assert_eq!(
        browser.post(&form(&hers, "verify-objection"), &typed).await.location(),
        format!("/objections/{number}")
    );
}

async fn the_pages_of_two_links_do_not_look_the_same(site: TestApp) {
    site.member(ADA, "US").await;
    site.member(EVE, "US").await;
    let browser = site.visitor();
    let (adas, eves) = (forgot(&site, &browser, ADA).await, forgot(&site, &browser, EVE).await);
    for page in [&adas, &eves] {
        assert_eq!(page.count("form[name]"), page.count("form"));
    }
    assert_ne!(adas.attributes("form", "name"), eves.attributes("form", "name"));
}
