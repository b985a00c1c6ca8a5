//! The tables `looks`, who of the staff looked at whom, and why, beside the ledger's entry of it;
//! and `morning_mails`.

use super::access_reason::{AccessReason, OPEN_FOR};
use crate::account::model::{Member, Role};
use crate::account::staff_action::ActionKind;
use crate::account::store::staff_actions::{self, NewAction};
use crate::db::{self, Conn, Db, Tx, inconsistent, on};
use crate::ledger::entry::sealed;
use crate::ledger::{Actor, Channel, Entry, EntryId, Event, NewEntry, Reason, Shown, View, store as ledger};
use crate::time::guard::TOLERANCE;
use crate::{id, time::UtcMillis};

/// A look that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenView {
    pub entry: EntryId,
    pub reason: Reason,
    pub case: Option<String>,
    pub until: UtcMillis,
    /// Whether the whole address was shown in it.
    pub address: bool,
}

#[derive(sqlx::FromRow)]
struct ViewRow {
    entry_id: String,
    reason: String,
    case_number: Option<String>,
    open_until: i64,
}

fn entry_id(text: &str) -> db::Result<EntryId> {
    text.parse().map_err(|_| inconsistent("looks", "entry_id"))
}

/// The look of `staff` at `member` that is open at `now`, if one is.
pub async fn open(mut conn: Conn<'_>, staff: &str, member: &str, now: UtcMillis) -> db::Result<Option<OpenView>> {
    const OPEN: &str = "select entry_id, reason, case_number, open_until from looks
      where staff_id = $1 and member_id = $2 and shown = 'settings' and open_until > $3 and open_until <= $4 order by open_until desc limit 1";
    const ADDRESS: &str = "select count(*) from looks
      where staff_id = $1 and member_id = $2 and shown = 'address' and open_until > $3 and look_id = $4 and open_until <= $5";
    // One that is open for longer than it can be was stored while the clock was wrong: it is over.
    let most = now.0 + OPEN_FOR + TOLERANCE;
    let row: Option<ViewRow> = on!(conn, c =>
        sqlx::query_as(OPEN).bind(staff).bind(member).bind(now.0).bind(most).fetch_optional(c).await)?;
    let Some(row) = row else { return Ok(None) };
    let shown: i64 = on!(conn, c => sqlx::query_scalar(ADDRESS)
        .bind(staff).bind(member).bind(now.0).bind(&row.entry_id).bind(most)
        .fetch_one(c).await)?;
    Ok(Some(OpenView {
        entry: entry_id(&row.entry_id)?,
        reason: Reason::parse(&row.reason).ok_or_else(|| inconsistent("looks", "reason"))?,
        case: row.case_number,
        until: UtcMillis(row.open_until),
        address: shown > 0,
    }))
}

/// Whether `staff` has ever looked at `member`.
pub async fn has_looked(mut conn: Conn<'_>, staff: &str, member: &str) -> db::Result<bool> {
    const LOOKED: &str =
        "select count(*) from (select 1 from looks where staff_id = $1 and member_id = $2 limit 1) as found";
    let looks: i64 = on!(conn, c => sqlx::query_scalar(LOOKED).bind(staff).bind(member).fetch_one(c).await)?;
    Ok(looks > 0)
}

/// Opens a look, recorded in the member's history. Where one is open already, as after a second
/// press, nothing more is recorded.
pub async fn look(
    db: &Db,
    staff: &Member,
    member: &Member,
    why: &AccessReason,
    now: UtcMillis,
) -> db::Result<OpenView> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), &member.subject).await?;
    if let Some(open) = open(tx.conn(), &staff.id, &member.id, now).await? {
        return Ok(open);
    }
    let until = UtcMillis(now.0 + OPEN_FOR);
    let entry = record(&mut tx, staff, member, Shown::Settings, why, None, until, now).await?;
    tx.commit().await?;
    Ok(OpenView { entry: entry.id, reason: why.reason, case: why.case.clone(), until, address: false })
}

