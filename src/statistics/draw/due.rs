//! Open cases by time left: a bar for each, under its name and its number.

use super::Svg;
use super::scale::{percent, place};
use crate::statistics::due::{LEFT, Open};
use crate::statistics::table::count;

/// What a bar takes, in pixels, and what of it the bar itself.
const ROW: u32 = 44;
const BAR: u32 = 12;

/// The chart of `open`.
pub fn due(open: &Open) -> String {
    let mut svg = Svg::new("due", "chart", ROW * LEFT.len() as u32, "Open cases by days left", &open.in_words());
    svg.patterns("due");
    let most = open.0.iter().copied().max().unwrap_or(0);
    for (n, (left, cases)) in LEFT.iter().zip(open.0).enumerate() {
        let top = n as u32 * ROW;
        svg.words("text", &[("x", &0), ("y", &(top + 14))], left);
        svg.words(
            "text",
            &[("class", &"number"), ("x", &"100%"), ("y", &(top + 14)), ("text-anchor", &"end")],
            &count(cases),
        );
        svg.put("rect", &[("class", &"track"), ("y", &(top + 21)), ("width", &"100%"), ("height", &BAR), ("rx", &3)]);
        if cases > 0 {
            // A single case among thousands is still seen.
            let width = percent(place(cases, most, 0.0, 100.0).max(1.0));
            let class = ["late", "soon", "yes"][n.min(2)];
            svg.put("rect", &[("class", &class), ("y", &(top + 21)), ("width", &width), ("height", &BAR), ("rx", &3)]);
        }
    }
    svg.finish()
}

#[cfg(test)]
mod tests {
    use super::super::xml;
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_counts() {
        let (elements, words) = xml::read(&due(&Open([2, 0, 1, 4, 0, 1_000])));
        let value = |of: &[(String, String)], name: &str| of.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
        let bars: Vec<String> = elements
            .iter()
            .filter(|(name, of)| {
                name == "rect" && value(of, "class").is_some_and(|c| ["late", "soon", "yes"].contains(&&*c))
            })
            .filter_map(|(_, of)| value(of, "width").filter(|w| w.ends_with('%')))
            .collect();
        assert_eq!(bars, ["1%", "1%", "1%", "100%"]);
        assert!(words.contains("Overdue2") && words.contains("More than 30 days1,000"), "{words}");
        assert!(words.contains("1,007 cases are waiting for an answer"));
    }

    #[test]
    fn nothing_open_has_no_bar() {
        let (elements, words) = xml::read(&due(&Open([0; 6])));
        assert!(elements.iter().all(|(_, of)| of.iter().all(|(_, value)| value != "late")));
        assert!(words.contains("No cases are waiting for an answer."));
    }
}
