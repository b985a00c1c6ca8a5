//! Everything about a member in one file, which checks without us.

use crate::objection::{CODE, ONE, THREE, TWO, applicant, decide, file, send};
use crate::others_check::{check_py, check_py_refuses_every_change};
use crate::public_log::{key, sequencer};
use crate::stories;
use crate::test_app::TestApp;
use http::{Method, StatusCode};
use sayso::account::model::Role;
use sayso::account::staff_action::{Access, Accessed};
use sayso::account::store as accounts;
use sayso::account::store::staff_actions;
use sayso::log::key::LogKey;
use sayso::time::UtcMillis;
use sayso_verify::archive::split;
use sayso_verify::pack::{About, Files, LONGEST, Manifest, Refused, Verdict, check, check_files, is_pack};
use sayso_verify::policy::Policy;
use sayso_verify::receipt::Trust;
use std::path::Path;

stories![
    a_member_takes_everything_along_and_checks_it,
    what_waits_for_its_leaf_is_in_the_pack_and_said,
    while_older_entries_wait_for_their_leaves_there_is_none,
    nobody_else_gets_it,
    an_officer_takes_a_case_along_and_the_person_sees_it,
    a_case_that_was_added_to_an_account_is_whole,
    an_auditor_gets_the_record_without_a_name_or_a_text,
    nothing_is_taken_along_of_what_is_forgotten,
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
    let (code, said) = check_py(folder.path(), &[]);
    assert!(code == Some(2) && said.contains("Not proved yet"), "{said}");
    let (code, said) = check_py(folder.path(), &["--vkey", &public.to_string()]);
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
        let (code, said) = check_py(folder.path(), &[]);
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
        let (code, said) = check_py(folder.path(), &[]);
        assert!(code == Some(1) && said.contains(name) && said.contains(why), "{said}");
        std::fs::write(folder.path().join(name), files[name]).unwrap();
        std::fs::write(folder.path().join("pack.json"), files["pack.json"]).unwrap();
    }
    // A No that is turned into a Yes, of which pack.json says that the log has not got it yet.
    let choice = files.keys().find(|name| {
        name.ends_with("/entry.json")
            && String::from_utf8_lossy(files[**name]).contains("\"choice\":\"denied\"")
            && !name.starts_with(&format!("entries/{:06}-", entries.len()))
    });
    let choice = *choice.unwrap();
    let proof = choice.replace("entry.json", "entry.tlog-proof");
    let yes = String::from_utf8_lossy(files[choice]).replace("\"denied\"", "\"allowed\"");
    let mut manifest: Manifest = serde_json::from_slice(files["pack.json"]).unwrap();
    let id = serde_json::from_str::<serde_json::Value>(&yes).unwrap()["id"].as_str().unwrap().to_owned();
    manifest.waiting.push(id);
    let manifest = manifest.bytes().unwrap();
    let mut forged = files.clone();
    forged.remove(&*proof);
    forged.insert(choice, yes.as_bytes());
    forged.insert("pack.json", &manifest);
    let refused = check_files(&forged, Some(&Policy::of_log(public.clone()))).unwrap_err().to_string();
    assert!(refused.contains("says was not in the log yet"), "{refused}");
    let forgery = tempfile::tempdir().unwrap();
    extract(&forged, forgery.path());
    let (code, said) = check_py(forgery.path(), &["--vkey", &public.to_string()]);
    assert!(code == Some(1) && said.contains("says was not in the log yet"), "{said}");
    check_py_refuses_every_change(folder.path(), &public.to_string());
    // An entry that is missing.
    let missing = files.keys().find(|name| name.starts_with("entries/000002-")).unwrap();
    std::fs::remove_dir_all(folder.path().join(missing).parent().unwrap()).unwrap();
    let (code, said) = check_py(folder.path(), &[]);
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
    assert!(verdict.to_string().contains("Not proved: the entry"), "{verdict}");
    let public = LogKey::parse(&key()).unwrap().public().clone();
    let verdict = check(&answer.bytes, Some(&Policy::of_log(public.clone()))).unwrap();
    assert_eq!((verdict.trust, verdict.proves()), (Trust::Elsewhere, Trust::TheReceipt));
    let files: Files<'_> = split(&answer.bytes, LONGEST).unwrap().into_iter().collect();
    assert!(String::from_utf8_lossy(files["index.html"]).contains("(not in the public log yet)"));
    let folder = tempfile::tempdir().unwrap();
    extract(&files, folder.path());
    // What computers leave in folders by themselves is nobody's forgery.
    for name in [".DS_Store", "entries/.DS_Store", "entries/desktop.ini"] {
        std::fs::write(folder.path().join(name), b"x").unwrap();
    }
    for args in [vec![], vec!["--vkey".to_owned(), public.to_string()]] {
        let (code, said) = check_py(folder.path(), &args.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(code == Some(2) && said.contains("Not proved: entries/"), "{said}");
    }
}

