//! An officer's day: the queue in the order and with the columns that they want, several cases at
//! once, and one case after the other.

use crate::case_counts::counts_are_true;
use crate::objection::{ONE, THREE, TWO, act, file, stored};
use crate::queue::{officer_id, shown};
use crate::stories;
use crate::test_app::{Answer, TestApp, TestClient};
use sayso::db::Db;
use sayso::objection::case::CaseState;
use sayso::time::UtcMillis;

stories![
    columns_are_chosen_and_the_queue_is_sorted_by_them,
    no_case_is_lost_between_two_pages_in_any_order,
    names_on_the_queue_are_recorded_as_a_search,
    several_cases_are_assigned_and_begun_at_once,
    several_cases_are_upheld_at_once_after_one_question,
    a_case_that_somebody_changed_meanwhile_is_told_and_left_alone,
    after_one_case_comes_the_next_of_the_list,
    a_page_is_told_what_has_changed_since_and_keeps_no_session,
    forty_cases_take_little_more_than_forty_pages,
];

const QUEUE: &str = "/support/objections";
const WORK: &str = "/api/work-on-objections";

/// Cases of as many members with these names, filed a minute after each other.
async fn cases(site: &TestApp, names: &[&str]) -> Vec<String> {
    let mut numbers = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let email = format!("m{i}@example.org");
        let member = site.member(&email, "IE").await;
        site.tamper(&format!("update members set name = '{name}' where email = '{email}'")).await.unwrap();
        numbers.push(file(&member, &uuid::Uuid::new_v4().to_string(), &["research"]).await);
        site.pass(60_000);
    }
    numbers
}

/// What the boxes of these cases say, as the page has it that is loaded now.
async fn boxes(site: &TestApp, numbers: &[String]) -> Vec<String> {
    let mut boxes = Vec::new();
    for number in numbers {
        boxes.push(format!("{number}.{}", stored(site, number).await.revision));
    }
    boxes
}

async fn work(officer: &TestClient, boxes: &[String], more: &[(&str, &str)]) -> Answer {
    let mut fields: Vec<(&str, &str)> = boxes.iter().map(|word| ("cases[]", word.as_str())).collect();
    fields.extend(more);
    officer.post(WORK, &fields).await
}

async fn counted(site: &TestApp, sql: &'static str) -> i64 {
    match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    }
}

fn picked(numbers: &[String], order: &[usize]) -> Vec<String> {
    order.iter().map(|i| numbers[*i].clone()).collect()
}

async fn columns_are_chosen_and_the_queue_is_sorted_by_them(site: TestApp) {
    let numbers = cases(&site, &["Zoe", "Ágnes", "Bea"]).await;
    let officer = site.officer().await;
    let me = officer_id(&site, "officer@example.org").await;
    act(&officer, &site, "review-objection", &numbers[0], &[]).await;
    act(&officer, &site, "review-objection", &numbers[2], &[]).await;
    for (query, order) in [
        ("?sort=name".to_owned(), &[1, 2, 0][..]),
        ("?sort=-name".into(), &[0, 2, 1]),
        ("?sort=received".into(), &[0, 1, 2]),
        ("?sort=-received".into(), &[2, 1, 0]),
        ("?sort=-due".into(), &[2, 1, 0]),
        (format!("?sort=name&officer={me}"), &[2, 0]),
        ("?sort=name&officer=nobody".into(), &[1]),
        ("?sort=-received&state=under-review".into(), &[2, 0]),
        // There is no index for these: they come as they are due.
        ("?sort=-name&country=IE".into(), &[0, 1, 2]),
        ("?sort=x".into(), &[0, 1, 2]),
    ] {
        assert_eq!(shown(&officer, &query).await, picked(&numbers, order), "{query}");
    }
    let page = officer.get(QUEUE).await;
    assert_eq!(page.texts_of("thead th[aria-sort=ascending]"), ["Due"]);
    assert!(!page.texts_of("thead th").contains(&"Name".to_owned()));
    let chosen = officer.get(&format!("{QUEUE}?column=name&column=left&column=received&state=new")).await;
    assert_eq!(chosen.texts_of("thead th"), ["Select", "Case", "Name", "Days left", "Received"]);
    assert_eq!(chosen.texts_of("tbody bdi"), ["Ágnes"]);
    assert_eq!(chosen.count("input[name=column][checked]"), 3);
    // The headings sort, and keep the columns; pressed again, the other way round.
    let by_name = chosen.attributes("thead a", "href").into_iter().find(|to| to.contains("sort=name")).unwrap();
    let sorted = officer.get(&by_name).await;
    assert_eq!(sorted.texts_of("thead th[aria-sort=ascending]"), ["Name"]);
    assert!(sorted.attributes("thead a", "href").iter().any(|to| to.contains("sort=-name") && to.contains("column=")));
    assert!(
        !officer
            .get(&format!("{QUEUE}?country=IE"))
            .await
            .attributes("thead a", "href")
            .iter()
            .any(|to| to.contains("received"))
    );
}

