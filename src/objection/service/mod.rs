//! What is done about a case, each in one transaction: begin, decide, store, write the letter,
//! commit. What is decided stands in `crates/core`. What answers success has committed.

mod afterwards;
mod already_off;
mod correction;
mod disown;
mod filing;
mod forget;
mod links;
mod moves;
mod notes;
mod reach;
mod recording;
mod templates;
mod upkeep;
mod verification;

pub use afterwards::{Told, afterwards, told_now, told_when_ended};
pub use already_off::{already_off, knowing};
pub use correction::{Corrected, correct_address, remember_filer};
pub use disown::disown;
pub use filing::{Filed, Filer, file};
pub use forget::{erase, lock_cases, withdraw_open};
pub use links::send_links;
pub use moves::{Mover, NotMade, Shown, assign, make_move, withdrawing};
pub use notes::add_note;
pub use reach::reach_proved;
pub use recording::{Recording, correct_recorded_address, record_objection};
pub use templates::{Kept, retire_template, save_template};
pub use upkeep::{catch_up_by_rule, reschedule, settle_addresses, sweep_texts, take_over, tell_progress};
pub use verification::{FreshCode, Opened, Try, begin_try, claim, close_links, verify, write_again};

use super::answer_letter;
use super::apply::noes;
use super::case::{By, Move};
use super::letters::{self, Way};
use super::model::{Case, PastStep};
use super::record::Record;
use super::said::Said;
use super::{steps, store};
use crate::account::model::Member;
use crate::account::staff_action::ActionKind;
use crate::account::store::{
    self as accounts,
    staff_actions::{self, NewAction},
};
use crate::consent::carry;
use crate::db::{self, Conn, Tx, inconsistent};
use crate::ledger::entry::sealed;
use crate::ledger::store as ledger;
use crate::ledger::{CaseStep, Channel, Event, NewEntry, Purpose};
use crate::mail::{Letter, store as outbox};
use crate::{id, time::UtcMillis};

/// A step that is to be recorded: who made it, and what was written with it.
struct Recorded<'a> {
    step: CaseStep,
    by: By,
    officer: Option<&'a Member>,
    text: Option<String>,
    /// What the answer that it is says of each use.
    said: Vec<Said>,
    /// How the text came in, where an officer records what somebody said.
    record: Option<Record>,
}

impl Recorded<'_> {
    /// A step of the person who objected.
    const fn by_applicant(step: CaseStep, text: Option<String>) -> Self {
        Self { step, by: By::Applicant, officer: None, text, said: Vec::new(), record: None }
    }

    /// A step that nobody made but we.
    const fn by_system(step: CaseStep) -> Self {
        Self { step, by: By::System, officer: None, text: None, said: Vec::new(), record: None }
    }
}

/// Records a step in the ledger, and beside it the text that the entry has the hash of. A No that
/// is said with it is said for every account with the member's mailbox.
async fn record(tx: &mut Tx, case: &mut Case, what: Recorded<'_>, now: UtcMillis) -> db::Result<()> {
    let Recorded { mut step, by, officer, text, said, record } = what;
    let salt = id::opaque().to_string();
    case.seal(&mut step, &salt, text.as_deref());
    let (name, due, noes, rulings) = (step.name, step.due, noes(&step), case.rulings_of(&step));
    let sent = name.rules().then(|| answer_letter::answer(case, &rulings, &said));
    step.answer = sent.as_ref().map(|sent| sealed(&salt, &answer_letter::as_stored(sent)));
    let actor = by.actor(case.member.is_some());
    let event = Event::Step { case: case.number.clone(), step };
    let draft = NewEntry { subject: case.subject.clone(), actor, channel: Channel::Web, event };
    ledger::lock(tx.conn(), &case.subject).await?;
    let entry = ledger::append(tx.conn(), draft, now).await?;
    if let Some(member) = &case.member {
        spread(tx, member, &noes, now).await?;
    }
    let by = officer.map(|o| o.id.clone());
    let (entry, at) = (entry.id, entry.at);
    let done = PastStep { entry, step: name, actor, at, due, text, officer: by, rulings, said, sent, record };
    store::put_step(tx.conn(), case, &done, &salt).await?;
    if let Some(officer) = officer {
        let (case, points_to) = (Some(&*case.number), Some(entry.to_string()));
        let action = NewAction { case, points_to, ..NewAction::by(ActionKind::CaseMove, officer) };
        staff_actions::put(tx.conn(), &action, at.into()).await?;
    }
    case.steps.push(done);
    Ok(())
}

