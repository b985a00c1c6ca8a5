//! Everything about a member in one file, which checks without us.

use crate::objection::{ONE, file};
use crate::public_log::{key, sequencer};
use crate::stories;
use crate::test_app::TestApp;
use http::StatusCode;
use sayso::log::key::LogKey;
use sayso_verify::archive::split;
use sayso_verify::pack::{Files, LONGEST, Manifest, Refused, Verdict, check, check_files, is_pack};
use sayso_verify::policy::Policy;
use sayso_verify::receipt::Trust;
use std::path::Path;

stories![
    a_member_takes_everything_along_and_checks_it,
    what_waits_for_its_leaf_is_in_the_pack_and_said,
    nobody_else_gets_it,
];

const EVERYTHING: &str = "/settings/privacy/everything.zip";

/// Checks files with some of them changed.
fn with(files: &Files<'_>, changed: &[(&str, &[u8])]) -> Result<Verdict, Refused> {
    let mut files: Files<'_> = files.iter().map(|(name, bytes)| (*name, *bytes)).collect();
    files.extend(changed.iter().copied());
    check_files(&files, None)
}

fn extract(files: &Files<'_>, folder: &Path) {
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// What check.py says in this folder, and its exit code.
fn python(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let interpreter = std::env::var("SAYSO_TEST_PYTHON").expect("scripts/setup stories says where it is");
    let out = std::process::Command::new(interpreter).arg(folder.join("check.py")).args(args).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    (out.status.code(), said)
}

async fn a_member_takes_everything_along_and_checks_it(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("denied").await;
    let case = file(&ada, ONE, &["research"]).await;
    sequencer(&site).catch_up().await.unwrap();
    for page in ["/settings/privacy/history", "/account"] {
        assert_eq!(ada.get(page).await.attribute("a[download]", "href"), EVERYTHING, "{page}");
    }
    let answer = ada.get(EVERYTHING).await;
    assert_eq!(answer.header("content-type"), "application/zip");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.header("content-disposition").starts_with("attachment; filename=\"sayso-20"));
    let archive = &answer.bytes[..];
    assert!(is_pack(archive));

    let public = LogKey::parse(&key()).unwrap().public().clone();
    let verdict = check(archive, Some(&Policy::of_log(public.clone()))).unwrap();
    assert_eq!((verdict.trust, verdict.manifest.waiting.len()), (Trust::Elsewhere, 0));
    let entries = crate::public_log::all(&site, "ada@example.org").await;
    assert_eq!(verdict.manifest.entries, entries.len() as u64);
    assert!(verdict.texts > 0, "{verdict}");
    assert_eq!(check(archive, None).unwrap().trust, Trust::TheReceipt);

    let files: Files<'_> = split(archive, LONGEST).unwrap().into_iter().collect();
    let index = std::str::from_utf8(files["index.html"]).unwrap();
    for said in ["ada@example.org", "Ireland", &case, "You turned it off", "You filed this objection"] {
        assert!(index.contains(said), "{said}");
    }
    for fetched in ["<script", "<link", "<img", "src=", "http:", "url("] {
        assert!(!index.contains(fetched), "{fetched}");
    }
    let texts = format!("cases/{case}/texts.json");
    let written = String::from_utf8(files[texts.as_str()].to_vec()).unwrap();
    let notice = *files.keys().find(|name| name.starts_with("notices/")).unwrap();

    // Python says the same, of what is right and of what is not.
    let folder = tempfile::tempdir().unwrap();
    extract(&files, folder.path());
    let (code, said) = python(folder.path(), &[]);
    assert!(code == Some(2) && said.contains("Not proved yet"), "{said}");
    let (code, said) = python(folder.path(), &["--vkey", &public.to_string()]);
    assert!(code == Some(0) && said.contains("Proved, by the keys"), "{said}");
    let mut forged: Vec<(&str, Vec<u8>)> = files
        .iter()
        .filter(|(name, _)| **name != "pack.json")
        .map(|(name, bytes)| {
            let mut bytes = bytes.to_vec();
            let at = bytes.len() / 2;
            bytes[at] ^= 1;
            (*name, bytes)
        })
        .collect();
    // It checks itself as little as any program can.
    forged.retain(|(name, _)| *name != "check.py");
    for (name, bytes) in &forged {
        assert!(with(&files, &[(name, bytes)]).is_err(), "{name}");
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let (code, said) = python(folder.path(), &[]);
        assert!(code == Some(1) && said.contains("Refused:"), "{name}: {said}");
        std::fs::write(folder.path().join(name), files[name]).unwrap();
    }

    // Whoever lists the files again has to have the words and the notice that the entries name.
    let word = written.replacen("\"text\": \"", "\"text\": \"never ", 1);
    assert_ne!(word, written);
    for (name, bytes, why) in [
        (texts.as_str(), word.as_bytes(), "has a text that is not the one in the entries"),
        (notice, b"Nothing.\n", "is not the text that an entry names"),
    ] {
        let mut manifest: Manifest = serde_json::from_slice(files["pack.json"]).unwrap();
        manifest.files.insert(name.into(), sayso_verify::pack::sha256(bytes));
        let manifest = manifest.bytes().unwrap();
        let refused = with(&files, &[(name, bytes), ("pack.json", &manifest)]).unwrap_err().to_string();
        assert!(refused.contains(name) && refused.contains(why), "{refused}");
        std::fs::write(folder.path().join(name), bytes).unwrap();
        std::fs::write(folder.path().join("pack.json"), &manifest).unwrap();
        let (code, said) = python(folder.path(), &[]);
        assert!(code == Some(1) && said.contains(name) && said.contains(why), "{said}");
        std::fs::write(folder.path().join(name), files[name]).unwrap();
        std::fs::write(folder.path().join("pack.json"), files["pack.json"]).unwrap();
    }
    // An entry that is missing.
    let missing = files.keys().find(|name| name.starts_with("entries/000002-")).unwrap();
    std::fs::remove_dir_all(folder.path().join(missing).parent().unwrap()).unwrap();
    let (code, said) = python(folder.path(), &[]);
    assert!(code == Some(1) && said.contains("entries/000002 is missing"), "{said}");
}

async fn what_waits_for_its_leaf_is_in_the_pack_and_said(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    sequencer(&site).catch_up().await.unwrap();
    ada.press("denied").await;
    let answer = ada.get(EVERYTHING).await;
    let verdict = check(&answer.bytes, None).unwrap();
    assert!(!verdict.manifest.waiting.is_empty());
    assert!(verdict.to_string().contains("not in the log yet"), "{verdict}");
    let files: Files<'_> = split(&answer.bytes, LONGEST).unwrap().into_iter().collect();
    assert!(String::from_utf8_lossy(files["index.html"]).contains("(not in the public log yet)"));
    let folder = tempfile::tempdir().unwrap();
    extract(&files, folder.path());
    assert_eq!(python(folder.path(), &[]).0, Some(2));
}

async fn nobody_else_gets_it(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    let eve = site.member("eve@example.org", "US").await;
    sequencer(&site).catch_up().await.unwrap();
    let to = site.visitor().get(EVERYTHING).await;
    assert_eq!(
        (to.status, to.location()),
        (StatusCode::FOUND, "/sign-in?next=/settings/privacy/everything.zip".into())
    );
    let hers = eve.get(EVERYTHING).await.bytes;
    let ada = crate::public_log::all(&site, "ada@example.org").await[0].subject.clone();
    let has = |wanted: &str| hers.windows(wanted.len()).any(|some| some == wanted.as_bytes());
    assert!(has("eve@example.org") && !has("ada@example.org") && !has(&ada));
}
