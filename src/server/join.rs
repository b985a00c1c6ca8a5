//! Making an account, where two features meet: the member is stored and the history begins, in one transaction.

use super::App;
use crate::account::{
    model::{Member, NewMember, Role},
    store,
};
use crate::db::is_unique_violation;
use crate::ledger::Channel;
use crate::{consent, objection};

#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    #[error("there is an account with this address already")]
    Taken,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl App {
    /// Stores the account; a member's history begins with the default that holds in their region.
    pub async fn join(&self, new: NewMember) -> Result<Member, JoinError> {
        let mut tx = self.db.begin().await?;
        let member = store::insert(tx.conn(), new, self.clock.now())
            .await
            .map_err(|e| if is_unique_violation(&e) { JoinError::Taken } else { e.into() })?;
        if member.role == Role::Member {
            consent::store::record_default(&mut tx, &self.rules, &member, Channel::Web).await?;
            if member.address_proved {
                objection::store::reach_proved(&mut tx, &[&member], member.joined_at).await?;
            }
        }
        tx.commit().await?;
        Ok(member)
    }
}
