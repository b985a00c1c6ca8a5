//! The table `members`.

/// The columns of [`MemberRow`], and `$more` behind them.
macro_rules! select_members {
    ($rest:literal) => {
        select_members!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!(
            "select id, subject, email, name, country, role, session_epoch, joined_at, address_proved_at,
              unproved_since, unproved_until, demo",
            $more,
            " from members ",
            $rest
        )
    };
}
pub(crate) use select_members;

pub mod allowances;
pub mod attempts;
pub mod devices;
pub mod forgotten;
pub mod initial_password;
pub mod mailboxes;
pub mod mailed_links;
pub mod name_parts;
pub mod roster;
mod search_index;
pub mod second_factor;
pub mod sessions;
pub mod sign_ups;
pub mod staff_actions;

pub use attempts::count_attempt;
pub use search_index::{Found, WordsOf, fill_words, find, places};

use super::model::{Country, Member, NewMember, Role, Unproved};
use crate::db::{self, Conn, inconsistent, on};
use crate::ledger::EntryId;
use crate::{id, time::UtcMillis};
use serde::{Deserialize, Serialize};

/// A member as they are stored.
#[derive(Clone, Debug, sqlx::FromRow, Serialize, Deserialize)]
pub struct MemberRow {
    id: String,
    subject: String,
    email: String,
    name: String,
    country: String,
    role: String,
    session_epoch: i64,
    joined_at: i64,
    address_proved_at: Option<i64>,
    unproved_since: Option<i64>,
    unproved_until: Option<i64>,
    demo: bool,
}

impl TryFrom<MemberRow> for Member {
    type Error = db::Error;

    fn try_from(row: MemberRow) -> db::Result<Self> {
        let unknown = |column| inconsistent("members", column);
        Ok(Self {
            country: Country::parse(&row.country).ok_or_else(|| unknown("country"))?,
            role: Role::parse(&row.role).ok_or_else(|| unknown("role"))?,
            id: row.id,
            subject: row.subject,
            email: row.email,
            name: row.name,
            session_epoch: row.session_epoch,
            joined_at: UtcMillis(row.joined_at),
            address_proved: row.address_proved_at.is_some(),
            unproved: Unproved::of(
                UtcMillis(row.joined_at),
                row.unproved_since.map(UtcMillis),
                row.unproved_until.map(UtcMillis),
                row.address_proved_at.map(UtcMillis),
            ),
            demo: row.demo,
        })
    }
}

/// Adds an account, with the words it is found under. A unique violation means that the address has
/// one already. Call it inside a transaction.
pub async fn insert(mut conn: Conn<'_>, new: NewMember, joined_at: UtcMillis) -> db::Result<Member> {
    const INSERT: &str = "insert into members
      (id, subject, email, name, country, role, password_hash, session_epoch, demo, joined_at, address_proved_at, searchable,
       words_in_pairs, short_words_paired, name_parted)
      values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, true, true, true, true)";
    let member = Member {
        id: id::in_time_order(joined_at).to_string(),
        // Nothing of the person, nor of the time, is in it.
        subject: id::opaque().to_string(),
        email: new.email,
        name: new.name,
        country: new.country,
        role: new.role,
        session_epoch: 0,
        joined_at,
        address_proved: new.address_proved,
        unproved: (!new.address_proved).then_some(Unproved { from: joined_at, until: None }),
        demo: new.demo,
    };
    let proved_at = new.address_proved.then_some(joined_at.0);
    on!(conn, c => sqlx::query(INSERT)
        .bind(&member.id).bind(&member.subject).bind(&member.email).bind(&member.name).bind(member.country.alpha2())
        .bind(member.role.as_str()).bind(&new.password_hash).bind(new.demo).bind(joined_at.0)
        .bind(proved_at)
        .execute(c).await.map(drop))?;
    search_index::write(conn.reborrow(), &search_index::of(&[(&member.id, &member.name, &member.email)])).await?;
    name_parts::write(conn, [&*member.name].into_iter()).await?;
    Ok(member)
}

