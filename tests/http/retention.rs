//! What only grows is removed after its time, and nothing before; and the auditor reads what became
//! of a text.

use crate::case_counts::counts_are_true;
use crate::objection::{CODE, ONE, THREE, TWO, file, stored, unverified};
use crate::stories;
use crate::test_app::{TestApp, TestClient};
use sayso::account::model::Role;
use sayso::db::Db;
use sayso::ledger::{Step, Swept, SweptFor, store as ledger};
use sayso::objection::service;
use sayso::serve::sweep;
use sayso::time::UtcMillis;

stories![
    what_nobody_confirmed_is_swept_and_the_record_says_so,
    what_people_type_is_erased_from_every_column,
    texts_are_compared_with_what_the_record_has_of_them,
    nobody_else_erases_a_text,
    what_only_grows_is_removed_after_its_time,
    nothing_is_removed_by_a_clock_in_doubt,
];

async fn count(site: &TestApp, sql: &str) -> i64 {
    match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sayso::db::built(sql)).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(sayso::db::built(sql)).fetch_one(pool).await.unwrap(),
    }
}

/// Runs a statement as the server does; the error's text where it is refused.
async fn as_server(site: &TestApp, sql: &str) -> Result<(), String> {
    match &site.app.db {
        Db::Sqlite { write, .. } => sqlx::query(sayso::db::built(sql)).execute(write).await.map(drop),
        Db::Postgres { pool, .. } => sqlx::query(sayso::db::built(sql)).execute(pool).await.map(drop),
    }
    .map_err(|e| e.to_string())
}

/// Has every case have been received long ago, by the database's own clock as well.
async fn long_ago(site: &TestApp) {
    site.tamper("update cases set received_at = received_at - 315360000000").await.unwrap();
}

/// Three cases: one that nobody confirmed, one that was confirmed, and a member's.
async fn three(site: &TestApp) -> [String; 3] {
    let out = site.visitor();
    let confirmed = unverified(&out, TWO, "cat@example.org").await;
    let code = site.mailed("cat@example.org", CODE).await;
    out.post("/api/verify-objection", &[("case", &confirmed), ("code", &code)]).await;
    let ada = site.member("ada@example.org", "IE").await;
    let members = file(&ada, THREE, &["research"]).await;
    ada.post("/api/withdraw-objection", &[("case", &members)]).await;
    [unverified(&site.visitor(), ONE, "ben@example.org").await, confirmed, members]
}

async fn auditor(site: &TestApp) -> TestClient {
    site.staff("auditor@example.org", Role::Auditor).await;
    site.signed_in_as("auditor@example.org", Role::Auditor).await
}

/// The auditor's page of the entry that records this step of a case.
async fn page(site: &TestApp, auditor: &TestClient, number: &str, step: Step) -> crate::test_app::Answer {
    let case = stored(site, number).await;
    let done = case.steps.iter().find(|done| done.step == step).unwrap();
    auditor.get(&format!("/audit/ledger/{}?chain=whole", done.entry)).await
}

