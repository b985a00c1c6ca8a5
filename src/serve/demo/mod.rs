//! Demonstration data: accounts to try everything with, and nothing on a database that real members
//! use.

mod cases;

pub use cases::DemoError;

use crate::account::model::{Country, Member, NewMember, Role};
use crate::account::{password::hash_now, store as accounts, store::second_factor};
use crate::consent::{new_entry, notice::NoticeText, service, store};
use crate::ledger::{Channel, Choice, Purpose, store as ledger};
use crate::time::UtcMillis;
use crate::web::App;

pub const PASSWORD: &str = "correct-horse-battery";
/// From which the staff's authenticators make their codes, in base 32: known to everybody, as the
/// password is.
pub const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
/// The accounts that the start prints, with what they are for.
pub const ACCOUNTS: [(&str, &str); 8] = [
    ("member@sayso.example", "on by default"),
    ("optedout@sayso.example", "off, with a few changes behind them"),
    ("eu@sayso.example", "excluded, then on by default a month after 3 November 2025"),
    ("support@sayso.example", "staff: support"),
    ("officer@sayso.example", "staff: privacy officer"),
    ("auditor@sayso.example", "staff: auditor"),
    ("officer2@sayso.example", "staff: another privacy officer, because refusals need two"),
    ("officer3@sayso.example", "staff: a third one, because after a complaint somebody else writes a refusal"),
];
/// How many more there are, to search among.
pub const GENERATED: usize = 200;
/// Text, day of publication, and day from which it holds, from version 1 on. Everybody who joins is
/// shown the last. It says what the second says, in better words and without dates that are over:
/// nobody's standing rests on it who was told before.
pub const NOTICES: [(&str, &str, &str); 3] = [
    (include_str!("../../../notices/generative-ai-training.1.en.txt"), "2024-09-18", "2024-09-18"),
    (include_str!("../../../notices/generative-ai-training.2.en.txt"), "2025-09-18", "2025-11-03"),
    (include_str!("../../../notices/generative-ai-training.3.en.txt"), "2025-12-11", "2025-12-11"),
];
const AI: Purpose = Purpose::GenerativeAiTraining;

/// `text` with the notice period that is set, in days, in the place of the 30 days of its file.
fn for_period(text: &str, days: u32) -> String {
    text.replace("30 days", &if days == 1 { "1 day".into() } else { format!("{days} days") })
}

fn at(date: &str, minutes: i64) -> UtcMillis {
    let midnight = UtcMillis::from_date(date).unwrap_or(UtcMillis(0));
    UtcMillis(midnight.0 + minutes * 60_000)
}

impl App {
    /// Whether somebody may come in with this account. Those of the demonstration end with it:
    /// their password and their secret are known to everybody.
    pub fn admits(&self, member: &Member) -> bool {
        !member.demo || self.config.demo
    }
}

/// Fills an empty database. Where the demonstration accounts are already there, nothing happens.
///
/// # Errors
/// [`DemoError::RealMembers`] where there are accounts and none of them is a demonstration's.
pub async fn fill(app: &App) -> Result<(), DemoError> {
    let _alone = app.db.alone("demonstration").await?;
    match accounts::counts(app.db.reader().await?.conn()).await? {
        (0, _) => {}
        (_, 0) => return Err(DemoError::RealMembers),
        _ => return Ok(()),
    }
    for (version, (text, published, effective)) in (1..).zip(NOTICES) {
        let text = if u32::try_from(NOTICES.len()) == Ok(version) {
            for_period(text, app.config.notice_window_days)
        } else {
            text.into()
        };
        let notice = NoticeText::parse(&text, AI, version, "en", at(effective, 0))?;
        match store::publish(&app.db, notice, Channel::Demonstration, at(published, 0)).await {
            // A start that was cut short had come this far.
            Ok(_) | Err(store::PublishError::Exists(..)) => {}
            Err(e) => return Err(e.into()),
        }
    }
    let hash = hash_now(PASSWORD);
    let notices = store::notices(app.db.reader().await?.conn()).await?;
    let (mut officers, mut generated) = (Vec::new(), Vec::new());
    let mut tx = app.db.begin().await?;
    let people = people();
    for person in people {
        let new = NewMember {
            name: person.name,
            email: person.email,
            country: person.country,
            role: person.role,
            password_hash: hash.clone(),
            demo: true,
            address_proved: true,
        };
        let member = accounts::insert(tx.conn(), new, person.joined).await?;
        if member.role.is_staff() {
            second_factor::set_up(tx.conn(), &member.id, SECRET, 0, person.joined).await?;
            officers.extend(Some(member).filter(|member| member.role == Role::PrivacyOfficer));
            continue;
        }
        service::record_default(&mut tx, &app.rules, &member, Channel::Demonstration).await?;
        for (when, event) in person.events {
            let draft = match event {
                Event::Told(version) => {
                    let Some(notice) = notices.iter().find(|n| n.reference.version == version) else { continue };
                    new_entry::delivery(&app.rules, &member, &notice.reference, Channel::Demonstration, when)
                }
                Event::Chose(choice) => choice_draft(app, &member, choice, when, &notices),
            };
            ledger::append(tx.conn(), draft, when).await?;
        }
        if !ACCOUNTS.iter().any(|(email, _)| *email == member.email) {
            generated.push(member);
        }
    }
    tx.commit().await?;
    match &officers[..] {
        [first, second, ..] => cases::fill(app, &generated, [first, second]).await,
        _ => Ok(()),
    }
}

