//! Figures: they are those of the cases and members that came through the front door, and small
//! ones are told to nobody.

use crate::objection::{CODE, ONE, TWO, act, decide, file, unverified};
use crate::stories;
use crate::test_app::{AI, Answer, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::{Country, Member, NewMember, Role};
use sayso::account::store::page_of_members;
use sayso::consent::standing::{Facts, standing};
use sayso::consent::store::notices;
use sayso::ledger::{Channel, Choice, store as ledger};
use sayso::statistics::count::{Count, catch_up};
use sayso::statistics::days::{Day, DayState, KEPT, Region};
use sayso::statistics::store;
use sayso::time::UtcMillis;
use scraper::{ElementRef, Html, Selector};
use uuid::Uuid;

stories![
    the_charts_have_the_cases_that_came_through_the_front_door,
    a_chart_and_its_file_are_refused_alike,
    the_days_are_what_standing_says_of_every_member,
    a_year_and_more_is_counted_in_one_pass,
    the_server_counts_each_day_once_and_one_node_at_a_time,
    everybody_reads_how_objections_are_answered_but_no_small_count,
];

const NO: &str = "The rights of others weigh more here.";

async fn support(site: &TestApp) -> TestClient {
    site.staff("support@example.org", Role::Support).await;
    site.signed_in_as("support@example.org", Role::Support).await
}

async fn csv(visitor: &TestClient, chart: &str) -> Vec<String> {
    let answer = visitor.get(&format!("/support/figures/{chart}.csv")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{chart}.csv\""));
    lines(&answer.body)
}

fn lines(body: &str) -> Vec<String> {
    body.strip_suffix("\r\n").unwrap().split("\r\n").map(str::to_owned).collect()
}

/// The table on the page that has this caption, line by line as its file would have it.
fn table(page: &Answer, caption: &str) -> Vec<String> {
    let selector = |css: &str| Selector::parse(css).unwrap();
    let (tables, captions) = (selector("table"), selector("caption"));
    let (rows, cells) = (selector("tr"), selector("th, td"));
    let body = Html::parse_document(&page.body);
    let has_caption = |table: &ElementRef<'_>| {
        table.select(&captions).any(|found| found.text().collect::<String>().starts_with(caption))
    };
    let table = body.select(&tables).find(has_caption).expect("the table is there");
    let cell = |cell: ElementRef<'_>| {
        let text: String = cell.text().collect();
        if text == "none" { String::new() } else { quoted(&text) }
    };
    table.select(&rows).map(|row| row.select(&cells).map(cell).collect::<Vec<_>>().join(",")).collect()
}

fn quoted(text: &str) -> String {
    if text.contains(',') { format!("\"{text}\"") } else { text.into() }
}

