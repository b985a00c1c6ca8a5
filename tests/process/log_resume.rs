//! `sayso log resume`, as an operator runs it. What witnesses say is in `tests/http/witnesses.rs`.

use crate::server::{Server, bare_command, until};
use sayso::db::Db;
use std::process::Output;
use std::time::Duration;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&*output.stdout, &*output.stderr].concat()).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_log_goes_on_beside_a_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let data = folder.path().join("data");
    let settings = [("SAYSO_DATA", data.to_str().unwrap()), ("SAYSO_LOG_KEY", "")];
    let server = Server::launch(bare_command(), &url, &settings);
    let resume = |more: &[&str]| {
        let mut command = bare_command();
        command.args(["log", "resume"]).args(more).env("DATABASE_URL", &url).env("SAYSO_DATA", &data);
        command.output().unwrap()
    };
    until("there is a log", Duration::from_secs(30), || data.join("log.seen").exists().then_some(()));
    let nothing = resume(&["--yes"]);
    assert!(nothing.status.success() && said(&nothing).contains("There is nothing to do."), "{}", said(&nothing));

    let db = Db::open(&url).await.unwrap();
    let Db::Sqlite { write, read, .. } = &db else { unreachable!() };
    let why = "the witness w.example/1 has seen another history";
    sqlx::query("update log_state set stopped = $1").bind(why).execute(write).await.unwrap();
    until("the server stops", Duration::from_secs(30), || (!server.is_ready()).then_some(()));
    let ready = server.visitor().get("/readyz").unwrap().body;
    assert!(ready.contains(why) && ready.contains("sayso log resume"), "{ready}");

    let refused = resume(&["--yes"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains(why) && said(&refused).contains("--without-witness"), "{}", said(&refused));
    let asked = resume(&["--without-witness"]);
    assert!(!asked.status.success() && said(&asked).contains("add --yes"), "{}", said(&asked));
    let stopped: String = sqlx::query_scalar("select stopped from log_state").fetch_one(read).await.unwrap();
    assert_eq!(stopped, why);

    let done = resume(&["--without-witness", "--yes"]);
    assert!(done.status.success() && said(&done).contains("The public log goes on."), "{}", said(&done));
    until("the server goes on", Duration::from_secs(30), || server.is_ready().then_some(()));
    let actions: Vec<String> = sqlx::query_scalar("select kind from staff_actions where client = 'command-line'")
        .fetch_all(read)
        .await
        .unwrap();
    assert_eq!(actions, ["log-resumed"]);
    db.close().await;
}
