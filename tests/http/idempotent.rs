//! Every form pressed twice: the second press finds what the first did, says the same, and does
//! nothing.

use crate::objection::{CODE, ONE, TWO, act, file, stored, unverified};
use crate::stories;
use crate::test_app::{Answer, Authenticator, PASSWORD, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::Role;
use sayso::db::Db;
use std::collections::BTreeSet;
use std::sync::Mutex;

stories![every_form_may_be_pressed_twice, what_somebody_else_did_first_is_told,];

const NEXT: &str = "plumb seven otters gladly";
const SUPPORT: &str = "support@example.org";

/// Functions that change nothing, or are told elsewhere, with the reason.
const ELSEWHERE: [(&str, &str); 14] = [
    ("/api/case-revision", "it only reads"),
    ("/api/delete-account", "told in deleted_account.rs, which presses it twice"),
    ("/api/show-sign-in", "it only shows a page, told in forms.rs"),
    ("/api/show-sign-up", "it only shows a page, told in forms.rs"),
    ("/api/show-objection", "it only shows a page, told in forms.rs"),
    ("/api/insert-template", "it only fills in a form, told in objection/templates.rs"),
    ("/api/sign-in-to-object", "it only shows a page, told in forms.rs"),
    ("/api/page-state", "it only reads"),
    ("/api/preview-decision", "it only reads"),
    ("/api/queue-changes", "it only reads"),
    ("/api/verification-progress", "it only reads"),
    ("/api/verify-record", "told in audit/verifying.rs, which presses it twice"),
    ("/api/work-on-objections", "told in queue_together.rs, which presses it twice"),
    ("/api/notice-shown", "no form: the script of a page sends it, told in choice.rs"),
];

/// The forms that this story has pressed twice.
struct Pressed<'a> {
    site: &'a TestApp,
    done: Mutex<BTreeSet<String>>,
}

impl<'a> Pressed<'a> {
    fn new(site: &'a TestApp) -> Self {
        Self { site, done: Mutex::default() }
    }

    /// How many rows there are of what a form can add: entries, mails, cases, their steps,
    /// assignments, members.
    async fn rows(&self) -> Vec<i64> {
        let mut rows = Vec::new();
        for table in [
            "entries",
            // Those that are to somebody.
            "outbox where to_address is not null",
            "cases",
            "case_steps",
            "case_assignments",
            "text_templates",
            "case_notes",
            "looks",
            "members",
            "welcome_links",
            "mailed_links",
            "sign_ups",
        ] {
            let sql = format!("select count(*) from {table}");
            rows.push(match &self.site.app.db {
                Db::Sqlite { read, .. } => sqlx::query_scalar(sayso::db::built(&sql)).fetch_one(read).await.unwrap(),
                Db::Postgres { pool, .. } => sqlx::query_scalar(sayso::db::built(&sql)).fetch_one(pool).await.unwrap(),
            });
        }
        rows
    }

    /// Presses a form twice, one press after the other, and reads the page that each has led to.
    async fn twice(&self, who: &TestClient, function: &str, fields: &[(&str, &str)]) -> Answer {
        let path = format!("/api/{function}");
        let mut pages = Vec::new();
        let mut rows = Vec::new();
        for press in ["first", "second"] {
            let answer = who.post(&path, fields).await;
            assert_eq!(answer.status, StatusCode::FOUND, "{function}, {press}:\n{}", answer.lines());
            let to = answer.location();
            let page = who.get(to.split('#').next().unwrap()).await;
            assert_eq!(page.status, StatusCode::OK, "{function}, {press}: {to}");
            rows.push(self.rows().await);
            pages.push((to, page));
        }
        let (second, first) = (pages.pop().unwrap(), pages.pop().unwrap());
        assert_eq!(second.0, first.0, "{function} leads elsewhere");
        assert_eq!(second.1.text(), first.1.text(), "{function} says something else");
        assert_eq!(rows[1], rows[0], "{function} does it again");
        self.done.lock().unwrap().insert(path);
        second.1
    }

