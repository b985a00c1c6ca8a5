//! The mail with links to every objection under one address. Pure.

use super::letter_parts::{Way, fact, list, text};
use super::model::Case;
use super::wording;
use crate::mail::Letter;

/// To whoever reads what is mailed to `email`. `ways` has one for each case, in the same order.
/// What was written in the cases is not in it.
pub fn letter(email: &str, cases: &[Case], ways: &[Way<'_>]) -> Letter {
    let mut blocks = vec![text("Here are the links to your objections that you asked for, the newest first.")];
    for (case, way) in cases.iter().zip(ways) {
        let about = list(&case.purposes.iter().map(|p| p.purpose).collect::<Vec<_>>());
        let stands = format!("{about}. Received on {}. {}.", case.received.day(), wording::state(case.state));
        blocks.extend([fact(&case.number, stands), way.to(case)]);
    }
    if ways.iter().any(|way| way.key.is_none()) {
        blocks.push(text("Sign in to see those that are in your account."));
    }
    blocks.push(text("If you did not ask for this, you can ignore this e-mail. Nobody else was sent these links."));
    Letter { to: email.into(), subject: "Links to your objections".into(), blocks }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objection::model::sample;
    use crate::time::UtcMillis;

    #[test]
    fn each_objection_has_its_link_and_nothing_that_was_written() {
        let case = Case { reason: Some("My health.".into()), ..sample(UtcMillis(1_795_459_000_000)) };
        let own = Case { number: "OBJ-00000001".into(), member: Some("m".into()), ..case.clone() };
        let origin = "https://sayso.example";
        let ways = [Way { origin, key: Some("k") }, Way { origin, key: None }];
        let plain = letter("ben@example.org", &[case, own], &ways).plain();
        assert!(plain.contains("https://sayso.example/objections/OBJ-00000000?key=k"), "{plain}");
        assert!(plain.contains("https://sayso.example/objections/OBJ-00000001\n"), "{plain}");
        assert!(plain.contains("Sign in to see those") && !plain.contains("health"), "{plain}");
    }
}