async fn no_case_is_lost_between_two_pages_in_any_order(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let mine = file(&ada, ONE, &["research"]).await;
    let now = site.app.clock.now().0;
    let due: Vec<i64> = (0..119).map(|i| now + i64::from(i / 40) * UtcMillis::DAY).collect();
    let mut all = crate::queue::like(&site, &mine, &due).await;
    // Some have a name of their own, and some the same.
    site.tamper("update cases set name_key = 'b' where number like '%0'").await.unwrap();
    all.push(mine);
    all.sort();
    let officer = site.officer().await;
    for sort in ["name", "-name", "received", "-received", "-due"] {
        let (mut seen, mut query) = (Vec::new(), format!("?sort={sort}"));
        loop {
            seen.extend(shown(&officer, &query).await);
            let Some(next) = officer.get(&format!("{QUEUE}{query}")).await.link_to("next") else { break };
            query = next.strip_prefix(QUEUE).unwrap().to_owned();
        }
        assert_eq!(seen.len(), 120, "{sort}");
        seen.sort();
        assert_eq!(seen, all, "{sort}");
    }
}

async fn names_on_the_queue_are_recorded_as_a_search(site: TestApp) {
    cases(&site, &["Zoe", "Bea"]).await;
    let officer = site.officer().await;
    let searches =
        "select count(*) from staff_actions where kind = 'search' and detail = 'names-in-the-queue' and amount = 2";
    officer.get(&format!("{QUEUE}?sort=name")).await.does_not_say("Zoe");
    assert_eq!(counted(&site, searches).await, 0);
    officer.get(&format!("{QUEUE}?column=name")).await.says("Zoe");
    assert_eq!(counted(&site, searches).await, 1);
}

async fn several_cases_are_assigned_and_begun_at_once(site: TestApp) {
    let numbers = cases(&site, &["Zoe", "Agnes", "Bea"]).await;
    let (officer, second) = (site.officer().await, site.another_officer().await);
    let (me, they) = (officer_id(&site, "officer@example.org").await, officer_id(&site, "second@example.org").await);
    let two = boxes(&site, &numbers[..2]).await;
    // Nothing is chosen, or nobody: it is said, and what was ticked still is.
    let none = work(&officer, &[], &[("intent", "review")]).await;
    none.refused("Queue").says("Please select at least one case.");
    let nobody = work(&officer, &two, &[("intent", "assign")]).await;
    nobody.refused("Queue").says("Please choose an officer.");
    assert_eq!(nobody.count("tbody input[checked]"), 2);
    let member = officer_id(&site, "m0@example.org").await;
    let wrong = work(&officer, &two, &[("intent", "assign"), ("to", &member)]).await;
    wrong.refused("Queue").says("Please choose one of the officers listed here.");
    // To somebody, and to oneself; on the list that it was sent from.
    let answer = work(&officer, &two, &[("intent", "assign"), ("to", &they), ("list", "state=new")]).await;
    assert_eq!(answer.location(), format!("{QUEUE}?state=new"));
    officer.get(&answer.location()).await.says("2 assigned.");
    assert_eq!(shown(&second, &format!("?officer={they}")).await, numbers[..2]);
    let three = boxes(&site, &numbers).await;
    let answer = work(&officer, &three, &[("intent", "assign-me")]).await;
    officer.get(&answer.location()).await.says("3 assigned to you.");
    assert_eq!(shown(&officer, &format!("?officer={me}")).await, numbers);
    // Each is begun, with a step of its own; the second press says the same.
    let three = boxes(&site, &numbers).await;
    for _ in 0..2 {
        let answer = work(&officer, &three, &[("intent", "review")]).await;
        officer.get(&answer.location()).await.says("3 reviews begun.");
    }
    for number in &numbers {
        assert_eq!(stored(&site, number).await.state, CaseState::UnderReview);
    }
    // All can be ticked without a script.
    let page = officer.get(QUEUE).await;
    assert_eq!(page.count("tbody input[checked]"), 0);
    let all = page.attribute("[data-all]", "href");
    assert_eq!(officer.get(all.split('#').next().unwrap()).await.count("tbody input[checked]"), 3);
    counts_are_true(&site).await;
}

