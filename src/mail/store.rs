//! The outbox: the table `outbox`. A mail is put in with what it reports, taken out by one node at
//! a time, and erased once sent.

use super::letter::Letter;
use crate::db::{self, Conn, inconsistent, on};
use crate::{id, time::UtcMillis};
use sayso_core::string_enum;
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// How long a claim holds, in milliseconds: longer than sending one mail can take (`relay`), so
/// that only a mail whose node has gone is taken up by another.
pub const LEASE: i64 = 15 * 60_000;
/// The longest pause between two attempts, in milliseconds.
const PAUSE_MAX: i64 = 6 * 3_600_000;
/// Attempts after which a mail is dead: with the pauses between them four and a half days, as RFC
/// 5321, 4.5.4.1, wants it.
pub const ATTEMPTS_MAX: i64 = 30;

/// The id of a mail: a `UUIDv7` (RFC 9562), so that ids sort by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailId(Uuid);

impl MailId {
    /// A fresh id for a mail written at `at`.
    pub fn at(at: UtcMillis) -> Self {
        Self(id::in_time_order(at))
    }
}

impl fmt::Display for MailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for MailId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Uuid::parse_str(text).map(Self)
    }
}

string_enum! {
    /// Where a mail stands.
    pub enum MailState {
        Waiting = "waiting",
        Sending = "sending",
        Sent = "sent",
        /// Given up; kept with its content, so that it can be sent after all.
        Dead = "dead",
    }
}

/// A mail that one node has claimed, with everything that is to be sent.
#[derive(Clone)]
pub struct Mail {
    pub id: MailId,
    pub to: String,
    pub subject: String,
    pub plain: String,
    pub html: String,
    /// How often it was taken up, this time included.
    pub attempts: i64,
    pub created_at: UtcMillis,
    /// Until when it is this node's alone.
    pub claimed_until: UtcMillis,
}

/// Why a mail was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// An SMTP code or one word, for the log and the list; never content.
    pub reason: String,
    pub kind: FailureKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The server takes nothing at present, from nobody.
    Server,
    /// This mail was put off; others may pass.
    Later,
    /// This mail will never be taken.
    Never,
}

/// A mail that has not been sent, without what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    pub id: MailId,
    pub state: MailState,
    pub attempts: i64,
    pub created_at: UtcMillis,
    pub next_at: UtcMillis,
    pub last_error: Option<String>,
}

/// How long to wait after so many attempts, in milliseconds: five seconds, doubling, at most six
/// hours.
pub fn pause_after(attempts: i64) -> i64 {
    (5_000i64 << (attempts - 1).clamp(0, 20)).min(PAUSE_MAX)
}

#[derive(sqlx::FromRow)]
struct MailRow {
    id: String,
    to_address: String,
    subject: String,
    plain: String,
    html: String,
    attempts: i64,
    created_at: i64,
    claimed_until: i64,
}

#[derive(sqlx::FromRow)]
struct UnsentRow {
    id: String,
    state: String,
    attempts: i64,
    created_at: i64,
    next_at: i64,
    last_error: Option<String>,
}

fn id_of(text: &str) -> db::Result<MailId> {
    text.parse().map_err(|_| inconsistent("outbox", "id"))
}

impl TryFrom<MailRow> for Mail {
    type Error = db::Error;

    fn try_from(row: MailRow) -> db::Result<Self> {
        Ok(Self {
            id: id_of(&row.id)?,
            to: row.to_address,
            subject: row.subject,
            plain: row.plain,
            html: row.html,
            attempts: row.attempts,
            created_at: UtcMillis(row.created_at),
            claimed_until: UtcMillis(row.claimed_until),
        })
    }
}

impl TryFrom<UnsentRow> for Unsent {
    type Error = db::Error;

    fn try_from(row: UnsentRow) -> db::Result<Self> {
        Ok(Self {
            id: id_of(&row.id)?,
            state: MailState::parse(&row.state).ok_or_else(|| inconsistent("outbox", "state"))?,
            attempts: row.attempts,
            created_at: UtcMillis(row.created_at),
            next_at: UtcMillis(row.next_at),
            last_error: row.last_error,
        })
    }
}

/// Puts a letter into the outbox. Call it in the transaction of what the letter reports: then one
/// is there exactly when the other is. After the commit, `App::wake_mailer` has it sent at once
/// instead of within seconds.
pub async fn put(conn: Conn<'_>, letter: &Letter, now: UtcMillis) -> db::Result<MailId> {
    put_for(conn, letter, now, now).await
}

