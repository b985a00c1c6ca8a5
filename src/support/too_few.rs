//! Cases that were refused before and that the officers there are cannot refuse again: whoever
//! wrote a refusal, or agreed to it, does not write another. Such a case can still be upheld.

use crate::account::model::Member;
use crate::db::{self, Reader};
use crate::objection::store as cases;

/// So many are named at most.
const NAMED: usize = 50;

/// The numbers of such cases, the earliest due first; not all, where there are very many.
pub async fn too_few(reader: &mut Reader, officers: &[Member]) -> db::Result<Vec<String>> {
    // A refusal is of two. Where there are more than two for each, somebody new is among them, and
    // somebody who may agree.
    let least = officers.len().div_ceil(2).max(1);
    let officers: Vec<&str> = officers.iter().map(|officer| &*officer.id).collect();
    let mut found = Vec::new();
    for number in cases::refused_before(reader.conn(), least, NAMED).await? {
        let case = cases::by_number(reader.conn(), &number).await?;
        found.extend(case.filter(|case| case.lacks_officers(&officers)).map(|case| case.number));
    }
    Ok(found)
}

/// The numbers of the cases of other officers who cannot refuse them again, and that this one can.
pub async fn to_step_in(reader: &mut Reader, officer: &Member, officers: &[Member]) -> db::Result<Vec<String>> {
    let officers: Vec<&str> = officers.iter().map(|officer| &*officer.id).collect();
    let mut found = Vec::new();
    for number in cases::refused_before(reader.conn(), 1, 4 * NAMED).await? {
        let case = cases::by_number(reader.conn(), &number).await?;
        found.extend(case.filter(|case| case.may_step_in(&officer.id, &officers)).map(|case| case.number));
    }
    Ok(found)
}
