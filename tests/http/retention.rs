//! What only grows is removed after its time, and nothing before; and the auditor reads what became
//! of a text.

use crate::harness::{House, Visitor};
use crate::objection::{CODE, ONE, THREE, TWO, file, mailed, unverified};
use crate::stories;
use sayso::account::model::Role;
use sayso::db::Db;
use sayso::ledger::{Step, Swept, SweptFor, store as ledger};
use sayso::objection::model::Case;
use sayso::objection::store;
use sayso::server::sweep;
use sayso::time::UtcMillis;

async fn case(house: &House, number: &str) -> Case {
    store::by_number(house.app.db.reader().await.unwrap().conn(), number).await.unwrap().unwrap()
}

async fn count(house: &House, sql: &str) -> i64 {
    match &house.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sayso::db::built(sql)).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(sayso::db::built(sql)).fetch_one(pool).await.unwrap(),
    }
}

/// Runs a statement as the server does; the error's text where it is refused.
async fn as_server(house: &House, sql: &str) -> Result<(), String> {
    match &house.app.db {
        Db::Sqlite { write, .. } => sqlx::query(sayso::db::built(sql)).execute(write).await.map(drop),
        Db::Postgres { pool, .. } => sqlx::query(sayso::db::built(sql)).execute(pool).await.map(drop),
    }
    .map_err(|e| e.to_string())
}

/// Has every case have been received long ago, by the database's own clock as well.
async fn long_ago(house: &House) {
    house.tamper("update cases set received_at = received_at - 315360000000").await.unwrap();
}

/// Three cases: one that nobody confirmed, one that was confirmed, and a member's.
async fn three(house: &House) -> [String; 3] {
    let out = house.visitor();
    let confirmed = unverified(&out, TWO, "cat@example.org").await;
    let code = mailed(house, "cat@example.org", CODE).await;
    out.post("/api/verify-objection", &[("case", &confirmed), ("code", &code)]).await;
    let ada = house.member("ada@example.org", "IE").await;
    let members = file(&ada, THREE, &["research"]).await;
    ada.post("/api/withdraw-objection", &[("case", &members)]).await;
    [unverified(&house.visitor(), ONE, "ben@example.org").await, confirmed, members]
}

async fn auditor(house: &House) -> Visitor {
    house.staff("auditor@example.org", Role::Auditor).await;
    house.signed_in_as("auditor@example.org", Role::Auditor).await
}

/// The auditor's page of the entry that records this step of a case.
async fn page(house: &House, auditor: &Visitor, number: &str, step: Step) -> crate::harness::Answer {
    let case = case(house, number).await;
    let done = case.steps.iter().find(|done| done.step == step).unwrap();
    auditor.get(&format!("/audit/ledger/{}?chain=whole", done.entry)).await
}

