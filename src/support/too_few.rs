//! Complaints about refusals that the officers there are cannot repeat: whoever wrote a refusal, or
//! agreed to it, does not write the next one. Such a complaint can still be upheld.

use crate::account::model::Member;
use crate::db::{self, Reader};
use crate::objection::queue::{Stage, Wanted};
use crate::objection::store as cases;
use crate::time::UtcMillis;

/// The numbers of such cases, the earliest due first; not all, where there are very many.
pub async fn too_few(reader: &mut Reader, officers: &[Member], now: UtcMillis) -> db::Result<Vec<String>> {
    // A refusal is of two. With a third one, that one writes, and the one who agreed agrees again.
    if officers.len() > 2 {
        return Ok(Vec::new());
    }
    let officers: Vec<&str> = officers.iter().map(|officer| &*officer.id).collect();
    let (lines, _) = cases::page(reader.conn(), &Wanted::stage(Stage::Complaint), now).await?;
    let mut found = Vec::new();
    for line in lines {
        let case = cases::by_number(reader.conn(), &line.number).await?;
        found.extend(case.filter(|case| case.lacks_officers(&officers)).map(|case| case.number));
    }
    Ok(found)
}
