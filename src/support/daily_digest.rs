//! The e-mail of a morning: each officer, once a day, is told what is due. Nobody whose data it is
//! is named in it: a mailbox is not the place for that.

use super::too_few::{TooFew, to_step_in, too_few};
use crate::account::{model::Member, store as accounts};
use crate::db::{self, Db, Reader};
use crate::mail::{Block, Letter, store as outbox};
use crate::objection::letters::list;
use crate::objection::queue::{Left, Stage, Wanted, Whose};
use crate::objection::store::{self as cases, Line};
use crate::time::UtcMillis;
use std::collections::BTreeSet;

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
    /// Cases in which a second officer sent their draft back, whenever they are due.
    pub sent_back: Vec<Line>,
    /// Cases of other officers who cannot refuse them again, and that this one can.
    pub to_step_in: Vec<Line>,
    /// Cases of theirs, or of nobody, in which the person replied to a question, whenever they are
    /// due.
    pub replied: Vec<Line>,
    /// Cases of theirs, or of nobody, whose answer reached nobody: the address is somebody else's.
    pub not_sent: Vec<Line>,
    /// Answers that wait for a second officer, and that this one may agree to.
    pub second: Vec<Line>,
    /// Cases whose refusal cannot go on, because an officer is missing.
    pub too_few: TooFew,
}

impl Due {
    fn is_empty(&self) -> bool {
        let lines =
            [&self.own, &self.nobodys, &self.sent_back, &self.to_step_in, &self.replied, &self.not_sent, &self.second];
        lines.iter().all(|lines| lines.is_empty()) && self.too_few.is_empty()
    }
}