async fn spread(tx: &mut Tx, member: &str, noes: &[Purpose], now: UtcMillis) -> db::Result<()> {
    if noes.is_empty() {
        return Ok(());
    }
    carry::spread(tx, member, noes, Channel::Web, now).await
}

/// Acknowledges a case, has it reach the account that is known to have its address, upholds what is
/// upheld by rule, and writes to the person: number, copy, due date, what is paused.
async fn acknowledge(tx: &mut Tx, case: &mut Case, origin: &str, now: UtcMillis) -> db::Result<()> {
    let acknowledged = case.apply(By::System, None, &Move::Acknowledge, now);
    let step = acknowledged.map_err(|_| inconsistent("cases", "state"))?.step;
    record(tx, case, Recorded::by_system(step), now).await?;
    store::search::write_words(tx.conn(), &case.number).await?;
    reach::reach_owner(tx, case, now).await?;
    uphold_by_rule(tx, case, now).await?;
    write(tx, case, origin, now, |case, way| Some(letters::received(case, way))).await
}

/// Upholds what can never be refused, here and in the accounts that the case reaches. Whether there
/// was anything.
async fn uphold_by_rule(tx: &mut Tx, case: &mut Case, now: UtcMillis) -> db::Result<bool> {
    let Ok(applied) = case.apply(By::System, None, &Move::UpholdByRule, now) else { return Ok(false) };
    record(tx, case, Recorded::by_system(applied.step), now).await?;
    reach::mirror(tx, case, &Move::UpholdByRule, now).await?;
    Ok(true)
}

/// Records that the case goes on in the history of `member`.
async fn link(tx: &mut Tx, case: &mut Case, member: &Member, now: UtcMillis) -> db::Result<()> {
    let Some(newest) = case.steps.last() else { return Ok(()) };
    let linked = steps::linked(&case.facts(), newest.entry);
    case.subject.clone_from(&member.subject);
    case.member = Some(member.id.clone());
    store::forget_reached(tx.conn(), case, member).await?;
    record(tx, case, Recorded::by_system(linked), now).await
}

/// Puts a letter about `case` into the outbox. For a person without an account each letter carries
/// a link of its own. Nobody is written to at an address that is somebody else's, and an address
/// that nobody has proved is told nothing that was written in the case.
async fn write(
    tx: &mut Tx,
    case: &Case,
    origin: &str,
    now: UtcMillis,
    letter: impl Fn(&Case, &Way<'_>) -> Option<Letter>,
) -> db::Result<()> {
    if case.is_disowned() {
        return Ok(());
    }
    let key = case.member.is_none().then(|| id::opaque().simple().to_string());
    let known = knowing(tx.conn(), case.clone(), now).await?;
    let known = Case { still_open: store::still_open(tx.conn(), case).await?, ..known }.for_unproved_address();
    let Some(mut letter) = letter(&known, &Way { origin, key: key.as_deref() }) else { return Ok(()) };
    if let Some(member) = &case.member
        && !address_proved(tx.conn(), member, &case.email).await?
    {
        letter = letter.without_words();
    }
    if let Some(key) = &key {
        store::put_link(tx.conn(), &case.number, key, now).await?;
    }
    outbox::put(tx.conn(), &letter, now).await.map(drop)
}

/// Whether a case's member has shown that the address it is written to is theirs.
async fn address_proved(conn: Conn<'_>, member: &str, email: &str) -> db::Result<bool> {
    Ok(accounts::by_id(conn, member).await?.is_some_and(|member| member.address_proved && member.email == email))
}
