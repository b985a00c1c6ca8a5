//! How a person without an account comes to their case: codes and links, who can spend them, and
//! when they end.

use crate::objection::{CODE, ONE, THREE, TWO, act, applicant, decide, send, unverified};
use crate::stories;
use crate::test_app::{TestApp, TestClient};
use http::StatusCode;
use sayso::db::Db;
use sayso::ledger::entry::sha256_hex;
use sayso::objection::code;

stories![
    strangers_do_not_spend_the_applicants_tries,
    the_browser_that_filed_has_few_tries_too_and_a_new_code_begins_afresh,
    a_first_code_ends_with_its_own_day,
    codes_are_stored_as_slow_hashes_and_those_from_before_work,
    whoever_files_the_same_under_somebodys_address_learns_nothing,
    nobody_fills_a_mailbox_or_keeps_its_owner_from_filing,
    a_link_ends_some_time_after_the_answer_or_without_one,
    links_that_still_open_something_are_not_swept,
    the_owner_of_a_case_closes_every_link,
    in_an_account_too_the_links_from_before_are_closed,
    what_stands_behind_a_mailed_address_does_not_break_it,
];

const BEN: &str = "ben@example.org";

async fn enter(visitor: &TestClient, number: &str, code: &str, mark: &str) -> crate::test_app::Answer {
    visitor.post("/api/verify-objection", &[("case", number), ("code", code), ("filed", mark)]).await
}

/// Files without an account; returns the number, and the mark that the browser was given.
async fn filed(visitor: &TestClient, id: &str, email: &str) -> (String, String) {
    let answer = send(visitor, &applicant(id, email)).await;
    let mark = answer.location().split_once("&filed=").unwrap().1.to_owned();
    (answer.filed_number(), mark)
}

/// A verified case, and the secret of a link to it.
async fn verified(site: &TestApp, id: &str) -> (TestClient, String, String) {
    let ben = site.visitor();
    let number = unverified(&ben, id, BEN).await;
    let code = site.mailed(BEN, CODE).await;
    assert_eq!(enter(&ben, &number, &code, "").await.location(), format!("/objections/{number}"));
    let key = site.mailed(BEN, &format!("/objections/{number}?key=")).await;
    (ben, number, key)
}

async fn rows(site: &TestApp, sql: &str) -> Vec<String> {
    match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sayso::db::built(sql)).fetch_all(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(sayso::db::built(sql)).fetch_all(pool).await.unwrap(),
    }
}

async fn strangers_do_not_spend_the_applicants_tries(site: TestApp) {
    let ben = site.visitor();
    let (number, mark) = filed(&ben, ONE, BEN).await;
    let code = site.mailed(BEN, CODE).await;
    for _ in 0..3 {
        let stranger = site.visitor();
        for _ in 0..code::CODE_TRIES {
            enter(&stranger, &number, "0000-0000", "").await.refused("Enter your code").says("match the case number");
        }
        let spent = enter(&stranger, &number, &code, "0123456789abcdef").await;
        spent.refused("Enter your code").says("You entered too many wrong codes.");
    }
    // From the mail, in a browser that did not file; and all strangers together have spent
    // what they have.
    let phone = site.visitor();
    enter(&phone, &number, "0000-0000", "").await.refused("Enter your code").says("match the case number");
    site.tamper(&format!("update case_code_tries set tries = {} where who = 'all'", code::CODE_TRIES_IN_ALL))
        .await
        .unwrap();
    enter(&site.visitor(), &number, &code, "").await.refused("Enter your code").says("too many wrong codes");
    // The browser that filed has tries of its own, and the form that comes back keeps its mark.
    let back = enter(&ben, &number, "0000-0000", &mark).await;
    assert_eq!(back.field("filed"), mark);
    assert_eq!(enter(&ben, &number, &code, &mark).await.location(), format!("/objections/{number}"));
    assert_eq!(ben.get(&format!("/objections/{number}")).await.status, StatusCode::OK);
}

