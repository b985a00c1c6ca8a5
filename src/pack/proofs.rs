//! The logs that a pack is proved by, each at one checkpoint.

use super::store as rows;
use crate::consent::receipt;
use crate::db::{self, inconsistent};
use crate::ledger::store::secret::{self, Secret};
use crate::log::prove;
use crate::log::store::{self as log, State, Which};
use crate::web::App;
use sayso_verify::pack::About;
use sayso_verify::proof::Proof;
use std::collections::HashMap;

/// A log, and the checkpoint that all proofs of it are for.
struct Log {
    which: Which,
    first: i64,
    size: i64,
    note: String,
}

/// What the entries of a pack are proved with.
pub struct Proofs {
    logs: Vec<Log>,
    secrets: HashMap<String, Secret>,
}

impl Proofs {
    /// The logs as they are now, each with one checkpoint: the one that enough witnesses have
    /// cosigned where that has all entries that are asked for, and the newest otherwise. And the
    /// secrets of their subjects.
    pub async fn of(app: &App, about: &About) -> db::Result<Self> {
        let mut reader = app.db.reader().await?;
        let highest = rows::highest_leaf(reader.conn(), about).await?.unwrap_or(-1);
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
        let mut secrets = HashMap::new();
        for subject in rows::subjects(reader.conn(), about).await? {
            if let Some(secret) = secret::of(reader.conn(), &subject).await? {
                secrets.insert(subject, secret);
            }
        }
        Ok(Self { logs, secrets })
    }

    /// The keys of the logs, and the policy: it asks for the witnesses if enough have signed each.
    pub async fn keys(&self, app: &App) -> db::Result<(String, String)> {
        let (mut keys, mut policy) = (String::new(), String::new());
        let mut reader = app.db.reader().await?;
        for log in &self.logs {
            let key = receipt::signed_by(reader.conn(), &log.note).await?;
            let at = log::served_at(reader.conn(), &key.name).await?;
            keys += &format!("{key}\n");
            policy += &format!("log {key} https://{at}/\n");
        }
        let witnesses = app.config.public_log.witnesses.as_ref();
        let enough = witnesses.filter(|them| self.logs.iter().all(|log| them.are_enough(&log.note)));
        policy += enough.map_or("quorum none\n", |witnesses| witnesses.lines.as_str());
        Ok((keys, policy))
    }

    /// The proof of an entry; none where it is not in a log yet.
    pub async fn entry(&self, reader: &mut db::Reader, row: &rows::Row) -> db::Result<Option<Proof>> {
        let (Some(leaf), Some(secret)) = (row.leaf, self.secrets.get(&row.subject)) else { return Ok(None) };
        let has = |log: &&Log| (log.first..log.first + log.size).contains(&leaf);
        let Some(log) = self.logs.iter().find(has) else { return Ok(None) };
        let fits = |number: i64| u64::try_from(number).map_err(|_| inconsistent("log_leaves", "leaf"));
        let (index, size) = (fits(leaf - log.first)?, fits(log.size)?);
        let hashes = prove::inclusion(reader.conn(), log.which, index, size).await?;
        Ok(Some(Proof { salt: secret.salt(&row.id), index, hashes, checkpoint: log.note.clone() }))
    }
}
