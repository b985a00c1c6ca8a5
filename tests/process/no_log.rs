//! A log that cannot be written costs log lines, and no request.

use crate::client::Client;
use crate::server::{Server, bare_command};
use std::fs::OpenOptions;
use std::io::{Write, pipe};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Bytes that a pipe holds where nobody has said otherwise (pipe(7)).
const PIPE: usize = 65_536;

fn full_disk() -> Stdio {
    OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

/// A pipe whose reader is gone.
fn closed() -> Stdio {
    pipe().unwrap().1.into()
}

/// A pipe that is full and that nobody reads, and its other end.
fn stuck() -> (Stdio, std::io::PipeReader) {
    let (reader, mut writer) = pipe().unwrap();
    writer.write_all(&[b'x'; PIPE]).unwrap();
    (writer.into(), reader)
}

/// How many lines the server says that it has lost.
fn lost(server: &Server) -> u64 {
    let ready = server.visitor().get("/readyz").unwrap();
    assert_eq!(ready.status, 200, "{ready:?}");
    let said: serde_json::Value = serde_json::from_str(&ready.body).unwrap();
    assert_eq!(said["ready"], true, "{ready:?}");
    let lost = said["log_lines_lost"].as_u64().unwrap();
    assert_eq!(said["parts"]["log"] == "ok", lost == 0, "{ready:?}");
    lost
}

/// Everything is answered as always, and the stop is one like any other.
fn serves(streams: [Stdio; 2]) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let mut server = Server::launch_into(streams, bare_command(), &url, &[]);
    let begun = Instant::now();
    let ada: Client = server.visitor().join("ada@example.org");
    assert!(ada.first_press().unwrap().choice().unwrap().1);
    for _ in 0..100 {
        assert_eq!(server.visitor().get("/healthz").unwrap().status, 200);
    }
    // Each of these logs a warning or an error of its own.
    let anybody = server.visitor().wanting_html();
    assert_eq!(anybody.post_from("https://evil.example", "/api/sign-in", "email=a").unwrap().status, 403);
    assert!(begun.elapsed() < Duration::from_secs(30), "requests wait for the log");
    let lost = lost(&server);
    server.ask_to_stop();
    assert_eq!(server.ended(Duration::from_secs(40)).code(), Some(0));
    lost
}

#[test]
fn a_log_on_a_full_disk_costs_log_lines_alone_and_they_are_counted() {
    assert!(serves([Stdio::null(), full_disk()]) > 100);
    // What the start says is not of the log, and its loss is counted all the same.
    assert!((2..10).contains(&serves([full_disk(), Stdio::null()])));
    assert!(serves([full_disk(), full_disk()]) > 100);
}

#[test]
fn a_log_whose_reader_is_gone_costs_log_lines_alone_and_they_are_counted() {
    assert!(serves([Stdio::null(), closed()]) > 100);
    assert!((2..10).contains(&serves([closed(), Stdio::null()])));
}

#[test]
fn a_log_that_nobody_reads_keeps_no_request_waiting() {
    let (stderr, _err) = stuck();
    let (stdout, _out) = stuck();
    serves([stdout, stderr]);
}

#[test]
fn what_waited_for_a_slow_reader_is_written_once_it_reads() {
    use std::io::Read;
    let (stderr, mut reader) = stuck();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let mut server = Server::launch_into([Stdio::null(), stderr], bare_command(), &url, &[]);
    let answer = server.visitor().get("/healthz").unwrap();
    let id = answer.header("x-request-id").unwrap().to_owned();
    let reading = std::thread::spawn(move || {
        let mut log = String::new();
        reader.read_to_string(&mut log).unwrap();
        log
    });
    server.ask_to_stop();
    assert_eq!(server.ended(Duration::from_secs(40)).code(), Some(0));
    // The server's end was the last: nothing that it wrote is still to come.
    let log = reading.join().unwrap();
    assert!(log.contains(&id), "{} bytes", log.len());
    let lines: Vec<&str> = log.trim_start_matches('x').lines().collect();
    let whole = |line: &&&str| line.contains(" INFO ") || line.contains(" WARN ");
    assert_eq!(lines.iter().filter(whole).count(), lines.len(), "{lines:?}");
}

#[test]
fn a_start_that_is_refused_ends_with_its_code_even_where_it_cannot_say_why() {
    for (setting, value, code) in [("SAYSO_ADDR", "localhost", 2), ("SAYSO_RULES", "/nowhere/rules.toml", 1)] {
        let (stuck, _reader) = stuck();
        for stderr in [full_disk(), closed(), stuck] {
            let ended = bare_command().arg("serve").env(setting, value).stderr(stderr).status().unwrap();
            assert_eq!(ended.code(), Some(code), "{setting}");
        }
    }
}
