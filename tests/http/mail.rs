//! The outbox: a mail is there exactly when what it reports is, one node sends it, and nothing of
//! it stays.

use crate::stories;
use crate::test_app::TestApp;
use sayso::db::Db;
use sayso::mail::message::Sender;
use sayso::mail::store::{self, ATTEMPTS_MAX, Failure, FailureKind, LEASE, Mail, MailId, MailState, Unsent};
use sayso::mail::worker::{Mailer, PostOffice};
use sayso::mail::{Block, Letter};
use std::collections::BTreeSet;
use std::path::Path;

stories![
    a_mail_is_there_exactly_when_what_it_reports_is,
    two_workers_at_once_never_take_the_same_mail,
    the_oldest_goes_first,
    a_crashed_nodes_mail_is_taken_up_when_its_lease_has_run_out,
    what_was_put_off_waits_longer_each_time,
    a_mail_refused_for_good_is_dead_and_can_be_sent_after_all,
    after_many_attempts_a_mail_is_given_up,
    when_the_server_is_back_only_what_waited_for_it_goes_at_once,
    a_sent_mail_leaves_that_it_was_sent_and_nothing_else,
    a_folder_that_cannot_be_written_loses_nothing,
    a_post_office_that_is_woken_sends_at_once,
    a_closed_post_office_leaves_the_rest_for_the_next_start,
];

const SECRET: &str = "https://sayso.example/objections/7KQ2?key=only-once";

fn letter(to: &str) -> Letter {
    let blocks = vec![Block::Text("We have it.".into()), Block::Link("Your case".into(), SECRET.into())];
    Letter { to: to.into(), subject: "Your objection".into(), blocks }
}

