//! The clock that the record is written by, held against the record itself; and what the operator does not believe of it.

use super::entry::{ClockSpan, Draft, Entry, EntryId, PLATFORM};
use super::store;
use super::words::{Actor, Channel, Kind};
use crate::db::{Conn, Db, Tx, on};
use crate::id;
use crate::time::guard::{Basis, InDoubt, unbelieved};
use crate::time::{self, Clock, UtcMillis};

/// [`Basis::booted`] and [`Basis::doubted`], as they are stored.
type Known = (Option<i64>, Option<i64>);

/// A clock, and what it is held against besides the record.
#[derive(Clone)]
pub struct Watch {
    pub clock: Clock,
    /// What tells one boot of this machine from the next, where that is known.
    pub boot: Option<String>,
    /// The day on which this program was built.
    pub built: Option<UtcMillis>,
    /// Whether the database server's clock counts too.
    pub server: bool,
}

impl Watch {
    /// This machine's clock, against everything.
    pub fn system() -> Self {
        Self { clock: Clock::system(), boot: time::boot_id(), built: time::built(), server: true }
    }

    /// Begins to watch for `db`: from now on nothing is written to it while the clock is in doubt.
    pub async fn begin(&self, db: &Db) -> sqlx::Result<()> {
        let mut reader = db.reader().await?;
        let newest = newest(reader.conn()).await?;
        let known = self.known(reader.conn()).await?;
        let server_ahead = self.server_ahead(reader.conn()).await?;
        drop(reader);
        let guard = db.guard();
        guard.watch(
            self.clock.clone(),
            Basis { booted: known.0, doubted: known.1, newest, built: self.built, server_ahead },
        );
        guard.present();
        self.remember(db, known).await
    }

    /// Stores what is new of what was believed, and doubted, first in this boot.
    async fn remember(&self, db: &Db, known: Known) -> sqlx::Result<()> {
        let (basis, Some(reading)) = (db.guard().basis(), db.guard().reading()) else { return Ok(()) };
        let found = (basis.booted, basis.doubted);
        if self.boot.is_none() || found == known {
            return Ok(());
        }
        let mut tx = db.begin_at_any_time().await?;
        self.note(&mut tx, found, reading.wall).await?;
        tx.commit().await
    }

    /// Looks again at what may have changed elsewhere: the database server's clock, and what the operator has accepted since.
    ///
    /// # Errors
    /// The database's; a doubt is no error, it is what is returned.
    pub async fn check(&self, db: &Db) -> sqlx::Result<Option<InDoubt>> {
        let guard = db.guard();
        let mut reader = db.reader().await?;
        let server_ahead = self.server_ahead(reader.conn()).await?;
        guard.rebase(|basis| basis.server_ahead = server_ahead);
        let known = self.known(reader.conn()).await?;
        if guard.may_write().is_err() {
            let newest = newest(reader.conn()).await?;
            let before = guard.basis();
            guard.rebase(|basis| {
                basis.newest = newest;
                if known.0.is_some() {
                    (basis.booted, basis.doubted) = known;
                }
            });
            if guard.basis() != before {
                guard.settled();
            }
        }
        drop(reader);
        self.remember(db, known).await?;
        Ok(guard.may_write().err())
    }

    /// How far the database server's clock is ahead, in milliseconds; SQLite has none of its own.
    pub async fn server_ahead(&self, conn: Conn<'_>) -> sqlx::Result<Option<i64>> {
        const NOW: &str = "select (extract(epoch from clock_timestamp()) * 1000)::bigint";
        let (true, Conn::Postgres(c)) = (self.server, conn) else { return Ok(None) };
        let before = self.clock.now();
        let server: i64 = sqlx::query_scalar(NOW).fetch_one(c).await?;
        // Between asking and hearing some time has passed; the middle of it is meant.
        let middle = before.0 + (self.clock.now().0 - before.0) / 2;
        Ok(Some(server.saturating_sub(middle)))
    }

    /// What was believed, and what was doubted, earlier in this boot.
    async fn known(&self, conn: Conn<'_>) -> sqlx::Result<Known> {
        const KNOWN: &str = "select booted_at, doubted_at from clock_basis where boot = $1";
        let known: Option<Known> =
            on!(conn, c => sqlx::query_as(KNOWN).bind(self.boot.as_deref()).fetch_optional(c).await)?;
        Ok(known.unwrap_or_default())
    }

    /// When this machine's clock was first believed in this boot.
    async fn noted_at(&self, conn: Conn<'_>) -> sqlx::Result<Option<UtcMillis>> {
        const NOTED: &str = "select noted_at from clock_basis where boot = $1 and booted_at is not null";
        let at: Option<i64> =
            on!(conn, c => sqlx::query_scalar(NOTED).bind(self.boot.as_deref()).fetch_optional(c).await)?;
        Ok(at.map(UtcMillis))
    }