async fn several_cases_are_upheld_at_once_after_one_question(site: TestApp) {
    let numbers = cases(&site, &["Zoe", "Agnes", "Bea"]).await;
    let officer = site.officer().await;
    act(&officer, &site, "review-objection", &numbers[0], &[]).await;
    act(&officer, &site, "review-objection", &numbers[2], &[]).await;
    let refused = [
        ("rulings[0][purpose]", "research"),
        ("rulings[0][outcome]", "refused"),
        ("rulings[0][grounds]", "We need it."),
    ];
    act(&officer, &site, "decide-objection", &numbers[2], &refused).await;
    let boxes = boxes(&site, &numbers).await;
    let query: Vec<String> = boxes.iter().map(|word| format!("cases%5B%5D={word}")).collect();
    let asked = officer.get(&format!("{QUEUE}/uphold?{}&list=state%3Dnew", query.join("&"))).await;
    assert_eq!(asked.status, 200, "{}", asked.lines());
    asked.says("Uphold these 2 cases?");
    asked.says("These are left out");
    assert_eq!(asked.count("details .letter"), 2);
    assert!(asked.texts_of("details .letter").iter().all(|text| text.contains("We have permanently stopped")));
    // Who is only asked has opened no case: nobody's name and nobody's reason is there.
    assert!(asked.texts_of("main").iter().all(|text| !text.contains("Zoe") && !text.contains("Agnes")));
    assert_eq!(counted(&site, "select count(*) from staff_actions where kind = 'case-opened'").await, 0);
    assert_eq!(site.count("decision").await, 0, "only asked");
    let sent = asked.fields("cases[]");
    assert_eq!(sent, boxes[..2]);
    for _ in 0..2 {
        let answer = work(&officer, &sent, &[("intent", "uphold"), ("list", &asked.field("list"))]).await;
        assert_eq!(answer.location(), format!("{QUEUE}?state=new"));
        officer.get(&answer.location()).await.says("2 upheld. The answers are on their way.");
    }
    for number in &numbers[..2] {
        let case = stored(&site, number).await;
        assert_eq!(case.state, CaseState::Upheld);
        assert_eq!(case.steps.iter().filter(|step| step.step.rules()).count(), 1);
    }
    assert!(stored(&site, &numbers[2]).await.proposed.is_some());
    for email in ["m0@example.org", "m1@example.org"] {
        let mails = site.mails(email).await;
        assert_eq!(mails.iter().filter(|mail| mail.contains("We have permanently stopped")).count(), 1, "{email}");
    }
    let nothing = officer.get(&format!("{QUEUE}/uphold")).await;
    assert_eq!(nothing.location(), QUEUE);
    officer.get(QUEUE).await.says("Please select at least one case.");
}

