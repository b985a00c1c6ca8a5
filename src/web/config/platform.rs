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
