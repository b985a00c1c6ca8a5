//! Whether there is an account, and what it is, is not to be told by the time that an answer takes.
//! So what an answer costs is counted: hashes of passwords, commits, and rows that are written.

use crate::objection::{CODE, ONE, unverified};
use crate::stories;
use crate::test_app::{PASSWORD, TestApp, TestClient};
use sayso::account::model::{Country, NewMember, Role};
use sayso::account::password::hash_now;
use sayso::account::store;
use sayso::db::Db;
use sayso::time::UtcMillis;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

stories![
    a_refused_sign_in_costs_the_same_whoever_has_the_address,
    asking_for_a_password_costs_the_same_whoever_has_the_address,
    asking_for_a_first_link_costs_the_same_whoever_has_the_address,
    signing_up_costs_the_same_whoever_has_the_address,
    asking_about_a_case_commits_as_often_whether_there_is_one,
    correcting_an_address_costs_the_same_whoever_has_it,
];

/// What was written: the table of each row, by the transaction that it was in.
#[derive(Default)]
struct Written {
    open: Vec<String>,
    committed: Vec<Vec<String>>,
}

/// What counts, on either database.
enum Meter<'a> {
    Sqlite(&'a TestApp, Arc<Mutex<Written>>),
    Postgres(&'a TestApp),
}

/// What an answer has cost. The tables tell more than has to be the same: where one row stands in
/// for another, it stands elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Work {
    hashes: usize,
    commits: usize,
    rows: usize,
}

impl<'a> Meter<'a> {
    async fn new(site: &'a TestApp) -> Self {
        let Db::Sqlite { write, .. } = &site.app.db else {
            for sql in [
                "create table work (tx bigint not null, tab text not null)",
                "grant select on work to sayso_app",
                "create function note_work() returns trigger language plpgsql security definer as $$ begin
                   insert into public.work values (txid_current(), tg_table_name); return null; end $$",
                "do $$ declare t text; begin
                   for t in select tablename from pg_tables where schemaname = 'public' and tablename <> 'work' loop
                     execute format('create trigger note_work after insert or update or delete on %I
                       for each row execute function note_work()', t);
                   end loop; end $$",
            ] {
                site.tamper(sql).await.unwrap();
            }
            return Self::Postgres(site);
        };
        let written = Arc::new(Mutex::new(Written::default()));
        let (rows, commits) = (written.clone(), written.clone());
        let mut conn = write.acquire().await.unwrap();
        let mut handle = conn.lock_handle().await.unwrap();
        handle.set_update_hook(move |row| rows.lock().unwrap().open.push(row.table.to_owned()));
        handle.set_commit_hook(move || {
            let mut written = commits.lock().unwrap();
            let rows = std::mem::take(&mut written.open);
            // Nothing is made durable for a transaction that wrote nothing.
            if !rows.is_empty() {
                written.committed.push(rows);
            }
            true
        });
        Self::Sqlite(site, written)
    }

    const fn site(&self) -> &'a TestApp {
        match self {
            Self::Sqlite(site, _) | Self::Postgres(site) => site,
        }
    }

    /// The rows that were written since this was last asked, by transaction.
    async fn taken(&self) -> Vec<Vec<String>> {
        match self {
            Self::Sqlite(_, written) => {
                let mut written = written.lock().unwrap();
                written.open.clear();
                std::mem::take(&mut written.committed)
            }
            Self::Postgres(site) => {
                let Db::Postgres { pool, .. } = &site.app.db else { unreachable!() };
                let sql = "select tx, tab from work order by tx";
                let rows: Vec<(i64, String)> = sqlx::query_as(sql).fetch_all(pool).await.unwrap();
                site.tamper("truncate work").await.unwrap();
                let mut by_tx: BTreeMap<i64, Vec<String>> = BTreeMap::new();
                for (tx, table) in rows {
                    by_tx.entry(tx).or_default().push(table);
                }
                by_tx.into_values().collect()
            }
        }
    }