/// Files as a fresh member, in a form of its own, and returns the number.
async fn filed(site: &TestApp, name: &str, purposes: &[&'static str]) -> (TestClient, String) {
    let member = site.member(&format!("{name}@example.org"), "IE").await;
    let number = file(&member, &Uuid::new_v4().to_string(), purposes).await;
    (member, number)
}

async fn count(site: &TestApp) -> u64 {
    Count::of(&site.app, site.app.clock.now()).run(None, |_| {}).await.unwrap()
}

async fn the_charts_have_the_cases_that_came_through_the_front_door(site: TestApp) {
    let staff = support(&site).await;
    let empty = staff.get("/support/figures").await;
    empty.says("No cases are waiting for an answer.");
    empty.says("No objection was received or answered in these 26 weeks.");
    empty.says("No day has been counted yet.");

    site.officer().await;
    let (_, yes) = filed(&site, "ada", &["research"]).await;
    let (_, partly) = filed(&site, "ben", &["research", "moderation-safety"]).await;
    let (dee, no) = filed(&site, "dee", &["moderation-safety"]).await;
    let (eve, gone) = filed(&site, "eve", &["research"]).await;
    let (fay, first) = filed(&site, "fay", &["research"]).await;
    // What nobody has shown to be theirs is not there for anybody; what is withdrawn was
    // received all the same.
    let nobody = site.visitor();
    let waiting = unverified(&nobody, ONE, "gil@example.org").await;
    let ended = unverified(&site.visitor(), TWO, "hal@example.org").await;
    assert_ne!(waiting, ended);
    eve.post("/api/withdraw-objection", &[("case", &gone)]).await;
    let staff_sees = |page: &Answer| table(page, "Open cases by days left");
    assert_eq!(staff_sees(&staff.get("/support/figures").await)[5], "15 to 30 days,4");

    // Its code comes late: it counts from the day on which it was filed, and is due as from
    // then.
    site.pass(UtcMillis::DAY / 2);
    let code = site.mailed("gil@example.org", CODE).await;
    nobody.post("/api/verify-objection", &[("case", &waiting), ("code", &code)]).await;
    let staff = site.signed_in_as("support@example.org", Role::Support).await;
    assert_eq!(staff_sees(&staff.get("/support/figures").await)[5], "15 to 30 days,5");
    site.pass(UtcMillis::DAY / 2);
    site.pass_days(2);
    let officer = site.signed_in_as("officer@example.org", Role::PrivacyOfficer).await;
    decide(&officer, &site, &yes, &[("research", "upheld", "")]).await;
    site.pass_days(1);
    let officer = site.signed_in_as("officer@example.org", Role::PrivacyOfficer).await;
    decide(&officer, &site, &partly, &[("research", "upheld", ""), ("moderation-safety", "refused", NO)]).await;
    site.pass_days(4);
    let officer = site.signed_in_as("officer@example.org", Role::PrivacyOfficer).await;
    decide(&officer, &site, &no, &[("moderation-safety", "refused", NO)]).await;
    // Closed, it is still an answer of that kind; and its complaint is open.
    act(&officer, &site, "close-objection", &no, &[]).await;
    dee.post("/api/complain-about-objection", &[("case", &no), ("text", "Please look again.")]).await;
    // The same objection once more is received only once.
    let second = file(&fay, &Uuid::new_v4().to_string(), &["research"]).await;
    act(&officer, &site, "mark-duplicate-objection", &second, &[("of", &first)]).await;

    // What the migration finds for cases from before it is what moves keep.
    let kept = csv(&site.signed_in_as("support@example.org", Role::Support).await, "answers").await;
    let migration = include_str!("../../migrations/sqlite/0013_figures.sql");
    let update = migration.split(';').find(|sql| sql.contains("update cases set outcome")).unwrap();
    site.tamper("update cases set outcome = null").await.unwrap();
    site.tamper(update).await.unwrap();

    let staff = site.signed_in_as("support@example.org", Role::Support).await;
    assert_eq!(csv(&staff, "answers").await, kept);
    let page = staff.get("/support/figures").await;
    page.says("3 cases are waiting for an answer. None is overdue, and none is due within 3 days.");
    // A month from 23 November is 22 days from now; the complaint has thirty.
    assert_eq!(
        csv(&staff, "open-cases").await,
        [
            "Time left,Open cases",
            "Overdue,0",
            "0 to 2 days,0",
            "3 to 7 days,0",
            "8 to 14 days,0",
            "15 to 30 days,3",
            "More than 30 days,0"
        ]
    );
    let answers = csv(&staff, "answers").await;
    assert_eq!(answers.len(), 27);
    assert_eq!(answers[0], "Week,Begins,Received,Fully upheld,Partly upheld,Refused,Median days");
    assert_eq!(answers[25], "2026-W48,2026-11-23,6,1,1,0,3.5");
    assert_eq!(answers[26], "2026-W49,2026-11-30,0,0,0,1,8.0");
    page.says(
        "In these 26 weeks, 6 objections were received and 3 were answered. \
         We fully upheld 1, partly upheld 1 and refused 1.",
    );
    for (chart, caption) in [("open-cases", "Open cases by days left"), ("answers", "Received and answered each week")]
    {
        assert_eq!(table(&page, caption), csv(&staff, chart).await, "{chart}");
    }

    // Days pass, and bars move.
    site.pass_days(20);
    let staff = site.signed_in_as("support@example.org", Role::Support).await;
    assert_eq!(csv(&staff, "open-cases").await[2..5], ["0 to 2 days,2", "3 to 7 days,0", "8 to 14 days,1"]);
    site.pass_days(3);
    let staff = site.signed_in_as("support@example.org", Role::Support).await;
    assert_eq!(csv(&staff, "open-cases").await[1..3], ["Overdue,2", "0 to 2 days,0"]);
    staff.get("/support/figures").await.says("2 are overdue");
}

async fn a_chart_and_its_file_are_refused_alike(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let nobody = site.visitor();
    for path in [
        "/support/figures",
        "/support/figures/open-cases.csv",
        "/support/figures/answers.csv",
        "/support/figures/standing.csv",
    ] {
        let answer = ada.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        answer.says("There is nothing at this address");
        let answer = nobody.get(path).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::FOUND, format!("/sign-in?next={path}")));
        assert!(answer.body.is_empty() || !answer.body.contains("Overdue"));
    }
}