async fn while_older_entries_wait_for_their_leaves_there_is_none(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    site.tamper("delete from log_queue").await.unwrap();
    ada.press("allowed").await;
    sequencer(&site).catch_up().await.unwrap();
    let answer = ada.get(EVERYTHING).await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "10"));
    assert!(answer.body.contains("The public log does not have all of this yet."));
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

/// What is shown to the member of what staff opened or took along, newest first.
async fn accesses(site: &TestApp, email: &str) -> Vec<Access> {
    let mut reader = site.app.db.reader().await.unwrap();
    let member = accounts::by_email(reader.conn(), email).await.unwrap().unwrap();
    let (from, until) = (UtcMillis(i64::MIN), UtcMillis(i64::MAX));
    staff_actions::accesses_of_member(reader.conn(), &member.id, from, until, 100).await.unwrap()
}

async fn taken(site: &TestApp, email: &str) -> Vec<(Role, Accessed)> {
    let all = accesses(site, email).await.into_iter().map(|access| (access.by, access.what));
    all.filter(|(_, what)| !matches!(what, Accessed::CasePage(_))).collect()
}

fn has(archive: &[u8], wanted: &str) -> bool {
    archive.windows(wanted.len()).any(|some| some == wanted.as_bytes())
}

/// Whether a file of an archive has a name that ends so.
fn named(archive: &[u8], end: &str) -> bool {
    split(archive, LONGEST).unwrap().iter().any(|(name, _)| name.ends_with(end))
}

/// Checks an archive with the key of the site's log, and with Python.
fn verified(archive: &[u8]) -> Verdict {
    let public = LogKey::parse(&key()).unwrap().public().clone();
    let verdict = check(archive, Some(&Policy::of_log(public.clone()))).unwrap();
    assert_eq!(verdict.proves(), Trust::Elsewhere);
    let files: Files<'_> = split(archive, LONGEST).unwrap().into_iter().collect();
    let folder = tempfile::tempdir().unwrap();
    extract(&files, folder.path());
    let (code, said) = check_py(folder.path(), &["--vkey", &public.to_string()]);
    assert_eq!(code, Some(0), "{said}");
    verdict
}

