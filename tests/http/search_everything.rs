//! One box finds all that may be known of a case: a number, a receipt, a name, an address; and says
//! what is near where it finds nothing.

use crate::objection::{CODE, ONE, TWO, applicant, file, send, unverified};
use crate::search::names;
use crate::stories;
use crate::support::{join, support};
use crate::test_app::{Answer, TestApp, TestClient};
use sayso::db::Db;
use sayso::ledger::EntryId;
use sayso::objection::store::search;

stories![
    a_name_is_found_by_its_middle_and_with_one_typing_error,
    a_name_that_nobody_has_any_more_is_not_offered,
    support_finds_the_member_of_a_case_or_a_receipt,
    what_reaches_an_account_is_found_by_its_number_and_its_receipts,
    support_learns_nothing_of_a_case_without_an_account,
    an_officer_finds_cases_by_everything_that_is_known_of_them,
    a_number_with_one_wrong_character_leads_to_those_that_it_may_be,
    a_case_from_before_is_found_and_one_that_nobody_confirmed_is_not,
    a_search_for_cases_is_recorded_without_what_was_typed,
];

/// The cases on a page of results, in their order.
fn cases(page: &Answer) -> Vec<String> {
    let links = page.attributes("tbody [href^=\"/support/objections/OBJ-\"]", "href");
    links.iter().map(|link| link["/support/objections/".len()..].to_owned()).collect()
}

async fn found(officer: &TestClient, typed: &str) -> Vec<String> {
    cases(&officer.get(&format!("/support/objections?q={typed}")).await)
}

/// What is offered instead.
fn near(page: &Answer) -> Vec<String> {
    page.texts_of(".near a")
}

/// The number of a case that `name` has filed without an account, with the code entered.
async fn confirmed(site: &TestApp, form: &str, name: &str, email: &str) -> String {
    let visitor = site.visitor();
    let mut fields = applicant(form, email);
    fields.retain(|(field, _)| field != "name");
    fields.push(("name".into(), name.into()));
    let number = send(&visitor, &fields).await.filed_number();
    let code = site.mailed(email, CODE).await;
    visitor.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    number
}

/// What the database counts.
async fn counted(site: &TestApp, sql: &'static str) -> i64 {
    match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    }
}

async fn a_name_is_found_by_its_middle_and_with_one_typing_error(site: TestApp) {
    join(&site, "Ada Augusta Lovelace", "ada@example.org").await;
    join(&site, "Zoe Wallace", "zoe@example.org").await;
    join(&site, "Eve Palmer", "eve@example.org").await;
    let support = support(&site).await;
    assert_eq!(names(&support.get("/support?q=lovelace").await), ["Ada Augusta Lovelace"], "the third word");
    let page = support.get("/support?q=lace").await;
    page.says("No members match.");
    page.says("Close names: ");
    assert_eq!(near(&page), ["wallace", "lovelace"]);
    let mut both = names(&page);
    both.sort();
    assert_eq!(both, ["Ada Augusta Lovelace", "Zoe Wallace"]);
    for typed in ["lovelcae", "lovelac%C3%A9e", "loveelace", "lvelace", "ada+lovelade", "agusta+love"] {
        let page = support.get(&format!("/support?q={typed}")).await;
        assert_eq!(names(&page), ["Ada Augusta Lovelace"], "{typed}");
        let offered = page.attribute(".near a", "href");
        assert_eq!(names(&support.get(&offered).await), ["Ada Augusta Lovelace"], "{typed}");
    }
    // Beside what is found as typed, what has it inside.
    join(&site, "Lace Smith", "smith@example.org").await;
    let page = support.get("/support?q=lace").await;
    assert_eq!(names(&page), ["Lace Smith"]);
    page.says("Also among members, with this inside a name:");
    assert_eq!(near(&page), ["wallace", "lovelace"]);
    let page = support.get("/support?q=qqqq").await;
    page.says("No members match.");
    assert!(near(&page).is_empty());
}