/// Shows the whole address for the rest of an open look, recorded for itself. `None` where no look
/// is open.
pub async fn show_address(db: &Db, staff: &Member, member: &Member, now: UtcMillis) -> db::Result<Option<OpenView>> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), &member.subject).await?;
    let Some(look) = open(tx.conn(), &staff.id, &member.id, now).await? else { return Ok(None) };
    if look.address {
        return Ok(Some(look));
    }
    let why = AccessReason { reason: look.reason, case: look.case.clone(), text: None };
    record(&mut tx, staff, member, Shown::Address, &why, Some(look.entry), look.until, now).await?;
    tx.commit().await?;
    Ok(Some(OpenView { address: true, ..look }))
}

#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
async fn record(
    tx: &mut Tx,
    staff: &Member,
    member: &Member,
    shown: Shown,
    why: &AccessReason,
    during: Option<EntryId>,
    until: UtcMillis,
    now: UtcMillis,
) -> db::Result<Entry> {
    const LOOK: &str = "insert into looks
      (entry_id, member_id, staff_id, role, shown, reason, case_number, text, salt, look_id, at, open_until)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let salt = why.text.as_ref().map(|_| id::opaque().to_string());
    let text = why.text.as_ref().zip(salt.as_ref()).map(|(text, salt)| sealed(salt, text));
    let mark = Some(sealed(&member.subject, &staff.id));
    let view = View { shown, reason: why.reason, text, during, staff: mark, until: Some(until) };
    let draft = NewEntry {
        subject: member.subject.clone(),
        actor: if staff.role == Role::PrivacyOfficer { Actor::PrivacyOfficer } else { Actor::Support },
        channel: Channel::Web,
        event: Event::View { case: why.case.clone(), view },
    };
    let entry = ledger::append(tx.conn(), draft, now).await?;
    on!(tx.conn(), c => sqlx::query(LOOK)
        .bind(entry.id.to_string()).bind(&member.id).bind(&staff.id).bind(staff.role.as_str()).bind(shown.as_str())
        .bind(why.reason.as_str()).bind(&why.case).bind(&why.text).bind(&salt).bind(during.map(|id| id.to_string()))
        .bind(entry.at.0).bind(until.0)
        .execute(c).await.map(drop))?;
    let action = NewAction {
        about: Some(&member.id),
        case: why.case.as_deref(),
        points_to: Some(entry.id.to_string()),
        ..NewAction::by(ActionKind::SupportView, staff)
    };
    staff_actions::put(tx.conn(), &action, entry.at.into()).await?;
    Ok(entry)
}

/// Whether the officer was told this morning what is due.
pub async fn was_told(mut conn: Conn<'_>, day: &str, officer: &str) -> db::Result<bool> {
    const TOLD: &str = "select count(*) from morning_mails where day = $1 and officer_id = $2";
    let told: i64 = on!(conn, c => sqlx::query_scalar(TOLD).bind(day).bind(officer).fetch_one(c).await)?;
    Ok(told > 0)
}

/// Stores that the officer is told; `false` where another node was first.
pub async fn tell(mut conn: Conn<'_>, day: &str, officer: &str) -> db::Result<bool> {
    const TELL: &str = "insert into morning_mails (day, officer_id) values ($1, $2) on conflict do nothing";
    let rows =
        on!(conn, c => sqlx::query(TELL).bind(day).bind(officer).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows > 0)
}

/// Forgets who was told of days before `day`, at most so many; whether more may be left.
pub async fn forget_mornings(mut conn: Conn<'_>, day: &str, most: i64) -> db::Result<bool> {
    const FORGET: &str = "delete from morning_mails where (day, officer_id) in
      (select day, officer_id from morning_mails where day < $1 order by day limit $2)";
    let gone = on!(conn, c => sqlx::query(FORGET).bind(day).bind(most)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(gone >= most.unsigned_abs())
}
