//! Weeks: three bands under one another on the same axis, so that none of them needs a scale of its
//! own on the right.

use super::Svg;
use super::scale::{percent, place, short, ticks};
use crate::statistics::table::{days, of};
use crate::statistics::weeks::{Week, in_words};
use crate::time::UtcMillis;

/// Where the axis stands, in percent: what is left of it has its numbers.
const LEFT: f64 = 10.0;
/// A band, its heading and what is free below it, in pixels.
const HEADING: u32 = 34;
const BAND: u32 = 84;
const FREE: u32 = 22;
const AXIS: u32 = 18;
/// What of a week's place its bar takes.
const BAR: f64 = 0.68;

/// The chart of `weeks`, oldest first.
pub fn weeks(weeks: &[Week]) -> String {
    let height = 3 * (HEADING + BAND) + 2 * FREE + AXIS;
    let mut svg = Svg::new("weeks", "chart", height, "Objections received and answered each week", &in_words(weeks));
    svg.patterns("weeks");
    let band = |n: u32| n * (HEADING + BAND + FREE) + HEADING;
    let most = |of: fn(&Week) -> i64| weeks.iter().map(of).max().unwrap_or(0);

    let (top, marks) = (band(0), ticks(most(|w| w.received), 3));
    frame(&mut svg, top, "Received", &marks, short);
    for (n, week) in weeks.iter().enumerate() {
        bars(&mut svg, n, weeks.len(), top, &marks, &[("got", week.received)], || {
            format!("{}: {} received", said(week), week.received)
        });
    }

    let (top, marks) = (band(1), ticks(most(Week::answered), 3));
    frame(&mut svg, top, "Answered", &marks, short);
    for (n, week) in weeks.iter().enumerate() {
        let [upheld, partly, refused] = week.answers;
        bars(&mut svg, n, weeks.len(), top, &marks, &[("yes", upheld), ("part", partly), ("no", refused)], || {
            format!("{}: {upheld} fully upheld, {partly} partly upheld, {refused} refused", said(week))
        });
    }

    // Days up to the highest median, of which the ticks are whole.
    let top = band(2);
    let marks = ticks(most(|w| w.median.map_or(0, |took| took / UtcMillis::DAY + 1)), 3);
    frame(&mut svg, top, "Median days to the answer", &marks, short);
    medians(&mut svg, weeks, top, &marks);

    months(&mut svg, weeks, height - 4);
    svg.finish()
}

fn said(week: &Week) -> String {
    format!("Week from {}", week.begins.day())
}

/// Where the middle of week `n` is, and how much room a week has, in percent.
fn column(n: usize, of: usize) -> (f64, f64) {
    let step = (100.0 - LEFT) / of.max(1) as f64;
    (LEFT + step * (n as f64 + 0.5), step)
}

/// A band's heading and its lines with their numbers.
fn frame(svg: &mut Svg, top: u32, heading: &str, marks: &[i64], name: fn(i64) -> String) {
    svg.words("text", &[("class", &"heading"), ("x", &0), ("y", &(top - 18))], heading);
    let highest = marks.last().copied().unwrap_or(1);
    for mark in marks {
        let y = height_of(*mark, highest, top);
        let class = if *mark == 0 { "base" } else { "grid" };
        svg.put("line", &[("class", &class), ("x1", &percent(LEFT)), ("x2", &"100%"), ("y1", &y), ("y2", &y)]);
        let x = percent(LEFT - 1.5);
        svg.words("text", &[("class", &"mark"), ("x", &x), ("y", &(y + 4.0)), ("text-anchor", &"end")], &name(*mark));
    }
}

fn height_of(n: i64, highest: i64, top: u32) -> f64 {
    place(n, highest, f64::from(top + BAND), f64::from(top))
}

