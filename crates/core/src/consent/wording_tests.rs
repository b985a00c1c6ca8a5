//! The same said to the member and of the member.

use super::super::entry_wording::{Changed, row, told_of_a_view};
use super::super::view::HistoryRow;
use super::*;
use crate::account::model::Role;
use crate::consent::because::How;
use crate::ledger::{Actor, Entry, Event, Purpose, Reason, Shown, Step, View};
use crate::testing::happened;

const AI: Purpose = Purpose::GenerativeAiTraining;

fn at() -> UtcMillis {
    UtcMillis::from_date("2026-11-23").unwrap()
}

fn notice() -> NoticeRef {
    NoticeRef { purpose: AI, version: 3, language: "en".into(), sha256: "0".repeat(64) }
}

fn by_default(objected: Option<How>) -> Because {
    let objected = objected.map(|how| Objected { case: "OBJ-1".into(), at: at(), how });
    Because::ByDefault { rule: "r".into(), told: at(), notice: notice(), since: at(), objected }
}

/// Every reason there is.
fn reasons() -> Vec<Because> {
    let (case, rule, entry) =
        (|| "OBJ-1".to_owned(), || "r".to_owned(), "0192f0c1-2b3c-7d4e-8f50-112233445566".parse().unwrap());
    vec![
        Because::Upheld { case: case(), at: at() },
        Because::Paused { case: case(), since: at() },
        Because::Chosen { entry, at: at() },
        Because::Carried { entry, at: at() },
        Because::RolledBack { entry, at: at() },
        Because::Excluded { rule: rule(), from: at() },
        Because::NotAsked { rule: rule(), from: at() },
        Because::NotTold { rule: rule(), from: at() },
        Because::Window { rule: rule(), told: at(), notice: notice(), until: at() },
        by_default(None),
        by_default(Some(How::Pending)),
        by_default(Some(How::Refused)),
        by_default(Some(How::Withdrawn)),
        by_default(Some(How::Joined)),
        Because::NoRule,
        Because::NotProved,
    ]
}

/// Every kind of row whose words name the member.
fn entries() -> Vec<Entry> {
    let choice = |choice| Event::Choice { purpose: AI, choice, rule: None, notice: None };
    let step = |name: Step| Event::Step { case: "OBJ-1".into(), step: name.into() };
    let view = |shown, reason, case: Option<&str>| Event::View {
        case: case.map(str::to_owned),
        view: View { shown, reason, text: None, during: None, staff: None, until: None },
    };
    let mut all = vec![
        happened(Actor::Member, choice(Choice::Denied), at()),
        happened(Actor::Member, choice(Choice::Allowed), at()),
        happened(Actor::System, Event::Notice { notice: notice(), rule: None }, at()),
        happened(Actor::Support, view(Shown::Settings, Reason::Asked, None), at()),
        happened(Actor::Support, view(Shown::Address, Reason::Security, None), at()),
        happened(Actor::PrivacyOfficer, view(Shown::Settings, Reason::Case, Some("OBJ-1")), at()),
    ];
    all.extend(Step::ALL.iter().map(|name| happened(Actor::Member, step(*name), at())));
    all
}

/// Whether a word that speaks to somebody is in it, or one that is of the present alone.
fn speaks_to(text: &str) -> Option<&'static str> {
    let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect();
    ["you", "your", "yours", "yourself", "my", "now"].into_iter().find(|word| words.iter().any(|found| found == word))
}

#[test]
fn to_staff_no_sentence_speaks_to_the_member_or_of_now() {
    for because in reasons() {
        for choice in [Choice::Allowed, Choice::Denied] {
            let standing = Standing { choice, because: because.clone() };
            let said = sentence(&standing, "Ireland", Voice::Staff);
            assert_eq!(speaks_to(&said), None, "{said}");
            let period = Period { from: at(), until: at(), standing };
            let said = past(&period, "Ireland", Voice::Staff);
            assert_eq!(speaks_to(&said), None, "{said}");
        }
    }
    for entry in entries() {
        for was in [None, Some(Choice::Denied), Some(Choice::Allowed)] {
            let HistoryRow { what, by, .. } = row(&entry, &Changed { was, ..Changed::default() }, Voice::Staff);
            assert_eq!((speaks_to(&what), speaks_to(&by)), (None, None), "{what}, {by}");
        }
    }
    for said in [under_an_address(Voice::Staff), TURNING_OFF, other_uses(Voice::Staff)] {
        assert_eq!(speaks_to(said), None, "{said}");
    }
}

#[test]
fn the_same_is_said_to_the_member_and_of_the_member() {
    let said = |because: Because, choice, voice| sentence(&Standing { choice, because }, "Ireland", voice);
    let both =
        |because: Because, choice| [Voice::Member, Voice::Staff].map(|voice| said(because.clone(), choice, voice));
    let reasons = reasons();
    assert_eq!(both(reasons[2].clone(), Choice::Allowed), ["On by your choice.", "On by their choice."]);
    assert_eq!(
        both(by_default(None), Choice::Allowed),
        [
            "On by default since 23 November 2026. You have not objected.",
            "On by default since 23 November 2026. The member has not objected."
        ]
    );
    assert_eq!(
        both(Because::NotProved, Choice::Denied),
        [
            "Off. It stays off at least until you have confirmed your e-mail address.",
            "Off. It stays off at least until the member has confirmed their e-mail address."
        ]
    );
    let [turned, ..] = &entries()[..] else { panic!("no entries") };
    let changed = Changed { was: Some(Choice::Allowed), ..Changed::default() };
    let rows = [Voice::Member, Voice::Staff].map(|voice| row(turned, &changed, voice));
    assert_eq!(rows.each_ref().map(|row| row.what.as_str()), ["You turned it off", "The member turned it off"]);
    assert_eq!(rows.map(|row| row.by), ["you, on the web", "the member, on the web"]);
}

#[test]
fn the_other_uses_are_the_same_for_both() {
    let to_member = other_uses(Voice::Member).replace("inferences about you", "inferences about the member");
    assert_eq!(to_member, other_uses(Voice::Staff));
}

#[test]
fn what_the_member_reads_of_a_support_view_is_given_as_they_read_it() {
    let read = told_of_a_view(Role::Support, Reason::Asked, None, at());
    assert_eq!(read, "Support viewed these settings on 23 November 2026, 00:00 UTC. Reason: you asked us for help.");
    let read = told_of_a_view(Role::PrivacyOfficer, Reason::Case, Some("OBJ-1"), at());
    assert!(read.starts_with("Our privacy team viewed") && read.ends_with("Reason: your objection OBJ-1."), "{read}");
    assert_eq!(on(at()), "On 23 November 2026, 00:00 UTC");
}
