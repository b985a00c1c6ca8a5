//! Bringing members in: batch by batch, each batch whole or not at all, so that an import which was cut short is simply
//! begun again.

use super::lines::{Line, Lines};
use super::model::{Person, differences, parse};
use super::store::{self, Known};
use crate::account::model::{Member, Role};
use crate::account::store as accounts;
use crate::consent::rules::Rules;
use crate::consent::store::beginning;
use crate::db::{Db, is_unique_violation, lock};
use crate::id;
use crate::ledger::{Channel, store as ledger};
use crate::objection::store::reach_proved;
use crate::time::{Clock, UtcMillis};
use std::io::{self, BufRead};

/// Lines in a batch: few enough that others who write meanwhile wait for parts of a second.
const BATCH: usize = 1_000;
/// Bytes in a batch, however few lines that is.
const BATCH_BYTES: usize = 4 << 20;
/// How often a batch is tried in which somebody else was faster with an id or an address.
const TRIES: u32 = 5;
/// Under this name imports wait for each other on PostgreSQL, batch by batch.
const LOCK: &str = "members import";

/// What became of the lines so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub lines: u64,
    pub brought_in: u64,
    /// Those under whose id a member was here already, the same in everything.
    pub known: u64,
    pub refused: u64,
}

/// A line that was not brought in.
#[derive(Clone, Copy, Debug)]
pub struct Refused<'a> {
    /// Its number in the file, from 1.
    pub line: u64,
    pub reason: &'a str,
    pub text: &'a str,
}

/// Who hears how it goes.
pub trait Report {
    /// A line was refused; in the order of the file.
    fn refused(&mut self, refused: Refused<'_>) -> io::Result<()>;
    /// A batch is done. `bytes` of the file have been read.
    fn reached(&mut self, tally: Tally, bytes: u64);
    /// Everybody is in, and is now made searchable.
    fn indexing(&mut self) {}
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("cannot read the file, or write down what was refused: {0}")]
    File(#[from] io::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Where members are brought in.
pub struct Import<'a> {
    pub db: &'a Db,
    pub rules: &'a Rules,
    pub clock: &'a Clock,
    /// For a dry run: an empty database that takes what would be brought in, so that a file's lines are compared with
    /// each other too.
    pub instead: Option<&'a Db>,
}

impl Import<'_> {
    /// Brings in every member in the file who is not here yet, each with the entry that their history begins with.
    ///
    /// # Errors
    /// Stops at the first failure of the file or the database. What was brought in by then stays; the same file again
    /// goes on from there.
    pub async fn run<R: BufRead>(&self, lines: &mut Lines<R>, report: &mut dyn Report) -> Result<Tally, ImportError> {
        let mut tally = Tally::default();
        let to = self.instead.unwrap_or(self.db);
        store::make_room(to).await?;
        loop {
            let batch = read(lines, self.clock.now())?;
            if batch.is_empty() {
                break;
            }
            let sorted = self.bring_in(&batch).await?;
            for (line, sorted) in batch.iter().zip(sorted) {
                tally.lines += 1;
                match sorted {
                    Sorted::New => tally.brought_in += 1,
                    Sorted::Known => tally.known += 1,
                    Sorted::Refused(reason) => {
                        tally.refused += 1;
                        report.refused(Refused { line: line.number, reason: &reason, text: &line.text })?;
                    }
                }
            }
            report.reached(tally, lines.bytes());
        }
        if self.instead.is_none() {
            // All together and not batch by batch: each batch would write most pages of the index of words once more.
            report.indexing();
            accounts::fill_words(self.db).await?;
        }
        Ok(tally)
    }

    /// One batch. Before it is stored it is sorted out without holding anybody up; if somebody was faster, it is sorted
    /// out again.
    async fn bring_in(&self, batch: &[Checked]) -> Result<Vec<Sorted>, ImportError> {
        let people: Vec<&Person> = batch.iter().filter_map(|line| line.person.as_ref().ok()).collect();
        let mut tries = 0;
        loop {
            let mut known = Known::default();
            for db in std::iter::once(self.db).chain(self.instead) {
                store::look_up(db.reader().await?.conn(), &people, &mut known).await?;
            }
            let sorted: Vec<Sorted> = batch.iter().map(|line| sort(line, &mut known)).collect();
            let new: Vec<&Person> = batch
                .iter()
                .zip(&sorted)
                .filter(|(_, sorted)| matches!(sorted, Sorted::New))
                .filter_map(|(line, _)| line.person.as_ref().ok())
                .collect();
            match self.store(&new).await {
                Ok(()) => return Ok(sorted),
                Err(error) if is_unique_violation(&error) && tries < TRIES => tries += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Stores members and begins their histories, all in one transaction. An entry says when it was made, which is now
    /// and not when they joined the platform: of the time before there is no record here.
    async fn store(&self, new: &[&Person]) -> sqlx::Result<()> {
        if new.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let members: Vec<(Member, String)> = new.iter().map(|p| (member(p, now), p.id.clone())).collect();
        let begin = |(member, _): &(Member, String)| beginning(self.rules, member, Channel::CommandLine, now);
        let drafts = members.iter().map(begin).collect();
        let mut tx = self.instead.unwrap_or(self.db).begin().await?;
        lock(tx.conn(), LOCK).await?;
        store::insert(tx.conn(), &members).await?;
        ledger::begin(tx.conn(), drafts, now).await?;
        let members: Vec<&Member> = members.iter().map(|(member, _)| member).collect();
        reach_proved(&mut tx, &members, now).await?;
        tx.commit().await
    }
}

/// A line that has been looked at for itself.
struct Checked {
    number: u64,
    text: String,
    person: Result<Person, String>,
}

/// What is to become of a line.
enum Sorted {
    New,
    Known,
    Refused(String),
}

fn read<R: BufRead>(lines: &mut Lines<R>, now: UtcMillis) -> io::Result<Vec<Checked>> {
    let (mut batch, mut bytes) = (Vec::with_capacity(BATCH), 0);
    while batch.len() < BATCH && bytes < BATCH_BYTES {
        let Some(Line { number, text, fields }) = lines.read()? else { break };
        bytes += text.len();
        batch.push(Checked { number, text, person: fields.and_then(|raw| parse(&raw, now)) });
    }
    Ok(batch)
}

/// Compares a line with who is known by now, and adds it to them.
fn sort(line: &Checked, known: &mut Known) -> Sorted {
    let person = match &line.person {
        Ok(person) => person,
        Err(reason) => return Sorted::Refused(reason.clone()),
    };
    if let Some(here) = known.by_id.get(&person.id) {
        return match differences(here, person) {
            None => Sorted::Known,
            Some(fields) => Sorted::Refused(format!(
                "id: a member with this id is here already, with another {fields}; nothing was changed"
            )),
        };
    }
    match known.by_email.get(&person.email) {
        Some(Some(other)) => {
            Sorted::Refused(format!("email: another account has this address already, the member with the id {other}"))
        }
        Some(None) => Sorted::Refused("email: another account has this address already, one that was made here".into()),
        None => {
            known.add(person);
            Sorted::New
        }
    }
}

fn member(person: &Person, now: UtcMillis) -> Member {
    Member {
        id: id::in_time_order(now).to_string(),
        subject: id::opaque().to_string(),
        email: person.email.clone(),
        name: person.name.clone(),
        country: person.country,
        role: Role::Member,
        session_epoch: 0,
        joined_at: person.joined,
        // The platform vouches for it.
        address_proved: true,
    }
}
