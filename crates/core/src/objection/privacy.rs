//! What somebody who objects is told about what they type, where they type it: who receives it,
//! why, for how long, and what they can do about it (GDPR, Article 13). Pure.

use super::regime::{Region, for_region};

/// Days after which a case that nobody confirmed loses its texts, name and address: the longest
/// time for an answer, one month and two more.
pub const UNCONFIRMED_DAYS: i64 = 92;
/// Days for which an e-mail that could not be delivered is kept, with its text.
pub const UNDELIVERED_DAYS: i64 = 180;
/// Months for which California wants a request and its answer kept (11 CCR § 7101(a)).
pub const CALIFORNIA_MONTHS: u8 = 24;

/// A question that the law wants answered, and the answer.
pub type Told = (&'static str, String);

/// The questions and answers, in order. `platform` is who runs the site, where its name is known;
/// `home` is where a signed-in member lives, and `None` for somebody without an account.
pub fn told(platform: Option<&str>, home: Option<Region>) -> [Told; 5] {
    let (it, at_start) = (platform.unwrap_or("the platform"), platform.unwrap_or("The platform that runs this site"));
    let unconfirmed = format!(
        "If you never confirm your e-mail address, we erase your name, your address and what you wrote after {UNCONFIRMED_DAYS} days. Otherwise it is"
    );
    let kept = if home.is_some() { "It is" } else { &unconfirmed };
    let needed = match home {
        Some(_) => "You don't have to give a reason.",
        None => {
            "We need your name, your e-mail address and your country to answer you. You don't have to give a reason."
        }
    };
    let complain = match home {
        Some(home) => for_region(home).complain(),
        None => "You can complain to the data protection authority where you live.".into(),
    };
    [
        ("Who receives it", format!("{at_start}. Its privacy officers read it and answer you.")),
        (
            "Why, and on what basis",
            "To decide on your objection and answer it: the law obliges us to (GDPR, Article 6(1)(c), with Articles 12 and 21). And to be able to prove what you asked and what we answered, which is our legitimate interest (Article 6(1)(f)). Outside Europe, the law where you live applies.".into(),
        ),
        (
            "How long it is kept",
            format!(
                "{kept} kept for as long as somebody can go to court about it, and in California for at least {CALIFORNIA_MONTHS} months. Our e-mails to you are erased here once they are sent, or {UNDELIVERED_DAYS} days after they were written if they cannot be delivered."
            ),
        ),
        ("What you have to type", needed.into()),
        (
            "Your rights",
            format!("You can ask {it} for a copy of it, and to correct it, erase it or restrict its use. {complain}"),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(platform: Option<&str>, home: Option<&str>) -> String {
        let told = told(platform, home.map(|code| Region::parse(code).unwrap()));
        told.map(|(question, answer)| format!("{question}: {answer}\n")).concat()
    }

    #[test]
    fn whoever_objects_is_told_who_why_how_long_and_where_to_complain() {
        let stranger = all(Some("Lovelace Forum"), None);
        for part in [
            "Who receives it: Lovelace Forum. Its",
            "Article 6(1)(c)",
            "after 92 days. Otherwise it is kept",
            "180 days",
            "24 months",
            "ask Lovelace Forum for a copy",
            "the data protection authority where you live",
        ] {
            assert!(stranger.contains(part), "{part}: {stranger}");
        }
        let member = all(None, Some("IE"));
        assert!(member.contains("Who receives it: The platform that runs this site. Its"), "{member}");
        assert!(member.contains("You can complain to the Irish Data Protection Commission."), "{member}");
        assert!(member.contains("How long it is kept: It is kept for") && !member.contains("92 days"), "{member}");
    }
}
