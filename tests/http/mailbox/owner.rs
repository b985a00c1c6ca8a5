//! Accounts whose address nobody has proved, and several of one mailbox: its owner gets every No,
//! and no Yes.

use super::{ADA, NEW, ai, exported, id_of, sign_up, unproved};
use crate::objection::{CODE, ONE, TWO, decide, file};
use crate::stories;
use crate::test_app::{Answer, PASSWORD, TestApp};
use http::StatusCode;
use sayso::account::model::Role;
use sayso::members::mailboxes;

stories![
    an_account_from_before_keeps_working_and_rests_on_nothing,
    its_owner_ends_every_password_and_session_and_what_was_allowed,
    a_proved_sign_up_takes_the_address_and_every_no_along_but_no_yes,
    a_yes_never_moves,
    one_mailbox_is_one_account_however_its_address_is_written,
    a_page_shows_an_address_in_its_own_letters,
    duplicates_are_kept_and_a_no_of_one_holds_for_both_until_they_are_merged,
    an_objection_under_an_address_reaches_the_account_once_the_address_is_proved,
    what_a_stranger_was_told_enrols_nobody,
    the_twin_that_is_left_has_the_mailbox,
];

/// From before addresses were proved: the account works, nothing is on, and letters quote
/// nothing.
async fn an_account_from_before_keeps_working_and_rests_on_nothing(site: TestApp) {
    site.publish(1).await;
    let ada = unproved(&site, ADA).await;
    ada.get("/settings/privacy").await.says("Please confirm your e-mail address");
    // Told, and promised nothing: the notice period alone will not turn it on.
    let tab = ada.get("/settings/privacy").await;
    tab.says("It stays off at least until you have confirmed your e-mail address.");
    tab.does_not_say("it will be on by default");
    site.pass_days(31);
    let ada_again = site.signed_in(ADA).await;
    let tab = ada_again.get("/settings/privacy").await;
    tab.says("It stays off at least until you have confirmed your e-mail address.");
    assert!(!tab.is_on());
    let line = exported(&site, ADA).await;
    assert_eq!(ai(&line), ("denied", "address not proved"));
    assert_eq!(line["purposes"]["generative-ai-training"]["since"], line["joined"], "since it began, not since now");
    assert_eq!(ada_again.press("allowed").await.location(), "/error?about=not-proved");
    // A No counts at once.
    let number = file(&ada_again, ONE, &["research"]).await;
    let letter = site.mail(ADA, "We have your objection").await;
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
    let tab = ada_again.get("/settings/privacy").await;
    assert!(tab.is_on());
    tab.says(&format!("On by default since {}.", site.app.clock.now().day()));
    assert_eq!(ai(&exported(&site, ADA).await), ("allowed", "on by default"));
    ada_again.get("/settings/privacy/history").await.says("Turned on again, because you confirmed your e-mail address");
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
    decide(&officer, &site, &number, &[("research", "upheld", "")]).await;
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
    assert_eq!(ledger.text().matches("“No” carried over, because the address was in use before").count(), 3);
    assert_eq!(ledger.text().matches("Choice: Off").count(), 1, "the one that was made");
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
    let mails = site.mails("ada@xn--mller-kva.example").await;
    assert!(mails.len() >= 3 && mails.iter().all(|mail| mail.starts_with("You already have an account")), "{mails:#?}");
}

async fn a_page_shows_an_address_in_its_own_letters(site: TestApp) {
    let shows = |page: &Answer| {
        page.says("@m\u{fc}ller.example");
        page.does_not_say("xn--");
    };
    let (ada, sam) = ("ada@xn--mller-kva.example", "sam@xn--mller-kva.example");
    crate::members::brought_in(&site, ada).await;
    crate::members::invite(&site, 10).await;
    let fay = site.visitor();
    let key = site.mailed(ada, "/welcome?key=").await;
    fay.get(&format!("/welcome?key={key}")).await;
    shows(&fay.get("/welcome").await);
    fay.post("/api/set-first-password", &[("password", PASSWORD)]).await;
    shows(&fay.get("/account").await);
    shows(&fay.get("/objection").await);
    let number = file(&fay, ONE, &["research"]).await;
    shows(&fay.get(&format!("/objections/{number}")).await);
    site.staff(sam, Role::Support).await;
    let staff = site.visitor();
    site.enter_password(&staff, sam).await;
    shows(&staff.get("/sign-in/second-factor").await);
    site.set_up(&staff, sam).await;
    staff.get("/support?q=ada").await.does_not_say("xn--");
    let again = site.visitor();
    site.enter_password(&again, sam).await;
    shows(&again.get("/sign-in/code").await);
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
    // The platform knows them by ids of its own.
    site.tamper(&format!("update members set platform_id = 'p-1' where id = '{keep}'")).await.unwrap();
    let (kept, lost) = mailboxes::to_merge(&site.app.db, "p-1", &lose).await.unwrap();
    assert_eq!((&kept.id, &lost.id), (&keep, &lose));
    assert!(mailboxes::to_merge(&site.app.db, "p-1", &ben).await.is_err());
    assert!(mailboxes::to_merge(&site.app.db, "p-2", &lose).await.is_err());
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
    let code = site.mailed(ADA, CODE).await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    assert_eq!(site.count("pause").await, 0);
    ada.post("/api/send-address-link", &[]).await;
    site.open_link(&ada, ADA).await;
    ada.post("/api/confirm", &[]).await;
    assert_eq!(site.count("pause").await, 1);
    ada.get("/settings/privacy").await.says(&format!("paused while we decide on your objection {number}"));
}

/// A stranger was told, and the notice period ran out: the owner was not told anything.
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
    site.mail(other, "You already have an account with Sayso").await;
}
