//! The switch, the standing and the notice, as a member meets them.

use crate::{
    stories,
    test_app::{AI, Answer, TestApp},
};
use http::StatusCode;
use sayso::consent::{notice::NoticeText, store};
use sayso::ledger::{Channel, Purpose};
use sayso::time::UtcMillis;

stories![
    a_new_member_is_off_is_told_once_and_only_then_does_the_notice_period_run,
    only_a_person_is_told,
    a_form_that_was_loaded_by_one_member_is_not_pressed_by_another,
    opted_out_on_the_phone_still_off_on_the_laptop,
    a_visit_from_another_site_delivers_nothing_until_somebody_sees_it,
    the_same_press_twice_is_one_entry,
    many_presses_at_once_are_one_entry,
    a_form_older_than_the_choice_changes_nothing_and_says_so,
    on_and_off_cost_the_same,
    keep_it_off_is_there_until_there_is_a_choice,
    what_one_was_told_stands_under_its_own_address,
    a_version_once_published_is_only_followed,
    one_entry_belongs_to_one_member,
    bad_input_is_refused_without_a_500,
    in_an_excluded_region_there_is_no_switch_but_a_denial_can_be_given,
    a_denial_given_in_an_excluded_region_still_holds_when_the_rule_changes,
    overseas_it_is_as_in_the_country_that_it_belongs_to,
    in_an_opt_in_region_it_starts_at_off_not_asked_yet,
];

/// The promise.
async fn a_new_member_is_off_is_told_once_and_only_then_does_the_notice_period_run(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    let tab = ada.get("/settings/privacy").await;
    assert!(!tab.is_on());
    tab.says("It stays off at least until we have shown you the notice about it");
    assert_eq!(tab.text_of("#ai"), Purpose::GenerativeAiTraining.title());
    site.pass_days(400);
    site.pass(-1);
    assert!(!site.signed_in("ada@example.org").await.get("/settings/privacy").await.is_on());
    site.publish(1).await;
    let ada = site.signed_in("ada@example.org").await;
    let tab = ada.get("/settings/privacy").await;
    tab.says("New: please read this");
    tab.says("The exact words.");
    tab.says("If you do nothing, it will be on by default from");
    assert!(!tab.is_on());
    assert_eq!(site.count("notice").await, 1);
    let again = ada.get("/settings/privacy").await;
    again.does_not_say("New: please read this");
    assert_eq!(site.count("notice").await, 1);
    site.pass_days(30);
    site.pass(-1);
    let ada = site.signed_in("ada@example.org").await;
    assert!(!ada.get("/settings/privacy").await.is_on());
    site.pass(1);
    let tab = ada.get("/settings/privacy").await;
    assert!(tab.is_on());
    tab.says("On by default since");
    tab.says("You have not objected.");
    for word in ["consent", "agreed"] {
        tab.does_not_say(word);
        ada.get("/settings/privacy/history").await.does_not_say(word);
    }
}

async fn only_a_person_is_told(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    for (method, headers) in [
        (http::Method::HEAD, &[][..]),
        (http::Method::GET, &[("sec-purpose", "prefetch;prerender")]),
        (http::Method::GET, &[("purpose", "prefetch")]),
        (http::Method::GET, &[("sec-fetch-dest", "empty")]),
    ] {
        ada.send(method, "/settings/privacy", &[], headers).await.does_not_say("New: please read this");
    }
    assert_eq!(site.count("notice").await, 0);
    ada.get("/settings/privacy").await.says("New: please read this");
    assert_eq!(site.count("notice").await, 1);
}

/// Neither has chosen yet: the form of the one is not the other's, in the same browser.
async fn a_form_that_was_loaded_by_one_member_is_not_pressed_by_another(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    let form = ada.get("/settings/privacy").await.seen();
    assert!(!form.is_empty());
    site.member("bob@example.org", "US").await;
    let bob = site.signed_in("bob@example.org").await;
    bob.get("/settings/privacy").await;
    bob.post("/api/set-ai-training", &[("wanted", "allowed"), ("seen", &form)]).await;
    assert!(!bob.get("/settings/privacy").await.is_on());
    assert_eq!(site.count("choice").await, 0);
    // The same member, who has moved since.
    let moved = [("name", "Ada"), ("country", "CA")];
    ada.post("/api/change-details", &moved).await;
    ada.post("/api/set-ai-training", &[("wanted", "allowed"), ("seen", &form)]).await;
    assert_eq!(site.count("choice").await, 0);
    ada.press("allowed").await;
    assert_eq!(site.count("choice").await, 1);
}

