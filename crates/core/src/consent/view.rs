//! What the tab and the history show: words and shapes, made on the server, the same in both
//! halves.

use serde::{Deserialize, Serialize};

/// An instant: RFC 3339 for machines, words for people.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Moment {
    /// RFC 3339 in UTC, such as `2026-11-23T18:36:00Z`.
    pub iso: String,
    /// The same in UTC as people write it, long for a sentence or short for a table.
    pub text: String,
}

/// Said where the form was older than the choice.
pub const STALE: &str =
    "This changed after you loaded the page, so we left it as it is. The page now shows your current setting.";

/// The uses that the switch does not cover, in a sentence. The card of the switch and the card of
/// the other uses both name them by it.
pub const OTHER_USES: &str =
    "Personalisation, moderation and safety, advertising, research, inferences about you, and other machine learning.";

/// The first card of the Data privacy tab.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "parts of a card, each there or not by itself")]
pub struct TabView {
    /// Whether the purpose is allowed now: the state of the switch.
    pub on: bool,
    /// Whether there is a switch; there is none where turning it on is not offered and it is off.
    pub switch: bool,
    /// The colour beside the sentence: `allowed`, `denied` or `paused`.
    pub dot: String,
    /// Off because of an objection, upheld or pending, or of an address that is not proved: the
    /// switch shows it and cannot be turned on.
    pub fixed: bool,
    /// Whether **Keep it off** stands beside it.
    pub keep_off: bool,
    /// What a form was loaded with: for whom its page was made, and after a dot the id of the
    /// newest choice, empty where there is none.
    pub seen: String,
    /// The notice that stands on the page and has not been delivered, as `version.language`; empty
    /// where there is none. A press says that it was in front of whoever pressed.
    pub shown: String,
    /// The newest choice, where it is what holds; `None` under a default or an objection.
    pub said: Option<Said>,
    /// The form was older than the choice: nothing was recorded, and this is what holds.
    pub stale: bool,
    /// What holds, with its reason and date, in one sentence.
    pub now: String,
    /// Where the notice or the case behind it can be read, if there is one.
    pub told: Option<ToldLine>,
    /// What held before, in one sentence.
    pub before: String,
    /// The history as bars, of a long one its newest part.
    pub picture: Picture,
    /// The last changes, newest first.
    pub rows: Vec<HistoryRow>,
    /// What the card has to show, a line for each place that `public/told.js` looks at: after an
    /// answer the page holds itself against it.
    pub shows: String,
}

/// The newest choice, confirmed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Said {
    /// Whether they turned it on.
    pub on: bool,
    /// When they chose.
    pub since: Moment,
    /// The number of the entry that people read out, such as `7KQ2-9FMX`.
    pub receipt: String,
    /// The page of the entry, as a path.
    pub link: Option<String>,
}

/// Where more about it stands: the words that the member was told, or the case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ToldLine {
    /// A sentence before the link; empty where the link says it all.
    pub text: String,
    /// The words of the link.
    pub label: String,
    /// None where there is nothing behind it for whoever reads this.
    pub link: Option<String>,
}

/// One line of the history. No `link`, and no receipt, where it followed from a rule and a date,
/// without anybody doing anything.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HistoryRow {
    /// From when on it counts.
    pub when: Moment,
    /// What happened, in a few words, such as `You turned it off`.
    pub what: String,
    /// Who did it, such as `you, on the web` or `Sayso`.
    pub by: String,
    /// The page of the entry, as a path.
    pub link: Option<String>,
    /// The number of the entry that people read out, such as `7KQ2-9FMX`.
    pub receipt: String,
}

/// A history as bars along a line 720 units long. The labels are the key to the bars, and stand
/// beside them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Picture {
    /// What the bars show, in words for whoever does not see them.
    pub label: String,
    /// From left to right, to scale but for the last one, which is always wide enough to be seen.
    pub bars: Vec<Bar>,
    /// One bar of each kind there is, in the order in which they came first.
    pub key: Vec<Bar>,
    /// Where the member said something.
    pub marks: Vec<u16>,
    /// Where the line begins, such as `Nov 2026`.
    pub from: String,
    /// Where it ends: "now", or the day that is looked at.
    pub until: String,
    /// What holds at its end, in two or three words.
    pub last: String,
}

/// A time in which the same held, in a [`Picture`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bar {
    /// How far from the line's left end it begins, in units.
    pub x: u16,
    /// How long it is, in units: 2 at least.
    pub width: u16,
    /// `on`, `off` or `paused`.
    pub state: String,
    /// Why, in two or three words.
    pub label: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Purpose;

    #[test]
    fn the_other_uses_are_all_that_the_form_has_by_their_titles_in_its_order() {
        let said = OTHER_USES.to_lowercase();
        let others = Purpose::ALL.iter().filter(|purpose| **purpose != Purpose::GenerativeAiTraining);
        let places: Vec<_> = others.map(|purpose| said.find(&purpose.title().to_lowercase())).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
        assert_eq!(places.len(), said.matches(", ").count() + 1);
    }
}
