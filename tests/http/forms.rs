//! A form that is refused comes back in the answer itself: filled in, with what is wrong, and
//! without a cookie.

use crate::objection::{CODE, ONE, TWO, act, applicant, decide, file, stored, unverified};
use crate::stories;
use crate::test_app::{Answer, PASSWORD, TestApp, TestClient, encode};
use axum::body::Body;
use http::{Request, StatusCode};
use sayso::account::model::Role;

stories![
    every_refused_form_comes_back_in_the_answer,
    what_cannot_be_read_is_said_on_a_page,
    what_was_done_is_confirmed_and_nothing_else,
    a_form_sent_again_after_its_case_has_ended_is_an_objection,
    a_word_that_nobody_knows_says_nothing,
    of_a_word_that_nobody_knows_nothing_is_said,
    only_a_page_with_errors_is_titled_so,
    what_was_typed_goes_along_to_sign_in_and_back,
    what_was_typed_is_for_the_account_with_the_address_that_was_typed,
    what_names_nobody_is_handed_to_nobody,
    what_was_typed_is_there_once_the_new_account_is,
    the_way_to_sign_up_and_back_knows_where_it_leads,
];

/// A form of a page, with what is wrong in it: whose it is, the function, the fields, the page's
/// title, what it says, and what it has in its fields again.
type Wrong<'a> = (&'a TestClient, &'a str, Vec<(&'a str, &'a str)>, &'a str, &'a str, Vec<&'a str>);

async fn member_id(site: &TestApp, email: &str) -> String {
    let mut reader = site.app.db.reader().await.unwrap();
    sayso::account::store::by_email(reader.conn(), email).await.unwrap().unwrap().id
}

/// What a refused form must never do: begin a session, lead elsewhere, or give back what is secret.
fn is_whole(answer: &Answer, function: &str) {
    assert_eq!(answer.header("set-cookie"), "", "{function}");
    assert_eq!(answer.header("location"), "", "{function}");
    assert!(answer.header("content-type").starts_with("text/html"), "{function}");
    assert!(answer.header("content-security-policy").contains("nonce-"), "{function}");
    for secret in ["secret-of-nobody", "short"] {
        assert!(!answer.body.contains(secret), "{function}: {}", answer.body);
    }
}

