//! Staff find members and look at their settings; members see that they did.

use crate::objection::{ONE, TWO, file};
use crate::stories;
use crate::test_app::{Answer, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::{Country, NewMember, Role};
use sayso::account::store;
use sayso::db::Db;
use sayso::ledger::{Actor, Entry, Kind, Reason, Shown, entry::sealed, store as ledger};
use sayso::time::UtcMillis;

stories![
    support_looks_and_the_member_reads_that_it_did_and_why,
    what_staff_see_is_the_members_page_without_the_controls,
    looking_delivers_no_notice,
    after_half_an_hour_the_reason_is_asked_for_again,
    the_whole_address_is_a_second_recorded_act,
    a_reason_that_is_not_one_opens_nothing_and_what_was_typed_is_still_there,
    who_may_not_look_finds_nothing_and_nothing_is_recorded,
    nobody_of_the_staff_can_change_a_choice,
    as_of_a_day_shows_what_held_then_and_why,
    a_member_is_found_by_the_beginnings_of_words_and_their_address_is_masked,
    somebody_is_found_whoever_else_has_words_like_theirs,
    an_address_is_found_as_a_whole_and_its_domain_not_letter_by_letter,
    results_come_in_pages_each_member_once,
    words_so_common_that_few_are_looked_through_are_said_to_be,
    who_has_no_words_yet_gets_them,
];

async fn join(site: &TestApp, name: &str, email: &str) -> String {
    let (name, email, country) = (name.into(), email.into(), Country::parse("IE").unwrap());
    let new = NewMember {
        name,
        email,
        country,
        role: Role::Member,
        password_hash: "none".into(),
        demo: false,
        address_proved: true,
    };
    site.app.join(new).await.unwrap().id
}

async fn support(site: &TestApp) -> TestClient {
    site.staff("support@example.org", Role::Support).await;
    site.signed_in_as("support@example.org", Role::Support).await
}

fn names(page: &Answer) -> Vec<String> {
    let links = page.body.split("href=\"/support/members/").skip(1);
    links.map(|rest| rest.split_once("<bdi>").unwrap().1.split('<').next().unwrap().to_owned()).collect()
}

/// A member who has been told and has turned it off, with their id and browser.
async fn ada(site: &TestApp) -> (String, TestClient) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("denied").await;
    (member(site, "ada@example.org").await.id, ada)
}

async fn member(site: &TestApp, email: &str) -> sayso::account::model::Member {
    store::by_email(site.app.db.reader().await.unwrap().conn(), email).await.unwrap().unwrap()
}

async fn views(site: &TestApp, email: &str) -> Vec<Entry> {
    let subject = member(site, email).await.subject;
    let all = ledger::of_subject(site.app.db.reader().await.unwrap().conn(), &subject).await.unwrap();
    all.into_iter().filter(|e| e.kind == Kind::View).collect()
}

/// Gives the reason that is given most.
async fn look(staff: &TestClient, id: &str) -> Answer {
    staff
        .post("/api/look-at-member", &[("member", id), ("reason", "asked"), ("text", "Called about the switch.")])
        .await
}

