//! The case as its person has it, with an account and without: opened by a code or a link, claimed,
//! added to, withdrawn, complained about.

use super::{CODE, ONE, TWO, act, applicant, decide, file, form, send, stored, unverified};
use crate::case_counts::counts_are_true;
use crate::stories;
use crate::test_app::{PASSWORD, TestApp};
use http::StatusCode;
use sayso::account::model::Role;
use sayso::objection::code;

stories![
    without_an_account_a_code_opens_the_case,
    codes_are_limited_run_out_and_can_be_sent_again,
    whoever_has_the_same_address_does_not_have_the_case,
    with_the_link_and_the_account_one_puts_the_case_into_it,
    what_was_upheld_without_an_account_holds_for_good_in_a_later_one,
    a_case_opened_by_link_does_not_stay_open_for_the_next_at_the_browser,
    while_it_is_paused_one_can_still_say_no,
    withdrawn_it_gives_back_what_it_paused,
    withdrawing_asks_once_and_says_what_it_means,
    what_was_written_after_the_session_had_ended_is_still_there,
    a_confirmation_whose_page_was_not_loaded_is_not_said_later,
];

async fn without_an_account_a_code_opens_the_case(site: TestApp) {
    let ben = site.visitor();
    let answer = send(&ben, &applicant(ONE, "ben@example.org")).await;
    let number = answer.filed_number();
    let page = ben.get(&answer.location()).await;
    page.says(&number);
    page.says("Our deadline to answer has already started.");
    assert_eq!(ben.get(&format!("/objections/{number}")).await.status, StatusCode::UNAUTHORIZED, "not before the code");
    let officer = site.officer().await;
    officer.get("/support/objections").await.does_not_say(&number);
    assert_eq!(officer.get(&format!("/support/objections/{number}")).await.status, StatusCode::NOT_FOUND);

    site.pass_days(1);
    site.pass(-1);
    let code = site.mailed("ben@example.org", CODE).await;
    let wrong = ben.post("/api/verify-objection", &[("case", &number), ("code", "0000-0000")]).await;
    wrong.refused("Enter your code").says("match the case number");
    let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
    let right = ben.post("/api/verify-objection", &[("case", &number.to_lowercase()), ("code", &typed)]).await;
    assert_eq!(right.location(), format!("/objections/{number}"));
    let page = ben.get(&format!("/objections/{number}")).await;
    page.says("We will answer by 23 December 2026.");
    site.sign_in(&officer, "officer@example.org", Role::PrivacyOfficer).await;
    officer.get("/support/objections").await.says(&number);

    // The link of the mail opens this case, in any browser, and nothing else.
    let key = site.mailed("ben@example.org", &format!("/objections/{number}?key=")).await;
    let phone = site.visitor();
    let over = phone.get(&format!("/objections/{number}?key=nonsense")).await.location();
    assert_eq!(over, format!("/objection/again?case={number}&link=over"));
    phone.get(&over).await.says("This link no longer works");
    assert_eq!(phone.get(&format!("/objections/{number}")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(phone.get(&format!("/objections/{number}?key={key}")).await.location(), format!("/objections/{number}"));
    assert_eq!(phone.get(&format!("/objections/{number}")).await.status, StatusCode::OK);
    let other = site.member("ada@example.org", "US").await;
    let hers = file(&other, TWO, &["research"]).await;
    assert_eq!(phone.get(&format!("/objections/{hers}")).await.status, StatusCode::UNAUTHORIZED);
    let over = format!("/objection/again?case={hers}&link=over");
    assert_eq!(phone.get(&format!("/objections/{hers}?key={key}")).await.location(), over);
    assert_eq!(phone.get(&format!("/objections/{hers}")).await.status, StatusCode::UNAUTHORIZED);

    // Answered, read, complained about; the complaint is answered and the case closed.
    decide(&officer, &site, &number, &[("personalisation", "upheld", "")]).await;
    phone.get(&format!("/objections/{number}")).await.says("upheld");
    let bad = phone.post("/api/complain-about-objection", &[("case", &number), ("text", "  ")]).await;
    bad.refused(&format!("Objection {number}")).says("Please write your complaint");
    phone.post("/api/complain-about-objection", &[("case", &number), ("text", "Still advertised to.")]).await;
    phone.get(&format!("/objections/{number}")).await.says("We will answer your complaint by 23 December 2026.");
    site.mailed("ben@example.org", "> Still advertised").await;
    officer.get("/support/objections").await.says("Complaint to answer");
    let early = act(&officer, &site, "close-objection", &number, &[]).await;
    early.refused(&format!("Case {number}")).says("a complaint that has not been answered yet");
    act(&officer, &site, "answer-complaint", &number, &[("text", "It is off now.")]).await;
    act(&officer, &site, "close-objection", &number, &[]).await;
    let page = phone.get(&format!("/objections/{number}")).await;
    page.says("It is off now.");
    page.says("We closed the case");
}

async fn codes_are_limited_run_out_and_can_be_sent_again(site: TestApp) {
    let ben = site.visitor();
    let answer = send(&ben, &applicant(ONE, "ben@example.org")).await;
    let number = answer.filed_number();
    let code = site.mailed("ben@example.org", CODE).await;
    for _ in 0..code::CODE_TRIES {
        ben.post("/api/verify-objection", &[("case", &number), ("code", "0000-0000")]).await;
    }
    let spent = ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    spent.refused("Enter your code").says("too many wrong codes");
    // Too soon after the first, and for the wrong address: nothing is sent, and the answer is
    // the same.
    for email in ["ben@example.org", "eve@example.org"] {
        assert_eq!(
            ben.post("/api/send-objection-again", &[("case", &number), ("email", email)]).await.location(),
            "/objection/again"
        );
        ben.get("/objection/again").await.says("If the case number and address match");
    }
    assert_eq!(site.mailed("ben@example.org", CODE).await, code);
    site.pass(60_000);
    ben.post("/api/send-objection-again", &[("case", &number), ("email", "BEN@example.org")]).await;
    let fresh = site.mailed("ben@example.org", CODE).await;
    assert_ne!(fresh, code);
    site.pass_days(1);
    let old = ben.post("/api/verify-objection", &[("case", &number), ("code", &fresh)]).await;
    old.refused("Enter your code").says("or it has expired");
    ben.post("/api/send-objection-again", &[("case", &number), ("email", "ben@example.org")]).await;
    let newest = site.mailed("ben@example.org", CODE).await;
    let right = ben.post("/api/verify-objection", &[("case", &number), ("code", &newest)]).await;
    assert_eq!(right.location(), format!("/objections/{number}"));
}

async fn whoever_has_the_same_address_does_not_have_the_case(site: TestApp) {
    // Two people may share a mailbox. What it pauses, and until when, stands on Eve's pages;
    // what Ben wrote does not.
    let eve = site.member("ben@example.org", "IE").await;
    let ben = site.visitor();
    let number = unverified(&ben, ONE, "ben@example.org").await;
    let code = site.mailed("ben@example.org", CODE).await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    ben.get(&format!("/objections/{number}")).await.says("I write about my health.");
    assert_eq!(eve.get(&format!("/objections/{number}")).await.status, StatusCode::NOT_FOUND);
    let list = eve.get("/objections").await;
    list.says(&number);
    list.does_not_say("health");
    for endpoint in ["claim-objection", "withdraw-objection"] {
        eve.post(&format!("/api/{endpoint}"), &[("case", &number)]).await;
    }
    ben.get(&format!("/objections/{number}")).await.says("Received and acknowledged");
    assert!(!site.mailed("ben@example.org", &format!("/objections/{number}?key=")).await.is_empty());
}

async fn with_the_link_and_the_account_one_puts_the_case_into_it(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("allowed").await;
    let out = site.visitor();
    let mut fields = form(ONE, &["generative-ai-training"]);
    fields.extend(
        [("name", "Ada"), ("email", "ada@example.org"), ("country", "IE")].map(|(k, v)| (k.to_owned(), v.to_owned())),
    );
    let answer = send(&out, &fields).await;
    let number = answer.filed_number();
    let code = site.mailed("ada@example.org", CODE).await;
    out.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    assert!(!ada.get("/settings/privacy").await.is_on(), "her address is proved, so it is paused here too");
    assert_eq!(ada.get(&format!("/objections/{number}")).await.status, StatusCode::NOT_FOUND, "but not to be read");
    let key = site.mailed("ada@example.org", &format!("/objections/{number}?key=")).await;
    ada.get(&format!("/objections/{number}?key={key}")).await;
    ada.get(&format!("/objections/{number}")).await.says("Add it to my account");
    ada.post("/api/claim-objection", &[("case", &number)]).await;
    ada.get(&format!("/objections/{number}")).await.says("The objection is in your account now.");
    let tab = ada.get("/settings/privacy").await;
    assert!(!tab.is_on());
    tab.says(&number);
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("generative-ai-training", "upheld", "")]).await;
    ada.get("/settings/privacy").await.says("we upheld your objection");
    counts_are_true(&site).await;
}