/// The same, to be sent at `at` and not before.
pub async fn put_for(mut conn: Conn<'_>, letter: &Letter, at: UtcMillis, now: UtcMillis) -> db::Result<MailId> {
    const INSERT: &str = "insert into outbox (id, to_address, subject, plain, html, state, next_at, created_at)
      values ($1, $2, $3, $4, $5, 'waiting', $7, $6)";
    let id = MailId::at(now);
    // PostgreSQL stores no NUL, and no address has a control character: it is refused when the mail
    // is sent, not here, where that would undo what the letter reports.
    let to = letter.to.replace(char::is_control, " ");
    on!(conn, c => sqlx::query(INSERT)
        .bind(id.to_string()).bind(&to).bind(letter.subject_line()).bind(letter.plain()).bind(letter.html())
        .bind(now.0).bind(at.0).execute(c).await.map(drop))?;
    Ok(id)
}

/// Takes back mails to this address with this subject that no node has begun to send.
pub async fn take_back(mut conn: Conn<'_>, to: &str, subject: &str) -> db::Result<()> {
    const TAKE_BACK: &str = "delete from outbox where to_address = $1 and subject = $2 and state = 'waiting'";
    on!(conn, c => sqlx::query(TAKE_BACK).bind(to).bind(subject).execute(c).await.map(drop))
}

/// The same of every letter to this address whose subject names the case `number`.
pub async fn take_back_about(mut conn: Conn<'_>, to: &str, number: &str) -> db::Result<()> {
    const TAKE_BACK: &str = "delete from outbox where to_address = $1 and subject like $2 and state = 'waiting'";
    on!(conn, c => sqlx::query(TAKE_BACK).bind(to).bind(format!("%{number}%")).execute(c).await.map(drop))
}

/// The same work for a letter that goes to nobody: what stays is what stays of one that was sent.
/// Whether somebody has an address is not to be told by the time that an answer takes.
pub async fn put_for_nobody(mut conn: Conn<'_>, letter: &Letter, now: UtcMillis) -> db::Result<()> {
    const INSERT: &str = "insert into outbox (id, state, next_at, created_at, sent_at) values ($1, 'sent', $2, $2, $2)";
    std::hint::black_box((letter.subject_line(), letter.plain(), letter.html()));
    on!(conn, c => sqlx::query(INSERT).bind(MailId::at(now).to_string()).bind(now.0).execute(c).await.map(drop))
}

/// Whether a mail is to be sent now. A lease or a pause that is longer than it can be was stored
/// while the clock was wrong: it is over. Asking is cheap, and takes no lock.
pub async fn is_due(mut conn: Conn<'_>, now: UtcMillis) -> db::Result<bool> {
    const DUE: &str = "select count(*) from (select 1 from outbox where state in ('waiting', 'sending')
      and ((state = 'waiting' and (next_at <= $1 or next_at > $2)) or claimed_until <= $1 or claimed_until > $3) limit 1) as due";
    let due: i64 = on!(conn, c => sqlx::query_scalar(DUE)
        .bind(now.0).bind(now.0.saturating_add(PAUSE_MAX)).bind(now.0.saturating_add(LEASE))
        .fetch_one(c).await)?;
    Ok(due > 0)
}

macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "update outbox set state = 'sending', attempts = attempts + 1, claimed_until = $2 where id = (
               select id from outbox where state in ('waiting', 'sending')
                 and ((state = 'waiting' and (next_at <= $1 or next_at > $3)) or claimed_until <= $1 or claimed_until > $2)
               order by created_at, id limit 1",
            $lock,
            ") returning id, to_address, subject, plain, html, attempts, created_at, claimed_until"
        )
    };
}

/// Takes up the oldest mail that is due, for this node alone until [`LEASE`] has run out. Commit
/// before sending.
pub async fn claim(conn: Conn<'_>, now: UtcMillis) -> db::Result<Option<Mail>> {
    let (until, later) = (now.0.saturating_add(LEASE), now.0.saturating_add(PAUSE_MAX));
    let row: Option<MailRow> = match conn {
        // The transaction began IMMEDIATE: nobody else claims.
        Conn::Sqlite(c) => sqlx::query_as(claim!("")).bind(now.0).bind(until).bind(later).fetch_optional(c).await?,
        // Two nodes would otherwise meet at the same row, and the second one leave with nothing
        // although more are due.
        Conn::Postgres(c) => {
            sqlx::query_as(claim!(" for update skip locked"))
                .bind(now.0)
                .bind(until)
                .bind(later)
                .fetch_optional(c)
                .await?
        }
    };
    row.map(Mail::try_from).transpose()
}

/// Records that a mail was sent, whoever holds it by now, and erases whom it was to and what it
/// said.
pub async fn sent(mut conn: Conn<'_>, id: MailId, now: UtcMillis) -> db::Result<()> {
    const SENT: &str = "update outbox set state = 'sent', sent_at = $2, claimed_until = null, last_error = null,
      to_address = null, subject = null, plain = null, html = null where id = $1 and state <> 'sent'";
    on!(conn, c => sqlx::query(SENT).bind(id.to_string()).bind(now.0).execute(c).await.map(drop))
}