async fn a_name_that_nobody_has_any_more_is_not_offered(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let support = support(&site).await;
    let had = "select count(*) from name_parts where word = 'wilhelmina'";
    let eve = site.member("eve@example.org", "IE").await;
    for (member, name) in [(&ada, "Wilhelmina"), (&eve, "Wilhelmina Long"), (&ada, "Xanthippe")] {
        let page = member.get("/account").await;
        let made_for = page.attribute("form[action^='/api/change-details']", "action");
        member.post(&made_for, &[("name", name), ("country", "IE")]).await;
    }
    assert_eq!(names(&support.get("/support?q=wilhelmian").await), ["Wilhelmina Long"]);
    assert_eq!(names(&support.get("/support?q=xanthipe").await), ["Xanthippe"]);
    assert!(counted(&site, had).await > 5);
    let page = eve.get("/account").await;
    let made_for = page.attribute("form[action^='/api/change-details']", "action");
    eve.post(&made_for, &[("name", "Eve"), ("country", "IE")]).await;
    assert_eq!(counted(&site, had).await, 0, "nobody has it any more");
    assert!(near(&support.get("/support?q=wilhelmian").await).is_empty());
}

async fn support_finds_the_member_of_a_case_or_a_receipt(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("denied").await;
    let number = file(&ada, ONE, &["research"]).await;
    let tab = ada.get("/settings/privacy").await;
    let receipt = tab.texts_of("[aria-labelledby=ai] .ref").remove(0);
    site.member("eve@example.org", "IE").await;
    let support = support(&site).await;
    let bare = number.replace("OBJ-", "");
    let ways = [number.clone(), bare.to_lowercase(), format!("{}+{}", &bare[..4], &bare[4..]), format!("obj+{bare}")];
    for typed in ways.iter().chain([&receipt, &receipt.replace('-', "").to_lowercase()]) {
        let page = support.get(&format!("/support?q={typed}")).await;
        assert_eq!(names(&page).len(), 1, "{typed}: {}", page.lines());
        page.says("a…@e…e.org");
        assert!(page.links("/support/objections").is_empty(), "a link to where they may not go");
    }
    for typed in [wrong(&receipt), receipt[..receipt.len() - 1].to_owned(), format!("{receipt}7")] {
        assert_eq!(near(&support.get(&format!("/support?q={typed}")).await), std::slice::from_ref(&receipt), "{typed}");
    }
}

/// With another last character.
fn wrong(number: &str) -> String {
    let last = if number.ends_with('7') { '8' } else { '7' };
    format!("{}{last}", &number[..number.len() - 1])
}

/// Filed without an account, under an address that is an account's: the tab names it, so that
/// support finds the member by it. An entry tells the account of each step, and its receipt leads
/// to the case.
async fn what_reaches_an_account_is_found_by_its_number_and_its_receipts(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = confirmed(&site, ONE, "Ada", "ada@example.org").await;
    let history = ada.get("/settings/privacy/history").await;
    let receipt = history.texts_of("main .ref").into_iter().find(|said| *said != number).unwrap();
    let (support, officer) = (support(&site).await, site.officer().await);
    for typed in [&number, &receipt] {
        assert_eq!(names(&support.get(&format!("/support?q={typed}")).await).len(), 1, "{typed}");
        assert_eq!(found(&officer, typed).await, std::slice::from_ref(&number), "{typed}");
    }
    let page = officer.get(&format!("/support/objections?q={}", wrong(&receipt))).await;
    assert_eq!(near(&page), [receipt]);
}

const NOT_HERE: &str = "If somebody objected without an account, the privacy officers can look for that objection.";

async fn support_learns_nothing_of_a_case_without_an_account(site: TestApp) {
    let number = confirmed(&site, ONE, "Ben", "ben@example.org").await;
    let (support, officer) = (support(&site).await, site.officer().await);
    for typed in [number.as_str(), "Ben", "benn", "ben%40example.org"] {
        let page = support.get(&format!("/support?q={typed}")).await;
        page.says("No members match.");
        assert!(names(&page).is_empty() && near(&page).is_empty(), "{typed}: {}", page.lines());
        page.says(NOT_HERE);
    }
    // Of a number, a part of one, a name and an address that nobody has it says the same.
    for typed in ["OBJ-7F3K9Q2M", "7F3K", "Nobodaddy", "nobodaddy%40example.org"] {
        let unknown = support.get(&format!("/support?q={typed}")).await;
        unknown.says("No members match.");
        unknown.says(NOT_HERE);
    }
    site.member("ada@example.org", "IE").await;
    support.get("/support?q=ada%40example.org").await.does_not_say(NOT_HERE);
    assert_eq!(support.get(&format!("/support/objections?q={number}")).await.status, 404);
    assert_eq!(found(&officer, &number).await, [number]);
}

