//! What an operator asks on the command line: who has an account, which notices there are, and
//! whether something is really meant.

use crate::cluster::Cluster;
use crate::server::{BINARY, bare_command};
use serde_json::Value;
use std::process::{Command, Output, Stdio};

/// Without a terminal.
fn sayso(url: &str, args: &[&str]) -> Output {
    let mut command = bare_command();
    command.args(args).env("DATABASE_URL", url).stdin(Stdio::null()).output().unwrap()
}

/// On a terminal at which `typed` is typed; what it shows.
fn at_a_terminal(url: &str, args: &[&str], typed: &str) -> (bool, String) {
    use std::io::Write;
    let words: Vec<String> = std::iter::once(BINARY).chain(args.iter().copied()).map(|w| format!("'{w}'")).collect();
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &words.join(" "), "/dev/null"]).env("DATABASE_URL", url);
    let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[track_caller]
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn objects(lines: &str) -> Vec<Value> {
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A folder with a SQLite database and a notice's text.
fn folder() -> (tempfile::TempDir, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let notice = folder.path().join("notice.txt");
    std::fs::write(&notice, "What we do\n\nThe words.\n").unwrap();
    (folder, url, notice.to_str().unwrap().to_owned())
}

fn add(url: &str, role: &str, email: &str, name: &str) {
    let who = ["user", "add", "--role", role, "--email", email, "--name", name, "--country", "IE"];
    said(&with_input(url, &who, "plumb seven otters gladly\n"));
}

/// With something piped in.
fn with_input(url: &str, args: &[&str], input: &str) -> Output {
    use std::io::Write;
    let mut command = bare_command();
    command.args(args).env("DATABASE_URL", url);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Who ends before reading it has said why.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn publish<'a>(notice: &'a str, version: &'a str) -> Vec<&'a str> {
    let mut args = vec!["notice", "publish", notice, "--purpose", "generative-ai-training"];
    args.extend(["--effective", "2999-01-01", "--notice-version", version]);
    args
}

/// On both databases.
#[test]
fn accounts_and_notices_are_listed_for_people_and_for_programs() {
    let (_folder, sqlite, notice) = folder();
    let cluster = Cluster::start(&[]);
    for url in [&sqlite, &cluster.url()] {
        said(&sayso(url, &["migrate"]));
        assert_eq!(said(&sayso(url, &["user", "list"])), "There are no staff accounts.\n");
        let officers = ["user", "list", "--role", "privacy_officer"];
        assert_eq!(said(&sayso(url, &officers)), "No account has this role.\n");
        assert_eq!(said(&sayso(url, &["notice", "list"])), "No notice is published.\n");
        add(url, "support", "sam@example.org", "Sam Staff");
        add(url, "auditor", "ann@example.org", "Ann Auditor");
        add(url, "member", "ada@example.org", "Ada Lovelace");
        said(&sayso(url, &["user", "close", "ann@example.org", "--yes"]));

        let staff = said(&sayso(url, &["user", "list"]));
        assert_eq!(staff.lines().count(), 2, "{staff}");
        let sam = staff.lines().next().unwrap();
        for part in ["support ", "sam@example.org", "Sam Staff", "created 20", "no second factor"] {
            assert!(sam.contains(part), "{part}: {staff}");
        }
        assert!(staff.lines().last().unwrap().ends_with("  closed"), "{staff}");
        assert_eq!(said(&sayso(url, &["user", "list", "--role", "auditor"])).lines().count(), 1);
        // Whose names are none of the operator's business are masked.
        let members = said(&sayso(url, &["user", "list", "--role", "member"]));
        assert!(members.contains("a…@e…e.org") && members.contains("A… L…"), "{members}");
        assert!(!members.contains("ada@") && !members.contains("Lovelace"), "{members}");
        let listed = objects(&said(&sayso(url, &["user", "list", "--json"])));
        assert_eq!(listed.len(), 2);
        assert_eq!((&listed[0]["role"], &listed[0]["email"]), (&"support".into(), &"sam@example.org".into()));
        assert_eq!((&listed[0]["second_factor"], &listed[0]["closed"]), (&Value::Null, &false.into()));
        assert_eq!(listed[1]["closed"], true);

        said(&sayso(url, &[&publish(&notice, "1")[..], &["--yes"]].concat()));
        said(&sayso(url, &[&publish(&notice, "2")[..], &["--yes"]].concat()));
        let list = said(&sayso(url, &["notice", "list"]));
        assert_eq!(list.lines().count(), 2, "{list}");
        assert!(list.starts_with("generative-ai-training 1 (en)  published "), "{list}");
        assert!(list.lines().all(|line| line.contains("in force from 2999-01-01") && line.ends_with("What we do")));
        let listed = objects(&said(&sayso(url, &["notice", "list", "--json"])));
        let sha256 = sayso::ledger::entry::sha256_hex(b"What we do\n\nThe words.\n");
        assert_eq!((&listed[1]["version"], &listed[1]["sha256"]), (&2.into(), &sha256.into()));
    }
}

/// What cannot be undone is asked about, and never waited for.
#[test]
fn without_a_terminal_a_question_is_refused_and_the_flag_is_named() {
    let (folder, url, notice) = folder();
    add(&url, "support", "sam@example.org", "Sam Staff");
    let backup = folder.path().join("backup.db");
    let backup = backup.to_str().unwrap();
    said(&sayso(&url, &["backup", backup]));
    for args in [
        publish(&notice, "1"),
        vec!["user", "close", "sam@example.org"],
        vec!["members", "invite", "--base-url", "https://privacy.example"],
        vec!["restore", backup, "--replace"],
    ] {
        let why = refused(&sayso(&url, &args));
        assert!(why.contains("This cannot be undone") && why.contains("add --yes"), "{args:?}: {why}");
    }
    // Nobody is asked about accounts that are not there.
    let why = refused(&sayso(&url, &["members", "merge", "one", "other"]));
    assert!(why.contains("there is no such account: one") && !why.contains("--yes"), "{why}");
    assert_eq!(said(&sayso(&url, &["notice", "list"])), "No notice is published.\n");
    assert!(!said(&sayso(&url, &["user", "list"])).contains("closed"));
}

#[test]
fn on_a_terminal_only_yes_is_a_yes() {
    let (folder, url, notice) = folder();
    add(&url, "support", "sam@example.org", "Sam Staff");
    let close = ["user", "close", "sam@example.org"];
    for no in ["\n", "no\n", "y\n"] {
        let (done, shown) = at_a_terminal(&url, &close, no);
        assert!(!done && shown.contains("The account of Sam Staff (sam@example.org, support)"), "{shown}");
        assert!(shown.contains("Close it? Type yes:") && shown.contains("Nothing was changed."), "{shown}");
    }
    assert!(!said(&sayso(&url, &["user", "list"])).contains("closed"));
    let (done, shown) = at_a_terminal(&url, &close, "yes\n");
    assert!(done && shown.contains("can no longer sign in"), "{shown}");
    let (done, shown) = at_a_terminal(&url, &publish(&notice, "1"), "yes\n");
    assert!(done && shown.contains("Published generative-ai-training 1"), "{shown}");
    // Nobody is asked about what would be refused all the same.
    let (done, shown) = at_a_terminal(&url, &publish(&notice, "3"), "");
    assert!(!done && shown.contains("would skip 2") && !shown.contains("Type yes"), "{shown}");

    let file = folder.path().join("out.csv");
    let export = ["members", "export", file.to_str().unwrap()];
    let (done, _) = at_a_terminal(&url, &export, "");
    assert!(done, "there is nothing to replace");
    std::fs::write(&file, "older").unwrap();
    let (done, shown) = at_a_terminal(&url, &export, "no\n");
    assert!(!done && shown.contains("is there already.") && shown.contains("Replace it?"), "{shown}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "older");
    assert!(at_a_terminal(&url, &export, "yes\n").0);
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("id,email"));
}

/// A path that is mistyped is no empty database.
#[test]
fn what_is_not_there_is_not_made_by_whoever_looks() {
    let (folder, _, notice) = folder();
    let place = folder.path().join("elsewhere").join("x.db");
    let (file, url) = (place.to_str().unwrap(), format!("sqlite://{}", place.display()));
    let out = folder.path().join("out.csv");
    for args in [
        &["user", "list"][..],
        &["user", "close", "sam@example.org", "--yes"],
        &["notice", "list"],
        &["mail", "list"],
        &["members", "export", out.to_str().unwrap()],
        &["members", "duplicates"],
        &["members", "invite", "--yes", "--base-url", "https://privacy.example"],
        &["figures"],
        &["clock", "accept", "--yes"],
        &["clock", "show"],
        &["backup", folder.path().join("b.db").to_str().unwrap()],
        &["restore", "--yes"],
    ] {
        let why = refused(&sayso(&url, args));
        assert!(
            why.starts_with(&format!("sayso: there is no database at {file}. Correct DATABASE_URL")),
            "{args:?}: {why}"
        );
        assert!(!place.parent().unwrap().exists() && !out.exists(), "{args:?}");
    }
    // What comes before the first start makes it.
    said(&sayso(&url, &[&publish(&notice, "1")[..], &["--yes"]].concat()));
    assert_eq!(said(&sayso(&url, &["user", "list"])), "There are no staff accounts.\n");
    // What cannot be done is said with the path. Whoever is root can write everywhere, but not
    // below a file.
    let below = format!("sqlite://{notice}/x/y.db");
    let why = refused(&sayso(&below, &["migrate"]));
    assert!(why.starts_with(&format!("sayso: DATABASE_URL: cannot make the folder {notice}/x: ")), "{why}");
    let why = refused(&sayso(&url, &["restore", "nowhere.db", "--replace", "--yes"]));
    assert_eq!(why, "sayso: cannot read nowhere.db: No such file or directory (os error 2)\n");
    let why = refused(&sayso(&url, &["members", "export", "--format", "csv", file]));
    assert!(why.contains("is the database, and is not written over"), "{why}");
}

#[test]
fn a_span_of_a_wrong_clock_lies_within_the_record_and_can_be_looked_at_first() {
    let (_folder, url, notice) = folder();
    said(&sayso(&url, &[&publish(&notice, "1")[..], &["--yes"]].concat()));
    assert!(said(&sayso(&url, &["clock", "show"])).contains("There is nothing to accept."));
    for command in ["show", "accept"] {
        let clock = |more: &[&str]| refused(&sayso(&url, &[&["clock", command][..], more].concat()));
        let early = clock(&["--from", "2000-01-01"]);
        assert!(early.contains("--from is before the first entry on record, of 20"), "{early}");
        let late = clock(&["--from", "2999-01-01"]);
        assert!(late.contains("--from is in the future"), "{late}");
    }
    // As the first entry says it, to the second.
    let early = refused(&sayso(&url, &["clock", "show", "--from", "2000-01-01"]));
    let first = early.trim().rsplit("of ").next().unwrap();
    let late = refused(&sayso(&url, &["clock", "accept", "--yes", "--from", first, "--until", "2999-01-01"]));
    assert!(late.contains("--until is later than now and than the newest entry"), "{late}");
    for _ in 0..2 {
        let shown = said(&sayso(&url, &["clock", "show", "--from", first]));
        for part in ["Entries with a time in that period: 1,", "Held against this clock: ", "Nothing was changed."] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
    }
    // By its default, the other end is what the record shows, which here is nothing.
    let why = refused(&sayso(&url, &["clock", "show", "--until", first]));
    assert!(why.contains("the record does not show when the clock became wrong; name that with --from"), "{why}");
    let why = refused(&sayso(&url, &["clock", "accept", "--from", first]));
    assert!(why.contains("--yes") && why.contains("Nothing was changed."), "{why}");
    let accepted = said(&sayso(&url, &["clock", "accept", "--yes", "--from", first]));
    assert!(
        accepted.contains("Accepted, as entry") && accepted.contains("writes again within a minute."),
        "{accepted}"
    );
}

#[test]
fn a_command_says_what_it_did_and_not_what_it_would_have_done() {
    let (folder, url, _) = folder();
    let add = ["user", "add", "--role", "support", "--email", "sam@example.org", "--name", "Sam", "--country", "IE"];
    // A generated password would stay in the log of the job.
    let why = refused(&sayso(&url, &add));
    assert!(why.contains("there is no password on standard input"), "{why}");
    let made = said(&with_input(&url, &add, "plumb seven otters gladly\n"));
    assert!(made.contains("\nThe password is valid until ") && !made.contains("otters"), "{made}");
    let role = |role| said(&sayso(&url, &["user", "set-role", "--role", role, "sam@example.org"]));
    assert_eq!(role("support"), "sam@example.org is support already. Nothing was changed.\n");
    assert!(role("auditor").contains("was support and is now auditor"));
    let reset = said(&sayso(&url, &["user", "reset-second-factor", "sam@example.org"]));
    assert!(reset.contains("has no second factor") && reset.contains("Nothing was changed"), "{reset}");
    let close = ["user", "close", "sam@example.org", "--yes"];
    assert!(said(&sayso(&url, &close)).contains("can no longer sign in"));
    assert_eq!(said(&sayso(&url, &close)), "The account of sam@example.org is closed already. Nothing was changed.\n");
    for args in [
        &["user", "set-role", "--role", "support", "sam@example.org"][..],
        &["user", "reset-second-factor", "sam@example.org"],
    ] {
        let why = refused(&sayso(&url, args));
        assert!(why.contains("the account of sam@example.org is closed"), "{why}");
    }
    let (done, shown) =
        at_a_terminal(&url, &[&add[..5], &["ben@example.org", "--name", "Ben", "--country", "IE"]].concat(), "");
    assert!(done && shown.contains("The password, shown only this once: "), "{shown}");
    drop(folder);
}

/// As `head` does.
#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::io::{BufRead, BufReader};
    let (_folder, url, _) = folder();
    for n in 0..3 {
        add(&url, "support", &format!("sam{n}@example.org"), "Sam");
    }
    for args in [&["config", "check"][..], &["user", "list"], &["rules", "print"], &["--help"]] {
        let mut command = bare_command();
        command.args(args).env("DATABASE_URL", &url).stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        // Nobody reads even that much of the shortest.
        if args[0] != "user" {
            BufReader::with_capacity(1, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        }
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{args:?}: {output:?}");
    }
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = bare_command().args(["user", "list"]).env("DATABASE_URL", &url).stdout(full).output().unwrap();
    assert!(refused(&output).contains("cannot write to standard output: "), "{output:?}");
}