async fn the_browser_that_filed_has_few_tries_too_and_a_new_code_begins_afresh(site: TestApp) {
    let ben = site.visitor();
    let (number, mark) = filed(&ben, ONE, BEN).await;
    let first = site.mailed(BEN, CODE).await;
    let page = ben.get(&format!("/objection/code?case={number}&filed={mark}")).await;
    assert_eq!(page.field("filed"), mark);
    for _ in 0..code::CODE_TRIES {
        enter(&ben, &number, "0000-0000", &mark).await;
    }
    enter(&ben, &number, &first, &mark).await.refused("Enter your code").says("too many wrong codes");
    site.pass(60_000);
    ben.post("/api/send-objection-again", &[("case", &number), ("email", BEN)]).await;
    let second = site.mailed(BEN, CODE).await;
    assert_ne!(first, second);
    // The first one stays good for its day.
    assert_eq!(enter(&ben, &number, &first, &mark).await.location(), format!("/objections/{number}"));
}

async fn a_first_code_ends_with_its_own_day(site: TestApp) {
    let ben = site.visitor();
    let (number, mark) = filed(&ben, ONE, BEN).await;
    let first = site.mailed(BEN, CODE).await;
    site.pass(3_600_000);
    ben.post("/api/send-objection-again", &[("case", &number), ("email", BEN)]).await;
    let second = site.mailed(BEN, CODE).await;
    site.pass_days(1);
    site.pass(-3_600_000);
    enter(&ben, &number, &first, &mark).await.refused("Enter your code").says("or it has expired");
    assert_eq!(enter(&ben, &number, &second, &mark).await.location(), format!("/objections/{number}"));
}

async fn codes_are_stored_as_slow_hashes_and_those_from_before_work(site: TestApp) {
    let ben = site.visitor();
    let (number, mark) = filed(&ben, ONE, BEN).await;
    let code = site.mailed(BEN, CODE).await;
    site.pass(60_000);
    ben.post("/api/send-objection-again", &[("case", &number), ("email", BEN)]).await;
    let hashes = rows(&site, "select hash from case_mailed_codes order by sent_at").await;
    assert!(hashes.len() == 2 && hashes.iter().all(|hash| hash.starts_with("$argon2id$")), "{hashes:?}");
    let salt = |hash: &str| hash.split('$').nth(4).unwrap().to_owned();
    assert_eq!(salt(&hashes[0]), salt(&hashes[1]), "one hash looks both up");
    assert_eq!(rows(&site, "select sha256 from case_codes").await, [""]);
    // As the version before stored it.
    let old = sha256_hex(format!("{number} {}", code.replace('-', "")).as_bytes());
    site.tamper("delete from case_mailed_codes").await.unwrap();
    site.tamper(&format!("update case_codes set sha256 = '{old}'")).await.unwrap();
    site.pass(60_000);
    // It stays good when another one is sent, too.
    ben.post("/api/send-objection-again", &[("case", &number), ("email", BEN)]).await;
    let typed = code.to_lowercase();
    assert_eq!(enter(&ben, &number, &typed, &mark).await.location(), format!("/objections/{number}"));
}

async fn whoever_files_the_same_under_somebodys_address_learns_nothing(site: TestApp) {
    let ben = site.visitor();
    let (number, _) = filed(&ben, ONE, BEN).await;
    let eve = site.visitor();
    let (other, mark) = filed(&eve, TWO, BEN).await;
    assert_ne!(other, number);
    let fresh = filed(&eve, THREE, "nobody@example.org").await;
    let shape = |(number, mark): &(String, String)| (number.len(), mark.len());
    assert_eq!(shape(&(other.clone(), mark.clone())), shape(&fresh));
    let pages =
        [(&other, &mark), (&fresh.0, &fresh.1)].map(|(n, m)| (n, format!("/objection/code?case={n}&filed={m}")));
    let mut said = Vec::new();
    for (n, path) in &pages {
        let page = eve.get(path).await.text();
        assert!(!page.contains(&number));
        said.push(page.replace(n.as_str(), "N").replace("nobody@example.org", "A").replace(BEN, "A"));
    }
    assert_eq!(said[0], said[1]);
    // The owner of the address is told.
    let letter = site.mail(BEN, &format!("Your code for objection {other}")).await;
    assert!(letter.contains(&format!("within the last hour, as {number}")), "{letter}");
    assert!(!site.mail("nobody@example.org", "Your code").await.contains("within the last hour"));
}

