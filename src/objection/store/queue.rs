//! Many cases at once, as officers work through them: a page of the queue, how much waits, and
//! whose a case is.

use super::queue_row::{COLUMNS, Line, PAGE, QueueRow, wrote_refusal};
use super::queue_sorted;
use crate::db::{self, Conn, built, inconsistent, many, on};
use crate::ledger::Purpose;
use crate::objection::queue::{Left, Stage, Wanted, Whose};
use crate::{id, time::UtcMillis};

/// A complaint that waits for its answer.
macro_rules! complaint {
    () => {
        "(complaint_due_at is not null and complaint_answered_at is null)"
    };
}

/// An answer that reached nobody, as [`Case::waits_for_address`] says it.
///
/// [`Case::waits_for_address`]: crate::objection::model::Case::waits_for_address
macro_rules! not_sent {
    () => {
        "disowned_at is not null and decided_at is not null and state not in ('withdrawn', 'duplicate') and texts_swept_at is null"
    };
}

/// What the rows of a stage have in common, and what they are in order of. Each is the condition of
/// an index that is in this order, so that a page is a walk along it, however many there are in the
/// other stages.
const fn rows(stage: Stage) -> (&'static str, &'static str) {
    match stage {
        Stage::Waiting => ("waits_until is not null", "waits_until"),
        Stage::New => ("state in ('received', 'acknowledged')", "waits_until"),
        Stage::UnderReview => ("state = 'under_review' and proposed_by is null", "waits_until"),
        Stage::SecondOfficer => ("proposed_by is not null", "waits_until"),
        Stage::Complaint => (concat!(complaint!(), " and proposed_by is null"), "waits_until"),
        Stage::Replied => ("question = 'replied-to' and waits_until is not null", "waits_until"),
        Stage::Asked => ("question = 'sent' and waits_until is not null", "waits_until"),
        Stage::NotSent => (not_sent!(), "received_at"),
        Stage::Answered => (concat!("decided_at is not null and not ", complaint!()), "received_at"),
        Stage::Ended => (
            concat!("state in ('duplicate', 'withdrawn') and (state = 'duplicate' or ", taken_up!("cases"), ")"),
            "received_at",
        ),
    }
}

/// The statement for a page: from $1 to before $2, after the case with the time $3 and the number
/// $4, of country $5, purpose $6 and officer $7, each empty where it is not asked for, at most $8.
/// Nobody's are those too of so many who were officers (`gone`), $9 and so on.
fn statement(wanted: &Wanted, gone: usize) -> String {
    let order = if wanted.order().descending { "desc" } else { "asc" };
    match &wanted.whose {
        Whose::Anybody => walk(wanted, "$7 = ''"),
        Whose::One(_) => walk(wanted, "officer_id = $7"),
        Whose::Nobody if gone == 0 => walk(wanted, "$7 = '' and officer_id is null"),
        // Each along its own index: all that is taken may be very much, and little of it is
        // nobody's.
        Whose::Nobody => format!(
            "select n.*
             from (select * from ({}) a union all select * from ({}) b) n order by sort {order}, number {order} limit $8",
            walk(wanted, "$7 = '' and officer_id is null"),
            walk(wanted, &format!("$7 = '' and officer_id in ({})", list(gone)))
        ),
    }
}

/// `$9, $10` and so on.
fn list(gone: usize) -> String {
    (9..9 + gone).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// Those of the staff who are no officers any more and to whom cases of this stage, or of any like
/// it, were given: these are nobody's.
async fn gone(mut conn: Conn<'_>, stage: Stage) -> db::Result<Vec<String>> {
    let waits = if stage.waits() { "and c.waits_until is not null" } else { "" };
    let sql = format!(
        "select m.id from members m where m.role <> 'member' and (m.role <> 'privacy_officer' or m.password_hash = 'closed')
           and exists (select 1 from cases c where c.officer_id = m.id {waits})"
    );
    on!(conn, c => sqlx::query_scalar(built(&sql)).fetch_all(c).await)
}

/// How `case_purposes.queue` names the part of the queue that a stage is in, as migration 0037 has
/// it.
const fn part(stage: Stage) -> &'static str {
    match stage {
        Stage::Waiting
        | Stage::New
        | Stage::UnderReview
        | Stage::SecondOfficer
        | Stage::Complaint
        | Stage::Replied
        | Stage::Asked => "waiting",
        Stage::NotSent | Stage::Answered => "answered",
        Stage::Ended => "ended",
    }
}