async fn opted_out_on_the_phone_still_off_on_the_laptop(site: TestApp) {
    site.publish(1).await;
    let phone = site.member("ada@example.org", "US").await;
    phone.get("/settings/privacy").await;
    site.pass_days(31);
    let phone = {
        drop(phone);
        site.signed_in("ada@example.org").await
    };
    assert!(phone.get("/settings/privacy").await.is_on());
    let pressed = phone.press("denied").await;
    assert_eq!(pressed.status, StatusCode::FOUND);
    let tab = phone.get("/settings/privacy").await;
    assert!(!tab.is_on());
    tab.says("Saved as receipt");
    tab.says("Off by your choice.");
    tab.says("You turned it off");
    let laptop = site.signed_in("ada@example.org").await;
    assert!(!laptop.get("/settings/privacy").await.is_on());
    laptop.get("/settings/privacy/history").await.says("Turned on by default, because the notice period had ended");
    // Nothing that comes later turns it on again.
    site.publish(2).await;
    assert!(!laptop.get("/settings/privacy").await.is_on());
    site.pass_days(60);
    assert!(!site.signed_in("ada@example.org").await.get("/settings/privacy").await.is_on());
}

/// Whoever opened it may not have been looking.
async fn a_visit_from_another_site_delivers_nothing_until_somebody_sees_it(site: TestApp) {
    site.publish(1).await;
    let from = |site: &'static str| [("sec-fetch-site", site), ("sec-fetch-dest", "document")];
    for (email, how) in [("ada@example.org", "press"), ("eve@example.org", "visible"), ("ben@example.org", "visit")] {
        let member = site.member(email, "US").await;
        let before = site.count("notice").await;
        for _ in 0..2 {
            let page = member.send(http::Method::GET, "/settings/privacy", &[], &from("cross-site")).await;
            page.says("The exact words.");
            assert_eq!(page.attribute("[data-shown]", "data-shown"), "1.en");
            assert_eq!(page.field("shown"), "1.en");
        }
        assert_eq!(site.count("notice").await, before);
        // What says another notice than the one that is due delivers nothing.
        member.post("/api/notice-shown", &[("shown", "7.en")]).await;
        assert_eq!(site.count("notice").await, before);
        match how {
            "press" => {
                member.post("/api/set-ai-training", &[("wanted", "denied"), ("seen", ""), ("shown", "1.en")]).await;
                let text = member.get("/settings/privacy/history").await.text();
                assert!(
                    text.find("You chose to keep it off").unwrap() < text.find("You were shown notice 1").unwrap(),
                    "{text}"
                );
            }
            "visible" => drop(member.post("/api/notice-shown", &[("shown", "1.en")]).await),
            _ => {
                let page = member.send(http::Method::GET, "/settings/privacy", &[], &from("same-site")).await;
                assert!(!page.has("[data-shown]"));
            }
        }
        assert_eq!(site.count("notice").await, before + 1, "{how}");
        member.post("/api/notice-shown", &[("shown", "1.en")]).await;
        assert_eq!(site.count("notice").await, before + 1, "once");
    }
}

async fn the_same_press_twice_is_one_entry(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    let seen = ada.get("/settings/privacy").await.seen();
    let form = [("wanted", "denied"), ("seen", seen.as_str())];
    for _ in 0..3 {
        assert_eq!(ada.post("/api/set-ai-training", &form).await.status, StatusCode::FOUND);
    }
    assert_eq!(site.count("choice").await, 1);
}

async fn many_presses_at_once_are_one_entry(site: TestApp) {
    let ada = std::sync::Arc::new(site.member("ada@example.org", "US").await);
    let seen = ada.get("/settings/privacy").await.seen();
    let presses: Vec<_> = (0..12)
        .map(|_| {
            let (ada, seen) = (ada.clone(), seen.clone());
            tokio::spawn(async move {
                ada.post("/api/set-ai-training", &[("wanted", "denied"), ("seen", &seen)]).await.status
            })
        })
        .collect();
    for press in presses {
        assert_eq!(press.await.unwrap(), StatusCode::FOUND);
    }
    assert_eq!(site.count("choice").await, 1);
}

