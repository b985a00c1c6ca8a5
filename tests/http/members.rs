//! Members brought in from a file, invited, and handed out again.

use crate::stories;
use crate::test_app::{AI, PASSWORD, TestApp};
use http::StatusCode;
use sayso::account::{model::Role, store as accounts};
use sayso::db::Db;
use sayso::ledger::{Channel, Choice, Entry, Kind, store as ledger};
use sayso::mail::store as outbox;
use sayso::members::export::Export;
use sayso::members::import::{Import, Report, Tally};
use sayso::members::lines::Lines;
use sayso::members::model::Format;
use sayso::members::rejects::Refused;
use sayso::members::welcome::{self, Invited};
use sayso::time::UtcMillis;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::io;

stories![
    a_member_who_is_brought_in_begins_at_off_under_the_rule_of_their_region,
    whoever_is_brought_in_is_found_at_once,
    of_the_time_before_they_were_brought_over_nothing_is_said,
    whoever_is_brought_in_is_found_by_the_id_that_the_platform_has_of_them,
    the_same_file_again_changes_nothing,
    an_export_comes_in_again_and_nothing_changes,
    an_id_comes_out_as_it_came_in_so_whoever_joins_by_it_misses_nobody,
    an_export_that_would_have_to_change_an_id_is_none,
    a_file_as_a_spreadsheet_in_germany_saves_it_comes_in,
    what_is_wrong_is_refused_by_line_and_reason_and_the_rest_comes_in,
    a_dry_run_says_the_same_and_changes_nothing,
    two_imports_of_one_file_at_once_bring_everybody_in_once,
    a_choice_is_as_it_was_after_another_import,
    without_a_password_nobody_signs_in_and_the_answer_is_that_for_anybody,
    nobody_is_written_to_before_they_are_invited_and_then_once,
    a_link_sets_the_first_password_once,
    two_presses_of_the_button_set_one_password,
    a_link_holds_for_seven_days,
    asking_for_a_link_tells_nobody_who_has_an_account,
    asking_too_often_has_to_wait_whoever_has_the_address,
    an_export_says_what_holds_since_when_and_why,
    an_objection_stands_in_the_export,
    an_import_takes_an_unproved_address_and_every_no_along,
    an_import_with_update_records_moves_names_and_addresses,
];

const HEADER: &str = "id,email,name,country,joined\n";

/// Keeps what was refused, as `line: reason`.
#[derive(Default)]
struct Kept {
    refused: Vec<String>,
    batches: usize,
}

impl Report for Kept {
    fn refused(&mut self, refused: Refused<'_>) -> io::Result<()> {
        self.refused.push(format!("{}: {}", refused.line, refused.reason));
        Ok(())
    }

    fn reached(&mut self, _: Tally, _: u64) {
        self.batches += 1;
    }
}

async fn import_into(site: &TestApp, instead: Option<&Db>, format: Format, file: &str) -> (Tally, Vec<String>) {
    run(site, instead, format, file, false).await
}

/// With what the file says about members who are here already.
async fn update(site: &TestApp, file: &str) -> (Tally, Vec<String>) {
    run(site, None, Format::Csv, file, true).await
}

async fn run(site: &TestApp, instead: Option<&Db>, format: Format, file: &str, update: bool) -> (Tally, Vec<String>) {
    let app = &site.app;
    let origin = "http://127.0.0.1:3000";
    let work = Import { db: &app.db, rules: &app.rules, clock: &app.clock, instead, update, origin };
    let mut kept = Kept::default();
    let mut lines = Lines::open(file.as_bytes(), format).unwrap();
    let tally = work.run(&mut lines, &mut kept).await.unwrap();
    assert_eq!(kept.refused.len() as u64, tally.refused);
    assert_eq!(tally.lines, tally.brought_in + tally.known + tally.updated + tally.refused);
    (tally, kept.refused)
}

async fn import(site: &TestApp, file: &str) -> (Tally, Vec<String>) {
    import_into(site, None, Format::Csv, file).await
}

const fn tally(lines: u64, brought_in: u64, known: u64, refused: u64) -> Tally {
    Tally { lines, brought_in, known, updated: 0, refused }
}

