//! Makes a pack, a file after another.

use super::read::{Page, is_theirs_to_read, letters};
use super::store as rows;
use crate::account::model::Member;
use crate::account::store::staff_actions;
use crate::consent::notice::exact_text;
use crate::consent::{receipt, store as notices};
use crate::db::{self, inconsistent};
use crate::error::AppError;
use crate::ledger::store::secret::{self, Secret};
use crate::ledger::store::{self as ledger, history};
use crate::ledger::{Entry, NoticeRef, Outcome, entry::sealed};
use crate::log::prove;
use crate::log::store::{self as log, State, Which};
use crate::objection::model::Case;
use crate::objection::store as cases;
use crate::time::UtcMillis;
use crate::web::App;
use sayso_verify::archive::Writer;
use sayso_verify::pack::{ACCOUNT, FORMAT, INDEX, MANIFEST, Manifest, Text, folder, notice_file, sha256, texts_file};
use sayso_verify::proof::Proof;
use sayso_verify::receipt::{ENTRY, KEY, POLICY, PROOF, README, SCRIPT};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use tokio::sync::mpsc::Sender;
use tokio::time::{Instant, sleep};

/// How to check it, for a person.
const HOW: &str = include_str!("README.txt");
/// How to check it, for Python.
const CHECK: &str = include_str!("check.py");
/// Entries that are read at once.
const PART: i64 = 100;
/// How long a pack waits for the newest entry to get into the log.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is sent; an error ends the connection without the end of the file.
pub type Sent = Result<Vec<u8>, AppError>;

/// What ends the making.
pub enum Ended {
    /// Nobody reads any more.
    Gone,
    /// It cannot be made.
    Broken(AppError),
}

impl From<AppError> for Ended {
    fn from(error: AppError) -> Self {
        Self::Broken(error)
    }
}

impl From<db::Error> for Ended {
    fn from(error: db::Error) -> Self {
        Self::Broken(error.into())
    }
}

/// A log, and the checkpoint that all proofs of it are for.
struct Log {
    which: Which,
    first: i64,
    size: i64,
    note: String,
}

/// Where the files go.
struct Out {
    to: Sender<Sent>,
    writer: Writer,
    listed: BTreeMap<String, String>,
}

impl Out {
    async fn file(&mut self, name: String, bytes: Vec<u8>, listed: bool) -> Result<(), Ended> {
        let mut all = self.writer.head(&name, &bytes);
        if listed {
            self.listed.insert(name, sha256(&bytes));
        }
        all.extend(bytes);
        self.to.send(Ok(all)).await.map_err(|_| Ended::Gone)
    }

    async fn text(&mut self, name: &str, text: impl Into<Vec<u8>>) -> Result<(), Ended> {
        self.file(name.into(), text.into(), true).await
    }
}

/// Makes the pack of `member`, and sends it.
pub async fn make(app: App, member: Member, to: Sender<Sent>) {
    let out = Out { to: to.clone(), writer: Writer::default(), listed: BTreeMap::new() };
    if let Err(Ended::Broken(error)) = written(&app, &member, out).await {
        // Nobody may read by now.
        let _ = to.send(Err(error)).await;
    }
}