async fn the_days_are_what_standing_says_of_every_member(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.get("/settings/privacy").await;
    let ben = site.member("ben@example.org", "DE").await;
    ben.get("/settings/privacy").await;
    site.pass(UtcMillis::DAY / 2);
    site.member("dee@example.org", "GB").await;
    let eve = site.member("eve@example.org", "HK").await;
    eve.get("/settings/privacy").await;
    eve.press("allowed").await;
    site.staff("support@example.org", Role::Support).await;
    site.pass_days(9);
    ben.press("denied").await;
    // Filed late in the evening, and answered two days later.
    site.pass(UtcMillis::DAY / 2 - 1);
    let number = file(&eve, ONE, &["generative-ai-training"]).await;
    site.pass_days(2);
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("generative-ai-training", "refused", NO)]).await;
    site.pass_days(25);
    site.pass(1);
    assert_eq!(count(&site).await, 4);

    let stored = store::days(site.app.db.reader().await.unwrap().conn()).await.unwrap();
    assert_eq!(stored.until, site.app.clock.now().midnight());
    assert_eq!(stored.days.len(), 37);
    let expected = asked_one_by_one(&site).await;
    assert_eq!(stored.days, expected);
    // What they had to find: on by default after a month, paused for two days, on by a choice,
    // off by one.
    let state = |day: usize, region: Region, state: DayState| stored.days[day].regions[region as usize][state as usize];
    assert_eq!([0, 29, 30].map(|day| state(day, Region::Elsewhere, DayState::On)), [0, 0, 1]);
    assert_eq!([8, 9, 10, 11].map(|day| state(day, Region::HongKong, DayState::Paused)), [0, 1, 1, 0]);
    assert_eq!([0, 36].map(|day| state(day, Region::EeaCh, DayState::Off)), [1, 1]);

    let staff = site.signed_in_as("support@example.org", Role::Support).await;
    let page = staff.get("/support/figures").await;
    page.says(
        "On 29 December 2026, training was on for 50% of 4 members. \
         It was off for 50%, paused for 0% and excluded for 0%.",
    );
    let file = csv(&staff, "standing").await;
    assert_eq!(file.len(), 1 + 37 * 4);
    assert_eq!(file[1], "2026-11-23,\"EU, EEA and Switzerland\",1,0,1,0,0");
    let shown = table(&page, "Training on, off, paused and excluded");
    assert!(shown.len() == 9 && shown.iter().all(|row| file.contains(row)), "{shown:#?}");
}

