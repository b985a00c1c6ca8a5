//! The table `duplicate_addresses`: accounts from before addresses were compared as mail compares
//! them, of which several have one mailbox.

use super::{MemberRow, by_email};
use crate::account::model::{Member, parse_email};
use crate::db::{self, Conn, on};
use crate::time::UtcMillis;

/// Accounts that are looked at in one transaction.
const AT_ONCE: i64 = 200;

/// The next accounts after the one with the id `after` whose addresses may be written in more than
/// one way.
pub async fn in_other_letters(conn: Conn<'_>, after: &str) -> db::Result<Vec<Member>> {
    // The two have no operator in common that finds what is not ASCII; each is that of an index.
    const SQLITE: &str = select_members!("where email glob '*[^ -~]*' and id > $1 order by id limit $2");
    const POSTGRES: &str = select_members!("where email ~ '[^ -~]' and id > $1 order by id limit $2");
    let rows: Vec<MemberRow> = match conn {
        Conn::Sqlite(c) => sqlx::query_as(SQLITE).bind(after).bind(AT_ONCE).fetch_all(c).await?,
        Conn::Postgres(c) => sqlx::query_as(POSTGRES).bind(after).bind(AT_ONCE).fetch_all(c).await?,
    };
    rows.into_iter().map(Member::try_from).collect()
}

/// What became of an address that is not written as it is compared.
#[derive(Debug)]
pub enum Settled {
    /// It is written so now, or was already.
    Alone,
    /// Another account has it; both are noted. `new` is whether they were not before.
    Duplicate { other: Box<Member>, new: bool },
}

/// Writes a member's address as it is compared, or notes that another account has it. Call it
/// inside a transaction.
pub async fn settle(mut conn: Conn<'_>, member: &Member, now: UtcMillis) -> db::Result<Settled> {
    const NOTE: &str = "insert into duplicate_addresses (member_id, mailbox, found_at) values ($1, $2, $3)
      on conflict do nothing";
    let Some(mailbox) = parse_email(&member.email).filter(|mailbox| *mailbox != member.email) else {
        return Ok(Settled::Alone);
    };
    let Some(other) = by_email(conn.reborrow(), &mailbox).await? else {
        super::write_address(conn, member, &mailbox).await?;
        return Ok(Settled::Alone);
    };
    let mut new = false;
    for id in [&member.id, &other.id] {
        let noted = on!(conn, c => sqlx::query(NOTE)
            .bind(id).bind(&mailbox).bind(now.0).execute(c).await.map(|done| done.rows_affected()))?;
        new |= noted > 0;
    }
    Ok(Settled::Duplicate { other: Box::new(other), new })
}

/// Accounts that have one mailbox, those of one mailbox together: the mailbox and the account.
pub async fn duplicates(mut conn: Conn<'_>) -> db::Result<Vec<(String, Member)>> {
    const ALL: &str = "select mailbox, member_id from duplicate_addresses order by mailbox, member_id";
    let rows: Vec<(String, String)> = on!(conn, c => sqlx::query_as(ALL).fetch_all(c).await)?;
    let mut all = Vec::new();
    for (mailbox, id) in rows {
        all.extend(super::by_id(conn.reborrow(), &id).await?.map(|member| (mailbox, member)));
    }
    Ok(all)
}

/// The subjects of the other accounts that have this one's mailbox.
pub async fn twins(mut conn: Conn<'_>, member: &str) -> db::Result<Vec<String>> {
    const TWINS: &str = "select m.subject from duplicate_addresses a
      join duplicate_addresses b on b.mailbox = a.mailbox and b.member_id <> a.member_id
      join members m on m.id = b.member_id
      where a.member_id = $1 order by m.subject";
    on!(conn, c => sqlx::query_scalar(TWINS).bind(member).fetch_all(c).await)
}

/// This account has another address now, or none. The one that is left with the mailbox has it as
/// addresses are compared, so that it is found under it; alone, it is no duplicate any more.
pub async fn part(mut conn: Conn<'_>, member: &str) -> db::Result<()> {
    const MAILBOX: &str = "select mailbox from duplicate_addresses where member_id = $1";
    const LEFT: &str = "select member_id from duplicate_addresses where mailbox = $1 order by member_id";
    const PART: &str = "delete from duplicate_addresses where member_id = $1";
    const ALONE: &str = "delete from duplicate_addresses where mailbox in
      (select mailbox from duplicate_addresses group by mailbox having count(*) = 1)";
    let mailbox: Option<String> = on!(conn, c => sqlx::query_scalar(MAILBOX).bind(member).fetch_optional(c).await)?;
    let Some(mailbox) = mailbox else { return Ok(()) };
    on!(conn, c => sqlx::query(PART).bind(member).execute(c).await.map(drop))?;
    let left: Vec<String> = on!(conn, c => sqlx::query_scalar(LEFT).bind(&mailbox).fetch_all(c).await)?;
    if by_email(conn.reborrow(), &mailbox).await?.is_none()
        && let Some(first) = left.first()
        && let Some(first) = super::by_id(conn.reborrow(), first).await?
    {
        super::write_address(conn.reborrow(), &first, &mailbox).await?;
    }
    on!(conn, c => sqlx::query(ALONE).execute(c).await.map(drop))
}