async fn an_officer_finds_cases_by_everything_that_is_known_of_them(site: TestApp) {
    join(&site, "Xanthippe Lovelace", "x@example.org").await;
    let ada = site.member("ada@example.org", "IE").await;
    let mine = file(&ada, ONE, &["research"]).await;
    let bens = confirmed(&site, TWO, "Benedict Long", "bl@example.org").await;
    let officer = site.officer().await;
    let receipts = {
        let case = crate::objection::stored(&site, &bens).await;
        case.steps.iter().map(|step| EntryId::receipt(step.entry)).collect::<Vec<_>>()
    };
    let bare = bens.replace("OBJ-", "").to_lowercase();
    for typed in [
        "ben",
        "Ben",
        "BENEDICT",
        "bl%40example.org",
        "bl%40exam",
        "long+ben",
        "benedcit",
        "dict",
        &bens,
        &bare,
        &receipts[0],
    ] {
        assert_eq!(found(&officer, typed).await, [bens.as_str()], "{typed}");
    }
    assert_eq!(found(&officer, "ada%40example.org").await, [mine]);
    // Of a member who has no case there is nothing here, and no name of theirs.
    let page = officer.get("/support/objections?q=lovelcae").await;
    page.says("No cases match.");
    assert!(near(&page).is_empty());
    let page = officer.get("/support/objections?q=ben").await;
    page.says("b…@e…e.org");
    page.does_not_say("bl@");
    officer.get(&format!("/support/objections?q={}", "x".repeat(101))).await.says("Please search with at most 100");
    officer.get("/support/objections?q=+").await.says("All open");
}

async fn a_number_with_one_wrong_character_leads_to_those_that_it_may_be(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let bens = confirmed(&site, TWO, "Ben", "ben@example.org").await;
    let (support, officer) = (support(&site).await, site.officer().await);
    let page = officer.get(&format!("/support/objections?q={}", wrong(&bens))).await;
    page.says("No cases match.");
    page.says("Numbers that are almost the same: ");
    assert_eq!(near(&page), [bens.as_str()]);
    let (short, long) = (bens[..bens.len() - 1].to_owned(), format!("{bens}7"));
    for typed in [short, long] {
        assert_eq!(near(&officer.get(&format!("/support/objections?q={typed}")).await), [bens.as_str()], "{typed}");
    }
    let link = page.attribute(".near a", "href");
    assert_eq!(cases(&officer.get(&link).await), [bens.as_str()]);
    let page = support.get(&format!("/support?q={}", wrong(&number))).await;
    assert_eq!(near(&page), [number]);
    let page = support.get(&format!("/support?q={}", wrong(&bens))).await;
    assert!(near(&page).is_empty(), "a case without an account is nothing to support");
}

async fn a_case_from_before_is_found_and_one_that_nobody_confirmed_is_not(site: TestApp) {
    let number = confirmed(&site, ONE, "Ben", "ben@example.org").await;
    let waiting = unverified(&site.visitor(), TWO, "bert@example.org").await;
    site.tamper("delete from case_words").await.unwrap();
    site.tamper("update cases set searchable = false, name_key = ''").await.unwrap();
    let officer = site.officer().await;
    assert_eq!(found(&officer, "ben%40example.org").await, Vec::<String>::new());
    assert_eq!(search::fill_words(&site.app.db).await.unwrap(), 1);
    assert_eq!(search::fill_words(&site.app.db).await.unwrap(), 0);
    assert_eq!(found(&officer, "ben%40example.org").await, [number]);
    for typed in [waiting.as_str(), "bert%40example.org", "bert"] {
        assert_eq!(found(&officer, typed).await, Vec::<String>::new(), "{typed}");
    }
    assert_eq!(counted(&site, "select count(distinct number) from case_words").await, 1);
}

async fn a_search_for_cases_is_recorded_without_what_was_typed(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    found(&officer, "ada%40example.org").await;
    found(&officer, &number).await;
    officer.get("/support/objections").await;
    for (sql, is) in [
        ("select count(*) from staff_actions where kind = 'search' and amount = 1 and detail = 'cases-by-words'", 1),
        ("select count(*) from staff_actions where kind = 'search' and amount = 1 and detail = 'cases-by-number'", 1),
        ("select count(*) from staff_actions where kind = 'search'", 2),
    ] {
        assert_eq!(counted(&site, sql).await, is, "{sql}");
    }
}