/// One card of a page as it was written, without what only islands have, what only the member can
/// press, and where links lead.
fn card(page: &Answer, named: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("aria-labelledby=\"{named}\"")).expect("the card is there");
    let mut card = rest.split_once("</article>").unwrap().0.to_owned();
    for (begin, end) in [
        ("<!--", "-->"),
        ("<leptos-island", ">"),
        ("</leptos-island", ">"),
        ("<div class=\"controls\">", "</div>"),
        (" href=\"", "\""),
        ("<p><a class=\"button\"", "</p>"),
    ] {
        while let Some((before, rest)) = card.split_once(begin) {
            card = format!("{before}{}", rest.split_once(end).unwrap().1);
        }
    }
    card.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn support_looks_and_the_member_reads_that_it_did_and_why(site: TestApp) {
    let (id, ada) = ada(&site).await;
    let tab = ada.get("/settings/privacy").await;
    tab.says("Who looked");
    tab.says("Nobody has viewed these settings.");
    let support = support(&site).await;
    let path = format!("/support/members/{id}");
    let asked = support.get(&path).await;
    asked.says("View a member's settings");
    asked.does_not_say("Off by your choice.");
    assert!(views(&site, "ada@example.org").await.is_empty(), "asking for the reason is not a look");

    let answer = look(&support, &id).await;
    assert_eq!(answer.location(), path);
    let page = support.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    page.says("Off by your choice.");
    page.says("a…@e…e.org");
    page.does_not_say("ada@example.org");
    page.says("23 November 2026, 00:30 UTC");
    assert!(!page.body.contains("<leptos-island") && !page.body.contains("set-ai-training"));
    support.get(&path).await;
    look(&support, &id).await;

    let views = views(&site, "ada@example.org").await;
    assert_eq!(views.len(), 1, "one look, however often its pages are read or the form is sent");
    let view = views[0].view.clone().unwrap();
    assert_eq!(
        (views[0].version, views[0].actor, view.shown, view.reason),
        (3, Actor::Support, Shown::Settings, Reason::Asked)
    );
    let sql = "select staff_id, text, salt from looks where entry_id = $1";
    let entry = views[0].id.to_string();
    let (staff, text, salt): (String, String, String) = match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).bind(&entry).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_as(sql).bind(&entry).fetch_one(pool).await.unwrap(),
    };
    assert_eq!(staff, member(&site, "support@example.org").await.id);
    assert_eq!(view.text, Some(sealed(&salt, &text)));
    let bytes = String::from_utf8(views[0].canonical().bytes).unwrap();
    for secret in ["Called", "Staff", &staff, "support@", &id] {
        assert!(!bytes.contains(secret), "{secret} in {bytes}");
    }

    let tab = ada.get("/settings/privacy").await;
    tab.says("Support viewed these settings on 23 November 2026, 00:00 UTC. Reason: you asked us for help.");
    let history = ada.get("/settings/privacy/history").await;
    history.says("Support viewed these settings: you asked us for help");
    let receipt = ada.get(&format!("/settings/privacy/entries/{entry}")).await;
    receipt.says("Support viewed these settings: you asked us for help");
    for page in [tab, history, receipt] {
        for secret in ["Staff", "support@", "Called"] {
            page.does_not_say(secret);
        }
    }
}

async fn what_staff_see_is_the_members_page_without_the_controls(site: TestApp) {
    let (id, ada) = ada(&site).await;
    let first = file(&ada, ONE, &["research"]).await;
    file(&ada, TWO, &["generative-ai-training"]).await;
    let support = support(&site).await;
    let officer = site.officer().await;
    let path = format!("/support/members/{id}");
    officer.post("/api/look-at-member", &[("member", &id), ("case", &first)]).await;
    look(&support, &id).await;
    let own = ada.get("/settings/privacy").await;
    own.says(&format!(
        "Our privacy team viewed these settings on 23 November 2026, 00:00 UTC. Reason: your objection {first}."
    ));
    for staff in [&support, &officer] {
        let seen = staff.get(&path).await;
        for named in ["ai", "ml", "looked"] {
            assert_eq!(card(&seen, named), card(&own, named), "{named}");
        }
        // Nothing that could be pressed on the member's behalf.
        let (_, cards) = seen.body.split_once("aria-labelledby=\"ai\"").unwrap();
        for control in ["<form", "<button", "<input", "role=\"switch\"", "href=\"/objection\"", "href=\"/settings"] {
            assert!(!cards.contains(control), "{control}");
        }
        seen.says("The member sees a switch that is off");
        let history = staff.get(&format!("{path}/history")).await;
        let rows = |page: &Answer| {
            page.body
                .split_once("<tbody>")
                .unwrap()
                .1
                .split_once("</tbody>")
                .unwrap()
                .0
                .replace(&path, "/settings/privacy")
        };
        assert_eq!(rows(&history), rows(&ada.get("/settings/privacy/history").await));
        let link = history.body.split_once(&format!("href=\"{path}/entries/")).unwrap().1.split_once('"').unwrap().0;
        let receipt = staff.get(&format!("{path}/entries/{link}")).await;
        receipt.says("The stored entry");
        let own = ada.get(&format!("/settings/privacy/entries/{link}")).await;
        let bytes = |page: &Answer| page.body.split_once("<pre").unwrap().1.split_once("</pre>").unwrap().0.to_owned();
        assert_eq!(bytes(&receipt), bytes(&own));
    }
    assert!(officer.get(&path).await.body.contains(&format!("href=\"/support/objections/{first}\"")));
    assert!(!support.get(&path).await.body.contains("href=\"/support/objections"), "a link to where they may not go");
    // Somebody else's receipt is not to be had under this member's address.
    let eve = site.member("eve@example.org", "IE").await;
    eve.get("/settings/privacy").await;
    let subject = member(&site, "eve@example.org").await.subject;
    let hers = ledger::of_subject(site.app.db.reader().await.unwrap().conn(), &subject).await.unwrap();
    assert_eq!(support.get(&format!("{path}/entries/{}", hers[0].id)).await.status, StatusCode::NOT_FOUND);
}