    /// The same by an officer on a case, with the revision that the page was loaded with.
    async fn twice_on(&self, officer: &TestClient, function: &str, case: &str, more: &[(&str, &str)]) -> Answer {
        let revision = stored(self.site, case).await.revision.to_string();
        self.twice(officer, function, &[&[("case", case), ("revision", &revision)], more].concat()).await
    }
}

/// What the authenticator of the support shows now.
fn shown(site: &TestApp) -> String {
    site.authenticator(SUPPORT, |a| a.code(site.app.clock.now()))
}

async fn member_id(site: &TestApp, email: &str) -> String {
    let mut reader = site.app.db.reader().await.unwrap();
    sayso::account::store::by_email(reader.conn(), email).await.unwrap().unwrap().id
}

async fn members_forms(pressed: &Pressed<'_>) {
    let site = pressed.site;
    let ada = site.member("ada@example.org", "US").await;
    let seen = ada.get("/settings/privacy").await.seen();
    pressed.twice(&ada, "set-ai-training", &[("wanted", "denied"), ("seen", &seen)]).await.says("Off by your choice.");
    let sign_in = [("email", "ada@example.org"), ("password", PASSWORD), ("next", "/account")];
    pressed.twice(&ada, "sign-in", &sign_in).await.is_page("Account");
    let change = [("current", PASSWORD), ("password", NEXT)];
    pressed.twice(&ada, "change-password", &change).await.says("Your password has been changed");
    // The second press has not made it a third one.
    let sign_in = [("email", "ada@example.org"), ("password", NEXT), ("next", "/account")];
    assert_eq!(ada.post("/api/sign-in", &sign_in).await.location(), "/account");
    pressed.twice(&ada, "sign-out", &[]).await.is_page("You are signed out");
    site.pass(60_000);
}

async fn forms_around_mailed_links(pressed: &Pressed<'_>) {
    let site = pressed.site;
    let (email, new) = ("gil@example.org", "gil@new.example");
    let gil = site.visitor();
    let typed = [("name", "Gil"), ("email", email), ("country", "US"), ("password", PASSWORD)];
    pressed.twice(&gil, "sign-up", &typed).await.says("We have sent an e-mail to gil@example.org.");
    site.open_link(&gil, email).await;
    pressed.twice(&gil, "confirm", &[]).await.is_page("Data privacy");
    let details = [("name", "Gil King"), ("country", "FR")];
    pressed.twice(&gil, "change-details", &details).await.says("Saved.");
    // The mails are told apart by their time.
    site.pass(1_000);
    site.tamper("update members set address_proved_at = null where email = 'gil@example.org'").await.unwrap();
    pressed.twice(&gil, "send-address-link", &[]).await.says("We have sent you an e-mail.");
    site.open_link(&gil, email).await;
    pressed.twice(&gil, "confirm", &[]).await.says("Your e-mail address is confirmed.");
    site.pass(1_000);
    let change = [("email", new), ("present", PASSWORD)];
    pressed.twice(&gil, "change-address", &change).await.says("We have sent an e-mail to the new address.");
    site.open_link(&gil, new).await;
    pressed.twice(&gil, "confirm", &[]).await.says(new);
    site.pass(1_000);
    let elsewhere = site.visitor();
    pressed.twice(&elsewhere, "forgot-password", &[("email", new)]).await.says("an e-mail with a link is on its way");
    site.open_link(&elsewhere, new).await;
    pressed.twice(&elsewhere, "set-new-password", &[("password", NEXT)]).await.is_page("Data privacy");
    pressed.twice(&elsewhere, "dismiss-notice", &[("shown", "1.en")]).await.is_page("Data privacy");
    // Where one is signed in.
    let sign_in = [("email", new), ("password", NEXT)];
    for _ in 0..2 {
        site.visitor().post("/api/sign-in", &sign_in).await;
    }
    let session = elsewhere.get("/account").await.fields("session").remove(0);
    pressed.twice(&elsewhere, "end-session", &[("session", &session)]).await.is_page("Account");
    pressed.twice(&elsewhere, "end-other-sessions", &[]).await.is_page("Account");
    site.pass(60_000);
}

