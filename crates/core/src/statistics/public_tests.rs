//! That a withheld count stays withheld.

use super::*;
use proptest::prelude::*;

fn span(received: i64, complied: i64, refused: i64) -> Span {
    let (begins, ends) = (UtcMillis(0), UtcMillis(1));
    Span { begins, ends, received, complied, refused, median: Some(1) }
}

/// Rows that can be: no more were answered than were received.
fn spans() -> impl Strategy<Value = Vec<Span>> {
    let n = || prop_oneof![0..25i64, 0..2000i64];
    let span = (n(), n(), n()).prop_map(|(complied, refused, open)| span(complied + refused + open, complied, refused));
    proptest::collection::vec(span, 0..8)
}

/// What everybody knows about rows: nothing is negative, and no more were answered than were
/// received.
fn can_be(span: &Span) -> bool {
    span.complied >= 0 && span.refused >= 0 && span.complied + span.refused <= span.received
}

/// Another row that can be, with `value` in the column that is withheld as under ten.
fn instead(span: &Span, column: usize, value: i64) -> Span {
    let [received, complied, refused] = [span.received, span.complied, span.refused];
    // Most that complied and refused come to: what was received, where that is told, or else what
    // it could have been.
    let most = match row(span).cells[0] {
        Cell::Count(n) => n,
        Cell::UnderTen if column == 0 => value,
        Cell::UnderTen => LEAST - 1,
        Cell::AtLeast(_) => i64::MAX,
    };
    let (complied, refused) = match column {
        0 => (complied.min(value), refused.min(value - complied.min(value))),
        1 => (value, refused.min(most - value)),
        _ => (complied.min(most - value), value),
    };
    let received = if column == 0 { value } else { received.max(complied + refused) };
    Span { received, complied, refused, ..*span }
}

/// Every number that column `column` of a row can have, as far as anybody can tell who sees
/// `public` and knows how it is made. The others of the row are tried too, up to a bound beyond
/// which nothing changes any more.
fn could_be(span: &Span, column: usize, value: i64) -> bool {
    let told = row(span);
    let others = |shown: Cell| match shown {
        Cell::Count(n) => n..=n,
        Cell::UnderTen => 0..=LEAST - 1,
        Cell::AtLeast(n) => n..=span.received + 2 * LEAST,
    };
    let [a, b, c] = told.cells.map(others);
    let fixed = |range: std::ops::RangeInclusive<i64>, n: usize| if n == column { value..=value } else { range };
    let (a, b, c) = (fixed(a, 0), fixed(b, 1), fixed(c, 2));
    a.flat_map(|received| b.clone().map(move |complied| (received, complied)))
        .flat_map(|(received, complied)| c.clone().map(move |refused| (received, complied, refused)))
        .map(|(received, complied, refused)| Span { received, complied, refused, ..*span })
        .any(|other| can_be(&other) && row(&other) == told)
}

proptest! {
    /// The promise: whatever the small counts are, what is told is the same, in the row and in the
    /// totals.
    #[test]
    fn of_a_count_under_ten_nothing_is_told_but_that(spans in spans(), at in any::<proptest::sample::Index>(), column in 0..3usize, value in 0..LEAST) {
        prop_assume!(!spans.is_empty());
        let at = at.index(spans.len());
        let public = told(&spans, Some(1));
        if public.rows[at].cells[column] == Cell::UnderTen {
            let mut other = spans.clone();
            other[at] = instead(&spans[at], column, value);
            prop_assert!(can_be(&other[at]));
            prop_assert_eq!(told(&other, Some(1)), public);
        }
    }

    /// The same as somebody would go about it who tries everything that can be: each of 0 to 9
    /// remains.
    #[test]
    fn nobody_who_tries_everything_learns_more(spans in spans(), value in 0..LEAST) {
        for span in spans.iter().filter(|span| span.received < 200) {
            for (column, cell) in row(span).cells.into_iter().enumerate() {
                if cell == Cell::UnderTen {
                    prop_assert!(could_be(span, column, value), "{span:?}: column {column} cannot be {value}");
                }
            }
        }
    }

    #[test]
    fn no_count_under_ten_is_told(spans in spans()) {
        let public = told(&spans, Some(1));
        for (told, span) in public.rows.iter().zip(&spans) {
            for (cell, n) in told.cells.into_iter().zip([span.received, span.complied, span.refused]) {
                match cell {
                    Cell::Count(told) => prop_assert!(told == n && n >= LEAST),
                    Cell::UnderTen => prop_assert!(n < LEAST),
                    Cell::AtLeast(told) => prop_assert!(n >= told && told >= LEAST),
                }
            }
            prop_assert!(told.median.is_none() || span.complied + span.refused >= LEAST);
        }
    }

    /// A total is what its cells say, and says nothing about those that do not.
    #[test]
    fn totals_are_made_of_what_is_told(spans in spans()) {
        let public = told(&spans, None);
        for (column, total) in public.totals.into_iter().enumerate() {
            let whole = public.rows.iter().all(|row| matches!(row.cells[column], Cell::Count(_)));
            let shown = public.rows.iter().filter_map(|row| match row.cells[column] {
                Cell::Count(n) | Cell::AtLeast(n) => Some(n),
                Cell::UnderTen => None,
            });
            let expected = match shown.sum() {
                0 => Total::Withheld,
                sum if whole => Total::Count(sum),
                sum => Total::AtLeast(sum),
            };
            prop_assert_eq!(total, expected);
        }
    }
}

#[test]
fn a_small_count_takes_along_what_would_tell_it() {
    use Cell::{AtLeast, Count, UnderTen};
    for (counts, cells) in [
        ((500, 480, 12), [Count(500), Count(480), Count(12)]),
        ((500, 495, 5), [AtLeast(495), Count(495), UnderTen]),
        ((30, 0, 20), [AtLeast(20), UnderTen, Count(20)]),
        ((40, 3, 4), [Count(40), UnderTen, UnderTen]),
        ((9, 9, 0), [UnderTen, UnderTen, UnderTen]),
        ((10, 10, 0), [AtLeast(10), Count(10), UnderTen]),
    ] {
        assert_eq!(row(&span(counts.0, counts.1, counts.2)).cells, cells, "{counts:?}");
    }
}

#[test]
fn a_median_of_fewer_than_ten_answers_is_withheld() {
    assert_eq!(row(&span(40, 3, 6)).median, None);
    // Ten answers, but to say so would say something of both counts.
    assert_eq!(row(&span(40, 5, 5)).median, None);
    assert_eq!(row(&span(40, 10, 0)).median, Some(1));
    assert_eq!(told(&[span(40, 5, 5), span(40, 9, 9)], Some(1)).median, None);
    assert_eq!(told(&[span(40, 5, 5), span(40, 10, 9)], Some(1)).median, Some(1));
}

#[test]
fn the_table_has_the_newest_first_and_then_all() {
    let begins = |date| UtcMillis::from_date(date).unwrap();
    let spans = [
        Span { begins: begins("2026-04-01"), ..span(30, 20, 10) },
        Span { begins: begins("2026-07-01"), median: Some(UtcMillis::DAY * 12), ..span(2000, 1990, 5) },
    ];
    let rows = table(&told(&spans, Some(UtcMillis::DAY * 11))).rows;
    assert_eq!(
        rows,
        [
            ["July to September 2026", "1,990 or more", "1,990", "fewer than ten", "12.0"],
            ["April to June 2026", "30", "20", "10", "0.0"],
            ["All", "2,020 or more", "2,010", "10 or more", "11.0"],
        ]
    );
    assert!(table(&told(&[], None)).rows.is_empty());
}
