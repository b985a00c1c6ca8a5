//! What is answered to what no form of ours sends: requests that overlap, ids that are none,
//! addresses under which there is nothing.

use crate::stories;
use crate::test_app::{PASSWORD, TestApp, encode};
use http::StatusCode;
use sayso::account::model::Role;
use sayso::web::session_store::Sessions;
use tower_sessions::SessionStore;
use tower_sessions::session::Id;

stories![
    a_request_under_way_does_not_bring_a_session_back_that_has_ended,
    forms_sent_while_signing_out_do_not_undo_it,
    a_session_goes_on_being_written_to,
    what_is_no_id_of_a_member_gets_into_no_header,
    an_address_is_not_shown_before_a_reason_was_given,
    the_page_of_a_failure_is_no_failure,
    whoever_is_lost_is_led_to_where_their_own_things_are,
    who_asks_comes_before_what_was_sent,
    signing_in_leads_back_to_what_was_asked_of_the_queue,
];

/// What is no id of a member, and would be no path.
const NO_IDS: [&str; 7] = ["\r\nSet-Cookie: x=y", "\0", "a b", "\u{e9}", "x?y#z", "../../audit", ""];

async fn a_request_under_way_does_not_bring_a_session_back_that_has_ended(site: TestApp) {
    let officer = site.officer().await;
    let id: Id = officer.cookie().unwrap().parse().unwrap();
    let before = site.visitor();
    before.take_cookie_of(&officer);
    let store = Sessions::new(&site.app);
    let under_way = store.load(&id).await.unwrap().expect("the session is there");
    assert_eq!(officer.post("/api/sign-out", &[]).await.location(), "/signed-out");
    store.save(&under_way).await.unwrap();
    assert!(store.load(&id).await.unwrap().is_none(), "the session is there again");
    let queue = before.get("/support/objections").await;
    assert_eq!((queue.status, &*queue.location()), (StatusCode::FOUND, "/sign-in?next=/support/objections"));
}

async fn forms_sent_while_signing_out_do_not_undo_it(site: TestApp) {
    site.staff("officer@example.org", Role::PrivacyOfficer).await;
    for round in 0..5 {
        let officer = site.signed_in_as("officer@example.org", Role::PrivacyOfficer).await;
        let cookie = site.visitor();
        cookie.take_cookie_of(&officer);
        let forms = [(); 3].map(|()| {
            let tab = site.visitor();
            tab.take_cookie_of(&officer);
            tab
        });
        let wrong = [("proof", "not the password")];
        let [one, two, three] = forms.each_ref().map(|tab| tab.post("/api/make-recovery-codes", &wrong));
        tokio::join!(one, two, three, officer.post("/api/sign-out", &[]));
        assert_eq!(cookie.get("/support/objections").await.status, StatusCode::FOUND, "round {round}");
        site.pass(3_600_000);
    }
}

async fn a_session_goes_on_being_written_to(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    ada.post("/api/change-password", &[("current", PASSWORD), ("password", "plumb seven otters gladly")]).await;
    ada.get("/account").await.says("Your password has been changed");
    ada.get("/account").await.does_not_say("Your password has been changed");
}

async fn what_is_no_id_of_a_member_gets_into_no_header(site: TestApp) {
    let long = "x".repeat(7_000);
    let ids = NO_IDS.into_iter().chain([long.as_str()]);
    site.staff("support@example.org", Role::Support).await;
    let support = site.signed_in_as("support@example.org", Role::Support).await;
    let program = site.visitor().wanting_json();
    program.take_cookie_of(&support);
    let ada = site.member("ada@example.org", "IE").await;
    for (n, id) in ids.enumerate() {
        for endpoint in ["/api/look-at-member", "/api/unmask-address"] {
            let short = id.chars().take(20).collect::<String>();
            let fields = [("member", id), ("reason", "asked"), ("text", "Called."), ("next", id)];
            let answer = support.post(endpoint, &fields).await;
            assert_eq!(
                (answer.status, &*answer.location()),
                (StatusCode::FOUND, "/error?about=not-found"),
                "{endpoint} {short:?}"
            );
            assert!(answer.headers.get_all("set-cookie").iter().all(|c| !c.as_bytes().starts_with(b"x=")));
            assert_eq!(program.post(endpoint, &fields).await.status, StatusCode::NOT_FOUND, "{endpoint} {short:?}");
            let nobody = site.visitor().wanting_json().post(endpoint, &fields).await;
            assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{endpoint} {short:?}");
            assert_eq!(ada.post(endpoint, &fields).await.location(), "/error?about=not-found", "{endpoint} {short:?}");
        }
        let email = format!("nobody{n}@example.org");
        let fields = [("email", email.as_str()), ("password", "x"), ("next", id), ("code", id)];
        site.visitor().post("/api/sign-in", &fields).await.refused("Sign in");
        assert_eq!(site.visitor().post("/api/enter-code", &fields).await.location(), "/");
        if !id.contains('/') && id.len() < 100 && !id.is_empty() {
            let page = support.get(&format!("/support/members/{}", encode(id))).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{id:?}");
        }
    }
}

