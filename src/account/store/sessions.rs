//! The table `sessions`.

use super::super::signed_in::{IDLE, Proof, SignedIn};
pub use super::MemberRow;
use crate::db::{self, Conn, on};
use crate::time::UtcMillis;
use crate::time::guard::TOLERANCE;
use sha2::{Digest, Sha256};
use tower_sessions::session::Id;

/// Sessions of one member that are listed, the newest.
const LISTED: i64 = 50;

/// Under which name a session is stored: half of the SHA-256 of its id, so that whoever reads the
/// database, or a copy of it, cannot sign in with what stands there. The id itself has 128 random
/// bits and needs no salt.
pub fn name_of(id: &Id) -> String {
    let hash = Sha256::digest(id.0.to_be_bytes());
    Id(hash[..16].iter().fold(0, |all, b| all << 8 | i128::from(*b))).to_string()
}

/// A session as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub name: String,
    /// Everything but who is signed in, as JSON.
    pub data: String,
    pub whose: Whose,
    pub created_at: UtcMillis,
    pub seen_at: UtcMillis,
}

/// Under which name a session that was loaded has the account that it is of; it is never stored.
pub const ACCOUNT: &str = "account";

/// Whose a session is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    Nobodys,
    /// The code of the member with this id is still to come.
    Half(String),
    Members(SignedIn),
}

/// The columns of [`SessionRow`], with `$data` as what the session holds.
macro_rules! select {
    ($data:literal, $rest:literal) => {
        concat!("select id, ", $data, ", member_id, epoch, proof, device, created_at, seen_at from sessions ", $rest)
    };
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: String,
    data: String,
    member_id: Option<String>,
    epoch: Option<i64>,
    proof: Option<String>,
    device: Option<String>,
    created_at: i64,
    seen_at: i64,
}

impl From<SessionRow> for Stored {
    fn from(row: SessionRow) -> Self {
        let (created_at, seen_at) = (UtcMillis(row.created_at), UtcMillis(row.seen_at));
        let whose = match (row.member_id, row.epoch, row.proof.as_deref().and_then(Proof::parse)) {
            (Some(member), Some(epoch), Some(proof)) => {
                let device = row.device.unwrap_or_default();
                Whose::Members(SignedIn { member, epoch, since: created_at, touched: seen_at, proof, device })
            }
            (Some(member), ..) => Whose::Half(member),
            (None, ..) => Whose::Nobodys,
        };
        Self { name: row.id, data: row.data, whose, created_at, seen_at }
    }
}

impl Whose {
    fn member(&self) -> Option<&str> {
        match self {
            Self::Nobodys => None,
            Self::Half(member) => Some(member),
            Self::Members(signed_in) => Some(&signed_in.member),
        }
    }

    const fn signed_in(&self) -> Option<&SignedIn> {
        match self {
            Self::Members(signed_in) => Some(signed_in),
            _ => None,
        }
    }
}

/// Adds one. False where another has its name.
pub async fn insert(mut conn: Conn<'_>, new: &Stored) -> db::Result<bool> {
    const INSERT: &str = "insert into sessions (id, data, member_id, epoch, proof, device, created_at, seen_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing";
    let signed_in = new.whose.signed_in();
    on!(conn, c => sqlx::query(INSERT)
        .bind(&new.name).bind(&new.data).bind(new.whose.member())
        .bind(signed_in.map(|s| s.epoch)).bind(signed_in.map(|s| s.proof.as_str())).bind(signed_in.map(|s| &s.device))
        .bind(new.created_at.0).bind(new.seen_at.0)
        .execute(c).await.map(|done| done.rows_affected() == 1))
}

/// Writes to one that is still there: what has ended, as at sign-out, is not brought back by a
/// request that was under way. When it began stays.
pub async fn update(mut conn: Conn<'_>, changed: &Stored) -> db::Result<()> {
    const UPDATE: &str =
        "update sessions set data = $2, member_id = $3, epoch = $4, proof = $5, device = $6, seen_at = $7
      where id = $1";
    let signed_in = changed.whose.signed_in();
    on!(conn, c => sqlx::query(UPDATE)
        .bind(&changed.name).bind(&changed.data).bind(changed.whose.member())
        .bind(signed_in.map(|s| s.epoch)).bind(signed_in.map(|s| s.proof.as_str())).bind(signed_in.map(|s| &s.device))
        .bind(changed.seen_at.0)
        .execute(c).await.map(drop))
}