async fn looking_delivers_no_notice(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    let id = member(&site, "ada@example.org").await.id;
    site.publish(1).await;
    let support = support(&site).await;
    look(&support, &id).await;
    let page = support.get(&format!("/support/members/{id}")).await;
    page.says("It stays off at least until we have shown you the notice about it");
    page.says("We will show them notice 1");
    assert_eq!(site.count("notice").await, 0);
    ada.get("/settings/privacy").await.says("New: please read this");
}

async fn after_half_an_hour_the_reason_is_asked_for_again(site: TestApp) {
    let (id, _ada) = ada(&site).await;
    let support = support(&site).await;
    let path = format!("/support/members/{id}");
    look(&support, &id).await;
    site.pass_at_work(&support, 30 * 60_000 - 1).await;
    let history = format!("{path}/history");
    support.get(&history).await.says("A member's history");
    site.pass(1);
    let entry = views(&site, "ada@example.org").await[0].id.to_string();
    for page in [path.clone(), history.clone(), format!("{path}/entries/{entry}")] {
        let page = support.get(&page).await;
        page.says("View a member's settings");
        page.does_not_say("viewed these settings");
    }
    let refused = support.post("/api/unmask-address", &[("member", &id)]).await;
    refused.refused("View a member's settings").says("Your 30 minutes are over. Please give your reason again.");
    refused.does_not_say("ada@example.org");
    let again = [("member", &*id), ("reason", "fault"), ("text", "Once more."), ("next", &*history)];
    assert_eq!(support.post("/api/look-at-member", &again).await.location(), history);
    support.get(&history).await.says("something was not working");
    assert_eq!(views(&site, "ada@example.org").await.len(), 2);
    // A look is one person's, at one member.
    let officer = site.officer().await;
    officer.get(&path).await.says("View a member's settings");
    let eve = join(&site, "Eve", "eve@example.org").await;
    support.get(&format!("/support/members/{eve}")).await.says("View a member's settings");
    for elsewhere in ["https://evil.example/", "//evil.example", "/support", "/support/members/x", ""] {
        let fields = [("member", &*eve), ("reason", "fault"), ("text", "x"), ("next", elsewhere)];
        assert_eq!(support.post("/api/look-at-member", &fields).await.location(), format!("/support/members/{eve}"));
    }
}