async fn what_was_upheld_without_an_account_holds_for_good_in_a_later_one(site: TestApp) {
    site.publish(1).await;
    let ben = site.visitor();
    let mut fields = form(ONE, &["generative-ai-training"]);
    fields.extend(
        [("name", "Ben"), ("email", "ben@example.org"), ("country", "US")].map(|(k, v)| (k.to_owned(), v.to_owned())),
    );
    let answer = send(&ben, &fields).await;
    let number = answer.filed_number();
    let code = site.mailed("ben@example.org", CODE).await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("generative-ai-training", "upheld", "")]).await;
    let key = site.mailed("ben@example.org", &format!("/objections/{number}?key=")).await;
    let account = site.member("ben@example.org", "US").await;
    account.get(&format!("/objections/{number}?key={key}")).await;
    account.post("/api/claim-objection", &[("case", &number)]).await;
    let tab = account.get("/settings/privacy").await;
    tab.says(&format!("Off, because we upheld your objection {number}"));
    assert_eq!(account.press("allowed").await.location(), "/error?about=objected");
}

async fn a_case_opened_by_link_does_not_stay_open_for_the_next_at_the_browser(site: TestApp) {
    let ben = site.visitor();
    let number = unverified(&ben, ONE, "ben@example.org").await;
    let code = site.mailed("ben@example.org", CODE).await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    let page = format!("/objections/{number}");
    assert_eq!(ben.get(&page).await.status, StatusCode::OK);
    site.sign_up(&ben, &[("name", "Carl"), ("email", "carl@example.org"), ("country", "US"), ("password", PASSWORD)])
        .await;
    assert_eq!(ben.get(&page).await.status, StatusCode::NOT_FOUND);
    let key = site.mailed("ben@example.org", &format!("{page}?key=")).await;
    let again = site.visitor();
    again.get(&format!("{page}?key={key}")).await;
    assert_eq!(again.get(&page).await.status, StatusCode::OK);
    again.post("/api/leave-objection", &[("case", &number)]).await;
    assert_eq!(again.get(&page).await.status, StatusCode::UNAUTHORIZED);
}