/// Puts one in; the next is a millisecond younger.
async fn put(site: &TestApp, to: &str) -> MailId {
    let mut tx = site.app.db.begin().await.unwrap();
    let id = store::put(tx.conn(), &letter(to), site.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    site.pass(1);
    id
}

async fn claim(site: &TestApp) -> Option<Mail> {
    let mut tx = site.app.db.begin().await.unwrap();
    let mail = store::claim(tx.conn(), site.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    mail
}

async fn fail(site: &TestApp, mail: &Mail, reason: &str, kind: FailureKind) -> MailState {
    let mut tx = site.app.db.begin().await.unwrap();
    let failure = Failure { reason: reason.into(), kind };
    let state = store::failed(tx.conn(), mail, &failure, site.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    state
}

async fn unsent(site: &TestApp) -> Vec<Unsent> {
    store::unsent(site.app.db.reader().await.unwrap().conn()).await.unwrap()
}

async fn number(site: &TestApp, sql: &str) -> i64 {
    match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sayso::db::built(sql)).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(sayso::db::built(sql)).fetch_one(pool).await.unwrap(),
    }
}

fn into_folder(folder: &Path) -> PostOffice {
    let sender = Sender::parse("Sayso <privacy@sayso.example>", "sayso.example").unwrap();
    PostOffice::new(sender, Mailer::Files(folder.into()))
}

async fn a_mail_is_there_exactly_when_what_it_reports_is(site: TestApp) {
    let mut tx = site.app.db.begin().await.unwrap();
    store::put(tx.conn(), &letter("ada@example.org"), site.app.clock.now()).await.unwrap();
    drop(tx);
    assert_eq!(unsent(&site).await, []);
    assert!(claim(&site).await.is_none());

    let id = put(&site, "ada@example.org").await;
    let waiting = unsent(&site).await;
    assert_eq!(waiting.iter().map(|m| (m.id, m.state, m.attempts)).collect::<Vec<_>>(), [(id, MailState::Waiting, 0)]);
}

async fn two_workers_at_once_never_take_the_same_mail(site: TestApp) {
    let mut put_in = BTreeSet::new();
    for n in 0..40 {
        put_in.insert(put(&site, &format!("m{n}@example.org")).await);
    }
    let worker = async || {
        let mut taken = Vec::new();
        while let Some(mail) = claim(&site).await {
            taken.push(mail.id);
        }
        taken
    };
    let (a, b, c, d) = tokio::join!(worker(), worker(), worker(), worker());
    // Nobody leaves while there is something to take, and nothing is taken twice.
    assert_eq!(a.len() + b.len() + c.len() + d.len(), 40);
    assert_eq!([a, b, c, d].concat().into_iter().collect::<BTreeSet<_>>(), put_in);
}

async fn the_oldest_goes_first(site: TestApp) {
    let mut ids = Vec::new();
    for to in ["a@example.org", "b@example.org", "c@example.org"] {
        ids.push(put(&site, to).await);
    }
    for id in ids {
        assert_eq!(claim(&site).await.unwrap().id, id);
    }
}

async fn a_crashed_nodes_mail_is_taken_up_when_its_lease_has_run_out(site: TestApp) {
    let id = put(&site, "ada@example.org").await;
    let lost = claim(&site).await.unwrap();
    site.pass(LEASE - 1);
    assert!(claim(&site).await.is_none());
    site.pass(1);
    let again = claim(&site).await.unwrap();
    assert_eq!((again.id, again.attempts), (id, 2));
    assert_eq!((again.to.as_str(), again.plain.contains(SECRET)), ("ada@example.org", true));

    // The first node was only slow: what it says about a failure no longer counts, that it sent
    // the mail does.
    fail(&site, &lost, "timeout", FailureKind::Server).await;
    assert_eq!(unsent(&site).await[0].state, MailState::Sending);
    let mut tx = site.app.db.begin().await.unwrap();
    store::sent(tx.conn(), lost.id, site.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    fail(&site, &again, "timeout", FailureKind::Server).await;
    assert_eq!(unsent(&site).await, []);
}

async fn what_was_put_off_waits_longer_each_time(site: TestApp) {
    put(&site, "ada@example.org").await;
    for (attempt, pause) in [(1, 5_000), (2, 10_000), (3, 20_000), (4, 40_000)] {
        let mail = claim(&site).await.unwrap();
        assert_eq!(mail.attempts, attempt);
        assert_eq!(fail(&site, &mail, "451", FailureKind::Later).await, MailState::Waiting);
        site.pass(pause - 1);
        assert!(claim(&site).await.is_none(), "attempt {attempt} is followed too early");
        site.pass(1);
    }
    assert_eq!(unsent(&site).await[0].last_error.as_deref(), Some("451"));
}

async fn a_mail_refused_for_good_is_dead_and_can_be_sent_after_all(site: TestApp) {
    let (gone, other) = (put(&site, "gone@example.org").await, put(&site, "other@example.org").await);
    for reason in ["550", "552"] {
        let mail = claim(&site).await.unwrap();
        assert_eq!(fail(&site, &mail, reason, FailureKind::Never).await, MailState::Dead);
    }
    site.pass_days(30);
    assert!(claim(&site).await.is_none());
    let told = async || {
        let ready = site.visitor().get("/readyz").await;
        assert_eq!(ready.status.as_u16(), 200);
        let said: serde_json::Value = serde_json::from_str(&ready.body).unwrap();
        (said["parts"]["mail"].as_str().unwrap().to_owned(), said["undelivered_mails"].as_u64().unwrap())
    };
    assert_eq!(told().await, ("2 e-mails could not be delivered; see the log".into(), 2));

    let mut tx = site.app.db.begin().await.unwrap();
    assert_eq!(store::retry(tx.conn(), Some(gone), site.app.clock.now()).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let mail = claim(&site).await.unwrap();
    assert_eq!((mail.id, mail.attempts, mail.plain.contains(SECRET)), (gone, 1, true));
    crate::test_app::another_probe().await;
    assert_eq!(told().await, ("1 e-mail could not be delivered; see the log".into(), 1));

    let mut tx = site.app.db.begin().await.unwrap();
    assert_eq!(store::retry(tx.conn(), None, site.app.clock.now()).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(claim(&site).await.unwrap().id, other);
    crate::test_app::another_probe().await;
    assert_eq!(told().await, ("ok".into(), 0));
}

async fn after_many_attempts_a_mail_is_given_up(site: TestApp) {
    put(&site, "ada@example.org").await;
    for attempt in 1..=ATTEMPTS_MAX {
        let mail = claim(&site).await.unwrap();
        let state = fail(&site, &mail, "unreachable", FailureKind::Server).await;
        assert_eq!(state, if attempt < ATTEMPTS_MAX { MailState::Waiting } else { MailState::Dead });
        site.pass(6 * 3_600_000);
    }
    assert!(claim(&site).await.is_none());
    assert_eq!(unsent(&site).await[0].last_error.as_deref(), Some("server unreachable"));
}

async fn when_the_server_is_back_only_what_waited_for_it_goes_at_once(site: TestApp) {
    let (a, b) = (put(&site, "a@example.org").await, put(&site, "b@example.org").await);
    let first = claim(&site).await.unwrap();
    fail(&site, &first, "unreachable", FailureKind::Server).await;
    let second = claim(&site).await.unwrap();
    fail(&site, &second, "451", FailureKind::Later).await;
    let mut tx = site.app.db.begin().await.unwrap();
    store::hurry(tx.conn(), site.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((first.id, second.id), (a, b));
    assert_eq!(claim(&site).await.map(|m| m.id), Some(a));
    assert!(claim(&site).await.is_none());
}

async fn a_sent_mail_leaves_that_it_was_sent_and_nothing_else(site: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let mail_folder = folder.path().join("data/mail");
    let ids = [put(&site, "ada@example.org").await, put(&site, "eva@example.org").await];
    let bad = put(&site, "ada@example.org\r\nBcc: eve@example.org\0").await;
    assert_eq!(into_folder(&mail_folder).deliver(&site.app).await.unwrap(), 2);

    let files: BTreeSet<_> =
        std::fs::read_dir(&mail_folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(files, ids.iter().map(|id| format!("{id}.eml")).collect());
    let text = std::fs::read_to_string(mail_folder.join(format!("{}.eml", ids[0]))).unwrap();
    for line in [
        &format!("Message-ID: <{}@sayso.example>", ids[0]),
        "To: ada@example.org",
        "Date: Mon, 23 Nov 2026 00:00:00 +0000",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} is missing:\n{text}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let modes =
            [mail_folder.join(format!("{}.eml", ids[0])), mail_folder].map(|p| p.metadata().unwrap().mode() & 0o777);
        assert_eq!(modes, [0o600, 0o700], "others on the machine can read a letter");
    }
    let kept = "select count(*) from outbox
      where to_address is not null or subject is not null or plain is not null or html is not null";
    assert_eq!(number(&site, kept).await, 1);
    assert_eq!(number(&site, "select count(*) from outbox where state = 'sent' and sent_at is not null").await, 2);
    // An address that is none is refused before anything is said to anybody.
    let left = unsent(&site).await;
    assert_eq!((left[0].id, left[0].state, left[0].last_error.as_deref()), (bad, MailState::Dead, Some("address")));
}

async fn a_folder_that_cannot_be_written_loses_nothing(site: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("mail");
    std::fs::write(&blocked, "a file where the folder should be").unwrap();
    let id = put(&site, "ada@example.org").await;
    put(&site, "eva@example.org").await;
    let mut office = into_folder(&blocked);
    assert_eq!(office.deliver(&site.app).await.unwrap(), 0);
    let left = unsent(&site).await;
    assert_eq!((left[0].id, left[0].last_error.as_deref(), left[1].attempts), (id, Some("server file"), 0));

    std::fs::remove_file(&blocked).unwrap();
    // The second goes, and the first, which waited only for the folder, right behind it.
    assert_eq!(office.deliver(&site.app).await.unwrap(), 2);
    assert_eq!(unsent(&site).await, []);
}

async fn a_post_office_that_is_woken_sends_at_once(site: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let (app, mut office) = (site.app.clone(), into_folder(folder.path()));
    let worker = tokio::spawn(async move { sayso::mail::worker::work(app, &mut office).await });
    let since = std::time::Instant::now();
    for n in 0..4 {
        put(&site, &format!("m{n}@example.org")).await;
        site.app.wake_mailer();
        while !unsent(&site).await.is_empty() {
            assert!(since.elapsed().as_secs() < 60, "nothing is sent");
            tokio::task::yield_now().await;
        }
    }
    // By itself it looks every two seconds, which would have made six and more.
    assert!(since.elapsed().as_secs() < 4, "{:?}", since.elapsed());
    site.app.close_post();
    worker.await.unwrap();
}

async fn a_closed_post_office_leaves_the_rest_for_the_next_start(site: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let id = put(&site, "ada@example.org").await;
    site.app.close_post();
    // It returns, although there is mail.
    sayso::mail::worker::work(site.app.clone(), &mut into_folder(folder.path())).await;
    assert_eq!(unsent(&site).await.iter().map(|m| (m.id, m.attempts)).collect::<Vec<_>>(), [(id, 0)]);
}
