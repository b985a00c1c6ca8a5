//! The e-mail of a morning: each officer, once a day, is told what is due. Nobody whose data it is
//! is named in it: a mailbox is not the place for that.

use super::too_few::too_few;
use crate::account::{model::Member, store as accounts};
use crate::db::{self, Db, Reader};
use crate::mail::{Block, Letter, store as outbox};
use crate::objection::letters::list;
use crate::objection::queue::{Left, Stage, Wanted, Whose};
use crate::objection::store::{self as cases, Line};
use crate::time::UtcMillis;

/// Cases of one kind that are named; of more, it is only told that there are.
const NAMED: usize = 20;
/// Cases of one kind that are counted.
const COUNTED: usize = 1_000;

/// What one officer is told.
#[derive(Clone, Debug, Default)]
pub struct Due {
    /// The officer's own cases, by how much time they have left, the earliest due first.
    pub own: Vec<Line>,
    /// Those that nobody has taken, likewise.
    pub nobodys: Vec<Line>,
    /// Cases of theirs, or of nobody, in which the person replied to a question, whenever they are
    /// due.
    pub replied: Vec<Line>,
    /// Answers that wait for a second officer, and that this one may agree to.
    pub second: Vec<Line>,
    /// Cases that were refused before and cannot be refused again, because an officer is missing.
    pub too_few: Vec<String>,
}

impl Due {
    fn is_empty(&self) -> bool {
        let none = [&self.own, &self.nobodys, &self.replied, &self.second].iter().all(|lines| lines.is_empty());
        none && self.too_few.is_empty()
    }
}

/// What `officer` reads; nothing where nothing is due.
pub fn letter(officer: &Member, due: &Due, origin: &str, now: UtcMillis) -> Option<Letter> {
    if due.is_empty() {
        return None;
    }
    let mut blocks =
        vec![Block::Text(format!("This is what is overdue, due soon, or waiting for you, as of {} (UTC).", now.day()))];
    for left in Left::ALL.iter().copied() {
        let own: Vec<&Line> = due.own.iter().filter(|line| Left::of(line.time, now) == Some(left)).collect();
        kind(&mut blocks, &format!("Yours, {}", left.title().to_lowercase()), &own, now);
    }
    kind(&mut blocks, "Unassigned and due within seven days", &due.nobodys.iter().collect::<Vec<_>>(), now);
    kind(&mut blocks, "Reply received to a question", &due.replied.iter().collect::<Vec<_>>(), now);
    kind(&mut blocks, "Waiting for a second officer", &due.second.iter().collect::<Vec<_>>(), now);
    if !due.too_few.is_empty() {
        blocks.push(Block::Text(format!(
            "Another officer is needed to refuse these again: {}. They can be upheld now. To add an officer, somebody with access to the server runs: sayso user add --role privacy_officer",
            due.too_few.join(", ")
        )));
    }
    blocks.push(Block::Link("Open the queue".into(), format!("{origin}/support/objections")));
    let late = due.own.iter().chain(&due.nobodys).chain(&due.second).filter(|line| line.time < now).count();
    let soon = !due.own.is_empty() || !due.nobodys.is_empty();
    let subject = match (late, due.second.len(), due.replied.len()) {
        (0, 0, 0) if !soon => "A case needs another officer".to_owned(),
        (0, 0, 1) if !soon => "A person replied to a question".to_owned(),
        (0, 0, n) if !soon => format!("{n} people replied to questions"),
        (0, n, _) if !soon => answers(n, "is waiting for a second officer", "are waiting for a second officer"),
        (0, ..) => "Objections due soon".to_owned(),
        (n, ..) => answers(n, "is overdue", "are overdue"),
    };
    Some(Letter { to: officer.email.clone(), subject, blocks })
}

/// The subject, about `n` answers, of which no more than [`COUNTED`] of a kind are counted.
fn answers(n: usize, is: &str, are: &str) -> String {
    match n {
        1 => format!("One answer {is}"),
        n if n >= COUNTED => format!("{COUNTED} answers or more {are}"),
        n => format!("{n} answers {are}"),
    }
}