/// Records that a mail was not sent: it waits for its next attempt, or is dead. A claim that has
/// run out changes nothing, because the mail is another's by then.
pub async fn failed(mut conn: Conn<'_>, mail: &Mail, failure: &Failure, now: UtcMillis) -> db::Result<MailState> {
    const FAILED: &str = "update outbox set state = $3, next_at = $4, last_error = $5, claimed_until = null
      where id = $1 and state = 'sending' and claimed_until = $2";
    let dead = failure.kind == FailureKind::Never || mail.attempts >= ATTEMPTS_MAX;
    let state = if dead { MailState::Dead } else { MailState::Waiting };
    let next = now.0.saturating_add(pause_after(mail.attempts));
    let said = match failure.kind {
        FailureKind::Server => format!("server {}", failure.reason),
        FailureKind::Later | FailureKind::Never => failure.reason.clone(),
    };
    on!(conn, c => sqlx::query(FAILED)
        .bind(mail.id.to_string()).bind(mail.claimed_until.0).bind(state.as_str()).bind(next).bind(&said)
        .execute(c).await.map(drop))?;
    Ok(state)
}

/// Lets everything go at once that waits only because the server took nothing. For when it takes
/// mail again.
pub async fn hurry(mut conn: Conn<'_>, now: UtcMillis) -> db::Result<()> {
    const HURRY: &str = "update outbox set next_at = $1
      where state = 'waiting' and next_at > $1 and last_error like 'server %'";
    on!(conn, c => sqlx::query(HURRY).bind(now.0).execute(c).await.map(drop))
}

/// Everything that has not been sent, oldest first.
pub async fn unsent(mut conn: Conn<'_>) -> db::Result<Vec<Unsent>> {
    const UNSENT: &str = "select id, state, attempts, created_at, next_at, last_error from outbox
      where state <> 'sent' order by created_at, id";
    let rows: Vec<UnsentRow> = on!(conn, c => sqlx::query_as(UNSENT).fetch_all(c).await)?;
    rows.into_iter().map(Unsent::try_from).collect()
}

/// How many mails wait or are being sent.
pub async fn waiting(mut conn: Conn<'_>) -> db::Result<i64> {
    const WAITING: &str = "select count(*) from outbox where state in ('waiting', 'sending')";
    on!(conn, c => sqlx::query_scalar(WAITING).fetch_one(c).await)
}

/// How many mails are dead.
pub async fn dead(mut conn: Conn<'_>) -> db::Result<i64> {
    const DEAD: &str = "select count(*) from outbox where state = 'dead'";
    on!(conn, c => sqlx::query_scalar(DEAD).fetch_one(c).await)
}

/// Has dead mails sent after all, their attempts counted afresh: the one with this id, or all of
/// them. Returns how many.
pub async fn retry(mut conn: Conn<'_>, only: Option<MailId>, now: UtcMillis) -> db::Result<u64> {
    const ALL: &str = "update outbox set state = 'waiting', attempts = 0, next_at = $1 where state = 'dead'";
    const ONE: &str =
        "update outbox set state = 'waiting', attempts = 0, next_at = $1 where state = 'dead' and id = $2";
    match only {
        None => on!(conn, c => sqlx::query(ALL).bind(now.0).execute(c).await.map(|done| done.rows_affected())),
        Some(id) => on!(conn, c =>
            sqlx::query(ONE).bind(now.0).bind(id.to_string()).execute(c).await.map(|done| done.rows_affected())),
    }
}

/// Removes mails that were sent, and dead ones that were written, before these instants, at most so
/// many of each; whether more may be left.
pub async fn sweep(mut conn: Conn<'_>, [sent, dead]: [UtcMillis; 2], most: i64) -> db::Result<bool> {
    const SENT: &str = "delete from outbox where id in
      (select id from outbox where state = 'sent' and sent_at <= $1 order by sent_at limit $2)";
    const DEAD: &str = "delete from outbox where id in
      (select id from outbox where state = 'dead' and created_at <= $1 order by id limit $2)";
    let mut more = false;
    for (sql, until) in [(SENT, sent), (DEAD, dead)] {
        let gone = on!(conn, c => sqlx::query(sql).bind(until.0).bind(most)
            .execute(c).await.map(|done| done.rows_affected()))?;
        more |= gone >= most.unsigned_abs();
    }
    Ok(more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_from_five_seconds_to_six_hours() {
        let seconds: Vec<i64> = (1..=15).map(|n| pause_after(n) / 1000).collect();
        assert_eq!(seconds, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10240, 20480, 21600, 21600]);
        assert_eq!(pause_after(i64::MAX), 6 * 3_600_000);
    }

    #[test]
    fn a_mail_is_given_up_after_four_to_five_days() {
        let all: i64 = (1..ATTEMPTS_MAX).map(pause_after).sum();
        assert!((4 * UtcMillis::DAY..5 * UtcMillis::DAY).contains(&all), "{} hours", all / 3_600_000);
    }
}