    /// What this form costs, sent by this browser, and the rows it wrote, to be shown.
    async fn of(&self, visitor: &TestClient, function: &str, fields: &[(&str, &str)]) -> (Work, Vec<Vec<String>>) {
        self.taken().await;
        let before = self.site().app.passwords.computed();
        let answer = visitor.post(&format!("/api/{function}"), fields).await;
        assert!(!answer.status.is_server_error(), "{function}: {}", answer.body);
        let written = self.taken().await;
        let hashes = self.site().app.passwords.computed() - before;
        (Work { hashes, commits: written.len(), rows: written.iter().map(Vec::len).sum() }, written)
    }

    /// Asserts that the form costs as much with each of these addresses, sent so often in a row,
    /// each from a browser and a network of its own; returns what.
    async fn same(&self, function: &str, fields: &[(&str, &str)], times: usize, emails: &[&str]) -> Vec<Work> {
        let mut costs: Vec<Work> = Vec::new();
        for (n, email) in emails.iter().enumerate() {
            let visitor = self.site().visitor();
            let fields = [&[("email", *email)], fields].concat();
            let mut cost = Vec::new();
            let mut wrote = Vec::new();
            for _ in 0..times {
                let (work, written) = self.of(&visitor, function, &fields).await;
                cost.push(work);
                wrote.push(written);
            }
            if n == 0 {
                costs = cost;
            } else {
                assert_eq!(cost, costs, "{function} for {email} is not as for {}: {wrote:?}", emails[0]);
            }
        }
        costs
    }
}

const NOBODY: &str = "nobody@example.org";
const MEMBER: &str = "member@example.org";
const UNPROVED: &str = "unproved@example.org";
const BROUGHT_IN: &str = "brought-in@example.org";
const STAFF: &str = "staff@example.org";
const NEW_STAFF: &str = "new-staff@example.org";
const CLOSED: &str = "closed@example.org";
const TOO_LATE: &str = "too-late@example.org";

