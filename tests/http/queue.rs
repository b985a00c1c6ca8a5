//! The queue: what waits, in order; whose it is; and the mail of a morning.

use crate::objection::{ONE, TWO, act, file, stored};
use crate::stories;
use crate::test_app::{TestApp, TestClient};
use sayso::objection::case::number;
use sayso::support::daily_digest;
use sayso::time::UtcMillis;

stories![
    what_is_due_first_comes_first_and_is_marked,
    it_is_filtered_by_state_purpose_country_and_officer,
    a_purpose_leaves_out_the_other_cases_of_each_stage_and_no_more,
    nothing_is_lost_between_two_pages,
    a_case_is_given_to_an_officer_and_only_to_an_officer,
    the_cases_of_an_officer_who_left_are_nobodys,
    each_officer_is_told_once_a_morning_what_is_due_and_no_name_is_in_it,
];

const QUEUE: &str = "/support/objections";

/// The numbers on a page of the queue, in their order.
pub async fn shown(officer: &TestClient, query: &str) -> Vec<String> {
    let page = officer.get(&format!("{QUEUE}{query}")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let links = page.attributes("tbody [href^=\"/support/objections/OBJ-\"]", "href");
    let number = |link: &String| link["/support/objections/".len()..].split('?').next().unwrap().to_owned();
    links.iter().map(number).collect()
}

/// As many cases more as there are `due` dates, each like the case `like`.
pub async fn like(site: &TestApp, like: &str, due: &[i64]) -> Vec<String> {
    let mut numbers = Vec::new();
    for (i, due) in due.iter().enumerate() {
        let number = number([7, 7, 7, 7, i as u8]);
        let case = format!(
            "insert into cases (number, subject, member_id, form, name, email, country, mode, language, state,
               received_at, first_due_at, due_at)
             select '{number}', subject, member_id, '{number}', name, email, country, mode, language, state,
               received_at, {due}, {due}
             from cases where number = '{like}'"
        );
        site.tamper(&case).await.unwrap();
        let purposes = "insert into case_purposes (number, position, purpose) select";
        site.tamper(&format!("{purposes} '{number}', position, purpose from case_purposes where number = '{like}'"))
            .await
            .unwrap();
        numbers.push(number);
    }
    numbers
}

pub async fn officer_id(site: &TestApp, email: &str) -> String {
    sayso::account::store::by_email(site.app.db.reader().await.unwrap().conn(), email).await.unwrap().unwrap().id
}

async fn letters(site: &TestApp, to: &str) -> Vec<(String, String)> {
    let sql = "select subject, plain from outbox where to_address = $1 and subject like '%bjection%' order by id";
    match &site.app.db {
        sayso::db::Db::Sqlite { read, .. } => sqlx::query_as(sql).bind(to).fetch_all(read).await.unwrap(),
        sayso::db::Db::Postgres { pool, .. } => sqlx::query_as(sql).bind(to).fetch_all(pool).await.unwrap(),
    }
}

async fn what_is_due_first_comes_first_and_is_marked(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let mine = file(&ada, ONE, &["research"]).await;
    let now = site.app.clock.now();
    let day = |days: i64| now.0 + days * UtcMillis::DAY;
    let others = like(&site, &mine, &[day(40), day(-1), day(1), day(5)]).await;
    let officer = site.officer().await;
    let order: Vec<_> =
        [1, 2, 3].map(|i| others[i].clone()).into_iter().chain([mine.clone(), others[0].clone()]).collect();
    assert_eq!(shown(&officer, "").await, order);
    let page = officer.get(QUEUE).await;
    for said in ["overdue", "two days or less", "seven days or less"] {
        page.says(said);
    }
    assert_eq!(shown(&officer, "?due=overdue").await, vec![others[1].clone()]);
    assert_eq!(shown(&officer, "?due=two-days").await, vec![others[2].clone()]);
    assert_eq!(shown(&officer, "?due=seven-days").await, vec![others[3].clone()]);
    page.says("1 Overdue");
    page.says("5 All open");
}

