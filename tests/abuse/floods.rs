//! Floods of forms: what they store, whom they keep out, and what they mail.

use crate::site::{PASSWORD, Site, WIDE};
use std::sync::Arc;
use std::time::{Duration, Instant};

const SIGN_UP: &str = "/api/sign-up";

fn sign_up(n: usize) -> String {
    format!("name=Eve&email=eve{n}%40example.org&country=US&password=plumb-seven-otters-gladly")
}

/// How many of these sign-ups were accepted.
async fn accepted(site: &Site, from: impl Fn(usize) -> String, numbers: std::ops::Range<usize>) -> usize {
    let mut accepted = 0;
    for n in numbers {
        let answer = site.post(SIGN_UP, &from(n), &sign_up(n)).await;
        match answer.status {
            200 => accepted += 1,
            429 => assert!(answer.header("retry-after").is_some(), "{answer:?}"),
            _ => panic!("{answer:?}"),
        }
    }
    accepted
}

/// One line has 18,446,744,073,709,551,616 addresses.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_line_counts_as_one_and_refusing_writes_nothing() {
    let site = Site::open(WIDE).await;
    let one_line = |n: usize| format!("2001:db8:0:1::{n:x}");
    assert_eq!(accepted(&site, one_line, 0..30).await, 20);
    let before =
        (site.count("select count(*) from outbox").await, site.count("select count(*) from mailed_links").await);
    assert_eq!(before, (20, 20));
    let size = site.stored();
    assert_eq!(accepted(&site, |n| format!("[2001:db8:0:1::{n:x}]:4711"), 30..230).await, 0);
    assert_eq!(site.stored(), size, "a refused request has written");
    // A customer's many lines are worth more than one, and not without end.
    let many_lines = |n: usize| format!("2001:db8:0:{n:x}::1");
    assert_eq!(accepted(&site, many_lines, 230..360).await, 80);
    // Everybody else is let in.
    assert_eq!(accepted(&site, |_| "192.0.2.7".into(), 360..361).await, 1);
    assert_eq!(accepted(&site, |_| "2001:db8:1::1".into(), 361..362).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_nodes_count_together() {
    let cluster = std::env::var("SAYSO_TEST_POSTGRES").expect("SAYSO_TEST_POSTGRES names a cluster: run make test");
    let admin = sqlx::PgPool::connect(&format!("{cluster}/postgres")).await.unwrap();
    let name = format!("abuse{}", std::process::id());
    sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}"))).execute(&admin).await.unwrap();
    let first = Site::on(&format!("{cluster}/{name}"), WIDE).await;
    let second = Site::on(&first.url(), WIDE).await;
    let from = |_| "192.0.2.7".to_owned();
    let all = accepted(&first, from, 0..13).await + accepted(&second, from, 13..26).await;
    assert_eq!(all, 20);
}

/// A flood of mail to addresses that nobody has proved is slow; what a member waits for is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_sign_ups_delays_no_mail_to_a_member() {
    let site = Site::open(WIDE).await;
    site.member("ada@example.org").await;
    assert_eq!(accepted(&site, |n| format!("198.51.{}.{}", n / 200, n % 200), 0..90).await, 90);
    const LATER: &str = "select count(*) from outbox where next_at > created_at";
    assert!(site.count(LATER).await > 10, "they are sent one after the other");
    assert_eq!(site.count("select count(*) from outbox").await, 90, "none is dropped");
    let late = site.count(LATER).await;
    let asked = site.post("/api/forgot-password", "203.0.113.9", "email=ada%40example.org").await;
    assert_eq!(asked.status, 200, "{asked:?}");
    assert_eq!(site.count("select count(*) from outbox").await, 91);
    assert_eq!(site.count(LATER).await, late, "hers does not wait");
}

/// 236 of these filled a disk of 64 MB.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_forms_are_stored_nowhere() {
    let site = Site::open(WIDE).await;
    site.ask("GET", "/objection", "192.0.2.7", "", "").await;
    let size = site.stored();
    let long = "x".repeat(300_000);
    for (path, most) in [("/api/submit-objection", 64_000), ("/api/sign-in", 15_000), ("/api/sign-up", 15_000)] {
        for n in 0..40 {
            let from = format!("192.0.2.{n}");
            let too_long = site.post(path, &from, &format!("email={long}")).await;
            assert_eq!(too_long.status, 413, "{path}");
            let refused =
                site.post(path, &from, &format!("form={n}&email=nobody&reason={}", &long[..most - 100])).await;
            assert!((400..500).contains(&refused.status), "{path}: {refused:?}");
        }
    }
    // What was typed has 3.7 MB, and what was too long 36. Attempts at signing in are counted.
    let grown = site.stored() - size;
    assert!(grown < 1_500_000, "{grown} bytes");
    assert_eq!(site.count("select count(*) from sessions").await, 0);
}

/// Each wrote 64 kB.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_asks_whether_we_are_ready_is_told_what_the_last_one_was() {
    let site = Arc::new(Site::open(WIDE).await);
    let ask = |n: usize| {
        let site = site.clone();
        async move { site.ask("GET", "/readyz", &format!("192.0.2.{}", n % 250), "", "").await.status }
    };
    assert_eq!(ask(0).await, 200);
    let (size, begun) = (site.stored(), Instant::now());
    let asked: Vec<_> = (0..300).map(|n| tokio::spawn(ask(n))).collect();
    for asked in asked {
        assert_eq!(asked.await.unwrap(), 200);
    }
    let probes = begun.elapsed().as_secs() + 2;
    assert!(site.stored() - size < probes * 200_000, "{} bytes in {probes} probes", site.stored() - size);
}

/// Under 1,500 connections at sign-in nobody signed in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_passwords_keeps_no_known_device_out() {
    let site = Arc::new(Site::open(WIDE).await);
    site.member("ada@example.org").await;
    let form = format!("email=ada%40example.org&password={PASSWORD}&next=");
    let known = site.post("/api/sign-in", "203.0.113.9", &form).await;
    assert_eq!(known.status, 200, "{known:?}");
    let cookies = known.cookies();
    assert!(cookies.contains("sayso-device="), "{cookies}");
    let flood: Vec<_> = (0..600)
        .map(|n| {
            let site = site.clone();
            tokio::spawn(async move {
                let body = format!("email=nobody{n}%40example.org&password=wrong-horse-battery&next=");
                site.post("/api/sign-in", &format!("198.51.{}.{}", n / 200, n % 200), &body).await
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let begun = Instant::now();
    let again = site.ask("POST", "/api/sign-in", "203.0.113.9", &cookies, &form).await;
    let took = begun.elapsed();
    assert_eq!(again.status, 200, "{again:?}");
    let mut sent_away = 0;
    for answer in flood {
        let answer = answer.await.unwrap();
        match answer.status {
            503 => {
                assert!(answer.header("retry-after").is_some(), "{answer:?}");
                sent_away += 1;
            }
            422 => {}
            _ => panic!("{answer:?}"),
        }
    }
    assert!(sent_away > 0, "the line has no end");
    println!("signed in after {took:?}, the flood was over after {:?}", begun.elapsed());
}
