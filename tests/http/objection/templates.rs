//! Templates of texts: officers keep them in versions, and put them into the form of a case without
//! losing what they typed.

use super::{ONE, act, file};
use crate::stories;
use crate::test_app::{Answer, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::Role;

stories![
    a_template_is_kept_in_versions,
    a_template_is_put_into_the_form_of_a_case,
    a_template_is_offered_where_it_fits,
    two_officers_who_change_a_template_are_told,
    templates_are_for_officers,
];

const ID: &str = "0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ad0a1";
const OTHER: &str = "0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ad0a2";
const TEXT: &str = "Dear {name}, {number} came on {received}.";

async fn save(officer: &TestClient, id: &str, seen: &str, title: &str, text: &str) -> Answer {
    let of = [("template", id), ("seen", seen), ("kind", "grounds"), ("purpose", "research"), ("language", "en")];
    officer.post("/api/save-template", &[&of[..], &[("title", title), ("text", text)]].concat()).await
}

async fn staff(site: &TestApp, email: &str, role: Role) -> TestClient {
    site.staff(email, role).await;
    site.signed_in_as(email, role).await
}

fn page(id: &str) -> String {
    format!("/support/templates/{id}")
}

async fn a_template_is_kept_in_versions(site: TestApp) {
    let officer = site.officer().await;
    officer.get("/support/objections").await.says("Templates");
    officer.get("/support/templates").await.says("There is no template yet.");
    officer.get("/support/templates/add").await.says("{name}, {number}, {received}, {due}");
    let wrong = save(&officer, ID, "", "Studies", "Dear {first name}, dear {nmae}").await;
    wrong.refused("Add a template").says("{nmae} is not filled in.");
    assert_eq!(wrong.field("title"), "Studies", "what was typed is still there");
    let saved = save(&officer, ID, "", "Studies", TEXT).await;
    officer.get(&saved.location()).await.says("The template is saved.");
    let again = save(&officer, ID, "", "Studies", TEXT).await;
    assert_eq!(again.location(), page(ID), "pressed twice");
    let taken = save(&officer, OTHER, "", "STUDIES", "Another text.").await;
    taken.refused("Add a template").says("Another template for this has the same title.");
    site.pass(60_000);
    save(&officer, ID, "1", "Studies", "A better text.").await;
    let shown = officer.get(&page(ID)).await;
    for text in ["Version 2", "A better text.", "Version 1", TEXT] {
        shown.says(text);
    }
    let list = officer.get("/support/templates").await;
    list.says("Research, English, version 2");
    officer.post("/api/retire-template", &[("template", ID), ("seen", "2")]).await;
    officer.get(&page(ID)).await.says("Version 3, retired");
    officer.get("/support/templates").await.says("Retired templates");
    save(&officer, OTHER, "", "Studies", "The title is free again.").await;
    let auditor = staff(&site, "auditor@example.org", Role::Auditor).await;
    let log = auditor.get("/audit/staff").await;
    log.says("Saved a template");
    log.says("Retired a template");
}

async fn a_template_is_put_into_the_form_of_a_case(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research", "inferences"]).await;
    let officer = site.officer().await;
    save(&officer, ID, "", "Studies", TEXT).await;
    act(&officer, &site, "review-objection", &number, &[]).await;
    let case = format!("/support/objections/{number}");
    let shown = officer.get(&case).await;
    let chosen = format!("grounds-research {ID}");
    assert_eq!(shown.attribute("option[data-text]", "value"), chosen);
    let filled = format!("Dear Ada, {number} came on 23 November 2026.");
    assert_eq!(shown.attribute("option[data-text]", "data-text"), filled, "filled in from the case");
    let form = [
        ("case", &*number),
        ("rulings[0][purpose]", "research"),
        ("rulings[0][outcome]", "refused"),
        ("rulings[0][grounds]", "First this."),
        ("rulings[1][purpose]", "inferences"),
        ("rulings[1][outcome]", "upheld"),
        ("rulings[1][grounds]", "And that."),
        ("templates[]", &*chosen),
        ("insert", "grounds-research"),
    ];
    let answer = officer.post("/api/insert-template", &form).await;
    assert_eq!(answer.location(), format!("{case}#grounds-research"));
    let shown = officer.get(&case).await;
    let text = format!("First this.\n\n{filled}");
    assert_eq!(shown.text_of("#grounds-research"), text, "below what was typed");
    assert_eq!(shown.text_of("#grounds-inferences"), "And that.");
    assert_eq!(shown.attribute("#outcome-research-refused", "checked"), "");
    // The button counts, and not which list stands first.
    let lists = [("templates[]", "reason x"), ("templates[]", &*chosen)];
    officer.post("/api/insert-template", &[&form[..7], &lists[..], &[("insert", "grounds-research")]].concat()).await;
    assert_eq!(officer.get(&case).await.text_of("#grounds-research"), text);
    assert!(site.mails("ada@example.org").await.iter().all(|mail| !mail.contains("First this.")), "nothing is sent");
    let none =
        [("case", &*number), ("templates[]", ""), ("insert", "grounds-research"), ("rulings[0][purpose]", "research")];
    let typed = [("rulings[0][outcome]", "refused"), ("rulings[0][grounds]", "Still here.")];
    let refused = officer.post("/api/insert-template", &[&none[..], &typed].concat()).await;
    refused.refused(&format!("Case {number}")).says("Please choose a template from the list first.");
    assert_eq!(refused.text_of("#grounds-research"), "Still here.");
}

async fn a_template_is_offered_where_it_fits(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["inferences"]).await;
    let officer = site.officer().await;
    save(&officer, ID, "", "Studies", TEXT).await;
    act(&officer, &site, "review-objection", &number, &[]).await;
    let case = format!("/support/objections/{number}");
    let offered = |shown: &Answer| shown.texts_of("option[data-text]");
    assert!(offered(&officer.get(&case).await).is_empty(), "it is about research");
    // What fits nowhere on this page is not put anywhere, whatever a form says.
    for chosen in [format!("grounds-inferences {ID}"), format!("text {ID}"), "why_again nothing".to_owned()] {
        let field = chosen.split(' ').next().unwrap();
        let form = [("case", &*number), ("templates[]", &*chosen), ("insert", field)];
        officer.post("/api/insert-template", &form).await.refused(&format!("Case {number}"));
    }
    let more = [
        ("template", OTHER),
        ("seen", ""),
        ("kind", "extension"),
        ("language", "en"),
        ("title", "Many cases"),
        ("text", "Many wrote to us."),
    ];
    officer.post("/api/save-template", &more).await;
    assert_eq!(offered(&officer.get(&case).await), ["Many cases"]);
    officer.post("/api/retire-template", &[("template", OTHER), ("seen", "1")]).await;
    assert!(offered(&officer.get(&case).await).is_empty());
}