async fn a_case_that_somebody_changed_meanwhile_is_told_and_left_alone(site: TestApp) {
    let numbers = cases(&site, &["Zoe", "Agnes", "Bea"]).await;
    let (officer, second) = (site.officer().await, site.another_officer().await);
    let boxes = boxes(&site, &numbers).await;
    act(&second, &site, "review-objection", &numbers[1], &[]).await;
    let answer = work(&officer, &boxes, &[("intent", "uphold")]).await;
    let page = officer.get(&answer.location()).await;
    page.says("2 upheld. The answers are on their way.");
    page.says("1 was changed by somebody meanwhile, so nothing was done about it:");
    assert!(!page.links(&format!("{QUEUE}/{}", numbers[1])).is_empty());
    assert_eq!(stored(&site, &numbers[1]).await.state, CaseState::UnderReview);
    // What cannot be done as it stands is told, too; and nobody else does any of it.
    let again = self::boxes(&site, &numbers).await;
    let answer = work(&officer, &again[..1], &[("intent", "review")]).await;
    officer.get(&answer.location()).await.says("1 is answered already:");
    let answer = work(&officer, &again[1..2], &[("intent", "review")]).await;
    officer.get(&answer.location()).await.says("1 is with another officer");
    let answer = work(&second, &again[1..2], &[("intent", "review")]).await;
    second.get(&answer.location()).await.says("1 is under review already:");
    let member = site.member("eve@example.org", "IE").await;
    work(&member, &again[1..2], &[("intent", "uphold")]).await;
    assert_eq!(stored(&site, &numbers[1]).await.state, CaseState::UnderReview);
    for bad in ["OBJ-1", "x.1", "OBJ-00000000.x"] {
        let answer = work(&officer, &[bad.to_owned()], &[("intent", "review")]).await;
        answer.refused("Queue");
    }
    let gone = work(&officer, &["OBJ-00000000.0".to_owned()], &[("intent", "review")]).await;
    officer.get(&gone.location()).await.says("0 reviews begun.");
}

async fn after_one_case_comes_the_next_of_the_list(site: TestApp) {
    let numbers = cases(&site, &["Zoe", "Agnes", "Bea"]).await;
    let (officer, second) = (site.officer().await, site.another_officer().await);
    let all = boxes(&site, &numbers).await;
    work(&officer, &all, &[("intent", "review")]).await;
    let list = officer.get(&format!("{QUEUE}?sort=name")).await;
    let first = list.attributes("tbody a.ref", "href").remove(0);
    assert_eq!(first, format!("{QUEUE}/{}?list=sort%3Dname", numbers[1]));
    let page = officer.get(&first).await;
    assert_eq!(page.link_to("next").as_deref(), Some(&*format!("{QUEUE}/{}?list=sort%3Dname", numbers[2])));
    let decide = |number: &str, page: &Answer, outcome: &str| {
        vec![
            ("case".to_owned(), number.to_owned()),
            ("revision".into(), page.field("revision")),
            ("list".into(), page.field("list")),
            ("next".into(), page.field("next")),
            ("rulings[0][purpose]".into(), "research".into()),
            ("rulings[0][outcome]".into(), outcome.into()),
            ("rulings[0][grounds]".into(), if outcome == "refused" { "We need it.".into() } else { String::new() }),
        ]
    };
    let send = async |fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        officer.post("/api/decide-objection", &fields).await
    };
    // What is refused comes back with its list.
    let wrong = send(&decide(&numbers[1], &page, "x")).await;
    assert_eq!(wrong.field("list"), "sort=name");
    let to = send(&decide(&numbers[1], &page, "upheld")).await.location();
    assert_eq!(to, format!("{QUEUE}/{}?list=sort%3Dname", numbers[2]));
    let page = officer.get(&to).await;
    page.says(&format!("{}: The answer is stored and on its way.", numbers[1]));
    let to = send(&decide(&numbers[2], &page, "refused")).await.location();
    assert_eq!(to, format!("{QUEUE}/{}?list=sort%3Dname", numbers[0]));
    let page = officer.get(&to).await;
    page.says(&format!("{}: The answer is stored. It is sent once a second officer", numbers[2]));
    // Without the tick one stays.
    let mut stay = decide(&numbers[0], &page, "upheld");
    stay.retain(|(name, _)| name != "next");
    assert_eq!(send(&stay).await.location(), to);
    // The last one leads back to the list.
    let page = second.get(&format!("{QUEUE}/{}?list=state%3Dsecond-officer", numbers[2])).await;
    let fields = [
        ("case", numbers[2].as_str()),
        ("revision", &page.field("revision")),
        ("list", &page.field("list")),
        ("next", "1"),
    ];
    let to = second.post("/api/agree-to-decision", &fields).await.location();
    assert_eq!(to, format!("{QUEUE}?state=second-officer"));
    second.get(&to).await.says(&format!("{}: You agreed.", numbers[2]));
    // A list that is none is the queue.
    let page = officer.get(&format!("{QUEUE}/{}?list=%2F%2Fevil.example", numbers[0])).await;
    assert!(page.links(QUEUE).contains(&QUEUE.to_owned()) && !page.body.contains("href=\"//evil"));
}