async fn it_is_filtered_by_state_purpose_country_and_officer(site: TestApp) {
    let (ada, eve) = (site.member("ada@example.org", "IE").await, site.member("eve@example.org", "DE").await);
    let one = file(&ada, ONE, &["research", "advertising"]).await;
    let two = file(&eve, TWO, &["inferences"]).await;
    let officer = site.officer().await;
    let me = officer_id(&site, "officer@example.org").await;
    act(&officer, &site, "review-objection", &one, &[]).await;
    for (query, found) in [
        ("?purpose=advertising".to_owned(), vec![one.clone()]),
        ("?purpose=personalisation".into(), vec![]),
        ("?country=DE".into(), vec![two.clone()]),
        ("?state=under-review".into(), vec![one.clone()]),
        ("?state=new".into(), vec![two.clone()]),
        (format!("?officer={me}"), vec![one.clone()]),
        ("?officer=nobody".into(), vec![two.clone()]),
        ("?officer=nobody&country=IE".into(), vec![]),
        ("?state=answered".into(), vec![]),
        // What is no word of ours asks for nothing in particular.
        ("?state=%27&due=1&purpose=x&country=ZZ&after=%00".into(), vec![one.clone(), two.clone()]),
    ] {
        // Both are due at the same instant, and follow each other by number.
        let mut found = found;
        found.sort();
        assert_eq!(shown(&officer, &query).await, found, "{query}");
    }
    let rulings = [
        ("rulings[0][purpose]", "inferences"),
        ("rulings[0][outcome]", "refused"),
        ("rulings[0][grounds]", "We need it."),
    ];
    act(&officer, &site, "review-objection", &two, &[]).await;
    act(&officer, &site, "decide-objection", &two, &rulings).await;
    assert_eq!(shown(&officer, "?state=second-officer").await, vec![two.clone()]);
    assert_eq!(shown(&officer, "?state=under-review").await, vec![one.clone()]);
    let second = site.another_officer().await;
    act(&second, &site, "agree-to-decision", &two, &[]).await;
    assert_eq!(shown(&officer, "?state=answered").await, vec![two.clone()]);
    // Thirty days from now on; the other is due a month after it was filed, which is as long.
    site.pass(60_000);
    eve.post("/api/complain-about-objection", &[("case", &two), ("text", "No.")]).await;
    assert_eq!(shown(&officer, "?state=complaint").await, vec![two.clone()]);
    assert_eq!(
        shown(&officer, "").await,
        [one.clone(), two.clone()],
        "a complaint waits again, until its own due date"
    );
    ada.post("/api/withdraw-objection", &[("case", &one)]).await;
    assert_eq!(shown(&officer, "?state=ended").await, [one]);
}

/// Where the database has each purpose of a case in the queue.
async fn places(site: &TestApp) -> Vec<(String, String, Option<String>, i64)> {
    let sql = "select number, purpose, queue, queue_at from case_purposes order by number, position";
    match &site.app.db {
        sayso::db::Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_all(read).await.unwrap(),
        sayso::db::Db::Postgres { pool, .. } => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
    }
}