async fn a_year_and_more_is_counted_in_one_pass(site: TestApp) {
    site.publish(1).await;
    // Histories as an import from elsewhere would leave them: begun long ago, in every region.
    let began = UtcMillis(site.app.clock.now().0 - 700 * UtcMillis::DAY);
    let published = notices(site.app.db.reader().await.unwrap().conn()).await.unwrap();
    let mut tx = site.app.db.begin().await.unwrap();
    for n in 0..450i64 {
        let country = Country::parse(["DE", "GB", "CA", "HK", "US"][n as usize % 5]).unwrap();
        let (name, email) = ("Ada".to_owned(), format!("{n}@example.org"));
        let new = NewMember {
            name,
            email,
            country,
            role: Role::Member,
            password_hash: "none".into(),
            demo: false,
            address_proved: n % 9 > 0,
        };
        let at = UtcMillis(began.0 + n * UtcMillis::DAY);
        let member = sayso::account::store::insert(tx.conn(), new, at).await.unwrap();
        sayso::consent::service::record_default(&mut tx, &site.app.rules, &member, Channel::CommandLine).await.unwrap();
        for (step, choice) in [Choice::Denied, Choice::Allowed].into_iter().take(n as usize % 3).enumerate() {
            let at = UtcMillis(at.0 + (step as i64 + 1) * 61 * UtcMillis::DAY + n);
            let draft = sayso::consent::new_entry::said(&site.app.rules, &member, AI, choice, None, Channel::Web, at);
            ledger::append(tx.conn(), draft, at).await.unwrap();
        }
        if n % 4 == 0 {
            let at = UtcMillis(site.app.clock.now().0 - (n % 60) * UtcMillis::DAY);
            let told = sayso::consent::new_entry::delivery(
                &site.app.rules,
                &member,
                &published[0].reference,
                Channel::Web,
                at,
            );
            ledger::append(tx.conn(), told, at).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    assert_eq!(count(&site).await, 450);
    let stored = store::days(site.app.db.reader().await.unwrap().conn()).await.unwrap();
    assert_eq!(stored.days.len(), KEPT);
    assert_eq!(stored.days, asked_one_by_one(&site).await);
    assert!(
        stored.days.iter().any(|day| day.all().iter().all(|n| *n > 0) || day.all()[DayState::Excluded as usize] > 0)
    );
}

async fn the_server_counts_each_day_once_and_one_node_at_a_time(site: TestApp) {
    let now = || site.app.clock.now();
    let minutes = 5 * 60_000;
    site.pass(minutes);
    site.member("ada@example.org", "US").await;
    let until = async || store::until(site.app.db.reader().await.unwrap().conn()).await.unwrap();
    assert_eq!(catch_up(&site.app).await.unwrap(), Some(1));
    let counted = until().await;
    assert_eq!(catch_up(&site.app).await.unwrap(), None);
    // Just after midnight what was recorded in the last moments may still be on its way.
    site.pass(UtcMillis::DAY - minutes);
    assert_eq!(
        (counted, now()),
        (UtcMillis::from_date("2026-11-23").unwrap(), UtcMillis::from_date("2026-11-24").unwrap())
    );
    assert_eq!(catch_up(&site.app).await.unwrap(), None);
    site.pass(minutes);
    assert!(store::claim(&site.app.db, now().midnight(), now()).await.unwrap());
    assert_eq!(catch_up(&site.app).await.unwrap(), None, "another node is at it");
    site.pass(store::LEASE);
    assert_eq!(catch_up(&site.app).await.unwrap(), Some(1), "it has not been heard of since");
    assert_eq!(until().await, now().midnight());
    let days = store::days(site.app.db.reader().await.unwrap().conn()).await.unwrap().days;
    assert_eq!(days.iter().map(|day| day.day.date()).collect::<Vec<_>>(), ["2026-11-23"]);
    // Whoever computed less far does not put it in the place of more.
    store::replace(&site.app.db, UtcMillis(now().midnight().0 - UtcMillis::DAY), &[], &[], None).await.unwrap();
    assert_eq!(store::days(site.app.db.reader().await.unwrap().conn()).await.unwrap().days, days);
}

async fn everybody_reads_how_objections_are_answered_but_no_small_count(site: TestApp) {
    let nobody = site.visitor();
    nobody.get("/transparency").await.says("There are no figures yet.");
    assert_eq!(lines(&nobody.get("/transparency.csv").await.body).len(), 1);
    assert!(nobody.get("/sign-in").await.has("[href=\"/transparency\"]"));

    let mut officer = site.officer().await;
    let mut all = Vec::new();
    for n in 0..14 {
        all.push(filed(&site, &format!("m{n}"), &["moderation-safety"]).await.1);
    }
    for (n, number) in all.iter().enumerate().take(13) {
        site.pass_days(1);
        officer = site.signed_in_as("officer@example.org", Role::PrivacyOfficer).await;
        let (outcome, grounds) = if n < 11 { ("upheld", "") } else { ("refused", NO) };
        decide(&officer, &site, number, &[("moderation-safety", outcome, grounds)]).await;
    }
    drop(officer);
    count(&site).await;
    nobody.get("/transparency").await.says("There are no figures yet.");
    // The quarter ends.
    site.pass_days(30);
    assert_eq!(catch_up(&site.app).await.unwrap(), Some(14));
    let page = nobody.get("/transparency").await;
    page.says("As of the end of 31 December 2026 (UTC).");
    page.says("We withhold counts under ten");
    let expected = [
        "Received in,Received,Fully or partly upheld,Refused,Median days to the answer",
        "October to December 2026,11 or more,11,fewer than ten,7.0",
        "All,11 or more,11,withheld,7.0",
    ];
    assert_eq!(table(&page, "Objections received"), expected);
    let file = nobody.get("/transparency.csv").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(lines(&file.body), expected);
    for told in ["14", "12", "13"] {
        assert!(!file.body.contains(told), "{told} is told");
    }
    let stored = store::spans(site.app.db.reader().await.unwrap().conn()).await.unwrap();
    let quarter = &stored.quarters[0];
    assert_eq!((quarter.received, quarter.complied, quarter.refused), (14, 11, 2));
    assert_eq!(stored.quarters.len(), 1);
    assert_eq!(stored.all.map(|all| all.received), Some(14));
}

/// The days that are kept, found by asking about each member at the end of each day.
async fn asked_one_by_one(site: &TestApp) -> Vec<Day> {
    let mut reader = site.app.db.reader().await.unwrap();
    let notices = notices(reader.conn()).await.unwrap();
    let mut histories = Vec::new();
    for Member { subject, country, unproved, .. } in page_of_members(reader.conn(), "", 1_000).await.unwrap() {
        histories.push((country, unproved, ledger::of_subject(reader.conn(), &subject).await.unwrap()));
    }
    let today = site.app.clock.now().midnight();
    let days = (1..=KEPT as i64).rev().map(|n| {
        let day = UtcMillis(today.0 - n * UtcMillis::DAY);
        let ends = UtcMillis(day.0 + UtcMillis::DAY - 1);
        let mut regions = [[0; 4]; 5];
        for (country, unproved, entries) in histories.iter().filter(|(.., entries)| entries[0].at <= ends) {
            let (rules, window_days) = (&site.app.rules, site.app.config.notice_window_days);
            let facts = Facts {
                entries,
                notices: &notices,
                rules,
                country: *country,
                window_days,
                doubt: false,
                unproved: *unproved,
            };
            regions[Region::of(*country) as usize][DayState::of(&standing(&facts, AI, ends)) as usize] += 1;
        }
        Day { day, regions }
    });
    days.skip_while(|day| day.all() == [0; 4]).collect()
}
