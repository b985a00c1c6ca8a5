//! A notice stays on the tab until its reader decides, objects or dismisses it.

use crate::{
    stories,
    test_app::{Answer, TestApp},
};

stories![
    a_notice_stays_until_it_is_dismissed,
    a_notice_stays_until_there_is_a_choice,
    an_objection_is_a_decision_too,
    only_the_notice_on_the_page_is_dismissed,
    who_is_on_by_default_reads_how_to_say_no,
];

const TAB: &str = "/settings/privacy";
const NEW: &str = "New: please read this";
const STAYS: &str = "Please read this";
const FIRST: &str = "This is about using what you write here to train generative AI models.";

fn shows(page: &Answer, heading: &str) {
    assert_eq!(page.text_of("#notice"), heading);
    page.says(FIRST);
    page.says("The exact words.");
    assert!(page.has("a[href='#ai']") && page.has("a[href='#notice-text']"));
}

fn is_without(page: &Answer) {
    assert!(!page.has("#notice") && !page.has("#notice-text"), "{}", page.text());
    page.does_not_say(FIRST);
    page.does_not_say("The exact words.");
}

async fn a_notice_stays_until_it_is_dismissed(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    let first = ada.get(TAB).await;
    shows(&first, NEW);
    first.says("If you do nothing, it will be on by default from");
    first.says("To say no, press “Keep it off” below.");
    let elsewhere = site.signed_in("ada@example.org").await;
    shows(&elsewhere.get(TAB).await, STAYS);
    let entries = site.count("notice").await;
    let mark = first.attribute("[action^='/api/dismiss-notice'] [name=shown]", "value");
    for _ in 0..2 {
        elsewhere.post("/api/dismiss-notice", &[("shown", &mark)]).await;
        is_without(&elsewhere.get(TAB).await);
    }
    is_without(&ada.get(TAB).await);
    assert_eq!(site.count("notice").await, entries);
    assert_eq!(site.count("choice").await, 0, "it is no choice");
    site.pass_days(31);
    assert!(site.signed_in("ada@example.org").await.get(TAB).await.is_on(), "and changes none");
    // The next version is another notice.
    site.publish(2).await;
    let next = site.signed_in("ada@example.org").await;
    shows(&next.get(TAB).await, NEW);
    shows(&next.get(TAB).await, STAYS);
}

async fn a_notice_stays_until_there_is_a_choice(site: TestApp) {
    site.publish(1).await;
    for (n, wanted) in ["denied", "allowed"].into_iter().enumerate() {
        let ada = site.member(&format!("ada{n}@example.org"), "US").await;
        let seen = ada.get(TAB).await.seen();
        shows(&ada.get(TAB).await, STAYS);
        ada.post("/api/set-ai-training", &[("wanted", wanted), ("seen", &seen)]).await;
        is_without(&ada.get(TAB).await);
    }
    // A choice holds, whatever notices come later: the next is shown once, and asks for nothing.
    site.publish(2).await;
    for n in 0..2 {
        let ada = site.signed_in(&format!("ada{n}@example.org")).await;
        let page = ada.get(TAB).await;
        assert_eq!(page.text_of("#notice"), NEW);
        page.says("The exact words.");
        page.says("by your choice.");
        assert!(!page.has("a[href='#ai']") && !page.has("[action^='/api/dismiss-notice']"));
        is_without(&ada.get(TAB).await);
    }
}

async fn an_objection_is_a_decision_too(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    shows(&ada.get(TAB).await, NEW);
    let member = ada.get("/objection").await.field("member");
    let form = [
        ("form", "00000000-0000-4000-8000-000000000001"),
        ("member", member.as_str()),
        ("purposes[]", "generative-ai-training"),
        ("mode", "object"),
        ("language", "en"),
    ];
    ada.post("/api/submit-objection", &form).await.says("OBJ-");
    is_without(&ada.get(TAB).await);
}

async fn only_the_notice_on_the_page_is_dismissed(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    for other in ["", "2.en", "1.de", "1", "x".repeat(5_000).as_str()] {
        ada.post("/api/dismiss-notice", &[("shown", other)]).await;
    }
    shows(&ada.get(TAB).await, NEW);
    ada.post("/api/dismiss-notice", &[("shown", "2.en")]).await;
    shows(&ada.get(TAB).await, STAYS);
    let other_site = [("sec-fetch-site", "cross-site")];
    let bob = site.member("bob@example.org", "US").await;
    let unseen = bob.send(http::Method::GET, TAB, &[], &other_site).await;
    shows(&unseen, NEW);
    // Whoever dismisses it had it in front of them.
    bob.post("/api/dismiss-notice", &[("shown", "1.en")]).await;
    is_without(&bob.get(TAB).await);
    assert_eq!(site.count("notice").await, 2);
}

async fn who_is_on_by_default_reads_how_to_say_no(site: TestApp) {
    site.publish(1).await;
    site.member("ada@example.org", "US").await.get(TAB).await;
    site.pass_days(31);
    let page = site.signed_in("ada@example.org").await.get(TAB).await;
    shows(&page, STAYS);
    page.says("To say no, turn off the switch below.");
}
