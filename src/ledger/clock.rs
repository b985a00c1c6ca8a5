//! The clock that the record is written by, held against the record itself; and what the operator
//! does not believe of it.

use super::entry::{ClockSpan, Entry, PLATFORM};
use super::event::{Event, NewEntry};
use super::store::{
    self,
    clock::{self as rows, Known},
};
use super::vocabulary::{Actor, Channel};
use crate::db::{self, Conn, Db, Tx};
use crate::error::chain;
use crate::time::given_span::OnRecord;
use crate::time::guard::{Basis, Doubt, InDoubt, doubt, unbelieved, unbelieved_since};
use crate::time::{self, Clock, UtcMillis};
use std::time::Duration;

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
        Self { clock: time::system(), boot: time::boot_id(), built: time::built(), server: true }
    }

    /// Begins to watch for `db`: from now on nothing is written to it while the clock is in doubt.
    pub async fn begin(&self, db: &Db) -> db::Result<()> {
        let mut reader = db.reader().await?;
        let newest = rows::newest(reader.conn()).await?;
        let known = rows::known(reader.conn(), self.boot.as_deref()).await?;
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
    async fn remember(&self, db: &Db, known: Known) -> db::Result<()> {
        let (basis, Some(reading)) = (db.guard().basis(), db.guard().reading()) else { return Ok(()) };
        let found = (basis.booted, basis.doubted);
        let Some(boot) = self.boot.as_deref().filter(|_| found != known) else { return Ok(()) };
        let mut tx = db.begin_at_any_time().await?;
        rows::note(tx.conn(), boot, found, reading.wall).await?;
        tx.commit().await
    }

    /// Looks again at what may have changed elsewhere: the database server's clock, and what the
    /// operator has accepted since.
    ///
    /// # Errors
    /// The database's; a doubt is no error, it is what is returned.
    pub async fn check(&self, db: &Db) -> db::Result<Option<InDoubt>> {
        let guard = db.guard();
        let mut reader = db.reader().await?;
        let server_ahead = self.server_ahead(reader.conn()).await?;
        guard.rebase(|basis| basis.server_ahead = server_ahead);
        let known = rows::known(reader.conn(), self.boot.as_deref()).await?;
        if guard.may_write().is_err() {
            let newest = rows::newest(reader.conn()).await?;
            let accepted = known.0.is_some() && known.0 != guard.basis().booted;
            guard.rebase(|basis| {
                basis.newest = newest;
                if known.0.is_some() {
                    (basis.booted, basis.doubted) = known;
                }
            });
            if accepted {
                guard.settled();
            }
        }
        drop(reader);
        self.remember(db, known).await?;
        Ok(guard.may_write().err())
    }

    /// Looks again each minute, and each second while the clock is in doubt, so that an acceptance
    /// is noticed. Says each change once.
    pub async fn work(&self, db: &Db) {
        let mut doubted = false;
        loop {
            match self.check(db).await {
                Ok(doubt) => {
                    // The minute after a wrong reading is no news, but a jump that is over before
                    // anybody looked is.
                    let now = doubt.is_some_and(|doubt| doubt.0.is_some());
                    let unsaid = db.guard().unsaid();
                    if let Some(short) = unsaid.filter(|_| !now && !doubted) {
                        tracing::error!("{short}, for a moment; writing begins again within a minute");
                    }
                    match doubt.filter(|_| now != doubted) {
                        Some(doubt) if now => tracing::error!("{doubt}"),
                        _ if now != doubted => {
                            tracing::info!("the clock is believed again; writing begins again within a minute");
                        }
                        _ => {}
                    }
                    doubted = now;
                }
                Err(error) => tracing::warn!(error = %chain(&error), "could not compare the clock with the record"),
            }
            // A doubt that begins meanwhile is looked at right away, or an acceptance would go
            // unnoticed for a minute.
            for _ in 0..if doubted { 1 } else { 60 } {
                tokio::time::sleep(Duration::from_secs(1)).await;
                if db.guard().may_write().is_err() {
                    break;
                }
            }
        }
    }

    /// How far the database server's clock is ahead, in milliseconds; `SQLite` has none of its own.
    pub async fn server_ahead(&self, conn: Conn<'_>) -> db::Result<Option<i64>> {
        if !self.server {
            return Ok(None);
        }
        let before = self.clock.now();
        let Some(server) = rows::server_now(conn).await? else { return Ok(None) };
        // Between asking and hearing some time has passed; the middle of it is meant.
        let middle = before.0 + (self.clock.now().0 - before.0) / 2;
        Ok(Some(server.saturating_sub(middle)))
    }

    /// What a span that an operator names is held against.
    pub async fn on_record(&self, db: &Db) -> db::Result<OnRecord> {
        let mut reader = db.reader().await?;
        let first = rows::first(reader.conn()).await?;
        let newest = rows::newest(reader.conn()).await?;
        Ok(OnRecord { now: self.clock.now(), first, newest })
    }

    /// What is held against this machine's clock at present, by what a server on this machine has
    /// noted of it since it booted.
    pub async fn held_against(&self, db: &Db) -> db::Result<Option<Doubt>> {
        let mut reader = db.reader().await?;
        let (booted, doubted) = rows::known(reader.conn(), self.boot.as_deref()).await?;
        let newest = rows::newest(reader.conn()).await?;
        let server_ahead = self.server_ahead(reader.conn()).await?;
        let basis = Basis { booted, doubted, newest, built: self.built, server_ahead };
        Ok(doubt(self.clock.reading(), &basis))
    }

    /// What there is to accept, if anything is: with `from`, that the clock was wrong from then
    /// until `until` or now; without it, what can be known by itself.
    pub async fn acceptance(
        &self,
        db: &Db,
        given: Option<(UtcMillis, Option<UtcMillis>)>,
    ) -> db::Result<Option<Acceptance>> {
        let mut reader = db.reader().await?;
        let reading = self.clock.reading();
        let now = reading.wall;
        let newest = rows::newest(reader.conn()).await?;
        let boot = self.boot.as_deref();
        let (booted, doubted) = rows::known(reader.conn(), boot).await?;
        let moved = booted.map(|booted| reading.booted().saturating_sub(booted));
        let span = if let Some((from, until)) = given {
            Some((from, until.unwrap_or(now).max(from)))
        } else {
            let basis = Basis { booted, doubted, newest, ..Basis::default() };
            let only_remembered = rows::doubted_at(reader.conn(), boot).await?;
            unbelieved(now, newest, moved, rows::noted_at(reader.conn(), boot).await?)
                .or_else(|| unbelieved_since(reading, &basis, only_remembered?))
        };
        let span = span.map(|(from, until)| ClockSpan { from, until });
        let Some(span) = span else { return Ok(None) };
        let (subjects, entries) = rows::within(reader.conn(), span).await?;
        Ok(Some(Acceptance { now, span, subjects, entries }))
    }

    /// Records, as part of `tx`, that `accepted` is not believed: in the platform's history and in
    /// each that has entries in the span, so that a member's history tells by itself which of its
    /// entries are meant. Compares with the present clock from then on.
    pub async fn accept(&self, tx: &mut Tx, accepted: &Acceptance) -> db::Result<Entry> {
        let draft = |subject: &str| NewEntry {
            subject: subject.to_owned(),
            actor: Actor::System,
            channel: Channel::CommandLine,
            event: Event::Clock(accepted.span),
        };
        store::lock(tx.conn(), PLATFORM).await?;
        let entry = store::append(tx.conn(), draft(PLATFORM), accepted.now).await?;
        for subject in &accepted.subjects {
            store::lock(tx.conn(), subject).await?;
            store::append(tx.conn(), draft(subject), accepted.now).await?;
        }
        if let Some(boot) = &self.boot {
            rows::note(tx.conn(), boot, (Some(self.clock.reading().booted()), None), accepted.now).await?;
        }
        Ok(entry)
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
