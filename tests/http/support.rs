//! Staff look at the settings of members; members see that they did.

mod past;

use crate::objection::{ONE, TWO, file};
use crate::stories;
use crate::test_app::{Answer, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::{Country, NewMember, Role};
use sayso::account::store;
use sayso::db::Db;
use sayso::ledger::{Actor, Entry, Kind, Reason, Shown, entry::sealed, store as ledger};
use scraper::node::Element;
use scraper::{ElementRef, Html, Node, Selector};

stories![
    support_looks_and_the_member_reads_that_it_did_and_why,
    what_staff_see_is_the_members_page_without_the_controls,
    looking_delivers_no_notice,
    after_half_an_hour_the_reason_is_asked_for_again,
    the_whole_address_is_a_second_recorded_act,
    a_reason_that_is_not_one_opens_nothing_and_what_was_typed_is_still_there,
    who_may_not_look_finds_nothing_and_nothing_is_recorded,
    nobody_of_the_staff_can_change_a_choice,
];

/// Where the card of the switch says what holds, and why.
const STANDING: &str = "#ai-now";

pub async fn join(site: &TestApp, name: &str, email: &str) -> String {
    let (name, email, country) = (name.into(), email.into(), Country::parse("IE").unwrap());
    let new = NewMember {
        name,
        email,
        country,
        role: Role::Member,
        password_hash: "none".into(),
        demo: false,
        address_proved: true,
    };
    site.app.join(new).await.unwrap().id
}

pub async fn support(site: &TestApp) -> TestClient {
    site.staff("support@example.org", Role::Support).await;
    site.signed_in_as("support@example.org", Role::Support).await
}

/// A member who has been told and has turned it off, with their id and browser.
async fn ada(site: &TestApp) -> (String, TestClient) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("denied").await;
    (member(site, "ada@example.org").await.id, ada)
}

async fn member(site: &TestApp, email: &str) -> sayso::account::model::Member {
    store::by_email(site.app.db.reader().await.unwrap().conn(), email).await.unwrap().unwrap()
}

async fn views(site: &TestApp, email: &str) -> Vec<Entry> {
    let subject = member(site, email).await.subject;
    let all = ledger::of_subject(site.app.db.reader().await.unwrap().conn(), &subject).await.unwrap();
    all.into_iter().filter(|e| e.kind == Kind::View).collect()
}

/// Gives the reason that is given most.
async fn look(staff: &TestClient, id: &str) -> Answer {
    staff
        .post("/api/look-at-member", &[("member", id), ("reason", "asked"), ("text", "Called about the switch.")])
        .await
}

/// What a page says in our own name: neither what is quoted, nor the bytes of an entry.
fn own_words(page: &Answer) -> String {
    let html = Html::parse_document(&page.body);
    let main = Selector::parse("main").unwrap();
    let main = html.select(&main).next().expect("a page has its content");
    let mut said = String::new();
    for node in main.descendants() {
        let quoted =
            node.ancestors().filter_map(ElementRef::wrap).any(|e| ["blockquote", "pre"].contains(&e.value().name()));
        if let (Node::Text(text), false) = (node.value(), quoted) {
            said.push_str(text);
            said.push(' ');
        }
    }
    said
}

/// Asserts that a page of staff speaks of the member, and not to them.
#[track_caller]
fn speaks_to_nobody(page: &Answer) {
    let said = own_words(page);
    for word in said.split(|c: char| !c.is_alphanumeric()) {
        assert!(!["you", "your", "my"].contains(&&*word.to_lowercase()), "{word:?} is in {said}");
    }
}

/// What the member could press from this card on, to the end of the page.
fn controls(page: &Answer, named: &str) -> Vec<String> {
    let html = Html::parse_document(&page.body);
    let elements = html.tree.root().descendants().filter_map(|node| node.value().as_element());
    let below = elements.skip_while(|element| element.attr("aria-labelledby") != Some(named));
    let is_control = |element: &&Element| {
        let to = element.attr("href").unwrap_or_default();
        ["form", "button", "input"].contains(&element.name())
            || element.attr("role") == Some("switch")
            || to == "/objection"
            || to.starts_with("/settings")
    };
    below.filter(is_control).map(|element| format!("{element:?}")).collect()
}

