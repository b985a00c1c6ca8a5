//! `sayso user add`, `reset-password`, `reset-second-factor`, `set-role` and `close`: what is done
//! about accounts of staff on the command line.

use crate::server::bare_command;
use sayso::account::model::{Member, Role};
use sayso::account::security_event;
use sayso::account::store::{self, second_factor as factors};
use sayso::db::Db;
use sayso::time::UtcMillis;
use std::io::Write;
use std::process::{Output, Stdio};

fn sayso(url: &str, args: &[&str]) -> Output {
    with_password(url, args, "plumb seven otters gladly")
}

fn with_password(url: &str, args: &[&str], password: &str) -> Output {
    let mut command = bare_command();
    command.args(args).env("DATABASE_URL", url).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // What does not ask for a password may have ended before it could read one.
    let _ = child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes());
    child.wait_with_output().unwrap()
}

/// Asserts that the command logged this one security event, and nobody's name or address.
#[track_caller]
fn is_logged(done: &Output, event: &str, member: &Member, detail: &str) {
    let log = String::from_utf8_lossy(&done.stderr);
    let account = security_event::account(&member.subject);
    let line = format!(
        "INFO security: security event event=\"{event}\" outcome=\"success\" account=\"{account}\" client=\"command-line\" \
         request_id=\"none\" detail=\"{detail}\"\n"
    );
    assert!(log.ends_with(&line) && log.lines().count() == 1, "{log} is not {line}");
}

/// The subjects of what was put into the outbox for `to`.
async fn mails(db: &Db, to: &str) -> Vec<String> {
    let Db::Sqlite { read, .. } = db else { panic!("not SQLite") };
    let sql = "select subject from outbox where to_address = $1 order by id";
    sqlx::query_scalar(sql).bind(to).fetch_all(read).await.unwrap()
}

/// What the log of the staff has about this account, as done by a command.
async fn recorded_about(db: &Db, id: &str) -> Vec<String> {
    let Db::Sqlite { read, .. } = db else { panic!("not SQLite") };
    let sql = "select kind || ' ' || coalesce(detail, '-') from staff_actions
      where about_id = $1 and client = 'command-line' and outcome = 'success' order by kind, id";
    sqlx::query_scalar(sql).bind(id).fetch_all(read).await.unwrap()
}

#[tokio::test]
async fn the_second_factor_of_staff_is_reset_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    for (role, email) in [("support", "sam@example.org"), ("member", "ada@example.org")] {
        let made = sayso(&url, &["user", "add", "--role", role, "--email", email, "--name", "A", "--country", "IE"]);
        assert!(made.status.success(), "{made:?}");
    }
    let db = Db::open(&url).await.unwrap();
    let sam = store::by_email(db.reader().await.unwrap().conn(), "sam@example.org").await.unwrap().unwrap();
    let mut tx = db.begin().await.unwrap();
    factors::set_up(tx.conn(), &sam.id, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", 1, UtcMillis(0)).await.unwrap();
    factors::put_recovery_codes(tx.conn(), &sam.id, &["hash".into()], UtcMillis(0)).await.unwrap();
    tx.commit().await.unwrap();

    for nobody in ["ada@example.org", "nobody@example.org"] {
        let refused = sayso(&url, &["user", "reset-second-factor", nobody]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains("no staff account has the address"), "{refused:?}");
    }
    let mut reader = db.reader().await.unwrap();
    assert!(factors::of_member(reader.conn(), &sam.id).await.unwrap().is_some());
    assert_eq!(mails(&db, "sam@example.org").await, [""; 0]);

    let done = sayso(&url, &["user", "reset-second-factor", "Sam@example.org"]);
    assert!(done.status.success(), "{done:?}");
    is_logged(&done, "second-factor-reset", &sam, "none");
    assert_eq!(mails(&db, "sam@example.org").await, ["Your second factor was reset"]);
    assert!(String::from_utf8_lossy(&done.stdout).contains("sam@example.org is signed out everywhere"), "{done:?}");
    assert!(factors::of_member(reader.conn(), &sam.id).await.unwrap().is_none());
    assert!(factors::recovery_codes(reader.conn(), &sam.id).await.unwrap().is_empty());
    let epoch = store::by_id(reader.conn(), &sam.id).await.unwrap().unwrap().session_epoch;
    assert_eq!(epoch, sam.session_epoch + 1);
}