/// What `officer` reads; nothing where nothing is due.
pub fn letter(officer: &Member, due: &Due, origin: &str, now: UtcMillis) -> Option<Letter> {
    if due.is_empty() {
        return None;
    }
    let mut blocks =
        vec![Block::Text(format!("This is what is overdue, due soon, or waiting for you, as of {} (UTC).", now.day()))];
    kind(&mut blocks, "Sent back to you", &due.sent_back.iter().collect::<Vec<_>>(), now);
    for left in Left::ALL.iter().copied() {
        let own: Vec<&Line> = due.own.iter().filter(|line| Left::of(line.time, now) == Some(left)).collect();
        kind(&mut blocks, &format!("Yours, {}", left.title().to_lowercase()), &own, now);
    }
    kind(&mut blocks, "Unassigned and due within seven days", &due.nobodys.iter().collect::<Vec<_>>(), now);
    kind(&mut blocks, "Reply received to a question", &due.replied.iter().collect::<Vec<_>>(), now);
    not_sent(&mut blocks, &due.not_sent);
    let others = "With another officer, who cannot refuse it again. You can";
    kind(&mut blocks, others, &due.to_step_in.iter().collect::<Vec<_>>(), now);
    kind(&mut blocks, "Waiting for a second officer", &due.second.iter().collect::<Vec<_>>(), now);
    blocks.extend(due.too_few.says().into_iter().map(Block::Text));
    blocks.push(Block::Link("Open the queue".into(), format!("{origin}/support/objections")));
    let waiting = [&due.own, &due.nobodys, &due.sent_back, &due.to_step_in, &due.second];
    let late = waiting.into_iter().flatten().filter(|line| line.time < now).map(|line| &line.number);
    let late = late.collect::<BTreeSet<_>>().len();
    let soon = !due.own.is_empty() || !due.nobodys.is_empty();
    let counted = (due.sent_back.len(), due.second.len(), due.replied.len(), due.to_step_in.len());
    let subject = match (late, counted) {
        (0, _) if soon => "Objections due soon".to_owned(),
        (0, (0, 0, 0, 0)) if !due.not_sent.is_empty() => answers(due.not_sent.len(), "was not sent", "were not sent"),
        (0, (0, 0, 0, 0)) => "A case needs another officer".to_owned(),
        (0, (0, 0, 0, 1)) => "A case may need another officer".to_owned(),
        (0, (0, 0, 0, n)) => format!("{n} cases may need another officer"),
        (0, (0, 0, 1, _)) => "A person replied to a question".to_owned(),
        (0, (0, 0, n, _)) => format!("{n} people replied to questions"),
        (0, (0, n, ..)) => answers(n, "is waiting for a second officer", "are waiting for a second officer"),
        (0, (n, ..)) => answers(n, "was sent back to you", "were sent back to you"),
        (n, _) => answers(n, "is overdue", "are overdue"),
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

/// The answers that wait for the right address. They are not due on a day.
fn not_sent(blocks: &mut Vec<Block>, lines: &[Line]) {
    if lines.is_empty() {
        return;
    }
    blocks.push(Block::Text(
        "Answer not sent, because the address is somebody else's. Please find the right one:".into(),
    ));
    for line in lines.iter().take(NAMED) {
        let said = format!("received {}, about {}", line.received.day(), list(&line.purposes));
        blocks.push(Block::Fact(line.number.clone(), said));
    }
    if lines.len() > NAMED {
        blocks.push(Block::Text("There are more. The queue has all of them.".into()));
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
        let wanted = Wanted { whose: whose.clone(), ..Wanted::stage(Stage::Replied) };
        due.replied.extend(all(&mut reader, wanted, now, COUNTED, |_| true).await?);
        let wanted = Wanted { whose, ..Wanted::stage(Stage::NotSent) };
        due.not_sent.extend(all(&mut reader, wanted, now, COUNTED, |_| true).await?);
    }
    due.sent_back = cases::sent_back(reader.conn(), &officer.id).await?;
    let others = to_step_in(&mut reader, officer, officers).await?;
    due.to_step_in = cases::lines_of(reader.conn(), &others).await?;
    due.too_few = too_few(&mut reader, officers).await?;
    let not = cases::not_to_agree(reader.conn(), &officer.id).await?;
    let theirs = |line: &Line| line.proposer.as_deref() != Some(&officer.id) && !not.contains(&line.number);
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
            disowned: false,
            reopened: false,
            number: number.into(),
            stage: Stage::UnderReview,
            state: CaseState::UnderReview,
            time: UtcMillis(now.0 + days * UtcMillis::DAY),
            country: Country::parse("IE").unwrap(),
            officer: None,
            proposer: None,
            sent_back_to: None,
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
            sent_back: vec![line("OBJ-00000007", 40, now)],
            to_step_in: vec![line("OBJ-00000008", 20, now)],
            own: vec![line("OBJ-00000001", -1, now), line("OBJ-00000002", 1, now), line("OBJ-00000003", 5, now)],
            nobodys: vec![line("OBJ-00000004", -3, now)],
            second: (0..25).map(|_| line("OBJ-00000005", 9, now)).collect(),
            replied: vec![line("OBJ-00000006", 30, now)],
            not_sent: vec![line("OBJ-00000009", -9, now)],
            too_few: TooFew::default(),
        };
        let letter = letter(&officer, &due, "https://x.example", now).unwrap();
        assert_eq!((&*letter.to, &*letter.subject), ("officer@example.org", "2 answers are overdue"));
        let plain = letter.plain();
        for said in [
            "Yours, overdue:",
            "OBJ-00000001: due 23 November 2026, overdue, about Research",
            "Yours, due within two days:",
            "OBJ-00000002: due 25 November 2026, about Research",
            "Yours, due in two to seven days:",
            "Unassigned and due within seven days:",
            "Reply received to a question:",
            "OBJ-00000006: due 24 December 2026, about Research",
            "Answer not sent, because the address is somebody else's.",
            "OBJ-00000009: received 24 November 2026, about Research",
            "Sent back to you:",
            "OBJ-00000007: due 3 January 2027, about Research",
            "With another officer, who cannot refuse it again. You can:",
            "OBJ-00000008: due 14 December 2026, about Research",
            "Waiting for a second officer:",
            "There are more. The queue has all of them.",
            "https://x.example/support/objections",
        ] {
            assert!(plain.contains(said), "{said}\n{plain}");
        }
        assert_eq!(plain.matches("OBJ-00000005").count(), NAMED);
        let subject = |due: &Due| super::letter(&officer, due, "https://x.example", now).unwrap().subject;
        let many = (0..COUNTED).map(|n| line(&format!("OBJ-{n:08}"), -1, now)).collect();
        let due = Due { own: many, ..due };
        assert_eq!(subject(&due), "1000 answers or more are overdue");
        // Nothing else is due: only a second officer is missing.
        let second = |days: &[i64]| Due {
            second: days.iter().map(|days| line(&format!("OBJ-0000{days:04}"), *days, now)).collect(),
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
        let back = |n| Due { sent_back: vec![line("OBJ-00000007", 30, now); n], ..second(&[9]) };
        assert_eq!(subject(&back(1)), "One answer was sent back to you");
        assert_eq!(subject(&back(2)), "2 answers were sent back to you");
        let not_sent = |n| Due { not_sent: vec![line("OBJ-00000009", -9, now); n], ..Due::default() };
        assert_eq!(subject(&not_sent(1)), "One answer was not sent");
        assert_eq!(subject(&not_sent(2)), "2 answers were not sent");
        let step_in = |n| Due { to_step_in: vec![line("OBJ-00000008", 30, now); n], ..Due::default() };
        assert_eq!(subject(&step_in(1)), "A case may need another officer");
        assert_eq!(subject(&step_in(2)), "2 cases may need another officer");
        let soon = Due { nobodys: vec![line("OBJ-00000004", 3, now)], ..second(&[9]) };
        assert_eq!(subject(&soon), "Objections due soon");
    }
}