async fn a_purpose_leaves_out_the_other_cases_of_each_stage_and_no_more(site: TestApp) {
    let (mut cases, mut members) = (Vec::new(), Vec::new());
    for purposes in [&["research", "personalisation"][..], &["inferences"], &["research"]] {
        for _ in 0..7 {
            let member = site.member(&format!("m{}@example.org", cases.len()), "IE").await;
            cases.push((file(&member, &uuid::Uuid::new_v4().to_string(), purposes).await, purposes));
            members.push(member);
            site.pass(1_000);
        }
    }
    let officer = site.officer().await;
    for (nth, (number, purposes)) in cases.iter().enumerate() {
        let stage = nth % 7;
        let fields: Vec<[(String, &str); 3]> = purposes
            .iter()
            .enumerate()
            .map(|(i, purpose)| {
                let refused = stage == 2 && *purpose != "personalisation";
                [
                    (format!("rulings[{i}][purpose]"), *purpose),
                    (format!("rulings[{i}][outcome]"), if refused { "refused" } else { "upheld" }),
                    (format!("rulings[{i}][grounds]"), if refused { "We need it." } else { "" }),
                ]
            })
            .collect();
        let rulings: Vec<(&str, &str)> = fields.iter().flatten().map(|(name, value)| (&**name, *value)).collect();
        // New ones stay as they are.
        if matches!(stage, 1..=4) {
            act(&officer, &site, "review-objection", number, &[]).await;
        }
        if matches!(stage, 2..=4) {
            act(&officer, &site, "decide-objection", number, &rulings).await;
        }
        match stage {
            4 => drop(members[nth].post("/api/complain-about-objection", &[("case", number), ("text", "No.")]).await),
            5 => drop(members[nth].post("/api/withdraw-objection", &[("case", number)]).await),
            // As any version of the server would write it.
            6 => {
                let sql = format!(
                    "update cases set state = 'duplicate', duplicate_of = '{}' where number = '{number}'",
                    cases[nth - 6].0
                );
                site.tamper(&sql).await.unwrap();
            }
            _ => {}
        }
    }
    for (state, in_it) in [
        ("waiting", 12),
        ("new", 3),
        ("under-review", 3),
        ("second-officer", 3),
        ("complaint", 3),
        ("answered", 3),
        ("ended", 6),
    ] {
        let all = shown(&officer, &format!("?state={state}")).await;
        assert_eq!(all.len(), in_it, "{state}");
        for purpose in ["research", "personalisation", "inferences", "moderation-safety"] {
            let about = |number: &String| cases.iter().any(|(n, about)| n == number && about.contains(&purpose));
            let own: Vec<String> = all.iter().filter(|n| about(n)).cloned().collect();
            for more in ["", "&country=IE"] {
                let query = format!("?state={state}&purpose={purpose}{more}");
                assert_eq!(shown(&officer, &query).await, own, "{query}");
            }
        }
    }
    // What the migration finds for cases from before it is what the database keeps afterwards.
    let kept = places(&site).await;
    let migration = match &site.app.db {
        sayso::db::Db::Sqlite { .. } => include_str!("../../migrations/sqlite/0037_queue_beside_purposes.sql"),
        sayso::db::Db::Postgres { .. } => include_str!("../../migrations/postgres/0037_queue_beside_purposes.sql"),
    };
    let found = migration.split(';').find(|sql| sql.contains("update case_purposes")).unwrap();
    site.tamper("update case_purposes set queue = null, queue_at = null").await.unwrap();
    site.tamper(found).await.unwrap();
    assert_eq!(places(&site).await, kept);
}

async fn nothing_is_lost_between_two_pages(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let mine = file(&ada, ONE, &["research"]).await;
    let now = site.app.clock.now().0;
    // Many due at the same instant: the number decides.
    let due: Vec<i64> = (0..119).map(|i| now + i64::from(i / 40) * UtcMillis::DAY).collect();
    let mut all = like(&site, &mine, &due).await;
    all.push(mine);
    let officer = site.officer().await;
    let (mut seen, mut query, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        seen.extend(shown(&officer, &query).await);
        pages += 1;
        let page = officer.get(&format!("{QUEUE}{query}")).await;
        let Some(next) = page.link_to("next") else { break };
        query = next.strip_prefix(QUEUE).unwrap().to_owned();
    }
    assert_eq!((seen.len(), pages), (120, 3));
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    all.sort();
    assert_eq!(sorted, all);
}

