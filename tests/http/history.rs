//! A long history: what decides is found without reading all of it, and it is shown in pages.

use crate::objection::{ONE, TWO, decide, file};
use crate::stories;
use crate::test_app::{Answer, TestApp};
use http::StatusCode;
use sayso::account::{model::Member, store::by_email};
use sayso::consent::standing::{Facts, first_country};
use sayso::consent::wording::Voice;
use sayso::consent::{history::periods, page, rows, settled::settle, store::notices};
use sayso::ledger::entry::Moved;
use sayso::ledger::store::{self as ledger, deciding};
use sayso::ledger::{
    Actor, CaseStep, Channel, Choice, Entry, Event, Kind, NewEntry, Purpose, Reason, Shown, Step, View,
};

stories![
    what_decides_is_found_and_nothing_else_is_read,
    it_is_found_along_an_index,
    a_long_history_has_pages_that_are_together_the_whole,
    support_leafs_through_the_same_pages_on_any_day,
    what_happened_to_an_objection_to_other_uses_is_there_too,
    a_pause_has_ended_once_no_other_case_pauses_the_use,
];

/// The switch is about one use; the history has everything that was recorded.
async fn what_happened_to_an_objection_to_other_uses_is_there_too(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["personalisation", "advertising"]).await;
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("personalisation", "refused", "We need it.")]).await;
    let history = ada.get("/settings/privacy/history").await;
    history.says(&format!("Objection {number} filed"));
    history.says(&format!("Objection {number} upheld: Advertising, by rule"));
    history.says(&format!("Objection {number} refused: Personalisation; pause ended"));
    // Each row leads to its receipt.
    assert_eq!(
        history.links("/settings/privacy/entries/").len(),
        whole(&site, &member(&site).await.subject).await.len()
    );
    // The card of the switch has what is about the switch.
    let tab = ada.get("/settings/privacy").await;
    assert!(!tab.texts_of("table").join(" ").contains("refused: Personalisation"));
}

/// Two cases may pause one use: it comes back with the last of them.
async fn a_pause_has_ended_once_no_other_case_pauses_the_use(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let one = file(&ada, ONE, &["personalisation", "research"]).await;
    site.pass(60_000);
    let two = file(&ada, TWO, &["personalisation"]).await;
    site.pass(60_000);
    ada.post("/api/withdraw-objection", &[("case", &one)]).await;
    let history = ada.get("/settings/privacy/history").await;
    history.says(&format!("Objection {one} withdrawn; pause ended: Research"));
    site.pass(60_000);
    ada.post("/api/withdraw-objection", &[("case", &two)]).await;
    ada.get("/settings/privacy/history").await.says(&format!("Objection {two} withdrawn; pause ended"));
}

const AI: Purpose = Purpose::GenerativeAiTraining;

async fn member(site: &TestApp) -> Member {
    by_email(site.app.db.reader().await.unwrap().conn(), "ada@example.org").await.unwrap().unwrap()
}

async fn whole(site: &TestApp, subject: &str) -> Vec<Entry> {
    ledger::of_subject(site.app.db.reader().await.unwrap().conn(), subject).await.unwrap()
}