async fn every_refused_form_comes_back_in_the_answer(site: TestApp) {
    let anybody = site.visitor();
    let ada = site.member("ada@example.org", "IE").await;
    let case = file(&ada, ONE, &["research"]).await;
    ada.get(&format!("/objections/{case}")).await.says("We have your objection.");
    let id = member_id(&site, "ada@example.org").await;
    site.staff("support@example.org", Role::Support).await;
    let support = site.signed_in_as("support@example.org", Role::Support).await;
    let officer = site.officer().await;
    act(&officer, &site, "review-objection", &case, &[]).await;
    officer.get(&format!("/support/objections/{case}")).await.says("The case is yours.");
    let revision = stored(&site, &case).await.revision.to_string();
    let of_case = |more: &[(&'static str, &'static str)]| {
        [&[("case", case.as_str()), ("revision", revision.as_str())][..], more].concat()
    };
    let (his, hers) = (format!("Case {case}"), format!("Objection {case}"));
    let all: Vec<Wrong<'_>> = vec![
        (
            &anybody,
            "sign-in",
            vec![("email", "a@b.example"), ("password", "secret-of-nobody"), ("next", "/account")],
            "Sign in",
            "Incorrect e-mail address or password",
            vec!["a@b.example", "/account"],
        ),
        (
            &anybody,
            "sign-up",
            vec![("name", "Ada <b>"), ("email", "nowhere"), ("country", "IE"), ("password", "short")],
            "Sign up",
            "Please enter an e-mail address",
            vec!["Ada <b>", "nowhere"],
        ),
        (
            &anybody,
            "submit-objection",
            vec![
                ("form", ONE),
                ("name", "Ben"),
                ("email", "x"),
                ("reason", "Because."),
                ("purposes[]", "research"),
                ("mode", "restrict"),
            ],
            "Data Processing Objection Form",
            "Please enter an e-mail address",
            vec!["Ben", "x", ONE],
        ),
        (
            &anybody,
            "verify-objection",
            vec![("case", "OBJ-7F3K9Q2M"), ("code", "0000-0000")],
            "Enter your code",
            "match the case number",
            vec!["OBJ-7F3K9Q2M", "0000-0000"],
        ),
        (
            &anybody,
            "send-objection-again",
            vec![("case", "nothing"), ("email", "x")],
            "Resend our e-mail",
            "Please enter the number of your case",
            vec!["nothing", "x"],
        ),
        (
            &anybody,
            "send-welcome-link",
            vec![("email", "nowhere")],
            "Get a link to set your password",
            "Please enter an e-mail address",
            vec!["nowhere"],
        ),
        (
            &ada,
            "change-password",
            vec![("current", "secret-of-nobody"), ("password", "short")],
            "Account",
            "This is not your current password.",
            vec![],
        ),
        (
            &ada,
            "add-to-objection",
            vec![("case", &case), ("text", " ")],
            &hers,
            "Please write what you want to add",
            vec![],
        ),
        (
            &ada,
            "reply-to-question",
            vec![("case", &case), ("question", "1"), ("reply", "All of them.")],
            &hers,
            "No question is waiting for your reply.",
            vec![],
        ),
        (
            &ada,
            "complain-about-objection",
            vec![("case", &case), ("text", "Too slow.")],
            &hers,
            "This case has not been decided yet.",
            vec![],
        ),
        (
            &support,
            "look-at-member",
            vec![("member", &id), ("text", "Called."), ("case", "OBJ-1")],
            "View a member's settings",
            "This is not a case number.",
            vec!["OBJ-1"],
        ),
        (
            &support,
            "unmask-address",
            vec![("member", &id)],
            "View a member's settings",
            "Please give your reason first.",
            vec![],
        ),
        (
            &support,
            "make-recovery-codes",
            vec![("proof", "secret-of-nobody")],
            "Recovery codes",
            "This code is wrong",
            vec![],
        ),
        (
            &support,
            "change-authenticator",
            vec![("code", "")],
            "Another authenticator app",
            "Please enter the six digits",
            vec![],
        ),
        (
            &support,
            "confirm-authenticator",
            vec![("code", "12")],
            "Another authenticator app",
            "Please start again",
            vec![],
        ),
        (
            &officer,
            "extend-objection",
            of_case(&[("months", "2"), ("reason", "")]),
            &his,
            "Please write why you need more time",
            vec![],
        ),
        (
            &officer,
            "mark-duplicate-objection",
            of_case(&[("of", "OBJ-x")]),
            &his,
            "Please enter a case number, such as",
            vec!["OBJ-x"],
        ),
        (
            &officer,
            "decide-objection",
            of_case(&[("rulings[0][purpose]", "research"), ("rulings[0][outcome]", "refused")]),
            &his,
            "compelling grounds",
            vec![],
        ),
        (&officer, "agree-to-decision", of_case(&[]), &his, "No answer is waiting for a second officer.", vec![]),
        (&officer, "close-objection", of_case(&[]), &his, "This case has not been decided yet.", vec![]),
        (
            &officer,
            "answer-complaint",
            of_case(&[("text", "Sorry.")]),
            &his,
            "This case has not been decided yet.",
            vec![],
        ),
        (
            &officer,
            "record-complaint",
            of_case(&[("agent", "Cy Agent")]),
            &his,
            "Please choose how it reached us.",
            vec![],
        ),
        (
            &officer,
            "correct-recorded-address",
            of_case(&[("email", "nowhere")]),
            &his,
            "Please enter an e-mail address",
            vec![],
        ),
        (
            &officer,
            "add-case-note",
            of_case(&[("form", TWO), ("note", " ")]),
            &his,
            "Please write your note.",
            vec![TWO],
        ),
        (
            &officer,
            "record-objection",
            vec![("form", ONE), ("name", "Ben"), ("agent", "Cy Agent")],
            "Record an objection",
            "Please choose how it reached us.",
            vec!["Ben", "Cy Agent"],
        ),
        (
            &officer,
            "assign-objection",
            of_case(&[("officer", "nobody")]),
            &his,
            "Please choose one of the officers",
            vec![],
        ),
    ];
    for (who, function, fields, title, says, again) in all {
        let answer = who.post(&format!("/api/{function}"), &fields).await;
        answer.refused(title).says(says);
        is_whole(&answer, function);
        let fields = answer.attributes("main input", "value");
        for value in again {
            assert!(fields.contains(&value.to_owned()), "{function}: {value}: {fields:?}");
        }
    }
}

