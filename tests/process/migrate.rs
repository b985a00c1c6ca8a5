//! `sayso migrate` brings a database from before the public log into it: killed in the middle,
//! begun again, and beside a server.

use crate::cluster::Cluster;
use crate::server::{Server, bare_command, until};
use sayso::db::Db;
use sayso::log::key::LogKey;
use sayso::log::store;
use std::fmt::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// So many that there is a middle to be killed in.
const MEMBERS: usize = 6_000;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&*output.stdout, &*output.stderr].concat()).into_owned()
}

fn sayso(url: &str, data: &Path, args: &[&str]) -> Command {
    let mut command = bare_command();
    command.args(args).env("DATABASE_URL", url).env("SAYSO_DATA", data);
    command.env("SAYSO_BASE_URL", "http://privacy.example");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Members whose entries have no leaves, in a database that has no log yet.
async fn from_before_the_log(url: &str, folder: &Path) -> Db {
    let mut text = "id,email,name,country,joined\n".to_owned();
    for n in 0..MEMBERS {
        let _ = writeln!(text, "{n},m{n}@example.org,Member {n},US,2019-05-01");
    }
    let file = folder.join("members.csv");
    std::fs::write(&file, text).unwrap();
    let migrated = sayso(url, folder, &["migrate"]).output().unwrap();
    assert!(migrated.status.success() && said(&migrated) == "The tables are up to date.\n", "{}", said(&migrated));
    let imported = sayso(url, folder, &["members", "import", file.to_str().unwrap()]).output().unwrap();
    assert!(imported.status.success(), "{}", said(&imported));
    let db = Db::open(url).await.unwrap();
    for statement in [
        "delete from log_queue",
        "insert into log_backfill (only_one, after_id, until_id) select 1, '', max(id) from entries",
    ] {
        match &db {
            Db::Sqlite { write, .. } => drop(sqlx::query(statement).execute(write).await.unwrap()),
            Db::Postgres { pool, .. } => drop(sqlx::query(statement).execute(pool).await.unwrap()),
        }
    }
    db
}

async fn size(db: &Db) -> usize {
    let state = store::state(db.reader().await.unwrap().conn()).await.unwrap();
    state.map_or(0, |state| usize::try_from(state.size).unwrap())
}

async fn story(url: &str) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let db = from_before_the_log(url, folder.path()).await;

    // Without the key it is left to the servers, and none is made that they would not have.
    let left = sayso(url, &data, &["migrate"]).output().unwrap();
    assert!(left.status.success(), "{}", said(&left));
    let expected = format!("Entries that are not in the public log yet: {MEMBERS}. Servers add them while they run.");
    assert!(
        said(&left).contains(&expected) && said(&left).contains("the key of the log is not here"),
        "{}",
        said(&left)
    );
    assert!(!data.join("log.key").exists() && size(&db).await == 0);

    std::fs::create_dir_all(&data).unwrap();
    let mut file = std::fs::OpenOptions::new();
    let mut file = file.write(true).create_new(true).mode(0o600).open(data.join("log.key")).unwrap();
    let key = LogKey::make("privacy.example/log").unwrap().secret_text();
    std::io::Write::write_all(&mut file, key.as_bytes()).unwrap();
    let mut killed = sayso(url, &data, &["migrate"]).spawn().unwrap();
    let begun = std::time::Instant::now();
    while size(&db).await == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "no entry gets its leaf");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let there = size(&db).await;
    assert!((1..MEMBERS).contains(&there), "{there} when it was killed");

    // Again, while a server is at the same.
    let settings = [("SAYSO_DATA", data.to_str().unwrap()), ("SAYSO_LOG_KEY", "")];
    let again = sayso(url, &data, &["migrate"]).spawn().unwrap();
    let server = Server::launch(bare_command(), url, &settings);
    let again = again.wait_with_output().unwrap();
    assert!(again.status.success() && said(&again).contains("Every entry is in the public log."), "{}", said(&again));
    assert_eq!(size(&db).await, MEMBERS);
    until("the server has seen it", Duration::from_secs(30), || server.is_ready().then_some(()));
    drop(server);
    let once_more = sayso(url, &data, &["migrate"]).output().unwrap();
    assert_eq!(said(&once_more), "The tables are up to date.\n");
    let verified = sayso(url, &data, &["verify", "--database"]).env_remove("SAYSO_BASE_URL").output().unwrap();
    assert!(verified.status.success() && said(&verified).contains("Everything holds"), "{}", said(&verified));
    assert!(said(&verified).contains(&format!("a public log of {MEMBERS} leaves")), "{}", said(&verified));
    db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_from_before_the_log_get_their_leaves_also_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    story(&format!("sqlite://{}/sayso.db", folder.path().display())).await;
    let cluster = Cluster::start(&[]);
    story(&cluster.url()).await;
}
