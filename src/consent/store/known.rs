//! What the Data privacy tab and a press rest on, read in one statement.
//!
//! It asks several tables at once, because each statement costs a hop to the database and back.
//! What the others say is only whether there is anything there to read.

use crate::account::model::Member;
use crate::db::{self, Db, built, inconsistent, on};
use crate::ledger::store::behind::After;
use crate::ledger::store::decoded;
use crate::ledger::store::secret::Secret;
use crate::ledger::{Entry, EntryId, Kind, Purpose};

/// What is known of a member at one instant.
#[derive(Clone, Debug)]
pub struct Known {
    /// What decides about the purpose, oldest first, with its newest choices.
    pub entries: Vec<Entry>,
    /// The newest looks of the staff, newest first.
    pub views: Vec<Entry>,
    /// Where the next entry goes.
    pub after: After,
    /// The secret of the subject, if it has one yet.
    pub secret: Option<Secret>,
    /// How many notices are published.
    pub notices: usize,
    /// Whether other accounts have the same mailbox.
    pub twins: bool,
    /// Whether they have cases, or cases under their address reach their account.
    pub cases: bool,
    /// Whether staff took something about them along.
    pub taken: bool,
    /// The delivery of a notice that they dismissed last.
    pub dismissed: Option<EntryId>,
}

/// A row: one of the ledger, or at position 0 what the other tables say.
type Row = (i64, Option<Vec<u8>>, Option<String>);

/// What is known of `member` about `purpose`, with the newest `choices` about it and the newest
/// `views`. The first condition is that of the index `entries_deciding`, word by word.
pub async fn of(db: &Db, member: &Member, purpose: Purpose, choices: usize, views: usize) -> db::Result<Known> {
    // The limits are no parameters: SQLite plans a statement anew whenever one of those is bound.
    let sql = format!(
        "select position, canonical, null from entries
           where subject = $1 and kind not in ('choice', 'view')
         union all
         select position, canonical, null from (select position, canonical from entries
           where subject = $1 and kind = 'choice' and purpose = $2 order by position desc limit {choices}) choices
         union all
         select position, canonical, null from (select position, canonical from entries
           where subject = $1 and kind = 'view' and purpose is null
           order by purpose desc, position desc limit {views}) views
         union all
         select position, canonical, null from (select position, canonical from entries
           where subject = $1 order by position desc limit 1) newest
         union all
         select 0, null, (select count(*) from notices)
           || ' ' || (select count(*) from duplicate_addresses where member_id = $3)
           || ' ' || (select count(*) from (select 1 from cases where member_id = $3 limit 1) own)
           || ' ' || (select count(*) from (select 1 from case_accounts where member_id = $3 limit 1) reaching)
           || ' ' || (select count(*) from (select 1 from staff_actions
             where about_id = $3 and kind = 'download' and case_number is null limit 1) taken)
           || ' ' || coalesce((select secret from subject_secrets where subject = $1), '')
           || ' ' || coalesce((select dismissed_notice from members where id = $3), '')"
    );
    let mut reader = db.reader().await?;
    let mut rows: Vec<Row> = on!(reader.conn(), c => sqlx::query_as(built(&sql))
        .bind(&member.subject).bind(purpose.as_str()).bind(&member.id)
        .fetch_all(c).await)?;
    reader.done();
    // The newest entry may be there twice.
    rows.sort_unstable_by_key(|(position, ..)| *position);
    rows.dedup_by_key(|(position, ..)| *position);
    let mut rows = rows.into_iter();
    let unknown = || inconsistent("members", "dismissed_notice");
    let beside = rows.next().filter(|(position, ..)| *position == 0).ok_or_else(unknown)?;
    let beside = beside.2.unwrap_or_default();
    let mut said = beside.split(' ');
    let mut count = || said.next().and_then(|n| n.parse::<usize>().ok()).ok_or_else(unknown);
    let (notices, twins, own, reaching, taken) = (count()?, count()?, count()?, count()?, count()?);
    let secret = said.next().filter(|secret| !secret.is_empty()).map(Secret::parse).transpose()?;
    let dismissed = said.next().filter(|id| !id.is_empty()).map(str::parse).transpose().map_err(|_| unknown())?;
    let mut known = Known {
        entries: Vec::with_capacity(rows.len()),
        views: Vec::new(),
        after: After::Nothing,
        secret,
        notices,
        twins: twins > 0,
        cases: own + reaching > 0,
        taken: taken > 0,
        dismissed,
    };
    for (position, canonical, _) in rows {
        let canonical = canonical.unwrap_or_default();
        let entry = decoded(&canonical)?;
        known.after = After::Entry { id: entry.id, position, at: entry.at, canonical };
        match entry.kind {
            Kind::View => known.views.push(entry),
            // The newest of all may be about another purpose.
            Kind::Choice if entry.purpose != Some(purpose) => {}
            _ => known.entries.push(entry),
        }
    }
    known.views.reverse();
    known.views.truncate(views);
    Ok(known)
}
