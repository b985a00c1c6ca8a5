//! What staff see of a past instant: what held then, and nothing of today.

use super::*;

stories![
    a_past_instant_shows_what_held_then_and_nothing_of_today,
    a_time_to_come_or_before_the_account_is_told_and_shows_nothing,
];

async fn a_past_instant_shows_what_held_then_and_nothing_of_today(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "IE").await;
    ada.get("/settings/privacy").await;
    site.pass_days(40);
    let ada = {
        drop(ada);
        site.signed_in("ada@example.org").await
    };
    let case = file(&ada, ONE, &["research"]).await;
    site.pass_days(3);
    ada.press("denied").await;
    ada.post("/api/withdraw-objection", &[("case", &case)]).await;
    site.pass_days(1);
    let longer = file(&ada, TWO, &["inferences"]).await;
    site.pass_days(1);
    let fields = [("case", &*longer), ("revision", "1"), ("months", "2"), ("reason", "Many at once.")];
    site.officer().await.post("/api/extend-objection", &fields).await;
    site.pass_days(2);
    let id = member(&site, "ada@example.org").await.id;
    let support = support(&site).await;
    look(&support, &id).await;
    let on = async |minute: &str| support.get(&format!("/support/members/{id}?at={minute}")).await;
    // Signed up on 23 November 2026 and told the same day.
    let early = on("2026-11-25T12:00").await;
    early.says("A member's settings on 25 November 2026, 12:00 UTC");
    assert_eq!(early.texts_of("[aria-labelledby=ai] dt")[0], "On 25 November 2026, 12:00 UTC");
    early.says("Off during the notice period. If the member does nothing, it is on by default from 23 December 2026");
    early.does_not_say(&case);
    early.says("Nobody had viewed the member's settings by then.");
    let default = on("2027-01-02T23:59").await;
    default.says("On by default since 23 December 2026. The member has not objected.");
    default.says("Research was paused while we decided on");
    default.says(&case);
    // The very minute in which it was filed, and the one before.
    on("2027-01-02T00:00").await.says(&case);
    on("2027-01-01T23:59").await.does_not_say(&case);
    let chosen = on("2027-01-05T12:00").await;
    chosen.says("Off by their choice.");
    chosen.does_not_say("paused while");
    chosen.does_not_say("viewed these settings");
    on("2027-01-06T12:00").await.says("Answer due by 6 February 2027.");
    on("2027-01-07T12:00").await.says("Answer due by 6 April 2027.");
    for page in [&early, &default, &chosen] {
        speaks_to_nobody(page);
        // Nothing of today: no controls, no access, no address, and the picture ends there.
        assert_eq!(page.count("main form, main button, main input"), 0);
        for of_today in ["Access until", "E-mail address", "Next visit", "Show the full address"] {
            page.does_not_say(of_today);
        }
        let words: Vec<String> = own_words(page).split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect();
        assert!(!words.contains(&"now".to_owned()), "{}", own_words(page));
    }
    assert!(early.text_of(".ends").contains("25 November 2026, 12:00 UTC"));
    // The present minute is the present.
    let today = on("2027-01-09T00:00").await;
    today.says("What a member sees");
    today.says("Support viewed these settings");
    // A date alone is its first minute, and a blank does for the T.
    on("2026-11-25").await.says("On 25 November 2026, 00:00 UTC");
    on("2026-11-25%2012:00").await.says("On 25 November 2026, 12:00 UTC");
    let history = support.get(&format!("/support/members/{id}/history?at=2027-01-02T23:59")).await;
    history.says("On 2 January 2027, 23:59 UTC.");
    history.says("Turned on by default, because the notice period had ended");
    history.does_not_say("The member turned it off");
    speaks_to_nobody(&history);
    let whole = support.get(&format!("/support/members/{id}/history")).await;
    whole.says("The member turned it off");
    // An entry that came later is not there yet.
    let newest = &whole.links(&format!("/support/members/{id}/entries/"))[0];
    assert_eq!(support.get(newest).await.status, StatusCode::OK);
    assert_eq!(support.get(&format!("{newest}?at=2027-01-02T23:59")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(early.text_of("article > footer > a"), "Full history");
    let link = early.attribute("article > footer > a", "href");
    assert_eq!(link, format!("/support/members/{id}/history?at=2026-11-25T12:00"));
}

async fn a_time_to_come_or_before_the_account_is_told_and_shows_nothing(site: TestApp) {
    let (id, _ada) = ada(&site).await;
    site.pass_days(3);
    let support = support(&site).await;
    look(&support, &id).await;
    let path = format!("/support/members/{id}");
    let to_come = "This time has not come yet. Please enter a time in the past.";
    let unreadable = "Please enter a date and a time in UTC, such as 2026-11-23 12:00.";
    let before =
        "This account did not exist on 22 November 2026, 12:00 UTC. It was created on 23 November 2026, 00:00 UTC.";
    for (minute, said) in [
        ("2026-11-26T00:01", to_come),
        ("2999-01-01T00:00", to_come),
        ("2026-02-30T12:00", unreadable),
        ("yesterday", unreadable),
        ("%00", unreadable),
        ("2026-11-22T12:00", before),
    ] {
        let page = support.get(&format!("{path}?at={minute}")).await;
        assert_eq!(page.status, StatusCode::OK, "{minute}");
        page.says(said);
        assert!(page.has("#at[aria-invalid=true]"), "{minute}");
        assert!(!page.has(STANDING) && !page.has("[aria-labelledby=looked]"), "{minute}");
        let history = support.get(&format!("{path}/history?at={minute}")).await;
        history.says(said);
        assert!(!history.has("tbody"), "{minute}");
    }
}