async fn support_looks_and_the_member_reads_that_it_did_and_why(site: TestApp) {
    let (id, ada) = ada(&site).await;
    let tab = ada.get("/settings/privacy").await;
    tab.says("Who looked");
    tab.says("Nobody has viewed these settings.");
    let support = support(&site).await;
    let path = format!("/support/members/{id}");
    let asked = support.get(&path).await;
    asked.says("View a member's settings");
    assert!(!asked.has(STANDING));
    assert!(views(&site, "ada@example.org").await.is_empty(), "asking for the reason is not a look");

    let answer = look(&support, &id).await;
    assert_eq!(answer.location(), path);
    let page = support.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text_of(STANDING).contains("Off by their choice."));
    // What the member reads of it stands there as a quotation.
    let read = "Support viewed these settings on 23 November 2026, 00:00 UTC. Reason: you asked us for help.";
    assert!(page.texts_of("blockquote").contains(&read.to_owned()), "{:?}", page.texts_of("blockquote"));
    page.says("a…@e…e.org");
    page.does_not_say("ada@example.org");
    page.says("23 November 2026, 00:30 UTC");
    assert!(!page.has("leptos-island") && !page.body.contains("set-ai-training"));
    support.get(&path).await;
    look(&support, &id).await;

    let views = views(&site, "ada@example.org").await;
    assert_eq!(views.len(), 1, "one look, however often its pages are read or the form is sent");
    let view = views[0].view.clone().unwrap();
    assert_eq!(
        (views[0].version, views[0].actor, view.shown, view.reason),
        (9, Actor::Support, Shown::Settings, Reason::Asked)
    );
    assert!(view.staff.is_some() && view.until.is_some(), "who looked, as a mark, and until when: {view:?}");
    let sql = "select staff_id, text, salt from looks where entry_id = $1";
    let entry = views[0].id.to_string();
    let (staff, text, salt): (String, String, String) = match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).bind(&entry).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_as(sql).bind(&entry).fetch_one(pool).await.unwrap(),
    };
    assert_eq!(staff, member(&site, "support@example.org").await.id);
    assert_eq!(view.text, Some(sealed(&salt, &text)));
    let bytes = String::from_utf8(views[0].canonical().bytes).unwrap();
    for secret in ["Called", "Staff", &staff, "support@", &id] {
        assert!(!bytes.contains(secret), "{secret} in {bytes}");
    }

    let tab = ada.get("/settings/privacy").await;
    tab.says("Support viewed these settings on 23 November 2026, 00:00 UTC. Reason: you asked us for help.");
    let history = ada.get("/settings/privacy/history").await;
    history.says("Support viewed these settings: you asked us for help");
    let receipt = ada.get(&format!("/settings/privacy/entries/{entry}")).await;
    receipt.says("Support viewed these settings: you asked us for help");
    for page in [tab, history, receipt] {
        for secret in ["Staff", "support@", "Called"] {
            page.does_not_say(secret);
        }
    }
}

async fn what_staff_see_is_the_members_page_without_the_controls(site: TestApp) {
    let (id, ada) = ada(&site).await;
    let first = file(&ada, ONE, &["research"]).await;
    file(&ada, TWO, &["generative-ai-training"]).await;
    let support = support(&site).await;
    let officer = site.officer().await;
    let path = format!("/support/members/{id}");
    officer.post("/api/look-at-member", &[("member", &id), ("case", &first)]).await;
    look(&support, &id).await;
    let own = ada.get("/settings/privacy").await;
    own.says(&format!(
        "Our privacy team viewed these settings on 23 November 2026, 00:00 UTC. Reason: your objection {first}."
    ));
    for staff in [&support, &officer] {
        let seen = staff.get(&path).await;
        // The same standing, rows and receipts, said of the member.
        for named in ["ai", "looked"] {
            let refs = |page: &Answer| page.texts_of(&format!("[aria-labelledby={named}] .ref"));
            assert_eq!(refs(&seen), refs(&own), "{named}");
        }
        let times = |page: &Answer| page.attributes("[aria-labelledby=ai] time", "datetime");
        assert_eq!(times(&seen), times(&own));
        assert_eq!(
            seen.attribute(&format!("{STANDING} .dot"), "data-state"),
            own.attribute(&format!("{STANDING} .dot"), "data-state")
        );
        speaks_to_nobody(&seen);
        // The words of the card are the member's, as a quotation.
        assert!(seen.texts_of("blockquote").iter().any(|text| text.contains("may use your profile")));
        // Nothing that could be pressed on the member's behalf.
        assert_eq!(controls(&seen, "ai"), Vec::<String>::new());
        assert!(controls(&own, "ai").iter().any(|control| control.contains("switch")));
        seen.says("The member sees a switch that is off");
        let history = staff.get(&format!("{path}/history")).await;
        let rows = |page: &Answer| page.texts_of("tbody .ref");
        let own = ada.get("/settings/privacy/history").await;
        assert!(own.has("tbody tr"));
        assert_eq!(rows(&history), rows(&own));
        assert_eq!(history.count("tbody tr"), own.count("tbody tr"));
        history.says("The member chose to keep it off");
        speaks_to_nobody(&history);
        let link = &history.links(&format!("{path}/entries/"))[0];
        let receipt = staff.get(link).await;
        receipt.says("The stored entry");
        speaks_to_nobody(&receipt);
        let own = ada.get(&link.replace(&path, "/settings/privacy")).await;
        assert_eq!(receipt.text_of("pre.bytes"), own.text_of("pre.bytes"));
    }
    assert!(officer.get(&path).await.has(&format!("[href=\"/support/objections/{first}\"]")));
    let links = support.get(&path).await.links("/support/objections");
    assert_eq!(links, Vec::<String>::new(), "a link to where they may not go");
    // Somebody else's receipt is not to be had under this member's address.
    let eve = site.member("eve@example.org", "IE").await;
    eve.get("/settings/privacy").await;
    let subject = member(&site, "eve@example.org").await.subject;
    let hers = ledger::of_subject(site.app.db.reader().await.unwrap().conn(), &subject).await.unwrap();
    assert_eq!(support.get(&format!("{path}/entries/{}", hers[0].id)).await.status, StatusCode::NOT_FOUND);
}