async fn the_whole_address_is_a_second_recorded_act(site: TestApp) {
    let (id, ada) = ada(&site).await;
    let support = support(&site).await;
    let path = format!("/support/members/{id}");
    look(&support, &id).await;
    assert_eq!(support.post("/api/unmask-address", &[("member", &id)]).await.location(), path);
    let page = support.get(&path).await;
    page.says("You can now see the full address, and we have recorded that.");
    page.says("ada@example.org");
    support.post("/api/unmask-address", &[("member", &id)]).await;
    let views = views(&site, "ada@example.org").await;
    assert_eq!(views.len(), 2);
    let shown = views[1].view.clone().unwrap();
    assert_eq!((shown.shown, shown.during, shown.text), (Shown::Address, Some(views[0].id), None));
    ada.get("/settings/privacy")
        .await
        .says("Support saw your full e-mail address on 23 November 2026, 00:00 UTC. Reason: you asked us for help.");
    // It is not shown to anybody else, nor after the half hour.
    let officer = site.officer().await;
    look(&officer, &id).await;
    officer.get(&path).await.does_not_say("ada@example.org");
    site.pass_at_work(&support, 30 * 60_000).await;
    look(&support, &id).await;
    support.get(&path).await.does_not_say("ada@example.org");
}

async fn a_reason_that_is_not_one_opens_nothing_and_what_was_typed_is_still_there(site: TestApp) {
    let (id, _ada) = ada(&site).await;
    let eve = site.member("eve@example.org", "IE").await;
    let hers = file(&eve, ONE, &["research"]).await;
    let support = support(&site).await;
    for (case, reason, text, said) in [
        ("", "", "Typed already.", "Please enter a case number above, or choose a reason."),
        ("", "asked", " ", "Please write a short note on why you need to look."),
        ("", "case", "Typed already.", "Please enter a case number above"),
        ("OBJ-1", "", "Typed already.", "This is not a case number."),
        (&*hers, "", "Typed already.", "This member has no case with this number."),
        ("OBJ-00000000", "asked", "Typed already.", "This member has no case with this number."),
    ] {
        let fields = [("member", &*id), ("case", case), ("reason", reason), ("text", text)];
        let page = support.post("/api/look-at-member", &fields).await;
        page.refused("View a member's settings").says(said);
        assert!(page.body.contains("Typed already.") || text == " ");
        page.does_not_say("Off by your choice.");
    }
    let long = "x".repeat(301);
    let page = support.post("/api/look-at-member", &[("member", &id), ("reason", "asked"), ("text", &long)]).await;
    page.refused("View a member's settings").says("Please use at most 300 characters.");
    assert!(views(&site, "ada@example.org").await.is_empty());
}

async fn who_may_not_look_finds_nothing_and_nothing_is_recorded(site: TestApp) {
    let (id, ada) = ada(&site).await;
    site.staff("auditor@example.org", Role::Auditor).await;
    let auditor = site.signed_in_as("auditor@example.org", Role::Auditor).await;
    let eve = site.member("eve@example.org", "IE").await;
    let path = format!("/support/members/{id}");
    for visitor in [&ada, &auditor, &eve] {
        look(visitor, &id).await;
        visitor.post("/api/unmask-address", &[("member", &id)]).await;
        for page in ["/support".to_owned(), "/support?q=ada".into(), path.clone(), format!("{path}/history")] {
            let page = visitor.get(&page).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND);
            page.does_not_say("Ada");
        }
    }
    let nobody = site.visitor();
    assert_eq!(look(&nobody, &id).await.location(), "/sign-in?next=/settings/privacy");
    assert_eq!(nobody.get(&path).await.location(), format!("/sign-in?next={path}"));
    assert!(views(&site, "ada@example.org").await.is_empty());
    // There is nobody to look at under other addresses, and staff are not to be looked at.
    let support = support(&site).await;
    let staff = member(&site, "support@example.org").await.id;
    for id in [&*staff, "x", "%00", &id.to_uppercase(), &id.replace('-', "")] {
        assert_eq!(support.get(&format!("/support/members/{id}")).await.status, StatusCode::NOT_FOUND, "{id}");
        look(&support, id).await;
    }
    assert_eq!(site.count("view").await, 0);
}