/// Appends a minute after a minute, as they say.
async fn append(site: &TestApp, drafts: impl IntoIterator<Item = NewEntry>) {
    let mut tx = site.app.db.begin().await.unwrap();
    for draft in drafts {
        site.pass(60_000);
        ledger::append(tx.conn(), draft, site.app.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn draft(subject: &str, actor: Actor, event: Event) -> NewEntry {
    NewEntry { subject: subject.into(), actor, channel: Channel::Web, event }
}

fn choice(subject: &str, purpose: Purpose, on: bool) -> NewEntry {
    let choice = if on { Choice::Allowed } else { Choice::Denied };
    draft(subject, Actor::Member, Event::Choice { purpose, choice, rule: None, notice: None })
}

fn look(subject: &str) -> NewEntry {
    let view =
        View { shown: Shown::Settings, reason: Reason::Asked, text: None, during: None, staff: None, until: None };
    draft(subject, Actor::Support, Event::View { case: None, view })
}

/// A little of everything, with long runs of choices and of looks, and of other purposes'.
fn everything(subject: &str) -> Vec<NewEntry> {
    let case =
        |n: u32, step: CaseStep, actor| draft(subject, actor, Event::Step { case: format!("OBJ-0000000{n}"), step });
    let filed = |n, purpose| case(n, CaseStep { purposes: vec![purpose], ..Step::Filed.into() }, Actor::Member);
    let moved =
        |from: &str, to: &str| draft(subject, Actor::Member, Event::Move(Moved { from: from.into(), to: to.into() }));
    let mut all = vec![filed(1, AI), case(1, Step::Withdrawn.into(), Actor::Member)];
    all.extend((0..60).map(|_| look(subject)));
    all.extend((0..120).map(|n| choice(subject, AI, n % 2 == 1)));
    all.push(moved("US", "CA"));
    all.extend((0..55).map(|n| choice(subject, Purpose::Research, n % 2 == 1)));
    all.push(filed(2, Purpose::Research));
    all.extend((0..30).map(|n| choice(subject, AI, n % 2 == 1)));
    all.push(moved("CA", "US"));
    all
}

/// The rows of a page: what stands in it, as one text a row.
fn said(page: &Answer) -> Vec<String> {
    page.html_of("tbody tr")
}

/// What `deciding` reads, told without its SQL.
fn decides(whole: &[Entry], purposes: &[Purpose], most: usize) -> Vec<Entry> {
    let newest = |e: &Entry| {
        let later = whole.iter().rev().take_while(|l| l.id != e.id);
        let same = later.filter(|l| l.kind == Kind::Choice && l.purpose == e.purpose).count();
        same < most && e.purpose.is_some_and(|p| purposes.contains(&p))
    };
    let decides = |e: &&Entry| match e.kind {
        Kind::Choice => newest(e),
        Kind::View => false,
        _ => true,
    };
    whole.iter().filter(decides).cloned().collect()
}

async fn what_decides_is_found_and_nothing_else_is_read(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.get("/settings/privacy").await;
    site.member("eve@example.org", "US").await.get("/settings/privacy").await;
    let subject = member(&site).await.subject;
    append(&site, everything(&subject)).await;
    let whole = whole(&site, &subject).await;
    let mut reader = site.app.db.reader().await.unwrap();
    for most in [1, 2, 101, 500] {
        let found = deciding::about(reader.conn(), &subject, AI, most, None).await.unwrap();
        assert_eq!(found, decides(&whole, &[AI], most), "{most}");
    }
    assert_eq!(deciding::of_subject(reader.conn(), &subject, None).await.unwrap(), decides(&whole, Purpose::ALL, 1));
    let all = deciding::of_subjects(reader.conn(), &["no such subject", &subject, "platform"]).await.unwrap();
    let hers: Vec<Entry> = all.iter().filter(|e| e.subject == subject).cloned().collect();
    assert_eq!(hers, decides(&whole, Purpose::ALL, 1));
    assert!(all.is_sorted_by_key(|e| e.subject.clone()) && all.iter().any(|e| e.kind == Kind::Notice));
    // By an instant, and by an entry.
    for n in [3, 70, 150, 190, 260] {
        let (by, at) = (&whole[..=n], whole[n].at);
        let mut found = deciding::about(reader.conn(), &subject, AI, 7, Some(at)).await.unwrap();
        found.retain(|e| e.at <= at);
        assert_eq!(found, decides(by, &[AI], 7), "{n}");
        let mut found = deciding::of_subject(reader.conn(), &subject, Some(whole[n].id)).await.unwrap();
        found.retain(|e| e.at <= at);
        assert_eq!(found, decides(by, Purpose::ALL, 1), "{n}");
    }
}

async fn it_is_found_along_an_index(site: TestApp) {
    site.member("ada@example.org", "US").await;
    let sql = "select position from entries where subject = 'x' and kind not in ('choice', 'view') order by position";
    let plan: String = match &site.app.db {
        sayso::db::Db::Sqlite { read, .. } => {
            let rows: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(sqlx::AssertSqlSafe(format!("explain query plan {sql}"))).fetch_all(read).await.unwrap();
            rows.into_iter().map(|row| row.3).collect()
        }
        sayso::db::Db::Postgres { pool, .. } => {
            let mut conn = pool.acquire().await.unwrap();
            // In a table of ten rows no index is worth it.
            sqlx::query("set enable_seqscan = off").execute(&mut *conn).await.unwrap();
            let rows: Vec<String> =
                sqlx::query_scalar(sqlx::AssertSqlSafe(format!("explain {sql}"))).fetch_all(&mut *conn).await.unwrap();
            rows.join("\n")
        }
    };
    assert!(plan.contains("entries_deciding"), "{plan}");
}

async fn a_long_history_has_pages_that_are_together_the_whole(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.get("/settings/privacy").await;
    let subject = member(&site).await.subject;
    append(&site, [look(&subject)]).await;
    site.pass_days(31);
    append(&site, everything(&subject)).await;
    let ada = site.signed_in("ada@example.org").await;
    // What the whole history would have said.
    let (app, now) = (&site.app, site.app.clock.now());
    let (mut entries, member) = (whole(&site, &subject).await, member(&site).await);
    settle(&mut entries, now);
    let published = notices(app.db.reader().await.unwrap().conn()).await.unwrap();
    let facts = Facts {
        country: first_country(&entries, member.country),
        entries: &entries,
        notices: &published,
        rules: &app.rules,
        doubt: false,
        unproved: None,
        window_days: 30,
    };
    let expected: Vec<(String, String)> =
        rows::rows(&facts, AI, &periods(&facts, AI, now)).into_iter().map(|row| (row.what, row.receipt)).collect();
    assert_eq!(expected.iter().filter(|(what, _)| what.starts_with("Turned on by default")).count(), 2, "{expected:?}");

    let (mut before, mut found, mut counts) = (None, Vec::new(), Vec::new());
    loop {
        let page = page::history(app, &member, None, before, Voice::Member).await.unwrap();
        assert_eq!(page.picture.is_some(), before.is_none());
        counts.push(page.rows.len());
        found.extend(page.rows.into_iter().map(|row| (row.what, row.receipt)));
        before = page.older;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(found, expected);
    assert!(counts.len() > 5 && counts.iter().all(|count| *count <= 52), "{counts:?}");

    // The same by its links, there and back.
    let mut path = "/settings/privacy/history".to_owned();
    let mut pages = Vec::new();
    loop {
        let page = ada.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert_eq!(page.has(".timeline"), pages.is_empty());
        let next = page.link_to("next");
        pages.push((path, said(&page)));
        match next {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!(pages.iter().map(|(_, rows)| rows.len()).collect::<Vec<_>>(), counts);
    let mut path = pages.last().unwrap().0.clone();
    for (at, rows) in pages.iter().rev() {
        assert_eq!(&path, at);
        let page = ada.get(&path).await;
        assert_eq!(&said(&page), rows);
        path = page.link_to("prev").unwrap_or_default();
    }
    // What is no page is the first one.
    for wrong in ["x", "0", "-7", "1", "100000", "99999999999999999999"] {
        assert_eq!(said(&ada.get(&format!("/settings/privacy/history?before={wrong}")).await), pages[0].1, "{wrong}");
    }
    // An entry says the same on its own page.
    for n in [0, 40, 100, 170, 200] {
        let (what, receipt) = &expected[n];
        let entry = entries.iter().find(|e| e.id.receipt() == *receipt).unwrap();
        let one = page::entry(app, &member, &entry.id.to_string(), None, Voice::Member).await.unwrap();
        assert_eq!((&one.row.what, &one.row.receipt), (what, receipt));
    }
    // And the picture says how far it goes.
    ada.get("/settings/privacy/history").await.says("The last 100 choices, since 24 December 2026: ");
    ada.get("/settings/privacy").await.says("The last 100 choices, since 24 December 2026: ");
}

async fn support_leafs_through_the_same_pages_on_any_day(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.get("/settings/privacy").await;
    let Member { id, subject, .. } = member(&site).await;
    append(&site, (0..70).map(|n| choice(&subject, AI, n % 2 == 1))).await;
    site.pass_days(1);
    append(&site, (0..70).map(|n| choice(&subject, AI, n % 2 == 1))).await;
    site.staff("support@example.org", sayso::account::model::Role::Support).await;
    let support = site.signed_in_as("support@example.org", sayso::account::model::Role::Support).await;
    let form = [("member", id.as_str()), ("reason", "asked"), ("text", "Called.")];
    support.post("/api/look-at-member", &form).await;
    let ada = site.signed_in("ada@example.org").await;
    let path = format!("/support/members/{id}/history");
    let (hers, theirs) = (ada.get("/settings/privacy/history").await, support.get(&path).await);
    let to_her = |rows: Vec<String>| {
        let said = |row: &String| {
            let mut row = row.replace(&format!("/support/members/{id}"), "/settings/privacy");
            for (to_staff, to_her) in [("The member was", "You were"), ("The member", "You"), ("the member", "you")] {
                row = row.replace(to_staff, to_her);
            }
            row
        };
        rows.iter().map(said).collect::<Vec<_>>()
    };
    assert_eq!(to_her(said(&theirs)), said(&hers));
    let (next, hers) = (theirs.link_to("next").unwrap(), hers.link_to("next").unwrap());
    assert_eq!(next.replace(&format!("/support/members/{id}"), "/settings/privacy"), hers);
    assert_eq!(to_her(said(&support.get(&next).await)), said(&ada.get(&hers).await));
    // Of the first day alone, in two pages too.
    let day = support.get(&format!("{path}?at=2026-11-23T23:59")).await;
    assert_eq!(said(&day).len(), 50);
    let next = day.link_to("next").unwrap();
    assert!(next.starts_with(&format!("{path}?at=2026-11-23T23:59&before=")), "{next}");
    let last = support.get(&next).await;
    assert_eq!(said(&last).len(), 72 - 50);
    assert_eq!(last.link_to("prev").unwrap(), format!("{path}?at=2026-11-23T23:59"));
    last.says("Account created");
}
