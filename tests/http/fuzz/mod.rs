//! Whatever is sent to the endpoints of objections, by anybody: no panic, no 5xx, and no case
//! without a person to answer.
//!
//! `PROPTEST_CASES` says how much is sent (256 unless set; six times as much on SQLite, four times
//! on PostgreSQL).

mod shot;

use crate::public_log::sequencer;
use crate::test_app::{TestApp, TestClient, encode};
use crate::tree::dangers;
use crate::whole_record::verify;
use axum::body::Body;
use http::{Request, StatusCode, header};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use sayso::account::model::{Role, is_blank, parse_email};
use sayso::db::Db;
use sayso::ledger::Entry;
use sayso::mail::address::address;
use sayso::objection::steps::replay;
use sayso::objection::store;
use shot::{CASE, CODE, EMAIL, FORM, REVISION, SUBJECT, Shot, Who, shot};
use std::collections::HashSet;

/// The site under fire, with what has been looked at already.
struct Range {
    site: TestApp,
    member: TestClient,
    applicant: TestClient,
    officer: TestClient,
    /// The member's.
    subject: String,
    known: HashSet<String>,
    shots: usize,
}

impl Range {
    async fn open(site: TestApp) -> Self {
        let member = site.member("ada@example.org", "US").await;
        let officer = site.officer().await;
        let ada = sayso::account::store::by_email(site.app.db.reader().await.unwrap().conn(), "ada@example.org").await;
        let subject = ada.unwrap().unwrap().subject;
        Self { applicant: site.visitor(), member, officer, subject, site, known: HashSet::new(), shots: 0 }
    }

    /// The same browser at another address, so that limits by address are not all that is met.
    fn visitor(&self, who: Who) -> TestClient {
        let visitor = self.site.visitor();
        match who {
            Who::Nobody => {}
            Who::Applicant => visitor.take_cookie_of(&self.applicant),
            Who::Member => visitor.take_cookie_of(&self.member),
            Who::Officer => visitor.take_cookie_of(&self.officer),
        }
        visitor
    }

    async fn fire(&mut self, shot: &Shot) -> Result<(), TestCaseError> {
        self.shots += 1;
        self.site.pass(shot.pause);
        if self.officer.get("/account").await.status != StatusCode::OK {
            // After ten idle minutes, or twelve hours.
            self.site.sign_in(&self.officer, "officer@example.org", Role::PrivacyOfficer).await;
        }
        let visitor = self.visitor(shot.who);
        let (number, body) = self.aimed(shot).await;
        let request = Request::builder()
            .method(shot.method.clone())
            .uri(format!("/api/{}", shot.endpoint))
            .header(header::ACCEPT, shot.accept)
            .header(header::CONTENT_TYPE, shot.content_type)
            .header(header::REFERER, shot.referer.0.as_slice())
            .body(Body::from(body.clone()))
            .unwrap();
        let answer = visitor.pass_on(request).await;
        let sent = || format!("{:?} {} {}", shot.who, shot.endpoint, String::from_utf8_lossy(&body));
        prop_assert!(!answer.status.is_server_error(), "{}: {} {}", sent(), answer.status, answer.body);
        // What was typed comes back on a page: that has to be one, too.
        let pages =
            [answer.location().to_owned(), format!("/objections/{number}"), format!("/support/objections/{number}")];
        for path in pages.iter().filter(|path| path.starts_with('/')) {
            let page = visitor.get(path.split('#').next().unwrap()).await;
            prop_assert!(!page.status.is_server_error(), "{}: then {path}: {} {}", sent(), page.status, page.body);
            // (Inside a text a quotation mark stands for itself.)
            let found = dangers(&page.body);
            prop_assert!(found.is_empty(), "{}: then {path} has {found:?}: {}", sent(), page.body);
        }
        if let Who::Applicant = shot.who {
            self.applicant.take_cookie_of(&visitor);
        }
        for number in self.numbers().await {
            if self.known.insert(number.clone()) {
                self.has_a_person(&number).await?;
            }
        }
        Ok(())
    }

    /// The body with what it stands for, and the number of the case that is meant.
    async fn aimed(&self, shot: &Shot) -> (String, Vec<u8>) {
        let numbers = self.numbers().await;
        // Few of them, so that moves meet cases that others have moved.
        let few = numbers.len().min(6);
        let number = if few == 0 { "OBJ-00000000".into() } else { numbers[shot.case.index(few)].clone() };
        let case = store::by_number(self.site.app.db.reader().await.unwrap().conn(), &number).await.unwrap();
        let n = self.shots;
        let email = case
            .as_ref()
            .filter(|_| shot.endpoint != "submit-objection")
            .map_or_else(|| format!("m{n}@example.org"), |c| c.email.clone());
        let code = self.code(&email).await.unwrap_or_else(|| "0000-0000".into());
        let known = [
            (CASE, number.clone()),
            (REVISION, case.map(|c| c.revision).unwrap_or_default().to_string()),
            (CODE, code),
            (FORM, format!("00000000-0000-4000-8000-{n:012}")),
            (EMAIL, encode(&email)),
            (SUBJECT, if matches!(shot.who, Who::Member) { self.subject.clone() } else { String::new() }),
        ];
        let mut body = shot.body.0.clone();
        for (word, value) in known {
            while let Some(at) = body.windows(word.len()).position(|w| w == word.as_bytes()) {
                body.splice(at..at + word.len(), value.bytes());
            }
        }
        (number, body)
    }