fn kind(blocks: &mut Vec<Block>, title: &str, lines: &[&Line], now: UtcMillis) {
    if lines.is_empty() {
        return;
    }
    blocks.push(Block::Text(format!("{title}:")));
    for line in lines.iter().take(NAMED) {
        let late = if line.time < now { ", overdue" } else { "" };
        let complaint = if line.stage == Stage::Complaint { ", a complaint" } else { "" };
        let said = format!("due {}{late}{complaint}, about {}", line.time.day(), list(&line.purposes));
        blocks.push(Block::Fact(line.number.clone(), said));
    }
    if lines.len() > NAMED {
        blocks.push(Block::Text("There are more. The queue has all of them.".into()));
    }
}

/// Writes to every officer who has not been written to today and for whom something is due; returns
/// how many letters that made. A morning begins at `hour`, in UTC. Several nodes may do this at
/// once: the day's row of an officer is stored with the letter. `demo` is whether the
/// demonstration's officers are told, too.
pub async fn send(db: &Db, hour: u32, origin: &str, demo: bool, now: UtcMillis) -> db::Result<u32> {
    let today = UtcMillis(now.0 - now.0.rem_euclid(UtcMillis::DAY));
    if now.0 < today.0 + i64::from(hour) * 3_600_000 {
        return Ok(0);
    }
    let day = &now.rfc3339()[..10];
    let mut sent = 0;
    let officers = accounts::officers(db.reader().await?.conn()).await?;
    let officers: Vec<Member> = officers.into_iter().filter(|officer| demo || !officer.demo).collect();
    for officer in &officers {
        if super::store::was_told(db.reader().await?.conn(), day, &officer.id).await? {
            continue;
        }
        let due = due(db, officer, &officers, now).await?;
        let letter = letter(officer, &due, origin, now);
        let mut tx = db.begin().await?;
        if !super::store::tell(tx.conn(), day, &officer.id).await? {
            continue;
        }
        if let Some(letter) = &letter {
            outbox::put(tx.conn(), letter, now).await?;
            sent += 1;
        }
        tx.commit().await?;
    }
    Ok(sent)
}

/// What is due for `officer` within seven days.
async fn due(db: &Db, officer: &Member, officers: &[Member], now: UtcMillis) -> db::Result<Due> {
    let mut reader = db.reader().await?;
    let mut due = Due::default();
    for left in Left::ALL {
        for (whose, lines) in [(Whose::One(officer.id.clone()), &mut due.own), (Whose::Nobody, &mut due.nobodys)] {
            let wanted = Wanted { left: Some(*left), whose, ..Wanted::stage(Stage::Waiting) };
            // What waits for somebody else is not waited for by the one who wrote it.
            lines.extend(all(&mut reader, wanted, now, COUNTED, |line| line.stage != Stage::SecondOfficer).await?);
        }
    }
    for whose in [Whose::One(officer.id.clone()), Whose::Nobody] {
        let wanted = Wanted { whose, ..Wanted::stage(Stage::Replied) };
        due.replied.extend(all(&mut reader, wanted, now, COUNTED, |_| true).await?);
    }
    let theirs = |line: &Line| line.proposer.as_deref() != Some(&officer.id);
    due.too_few = too_few(&mut reader, officers).await?;
    due.second = all(&mut reader, Wanted::stage(Stage::SecondOfficer), now, COUNTED, theirs).await?;
    Ok(due)
}

