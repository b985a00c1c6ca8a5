//! A member asks what held at a past instant, and why.

use crate::objection::{ONE, TWO, file};
use crate::stories;
use crate::test_app::TestApp;
use http::StatusCode;

stories![
    a_member_reads_what_held_then_and_nothing_that_came_later,
    a_time_that_nothing_is_known_of_is_said_at_its_field,
    an_entry_says_what_held_after_it,
];

const HISTORY: &str = "/settings/privacy/history";

async fn a_member_reads_what_held_then_and_nothing_that_came_later(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "IE").await;
    ada.get("/settings/privacy").await;
    site.pass_days(40);
    let ada = site.signed_in("ada@example.org").await;
    let case = file(&ada, ONE, &["research"]).await;
    site.pass_days(3);
    ada.press("denied").await;
    ada.post("/api/withdraw-objection", &[("case", &case)]).await;
    site.pass_days(1);
    let later = file(&ada, TWO, &["inferences"]).await;
    site.pass_days(1);
    let on = async |minute: &str| ada.get(&format!("{HISTORY}?at={minute}")).await;
    // Signed up on 23 November 2026 and told the same day.
    let early = on("2026-11-25T12:00").await;
    early.is_page("Your settings on 25 November 2026, 12:00 UTC");
    assert_eq!(early.texts_of("[aria-labelledby=ai] dt")[0], "On 25 November 2026, 12:00 UTC");
    early.says("Off for now. If you do nothing, it will be on by default from 23 December 2026");
    early.does_not_say(&case);
    early.does_not_say("You turned it off");
    assert!(early.text_of(".ends").contains("25 November 2026, 12:00 UTC"));
    let default = on("2027-01-02T23:59").await;
    default.says("On by default since 23 December 2026. You have not objected.");
    default.says("Research was paused while we decided on");
    default.says("Turned on by default, because the notice period had ended");
    default.does_not_say("You turned it off");
    // The very minute in which it was filed, and the one before.
    on("2027-01-02T00:00").await.says(&case);
    on("2027-01-01T23:59").await.does_not_say(&case);
    let chosen = on("2027-01-05T12:00").await;
    chosen.says("Off by your choice.");
    chosen.says("You turned it off");
    chosen.does_not_say("paused while we decided");
    chosen.does_not_say(&later);
    for page in [&early, &default, &chosen] {
        // Nothing to press that would be of today.
        assert_eq!(page.count("main form[method=post]"), 0);
        page.does_not_say("Open the Data Processing Objection Form");
        assert_eq!(page.links(HISTORY)[0], HISTORY);
    }
    assert_eq!(chosen.field("at"), "2027-01-05T12:00");
    // Nothing was delivered or recorded by asking.
    let [before, after] = [on("2026-11-25").await, on("2026-11-25%2000:00").await];
    assert_eq!(before.text_of("main"), after.text_of("main"), "a date alone is its first minute");
    // The present minute is the present.
    let now = on("2027-01-07T00:00").await;
    now.is_page("History");
    now.says("You turned it off");
}

async fn a_time_that_nothing_is_known_of_is_said_at_its_field(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    site.pass_days(1);
    for (minute, said) in [
        ("2026-11-26T00:01", "This time has not come yet. Please enter a time in the past."),
        ("2026-02-30T12:00", "Please enter a date and a time in UTC, such as 2026-11-23 12:00."),
        ("%00", "Please enter a date and a time in UTC"),
        (
            "2026-11-22T12:00",
            "This account did not exist on 22 November 2026, 12:00 UTC. It was created on 23 November 2026, 00:00 UTC.",
        ),
    ] {
        let page = ada.get(&format!("{HISTORY}?at={minute}")).await;
        assert_eq!(page.status, StatusCode::OK, "{minute}");
        page.says(said);
        assert!(page.has("#at[aria-invalid=true]"), "{minute}");
        assert!(!page.has("[aria-labelledby=ai]") && page.has("tbody"), "{minute}");
    }
    // Whoever is not signed in comes back to the time that they asked about.
    let visitor = site.visitor();
    let sent = visitor.get(&format!("{HISTORY}?at=2026-11-23T12:00")).await.location();
    assert!(sent.contains("2026-11-23T12") && sent.starts_with("/sign-in"), "{sent}");
}

async fn an_entry_says_what_held_after_it(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "IE").await;
    ada.get("/settings/privacy").await;
    site.pass_days(1);
    let ada = site.signed_in("ada@example.org").await;
    ada.press("denied").await;
    site.pass_days(1);
    ada.press("allowed").await;
    let case = file(&ada, ONE, &["research"]).await;
    site.pass_days(1);
    let history = ada.get(HISTORY).await;
    let entries = history.links("/settings/privacy/entries/");
    let mut held = Vec::new();
    for entry in entries {
        let page = ada.get(&entry).await;
        held.push((page.texts_of("dl.facts dd").swap_remove(0), page.text_of("dl.facts")));
    }
    let of = |what: &str| held.iter().find(|(first, _)| first.starts_with(what)).unwrap_or_else(|| panic!("{held:?}"));
    assert!(of("You chose to keep it off").1.contains("What held thenOff by your choice."), "{held:?}");
    assert!(of("You turned it on").1.contains("What held thenOn by your choice."), "{held:?}");
    assert!(!of(&format!("Objection {case} filed")).1.contains("What held then"), "it is about another use");
}
