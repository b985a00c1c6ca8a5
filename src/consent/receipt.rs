//! The receipt of an entry: one file with everything that is needed to check it without us.

use super::in_law::in_law;
use super::notice::exact_text;
use super::picture::CHOICES;
use super::settled::settle;
use super::standing::{Facts, first_country};
use super::store as notices;
use crate::account::store as accounts;
use crate::db::{self, Conn, inconsistent};
use crate::ledger::Purpose;
use crate::ledger::store::{Stored, deciding};
use crate::log::prove::{self, Proved};
use crate::log::store::{self, keys::LogKeyRow};
use crate::web::App;
use sayso_verify::archive::{File, pack};
use sayso_verify::note::{Key, Note};
use sayso_verify::proof::Proof;
use sayso_verify::receipt::{ENTRY, KANTARA, KEY, NOTICE, POLICY, PROOF, README, RECORD, SCRIPT};
use sayso_verify::records::{Said, Status, consent_record, kantara};

/// Kosovo: the one country that is no term of the W3C's Data Privacy Vocabulary. There is no record
/// with it.
const NOT_IN_DPV: &str = "XK";
/// How to check it, for a person.
const HOW: &str = include_str!("receipt/README.txt");
/// How to check it, for Python: what a pack is checked with as well, and the rest.
const CHECK: &str = concat!(include_str!("../log/check.py"), include_str!("receipt/check.py"));

/// What there is instead of a receipt, or the receipt.
#[derive(Debug)]
pub enum Receipt {
    /// The entry waits for its leaf: a second later it is there.
    NotYet,
    /// Nobody can show any more what the leaf is of.
    Forgotten,
    /// Its files.
    Here(Vec<File>),
}

impl Receipt {
    /// The archive, as it is downloaded, where there is one.
    pub fn packed(&self) -> Option<Vec<u8>> {
        if let Self::Here(files) = self { Some(pack(files)) } else { None }
    }
}

/// The receipt of an entry. Its policy asks for the witnesses if enough of them have signed.
pub async fn of(app: &App, mut conn: Conn<'_>, stored: &Stored) -> db::Result<Receipt> {
    match prove::entry(conn.reborrow(), stored.entry.id).await? {
        Proved::Here(proof) => Ok(Receipt::Here(files(app, conn, stored, &proof).await?)),
        Proved::NotYet => Ok(Receipt::NotYet),
        Proved::Forgotten => Ok(Receipt::Forgotten),
    }
}

/// The files of a receipt, with the proof of its entry.
pub async fn files(app: &App, mut conn: Conn<'_>, stored: &Stored, proof: &Proof) -> db::Result<Vec<File>> {
    let key = signed_by(conn.reborrow(), &proof.checkpoint).await?;
    let at = store::served_at(conn.reborrow(), &key.name).await?;
    let enough = app.config.public_log.witnesses.as_ref().filter(|witnesses| witnesses.are_enough(&proof.checkpoint));
    let quorum = enough.map_or("quorum none\n", |witnesses| witnesses.lines.as_str());
    let text = |name: &str, text: String| File { name: name.into(), bytes: text.into() };
    let mut files = vec![
        File { name: ENTRY.into(), bytes: stored.bytes.clone() },
        text(PROOF, proof.to_string()),
        text(KEY, format!("{key}\n")),
        text(POLICY, format!("log {key} https://{at}/\n{quorum}")),
    ];
    if let Some(notice) = &stored.entry.notice {
        let there = notices::notice(conn.reborrow(), notice.purpose, notice.version, &notice.language).await?;
        let there = there.ok_or_else(|| inconsistent("notices", "version"))?;
        files.push(text(NOTICE, exact_text(&there.title, &there.body)));
    }
    files.extend([text(README, HOW.into()), text(SCRIPT, CHECK.into())]);
    if let Some(said) = said(app, conn, stored).await?
        && let Some(entry) = sayso_verify::entry::Entry::parse(&stored.bytes)
    {
        files.extend(consent_record(&entry, &said).map(|record| text(RECORD, record)));
        files.extend(kantara(&entry, &said).map(|receipt| text(KANTARA, receipt)));
    }
    Ok(files)
}

/// What the platform says in the records of standards. `None` where the entry is of no kind that
/// has them, or the platform has not said who and where it is. It depends on nothing that came
/// after the entry, so that a receipt has the same bytes again.
async fn said(app: &App, mut conn: Conn<'_>, stored: &Stored) -> db::Result<Option<Said>> {
    const AI: Purpose = Purpose::GenerativeAiTraining;
    let platform = &app.config.platform;
    let (Some(name), Some(contact), Some(policy), Some(address)) =
        (&platform.name, &platform.contact, &platform.privacy_policy_url, &platform.postal_address)
    else {
        return Ok(None);
    };
    let entry = &stored.entry;
    if entry.purpose != Some(AI) || entry.notice.is_none() {
        return Ok(None);
    }
    let Some(member) = accounts::by_subject(conn.reborrow(), &entry.subject).await? else { return Ok(None) };
    let mut entries = deciding::about(conn.reborrow(), &entry.subject, AI, CHOICES + 1, Some(entry.at)).await?;
    let notices = notices::notices(conn).await?;
    let country = first_country(&entries, member.country);
    settle(&mut entries, app.present().earliest);
    let facts = Facts {
        entries: &entries,
        notices: &notices,
        rules: &app.rules,
        country,
        doubt: false,
        unproved: member.unproved,
        window_days: app.config.notice_window_days,
    };
    let country = facts.country_at(entry.at).alpha2();
    if country == NOT_IN_DPV {
        return Ok(None);
    }
    let status = in_law(entry, &facts).and_then(|status| Status::parse(status.as_str()));
    Ok(status.map(|status| Said {
        site: app.config.origin().to_string(),
        name: name.clone(),
        contact: contact.clone(),
        phone: platform.phone.clone(),
        address: address.clone(),
        policy: policy.clone(),
        country: country.to_owned(),
        status,
    }))
}

/// The newest key of the log that has signed this checkpoint.
pub async fn signed_by(conn: Conn<'_>, checkpoint: &str) -> db::Result<Key> {
    let keys: Vec<Key> = store::keys::all(conn).await?.iter().rev().filter_map(LogKeyRow::key).collect();
    let signed = Note::parse(checkpoint).ok().and_then(|note| note.signed_by(&keys).ok()).unwrap_or_default();
    let newest = keys.into_iter().find(|key| signed.iter().any(|signed| signed.key == *key));
    newest.ok_or_else(|| inconsistent("log_state", "checkpoint"))
}