async fn two_officers_who_change_a_template_are_told(site: TestApp) {
    let [one, two] = [site.officer().await, site.another_officer().await];
    save(&one, ID, "", "Studies", TEXT).await;
    save(&one, ID, "1", "Studies", "The first.").await;
    let late = save(&two, ID, "1", "Studies", "The second.").await;
    late.refused("Studies").says("Somebody else has changed this template in the meantime.");
    late.says("The first.");
    assert_eq!(late.texts_of("textarea"), ["The second."], "what they wrote is still there");
    assert_eq!(late.field("seen"), "2", "saving again is on the newest version");
    let retired = two.post("/api/retire-template", &[("template", ID), ("seen", "1")]).await;
    retired.refused("Studies").says("Somebody else has changed this template in the meantime.");
    for id in [OTHER, "nothing"] {
        assert_eq!(two.get(&page(id)).await.status, StatusCode::NOT_FOUND);
    }
}

async fn templates_are_for_officers(site: TestApp) {
    save(&site.officer().await, ID, "", "Studies", TEXT).await;
    let others = [
        site.member("ada@example.org", "IE").await,
        staff(&site, "sam@example.org", Role::Support).await,
        staff(&site, "auditor@example.org", Role::Auditor).await,
    ];
    for other in others {
        for path in ["/support/templates", "/support/templates/add", &page(ID)] {
            assert_eq!(other.get(path).await.status, StatusCode::NOT_FOUND);
        }
        save(&other, ID, "1", "Mine", "Mine.").await;
        other.post("/api/retire-template", &[("template", ID), ("seen", "1")]).await;
        other.post("/api/insert-template", &[("case", "OBJ-7F3K9Q2M"), ("insert", "reason")]).await;
    }
    let officer = site.another_officer().await;
    officer.get(&page(ID)).await.says("Version 1");
    assert_eq!(officer.get(&page(ID)).await.texts_of("h3").len(), 1, "nobody else has changed it");
}
