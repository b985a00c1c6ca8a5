//! Accounts where features meet: an account and its history begin, an address is proved, taken over
//! or changed, each in one transaction. That an address is proved is the caller's to know.

use crate::account::changed::Changed;
use crate::account::mailed_link::{MailedLink, SignUp};
use crate::account::model::{Country, Member, NewMember, Role, details_mark};
use crate::account::notify;
use crate::account::security_event::{self, Event, Outcome, Source, Stored};
use crate::account::store::{self, devices, mailed_links as links};
use crate::account::{letters, session::Proof};
use crate::consent::carry;
use crate::consent::service::record_default;
use crate::db::{self, Tx, lock};
use crate::error::AppError;
use crate::ledger::{Channel, Kind, store as ledger};
use crate::mail::store as outbox;
use crate::members::change::{self, ChangeError};
use crate::members::store as members;
use crate::objection::service as objections;
use crate::time::UtcMillis;
use crate::web::App;

#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    #[error("there is already an account with this address")]
    Taken,
    #[error("the link was used, or holds no longer")]
    Over,
    #[error(transparent)]
    Database(#[from] db::Error),
}

impl From<ChangeError> for JoinError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Taken => Self::Taken,
            ChangeError::Database(error) => Self::Database(error),
        }
    }
}

/// Somebody who may be signed in now: who, under which epoch, and by what.
pub type Arrived = (Member, i64, Proof);

impl App {
    /// Stores the account; a member's history begins with the default that holds in their region.
    /// An account that has the address without having proved it loses it to one that has.
    pub async fn join(&self, new: NewMember) -> Result<Member, JoinError> {
        let mut tx = self.db.begin().await?;
        let member = self.begin_account(&mut tx, new, Channel::Web, self.clock.now()).await?;
        tx.commit().await?;
        Ok(member)
    }