async fn objections_forms(pressed: &Pressed<'_>) {
    let site = pressed.site;
    let ben = site.member("ben@example.org", "IE").await;
    let member = ben.get("/objection").await.field("member");
    let form = [
        ("form", ONE),
        ("member", member.as_str()),
        ("purposes[]", "research"),
        ("mode", "object"),
        ("language", "en"),
    ];
    let page = pressed.twice(&ben, "submit-objection", &form).await;
    page.says("We have your objection.");
    let case = page.text_of("h1").replace("Objection ", "");
    let add = [("case", case.as_str()), ("text", "One thing more.")];
    pressed.twice(&ben, "add-to-objection", &add).await.says("We have added this to your objection.");
    let officer = site.another_officer().await;
    act(&officer, site, "ask-person", &case, &[("question", "Which posts do you mean?")]).await;
    let reply = [("case", case.as_str()), ("question", "1"), ("reply", "All of them.")];
    pressed.twice(&ben, "reply-to-question", &reply).await.says("We have your reply.");
    pressed.twice(&ben, "withdraw-objection", &[("case", &case)]).await.says("You have withdrawn your objection.");
    // Without an account: the code, and then the account with the same address.
    let cat = site.visitor();
    let number = unverified(&cat, TWO, "cat@example.org").await;
    let again = [("case", number.as_str()), ("email", "cat@example.org")];
    site.pass(60_000);
    pressed.twice(&cat, "send-objection-again", &again).await.says("an e-mail is on its way");
    let wrong = site.visitor();
    let typo = unverified(&wrong, "0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ad008", "cta@example.org").await;
    let corrected = [("case", typo.as_str()), ("email", "cat2@example.org")];
    pressed.twice(&wrong, "correct-objection-address", &corrected).await.says("Your code goes to cat2@example.org.");
    let code = site.mailed("cat@example.org", CODE).await;
    let verify = [("case", number.as_str()), ("code", code.as_str())];
    pressed.twice(&cat, "verify-objection", &verify).await.says("We have your objection.");
    pressed
        .twice(&cat, "close-objection-links", &[("case", &number)])
        .await
        .says("All links and codes that we e-mailed are closed");
    let links = [("address", "cat@example.org")];
    pressed.twice(&cat, "send-objection-links", &links).await.says("we have sent links to them.");
    site.pass(60_000);
    cat.post("/api/send-objection-again", &again).await;
    let key = site.mailed("cat@example.org", &format!("/objections/{number}?key=")).await;
    pressed.twice(&cat, "leave-objection", &[("case", &number)]).await.says("The objection is closed in this browser.");
    let account = site.member("cat@example.org", "IE").await;
    account.get(&format!("/objections/{number}?key={key}")).await;
    pressed
        .twice(&account, "claim-objection", &[("case", &number)])
        .await
        .says("The objection is in your account now.");
}

