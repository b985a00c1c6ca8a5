//! `sayso clock accept`: the operator, who knows better, says that the clock is right now and which
//! span of it was not. `sayso clock show` says what that would do, and does nothing.

use super::ask::Yes;
use super::out::say;
use sayso::account::staff_action::ActionKind;
use sayso::account::store::staff_actions::{self, NewAction};
use sayso::db::Db;
use sayso::ledger::clock::{Acceptance, Watch};
use sayso::objection::{service, store as cases};
use sayso::time::UtcMillis;
use sayso::time::given_span::given_span;
use sayso::time::guard::{Doubt, TOLERANCE};
use sayso::web::config::{Database, Laws};
use std::error::Error;

type Done = Result<(), Box<dyn Error>>;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Confirm that the clock is right now and was wrong before, so that writing starts again
    Accept {
        #[command(flatten)]
        given: Given,
        #[command(flatten)]
        yes: Yes,
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        laws: Laws,
    },
    /// Show what `accept` would do, and change nothing
    Show {
        #[command(flatten)]
        given: Given,
        #[command(flatten)]
        database: Database,
    },
}

/// The span that the operator names.
#[derive(Clone, Copy, clap::Args)]
pub struct Given {
    /// When the clock became wrong, RFC 3339 or YYYY-MM-DD [default: what the record shows]
    #[arg(long, value_parser = instant)]
    from: Option<UtcMillis>,
    /// Until when, by the wrong clock itself [default: now]
    #[arg(long, value_parser = instant)]
    until: Option<UtcMillis>,
}

fn instant(text: &str) -> Result<UtcMillis, &'static str> {
    UtcMillis::from_rfc3339(text)
        .ok_or("accepted: an instant such as 2026-11-25T10:00:00Z, or a date such as 2026-11-25")
}

pub async fn run(command: Command) -> Done {
    match command {
        Command::Accept { given, yes, database, laws } => accept(given, yes, &database, &laws).await,
        Command::Show { given, database } => show(given, &database).await,
    }
}

/// Says what `accept` would say, and ends.
async fn show(given: Given, database: &Database) -> Done {
    let db = super::open_unwatched(database).await?;
    let found = found(&Watch::system(), &db, given).await?;
    say!("Nothing was changed.{}", if found.is_some() { " To accept this, run `sayso clock accept`." } else { "" });
    db.close().await;
    Ok(())
}

async fn accept(given: Given, yes: Yes, database: &Database, laws: &Laws) -> Done {
    laws.put_regimes_in_force()?;
    let db = super::open_unwatched(database).await?;
    let watch = Watch::system();
    let Some((accepted, against)) = found(&watch, &db, given).await? else { return Ok(()) };
    // What a server has against this clock belongs into the question: the answer sets it aside.
    let against = against.map(|doubt| format!("Held against this clock: {doubt}. If you accept, it counts as right. "));
    let about = format!("{}An entry about this will stay in each of these histories.", against.unwrap_or_default());
    yes.confirm(&about, "Accept?")?;
    let mut tx = db.begin_at_any_time().await?;
    let entry = watch.accept(&mut tx, &accepted).await?;
    let moved = service::reschedule(&mut tx, accepted.span, accepted.now).await?;
    let points_to = Some(entry.id.to_string());
    let action = NewAction { points_to, ..NewAction::by_command(ActionKind::ClockAccepted) };
    staff_actions::put(tx.conn(), &action, watch.clock.now_micros()).await?;
    tx.commit().await?;
    say!("Accepted, as entry {}. Due dates moved to an earlier day: {moved}.", entry.id.receipt());
    // Only a part of what is in doubt may have been accepted.
    match watch.held_against(&db).await? {
        None => say!("A running server writes again within a minute."),
        Some(doubt) => say!(
            "The clock is still in doubt: {doubt}. Until that is settled, no server writes. Run `sayso clock show` to see what is left to accept."
        ),
    }
    db.close().await;
    Ok(())
}

/// What there is to accept, said, with what is held against the clock; none where there is nothing,
/// which is said, too.
///
/// # Errors
/// Where the clock cannot be right, or the span cannot be meant.
async fn found(
    watch: &Watch,
    db: &Db,
    Given { from, until }: Given,
) -> Result<Option<(Acceptance, Option<Doubt>)>, Box<dyn Error>> {
    let now = watch.clock.now();
    if let Some(built) = watch.built.filter(|built| built.0.saturating_sub(now.0) > TOLERANCE) {
        let text = format!(
            "this machine's clock says {}, which is before this program was built ({}); set the clock right first",
            now.long(),
            built.day()
        );
        return Err(text.into());
    }
    let ahead = watch.server_ahead(db.reader().await?.conn()).await?.unwrap_or(0);
    if ahead.saturating_abs() > TOLERANCE {
        let text =
            "the database server's clock and this machine's are more than two minutes apart; set them right first";
        return Err(text.into());
    }
    let from = match (from, until) {
        (None, Some(_)) => {
            let known = watch.acceptance(db, None).await?.map(|known| known.span.from);
            Some(known.ok_or("the record does not show when the clock became wrong; name that with --from")?)
        }
        (from, _) => from,
    };
    let given = match from {
        None => None,
        Some(from) => {
            let (from, until) = given_span(from, until, watch.on_record(db).await?)?;
            Some((from, Some(until)))
        }
    };
    let Some(accepted) = watch.acceptance(db, given).await? else {
        say!("The clock and the record agree. There is nothing to accept.");
        return Ok(None);
    };
    if given.is_some() && accepted.entries == 0 {
        return Err(
            "no entry was recorded in this span, so there is nothing to accept; look at --from and --until".into()
        );
    }
    let against = watch.held_against(db).await?;
    describe(db, &accepted, against).await?;
    Ok(Some((accepted, against)))
}

/// Says what is about to be done.
async fn describe(db: &Db, accepted: &Acceptance, against: Option<Doubt>) -> Done {
    let Acceptance { now, span, subjects, entries } = accepted;
    let cases = cases::received_within(db.reader().await?.conn(), *span).await?.len();
    say!("The time now, which counts as right:    {}", now.long());
    say!("The clock was wrong from:               {}", span.from.long());
    say!("until, by the wrong clock itself:       {}", span.until.long());
    say!("Held against this clock:                {}", against.map_or("nothing".into(), |doubt| doubt.to_string()));
    say!("");
    say!("Entries with a time in that period: {entries}, in the histories of {} people or cases.", subjects.len());
    say!("If you accept:");
    say!("  - No entry is changed. An entry about this is added to each of these histories and to the platform's.");
    say!("  - A notice shown in that period counts as shown now, so that nobody is on by default too early.");
    say!("  - Choices and objections made in that period stand.");
    say!(
        "  - Answers that are due for what arrived in that period ({cases}) are due no later than if it had arrived now."
    );
    Ok(())
}
