//! Bringing members in: batch by batch, each batch whole or not at all, so that an import which was
//! cut short is simply begun again.

use super::change::{self, ChangeError};
use super::lines::{Line, Lines};
use super::model::{Person, Raw, differences, parse};
use super::rejects::Refused;
use super::repeated::Repeated;
use super::store::{self, Holder, Known};
use crate::account::letters;
use crate::account::model::{Member, Role};
use crate::account::store as accounts;
use crate::batch::Batch;
use crate::consent::carry;
use crate::consent::new_entry::beginning;
use crate::consent::rules::Rules;
use crate::db::{self, Db, Tx, lock};
use crate::id::{self, Neighbours};
use crate::ledger::{Channel, store as ledger};
use crate::mail::store as outbox;
use crate::objection::service::reach_proved;
use crate::time::{Clock, UtcMillis};
use std::io::{self, BufRead};
use std::time::{Duration, Instant};

/// Lines in the first batch, and in any. How many there are in the next depends on how long others
/// had to wait for the one before.
const BATCH: usize = 1_000;
const BATCH_MAX: usize = 10_000;
/// Bytes in a batch, however few lines that is.
const BATCH_BYTES: usize = 4 << 20;
/// How often a batch is tried in which somebody else was faster with an id or an address.
const TRIES: u32 = 5;
/// Under this name imports wait for each other on `PostgreSQL`, batch by batch.
const LOCK: &str = "members import";

/// What became of the lines so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub lines: u64,
    pub brought_in: u64,
    /// Those under whose id a member was here already, the same in everything.
    pub known: u64,
    /// Those about whom something else was recorded than before.
    pub updated: u64,
    pub refused: u64,
    /// Those who have deleted their account here, and are not brought back.
    pub departed: u64,
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
    /// Somebody else was faster each time that a batch was tried.
    #[error("another account took the address in the meantime")]
    Taken,
    #[error(transparent)]
    Database(#[from] db::Error),
}

impl From<ChangeError> for ImportError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Taken => Self::Taken,
            ChangeError::Database(error) => Self::Database(error),
        }
    }
}

/// Where members are brought in.
pub struct Import<'a> {
    pub db: &'a Db,
    pub rules: &'a Rules,
    pub clock: &'a Clock,
    /// For a dry run: an empty database that takes what would be brought in, so that a file's lines
    /// are compared with each other too.
    pub instead: Option<&'a Db>,
    /// Whether what the file says about a member who is here already counts.
    pub update: bool,
    /// What links in letters begin with, for those whose address is changed.
    pub origin: &'a str,
}