async fn while_it_is_paused_one_can_still_say_no(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("allowed").await;
    let number = file(&ada, ONE, &["generative-ai-training"]).await;
    ada.get("/settings/privacy").await.says("Keep it off");
    ada.press("denied").await;
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("generative-ai-training", "refused", "We need it.")]).await;
    assert!(!ada.get("/settings/privacy").await.is_on());
    let page = ada.get(&format!("/objections/{number}")).await;
    page.says("You chose to have this off on your Data privacy page");
    page.does_not_say("From today we use your data");
}

async fn withdrawn_it_gives_back_what_it_paused(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    ada.press("allowed").await;
    let number = file(&ada, ONE, &["generative-ai-training"]).await;
    let eve = site.member("eve@example.org", "US").await;
    for (endpoint, field) in
        [("withdraw-objection", "text"), ("add-to-objection", "text"), ("complain-about-objection", "text")]
    {
        let answer = eve.post(&format!("/api/{endpoint}"), &[("case", &number), (field, "mine now")]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::NOT_FOUND, String::new()));
    }
    assert_eq!(eve.get(&format!("/objections/{number}")).await.status, StatusCode::NOT_FOUND);
    assert!(!ada.get("/settings/privacy").await.is_on());
    ada.post("/api/add-to-objection", &[("case", &number), ("text", "One thing more.")]).await;
    ada.get(&format!("/objections/{number}")).await.says("One thing more.");
    ada.post("/api/withdraw-objection", &[("case", &number)]).await;
    assert!(ada.get("/settings/privacy").await.is_on());
    ada.get(&format!("/objections/{number}")).await.says("Withdrawn by you.");
    site.pass(3_600_000);
    let again = ada.post("/api/withdraw-objection", &[("case", &number)]).await;
    again.refused(&format!("Objection {number}")).says("was withdrawn, so nothing more can be done");
    counts_are_true(&site).await;
}