/// Those of the `wanted` cases that are `meant`, page by page until there are as many as are
/// `enough`.
async fn all(
    reader: &mut Reader,
    mut wanted: Wanted,
    now: UtcMillis,
    enough: usize,
    meant: impl Fn(&Line) -> bool,
) -> db::Result<Vec<Line>> {
    let mut all = Vec::new();
    loop {
        let (lines, more) = cases::page(reader.conn(), &wanted, now).await?;
        wanted.after = lines.last().map(|line| (line.time.0, line.number.clone()));
        all.extend(lines.into_iter().filter(&meant));
        if !more || all.len() >= enough {
            return Ok(all);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::model::{Country, Role};
    use crate::ledger::Purpose;
    use crate::objection::case::CaseState;

    fn line(number: &str, days: i64, now: UtcMillis) -> Line {
        Line {
            asking: None,
            unconfirmed: false,
            number: number.into(),
            stage: Stage::UnderReview,
            state: CaseState::UnderReview,
            time: UtcMillis(now.0 + days * UtcMillis::DAY),
            country: Country::parse("IE").unwrap(),
            officer: None,
            proposer: None,
            name: String::new(),
            received: now,
            due: None,
            revision: 0,
            purposes: vec![Purpose::Research],
        }
    }

    #[test]
    fn a_morning_says_what_is_due_and_nothing_else() {
        let now = UtcMillis::from_date("2026-11-24").unwrap();
        let officer = Member {
            id: "1".into(),
            subject: "s".into(),
            email: "officer@example.org".into(),
            name: "Olive".into(),
            country: Country::parse("IE").unwrap(),
            role: Role::PrivacyOfficer,
            session_epoch: 0,
            joined_at: now,
            address_proved: true,
            unproved: None,
            demo: false,
        };
        assert_eq!(letter(&officer, &Due::default(), "https://x.example", now), None, "no mail for nothing");
        let due = Due {
            own: vec![line("OBJ-00000001", -1, now), line("OBJ-00000002", 1, now), line("OBJ-00000003", 5, now)],
            nobodys: vec![line("OBJ-00000004", -3, now)],
            second: (0..25).map(|_| line("OBJ-00000005", 9, now)).collect(),
            replied: vec![line("OBJ-00000006", 30, now)],
            too_few: Vec::new(),
        };
        let letter = letter(&officer, &due, "https://x.example", now).unwrap();
        assert_eq!((&*letter.to, &*letter.subject), ("officer@example.org", "2 answers are overdue"));
        let plain = letter.plain();
        for said in [
            "Yours, overdue:",
            "OBJ-00000001: due 23 November 2026, overdue, about Research",
            "Yours, due within two days:",
            "OBJ-00000002: due 25 November 2026, about Research",
            "Yours, due within seven days:",
            "Unassigned and due within seven days:",
            "Reply received to a question:",
            "OBJ-00000006: due 24 December 2026, about Research",
            "Waiting for a second officer:",
            "There are more. The queue has all of them.",
            "https://x.example/support/objections",
        ] {
            assert!(plain.contains(said), "{said}\n{plain}");
        }
        assert_eq!(plain.matches("OBJ-00000005").count(), NAMED);
        let subject = |due: &Due| super::letter(&officer, due, "https://x.example", now).unwrap().subject;
        let due = Due { own: vec![line("OBJ-00000001", -1, now); COUNTED], ..due };
        assert_eq!(subject(&due), "1000 answers or more are overdue");
        // Nothing else is due: only a second officer is missing.
        let second = |days: &[i64]| Due {
            second: days.iter().map(|days| line("OBJ-00000005", *days, now)).collect(),
            ..Due::default()
        };
        assert_eq!(subject(&second(&[9])), "One answer is waiting for a second officer");
        assert_eq!(subject(&second(&[9, 20])), "2 answers are waiting for a second officer");
        assert_eq!(subject(&second(&[-1, 20])), "One answer is overdue");
        let replied = |n| Due { replied: vec![line("OBJ-00000006", 30, now); n], ..Due::default() };
        assert_eq!(subject(&replied(1)), "A person replied to a question");
        assert_eq!(subject(&replied(3)), "3 people replied to questions");
        assert_eq!(
            subject(&Due { replied: replied(2).replied, ..second(&[9]) }),
            "One answer is waiting for a second officer"
        );
        let soon = Due { nobodys: vec![line("OBJ-00000004", 3, now)], ..second(&[9]) };
        assert_eq!(subject(&soon), "Objections due soon");
    }
}