async fn written(app: &App, member: &Member, mut out: Out) -> Result<(), Ended> {
    let last = newest(app, member).await?;
    let (logs, secret) = logs(app, member).await?;
    let made = app.clock.now();
    out.text(README, HOW).await?;
    out.text(SCRIPT, CHECK).await?;
    let (keys, policy) = keys(app, &logs).await?;
    out.text(KEY, keys).await?;
    out.text(POLICY, policy).await?;
    let account = serde_json::json!({
        "name": member.name, "email": member.email, "country": member.country.alpha2(),
        "joined": member.joined_at.rfc3339(), "subject": member.subject,
    });
    out.text(ACCOUNT, json(&account)?).await?;

    let theirs = own_cases(app, member).await?;
    let (mut page, mut waiting, mut shown) = (Page::default(), Vec::new(), BTreeMap::new());
    let (mut hashes, mut after) = (HashMap::new(), 0);
    while after < last {
        let mut reader = app.db.reader().await?;
        let some = rows::entries(reader.conn(), &member.subject, after, last, PART).await?;
        let mut proofs = Vec::with_capacity(some.len());
        for row in &some {
            proofs.push(proved(&mut reader, &logs, secret.as_ref(), row).await?);
        }
        drop(reader);
        let Some(newest) = some.last() else { return Err(inconsistent("entries", "position").into()) };
        after = newest.position;
        for (row, proof) in some.into_iter().zip(proofs) {
            let entry: Entry = ledger::decoded(&row.canonical)?;
            let place = folder(u64::try_from(row.position).unwrap_or_default(), &entry.id.receipt());
            page.entry(&entry, &place, proof.is_none());
            out.file(format!("{place}/{ENTRY}"), row.canonical, false).await?;
            match proof {
                Some(proof) => out.file(format!("{place}/{PROOF}"), proof.to_string().into(), false).await?,
                None => waiting.push(row.id.clone()),
            }
            if let Some(notice) = &entry.notice {
                let name = notice_file(notice.purpose.as_str(), notice.version, &notice.language);
                shown.insert(name, notice.clone());
            }
            if let Some(step) = &entry.step {
                let found: Vec<String> =
                    step.outcomes.iter().map(|o| &o.text).chain([&step.text]).flatten().cloned().collect();
                if !found.is_empty() {
                    hashes.insert(row.id, found);
                }
            }
        }
    }
    let names: Vec<String> = shown.keys().cloned().collect();
    for (name, notice) in shown {
        out.text(&name, exact(app, &notice).await?).await?;
    }
    for (case, openings) in &theirs {
        let number = &case.number;
        let mut reader = app.db.reader().await?;
        let texts = texts(case, &rows::salts(reader.conn(), number).await?, &hashes);
        drop(reader);
        out.text(&texts_file(number), json(&texts)?).await?;
        out.text(&format!("cases/{number}/case.json"), json(&facts(case, openings))?).await?;
        for (n, (_, letter)) in letters(case).iter().rev().enumerate() {
            out.text(&format!("cases/{number}/answer-{}.txt", n + 1), letter.as_str()).await?;
        }
    }
    out.text(INDEX, page.html(member, &theirs, &names, made)).await?;
    let entries = u64::try_from(last).unwrap_or_default();
    let files = std::mem::take(&mut out.listed);
    let manifest =
        Manifest { format: FORMAT.into(), subject: member.subject.clone(), made: made.0, entries, waiting, files };
    out.file(MANIFEST.into(), manifest.bytes().ok_or_else(|| inconsistent("entries", "subject"))?, false).await?;
    let Out { to, writer, .. } = out;
    to.send(Ok(writer.end())).await.map_err(|_| Ended::Gone)
}