/// As many members as wanted, one a line.
fn many(format: Format, count: usize) -> String {
    let countries = ["US", "DE", "GB", "CH", "CA", "BR"];
    let mut file = if format == Format::Csv { HEADER.to_owned() } else { String::new() };
    for n in 0..count {
        let (country, year) = (countries[n % countries.len()], 2004 + n % 20);
        let _ = match format {
            Format::Csv => writeln!(file, "{n},m{n}@example.org,\"Member, the {n}th\",{country},{year}-05-01"),
            Format::Ndjson => writeln!(
                file,
                r#"{{"id":{n},"email":"m{n}@example.org","name":"Member, the {n}th","country":"{country}","joined":"{year}-05-01T00:00:00Z"}}"#
            ),
        };
    }
    file
}

/// The history of whoever has this address, each entry with the bytes that were hashed.
async fn history(site: &TestApp, email: &str) -> Vec<Entry> {
    let mut reader = site.app.db.reader().await.unwrap();
    let member = accounts::by_email(reader.conn(), email).await.unwrap().unwrap();
    let entries = ledger::of_subject(reader.conn(), &member.subject).await.unwrap();
    for entry in &entries {
        let stored = ledger::find(reader.conn(), &member.subject, entry.id).await.unwrap().unwrap();
        let canonical = entry.canonical();
        assert_eq!((stored.bytes, stored.sha256), (canonical.bytes, canonical.sha256));
    }
    entries
}

async fn number(site: &TestApp, sql: &str) -> i64 {
    match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sayso::db::built(sql)).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(sayso::db::built(sql)).fetch_one(pool).await.unwrap(),
    }
}

async fn members(site: &TestApp) -> i64 {
    number(site, "select count(*) from members").await
}

/// A member who was brought in and has no password yet.
pub async fn brought_in(site: &TestApp, email: &str) {
    import(site, &format!("{HEADER}9,{email},Fay,IE,2020-01-01\n")).await;
}

async fn invite(site: &TestApp, most: i64) -> Invited {
    welcome::invite(&site.app.db, "https://sayso.example", most, site.app.clock.now()).await.unwrap()
}

