//! One log of what staff did: who signed in, searched, looked, opened a case and took a file; and
//! which commands were run on the machine.

use crate::audit::by_email;
use crate::objection::{CODE, ONE, TWO, act, file, unverified};
use crate::stories;
use crate::test_app::{Answer, PASSWORD, TestApp, TestClient};
use http::{Method, StatusCode};
use sayso::account::model::Role;
use sayso::account::staff_action::ActionKind;
use sayso::account::store::staff_actions::{self, NewAction};
use sayso::audit::staff::{StaffFilter, StaffKey};
use sayso::audit::store::staff;
use sayso::time::UtcMicros;

stories![
    what_staff_do_is_in_the_log_newest_first,
    a_search_is_recorded_without_what_was_typed,
    an_opening_of_a_case_counts_once_in_half_an_hour_and_its_person_reads_of_it,
    somebody_without_an_account_reads_when_an_officer_opened_their_case,
    who_fails_to_sign_in_as_staff_is_in_the_log_and_members_are_not,
    commands_are_recorded_as_the_command_line,
    filters_select_and_what_is_wrong_with_them_stands_at_its_field,
    pages_and_the_file_have_each_row_once_in_the_order_of_the_record,
    nobody_changes_or_removes_an_action,
    only_auditors_read_the_log,
];

const STAFF: &str = "/audit/staff";

async fn auditor(site: &TestApp) -> TestClient {
    site.staff("auditor@example.org", Role::Auditor).await;
    site.signed_in_as("auditor@example.org", Role::Auditor).await
}

async fn support(site: &TestApp) -> TestClient {
    site.staff("support@example.org", Role::Support).await;
    site.signed_in_as("support@example.org", Role::Support).await
}

/// What was done, newest first, as `kind outcome details`.
async fn log(site: &TestApp, wanted: &StaffFilter) -> Vec<String> {
    let mut reader = site.app.db.reader().await.unwrap();
    let actions = staff::actions(reader.conn(), wanted, None, 1000).await.unwrap();
    let said = actions.into_iter().map(|action| {
        let outcome = if action.well { "success" } else { "failure" };
        format!("{} {outcome} {}", action.kind, action.details()).trim_end().to_owned()
    });
    said.collect()
}

async fn of_kind(site: &TestApp, kind: ActionKind) -> Vec<String> {
    log(site, &StaffFilter { kind: Some(kind), ..StaffFilter::default() }).await
}

/// The rows of the log's table, their cells in one line each.
fn rows(page: &Answer) -> Vec<String> {
    let rows = page.html_of("tbody tr").into_iter().map(|row| {
        let html = scraper::Html::parse_fragment(&format!("<table><tr>{row}</tr></table>"));
        html.root_element().text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
    });
    rows.collect()
}

async fn what_staff_do_is_in_the_log_newest_first(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let case = file(&ada, ONE, &["research"]).await;
    let member = by_email(&site, "ada@example.org").await;
    let auditor = auditor(&site).await;
    let support = support(&site).await;
    site.pass(1_000);
    support.get("/support?q=ada").await;
    let why = [("member", &*member.id), ("reason", "asked"), ("text", "Called about the switch.")];
    support.post("/api/look-at-member", &why).await;
    support.post("/api/unmask-address", &[("member", &member.id)]).await;
    let officer = site.officer().await;
    site.pass(61_000);
    officer.get(&format!("/support/objections/{case}")).await.says("The objection");
    act(&officer, &site, "review-objection", &case, &[]).await;
    support.get("/support/figures/open-cases.csv").await;
    support.post("/api/sign-out", &[]).await;

    let page = auditor.get(STAFF).await;
    let expected = [
        "2026-11-23 00:01:02 Staff support Signed out".to_owned(),
        "2026-11-23 00:01:02 Staff support Downloaded a file open-cases.csv".into(),
        format!("2026-11-23 00:01:02 Staff privacy officer Move of a case review begun {case}"),
        format!("2026-11-23 00:01:02 Staff privacy officer Assigned a case to Staff {case}"),
        format!("2026-11-23 00:01:02 Staff privacy officer Opened a case {case}"),
        "2026-11-23 00:00:01 Staff privacy officer Signed in second factor".into(),
    ];
    let all = rows(&page);
    for (row, said) in all.iter().zip(&expected) {
        assert!(row.starts_with(said), "{said:?} is not how {row:?} begins");
    }
    let said = all.join("\n");
    for line in [
        "00:00:01 Staff support Saw the full e-mail address The member asked for help",
        "00:00:01 Staff support Viewed the settings The member asked for help",
        "00:00:01 Staff support Searched for members or cases by words, 1 result",
        "00:00:00 Staff support Signed in second factor",
        "00:00:00 Staff support Set up a second factor",
        "00:00:00 Staff support Entered their password",
    ] {
        assert!(said.contains(line), "{line:?} is not in\n{said}");
    }
    // A member is a subject, and what was typed is nowhere.
    assert!(page.has(&format!("[href=\"{STAFF}?subject={}\"]", member.subject)));
    for secret in ["ada@example.org", "Called", &member.id, "support@example.org"] {
        assert!(!page.body.contains(secret), "{secret}");
    }
    // What has an entry is a click from it.
    let views = auditor.get(&format!("{STAFF}?kind=support-view")).await;
    views.says("2 actions");
    auditor.get(&views.links("/audit/ledger/")[0]).await.says("The access log has this view");
}