/// The number of the newest entry, once it has its leaf, or nobody wants to wait any longer.
async fn newest(app: &App, member: &Member) -> Result<i64, Ended> {
    let until = Instant::now() + PATIENCE;
    let mut reader = app.db.reader().await?;
    let last = history::newest_position(reader.conn(), &member.subject, None).await?.unwrap_or_default();
    drop(reader);
    loop {
        let mut reader = app.db.reader().await?;
        let newest = rows::entries(reader.conn(), &member.subject, last - 1, last, 1).await?;
        let is_served = match newest.first().map(|row| row.leaf) {
            Some(Some(leaf)) => {
                log::log_of(reader.conn(), leaf).await?.is_some_and(|(_, state)| leaf < state.first_leaf + state.size)
            }
            Some(None) => false,
            None => true,
        };
        drop(reader);
        if is_served || Instant::now() >= until {
            return Ok(last);
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// The logs as they are now, each with one checkpoint: the one that enough witnesses have cosigned
/// where that has all entries of the member, and the newest otherwise. And the member's secret.
async fn logs(app: &App, member: &Member) -> Result<(Vec<Log>, Option<Secret>), Ended> {
    let mut reader = app.db.reader().await?;
    let highest = rows::highest_leaf(reader.conn(), &member.subject).await?.unwrap_or(-1);
    let newest = log::state(reader.conn()).await?.map(|state| (Which::Newest, state));
    let ended = log::ended(reader.conn()).await?.into_iter().map(|state| (Which::Ended(state.log), state));
    let mut logs = Vec::new();
    for (which, state) in newest.into_iter().chain(ended).filter(|(_, state)| state.size > 0) {
        let State { log: number, first_leaf, size, checkpoint, cosignatures, .. } = state;
        let needed = (highest - first_leaf + 1).min(size);
        let witnessed = log::newest_witnessed(reader.conn(), number).await?.filter(|(size, ..)| *size >= needed);
        let (size, checkpoint, cosignatures) = witnessed.unwrap_or((size, checkpoint, cosignatures));
        logs.push(Log { which, first: first_leaf, size, note: format!("{checkpoint}{cosignatures}") });
    }
    let secret = secret::of(reader.conn(), &member.subject).await?;
    Ok((logs, secret))
}

/// The keys of the logs, and the policy: it asks for the witnesses if enough have signed each.
async fn keys(app: &App, logs: &[Log]) -> Result<(String, String), Ended> {
    let (mut keys, mut policy) = (String::new(), String::new());
    let mut reader = app.db.reader().await?;
    for log in logs {
        let key = receipt::signed_by(reader.conn(), &log.note).await?;
        let at = log::served_at(reader.conn(), &key.name).await?;
        keys += &format!("{key}\n");
        policy += &format!("log {key} https://{at}/\n");
    }
    let witnesses = app.config.public_log.witnesses.as_ref();
    let enough = witnesses.filter(|them| logs.iter().all(|log| them.are_enough(&log.note)));
    policy += enough.map_or("quorum none\n", |witnesses| witnesses.lines.as_str());
    Ok((keys, policy))
}

/// The proof of an entry; none where it is not in a log yet.
async fn proved(
    reader: &mut db::Reader,
    logs: &[Log],
    secret: Option<&Secret>,
    row: &rows::Row,
) -> Result<Option<Proof>, Ended> {
    let (Some(leaf), Some(secret)) = (row.leaf, secret) else { return Ok(None) };
    let has = |log: &&Log| (log.first..log.first + log.size).contains(&leaf);
    let Some(log) = logs.iter().find(has) else { return Ok(None) };
    let fits = |number: i64| u64::try_from(number).map_err(|_| inconsistent("log_leaves", "leaf"));
    let (index, size) = (fits(leaf - log.first)?, fits(log.size)?);
    let hashes = prove::inclusion(reader.conn(), log.which, index, size).await?;
    Ok(Some(Proof { salt: secret.salt(&row.id), index, hashes, checkpoint: log.note.clone() }))
}

/// The exact text of a notice that was shown.
async fn exact(app: &App, notice: &NoticeRef) -> Result<String, Ended> {
    let mut reader = app.db.reader().await?;
    let there = notices::notice(reader.conn(), notice.purpose, notice.version, &notice.language).await?;
    let there = there.ok_or_else(|| inconsistent("notices", "version"))?;
    Ok(exact_text(&there.title, &there.body))
}

/// The member's cases as their pages show them, each with when officers opened it.
async fn own_cases(app: &App, member: &Member) -> Result<Vec<(Case, Vec<UtcMillis>)>, Ended> {
    let mut reader = app.db.reader().await?;
    let mut all = Vec::new();
    for case in cases::of_member(reader.conn(), &member.id).await? {
        let openings = staff_actions::openings_of_case(reader.conn(), &case.number).await?;
        all.push((case.for_unproved_page(), openings));
    }
    Ok(all)
}

/// The texts of a case that this history has the hashes of.
fn texts(case: &Case, salts: &HashMap<String, String>, hashes: &HashMap<String, Vec<String>>) -> Vec<Text> {
    let mut found = Vec::new();
    for done in case.steps.iter().filter(|done| is_theirs_to_read(case, done)) {
        let id = done.entry.to_string();
        let (Some(salt), Some(known)) = (salts.get(&id), hashes.get(&id)) else { continue };
        let texts = done.text.iter().chain(done.rulings.iter().filter_map(|ruling| ruling.grounds.as_ref()));
        for text in texts.filter(|text| known.contains(&sealed(salt, text))) {
            found.push(Text { entry: id.clone(), salt: salt.clone(), text: text.clone() });
        }
    }
    found
}

/// What is stored of a case, as data.
fn facts(case: &Case, openings: &[UtcMillis]) -> serde_json::Value {
    let steps = case.steps.iter().map(|done| {
        serde_json::json!({
            "entry": done.entry.to_string(), "step": done.step.as_str(), "by": done.actor.as_str(),
            "at": done.at.rfc3339(),
            "text": done.text.as_ref().filter(|_| is_theirs_to_read(case, done)),
        })
    });
    let purposes = case.purposes.iter().map(|asked| {
        serde_json::json!({
            "purpose": asked.purpose.as_str(), "outcome": asked.outcome.map(Outcome::as_str),
            "grounds": asked.grounds,
        })
    });
    serde_json::json!({
        "number": case.number, "name": case.name, "email": case.email, "language": case.language,
        "mode": case.mode.as_str(), "reason": case.reason, "received": case.received.rfc3339(),
        "due": case.due.rfc3339(), "decided": case.decided.map(UtcMillis::rfc3339),
        "purposes": purposes.collect::<Vec<_>>(), "steps": steps.collect::<Vec<_>>(),
        "opened_by_officers": openings.iter().map(|at| at.rfc3339()).collect::<Vec<_>>(),
    })
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, Ended> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(AppError::internal)?;
    bytes.push(b'\n');
    Ok(bytes)
}
