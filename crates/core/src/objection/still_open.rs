//! Earlier objections of the same person that are still open, where a newer one may be meant to
//! replace them: whoever corrects a form and sends it again has filed twice. Pure.

/// One that was filed before a case, about one of the same uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StillOpen {
    /// Its number.
    pub number: String,
    /// Whether it waits for its code still: it can then be left alone.
    pub awaits_code: bool,
}

/// What there is to say of them; empty where there are none. Only to whoever may know of them: in
/// the same account, under the same address once that is confirmed, or in the same browser.
pub fn still_open(earlier: &[StillOpen]) -> String {
    let of = |awaits: bool| {
        let numbers = earlier.iter().filter(|one| one.awaits_code == awaits).map(|one| &*one.number);
        numbers.collect::<Vec<_>>().join(", ")
    };
    let (open, waiting) = (of(false), of(true));
    let mut said = Vec::new();
    if !open.is_empty() {
        said.push(format!(
            "You objected to some of this before, and that is still open: {open}. If this objection replaces it, you can withdraw the earlier one on its page."
        ));
    }
    if !waiting.is_empty() {
        said.push(format!(
            "You filed this before, and that still waits for its code: {waiting}. If this objection replaces it, enter only the code of this one."
        ));
    }
    said.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_named_with_what_can_be_done() {
        let one = |number: &str, awaits_code| StillOpen { number: number.into(), awaits_code };
        assert_eq!(still_open(&[]), "");
        let open = still_open(&[one("OBJ-1", false), one("OBJ-2", false)]);
        assert!(open.contains("still open: OBJ-1, OBJ-2.") && open.contains("withdraw") && !open.contains("code"));
        let waits = still_open(&[one("OBJ-1", true)]);
        assert!(waits.contains("waits for its code: OBJ-1.") && !waits.contains("withdraw"), "{waits}");
        assert!(still_open(&[one("OBJ-1", true), one("OBJ-2", false)]).starts_with("You objected"));
    }
}