async fn a_search_is_recorded_without_what_was_typed(site: TestApp) {
    site.member("ada@example.org", "IE").await;
    let member = by_email(&site, "ada@example.org").await;
    let support = support(&site).await;
    for (query, recorded) in [
        ("?q=ada", Some("search success by words, 1 result")),
        ("?q=nobody", Some("search success by words, 0 results")),
        (&*format!("?q={}", member.id), Some("search success by id, 1 result")),
        // Nothing was looked for, and nothing was shown.
        ("", None),
        (&*format!("?q={}", "x".repeat(101)), None),
    ] {
        let before = of_kind(&site, ActionKind::Search).await.len();
        support.get(&format!("/support{query}")).await;
        let after = of_kind(&site, ActionKind::Search).await;
        assert_eq!(after.len() - before, usize::from(recorded.is_some()), "{query}");
        if let Some(recorded) = recorded {
            assert_eq!(after[0], recorded, "{query}");
        }
    }
    // The head of a page shows nobody.
    let before = of_kind(&site, ActionKind::Search).await.len();
    support.send(Method::HEAD, "/support?q=ada", &[], &[]).await;
    assert_eq!(of_kind(&site, ActionKind::Search).await.len(), before);
}

async fn an_opening_of_a_case_counts_once_in_half_an_hour_and_its_person_reads_of_it(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let case = file(&ada, ONE, &["research"]).await;
    let path = format!("/support/objections/{case}");
    ada.get(&format!("/objections/{case}")).await.says("No officer has opened this case yet.");
    let officer = site.officer().await;
    // The queue names nobody, and is no opening.
    officer.get("/support/objections").await.says(&case);
    officer.send(Method::HEAD, &path, &[], &[]).await;
    assert_eq!(of_kind(&site, ActionKind::CaseOpened).await.len(), 0);
    officer.get(&path).await;
    officer.get(&path).await;
    // A refused form shows the case again.
    act(&officer, &site, "extend-objection", &case, &[]).await.refused(&format!("Case {case}"));
    assert_eq!(of_kind(&site, ActionKind::CaseOpened).await.len(), 1);
    site.another_officer().await.get(&path).await;
    assert_eq!(of_kind(&site, ActionKind::CaseOpened).await.len(), 2, "somebody else's is another opening");
    site.pass_at_work(&officer, 30 * 60_000 - 1).await;
    officer.get(&path).await;
    assert_eq!(of_kind(&site, ActionKind::CaseOpened).await.len(), 2);
    site.pass(1);
    officer.get(&path).await;
    assert_eq!(of_kind(&site, ActionKind::CaseOpened).await.len(), 3);

    let own = ada.get(&format!("/objections/{case}")).await;
    own.says("An officer opened this case on 23 November 2026, 00:30 UTC.");
    assert_eq!(own.text().matches("An officer opened this case on").count(), 3);
    let tab = ada.get("/settings/privacy").await;
    tab.says(&format!("Our privacy team opened your objection {case} on 23 November 2026, 00:30 UTC."));
    tab.does_not_say("Nobody has viewed these settings.");
    let history = ada.get("/settings/privacy/history").await;
    assert_eq!(history.text().matches(&format!("A privacy officer opened objection {case}")).count(), 3);
    for page in [own, tab, history] {
        page.does_not_say("Staff");
    }
    // It is nobody else's.
    let eve = site.member("eve@example.org", "IE").await;
    eve.get("/settings/privacy").await.says("Nobody has viewed these settings.");
    // A search that lists her is no look at her.
    support(&site).await.get("/support?q=eve").await.says("One member");
    eve.get("/settings/privacy").await.says("Nobody has viewed these settings.");
}

