//! PostgreSQL as it may be found: with TLS or without, careless of what it confirms, and away.

use crate::cluster::Cluster;
use crate::server::{Server, bare_command, until};
use sayso::db::{Db, OpenError};
use sayso::serve::demo;
use std::time::{Duration, Instant};

/// What `sql` answers on a connection of ours.
async fn ask(db: &Db, sql: &'static str) -> String {
    let Db::Postgres { pool, .. } = db else { panic!("not PostgreSQL") };
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}

async fn opened(url: &str) -> Result<Db, String> {
    let db = Db::open(url).await.map_err(|error| error.to_string())?;
    db.reader().await.map(drop).map_err(|error| error.to_string())?;
    Ok(db)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_mode_of_tls_does_what_it_says() {
    const TLS: &str = "select case when ssl then 'on' else 'off' end from pg_stat_ssl where pid = pg_backend_pid()";
    let cluster = Cluster::start(&[]);
    let plain = cluster.url();
    // A server without TLS: what demands it fails.
    for mode in ["disable", "allow", "prefer"] {
        let db = opened(&format!("{plain}?sslmode={mode}")).await.unwrap();
        assert_eq!(ask(&db, TLS).await, "off", "{mode}");
        db.close().await;
    }
    for mode in ["require", "verify-ca", "verify-full"] {
        opened(&format!("{plain}?sslmode={mode}")).await.map(drop).unwrap_err();
    }
    // One with a certificate of an authority of ours, for `localhost` and no other name.
    let (authority, signed, key) = certificates();
    cluster.fall("fast");
    cluster.write("server.crt", &signed);
    cluster.write("server.key", &key);
    let conf = std::fs::read_to_string(cluster.data().join("postgresql.conf")).unwrap();
    cluster.write("postgresql.conf", &(conf + "ssl = on\n"));
    cluster.rise();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.crt");
    std::fs::write(&root, authority).unwrap();
    let root = root.display();
    let named = plain.replace("127.0.0.1", "localhost");
    for (url, expected) in [
        (format!("{plain}?sslmode=disable"), Some("off")),
        (format!("{plain}?sslmode=prefer"), Some("on")),
        (format!("{plain}?sslmode=require"), Some("on")),
        (format!("{plain}?sslmode=verify-ca&sslrootcert={root}"), Some("on")),
        (format!("{named}?sslmode=verify-full&sslrootcert={root}"), Some("on")),
        // Nobody whom the machine trusts has signed it.
        (format!("{plain}?sslmode=verify-ca"), None),
        (format!("{named}?sslmode=verify-full"), None),
        // It is not this name's.
        (format!("{plain}?sslmode=verify-full&sslrootcert={root}"), None),
    ] {
        match (opened(&url).await, expected) {
            (Ok(db), Some(expected)) => assert_eq!(ask(&db, TLS).await, expected, "{url}"),
            (Err(_), None) => {}
            (other, _) => panic!("{url}: {other:?}"),
        }
    }
}

/// An authority, and a certificate of `localhost` with its key.
fn certificates() -> (String, String, String) {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    let authority_key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&authority_key).unwrap();
    let issuer = Issuer::new(params, authority_key);
    let key = KeyPair::generate().unwrap();
    let signed = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    (authority.pem(), signed.pem(), key.serialize_pem())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_confirmed_is_durable_whatever_the_cluster_says() {
    const COMMIT: &str = "select current_setting('synchronous_commit')";
    let cluster = Cluster::start(&["synchronous_commit = off"]);
    for (set, holds) in [
        ("off", "on"),
        ("local", "on"),
        ("on", "on"),
        ("remote_write", "remote_write"),
        ("remote_apply", "remote_apply"),
    ] {
        let db = opened(&cluster.url()).await.unwrap();
        let Db::Postgres { pool, .. } = &db else { panic!("not PostgreSQL") };
        let alter = sqlx::AssertSqlSafe(format!("alter role sayso set synchronous_commit = {set}"));
        sqlx::query(alter).execute(pool).await.unwrap();
        db.close().await;
        let db = opened(&cluster.url()).await.unwrap();
        assert_eq!(ask(&db, COMMIT).await, holds, "{set}");
        db.close().await;
    }
    cluster.fall("fast");
    let conf = std::fs::read_to_string(cluster.data().join("postgresql.conf")).unwrap();
    cluster.write("postgresql.conf", &(conf + "fsync = off\n"));
    cluster.rise();
    let refused = Db::open(&cluster.url()).await.map(drop).unwrap_err();
    assert!(matches!(refused, OpenError::Fsync), "{refused}");
    let output = bare_command().args(["migrate", "--database-url", &cluster.url()]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("fsync=off") && said.contains("Set fsync=on"), "{said}");
}

/// Nobody waits long, and nobody is told that something broke.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_away_everybody_is_asked_to_come_again() {
    let cluster = Cluster::start(&[]);
    let server = Server::start(&cluster.url());
    let ada = server.visitor().join("ada@example.org");
    assert_eq!(ada.get("/settings/privacy").unwrap().status, 200);
    for mode in ["immediate", "fast"] {
        cluster.fall(mode);
        // Connections from before break once; what is under way then may say so.
        let _ = ada.get("/settings/privacy");
        for path in ["/settings/privacy", "/objections", "/account", "/objection", "/readyz"] {
            let asked = Instant::now();
            let answer = ada.get(path).unwrap();
            let took = asked.elapsed();
            assert_eq!(answer.status, 503, "{path}: {answer:?}");
            // Within a second where the machine has nothing else to do; ten before.
            assert!(took < Duration::from_secs(3), "{path}: {took:?}");
            assert!(answer.header("retry-after").is_some(), "{path}");
        }
        let asked = Instant::now();
        let press = ada.post("/api/set-ai-training", "wanted=denied").unwrap();
        assert_eq!((press.status, press.header("retry-after").is_some()), (503, true), "{press:?}");
        assert!(asked.elapsed() < Duration::from_secs(3));
        assert_eq!(ada.get("/healthz").unwrap().status, 200);
        cluster.rise();
        until("the server is ready again", Duration::from_secs(10), || server.is_ready().then_some(()));
        assert_eq!(ada.get("/settings/privacy").unwrap().status, 200);
    }
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_that_start_at_once_fill_an_empty_database_once() {
    let cluster = Cluster::start(&[]);
    let url = cluster.url();
    let nodes: Vec<_> = (0..3)
        .map(|_| {
            let url = url.clone();
            std::thread::spawn(move || Server::launch(bare_command(), &url, &[("SAYSO_DEMO", "1")]))
        })
        .collect();
    let nodes: Vec<Server> = nodes.into_iter().map(|node| node.join().unwrap()).collect();
    assert_eq!(nodes.len(), 3);
    let db = Db::open(&url).await.unwrap();
    let accounts = demo::ACCOUNTS.len() + demo::GENERATED;
    assert_eq!(ask(&db, "select count(*)::text from members").await, accounts.to_string());
    assert_eq!(ask(&db, "select count(*)::text from notices").await, demo::NOTICES.len().to_string());
}
