use super::*;

const ON: Choice = Choice::Allowed;
const OFF: Choice = Choice::Denied;

/// What is said on 1 April 2026 of these choices of 14 March, each at its minute.
fn said(first: Option<Entry>, choices: &[(Choice, i64)]) -> String {
    let start = day("2026-03-14").0;
    let choices = choices.iter().map(|(choice, minute)| chose_at(AI, *choice, UtcMillis(start + minute * 60_000)));
    let entries: Vec<Entry> = first.into_iter().chain(choices).collect();
    with_facts("US", &entries, |facts| history::in_words(&history::periods(facts, AI, day("2026-04-01"))))
}

#[test]
fn what_came_and_went_on_one_day_is_counted() {
    let said = |choices: &[(Choice, i64)]| said(Some(told(&notices()[0], "2024-09-18")), choices);
    let before = "Off from 18 September 2024 to 18 October 2024; on from 18 October 2024 to 14 March 2026; ";
    assert_eq!(said(&[(OFF, 1)]), format!("{before}off since 14 March 2026."));
    assert_eq!(
        said(&[(OFF, 1), (ON, 2)]),
        format!("{before}changed 2 times on 14 March 2026; on since 14 March 2026.")
    );
    assert_eq!(
        said(&[(OFF, 1), (ON, 2), (OFF, 2_000)]),
        format!(
            "{before}changed 2 times on 14 March 2026; on from 14 March 2026 to 15 March 2026; off since 15 March 2026."
        )
    );
}

#[test]
fn where_all_began_on_that_day_the_beginning_is_no_change() {
    assert_eq!(said(None, &[(OFF, 1), (ON, 2)]), "Changed once on 14 March 2026; on since 14 March 2026.");
    let many: Vec<_> = (0..9).map(|n| (if n % 2 == 0 { OFF } else { ON }, n)).collect();
    assert_eq!(said(None, &many), "Changed 8 times on 14 March 2026; off since 14 March 2026.");
}
