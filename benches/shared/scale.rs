//! A database of so many members, each with ten entries, and with the cases that so many would
//! file.

use sayso::account::model::{Country, Member, NewMember, Role};
use sayso::account::{password::hash_now, search, store};
use sayso::consent::new_entry;
use sayso::consent::notice::NoticeText;
use sayso::consent::rules::{BUILT_IN, Rules};
use sayso::consent::store as consent;
use sayso::db::Db;
use sayso::ledger::entry::Canonical;
use sayso::ledger::{Actor, Channel, Choice, Entry, EntryId, Event, NewEntry, NoticeRef, Purpose, Reason, Shown, View};
use sayso::objection::case;
use sayso::time::UtcMillis;
use sqlx::QueryBuilder;

pub const PASSWORD: &str = "correct-horse-battery";
pub const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
pub const STAFF: &str = "bench.staff@example.org";
const AI: Purpose = Purpose::GenerativeAiTraining;
pub const VISITED: usize = 40;

/// What is searched for.
pub const SEARCHES: [&str; 9] = [
    "three letters",
    "a first name",
    "a last name",
    "first and last name",
    "last name, first begun",
    "both names begun",
    "an address",
    "an id",
    "nobody",
];

/// Numbers that are the same at every run (a linear congruential generator, Knuth's MMIX).
pub struct Dice(pub u64);

impl Dice {
    /// Below `n`; the smaller the likelier, as names are.
    fn skewed(&mut self, n: usize) -> usize {
        let u = self.fair(1_000_000) as f64 / 1_000_000.0;
        ((u * u * u) * n as f64) as usize
    }

