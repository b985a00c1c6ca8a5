//! What an export says of each member, and that it comes in again.

use super::{ADA, HEADER, exported, import, import_into, invite, many, next_letter, tally};
use crate::stories;
use crate::test_app::{PASSWORD, TestApp};
use sayso::account::store as accounts;
use sayso::members::export::Export;
use sayso::members::model::Format;
use std::collections::BTreeSet;
use std::fmt::Write;

stories![
    an_export_comes_in_again_and_nothing_changes,
    an_id_comes_out_as_it_came_in_so_whoever_joins_by_it_misses_nobody,
    an_export_that_would_have_to_change_an_id_is_none,
    an_export_says_what_holds_since_when_and_why,
    an_objection_stands_in_the_export,
];

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
    assert_eq!(row("18")[5..8], ["denied", &told.rfc3339(), "notice period"]);
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