async fn nobody_of_the_staff_can_change_a_choice(site: TestApp) {
    let (id, ada) = ada(&site).await;
    let support = support(&site).await;
    let officer = site.officer().await;
    for staff in [&support, &officer] {
        look(staff, &id).await;
        let answer = staff.post("/api/set-ai-training", &[("wanted", "allowed"), ("seen", ""), ("member", &id)]).await;
        assert_eq!(answer.location(), "/error?about=not-found");
        let fields = [("form", ONE), ("purposes[]", "research"), ("mode", "object"), ("language", "en")];
        staff.post("/api/submit-objection", &fields).await.refused("Data Processing Objection Form");
    }
    assert_eq!((site.count("choice").await, site.count("objection").await), (1, 0));
    assert!(!ada.get("/settings/privacy").await.is_on());
}

async fn as_of_a_day_shows_what_held_then_and_why(site: TestApp) {
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
    let on = async |day: &str| support.get(&format!("/support/members/{id}?at={day}")).await;
    // Signed up on 23 November 2026 and told the same day.
    let early = on("2026-11-25").await;
    early.says("As of the end of 25 November 2026 (UTC).");
    early.says("Off for now. If you do nothing, it will be on by default from 23 December 2026");
    early.does_not_say(&case);
    early.says("Nobody has viewed these settings.");
    let default = on("2027-01-02").await;
    default.says("On by default since 23 December 2026. You have not objected.");
    default.says("Research is paused while we decide on");
    default.says(&case);
    let chosen = on("2027-01-05").await;
    chosen.says("Off by your choice.");
    chosen.does_not_say("is paused while");
    chosen.does_not_say("Support viewed these settings");
    on("2027-01-06").await.says("Answer due by 6 February 2027.");
    on("2027-01-07").await.says("Answer due by 6 April 2027.");
    let today = on("2027-01-09").await;
    today.does_not_say("As of the end of");
    today.says("Support viewed these settings");
    for wrong in ["2027-01-10", "2026-02-30", "yesterday", "%00"] {
        let page = on(wrong).await;
        page.says("Please enter today or an earlier day");
        page.says("Support viewed these settings");
    }
    on("2026-11-22")
        .await
        .says("This account did not exist on this day. It was created on 23 November 2026, 00:00 UTC.");
    let history = support.get(&format!("/support/members/{id}/history?at=2027-01-02")).await;
    history.says("As of the end of 2 January 2027 (UTC).");
    history.says("Turned on by default, because the notice period had ended");
    history.does_not_say("You turned it off");
    let link = early.body.split_once("Full history").unwrap().0.rsplit_once("href=\"").unwrap().1;
    assert!(link.starts_with(&format!("/support/members/{id}/history?at=2026-11-25")), "{link}");
}

