//! A wrong value stops the start, with the name of the setting and what is accepted.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::process::Command;

fn start_with(variable: &str, value: &str) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sayso")).arg("serve").env(variable, value).output().unwrap();
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
        ("SAYSO_LOG", "a=b=c"),
        ("SAYSO_LOG_FORMAT", "xml"),
    ] {
        let (code, said) = start_with(variable, value);
        assert_eq!(code, Some(2), "{variable}={value}: {said}");
        assert!(said.starts_with(&format!("sayso: {variable} (--")) && said.contains("accepted: "), "{said}");
        assert!(!said.contains("secret"), "{said}");
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
