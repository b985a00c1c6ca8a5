//! The page `/log/check`: a receipt is checked in the browser by the code that `sayso verify` has.
//! Nothing is sent, and nothing is asked of anybody.

use sayso_verify::note::Key;
use sayso_verify::pack::is_pack;
use sayso_verify::policy::Policy;
use sayso_verify::receipt::{Trust, check};
use wasm_bindgen::prelude::wasm_bindgen;

/// Checks a receipt as it was downloaded, with the key of the log, if there is one from elsewhere.
/// The first line of the answer is `proved`, `agrees` (with the key that came with it) or
/// `refused`; the rest says it in words.
#[wasm_bindgen]
pub fn checked(receipt: &[u8], vkey: &str) -> String {
    let vkey = vkey.trim();
    let policy = match (vkey.is_empty(), Key::parse(vkey)) {
        (true, _) => None,
        (false, Some(key)) => Some(Policy::of_log(key)),
        (false, None) => return "refused\nThe key is not one of a log: it reads name+id+base64.".into(),
    };
    if is_pack(receipt) {
        return "refused\nThis is a pack, not a receipt. Check it with its check.py, or with “sayso verify”.".into();
    }
    match check(receipt, policy.as_ref()) {
        Ok(verdict) if verdict.trust == Trust::Elsewhere => format!("proved\n{verdict}"),
        Ok(verdict) => format!("agrees\n{verdict}"),
        Err(why) => format!("refused\n{why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_receipt_is_refused_in_words() {
        assert_eq!(checked(b"", ""), "refused\nIt is not a receipt, or only a part of one.");
        let pack = [&[0; 30][..], b"README.txt"].concat();
        assert!(checked(&pack, "").starts_with("refused\nThis is a pack"));
        assert!(checked(b"PK\x03\x04", "not a key").starts_with("refused\nThe key is not one of a log"));
    }
}