/// The statement for those that are also `whose`. It reads along the index of the narrowest thing
/// that is asked for: an officer or a country; a stage with few cases; a purpose; the stage.
fn walk(wanted: &Wanted, whose: &str) -> String {
    let (rows, order) = rows(wanted.stage);
    let few = matches!(wanted.stage, Stage::SecondOfficer | Stage::Complaint) || wanted.stage.is_beside();
    let beside = wanted.purpose.is_some() && wanted.country.is_none() && wanted.whose == Whose::Anybody && !few;
    let (from, sort) = if beside {
        // SQLite reads the table first that stands first.
        ("case_purposes asked cross join cases", "asked.queue_at")
    } else {
        ("cases", order)
    };
    let number = if beside { "asked.number" } else { "cases.number" };
    let purpose = match wanted.purpose {
        None => "$6 = ''".into(),
        Some(_) if beside => {
            format!("asked.purpose = $6 and asked.queue = '{}' and cases.number = asked.number", part(wanted.stage))
        }
        // So said, neither database begins with all cases about the purpose.
        Some(_) => "coalesce((select true from case_purposes asked
             where asked.number = cases.number and asked.purpose = $6), false)"
            .into(),
    };
    let (after, direction) = if wanted.order().descending { ("<", "desc") } else { (">", "asc") };
    // What is not asked for stands there as a condition of constants, so that an index serves what
    // is.
    let country = if wanted.country.is_some() { "country = $5" } else { "$5 = ''" };
    format!(
        "select {number} as number, state, {sort} as sort, {COLUMNS}
         from {from} where {rows} and {sort} >= $1 and {sort} < $2 and ({sort}, {number}) {after} ($3, $4)
           and {country} and {purpose} and {whose}
         order by {sort} {direction}, {number} {direction} limit $8"
    )
}

/// A page of the queue, and whether there is more after it: what waits in the order in which it is
/// due, everything else newest first.
pub async fn page(mut conn: Conn<'_>, wanted: &Wanted, now: UtcMillis) -> db::Result<(Vec<Line>, bool)> {
    let gone = if wanted.whose == Whose::Nobody { gone(conn.reborrow(), wanted.stage).await? } else { Vec::new() };
    if wanted.order().by != wanted.usual_order().by {
        let rows = queue_sorted::rows(conn.reborrow(), wanted, &gone).await?;
        return lines(conn, rows).await;
    }
    let sql = statement(wanted, gone.len());
    let officer = if let Whose::One(id) = &wanted.whose { id.as_str() } else { "" };
    let (from, until) = wanted.left.map_or((UtcMillis(i64::MIN), UtcMillis(i64::MAX)), |left| left.span(now));
    let start = (if wanted.order().descending { i64::MAX } else { i64::MIN }, String::new());
    let (time, number) = wanted.after.clone().unwrap_or(start);
    let rows: Vec<QueueRow> = on!(conn, c => {
        let mut query = sqlx::query_as(built(&sql))
            .bind(from.0).bind(until.0).bind(time).bind(&number)
            .bind(wanted.country.map(|c| c.alpha2().to_owned()).unwrap_or_default())
            .bind(wanted.purpose.map(Purpose::as_str).unwrap_or_default())
            .bind(officer).bind(PAGE as i64 + 1);
        for id in &gone {
            query = query.bind(id);
        }
        query.fetch_all(c).await
    })?;
    lines(conn, rows).await
}