/// The next members after the one with the id `after`, at most so many. Staff are none.
pub async fn page_of_members(mut conn: Conn<'_>, after: &str, most: i64) -> db::Result<Vec<Member>> {
    const PAGE: &str =
        select_members!("where id > $1 and role = 'member' and forgotten_at is null order by id limit $2");
    let rows: Vec<MemberRow> = on!(conn, c => sqlx::query_as(PAGE).bind(after).bind(most).fetch_all(c).await)?;
    rows.into_iter().map(Member::try_from).collect()
}

/// The member who has this id with the platform they were brought in from; never somebody of the
/// staff.
pub async fn by_platform_id(mut conn: Conn<'_>, id: &str) -> db::Result<Option<Member>> {
    const THEIRS: &str = select_members!("where platform_id = $1 and role = 'member'");
    // PostgreSQL refuses texts with a NUL in them.
    if id.contains('\0') {
        return Ok(None);
    }
    let row: Option<MemberRow> = on!(conn, c => sqlx::query_as(THEIRS).bind(id).fetch_optional(c).await)?;
    row.map(Member::try_from).transpose()
}

/// The member with this id, or known to the ledger under this name; never somebody of the staff.
pub async fn by_id_or_subject(mut conn: Conn<'_>, id: &str) -> db::Result<Option<Member>> {
    const EITHER: &str =
        select_members!("where (id = $1 or subject = $1) and role = 'member' and forgotten_at is null");
    let row: Option<MemberRow> = on!(conn, c => sqlx::query_as(EITHER).bind(id).fetch_optional(c).await)?;
    row.map(Member::try_from).transpose()
}

/// The subjects of at most `most` members that follow `after`, in their order.
pub async fn subjects_after(mut conn: Conn<'_>, after: &str, most: i64) -> db::Result<Vec<String>> {
    const AFTER: &str = "select subject from members where subject > $1 and role = 'member' and forgotten_at is null
      order by subject limit $2";
    on!(conn, c => sqlx::query_scalar(AFTER).bind(after).bind(most).fetch_all(c).await)
}

/// The member known to the ledger under this name; never somebody of the staff.
pub async fn by_subject(mut conn: Conn<'_>, subject: &str) -> db::Result<Option<Member>> {
    const BY_SUBJECT: &str = select_members!("where subject = $1 and role = 'member' and forgotten_at is null");
    let row: Option<MemberRow> = on!(conn, c => sqlx::query_as(BY_SUBJECT).bind(subject).fetch_optional(c).await)?;
    row.map(Member::try_from).transpose()
}

pub async fn by_id(mut conn: Conn<'_>, id: &str) -> db::Result<Option<Member>> {
    const BY_ID: &str = select_members!("where id = $1 and forgotten_at is null");
    let row: Option<MemberRow> = on!(conn, c => sqlx::query_as(BY_ID).bind(id).fetch_optional(c).await)?;
    row.map(Member::try_from).transpose()
}

/// The privacy officers whose accounts are not closed, by name.
pub async fn officers(mut conn: Conn<'_>) -> db::Result<Vec<Member>> {
    const OFFICERS: &str = select_members!(
        "where role = 'privacy_officer' and role <> 'member' and password_hash <> 'closed' order by name, id"
    );
    let rows: Vec<MemberRow> = on!(conn, c => sqlx::query_as(OFFICERS).fetch_all(c).await)?;
    rows.into_iter().map(Member::try_from).collect()
}

pub async fn by_email(mut conn: Conn<'_>, email: &str) -> db::Result<Option<Member>> {
    const BY_EMAIL: &str = select_members!("where email = $1");
    let row: Option<MemberRow> = on!(conn, c => sqlx::query_as(BY_EMAIL).bind(email).fetch_optional(c).await)?;
    row.map(Member::try_from).transpose()
}

/// Whose account this is by an address as it was typed. Of accounts with one mailbox, it is the one
/// whose address is written so.
pub async fn by_typed_address(mut conn: Conn<'_>, typed: &str, address: &str) -> db::Result<Option<Member>> {
    let typed = typed.trim().to_lowercase();
    if typed != address
        && !typed.contains('\0')
        && let Some(member) = by_email(conn.reborrow(), &typed).await?
    {
        return Ok(Some(member));
    }
    by_email(conn, address).await
}

