//! Officers keep notes on a case. Only officers read them, nobody changes or removes one, and they
//! go with the words of the case.

use super::{CODE, ONE, THREE, TWO, act, decide, file, stored, unverified};
use crate::audit::{by_email, everything_of};
use crate::members::exported_lines;
use crate::stories;
use crate::test_app::{Answer, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::Role;
use sayso::db::{Db, built};
use sayso::ledger::{Swept, SweptFor, store as ledger};
use sayso::objection::note::{NOTE_MAX, Note};
use sayso::objection::store;
use sayso::serve::sweep;

stories![
    officers_read_who_noted_what_and_when_in_every_state,
    nobody_but_officers_has_a_trace_of_a_note,
    a_note_that_is_refused_is_still_there_with_what_is_wrong,
    a_form_that_is_sent_twice_makes_one_note,
    notes_of_a_merged_case_stay_with_it,
    nobody_changes_or_removes_a_note,
    a_note_is_erased_with_the_words_of_its_case,
];

const SECRET: &str = "She sounded like Quentin.";

fn page(number: &str) -> String {
    format!("/support/objections/{number}")
}

/// Adds a note by the form of the page that is loaded now.
async fn note(officer: &TestClient, number: &str, text: &str) -> Answer {
    let form = officer.get(&page(number)).await.attribute("form[action^='/api/add-case-note'] [name=form]", "value");
    officer.post("/api/add-case-note", &[("case", number), ("form", &form), ("note", text)]).await
}

/// The notes as the officers' page has them: the line above each, and its words.
fn read(page: &Answer) -> Vec<(String, String)> {
    let one_line = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let who = page.texts_of("section[aria-labelledby=notes] li p");
    let said = page.texts_of("section[aria-labelledby=notes] li blockquote");
    who.iter().map(one_line).zip(said).collect()
}

async fn noted(site: &TestApp, number: &str) -> Vec<Note> {
    store::notes(site.app.db.reader().await.unwrap().conn(), number).await.unwrap()
}

async fn count(site: &TestApp, table: &str) -> i64 {
    let sql = format!("select count(*) from {table}");
    match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(built(&sql)).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(built(&sql)).fetch_one(pool).await.unwrap(),
    }
}

async fn officers_read_who_noted_what_and_when_in_every_state(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let (officer, second) = (site.officer().await, site.another_officer().await);
    officer.get(&page(&number)).await.says("There are no notes on this case.");
    let case = async || {
        let case = stored(&site, &number).await;
        (case.revision, case.state, case.steps.len(), count(&site, "entries").await, count(&site, "outbox").await)
    };
    let before = case().await;
    let done = note(&officer, &number, " She called.\r\nCall her back. ").await;
    assert_eq!(done.location(), page(&number));
    officer.get(&done.location()).await.says("The note is added.");
    site.pass(61_000);
    note(&second, &number, "I called her.").await;
    let expected = [
        ("Staff, 23 November 2026, 00:00 UTC".to_owned(), "She called.\nCall her back.".to_owned()),
        ("Staff, 23 November 2026, 00:01 UTC".into(), "I called her.".into()),
    ];
    for reader in [&officer, &second] {
        assert_eq!(read(&reader.get(&page(&number)).await), expected);
    }
    // It is no step of the case.
    assert_eq!(case().await, before);

    // With the list that the case was opened from.
    let list = [("case", &*number), ("form", TWO), ("note", "From the list."), ("list", "state=new")];
    let done = officer.post("/api/add-case-note", &list).await;
    assert_eq!(done.location(), format!("{}?list=state%3Dnew", page(&number)));

    // Refused, complained about, closed; and one that was withdrawn.
    decide(&officer, &site, &number, &[("research", "refused", "We need it.")]).await;
    act(&officer, &site, "close-objection", &number, &[]).await;
    note(&officer, &number, "Closed, and still to be noted on.").await;
    assert_eq!(noted(&site, &number).await.len(), 4);
    let withdrawn = file(&ada, THREE, &["inferences"]).await;
    ada.post("/api/withdraw-objection", &[("case", &withdrawn)]).await;
    note(&officer, &withdrawn, "She withdrew by phone first.").await;
    officer.get(&page(&withdrawn)).await.says("She withdrew by phone first.");
}