async fn what_cannot_be_read_is_said_on_a_page(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    for (kind, body) in [
        ("application/x-www-form-urlencoded", &b"email=a&email=b"[..]),
        ("application/x-www-form-urlencoded", b"email=%ff"),
        ("application/json", b"{}"),
        ("text/plain", b"email=a"),
    ] {
        let request = Request::post("/api/sign-in").header("accept", "text/html").header("content-type", kind);
        let answer = ada.pass_on(request.body(Body::from(body)).unwrap()).await;
        assert!(
            !answer.status.is_server_error() && answer.header("location") != "/",
            "{kind} {body:?}: {} {}",
            answer.status,
            answer.location()
        );
        if answer.status != StatusCode::UNPROCESSABLE_ENTITY {
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{kind} {body:?}: {}", answer.body);
            answer.is_page("We could not read your request");
        }
    }
}

async fn what_was_done_is_confirmed_and_nothing_else(site: TestApp) {
    let ben = site.visitor();
    let number = unverified(&ben, ONE, "ben@example.org").await;
    let of_somebody_else = unverified(&site.visitor(), TWO, "eve@example.org").await;
    let fields = applicant(ONE, "ben@example.org");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let answer = ben.post("/api/submit-objection", &fields).await;
    assert_eq!(answer.filed_number(), number);
    // Sent once more it is the same case, and the page may be loaded as often as one likes.
    let mark = answer.location().split_once("&filed=").unwrap().1.to_owned();
    for _ in 0..2 {
        ben.get(&format!("/objection/code?case={number}&filed={mark}"))
            .await
            .says("Our deadline to answer has already started.");
    }
    let eve = site.visitor();
    for (case, mark) in [
        (number.as_str(), ""),
        (&number, "0000000000000000"),
        (&number, "%00"),
        (&of_somebody_else, &mark),
        ("OBJ-00000000", &mark),
        ("x", &mark),
    ] {
        for query in [format!("case={case}&filed={mark}"), format!("case={case}")] {
            let page = eve.get(&format!("/objection/code?{query}")).await;
            assert_eq!(page.status, StatusCode::OK);
            page.does_not_say("Our deadline to answer has already started.");
        }
    }
    let code = site.mailed("ben@example.org", CODE).await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    ben.get(&format!("/objection/code?case={number}&filed={mark}"))
        .await
        .does_not_say("Our deadline to answer has already started.");
}

/// What is confirmed has happened.
async fn a_form_sent_again_after_its_case_has_ended_is_an_objection(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("allowed").await;
    let first = file(&ada, ONE, &["generative-ai-training"]).await;
    assert!(!ada.get("/settings/privacy").await.is_on());
    ada.post("/api/withdraw-objection", &[("case", &first)]).await;
    assert!(ada.get("/settings/privacy").await.is_on());
    let second = file(&ada, ONE, &["generative-ai-training"]).await;
    assert_ne!(second, first);
    ada.get(&format!("/objections/{second}")).await.says("We have your objection.");
    assert!(!ada.get("/settings/privacy").await.is_on(), "it pauses again");
    site.mailed("ada@example.org", &format!("/objections/{second}")).await;
    // And that one is a single case, however often it is pressed.
    assert_eq!(file(&ada, ONE, &["generative-ai-training"]).await, second);
    // The same where it was decided.
    let officer = site.officer().await;
    decide(&officer, &site, &second, &[("generative-ai-training", "refused", "We need it.")]).await;
    site.pass(3_600_000);
    let third = file(&ada, ONE, &["generative-ai-training"]).await;
    assert_ne!(third, second);
    // Without an account, too.
    let ben = site.visitor();
    let first = unverified(&ben, TWO, "ben@example.org").await;
    let code = site.mailed("ben@example.org", CODE).await;
    ben.post("/api/verify-objection", &[("case", &first), ("code", &code)]).await;
    ben.post("/api/withdraw-objection", &[("case", &first)]).await;
    let second = unverified(&ben, TWO, "ben@example.org").await;
    assert_ne!(second, first);
    assert_eq!(unverified(&ben, TWO, "ben@example.org").await, second);
}