async fn somebody_without_an_account_reads_when_an_officer_opened_their_case(site: TestApp) {
    let ben = site.visitor();
    let case = unverified(&ben, ONE, "ben@example.org").await;
    let code = site.mailed("ben@example.org", CODE).await;
    ben.post("/api/verify-objection", &[("case", &case), ("code", &code)]).await;
    ben.get(&format!("/objections/{case}")).await.says("No officer has opened this case yet.");
    let officer = site.officer().await;
    officer.get(&format!("/support/objections/{case}")).await.says("The objection");
    ben.get(&format!("/objections/{case}")).await.says("An officer opened this case on 23 November 2026, 00:00 UTC.");
}

async fn who_fails_to_sign_in_as_staff_is_in_the_log_and_members_are_not(site: TestApp) {
    site.member("ada@example.org", "IE").await;
    site.staff("support@example.org", Role::Support).await;
    let stranger = site.visitor();
    for email in ["ada@example.org", "nobody@example.org", "support@example.org"] {
        stranger.post("/api/sign-in", &[("email", email), ("password", "wrong-horse-battery")]).await;
    }
    assert_eq!(log(&site, &StaffFilter::default()).await, ["sign-in failure password"]);
    site.signed_in("ada@example.org").await;
    let sam = site.visitor();
    sam.post("/api/sign-in", &[("email", "support@example.org"), ("password", PASSWORD)]).await;
    sam.post("/api/set-up-second-factor", &[("code", "000000")]).await;
    let said = ["second-factor-set-up failure", "password success", "sign-in failure password"];
    assert_eq!(log(&site, &StaffFilter::default()).await, said);
    let page = auditor(&site).await.get(&format!("{STAFF}?kind=sign-in&to=2026-11-23")).await;
    page.says("Failed sign-in to this account");
}

async fn commands_are_recorded_as_the_command_line(site: TestApp) {
    site.publish(1).await;
    site.added("new@example.org", Role::Support).await;
    let auditor = auditor(&site).await;
    let page = auditor.get(&format!("{STAFF}?person=command-line")).await;
    page.says("2 actions");
    let said = rows(&page).join("\n");
    assert!(said.contains("Command line Added a staff account support Added"), "{said}");
    assert!(said.contains("Command line Published a notice"), "{said}");
    auditor.get(&page.links("/audit/ledger/")[0]).await.says("Notice 1 published");
    // What was done to somebody of the staff is found under them, too.
    let added = by_email(&site, "new@example.org").await;
    auditor.get(&format!("{STAFF}?person={}", added.id)).await.says("Added a staff account");
    let csv = auditor.get(&format!("{STAFF}.csv?kind=staff-added")).await;
    let line = csv.body.lines().nth(1).unwrap();
    assert!(line.contains("staff-added,success,command-line,,,,"), "{line}");
}

async fn filters_select_and_what_is_wrong_with_them_stands_at_its_field(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let [first, second] = [file(&ada, ONE, &["research"]).await, file(&ada, TWO, &["personalisation"]).await];
    let member = by_email(&site, "ada@example.org").await;
    let auditor = auditor(&site).await;
    auditor.get(&format!("{STAFF}?kind=search")).await.says("No matching actions.");
    let (support, officer) = (support(&site).await, site.officer().await);
    for case in [&first, &second] {
        officer.get(&format!("/support/objections/{case}")).await;
    }
    support.post("/api/look-at-member", &[("member", &member.id), ("reason", "fault"), ("text", "x")]).await;
    officer.post("/api/look-at-member", &[("member", &member.id), ("case", &first)]).await;
    let sam = by_email(&site, "support@example.org").await;
    let subject = &member.subject;
    for (query, said) in [
        ("kind=case-opened".to_owned(), "2 actions"),
        (format!("case={}", first.to_lowercase()), "2 actions"),
        (format!("case={second}"), "One action"),
        (format!("subject={subject}"), "4 actions"),
        (format!("subject={subject}&kind=support-view"), "2 actions"),
        ("reason=fault".into(), "One action"),
        ("reason=case".into(), "One action"),
        ("reason=authority".into(), "No matching actions."),
        ("reason=fault&kind=search".into(), "No matching actions."),
        (format!("person={}&kind=support-view", sam.id), "One action"),
        (format!("person={}&case={first}", sam.id), "No matching actions."),
        ("person=command-line".into(), "No matching actions."),
        ("from=2026-11-23&to=2026-11-23&kind=case-opened".into(), "2 actions"),
        ("from=2026-11-24".into(), "No matching actions."),
        ("to=2026-11-22".into(), "No matching actions."),
        ("subject=8d0f4c1e-2a5b-4c6d-9e7f-0a1b2c3d4e5f".into(), "No matching actions."),
    ] {
        let page = auditor.get(&format!("{STAFF}?{query}")).await;
        assert!(page.text().contains(said), "{query}: not {said:?} but {:?}", page.text_of("h2"));
    }
    let chosen = auditor.get(&format!("{STAFF}?kind=search&person={}", sam.id)).await;
    assert_eq!(chosen.count("option[selected]"), 2);
    for (query, said) in [
        ("from=yesterday", "Please enter a date"),
        ("from=2026-11-24&to=2026-11-23", "This date is before the start date."),
        ("person=Sam", "Please choose from the list."),
        ("kind=rumour", "Please choose from the list."),
        ("reason=%00", "Please choose from the list."),
        ("case=7", "This is not a case number."),
        ("subject=ada%40example.org", "This is not a subject"),
    ] {
        let page = auditor.get(&format!("{STAFF}?{query}")).await;
        assert_eq!(page.status, StatusCode::OK);
        page.says(said);
        assert!(!page.has("tbody") && page.has("[aria-invalid=true]"), "{query}");
        let refused = auditor.get(&format!("{STAFF}.csv?{query}")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(said));
    }
}

