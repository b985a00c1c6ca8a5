//! A page stays open while somebody else signs in at the same browser: what it sends then is not
//! done for them.

mod links;

use crate::objection::{CODE, ONE, TWO, act, file, unverified};
use crate::stories;
use crate::test_app::{Answer, PASSWORD, TestApp, TestClient};
use axum::body::Body;
use http::{Method, StatusCode};
use sayso::account::model::Role;

stories![
    the_switch_on_somebody_elses_page_changes_nothing,
    ones_own_page_is_good_in_the_next_session_too,
    no_form_of_somebody_elses_page_does_anything,
    an_officers_page_decides_nothing_for_another_officer,
    signing_out_works_on_every_page,
    the_forms_of_two_people_do_not_look_the_same,
    what_was_saved_stands_in_the_form_that_says_so,
    a_link_that_was_opened_before_signing_in_is_there_after_it,
    closing_the_links_of_a_case_closes_its_codes,
    support_may_name_a_case_that_reaches_the_account,
    what_is_too_long_is_answered_with_a_page,
];

const ADA: &str = "ada@example.org";
const EVE: &str = "eve@example.org";

/// The addresses of the forms of a page, with their query.
fn forms(page: &Answer) -> Vec<String> {
    page.attributes("form", "action")
}

fn form(page: &Answer, endpoint: &str) -> String {
    let path = format!("/api/{endpoint}?");
    forms(page).into_iter().find(|form| form.starts_with(&path)).unwrap_or_else(|| panic!("no form {endpoint}"))
}

/// Ada's browser, with the pages that she has open, in which Eve signs in.
async fn ada_then_eve(site: &TestApp, pages: &[&str]) -> (TestClient, Vec<Answer>) {
    site.publish(1).await;
    site.member(EVE, "US").await;
    let browser = site.member(ADA, "US").await;
    let mut open = Vec::new();
    for page in pages {
        open.push(browser.get(page).await);
    }
    browser.post("/api/sign-out", &[]).await;
    site.sign_in(&browser, EVE, Role::Member).await;
    (browser, open)
}

async fn the_switch_on_somebody_elses_page_changes_nothing(site: TestApp) {
    let (browser, pages) = ada_then_eve(&site, &["/settings/privacy"]).await;
    let before = browser.get("/settings/privacy").await;
    let (path, seen) = (form(&pages[0], "set-ai-training"), before.seen());
    for wanted in ["allowed", "denied"] {
        let refused = browser.post(&path, &[("wanted", wanted), ("seen", &seen)]).await;
        assert_eq!(refused.location(), "/error?about=somebody-else");
    }
    let said = browser.get("/error?about=somebody-else").await;
    assert_eq!(said.status, StatusCode::CONFLICT);
    said.says("made for another account, so nothing was changed");
    // The island has no address of a form: it sends what the form was loaded with.
    let press = [("wanted", "allowed"), ("seen", &*pages[0].seen())];
    let refused = browser.wanting_json().post("/api/set-ai-training", &press).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("SomebodyElse"), "{}", refused.body);
    assert_eq!(site.count("choice").await, 0);
}

async fn ones_own_page_is_good_in_the_next_session_too(site: TestApp) {
    site.publish(1).await;
    let ada = site.member(ADA, "US").await;
    let page = ada.get("/settings/privacy").await;
    ada.post("/api/sign-out", &[]).await;
    site.sign_in(&ada, ADA, Role::Member).await;
    let pressed = ada.post(&form(&page, "set-ai-training"), &[("wanted", "allowed"), ("seen", &page.seen())]).await;
    assert_eq!(pressed.location(), "/settings/privacy");
    assert!(ada.get("/settings/privacy").await.is_on());
}

async fn no_form_of_somebody_elses_page_does_anything(site: TestApp) {
    let (browser, pages) = ada_then_eve(&site, &["/account", "/settings/privacy", "/objection"]).await;
    let secret = "what ada typed";
    let typed = [
        ("name", secret),
        ("country", "DE"),
        ("email", "new@example.org"),
        ("present", PASSWORD),
        ("current", PASSWORD),
        ("password", "plumb seven otters gladly"),
        ("wanted", "allowed"),
        ("form", ONE),
        ("mode", "object"),
        ("reason", secret),
        ("language", "en"),
        ("member", &*pages[2].field("member")),
        ("purposes[]", "personalisation"),
    ];
    let mut sent = 0;
    for path in pages.iter().flat_map(forms).filter(|path| !path.starts_with("/api/sign-out")) {
        let answer = browser.post(&path, &typed).await;
        assert_eq!(answer.location(), "/error?about=somebody-else", "{path}");
        assert!(!answer.body.contains(secret), "{path}");
        sent += 1;
    }
    assert!(sent >= 6, "{sent} forms");
    browser.get("/account").await.does_not_say(secret);
    browser.get("/objections").await.does_not_say("OBJ-");
    // The password is what it was.
    site.signed_in(EVE).await;
}

async fn an_officers_page_decides_nothing_for_another_officer(site: TestApp) {
    site.publish(1).await;
    let ada = site.member(ADA, "US").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    let page = officer.get(&format!("/support/objections/{number}")).await;
    let second = site.another_officer().await;
    officer.take_cookie_of(&second);
    let refused = officer.post(&form(&page, "review-objection"), &[("case", &number), ("revision", "1")]).await;
    assert_eq!(refused.location(), "/error?about=somebody-else");
    // It can still be taken up.
    form(&officer.get(&format!("/support/objections/{number}")).await, "review-objection");
}

async fn signing_out_works_on_every_page(site: TestApp) {
    let (browser, pages) = ada_then_eve(&site, &["/settings/privacy"]).await;
    browser.post(&form(&pages[0], "sign-out"), &[]).await;
    assert_eq!(browser.get("/settings/privacy").await.location(), "/sign-in?next=/settings/privacy");
}

