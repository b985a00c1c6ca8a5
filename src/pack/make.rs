//! Makes a pack, a file after another.

use super::cases::Told;
use super::proofs::Proofs;
use super::read::Page;
use super::store as rows;
use super::wanted::Wanted;
use crate::consent::notice::exact_text;
use crate::consent::store as notices;
use crate::db::{self, inconsistent};
use crate::error::AppError;
use crate::ledger::store as ledger;
use crate::ledger::{Entry, NoticeRef};
use crate::log::store as log;
use crate::objection::model::Case;
use crate::web::App;
use sayso_verify::archive::Writer;
use sayso_verify::pack::{ACCOUNT, About, FORMAT, INDEX, MANIFEST, Manifest, folder, notice_file, sha256, texts_file};
use sayso_verify::receipt::{ENTRY, KEY, POLICY, PROOF, README, SCRIPT};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use tokio::sync::mpsc::Sender;
use tokio::time::{Instant, sleep, timeout};

/// How to check it, for Python: what a receipt is checked with as well, and the rest.
const CHECK: &str = concat!(include_str!("../log/check.py"), include_str!("check.py"));
/// Entries that are read at once.
const PART: i64 = 100;
/// How long a pack waits for the newest entry to get into the log.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long it waits for whoever reads it to take the next part.
const STALLED: Duration = Duration::from_mins(1);

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
        self.send(all).await
    }

    async fn text(&mut self, name: &str, text: impl Into<Vec<u8>>) -> Result<(), Ended> {
        self.file(name.into(), text.into(), true).await
    }

    async fn send(&self, bytes: Vec<u8>) -> Result<(), Ended> {
        match timeout(STALLED, self.to.send(Ok(bytes))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Ended::Gone),
        }
    }
}

/// Makes the pack, and sends it.
pub async fn make(app: App, wanted: Wanted, to: Sender<Sent>) {
    let out = Out { to: to.clone(), writer: Writer::default(), listed: BTreeMap::new() };
    if let Err(Ended::Broken(error)) = written(&app, &wanted, out).await {
        // Nobody may read by now.
        let _ = to.send(Err(error)).await;
    }
}

async fn written(app: &App, wanted: &Wanted, mut out: Out) -> Result<(), Ended> {
    let about = wanted.about();
    let last = newest(app, &about).await?;
    let proofs = Proofs::of(app, &about).await?;
    let made = app.clock.now();
    out.text(README, wanted.how()).await?;
    out.text(SCRIPT, CHECK).await?;
    let (keys, policy) = proofs.keys(app).await?;
    out.text(KEY, keys).await?;
    out.text(POLICY, policy).await?;
    if let Wanted::Own(member) = wanted {
        let account = serde_json::json!({
            "name": member.name, "email": member.email, "country": member.country.alpha2(),
            "joined": member.joined_at.rfc3339(), "subject": member.subject,
        });
        out.text(ACCOUNT, json(&account)?).await?;
    }
    let told = told(app, wanted).await?;
    let (mut page, mut waiting, mut shown) = (Page::default(), Vec::new(), BTreeMap::new());
    let (mut hashes, mut after, mut entries) = (HashMap::new(), 0, 0);
    while after < last {
        let mut reader = app.db.reader().await?;
        let some = rows::entries(reader.conn(), &about, after, last, PART).await?;
        let mut proved = Vec::with_capacity(some.len());
        for row in &some {
            proved.push(proofs.entry(&mut reader, row).await?);
        }
        drop(reader);
        let Some(newest) = some.last() else { return Err(inconsistent("entries", "position").into()) };
        after = newest.number;
        for (row, proof) in some.into_iter().zip(proved) {
            let entry: Entry = ledger::decoded(&row.canonical)?;
            entries += 1;
            let place = folder(entries, &entry.id.receipt());
            page.entry(wanted, &entry, &place, proof.is_none());
            out.file(format!("{place}/{ENTRY}"), row.canonical, false).await?;
            match proof {
                Some(proof) => out.file(format!("{place}/{PROOF}"), proof.to_string().into(), false).await?,
                None => waiting.push(row.id.clone()),
            }
            if let Some(notice) = &entry.notice {
                let name = notice_file(notice.purpose.as_str(), notice.version, &notice.language);
                shown.insert(name, notice.clone());
            }
            if let Some(step) = entry.step.as_ref().filter(|_| !told.is_empty()) {
                let outcomes = step.outcomes.iter().map(|outcome| &outcome.text);
                let found: Vec<String> = outcomes.chain([&step.text, &step.answer]).flatten().cloned().collect();
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
    for told in &told {
        let number = &told.case.number;
        let mut reader = app.db.reader().await?;
        let texts = told.texts(&mut reader, &hashes).await?;
        drop(reader);
        out.text(&texts_file(number), json(&texts)?).await?;
        out.text(&format!("cases/{number}/case.json"), json(&told.facts())?).await?;
        for (n, (_, letter)) in told.letters().iter().rev().enumerate() {
            out.text(&format!("cases/{number}/answer-{}.txt", n + 1), letter.as_str()).await?;
        }
    }
    out.text(INDEX, page.html(wanted, &told, &names, made)).await?;
    let files = std::mem::take(&mut out.listed);
    let manifest = Manifest { format: FORMAT.into(), about, made: made.0, entries, waiting, files };
    out.file(MANIFEST.into(), manifest.bytes().ok_or_else(|| inconsistent("entries", "subject"))?, false).await?;
    let end = std::mem::take(&mut out.writer).end();
    out.send(end).await
}

/// The cases whose words are in it.
async fn told(app: &App, wanted: &Wanted) -> db::Result<Vec<Told>> {
    let mut reader = app.db.reader().await?;
    match wanted {
        Wanted::Own(member) => Told::of_member(&mut reader, &member.id).await,
        Wanted::Case(case) => Ok(vec![Told::with(&mut reader, Case::clone(case), true).await?]),
        Wanted::History(_) | Wanted::CaseEntries(_) => Ok(Vec::new()),
    }
}

/// The number of the newest entry, once it has its leaf, or nobody wants to wait any longer.
async fn newest(app: &App, about: &About) -> Result<i64, Ended> {
    let until = Instant::now() + PATIENCE;
    let mut reader = app.db.reader().await?;
    let last = rows::newest(reader.conn(), about).await?.unwrap_or_default();
    drop(reader);
    loop {
        let mut reader = app.db.reader().await?;
        let newest = rows::entries(reader.conn(), about, last - 1, last, 1).await?;
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

/// The exact text of a notice that was shown.
async fn exact(app: &App, notice: &NoticeRef) -> Result<String, Ended> {
    let mut reader = app.db.reader().await?;
    let there = notices::notice(reader.conn(), notice.purpose, notice.version, &notice.language).await?;
    let there = there.ok_or_else(|| inconsistent("notices", "version"))?;
    Ok(exact_text(&there.title, &there.body))
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, Ended> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(AppError::internal)?;
    bytes.push(b'\n');
    Ok(bytes)
}