async fn officers_forms(pressed: &Pressed<'_>) {
    let site = pressed.site;
    let dan = site.member("dan@example.org", "IE").await;
    let officer = site.officer().await;
    let id = member_id(site, "officer@example.org").await;
    let refused = [
        ("rulings[0][purpose]", "research"),
        ("rulings[0][outcome]", "refused"),
        ("rulings[0][grounds]", "We need it."),
    ];
    let upheld = [("rulings[0][purpose]", "personalisation"), ("rulings[0][outcome]", "upheld")];
    let form = |n: u32| format!("00000000-0000-4000-8000-{n:012}");
    let case = file(&dan, &form(1), &["research"]).await;
    pressed.twice_on(&officer, "assign-objection", &case, &[("officer", &id)]).await.says("The assignment is saved.");
    pressed.twice_on(&officer, "review-objection", &case, &[]).await.says("The case is yours.");
    let note = [("form", TWO), ("note", "She called.")];
    pressed.twice_on(&officer, "add-case-note", &case, &note).await.says("The note is added.");
    let more = [("months", "1"), ("reason", "Many letters.")];
    pressed.twice_on(&officer, "extend-objection", &case, &more).await.says("The deadline is extended");
    pressed.twice_on(&officer, "decide-objection", &case, &refused).await.says("once a second officer has agreed");
    let second = site.another_officer().await;
    pressed
        .twice_on(&second, "return-decision", &case, &[("why", "Too short.")])
        .await
        .says("The answer was not sent.");
    pressed.twice_on(&officer, "decide-objection", &case, &refused).await.says("once a second officer has agreed");
    pressed.twice_on(&second, "agree-to-decision", &case, &[]).await.says("You agreed.");
    let complaint = [("case", case.as_str()), ("text", "I do not agree.")];
    pressed.twice(&dan, "complain-about-objection", &complaint).await.says("We have your complaint.");
    let after_all = [("rulings[0][purpose]", "research"), ("rulings[0][outcome]", "upheld")];
    pressed
        .twice_on(&officer, "decide-objection", &case, &after_all)
        .await
        .says("The answer is stored and on its way.");
    pressed.twice_on(&officer, "close-objection", &case, &[]).await.says("The case is closed.");
    let case = file(&dan, &form(2), &["personalisation"]).await;
    act(&officer, site, "review-objection", &case, &[]).await;
    pressed.twice_on(&officer, "decide-objection", &case, &upheld).await.says("The answer is stored and on its way.");
    let complaint = [("case", case.as_str()), ("text", "It took too long.")];
    pressed.twice(&dan, "complain-about-objection", &complaint).await.says("We have your complaint.");
    pressed
        .twice_on(&officer, "answer-complaint", &case, &[("text", "We have looked again.")])
        .await
        .says("is on its way");
    pressed.twice_on(&officer, "close-objection", &case, &[]).await.says("The case is closed.");
    let complaint = [("came", "phone"), ("received", "2026-11-23"), ("words", "officer"), ("complaint", "It hurts.")];
    pressed.twice_on(&officer, "record-complaint", &case, &complaint).await.says("The complaint is recorded.");
    let recording = crate::objection::recording("fritz@example.org", &["research"]);
    let page = pressed.twice(&officer, "record-objection", &recording).await;
    page.says("The objection is recorded.");
    let recorded = page.text_of("h1").replace("Case ", "");
    let corrected = [("email", "franz@example.org")];
    pressed
        .twice_on(&officer, "correct-recorded-address", &recorded, &corrected)
        .await
        .says("The address is corrected.");
    // Whoever it goes to now says that it is not theirs.
    let franz = site.visitor();
    site.pass(1_000);
    let key = site.mailed("franz@example.org", &format!("/objections/{recorded}?key=")).await;
    franz.get(&format!("/objections/{recorded}?key={key}")).await;
    pressed.twice(&franz, "disown-objection", &[("case", &recorded)]).await.says("Thank you for telling us.");
    let one = file(&dan, &form(3), &["inferences"]).await;
    pressed
        .twice_on(&officer, "ask-person", &one, &[("question", "Which of them do you mean?")])
        .await
        .says("We have sent your question to the person.");
    site.pass(3_600_001);
    site.sign_in(&officer, "officer@example.org", Role::PrivacyOfficer).await;
    let two = file(&dan, &form(4), &["inferences"]).await;
    pressed
        .twice_on(&officer, "mark-duplicate-objection", &two, &[("of", &one)])
        .await
        .says("The case continues under");
    pressed
        .twice_on(&officer, "reopen-objection", &two, &[("why_again", "They are not the same.")])
        .await
        .says("The case is open again");
    let id = form(5);
    let template =
        [("template", &*id), ("kind", "extension"), ("language", "en"), ("title", "More"), ("text", "Many.")];
    pressed.twice(&officer, "save-template", &template).await.says("The template is saved.");
    let retired = [("template", &*id), ("seen", "1")];
    pressed.twice(&officer, "retire-template", &retired).await.says("The template is retired.");
}