/// Browsers fill in again what was typed into a form that has the same address and the same name.
async fn the_forms_of_two_people_do_not_look_the_same(site: TestApp) {
    let (browser, pages) = ada_then_eve(&site, &["/objection"]).await;
    let eves = browser.get("/objection").await;
    let nobodys = site.visitor().get("/objection").await;
    let of = |page: &Answer| {
        let form = "form[action^='/api/submit-objection']";
        (page.attribute(form, "action"), page.attributes(form, "name"))
    };
    assert_ne!(of(&pages[0]), of(&eves));
    assert_ne!(of(&nobodys), of(&eves));
    let mut names = eves.attributes("form", "name");
    let all = names.len();
    names.dedup();
    assert_eq!((names.len(), eves.count("form")), (all, all), "each has a name of its own");
}

async fn what_was_saved_stands_in_the_form_that_says_so(site: TestApp) {
    let ada = site.member(ADA, "US").await;
    let seen = ada.get("/account").await.field("seen");
    ada.post("/api/change-details", &[("name", "Ada Lovelace"), ("country", "FR"), ("seen", &seen)]).await;
    let saved = ada.get("/account").await;
    saved.says("Saved.");
    assert_eq!((saved.field("name"), saved.field("country")), ("Ada Lovelace".into(), "FR".into()));
}

async fn a_link_that_was_opened_before_signing_in_is_there_after_it(site: TestApp) {
    let ada = site.member(ADA, "US").await;
    ada.post("/api/change-address", &[("email", "ada@example.net"), ("present", PASSWORD)]).await;
    ada.post("/api/sign-out", &[]).await;
    let key = site.mailed("ada@example.net", "/confirm?key=").await;
    let opened = ada.get(&format!("/confirm?key={key}")).await;
    assert_eq!(opened.status, StatusCode::FOUND);
    ada.get("/confirm").await.says("sign in");
    site.sign_in(&ada, ADA, Role::Member).await;
    ada.get("/confirm").await.says("Confirm this address");
    ada.post("/api/confirm", &[]).await;
    ada.get("/account").await.says("ada@example.net");
    // Somebody else's link is not kept for whoever signs in.
    let eve = site.member(EVE, "US").await;
    eve.post("/api/change-address", &[("email", "eve@example.net"), ("present", PASSWORD)]).await;
    let key = site.mailed("eve@example.net", "/confirm?key=").await;
    let other = site.visitor();
    other.get(&format!("/confirm?key={key}")).await;
    site.sign_in(&other, "ada@example.net", Role::Member).await;
    other.get("/confirm").await.does_not_say("Confirm this address");
}

async fn closing_the_links_of_a_case_closes_its_codes(site: TestApp) {
    let ben = site.visitor();
    let number = unverified(&ben, ONE, "ben@example.org").await;
    let code = site.mailed("ben@example.org", CODE).await;
    let enter = [("case", number.as_str()), ("code", &code)];
    let page = format!("/objections/{number}");
    assert_eq!(ben.post("/api/verify-objection", &enter).await.location(), page);
    ben.get(&page).await.says("A copy is on its way");
    site.pass(60_000);
    ben.post("/api/verify-objection", &enter).await;
    ben.get(&page).await.does_not_say("A copy is on its way");
    let elsewhere = site.visitor();
    assert_eq!(elsewhere.post("/api/verify-objection", &enter).await.location(), page);
    elsewhere.get(&page).await.says("I write about my health.");
    ben.post("/api/close-objection-links", &[("case", &number)]).await;
    for closed in [&elsewhere, &site.visitor()] {
        closed.post("/api/verify-objection", &enter).await.refused("Enter your code").says("match the case number");
        closed.get(&page).await.does_not_say("I write about my health.");
    }
    ben.get(&page).await.says("I write about my health.");
}

async fn support_may_name_a_case_that_reaches_the_account(site: TestApp) {
    site.publish(1).await;
    site.member("ben@example.org", "IE").await;
    let visitor = site.visitor();
    let number = unverified(&visitor, TWO, "ben@example.org").await;
    let code = site.mailed("ben@example.org", CODE).await;
    visitor.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    site.staff("sam@example.org", Role::Support).await;
    let sam = site.signed_in_as("sam@example.org", Role::Support).await;
    let ben = sayso::account::store::by_email(site.app.db.reader().await.unwrap().conn(), "ben@example.org").await;
    let member = ben.unwrap().unwrap().id;
    let look = |case: &str| [("member", member.clone()), ("case", case.to_owned()), ("reason", String::new())];
    let post = async |case: &str| {
        let fields = look(case);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
        sam.post("/api/look-at-member", &fields).await
    };
    post("OBJ-00000000").await.says("This member has no case with this number.");
    let page = format!("/support/members/{member}");
    assert_eq!(post(&number).await.location(), page);
    let officer = site.officer().await;
    act(&officer, &site, "review-objection", &number, &[]).await;
    sam.get(&page).await.says(&number);
}

async fn what_is_too_long_is_answered_with_a_page(site: TestApp) {
    let ada = site.member(ADA, "US").await;
    let long = "a".repeat(240_000);
    let length = [("content-length", "240007")];
    let page = ada.send(Method::POST, "/api/submit-objection", &[("reason", &long)], &length).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    page.says("This is too long");
    // The same where the length is not said before.
    let chunks = Body::from_stream(futures_util::stream::iter([long.clone(), long].map(Ok::<_, std::io::Error>)));
    let request = http::Request::post("/api/submit-objection").header("accept", "text/html");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let page = ada.pass_on(request.body(chunks).unwrap()).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    page.says("This is too long");
}
