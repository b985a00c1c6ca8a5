//! What a pack has of a case, besides its entries.

use super::store as rows;
use crate::account::staff_action::Access;
use crate::account::store::staff_actions;
use crate::db::{self, Reader};
use crate::ledger::entry::sealed;
use crate::ledger::{Outcome, Step};
use crate::mail::Letter;
use crate::objection::answer_letter;
use crate::objection::model::{Case, PastStep};
use crate::objection::store as cases;
use crate::time::UtcMillis;
use sayso_verify::pack::Text;
use std::collections::HashMap;

/// A case as somebody is to have it.
pub struct Told {
    pub case: Case,
    /// Who of the staff looked, newest first.
    pub accesses: Vec<Access>,
    /// Whether it is for officers, who see what is written inside.
    pub for_officers: bool,
}

impl Told {
    /// The cases of a member as their pages show them.
    pub async fn of_member(reader: &mut Reader, member: &str) -> db::Result<Vec<Self>> {
        let mut all = Vec::new();
        for case in cases::of_member(reader.conn(), member).await? {
            all.push(Self::with(reader, case.for_unproved_page(), false).await?);
        }
        Ok(all)
    }

    /// A case, with who looked.
    pub async fn with(reader: &mut Reader, case: Case, for_officers: bool) -> db::Result<Self> {
        let accesses = staff_actions::accesses_of_case(reader.conn(), &case.number).await?;
        Ok(Self { case, accesses, for_officers })
    }

    /// Whether the text of a step is in the pack: whoever filed the case does not get a draft that
    /// a second officer has to agree to, nor what somebody else wrote before the address was
    /// confirmed.
    pub fn has_text(&self, done: &PastStep) -> bool {
        let inside = matches!(done.step, Step::Proposed | Step::Returned);
        self.for_officers || !inside && !self.case.is_a_strangers(done)
    }

    /// The texts that these entries, by their ids, have the hashes of.
    pub async fn texts(&self, reader: &mut Reader, hashes: &HashMap<String, Vec<String>>) -> db::Result<Vec<Text>> {
        let salts = rows::salts(reader.conn(), &self.case.number).await?;
        let mut found = Vec::new();
        for done in self.case.steps.iter().filter(|done| self.has_text(done)) {
            let id = done.entry.to_string();
            let (Some(salt), Some(known)) = (salts.get(&id), hashes.get(&id)) else { continue };
            let texts = done.text.iter().chain(done.rulings.iter().filter_map(|ruling| ruling.grounds.as_ref()));
            let sent = done.sent.as_ref().map(|sent| answer_letter::as_stored(sent));
            for text in texts.chain(&sent).filter(|text| known.contains(&sealed(salt, text))) {
                found.push(Text { entry: id.clone(), salt: salt.clone(), text: text.clone() });
            }
        }
        Ok(found)
    }

    /// The answers as the page of the case has them, newest first, each with when it was sent.
    pub fn letters(&self) -> Vec<(UtcMillis, String)> {
        let plain = |blocks| Letter { to: String::new(), subject: String::new(), blocks }.unbroken();
        let answer = |(_, done): (_, &PastStep)| {
            (done.at, plain(answer_letter::answer_on_page(&self.case, &done.rulings, &done.said, None)))
        };
        self.case.answer_steps().map(answer).collect()
    }

    /// What is stored of it, as data.
    pub fn facts(&self) -> serde_json::Value {
        let case = &self.case;
        let steps = case.steps.iter().map(|done| {
            serde_json::json!({
                "entry": done.entry.to_string(), "step": done.step.as_str(), "by": done.actor.as_str(),
                "at": done.at.rfc3339(), "text": done.text.as_ref().filter(|_| self.has_text(done)),
            })
        });
        let purposes = case.purposes.iter().map(|asked| {
            serde_json::json!({
                "purpose": asked.purpose.as_str(), "outcome": asked.outcome.map(Outcome::as_str),
                "grounds": asked.grounds,
            })
        });
        let accesses = self.accesses.iter().map(|access| {
            serde_json::json!({ "at": access.at.rfc3339(), "by": access.by.as_str(), "what": access.what.as_str() })
        });
        serde_json::json!({
            "number": case.number, "name": case.name, "email": case.email, "language": case.language,
            "mode": case.mode.as_str(), "reason": case.reason, "received": case.received.rfc3339(),
            "due": case.due.rfc3339(), "decided": case.decided.map(UtcMillis::rfc3339),
            "purposes": purposes.collect::<Vec<_>>(), "steps": steps.collect::<Vec<_>>(),
            "looked": accesses.collect::<Vec<_>>(),
        })
    }
}
