//! What the tab and the history show: words and shapes, made on the server, the same in both
//! halves.

use serde::{Deserialize, Serialize};

/// An instant: RFC 3339 for machines, words for people.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Moment {
    pub iso: String,
    pub text: String,
}

/// Said where the form was older than the choice.
pub const STALE: &str =
    "This changed after you loaded the page, so we left it as it is. The page now shows your current setting.";

/// The first card of the Data privacy tab.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TabView {
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
    /// What a form was loaded with: for whom its page was made, and after a dot the id of the newest
    /// choice, empty where there is none.
    pub seen: String,
    /// The notice that stands on the page and has not been delivered, as `version.language`; empty
    /// where there is none. A press says that it was in front of whoever pressed.
    pub shown: String,
    pub said: Option<Said>,
    /// The form was older than the choice: nothing was recorded, and this is what holds.
    pub stale: bool,
    pub now: String,
    pub told: Option<ToldLine>,
    /// What held before, in one sentence.
    pub before: String,
    pub picture: Picture,
    pub rows: Vec<HistoryRow>,
    /// What the card has to show, a line for each place that `public/told.js` looks at: after an
    /// answer the page holds itself against it.
    pub shows: String,
}

/// The newest choice, confirmed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Said {
    pub on: bool,
    pub since: Moment,
    pub receipt: String,
}

/// Where more about it stands: the words that the member was told, or the case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ToldLine {
    pub text: String,
    pub label: String,
    /// None where there is nothing behind it for whoever reads this.
    pub link: Option<String>,
}

/// One line of the history. No `link`, and no receipt, where it followed from a rule and a date,
/// without anybody doing anything.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HistoryRow {
    pub when: Moment,
    pub what: String,
    pub by: String,
    pub link: Option<String>,
    pub receipt: String,
}

/// A history as bars along a line 720 units long. The labels are the key to the bars, and stand
/// beside them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Picture {
    pub label: String,
    pub bars: Vec<Bar>,
    /// One bar of each kind there is, in the order in which they came first.
    pub key: Vec<Bar>,
    /// Where the member said something.
    pub marks: Vec<u16>,
    pub from: String,
    /// Where it ends: "now", or the day that is looked at.
    pub until: String,
    /// What holds at its end, in two or three words.
    pub last: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bar {
    pub x: u16,
    pub width: u16,
    /// `on`, `off` or `paused`.
    pub state: String,
    /// Why, in two or three words.
    pub label: String,
}