async fn nobody_but_officers_has_a_trace_of_a_note(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let ben = site.visitor();
    let his = unverified(&ben, TWO, "ben@example.org").await;
    let code = site.mailed("ben@example.org", CODE).await;
    ben.post("/api/verify-objection", &[("case", &his), ("code", &code)]).await;
    let officer = site.officer().await;
    for case in [&number, &his] {
        note(&officer, case, SECRET).await;
    }
    decide(&officer, &site, &number, &[("research", "refused", "We need it.")]).await;
    note(&officer, &number, SECRET).await;
    assert_eq!(noted(&site, &number).await.len(), 2);

    site.staff("support@example.org", Role::Support).await;
    let support = site.signed_in_as("support@example.org", Role::Support).await;
    site.staff("auditor@example.org", Role::Auditor).await;
    let auditor = site.signed_in_as("auditor@example.org", Role::Auditor).await;
    let nobody = site.visitor();
    for (who, status) in [
        (&support, StatusCode::NOT_FOUND),
        (&auditor, StatusCode::NOT_FOUND),
        (&ada, StatusCode::NOT_FOUND),
        (&ben, StatusCode::UNAUTHORIZED),
        (&nobody, StatusCode::UNAUTHORIZED),
    ] {
        let program = site.visitor().wanting_json();
        program.take_cookie_of(who);
        let fields = [("case", &*number), ("form", THREE), ("note", "Not mine to write.")];
        assert_eq!(program.post("/api/add-case-note", &fields).await.status, status);
        assert!(!who.get(&page(&number)).await.body.contains("Quentin"));
    }
    assert_eq!(noted(&site, &number).await.len(), 2);

    // The person's pages, also without an account.
    let own = format!("/objections/{number}");
    for path in [&*own, "/objections", "/settings/privacy", "/settings/privacy/history", "/account"] {
        let page = ada.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.body.contains("Quentin"), "{path}");
    }
    let page = ben.get(&format!("/objections/{his}")).await;
    page.says("Timeline");
    assert!(!page.body.contains("Quentin"));
    // Support, which sees what the member sees.
    let member = by_email(&site, "ada@example.org").await;
    support.post("/api/look-at-member", &[("member", &member.id), ("reason", "asked"), ("text", "Called.")]).await;
    for path in [format!("/support/members/{}", member.id), format!("/support/members/{}/history", member.id)] {
        assert!(!support.get(&path).await.body.contains("Quentin"), "{path}");
    }
    // E-mails, exports, the ledger, and the log of the staff, which says that there was a note.
    for to in ["ada@example.org", "ben@example.org", "officer@example.org", "second@example.org"] {
        assert!(!site.mails(to).await.concat().contains("Quentin"), "{to}");
    }
    assert!(!format!("{:?}", exported_lines(&site).await).contains("Quentin"));
    for (path, answer) in everything_of(&auditor).await {
        assert!(!answer.body.contains("Quentin"), "{path}");
    }
    let log = auditor.get("/audit/staff?kind=case-note").await;
    log.says("3 actions");
    for case in [&number, &his] {
        assert!(log.has(&format!("td [href='/audit/staff?case={case}']")), "{case}");
    }
    let file = auditor.get("/audit/staff.csv").await.body;
    assert!(file.contains("case-note,success,web,Staff") && !file.contains("Quentin"), "{file}");
}

async fn a_note_that_is_refused_is_still_there_with_what_is_wrong(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    let long = "a".repeat(NOTE_MAX + 1);
    for (text, said) in [
        ("", "Please write your note."),
        (" \r\n ", "Please write your note."),
        (&*long, "Your note can have at most 4,000 characters. You have 4,001."),
        ("a\u{1}b", "Your note has an invisible control character."),
    ] {
        let page = officer.post("/api/add-case-note", &[("case", &number), ("form", TWO), ("note", text)]).await;
        page.refused(&format!("Case {number}")).says(said);
        assert_eq!(page.links("#note"), ["#note"], "the summary leads to the field");
        assert!(page.text_of("#note-error").starts_with(said), "and it stands there");
        assert_eq!(page.field("note").trim(), text.trim());
        assert_eq!(page.attribute("form[action^='/api/add-case-note'] [name=form]", "value"), TWO);
    }
    // The longest that is taken, each of whose characters is long on the way.
    let longest = "\u{1f600}".repeat(NOTE_MAX);
    let done = officer.post("/api/add-case-note", &[("case", &number), ("form", TWO), ("note", &longest)]).await;
    assert_eq!(done.location(), page(&number));
    assert_eq!(noted(&site, &number).await[0].text.as_deref(), Some(&*longest));
    // What no page has made.
    for (case, form) in [(&*number, "x"), (&*number, ""), ("OBJ-00000000", THREE), ("x", THREE)] {
        let answer = officer.post("/api/add-case-note", &[("case", case), ("form", form), ("note", "Hi.")]).await;
        assert_ne!(answer.location(), page(&number));
    }
    assert_eq!(count(&site, "case_notes").await, 1);
}

