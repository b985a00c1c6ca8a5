//! Objections of the demonstration's members: filed and answered over the last months, through the
//! same stores as any, so that there is something to see in the queue and in the charts.

use crate::account::model::Member;
use crate::db;
use crate::ledger::{Mode, Outcome, Purpose};
use crate::mail::store as outbox;
use crate::objection::case::{By, Move, Ruling, mark};
use crate::objection::form::Filing;
use crate::objection::service::{self, Filed, Filer, Mover, NotMade};
use crate::objection::template::{Content, TemplateKind};
use crate::web::App;
use crate::{id, time::UtcMillis};

#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("SAYSO_DEMO: this database has real members; demonstration accounts are only put into an empty one")]
    RealMembers,
    #[error("demonstration data: {0}")]
    Database(#[from] db::Error),
    #[error("demonstration data: {0}")]
    Alone(#[from] db::OpenError),
    #[error("demonstration data: {0}")]
    Case(String),
    #[error("demonstration data: {0}")]
    Publish(#[from] crate::consent::store::PublishError),
    #[error("demonstration data: {0}")]
    Notice(#[from] crate::consent::notice::NoticeError),
}

const CASES: i64 = 110;
/// How many days ago those were filed that are still open: one is overdue, and the others are due
/// one after the other.
const OPEN: [i64; 6] = [33, 30, 28, 24, 17, 9];
/// Over how many days they are spread, up to today.
const DAYS: i64 = 290;
/// No earlier than what else is told of these members.
const EARLIEST: &str = "2025-12-15";
/// Of these, one with a question that waits for a reply, and one whose reply came.
const ASKED: i64 = 4;
const REPLIED: i64 = 3;
const QUESTION: &str = "Do you mean everything that you wrote here, or certain posts?";
const REPLY: &str = "Everything, please. Most of all what I wrote before this year.";
const GROUNDS: &str = "Without it we could not find fraud and abuse, and other members would be harmed.";
/// What officers begin with.
const TEMPLATES: [(TemplateKind, Option<Purpose>, &str, &str); 3] = [
    (
        TemplateKind::Grounds,
        Some(Purpose::ModerationSafety),
        "Safety of other members",
        "We use this data to find spam, fraud and abuse. Without it other members would be harmed. We keep it no longer than this takes, and nobody uses it for anything else.",
    ),
    (
        TemplateKind::Extension,
        None,
        "Many objections at once",
        "We have many objections at the moment, and want to look at yours ({number}) with care.",
    ),
    (
        TemplateKind::ComplaintAnswer,
        None,
        "The answer stays",
        "We have looked at your objection {number} again. What we answered stays: what you objected to has stopped.",
    ),
];

/// Files a case for each of the first of `members`, and has officers answer those that have waited
/// long enough.
pub async fn fill(app: &App, members: &[Member], officers: [&Member; 2]) -> Result<(), DemoError> {
    let now = app.clock.now();
    for (n, member) in (0..CASES).zip(members) {
        // Spread without a pattern that would show, and later ones a little closer together.
        let back = OPEN.get(usize::try_from(n).unwrap_or_default()).copied();
        let back = back.unwrap_or((n * 83 + n * n * 7) % DAYS * DAYS.min(60 + n * 4) / DAYS);
        let received = UtcMillis(now.0 - back * UtcMillis::DAY - (n * 47 % 600 + 20) * 60_000);
        if UtcMillis::from_date(EARLIEST).is_some_and(|earliest| received < earliest) {
            continue;
        }
        file(app, n, member, officers, received, now).await?;
    }
    for (kind, purpose, title, text) in TEMPLATES {
        let (purpose, language) = (purpose, "en".to_owned());
        let content = Content { kind, purpose, language, title: title.into(), text: text.into() };
        let id = id::opaque().to_string();
        service::save_template(&app.db, &id, 0, &content, officers[0], &app.clock).await?;
    }
    // What they were written is not sent: nobody lives at these addresses.
    let mut tx = app.db.begin().await?;
    while let Some(mail) = outbox::claim(tx.conn(), now).await? {
        outbox::sent(tx.conn(), mail.id, now).await?;
    }
    Ok(tx.commit().await?)
}

/// One case; its course follows from its number.
async fn file(
    app: &App,
    n: i64,
    member: &Member,
    [first, second]: [&Member; 2],
    received: UtcMillis,
    now: UtcMillis,
) -> Result<(), DemoError> {
    let purposes = match n % 10 {
        0 | 4 | 8 => vec![Purpose::ModerationSafety],
        1 | 6 => vec![Purpose::GenerativeAiTraining, Purpose::ModerationSafety],
        2 | 7 => vec![Purpose::Personalisation, Purpose::Inferences],
        3 if n % 20 == 3 => vec![Purpose::Advertising, Purpose::Research],
        3 => vec![Purpose::Advertising],
        _ => vec![Purpose::Research],
    };
    let filing = Filing {
        person: None,
        purposes: purposes.clone(),
        mode: Mode::Object,
        reason: (n % 3 == 0).then(|| "I do not want what I write to be used for this.".into()),
        language: "en",
        region: member.country.into(),
    };
    let origin = app.config.origin();
    let form = id::opaque().to_string();
    let filed = service::file(&app.db, &filing, Filer::Member(member), &form, &origin, received).await?;
    let Filed::Case { number, .. } = filed else { return Ok(()) };
    let go = |by, officer, at: UtcMillis, mv: Move| {
        let mover = Mover { by, officer, seen: None, shown: None, origin: &origin };
        let (db, number) = (&app.db, number.clone());
        async move { service::make_move(db, &number, mover, &mv, at).await.map(drop).map_err(demo) }
    };
    // What can never be refused is upheld already.
    let purposes: Vec<Purpose> = purposes.into_iter().filter(|purpose| purpose.can_be_refused()).collect();
    if purposes.is_empty() {
        return Ok(());
    }
    let by = |by, at, mv| go(by, (by == By::Officer).then_some(first), at, mv);
    let later = |hours: i64| UtcMillis(received.0 + hours * 3_600_000);
    if n % 13 == 6 {
        let at = later(30);
        return if at < now { by(By::Applicant, at, Move::Withdraw).await } else { Ok(()) };
    }
    let answered = later(50 + n * 29 % 420);
    if later(20) >= now {
        return Ok(());
    }
    by(By::Officer, later(20), Move::BeginReview).await?;
    if answered >= now || n < OPEN.len() as i64 {
        if let ASKED | REPLIED = n {
            by(By::Officer, later(40), Move::Ask { text: QUESTION.into() }).await?;
        }
        if n == REPLIED {
            by(By::Applicant, later(70), Move::Reply { text: REPLY.into(), question: 1 }).await?;
        }
        return Ok(());
    }
    let refused = |purpose| purpose == Purpose::ModerationSafety && matches!(n % 10, 0 | 1 | 8);
    let rulings = purposes.into_iter().map(|purpose| {
        if refused(purpose) {
            Ruling { purpose, outcome: Outcome::Refused, grounds: Some(GROUNDS.into()) }
        } else {
            Ruling { purpose, outcome: Outcome::Upheld, grounds: None }
        }
    });
    let rulings: Vec<Ruling> = rulings.collect();
    if rulings.iter().any(|r| r.outcome == Outcome::Refused) {
        let marks = [first, second].map(|officer| mark(&number, &officer.id));
        let [proposes, agrees] = marks;
        by(By::Officer, UtcMillis(answered.0 - 3_600_000), Move::Propose { rulings, by: proposes }).await?;
        // Some of those of late still wait for the second officer.
        if n % 5 == 1 && answered.0 > now.0 - 10 * UtcMillis::DAY {
            return Ok(());
        }
        go(By::Officer, Some(second), answered, Move::Agree { by: agrees }).await?;
    } else {
        by(By::Officer, answered, Move::Decide(rulings)).await?;
    }
    let closed = UtcMillis(answered.0 + 7 * UtcMillis::DAY);
    if n % 2 == 0 && closed < now { by(By::Officer, closed, Move::Close).await } else { Ok(()) }
}

fn demo(cause: NotMade) -> DemoError {
    match cause {
        NotMade::Database(cause) => cause.into(),
        cause => DemoError::Case(cause.to_string()),
    }
}
