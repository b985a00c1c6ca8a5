//! The same as the entry in the words of two standards: a consent record by ISO/IEC TS 27560 as the
//! [guide of the W3C's DPV group][guide] writes it, and a [Kantara Consent Receipt 1.1][kantara].
//!
//! Both are written here and nowhere else, from the entry and from what the platform [says](Said)
//! of itself. So a receipt is checked by writing them anew: each byte that is not the platform's
//! own word has to follow from the entry.
//!
//! A default that nobody touched is no consent, and neither is a No. Where the use does not rest on
//! consent, both say so.
//!
//! [guide]: https://w3id.org/dpv/guides/consent-27560
//! [kantara]: https://kantarainitiative.org/download/consent-receipt-specification/

use crate::entry::{Entry, Notice, timestamp};
use serde_json::Value;

/// The only use that has these records: the one of the switch.
const PURPOSE: &str = "generative-ai-training";

/// What the platform says beside the entry. No log proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Where the site is, such as `https://privacy.example`.
    pub site: String,
    /// Who runs it.
    pub name: String,
    /// Where they are reached: an address as `mailto:…`, or a page.
    pub contact: String,
    /// The number of their telephone, where they have named one.
    pub phone: Option<String>,
    /// Their postal address, in one line.
    pub address: String,
    /// Where their privacy policy is.
    pub policy: String,
    /// The country whose rule held for the member, as two letters.
    pub country: String,
    /// What the choice is in law: a status of DPV.
    pub status: Status,
}

/// What a choice is in law, by the rule of the country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It may be on without asking, and nobody has said No.
    NotObjected,
    /// It may be on without asking, and the member has said No.
    Objected,
    /// It may be on with consent alone, and the member has said Yes.
    Given,
    /// It may be on with consent alone, and the member has said No.
    Refused,
    /// The member has taken back a Yes.
    Withdrawn,
}

/// Each status with its name in DPV, what Kantara's receipt says of consent, and until when.
const STATUS: [(Status, &str, &str, &str); 5] = [
    (
        Status::NotObjected,
        "LegitimateInterestNotObjected",
        "None. This does not rest on consent, but on a legitimate interest. The member turned it on.",
        "When the member turns it off, which they can at any time",
    ),
    (
        Status::Objected,
        "LegitimateInterestObjected",
        "None. This did not rest on consent, but on a legitimate interest. The member turned it off.",
        "Ended when the member turned it off",
    ),
    (Status::Given, "ConsentGiven", "EXPLICIT", "When the member turns it off, which they can at any time"),
    (Status::Refused, "ConsentRefused", "None. The member was asked, and refused.", "Never begun: the member refused"),
    (
        Status::Withdrawn,
        "ConsentWithdrawn",
        "None. The member had consented, and withdrew it.",
        "Ended when the member turned it off",
    ),
];

impl Status {
    fn row(self) -> (&'static str, &'static str, &'static str) {
        let row = STATUS.iter().find(|row| row.0 == self);
        row.map_or(("", "", ""), |(_, name, consent, until)| (name, consent, until))
    }

    /// Its name in DPV.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The one with this name.
    pub fn parse(name: &str) -> Option<Self> {
        STATUS.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// Whether the use rests on consent, and not on a legitimate interest.
    pub const fn rests_on_consent(self) -> bool {
        matches!(self, Self::Given | Self::Refused | Self::Withdrawn)
    }

    /// Whether an entry can mean this. A No is never a Yes, and what was not said is neither.
    fn fits(self, entry: &Entry) -> bool {
        match (&*entry.kind, entry.choice.as_deref(), &*entry.actor) {
            ("choice", Some("allowed"), "member") => matches!(self, Self::NotObjected | Self::Given),
            ("choice", Some("denied"), "member") => matches!(self, Self::Objected | Self::Refused | Self::Withdrawn),
            ("notice", None, "system") => self == Self::NotObjected,
            _ => false,
        }
    }
}

/// A text as JSON has it.
fn json(text: &str) -> String {
    Value::from(text).to_string()
}

/// The notice of an entry that can have records with this status.
fn notice<'a>(entry: &'a Entry, said: &Said) -> Option<&'a Notice> {
    let fits = entry.purpose.as_deref() == Some(PURPOSE) && said.status.fits(entry);
    entry.notice.as_ref().filter(|_| fits)
}

/// How it was said, and by whom: by the member, or by nobody where the platform has only told them.
fn how(entry: &Entry) -> (&'static str, &'static str) {
    match &*entry.kind {
        "choice" => ("The switch on the page Data privacy", "_:member"),
        _ => (
            "The member was shown the notice, and has said nothing. It is off until the notice period ends.",
            "_:platform",
        ),
    }
}