async fn pages_and_the_file_have_each_row_once_in_the_order_of_the_record(site: TestApp) {
    site.staff("support@example.org", Role::Support).await;
    let sam = by_email(&site, "support@example.org").await;
    let auditor = auditor(&site).await;
    // Many within one microsecond: their order is that of the record.
    let at = UtcMicros::from(site.app.clock.now());
    let mut tx = site.app.db.begin().await.unwrap();
    for amount in 0..130 {
        let action = NewAction { amount: Some(amount), ..NewAction::by(ActionKind::Search, &sam) };
        staff_actions::put(tx.conn(), &action, UtcMicros(at.0 + amount / 120)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let expected: Vec<String> = (0..130).rev().map(|n| n.to_string()).collect();
    let (mut shown, mut next) = (Vec::new(), format!("{STAFF}?kind=search"));
    loop {
        let page = auditor.get(&next).await;
        let all = rows(&page);
        shown.extend(all.iter().map(|row| {
            let before = row.split(" result").next().unwrap();
            before.rsplit(' ').next().unwrap().to_owned()
        }));
        let Some(link) = page.link_to("next") else { break };
        next = link;
    }
    assert_eq!(shown, expected);
    for after in ["x", "7", "%00"] {
        auditor.get(&format!("{STAFF}?kind=search&after={after}")).await.says("50 actions, more");
    }
    auditor.get(&format!("{STAFF}?kind=search&after=1.1")).await.says("Nothing earlier.");

    let csv = auditor.get(&format!("{STAFF}.csv?kind=search")).await;
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"sayso-staff-actions-2026-11-23.csv\"");
    let mut reader = csv::Reader::from_reader(csv.body.as_bytes());
    let amounts: Vec<String> = reader.records().map(|record| record.unwrap()[10].to_owned()).collect();
    assert_eq!(amounts, expected);
    assert!(csv.body.contains("2026-11-23T00:00:00.000001Z"));
    // The download is one of the actions, and beside the auditors' other downloads.
    assert_eq!(of_kind(&site, ActionKind::Download).await, ["download success staff-actions.csv, kind search"]);
    auditor.get("/audit/downloads").await.says("Staff actions, CSV");
    let last = StaffKey { at: UtcMicros(at.0 + 1), id: 0 };
    assert!(last.to_string().parse::<StaffKey>().is_ok());
}

async fn nobody_changes_or_removes_an_action(site: TestApp) {
    let support = support(&site).await;
    support.get("/support?q=ada").await;
    for sql in ["update staff_actions set detail = 'by-id'", "delete from staff_actions"] {
        assert!(site.tamper(sql).await.unwrap_err().contains("append-only"), "{sql}");
    }
    let sql = match &site.app.db {
        sayso::db::Db::Sqlite { .. } => "insert or replace into staff_actions select * from staff_actions",
        sayso::db::Db::Postgres { .. } => "truncate staff_actions",
    };
    assert!(site.tamper(sql).await.unwrap_err().contains("append-only"));
    assert_eq!(of_kind(&site, ActionKind::Search).await.len(), 1);
}

async fn only_auditors_read_the_log(site: TestApp) {
    let (support, officer) = (support(&site).await, site.officer().await);
    let ada = site.member("ada@example.org", "IE").await;
    for who in [&support, &officer, &ada] {
        assert_eq!(who.get(STAFF).await.status, StatusCode::NOT_FOUND);
    }
    assert!(site.visitor().get(STAFF).await.location().starts_with("/sign-in"));
}