/// Sends the next mail: whom it is to, and the path of the link in it.
async fn next_letter(site: &TestApp) -> Option<(String, String)> {
    let mut tx = site.app.db.begin().await.unwrap();
    let mail = outbox::claim(tx.conn(), site.app.clock.now()).await.unwrap();
    if let Some(mail) = &mail {
        outbox::sent(tx.conn(), mail.id, site.app.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mail = mail?;
    let link = mail.plain.split_whitespace().find(|word| word.contains("/welcome?key=")).unwrap();
    Some((mail.to, link[link.find("/welcome").unwrap()..].to_owned()))
}

async fn exported(site: &TestApp, format: Format) -> String {
    let app = &site.app;
    let work = Export {
        db: &app.db,
        rules: &app.rules,
        window_days: 30,
        now: app.present().at,
        doubt: app.present().doubt.is_some(),
        demo: false,
    };
    let mut out = Vec::new();
    let mut told = 0;
    let written = work.run(format, &mut out, |n| told = n).await.unwrap();
    assert_eq!(told, written);
    String::from_utf8(out).unwrap()
}

/// Every member as an export has them, one a line.
pub async fn exported_lines(site: &TestApp) -> Vec<serde_json::Value> {
    exported(site, Format::Ndjson).await.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const ADA: &str = "17,Ada@example.org,Ada Lovelace,GB,2019-05-01T10:30:00Z\n";

async fn a_member_who_is_brought_in_begins_at_off_under_the_rule_of_their_region(site: TestApp) {
    let file = format!("{HEADER}{ADA}a-18,karl@example.org,Karl,DE,2024-01-02\n");
    assert_eq!(import(&site, &file).await, (tally(2, 2, 0, 0), vec![]));
    for (email, rule) in [("ada@example.org", "gai-2025-11-03"), ("karl@example.org", "gai-2025-11-03")] {
        let entries = history(&site, email).await;
        assert_eq!(entries.len(), 1);
        let entry = &entries[0];
        assert_eq!((entry.kind, entry.choice, entry.purpose), (Kind::Default, Some(Choice::Denied), Some(AI)));
        assert_eq!((entry.rule.as_deref(), entry.channel, entry.previous), (Some(rule), Channel::CommandLine, None));
        // Of the years before there is no record here.
        assert_eq!(entry.at, site.app.clock.now());
    }
    let ada = accounts::by_email(site.app.db.reader().await.unwrap().conn(), "ada@example.org").await.unwrap().unwrap();
    assert_eq!((ada.name.as_str(), ada.joined_at.rfc3339().as_str()), ("Ada Lovelace", "2019-05-01T10:30:00Z"));
}

async fn whoever_is_brought_in_is_found_at_once(site: TestApp) {
    import(&site, "id,email,name,country,joined\n7,zoe@example.org,Zoë Müller,DE,2020-01-01\n").await;
    site.staff("support@example.org", Role::Support).await;
    let support = site.signed_in_as("support@example.org", Role::Support).await;
    for query in ["muller", "zoe%20mul", "zoe%40example.org"] {
        support.get(&format!("/support?q={query}")).await.says("Zoë Müller");
    }
    assert_eq!(accounts::fill_words(&site.app.db).await.unwrap(), 0, "nothing is left to be done");
}

async fn of_the_time_before_they_were_brought_over_nothing_is_said(site: TestApp) {
    import(&site, &format!("{HEADER}{ADA}")).await;
    let ada = accounts::by_email(site.app.db.reader().await.unwrap().conn(), "ada@example.org").await.unwrap().unwrap();
    site.staff("support@example.org", Role::Support).await;
    let support = site.signed_in_as("support@example.org", Role::Support).await;
    support.post("/api/look-at-member", &[("member", &ada.id), ("reason", "asked"), ("text", "By telephone.")]).await;
    let page = support.get(&format!("/support/members/{}?at=2025-12-01", ada.id)).await;
    page.says("The member was brought here from elsewhere, and our record begins on 23 November 2026");
    page.does_not_say("The member sees a switch");
    let page = support.get(&format!("/support/members/{}/history?at=nonsense", ada.id)).await;
    page.says("That is not today or an earlier day");
}

async fn whoever_is_brought_in_is_found_by_the_id_that_the_platform_has_of_them(site: TestApp) {
    let mut file =
        format!("{HEADER}P-17,zoe@example.org,Zoë Müller,DE,2020-01-01\n12345,karl@example.org,Karl,DE,2020-01-01\n");
    for i in 0..25 {
        file += &format!("x{i},p{i:02}.17@example.org,Paula,DE,2020-01-01\n");
    }
    // One who has the words as well is found once.
    file += "7,p.17@example.org,Petra,DE,2020-01-01\np 17,p.17b@example.org,Pia,DE,2020-01-01\n";
    assert_eq!(import(&site, &file).await.1, Vec::<String>::new());
    site.staff("support@example.org", Role::Support).await;
    let support = site.signed_in_as("support@example.org", Role::Support).await;
    let found = async |path: &str| {
        let page = support.get(path).await;
        let links = page.body.split("href=\"/support/members/").skip(1);
        let names = links.map(|rest| rest.split_once("<bdi>").unwrap().1.split('<').next().unwrap().to_owned());
        let next = page.body.split_once("\" rel=\"next\"").map(|(before, _)| before.rsplit('"').next().unwrap());
        (names.collect::<Vec<_>>(), next.map(|next| next.replace("&amp;", "&")))
    };
    assert_eq!(found("/support?q=+12345+").await, (vec!["Karl".into()], None));
    assert_eq!(found("/support?q=p-1").await.0.len(), 20);
    for (id, name) in [("P-17", "Zoë Müller"), ("p+17", "Pia")] {
        let (mut all, next) = found(&format!("/support?q={id}")).await;
        assert_eq!((&*all[0], all.len()), (name, 20), "{id}");
        let (rest, next) = found(&next.unwrap()).await;
        assert_eq!(next, None);
        all.extend(rest);
        assert_eq!(all.iter().filter(|one| *one == name).count(), 1, "{id}: {all:?}");
        assert_eq!(all.len(), if id == "P-17" { 28 } else { 27 }, "{id}: {all:?}");
    }
    assert!(!found("/support?q=p-17").await.0.contains(&"Zoë Müller".into()), "exactly as it is");
}

async fn the_same_file_again_changes_nothing(site: TestApp) {
    let file = many(Format::Ndjson, 2_500);
    assert_eq!(import_into(&site, None, Format::Ndjson, &file).await, (tally(2_500, 2_500, 0, 0), vec![]));
    let before = exported(&site, Format::Ndjson).await;
    site.pass_days(1);
    assert_eq!(import_into(&site, None, Format::Ndjson, &file).await, (tally(2_500, 0, 2_500, 0), vec![]));
    // The other form of the same.
    assert_eq!(import(&site, &many(Format::Csv, 2_500)).await.0, tally(2_500, 0, 2_500, 0));
    assert_eq!((members(&site).await, site.count("default").await), (2_500, 2_500));
    assert_eq!(before, exported(&site, Format::Ndjson).await);
    assert_eq!(history(&site, "m2499@example.org").await.len(), 1);
}

async fn an_export_comes_in_again_and_nothing_changes(site: TestApp) {
    import(&site, &many(Format::Csv, 30)).await;
    for format in [Format::Csv, Format::Ndjson] {
        let file = exported(&site, format).await;
        assert_eq!(import_into(&site, None, format, &file).await, (tally(30, 0, 30, 0), vec![]));
    }
}

/// The ids of Firebase begin with a hyphen, handles with an at sign, and base64 with a plus.
async fn an_id_comes_out_as_it_came_in_so_whoever_joins_by_it_misses_nobody(site: TestApp) {
    let ids = ["-LkJ3_x", "@ada", "+49 170 1", "007", "a;-b", "'tis", "-5"];
    let mut file = HEADER.to_owned();
    for (n, id) in ids.iter().enumerate() {
        let _ = writeln!(file, "{id},-m{n}@example.org,-Ada,US,2024-03-01 00:00:00");
    }
    for (n, id) in ["=1+1", "@SUM(A1)", "+x|y", "'@ada", " 17", "1.23457E+17"].iter().enumerate() {
        let _ = writeln!(file, "{id},x{n}@example.org,Eve,US,2024-03-01");
    }
    let (first, refused) = import(&site, &file).await;
    assert_eq!(first, tally(13, 7, 0, 6));
    assert!(refused.iter().all(|said| said.split(": ").nth(1) == Some("id")), "{refused:?}");
    site.publish(1).await;
    invite(&site, 10).await;
    let denied = site.visitor();
    let (address, link) = next_letter(&site).await.unwrap();
    let n: usize = address["-m".len()..].split('@').next().unwrap().parse().unwrap();
    denied.get(&link).await;
    denied.post("/api/set-first-password", &[("password", PASSWORD)]).await;
    denied.press("denied").await;
    for format in [Format::Csv, Format::Ndjson] {
        let out = exported(&site, format).await;
        assert_eq!(import_into(&site, None, format, &out).await, (tally(7, 0, 7, 0), vec![]));
    }
    // A job on the platform that knows nothing of all this.
    let out = exported(&site, Format::Csv).await;
    let mut csv = csv::Reader::from_reader(out.as_bytes());
    let rows: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    assert_eq!(rows.iter().map(|row| &row[0]).collect::<BTreeSet<_>>(), BTreeSet::from(ids));
    let because = csv.headers().unwrap().iter().position(|name| name == "generative-ai-training because").unwrap();
    let row = rows.iter().find(|row| row[0] == *ids[n]).unwrap();
    assert_eq!((&row[because - 2], &row[because]), ("denied", "the member's choice"));
    assert_eq!((&row[1], &row[2]), (address.as_str(), "'-Ada"));
}

/// One from before such ids were refused.
async fn an_export_that_would_have_to_change_an_id_is_none(site: TestApp) {
    import(&site, &format!("{HEADER}{ADA}")).await;
    site.tamper("update members set platform_id = '=1+1' where email = 'ada@example.org'").await.unwrap();
    let app = &site.app;
    let work =
        Export { db: &app.db, rules: &app.rules, window_days: 30, now: app.present().at, doubt: false, demo: false };
    let said = work.run(Format::Csv, Vec::new(), |_| {}).await.unwrap_err().to_string();
    assert!(said.starts_with("the id \"=1+1\" cannot go into a CSV file") && said.contains("NDJSON"), "{said}");
    assert!(exported(&site, Format::Ndjson).await.contains("\"id\":\"=1+1\""));
}

async fn a_file_as_a_spreadsheet_in_germany_saves_it_comes_in(site: TestApp) {
    let file = "\u{feff}id;email;name;country;joined\r\n\
            1;a@example.org;\"Müller; Ada\";DE;2024-03-01 00:00:00\r\n\
            ;;;;\r\n\
            2;b@example.org;Bob;FR;2024-03-01T00:00:00Z\r\n\
            3;c@example.org;Cleo;FR;01.03.2024\r\n\
            ;;;;\r\n";
    let told = "5: joined: accepted: a date as year, month and day, such as 2024-03-01, \
                or with a time such as 2024-03-01T09:30:00Z";
    assert_eq!(import(&site, file).await, (tally(3, 2, 0, 1), vec![told.into()]));
    let out = exported(&site, Format::Csv).await;
    assert!(out.contains("\n1,a@example.org,Müller; Ada,DE,2024-03-01T00:00:00Z,denied,"), "{out}");
}

async fn what_is_wrong_is_refused_by_line_and_reason_and_the_rest_comes_in(site: TestApp) {
    site.member("here@example.org", "US").await;
    let file = format!(
        "{HEADER}{ADA}\
             18,nobody,,XX,2019-05-01\n\
             19,here@example.org,Hera,GB,2019-05-01\n\
             17,ada@example.org,Ada Lovelace,GB,2019-05-01T10:30:00Z\n\
             17,ada@example.org,Ada King,FR,2019-05-01T10:30:00Z\n\
             20,ADA@example.org,Eve,GB,2019-05-01\n\
             21,\"open,GB,2019-05-01\n\
             22,bob@example.org,Bob,GB,2019-05-01\n"
    );
    let refused = [
        "3: email: accepted: an e-mail address of at most 254 characters; name: missing; \
         country: accepted: a code of ISO 3166-1 alpha-2, such as GB",
        "4: email: another account already has this address, one that was created here",
        "6: id: a member with this id is already here, with another name and country; nothing was changed",
        "7: email: another account already has this address, the member with the id 17",
        "8: a quote is opened and not closed",
    ];
    let (first, said) = import(&site, &file).await;
    assert_eq!((first, said.iter().map(String::as_str).collect::<Vec<_>>()), (tally(8, 2, 1, 5), refused.to_vec()));
    let (second, said) = import(&site, &file).await;
    assert_eq!((second, said.iter().map(String::as_str).collect::<Vec<_>>()), (tally(8, 0, 3, 5), refused.to_vec()));
    assert_eq!(members(&site).await, 3);
}

async fn a_dry_run_says_the_same_and_changes_nothing(site: TestApp) {
    site.member("here@example.org", "US").await;
    let mut file = many(Format::Csv, 1_500);
    // The same id and the same address again, in another batch than the first time.
    file.push_str(
        "3,other@example.org,Other,GB,2019-05-01\n\
         9000,m4@example.org,Other,GB,2019-05-01\n\
         9001,here@example.org,Hera,GB,2019-05-01\n",
    );
    let folder = tempfile::tempdir().unwrap();
    let instead = Db::open(&format!("sqlite://{}/dry.db", folder.path().display())).await.unwrap();
    instead.migrate().await.unwrap();
    let dry = import_into(&site, Some(&instead), Format::Csv, &file).await;
    assert_eq!((members(&site).await, site.count("default").await), (1, 1));
    assert_eq!(dry.0, tally(1_503, 1_500, 0, 3));
    assert_eq!(import(&site, &file).await, dry);
    assert_eq!(members(&site).await, 1_501);
}

async fn two_imports_of_one_file_at_once_bring_everybody_in_once(site: TestApp) {
    let file = many(Format::Csv, 3_000);
    let ((one, _), (two, _)) = tokio::join!(import(&site, &file), import(&site, &file));
    assert_eq!(one.brought_in + two.brought_in, 3_000);
    assert_eq!((one.refused, two.refused), (0, 0));
    assert_eq!((members(&site).await, site.count("default").await), (3_000, 3_000));
}

async fn a_choice_is_as_it_was_after_another_import(site: TestApp) {
    let file = format!("{HEADER}{ADA}");
    import(&site, &file).await;
    site.publish(1).await;
    invite(&site, 10).await;
    let ada = site.visitor();
    ada.get(&next_letter(&site).await.unwrap().1).await;
    ada.post("/api/set-first-password", &[("password", PASSWORD)]).await;
    ada.press("denied").await;
    let before = history(&site, "ada@example.org").await;
    site.pass_days(400);
    assert_eq!(import(&site, &file).await.0, tally(1, 0, 1, 0));
    assert_eq!(history(&site, "ada@example.org").await, before);
    assert!(!ada.get("/settings/privacy").await.body.contains("aria-checked=\"true\""));
}

async fn without_a_password_nobody_signs_in_and_the_answer_is_that_for_anybody(site: TestApp) {
    import(&site, &format!("{HEADER}{ADA}")).await;
    let unknown = site
        .visitor()
        .wanting_json()
        .post("/api/sign-in", &[("email", "bob@example.org"), ("password", PASSWORD)])
        .await;
    for password in ["", PASSWORD] {
        let answer = site
            .visitor()
            .wanting_json()
            .post("/api/sign-in", &[("email", "ada@example.org"), ("password", password)])
            .await;
        assert_eq!((answer.status, &answer.body), (unknown.status, &unknown.body));
    }
}

async fn nobody_is_written_to_before_they_are_invited_and_then_once(site: TestApp) {
    import(&site, &many(Format::Csv, 250)).await;
    assert_eq!(next_letter(&site).await, None);
    assert_eq!(invite(&site, 120).await, Invited { put: 120, waiting: 120, left: 130 });
    // As long as these wait, no more are put behind them.
    assert_eq!(invite(&site, 120).await, Invited { put: 0, waiting: 120, left: 130 });
    let mut written = Vec::new();
    while let Some((to, _)) = next_letter(&site).await {
        written.push(to);
    }
    assert_eq!(invite(&site, 1_000).await, Invited { put: 130, waiting: 130, left: 0 });
    while let Some((to, _)) = next_letter(&site).await {
        written.push(to);
    }
    written.sort();
    written.dedup();
    assert_eq!(written.len(), 250);
    assert_eq!(invite(&site, 1_000).await, Invited { put: 0, waiting: 0, left: 0 });
}

async fn a_link_sets_the_first_password_once(site: TestApp) {
    import(&site, &format!("{HEADER}{ADA}")).await;
    invite(&site, 10).await;
    let (to, link) = next_letter(&site).await.unwrap();
    assert_eq!(to, "ada@example.org");
    // Of its secret there is only the hash.
    let key = link.split_once("key=").unwrap().1;
    assert_eq!(number(&site, &format!("select count(*) from welcome_links where sha256 = '{key}'")).await, 0);

    let ada = site.visitor();
    assert_eq!(ada.get(&link).await.location(), "/welcome", "the secret leaves the address");
    let page = ada.get("/welcome").await;
    page.says("ada@example.org");
    assert!(!page.body.contains(key));
    for (password, said) in [("short", "Please use 12 characters or more"), ("ada@example.org", "easy to guess")] {
        let refused = ada.post("/api/set-first-password", &[("password", password)]).await;
        refused.refused("Set your password").says(said);
    }
    assert_eq!(ada.post("/api/set-first-password", &[("password", PASSWORD)]).await.location(), "/settings/privacy");
    assert_eq!(ada.get("/settings/privacy").await.status, StatusCode::OK);
    site.signed_in("ada@example.org").await;

    let again = site.visitor();
    again.get(&link).await;
    let page = again.get("/welcome").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.says("This link has been used");
    let other =
        again.wanting_json().post("/api/set-first-password", &[("password", "plumb seven otters gladly")]).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    site.signed_in("ada@example.org").await;
    assert_eq!(number(&site, "select count(*) from welcome_links").await, 0);
}

async fn two_presses_of_the_button_set_one_password(site: TestApp) {
    import(&site, &format!("{HEADER}{ADA}")).await;
    invite(&site, 10).await;
    let link = next_letter(&site).await.unwrap().1;
    let (one, two) = (site.visitor().wanting_json(), site.visitor().wanting_json());
    one.get(&link).await;
    two.get(&link).await;
    let (a, b) = tokio::join!(
        one.post("/api/set-first-password", &[("password", PASSWORD)]),
        two.post("/api/set-first-password", &[("password", "plumb seven otters gladly")])
    );
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert!(statuses[0] < 400 && statuses[1] == 422, "{statuses:?}: {} {}", a.body, b.body);
}

async fn a_link_holds_for_seven_days(site: TestApp) {
    import(&site, &format!("{HEADER}{ADA}")).await;
    invite(&site, 10).await;
    let link = next_letter(&site).await.unwrap().1;
    site.pass(7 * UtcMillis::DAY - 1);
    let ada = site.visitor();
    ada.get(&link).await;
    ada.get("/welcome").await.says("Set your password");
    site.pass(1);
    assert_eq!(ada.get("/welcome").await.status, StatusCode::NOT_FOUND);
    let late = ada.post("/api/set-first-password", &[("password", PASSWORD)]).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
    late.says("This link has been used, or it is more than a week old.");
    let late = site.visitor();
    late.get(&link).await;
    assert_eq!(late.get("/welcome").await.status, StatusCode::NOT_FOUND);
}

async fn asking_for_a_link_tells_nobody_who_has_an_account(site: TestApp) {
    import(&site, &format!("{HEADER}{ADA}")).await;
    site.member("here@example.org", "US").await;
    site.staff("staff@example.org", sayso::account::model::Role::Support).await;
    let mut pages = Vec::new();
    for email in ["ada@example.org", "here@example.org", "staff@example.org", "nobody@example.org"] {
        let anybody = site.visitor();
        assert_eq!(anybody.post("/api/send-welcome-link", &[("email", email)]).await.location(), "/welcome/again");
        pages.push(anybody.get("/welcome/again").await.text());
    }
    assert!(pages[0].contains("an e-mail with a link is on its way"), "{}", pages[0]);
    pages.dedup();
    assert_eq!(pages.len(), 1);
    let (to, link) = next_letter(&site).await.unwrap();
    assert_eq!((to.as_str(), next_letter(&site).await), ("ada@example.org", None));
    let ada = site.visitor();
    ada.get(&link).await;
    ada.get("/welcome").await.says("Set your password");
    // Who has asked need not be invited too.
    assert_eq!(invite(&site, 10).await, Invited { put: 0, waiting: 0, left: 0 });
    let wrong = site.visitor().wanting_json().post("/api/send-welcome-link", &[("email", "nobody")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn asking_too_often_has_to_wait_whoever_has_the_address(site: TestApp) {
    import(&site, &format!("{HEADER}{ADA}")).await;
    let mut statuses = Vec::new();
    for email in ["ada@example.org", "nobody@example.org"] {
        let anybody = site.visitor().wanting_json();
        let mut theirs = Vec::new();
        for _ in 0..7 {
            let answer = anybody.post("/api/send-welcome-link", &[("email", email)]).await;
            theirs.push((answer.status, answer.header("retry-after").to_owned()));
        }
        assert_eq!(theirs.last().unwrap().0, StatusCode::TOO_MANY_REQUESTS);
        statuses.push(theirs);
    }
    assert_eq!(statuses[0], statuses[1]);
    // Within a minute there is one mail.
    assert_eq!(next_letter(&site).await.map(|(to, _)| to).as_deref(), Some("ada@example.org"));
    assert_eq!(next_letter(&site).await, None);
    // And in a day five, however patient somebody is.
    let mut letters = 1;
    for _ in 0..40 {
        site.pass(16 * 60_000);
        site.visitor().post("/api/send-welcome-link", &[("email", "ada@example.org")]).await;
        letters += i32::from(next_letter(&site).await.is_some());
    }
    assert_eq!(letters, 5);
}

async fn an_export_says_what_holds_since_when_and_why(site: TestApp) {
    let file = format!(
        "{HEADER}{ADA}18,bob@example.org,\"=1+1\",US,2019-05-01\n\
         @x,+c@example.org,\"Carla \"\"C\"\" X\",US,2019-05-01\n"
    );
    import(&site, &file).await;
    site.publish(1).await;
    invite(&site, 10).await;
    let visitors = [site.visitor(), site.visitor(), site.visitor()];
    while let Some((to, link)) = next_letter(&site).await {
        let at =
            ["ada@example.org", "bob@example.org", "+c@example.org"].iter().position(|email| *email == to).unwrap();
        visitors[at].get(&link).await;
        visitors[at].post("/api/set-first-password", &[("password", PASSWORD)]).await;
    }
    // Ada turns it off, Bob says nothing after he was told, and Carla never looks.
    let told = site.app.clock.now();
    visitors[0].press("denied").await;
    visitors[1].get("/settings/privacy").await;
    site.pass_days(10);
    site.staff("staff@example.org", sayso::account::model::Role::Support).await;
    let rows = |csv: &str| -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
        std::iter::once(header).chain(rows).collect()
    };
    let csv = exported(&site, Format::Csv).await;
    let table = rows(&csv);
    assert_eq!(table.len(), 4, "{csv}");
    assert_eq!(
        table[0][..8].join(","),
        "id,email,name,country,joined,\
         generative-ai-training,generative-ai-training since,generative-ai-training because"
    );
    let row = |id: &str| table.iter().find(|row| row[0] == id).unwrap();
    assert_eq!(
        row("17")[..8],
        [
            "17",
            "ada@example.org",
            "Ada Lovelace",
            "GB",
            "2019-05-01T10:30:00Z",
            "denied",
            &told.rfc3339(),
            "the member's choice"
        ]
    );
    assert_eq!(row("18")[2], "'=1+1");
    assert_eq!(row("18")[5..8], ["denied", &told.rfc3339(), "notice window"]);
    assert_eq!(row("@x")[1..3], ["+c@example.org", "Carla \"C\" X"]);
    assert_eq!(row("@x")[5..8], ["denied", &told.rfc3339(), "not told yet"]);

    site.pass_days(25);
    let csv = exported(&site, Format::Csv).await;
    assert_eq!(
        rows(&csv).iter().find(|row| row[0] == "18").unwrap()[5..8],
        ["allowed", &told.plus_days(30).rfc3339(), "on by default"]
    );
    let lines = exported(&site, Format::Ndjson).await;
    for text in [&csv, &lines] {
        assert!(!text.contains("consent") && !text.contains("agree"), "{text}");
    }
    let bob: serde_json::Value = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .find(|line: &serde_json::Value| line["id"] == "18")
        .unwrap();
    assert_eq!(bob["name"], "=1+1");
    assert_eq!(bob["purposes"]["generative-ai-training"]["holds"], "allowed");
    assert_eq!(bob["purposes"]["generative-ai-training"]["because"], "on by default");
}

async fn an_objection_stands_in_the_export(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    let subject = accounts::by_email(site.app.db.reader().await.unwrap().conn(), "ada@example.org")
        .await
        .unwrap()
        .unwrap()
        .subject;
    let form = uuid::Uuid::new_v7(uuid::Timestamp::now(uuid::NoContext)).to_string();
    let answer = ada
        .post(
            "/api/submit-objection",
            &[
                ("form", &form),
                ("member", &subject),
                ("purposes[]", "research"),
                ("mode", "object"),
                ("language", "en"),
            ],
        )
        .await;
    assert!(answer.location().starts_with("/objections/"), "{}", answer.location());
    let line: serde_json::Value = serde_json::from_str(exported(&site, Format::Ndjson).await.trim()).unwrap();
    assert_eq!(line["id"], serde_json::Value::Null);
    assert_eq!(line["purposes"]["research"]["holds"], "denied");
    assert_eq!(line["purposes"]["research"]["because"], "paused while we decide");
    assert_eq!(line["purposes"]["generative-ai-training"]["because"], "not told yet");
}

/// Somebody signed up with the address before addresses were proved: the platform vouches for
/// its member.
async fn an_import_takes_an_unproved_address_and_every_no_along(site: TestApp) {
    site.publish(1).await;
    let eve = site.member("ada@example.org", "US").await;
    eve.press("denied").await;
    let refused = import(&site, &format!("{HEADER}{ADA}")).await;
    assert_eq!(refused.0, tally(1, 0, 0, 1), "a proved address is its owner's");
    site.tamper("update members set address_proved_at = null").await.unwrap();
    assert_eq!(import(&site, &format!("{HEADER}{ADA}")).await, (tally(1, 1, 0, 0), Vec::new()));
    assert_eq!(eve.get("/settings/privacy").await.status, StatusCode::FOUND);
    let history = history(&site, "ada@example.org").await;
    assert_eq!(history.last().unwrap().choice, Some(Choice::Denied));
    assert_eq!(history.last().unwrap().kind, Kind::Choice);
    let lines = exported_lines(&site).await;
    let ada = lines.iter().find(|line| line["id"] == "17").unwrap();
    assert_eq!(ada["purposes"]["generative-ai-training"]["because"], "address in use before");
    assert_eq!(lines.len(), 2, "the other history stays");
}

async fn an_import_with_update_records_moves_names_and_addresses(site: TestApp) {
    import(&site, &format!("{HEADER}{ADA}18,ben@example.org,Ben,US,2019-05-01\n")).await;
    let moved =
        format!("{HEADER}17,ada@new.example,Ada King,FR,2019-05-01T10:30:00Z\n18,ben@example.org,Ben,US,2019-05-01\n");
    let (without, reasons) = import(&site, &moved).await;
    assert_eq!(without, tally(2, 0, 1, 1));
    assert!(reasons[0].contains("with another email and name and country"), "{reasons:?}");
    let changed = Tally { updated: 1, ..tally(2, 0, 1, 0) };
    assert_eq!(update(&site, &moved).await, (changed, Vec::new()));
    assert_eq!(update(&site, &moved).await, (tally(2, 0, 2, 0), Vec::new()), "the same again changes nothing");
    let history = history(&site, "ada@new.example").await;
    let to = history.last().unwrap().moved.clone().unwrap();
    assert_eq!((history.len(), to.from.as_str(), to.to.as_str()), (2, "GB", "FR"));
    let mails = number(&site, "select count(*) from outbox where subject = 'Your e-mail address was changed'").await;
    assert_eq!(mails, 2, "both addresses are told");
    // An address that another member has is refused, and nothing of that line is changed.
    let taken = format!("{HEADER}18,ada@new.example,Benjamin,US,2019-05-01\n");
    let (tally_of, reasons) = update(&site, &taken).await;
    assert_eq!((tally_of.refused, reasons.len()), (1, 1));
    assert!(reasons[0].contains("another account already has this address"), "{reasons:?}");
    assert_eq!(number(&site, "select count(*) from members where name = 'Benjamin'").await, 0);
}