async fn looking_delivers_no_notice(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    let id = member(&site, "ada@example.org").await.id;
    site.publish(1).await;
    let support = support(&site).await;
    look(&support, &id).await;
    let page = support.get(&format!("/support/members/{id}")).await;
    page.says("It stays off at least until we have shown the member the notice about it");
    page.says(", which they have not seen yet.");
    assert_eq!(site.count("notice").await, 0);
    ada.get("/settings/privacy").await.says("New: please read this");
    support
        .get(&format!("/support/members/{id}"))
        .await
        .says(" again. It stays on their page until they decide or dismiss it.");
    ada.post("/api/dismiss-notice", &[("shown", "1.en")]).await;
    support.get(&format!("/support/members/{id}")).await.does_not_say("We will show them");
}

async fn after_half_an_hour_the_reason_is_asked_for_again(site: TestApp) {
    let (id, _ada) = ada(&site).await;
    let support = support(&site).await;
    let path = format!("/support/members/{id}");
    look(&support, &id).await;
    site.pass_at_work(&support, 30 * 60_000 - 1).await;
    let history = format!("{path}/history");
    let open = support.get(&history).await;
    open.says("A member's history");
    open.says("viewed these settings");
    site.pass(1);
    let entry = views(&site, "ada@example.org").await[0].id.to_string();
    for page in [path.clone(), history.clone(), format!("{path}/entries/{entry}")] {
        let page = support.get(&page).await;
        page.says("View a member's settings");
        page.does_not_say("viewed these settings");
    }
    let refused = support.post("/api/unmask-address", &[("member", &id)]).await;
    refused.refused("View a member's settings").says("Your 30 minutes are over. Please give your reason again.");
    refused.does_not_say("ada@example.org");
    let again = [("member", &*id), ("reason", "fault"), ("text", "Once more."), ("next", &*history)];
    assert_eq!(support.post("/api/look-at-member", &again).await.location(), history);
    support.get(&history).await.says("something was not working");
    assert_eq!(views(&site, "ada@example.org").await.len(), 2);
    // A look is one person's, at one member.
    let officer = site.officer().await;
    officer.get(&path).await.says("View a member's settings");
    let eve = join(&site, "Eve", "eve@example.org").await;
    support.get(&format!("/support/members/{eve}")).await.says("View a member's settings");
    for elsewhere in ["https://evil.example/", "//evil.example", "/support", "/support/members/x", ""] {
        let fields = [("member", &*eve), ("reason", "fault"), ("text", "x"), ("next", elsewhere)];
        assert_eq!(support.post("/api/look-at-member", &fields).await.location(), format!("/support/members/{eve}"));
    }
}