async fn an_address_is_not_shown_before_a_reason_was_given(site: TestApp) {
    site.member("ada@example.org", "IE").await;
    let mut reader = site.app.db.reader().await.unwrap();
    let id = sayso::account::store::by_email(reader.conn(), "ada@example.org").await.unwrap().unwrap().id;
    drop(reader);
    site.staff("support@example.org", Role::Support).await;
    let support = site.signed_in_as("support@example.org", Role::Support).await;
    let page = support.post("/api/unmask-address", &[("member", &id)]).await;
    page.refused("View a member's settings").says("Please give your reason first.");
    page.does_not_say("Your 30 minutes are over.");
}

async fn the_page_of_a_failure_is_no_failure(site: TestApp) {
    let page = site.visitor().get("/error?reference=7KQ2-9FMX").await;
    assert_eq!(page.status, StatusCode::OK);
    page.says("7KQ2-9FMX");
    // What breaks is still one.
    let ada = site.member("ada@example.org", "IE").await;
    site.tamper("alter table cases rename to gone").await.unwrap();
    let broken = ada.get("/objections").await;
    assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
    broken.says("Something went wrong on our side");
}

async fn whoever_is_lost_is_led_to_where_their_own_things_are(site: TestApp) {
    site.visitor().get("/nowhere").await.says("Go to the start page");
    let ada = site.member("ada@example.org", "IE").await;
    ada.get("/nowhere").await.says("Go to your settings");
    for (role, says) in [
        (Role::Support, "Go to members"),
        (Role::PrivacyOfficer, "Go to the queue"),
        (Role::Auditor, "Go to the access log"),
    ] {
        let email = format!("{role}@example.org");
        site.staff(&email, role).await;
        let staff = site.signed_in_as(&email, role).await;
        for path in ["/nowhere", "/settings/privacy", "/error?about=not-found", "/error?about=unreadable"] {
            let page = staff.get(path).await;
            page.says(says);
            page.does_not_say("your settings");
            assert!(page.has(&format!("[href={:?}]", role.home())), "{role} {path}");
        }
        assert_eq!(staff.get("/nowhere").await.status, StatusCode::NOT_FOUND);
    }
}

async fn who_asks_comes_before_what_was_sent(site: TestApp) {
    let officer = site.officer().await;
    let program = site.visitor().wanting_json();
    program.take_cookie_of(&officer);
    assert_eq!(program.post("/api/set-ai-training", &[]).await.status, StatusCode::NOT_FOUND);
    let nobody = site.visitor().wanting_json();
    assert_eq!(nobody.post("/api/set-ai-training", &[]).await.status, StatusCode::UNAUTHORIZED);
    let ada = site.member("ada@example.org", "IE").await;
    let hers = site.visitor().wanting_json();
    hers.take_cookie_of(&ada);
    assert_eq!(hers.post("/api/set-ai-training", &[]).await.status, StatusCode::BAD_REQUEST);
}

async fn signing_in_leads_back_to_what_was_asked_of_the_queue(site: TestApp) {
    let asked = site.visitor().get("/support/objections?state=complaint&due=overdue").await;
    let next = "/sign-in?next=/support/objections%3Fstate%3Dcomplaint%26due%3Doverdue";
    assert_eq!(asked.location(), next);
}

/// Every argument of every server function may be missing, so that whoever may not send it is told
/// that, and not what is missing.
#[test]
fn no_argument_of_a_server_function_has_to_be_sent() {
    for (file, source) in [
        ("account", include_str!("../../src/account/api.rs")),
        ("account, second factor", include_str!("../../src/account/api/second_factor.rs")),
        ("consent", include_str!("../../src/consent/api.rs")),
        ("objection", include_str!("../../src/objection/api.rs")),
        ("members", include_str!("../../src/members/api.rs")),
        ("support", include_str!("../../src/support/api.rs")),
    ] {
        let functions: Vec<&str> = source.split("pub async fn ").skip(1).collect();
        assert!(!functions.is_empty(), "{file}");
        for function in functions {
            let arguments = function.split_once(") ->").unwrap().0.split_once('(').unwrap().1;
            let (all, defaults) = (arguments.matches(": ").count(), arguments.matches("#[server(default)]").count());
            assert_eq!(all, defaults, "{file}: {function}");
        }
    }
}