async fn what_nobody_confirmed_is_swept_and_the_record_says_so(site: TestApp) {
    let [ben, cat, ada] = three(&site).await;
    sweep::all(&site.app).await;
    assert_eq!(stored(&site, &ben).await.reason.as_deref(), Some("I write about my health."), "it is not time yet");
    long_ago(&site).await;
    // Two nodes at once.
    tokio::join!(sweep::all(&site.app), sweep::all(&site.app));
    sweep::all(&site.app).await;
    let swept = stored(&site, &ben).await;
    assert_eq!((swept.reason.as_deref(), &*swept.name, &*swept.email), (None, "", ""));
    assert!(swept.steps.iter().all(|step| step.text.is_none()));
    assert_eq!(
        count(
            &site,
            &format!("select count(*) from case_steps where number = '{ben}' and salt <> '' and step <> 'swept'")
        )
        .await,
        0
    );
    for kept in [&cat, &ada] {
        let kept = stored(&site, kept).await;
        assert_eq!(kept.reason.as_deref(), Some("I write about my health."));
        assert_eq!(kept.steps[0].text, kept.reason);
    }
    let entries = ledger::of_subject(site.app.db.reader().await.unwrap().conn(), &swept.subject).await.unwrap();
    let said: Vec<_> = entries.iter().filter_map(|entry| entry.step.as_ref()?.swept).collect();
    assert_eq!(said, [Swept { texts: 1, reason: SweptFor::Unconfirmed }]);
    assert_eq!(entries.last().unwrap().case.as_ref(), Some(&ben));
    // It opens no more, and is sent to nobody.
    let again = site.visitor();
    again.post("/api/send-objection-again", &[("case", &ben), ("email", "ben@example.org")]).await;
    let auditor = auditor(&site).await;
    let page = page(&site, &auditor, &ben, Step::Filed).await;
    page.says("Erased: The text was erased when its time was up");
    page.does_not_say("Missing");
    page.says("entries hold, each linked to the one before.");
    auditor
        .get("/audit/ledger?kind=objection")
        .await
        .says(&format!("Case {ben}: one text erased, because nobody confirmed the address in time"));
    counts_are_true(&site).await;
}

/// The columns of `cases` with text that outlive the sweep, and why. Nobody types into them.
const STAY: [(&str, &str); 15] = [
    ("number", "the name of the case, which its entries have"),
    ("subject", "an id of ours, under which its entries are"),
    ("member_id", "an id of ours"),
    ("form", "a random name that the page had"),
    ("country", "chosen from a list, and counted"),
    ("mode", "a word of ours"),
    ("language", "a word of ours"),
    ("state", "a word of ours"),
    ("outcome", "a word of ours"),
    ("after_number", "the name of a case"),
    ("duplicate_of", "the name of a case"),
    ("officer_id", "an id of ours"),
    ("proposed_by", "an id of ours"),
    ("question", "a word of ours"),
    ("name_key", "of the name, and only once the address is confirmed"),
];

/// What a column of a case holds; nothing where it is null.
async fn held(site: &TestApp, number: &str, column: &str) -> String {
    let sql = format!("select coalesce({column}, '') from cases where number = '{number}'");
    match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sayso::db::built(&sql)).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(sayso::db::built(&sql)).fetch_one(pool).await.unwrap(),
    }
}

/// A column that is added later, too.
async fn what_people_type_is_erased_from_every_column(site: TestApp) {
    let columns: Vec<String> = match &site.app.db {
        Db::Sqlite { read, .. } => {
            let sql = "select name from pragma_table_info('cases') where lower(type) = 'text'";
            sqlx::query_scalar(sql).fetch_all(read).await.unwrap()
        }
        Db::Postgres { pool, .. } => {
            let sql = "select column_name::text from information_schema.columns
              where table_schema = current_schema() and table_name = 'cases' and data_type = 'text' and is_generated = 'NEVER'";
            sqlx::query_scalar(sql).fetch_all(pool).await.unwrap()
        }
    };
    for (stays, why) in STAY {
        assert!(columns.iter().any(|column| column == stays), "there is no column {stays} ({why})");
    }
    let stays = |column: &str| STAY.iter().any(|(stays, _)| *stays == column);
    let typed: Vec<&str> = columns.iter().map(String::as_str).filter(|column| !stays(column)).collect();
    assert!(typed.len() >= 3, "{typed:?}");
    let ben = unverified(&site.visitor(), ONE, "ben@example.org").await;
    for column in &typed {
        let held = held(&site, &ben, column).await;
        assert!(
            !held.is_empty(),
            "`applicant` in objection.rs types nothing into {column}; or STAY says why it may stay"
        );
    }
    long_ago(&site).await;
    sweep::all(&site.app).await;
    for column in &typed {
        assert_eq!(held(&site, &ben, column).await, "", "{column} is not erased: src/objection/store/sweep.rs");
    }
}

