//! Settings, as a start and the commands about them see them: what is in force, what is wrong, and
//! what is not there.

use crate::server::{Server, bare_command};
use serde_json::Value;
use std::fs::File;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

fn sayso(args: &[&str], settings: &[(&str, &str)]) -> Output {
    bare_command().args(args).envs(settings.iter().copied()).stdin(Stdio::null()).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn what_is_in_force_is_printed_as_the_settings_take_it() {
    let folder = tempfile::tempdir().unwrap();
    for (command, variable, begins) in
        [("rules", "SAYSO_RULES", "[[rule]]"), ("regimes", "SAYSO_REGIMES", "[[regime]]")]
    {
        let built_in = sayso(&[command, "print"], &[]);
        assert!(built_in.status.success() && out(&built_in).contains(begins), "{built_in:?}");
        let file = folder.path().join(command);
        std::fs::write(&file, format!("# Ours.\n{}", out(&built_in))).unwrap();
        let ours = sayso(&[command, "print"], &[(variable, file.to_str().unwrap())]);
        assert_eq!(out(&ours), format!("# Ours.\n{}", out(&built_in)));
        std::fs::write(&file, "nonsense").unwrap();
        for args in [&[command, "print"][..], &["serve"]] {
            let wrong = sayso(args, &[(variable, file.to_str().unwrap())]);
            assert_eq!((wrong.status.code(), out(&wrong)), (Some(1), String::new()));
            assert!(
                err(&wrong).starts_with(&format!("sayso: {variable}: the {command} file cannot be read")),
                "{wrong:?}"
            );
        }
        let missing = sayso(&["serve"], &[(variable, "/nowhere/file.toml")]);
        assert!(err(&missing).contains(&format!("{variable}: cannot read /nowhere/file.toml")), "{missing:?}");
    }
}

/// A regime of the operator's own is what people are told and what the clock runs by.
#[test]
fn a_file_of_regimes_says_to_whom_people_can_complain() {
    const IRISH: &str = "the Irish Data Protection Commission";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("regimes.toml");
    let ours = out(&sayso(&["regimes", "print"], &[])).replace(IRISH, "the Commission of the story");
    std::fs::write(&file, &ours).unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let server = Server::launch(bare_command(), &url, &[("SAYSO_REGIMES", file.to_str().unwrap())]);
    let form = "name=Ada&email=ada%40example.org&country=IE&password=correct-horse-battery";
    let mut ada = server.visitor();
    let answer = ada.ask("POST", "/api/sign-up", form).unwrap();
    ada.keep_cookie(&answer);
    ada.confirm("ada@example.org");
    let page = ada.wanting_html().get("/objection").unwrap();
    assert!(page.body.contains("You can complain to the Commission of the story."), "{}", page.body);
    drop(server);
    for (from, to, why) in [
        ("regions = [\"IE\"]", "regions = [\"GB\"]", "there is a gap: no regime covers"),
        ("court = \"gdpr\"", "court = \"moon\"", "no court is called \"moon\""),
        (
            "website = \"https://www.dataprotection.ie\"",
            "website = \"http://x\"",
            "not a website that begins with https",
        ),
    ] {
        std::fs::write(&file, ours.replacen(from, to, 1)).unwrap();
        let refused = sayso(&["serve"], &[("DATABASE_URL", &url), ("SAYSO_REGIMES", file.to_str().unwrap())]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(err(&refused).starts_with("sayso: SAYSO_REGIMES: ") && err(&refused).contains(why), "{refused:?}");
    }
}

#[test]
fn a_name_that_is_almost_right_is_refused_and_another_is_told() {
    for (typed, meant) in [
        ("SAYSO_PROXYS", "SAYSO_PROXIES"),
        ("SAYSO_REGIME", "SAYSO_REGIMES"),
        ("SAYSO_NOTICE_WINDOW", "SAYSO_NOTICE_WINDOW_DAYS"),
        ("DATABASE_URI", "DATABASE_URL"),
    ] {
        for args in [&["serve"][..], &["config", "check"], &["user", "list"]] {
            let refused = bare_command().args(args).env_remove("DATABASE_URL").env(typed, "1").output().unwrap();
            assert_eq!(refused.status.code(), Some(2), "{refused:?}");
            let said = format!("sayso: {typed} is no setting. Did you mean {meant}? Correct the name, or unset it\n");
            assert_eq!(err(&refused), said);
        }
    }
    assert!(sayso(&["--help"], &[("SAYSO_PROXYS", "1")]).status.success());
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let mut server = Server::launch(bare_command(), &url, &[("SAYSO_SOMETHING_ELSE", "1")]);
    server.ask_to_stop();
    server.ended(Duration::from_secs(40));
    let warned = "SAYSO_SOMETHING_ELSE is set, and no setting has this name";
    assert_eq!(server.log().matches(warned).count(), 1, "{}", server.log());
}

#[test]
fn the_settings_are_checked_without_a_start() {
    let folder = tempfile::tempdir().unwrap();
    let secret = "smtps://ada:hunter2@mail.example";
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let production = [
        ("DATABASE_URL", &*url),
        ("SAYSO_BASE_URL", "https://privacy.example"),
        ("SAYSO_PROXIES", "1"),
        ("SAYSO_SMTP_URL", secret),
    ];
    let check = sayso(&["config", "check"], &production);
    let said = out(&check);
    assert!(check.status.success(), "{check:?}");
    let row = |name: &str| said.lines().find(|line| line.split_whitespace().next() == Some(name)).unwrap().to_owned();
    assert!(row("SAYSO_PROXIES").ends_with("1  (environment)"), "{said}");
    assert!(row("SAYSO_ADDR").ends_with("127.0.0.1:3000  (default)"), "{said}");
    assert!(row("SAYSO_RULES").ends_with("(not set)"), "{said}");
    assert!(row("SAYSO_SMTP_URL").ends_with("…  (environment)") && !said.contains("hunter2"), "{said}");
    for warned in ["SAYSO_IMPRINT_URL is not set", "SAYSO_MAIL_FROM is not set", "receipts have no consent record"] {
        assert!(said.contains(&format!("Warning: {warned}")), "{warned}: {said}");
    }
    assert!(said.contains("The server would start with these settings."), "{said}");
    assert!(!folder.path().join("sayso.db").exists(), "nothing was opened");
    assert_eq!(sayso(&["config", "check", "--strict"], &production).status.code(), Some(1));
    let wrong = [&production[..], &[("SAYSO_RULES", "/nowhere"), ("SAYSO_MAIL_FROM", "nobody")]].concat();
    let wrong = sayso(&["config", "check"], &wrong);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(out(&wrong).contains("Wrong: SAYSO_RULES") && out(&wrong).contains("Wrong: SAYSO_MAIL_FROM"), "{wrong:?}");
    assert!(err(&wrong).contains("2 settings are wrong"), "{wrong:?}");
    // Each value that is not accepted, and not only the first.
    let values = [("SAYSO_ADDR", "localhost"), ("SAYSO_PROXIES", "many"), ("SAYSO_DEMO", "perhaps")];
    for args in [&["config", "check"][..], &["serve"]] {
        let refused = sayso(args, &values);
        assert_eq!((refused.status.code(), err(&refused).lines().count()), (Some(2), 3), "{refused:?}");
        for (name, value) in values {
            let begins = format!("sayso: {name} (--");
            let line = err(&refused).lines().find(|line| line.starts_with(&begins)).map(str::to_owned);
            assert!(line.is_some_and(|line| line.contains(value)), "{name}: {refused:?}");
        }
    }
}

/// What a start would refuse, as far as it can be known without one.
#[test]
fn a_check_does_not_promise_a_start_that_cannot_be() {
    let folder = tempfile::tempdir().unwrap();
    // Whoever is root can write everywhere, but not below a file.
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let (below, url) = (file.join("data"), format!("sqlite://{}/sayso.db", folder.path().display()));
    let below_url = format!("sqlite://{}/sayso.db", below.display());
    for (settings, why) in [
        (
            [("DATABASE_URL", "postgres://sayso:hunter2@db.example/sayso"), ("SAYSO_DEMO", "0")],
            "names another machine, db.example",
        ),
        ([("DATABASE_URL", &*below_url), ("SAYSO_DEMO", "0")], "DATABASE_URL: cannot write "),
        ([("DATABASE_URL", &*url), ("SAYSO_DATA", below.to_str().unwrap())], "SAYSO_DATA: cannot write in "),
    ] {
        let mut check = bare_command();
        check.args(["config", "check"]).envs(settings).env_remove("PGSSLMODE").current_dir(folder.path());
        let check = check.output().unwrap();
        assert_eq!(check.status.code(), Some(1), "{check:?}");
        assert!(out(&check).lines().any(|line| line.starts_with("Wrong: ") && line.contains(why)), "{why}: {check:?}");
        assert!(!out(&check).contains("would start") && !out(&check).contains("hunter2"), "{check:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left over");
}

/// Within two seconds, and not after a long silence.
#[test]
fn a_postgresql_that_does_not_answer_is_named_at_once() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    // One that takes the connection and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    for port in [port, silent.local_addr().unwrap().port()] {
        let url = format!("postgres://sayso:hunter2@127.0.0.1:{port}/sayso");
        for args in [&["serve"][..], &["user", "list"], &["migrate"]] {
            let begun = Instant::now();
            let refused = sayso(args, &[("DATABASE_URL", &url)]);
            // Two where the machine has nothing else to do.
            assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
            assert_eq!(refused.status.code(), Some(1), "{refused:?}");
            let place = format!("PostgreSQL does not answer at 127.0.0.1 port {port}: ");
            assert!(err(&refused).contains(&place), "{refused:?}");
            assert!(!err(&refused).contains("hunter2"), "{refused:?}");
        }
    }
}

fn readiness(server: &Server) -> (u16, Value) {
    // What a probe has found is handed out for a second.
    std::thread::sleep(Duration::from_millis(1_100));
    let answer = server.visitor().get("/readyz").unwrap();
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}

/// Without a mail server, e-mails are files there: nothing could be mailed.
#[test]
fn readiness_has_parts_and_is_red_where_a_file_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let data = folder.path().join("data");
    let of_files = [("SAYSO_DATA", data.to_str().unwrap())];
    let server = Server::launch(bare_command(), &url, &of_files);
    let (status, said) = readiness(&server);
    assert_eq!((status, &said["ready"]), (200, &true.into()));
    for part in ["clock", "database", "disk", "mail", "log"] {
        assert_eq!(said["parts"][part], "ok", "{said}");
    }
    // Whoever is root can write everywhere, but not below a file.
    let _ = std::fs::remove_dir_all(&data);
    File::create(&data).unwrap();
    let (status, said) = readiness(&server);
    assert_eq!((status, &said["ready"]), (503, &false.into()));
    assert_eq!(
        (&said["parts"]["disk"], &said["parts"]["database"]),
        (&"a file cannot be written".into(), &"ok".into())
    );
    assert!(!said.to_string().contains(folder.path().to_str().unwrap()), "{said}");
    server.logs("SAYSO_DATA cannot be written");
    std::fs::remove_file(&data).unwrap();
    assert_eq!(readiness(&server).0, 200);
    drop(server);
    // With one, and with the key of the log elsewhere, the newest state of the log is kept there
    // all the same.
    let url = format!("sqlite://{}/other.db", folder.path().display());
    let key = sayso::log::key::LogKey::make("privacy.example/log").unwrap().secret_text();
    let settings = [
        ("SAYSO_DATA", data.to_str().unwrap()),
        ("SAYSO_SMTP_URL", "smtp://127.0.0.1:9"),
        ("SAYSO_LOG_KEY", key.as_str()),
    ];
    let server = Server::launch(bare_command(), &url, &settings);
    let (status, said) = readiness(&server);
    assert_eq!((status, &said["parts"]["disk"]), (200, &"ok".into()));
}