async fn staffs_forms(pressed: &Pressed<'_>) {
    let site = pressed.site;
    site.member("eve@example.org", "IE").await;
    site.staff(SUPPORT, Role::Support).await;
    let sam = site.visitor();
    // Each press begins with a secret of its own; what counts is the one that the page shows.
    let sign_in = [("email", SUPPORT), ("password", PASSWORD), ("next", "/support")];
    for _ in 0..2 {
        assert_eq!(sam.post("/api/sign-in", &sign_in).await.location(), "/sign-in/second-factor");
    }
    // As the page has it: where one wanted to go travels with the form.
    let page = sam.get("/sign-in/second-factor").await;
    assert_eq!(page.field("next"), "/support");
    let key = page.authenticator_key();
    let code = Authenticator::new(&key).code(site.app.clock.now());
    let form = [("code", code.as_str()), ("next", "/support")];
    let first = sam.post("/api/set-up-second-factor", &form).await;
    let second = sam.post("/api/set-up-second-factor", &form).await;
    assert_eq!((first.status, first.location()), (second.status, second.location()), "{}", second.lines());
    let page = sam.get(&second.location()).await;
    assert_eq!(page.recovery_codes().len(), 10, "the codes of the first press are shown");
    pressed.done.lock().unwrap().insert("/api/set-up-second-factor".into());
    site.authenticator_of(SUPPORT, Authenticator::new(&key));

    site.pass(30_000);
    assert_eq!(site.enter_password(&sam, SUPPORT).await.location(), "/sign-in/code");
    let page = sam.get("/sign-in/code").await;
    assert_eq!(page.field("next"), "/support");
    let code = shown(site);
    pressed.twice(&sam, "enter-code", &[("code", &code), ("next", "/support")]).await.is_page("Members");

    let id = member_id(site, "eve@example.org").await;
    let look = [("member", id.as_str()), ("reason", "asked"), ("text", "She called.")];
    pressed.twice(&sam, "look-at-member", &look).await.is_page("What a member sees");
    pressed
        .twice(&sam, "unmask-address", &[("member", &id)])
        .await
        .says("You can now see the full address, and we have recorded that.");

    site.pass(30_000);
    let code = shown(site);
    let proof = [("proof", code.as_str())];
    let first = sam.post("/api/make-recovery-codes", &proof).await;
    let second = sam.post("/api/make-recovery-codes", &proof).await;
    assert_eq!((first.status, first.location()), (second.status, second.location()), "{}", second.lines());
    assert_eq!(sam.get(&second.location()).await.recovery_codes().len(), 10, "those that the first press has made");
    pressed.done.lock().unwrap().insert("/api/make-recovery-codes".into());

    site.pass(30_000);
    let code = shown(site);
    let page = pressed.twice(&sam, "change-authenticator", &[("code", &code)]).await;
    let key = page.authenticator_key();
    let new = Authenticator::new(&key);
    let code = new.code(site.app.clock.now());
    pressed.twice(&sam, "confirm-authenticator", &[("code", &code)]).await.says("use the codes of the new app");
}

async fn forms_of_ones_own_password(pressed: &Pressed<'_>) {
    let site = pressed.site;
    for (email, role, next, page) in [
        ("kim@example.org", Role::Support, "/support", "Set up your second factor"),
        ("lou@example.org", Role::Member, "/account", "Account"),
    ] {
        site.added(email, role).await;
        let somebody = site.visitor();
        let sign_in = [("email", email), ("password", PASSWORD), ("next", next)];
        pressed.twice(&somebody, "sign-in", &sign_in).await.is_page("Choose your own password");
        let own = [("password", NEXT), ("next", next)];
        pressed.twice(&somebody, "set-own-password", &own).await.is_page(page);
    }
}