/// The cases of these rows, of which there may be one more than a page has, with their purposes.
pub(super) async fn lines(mut conn: Conn<'_>, mut rows: Vec<QueueRow>) -> db::Result<(Vec<Line>, bool)> {
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let mut lines = rows.into_iter().map(Line::try_from).collect::<db::Result<Vec<_>>>()?;
    if !lines.is_empty() {
        let purposes = many(
            "select number, purpose from case_purposes where number in (",
            "$",
            lines.len(),
            ") order by position",
        );
        let asked: Vec<(String, String)> = on!(conn, c => {
            let mut query = sqlx::query_as(built(&purposes));
            for line in &lines {
                query = query.bind(&line.number);
            }
            query.fetch_all(c).await
        })?;
        for (number, purpose) in asked {
            let purpose = Purpose::parse(&purpose).ok_or_else(|| inconsistent("case_purposes", "purpose"))?;
            lines.iter_mut().filter(|line| line.number == number).for_each(|line| line.purposes.push(purpose));
        }
    }
    Ok((lines, more))
}

/// As many are counted at most, so that counting takes no longer where very many wait.
pub const COUNTED: i64 = 500;

/// How many cases wait, each at most [`COUNTED`]: with so much time left, in the order of
/// [`Left::ALL`]; for a second officer who this one may be; with a reply to a question; for an
/// address, to which the answer can go; for the one who asks; and all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Waiting {
    pub overdue: i64,
    pub two_days: i64,
    pub seven_days: i64,
    pub second: i64,
    pub replied: i64,
    pub not_sent: i64,
    pub own: i64,
    pub total: i64,
}

/// What waits, as `officer` sees it.
pub async fn waiting(mut conn: Conn<'_>, officer: &str, now: UtcMillis) -> db::Result<Waiting> {
    macro_rules! count {
        ($these:literal) => {
            concat!("(select count(*) from (select 1 from cases where ", $these, " limit $5) as these)")
        };
    }
    const COUNTS: &str = concat!(
        "select ",
        count!("waits_until < $2"),
        " as overdue, ",
        count!("waits_until >= $2 and waits_until < $3"),
        " as two_days, ",
        count!("waits_until >= $3 and waits_until < $4"),
        " as seven_days, ",
        // As for the e-mail of the morning: those that they may agree to.
        concat!(
            "(select count(*) from (select 1 from cases where proposed_by is not null and proposed_by <> $1 and not ",
            wrote_refusal!(),
            " limit $5) as these)"
        ),
        " as second, ",
        count!("question = 'replied-to' and waits_until is not null"),
        " as replied, ",
        concat!("(select count(*) from (select 1 from cases where ", not_sent!(), " limit $5) as these)"),
        " as not_sent, ",
        // Everything is due at some time; said so, SQLite takes the index of what waits, and not
        // that of all an officer ever had.
        count!("officer_id = $1 and waits_until >= 0"),
        " as own, ",
        count!("waits_until is not null"),
        " as total"
    );
    let ((_, two), (_, seven)) = (Left::TwoDays.span(now), Left::SevenDays.span(now));
    on!(conn, c => sqlx::query_as(COUNTS)
        .bind(officer).bind(now.0).bind(two.0).bind(seven.0).bind(COUNTED)
        .fetch_one(c).await)
}

/// That a case was given to somebody.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Given {
    /// The name of the officer it was given to; nobody's from then on where there is none.
    pub to: Option<String>,
    /// The name of the officer who did it.
    pub by: String,
    /// Whether the two are one.
    pub taken: bool,
    pub at: i64,
}

/// To whom a case was given, the newest last; at most the newest hundred.
pub async fn given(mut conn: Conn<'_>, number: &str) -> db::Result<Vec<Given>> {
    const GIVEN: &str = "select (select name from members m where m.id = a.officer_id) as \"to\", b.name as \"by\",
        coalesce(a.officer_id = a.by_id, false) as taken, a.at
      from case_assignments a join members b on b.id = a.by_id where a.number = $1 order by a.at desc, a.id desc limit 100";
    let mut given: Vec<Given> = on!(conn, c => sqlx::query_as(GIVEN).bind(number).fetch_all(c).await)?;
    given.reverse();
    Ok(given)
}

