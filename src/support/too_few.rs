//! Cases whose refusal cannot go on with the officers there are. Whoever wrote a refusal, or agreed
//! to it, does not write another, and whoever wrote one agrees to none. Such a case can still be
//! upheld.

use crate::account::{model::Member, store as accounts};
use crate::db::{self, Db, Reader};
use crate::objection::store as cases;
use crate::time::UtcMillis;

/// So many are named at most.
const NAMED: usize = 50;

/// The numbers of such cases, the earliest due first; not all, where there are very many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TooFew {
    /// Refused before, and nobody may refuse them again with somebody else to agree.
    pub to_refuse: Vec<String>,
    /// A refusal is drafted, and nobody may agree to it.
    pub to_agree: Vec<String>,
    /// With no officer at all: how many cases wait, and when the first answer is due.
    pub nobody: Option<(i64, UtcMillis)>,
}

impl TooFew {
    /// Whether an officer is missing for none.
    pub fn is_empty(&self) -> bool {
        self.to_refuse.is_empty() && self.to_agree.is_empty() && self.nobody.is_none()
    }

    /// What is said of them where there is no link: a sentence each for drafts and for refusals.
    pub fn says(&self) -> Vec<String> {
        if let Some((cases, due)) = self.nobody {
            let (one, day) = (cases == 1, due.day());
            let cases = if one { "1 case is open".to_owned() } else { format!("{cases} cases are open, the first") };
            let due = if one { format!(" and due on {day}") } else { format!(" due on {day}") };
            return vec![format!("There is no privacy officer, and {cases}{due}. {ADD_ONE}")];
        }
        let mut said = Vec::new();
        if !self.to_agree.is_empty() {
            said.push(format!(
                "Another officer is needed to agree to these drafts: {}. Until then they can be sent back, and the objections upheld. {ADD_ONE}",
                self.to_agree.join(", ")
            ));
        }
        if !self.to_refuse.is_empty() {
            said.push(format!(
                "Another officer is needed to refuse these again: {}. They can be upheld now. {ADD_ONE}",
                self.to_refuse.join(", ")
            ));
        }
        said
    }
}

/// How there is another one.
const ADD_ONE: &str =
    "To add an officer, somebody with access to the server runs: sayso user add --role privacy_officer";

/// The same of a whole database. `demo` is whether the demonstration's officers count.
pub async fn of_database(db: &Db, demo: bool) -> db::Result<TooFew> {
    let mut reader = db.reader().await?;
    let mut officers = accounts::officers(reader.conn()).await?;
    officers.retain(|officer| demo || !officer.demo);
    too_few(&mut reader, &officers).await
}

/// What is missing once `leaver` is no officer any more, in sentences.
pub async fn without(db: &Db, leaver: &Member) -> db::Result<Vec<String>> {
    let mut reader = db.reader().await?;
    let mut officers = accounts::officers(reader.conn()).await?;
    let was_one = officers.iter().any(|officer| officer.id == leaver.id);
    officers.retain(|officer| officer.id != leaver.id);
    if was_one { Ok(too_few(&mut reader, &officers).await?.says()) } else { Ok(Vec::new()) }
}

/// Those of the cases there are for which one of these `officers` is too few.
pub async fn too_few(reader: &mut Reader, officers: &[Member]) -> db::Result<TooFew> {
    if officers.is_empty() {
        return Ok(TooFew { nobody: cases::open(reader.conn()).await?, ..TooFew::default() });
    }
    // A refusal is of two. Where there are more than two for each, somebody new is among them, and
    // somebody who may agree.
    let least = officers.len().div_ceil(2).max(1);
    let refused = cases::refused_before(reader.conn(), least, NAMED).await?;
    // Each refusal has one writer, and so has the draft: with more officers than that, one of them
    // may agree.
    let drafted = cases::drafted(reader.conn(), officers.len().saturating_sub(1), NAMED).await?;
    let to_refuse = lacking(reader, refused, officers).await?;
    Ok(TooFew { to_refuse, to_agree: lacking(reader, drafted, officers).await?, nobody: None })
}

async fn lacking(reader: &mut Reader, numbers: Vec<String>, officers: &[Member]) -> db::Result<Vec<String>> {
    let officers: Vec<&str> = officers.iter().map(|officer| &*officer.id).collect();
    let mut found = Vec::new();
    for number in numbers {
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
