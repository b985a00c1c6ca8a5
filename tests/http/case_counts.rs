//! The counts behind the charts: whatever happens to cases, they are what one finds who looks at
//! each case.

use crate::objection::{CODE, ONE, THREE, TWO, act, decide, file, unverified};
use crate::stories;
use crate::test_app::TestApp;
use sayso::account::model::Role;
use sayso::db::Db;
use sayso::statistics::answered::{Answered, WEEK};
use sayso::statistics::count::Count;
use sayso::statistics::due::{Open, edges};
use sayso::statistics::{load, weeks};
use sayso::time::UtcMillis;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

stories![
    whatever_is_written_the_counts_are_those_of_the_cases,
    a_case_keeps_its_counts_from_its_filing_to_a_second_answer,
    an_answer_of_a_clock_that_was_ahead_counts_when_its_time_has_come,
    a_wrong_count_is_found_and_mended,
    two_who_file_at_the_same_time_do_not_wait_for_each_other,
];

/// What is counted of a case.
#[derive(sqlx::FromRow)]
struct Row {
    state: String,
    received_at: i64,
    due_at: i64,
    decided_at: Option<i64>,
    complaint_due_at: Option<i64>,
    complaint_answered_at: Option<i64>,
    outcome: Option<String>,
    by_rule: i64,
    /// A member's, or with a step that says whose it is.
    taken_up: bool,
}

async fn rows(site: &TestApp) -> Vec<Row> {
    let sql = "select state, received_at, due_at, decided_at, complaint_due_at, complaint_answered_at, outcome, by_rule,
        member_id is not null or number in (select number from case_steps where step in ('verified', 'recorded')) as taken_up
      from cases";
    match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_all(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
    }
}

/// Looks at each case.
fn one_by_one(rows: &[Row], now: UtcMillis) -> (Open, Vec<weeks::Week>) {
    let mut open = Open([0; 6]);
    let (mut received, mut answers) = (vec![0; weeks::WEEKS], vec![Vec::new(); weeks::WEEKS]);
    let week = |at: i64| {
        let n = (at - weeks::from(now).0).div_euclid(WEEK);
        usize::try_from(n).ok().filter(|n| *n < weeks::WEEKS && at <= now.0)
    };
    for row in rows {
        let waits = match row.complaint_due_at {
            Some(due) if row.complaint_answered_at.is_none() => Some(due),
            _ => ["received", "acknowledged", "under_review"].contains(&&*row.state).then_some(row.due_at),
        };
        if let Some(due) = waits {
            open.0[edges(now).iter().filter(|edge| due >= edge.0).count()] += 1;
        }
        let counts = match &*row.state {
            "awaiting_verification" | "duplicate" => false,
            "withdrawn" => row.taken_up,
            _ => true,
        };
        if let Some(n) = week(row.received_at).filter(|_| counts) {
            received[n] += 1;
        }
        if let Some((at, n)) = row.decided_at.and_then(|at| Some((at, week(at)?))) {
            answers[n].push((row.outcome.clone(), (row.by_rule == 0).then_some(at - row.received_at)));
        }
    }
    let received: Vec<(i64, i64)> = (0..).zip(received).collect();
    let answered = (0..).zip(answers).map(|(week, answers)| {
        let those = |what: &str| answers.iter().filter(|(outcome, _)| outcome.as_deref() == Some(what)).count() as i64;
        let mut took: Vec<i64> = answers.iter().filter_map(|(_, took)| *took).collect();
        took.sort_unstable();
        let middle = (!took.is_empty()).then(|| (took[(took.len() - 1) / 2], took[took.len() / 2]));
        Answered { week, upheld: those("upheld"), partly: those("partly_upheld"), refused: those("refused"), middle }
    });
    let answered: Vec<Answered> = answered.collect();
    (open, weeks::weeks(now, &received, &answered))
}

/// Fails where a chart of the staff is not what one finds who looks at each case.
pub async fn counts_are_true(site: &TestApp) {
    are_true(site, site.app.clock.now()).await;
    assert_eq!(sayso::objection::store::recount(&site.app.db).await.unwrap(), 0);
}

async fn are_true(site: &TestApp, now: UtcMillis) {
    let (open, weeks) = one_by_one(&rows(site).await, now);
    assert_eq!(load::open(&site.app, now).await.unwrap(), open, "waiting at {now:?}");
    assert_eq!(load::answers(&site.app, now).await.unwrap(), weeks, "by week at {now:?}");
}

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64) % n
    }

    fn of<'a>(&mut self, these: &[&'a str]) -> &'a str {
        these[self.below(these.len() as i64) as usize]
    }
}