async fn a_case_is_given_to_an_officer_and_only_to_an_officer(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let (officer, second) = (site.officer().await, site.another_officer().await);
    let path = format!("{QUEUE}/{number}");
    let (me, they) = (officer_id(&site, "officer@example.org").await, officer_id(&site, "second@example.org").await);
    let loaded = "0".to_owned();
    act(&officer, &site, "assign-objection", &number, &[("officer", &they)]).await;
    officer.get(&path).await.says("The assignment is saved.");
    assert_eq!(shown(&second, &format!("?officer={they}")).await, vec![number.clone()]);
    // Somebody else's page is older than that: they are told, and the case stays where it is.
    let title = format!("Case {number}");
    let late =
        officer.post("/api/assign-objection", &[("case", &number), ("revision", &loaded), ("officer", &me)]).await;
    late.refused(&title).says("This case has changed since you loaded the page.");
    let member = officer_id(&site, "ada@example.org").await;
    for nobody in [&*member, "x", "'"] {
        let answer = act(&officer, &site, "assign-objection", &number, &[("officer", nobody)]).await;
        answer.refused(&title).says("Please choose one of the officers listed here.");
    }
    assert_eq!(shown(&second, &format!("?officer={they}")).await, vec![number.clone()]);
    act(&officer, &site, "assign-objection", &number, &[("officer", "")]).await;
    assert_eq!(shown(&second, "?officer=nobody").await, vec![number.clone()]);
    // Who gave it to whom stands on its page, and only there.
    let page = officer.get(&path).await;
    assert_eq!(page.text().matches("Assigned to Staff.").count(), 1, "{}", page.lines());
    assert_eq!(page.text().matches("Assigned to nobody.").count(), 1, "{}", page.lines());
    assert!(!ada.get(&format!("/objections/{number}")).await.body.contains("Assigned to"));
    // What somebody was writing meanwhile is still there when they are told.
    act(&second, &site, "review-objection", &number, &[]).await;
    let page = officer.get(&path).await;
    assert_eq!(page.text().matches("Took this case.").count(), 1, "{}", page.lines());
    let seen = stored(&site, &number).await.revision.to_string();
    act(&officer, &site, "assign-objection", &number, &[("officer", &me)]).await;
    let fields = [
        ("case", number.as_str()),
        ("revision", &seen),
        ("rulings[0][purpose]", "research"),
        ("rulings[0][outcome]", "refused"),
        ("rulings[0][grounds]", "Three paragraphs of grounds."),
    ];
    let page = second.post("/api/decide-objection", &fields).await;
    page.refused(&title).says("This case has changed since you loaded the page.");
    assert_eq!(page.field("rulings[0][grounds]"), "Three paragraphs of grounds.", "nothing they wrote is lost");
    assert_eq!(site.count("decision").await, 0);
}

async fn the_cases_of_an_officer_who_left_are_nobodys(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    act(&officer, &site, "review-objection", &number, &[]).await;
    site.tamper("update members set role = 'auditor' where email = 'officer@example.org'").await.unwrap();
    let second = site.another_officer().await;
    assert_eq!(shown(&second, "?officer=nobody").await, vec![number.clone()]);
    second.get(&format!("{QUEUE}/{number}")).await.says("Staff (no longer an officer)");
    drop(second);
    site.pass_days(30);
    daily_digest::send(&site.app.db, 0, "https://x.example", false, site.app.clock.now()).await.unwrap();
    let (_, plain) = &letters(&site, "second@example.org").await[0];
    assert!(plain.contains("Unassigned and due within seven days") && plain.contains(&number), "{plain}");
}

async fn each_officer_is_told_once_a_morning_what_is_due_and_no_name_is_in_it(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let mine = file(&ada, ONE, &["research"]).await;
    let two = file(&ada, TWO, &["inferences"]).await;
    let officer = site.officer().await;
    act(&officer, &site, "review-objection", &mine, &[]).await;
    drop(officer);
    let send =
        async || daily_digest::send(&site.app.db, 6, "https://x.example", false, site.app.clock.now()).await.unwrap();
    site.pass(7 * 3_600_000);
    assert_eq!(send().await, 0, "nothing is due for a month");
    site.pass_days(28);
    site.another_officer().await;
    site.pass(-2 * 3_600_000);
    assert_eq!(send().await, 0, "it is not morning yet");
    site.pass(2 * 3_600_000);
    assert_eq!(send().await, 2);
    assert_eq!(send().await, 0, "once a morning");
    let letters_to_owner = letters(&site, "officer@example.org").await;
    let [(subject, plain)] = &letters_to_owner[..] else { panic!("{letters_to_owner:?}") };
    assert_eq!(subject, "Objections due soon");
    assert!(plain.contains(&format!("Yours, due within two days:\n\n{mine}")), "{plain}");
    assert!(plain.contains(&format!("Unassigned and due within seven days:\n\n{two}")), "{plain}");
    let (_, other) = &letters(&site, "second@example.org").await[0];
    assert!(other.contains(&two) && !other.contains(&mine), "{other}");
    for word in ["Ada", "ada@", "health"] {
        assert!(!plain.contains(word) && !other.contains(word), "{word}");
    }
    site.pass_days(1);
    assert_eq!(send().await, 2, "and again the next day");
}
