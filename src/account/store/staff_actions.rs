//! The table `staff_actions`: what staff did, one row each. What has a record of its own elsewhere
//! is pointed to.

use super::super::model::{Member, Role};
use super::super::staff_action::{Access, Accessed, ActionKind, Client, opens_anew};
use crate::db::{self, Conn, lock, on};
use crate::time::{UtcMicros, UtcMillis};
use crate::web::request;

/// What is to be recorded.
#[derive(Clone, Debug)]
pub struct NewAction<'a> {
    pub kind: ActionKind,
    /// Whether it went well.
    pub well: bool,
    /// Who did it; none for a command on the machine.
    pub by: Option<&'a Member>,
    /// The id of the account that it was done to, where that is another.
    pub about: Option<&'a str>,
    pub case: Option<&'a str>,
    /// The key of the record that says the rest (see `0040_staff_actions.sql`).
    pub points_to: Option<String>,
    /// A word of ours, never what somebody typed.
    pub detail: Option<&'a str>,
    pub amount: Option<i64>,
    /// The id of the request, as the security log has it.
    pub request: Option<String>,
}

impl<'a> NewAction<'a> {
    /// Something that `staff` did by the request that is being answered.
    pub fn by(kind: ActionKind, staff: &'a Member) -> Self {
        Self { by: Some(staff), request: request::id(), ..Self::by_command(kind) }
    }

    /// Something that a command on the machine did.
    pub const fn by_command(kind: ActionKind) -> Self {
        Self {
            kind,
            well: true,
            by: None,
            about: None,
            case: None,
            points_to: None,
            detail: None,
            amount: None,
            request: None,
        }
    }
}

/// Adds a row. Call it in the transaction of what it records, or before that is shown.
pub async fn put(mut conn: Conn<'_>, action: &NewAction<'_>, at: UtcMicros) -> db::Result<()> {
    const PUT: &str = "insert into staff_actions
      (at, kind, outcome, client, staff_id, role, about_id, case_number, points_to, detail, amount, request_id)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let client = if action.by.is_some() { Client::Web } else { Client::CommandLine };
    let outcome = if action.well { "success" } else { "failure" };
    on!(conn, c => sqlx::query(PUT)
        .bind(at.0).bind(action.kind.as_str()).bind(outcome).bind(client.as_str())
        .bind(action.by.map(|by| &*by.id)).bind(action.by.map(|by| by.role.as_str())).bind(action.about)
        .bind(action.case).bind(&action.points_to).bind(action.detail.filter(|detail| !detail.is_empty()))
        .bind(action.amount).bind(&action.request)
        .execute(c).await.map(drop))
}

/// Records that `officer` opened the case `number`, unless it is open to them already.
pub async fn put_opening(mut conn: Conn<'_>, officer: &Member, number: &str, at: UtcMicros) -> db::Result<()> {
    const NEWEST: &str = "select max(at) from staff_actions
      where case_number = $1 and kind = 'case-opened' and staff_id = $2 and at <= $3";
    lock(conn.reborrow(), &format!("opening {number} {}", officer.id)).await?;
    let newest: Option<i64> =
        on!(conn, c => sqlx::query_scalar(NEWEST).bind(number).bind(&officer.id).bind(at.0).fetch_one(c).await)?;
    if !opens_anew(newest.map(|newest| UtcMicros(newest).millis()), at.millis()) {
        return Ok(());
    }
    put(conn, &NewAction { case: Some(number), ..NewAction::by(ActionKind::CaseOpened, officer) }, at).await
}

#[derive(sqlx::FromRow)]
struct AccessRow {
    at: i64,
    kind: String,
    role: Option<String>,
    case_number: Option<String>,
    detail: Option<String>,
}

impl AccessRow {
    /// What it says to whom it concerns; `None` where that is nothing.
    fn access(self) -> Option<Access> {
        let what = Accessed::of(ActionKind::parse(&self.kind)?, self.case_number, self.detail.as_deref())?;
        Some(Access { at: UtcMicros(self.at).millis(), by: Role::parse(&self.role?)?, what })
    }
}

/// Who of the staff opened the case `number` or took it along, newest first.
pub async fn accesses_of_case(mut conn: Conn<'_>, number: &str) -> db::Result<Vec<Access>> {
    const ACCESSES: &str = "select at, kind, role, case_number, detail from staff_actions
      where case_number = $1 and kind in ('case-opened', 'download') order by at desc, id desc";
    let rows: Vec<AccessRow> = on!(conn, c => sqlx::query_as(ACCESSES).bind(number).fetch_all(c).await)?;
    Ok(rows.into_iter().filter_map(AccessRow::access).collect())
}

/// Who of the staff opened cases of this member or took something along, from `from` on and before
/// `until`, newest first, at most so many.
pub async fn accesses_of_member(
    mut conn: Conn<'_>,
    member: &str,
    from: UtcMillis,
    until: UtcMillis,
    most: u32,
) -> db::Result<Vec<Access>> {
    // The index `staff_actions_taken_along` has the conditions of the second part, word by word.
    const ACCESSES: &str = "select at, kind, role, case_number, detail from (
        select a.at, a.id, a.kind, a.role, a.case_number, a.detail
        from cases c join staff_actions a on a.case_number = c.number
        where c.member_id = $1 and a.kind in ('case-opened', 'download') and a.at >= $2 and a.at < $3
        union all
        select at, id, kind, role, case_number, detail from staff_actions
        where about_id = $1 and kind = 'download' and case_number is null and at >= $2 and at < $3) accesses
      order by at desc, id desc limit $4";
    let rows: Vec<AccessRow> = on!(conn, c => sqlx::query_as(ACCESSES)
        .bind(member).bind(UtcMicros::from(from).0).bind(UtcMicros::from(until).0).bind(i64::from(most))
        .fetch_all(c).await)?;
    Ok(rows.into_iter().filter_map(AccessRow::access).collect())
}
