//! The outbox: a mail is there exactly when what it reports is, one node sends it, and nothing of
//! it stays.

use crate::harness::House;
use crate::stories;
use sayso::db::Db;
use sayso::mail::message::Sender;
use sayso::mail::store::{self, ATTEMPTS_MAX, Failure, FailureKind, LEASE, Mail, MailId, MailState, Unsent};
use sayso::mail::worker::{Mailer, PostOffice};
use sayso::mail::{Block, Letter};
use std::collections::BTreeSet;
use std::path::Path;

const SECRET: &str = "https://sayso.example/objections/7KQ2?key=only-once";

fn letter(to: &str) -> Letter {
    let blocks = vec![Block::Text("We have it.".into()), Block::Link("Your case".into(), SECRET.into())];
    Letter { to: to.into(), subject: "Your objection".into(), blocks }
}

/// Puts one in; the next is a millisecond younger.
async fn put(house: &House, to: &str) -> MailId {
    let mut tx = house.app.db.begin().await.unwrap();
    let id = store::put(tx.conn(), &letter(to), house.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    house.pass(1);
    id
}

async fn claim(house: &House) -> Option<Mail> {
    let mut tx = house.app.db.begin().await.unwrap();
    let mail = store::claim(tx.conn(), house.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    mail
}

async fn fail(house: &House, mail: &Mail, reason: &str, kind: FailureKind) -> MailState {
    let mut tx = house.app.db.begin().await.unwrap();
    let failure = Failure { reason: reason.into(), kind };
    let state = store::failed(tx.conn(), mail, &failure, house.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    state
}

async fn unsent(house: &House) -> Vec<Unsent> {
    store::unsent(house.app.db.reader().await.unwrap().conn()).await.unwrap()
}

async fn number(house: &House, sql: &str) -> i64 {
    match &house.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sayso::db::built(sql)).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(sayso::db::built(sql)).fetch_one(pool).await.unwrap(),
    }
}

fn into_folder(folder: &Path) -> PostOffice {
    let sender = Sender::parse("Sayso <privacy@sayso.example>", "sayso.example").unwrap();
    PostOffice::new(sender, Mailer::Files(folder.into()))
}

stories! {
    async fn a_mail_is_there_exactly_when_what_it_reports_is(house: House) {
        let mut tx = house.app.db.begin().await.unwrap();
        store::put(tx.conn(), &letter("ada@example.org"), house.app.clock.now()).await.unwrap();
        drop(tx);
        assert_eq!(unsent(&house).await, []);
        assert!(claim(&house).await.is_none());

        let id = put(&house, "ada@example.org").await;
        let waiting = unsent(&house).await;
        assert_eq!(waiting.iter().map(|m| (m.id, m.state, m.attempts)).collect::<Vec<_>>(), [(id, MailState::Waiting, 0)]);
    }

    async fn two_workers_at_once_never_take_the_same_mail(house: House) {
        let mut put_in = BTreeSet::new();
        for n in 0..40 {
            put_in.insert(put(&house, &format!("m{n}@example.org")).await);
        }
        let worker = async || {
            let mut taken = Vec::new();
            while let Some(mail) = claim(&house).await {
                taken.push(mail.id);
            }
            taken
        };
        let (a, b, c, d) = tokio::join!(worker(), worker(), worker(), worker());
        // Nobody leaves while there is something to take, and nothing is taken twice.
        assert_eq!(a.len() + b.len() + c.len() + d.len(), 40);
        assert_eq!([a, b, c, d].concat().into_iter().collect::<BTreeSet<_>>(), put_in);
    }

    async fn the_oldest_goes_first(house: House) {
        let mut ids = Vec::new();
        for to in ["a@example.org", "b@example.org", "c@example.org"] {
            ids.push(put(&house, to).await);
        }
        for id in ids {
            assert_eq!(claim(&house).await.unwrap().id, id);
        }
    }

    async fn a_crashed_nodes_mail_is_taken_up_when_its_lease_has_run_out(house: House) {
        let id = put(&house, "ada@example.org").await;
        let lost = claim(&house).await.unwrap();
        house.pass(LEASE - 1);
        assert!(claim(&house).await.is_none());
        house.pass(1);
        let again = claim(&house).await.unwrap();
        assert_eq!((again.id, again.attempts), (id, 2));
        assert_eq!((again.to.as_str(), again.plain.contains(SECRET)), ("ada@example.org", true));

        // The first node was only slow: what it says about a failure no longer counts, that it sent
        // the mail does.
        fail(&house, &lost, "timeout", FailureKind::Server).await;
        assert_eq!(unsent(&house).await[0].state, MailState::Sending);
        let mut tx = house.app.db.begin().await.unwrap();
        store::sent(tx.conn(), lost.id, house.app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        fail(&house, &again, "timeout", FailureKind::Server).await;
        assert_eq!(unsent(&house).await, []);
    }

    async fn what_was_put_off_waits_longer_each_time(house: House) {
        put(&house, "ada@example.org").await;
        for (attempt, pause) in [(1, 5_000), (2, 10_000), (3, 20_000), (4, 40_000)] {
            let mail = claim(&house).await.unwrap();
            assert_eq!(mail.attempts, attempt);
            assert_eq!(fail(&house, &mail, "451", FailureKind::Later).await, MailState::Waiting);
            house.pass(pause - 1);
            assert!(claim(&house).await.is_none(), "attempt {attempt} is followed too early");
            house.pass(1);
        }
        assert_eq!(unsent(&house).await[0].last_error.as_deref(), Some("451"));
    }

    async fn a_mail_refused_for_good_is_dead_and_can_be_sent_after_all(house: House) {
        let (gone, other) = (put(&house, "gone@example.org").await, put(&house, "other@example.org").await);
        for reason in ["550", "552"] {
            let mail = claim(&house).await.unwrap();
            assert_eq!(fail(&house, &mail, reason, FailureKind::Never).await, MailState::Dead);
        }
        house.pass_days(30);
        assert!(claim(&house).await.is_none());
        let ready = house.visitor().get("/readyz").await;
        assert_eq!((ready.status.as_u16(), ready.body.as_str()), (200, "ready\n2 mails could not be delivered; see the log\n"));

        let mut tx = house.app.db.begin().await.unwrap();
        assert_eq!(store::retry(tx.conn(), Some(gone), house.app.clock.now()).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let mail = claim(&house).await.unwrap();
        assert_eq!((mail.id, mail.attempts, mail.plain.contains(SECRET)), (gone, 1, true));
        crate::harness::another_probe().await;
        assert_eq!(house.visitor().get("/readyz").await.body, "ready\n1 mail could not be delivered; see the log\n");

        let mut tx = house.app.db.begin().await.unwrap();
        assert_eq!(store::retry(tx.conn(), None, house.app.clock.now()).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(claim(&house).await.unwrap().id, other);
        crate::harness::another_probe().await;
        assert_eq!(house.visitor().get("/readyz").await.body, "ready\n");
    }

    async fn after_many_attempts_a_mail_is_given_up(house: House) {
        put(&house, "ada@example.org").await;
        for attempt in 1..=ATTEMPTS_MAX {
            let mail = claim(&house).await.unwrap();
            let state = fail(&house, &mail, "unreachable", FailureKind::Server).await;
            assert_eq!(state, if attempt < ATTEMPTS_MAX { MailState::Waiting } else { MailState::Dead });
            house.pass(6 * 3_600_000);
        }
        assert!(claim(&house).await.is_none());
        assert_eq!(unsent(&house).await[0].last_error.as_deref(), Some("server unreachable"));
    }

    async fn when_the_server_is_back_only_what_waited_for_it_goes_at_once(house: House) {
        let (a, b) = (put(&house, "a@example.org").await, put(&house, "b@example.org").await);
        let first = claim(&house).await.unwrap();
        fail(&house, &first, "unreachable", FailureKind::Server).await;
        let second = claim(&house).await.unwrap();
        fail(&house, &second, "451", FailureKind::Later).await;
        let mut tx = house.app.db.begin().await.unwrap();
        store::hurry(tx.conn(), house.app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((first.id, second.id), (a, b));
        assert_eq!(claim(&house).await.map(|m| m.id), Some(a));
        assert!(claim(&house).await.is_none());
    }

    async fn a_sent_mail_leaves_that_it_was_sent_and_nothing_else(house: House) {
        let folder = tempfile::tempdir().unwrap();
        let mail_folder = folder.path().join("data/mail");
        let ids = [put(&house, "ada@example.org").await, put(&house, "eva@example.org").await];
        let bad = put(&house, "ada@example.org\r\nBcc: eve@example.org\0").await;
        assert_eq!(into_folder(&mail_folder).deliver(&house.app).await.unwrap(), 2);

        let files: BTreeSet<_> =
            std::fs::read_dir(&mail_folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(files, ids.iter().map(|id| format!("{id}.eml")).collect());
        let text = std::fs::read_to_string(mail_folder.join(format!("{}.eml", ids[0]))).unwrap();
        for line in [&format!("Message-ID: <{}@sayso.example>", ids[0]), "To: ada@example.org", "Date: Mon, 23 Nov 2026 00:00:00 +0000"] {
            assert!(text.lines().any(|l| l == line), "{line} is missing:\n{text}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let modes = [mail_folder.join(format!("{}.eml", ids[0])), mail_folder].map(|p| p.metadata().unwrap().mode() & 0o777);
            assert_eq!(modes, [0o600, 0o700], "others on the machine can read a letter");
        }
        let kept = "select count(*) from outbox where to_address is not null or subject is not null or plain is not null or html is not null";
        assert_eq!(number(&house, kept).await, 1);
        assert_eq!(number(&house, "select count(*) from outbox where state = 'sent' and sent_at is not null").await, 2);
        // An address that is none is refused before anything is said to anybody.
        let left = unsent(&house).await;
        assert_eq!((left[0].id, left[0].state, left[0].last_error.as_deref()), (bad, MailState::Dead, Some("address")));
    }

    async fn a_folder_that_cannot_be_written_loses_nothing(house: House) {
        let folder = tempfile::tempdir().unwrap();
        let blocked = folder.path().join("mail");
        std::fs::write(&blocked, "a file where the folder should be").unwrap();
        let id = put(&house, "ada@example.org").await;
        put(&house, "eva@example.org").await;
        let mut office = into_folder(&blocked);
        assert_eq!(office.deliver(&house.app).await.unwrap(), 0);
        let left = unsent(&house).await;
        assert_eq!((left[0].id, left[0].last_error.as_deref(), left[1].attempts), (id, Some("server file"), 0));

        std::fs::remove_file(&blocked).unwrap();
        // The second goes, and the first, which waited only for the folder, right behind it.
        assert_eq!(office.deliver(&house.app).await.unwrap(), 2);
        assert_eq!(unsent(&house).await, []);
    }

    async fn a_post_office_that_is_woken_sends_at_once(house: House) {
        let folder = tempfile::tempdir().unwrap();
        let worker = tokio::spawn(sayso::mail::worker::work(house.app.clone(), into_folder(folder.path())));
        let since = std::time::Instant::now();
        for n in 0..4 {
            put(&house, &format!("m{n}@example.org")).await;
            house.app.wake_mailer();
            while !unsent(&house).await.is_empty() {
                assert!(since.elapsed().as_secs() < 60, "nothing is sent");
                tokio::task::yield_now().await;
            }
        }
        // By itself it looks every two seconds, which would have made six and more.
        assert!(since.elapsed().as_secs() < 4, "{:?}", since.elapsed());
        house.app.close_post();
        worker.await.unwrap();
    }

    async fn a_closed_post_office_leaves_the_rest_for_the_next_start(house: House) {
        let folder = tempfile::tempdir().unwrap();
        let id = put(&house, "ada@example.org").await;
        house.app.close_post();
        // It returns, although there is mail.
        sayso::mail::worker::work(house.app.clone(), into_folder(folder.path())).await;
        assert_eq!(unsent(&house).await.iter().map(|m| (m.id, m.attempts)).collect::<Vec<_>>(), [(id, 0)]);
    }
}
