//! Nodes that give entries their leaves are killed, or sleep, at any moment: every acknowledged
//! entry is in the log, which has no gap and no fork.

use crate::cluster::Cluster;
use crate::kill::{Crowd, rounds};
use crate::server::{Server, bare_command, until};
use sayso::db::Db;
use sayso::log::store;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a node sleeps: `make test-long` has it sleep for ten seconds.
fn sleep() -> Duration {
    if rounds() >= 100 { Duration::from_secs(10) } else { Duration::from_secs(3) }
}

/// A node that keeps what it has seen of the log in a folder of its own, also after it was killed.
struct Node<'a> {
    url: &'a str,
    data: PathBuf,
}

impl Node<'_> {
    fn start(&self) -> Server {
        Server::launch(bare_command(), self.url, &[("SAYSO_DATA", self.data.to_str().unwrap())])
    }

    fn mails(&self) -> PathBuf {
        self.data.join("mail")
    }
}

/// Once nothing waits any more, everything holds.
async fn verifies(url: &str, data: &Path) {
    let db = Db::open(url).await.unwrap();
    let begun = std::time::Instant::now();
    while store::is_behind(db.reader().await.unwrap().conn()).await.unwrap() {
        assert!(begun.elapsed() < Duration::from_secs(60), "entries still wait for their leaves");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut reader = db.reader().await.unwrap();
    let size = store::state(reader.conn()).await.unwrap().unwrap().size;
    assert!(size > 0);
    drop(reader);
    broken_links(&db).await;
    db.close().await;
    let mut verify = bare_command();
    let out = verify.args(["verify", "--database"]).env("DATABASE_URL", url).env("SAYSO_DATA", data).output().unwrap();
    let said = String::from_utf8_lossy(&[&*out.stdout, &*out.stderr].concat()).into_owned();
    assert!(out.status.success() && said.contains("Everything holds"), "{said}");
    assert!(said.contains(&format!("a public log of {size} leaves")), "{said}");
    assert!(!said.contains("not in the log yet"), "{said}");
}

/// Says which entries do not name the one before them, with both.
async fn broken_links(db: &Db) {
    const ALL: &str = "select subject, position, cast(canonical as text) from entries order by subject, position";
    const BYTES: &str =
        "select subject, position, convert_from(canonical, 'UTF8') from entries order by subject, position";
    let rows: Vec<(String, i64, String)> = match db {
        Db::Sqlite { read, .. } => sqlx::query_as(ALL).fetch_all(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_as(BYTES).fetch_all(pool).await.unwrap(),
    };
    let entries: Vec<sayso::ledger::Entry> =
        rows.iter().map(|(.., canonical)| serde_json::from_str(canonical).unwrap()).collect();
    let names =
        |pair: &[sayso::ledger::Entry]| pair[0].subject != pair[1].subject || pair[1].previous == Some(pair[0].id);
    let broken: Vec<usize> = (1..entries.len()).filter(|n| !names(&entries[n - 1..=*n])).collect();
    for n in &broken {
        let near = &rows[n.saturating_sub(3)..(n + 3).min(rows.len())];
        let named: Vec<_> = rows
            .iter()
            .filter(|row| row.2.contains(&format!("\"id\":\"{}\"", entries[*n].previous.unwrap())))
            .collect();
        eprintln!("{near:#?}\nand it names {named:#?}");
    }
    assert!(broken.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_node_is_killed_and_every_entry_is_in_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let node = Node { url: &url, data: folder.path().join("data") };
    let server = node.start();
    let mut crowd = Crowd::join_as(&server, &node.mails(), "member");
    let mut server = Some(server);
    for _ in 0..rounds() {
        crowd.press_until_killed(server.take().unwrap());
        server = Some(node.start());
    }
    let server = server.unwrap();
    verifies(&url, &node.data).await;
    server.kill();
    crowd.finds_everything(&url).await;
}

/// Each has members of its own, and is killed at its own moments; in some rounds one of them sleeps
/// instead, perhaps while it holds the lock of whoever gives leaves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_are_killed_or_sleep_and_make_one_log() {
    let cluster = Cluster::start(&[]);
    let url = cluster.url();
    let folder = tempfile::tempdir().unwrap();
    let nodes = ["one", "two"].map(|name| Node { url: &url, data: folder.path().join(name) });
    let [one, two] = &nodes;
    let servers = [one.start(), two.start()];
    let mut crowds =
        [Crowd::join_as(&servers[0], &one.mails(), "member"), Crowd::join_as(&servers[1], &two.mails(), "other")];
    let mut servers = servers.map(Some);
    for round in 0..rounds() {
        let (first, second) = servers.split_at_mut(1);
        let (ones, others) = crowds.split_at_mut(1);
        let asleep = round % 5 == 2;
        std::thread::scope(|scope| {
            scope.spawn(|| ones[0].press_until_killed(first[0].take().unwrap()));
            scope.spawn(|| {
                let server = second[0].take().unwrap();
                if asleep {
                    server.signal("STOP");
                    std::thread::sleep(sleep());
                    server.signal("CONT");
                }
                others[0].press_until_killed(server);
            });
        });
        servers = [Some(one.start()), Some(two.start())];
    }
    let servers = servers.map(Option::unwrap);
    verifies(&url, &one.data).await;
    for server in &servers {
        until("the node has seen nothing that is missing", Duration::from_secs(10), || server.is_ready().then_some(()));
    }
    servers.into_iter().for_each(Server::kill);
    for crowd in &crowds {
        crowd.finds_everything(&url).await;
    }
}
