//! Members who have deleted their account: their row stays without anything that names them.

use super::{devices, mailboxes, mailed_links, search_index, second_factor, sign_ups};
use crate::account::model::Member;
use crate::db::{self, Conn, on};
use crate::time::UtcMillis;

/// What is shown for the name of somebody who has deleted their account.
const NAME: &str = "Deleted account";

/// Erases everything that names a member or opens their account. Their row stays, because views and
/// actions of the staff point to it. What is mailed to them afterwards has to be put into the
/// outbox
/// after this. Call it inside a transaction.
pub async fn forget(mut conn: Conn<'_>, member: &Member, now: UtcMillis) -> db::Result<()> {
    // Nothing is ever mailed there (RFC 2606, 2).
    const ROW: &str =
        "update members set email = $2, name = $3, password_hash = 'closed', initial_password_hash = null,
        initial_password_at = null, platform_id = null, address_proved_at = null, dismissed_notice = null,
        forgotten_at = $4, session_epoch = session_epoch + 1 where id = $1";
    const THEIRS: [&str; 5] = [
        "delete from sessions where member_id = $1",
        "delete from welcome_links where member_id = $1",
        "delete from member_words where member_id = $1",
        "delete from case_accounts where member_id = $1",
        "delete from recovery_codes where member_id = $1",
    ];
    const MAILS: &str = "delete from outbox where to_address = $1";
    second_factor::reset(conn.reborrow(), &member.id).await?;
    mailed_links::forget(conn.reborrow(), &member.id, &member.email).await?;
    devices::forget(conn.reborrow(), &member.id).await?;
    sign_ups::forget(conn.reborrow(), &member.email).await?;
    search_index::rewrite(conn.reborrow(), member, "", "").await?;
    for gone in THEIRS {
        on!(conn, c => sqlx::query(gone).bind(&member.id).execute(c).await.map(drop))?;
    }
    on!(conn, c => sqlx::query(MAILS).bind(&member.email).execute(c).await.map(drop))?;
    let nowhere = format!("{}@deleted.invalid", member.id);
    on!(conn, c => sqlx::query(ROW).bind(&member.id).bind(nowhere).bind(NAME).bind(now.0).execute(c).await.map(drop))?;
    mailboxes::part(conn.reborrow(), &member.id).await?;
    looks(conn, &member.id).await
}

/// Erases why staff looked at their settings.
async fn looks(conn: Conn<'_>, member: &str) -> db::Result<()> {
    match conn {
        Conn::Sqlite(c) => {
            const ERASE: &str = "update looks set text = null, salt = null where member_id = $1 and text is not null";
            sqlx::query(ERASE).bind(member).execute(c).await?;
        }
        Conn::Postgres(c) => {
            sqlx::query("select erase_forgotten_looks($1)").bind(member).execute(c).await?;
        }
    }
    Ok(())
}
