//! What a file brings in, and what of it is refused.

use super::{
    ADA, HEADER, exported, exported_lines, history, import, import_into, invite, many, members, next_letter, number,
    tally, update,
};
use crate::search::names;
use crate::stories;
use crate::test_app::{AI, PASSWORD, TestApp};
use http::StatusCode;
use sayso::account::{model::Role, store as accounts};
use sayso::db::Db;
use sayso::ledger::{Channel, Choice, Kind};
use sayso::members::import::Tally;
use sayso::members::model::Format;

stories![
    a_member_who_is_brought_in_begins_at_off_under_the_rule_of_their_region,
    whoever_is_brought_in_is_found_at_once,
    of_the_time_before_they_were_brought_over_nothing_is_said,
    whoever_is_brought_in_is_found_by_the_id_that_the_platform_has_of_them,
    the_same_file_again_changes_nothing,
    a_file_as_a_spreadsheet_in_germany_saves_it_comes_in,
    what_is_wrong_is_refused_by_line_and_reason_and_the_rest_comes_in,
    of_lines_with_one_id_or_one_address_only_the_first_counts,
    a_dry_run_says_the_same_and_changes_nothing,
    two_imports_of_one_file_at_once_bring_everybody_in_once,
    a_choice_is_as_it_was_after_another_import,
    an_import_takes_an_unproved_address_and_every_no_along,
    an_import_with_update_records_moves_names_and_addresses,
];

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
    assert!(!page.has("#ai-now"));
    assert!(support.get(&format!("/support/members/{}", ada.id)).await.has("#ai-now"));
    let page = support.get(&format!("/support/members/{}/history?at=nonsense", ada.id)).await;
    page.says("Please enter a date and a time in UTC, such as 2026-11-23 12:00.");
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
        (names(&page), page.link_to("next"))
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
             17,ada@other.example,Ada King,FR,2019-05-01T10:30:00Z\n\
             20,ADA@example.org,Eve,GB,2019-05-01\n\
             21,\"open,GB,2019-05-01\n\
             22,bob@example.org,Bob,GB,2019-05-01\n"
    );
    let refused = [
        "3: email: accepted: an e-mail address of at most 254 characters; name: missing; \
         country: accepted: a code of ISO 3166-1 alpha-2, such as GB",
        "4: email: another account already has this address, one that was created here",
        "5: id: this id is also on line 2; email: this address is also on line 2",
        "6: id: this id is also on line 2",
        "7: email: this address is also on line 2",
        "8: a quote is opened and not closed",
    ];
    let (first, said) = import(&site, &file).await;
    assert_eq!((first, said.iter().map(String::as_str).collect::<Vec<_>>()), (tally(8, 2, 0, 6), refused.to_vec()));
    let (second, said) = import(&site, &file).await;
    assert_eq!((second, said.iter().map(String::as_str).collect::<Vec<_>>()), (tally(8, 0, 2, 6), refused.to_vec()));
    assert_eq!(members(&site).await, 3);
}

/// Which of them is meant, nobody can know: the first is taken, whatever the others say, also where
/// what is here is updated, and in another batch.
async fn of_lines_with_one_id_or_one_address_only_the_first_counts(site: TestApp) {
    let rest = many(Format::Csv, 1_500);
    // Without its header, and without the id that is asked about.
    let rest: Vec<&str> = rest.lines().skip(1).filter(|line| !line.starts_with("17,")).collect();
    let rest = rest.join("\n");
    let file = format!(
        "{HEADER}{ADA}\
             a-18,nobody,Ben,GB,2019-05-01\n\
             a-18,ben@example.org,Ben,GB,2019-05-01\n\
             {rest}\n\
             17,ada@new.example,Ada King,FR,2019-05-01T10:30:00Z\n\
             a-19,ben@example.org,Benjamin,US,2019-05-01\n\
             17,ada@newer.example,Ada King,FR,2019-05-01T10:30:00Z\n"
    );
    let reasons = [
        "3: email: accepted: an e-mail address of at most 254 characters",
        "1504: id: this id is also on line 2",
        "1505: email: this address is also on line 4",
        "1506: id: this id is also on line 2",
    ];
    for (known, run) in [(false, "first"), (true, "again"), (true, "update")] {
        let (tally_of, refused) = if run == "update" { update(&site, &file).await } else { import(&site, &file).await };
        let counted = if known { tally(1_505, 0, 1_501, 4) } else { tally(1_505, 1_501, 0, 4) };
        assert_eq!(
            (tally_of, refused.iter().map(String::as_str).collect::<Vec<_>>()),
            (counted, reasons.to_vec()),
            "{run}"
        );
    }
    let named = "select count(*) from members where name in ('Ada King', 'Benjamin') or email like '%@new%.example'";
    assert_eq!(number(&site, named).await, 0);
    // One that was wrong before says nothing, and an address may go from one to another.
    let swapped = format!(
        "{HEADER}17,ben@example.org,Ada Lovelace,GB,2019-05-01T10:30:00Z\na-18,ada@example.org,Ben,GB,2019-05-01\n"
    );
    let (_, refused) = update(&site, &swapped).await;
    assert!(!refused.iter().any(|reason| reason.contains("also on line")), "{refused:?}");
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
    assert!(!site.signed_in("ada@example.org").await.get("/settings/privacy").await.is_on());
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