#[tokio::test]
async fn a_password_that_is_set_on_the_command_line_is_marked_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let add = |role: &str, email: &str| {
        sayso(&url, &["user", "add", "--role", role, "--email", email, "--name", "A", "--country", "IE"])
    };
    let before = sayso::time::system().now();
    for (role, email) in [("support", "sam@example.org"), ("member", "ada@example.org")] {
        let made = add(role, email);
        let said = String::from_utf8_lossy(&made.stdout).into_owned();
        assert!(said.contains("The password is valid until ") && said.contains("They choose their own"), "{made:?}");
    }
    let db = Db::open(&url).await.unwrap();
    let mut reader = db.reader().await.unwrap();
    let mut marked = Vec::new();
    for email in ["sam@example.org", "ada@example.org"] {
        let member = store::by_email(reader.conn(), email).await.unwrap().unwrap();
        let since = store::initial_password::since(reader.conn(), &member.id).await.unwrap().unwrap();
        assert!(since >= before, "{email}");
        marked.push(member);
    }
    let [sam, _] = &marked[..] else { panic!() };

    // They have one of their own, and forget it.
    let mut tx = db.begin().await.unwrap();
    store::change_password(tx.conn(), &sam.id, "own").await.unwrap();
    factors::set_up(tx.conn(), &sam.id, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", 1, UtcMillis(0)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store::initial_password::since(reader.conn(), &sam.id).await.unwrap(), None);
    for (email, password, why) in [
        ("ada@example.org", "gravel umbrella ninety moths", "no staff account has the address"),
        ("nobody@example.org", "gravel umbrella ninety moths", "no staff account has the address"),
        ("sam@example.org", "short", "12 characters"),
    ] {
        let refused = with_password(&url, &["user", "reset-password", email], password);
        assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains(why), "{refused:?}");
    }
    let stolen = folder.path().join("stolen.txt");
    std::fs::write(&stolen, "gravel umbrella ninety moths\n").unwrap();
    let list = ["user", "reset-password", "sam@example.org", "--password-blocklist", stolen.to_str().unwrap()];
    let refused = with_password(&url, &list, "gravel umbrella ninety moths");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("has been stolen from another site"), "{refused:?}");

    let done = with_password(&url, &["user", "reset-password", "Sam@example.org"], "gravel umbrella ninety moths");
    assert!(done.status.success(), "{done:?}");
    is_logged(&done, "initial-password-set", sam, "none");
    assert_eq!(mails(&db, "sam@example.org").await, ["A new password was set for you"]);
    assert!(store::initial_password::since(reader.conn(), &sam.id).await.unwrap().is_some());
    assert!(factors::of_member(reader.conn(), &sam.id).await.unwrap().is_some(), "the second factor is still theirs");
    assert_eq!(store::by_id(reader.conn(), &sam.id).await.unwrap().unwrap().session_epoch, sam.session_epoch + 2);
    let none = with_password(&url, &["user", "reset-password", "sam@example.org"], "");
    assert!(String::from_utf8_lossy(&none.stderr).contains("there is no password on standard input"), "{none:?}");

    assert!(sayso(&url, &["user", "close", "sam@example.org", "--yes"]).status.success());
    let refused = sayso(&url, &["user", "reset-password", "sam@example.org"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("sam@example.org is closed"), "{refused:?}");
}

