//! Connections that ask for nothing, or take nothing.

use crate::site::{Answer, Site, WIDE};
use sayso::serve::listen::Bounds;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const SHORT: Bounds = Bounds { head: Duration::from_millis(400), taking: Duration::from_millis(400), ..WIDE };

/// All that comes until the server closes, or nothing if it does not within five seconds.
async fn closed(stream: &mut tokio::net::TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut bytes)).await.ok()?;
    // A reset is an end, too.
    read.map_or(Some(Vec::new()), |_| Some(bytes))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_sends_no_whole_head_is_closed() {
    let site = Site::open(SHORT).await;
    for (what, sent) in [
        ("nothing", ""),
        ("one byte", "G"),
        ("half a head", "GET / HTTP/1.1\r\nhost: x\r\n"),
        ("a head, and then nothing", "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"),
        ("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ] {
        let mut stream = site.connect().await;
        stream.write_all(sent.as_bytes()).await.unwrap();
        let begun = Instant::now();
        assert!(closed(&mut stream).await.is_some(), "{what}: it stays open");
        assert!(begun.elapsed() < Duration::from_secs(3), "{what}");
    }
    // One that goes on asking is kept.
    let mut stream = site.connect().await;
    for _ in 0..6 {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut answer = [0; 2048];
        let read = stream.read(&mut answer).await.unwrap();
        assert_eq!(Answer::parse(&answer[..read]).status, 200);
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_nobody_takes_is_given_up() {
    let site = Site::open(SHORT).await;
    let mut stream = site.connect().await;
    let request = b"GET / HTTP/1.1\r\nhost: x\r\naccept: text/html\r\n\r\n".repeat(20_000);
    // More than every buffer on the way holds: the server has to stop writing, and then to close.
    let sent = tokio::time::timeout(Duration::from_secs(20), stream.write_all(&request)).await;
    if let Ok(Ok(())) = sent {
        tokio::time::sleep(Duration::from_secs(8)).await;
        // What was on the way comes, and then the end, long before all that was asked for.
        let came = closed(&mut stream).await.expect("it waits for ever");
        assert!(came.len() < 30_000_000, "{} bytes", came.len());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_are_so_many_connections_and_the_next_is_told_to_come_again() {
    let site = Site::open(Bounds { in_all: 8, ..WIDE }).await;
    let mut held = Vec::new();
    for _ in 0..8 {
        held.push(site.connect().await);
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    for _ in 0..20 {
        let mut stream = site.connect().await;
        let answer = Answer::parse(&closed(&mut stream).await.unwrap());
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")), "{answer:?}");
        let length: usize = answer.header("content-length").unwrap().parse().unwrap();
        assert_eq!(answer.body.len(), length);
    }
    drop(held);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(site.ask("GET", "/healthz", "192.0.2.1", "", "").await.status, 200);
}

/// What made a handler panic, or what only a proxy understands.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_strange_method_or_target_gets_an_answer() {
    let site = Site::open(WIDE).await;
    for head in [
        "CONNECT example.org:443 HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "TRACE / HTTP/1.1",
        "GET http://elsewhere.example/settings/privacy HTTP/1.1",
        "BREW /pot HTTP/1.1",
        "CONNECT /api/sign-in HTTP/1.1",
    ] {
        let mut stream = site.connect().await;
        let request = format!("{head}\r\nhost: {}\r\nconnection: close\r\n\r\n", site.addr);
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = Answer::parse(&closed(&mut stream).await.unwrap());
        assert!((200..500).contains(&answer.status), "{head}: {answer:?}");
    }
}