/// The consent record by ISO/IEC TS 27560. `None` where the entry has not what it is made of.
pub fn consent_record(entry: &Entry, said: &Said) -> Option<String> {
    let notice = notice(entry, said)?;
    let consent = said.status.rests_on_consent();
    let (method, by) = how(entry);
    let contact = match said.contact.strip_prefix("mailto:") {
        Some(address) => format!("\"schema:email\": {}", json(address)),
        None => format!("\"schema:url\": {}", json(&said.contact)),
    };
    let phone =
        said.phone.as_ref().map_or_else(String::new, |phone| format!(",\n      \"schema:telephone\": {}", json(phone)));
    let (kind, shown, basis, control, right) = if consent {
        (
            "dpv:ConsentRecord",
            "dpv:ConsentNotice",
            "dpv:ExpressedConsent",
            "[\"dpv:ProvideConsent\", \"dpv:WithdrawConsent\"]",
            "Right to withdraw consent",
        )
    } else {
        // Nothing here calls it consent; the names of the fields are those of the guide.
        (
            "dpv:DataProcessingRecord",
            "dpv:PrivacyNotice",
            "dpv:LegitimateInterestOfController",
            "[\"dpv:ObjectingToProcess\", \"dpv:OptingOutFromProcess\"]",
            "Right to object",
        )
    };
    let site = &said.site;
    Some(format!(
        r##"{{
  "@context": {{
    "ai": "https://w3id.org/dpv/ai#",
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "loc": "https://w3id.org/dpv/loc#",
    "pd": "https://w3id.org/dpv/pd#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#"
  }},
  "@id": {id},
  "@type": "{kind}",
  "dct:conformsTo": {{"@id": "https://w3id.org/dpv/schema/dpv-27560#record"}},
  "dct:identifier": {uuid},
  "dpv:hasIdentifier": {uuid},
  "dpv:hasDataSubject": {{"@id": "_:member", "@type": "dpv:DataSubject", "dct:identifier": {subject}}},
  "dpv:hasNotice": {{
    "@id": {notice_at},
    "@type": "{shown}",
    "dct:identifier": {notice_hash},
    "dct:language": {language}
  }},
  "dpv:hasConsentStatus": {{
    "@type": "dpv:{status}",
    "dpv:isIndicatedAtTime": {{"@type": "xsd:dateTime", "@value": "{at}"}},
    "dpv:isIndicatedBy": {{"@id": "{by}"}},
    "dpv:hasIndicationMethod": {method},
    "dpv:hasDuration": {{"@type": "dpv:UntilEventDuration", "rdf:value": "Until the member says otherwise"}}
  }},
  "dpv:hasProcess": {{
    "@type": "dpv:Process",
    "dpv:hasPurpose": {{
      "@type": "dpv:Purpose",
      "skos:broader": {{"@id": "dpv:ResearchAndDevelopment"}},
      "dct:identifier": {purpose},
      "dct:description": "To train models that write content"
    }},
    "dpv:hasProcessing": {{"@id": "ai:ModelTraining"}},
    "dpv:hasPersonalData": [
      {{"@type": "dpv:PersonalData", "skos:broader": {{"@id": "pd:IndividualProfile"}}, "dct:description": "The profile"}},
      {{"@type": "dpv:PersonalData", "skos:broader": {{"@id": "pd:SocialMediaCommunication"}}, "dct:description": "Posts, comments, articles, saved answers and what the member types into AI features; never private messages"}}
    ],
    "dpv:hasStorageCondition": [
      {{"@type": "dpv:StorageLocation", "dpv:hasLocation": {{"@type": "dpv:Location", "dct:description": "As the privacy policy says", "dct:source": {{"@id": {policy}}}}}}},
      {{"@type": "dpv:StorageDuration", "dpv:hasDuration": {{"@type": "dpv:UntilEventDuration", "rdf:value": "As the privacy policy says"}}}}
    ],
    "dpv:hasDataController": {{"@id": "_:platform"}},
    "dpv:hasRecipient": [
      {{"@id": "_:platform"}},
      {{"@type": "dpv:Recipient", "dct:description": "Affiliates of the controller"}}
    ],
    "dpv:hasLegalBasis": {{"@id": "{basis}"}},
    "dpv:hasConsentControl": {{"@type": {control}, "dpv:isExercisedAt": {{"@id": {settings}}}}},
    "dpv:hasJurisdiction": {{"@id": "loc:{country}"}},
    "dpv:hasRight": {{"@type": "dpv:DataSubjectRight", "dct:title": "{right}", "dpv:isExercisedAt": {{"@id": {settings}}}}}
  }},
  "dpv:hasEntity": {{
    "@id": "_:platform",
    "@type": "dpv:DataController",
    "dpv:hasName": {name},
    "dpv:hasIdentifier": {site},
    "schema:contactPoint": {{
      "@type": "schema:ContactPoint",
      {contact}{phone}
    }},
    "schema:address": {{"@type": "schema:PostalAddress", "schema:streetAddress": {address}}},
    "dpv:hasNotice": {{"@id": {policy}, "@type": "dpv:PrivacyNotice"}}
  }}
}}
"##,
        id = json(&format!("urn:uuid:{}", entry.id)),
        uuid = json(&entry.id),
        subject = json(&entry.subject),
        notice_at = json(&format!("{site}/notices/{PURPOSE}/{}?language={}", notice.version, notice.language)),
        notice_hash = json(&format!("sha256:{}", notice.sha256)),
        language = json(&notice.language),
        status = said.status.name(),
        at = timestamp(entry.at),
        method = json(method),
        purpose = json(PURPOSE),
        policy = json(&said.policy),
        settings = json(&format!("{site}/settings/privacy")),
        country = said.country,
        name = json(&said.name),
        site = json(site),
        address = json(&said.address),
    ))
}