    pub fn fair(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// The `i`th of some names, made of syllables.
fn made(i: usize) -> String {
    const SYLLABLES: [&str; 20] = [
        "an", "ber", "ca", "dö", "el", "fi", "gar", "hal", "i", "jo", "ka", "lé", "mi", "no", "ol", "pe", "ra", "sen",
        "to", "vi",
    ];
    let (mut rest, mut name) = (i + 20, String::new());
    while rest > 0 {
        name.push_str(SYLLABLES[rest % 20]);
        rest /= 20;
    }
    name[..1].to_uppercase() + &name[1..]
}

pub struct Person {
    pub id: String,
    pub first: String,
    pub last: String,
    pub email: String,
}

/// The more they are, the more last names there are, so that as many have the same one: a search
/// finds as many members among all of them as among few, and what is compared is how long it takes.
pub fn people(n: usize) -> Vec<Person> {
    let mut dice = Dice(7);
    (0..n)
        .map(|i| {
            let (first, last) = (made(dice.skewed(500)), made(dice.skewed(n / 25)));
            let email = format!("{}.{}{i}@mail{}.example", search::fold(&first), search::fold(&last), dice.fair(20));
            Person {
                id: sayso::id::in_time_order(UtcMillis(1_700_000_000_000 + i as i64)).to_string(),
                first,
                last,
                email,
            }
        })
        .collect()
}

/// Gives them the ids that they have in a database that was filled before: those are in the order
/// in which they came.
pub async fn recall(db: &Db, people: &mut [Person]) {
    const IDS: &str = "select id from members where role = 'member' order by id";
    let ids: Vec<String> = match db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(IDS).fetch_all(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(IDS).fetch_all(pool).await.unwrap(),
    };
    assert_eq!(ids.len(), people.len());
    people.iter_mut().zip(ids).for_each(|(person, id)| person.id = id);
}

/// Puts them into the database, many rows at once, with all that is kept of them.
pub async fn fill(db: &Db, people: &[Person]) {
    put_members(db, people).await;
    put_words(db, people).await;
    let notice = publish(db).await;
    entries(db, people, &notice, &History::of_ten()).await;
    staff(db).await;
    cases(db, people).await;
    sign_in_with_a_password(db, people).await;
    if let Db::Postgres { pool, .. } = db {
        // As its own housekeeping would by and by.
        sqlx::query("vacuum analyze").execute(pool).await.unwrap();
    }
}

/// The members alone.
pub async fn put_members(db: &Db, people: &[Person]) {
    macro_rules! insert {
        ($pool:expr, $db:ty) => {{
            let mut tx = $pool.begin().await.unwrap();
            for some in people.chunks(1_000) {
                let mut sql = QueryBuilder::<$db>::new(
                    "insert into members (id, subject, email, name, country, role, password_hash, joined_at, searchable, words_in_pairs,
                       short_words_paired, name_parted, address_proved_at) ",
                );
                sql.push_values(some, |mut row, p| {
                    row.push_bind(&p.id).push_bind(p.subject()).push_bind(&p.email);
                    row.push_bind(format!("{} {}", p.first, p.last));
                    row.push("'IE'").push("'member'").push("''").push("0").push("true").push("true").push("true");
                    row.push("true").push("0");
                });
                sql.build().execute(&mut *tx).await.unwrap();
            }
            tx.commit().await.unwrap();
        }};
    }
    match db {
        Db::Sqlite { write, .. } => insert!(write, sqlx::Sqlite),
        Db::Postgres { pool, .. } => insert!(pool, sqlx::Postgres),
    }
}

/// The words that they are found by, in their order.
pub async fn put_words(db: &Db, people: &[Person]) {
    let mut words: Vec<(String, &str)> = people
        .iter()
        .flat_map(|p| search::keys(&format!("{} {}", p.first, p.last), &p.email).into_iter().map(|word| (word, &*p.id)))
        .collect();
    words.sort_unstable();
    macro_rules! insert {
        ($pool:expr, $db:ty) => {{
            let mut tx = $pool.begin().await.unwrap();
            for some in words.chunks(5_000) {
                let mut sql = QueryBuilder::<$db>::new("insert into member_words (word, member_id) ");
                sql.push_values(some, |mut row, (word, id)| {
                    row.push_bind(word).push_bind(*id);
                });
                sql.build().execute(&mut *tx).await.unwrap();
            }
            tx.commit().await.unwrap();
        }};
    }
    match db {
        Db::Sqlite { write, .. } => insert!(write, sqlx::Sqlite),
        Db::Postgres { pool, .. } => insert!(pool, sqlx::Postgres),
    }
    let names: Vec<String> = people.iter().map(|p| format!("{} {}", p.first, p.last)).collect();
    let mut tx = db.begin().await.unwrap();
    store::name_parts::write(tx.conn(), names.iter().map(String::as_str)).await.unwrap();
    tx.commit().await.unwrap();
}

/// The `n`th of the members whose pages are visited, spread over all of them.
pub fn visited(people: &[Person], n: usize) -> (usize, &Person) {
    let i = n * (people.len() / VISITED);
    (i, &people[i])
}

async fn sign_in_with_a_password(db: &Db, people: &[Person]) {
    let hash = hash_now(PASSWORD);
    let mut tx = db.begin().await.unwrap();
    for (_, person) in (0..VISITED).map(|n| visited(people, n)) {
        store::change_password(tx.conn(), &person.id, &hash).await.unwrap();
    }
    tx.commit().await.unwrap();
}

pub async fn publish(db: &Db) -> NoticeRef {
    let effective = UtcMillis::from_date("2025-11-03").unwrap();
    let text = NoticeText::parse("What we do\n\nThe exact words.", AI, 1, "en", effective).unwrap();
    consent::publish(db, text, Channel::CommandLine, UtcMillis::from_date("2025-09-18").unwrap()).await.unwrap();
    consent::notices(db.reader().await.unwrap().conn()).await.unwrap()[0].reference.clone()
}

/// What each member's history has: a default, a notice, and then choices, so many entries in all.
pub struct History {
    pub joined: UtcMillis,
    pub entries: i64,
    /// Milliseconds between one entry and the next.
    pub every: i64,
    /// Whether every fourth entry is a support view.
    pub views: bool,
}

impl History {
    /// Ten entries over two years.
    fn of_ten() -> Self {
        let joined = UtcMillis::from_date("2024-10-01").unwrap();
        Self { joined, entries: 10, every: 60 * UtcMillis::DAY, views: false }
    }

    /// So many entries from a little more than a year ago until a few weeks ago.
    pub fn until_now(entries: i64) -> Self {
        let joined = UtcMillis(sayso::time::system().now().0 - 400 * UtcMillis::DAY);
        Self { joined, entries, every: 25 * UtcMillis::DAY, views: true }
    }

