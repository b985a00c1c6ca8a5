//! What was typed into a form that somebody leaves in order to sign in or to sign up.
//!
//! It goes with them from page to page in a hidden field, so nothing of it is stored for whoever
//! comes to this browser next. Only once the very address is entered that stands in that form, the
//! session keeps it for the account with this address, and for nobody else. What was sent from a
//! page of somebody who has signed out since goes along in the same way, for them alone.

use super::form_draft::Draft;
use super::link;
use crate::account::model::{Member, Role, form_mark};
use crate::error::AppError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A form on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// The page of the form.
    form: String,
    /// The address that was typed into it, as addresses are compared.
    whose: String,
    /// The mark of the member for whom its page was made, in the place of an address.
    #[serde(default)]
    made_for: Option<String>,
    values: BTreeMap<String, String>,
}

impl Carried {
    /// What was typed on the page `form` by somebody who has given the address `whose`.
    pub fn new(form: &str, whose: &str, typed: &[(&str, &str)]) -> Self {
        let values = typed.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
        Self { form: form.into(), whose: whose.into(), made_for: None, values }
    }

    /// What was typed on the page `form`, which was made for the member with this mark.
    pub fn made_for(form: &str, mark: &str, typed: &[(&str, &str)]) -> Self {
        Self { made_for: Some(mark.into()), ..Self::new(form, "", typed) }
    }

    /// As a hidden field has it.
    pub fn written(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What a hidden field has, if anything is carried there.
    pub fn read(field: &str) -> Option<Self> {
        let carried: Self = serde_json::from_str(field).ok()?;
        link::own_path(&carried.form).is_some().then_some(carried)
    }

    pub fn form(&self) -> &str {
        &self.form
    }

    /// The address that was typed into it, if one was.
    pub fn whose(&self) -> Option<&str> {
        self.made_for.is_none().then_some(&*self.whose)
    }

    /// What was typed, field by field.
    pub fn typed(&self) -> Vec<(&str, &str)> {
        self.values.iter().map(|(field, value)| (field.as_str(), value.as_str())).collect()
    }

    /// Keeps it for `member`, whose password was right, where it is theirs.
    pub async fn keep_for(&self, member: &Member) -> Result<(), AppError> {
        match &self.made_for {
            Some(mark) if *mark == form_mark(member) => {
                let draft = Draft::new(&self.form, &self.typed(), &signed_out());
                draft.kept_for(&member.subject).keep().await
            }
            // Staff object to nothing: their accounts are for work.
            None if member.role == Role::Member => self.keep_under(&member.email).await,
            _ => Ok(()),
        }
    }

    /// Keeps it for the account with `email`, where that is the address which was typed into the
    /// form.
    pub async fn keep_under(&self, email: &str) -> Result<(), AppError> {
        if self.whose() != Some(email) {
            return Ok(());
        }
        Draft::typed(&self.form, &self.typed()).kept_for_address(email).keep().await
    }
}

/// Said where a form comes back that was sent after the session had ended.
pub fn signed_out() -> AppError {
    let said = "You were signed out in the meantime, so nothing was done. What you typed is still here. Please check it and send it again.";
    AppError::Invalid(vec![(String::new(), said.into())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_carried_comes_back_as_it_was() {
        let typed = [("reason", "\r\n</textarea>\"&lt;"), ("email", "Ada@example.org")];
        let carried = Carried::new("/objection", "ada@example.org", &typed);
        assert_eq!(Carried::read(&carried.written()), Some(carried.clone()));
        assert!(carried.typed().contains(&typed[0]));
        assert_eq!(carried.whose(), Some("ada@example.org"));
        let marked = Carried::made_for("/account", "0123456789abcdef", &typed);
        assert_eq!(Carried::read(&marked.written()), Some(marked.clone()));
        assert_eq!(marked.whose(), None, "it is under no address");
    }

    #[test]
    fn nothing_leads_to_another_site() {
        for form in ["//evil.example", "https://evil.example", ""] {
            assert_eq!(Carried::read(&Carried::new(form, "", &[]).written()), None, "{form}");
        }
        for field in ["", "x", "{}", "[]", "null"] {
            assert_eq!(Carried::read(field), None, "{field}");
        }
    }
}
