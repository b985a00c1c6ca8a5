//! Who reads a member's pages, where their links then lead, and to whom the sentences speak. What
//! they say is the same for all.

use super::view::{HistoryRow, TabView};
use super::wording::Voice;

/// Of the member's own pages, those that are about the settings.
const OWN: &str = "/settings/privacy";
const OWN_CASES: &str = "/objections/";
const NOTICES: &str = "/notices/";

/// Whoever has a member's pages in front of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The member, whose links stay as they are.
    Member,
    /// Somebody of the staff, who only looks.
    Staff {
        /// The path of this member's pages among staff, without a slash at the end.
        base: String,
        /// Whether cases can be opened.
        cases: bool,
        /// What the pages are given along, such as the day that is looked at.
        query: String,
    },
}

impl Audience {
    /// Where what is at `path` for the member is for this reader; `None` where there is nothing for
    /// them, as behind every form.
    pub fn link(&self, path: &str) -> Option<String> {
        let Self::Staff { base, cases, query } = self else { return Some(path.to_owned()) };
        if let Some(rest) = path.strip_prefix(OWN) {
            return Some(format!("{base}{rest}{query}"));
        }
        if path.starts_with(OWN_CASES) {
            return cases.then(|| format!("/support{path}"));
        }
        path.starts_with(NOTICES).then(|| path.to_owned())
    }

    /// To whom the sentences on the pages speak.
    pub const fn voice(&self) -> Voice {
        match self {
            Self::Member => Voice::Member,
            Self::Staff { .. } => Voice::Staff,
        }
    }

    /// The same rows, with this reader's links.
    pub fn lead(&self, rows: &mut [HistoryRow]) {
        for row in rows {
            row.link = row.link.take().and_then(|link| self.link(&link));
        }
    }

    /// The same card, with this reader's links.
    pub fn lead_card(&self, card: &mut TabView) {
        self.lead(&mut card.rows);
        if let Some(said) = &mut card.said {
            said.link = said.link.take().and_then(|link| self.link(&link));
        }
        if let Some(told) = &mut card.told {
            told.link = told.link.take().and_then(|link| self.link(&link));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_stay_among_their_own_pages_and_are_led_to_no_form() {
        let staff =
            |cases| Audience::Staff { base: "/support/members/1".into(), cases, query: "?at=2026-01-01".into() };
        let of = |path: &str| staff(false).link(path);
        assert_eq!(of("/settings/privacy/entries/x").as_deref(), Some("/support/members/1/entries/x?at=2026-01-01"));
        assert_eq!(of("/notices/research/1?language=en").as_deref(), Some("/notices/research/1?language=en"));
        assert_eq!([of("/objection"), of("/objections/OBJ-1"), of("/account")], [None, None, None]);
        assert_eq!(staff(true).link("/objections/OBJ-1").as_deref(), Some("/support/objections/OBJ-1"));
        assert_eq!(Audience::Member.link("/objection").as_deref(), Some("/objection"));
    }
}
