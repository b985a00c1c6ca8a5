//! The demonstration's accounts have a password that everybody knows: they end with it.

use crate::harness::{Authenticator, House, PASSWORD};
use crate::stories;
use http::StatusCode;
use sayso::account::model::Role;
use sayso::members::{export::Export, model::Format};
use sayso::server::demo::{self, ACCOUNTS};

/// On a database that the demonstration has filled, with the demonstration on.
async fn demonstration(house: House) -> House {
    let house = house.with_flags(&["--demo"]).await;
    demo::fill(&house.app).await.unwrap();
    house
}

async fn exported(house: &House) -> String {
    let (app, now) = (&house.app, house.app.clock.now());
    let demo = app.config.demo;
    let work = Export { db: &app.db, rules: &app.rules, window_days: 30, now, doubt: false, demo };
    let mut out = Vec::new();
    work.run(Format::Csv, &mut out, |_| ()).await.unwrap();
    String::from_utf8(out).unwrap()
}

stories! {
    async fn without_the_demonstration_none_of_its_accounts_lets_anybody_in(house: House) {
        let house = demonstration(house).await;
        let member = house.signed_in("member@sayso.example").await;
        house.authenticator_of("support@sayso.example", Authenticator::new(demo::SECRET));
        let support = house.signed_in_as("support@sayso.example", Role::Support).await;
        let halfway = house.visitor();
        let answer = house.enter_password(&halfway, "auditor@sayso.example").await;
        assert_eq!(answer.location(), "/sign-in/code");
        // A link that was opened, and one that is still in the mail.
        let opened = house.visitor();
        opened.post("/api/forgot-password", &[("email", "optedout@sayso.example")]).await;
        house.open_link(&opened, "optedout@sayso.example").await.is_page("Set a new password");
        house.visitor().post("/api/forgot-password", &[("email", "eu@sayso.example")]).await;
        let key = crate::objection::mailed(&house, "eu@sayso.example", "/confirm?key=").await;
        assert!(exported(&house).await.contains("member@sayso.example"));

        let house = house.with_flags(&["--base-url", "https://privacy.example"]).await;
        let of = |name: &str, visitor: &crate::harness::Visitor| {
            let cookie = visitor.cookie().unwrap();
            (format!("{name}={cookie}"), house.visitor())
        };
        for (before, path) in [(&member, "/settings/privacy"), (&support, "/support"), (&member, "/account")] {
            let (cookie, now) = of("__Host-sayso", before);
            let answer = now.send(http::Method::GET, path, &[], &[("cookie", &cookie)]).await;
            assert_eq!(answer.status, StatusCode::FOUND, "{path} is open:\n{}", answer.text());
            assert!(answer.location().starts_with("/sign-in"), "{}", answer.location());
        }
        let (cookie, now) = of("__Host-sayso", &halfway);
        let code = Authenticator::new(demo::SECRET).code(house.app.clock.now());
        let answer = now.send(http::Method::POST, "/api/enter-code", &[("code", &code)], &[("cookie", &cookie)]).await;
        answer.refused("Sign in").says("Please enter your password again");
        let (cookie, now) = of("__Host-sayso", &opened);
        let typed = [("password", "plumb-seven-otters-gladly")];
        let answer = now.send(http::Method::POST, "/api/set-new-password", &typed, &[("cookie", &cookie)]).await;
        answer.says("This link has been used");
        let by_mail = house.visitor();
        by_mail.get(&format!("/confirm?key={key}")).await;
        by_mail.get("/confirm").await.says("This link has been used");
        by_mail.post("/api/set-new-password", &typed).await.says("This link has been used");

        for (email, _) in ACCOUNTS {
            let answer = house.enter_password(&house.visitor(), email).await;
            answer.refused("Sign in").says("Incorrect e-mail address or password");
        }
        let mails = |house: &House| {
            let db = house.app.db.clone();
            async move { sayso::mail::store::unsent(db.reader().await.unwrap().conn()).await.unwrap().len() }
        };
        let before = mails(&house).await;
        house.visitor().post("/api/forgot-password", &[("email", "auditor@sayso.example")]).await;
        assert_eq!(mails(&house).await, before, "a link was mailed");
        let out = exported(&house).await;
        assert_eq!(out.lines().count(), 1, "{out}");

        // Others use the same file.
        house.staff("sam@example.org", Role::Support).await;
        house.signed_in_as("sam@example.org", Role::Support).await;
        house.member("ada@example.org", "US").await;
        let out = exported(&house).await;
        assert!(out.contains("ada@example.org") && out.lines().count() == 2, "{out}");

        // With the demonstration again, everything is as it was.
        let house = house.with_flags(&["--demo"]).await;
        house.signed_in("member@sayso.example").await;
        assert_eq!(PASSWORD, demo::PASSWORD);
    }

    async fn without_the_demonstration_its_officers_get_no_case_and_no_mail(house: House) {
        use sayso::support::daily_digest;
        let house = demonstration(house).await;
        let now = house.app.clock.now();
        assert_eq!(daily_digest::send(&house.app.db, 0, "https://x.example", false, now).await.unwrap(), 0);
        assert!(daily_digest::send(&house.app.db, 0, "https://x.example", true, now).await.unwrap() > 0);
        let house = house.with_flags(&[]).await;
        let officer = house.officer().await;
        let queue = officer.get("/support/objections").await;
        let number = queue.between("href=\"/support/objections/OBJ-", "\"");
        let case = officer.get(&format!("/support/objections/OBJ-{number}")).await;
        case.says("Assign to");
        for name in ["Olga Officer", "Otto Officer"] {
            assert!(!case.body.contains(&format!(">{name}</option>")), "{name} can be given a case");
        }
    }
}