async fn forms_of_the_first_password(pressed: &Pressed<'_>) {
    let site = pressed.site;
    crate::members::brought_in(site, "fay@example.org").await;
    let fay = site.visitor();
    pressed
        .twice(&fay, "send-welcome-link", &[("email", "fay@example.org")])
        .await
        .says("an e-mail with a link is on its way");
    let key = site.mailed("fay@example.org", "/welcome?key=").await;
    fay.get(&format!("/welcome?key={key}")).await;
    pressed.twice(&fay, "set-first-password", &[("password", PASSWORD)]).await.is_page("Data privacy");
    let other = fay.post("/api/set-first-password", &[("password", NEXT)]).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "another password is another press");
}

async fn every_form_may_be_pressed_twice(site: TestApp) {
    let pressed = Pressed::new(&site);
    members_forms(&pressed).await;
    forms_around_mailed_links(&pressed).await;
    objections_forms(&pressed).await;
    officers_forms(&pressed).await;
    staffs_forms(&pressed).await;
    forms_of_ones_own_password(&pressed).await;
    forms_of_the_first_password(&pressed).await;
    let done = pressed.done.into_inner().unwrap();
    let all: BTreeSet<String> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    let missing: Vec<&String> = all.iter().filter(|path| !done.contains(*path)).collect();
    let elsewhere: BTreeSet<&str> = ELSEWHERE.iter().map(|(path, _)| *path).collect();
    assert_eq!(missing.into_iter().map(String::as_str).collect::<BTreeSet<_>>(), elsewhere);
}

/// What looks like a second press and is none.
async fn what_somebody_else_did_first_is_told(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let case = file(&ada, ONE, &["research"]).await;
    let [one, two] = [site.officer().await, site.another_officer().await];
    let form = [("case", case.as_str()), ("revision", "1")];
    assert_eq!(one.post("/api/review-objection", &form).await.status, StatusCode::FOUND);
    two.post("/api/review-objection", &form).await.refused(&format!("Case {case}")).says("This case has changed");
    // The same words an hour later are said again.
    let add = [("case", case.as_str()), ("text", "One thing more.")];
    ada.post("/api/add-to-objection", &add).await;
    site.pass(3_600_000);
    ada.post("/api/add-to-objection", &add).await;
    assert_eq!(ada.get(&format!("/objections/{case}")).await.text().matches("One thing more.").count(), 2);
    // A code that has opened a case opens it no more after an hour.
    let ben = site.visitor();
    let number = unverified(&ben, TWO, "ben@example.org").await;
    let code = site.mailed("ben@example.org", CODE).await;
    let verify = [("case", number.as_str()), ("code", code.as_str())];
    assert_eq!(ben.post("/api/verify-objection", &verify).await.status, StatusCode::FOUND);
    site.pass(3_600_000);
    site.visitor()
        .post("/api/verify-objection", &verify)
        .await
        .refused("Enter your code")
        .says("match the case number");
    // To a program it is said that nobody is signed in.
    let program = site.visitor().wanting_json().post("/api/enter-code", &[("code", "123456")]).await;
    assert_eq!(program.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The code that the app shows is used by signing in; to make recovery codes takes the next
    // one.
    site.staff(SUPPORT, Role::Support).await;
    let sam = site.signed_in_as(SUPPORT, Role::Support).await;
    let code = shown(&site);
    let page = sam.post("/api/make-recovery-codes", &[("proof", &code)]).await;
    page.refused("Recovery codes").says("This code is wrong");
    // A code of the new app is no second press where no change was made.
    let page = sam.post("/api/confirm-authenticator", &[("code", "000000")]).await;
    page.refused("Another authenticator app").says("Please start again");
}
