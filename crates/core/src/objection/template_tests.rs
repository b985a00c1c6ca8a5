use super::*;
use crate::objection::model::sample;
use proptest::prelude::*;

const NOW: UtcMillis = UtcMillis(1_764_000_000_000);

fn raw() -> RawTemplate {
    RawTemplate {
        kind: "grounds".into(),
        purpose: "moderation-safety".into(),
        language: "en".into(),
        title: "  Spam \n filters ".into(),
        text: "Dear {name}, about {number} of {received}: we answer by {due}.".into(),
    }
}

fn stored(version: i64, retired: bool, content: Content) -> Template {
    Template { id: "a".into(), version, content, retired, by: "Kim".into(), at: NOW }
}

fn wrong(change: impl FnOnce(&mut RawTemplate)) -> Vec<String> {
    let mut raw = raw();
    change(&mut raw);
    parse(&raw).unwrap_err().into_iter().map(|(field, _)| field).collect()
}

#[test]
fn a_form_is_read_and_what_is_wrong_is_said_at_its_field() {
    let content = parse(&raw()).unwrap();
    assert_eq!((content.kind, content.purpose), (TemplateKind::Grounds, Some(Purpose::ModerationSafety)));
    assert_eq!(content.title, "Spam filters");
    assert_eq!(wrong(|raw| raw.kind = "letter".into()), ["kind"]);
    assert_eq!(wrong(|raw| raw.purpose = "all".into()), ["purpose"]);
    assert_eq!(wrong(|raw| raw.purpose = "advertising".into()), ["purpose"], "never refused");
    assert_eq!(wrong(|raw| raw.kind = "extension".into()), ["purpose"], "only grounds are about one use");
    assert_eq!(wrong(|raw| raw.language = "tlh".into()), ["language"]);
    assert_eq!(wrong(|raw| raw.title = " ".into()), ["title"]);
    assert_eq!(wrong(|raw| raw.title = "x".repeat(TITLE_MAX + 1)), ["title"]);
    assert_eq!(wrong(|raw| raw.text = "\n".into()), ["text"]);
    assert_eq!(wrong(|raw| raw.text = "x".repeat(GROUNDS_MAX + 1)), ["text"]);
    let long = "x".repeat(EXTENSION_REASON_MAX + 1);
    assert_eq!(
        wrong(|raw| {
            raw.purpose = String::new();
            (raw.kind, raw.text) = ("extension".into(), long);
        }),
        ["text"],
        "as long as its field"
    );
    assert_eq!(
        wrong(|raw| *raw = RawTemplate::default()),
        ["kind", "language", "title", "text"],
        "everything at once, in the order of the form"
    );
}

#[test]
fn an_unknown_placeholder_is_refused_and_other_braces_are_text() {
    assert_eq!(wrong(|raw| raw.text = "Dear {first_name}".into()), ["text"]);
    assert_eq!(wrong(|raw| raw.text = "{{nmae}}".into()), ["text"]);
    for text in ["{ name }", "{}", "a { b", "}{", "{a b}"] {
        let kept = parse(&RawTemplate { text: text.into(), ..raw() }).unwrap();
        assert_eq!(kept.filled(&sample(NOW)), text);
    }
}

#[test]
fn a_text_is_filled_in_once() {
    let case = Case { name: "{due}".into(), ..sample(NOW) };
    let filled = parse(&raw()).unwrap().filled(&case);
    let wanted =
        format!("Dear {{due}}, about {} of {}: we answer by {}.", case.number, case.received.day(), case.due.day());
    assert_eq!(filled, wanted);
    let due = UtcMillis(case.due.0 + 40 * UtcMillis::DAY);
    let complained = Case { complaint_due: Some(due), ..case };
    assert!(parse(&raw()).unwrap().filled(&complained).ends_with(&format!("by {}.", due.day())), "of the complaint");
}

#[test]
fn a_template_is_offered_where_kind_purpose_and_language_fit() {
    let one = parse(&raw()).unwrap();
    let field = |name| TemplateKind::of_field(name).unwrap();
    let offered = |content: &Content, name, language| {
        let (kind, purpose) = field(name);
        content.fits(kind, purpose, language)
    };
    assert!(offered(&one, "grounds-moderation-safety", "en"));
    assert!(!offered(&one, "grounds-research", "en") && !offered(&one, "text", "en"));
    assert!(!offered(&one, "grounds-moderation-safety", "de"));
    let each = parse(&RawTemplate { purpose: String::new(), ..raw() }).unwrap();
    assert!(offered(&each, "grounds-research", "en") && offered(&each, "grounds-moderation-safety", "en"));
    assert_eq!(TemplateKind::of_field("email"), None);
    assert_eq!(TemplateKind::of_field("grounds-everything"), None);
}

#[test]
fn a_version_follows_the_one_that_was_seen() {
    let content = parse(&raw()).unwrap();
    let other = Content { title: "Other".into(), ..content.clone() };
    assert_eq!(save(None, 0, &content), Saved::Version(1));
    assert_eq!(save(None, 3, &content), Saved::Stale);
    let newest = stored(2, false, content.clone());
    assert_eq!(save(Some(&newest), 2, &other), Saved::Version(3));
    assert_eq!(save(Some(&newest), 1, &other), Saved::Stale, "somebody else was first");
    assert_eq!(save(Some(&newest), 0, &other), Saved::Stale);
    assert_eq!(save(Some(&newest), 0, &content), Saved::Already, "pressed twice");
    assert_eq!(retire(&newest, 2), Saved::Version(3));
    assert_eq!(retire(&newest, 1), Saved::Stale);
    let retired = stored(3, true, content.clone());
    assert_eq!(retire(&retired, 2), Saved::Already);
    assert_eq!(save(Some(&retired), 3, &content), Saved::Version(4), "offered again");
    let all = [newest, stored(1, false, other.clone())];
    assert!(is_taken(&Content { title: "SPAM filters".into(), ..content.clone() }, "b", &all));
    assert!(!is_taken(&content, "a", &all), "its own title is free to it");
    assert!(!is_taken(&Content { purpose: None, ..content.clone() }, "b", &all));
    assert!(!is_taken(&content, "b", &[retired]));
}

proptest! {
    #[test]
    fn what_was_typed_is_never_lost(typed in any::<String>(), text in "[a-z ]{1,20}") {
        let both = added(&typed, &text);
        prop_assert!(both.starts_with(typed.trim_end()) || typed.trim().is_empty());
        prop_assert!(both.ends_with(&text));
    }

    #[test]
    fn a_text_that_is_saved_has_no_placeholder_left_when_filled(text in "([a-z {}]|\\{name\\}|\\{due\\}){0,40}") {
        if let Ok(content) = parse(&RawTemplate { text, ..raw() }) {
            let case = Case { name: "Ada".into(), ..sample(NOW) };
            let filled = content.filled(&case);
            let left = Placeholder::ALL.iter().any(|placeholder| filled.contains(&placeholder.in_braces()));
            prop_assert!(!left, "{}", filled);
        }
    }
}