/// One account of each kind.
async fn everybody(site: &TestApp) {
    site.member(MEMBER, "IE").await;
    let new = NewMember {
        name: "Ada".into(),
        email: UNPROVED.into(),
        country: Country::parse("IE").unwrap(),
        role: Role::Member,
        password_hash: hash_now(PASSWORD),
        demo: false,
        address_proved: false,
    };
    site.app.join(new).await.unwrap();
    crate::members::brought_in(site, BROUGHT_IN).await;
    site.added(TOO_LATE, Role::Support).await;
    site.pass_days(8);
    for email in [STAFF, NEW_STAFF, CLOSED] {
        site.staff(email, Role::Support).await;
    }
    for email in [STAFF, CLOSED] {
        site.signed_in_as(email, Role::Support).await;
    }
    let mut tx = site.app.db.begin().await.unwrap();
    let closed = store::by_email(tx.conn(), CLOSED).await.unwrap().unwrap();
    store::close(tx.conn(), &closed.id).await.unwrap();
    // The queue of mails to addresses that nobody has proved has its row.
    store::allowances::unproved_mail_at(tx.conn(), site.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    site.pass(UtcMillis::DAY);
}

async fn a_refused_sign_in_costs_the_same_whoever_has_the_address(site: TestApp) {
    everybody(&site).await;
    let meter = Meter::new(&site).await;
    let all = [NOBODY, MEMBER, UNPROVED, BROUGHT_IN, STAFF, NEW_STAFF, CLOSED, TOO_LATE, "no address"];
    let costs = meter.same("sign-in", &[("password", "wrong-horse-battery")], 7, &all).await;
    // One more than the attempt: in the log of the staff where it is one of them.
    assert_eq!(costs[0], Work { hashes: 1, commits: 2, rows: 3 });
    // From the sixth on the owner is written to, and nobody's password is looked at.
    assert_eq!(costs[5], Work { hashes: 0, commits: 1, rows: 2 });
    // The right one, too late.
    site.pass_days(2);
    meter.same("sign-in", &[("password", PASSWORD)], 2, &[NOBODY, CLOSED, TOO_LATE]).await;
}

async fn asking_for_a_password_costs_the_same_whoever_has_the_address(site: TestApp) {
    everybody(&site).await;
    let meter = Meter::new(&site).await;
    let all = [NOBODY, MEMBER, UNPROVED, BROUGHT_IN, STAFF, NEW_STAFF, CLOSED, TOO_LATE];
    let costs = meter.same("forgot-password", &[], 2, &all).await;
    assert!(costs[0].commits >= 2 && costs[0].rows >= 4, "{costs:?}");
}

async fn asking_for_a_first_link_costs_the_same_whoever_has_the_address(site: TestApp) {
    everybody(&site).await;
    let meter = Meter::new(&site).await;
    let all = [NOBODY, MEMBER, UNPROVED, BROUGHT_IN, STAFF, NEW_STAFF, CLOSED, TOO_LATE];
    let costs = meter.same("send-welcome-link", &[], 3, &all).await;
    assert!(costs[0].commits >= 1 && costs[0].rows >= 5, "{costs:?}");
}

async fn signing_up_costs_the_same_whoever_has_the_address(site: TestApp) {
    everybody(&site).await;
    let meter = Meter::new(&site).await;
    let typed = [("name", "Eve"), ("country", "IE"), ("password", "plumb seven otters gladly")];
    let all = [NOBODY, MEMBER, UNPROVED, BROUGHT_IN, STAFF, NEW_STAFF, CLOSED, TOO_LATE];
    let costs = meter.same("sign-up", &typed, 2, &all).await;
    assert_eq!(costs[0].hashes, 1);
}

/// A case is not an account, but whether there is one is as much nobody's to know. What is
/// recorded of it is more rows; what takes long is that they are made durable.
async fn asking_about_a_case_commits_as_often_whether_there_is_one(site: TestApp) {
    let filer = site.visitor();
    let number = unverified(&filer, ONE, MEMBER).await;
    site.pass(5 * 60_000);
    let meter = Meter::new(&site).await;
    let commits = async |function: &str, fields: &[(&str, &str)]| {
        let (work, written) = meter.of(&site.visitor(), function, fields).await;
        (work.commits, written)
    };
    let again =
        async |case: &str, email: &str| commits("send-objection-again", &[("case", case), ("email", email)]).await;
    let (right, wrote) = again(&number, MEMBER).await;
    assert!(wrote.iter().flatten().any(|table| table == "case_mailed_codes"), "{wrote:?}");
    assert_eq!(again(&number, NOBODY).await.0, right);
    assert_eq!(again("OBJ-7F3K9Q2M", MEMBER).await.0, right);
    let links = async |address: &str| commits("send-objection-links", &[("address", address)]).await.0;
    let code = site.mailed(MEMBER, CODE).await;
    filer.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    let right = links(MEMBER).await;
    assert!(site.mail(MEMBER, "Links to your objections").await.contains(&number));
    assert_eq!([links(NOBODY).await, links(MEMBER).await, links(NOBODY).await], [right; 3]);
    let code = [("code", "0000-0000")];
    let there =
        meter.of(&site.visitor(), "verify-objection", &[&[("case", number.as_str())], &code[..]].concat()).await;
    let not = meter.of(&site.visitor(), "verify-objection", &[&[("case", "OBJ-7F3K9Q2M")], &code[..]].concat()).await;
    assert_eq!(there.0, not.0, "{:?} {:?}", there.1, not.1);
}

async fn correcting_an_address_costs_the_same_whoever_has_it(site: TestApp) {
    everybody(&site).await;
    let meter = Meter::new(&site).await;
    let mut costs = Vec::new();
    for (n, email) in [NOBODY, MEMBER, UNPROVED, BROUGHT_IN, STAFF, NEW_STAFF, CLOSED, TOO_LATE].iter().enumerate() {
        let filer = site.visitor();
        let form = format!("0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ab{n:03}");
        let number = unverified(&filer, &form, &format!("wrong{n}@example.org")).await;
        let (work, written) =
            meter.of(&filer, "correct-objection-address", &[("case", &number), ("email", *email)]).await;
        assert!(written.iter().flatten().any(|table| table == "case_mailed_codes"), "{email}: {written:?}");
        costs.push(work);
    }
    assert!(costs.iter().all(|cost| *cost == costs[0]), "{costs:?}");
}