/// Kantara's receipt. It is about what somebody said, so there is none of a notice; and it asks for
/// an e-mail address and a telephone of the platform.
pub fn kantara(entry: &Entry, said: &Said) -> Option<String> {
    let notice = notice(entry, said).filter(|_| entry.kind == "choice")?;
    let (email, phone) = (said.contact.strip_prefix("mailto:")?, said.phone.as_ref()?);
    let (_, consent, until) = said.status.row();
    Some(format!(
        r##"{{
  "version": "KI-CR-v1.1.0",
  "jurisdiction": {country},
  "consentTimestamp": {at},
  "collectionMethod": {method},
  "consentReceiptID": {id},
  "language": {language},
  "piiPrincipalId": {subject},
  "piiControllers": [
    {{
      "piiController": {name},
      "onBehalf": false,
      "contact": {name},
      "address": {{"streetAddress": {address}}},
      "email": {email},
      "phone": {phone},
      "piiControllerUrl": {site}
    }}
  ],
  "policyUrl": {policy},
  "services": [
    {{
      "service": "Data for Generative AI improvement",
      "purposes": [
        {{
          "purpose": "To train models that write content",
          "consentType": {consent},
          "purposeCategory": ["Training of AI models"],
          "piiCategory": ["Profile", "Posts, comments, articles, saved answers and what the member types into AI features"],
          "primaryPurpose": false,
          "termination": {until},
          "thirdPartyDisclosure": true,
          "thirdPartyName": {affiliates}
        }}
      ]
    }}
  ],
  "sensitive": false,
  "spiCat": []
}}
"##,
        country = json(&said.country),
        at = entry.at.div_euclid(1000),
        method = json(how(entry).0),
        id = json(&entry.id),
        language = json(&notice.language),
        subject = json(&entry.subject),
        name = json(&said.name),
        address = json(&said.address),
        email = json(email),
        phone = json(phone),
        site = json(&said.site),
        policy = json(&said.policy),
        consent = json(consent),
        until = json(until),
        affiliates = json(&format!("Affiliates of {}", said.name)),
    ))
}

impl Said {
    /// What a record has of the platform, if it is the record of this entry, byte for byte.
    pub fn in_record(entry: &Entry, record: &[u8]) -> Option<Self> {
        let all: Value = serde_json::from_slice(record).ok()?;
        let text = |at: &str| all.pointer(at).and_then(Value::as_str).map(str::to_owned);
        let reached = "/dpv:hasEntity/schema:contactPoint/schema";
        let contact = text(&format!("{reached}:email")).map(|address| format!("mailto:{address}"));
        let country = text("/dpv:hasProcess/dpv:hasJurisdiction/@id")?.strip_prefix("loc:")?.to_owned();
        let said = Self {
            site: text("/dpv:hasEntity/dpv:hasIdentifier")?,
            name: text("/dpv:hasEntity/dpv:hasName")?,
            contact: contact.or_else(|| text(&format!("{reached}:url")))?,
            phone: text(&format!("{reached}:telephone")),
            address: text("/dpv:hasEntity/schema:address/schema:streetAddress")?,
            policy: text("/dpv:hasEntity/dpv:hasNotice/@id")?,
            country: Some(country).filter(|code| code.len() == 2 && code.bytes().all(|c| c.is_ascii_uppercase()))?,
            status: Status::parse(text("/dpv:hasConsentStatus/@type")?.strip_prefix("dpv:")?)?,
        };
        (consent_record(entry, &said)?.as_bytes() == record).then_some(said)
    }
}

#[cfg(test)]
#[path = "records_tests.rs"]
mod tests;
