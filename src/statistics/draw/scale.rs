//! Scales. Pure.

/// Whole numbers from 0 in equal steps to `max` or just beyond it, in about so many steps: each 1,
/// 2 or 5 times a power of ten.
pub fn ticks(max: i64, steps: i64) -> Vec<i64> {
    let (max, steps) = (max.max(1), steps.max(1));
    let mut step = 1i64;
    for factor in [2, 5, 10].into_iter().cycle() {
        if step.saturating_mul(steps) >= max {
            break;
        }
        // 1, 2, 5, 10, 20, 50 …
        step = match factor {
            2 => step.saturating_mul(2),
            5 => (step / 2).saturating_mul(5),
            _ => (step / 5).saturating_mul(10),
        };
    }
    let all = (0..=steps).map(|n| n.saturating_mul(step));
    let beyond = all.clone().position(|tick| tick >= max).unwrap_or(0);
    all.take(beyond + 1).collect()
}

/// A count for an axis, in four characters: `950`, `1.2k`, `34k`, `5.6M`.
pub fn short(n: i64) -> String {
    let (unit, name) = match n {
        ..1_000 => return n.to_string(),
        1_000..1_000_000 => (1_000, 'k'),
        _ => (1_000_000, 'M'),
    };
    match n / unit {
        whole @ 0..10 if n % unit / (unit / 10) > 0 => format!("{whole}.{}{name}", n % unit / (unit / 10)),
        whole => format!("{whole}{name}"),
    }
}

/// Where `n` of `max` stands between `from` and `to`.
#[expect(clippy::cast_precision_loss, reason = "a place in a picture")]
pub fn place(n: i64, max: i64, from: f64, to: f64) -> f64 {
    let part = if max <= 0 { 0.0 } else { n.clamp(0, max) as f64 / max as f64 };
    ((from + (to - from) * part) * 100.0).round() / 100.0
}

/// A share of `width` percent, as SVG writes it.
pub fn percent(value: f64) -> String {
    format!("{value}%")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ticks_are_round_and_reach_the_highest() {
        assert_eq!(ticks(0, 3), [0, 1]);
        assert_eq!(ticks(1, 3), [0, 1]);
        assert_eq!(ticks(3, 3), [0, 1, 2, 3]);
        assert_eq!(ticks(4, 3), [0, 2, 4]);
        assert_eq!(ticks(14, 3), [0, 5, 10, 15]);
        assert_eq!(ticks(90, 3), [0, 50, 100]);
        assert_eq!(ticks(1_200, 3), [0, 500, 1_000, 1_500]);
        assert!(ticks(i64::MAX, 3).len() >= 2);
    }

    #[test]
    fn an_axis_has_short_numbers() {
        let said = [0, 999, 1_000, 1_250, 34_999, 5_600_000, 1_234_567_890].map(short);
        assert_eq!(said, ["0", "999", "1k", "1.2k", "34k", "5.6M", "1234M"]);
    }

    #[test]
    fn a_place_is_between_both_ends() {
        assert_eq!(place(5, 10, 0.0, 100.0), 50.0);
        assert_eq!(place(5, 10, 84.0, 0.0), 42.0);
        assert_eq!((place(0, 0, 1.0, 2.0), place(9, 3, 1.0, 2.0)), (1.0, 2.0));
    }

    proptest! {
        #[test]
        fn ticks_rise_evenly_from_nothing_to_the_highest(max in 0..10_000_000i64, steps in 1..6i64) {
            let all = ticks(max, steps);
            prop_assert_eq!(all[0], 0);
            prop_assert!(all[all.len() - 1] >= max && all[all.len() - 2] < max.max(1));
            prop_assert!(all.windows(2).all(|pair| pair[1] - pair[0] == all[1]));
            prop_assert!(all.len() as i64 <= steps + 1);
        }
    }
}