async fn nobody_fills_a_mailbox_or_keeps_its_owner_from_filing(site: TestApp) {
    for n in 0..13 {
        let form = format!("0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ae{n:03}");
        filed(&site.visitor(), &form, BEN).await;
    }
    let sent = rows(&site, "select id from outbox where subject like 'Your code%'").await;
    assert_eq!(sent.len() as i64, code::CODES_AN_ADDRESS);
    // What was filed without a code is stored, and gets one another day.
    site.pass_days(1);
    let last = rows(
        &site,
        "select number from cases where not exists (select 1 from case_codes where case_codes.number = cases.number)",
    )
    .await;
    assert_eq!(last.len(), 3);
    let ben = site.visitor();
    ben.post("/api/send-objection-again", &[("case", &last[0]), ("email", BEN)]).await;
    let code = site.mailed(BEN, CODE).await;
    assert_eq!(enter(&ben, &last[0], &code, "").await.location(), format!("/objections/{}", last[0]));
}

async fn a_link_ends_some_time_after_the_answer_or_without_one(site: TestApp) {
    let (_, number, key) = verified(&site, ONE).await;
    let link = format!("/objections/{number}?key={key}");
    let (page, over) = (format!("/objections/{number}"), format!("/objection/again?case={number}&link=over"));
    site.pass_days(180);
    site.pass(-1);
    let phone = site.visitor();
    assert_eq!(phone.get(&link).await.location(), page);
    assert_eq!(phone.get(&page).await.status, StatusCode::OK);
    site.pass(1);
    let late = site.visitor();
    assert_eq!(late.get(&link).await.location(), over);
    late.get(&over).await.says("You can request a new one here.");
    late.post("/api/withdraw-objection", &[("case", &number)]).await;
    // A new one is sent, and opens it.
    late.post("/api/send-objection-again", &[("case", &number), ("email", BEN)]).await;
    let fresh = site.mailed(BEN, &format!("/objections/{number}?key=")).await;
    assert_ne!(fresh, key);
    assert_eq!(late.get(&format!("{page}?key={fresh}")).await.location(), page);
    late.get(&page).await.does_not_say("Withdrawn by you.");
    // After the answer it ends with the time to complain.
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("personalisation", "upheld", "")]).await;
    let answer = site.mailed(BEN, &format!("/objections/{number}?key=")).await;
    site.pass_days(89);
    assert_eq!(site.visitor().get(&format!("{page}?key={answer}")).await.location(), page);
    site.pass_days(1);
    assert_eq!(site.visitor().get(&format!("{page}?key={answer}")).await.location(), over);
    sayso::serve::sweep::all(&site.app).await;
    assert_eq!(rows(&site, "select number from case_links").await, Vec::<String>::new());
}

async fn links_that_still_open_something_are_not_swept(site: TestApp) {
    let (_, number, key) = verified(&site, ONE).await;
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("personalisation", "upheld", "")]).await;
    site.pass_days(80);
    site.visitor().get(&format!("/objections/{number}?key={key}")).await;
    let ben = site.visitor();
    ben.get(&format!("/objections/{number}?key={key}")).await;
    ben.post("/api/complain-about-objection", &[("case", &number), ("text", "Still advertised to.")]).await;
    // While a complaint waits, they hold.
    site.pass_days(20);
    sayso::serve::sweep::all(&site.app).await;
    assert_eq!(rows(&site, "select number from case_links").await.len(), 3);
    assert_eq!(
        site.visitor().get(&format!("/objections/{number}?key={key}")).await.location(),
        format!("/objections/{number}")
    );
    let officer = site.signed_in_as("officer@example.org", sayso::account::model::Role::PrivacyOfficer).await;
    act(&officer, &site, "answer-complaint", &number, &[("text", "It is off now.")]).await;
    site.pass_days(80);
    sayso::serve::sweep::all(&site.app).await;
    assert_eq!(rows(&site, "select number from case_links").await.len(), 4);
}