/// Another case like `like`, as one that was just filed.
fn another(like: &str, number: &str, received: i64) -> String {
    format!(
        "insert into cases (number, subject, member_id, form, name, email, country, mode, language, state,
           received_at, first_due_at, due_at)
         select '{number}', subject, member_id, '{number}', name, email, country, mode, language, 'received',
           {received}, {received}, {received} + {} from cases where number = '{like}'",
        30 * UtcMillis::DAY
    )
}

async fn whatever_is_written_the_counts_are_those_of_the_cases(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let mine = file(&ada, ONE, &["research"]).await;
    let (day, hour) = (UtcMillis::DAY, 3_600_000);
    site.pass(10 * hour + 12_345);
    let (now, mut dice) = (site.app.clock.now(), Dice(15));
    for step in 0..240 {
        let sql = if step % 3 == 0 {
            // Many are answered within the same hours, and some times are those of a clock that was
            // wrong.
            another(&mine, &format!("c{step}"), now.0 - dice.below(200) * day + dice.below(3) * day - dice.below(day))
        } else {
            // One case, or several in one statement.
            let n = dice.below(step / 3 + 1) * 3;
            let those = dice.of(&["number = ", "number like 'c%' and number <= "]);
            let at = dice.below(4) * day + dice.below(3) * hour / 2 + dice.below(2_000) - hour;
            let set = match dice.below(12) {
                0..4 => format!(
                    "state = 'refused', decided_at = received_at + {at}, outcome = '{}', by_rule = {}",
                    dice.of(&["upheld", "partly_upheld", "refused"]),
                    dice.below(5) / 4
                ),
                4 => "state = 'acknowledged', decided_at = null".into(),
                5 => format!("state = '{}'", dice.of(&["withdrawn", "duplicate", "awaiting_verification", "closed"])),
                6 => format!("complaint_due_at = {}", now.0 + at * 9),
                7 => format!("complaint_answered_at = {}", now.0),
                8 => format!("due_at = {}", now.0 + dice.below(5) * 8 * day + at),
                9 => format!("received_at = received_at + {at}"),
                10 => "member_id = null, state = 'withdrawn'".into(),
                _ => "outcome = null, revision = revision + 1".into(),
            };
            format!("update cases set {set} where {those}'c{n}'")
        };
        site.tamper(&sql).await.unwrap();
        if step % 20 == 7 {
            let sql = "insert into case_steps (entry_id, number, position, step, actor, at, salt)";
            let withdrawn = "from cases where state = 'withdrawn' and number like 'c%'";
            let own =
                format!("{sql} select number || '{step}', number, {step}, 'verified', 'applicant', 0, '' {withdrawn}");
            site.tamper(&own).await.unwrap();
        }
        if step % 50 == 49 {
            let gone = format!("number like 'c%{}' and number not in (select number from case_steps)", dice.below(10));
            site.tamper(&format!("delete from cases where {gone}")).await.unwrap();
        }
        if step % 8 == 7 {
            let earlier = dice.below(40) * day + dice.below(day);
            for now in [now, UtcMillis(now.0 - earlier), UtcMillis(now.0 + earlier), now.monday(), now.midnight()] {
                are_true(&site, now).await;
            }
        }
    }
    assert_eq!(sayso::objection::store::recount(&site.app.db).await.unwrap(), 0);
    let all = rows(&site).await;
    let answered = all.iter().filter(|row| row.decided_at.is_some()).count();
    assert!(all.len() > 60 && (20..all.len()).contains(&answered), "{answered} of {}", all.len());
}

async fn a_case_keeps_its_counts_from_its_filing_to_a_second_answer(site: TestApp) {
    let now = || site.app.clock.now();
    let ada = site.member("ada@example.org", "IE").await;
    let mine = file(&ada, ONE, &["moderation-safety"]).await;
    are_true(&site, now()).await;
    let (stranger, late) = (site.visitor(), site.visitor());
    let theirs = unverified(&stranger, TWO, "gil@example.org").await;
    let nobodys = unverified(&late, THREE, "hal@example.org").await;
    are_true(&site, now()).await;
    let code = site.mailed("gil@example.org", CODE).await;
    stranger.post("/api/verify-objection", &[("case", &theirs), ("code", &code)]).await;
    late.post("/api/withdraw-objection", &[("case", &nobodys)]).await;
    are_true(&site, now()).await;
    site.pass_days(3);
    let officer = site.officer().await;
    decide(&officer, &site, &mine, &[("moderation-safety", "refused", "We need it.")]).await;
    stranger.post("/api/withdraw-objection", &[("case", &theirs)]).await;
    are_true(&site, now()).await;
    act(&officer, &site, "reopen-objection", &mine, &[("why_again", "We missed what you wrote.")]).await;
    are_true(&site, now()).await;
    act(&officer, &site, "review-objection", &mine, &[]).await;
    let upheld = [("rulings[0][purpose]", "moderation-safety"), ("rulings[0][outcome]", "upheld")];
    act(&officer, &site, "decide-objection", &mine, &upheld).await;
    are_true(&site, now()).await;
    let (open, weeks) = one_by_one(&rows(&site).await, now());
    assert_eq!((open.all(), weeks[25].received, weeks[25].answers), (0, 2, [1, 0, 0]));
    // Swept, what nobody confirmed is where it was: in no count.
    site.pass_days(100);
    site.tamper("update cases set received_at = received_at - 315360000000").await.unwrap();
    sayso::serve::sweep::all(&site.app).await;
    counts_are_true(&site).await;
}