#[track_caller]
fn all_json(text: &str) -> Vec<Value> {
    let read = |line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
    text.lines().map(read).collect()
}

#[test]
fn every_line_is_json_where_json_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let stdout = folder.path().join("stdout");
    let settings = [("SAYSO_LOG_FORMAT", "json"), ("SAYSO_DEMO", "1"), ("SAYSO_SOMETHING_ELSE", "1")];
    let streams = [Stdio::from(File::create(&stdout).unwrap()), Stdio::piped()];
    let mut server = Server::launch_into(streams, bare_command(), &url, &settings);
    server.ask_to_stop();
    server.ended(Duration::from_secs(40));
    let said = all_json(&std::fs::read_to_string(Path::new(&stdout)).unwrap());
    let begins = |line: &Value, text: &str| line["fields"]["message"].as_str().is_some_and(|m| m.starts_with(text));
    assert!(said.iter().any(|line| begins(line, "Sayso serves http://")), "{said:?}");
    assert!(said.iter().all(|line| line["level"] == "INFO" && line["timestamp"].is_string()));
    let log = all_json(&server.log());
    assert!(log.iter().any(|line| begins(line, "SAYSO_SOMETHING_ELSE is set")), "{log:?}");
    // What ends a start is a line as well, whatever it is and however JSON was asked for.
    for (args, settings) in [
        (&["serve", "--log-format", "json"][..], &[("SAYSO_ADDR", "localhost")][..]),
        (&["serve", "--log-format=json", "--no-such-flag"], &[]),
        (&["serve"], &[("SAYSO_LOG_FORMAT", "json"), ("SAYSO_RULES", "/nowhere")]),
        (&["serve"], &[("SAYSO_LOG_FORMAT", "json"), ("SAYSO_PROXYS", "1")]),
    ] {
        let refused = sayso(args, settings);
        assert!(!refused.status.success());
        let lines = all_json(&err(&refused));
        assert_eq!((lines.len(), &lines[0]["level"]), (1, &"ERROR".into()), "{refused:?}");
    }
}