async fn texts_are_compared_with_what_the_record_has_of_them(site: TestApp) {
    let [ben, cat, ada] = three(&site).await;
    let auditor = auditor(&site).await;
    for number in [&ben, &cat, &ada] {
        let page = page(&site, &auditor, number, Step::Filed).await;
        page.says("Match: The text matches the hash in the entry.");
        page.does_not_say("outside Sayso");
    }
    // Somebody who may do everything changes one text, and takes another out.
    match &site.app.db {
        Db::Sqlite { .. } => {
            for trigger in ["case_steps_refuse_update", "case_steps_refuse_delete", "cases_refuse_change"] {
                site.tamper(&format!("drop trigger {trigger}")).await.unwrap();
            }
        }
        Db::Postgres { .. } => {
            for (trigger, table) in [("case_steps_refuse_update", "case_steps"), ("cases_refuse_change", "cases")] {
                site.tamper(&format!("drop trigger {trigger} on {table}")).await.unwrap();
            }
        }
    }
    site.tamper(&format!("update case_steps set text = 'I agree.' where number = '{cat}' and step = 'filed'"))
        .await
        .unwrap();
    site.tamper(&format!("update case_steps set text = null, salt = '' where number = '{ben}'")).await.unwrap();
    site.tamper(&format!("update cases set reason = 'I agree.' where number = '{ada}'")).await.unwrap();
    for changed in [&cat, &ada] {
        let page = page(&site, &auditor, changed, Step::Filed).await;
        page.says("Changed: The text was changed and does not match the hash in the entry.");
        page.says("This row, or one next to it, was changed outside Sayso.");
        page.says("entries do not hold.");
    }
    page(&site, &auditor, &ben, Step::Filed)
        .await
        .says("Missing: The text is missing, and the record does not say why.");
}

async fn nobody_else_erases_a_text(site: TestApp) {
    let [ben, cat, ada] = three(&site).await;
    // Too young by the database's own clock, whatever the server's says.
    assert!(!service::sweep_texts(&site.app.db, &ben, site.app.clock.now()).await.unwrap());
    long_ago(&site).await;
    for number in [&cat, &ada] {
        for sql in [
            format!("update case_steps set text = null, salt = '' where number = '{number}'"),
            format!("update cases set reason = null where number = '{number}'"),
        ] {
            assert!(site.tamper(&sql).await.unwrap_err().contains("append-only"), "{sql}");
        }
    }
    // Of one that may be swept nothing else is changed either.
    for set in [
        "text = 'I agree.'",
        "text = null",
        "text = null, salt = '', actor = 'member'",
        "text = null, salt = '', at = 0",
    ] {
        let sql = format!("update case_steps set {set} where number = '{ben}'");
        assert!(site.tamper(&sql).await.unwrap_err().contains("append-only"), "{sql}");
    }
    assert!(
        site.tamper(&format!("update cases set reason = 'I agree.' where number = '{ben}'"))
            .await
            .unwrap_err()
            .contains("append-only")
    );
    assert!(site.tamper("delete from case_steps").await.unwrap_err().contains("append-only"));
    // A member's case does not become one by what the server may change of it.
    as_server(&site, &format!("update cases set member_id = null, state = 'withdrawn' where number = '{ada}'"))
        .await
        .unwrap();
    if let Db::Postgres { pool, .. } = &site.app.db {
        assert!(site.tamper("truncate case_steps cascade").await.unwrap_err().contains("append-only"));
        for sql in [
            "update case_steps set text = null, salt = ''",
            "update cases set reason = null",
            "update cases set texts_swept_at = 1",
        ] {
            assert!(as_server(&site, sql).await.unwrap_err().contains("permission denied"), "{sql}");
        }
        for number in [&cat, &ada, "OBJ-00000000"] {
            let swept: Option<i64> =
                sqlx::query_scalar("select sweep_unverified_case($1, 1)").bind(number).fetch_one(pool).await.unwrap();
            assert_eq!(swept, None, "{number}");
        }
    } else {
        assert!(
            as_server(&site, &format!("update cases set reason = null where number = '{ada}'"))
                .await
                .unwrap_err()
                .contains("append-only")
        );
    }
    assert!(service::sweep_texts(&site.app.db, &ben, site.app.clock.now()).await.unwrap());
    assert!(!service::sweep_texts(&site.app.db, &ben, site.app.clock.now()).await.unwrap(), "once");
}