async fn a_form_that_is_sent_twice_makes_one_note(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    let press = async |form: &str, text: &str| {
        let done = officer.post("/api/add-case-note", &[("case", &number), ("form", form), ("note", text)]).await;
        assert_eq!(done.location(), page(&number));
    };
    tokio::join!(press(ONE, "She called."), press(ONE, "She called."), press(ONE, "She called."));
    site.pass(60_000);
    press(ONE, "She called.").await;
    assert_eq!(noted(&site, &number).await.len(), 1);
    assert_eq!(count(&site, "staff_actions where kind = 'case-note'").await, 1);
    // After Back with other words, and the same words in a new form.
    press(ONE, "She called twice.").await;
    press(TWO, "She called.").await;
    let texts: Vec<_> = noted(&site, &number).await.into_iter().filter_map(|note| note.text).collect();
    assert_eq!(texts, ["She called.", "She called twice.", "She called."]);
}

async fn notes_of_a_merged_case_stay_with_it(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let first = file(&ada, ONE, &["research", "inferences"]).await;
    site.pass(60_000);
    let second = file(&ada, TWO, &["research"]).await;
    let officer = site.officer().await;
    note(&officer, &second, SECRET).await;
    act(&officer, &site, "mark-duplicate-objection", &second, &[("of", &first)]).await;
    let merged = officer.get(&page(&first)).await;
    merged.does_not_say("Quentin");
    assert_eq!(merged.links(&page(&second)), [page(&second)]);
    officer.get(&page(&second)).await.says(SECRET);
    note(&officer, &second, "After it was merged.").await;
    assert_eq!(noted(&site, &second).await.len(), 2);
}

async fn nobody_changes_or_removes_a_note(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    note(&officer, &number, SECRET).await;
    site.tamper("update cases set received_at = received_at - 315360000000").await.unwrap();
    let mut refused = vec![
        "update case_notes set text = 'Nothing.'",
        "update case_notes set text = null",
        "update case_notes set at = 0",
        "delete from case_notes",
    ];
    match &site.app.db {
        Db::Sqlite { .. } => refused.push(
            "insert or replace into case_notes (number, position, officer_id, form, at, text)
             select number, position, officer_id, form, at, 'Nothing.' from case_notes",
        ),
        Db::Postgres { pool, .. } => {
            refused.push("truncate case_notes");
            for sql in ["update case_notes set text = null", "delete from case_notes"] {
                let said = sqlx::query(built(sql)).execute(pool).await.unwrap_err().to_string();
                assert!(said.contains("permission denied"), "{sql}: {said}");
            }
        }
    }
    for sql in refused {
        let said = site.tamper(sql).await.unwrap_err();
        assert!(said.contains("append-only"), "{sql}: {said}");
    }
    assert_eq!(noted(&site, &number).await[0].text.as_deref(), Some(SECRET));
}

/// No officer sees a case that is swept, so none can note anything on it: here somebody else puts
/// the note there.
async fn a_note_is_erased_with_the_words_of_its_case(site: TestApp) {
    let ben = unverified(&site.visitor(), ONE, "ben@example.org").await;
    let ada = site.member("ada@example.org", "IE").await;
    let kept = file(&ada, TWO, &["research"]).await;
    let officer = site.officer().await;
    let answer = officer.post("/api/add-case-note", &[("case", &ben), ("form", ONE), ("note", SECRET)]).await;
    assert_ne!(answer.location(), page(&ben));
    assert_eq!(noted(&site, &ben).await, []);
    note(&officer, &kept, SECRET).await;
    let put = format!(
        "insert into case_notes (number, position, officer_id, form, at, text)
         select '{ben}', position, officer_id, form, at, text from case_notes"
    );
    site.tamper(&put).await.unwrap();
    let early = site.tamper(&format!("update case_notes set text = null where number = '{ben}'")).await;
    assert!(early.unwrap_err().contains("append-only"), "it is not time yet");
    site.tamper("update cases set received_at = received_at - 315360000000").await.unwrap();
    let other = site.tamper(&format!("update case_notes set text = null, at = 0 where number = '{ben}'")).await;
    assert!(other.unwrap_err().contains("append-only"), "nothing else of it changes");
    sweep::all(&site.app).await;
    assert_eq!(noted(&site, &ben).await[0].text, None);
    assert_eq!(noted(&site, &kept).await[0].text.as_deref(), Some(SECRET));
    let subject = stored(&site, &ben).await.subject;
    let entries = ledger::of_subject(site.app.db.reader().await.unwrap().conn(), &subject).await.unwrap();
    let said: Vec<_> = entries.iter().filter_map(|entry| entry.step.as_ref()?.swept).collect();
    assert_eq!(said, [Swept { texts: 2, reason: SweptFor::Unconfirmed }], "the reason and the note");
}