    /// What is recorded in this round, at `at`.
    fn draft(&self, rules: &Rules, member: &Member, notice: &NoticeRef, round: i64, at: UtcMillis) -> NewEntry {
        match round {
            0 => new_entry::beginning(rules, member, Channel::CommandLine, at),
            1 => new_entry::delivery(rules, member, notice, Channel::Web, at),
            _ if self.views && round % 4 == 0 => {
                let view = View {
                    shown: Shown::Settings,
                    reason: Reason::Asked,
                    text: None,
                    during: None,
                    staff: None,
                    until: None,
                };
                let event = Event::View { case: None, view };
                NewEntry { subject: member.subject.clone(), actor: Actor::Support, channel: Channel::Web, event }
            }
            _ => {
                let nth = if self.views { round - round / 4 } else { round };
                let choice = if nth % 2 == 0 { Choice::Denied } else { Choice::Allowed };
                new_entry::said(rules, member, AI, choice, Some(notice.clone()), Channel::Web, at)
            }
        }
    }
}

/// The entries of all of them, in rounds: a member's are as far from each other in the file as
/// visits over a year or two leave them.
pub async fn entries(db: &Db, people: &[Person], notice: &NoticeRef, history: &History) {
    let rules = Rules::parse(BUILT_IN).unwrap();
    let mut newest: Vec<Option<EntryId>> = vec![None; people.len()];
    let joined = history.joined;
    for round in 0..history.entries {
        let at = UtcMillis(joined.0 + round * history.every);
        macro_rules! insert {
            ($pool:expr, $db:ty) => {{
                let mut tx = $pool.begin().await.unwrap();
                for (n, some) in people.chunks(2_000).enumerate() {
                    let rows: Vec<(Entry, Canonical)> = some
                        .iter()
                        .enumerate()
                        .map(|(i, person)| {
                            let (i, member) = (n * 2_000 + i, person.member(joined));
                            let at = UtcMillis(at.0 + i as i64);
                            let draft = history.draft(&rules, &member, notice, round, at);
                            let entry = Entry::new(draft, at, &sayso::id::random(), newest[i]);
                            newest[i] = Some(entry.id);
                            let canonical = entry.canonical();
                            (entry, canonical)
                        })
                        .collect();
                    let mut sql = QueryBuilder::<$db>::new(
                        "insert into entries (id, subject, position, kind, purpose, at, canonical, sha256) ",
                    );
                    sql.push_values(&rows, |mut row, (entry, canonical)| {
                        row.push_bind(entry.id.to_string()).push_bind(&entry.subject).push_bind(round + 1);
                        row.push_bind(entry.kind.as_str()).push_bind(entry.purpose.map(Purpose::as_str));
                        row.push_bind(entry.at.0).push_bind(&canonical.bytes).push_bind(&canonical.sha256);
                    });
                    sql.build().execute(&mut *tx).await.unwrap();
                }
                tx.commit().await.unwrap();
            }};
        }
        match db {
            Db::Sqlite { write, .. } => insert!(write, sqlx::Sqlite),
            Db::Postgres { pool, .. } => insert!(pool, sqlx::Postgres),
        }
    }
}

/// For each hundred members five cases that wait, half of them taken, and five that were answered:
/// so that the smallest platform too fills the pages of the queue that are compared. All are about
/// research, one in twenty-five of each kind about advertising too.
async fn cases(db: &Db, people: &[Person]) {
    let officer = store::by_email(db.reader().await.unwrap().conn(), STAFF).await.unwrap().unwrap().id;
    let now = sayso::time::system().now();
    macro_rules! insert {
        ($pool:expr, $db:ty) => {{
            let mut tx = $pool.begin().await.unwrap();
            let all: Vec<usize> = (0..people.len() / 10).collect();
            for some in all.chunks(1_000) {
                let number = |i: usize| case::number([(i >> 24) as u8, (i >> 16) as u8, (i >> 8) as u8, i as u8, 7]);
                let mut sql = QueryBuilder::<$db>::new(
                    "insert into cases (number, subject, member_id, form, name, email, country, mode, language, state, received_at,
                       first_due_at, due_at, decided_at, outcome, officer_id) ",
                );
                sql.push_values(some, |mut row, i| {
                    let person = &people[i * people.len() / all.len()];
                    let (waits, day) = (i % 2 == 0, UtcMillis::DAY);
                    // What waits is due within the month, a seventh of it was due before. The rest
                    // was answered within the half year of the charts, each after some days.
                    let spread = *i as i64 * 7_919_777;
                    let due = now.0 + if waits { spread % (35 * day) - 5 * day } else { -(spread % (180 * day)) };
                    let took = *i as i64 * 6_700_417 % (30 * day);
                    let answered = (!waits).then_some(due - 30 * day + took);
                    row.push_bind(number(*i)).push_bind(person.subject()).push_bind(&person.id).push_bind(format!("form {i}"));
                    row.push_bind(&person.last).push_bind(&person.email).push("'IE'").push("'object'").push("'en'");
                    row.push_bind(if waits { "under_review" } else { "upheld" }).push_bind(due - 30 * day).push_bind(due);
                    row.push_bind(due).push_bind(answered).push_bind((!waits).then_some("upheld")).push_bind((i % 4 != 0).then_some(&officer));
                });
                sql.build().execute(&mut *tx).await.unwrap();
                let mut sql = QueryBuilder::<$db>::new("insert into case_purposes (number, position, purpose, outcome) ");
                sql.push_values(some, |mut row, i| {
                    row.push_bind(number(*i)).push("1").push("'research'").push_bind((i % 2 != 0).then_some("upheld"));
                });
                sql.build().execute(&mut *tx).await.unwrap();
                let mut sql = QueryBuilder::<$db>::new("insert into case_purposes (number, position, purpose, outcome) ");
                sql.push_values(some.iter().filter(|i| *i % 50 < 2), |mut row, i| {
                    row.push_bind(number(*i)).push("2").push("'advertising'").push_bind((i % 2 != 0).then_some("upheld"));
                });
                sql.build().execute(&mut *tx).await.unwrap();
            }
            tx.commit().await.unwrap();
        }};
    }
    match db {
        Db::Sqlite { write, .. } => insert!(write, sqlx::Sqlite),
        Db::Postgres { pool, .. } => insert!(pool, sqlx::Postgres),
    }
}