impl Import<'_> {
    /// Brings in every member in the file who is not here yet, each with the entry that their
    /// history begins with. `repeated` has read the same file before.
    ///
    /// # Errors
    /// Stops at the first failure of the file or the database. What was brought in by then stays;
    /// the same file again goes on from there.
    pub async fn run<R: BufRead>(
        &self,
        lines: &mut Lines<R>,
        mut repeated: Repeated,
        report: &mut dyn Report,
    ) -> Result<Tally, ImportError> {
        let (mut tally, mut size) = (Tally::default(), Batch::new(BATCH, BATCH_MAX));
        let to = self.instead.unwrap_or(self.db);
        store::make_room(to).await?;
        loop {
            let batch = read(lines, size.size(), &mut repeated, self.clock.now())?;
            if batch.is_empty() {
                break;
            }
            let sorted = self.bring_in(&batch, &mut size).await?;
            for (line, sorted) in batch.iter().zip(sorted) {
                tally.lines += 1;
                match sorted {
                    Sorted::New => tally.brought_in += 1,
                    Sorted::Known => tally.known += 1,
                    Sorted::Changed => tally.updated += 1,
                    Sorted::Departed => tally.departed += 1,
                    Sorted::Refused(reason) => {
                        tally.refused += 1;
                        let (fields, text) = (line.fields.as_ref(), &line.text);
                        report.refused(Refused { line: line.number, reason: &reason, fields, text })?;
                    }
                }
            }
            report.reached(tally, lines.bytes());
        }
        if self.instead.is_none() {
            // All together and not batch by batch: each batch would write most pages of the index
            // of words once more.
            report.indexing();
            accounts::fill_words(self.db).await?;
        }
        Ok(tally)
    }

    /// One batch. Before it is stored it is sorted out without holding anybody up; if somebody was
    /// faster, it is sorted out again.
    async fn bring_in(&self, batch: &[Checked], size: &mut Batch) -> Result<Vec<Sorted>, ImportError> {
        let people: Vec<&Person> = batch.iter().filter_map(|line| line.person.as_ref().ok()).collect();
        let mut tries = 0;
        loop {
            let mut known = Known::default();
            for db in std::iter::once(self.db).chain(self.instead) {
                store::look_up(db.reader().await?.conn(), &people, &mut known).await?;
            }
            let sorted: Vec<Sorted> = batch.iter().map(|line| sort(line, self.update, &mut known)).collect();
            let of = |wanted: fn(&Sorted) -> bool| -> Vec<&Person> {
                let those = batch.iter().zip(&sorted).filter(|(_, sorted)| wanted(sorted));
                those.filter_map(|(line, _)| line.person.as_ref().ok()).collect()
            };
            let (new, changed) = (of(|s| matches!(s, Sorted::New)), of(|s| matches!(s, Sorted::Changed)));
            match self.store(&new, &changed).await {
                Ok(held) => {
                    size.took(new.len() + changed.len(), held);
                    return Ok(sorted);
                }
                Err(error) if is_taken(&error) && tries < TRIES => tries += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Stores members and begins their histories, all in one transaction. An entry says when it was
    /// made, which is now and not when they joined the platform: of the time before there is no
    /// record here. Returns for how long others could not write.
    ///
    /// Of the indexes of `members` and `entries`, all but two are in the order of what we make up.
    /// So it is made up such that a batch writes few pages of them; and within a batch, members are
    /// stored in the order of their addresses, so that each page is written once.
    async fn store(&self, new: &[&Person], changed: &[&Person]) -> Result<Duration, ImportError> {
        if new.is_empty() && changed.is_empty() {
            return Ok(Duration::ZERO);
        }
        let (now, ids) = (self.clock.now(), Neighbours::new());
        let mut members: Vec<(Member, String)> =
            new.iter().map(|person| (member(person, &ids, now), person.id.clone())).collect();
        members.sort_unstable_by(|(one, _), (other, _)| one.email.cmp(&other.email));
        let begin = |(member, _): &(Member, String)| beginning(self.rules, member, Channel::CommandLine, now);
        let mut tx = self.instead.unwrap_or(self.db).begin().await?;
        lock(tx.conn(), LOCK).await?;
        let since = Instant::now();
        for person in changed {
            self.change(&mut tx, person, now).await?;
        }
        let members_only: Vec<&Member> = members.iter().map(|(member, _)| member).collect();
        let lost = take_addresses(&mut tx, &members_only).await?;
        store::insert(tx.conn(), &members).await?;
        ledger::begin(tx.conn(), members.iter().map(begin), &ids, now).await?;
        for (loses, member) in lost {
            carry::carry(&mut tx, &loses, member, Channel::CommandLine, now).await?;
        }
        reach_proved(&mut tx, &members_only, now).await?;
        tx.commit().await?;
        Ok(since.elapsed())
    }

    /// Records what the platform says about a member now. Moving is an entry with both countries;
    /// of another address both the old and the new one are told.
    async fn change(&self, tx: &mut Tx, person: &Person, now: UtcMillis) -> Result<(), ImportError> {
        let Some(mut member) = accounts::by_platform_id(tx.conn(), &person.id).await? else { return Ok(()) };
        let channel = Channel::CommandLine;
        change::details(tx, &mut member, &person.name, person.country, channel, now).await?;
        store::set_joined(tx.conn(), &member.id, person.joined).await?;
        if member.email != person.email {
            let old = member.email.clone();
            let member = change::address(tx, &member, &person.email, channel, now).await?;
            accounts::mailed_links::forget(tx.conn(), &member.id, &old).await?;
            store::forget_links(tx.conn(), &member.id).await?;
            outbox::put(tx.conn(), &letters::address_was_by_platform(&old), now).await?;
            outbox::put(tx.conn(), &letters::address_is(&member.email, self.origin), now).await?;
        }
        Ok(())
    }
}

/// Whether somebody else was faster with an id or an address.
fn is_taken(error: &ImportError) -> bool {
    match error {
        ImportError::Taken => true,
        ImportError::Database(error) => error.is_unique_violation(),
        ImportError::File(_) => false,
    }
}

/// Takes the addresses of new members from accounts that have them without having proved them;
/// returns which those are, each with the member who has its address now.
async fn take_addresses<'a>(tx: &mut Tx, new: &[&'a Member]) -> Result<Vec<(Member, &'a Member)>, ImportError> {
    let mut lost = Vec::new();
    for holder in store::unproved(tx.conn(), new).await? {
        if let Some(member) = new.iter().find(|member| member.email == holder.email) {
            // Under the lock of whoever proves it, it may have been proved meanwhile: the batch is
            // sorted out again.
            lock(tx.conn(), &holder.email).await?;
            if accounts::by_id(tx.conn(), &holder.id).await?.is_none_or(|holder| holder.address_proved) {
                return Err(ImportError::Taken);
            }
            accounts::lose_address(tx.conn(), &holder).await?;
            lost.push((holder, *member));
        }
    }
    Ok(lost)
}

