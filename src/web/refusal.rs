//! A form that did not come from a page of ours.

use super::origin::Origin;

/// A form that was refused, for the page that says so.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Where this site is.
    pub own: Origin,
    /// What was typed in it, to be copied; nothing where another site has sent it.
    pub typed: Vec<(String, String)>,
}