/// A session beside the account that it is of, whose columns are none where there is none.
#[derive(sqlx::FromRow)]
struct LoadedRow {
    #[sqlx(flatten)]
    session: SessionRow,
    subject: Option<String>,
    email: Option<String>,
    name: Option<String>,
    country: Option<String>,
    role: Option<String>,
    session_epoch: Option<i64>,
    joined_at: Option<i64>,
    address_proved_at: Option<i64>,
    unproved_since: Option<i64>,
    unproved_until: Option<i64>,
    demo: Option<bool>,
}

impl LoadedRow {
    fn account(&mut self) -> Option<MemberRow> {
        Some(MemberRow {
            id: self.session.member_id.clone()?,
            subject: self.subject.take()?,
            email: self.email.take()?,
            name: self.name.take()?,
            country: self.country.take()?,
            role: self.role.take()?,
            session_epoch: self.session_epoch?,
            joined_at: self.joined_at?,
            address_proved_at: self.address_proved_at,
            unproved_since: self.unproved_since,
            unproved_until: self.unproved_until,
            demo: self.demo?,
        })
    }
}

/// The session of this name, and the account that it is of: both in one statement, because every
/// page asks for both.
pub async fn with_account(mut conn: Conn<'_>, name: &str) -> db::Result<Option<(Stored, Option<MemberRow>)>> {
    const WITH_ACCOUNT: &str = "select s.id, s.data, s.member_id, s.epoch, s.proof, s.device, s.created_at, s.seen_at,
        m.subject, m.email, m.name, m.country, m.role, m.session_epoch, m.joined_at, m.address_proved_at,
        m.unproved_since, m.unproved_until, m.demo
      from sessions s left join members m on m.id = s.member_id where s.id = $1";
    let row: Option<LoadedRow> = on!(conn, c => sqlx::query_as(WITH_ACCOUNT).bind(name).fetch_optional(c).await)?;
    Ok(row.map(|mut row| {
        let account = row.account();
        (Stored::from(row.session), account)
    }))
}

/// The sessions in which this member is signed in, the one seen last first; some may have ended by
/// themselves.
pub async fn of_member(mut conn: Conn<'_>, member: &str) -> db::Result<Vec<(String, SignedIn)>> {
    const OF: &str =
        select!("'' as data", "where member_id = $1 and proof is not null order by seen_at desc, id limit $2");
    let rows: Vec<SessionRow> = on!(conn, c => sqlx::query_as(OF).bind(member).bind(LISTED).fetch_all(c).await)?;
    let rows = rows.into_iter().map(Stored::from);
    Ok(rows.filter_map(|row| Some((row.name, row.whose.signed_in()?.clone()))).collect())
}

pub async fn delete(mut conn: Conn<'_>, name: &str) -> db::Result<()> {
    const DELETE: &str = "delete from sessions where id = $1";
    on!(conn, c => sqlx::query(DELETE).bind(name).execute(c).await.map(drop))
}

/// Ends one session of this member, and nobody else's.
pub async fn end_one(mut conn: Conn<'_>, member: &str, name: &str) -> db::Result<()> {
    const END: &str = "delete from sessions where id = $2 and member_id = $1";
    on!(conn, c => sqlx::query(END).bind(member).bind(name).execute(c).await.map(drop))
}

/// Ends every session of this member but one, also those that wait for a code.
pub async fn end_others(mut conn: Conn<'_>, member: &str, but: &str) -> db::Result<()> {
    const END: &str = "delete from sessions where member_id = $1 and id <> $2";
    on!(conn, c => sqlx::query(END).bind(member).bind(but).execute(c).await.map(drop))
}

/// Removes those that nobody has visited for long, and those that a wrong clock stored.
pub async fn sweep(mut conn: Conn<'_>, now: UtcMillis) -> db::Result<()> {
    const SWEEP: &str = "delete from sessions where seen_at <= $1 or seen_at > $2";
    on!(conn, c => sqlx::query(SWEEP).bind(now.0 - IDLE).bind(now.0 + TOLERANCE).execute(c).await.map(drop))
}