async fn a_word_that_nobody_knows_says_nothing(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let case = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    // A draft that another version of this program has left in the session.
    for (visitor, page) in [(&officer, format!("/support/objections/{case}")), (&ada, format!("/objections/{case}"))] {
        visitor.get(&page).await;
        let id: tower_sessions::session::Id = visitor.cookie().unwrap().parse().unwrap();
        let store = sayso::web::session_store::Sessions::new(&site.app);
        let mut record = tower_sessions::SessionStore::load(&store, &id).await.unwrap().unwrap();
        let draft = serde_json::json!([{
            "form": page, "values": {}, "errors": [], "slow_down": null, "done": "shelved", "kept_for": null,
        }]);
        record.data.insert("drafts".into(), draft);
        tower_sessions::SessionStore::save(&store, &record).await.unwrap();
        let page = visitor.get(&page).await;
        assert_eq!(page.status, StatusCode::OK);
        for said in ["The case is closed.", "Done."] {
            page.does_not_say(said);
        }
    }
}

async fn only_a_page_with_errors_is_titled_so(site: TestApp) {
    let anybody = site.visitor();
    for (page, title) in [("/sign-in", "Sign in · Sayso"), ("/objection", "Data Processing Objection Form · Sayso")] {
        assert_eq!(anybody.get(page).await.text_of("head title"), title);
    }
    let wrong = anybody.post("/api/sign-in", &[("email", "a@b.example"), ("password", "x")]).await;
    assert_eq!(wrong.text_of("head title"), "Error: Sign in · Sayso");
    assert_eq!(anybody.get("/sign-in").await.text_of("head title"), "Sign in · Sayso");
}

/// What somebody without an account has typed, who remembers that they have one.
const BEGUN: [(&str, &str); 8] = [
    ("form", ONE),
    ("name", "Ada"),
    ("email", " ADA@example.org"),
    ("country", "IE"),
    ("purposes[]", "research"),
    ("mode", "restrict"),
    ("reason", "</textarea> I write about my \"health\"."),
    ("language", "en"),
];
const REASON: &str = "</textarea> I write about my \"health\".";

async fn what_was_typed_goes_along_to_sign_in_and_back(site: TestApp) {
    site.member("ada@example.org", "IE").await;
    let ada = site.visitor();
    let page = ada.post("/api/sign-in-to-object", &BEGUN).await;
    assert_eq!((page.status, page.header("set-cookie")), (StatusCode::OK, ""), "nothing is kept");
    page.is_page("Sign in").says("What you typed goes with you if you use the address from the form, ada@example.org.");
    assert_eq!(page.text_of("head title"), "Sign in · Sayso");
    assert_eq!(page.fields("email")[0], "ada@example.org");
    let (next, kept) = (page.field("next"), page.field("kept"));
    assert_eq!(next, "/objection");
    // Another password, the way to sign up and back, and it is still there.
    let wrong = [("email", "ada@example.org"), ("password", "wrong"), ("next", &next), ("kept", &kept)];
    let page = ada.post("/api/sign-in", &wrong).await;
    page.refused("Sign in");
    assert_eq!(page.field("kept"), kept);
    let carried = [("email", "ada@example.org"), ("next", next.as_str()), ("kept", kept.as_str())];
    let page = ada.post("/api/show-sign-up", &carried).await;
    page.is_page("Sign up");
    assert_eq!((page.fields("email")[0].as_str(), page.field("kept").as_str()), ("ada@example.org", kept.as_str()));
    let page = ada.post("/api/show-sign-in", &carried).await;
    page.is_page("Sign in");
    assert_eq!((page.field("next"), page.field("kept")), (next.clone(), kept.clone()));
    // Back to the form, as it was.
    let form = ada.post("/api/show-objection", &[("kept", &kept)]).await;
    form.is_page("Data Processing Objection Form").says("What you typed is still here.");
    assert_eq!(
        (form.field("name"), form.field("reason"), form.field("form")),
        ("Ada".into(), REASON.into(), ONE.into())
    );
    assert!(form.has("[value=research][checked]") && form.has("[value=restrict][checked]"));
    // And signed in, once.
    let right = [("email", "ada@example.org"), ("password", PASSWORD), ("next", &next), ("kept", &kept)];
    assert_eq!(ada.post("/api/sign-in", &right).await.location(), "/objection");
    let form = ada.get("/objection").await;
    form.says("What you typed is still here.");
    assert_eq!(form.field("reason"), REASON);
    assert!(form.has("[value=research][checked]") && form.has("[value=restrict][checked]"));
    ada.get("/objection").await.does_not_say("What you typed is still here.");
}