async fn an_officer_takes_a_case_along_and_the_person_sees_it(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("denied").await;
    let (number, other) = (file(&ada, ONE, &["research"]).await, file(&ada, TWO, &["personalisation"]).await);
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("research", "refused", "Zebras need it.")]).await;
    let note = [("case", &*number), ("form", "01a205b3-d000-748f-b26b-c87fa5cb1408"), ("note", "Inside only.")];
    officer.post("/api/add-case-note", &note).await;
    sequencer(&site).catch_up().await.unwrap();
    let file = format!("/support/objections/{number}/everything.zip");
    let page = officer.get(&format!("/support/objections/{number}")).await;
    assert_eq!(page.attribute("#as-file ~ p a[download]", "href"), file);

    // Whoever asks for its head alone has not got it.
    assert_eq!(officer.send(Method::HEAD, &file, &[], &[]).await.header("content-type"), "application/zip");
    assert_eq!(taken(&site, "ada@example.org").await, []);
    let answer = officer.get(&file).await;
    assert!(answer.header("content-disposition").contains(&format!("filename=\"{number}.zip\"")));
    let verdict = verified(&answer.bytes);
    assert_eq!(verdict.manifest.about, About::Case(number.clone()));
    assert!(verdict.texts > 0, "{verdict}");
    for said in ["ada@example.org", "Zebras need it.", "An officer opened this case"] {
        assert!(has(&answer.bytes, said), "{said}");
    }
    assert!(!named(&answer.bytes, "account.json"));
    for hidden in ["Inside only.", &other] {
        assert!(!has(&answer.bytes, hidden), "{hidden}");
    }

    let case = Accessed::Case(number.clone());
    assert_eq!(taken(&site, "ada@example.org").await, [(Role::PrivacyOfficer, case)]);
    ada.get(&format!("/objections/{number}")).await.says("An officer downloaded this case on");
    ada.get("/settings/privacy").await.says(&format!("Our privacy team downloaded your objection {number}"));
    ada.get("/settings/privacy/history").await.says(&format!("Objection {number} downloaded"));
    site.staff("auditor@example.org", Role::Auditor).await;
    let auditor = site.signed_in_as("auditor@example.org", Role::Auditor).await;
    auditor.get("/audit/staff").await.says(&format!("{number}.zip"));
    site.staff("support@example.org", Role::Support).await;
    let support = site.signed_in_as("support@example.org", Role::Support).await;
    for (nobody, status) in [(&ada, 404), (&support, 404), (&auditor, 404)] {
        assert_eq!(nobody.get(&file).await.status.as_u16(), status);
    }
    assert_eq!(site.visitor().get(&file).await.location(), format!("/sign-in?next={file}"));
    for none in ["OBJ-00000000", "x", &number.to_lowercase()] {
        let gone = officer.get(&format!("/support/objections/{none}/everything.zip")).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{none}");
    }
}

async fn a_case_that_was_added_to_an_account_is_whole(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "IE").await;
    let out = site.visitor();
    let mut fields = applicant(THREE, "ada@example.org");
    fields.push(("purposes[]".to_owned(), "research".to_owned()));
    let number = send(&out, &fields).await.filed_number();
    let code = site.mailed("ada@example.org", CODE).await;
    out.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    let key = site.mailed("ada@example.org", &format!("/objections/{number}?key=")).await;
    ada.get(&format!("/objections/{number}?key={key}")).await;
    ada.post("/api/claim-objection", &[("case", &number)]).await;
    sequencer(&site).catch_up().await.unwrap();
    let officer = site.officer().await;
    let answer = officer.get(&format!("/support/objections/{number}/everything.zip")).await;
    let verdict = verified(&answer.bytes);
    let files: Files<'_> = split(&answer.bytes, LONGEST).unwrap().into_iter().collect();
    let entries = files.iter().filter(|(name, _)| name.ends_with("/entry.json"));
    let subjects: std::collections::BTreeSet<String> = entries
        .map(|(_, bytes)| serde_json::from_slice::<serde_json::Value>(bytes).unwrap()["subject"].to_string())
        .collect();
    assert_eq!(subjects.len(), 2, "{verdict}");
}

