//! Whose mailbox it is: nothing rests on an address before its owner has opened a link and pressed
//! a button there.

use crate::objection::{CODE, ONE, TWO, decide, file, mailed};
use crate::stories;
use crate::test_app::{Answer, PASSWORD, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::{Country, NewMember, Role};
use sayso::account::{password::hash_now, store as accounts};
use sayso::members::mailboxes;

stories![
    signing_up_tells_nobody_whether_there_is_an_account,
    there_is_no_account_before_the_button_behind_the_link_was_pressed,
    a_strangers_password_does_not_survive_on_an_account_that_its_owner_confirms,
    a_link_holds_for_a_day_and_an_address_is_sent_few,
    an_account_from_before_keeps_working_and_rests_on_nothing,
    its_owner_ends_every_password_and_session_and_what_was_allowed,
    a_proved_sign_up_takes_the_address_and_every_no_along_but_no_yes,
    a_yes_never_moves,
    a_forgotten_password_is_set_by_a_mailed_link_and_every_session_ends,
    staff_need_their_second_factor_besides,
    a_new_address_is_proved_first_and_both_are_told,
    an_address_that_another_has_is_not_taken_and_nobody_learns_that,
    a_changed_password_ends_a_link_to_another_address,
    moving_is_recorded_and_off_stays_off,
    one_mailbox_is_one_account_however_its_address_is_written,
    duplicates_are_kept_and_a_no_of_one_holds_for_both_until_they_are_merged,
    an_objection_under_an_address_reaches_the_account_once_the_address_is_proved,
    what_a_stranger_was_told_enrols_nobody,
    a_corrected_sign_up_in_the_same_browser_counts,
    each_browser_finds_what_was_typed_in_it,
    signing_up_twice_on_a_first_visit_the_link_is_opened_in_the_browser_that_asked,
    a_link_of_somebody_who_was_brought_in_meanwhile_offers_nothing,
    an_old_form_about_the_country_changes_nothing,
    nobody_keeps_another_waiting_for_an_address,
    the_twin_that_is_left_has_the_mailbox,
];

const NEW: &str = "plumb seven otters gladly";
const ADA: &str = "ada@example.org";

/// An account from before addresses were proved, and its owner, signed in.
async fn unproved(site: &TestApp, email: &str) -> TestClient {
    let new = NewMember {
        name: "Ada".into(),
        email: email.into(),
        country: Country::parse("US").unwrap(),
        role: Role::Member,
        password_hash: hash_now(PASSWORD),
        demo: false,
        address_proved: false,
    };
    site.app.join(new).await.unwrap();
    site.signed_in(email).await
}

async fn sign_up(visitor: &TestClient, email: &str) -> Answer {
    let typed = [("name", "Eve"), ("email", email), ("country", "US"), ("password", PASSWORD)];
    visitor.post("/api/sign-up", &typed).await
}

/// Everything that was put into the outbox for `to`, the newest first: subject and text.
async fn mails(site: &TestApp, to: &str) -> Vec<String> {
    let sql = "select subject || chr(10) || plain from outbox where to_address = $1 order by id desc";
    match &site.app.db {
        sayso::db::Db::Sqlite { read, .. } => {
            sqlx::query_scalar(sayso::db::built(&sql.replace("chr(", "char("))).bind(to).fetch_all(read).await.unwrap()
        }
        sayso::db::Db::Postgres { pool, .. } => sqlx::query_scalar(sql).bind(to).fetch_all(pool).await.unwrap(),
    }
}

/// The mail to `to` whose subject begins so, on one line.
pub async fn mail(site: &TestApp, to: &str, subject: &str) -> String {
    let mails = mails(site, to).await;
    let found = mails.iter().find(|mail| mail.starts_with(subject));
    found.unwrap_or_else(|| panic!("no mail to {to} begins with {subject:?}: {mails:#?}")).replace('\n', " ")
}

async fn exported(site: &TestApp, email: &str) -> serde_json::Value {
    let lines = crate::members::exported_lines(site).await;
    lines.into_iter().find(|line| line["email"] == email).unwrap_or_else(|| panic!("{email} is not exported"))
}

fn ai(line: &serde_json::Value) -> (&str, &str) {
    let purpose = &line["purposes"]["generative-ai-training"];
    (purpose["holds"].as_str().unwrap(), purpose["because"].as_str().unwrap())
}

async fn id_of(site: &TestApp, email: &str) -> String {
    accounts::by_email(site.app.db.reader().await.unwrap().conn(), email).await.unwrap().unwrap().id
}

/// The answer is the same for an address that is free, one that has an account, and one that
/// has an unproved one.
async fn signing_up_tells_nobody_whether_there_is_an_account(site: TestApp) {
    site.member(ADA, "US").await;
    unproved(&site, "ben@example.org").await;
    let mut answers = Vec::new();
    for email in ["carl@example.org", "ADA@example.org", "ben@example.org"] {
        let visitor = site.visitor();
        let answer = sign_up(&visitor, email).await;
        assert_eq!(answer.location(), "/sign-up/sent");
        let page = visitor.get("/sign-up/sent").await;
        page.says("We have sent you an e-mail.");
        // On this machine alone, and without a mail server, it says where.
        page.says("The e-mail is a file in");
        answers.push((answer.status, page.text()));
    }
    assert!(answers.windows(2).all(|two| two[0] == two[1]));
    let told = mail(&site, ADA, "You already have an account with Sayso").await;
    assert!(!told.contains("/confirm?key="), "{told}");
    for email in ["carl@example.org", "ben@example.org"] {
        let told = mail(&site, email, "Confirm your address").await;
        assert!(told.contains("/confirm?key=") && !told.contains("Eve"), "{told}");
    }
}

async fn there_is_no_account_before_the_button_behind_the_link_was_pressed(site: TestApp) {
    site.publish(1).await;
    let ada = site.visitor();
    sign_up(&ada, ADA).await;
    assert_eq!(site.count("default").await, 0);
    assert_eq!(site.enter_password(&site.visitor(), ADA).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = site.open_link(&ada, ADA).await;
    page.says("We e-mailed this link to ada@example.org");
    // A program that fetches links on the way of a mail has made nothing.
    assert_eq!(site.count("default").await, 0);
    assert_eq!(ada.get("/settings/privacy").await.status, StatusCode::FOUND);
    assert_eq!(ada.post("/api/confirm", &[]).await.location(), "/settings/privacy");
    ada.get("/settings/privacy").await.says("The exact words.");
    assert_eq!(site.count("default").await, 1);
    // The second press, and the same link once more.
    assert_eq!(ada.post("/api/confirm", &[]).await.location(), "/settings/privacy");
    site.open_link(&site.visitor(), ADA).await.says("This link has been used");
    assert_eq!(site.count("default").await, 1);
}

/// Somebody signs up with an address that is not theirs; its owner opens the link.
async fn a_strangers_password_does_not_survive_on_an_account_that_its_owner_confirms(site: TestApp) {
    let eve = site.visitor();
    sign_up(&eve, ADA).await;
    let ada = site.visitor();
    let page = site.open_link(&ada, ADA).await;
    page.says("you opened it in a different browser");
    assert!(page.body.contains("value=\"Eve\""), "the name is there to be confirmed");
    // Without a password of one's own it is not confirmed, and nothing typed is lost.
    let fields = [("name", "Ada Lovelace"), ("country", "IE"), ("password", "")];
    let page = ada.post("/api/confirm", &fields).await;
    page.refused("Confirm your address");
    page.says("Please use 12 characters or more");
    assert!(page.body.contains("value=\"Ada Lovelace\""));
    let fields = [("name", "Ada Lovelace"), ("country", "IE"), ("password", NEW)];
    assert_eq!(ada.post("/api/confirm", &fields).await.location(), "/settings/privacy");
    ada.get("/account").await.says("Ireland");
    assert_eq!(
        site.enter_password(&site.visitor(), ADA).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the stranger's password"
    );
    assert_eq!(eve.get("/settings/privacy").await.status, StatusCode::FOUND);
    // The stranger's own browser has nothing of the link.
    assert_eq!(eve.post("/api/confirm", &[]).await.location(), "/");
    eve.get("/confirm").await.says("no longer valid");
}

async fn a_link_holds_for_a_day_and_an_address_is_sent_few(site: TestApp) {
    let ada = site.visitor();
    sign_up(&ada, ADA).await;
    sign_up(&ada, ADA).await;
    assert_eq!(mails(&site, ADA).await.len(), 1, "a minute has to pass");
    for n in 2..9_usize {
        site.pass(61_000);
        sign_up(&site.visitor(), ADA).await;
        assert_eq!(mails(&site, ADA).await.len(), n.min(5));
    }
    site.open_link(&ada, ADA).await.says("Confirm your address");
    site.pass_days(1);
    assert_eq!(ada.get("/confirm").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ada.post("/api/confirm", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.count("default").await, 0);
}

/// From before addresses were proved: the account works, nothing is on, and letters quote
/// nothing.
async fn an_account_from_before_keeps_working_and_rests_on_nothing(site: TestApp) {
    site.publish(1).await;
    let ada = unproved(&site, ADA).await;
    ada.get("/settings/privacy").await.says("Please confirm your e-mail address");
    // Told, and promised nothing: the window alone will not turn it on.
    let tab = ada.get("/settings/privacy").await;
    tab.says("It stays off at least until you have confirmed your e-mail address.");
    tab.does_not_say("it will be on by default");
    site.pass_days(31);
    let ada_again = site.signed_in(ADA).await;
    let tab = ada_again.get("/settings/privacy").await;
    tab.says("It stays off at least until you have confirmed your e-mail address.");
    assert!(!tab.is_on());
    assert_eq!(ai(&exported(&site, ADA).await), ("denied", "address not proved"));
    assert_eq!(ada_again.press("allowed").await.location(), "/error?about=not-proved");
    // A No counts at once.
    let number = file(&ada_again, ONE, &["research"]).await;
    let letter = mail(&site, ADA, "We have your objection").await;
    assert!(
        letter.contains(&number) && letter.contains("We do not quote this here") && !letter.contains("health"),
        "{letter}"
    );

    assert_eq!(ada_again.post("/api/send-address-link", &[]).await.location(), "/account");
    ada_again.get("/account").await.says("Open the link in it to confirm your address.");
    site.open_link(&ada_again, ADA).await.says("Confirm this address");
    assert_eq!(ada_again.post("/api/confirm", &[]).await.location(), "/account");
    let page = ada_again.get("/account").await;
    page.says("Your e-mail address is confirmed.");
    page.does_not_say("Please confirm your e-mail address");
    assert!(ada_again.get("/settings/privacy").await.is_on());
    assert_eq!(ai(&exported(&site, ADA).await), ("allowed", "on by default"));
}

/// The same account, but its owner is not who had it so far.
async fn its_owner_ends_every_password_and_session_and_what_was_allowed(site: TestApp) {
    site.publish(1).await;
    let eve = site.member(ADA, "US").await;
    eve.press("allowed").await;
    site.tamper("update members set address_proved_at = null").await.unwrap();
    let ada = site.visitor();
    assert_eq!(ada.post("/api/forgot-password", &[("email", ADA)]).await.location(), "/forgot");
    site.open_link(&ada, ADA).await.says("This ends every earlier password and session of this account.");
    let fields = [("name", "Ada Lovelace"), ("country", "FR"), ("password", NEW)];
    assert_eq!(ada.post("/api/confirm", &fields).await.location(), "/settings/privacy");
    assert_eq!(eve.get("/settings/privacy").await.status, StatusCode::FOUND);
    assert_eq!(site.enter_password(&site.visitor(), ADA).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!ada.get("/settings/privacy").await.is_on());
    assert_eq!(ai(&exported(&site, ADA).await), ("denied", "address in use before"));
    ada.get("/settings/privacy/history").await.says("Country changed from United States to France");
}

async fn a_proved_sign_up_takes_the_address_and_every_no_along_but_no_yes(site: TestApp) {
    site.publish(1).await;
    let eve = unproved(&site, ADA).await;
    eve.press("denied").await;
    let number = file(&eve, ONE, &["research", "advertising"]).await;
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("research", "upheld", ""), ("advertising", "upheld", "")]).await;
    let ada = site.visitor();
    sign_up(&ada, ADA).await;
    site.open_link(&ada, ADA).await;
    assert_eq!(ada.post("/api/confirm", &[]).await.location(), "/settings/privacy");
    assert_eq!(eve.get("/settings/privacy").await.status, StatusCode::FOUND, "it is nobody's any more");
    let tab = ada.get("/settings/privacy").await;
    tab.says("your e-mail address was in use before");
    assert!(!tab.is_on());
    let line = exported(&site, ADA).await;
    for purpose in ["generative-ai-training", "research", "advertising"] {
        assert_eq!(line["purposes"][purpose]["holds"], "denied", "{purpose}");
        assert_eq!(line["purposes"][purpose]["because"], "address in use before", "{purpose}");
    }
    assert_ne!(line["purposes"]["inferences"]["because"], "address in use before");
    // An auditor is not told that a member chose what was carried.
    site.staff("auditor@example.org", Role::Auditor).await;
    let ledger = site.signed_in_as("auditor@example.org", Role::Auditor).await.get("/audit/ledger").await;
    assert_eq!(ledger.body.matches("“No” carried over, because the address was in use before").count(), 3);
    assert_eq!(ledger.body.matches("Choice: Off").count(), 1, "the one that was made");
    // What was written there stays hidden, and it is theirs to turn on.
    ada.get("/objections").await.does_not_say(&number);
    assert!(!ada.press("allowed").await.location().contains("/error"));
    assert!(ada.get("/settings/privacy").await.is_on());
}

async fn a_yes_never_moves(site: TestApp) {
    site.publish(1).await;
    let eve = site.member(ADA, "US").await;
    eve.press("allowed").await;
    site.tamper("update members set address_proved_at = null").await.unwrap();
    let ada = site.member(ADA, "US").await;
    let tab = ada.get("/settings/privacy").await;
    assert!(!tab.is_on());
    ada.get("/settings/privacy/history").await.does_not_say("in use before");
}

async fn a_forgotten_password_is_set_by_a_mailed_link_and_every_session_ends(site: TestApp) {
    let ada = site.member(ADA, "US").await;
    let elsewhere = site.visitor();
    for email in ["nobody@example.org", ADA] {
        assert_eq!(elsewhere.post("/api/forgot-password", &[("email", email)]).await.location(), "/forgot");
        elsewhere.get("/forgot").await.says("If an account has this address, an e-mail with a link is on its way.");
    }
    assert!(mails(&site, "nobody@example.org").await.is_empty());
    site.open_link(&elsewhere, ADA).await.says("Set a new password");
    let page = elsewhere.post("/api/set-new-password", &[("password", "short")]).await;
    page.refused("Set a new password").says("Please use 12 characters or more");
    assert_eq!(elsewhere.post("/api/set-new-password", &[("password", NEW)]).await.location(), "/settings/privacy");
    assert_eq!(ada.get("/settings/privacy").await.status, StatusCode::FOUND);
    assert_eq!(elsewhere.get("/settings/privacy").await.status, StatusCode::OK);
    assert_eq!(site.enter_password(&site.visitor(), ADA).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    mail(&site, ADA, "Your new password was set").await;
    assert_eq!(elsewhere.post("/api/set-new-password", &[("password", NEW)]).await.location(), "/settings/privacy");
    site.open_link(&site.visitor(), ADA).await.says("This link has been used");
}

async fn staff_need_their_second_factor_besides(site: TestApp) {
    let staff = site.officer().await;
    let email = "officer@example.org";
    let elsewhere = site.visitor();
    elsewhere.post("/api/forgot-password", &[("email", email)]).await;
    site.open_link(&elsewhere, email).await.says("Six-digit code");
    let without = elsewhere.post("/api/set-new-password", &[("password", NEW)]).await;
    without.refused("Set a new password").says("Please enter the six digits that your app shows.");
    assert_eq!(staff.get("/support/objections").await.status, StatusCode::OK, "nothing was changed");
    site.pass(30_000);
    let code = site.authenticator(email, |a| a.unused_code(site.app.clock.now()));
    let set = elsewhere.post("/api/set-new-password", &[("password", NEW), ("code", &code)]).await;
    assert_eq!(set.location(), "/support/objections");
    assert_eq!(elsewhere.get("/support/objections").await.status, StatusCode::OK);
    // Staff who have none yet are told to ask.
    site.staff("support@example.org", Role::Support).await;
    elsewhere.post("/api/forgot-password", &[("email", "support@example.org")]).await;
    let told = mail(&site, "support@example.org", "Your password for Sayso").await;
    assert!(told.contains("administrator") && !told.contains("/confirm"), "{told}");
}

async fn a_new_address_is_proved_first_and_both_are_told(site: TestApp) {
    site.publish(1).await;
    let ada = site.member(ADA, "US").await;
    ada.press("denied").await;
    let number = file(&ada, ONE, &["research"]).await;
    let to = "ada@new.example";
    let wrong = ada.post("/api/change-address", &[("email", to), ("present", "nonsense")]).await;
    wrong.refused("Account").says("This is not your current password.");
    assert!(mails(&site, to).await.is_empty());
    ada.post("/api/change-address", &[("email", to), ("present", PASSWORD)]).await;
    ada.get("/account").await.says("We have sent an e-mail to the new address.");
    let asked = mail(&site, ADA, "Somebody asked to change your e-mail address").await;
    assert!(!asked.contains(to), "{asked}");
    // Whoever has that mailbox, and is not signed in here, is shown nothing and can do nothing.
    let stranger = site.visitor();
    site.open_link(&stranger, to).await.says("Please sign in first");
    stranger.post("/api/confirm", &[]).await;
    ada.get("/account").await.says(ADA);
    site.open_link(&ada, to).await.says("Confirm your new address");
    assert_eq!(ada.post("/api/confirm", &[]).await.location(), "/account");
    ada.get("/account").await.says(to);
    assert!(mail(&site, ADA, "Your e-mail address was changed").await.contains(to));
    mail(&site, to, "Your e-mail address was changed").await;
    // Off stays off, and what comes about the case goes to the new address.
    assert!(!ada.get("/settings/privacy").await.is_on());
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("research", "upheld", "")]).await;
    mail(&site, to, "Our answer to your objection").await;
    site.signed_in(to).await;
    assert_eq!(site.enter_password(&site.visitor(), ADA).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The old address is free again, for whoever has it.
    site.member(ADA, "US").await;
}

async fn an_address_that_another_has_is_not_taken_and_nobody_learns_that(site: TestApp) {
    site.member(ADA, "US").await;
    let ben = site.member("ben@example.org", "US").await;
    ben.post("/api/change-address", &[("email", "Ada@Example.org"), ("present", PASSWORD)]).await;
    ben.get("/account").await.says("We have sent an e-mail to the new address.");
    mail(&site, ADA, "You already have an account with Sayso").await;
    // One that nobody has proved is taken, with its Noes.
    let eve = unproved(&site, "carl@example.org").await;
    eve.press("denied").await;
    ben.post("/api/change-address", &[("email", "carl@example.org"), ("present", PASSWORD)]).await;
    site.open_link(&ben, "carl@example.org").await;
    assert_eq!(ben.post("/api/confirm", &[]).await.location(), "/account");
    ben.get("/settings/privacy").await.says("your e-mail address was in use before");
}

/// A link to another address ends when the password is changed: whoever asked for it may be
/// somebody else.
async fn a_changed_password_ends_a_link_to_another_address(site: TestApp) {
    let ada = site.member(ADA, "US").await;
    ada.post("/api/change-address", &[("email", "eve@example.org"), ("present", PASSWORD)]).await;
    ada.post("/api/change-password", &[("current", PASSWORD), ("password", NEW)]).await;
    let key = mailed(&site, "eve@example.org", "/confirm?key=").await;
    ada.get(&format!("/confirm?key={key}")).await;
    assert_eq!(ada.get("/confirm").await.status, StatusCode::NOT_FOUND);
}

async fn moving_is_recorded_and_off_stays_off(site: TestApp) {
    site.publish(1).await;
    let ada = site.member(ADA, "US").await;
    ada.get("/settings/privacy").await.says("The exact words.");
    site.pass_days(31);
    let ada = site.signed_in(ADA).await;
    assert!(ada.get("/settings/privacy").await.is_on());
    let page = ada.post("/api/change-details", &[("name", ""), ("country", "XX")]).await;
    page.refused("Account");
    page.says("Please enter your name.");
    page.says("Please choose your country from the list.");
    ada.post("/api/change-details", &[("name", "Ada King"), ("country", "FR")]).await;
    ada.get("/account").await.says("Saved.");
    let tab = ada.get("/settings/privacy").await;
    assert!(!tab.is_on(), "under the rule of France this notice period has only just begun");
    tab.says("The exact words.");
    ada.get("/settings/privacy/history").await.says("Country changed from United States to France");
    // The same again changes nothing.
    ada.post("/api/change-details", &[("name", "Ada King"), ("country", "FR")]).await;
    assert_eq!(site.count("move").await, 1);
    ada.press("denied").await;
    ada.post("/api/change-details", &[("name", "Ada King"), ("country", "US")]).await;
    site.pass_days(40);
    let ada = site.signed_in(ADA).await;
    assert!(!ada.get("/settings/privacy").await.is_on());
    // Staff find them under the new name, and under the old one no more.
    site.staff("support@example.org", Role::Support).await;
    let support = site.signed_in_as("support@example.org", Role::Support).await;
    support.get("/support?q=king").await.says("Ada King");
    support.get("/support?q=lovelace").await.does_not_say("Ada King");
}

async fn one_mailbox_is_one_account_however_its_address_is_written(site: TestApp) {
    site.member("ada@m\u{fc}ller.example", "US").await;
    assert_eq!(site.count("default").await, 1);
    for same in ["ada@xn--mller-kva.example", "ADA@Mu\u{308}ller.example", "a\u{200b}da@m\u{fc}ller.example"] {
        let visitor = site.visitor();
        let answer = visitor.post("/api/sign-in", &[("email", same), ("password", PASSWORD)]).await;
        assert_eq!(answer.location(), "/settings/privacy", "{same:?}");
        site.pass(61_000);
        sign_up(&site.visitor(), same).await;
    }
    assert_eq!(site.count("default").await, 1);
    let mails = mails(&site, "ada@xn--mller-kva.example").await;
    assert!(mails.len() >= 3 && mails.iter().all(|mail| mail.starts_with("You already have an account")), "{mails:#?}");
}

/// Two accounts from before: both stay, a No of one holds for both, and merging keeps it.
async fn duplicates_are_kept_and_a_no_of_one_holds_for_both_until_they_are_merged(site: TestApp) {
    site.publish(1).await;
    let (one, other) = ("ada@m\u{fc}ller.example", "ada@xn--mller-kva.example");
    let there = site.member(other, "US").await;
    site.member("first@example.org", "US").await;
    let first = id_of(&site, "first@example.org").await;
    site.tamper(&format!("update members set email = '{one}' where id = '{first}'")).await.unwrap();
    // An address that only one has is written otherwise, and nothing else.
    site.member("ben@example.org", "US").await;
    let ben = id_of(&site, "ben@example.org").await;
    site.tamper(&format!("update members set email = 'ben@b\u{fc}cher.example' where id = '{ben}'")).await.unwrap();
    let now = site.app.clock.now();
    assert_eq!(mailboxes::settle(&site.app.db, now).await.unwrap(), 1);
    assert_eq!(mailboxes::settle(&site.app.db, now).await.unwrap(), 0);
    assert_eq!(id_of(&site, "ben@xn--bcher-kva.example").await, ben);

    let here = site.visitor();
    let answer = here.post("/api/sign-in", &[("email", one), ("password", PASSWORD)]).await;
    assert_eq!(answer.location(), "/settings/privacy");
    assert!(!there.press("allowed").await.location().contains("/error"));
    assert!(there.get("/settings/privacy").await.is_on());
    here.press("denied").await;
    there.get("/settings/privacy").await.says("your e-mail address was in use before");
    assert_eq!(there.press("allowed").await.location(), "/error?about=denied-elsewhere");
    let number = file(&there, TWO, &["research"]).await;
    let line = exported(&site, one).await;
    assert_eq!(line["purposes"]["research"]["because"], "address in use before");

    let (keep, lose) = (id_of(&site, other).await, first);
    assert!(mailboxes::merge(&site.app.db, &keep, &ben, now).await.is_err());
    mailboxes::merge(&site.app.db, &keep, &lose, now).await.unwrap();
    assert_eq!(here.get("/settings/privacy").await.status, StatusCode::FOUND);
    assert!(!there.get("/settings/privacy").await.is_on());
    there.get("/objections").await.says(&number);
    // Alone again, they may choose.
    assert!(!there.press("allowed").await.location().contains("/error"));
    assert!(mailboxes::merge(&site.app.db, &keep, &lose, now).await.is_err());
}

/// An applicant's case under an address that is proved by opening a link, and not before.
async fn an_objection_under_an_address_reaches_the_account_once_the_address_is_proved(site: TestApp) {
    site.publish(1).await;
    let ada = unproved(&site, ADA).await;
    ada.get("/settings/privacy").await;
    let ben = site.visitor();
    let fields = [
        ("form", ONE),
        ("mode", "object"),
        ("language", "en"),
        ("name", "Ben"),
        ("email", ADA),
        ("country", "IE"),
        ("purposes[]", "generative-ai-training"),
    ];
    let number = ben.post("/api/submit-objection", &fields).await.filed_number();
    let code = mailed(&site, ADA, CODE).await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    assert_eq!(site.count("pause").await, 0);
    ada.post("/api/send-address-link", &[]).await;
    site.open_link(&ada, ADA).await;
    ada.post("/api/confirm", &[]).await;
    assert_eq!(site.count("pause").await, 1);
    ada.get("/settings/privacy").await.says(&format!("paused while we decide on your objection {number}"));
}

/// A stranger was told, and the window ran out: the owner was not told anything.
async fn what_a_stranger_was_told_enrols_nobody(site: TestApp) {
    site.publish(1).await;
    let eve = unproved(&site, ADA).await;
    eve.get("/settings/privacy").await.says("The exact words.");
    site.pass_days(40);
    let ada = site.visitor();
    ada.post("/api/forgot-password", &[("email", ADA)]).await;
    site.open_link(&ada, ADA).await;
    let fields = [("name", "Ada"), ("country", "US"), ("password", NEW)];
    assert_eq!(ada.post("/api/confirm", &fields).await.location(), "/settings/privacy");
    let tab = ada.get("/settings/privacy").await;
    assert!(!tab.is_on());
    tab.says("your e-mail address was in use before");
    assert_eq!(ai(&exported(&site, ADA).await), ("denied", "address in use before"));
}

async fn a_corrected_sign_up_in_the_same_browser_counts(site: TestApp) {
    let ada = site.visitor();
    sign_up(&ada, ADA).await;
    let typed = [("name", "Ada Lovelace"), ("email", ADA), ("country", "FR"), ("password", NEW)];
    ada.post("/api/sign-up", &typed).await;
    // In another one it does not.
    let eve = [("name", "Eve"), ("email", ADA), ("country", "US"), ("password", PASSWORD)];
    site.visitor().post("/api/sign-up", &eve).await;
    assert_eq!(mails(&site, ADA).await.len(), 1);
    site.open_link(&ada, ADA).await;
    assert_eq!(ada.post("/api/confirm", &[]).await.location(), "/settings/privacy");
    let page = ada.get("/account").await;
    page.says("Ada Lovelace");
    page.says("CountryFrance");
    let in_again = site.visitor().post("/api/sign-in", &[("email", ADA), ("password", NEW)]).await;
    assert_eq!(in_again.location(), "/settings/privacy");
}

/// A stranger signs up first, and the owner gets no second mail within the minute: the link is
/// theirs all the same, and shows nothing of the stranger's.
async fn each_browser_finds_what_was_typed_in_it(site: TestApp) {
    let (eve, ada) = (site.visitor(), site.visitor());
    sign_up(&eve, ADA).await;
    let typed = [("name", "Ada Lovelace"), ("email", ADA), ("country", "FR"), ("password", NEW)];
    assert_eq!(ada.post("/api/sign-up", &typed).await.location(), "/sign-up/sent");
    assert_eq!(mails(&site, ADA).await.len(), 1);
    // Elsewhere nobody knows who of the two it is.
    let phone = site.visitor();
    site.open_link(&phone, ADA).await;
    let page = phone.get("/confirm").await;
    page.says("you opened it in a different browser");
    assert!(!page.body.contains("Eve") && !page.body.contains("Ada Lovelace"), "{}", page.body);
    site.open_link(&ada, ADA).await;
    ada.get("/confirm").await.does_not_say("a different browser");
    assert_eq!(ada.post("/api/confirm", &[]).await.location(), "/settings/privacy");
    let page = ada.get("/account").await;
    page.says("Ada Lovelace");
    page.says("CountryFrance");
    assert_eq!(
        site.visitor().post("/api/sign-in", &[("email", ADA), ("password", NEW)]).await.location(),
        "/settings/privacy"
    );
}

/// Pressed twice on a first visit, both presses come without a cookie, and the browser keeps
/// that of the one that is answered last.
async fn signing_up_twice_on_a_first_visit_the_link_is_opened_in_the_browser_that_asked(site: TestApp) {
    for (email, kept) in [(ADA, 0), ("ben@example.org", 1)] {
        let presses = [site.visitor(), site.visitor()];
        for press in &presses {
            sign_up(press, email).await;
        }
        let browser = site.visitor();
        browser.take_cookie_of(&presses[kept]);
        site.open_link(&browser, email).await;
        browser.get("/confirm").await.does_not_say("a different browser");
        assert_eq!(browser.post("/api/confirm", &[]).await.location(), "/settings/privacy");
    }
}

/// The platform brings somebody in who has signed up, and whose link is open.
async fn a_link_of_somebody_who_was_brought_in_meanwhile_offers_nothing(site: TestApp) {
    let ada = site.visitor();
    sign_up(&ada, ADA).await;
    site.open_link(&ada, ADA).await;
    ada.get("/confirm").await.says("Confirm and sign in");
    site.staff(ADA, Role::Member).await;
    let page = ada.get("/confirm").await;
    page.says("This link is no longer valid");
    page.does_not_say("Confirm and sign in");
    assert_eq!(ada.post("/api/confirm", &[]).await.status, StatusCode::NOT_FOUND);
}

/// A form that was loaded before the last move does not move anybody again.
async fn an_old_form_about_the_country_changes_nothing(site: TestApp) {
    let ada = site.member(ADA, "US").await;
    let seen = |page: &Answer| page.between("name=\"seen\" value=\"", "\"");
    let old = seen(&ada.get("/account").await);
    let to_france = [("name", "Ada"), ("country", "FR"), ("seen", &*old)];
    assert_eq!(ada.post("/api/change-details", &to_france).await.location(), "/account#details");
    // The same again says the same.
    assert_eq!(ada.post("/api/change-details", &to_france).await.location(), "/account#details");
    assert_eq!(site.count("move").await, 1);
    let now = seen(&ada.get("/account").await);
    assert_ne!(now, old);
    ada.post("/api/change-details", &[("name", "Ada"), ("country", "US"), ("seen", &now)]).await;
    assert_eq!(site.count("move").await, 2);
    // Back where it was, the first form is not what they mean now.
    let page = ada.post("/api/change-details", &to_france).await;
    page.refused("Account");
    page.says(
        "These details have changed in the meantime, so we did not save yours. \
         We have the name Ada and the country United States.",
    );
    assert_eq!(site.count("move").await, 2);
    assert_eq!(page.between("<option value=\"FR\"", ">").trim(), "selected", "what was typed is still there");
    let again = seen(&page);
    ada.post("/api/change-details", &[("name", "Ada"), ("country", "FR"), ("seen", &again)]).await;
    assert_eq!(site.count("move").await, 3);
}

async fn nobody_keeps_another_waiting_for_an_address(site: TestApp) {
    let to = "wanted@example.org";
    for email in [ADA, "ben@example.org"] {
        let member = site.member(email, "US").await;
        member.post("/api/change-address", &[("email", to), ("present", PASSWORD)]).await;
        mail(&site, email, "Somebody asked to change your e-mail address").await;
    }
    assert_eq!(mails(&site, to).await.len(), 2);
    // Nothing that a stranger types is mailed to an address that they have not proved.
    let eve = unproved(&site, "carl@example.org").await;
    let typed = "buy-now-at-evil@evil.example";
    eve.post("/api/change-address", &[("email", typed), ("present", PASSWORD)]).await;
    site.open_link(&eve, typed).await;
    assert_eq!(eve.post("/api/confirm", &[]).await.location(), "/account");
    assert!(!mail(&site, "carl@example.org", "Your e-mail address was changed").await.contains("evil"));
}

async fn the_twin_that_is_left_has_the_mailbox(site: TestApp) {
    let (one, other) = ("bob@gr\u{fc}n.example", "bob@xn--grn-ioa.example");
    let there = site.member(other, "US").await;
    site.member("first@example.org", "US").await;
    let first = id_of(&site, "first@example.org").await;
    site.tamper(&format!("update members set email = '{one}' where id = '{first}'")).await.unwrap();
    assert_eq!(mailboxes::settle(&site.app.db, site.app.clock.now()).await.unwrap(), 1);
    there.post("/api/change-address", &[("email", "bob@new.example"), ("present", PASSWORD)]).await;
    site.open_link(&there, "bob@new.example").await;
    assert_eq!(there.post("/api/confirm", &[]).await.location(), "/account");
    assert_eq!(id_of(&site, other).await, first);
    sign_up(&site.visitor(), one).await;
    mail(&site, other, "You already have an account with Sayso").await;
}