fn choice_draft(
    app: &App,
    member: &Member,
    choice: Choice,
    when: UtcMillis,
    notices: &[crate::consent::notice::Notice],
) -> crate::ledger::NewEntry {
    let told = notices.iter().rev().find(|n| n.published_at <= when).map(|n| n.reference.clone());
    new_entry::said(&app.rules, member, AI, choice, told, Channel::Demonstration, when)
}

enum Event {
    Told(u32),
    Chose(Choice),
}

struct Person {
    name: String,
    email: String,
    country: Country,
    role: Role,
    joined: UtcMillis,
    events: Vec<(UtcMillis, Event)>,
}

fn people() -> Vec<Person> {
    let country = |code: &str| Country::parse(code).expect("a code of ISO 3166");
    let person = |name: &str, email: &str, code: &str, role, joined: &str, events| Person {
        name: name.into(),
        email: email.into(),
        country: country(code),
        role,
        joined: at(joined, 9 * 60),
        events,
    };
    let told = || {
        [("2024-09-18", 540, 1), ("2025-11-03", 545, 2), ("2025-12-12", 550, 3)]
            .map(|(day, minutes, version)| (at(day, minutes), Event::Told(version)))
            .into_iter()
            .collect::<Vec<_>>()
    };
    let changes = vec![
        (at("2024-09-18", 601), Event::Told(1)),
        (at("2025-03-14", 21 * 60 + 40), Event::Chose(Choice::Denied)),
        (at("2025-06-02", 7 * 60 + 11), Event::Chose(Choice::Allowed)),
        (at("2025-11-03", 480), Event::Told(2)),
        (at("2025-11-05", 18 * 60 + 36), Event::Chose(Choice::Denied)),
        (at("2025-12-12", 490), Event::Told(3)),
    ];
    let mut all = vec![
        person("Mira Moreno", ACCOUNTS[0].0, "US", Role::Member, "2023-05-02", told()),
        person("Oskar Oduya", ACCOUNTS[1].0, "US", Role::Member, "2023-02-11", changes),
        person("Elif Weber", ACCOUNTS[2].0, "DE", Role::Member, "2023-08-21", told()),
        person("Sam Support", ACCOUNTS[3].0, "US", Role::Support, "2023-01-02", vec![]),
        person("Olga Officer", ACCOUNTS[4].0, "IE", Role::PrivacyOfficer, "2023-01-02", vec![]),
        person("Ari Auditor", ACCOUNTS[5].0, "IE", Role::Auditor, "2023-01-02", vec![]),
        person("Otto Officer", ACCOUNTS[6].0, "IE", Role::PrivacyOfficer, "2023-01-02", vec![]),
        person("Odile Officer", ACCOUNTS[7].0, "IE", Role::PrivacyOfficer, "2023-01-02", vec![]),
    ];
    let first = ["Ada", "Bruno", "Chloé", "Dmitri", "Emeka", "Freya", "Giulia", "Hiro", "Inés", "Jamal"];
    let last = ["Abel", "Brandt", "Castro", "Dupont", "Eriksen", "Fischer", "García", "Haddad", "Ito", "Jensen"];
    let codes = ["US", "DE", "GB", "FR", "CA", "BR", "IN", "JP", "CH", "AU", "HK", "ES"];
    for i in 0..GENERATED {
        let mut events = told();
        match i % 7 {
            0 => events.insert(2, (at("2025-12-10", i as i64), Event::Chose(Choice::Denied))),
            3 => events.truncate(1),
            _ => {}
        }
        all.push(Person {
            name: format!("{} {}", first[i % first.len()], last[i / first.len() % last.len()]),
            email: format!("member{:03}@sayso.example", i + 1),
            country: country(codes[i % codes.len()]),
            role: Role::Member,
            joined: at("2023-09-01", i as i64 * 97),
            events,
        });
    }
    all
}
