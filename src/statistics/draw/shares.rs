//! Shares of members over time in one region: areas on top of one another that make up the whole.

use super::Svg;
use crate::statistics::days::{Day, DayState, Region, region_in_words};
use std::fmt::Write;

/// The picture's height in pixels, where the areas begin, and how high they are.
const HEIGHT: u32 = 158;
const TOP: u32 = 6;
const AREAS: u32 = 128;
/// Where they begin from the left, in percent, and how wide they are.
const LEFT: &str = "14%";
const WIDTH: &str = "86%";
/// The height of the areas in their own units, which are what a share is rounded to.
const WHOLE: i64 = 1000;

/// The chart of one region. Each day is as wide as any other.
pub fn shares(days: &[Day], region: Region) -> String {
    let id = format!("share-{region}");
    let title = format!("Members by state, {}", region.title());
    let mut svg = Svg::new(&id, "chart shares", HEIGHT, &title, &region_in_words(days, region));
    // Level lines stay what they are however wide the picture is drawn.
    svg.begin("defs", &[]);
    for (name, line, gap) in [("off", 0, 40), ("paused", 24, 24), ("excluded", 8, 40)] {
        let pattern = format!("{id}-{name}");
        let all = line + gap;
        svg.begin("pattern", &[("id", &pattern), ("width", &8), ("height", &all), ("patternUnits", &"userSpaceOnUse")]);
        svg.put("rect", &[("class", &format_args!("{name} under")), ("width", &8), ("height", &all)]);
        if line > 0 {
            svg.put("rect", &[("class", &format_args!("{name} line")), ("width", &8), ("height", &line)]);
        }
        svg.end();
    }
    svg.end();
    let view = format!("0 0 {} {WHOLE}", days.len().max(1));
    svg.begin(
        "svg",
        &[
            ("x", &LEFT),
            ("y", &TOP),
            ("width", &WIDTH),
            ("height", &AREAS),
            ("viewBox", &view),
            ("preserveAspectRatio", &"none"),
        ],
    );
    // From the top down, each over those before it, so that only the upper edge of each has to be
    // drawn.
    for state in DayState::ALL.iter().rev() {
        let fill = if *state == DayState::On { "currentColor".to_owned() } else { format!("url(#{id}-{state})") };
        svg.put("path", &[("class", &state.as_str()), ("fill", &fill), ("d", &edge(days, region, *state))]);
    }
    svg.end();
    for (share, y) in [("100%", 0), ("50%", AREAS / 2), ("0%", AREAS)] {
        svg.words("text", &[("class", &"mark"), ("x", &"12%"), ("y", &(TOP + y + 4)), ("text-anchor", &"end")], share);
    }
    if let (Some(first), Some(last)) = (days.first(), days.last()) {
        svg.words("text", &[("class", &"mark"), ("x", &LEFT), ("y", &(HEIGHT - 5))], &first.day.day());
        if days.len() > 1 {
            svg.words(
                "text",
                &[("class", &"mark"), ("x", &"100%"), ("y", &(HEIGHT - 5)), ("text-anchor", &"end")],
                &last.day.day(),
            );
        }
    }
    svg.finish()
}

/// The area from the ground up to the share of `state` and of those below it. A day without members
/// has none.
fn edge(days: &[Day], region: Region, state: DayState) -> String {
    let mut path = format!("M0 {WHOLE}");
    let mut at = WHOLE;
    for (x, day) in days.iter().enumerate() {
        let members = day.regions[region as usize];
        let (below, all) = (members[..=state as usize].iter().sum::<i64>(), members.iter().sum::<i64>());
        let y = if all == 0 { WHOLE } else { WHOLE - (below * WHOLE + all / 2) / all };
        if y != at {
            let _ = write!(path, "H{x}V{y}");
            at = y;
        }
    }
    let _ = write!(path, "H{}V{WHOLE}Z", days.len());
    path
}

#[cfg(test)]
mod tests {
    use super::super::xml;
    use super::*;
    use crate::time::UtcMillis;

    fn days(members: &[[i64; 4]]) -> Vec<Day> {
        let day = |(n, members): (usize, &[i64; 4])| {
            let mut regions = [[0; 4]; 5];
            regions[Region::Canada as usize] = *members;
            Day { day: UtcMillis(n as i64 * UtcMillis::DAY), regions }
        };
        members.iter().enumerate().map(day).collect()
    }

    #[test]
    fn an_edge_is_a_step_where_the_share_changes_and_nowhere_else() {
        let days = days(&[[0, 0, 0, 0], [1, 1, 0, 0], [2, 2, 0, 0], [3, 1, 0, 0]]);
        assert_eq!(edge(&days, Region::Canada, DayState::On), "M0 1000H1V500H3V250H4V1000Z");
        assert_eq!(edge(&days, Region::Canada, DayState::Excluded), "M0 1000H1V0H4V1000Z");
        assert_eq!(edge(&days, Region::HongKong, DayState::Excluded), "M0 1000H4V1000Z");
    }

    #[test]
    fn the_picture_says_what_it_shows() {
        let (elements, words) = xml::read(&shares(&days(&[[1, 2, 0, 1], [3, 1, 0, 0]]), Region::Canada));
        let words = words.replace('\u{a0}', " ");
        assert!(words.contains("Canada, 4 members: on 75%, off 25%, paused 0%, excluded 0%."), "{words}");
        assert!(words.contains("1 January 1970") && words.contains("2 January 1970"));
        assert_eq!(elements.iter().filter(|(name, _)| name == "path").count(), 4);
        let ids: Vec<_> = elements.iter().flat_map(|(_, of)| of).filter(|(name, _)| name == "id").collect();
        assert!(ids.iter().all(|(_, id)| id.starts_with("share-canada-")));
    }
}