impl Person {
    fn subject(&self) -> String {
        format!("s-{}", self.id)
    }

    fn member(&self, joined_at: UtcMillis) -> Member {
        Member {
            id: self.id.clone(),
            subject: self.subject(),
            email: self.email.clone(),
            name: self.last.clone(),
            country: Country::parse("IE").unwrap(),
            role: Role::Member,
            session_epoch: 0,
            joined_at,
            address_proved: true,
            unproved: None,
            demo: false,
        }
    }
}

async fn staff(db: &Db) {
    let new = NewMember {
        name: "Staff".into(),
        email: STAFF.into(),
        country: Country::parse("IE").unwrap(),
        role: Role::PrivacyOfficer,
        password_hash: hash_now(PASSWORD),
        demo: false,
        address_proved: true,
    };
    let mut tx = db.begin().await.unwrap();
    let staff = store::insert(tx.conn(), new, UtcMillis(0)).await.unwrap();
    store::second_factor::set_up(tx.conn(), &staff.id, SECRET, 0, UtcMillis(0)).await.unwrap();
    tx.commit().await.unwrap();
}

/// A query of one kind, about somebody there is.
pub fn query(kind: &str, p: &Person) -> String {
    let begun = |text: &str, n: usize| text.chars().take(n).collect::<String>();
    match kind {
        "three letters" => begun(&p.last, 3),
        "a first name" => p.first.clone(),
        "a last name" => p.last.clone(),
        "first and last name" => format!("{} {}", p.first, p.last),
        "last name, first begun" => format!("{} {}", p.last, begun(&p.first, 2)),
        "both names begun" => format!("{} {}", begun(&p.first, 3), begun(&p.last, 3)),
        "an address" => p.email.clone(),
        "an id" => p.id.clone(),
        _ => format!("{}q {}q", p.first, p.last),
    }
}
