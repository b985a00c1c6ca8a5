//! How long a notice stays on the tab.

use super::*;

#[test]
fn a_notice_stays_on_the_tab_until_it_is_decided_or_dismissed() {
    let notices = notices();
    let stays = |entries: &[Entry], dismissed: Option<crate::ledger::EntryId>| {
        let undecided = with_facts("US", entries, |facts| to_decide(facts, AI, day("2026-01-01")).map(|e| e.id));
        undecided.filter(|delivery| Some(*delivery) != dismissed)
    };
    let (first, second) = (told(&notices[0], "2024-10-01"), told(&notices[1], "2025-12-01"));
    let of = |more: &[&Entry]| [&[&first], more].concat().into_iter().cloned().collect::<Vec<Entry>>();
    assert_eq!(stays(&[], None), None);
    assert_eq!(stays(&of(&[]), None), Some(first.id));
    assert_eq!(stays(&of(&[]), Some(first.id)), None);
    assert_eq!(stays(&of(&[&second]), Some(first.id)), Some(second.id));
    assert_eq!(stays(&of(&[&told(&notices[1], "2026-02-01")]), None), Some(first.id), "the other is to come");
    for choice in [Choice::Allowed, Choice::Denied] {
        let (before, after) = (chose(choice, "2025-01-01"), chose(choice, "2025-12-02"));
        assert_eq!(stays(&of(&[&before]), None), None);
        assert_eq!(stays(&of(&[&before, &second]), None), None, "a choice holds, whatever notices come later");
        assert_eq!(stays(&of(&[&second, &after]), None), None);
    }
    let other = chose_at(Purpose::Research, Choice::Denied, day("2025-12-02"));
    assert_eq!(stays(&of(&[&other]), None), Some(first.id), "about something else");
    let filed = step("OBJ-1", Step::Filed, &[AI], "2025-12-02");
    assert_eq!(stays(&of(&[&filed]), None), None);
    let withdrawn = step("OBJ-1", Step::Withdrawn, &[], "2025-12-03");
    assert_eq!(stays(&of(&[&filed, &withdrawn]), None), Some(first.id), "it is to be decided again");
}
