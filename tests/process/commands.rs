//! What is handed to commands is looked at as what is typed into forms is.

use crate::server::bare_command;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

fn sayso(folder: &Path, args: &[&str], input: &[u8]) -> Output {
    let url = format!("sqlite://{}/sayso.db", folder.display());
    let mut command = bare_command();
    command.args(args).env("DATABASE_URL", url).current_dir(folder);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn publish(folder: &Path, version: &str, text: &[u8], more: &[&str]) -> Output {
    std::fs::write(folder.join("notice.txt"), text).unwrap();
    let args = ["notice", "publish", "notice.txt", "--purpose", "generative-ai-training", "--effective", "2999-01-01"];
    sayso(folder, &[&args[..], &["--yes", "--notice-version", version], more].concat(), b"")
}

#[tokio::test]
async fn a_notice_is_published_without_what_nobody_sees() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let saved = "\u{feff}What we do\r\n\r\nThe words.  \r\n\r\n".as_bytes();
    let dry = said(&publish(folder, "1", saved, &["--dry-run"]));
    assert!(!folder.join("sayso.db").exists(), "a dry run makes no database");
    // printf 'What we do\n\nThe words.\n' | sha256sum
    let sha256 = sayso::ledger::entry::sha256_hex(b"What we do\n\nThe words.\n");
    for part in
        ["Title:     What we do\n", "from 1 January 2999, 00:00 UTC\n", &sha256, "\nWhat we do\n\nThe words.\n---"]
    {
        assert!(dry.contains(part), "{part}: {dry}");
    }
    assert!(dry.contains("Nothing was published."), "{dry}");
    for (text, why) in [
        ("T\n\nB\u{200b}".as_bytes(), "notice.txt: line 3 has U+200B, which is invisible"),
        (b"T\n\nM\xfcller", "notice.txt: line 3 is not UTF-8"),
        (b"\xff\xfeT\0\n\0", "notice.txt: this is UTF-16"),
        (b"T\n\nB\x07", "notice.txt: line 3 has U+0007, a control character"),
        (b"\xef\xbb\xbf\r\n", "notice.txt: the first line is the title"),
        (&[b'x'; 200_000], "notice.txt: it is longer than"),
    ] {
        for more in [&["--dry-run"][..], &[]] {
            let said = refused(&publish(folder, "1", text, more));
            assert!(said.contains(why), "{why}: {said}");
        }
    }
    assert!(!folder.join("sayso.db").exists(), "nothing that is refused makes one");

    let done = said(&publish(folder, "1", saved, &[]));
    assert!(done.starts_with("Published generative-ai-training 1 (en)") && done.contains(&sha256), "{done}");
    let db = sayso::db::Db::open(&format!("sqlite://{}/sayso.db", folder.display())).await.unwrap();
    let sayso::db::Db::Sqlite { read, .. } = &db else { unreachable!() };
    let stood: Vec<(String, String, String)> =
        sqlx::query_as("select title, body, sha256 from notices").fetch_all(read).await.unwrap();
    assert_eq!(stood, [("What we do".into(), "The words.".into(), sha256)]);
    // The same again, and what could follow.
    assert!(refused(&publish(folder, "1", saved, &["--dry-run"])).contains("is already published"));
    assert!(said(&publish(folder, "2", saved, &["--dry-run"])).contains("You can publish this version"));
    for more in [&["--dry-run"][..], &[]] {
        let skips = refused(&publish(folder, "3", saved, more));
        assert!(skips.contains("version 3 would skip 2; the newest published one is 1"), "{skips}");
        let args = ["notice", "publish", "notice.txt", "--purpose", "research", "--notice-version", "1", "--yes"];
        let past = [&args[..], &["--effective", "2024-09-18"], more].concat();
        let past = refused(&sayso(folder, &past, b""));
        assert!(past.contains("--effective: it would be in force from 18 September 2024, which is more"), "{past}");
    }
    let count: i64 = sqlx::query_scalar("select count(*) from notices").fetch_one(read).await.unwrap();
    assert_eq!(count, 1);
}

#[test]
fn an_account_is_made_by_the_rules_of_the_form() {
    let folder = tempfile::tempdir().unwrap();
    let add = |email: &str, name: &str, country: &str, password: &[u8]| {
        let who = ["user", "add", "--role", "support", "--email", email, "--name", name, "--country", country];
        sayso(folder.path(), &who, password)
    };
    let good = &b"plumb seven otters gladly\n"[..];
    for (email, name, country, password, why) in [
        ("ada", "Ada", "IE", good, "an e-mail address"),
        ("ada@example.org", "\u{200b}", "IE", good, "Please enter your name"),
        ("ada@example.org", "A\u{202e}da", "IE", good, "leave out control characters"),
        ("ada@example.org", "Ada", "Ireland", good, "ISO 3166-1"),
        ("ada@example.org", "Ada", "IE", b"short\n", "12 characters"),
        ("ada@example.org", "Ada", "IE", b"plumb seven\totters gladly\n", "control characters"),
        ("ada@example.org", "Ada", "IE", b"plumb seven \xfctters gladly\n", "not UTF-8"),
        // Easy to guess for whoever knows the address.
        ("xqzvkwjpfhgm@example.org", "Ada", "IE", b"xqzvkwjpfhgm@example.org\n", "made of your name or your e-mail"),
    ] {
        let said = refused(&add(email, name, country, password));
        assert!(said.contains(why), "{why}: {said}");
    }
    let marked = refused(&add("ada@example.org", "Ada", "IE", b"\xef\xbb\xbf\n"));
    assert!(marked.contains("there is no password on standard input"), "a mark alone is no password: {marked}");
    let made = said(&add("eve@example.org", "Eve", "IE", good));
    assert!(made.starts_with("Created eve@example.org (support).\nThe password is valid until "), "{made}");
}

#[test]
fn a_rules_file_is_told_by_what_is_wrong_with_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    said(&sayso(folder.path(), &["migrate"], b""));
    let with = |bytes: &[u8]| {
        std::fs::write(folder.path().join("rules.toml"), bytes).unwrap();
        sayso(folder.path(), &["members", "export", "out.csv", "--dry-run", "--rules", "rules.toml"], b"")
    };
    let built_in = sayso::consent::rules::BUILT_IN.as_bytes();
    said(&with(&[b"\xef\xbb\xbf", built_in].concat()));
    for (bytes, why) in [(&b"\xff\xfe#\0"[..], "this is UTF-16"), (b"# a\n# \xfc", "line 2 is not UTF-8")] {
        let said = refused(&with(bytes));
        assert!(said.contains("SAYSO_RULES: cannot read rules.toml: ") && said.contains(why), "{said}");
    }
}