/// Who is known to own this address: nothing rests on one that nobody has proved.
pub async fn proved_by_address(conn: Conn<'_>, email: &str) -> db::Result<Option<Member>> {
    Ok(by_email(conn, email).await?.filter(|member| member.address_proved))
}

/// Records that the address of an account is its owner's.
pub async fn prove_address(mut conn: Conn<'_>, id: &str, now: UtcMillis) -> db::Result<()> {
    const PROVE: &str =
        "update members set address_proved_at = $2, unproved_since = coalesce(unproved_since, joined_at),
        unproved_until = $2 where id = $1 and address_proved_at is null";
    on!(conn, c => sqlx::query(PROVE).bind(id).bind(now.0).execute(c).await.map(drop))
}

/// Records that a member dismissed the notice of this delivery.
pub async fn dismiss_notice(mut conn: Conn<'_>, id: &str, delivery: EntryId) -> db::Result<()> {
    const DISMISS: &str = "update members set dismissed_notice = $2 where id = $1";
    on!(conn, c => sqlx::query(DISMISS).bind(id).bind(delivery.to_string()).execute(c).await.map(drop))
}

/// Gives an account an address that is its owner's, and has it found under that. A unique violation
/// means that another has it. Call it inside a transaction, as all that follow.
pub async fn set_address(mut conn: Conn<'_>, member: &Member, email: &str, now: UtcMillis) -> db::Result<()> {
    const SET: &str = "update members set email = $2, address_proved_at = $3,
        unproved_since = case when address_proved_at is null then coalesce(unproved_since, joined_at) else unproved_since end,
        unproved_until = case when address_proved_at is null then $3 else unproved_until end where id = $1";
    on!(conn, c => sqlx::query(SET)
        .bind(&member.id).bind(email).bind(now.0).execute(c).await.map(drop))?;
    mailboxes::part(conn.reborrow(), &member.id).await?;
    search_index::rewrite(conn, member, &member.name, email).await
}

/// Writes the address of an account otherwise, whoever has proved it.
pub async fn write_address(mut conn: Conn<'_>, member: &Member, email: &str) -> db::Result<()> {
    const WRITE: &str = "update members set email = $2 where id = $1";
    on!(conn, c => sqlx::query(WRITE).bind(&member.id).bind(email).execute(c).await.map(drop))?;
    search_index::rewrite(conn, member, &member.name, email).await
}

/// Takes the address away from an account that has not proved it, for whoever has: nobody signs in
/// to it any more, and no letter reaches it. Its history stays.
pub async fn lose_address(mut conn: Conn<'_>, member: &Member) -> db::Result<()> {
    const LOSE: &str = "update members set email = $2, address_proved_at = null, password_hash = 'closed',
        session_epoch = session_epoch + 1 where id = $1";
    let none = format!("{}{TAKEN_OVER}", member.id);
    on!(conn, c => sqlx::query(LOSE).bind(&member.id).bind(&none).execute(c).await.map(drop))?;
    mailed_links::forget(conn.reborrow(), &member.id, &member.email).await?;
    devices::forget(conn.reborrow(), &member.id).await?;
    search_index::rewrite(conn.reborrow(), member, &member.name, &none).await?;
    mailboxes::part(conn, &member.id).await
}

/// What stands for the address of an account that has lost its own: nothing is ever mailed there
/// (RFC 2606, 2).
const TAKEN_OVER: &str = "@taken-over.invalid";

/// Changes what somebody is called, and has them found under that.
pub async fn set_name(mut conn: Conn<'_>, member: &Member, name: &str) -> db::Result<()> {
    const SET: &str = "update members set name = $2 where id = $1";
    on!(conn, c => sqlx::query(SET).bind(&member.id).bind(name).execute(c).await.map(drop))?;
    search_index::rewrite(conn, member, name, &member.email).await
}

/// Changes where somebody lives. What held before is judged by the entry that says so.
pub async fn set_country(mut conn: Conn<'_>, id: &str, country: Country) -> db::Result<()> {
    const SET: &str = "update members set country = $2 where id = $1";
    on!(conn, c => sqlx::query(SET).bind(id).bind(country.alpha2()).execute(c).await.map(drop))
}