async fn a_member_is_found_by_the_beginnings_of_words_and_their_address_is_masked(site: TestApp) {
    let zoe = join(&site, "Zoë Müller-Lüdenscheidt", "zoe.m@example.org").await;
    join(&site, "Zoe Adams", "z.adams@example.org").await;
    join(&site, "Anna Zoellner", "anna@example.org").await;
    let support = support(&site).await;
    let search = async |typed: &str| names(&support.get(&format!("/support?q={typed}")).await);
    // In the order of the words; two who have the same word follow each other as they came.
    let mut all = search("zoe").await;
    assert_eq!(all.pop().as_deref(), Some("Anna Zoellner"));
    all.sort_unstable();
    assert_eq!(all, ["Zoe Adams", "Zoë Müller-Lüdenscheidt"]);
    for typed in
        ["ZO%C3%8B+m%C3%BC", "muller+zoe", "lud+mul", "zoe.m%40example.org", "mu+lu+zo", &zoe, &zoe.to_uppercase()]
    {
        assert_eq!(search(typed).await, ["Zoë Müller-Lüdenscheidt"], "{typed}");
    }
    // Staff are no members; and nothing that is typed is anything but letters to look for.
    for typed in
        ["staff", "support%40", "nobody", "%25", "%2A", "zoe%00x", "%22+OR+1%3D1", "%F0%9F%A6%A6", "a%FFb", "%40%00"]
    {
        assert_eq!(search(typed).await, Vec::<String>::new(), "{typed}");
    }
    let page = support.get("/support?q=zoe").await;
    page.says("z…@e…e.org");
    page.says("Ireland");
    page.does_not_say("zoe.m");
    let long = support.get(&format!("/support?q={}", "x".repeat(101))).await;
    long.says("Please search with at most 100 characters.");
    let typed = support.get("/support?q=%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!typed.body.contains("<script>alert"));
    let empty = support.get("/support?q=+").await;
    empty.does_not_say("found");
    assert_eq!(empty.status, StatusCode::OK);
}

async fn somebody_is_found_whoever_else_has_words_like_theirs(site: TestApp) {
    join(&site, "Zanna Zsmith", "one@example.org").await;
    join(&site, "Zann Zsmithers", "two@example.org").await;
    join(&site, "Zsmi", "zann.three@example.org").await;
    let six = "Juan Carlos Alfonso Victor Borbon Dos";
    join(&site, six, "jc@example.org").await;
    join(&site, "Juan Carlos Victoria", "jcv@example.org").await;
    let support = support(&site).await;
    let search = async |typed: &str| names(&support.get(&format!("/support?q={typed}")).await);
    for typed in ["zann+zsmi", "zsmi+zann", "zan+zs"] {
        let mut all = search(typed).await;
        all.sort_unstable();
        assert_eq!(all, ["Zann Zsmithers", "Zanna Zsmith", "Zsmi"], "{typed}");
    }
    assert_eq!(search("zanna+zsmi").await, ["Zanna Zsmith"]);
    assert_eq!(search("zann+zsmithe").await, ["Zann Zsmithers"]);
    for typed in
        ["Juan+Carlos+Alfonso+Victor+Borbon+Dos", "alfonso", "victor+alf", "bor+vic+dos", "al+vi", "dos+carlos"]
    {
        assert_eq!(search(typed).await, [six], "{typed}");
    }
    assert_eq!(search("carlos+victor").await, [six, "Juan Carlos Victoria"]);
}

async fn an_address_is_found_as_a_whole_and_its_domain_not_letter_by_letter(site: TestApp) {
    join(&site, "Ada", "ada.l@example.org").await;
    join(&site, "Lena Adair", "elsewhere@mail.example").await;
    let support = support(&site).await;
    let search = async |typed: &str| names(&support.get(&format!("/support?q={typed}")).await);
    for domain in ["", "e", "exam", "example.or", "m", "mail.example", "x", "example.org.x"] {
        assert_eq!(search(&format!("ada.l%40{domain}")).await, ["Ada", "Lena Adair"], "{domain}");
    }
    for whole in ["ada.l%40example.org", "ADA.L%40Example.org", "ad+ada.l%40example.org"] {
        assert_eq!(search(whole).await, ["Ada"], "{whole}");
    }
    // Somebody of the staff has this one, which is as if nobody had it.
    join(&site, "Supporta", "elsewhere@example.org").await;
    assert_eq!(search("support%40example.org").await, ["Supporta"]);
    for other in [
        "%40example.org",
        "example.org",
        "lena+ada.l%40example.org",
        "nobody%40example.org",
        "-%40example.org",
        "_%40x",
    ] {
        assert_eq!(search(other).await, Vec::<String>::new(), "{other}");
    }
}

async fn results_come_in_pages_each_member_once(site: TestApp) {
    for i in 0..45 {
        join(&site, &format!("Ada Lovelace Ada{i:02}"), &format!("ada{i:02}@example.org")).await;
    }
    // Those who have very many words stand elsewhere, and come after the others.
    for i in 0..50 {
        let before = if i < 25 { "" } else { "B C D E F G H I " };
        join(&site, &format!("{before}Zada Zlove{i:02}"), &format!("y{i:02}@example.org")).await;
    }
    let support = support(&site).await;
    let pages = async |typed: &str| {
        let (mut all, mut next) = (Vec::new(), format!("/support?q={typed}"));
        loop {
            let page = support.get(&next).await;
            let found = names(&page);
            assert!(found.len() <= 20);
            all.extend(found);
            let Some((before, _)) = page.body.split_once("\" rel=\"next\"") else { break all };
            next = before.rsplit('"').next().unwrap().replace("&amp;", "&");
        }
    };
    let expected: Vec<String> = (0..45).map(|i| format!("Ada Lovelace Ada{i:02}")).collect();
    assert_eq!(pages("ada").await, expected);
    assert_eq!(pages("love+ada").await, expected);
    let found = pages("zlove+zada").await;
    assert!(found[..25].iter().all(|name| name.starts_with("Zada")), "{found:?}");
    let each: std::collections::BTreeSet<_> = found.iter().collect();
    assert_eq!((found.len(), each.len()), (50, 50));
    // Addresses that are the same without their accents are found together.
    for (i, a) in "aàáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậ".chars().enumerate() {
        join(&site, &format!("Twin {i}"), &format!("{a}@twins.example")).await;
    }
    let each: std::collections::BTreeSet<_> = pages("a%40twins.example").await.into_iter().collect();
    assert_eq!((each.len(), pages("a%40twins.example").await.len()), (25, 25));
    // A page behind somebody who is not there, or who is not meant, is the first one.
    for after in ["x", "%00", "01a205b3-d000-748f-b26b-c87fa5cb1408"] {
        assert_eq!(names(&support.get(&format!("/support?q=ada+lovelace&after={after}")).await).len(), 20);
    }
}

async fn words_so_common_that_few_are_looked_through_are_said_to_be(site: TestApp) {
    // Each word alone is common, no two of them go together, and none is there in full.
    let mut tx = site.app.db.begin().await.unwrap();
    for i in 0..2_100 {
        let name = if i % 2 == 0 { format!("Anna{i} Berg") } else { format!("Ida{i} Smith") };
        let (email, country) = (format!("m{i}@example.org"), Country::parse("IE").unwrap());
        let new = NewMember {
            name,
            email,
            country,
            role: Role::Member,
            password_hash: String::new(),
            demo: false,
            address_proved: true,
        };
        store::insert(tx.conn(), new, UtcMillis(i)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let support = support(&site).await;
    let page = support.get("/support?q=ann+smit").await;
    page.says("No members found.");
    page.does_not_say("we did not search through all of them");
    let page = support.get("/support?q=m+bx").await;
    page.says("No members found.");
    page.does_not_say("did not search through all of them");
    let page = support.get("/support?q=m+m").await;
    page.says("20 members, more on the next page");
    for i in 0..1_200 {
        join(&site, &format!("Anna{i} Sander"), &format!("s{i}@example.org")).await;
        join(&site, &format!("Smilla{i} Olsen"), &format!("o{i}@example.org")).await;
    }
    support.get("/support?q=ann+smi").await.says("No members found.");
    let page = support.get("/support?q=an+sm").await;
    page.says("Too many members to search through");
    page.says("we did not search through all of them. Please type more letters, or search by address or ID.");
    page.does_not_say("No members found");
    // Whose whole name it is, however short, is found all the same.
    join(&site, "An Sm", "x@example.org").await;
    for typed in ["an+sm", "sm+an"] {
        let page = support.get(&format!("/support?q={typed}")).await;
        assert_eq!(names(&page), ["An Sm"]);
        page.says("One member, possibly more");
    }
    support.get("/support?q=%25").await.says("No members found.");
}

async fn who_has_no_words_yet_gets_them(site: TestApp) {
    let ada = join(&site, "Ada", "ada@example.org").await;
    site.tamper("delete from member_words").await.unwrap();
    site.tamper("update members set searchable = false, words_in_pairs = false, short_words_paired = false")
        .await
        .unwrap();
    let support = support(&site).await;
    assert!(names(&support.get("/support?q=ada").await).is_empty());
    assert_eq!(names(&support.get(&format!("/support?q={ada}")).await), ["Ada"]);
    assert_eq!(store::fill_words(&site.app.db).await.unwrap(), 1);
    assert_eq!(store::fill_words(&site.app.db).await.unwrap(), 0);
    assert_eq!(names(&support.get("/support?q=ada").await), ["Ada"]);
}