async fn a_form_older_than_the_choice_changes_nothing_and_says_so(site: TestApp) {
    site.publish(1).await;
    let one = site.member("ada@example.org", "US").await;
    let two = site.signed_in("ada@example.org").await;
    let old = two.get("/settings/privacy").await.seen();
    one.press("denied").await;
    let two_json = {
        let v = site.visitor();
        v.take_cookie_of(&two);
        v.wanting_json()
    };
    let answer = two_json.post("/api/set-ai-training", &[("wanted", "allowed"), ("seen", &old)]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("\"stale\":true") && answer.body.contains("\"on\":false"), "{}", answer.body);
    two.post("/api/set-ai-training", &[("wanted", "allowed"), ("seen", &old)]).await;
    let tab = two.get("/settings/privacy").await;
    tab.says("This changed after you loaded the page");
    assert!(!tab.is_on());
    assert_eq!(site.count("choice").await, 1);
    two.get("/settings/privacy").await.does_not_say("This changed after you loaded the page");
}

async fn on_and_off_cost_the_same(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    for wanted in ["allowed", "denied", "allowed"] {
        let pressed = ada.press(wanted).await;
        assert_eq!(pressed.status, StatusCode::FOUND);
        assert_eq!(ada.get("/settings/privacy").await.is_on(), wanted == "allowed");
    }
    assert_eq!(site.count("choice").await, 3);
}

async fn keep_it_off_is_there_until_there_is_a_choice(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.get("/settings/privacy").await.says("Keep it off");
    ada.press("denied").await;
    ada.get("/settings/privacy").await.does_not_say("Keep it off");
    site.pass_days(31);
    assert!(!site.signed_in("ada@example.org").await.get("/settings/privacy").await.is_on());
}