async fn the_owner_of_a_case_closes_every_link(site: TestApp) {
    let (ben, number, key) = verified(&site, ONE).await;
    let page = format!("/objections/{number}");
    let thief = site.visitor();
    thief.get(&format!("{page}?key={key}")).await;
    assert_eq!(thief.get(&page).await.status, StatusCode::OK);
    // Nobody else does.
    let nobody = site.visitor().wanting_json();
    assert_eq!(nobody.post("/api/close-objection-links", &[("case", &number)]).await.status, StatusCode::UNAUTHORIZED);
    let open = ben.get(&page).await;
    open.says("Close all these links");
    open.says("The link in our e-mail reopens it.");
    assert_eq!(ben.post("/api/close-objection-links", &[("case", &number)]).await.location(), page);
    let told = ben.get(&page).await;
    told.says("All links and codes that we e-mailed are closed");
    told.does_not_say("Close all these links");
    // No link reopens it, so none is promised.
    told.does_not_say("The link in our e-mail");
    assert!(told.has(&format!("[href='/objection/again?case={number}']")));
    assert_eq!(thief.get(&page).await.status, StatusCode::UNAUTHORIZED);
    let refused = thief.post("/api/withdraw-objection", &[("case", &number)]).await;
    assert_eq!(refused.location(), format!("{page}?unsent=1"));
    thief.get(&refused.location()).await.says("It is no longer open here, so what you sent was not done.");
    ben.get(&page).await.does_not_say("Withdrawn by you.");
    let over = thief.get(&format!("{page}?key={key}")).await.location();
    assert_eq!(over, format!("/objection/again?case={number}&link=over"));
    // A new one opens it again.
    site.pass(60_000);
    thief.post("/api/send-objection-again", &[("case", &number), ("email", BEN)]).await;
    let fresh = site.mailed(BEN, &format!("{page}?key=")).await;
    let phone = site.visitor();
    phone.get(&format!("{page}?key={fresh}")).await;
    phone.get(&page).await.says("The link in our e-mail reopens it.");
    phone.post("/api/leave-objection", &[("case", &number)]).await;
    phone.get("/objection").await.says("If it no longer works, request a new one.");
    ben.post("/api/close-objection-links", &[("case", &number)]).await;
    ben.get(&page).await.does_not_say("The link in our e-mail");
}

async fn in_an_account_too_the_links_from_before_are_closed(site: TestApp) {
    let (_, number, key) = verified(&site, ONE).await;
    let page = format!("/objections/{number}");
    let account = site.member(BEN, "IE").await;
    account.get(&format!("{page}?key={key}")).await;
    account.post("/api/claim-objection", &[("case", &number)]).await;
    account.get(&page).await.says("Close all these links");
    account.post("/api/close-objection-links", &[("case", &number)]).await;
    account.get(&page).await.says("are closed");
    assert_eq!(
        site.visitor().get(&format!("{page}?key={key}")).await.location(),
        format!("/objection/again?case={number}&link=over")
    );
}

/// Mail programs take what stands behind an address for a part of it.
async fn what_stands_behind_a_mailed_address_does_not_break_it(site: TestApp) {
    let (_, number, key) = verified(&site, ONE).await;
    let page = format!("/objections/{number}");
    for left in [".", ")", ">", "%20", "%3E", ")."] {
        let phone = site.visitor();
        let path = format!("{page}?key={key}{left}");
        let path = path.replace('>', "%3E");
        assert_eq!(phone.get(&path).await.location(), page, "{left}");
        assert_eq!(phone.get(&page).await.status, StatusCode::OK, "{left}");
        let left = left.replace('>', "%3E");
        for path in [&*page, "/sign-in", "/objection/again"] {
            assert_eq!(phone.get(&format!("{path}{left}")).await.location(), *path, "{path}{left}");
        }
        assert_eq!(
            phone.get(&format!("{page}{left}?key={key}")).await.location(),
            format!("{page}?key={key}"),
            "{left}"
        );
        let code = phone.get(&format!("/objection/code?case={number}{left}")).await;
        assert_eq!(code.field("case"), number, "{left}");
    }
    // A sign-up, and a first password.
    crate::members::brought_in(&site, "fay@example.org").await;
    site.visitor().post("/api/send-welcome-link", &[("email", "fay@example.org")]).await;
    let welcome = site.mailed("fay@example.org", "/welcome?key=").await;
    for (n, left) in [".", ")", "%3E", "%20"].into_iter().enumerate() {
        let visitor = site.visitor();
        let email = format!("new{n}@example.org");
        let typed =
            [("name", "New"), ("email", email.as_str()), ("country", "US"), ("password", crate::test_app::PASSWORD)];
        visitor.post("/api/sign-up", &typed).await;
        let key = site.mailed(&email, "/confirm?key=").await;
        assert_eq!(visitor.get(&format!("/confirm?key={key}{left}")).await.location(), "/confirm");
        assert_eq!(visitor.post("/api/confirm", &[]).await.location(), "/settings/privacy", "{left}");
        let fay = site.visitor();
        assert_eq!(fay.get(&format!("/welcome?key={welcome}{left}")).await.location(), "/welcome");
        fay.get("/welcome").await.is_page("Set your password");
    }
}