    /// The same by whoever runs this, who knows the password: it is marked as one that its owner
    /// has to replace.
    pub async fn join_by_operator(&self, new: NewMember) -> Result<Member, JoinError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let member = self.begin_account(&mut tx, new, Channel::Web, now).await?;
        store::initial_password::mark(tx.conn(), &member.id, now).await?;
        let (event, detail) = match member.role {
            Role::Member => (Event::AccountMade, ""),
            role => (Event::StaffAdded, role.as_str()),
        };
        let event = self.by_operator(&mut tx, event, &member, detail).await?;
        tx.commit().await?;
        event.log();
        Ok(member)
    }

    /// Sets the password of `member`, for whoever runs this: their owner has to replace it at the
    /// next sign-in. Every session, device and link from before ends.
    ///
    /// # Errors
    /// [`JoinError::Over`] where the account is closed.
    pub async fn set_initial_password(&self, member: &Member, hash: &str) -> Result<(), JoinError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        store::change_password(tx.conn(), &member.id, hash).await.map_err(closed)?;
        store::initial_password::mark(tx.conn(), &member.id, now).await?;
        devices::forget(tx.conn(), &member.id).await?;
        forget_links(&mut tx, member).await?;
        notify::of_change(tx.conn(), member, Changed::InitialPassword, None, now).await?;
        let event = self.by_operator(&mut tx, Event::InitialPasswordSet, member, "").await?;
        tx.commit().await?;
        event.log();
        Ok(())
    }

    /// Stores what whoever runs this did to the account of `member`.
    async fn by_operator(&self, tx: &mut Tx, event: Event, member: &Member, detail: &str) -> db::Result<Stored> {
        let at = self.clock.now_micros();
        Source::command_line().store(tx.conn(), event, Outcome::Success, Some(member), detail, at).await
    }

    async fn begin_account(
        &self,
        tx: &mut Tx,
        new: NewMember,
        channel: Channel,
        now: UtcMillis,
    ) -> Result<Member, JoinError> {
        lock(tx.conn(), &new.email).await?;
        let loses = match store::by_email(tx.conn(), &new.email).await? {
            Some(holder) if new.address_proved && !holder.address_proved => Some(holder),
            Some(_) => return Err(JoinError::Taken),
            None => None,
        };
        if let Some(loses) = &loses {
            store::lose_address(tx.conn(), loses).await?;
        }
        let member = store::insert(tx.conn(), new, now)
            .await
            .map_err(|e| if e.is_unique_violation() { JoinError::Taken } else { e.into() })?;
        if member.role == Role::Member {
            record_default(tx, &self.rules, &member, channel).await?;
            if let Some(loses) = &loses {
                carry::carry(tx, loses, &member, channel, now).await?;
            }
            if member.address_proved {
                objections::reach_proved(tx, &[&member], member.joined_at).await?;
            }
        }
        Ok(member)
    }

    /// Makes the account that somebody signed up for, now that they have opened `link`.
    pub async fn confirm_sign_up(&self, link: &MailedLink, typed: SignUp) -> Result<Member, JoinError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        if !links::use_up(tx.conn(), &link.sha256).await? {
            return Err(JoinError::Over);
        }
        let new = NewMember {
            name: typed.name,
            email: link.email.clone(),
            country: typed.country,
            role: Role::Member,
            password_hash: typed.password_hash,
            demo: false,
            address_proved: true,
        };
        let member = self.begin_account(&mut tx, new, Channel::Web, now).await?;
        links::forget(tx.conn(), &member.id, &member.email).await?;
        tx.commit().await?;
        Ok(member)
    }

    /// Proves the address that `member` has. Whoever opened `link` elsewhere than where they are
    /// signed in may be somebody else than whoever had the account so far: they say who they are
    /// and set a password, and what was allowed before counts as denied.
    pub async fn prove_address(
        &self,
        link: &MailedLink,
        member: &Member,
        anew: Option<SignUp>,
    ) -> Result<Arrived, JoinError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        if !links::use_up(tx.conn(), &link.sha256).await? {
            return Err(JoinError::Over);
        }
        // Under the lock, so that nobody else moves it meanwhile.
        lock(tx.conn(), &link.email).await?;
        let mut member = match store::by_id(tx.conn(), &member.id).await? {
            Some(member) if member.email == link.email => member,
            _ => return Err(JoinError::Over),
        };
        store::prove_address(tx.conn(), &member.id, now).await?;
        member.address_proved = true;
        if let Some(SignUp { name, country, password_hash }) = anew {
            member.session_epoch =
                store::change_password(tx.conn(), &member.id, &password_hash).await.map_err(closed)?;
            devices::forget(tx.conn(), &member.id).await?;
            carry::begin_anew(&mut tx, &member.subject, Channel::Web, now).await?;
            change::details(&mut tx, &mut member, &name, country, Channel::Web, now).await?;
        }
        forget_links(&mut tx, &member).await?;
        objections::reach_proved(&mut tx, &[&member], now).await?;
        tx.commit().await?;
        Ok((member.clone(), member.session_epoch, Proof::Password))
    }

    /// Sets the password of `member`, who has opened `link`, and ends every session from before.
    pub async fn set_new_password(&self, link: &MailedLink, member: &Member, hash: &str) -> Result<Arrived, JoinError> {
        let mut tx = self.db.begin().await?;
        if !links::use_up(tx.conn(), &link.sha256).await? {
            return Err(JoinError::Over);
        }
        let epoch = store::change_password(tx.conn(), &member.id, hash).await.map_err(closed)?;
        // Whoever knew the old one may have signed in somewhere.
        devices::forget(tx.conn(), &member.id).await?;
        forget_links(&mut tx, member).await?;
        let letter = letters::password_was_set(&member.email, &self.config.origin());
        outbox::put(tx.conn(), &letter, self.clock.now()).await?;
        let at = self.clock.now_micros();
        let event = security_event::store(tx.conn(), Event::PasswordChanged, member, "link", at).await?;
        tx.commit().await?;
        self.wake_mailer();
        event.log();
        Ok((member.clone(), epoch, Proof::of(member.role)))
    }

    /// Gives `member`, who has opened `link` where they are signed in, the address that it was sent
    /// to.
    pub async fn change_address(&self, link: &MailedLink, member: &Member) -> Result<Member, JoinError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        if !links::use_up(tx.conn(), &link.sha256).await? {
            return Err(JoinError::Over);
        }
        let (old, was_proved) = (member.email.clone(), member.address_proved);
        let member = change::address(&mut tx, member, &link.email, Channel::Web, now).await?;
        forget_links(&mut tx, &member).await?;
        // To an address that nobody had proved, nothing that was typed is mailed.
        let told = was_proved.then_some(member.email.as_str());
        outbox::put(tx.conn(), &letters::address_was(&old, told), now).await?;
        outbox::put(tx.conn(), &letters::address_is(&member.email, &self.config.origin()), now).await?;
        tx.commit().await?;
        self.wake_mailer();
        Ok(member)
    }

    /// Records the name and the country that `member` says are theirs now. `seen` is what the form
    /// was loaded with; a program says nothing of it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] where they are others by now than the form has seen,
    /// [`AppError::SlowDown`] where they have moved too often of late, and the database's.
    pub async fn change_details(
        &self,
        member: &Member,
        name: &str,
        country: Country,
        seen: &str,
    ) -> Result<(), AppError> {
        let (mut tx, now, pace) = (self.db.begin().await?, self.clock.now(), self.config.pace());
        lock(tx.conn(), &member.subject).await?;
        let mut member = store::by_id(tx.conn(), &member.id).await?.ok_or(AppError::NotFound)?;
        if member.name == name && member.country == country {
            return Ok(());
        }
        let began = ledger::begun(tx.conn(), &member.subject).await?;
        if !seen.is_empty() && seen != details_mark(&member, began) {
            return Err(AppError::Invalid(vec![(String::new(), changed_meanwhile(&member))]));
        }
        if member.country != country {
            let moves = ledger::times(tx.conn(), &member.subject, Kind::Move, pace.looks_at()).await?;
            if let Some(seconds) = pace.wait_for_more(&moves, now) {
                return Err(AppError::SlowDown { seconds });
            }
        }
        change::details(&mut tx, &mut member, name, country, Channel::Web, now).await?;
        Ok(tx.commit().await?)
    }
}

/// Said of a form about name and country that is older than what holds.
fn changed_meanwhile(member: &Member) -> String {
    format!(
        "These details have changed in the meantime, so we did not save yours. We have the name {} and the country {}. Please check both below and save again.",
        member.name,
        member.country.name(),
    )
}

async fn forget_links(tx: &mut Tx, member: &Member) -> db::Result<()> {
    links::forget(tx.conn(), &member.id, &member.email).await?;
    members::forget_links(tx.conn(), &member.id).await
}

/// An account that was closed meanwhile has no password to be set.
fn closed(error: db::Error) -> JoinError {
    if error.is_row_not_found() { JoinError::Over } else { error.into() }
}
