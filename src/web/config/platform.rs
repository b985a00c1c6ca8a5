//! Who runs this site, as the foot of every page and the objection form say it.

use super::values::{phone, platform_name, postal_address, reach, web_address};

/// What the platform says about itself. Whatever is not set is left out.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Platform {
    /// The name of your platform, as its members know it [default: none]
    #[arg(id = "platform", long, env = "SAYSO_PLATFORM", value_parser = platform_name)]
    pub name: Option<String>,
    /// Where your privacy policy is [default: none]
    #[arg(long, env = "SAYSO_PRIVACY_POLICY_URL", value_parser = web_address)]
    pub privacy_policy_url: Option<String>,
    /// Where your imprint (legal notice) is [default: none]
    #[arg(long, env = "SAYSO_IMPRINT_URL", value_parser = web_address)]
    pub imprint_url: Option<String>,
    /// Where people reach you: an e-mail address, or the address of a page [default: none]
    #[arg(long, env = "SAYSO_CONTACT", value_parser = reach)]
    pub contact: Option<String>,
    /// Where your accessibility statement is [default: none]
    #[arg(long, env = "SAYSO_ACCESSIBILITY_URL", value_parser = web_address)]
    pub accessibility_url: Option<String>,
    /// Your postal address, in one line: with it and the name, policy and contact above, receipts
    /// have a consent record by ISO/IEC TS 27560 [default: none]
    #[arg(long, env = "SAYSO_POSTAL_ADDRESS", value_parser = postal_address)]
    pub postal_address: Option<String>,
    /// Your telephone: with it, and a contact that is an e-mail address, receipts have a Kantara
    /// Consent Receipt, too [default: none]
    #[arg(long, env = "SAYSO_PHONE", value_parser = phone)]
    pub phone: Option<String>,
}

impl Platform {
    /// What the foot of a page links to, and where: only what is set.
    pub fn links(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("Privacy policy", &self.privacy_policy_url),
            ("Imprint", &self.imprint_url),
            ("Contact", &self.contact),
            ("Accessibility", &self.accessibility_url),
        ]
        .into_iter()
        .filter_map(|(says, to)| Some((says, to.as_deref()?)))
    }

    /// The same with examples for what is not set, so that the demonstration shows everything.
    pub fn or_examples(self) -> Self {
        let or = |set: Option<String>, example: &str| Some(set.unwrap_or_else(|| example.to_owned()));
        Self {
            name: or(self.name, "Example platform"),
            privacy_policy_url: or(self.privacy_policy_url, "https://example.com/privacy"),
            imprint_url: or(self.imprint_url, "https://example.com/imprint"),
            contact: or(self.contact, "mailto:privacy@example.com"),
            accessibility_url: or(self.accessibility_url, "https://example.com/accessibility"),
            postal_address: or(self.postal_address, "Example platform, 1 Example Street, Dublin, Ireland"),
            phone: or(self.phone, "+353 1 555 0100"),
        }
    }

    /// What receipts lack of the records of standards, and the settings that they need for it.
    pub fn receipts_lack(&self) -> Option<String> {
        let needed = [
            ("SAYSO_PLATFORM", &self.name),
            ("SAYSO_CONTACT", &self.contact),
            ("SAYSO_PRIVACY_POLICY_URL", &self.privacy_policy_url),
            ("SAYSO_POSTAL_ADDRESS", &self.postal_address),
            ("SAYSO_PHONE", &self.phone),
        ];
        let unset: Vec<&str> = needed.into_iter().filter(|(_, set)| set.is_none()).map(|(name, _)| name).collect();
        let has_no_mail = self.contact.as_ref().is_some_and(|contact| !contact.starts_with("mailto:"));
        let what = match unset[..] {
            [] if has_no_mail => return Some("no Kantara receipt: SAYSO_CONTACT is no e-mail address".into()),
            [] => return None,
            ["SAYSO_PHONE"] => "no Kantara receipt",
            _ => "no consent record by ISO/IEC TS 27560 and no Kantara receipt",
        };
        let are = if unset.len() == 1 { "is" } else { "are" };
        Some(format!("{what}: {} {are} not set", unset.join(", ")))
    }

    /// Each setting that is missing although a law asks for what it says, with that law.
    pub fn missing(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        [
            ("SAYSO_PLATFORM", self.name.is_none(), "who runs it (GDPR, Article 13(1)(a))"),
            (
                "SAYSO_PRIVACY_POLICY_URL",
                self.privacy_policy_url.is_none(),
                "where your privacy policy is (GDPR, Article 13)",
            ),
            (
                "SAYSO_IMPRINT_URL",
                self.imprint_url.is_none(),
                "where your imprint is (Directive 2000/31/EC, Article 5)",
            ),
            ("SAYSO_CONTACT", self.contact.is_none(), "how to reach you (GDPR, Article 13(1)(a))"),
            (
                "SAYSO_ACCESSIBILITY_URL",
                self.accessibility_url.is_none(),
                "how accessible your service is (Directive (EU) 2019/882, Article 13(2))",
            ),
        ]
        .into_iter()
        .filter_map(|(setting, missing, what)| missing.then_some((setting, what)))
    }
}