#[tokio::test]
async fn staff_get_another_role_and_leave_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    for (role, email) in [("support", "sam@example.org"), ("member", "ada@example.org")] {
        let made = sayso(&url, &["user", "add", "--role", role, "--email", email, "--name", "A", "--country", "IE"]);
        assert!(made.status.success(), "{made:?}");
    }
    let db = Db::open(&url).await.unwrap();
    let mut reader = db.reader().await.unwrap();
    let sam = store::by_email(reader.conn(), "sam@example.org").await.unwrap().unwrap();
    let olga =
        ["user", "add", "--role", "privacy_officer", "--email", "olga@example.org", "--name", "O", "--country", "IE"];
    let made = sayso(&url, &olga);
    let olga = store::by_email(reader.conn(), "olga@example.org").await.unwrap().unwrap();
    is_logged(&made, "staff-added", &olga, "privacy_officer");
    let mut tx = db.begin().await.unwrap();
    factors::set_up(tx.conn(), &sam.id, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", 1, UtcMillis(0)).await.unwrap();
    factors::put_recovery_codes(tx.conn(), &sam.id, &["hash".into()], UtcMillis(0)).await.unwrap();
    tx.commit().await.unwrap();

    for args in [
        &["user", "set-role", "--role", "auditor", "ada@example.org"][..],
        &["user", "set-role", "--role", "auditor", "nobody@example.org"],
        &["user", "set-role", "--role", "member", "sam@example.org"],
        &["user", "close", "ada@example.org", "--yes"],
        &["user", "close", "nobody@example.org", "--yes"],
    ] {
        assert!(!sayso(&url, args).status.success(), "{args:?}");
    }
    let ada = store::by_email(reader.conn(), "ada@example.org").await.unwrap().unwrap();
    assert_eq!((ada.role, ada.session_epoch), (Role::Member, 0));
    assert_eq!(store::by_id(reader.conn(), &sam.id).await.unwrap().unwrap().session_epoch, sam.session_epoch);

    let done = sayso(&url, &["user", "set-role", "--role", "auditor", "Sam@example.org"]);
    assert!(String::from_utf8_lossy(&done.stdout).contains("was support and is now auditor"), "{done:?}");
    is_logged(&done, "role-changed", &sam, "auditor");
    assert_eq!(mails(&db, "sam@example.org").await, ["Your role was changed"]);
    let now = store::by_id(reader.conn(), &sam.id).await.unwrap().unwrap();
    assert_eq!((now.role, now.session_epoch), (Role::Auditor, sam.session_epoch + 1));
    assert!(factors::of_member(reader.conn(), &sam.id).await.unwrap().is_some(), "the second factor is still theirs");

    let done = sayso(&url, &["user", "close", "Sam@example.org", "--yes"]);
    assert!(
        done.status.success() && String::from_utf8_lossy(&done.stdout).contains("can no longer sign in"),
        "{done:?}"
    );
    is_logged(&done, "staff-closed", &sam, "none");
    let told = ["Your role was changed", "Your account was closed"];
    assert_eq!(mails(&db, "sam@example.org").await, told);
    // Twice is as good as once.
    assert!(sayso(&url, &["user", "close", "sam@example.org", "--yes"]).status.success());
    assert_eq!(mails(&db, "sam@example.org").await, told);
    let recorded = ["role-changed auditor", "staff-added support", "staff-closed -"];
    assert_eq!(recorded_about(&db, &sam.id).await, recorded);
    let closed = store::by_id(reader.conn(), &sam.id).await.unwrap().unwrap();
    assert_eq!((closed.name, closed.role, closed.session_epoch), (sam.name, Role::Auditor, sam.session_epoch + 2));
    assert!(factors::of_member(reader.conn(), &sam.id).await.unwrap().is_none());
    assert!(factors::recovery_codes(reader.conn(), &sam.id).await.unwrap().is_empty());
    let hash = store::password_hash(reader.conn(), &sam.id).await.unwrap();
    assert!(hash.is_some(), "it is no account whose first password is still to be set");
    let passwords = sayso::account::password::Passwords::default();
    for tried in ["plumb seven otters gladly", "closed", ""] {
        assert!(!passwords.verify(tried.into(), hash.clone(), true).await.unwrap(), "{tried:?} is right");
    }
    assert_eq!(sayso::members::store::without_password(reader.conn(), "sam@example.org").await.unwrap(), None);
    assert_eq!(sayso::members::store::uninvited(reader.conn(), 10).await.unwrap(), []);
}
