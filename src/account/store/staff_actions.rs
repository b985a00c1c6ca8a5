//! The table `staff_actions`: what staff did, one row each. What has a record of its own elsewhere
//! is pointed to.

use super::super::model::Member;
use super::super::staff_action::{ActionKind, Client, opens_anew};
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

/// When officers opened the case `number`, newest first.
pub async fn openings_of_case(mut conn: Conn<'_>, number: &str) -> db::Result<Vec<UtcMillis>> {
    const OPENINGS: &str =
        "select at from staff_actions where case_number = $1 and kind = 'case-opened' order by at desc, id desc";
    let all: Vec<i64> = on!(conn, c => sqlx::query_scalar(OPENINGS).bind(number).fetch_all(c).await)?;
    Ok(all.into_iter().map(|at| UtcMicros(at).millis()).collect())
}

/// An opening of one of a member's cases.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Opening {
    at: i64,
    /// The number of the case.
    pub case_number: String,
}

impl Opening {
    /// When the case was opened.
    pub const fn at(&self) -> UtcMillis {
        UtcMicros(self.at).millis()
    }
}

/// When officers opened cases of this member, from `from` on and before `until`, newest first, at
/// most so many.
pub async fn openings_of_member(
    mut conn: Conn<'_>,
    member: &str,
    from: UtcMillis,
    until: UtcMillis,
    most: u32,
) -> db::Result<Vec<Opening>> {
    const OPENINGS: &str = "select a.at, a.case_number from cases c join staff_actions a on a.case_number = c.number
      where c.member_id = $1 and a.kind = 'case-opened' and a.at >= $2 and a.at < $3
      order by a.at desc, a.id desc limit $4";
    on!(conn, c => sqlx::query_as(OPENINGS)
        .bind(member).bind(UtcMicros::from(from).0).bind(UtcMicros::from(until).0).bind(i64::from(most))
        .fetch_all(c).await)
}