async fn what_one_was_told_stands_under_its_own_address(site: TestApp) {
    let published = site.publish(1).await;
    let anybody = site.visitor();
    let page = anybody.get("/notices/generative-ai-training/1").await;
    assert_eq!(page.status, StatusCode::OK);
    page.says("The exact words.");
    page.says(&published.notice.reference.sha256);
    for missing in [
        "/notices/generative-ai-training/2",
        "/notices/nothing/1",
        "/notices/generative-ai-training/x",
        "/notices/generative-ai-training/1?language=xx",
    ] {
        assert_eq!(anybody.get(missing).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

async fn a_version_once_published_is_only_followed(site: TestApp) {
    site.publish(2).await;
    let text =
        |version, body: &str| NoticeText::parse(&format!("T\n\n{body}"), AI, version, "en", UtcMillis(0)).unwrap();
    let db = &site.app.db;
    let now = site.app.clock.now();
    let same = store::publish(db, text(2, "Other words."), Channel::CommandLine, now).await.unwrap_err();
    assert!(same.to_string().contains("cannot be changed, only followed"), "{same}");
    let lower = store::publish(db, text(1, "Other words."), Channel::CommandLine, now).await.unwrap_err();
    assert!(lower.to_string().contains("does not follow 2"), "{lower}");
}

async fn one_entry_belongs_to_one_member(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    let path = ada.get("/settings/privacy").await.links("/settings/privacy/entries/").remove(0);
    let page = ada.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    page.says("The stored entry");
    let eve = site.member("eve@example.org", "US").await;
    assert_eq!(eve.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(eve.get("/settings/privacy/entries/nonsense").await.status, StatusCode::NOT_FOUND);
    let nobody = site.visitor().get(&path).await;
    assert_eq!(nobody.location(), format!("/sign-in?next={path}"));
}

async fn bad_input_is_refused_without_a_500(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await.wanting_json();
    for fields in [
        &[("wanted", "maybe")][..],
        &[("wanted", "denied"), ("seen", "x")],
        &[],
        &[("wanted", "denied"), ("seen", "\u{0}")],
    ] {
        let answer = ada.post("/api/set-ai-training", fields).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{fields:?}: {}", answer.body);
    }
    let nobody = site.visitor().wanting_json().post("/api/set-ai-training", &[("wanted", "denied")]).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    let nobody = site.visitor().post("/api/set-ai-training", &[("wanted", "denied")]).await;
    assert_eq!(nobody.location(), "/sign-in?next=/settings/privacy&unsent=1");
    assert_eq!(site.count("choice").await, 0);
}

async fn in_an_excluded_region_there_is_no_switch_but_a_denial_can_be_given(site: TestApp) {
    let site = site.with_rules(&everywhere("excluded")).await;
    site.publish(1).await;
    let ada = site.member("ada@example.org", "DE").await;
    let tab = ada.get("/settings/privacy").await;
    assert!(!tab.has("[role=switch]"));
    tab.says("not available in your country");
    tab.says("Keep it off");
    let refused = ada.post("/api/set-ai-training", &[("wanted", "allowed"), ("seen", "")]).await;
    assert_eq!(refused.location(), "/error?about=not-offered");
    assert_eq!(ada.get("/error?about=not-offered").await.status, StatusCode::CONFLICT);
    assert_eq!(site.count("choice").await, 0);
    ada.post("/api/set-ai-training", &[("wanted", "denied"), ("seen", "")]).await;
    assert_eq!(site.count("choice").await, 1);
    ada.get("/settings/privacy").await.says("Off by your choice.");
}

/// The reason why the button is there.
async fn a_denial_given_in_an_excluded_region_still_holds_when_the_rule_changes(site: TestApp) {
    let site = site.with_rules(&everywhere("excluded")).await;
    site.publish(1).await;
    let ada = site.member("ada@example.org", "DE").await;
    ada.get("/settings/privacy").await;
    ada.press("denied").await;
    site.member("bob@example.org", "DE").await.get("/settings/privacy").await;
    let site = site.with_rules(&everywhere("opt-out")).await;
    site.pass_days(31);
    assert!(!site.signed_in("ada@example.org").await.get("/settings/privacy").await.is_on());
    assert!(site.signed_in("bob@example.org").await.get("/settings/privacy").await.is_on());
}

/// Réunion is France: what told Europeans "not in your region" enrols nobody there either.
/// Where a notice for Europe may not mean somebody, it is not offered.
async fn overseas_it_is_as_in_the_country_that_it_belongs_to(site: TestApp) {
    const MEMBERS: [(&str, &str); 5] =
        [("fr", "France"), ("re", "Réunion"), ("ax", "Åland Islands"), ("nc", "New Caledonia"), ("us", "")];
    let set = |date| site.pass(UtcMillis::from_date(date).unwrap().0 - site.app.clock.now().0);
    let publish = async |version, effective| {
        let effective = UtcMillis::from_date(effective).unwrap();
        let text = NoticeText::parse("What we do\n\nThe words.", AI, version, "en", effective).unwrap();
        store::publish(&site.app.db, text, Channel::CommandLine, site.app.clock.now()).await.unwrap();
    };
    let tab = async |code: &str| site.signed_in(&format!("{code}@example.org")).await.get("/settings/privacy").await;
    // Of a page that may have no switch.
    let on = |tab: &Answer| tab.has("[aria-checked=true]");
    set("2024-09-18");
    publish(1, "2024-09-18").await;
    for (code, _) in MEMBERS {
        site.member(&format!("{code}@example.org"), &code.to_uppercase()).await.get("/settings/privacy").await;
    }
    set("2024-10-19");
    for (code, name) in MEMBERS {
        let tab = tab(code).await;
        assert_eq!(on(&tab), code == "us", "{code}");
        if code != "us" {
            tab.says(&format!("not available in your country ({name})"));
            assert!(!tab.has("[role=switch]"), "{code}");
        }
    }
    set("2025-11-03");
    publish(2, "2025-11-03").await;
    for (code, name) in MEMBERS {
        let tab = tab(code).await;
        assert_eq!(on(&tab), code == "us", "{code}");
        match code {
            "fr" | "re" | "ax" => tab.says("If you do nothing, it will be on by default from 3 December 2025"),
            "nc" => tab.says(&format!("not available in your country ({name})")),
            _ => {}
        }
    }
    set("2025-12-03");
    for (code, _) in MEMBERS {
        let tab = tab(code).await;
        assert_eq!(on(&tab), code != "nc", "{code}");
        match code {
            "fr" | "re" | "ax" => tab.says("On by default since 3 December 2025"),
            "us" => tab.says("On by default since 18 October 2024"),
            _ => tab.says("not available in your country (New Caledonia)"),
        }
    }
}

async fn in_an_opt_in_region_it_starts_at_off_not_asked_yet(site: TestApp) {
    let site = site.with_rules(&everywhere("opt-in")).await;
    site.publish(1).await;
    site.member("ada@example.org", "DE").await;
    site.pass_days(400);
    let ada = site.signed_in("ada@example.org").await;
    let tab = ada.get("/settings/privacy").await;
    assert!(!tab.is_on());
    tab.says("Off. We have not asked you yet.");
    tab.says("Keep it off");
    ada.press("allowed").await;
    assert!(ada.get("/settings/privacy").await.is_on());
}

/// The rules of regions that the built-in file no longer has: one `default` everywhere.
pub fn everywhere(default: &str) -> String {
    let everybody = sayso::account::regions::built_in().everybody();
    format!(
        "[[rule]]\nid = \"{default}\"\npurpose = \"generative-ai-training\"\nregions = {everybody}\n\
         from = \"2024-01-01\"\ndefault = \"{default}\"\n"
    )
}