async fn an_answer_of_a_clock_that_was_ahead_counts_when_its_time_has_come(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let mine = file(&ada, ONE, &["research"]).await;
    site.pass(UtcMillis::DAY / 2);
    let now = site.app.clock.now();
    for (n, hours) in [(1, -2), (2, 2), (3, 5)] {
        let at = now.0 + hours * 3_600_000;
        site.tamper(&another(&mine, &format!("c{n}"), at - 60_000)).await.unwrap();
        let decided = format!("state = 'upheld', decided_at = {at}, outcome = 'upheld'");
        site.tamper(&format!("update cases set {decided} where number = 'c{n}'")).await.unwrap();
    }
    for hours in [0, 3, 6] {
        let now = UtcMillis(now.0 + hours * 3_600_000);
        are_true(&site, now).await;
        let answered = load::answers(&site.app, now).await.unwrap()[25].answered();
        assert_eq!(answered, 1 + hours / 3);
    }
}

async fn a_wrong_count_is_found_and_mended(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let mine = file(&ada, ONE, &["research"]).await;
    site.officer().await;
    site.pass_days(1);
    let officer = site.signed_in_as("officer@example.org", Role::PrivacyOfficer).await;
    decide(&officer, &site, &mine, &[("research", "upheld", "")]).await;
    let now = site.app.clock.now();
    let count = async || Count::of(&site.app, now).run(None, |_| {}).await.unwrap();
    for wrong in [
        "update case_counts set total = total + 1 where counted = 'received'",
        "delete from case_counts where counted = 'took-hour'",
        "insert into case_counts (counted, at, place, total) values ('due-day', 20000, 0, 3)",
        // As it is before the migration has counted what there is.
        "delete from case_counts",
    ] {
        site.tamper(wrong).await.unwrap();
        // A wrong count holds nobody up.
        file(&ada, &uuid::Uuid::new_v4().to_string(), &["inferences"]).await;
        count().await;
        are_true(&site, now).await;
        assert_eq!(sayso::objection::store::recount(&site.app.db).await.unwrap(), 0, "{wrong}");
    }
}

/// On PostgreSQL. On SQLite one writes after the other.
async fn two_who_file_at_the_same_time_do_not_wait_for_each_other(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let mine = file(&ada, ONE, &["research"]).await;
    site.pass(60_000);
    let now = site.app.clock.now();
    let Some(owner) = &site.owner else { return };
    let (mut one, mut other) =
        (PgConnection::connect(owner).await.unwrap(), PgConnection::connect(owner).await.unwrap());
    let (mut first, mut second) = (one.begin().await.unwrap(), other.begin().await.unwrap());
    let filed = |number: &str| AssertSqlSafe(another(&mine, number, now.0 - 1));
    let all = async {
        sqlx::query(filed("c1")).execute(&mut *first).await.unwrap();
        sqlx::query(filed("c2")).execute(&mut *second).await.unwrap();
        sqlx::query(filed("c3")).execute(&mut *first).await.unwrap();
        let decided = "update cases set state = 'upheld', decided_at = 0, outcome = 'upheld' where number = 'c2'";
        sqlx::query(decided).execute(&mut *second).await.unwrap();
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), all).await.expect("nobody waits");
    are_true(&site, now).await;
    first.commit().await.unwrap();
    are_true(&site, now).await;
    second.commit().await.unwrap();
    are_true(&site, now).await;
    assert!(rows_of_received(&site).await > 1, "each has left a row of its own");
    site.tamper(&another(&mine, "c4", now.0 - 1)).await.unwrap();
    assert_eq!(rows_of_received(&site).await, 1, "and whoever comes next makes them one");
    counts_are_true(&site).await;
}

/// How many rows say how many cases came in.
async fn rows_of_received(site: &TestApp) -> i64 {
    let sql = "select count(*) from case_counts where counted = 'received'";
    match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    }
}