/// Whether nobody can sign in to this account any more.
pub async fn is_closed(conn: Conn<'_>, id: &str) -> db::Result<bool> {
    Ok(password_hash(conn, id).await?.as_deref() == Some("closed"))
}

/// Proves the addresses of those whom the platform vouches for and that the version before has
/// added beside this one. Returns how many there were.
pub async fn vouch_for_imported(mut conn: Conn<'_>) -> db::Result<u64> {
    const VOUCH: &str = "update members set address_proved_at = joined_at
      where address_proved_at is null and (platform_id is not null or role <> 'member' or demo)";
    on!(conn, c => sqlx::query(VOUCH).execute(c).await.map(|done| done.rows_affected()))
}

/// The hash of an account's password; `None` where there is no such account, or it has no password
/// yet.
pub async fn password_hash(mut conn: Conn<'_>, id: &str) -> db::Result<Option<String>> {
    const HASH: &str = "select password_hash from members where id = $1 and password_hash <> ''";
    on!(conn, c => sqlx::query_scalar(HASH).bind(id).fetch_optional(c).await)
}

/// Whether somebody has a password for this account: it is not closed, and a first one was set.
pub async fn can_sign_in(conn: Conn<'_>, id: &str) -> db::Result<bool> {
    Ok(password_hash(conn, id).await?.is_some_and(|hash| hash != "closed"))
}

/// Stores a new password and ends every session made before; returns the epoch that new ones carry.
pub async fn change_password(mut conn: Conn<'_>, id: &str, hash: &str) -> db::Result<i64> {
    const CHANGE: &str = "update members set password_hash = $2, session_epoch = session_epoch + 1,
        initial_password_hash = null, initial_password_at = null
      where id = $1 and password_hash <> 'closed' returning session_epoch";
    on!(conn, c => sqlx::query_scalar(CHANGE).bind(id).bind(hash).fetch_one(c).await)
}

/// Stores the same password hashed with more work, unless it has changed meanwhile. Nobody's
/// session ends by it.
pub async fn rehash(mut conn: Conn<'_>, id: &str, weaker: &str, stronger: &str) -> db::Result<()> {
    const REHASH: &str = "update members set password_hash = $3,
        initial_password_hash = case when initial_password_hash = $2 then $3 else initial_password_hash end
      where id = $1 and password_hash = $2";
    on!(conn, c => sqlx::query(REHASH).bind(id).bind(weaker).bind(stronger).execute(c).await.map(drop))
}

/// Ends every session of an account; returns the epoch that new ones carry.
pub async fn end_sessions(mut conn: Conn<'_>, id: &str) -> db::Result<i64> {
    const END: &str = "update members set session_epoch = session_epoch + 1 where id = $1 returning session_epoch";
    on!(conn, c => sqlx::query_scalar(END).bind(id).fetch_one(c).await)
}

/// How many accounts there are: all of them, and those of the demonstration.
pub async fn counts(mut conn: Conn<'_>) -> db::Result<(i64, i64)> {
    const COUNTS: &str = "select count(*), coalesce(sum(case when demo then 1 else 0 end), 0) from members
      where forgotten_at is null";
    on!(conn, c => sqlx::query_as(COUNTS).fetch_one(c).await)
}

/// Gives somebody of the staff another role, and ends every session of theirs.
pub async fn set_role(mut conn: Conn<'_>, id: &str, role: Role) -> db::Result<()> {
    const SET: &str = "update members set role = $2 where id = $1";
    on!(conn, c => sqlx::query(SET).bind(id).bind(role.as_str()).execute(c).await.map(drop))?;
    end_sessions(conn, id).await.map(drop)
}

/// Takes password, second factor and recovery codes away and ends every session. What stands for
/// the password is no hash, so none is right, and it is not empty either: that is an account whose
/// first password is still to be set. Call it inside a transaction.
pub async fn close(mut conn: Conn<'_>, id: &str) -> db::Result<()> {
    const CLOSE: &str = "update members set password_hash = 'closed', initial_password_hash = null,
        initial_password_at = null where id = $1";
    on!(conn, c => sqlx::query(CLOSE).bind(id).execute(c).await.map(drop))?;
    second_factor::reset(conn, id).await
}