async fn what_was_written_after_the_session_had_ended_is_still_there(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    let number = file(&ada, ONE, &["research"]).await;
    let page = format!("/objections/{number}");
    ada.post("/api/sign-out", &[]).await;
    let answer = ada.post("/api/add-to-objection", &[("case", &number), ("text", "Written in vain.")]).await;
    assert_eq!(answer.location(), format!("{page}?unsent=1"));
    ada.get(&answer.location()).await.says("If you typed something, it will be there when you open it again.");
    assert_eq!(ada.get(&page).await.status, StatusCode::UNAUTHORIZED);
    ada.get(&page).await.does_not_say("Written in vain.");
    ada.post("/api/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD), ("next", &page)]).await;
    let page = ada.get(&page).await;
    page.says("What you typed is still here");
    page.says("Written in vain.");

    // Without an account, by the link.
    let ben = site.visitor();
    let answer = send(&ben, &applicant(TWO, "ben@example.org")).await;
    let number = answer.filed_number();
    let code = site.mailed("ben@example.org", "page:\n\n    ").await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    let key = site.mailed("ben@example.org", &format!("/objections/{number}?key=")).await;
    let later = site.visitor();
    let answer = later.post("/api/add-to-objection", &[("case", &number), ("text", "In vain, too.")]).await;
    assert_eq!(answer.location(), format!("/objections/{number}?unsent=1"));
    later.get(&format!("/objections/{number}?key={key}")).await;
    later.get(&format!("/objections/{number}")).await.says("In vain, too.");
}

async fn withdrawing_asks_once_and_says_what_it_means(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["personalisation", "advertising"]).await;
    let question = format!("/objections/{number}/withdraw");
    assert_eq!(ada.get(&format!("/objections/{number}")).await.links(&question), [&*question]);
    let page = ada.get(&question).await;
    page.is_page(&format!("Withdraw objection {number}?"));
    page.says("The pause of Personalisation ends at once.");
    page.says("From today we use your data for this again: Personalisation.");
    page.says("What we have upheld stays upheld, and off: Advertising.");
    page.says("You cannot undo this, but you can file a new objection at any time.");
    // Both answers look the same.
    assert_eq!(
        page.texts_of("main .button").iter().map(|t| t.trim()).collect::<Vec<_>>(),
        ["Withdraw objection", "Keep objection"]
    );
    assert_eq!(page.attributes("main .row .button", "class"), ["button", "button"]);
    assert!(stored(&site, &number).await.is_open(), "asking does nothing");
    // It is private, as the case is.
    assert_eq!(site.visitor().get(&question).await.status, StatusCode::UNAUTHORIZED);
    let eve = site.member("eve@example.org", "IE").await;
    assert_eq!(eve.get(&question).await.status, StatusCode::NOT_FOUND);
    let done = ada.post("/api/withdraw-objection", &[("case", &number)]).await;
    assert_eq!(done.location(), format!("/objections/{number}"));
    ada.get(&done.location()).await.says("You have withdrawn your objection.");
    // There is nothing to ask any more.
    assert_eq!(ada.get(&question).await.location(), format!("/objections/{number}"));
    assert!(ada.get(&format!("/objections/{number}")).await.links(&question).is_empty());
    // Without an account as well.
    let ben = site.visitor();
    let number = unverified(&ben, TWO, "ben@example.org").await;
    let question = format!("/objections/{number}/withdraw");
    assert_eq!(ben.get(&question).await.status, StatusCode::UNAUTHORIZED, "not before the code");
    let code = site.mailed("ben@example.org", CODE).await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    let page = ben.get(&question).await;
    page.says("The pause of Personalisation ends at once.");
    page.says("From today we use your data for this again, unless it is off for another reason: Personalisation.");
}

async fn a_confirmation_whose_page_was_not_loaded_is_not_said_later(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let officer = site.officer().await;
    let number = file(&ada, ONE, &["research"]).await;
    let (own, theirs) = (format!("/objections/{number}"), format!("/support/objections/{number}"));
    site.pass(119_000);
    ada.get(&own).await.says("We have your objection. A copy is on its way to you by e-mail.");
    ada.post("/api/add-to-objection", &[("case", &number), ("text", "One thing more.")]).await;
    act(&officer, &site, "review-objection", &number, &[]).await;
    site.pass(120_000);
    ada.get(&own).await.does_not_say("We have added this to your objection.");
    officer.get(&theirs).await.does_not_say("The case is yours.");
    // What is said late is not said at the next press either, but what that one did.
    act(&officer, &site, "assign-objection", &number, &[("officer", "")]).await;
    officer.get(&theirs).await.says("The assignment is saved.");
    ada.get(&own).await.says("You added information");
}