async fn an_auditor_gets_the_record_without_a_name_or_a_text(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("denied").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("research", "refused", "Zebras need it.")]).await;
    sequencer(&site).catch_up().await.unwrap();
    site.staff("auditor@example.org", Role::Auditor).await;
    let auditor = site.signed_in_as("auditor@example.org", Role::Auditor).await;
    let entries = crate::public_log::all(&site, "ada@example.org").await;
    let subject = entries[0].subject.clone();
    let filed = entries.iter().find(|entry| entry.case.is_some()).unwrap();
    let page = auditor.get(&format!("/audit/ledger/{}", filed.id)).await;
    let (history, case) = (format!("/audit/members/{subject}/record.zip"), format!("/audit/cases/{number}/record.zip"));
    for (link, about) in [(&history, About::History(subject.clone())), (&case, About::Case(number.clone()))] {
        page.attribute(&format!("a[href=\"{link}\"]"), "download");
        let answer = auditor.get(link).await;
        let verdict = verified(&answer.bytes);
        assert_eq!((&verdict.manifest.about, verdict.texts), (&about, 0));
        assert!(!named(&answer.bytes, "account.json") && !named(&answer.bytes, "texts.json"), "{link}");
        for hidden in ["ada@example.org", "Zebras"] {
            assert!(!has(&answer.bytes, hidden), "{link} {hidden}");
        }
        assert!(has(&answer.bytes, "no name, no address and no text"));
        for nobody in [&ada, &officer] {
            assert_eq!(nobody.get(link).await.status, StatusCode::NOT_FOUND);
        }
    }
    let whole = verified(&auditor.get(&history).await.bytes);
    assert_eq!(whole.manifest.entries, entries.len() as u64);
    let [again, one, first] = &taken(&site, "ada@example.org").await[..] else { panic!("three were taken along") };
    let history_by_auditor = (Role::Auditor, Accessed::History);
    assert_eq!((again, first), (&history_by_auditor, &history_by_auditor));
    assert_eq!(one, &(Role::Auditor, Accessed::Case(number.clone())));
    let said = "An auditor downloaded your history, without a name or any text, on";
    ada.get("/settings/privacy").await.says(said);
    ada.get("/settings/privacy/history").await.says("This history downloaded, without a name or any text");
    ada.get(&format!("/objections/{number}")).await.says("An auditor downloaded the record of this case");
    for none in ["/audit/members/x/record.zip", "/audit/cases/OBJ-00000000/record.zip"] {
        assert_eq!(auditor.get(none).await.status, StatusCode::NOT_FOUND, "{none}");
    }
    // Who has no case sees it, too.
    let eve = site.member("eve@example.org", "US").await;
    eve.press("denied").await;
    let hers = crate::public_log::all(&site, "eve@example.org").await[0].subject.clone();
    assert_eq!(auditor.get(&format!("/audit/members/{hers}/record.zip")).await.status, StatusCode::OK);
    eve.get("/settings/privacy").await.says(said);
}

async fn nothing_is_taken_along_of_what_is_forgotten(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("denied").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("research", "refused", "Zebras need it.")]).await;
    sequencer(&site).catch_up().await.unwrap();
    site.staff("auditor@example.org", Role::Auditor).await;
    let auditor = site.signed_in_as("auditor@example.org", Role::Auditor).await;
    let entries = crate::public_log::all(&site, "ada@example.org").await;
    crate::deleted_account::delete(&ada, crate::test_app::PASSWORD).await;
    for gone in
        [format!("/audit/members/{}/record.zip", entries[0].subject), format!("/audit/cases/{number}/record.zip")]
    {
        assert_eq!(auditor.get(&gone).await.status, StatusCode::NOT_FOUND, "{gone}");
    }
    let filed = entries.iter().find(|entry| entry.case.is_some()).unwrap();
    auditor.get(&format!("/audit/ledger/{}", filed.id)).await.does_not_say("Download the record");
    // Nor is anything left to be done with the case.
    let everything = officer.get(&format!("/support/objections/{number}/everything.zip")).await;
    assert_eq!(everything.status, StatusCode::NOT_FOUND);
    let page = officer.get(&format!("/support/objections/{number}")).await;
    page.says("Nothing more can be done with it.");
    assert_eq!(page.count("main form"), 0);
    let note = [("case", &*number), ("form", "01a205b3-d000-748f-b26b-c87fa5cb1408"), ("note", "Zebras.")];
    let refused = officer.post("/api/add-case-note", &note).await;
    refused.says("What was written in this case is erased");
    officer.get(&format!("/support/objections/{number}")).await.says("There are no notes on this case.");
}