async fn a_page_is_told_what_has_changed_since_and_keeps_no_session(site: TestApp) {
    let numbers = cases(&site, &["Zoe", "Agnes"]).await;
    let (officer, second) = (site.officer().await, site.another_officer().await);
    let page = officer.get(QUEUE).await;
    let asked = [
        ("shown", page.attribute("form[data-changes]", "data-changes")),
        ("since", page.attribute("form[data-changes]", "data-since")),
    ];
    let ask = async |who: &TestClient| {
        let fields: Vec<(&str, &str)> = asked.iter().map(|(name, value)| (*name, value.as_str())).collect();
        who.send(http::Method::POST, "/api/queue-changes", &fields, &[("accept", "application/json")]).await
    };
    assert_eq!(ask(&officer).await.body, "\"\"");
    act(&second, &site, "review-objection", &numbers[0], &[]).await;
    assert_eq!(ask(&officer).await.body, "\"1 case changed since this page was loaded.\"");
    site.pass(60_000);
    let eve = site.member("eve@example.org", "IE").await;
    file(&eve, THREE, &["research"]).await;
    assert_eq!(ask(&officer).await.body, "\"1 case changed and 1 came in since this page was loaded.\"");
    assert_eq!(ask(&eve).await.status, 404);
    // A page that asks by itself is nobody at work.
    for _ in 0..9 {
        site.pass(60_000);
        ask(&officer).await;
    }
    site.pass(60_000);
    assert_eq!(ask(&officer).await.status, 401);
    assert!(officer.get(QUEUE).await.location().starts_with("/sign-in"));
}

/// How many pages the whole takes: each answer leads to one, too.
async fn forty_cases_take_little_more_than_forty_pages(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let mine = file(&ada, TWO, &["research"]).await;
    let now = site.app.clock.now().0;
    let mut due: Vec<i64> = (1..40).map(|i| now + i * 60_000).collect();
    due.sort_unstable();
    crate::queue::like(&site, &mine, &due).await;
    let (officer, second) = (site.officer().await, site.another_officer().await);
    let mut pages = 0;
    // The queue, all of it begun, and its first case.
    let queue = officer.get(&format!("{QUEUE}?all=1")).await;
    let all = queue.attributes("tbody input[checked]", "value");
    assert_eq!(all.len(), 40);
    let begun = work(&officer, &all, &[("intent", "review")]).await;
    let queue = officer.get(&begun.location()).await;
    queue.says("40 reviews begun.");
    let mut page = officer.get(&queue.attributes("tbody a.ref", "href")[0]).await;
    pages += 3;
    for i in 0..40 {
        let refuses = i % 8 == 0;
        let number = page.attribute("[data-case]", "data-case");
        let fields = [
            ("case", number.as_str()),
            ("revision", &page.field("revision")),
            ("list", &page.field("list")),
            ("next", "1"),
            ("rulings[0][purpose]", "research"),
            ("rulings[0][outcome]", if refuses { "refused" } else { "upheld" }),
            ("rulings[0][grounds]", if refuses { "We need it." } else { "" }),
        ];
        let answer = officer.post("/api/decide-objection", &fields).await;
        page = officer.get(&answer.location()).await;
        pages += 1;
    }
    let queue = second.get(&format!("{QUEUE}?state=second-officer")).await;
    let mut page = second.get(&queue.attributes("tbody a.ref", "href")[0]).await;
    pages += 2;
    for _ in 0..5 {
        let number = page.attribute("[data-case]", "data-case");
        let fields = [
            ("case", number.as_str()),
            ("revision", &page.field("revision")),
            ("list", &page.field("list")),
            ("next", "1"),
        ];
        page = second.get(&second.post("/api/agree-to-decision", &fields).await.location()).await;
        pages += 1;
    }
    assert_eq!(shown(&officer, "").await, Vec::<String>::new(), "all are answered");
    // One by one it took four pages for each case: the queue, the case, the case begun, the case
    // answered; and three for each second opinion. That was 175.
    assert_eq!(pages, 50);
}