async fn what_only_grows_is_removed_after_its_time(site: TestApp) {
    let ben = site.visitor();
    unverified(&ben, ONE, "ben@example.org").await;
    ben.post("/api/verify-objection", &[("case", "OBJ-00000000"), ("code", "0000-0000")]).await;
    let number = case_number(&site).await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", "0000-0000")]).await;
    let officer = site.officer().await;
    drop(officer);
    crate::members::brought_in(&site, "fay@example.org").await;
    ben.post("/api/send-welcome-link", &[("email", "fay@example.org")]).await;
    let typed =
        [("name", "New"), ("email", "new@example.org"), ("country", "US"), ("password", crate::test_app::PASSWORD)];
    ben.post("/api/sign-up", &typed).await;
    let now = site.app.clock.now().0;
    let day = site.app.clock.now().date();
    for sql in [
        format!(
            "insert into morning_mails (day, officer_id) select '{day}', id from members where role = 'privacy_officer'"
        ),
        format!("insert into clock_basis (boot, noted_at) values ('old', {now})"),
        "update outbox set state = 'dead' where to_address = 'ben@example.org'".into(),
        format!(
            "update outbox
             set state = 'sent', sent_at = {now}, to_address = null, subject = null, plain = null, html = null
             where to_address = 'fay@example.org'"
        ),
    ] {
        site.tamper(&sql).await.unwrap();
    }
    let tables = [
        ("case_mailed_codes", 2),
        ("case_codes", 2),
        ("case_code_tries", 2),
        ("case_filers", 1),
        ("mailed_links", 1),
        ("sign_ups", 1),
        ("welcome_links", 7),
        ("outbox where state = 'sent'", 30),
        ("morning_mails", 31),
        ("outbox where state = 'dead'", 180),
        ("known_devices", 400),
        ("clock_basis where boot = 'old'", 730),
    ];
    let begin = site.app.clock.now();
    let mut steps: Vec<i64> = tables.iter().map(|(_, days)| *days).collect();
    steps.sort_unstable();
    steps.dedup();
    for days in steps {
        for (after, gone) in [(days * UtcMillis::DAY - 1, false), (days * UtcMillis::DAY + 1, true)] {
            site.pass(begin.0 + after - site.app.clock.now().0);
            sweep::all(&site.app).await;
            for (table, _) in tables.iter().filter(|(_, d)| *d == days) {
                let rows = count(&site, &format!("select count(*) from {table}")).await;
                assert_eq!(rows == 0, gone, "{table} after {days} days: {rows}");
            }
        }
    }
}

/// A clock that is ahead would remove everything at once.
async fn nothing_is_removed_by_a_clock_in_doubt(site: TestApp) {
    let [ben, ..] = three(&site).await;
    long_ago(&site).await;
    site.move_clock(1_000 * UtcMillis::DAY);
    assert!(site.watch.check(&site.app.db).await.unwrap().is_some());
    sweep::all(&site.app).await;
    for table in ["case_mailed_codes", "case_codes", "case_links", "known_devices"] {
        assert!(count(&site, &format!("select count(*) from {table}")).await > 0, "{table}");
    }
    assert!(stored(&site, &ben).await.reason.is_some());
}

/// The number of the only case there is.
async fn case_number(site: &TestApp) -> String {
    match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar("select number from cases").fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar("select number from cases").fetch_one(pool).await.unwrap(),
    }
}