async fn the_whole_address_is_a_second_recorded_act(site: TestApp) {
    let (id, ada) = ada(&site).await;
    let support = support(&site).await;
    let path = format!("/support/members/{id}");
    look(&support, &id).await;
    assert_eq!(support.post("/api/unmask-address", &[("member", &id)]).await.location(), path);
    let page = support.get(&path).await;
    page.says("You can now see the full address, and we have recorded that.");
    page.says("ada@example.org");
    support.post("/api/unmask-address", &[("member", &id)]).await;
    let views = views(&site, "ada@example.org").await;
    assert_eq!(views.len(), 2);
    let shown = views[1].view.clone().unwrap();
    assert_eq!((shown.shown, shown.during, shown.text), (Shown::Address, Some(views[0].id), None));
    ada.get("/settings/privacy")
        .await
        .says("Support saw your full e-mail address on 23 November 2026, 00:00 UTC. Reason: you asked us for help.");
    // It is not shown to anybody else, nor after the half hour.
    let officer = site.officer().await;
    look(&officer, &id).await;
    officer.get(&path).await.does_not_say("ada@example.org");
    site.pass_at_work(&support, 30 * 60_000).await;
    look(&support, &id).await;
    support.get(&path).await.does_not_say("ada@example.org");
}

async fn a_reason_that_is_not_one_opens_nothing_and_what_was_typed_is_still_there(site: TestApp) {
    let (id, _ada) = ada(&site).await;
    let eve = site.member("eve@example.org", "IE").await;
    let hers = file(&eve, ONE, &["research"]).await;
    let support = support(&site).await;
    for (case, reason, text, said) in [
        ("", "", "Typed already.", "Please enter a case number above, or choose a reason."),
        ("", "asked", " ", "Please write a short note on why you need to look."),
        ("", "case", "Typed already.", "Please enter a case number above"),
        ("OBJ-1", "", "Typed already.", "This is not a case number."),
        (&*hers, "", "Typed already.", "This member has no case with this number."),
        ("OBJ-00000000", "asked", "Typed already.", "This member has no case with this number."),
    ] {
        let fields = [("member", &*id), ("case", case), ("reason", reason), ("text", text)];
        let page = support.post("/api/look-at-member", &fields).await;
        page.refused("View a member's settings").says(said);
        assert_eq!(page.field("text").trim(), text.trim());
        assert!(!page.has(STANDING));
    }
    let long = "x".repeat(301);
    let page = support.post("/api/look-at-member", &[("member", &id), ("reason", "asked"), ("text", &long)]).await;
    page.refused("View a member's settings").says("Your note can have at most 300 characters.");
    assert!(views(&site, "ada@example.org").await.is_empty());
    // With a reason it is there.
    look(&support, &id).await;
    assert!(support.get(&format!("/support/members/{id}")).await.has(STANDING));
}

async fn who_may_not_look_finds_nothing_and_nothing_is_recorded(site: TestApp) {
    let (id, ada) = ada(&site).await;
    site.staff("auditor@example.org", Role::Auditor).await;
    let auditor = site.signed_in_as("auditor@example.org", Role::Auditor).await;
    let eve = site.member("eve@example.org", "IE").await;
    let path = format!("/support/members/{id}");
    for visitor in [&ada, &auditor, &eve] {
        look(visitor, &id).await;
        visitor.post("/api/unmask-address", &[("member", &id)]).await;
        for page in ["/support".to_owned(), "/support?q=ada".into(), path.clone(), format!("{path}/history")] {
            let page = visitor.get(&page).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND);
            page.does_not_say("Ada");
        }
    }
    let nobody = site.visitor();
    assert_eq!(look(&nobody, &id).await.location(), "/sign-in?next=/settings/privacy&unsent=1");
    assert_eq!(nobody.get(&path).await.location(), format!("/sign-in?next={path}"));
    assert!(views(&site, "ada@example.org").await.is_empty());
    // There is nobody to look at under other addresses, and staff are not to be looked at.
    let support = support(&site).await;
    let staff = member(&site, "support@example.org").await.id;
    for id in [&*staff, "x", "%00", &id.to_uppercase(), &id.replace('-', "")] {
        assert_eq!(support.get(&format!("/support/members/{id}")).await.status, StatusCode::NOT_FOUND, "{id}");
        look(&support, id).await;
    }
    assert_eq!(site.count("view").await, 0);
}

async fn nobody_of_the_staff_can_change_a_choice(site: TestApp) {
    let (id, ada) = ada(&site).await;
    let support = support(&site).await;
    let officer = site.officer().await;
    for staff in [&support, &officer] {
        look(staff, &id).await;
        let answer = staff.post("/api/set-ai-training", &[("wanted", "allowed"), ("seen", ""), ("member", &id)]).await;
        assert_eq!(answer.location(), "/error?about=not-found");
        let fields = [("form", ONE), ("purposes[]", "research"), ("mode", "object"), ("language", "en")];
        staff.post("/api/submit-objection", &fields).await.refused("Data Processing Objection Form");
    }
    assert_eq!((site.count("choice").await, site.count("objection").await), (1, 0));
    assert!(!ada.get("/settings/privacy").await.is_on());
}