    async fn note(&self, tx: &mut Tx, (booted, doubted): Known, at: UtcMillis) -> sqlx::Result<()> {
        const NOTE: &str = "insert into clock_basis (boot, booted_at, doubted_at, noted_at) values ($1, $2, $3, $4)
          on conflict (boot) do update set booted_at = excluded.booted_at, doubted_at = excluded.doubted_at,
            noted_at = excluded.noted_at";
        let Some(boot) = &self.boot else { return Ok(()) };
        on!(tx.conn(), c => sqlx::query(NOTE)
            .bind(boot).bind(booted).bind(doubted).bind(at.0)
            .execute(c).await.map(drop))
    }

    /// What there is to accept, if anything is: with `from`, that the clock was wrong from then until `until` or now; without it, what
    /// can be known by itself.
    pub async fn acceptance(
        &self,
        db: &Db,
        given: Option<(UtcMillis, Option<UtcMillis>)>,
    ) -> sqlx::Result<Option<Acceptance>> {
        let mut reader = db.reader().await?;
        let reading = self.clock.reading();
        let now = reading.wall;
        let newest = newest(reader.conn()).await?;
        let moved = self.known(reader.conn()).await?.0.map(|booted| reading.booted().saturating_sub(booted));
        let span = match given {
            Some((from, until)) => Some((from, until.unwrap_or(now).max(from))),
            None => unbelieved(now, newest, moved, self.noted_at(reader.conn()).await?),
        };
        let span = span.map(|(from, until)| ClockSpan { from, until });
        let Some(span) = span else { return Ok(None) };
        let (subjects, entries) = within(reader.conn(), span).await?;
        Ok(Some(Acceptance { now, span, subjects, entries }))
    }

    /// Records, as part of `tx`, that `accepted` is not believed: in the platform's history and in each that has entries in the span, so that
    /// a member's history tells by itself which of its entries are meant. Compares with the present clock from then on.
    pub async fn accept(&self, tx: &mut Tx, accepted: &Acceptance) -> sqlx::Result<Entry> {
        let draft = |subject: &str| Draft {
            clock: Some(accepted.span),
            ..Draft::new(subject, Kind::Clock, Actor::System, Channel::CommandLine)
        };
        store::lock(tx.conn(), PLATFORM).await?;
        let entry = store::append(tx.conn(), draft(PLATFORM), accepted.now).await?;
        for subject in &accepted.subjects {
            store::lock(tx.conn(), subject).await?;
            store::append(tx.conn(), draft(subject), accepted.now).await?;
        }
        self.note(tx, (Some(self.clock.reading().booted()), None), accepted.now).await?;
        Ok(entry)
    }
}

/// The spans that the operator does not believe, with the instant of each acceptance, oldest first.
pub async fn spans(conn: Conn<'_>) -> sqlx::Result<Vec<(ClockSpan, UtcMillis)>> {
    let entries = store::of_kind(conn, PLATFORM, Kind::Clock).await?;
    Ok(entries.into_iter().filter_map(|entry| Some((entry.clock?, entry.at))).collect())
}

/// The newest instant on record. What lies in a span that was later than its acceptance is passed over: of an entry in there it
/// cannot be told whether it was made before the acceptance or, once that time had really come, after it.
async fn newest(mut conn: Conn<'_>) -> sqlx::Result<Option<UtcMillis>> {
    const NEWEST: &str = "select max(id) from entries where id < $1";
    let ahead: Vec<ClockSpan> =
        spans(conn.again()).await?.into_iter().filter(|(span, at)| span.until > *at).map(|(span, _)| span).collect();
    // No id is as high as `g`.
    let mut below = "g".to_owned();
    loop {
        let id: Option<String> =
            on!(&mut conn, c => sqlx::query_scalar(NEWEST).bind(&below).fetch_one(&mut **c).await)?;
        let Some(id) = id else { return Ok(None) };
        let at = id.parse::<EntryId>().map_err(|e| sqlx::Error::Decode(e.into()))?.instant();
        match ahead.iter().find(|span| (span.from..=span.until).contains(&at)) {
            Some(span) => below = id::first_at(span.from).to_string(),
            None => return Ok(Some(at)),
        }
    }
}

/// What `sayso clock accept` would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The present, as the clock has it now.
    pub now: UtcMillis,
    /// What is not to be believed.
    pub span: ClockSpan,
    /// Whose histories have entries in it.
    pub subjects: Vec<String>,
    pub entries: i64,
}

/// Whose histories have entries in `span`, and how many those are. Ids sort by time.
async fn within(mut conn: Conn<'_>, span: ClockSpan) -> sqlx::Result<(Vec<String>, i64)> {
    const SUBJECTS: &str =
        "select distinct subject from entries where id >= $1 and id < $2 and subject <> $3 order by subject";
    const ENTRIES: &str = "select count(*) from entries where id >= $1 and id < $2";
    let from = id::first_at(span.from).to_string();
    let until = id::first_at(UtcMillis(span.until.0.saturating_add(1))).to_string();
    let subjects = on!(&mut conn, c => sqlx::query_scalar(SUBJECTS)
        .bind(&from).bind(&until).bind(PLATFORM)
        .fetch_all(&mut **c).await)?;
    let entries = on!(conn, c => sqlx::query_scalar(ENTRIES).bind(&from).bind(&until).fetch_one(c).await)?;
    Ok((subjects, entries))
}
