//! The demonstration's accounts have a password that everybody knows: they end with it.

use crate::public_log::sequencer;
use crate::stories;
use crate::test_app::{Authenticator, PASSWORD, TestApp};
use http::StatusCode;
use sayso::account::model::Role;
use sayso::audit::whole::Whole;
use sayso::members::{export::Export, model::Format};
use sayso::serve::demo::{self, ACCOUNTS};

stories![
    without_the_demonstration_none_of_its_accounts_lets_anybody_in,
    without_the_demonstration_its_officers_get_no_case_and_no_mail,
    all_that_it_is_filled_with_verifies,
    the_newest_notice_changes_nobody_s_standing_and_names_the_notice_period,
];

/// On a database that the demonstration has filled, with the demonstration on.
async fn demonstration(site: TestApp) -> TestApp {
    let site = site.with_flags(&["--demo"]).await;
    demo::fill(&site.app).await.unwrap();
    site
}

async fn exported(site: &TestApp) -> String {
    let (app, now) = (&site.app, site.app.clock.now());
    let demo = app.config.demo;
    let work = Export { db: &app.db, rules: &app.rules, window_days: 30, now, doubt: false, demo };
    let mut out = Vec::new();
    work.run(Format::Csv, &mut out, |_| ()).await.unwrap();
    String::from_utf8(out).unwrap()
}

async fn without_the_demonstration_none_of_its_accounts_lets_anybody_in(site: TestApp) {
    let site = demonstration(site).await;
    let member = site.signed_in("member@sayso.example").await;
    site.authenticator_of("support@sayso.example", Authenticator::new(demo::SECRET));
    let support = site.signed_in_as("support@sayso.example", Role::Support).await;
    let halfway = site.visitor();
    let answer = site.enter_password(&halfway, "auditor@sayso.example").await;
    assert_eq!(answer.location(), "/sign-in/code");
    // A link that was opened, and one that is still in the mail.
    let opened = site.visitor();
    opened.post("/api/forgot-password", &[("email", "optedout@sayso.example")]).await;
    site.open_link(&opened, "optedout@sayso.example").await.is_page("Set a new password");
    site.visitor().post("/api/forgot-password", &[("email", "eu@sayso.example")]).await;
    let key = site.mailed("eu@sayso.example", "/confirm?key=").await;
    assert!(exported(&site).await.contains("member@sayso.example"));

    let site = site.with_flags(&["--base-url", "https://privacy.example"]).await;
    let of = |name: &str, visitor: &crate::test_app::TestClient| {
        let cookie = visitor.cookie().unwrap();
        (format!("{name}={cookie}"), site.visitor())
    };
    for (before, path) in [(&member, "/settings/privacy"), (&support, "/support"), (&member, "/account")] {
        let (cookie, now) = of("__Host-sayso", before);
        let answer = now.send(http::Method::GET, path, &[], &[("cookie", &cookie)]).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{path} is open:\n{}", answer.lines());
        assert!(answer.location().starts_with("/sign-in"), "{}", answer.location());
    }
    let (cookie, now) = of("__Host-sayso", &halfway);
    let code = Authenticator::new(demo::SECRET).code(site.app.clock.now());
    let answer = now.send(http::Method::POST, "/api/enter-code", &[("code", &code)], &[("cookie", &cookie)]).await;
    answer.refused("Sign in").says("Please enter your password again");
    let (cookie, now) = of("__Host-sayso", &opened);
    let typed = [("password", "plumb-seven-otters-gladly")];
    let answer = now.send(http::Method::POST, "/api/set-new-password", &typed, &[("cookie", &cookie)]).await;
    answer.says("This link has been used");
    let by_mail = site.visitor();
    by_mail.get(&format!("/confirm?key={key}")).await;
    by_mail.get("/confirm").await.says("This link has been used");
    by_mail.post("/api/set-new-password", &typed).await.says("This link has been used");

    for (email, _) in ACCOUNTS {
        let answer = site.enter_password(&site.visitor(), email).await;
        answer.refused("Sign in").says("Incorrect e-mail address or password");
    }
    let mails = |site: &TestApp| {
        let db = site.app.db.clone();
        async move { sayso::mail::store::unsent(db.reader().await.unwrap().conn()).await.unwrap().len() }
    };
    let before = mails(&site).await;
    site.visitor().post("/api/forgot-password", &[("email", "auditor@sayso.example")]).await;
    assert_eq!(mails(&site).await, before, "a link was mailed");
    let out = exported(&site).await;
    assert_eq!(out.lines().count(), 1, "{out}");

    // Others use the same file.
    site.staff("sam@example.org", Role::Support).await;
    site.signed_in_as("sam@example.org", Role::Support).await;
    site.member("ada@example.org", "US").await;
    let out = exported(&site).await;
    assert!(out.contains("ada@example.org") && out.lines().count() == 2, "{out}");

    // With the demonstration again, everything is as it was.
    let site = site.with_flags(&["--demo"]).await;
    site.signed_in("member@sayso.example").await;
    assert_eq!(PASSWORD, demo::PASSWORD);
}

async fn without_the_demonstration_its_officers_get_no_case_and_no_mail(site: TestApp) {
    use sayso::support::daily_digest;
    let site = demonstration(site).await;
    let now = site.app.clock.now();
    assert_eq!(daily_digest::send(&site.app.db, 0, "https://x.example", false, now).await.unwrap(), 0);
    assert!(daily_digest::send(&site.app.db, 0, "https://x.example", true, now).await.unwrap() > 0);
    let site = site.with_flags(&[]).await;
    let officer = site.officer().await;
    let queue = officer.get("/support/objections").await;
    let case = officer.get(&queue.links("/support/objections/OBJ-")[0]).await;
    case.says("Assign to");
    let officers = case.texts_of("[name=officer] option");
    let listed = |name: &str| officers.iter().any(|officer| officer.starts_with(name));
    assert!(listed("Staff"), "{officers:?}");
    for name in ["Olga Officer", "Otto Officer"] {
        assert!(!listed(name), "{name} can be given a case");
    }
}

async fn all_that_it_is_filled_with_verifies(site: TestApp) {
    let site = demonstration(site).await;
    sequencer(&site).catch_up().await.unwrap();
    let mut whole = Whole::new(site.app.db.clone(), 500);
    while let Some(part) = whole.next().await.unwrap() {
        assert_eq!(part.found, []);
    }
    assert!(whole.counts.made_up > 0, "its past is made up: {:?}", whole.counts);
}

async fn the_newest_notice_changes_nobody_s_standing_and_names_the_notice_period(site: TestApp) {
    let site = site.with_flags(&["--demo", "--notice-window-days", "14"]).await;
    demo::fill(&site.app).await.unwrap();
    for (email, holds) in [
        ("member@sayso.example", "On by default since 2 October 2024. You have not objected."),
        ("optedout@sayso.example", "Off by your choice."),
        ("eu@sayso.example", "On by default since 17 November 2025."),
    ] {
        let tab = site.signed_in(email).await.get("/settings/privacy").await;
        tab.says(holds);
        tab.does_not_say("New: please read this");
    }
    // Whoever joins reads how long it stays off.
    let tab = site.member("ada@example.org", "DE").await.get("/settings/privacy").await;
    tab.says("New: please read this");
    tab.says("until 14 days after we first showed you this notice");
    let published = site.visitor().get("/notices/generative-ai-training/3").await;
    published.says("until 14 days after we first showed you this notice");
}