async fn what_was_typed_is_for_the_account_with_the_address_that_was_typed(site: TestApp) {
    site.member("eve@example.org", "IE").await;
    let eve = site.visitor();
    let kept = eve.post("/api/sign-in-to-object", &BEGUN).await.field("kept");
    let other = [("email", "eve@example.org"), ("password", PASSWORD), ("next", "/objection"), ("kept", &kept)];
    assert_eq!(eve.post("/api/sign-in", &other).await.location(), "/objection");
    let form = eve.get("/objection").await;
    form.does_not_say("my \"health\"");
    form.does_not_say("What you typed is still here.");
    // Nothing waits there for whoever comes next, either.
    site.member("ada@example.org", "IE").await;
    eve.post("/api/sign-out", &[]).await;
    eve.post("/api/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD)]).await;
    eve.get("/objection").await.does_not_say("my \"health\"");
    // What is no form of ours is nothing at all.
    for kept in ["x", "{}", "{\"form\":\"//evil.example\",\"whose\":\"\",\"values\":{}}"] {
        let answer = eve.post("/api/show-objection", &[("kept", kept)]).await;
        assert_eq!(answer.location(), "/objection", "{kept}");
    }
}

async fn what_names_nobody_is_handed_to_nobody(site: TestApp) {
    let anybody = site.visitor();
    let fresh = [("form", ONE), ("mode", "object"), ("language", "en")];
    let answer = anybody.post("/api/sign-in-to-object", &fresh).await;
    assert_eq!(answer.location(), "/sign-in?next=/objection", "nothing was typed");
    let begun = [("form", ONE), ("mode", "object"), ("language", "en"), ("reason", "Because.")];
    let form = anybody.post("/api/sign-in-to-object", &begun).await;
    form.refused("Data Processing Objection Form").says("Please enter your e-mail address before you sign in.");
    assert_eq!(form.field("reason"), "Because.");
}

async fn what_was_typed_is_there_once_the_new_account_is(site: TestApp) {
    let ada = site.visitor();
    let kept = ada.post("/api/sign-in-to-object", &BEGUN).await.field("kept");
    let typed =
        [("name", "Ada"), ("email", "ada@example.org"), ("country", "IE"), ("password", PASSWORD), ("kept", &kept)];
    site.sign_up(&ada, &typed).await;
    assert_eq!(ada.get("/objection").await.field("reason"), REASON);
}

async fn the_way_to_sign_up_and_back_knows_where_it_leads(site: TestApp) {
    let anybody = site.visitor();
    let page = anybody.get("/sign-in?next=/objection&unsent=1").await;
    let to = page.links("/sign-up");
    assert_eq!(to, ["/sign-up?next=/objection"]);
    assert_eq!(anybody.get(&to[0]).await.links("/sign-in"), ["/sign-in?next=/objection"]);
    assert_eq!(anybody.get("/sign-up?next=//evil.example").await.links("/sign-in"), ["/sign-in"]);
}

/// The query that a browser sends is what the harness decodes.
#[test]
fn a_query_is_read_as_it_was_written() {
    let path = "/support?q=a b&x=%";
    assert_eq!(crate::test_app::decode(&encode(path)), path);
    assert!(PASSWORD.len() >= 12);
}

/// Another version that serves beside this one may have a word of its own for what was done.
async fn of_a_word_that_nobody_knows_nothing_is_said(site: TestApp) {
    const FORGET: &str = r#"update sessions set data = replace(data, '"done":"', '"done":"not-')"#;
    let ada = site.member("ada@example.org", "IE").await;
    let visitor = site.visitor();
    let asked = [("email", "ada@example.org"), ("case", "OBJ-7F3K9Q2M")];
    for (browser, function, form, page, says) in [
        (&visitor, "/api/forgot-password", &asked[..1], "/forgot", "an e-mail with a link is on its way"),
        (&visitor, "/api/send-welcome-link", &asked[..1], "/welcome/again", "an e-mail with a link is on its way"),
        (&visitor, "/api/send-objection-again", &asked[..], "/objection/again", "an e-mail is on its way"),
        (&ada, "/api/end-other-sessions", &[], "/account", "You are now signed in only here."),
    ] {
        browser.post(function, form).await;
        browser.get(page).await.says(says);
        // Not within the minute in which one mail is all that there is.
        site.pass(120_000);
        browser.post(function, form).await;
        site.tamper(FORGET).await.unwrap();
        browser.get(page).await.does_not_say(says);
    }
}
