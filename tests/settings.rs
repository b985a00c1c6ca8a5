//! A wrong value stops the start, with the name of the setting and what is accepted. And the
//! documents know the settings that there are.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// The command, without what cargo and our own scripts have in their environment: a start warns of
/// each variable that looks like a setting and is none.
fn sayso() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sayso"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SAYSO_")) {
        command.env_remove(name);
    }
    command
}

fn start_with(variable: &str, value: &str) -> (Option<i32>, String) {
    let output = sayso().arg("serve").env(variable, value).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_wrong_value_is_refused_by_name() {
    for (variable, value) in [
        ("DATABASE_URL", "mysql://ada:secret@host/db"),
        ("SAYSO_ADDR", "localhost"),
        ("SAYSO_BASE_URL", "ftp://example.org"),
        ("SAYSO_BASE_URL", "https://example.org/path"),
        ("SAYSO_DEMO", "maybe"),
        ("SAYSO_NOTICE_WINDOW_DAYS", "soon"),
        ("SAYSO_CHOICES_PER_MINUTE", "-1"),
        ("SAYSO_CHOICES_PER_DAY", "none"),
        ("SAYSO_PROXIES", "9"),
        ("SAYSO_SECURITY_CONTACT", "nobody"),
        ("SAYSO_PLATFORM", " Lovelace"),
        ("SAYSO_PLATFORM", ""),
        ("SAYSO_PRIVACY_POLICY_URL", "javascript:alert(1)"),
        ("SAYSO_PRIVACY_POLICY_URL", "/privacy"),
        ("SAYSO_IMPRINT_URL", "ftp://example.org/imprint"),
        ("SAYSO_IMPRINT_URL", "mailto:ada@example.org"),
        ("SAYSO_POSTAL_ADDRESS", " "),
        ("SAYSO_POSTAL_ADDRESS", "1 Example Street\nDublin"),
        ("SAYSO_PHONE", "ada"),
        ("SAYSO_PHONE", "12"),
        ("SAYSO_CONTACT", "ada"),
        ("SAYSO_CONTACT", "mailto:ada@example.org?subject=x"),
        ("SAYSO_CONTACT", "tel:+353"),
        ("SAYSO_ACCESSIBILITY_URL", "data:text/html,x"),
        ("SAYSO_SIGN_UP", "maybe"),
        ("SAYSO_LOG", "a=b=c"),
        ("SAYSO_LOG_FORMAT", "xml"),
        ("DATABASE_URL_FILE", "/nowhere/secret"),
        ("SAYSO_SMTP_URL_FILE", "/nowhere/secret-of-mail"),
    ] {
        let (code, said) = start_with(variable, value);
        assert_eq!(code, Some(2), "{variable}={value}: {said}");
        assert!(said.starts_with(&format!("sayso: {variable} (--")) && said.contains("accepted: "), "{said}");
        assert!(!said.contains("ada:secret"), "{said}");
    }
}

fn refused(settings: &[(&str, &str)]) -> (Option<i32>, String) {
    let output = sayso().arg("serve").envs(settings.iter().copied()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_secret_comes_from_a_file_or_from_a_variable_and_is_never_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    for (variable, url) in [("DATABASE_URL", "sqlite://x"), ("SAYSO_SMTP_URL", "smtps://mail.example")] {
        let of_file = format!("{variable}_FILE");
        let (code, said) = refused(&[(variable, url), (&of_file, &file("good", url))]);
        assert_eq!(code, Some(2));
        assert!(
            said.contains(variable) && said.contains(&of_file) && said.contains("are both set; accepted: one"),
            "{said}"
        );
        for text in ["", "\n", "smtps://ada:hunter2@mail.example\nsmtps://ada:hunter2@mail.example\n"] {
            let (code, said) = refused(&[(&of_file, &file("bad", text))]);
            assert_eq!(code, Some(2), "{text:?}: {said}");
            assert!(said.starts_with(&format!("sayso: {of_file} (--")) && said.contains("one line"), "{said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
        let (code, said) = refused(&[(&of_file, folder.path().to_str().unwrap())]);
        assert_eq!(code, Some(2), "a folder: {said}");
    }
    let (code, said) = refused(&[("DATABASE_URL_FILE", &file("other", "mysql://ada:hunter2@host/db\n"))]);
    assert_eq!(code, Some(2));
    assert!(said.contains("DATABASE_URL_FILE") && said.contains("accepted: sqlite://PATH"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
    let (code, said) = refused(&[("SAYSO_SMTP_URL_FILE", &file("other", "smtp://ada:hunter2@mail.example?tls=maybe"))]);
    assert_eq!(code, Some(1));
    assert!(said.starts_with("sayso: SAYSO_SMTP_URL_FILE: ") && said.contains("accepted: smtps://"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");

    let url = format!("sqlite://{}/data/sayso.db", folder.path().display());
    for line_end in ["", "\n", "\r\n"] {
        let path = file("database", &format!("{url}{line_end}"));
        let mut migrate = sayso();
        let done = migrate.arg("migrate").env("DATABASE_URL_FILE", path).output().unwrap();
        assert!(done.status.success(), "{done:?}");
        assert!(folder.path().join("data/sayso.db").exists());
        std::fs::remove_dir_all(folder.path().join("data")).unwrap();
    }
}

/// As the file `log.key` is: whoever can read it could sign for the log.
#[test]
fn a_key_of_the_log_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    let key = sayso::log::key::LogKey::make("privacy.example/log").unwrap().secret_text();
    std::fs::write(&file, &key).unwrap();
    let path = file.to_str().unwrap();
    let with_mode = |mode: u32| {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        sayso().args(["config", "check"]).env("SAYSO_LOG_KEY_FILE", path).current_dir(folder.path()).output().unwrap()
    };
    for open in [0o644, 0o604, 0o602] {
        let done = with_mode(open);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2), "{open:o}: {said}");
        assert!(said.starts_with("sayso: SAYSO_LOG_KEY_FILE (--"), "{said}");
        let expected = format!("the key of the log can be read by others: {path}. Run: chmod 600 {path}");
        assert!(said.contains(&expected) && !said.contains(&key), "{said}");
    }
    for closed in [0o600, 0o400, 0o440] {
        let done = with_mode(closed);
        assert!(done.status.success(), "{closed:o}: {done:?}");
    }
}

#[test]
fn rules_that_leave_a_gap_or_name_an_unknown_region_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    for (regions, expected) in [
        ("[\"DE\"]", "there is a gap: no rule for research in Afghanistan (AF)"),
        ("[\"Atlantis\"]", "unknown region \"Atlantis\""),
        ("[\"*\"]", "\"*\" is not a region"),
        ("[\"EU\", \"RE\"]", "Réunion (RE) is not a region by itself"),
    ] {
        let file = folder.path().join("rules.toml");
        let rule = format!(
            "[[rule]]\nid = \"r\"\npurpose = \"research\"\nregions = {regions}\nfrom = \"2024-01-01\"\ndefault = \"opt-in\"\n"
        );
        std::fs::write(&file, rule).unwrap();
        let (code, said) = start_with("SAYSO_RULES", file.to_str().unwrap());
        assert_eq!(code, Some(1));
        assert!(said.contains("SAYSO_RULES") && said.contains(expected), "{said}");
    }
}

#[test]
fn a_list_of_stolen_passwords_that_cannot_be_read_is_refused_by_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stolen.txt");
    for (list, expected) in [
        (&b"1q2w3e4r5t6y7u8i9o\n1q2w3e4r5t6y7u8i\xfc\n"[..], "line 2 is not UTF-8"),
        (
            b"\nA9993E364706816ABA3E25717850C26C9CD0D89D:x\n",
            "line 2 is not a SHA-1, with or without a count; accepted: 40",
        ),
        (b"password\n", "it has no password of 12 characters or more"),
    ] {
        std::fs::write(&file, list).unwrap();
        let (code, said) = start_with("SAYSO_PASSWORD_BLOCKLIST", file.to_str().unwrap());
        assert_eq!(code, Some(1), "{said}");
        let begins = format!("sayso: SAYSO_PASSWORD_BLOCKLIST: cannot read {}: {expected}", file.display());
        assert!(said.starts_with(&begins), "{said}");
        assert!(!said.contains("1q2w3e4r"), "what stands in it is not repeated: {said}");
    }
    let (code, said) = start_with("SAYSO_PASSWORD_BLOCKLIST", "/nowhere/stolen.txt");
    assert_eq!(code, Some(1));
    assert!(said.starts_with("sayso: SAYSO_PASSWORD_BLOCKLIST: cannot read /nowhere/stolen.txt: "), "{said}");
}

/// The passwords of the demonstration are known to everybody.
#[test]
fn the_demonstration_is_served_to_this_machine_alone() {
    let folder = tempfile::tempdir().unwrap();
    for (settings, said) in [
        (&[("SAYSO_BASE_URL", "https://privacy.example")][..], "SAYSO_BASE_URL is https"),
        (&[("SAYSO_BASE_URL", "https://localhost:3000")], "SAYSO_BASE_URL is https"),
        (&[("SAYSO_BASE_URL", "http://privacy.example")], "SAYSO_BASE_URL names a host that others can reach"),
        (&[("SAYSO_ADDR", "0.0.0.0:0")], "SAYSO_ADDR lets other machines in"),
        (&[("SAYSO_ADDR", "[::]:0"), ("SAYSO_BASE_URL", "http://localhost:3000")], "SAYSO_ADDR lets other machines in"),
        (&[("SAYSO_ADDR", "[::ffff:192.0.2.1]:0")], "SAYSO_ADDR lets other machines in"),
    ] {
        let mut start = sayso();
        start.arg("serve").current_dir(folder.path()).env("SAYSO_DEMO", "1").envs(settings.iter().copied());
        let output = start.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{settings:?}: {stderr}");
        assert!(
            stderr.starts_with("sayso: SAYSO_DEMO: everybody knows the passwords") && stderr.contains(said),
            "{stderr}"
        );
    }
    assert!(!folder.path().join("data").exists(), "a database was made");
}

/// Whether this is the name of a variable that is ours.
fn is_setting(word: &str) -> bool {
    let letters = word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    letters && (word.starts_with("SAYSO_") || word.starts_with("DATABASE_URL"))
}

/// The names of variables in a text.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.filter(|word| is_setting(word)).map(str::to_owned).collect()
}

#[test]
fn the_documents_name_the_settings_that_there_are() {
    let help = sayso().args(["serve", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let variable = |part: &str| named(part.split([']', '=']).next().unwrap_or_default());
    let settings: BTreeSet<String> = help.split("[env:").skip(1).flat_map(variable).collect();
    assert!(settings.len() > 20, "{help}");
    let is_file_of_another = |name: &str| name.strip_suffix("_FILE").is_some_and(|of| settings.contains(of));

    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let first_cell = |line: &str| line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name.to_owned());
    let table: BTreeSet<String> = readme.lines().filter_map(first_cell).filter(|name| is_setting(name)).collect();
    let in_help: BTreeSet<String> = settings.iter().filter(|name| !is_file_of_another(name)).cloned().collect();
    assert_eq!(table, in_help, "the table in README.md, and `sayso serve --help`");
    let in_readme = named(&readme);
    let missing: Vec<_> = settings.difference(&in_readme).collect();
    assert!(missing.is_empty(), "README.md does not name {missing:?}");

    for document in std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path()) {
        if document.extension().is_some_and(|ending| ending == "md") {
            let text = std::fs::read_to_string(&document).unwrap();
            let unknown: Vec<_> = named(&text).difference(&settings).cloned().collect();
            assert!(unknown.is_empty(), "{} names {unknown:?}", document.display());
        }
    }
}