stories! {
    async fn what_nobody_confirmed_is_swept_and_the_record_says_so(house: House) {
        let [ben, cat, ada] = three(&house).await;
        sweep::all(&house.app).await;
        assert_eq!(case(&house, &ben).await.reason.as_deref(), Some("I write about my health."), "it is not time yet");
        long_ago(&house).await;
        // Two nodes at once.
        tokio::join!(sweep::all(&house.app), sweep::all(&house.app));
        sweep::all(&house.app).await;
        let swept = case(&house, &ben).await;
        assert_eq!((swept.reason.as_deref(), &*swept.name, &*swept.email), (None, "", ""));
        assert!(swept.steps.iter().all(|step| step.text.is_none()));
        assert_eq!(count(&house, &format!("select count(*) from case_steps where number = '{ben}' and salt <> '' and step <> 'swept'")).await, 0);
        for kept in [&cat, &ada] {
            let kept = case(&house, kept).await;
            assert_eq!(kept.reason.as_deref(), Some("I write about my health."));
            assert_eq!(kept.steps[0].text, kept.reason);
        }
        let entries = ledger::of_subject(house.app.db.reader().await.unwrap().conn(), &swept.subject).await.unwrap();
        let said: Vec<_> = entries.iter().filter_map(|entry| entry.step.as_ref()?.swept).collect();
        assert_eq!(said, [Swept { texts: 1, reason: SweptFor::Unconfirmed }]);
        assert_eq!(entries.last().unwrap().case.as_ref(), Some(&ben));
        // It opens no more, and is sent to nobody.
        let again = house.visitor();
        again.post("/api/send-objection-again", &[("case", &ben), ("email", "ben@example.org")]).await;
        let auditor = auditor(&house).await;
        let page = page(&house, &auditor, &ben, Step::Filed).await;
        page.says("Swept: The text was erased when its time was up");
        page.does_not_say("Missing");
        page.says("entries hold, each linked to the one before.");
        auditor.get("/audit/ledger?kind=objection").await.says(&format!("Case {ben}: one text swept, because nobody confirmed the address in time"));
    }

    async fn texts_are_compared_with_what_the_record_has_of_them(house: House) {
        let [ben, cat, ada] = three(&house).await;
        let auditor = auditor(&house).await;
        for number in [&ben, &cat, &ada] {
            let page = page(&house, &auditor, number, Step::Filed).await;
            page.says("Match: The text matches the hash in the entry.");
            page.does_not_say("outside Sayso");
        }
        // Somebody who may do everything changes one text, and takes another out.
        match &house.app.db {
            Db::Sqlite { .. } => {
                for trigger in ["case_steps_refuse_update", "case_steps_refuse_delete", "cases_refuse_change"] {
                    house.tamper(&format!("drop trigger {trigger}")).await.unwrap();
                }
            }
            Db::Postgres { .. } => {
                for (trigger, table) in [("case_steps_refuse_update", "case_steps"), ("cases_refuse_change", "cases")] {
                    house.tamper(&format!("drop trigger {trigger} on {table}")).await.unwrap();
                }
            }
        }
        house.tamper(&format!("update case_steps set text = 'I agree.' where number = '{cat}' and step = 'filed'")).await.unwrap();
        house.tamper(&format!("update case_steps set text = null, salt = '' where number = '{ben}'")).await.unwrap();
        house.tamper(&format!("update cases set reason = 'I agree.' where number = '{ada}'")).await.unwrap();
        for changed in [&cat, &ada] {
            let page = page(&house, &auditor, changed, Step::Filed).await;
            page.says("Changed: The text was changed and does not match the hash in the entry.");
            page.says("Somebody changed this row, or one next to it, outside Sayso.");
            page.says("entries do not hold.");
        }
        page(&house, &auditor, &ben, Step::Filed).await.says("Missing: The text is missing, and the record does not say why.");
    }

    async fn nobody_else_erases_a_text(house: House) {
        let [ben, cat, ada] = three(&house).await;
        // Too young by the database's own clock, whatever the server's says.
        assert!(!store::sweep_texts(&house.app.db, &ben, house.app.clock.now()).await.unwrap());
        long_ago(&house).await;
        for number in [&cat, &ada] {
            for sql in [
                format!("update case_steps set text = null, salt = '' where number = '{number}'"),
                format!("update cases set reason = null where number = '{number}'"),
            ] {
                assert!(house.tamper(&sql).await.unwrap_err().contains("append-only"), "{sql}");
            }
        }
        // Of one that may be swept nothing else is changed either.
        for set in ["text = 'I agree.'", "text = null", "text = null, salt = '', actor = 'member'", "text = null, salt = '', at = 0"] {
            let sql = format!("update case_steps set {set} where number = '{ben}'");
            assert!(house.tamper(&sql).await.unwrap_err().contains("append-only"), "{sql}");
        }
        assert!(house.tamper(&format!("update cases set reason = 'I agree.' where number = '{ben}'")).await.unwrap_err().contains("append-only"));
        assert!(house.tamper("delete from case_steps").await.unwrap_err().contains("append-only"));
        // A member's case does not become one by what the server may change of it.
        as_server(&house, &format!("update cases set member_id = null, state = 'withdrawn' where number = '{ada}'")).await.unwrap();
        if let Db::Postgres { pool, .. } = &house.app.db {
            assert!(house.tamper("truncate case_steps").await.unwrap_err().contains("append-only"));
            for sql in ["update case_steps set text = null, salt = ''", "update cases set reason = null", "update cases set texts_swept_at = 1"] {
                assert!(as_server(&house, sql).await.unwrap_err().contains("permission denied"), "{sql}");
            }
            for number in [&cat, &ada, "OBJ-00000000"] {
                let swept: Option<i64> = sqlx::query_scalar("select sweep_unverified_case($1, 1)").bind(number).fetch_one(pool).await.unwrap();
                assert_eq!(swept, None, "{number}");
            }
        } else {
            assert!(as_server(&house, &format!("update cases set reason = null where number = '{ada}'")).await.unwrap_err().contains("append-only"));
        }
        assert!(store::sweep_texts(&house.app.db, &ben, house.app.clock.now()).await.unwrap());
        assert!(!store::sweep_texts(&house.app.db, &ben, house.app.clock.now()).await.unwrap(), "once");
    }

    async fn what_only_grows_is_removed_after_its_time(house: House) {
        let ben = house.visitor();
        unverified(&ben, ONE, "ben@example.org").await;
        ben.post("/api/verify-objection", &[("case", "OBJ-00000000"), ("code", "0000-0000")]).await;
        let number = case_number(&house).await;
        ben.post("/api/verify-objection", &[("case", &number), ("code", "0000-0000")]).await;
        let officer = house.officer().await;
        drop(officer);
        crate::members::brought_in(&house, "fay@example.org").await;
        ben.post("/api/send-welcome-link", &[("email", "fay@example.org")]).await;
        let typed = [("name", "New"), ("email", "new@example.org"), ("country", "US"), ("password", crate::harness::PASSWORD)];
        ben.post("/api/sign-up", &typed).await;
        let now = house.app.clock.now().0;
        let day = house.app.clock.now().date();
        for sql in [
            format!("insert into morning_mails (day, officer_id) select '{day}', id from members where role = 'privacy_officer'"),
            format!("insert into clock_basis (boot, noted_at) values ('old', {now})"),
            "update outbox set state = 'dead' where to_address = 'ben@example.org'".into(),
            format!("update outbox set state = 'sent', sent_at = {now}, to_address = null, subject = null, plain = null, html = null where to_address = 'fay@example.org'"),
        ] {
            house.tamper(&sql).await.unwrap();
        }
        let tables = [
            ("case_mailed_codes", 2), ("case_codes", 2), ("case_code_tries", 2), ("mailed_links", 1), ("sign_ups", 1),
            ("welcome_links", 7),
            ("outbox where state = 'sent'", 30), ("morning_mails", 31), ("outbox where state = 'dead'", 180),
            ("known_devices", 400), ("clock_basis where boot = 'old'", 730),
        ];
        let begin = house.app.clock.now();
        let mut steps: Vec<i64> = tables.iter().map(|(_, days)| *days).collect();
        steps.sort_unstable();
        steps.dedup();
        for days in steps {
            for (after, gone) in [(days * UtcMillis::DAY - 1, false), (days * UtcMillis::DAY + 1, true)] {
                house.pass(begin.0 + after - house.app.clock.now().0);
                sweep::all(&house.app).await;
                for (table, _) in tables.iter().filter(|(_, d)| *d == days) {
                    let rows = count(&house, &format!("select count(*) from {table}")).await;
                    assert_eq!(rows == 0, gone, "{table} after {days} days: {rows}");
                }
            }
        }
    }

    /// A clock that is ahead would remove everything at once.
    async fn nothing_is_removed_by_a_clock_in_doubt(house: House) {
        let [ben, ..] = three(&house).await;
        long_ago(&house).await;
        house.move_clock(1_000 * UtcMillis::DAY);
        assert!(house.watch.check(&house.app.db).await.unwrap().is_some());
        sweep::all(&house.app).await;
        for table in ["case_mailed_codes", "case_codes", "case_links", "known_devices"] {
            assert!(count(&house, &format!("select count(*) from {table}")).await > 0, "{table}");
        }
        assert!(case(&house, &ben).await.reason.is_some());
    }
}

/// The number of the only case there is.
async fn case_number(house: &House) -> String {
    match &house.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar("select number from cases").fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar("select number from cases").fetch_one(pool).await.unwrap(),
    }
}