/// The bars of a week on top of one another, the first at the bottom.
fn bars(
    svg: &mut Svg,
    n: usize,
    of: usize,
    top: u32,
    marks: &[i64],
    parts: &[(&'static str, i64)],
    said: impl Fn() -> String,
) {
    if parts.iter().all(|(_, count)| *count == 0) {
        return;
    }
    let highest = marks.last().copied().unwrap_or(1);
    let (middle, step) = column(n, of);
    let (x, width) = (percent(round(middle - step * BAR / 2.0)), percent(round(step * BAR)));
    svg.begin("g", &[]);
    svg.words("title", &[], &said());
    let mut below = 0;
    for (class, count) in parts.iter().filter(|(_, count)| *count > 0) {
        let (bottom, y) = (height_of(below, highest, top), height_of(below + count, highest, top));
        below += count;
        let height = round(bottom - y);
        let fill = if *class == "part" { "url(#weeks-part)" } else { "currentColor" };
        svg.put(
            "rect",
            &[("class", class), ("fill", &fill), ("x", &x), ("y", &y), ("width", &width), ("height", &height)],
        );
    }
    svg.end();
}

/// A dot for each week with answers, and a line from each to the next.
fn medians(svg: &mut Svg, weeks: &[Week], top: u32, marks: &[i64]) {
    let highest = marks.last().copied().unwrap_or(1) * UtcMillis::DAY;
    let with: Vec<(f64, f64, &Week, i64)> = weeks
        .iter()
        .enumerate()
        .filter_map(|(n, week)| {
            let took = week.median?;
            Some((round(column(n, weeks.len()).0), height_of(took, highest, top), week, took))
        })
        .collect();
    for pair in with.windows(2) {
        let ((x1, y1, ..), (x2, y2, ..)) = (pair[0], pair[1]);
        let (x1, x2) = (percent(x1), percent(x2));
        svg.put("line", &[("class", &"trend"), ("x1", &x1), ("x2", &x2), ("y1", &y1), ("y2", &y2)]);
    }
    for (x, y, week, took) in with {
        svg.begin("g", &[]);
        let answers = of(week.answered(), "answer", "answers");
        svg.words("title", &[], &format!("{}: {} days, of {answers}", said(week), days(took)));
        svg.put("circle", &[("class", &"dot"), ("cx", &percent(x)), ("cy", &y), ("r", &3.5)]);
        svg.end();
    }
}

/// The names of months, each under the first week that begins in it.
fn months(svg: &mut Svg, weeks: &[Week], y: u32) {
    let mut before = weeks.first().map(|week| week.begins.month());
    for (n, week) in weeks.iter().enumerate() {
        let month = week.begins.month();
        if before.as_ref() == Some(&month) {
            continue;
        }
        before = Some(month);
        let (middle, step) = column(n, weeks.len());
        // The last weeks have no room for a name to their right.
        let (x, anchor) = if n + 2 < weeks.len() { (middle - step / 2.0, "start") } else { (100.0, "end") };
        svg.words(
            "text",
            &[("class", &"mark"), ("x", &percent(round(x))), ("y", &y), ("text-anchor", &anchor)],
            &week.begins.short_month(),
        );
    }
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::super::xml;
    use super::*;
    use crate::statistics::answered::Answered;
    use crate::statistics::weeks::{WEEKS, from, weeks as fill};
    use proptest::prelude::*;

    fn now() -> UtcMillis {
        UtcMillis::from_date("2026-11-23").unwrap()
    }

    fn value<'a>(of: &'a [(String, String)], name: &str) -> Option<&'a str> {
        of.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    #[test]
    fn parts_stand_on_one_another_and_say_what_they_are() {
        let answers = Answered { week: 25, upheld: 2, partly: 1, refused: 1, ..Answered::default() };
        let (elements, words) = xml::read(&weeks(&fill(now(), &[(25, 6)], &[answers])));
        let bars: Vec<(f64, f64)> = elements
            .iter()
            .filter(|(name, of)| name == "rect" && value(of, "fill").is_some())
            .map(|(_, of)| ["y", "height"].map(|name| value(of, name).unwrap().parse().unwrap()))
            .map(|[y, height]: [f64; 2]| (y, height))
            .collect();
        assert_eq!(bars.len(), 4);
        let [upheld, partly, refused] = [bars[1], bars[2], bars[3]];
        assert!((upheld.1 - 2.0 * partly.1).abs() < 0.02 && (partly.1 - refused.1).abs() < 0.02);
        assert!((partly.0 + partly.1 - upheld.0).abs() < 0.02 && (refused.0 + refused.1 - partly.0).abs() < 0.02);
        assert!(words.contains("Week from 23 November 2026: 2 fully upheld, 1 partly upheld, 1 refused"), "{words}");
        assert!(words.contains("JulAugSepOctNov"), "{words}");
    }

    proptest! {
        #[test]
        fn every_bar_is_inside(received in proptest::collection::vec((0..26i64, 0..5000i64), 0..26), answers in proptest::collection::vec((0..26i64, 0..900i64, 0..900i64, 0..900i64), 0..26)) {
            let answers: Vec<Answered> = answers
                .into_iter()
                .map(|(week, upheld, partly, refused)| Answered { week, upheld, partly, refused, ..Answered::default() })
                .collect();
            let all = fill(now(), &received, &answers);
            prop_assert_eq!((all.len(), all[0].begins), (WEEKS, from(now())));
            let (elements, _) = xml::read(&weeks(&all));
            let height: f64 = value(&elements[0].1, "height").unwrap().parse().unwrap();
            for (_, of) in elements.iter().filter(|(name, of)| name == "rect" && value(of, "fill").is_some()) {
                let number = |name: &str| value(of, name).unwrap().trim_end_matches('%').parse::<f64>().unwrap();
                prop_assert!(number("x") >= LEFT && number("x") + number("width") <= 100.0);
                prop_assert!(number("y") >= 0.0 && number("height") >= 0.0 && number("y") + number("height") <= height);
            }
        }
    }
}