/// A line that has been looked at for itself.
struct Checked {
    number: u64,
    text: String,
    fields: Option<Raw>,
    person: Result<Person, String>,
}

/// What is to become of a line.
enum Sorted {
    New,
    Known,
    /// They are here, and something else is said about them.
    Changed,
    /// They have deleted their account here.
    Departed,
    Refused(String),
}

/// The next lines, at most `most`.
fn read<R: BufRead>(
    lines: &mut Lines<R>,
    most: usize,
    repeated: &mut Repeated,
    now: UtcMillis,
) -> io::Result<Vec<Checked>> {
    let (mut batch, mut bytes) = (Vec::with_capacity(most), 0);
    while batch.len() < most && bytes < BATCH_BYTES {
        let Some(Line { number, text, fields }) = lines.read()? else { break };
        bytes += text.len();
        let (fields, person) = match fields {
            Ok(raw) => {
                let person = parse(&raw, now);
                let person = person.and_then(|person| repeated.refusal(&person, number).map_or(Ok(person), Err));
                (Some(raw), person)
            }
            Err(reason) => (None, Err(reason)),
        };
        batch.push(Checked { number, text, fields, person });
    }
    Ok(batch)
}

/// Compares a line with who is known by now, and adds it to them.
fn sort(line: &Checked, update: bool, known: &mut Known) -> Sorted {
    let person = match &line.person {
        Ok(person) => person,
        Err(reason) => return Sorted::Refused(reason.clone()),
    };
    if known.departed.contains(&person.id) {
        return Sorted::Departed;
    }
    if let Some(here) = known.by_id.get(&person.id) {
        return match differences(here, person) {
            None => Sorted::Known,
            Some(_) if update => {
                if let Some(reason) = held(known.by_email.get(&person.email), &person.id) {
                    Sorted::Refused(reason)
                } else {
                    known.by_email.remove(&here.email.clone());
                    known.add(person);
                    Sorted::Changed
                }
            }
            Some(fields) => Sorted::Refused(format!(
                "id: a member with this id is already here, with another {fields}; nothing was changed"
            )),
        };
    }
    if let Some(reason) = held(known.by_email.get(&person.email), &person.id) {
        Sorted::Refused(reason)
    } else {
        known.add(person);
        Sorted::New
    }
}

/// Why the platform's member `id` cannot have an address that `holder` has, if they cannot.
fn held(holder: Option<&Holder>, id: &str) -> Option<String> {
    match holder {
        Some(Holder::Platform(other)) if other != id => {
            Some(format!("email: another account already has this address, the member with the id {other}"))
        }
        Some(Holder::Here) => Some("email: another account already has this address, one that was created here".into()),
        _ => None,
    }
}

fn member(person: &Person, ids: &Neighbours, now: UtcMillis) -> Member {
    Member {
        id: id::in_time_order(now).to_string(),
        subject: ids.opaque().to_string(),
        email: person.email.clone(),
        name: person.name.clone(),
        country: person.country,
        role: Role::Member,
        session_epoch: 0,
        joined_at: person.joined,
        // The platform vouches for it.
        address_proved: true,
        unproved: None,
        demo: false,
    }
}
