//! What an officer is told above the form of the answer. Pure.

/// That this officer only upholds; who else could refuse is said below it.
const ONLY_UPHOLD: &str =
    "You wrote an earlier refusal or agreed to it, so only another officer can refuse it again. You can uphold it now.";

/// What is said where nobody is left who could refuse again: nothing else about refusing.
pub const TOO_FEW: &str = "There are not enough other officers to refuse this again. Somebody with access to the server can add one with: sayso user add --role privacy_officer. You can uphold it now.";

/// What the form asks for. `complaint`: it answers a complaint. `may_refuse`: this officer stands
/// behind no earlier refusal. `enough`: there are officers to refuse it; otherwise [`TOO_FEW`] is
/// said, and nothing that contradicts it.
pub const fn lead(complaint: bool, may_refuse: bool, enough: bool) -> &'static str {
    match (complaint, enough, may_refuse) {
        (true, false, _) => "Decide again about each purpose that was refused. Nothing is paused meanwhile.",
        (false, false, _) => "Decide for each purpose.",
        (_, true, false) => ONLY_UPHOLD,
        (false, true, true) => {
            "Decide for each purpose. A refusal needs compelling grounds for that purpose that override the person's interests. If you refuse anything, we send the answer only once a second officer has agreed to it."
        }
        (true, true, true) => {
            "Decide again about each purpose that was refused. Nothing is paused meanwhile. If you refuse anything again, write the grounds anew. We send the answer only once another officer has agreed to it, who wrote no earlier refusal."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nobody_can_refuse_nothing_says_that_somebody_can() {
        for (complaint, may_refuse) in [(true, true), (true, false), (false, true), (false, false)] {
            let said = lead(complaint, may_refuse, false);
            assert!(!said.contains("officer") && !said.contains("If you refuse"), "{said}");
            assert_eq!(lead(complaint, may_refuse, true).contains("only another officer can"), !may_refuse);
        }
    }
}