    async fn numbers(&self) -> Vec<String> {
        let open = "case when state in ('acknowledged', 'under_review') then 0 else 1 end";
        self.strings(&format!("select number from cases order by {open}, received_at, number"), "").await
    }

    /// The newest code that was sent to `email`.
    async fn code(&self, email: &str) -> Option<String> {
        let letters = self
            .strings(
                "select plain from outbox where to_address = $1 and subject like 'Your code%' order by id desc",
                email,
            )
            .await;
        let (_, code) = letters.first()?.split_once("page:\n\n    ")?;
        code.split_whitespace().next().map(str::to_owned)
    }

    async fn strings(&self, sql: &str, bound: &str) -> Vec<String> {
        match &self.site.app.db {
            Db::Sqlite { read, .. } if bound.is_empty() => {
                sqlx::query_scalar(sayso::db::built(sql)).fetch_all(read).await.unwrap()
            }
            Db::Sqlite { read, .. } => {
                sqlx::query_scalar(sayso::db::built(sql)).bind(bound).fetch_all(read).await.unwrap()
            }
            Db::Postgres { pool, .. } if bound.is_empty() => {
                sqlx::query_scalar(sayso::db::built(sql)).fetch_all(pool).await.unwrap()
            }
            Db::Postgres { pool, .. } => {
                sqlx::query_scalar(sayso::db::built(sql)).bind(bound).fetch_all(pool).await.unwrap()
            }
        }
    }

    /// Somebody by a name, at an address that mail can be sent to, who has been written to; and the
    /// record tells the same case.
    async fn has_a_person(&self, number: &str) -> Result<(), TestCaseError> {
        let case = store::by_number(self.site.app.db.reader().await.unwrap().conn(), number).await.unwrap().unwrap();
        prop_assert!(!is_blank(&case.name), "{case:?}");
        prop_assert_eq!(parse_email(&case.email), Some(case.email.clone()));
        prop_assert!(address(&case.email).is_some(), "no mail can be sent to {:?}", case.email);
        let letters = self.strings("select plain from outbox where to_address = $1", &case.email).await;
        prop_assert!(letters.iter().any(|letter| letter.contains(number)), "nobody was written to: {case:?}");
        let sql = "select cast(canonical as text) from entries join case_steps on id = entry_id where number = $1 order by case_steps.position";
        let sql = if matches!(self.site.app.db, Db::Postgres { .. }) {
            sql.replace("cast(canonical as text)", "convert_from(canonical, 'UTF8')")
        } else {
            sql.into()
        };
        let entries: Vec<Entry> =
            self.strings(&sql, number).await.iter().map(|json| serde_json::from_str(json).unwrap()).collect();
        prop_assert_eq!(replay(case.regime().answer, &entries), Some(case.facts()));
        Ok(())
    }
}

/// Fires as often as `PROPTEST_CASES` says, times `more`.
fn fire(open: impl Future<Output = TestApp>, more: u32) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let range = runtime.block_on(async { tokio::sync::Mutex::new(Range::open(open.await).await) });
    let usual = Config::default();
    let config = Config { cases: usual.cases * more, failure_persistence: None, max_shrink_iters: 500, ..usual };
    TestRunner::new(config)
        .run(&shot(), |shot| runtime.block_on(async { range.lock().await.fire(&shot).await }))
        .unwrap_or_else(|failure| panic!("{failure}"));
    runtime.block_on(async {
        let range = range.lock().await;
        // What happened to the cases since is on record as well; and enough has happened that this
        // was no firing into the air.
        for number in &range.known {
            range.has_a_person(number).await.unwrap();
        }
        assert!(range.known.len() * 100 > range.shots, "only {} cases from {} shots", range.known.len(), range.shots);
        // Filing alone leaves two steps.
        let steps = range.site.count("objection").await + range.site.count("decision").await;
        assert!(steps > 2 * range.known.len() as i64, "{steps} steps of {} cases", range.known.len());
        // And everything that is stored of it is what was recorded.
        sequencer(&range.site).catch_up().await.unwrap();
        let (code, said) = verify(&range.site, &["--database"]);
        assert_eq!(code, Some(0), "{said}");
    });
}

#[test]
fn nothing_sent_breaks_anything_on_sqlite() {
    fire(TestApp::sqlite(), 6);
}

#[test]
fn nothing_sent_breaks_anything_on_postgres() {
    fire(TestApp::postgres(), 4);
}