/// Gives a case to the officer with this id, or to nobody.
pub async fn assign(mut conn: Conn<'_>, number: &str, officer: Option<&str>) -> db::Result<()> {
    const ASSIGN: &str = "update cases set officer_id = $2, revision = revision + 1 where number = $1";
    on!(conn, c => sqlx::query(ASSIGN).bind(number).bind(officer).execute(c).await.map(drop))
}

/// Records that `by` gave a case to an officer, themselves perhaps, or to nobody. Returns the id of
/// the record.
pub async fn record_given(
    mut conn: Conn<'_>,
    number: &str,
    officer: Option<&str>,
    by: &str,
    now: UtcMillis,
) -> db::Result<String> {
    const RECORD: &str = "insert into case_assignments (id, number, officer_id, by_id, at) values ($1, $2, $3, $4, $5)";
    let id = id::in_time_order(now).to_string();
    on!(conn, c => sqlx::query(RECORD)
        .bind(&id).bind(number).bind(officer).bind(by).bind(now.0)
        .execute(c).await.map(drop))?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::model::Country;
    use crate::db::Db;

    /// Otherwise a page would take the longer the more cases there are.
    #[tokio::test]
    async fn no_page_sorts_or_reads_cases_that_are_in_another_stage() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&format!("sqlite://{}/queue.db", folder.path().display())).await.unwrap();
        db.migrate().await.unwrap();
        let mut reader = db.reader().await.unwrap();
        let Conn::Sqlite(conn) = reader.conn() else { panic!("not SQLite") };
        for stage in Stage::ALL.iter().copied() {
            for (country, purpose) in [(None, None), (Country::parse("IE"), None), (None, Some(Purpose::Research))] {
                for whose in [Whose::Anybody, Whose::Nobody, Whose::One("x".into())] {
                    let wanted = Wanted { country, purpose, whose, ..Wanted::stage(stage) };
                    let sql = format!("explain query plan {}", statement(&wanted, 0));
                    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(built(&sql))
                        .bind(0)
                        .bind(0)
                        .bind(0)
                        .bind("")
                        .bind("")
                        .bind("")
                        .bind("")
                        .bind(0)
                        .fetch_all(&mut *conn)
                        .await
                        .unwrap();
                    let steps: Vec<&str> = plan.iter().map(|step| &*step.3).collect();
                    let walk = steps[0];
                    let beside = walk.contains(" case_purposes_queue (purpose=? AND queue=?");
                    assert!(beside || walk.starts_with("SEARCH cases USING INDEX"), "{wanted:?}: {steps:?}");
                    assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{wanted:?}: {steps:?}");
                    let own = match (stage, &wanted.whose, country) {
                        (Stage::Replied | Stage::Asked, ..) => "cases_with_question ",
                        (Stage::NotSent, Whose::Anybody, None) => "cases_not_sent ",
                        // Whichever the database takes: it is in the order of the page.
                        (Stage::NotSent, ..) => "cases_",
                        (_, Whose::One(_), None) => "_of_officer",
                        (Stage::SecondOfficer, Whose::Anybody, None) => "cases_proposed ",
                        (Stage::Complaint, Whose::Anybody, None) => "cases_with_complaint ",
                        (_, Whose::Anybody, None) if purpose.is_some() => "case_purposes_queue ",
                        (_, Whose::Nobody, None) if stage.waits() => "cases_waiting_of_",
                        (_, Whose::Nobody, None) => "_of_officer",
                        (_, _, Some(_)) => "_of_country",
                        (Stage::Waiting, ..) => "cases_waiting ",
                        (Stage::New, ..) => "cases_new ",
                        (Stage::UnderReview, ..) => "cases_under_review ",
                        (Stage::Answered, ..) => "cases_answered ",
                        (Stage::Ended, ..) => "cases_ended ",
                    };
                    assert!(walk.contains(own), "{wanted:?}: {steps:?}");
                }
            }
        }
    }
}
