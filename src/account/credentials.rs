//! Looking at what somebody gives to prove who they are: a password, a code, a recovery code.
//! Attempts are counted before they are looked at, and slowed down; codes are used up.

use super::model::Member;
use super::second_factor::{self, Secret, newest_believed, old_recovery_hash};
use super::security_event::{self, Event, Outcome, Source};
use super::store::{self, attempts, second_factor as factors};
use super::throttle::{FREE_PER_ACCOUNT, FREE_PER_ADDRESS, FREE_PER_WIDE_NETWORK};
use super::warning::{self, At};
use super::{known_device, session};
use crate::db::{self, Conn};
use crate::error::AppError;
use crate::ledger::entry::sha256_hex;
use crate::mail::store as outbox;
use crate::web::network::Networks;
use crate::web::{App, client};

/// What attempts of one kind are counted under: hashes, so that the table names nobody.
pub struct Attempts {
    /// The device's, where it is known; the account's otherwise.
    own: String,
    /// Those of the networks that it comes from, and how many failures each has free.
    networks: Vec<(String, i64)>,
    /// Who is told of what strangers try, and at what they try it; `None` where this is no
    /// stranger.
    owner: Option<(At, Option<Member>)>,
    /// What is tried, and at whose account.
    tried: (&'static str, Option<Member>),
}

impl Attempts {
    /// At the password of the account with this address of e-mail, which is `member`'s if there is
    /// one.
    pub async fn at_password(app: &App, member: Option<&Member>, email: &str) -> Result<Self, AppError> {
        let known = known_device::mark(app, member).await?;
        let strangers = || (format!("account {email}"), Some((At::Password, member.cloned())));
        let (own, owner) = known.map_or_else(strangers, |mark| (format!("device {mark}"), None));
        Ok(Self::new(&own, "address", owner, ("password", member)))
    }

    /// At the password of somebody who is signed in here: counted for this device, or for this
    /// session where the device is not known.
    async fn at_own_password(app: &App, member: &Member) -> Result<Self, AppError> {
        let own = match known_device::mark(app, Some(member)).await? {
            Some(mark) => format!("device {mark}"),
            None => format!("session {}", session::name().await?.unwrap_or_default()),
        };
        Ok(Self::new(&own, "address", None, ("password", Some(member))))
    }

    /// At the codes and recovery codes of a member: under keys of their own, because a right
    /// password does not make them afresh. One attempt in a quarter of an hour, and three codes
    /// that are right at a time: who guesses for a whole day succeeds once in 3,000.
    async fn at_code(app: &App, member: &Member) -> Result<Self, AppError> {
        let known = known_device::mark(app, Some(member)).await?;
        let strangers = || (format!("code {}", member.id), Some((At::Code, Some(member.clone()))));
        let (own, owner) = known.map_or_else(strangers, |mark| (format!("code device {mark}"), None));
        Ok(Self::new(&own, "code address", owner, ("code", Some(member))))
    }

    fn new(
        own: &str,
        address: &str,
        owner: Option<(At, Option<Member>)>,
        (what, whose): (&'static str, Option<&Member>),
    ) -> Self {
        let Networks { narrow, wide } = client::networks();
        let key = |network: &str| sha256_hex(format!("{address} {network}").as_bytes());
        let wide = wide.map(|wide| (key(&wide), FREE_PER_WIDE_NETWORK));
        let networks = std::iter::once((key(&narrow), FREE_PER_ADDRESS)).chain(wide).collect();
        Self { own: sha256_hex(own.as_bytes()), networks, owner, tried: (what, whose.cloned()) }
    }

    /// Whether it comes from a device that has signed in before, or from a session: no stranger's.
    pub const fn is_known(&self) -> bool {
        self.owner.is_none()
    }

    /// Counts one, durably. The owner is told where strangers have failed so often that they are
    /// slowed down; that this is noted, and a letter written, for an account that there is not, or
    /// that is closed, tells nobody which there are.
    ///
    /// # Errors
    /// [`AppError::SlowDown`] where it is not to be looked at yet.
    pub async fn count(&self, app: &App) -> Result<(), AppError> {
        let now = app.clock.now();
        let networks = self.networks.iter().map(|(key, free)| (&**key, *free));
        let keys: Vec<(&str, i64)> = std::iter::once((&*self.own, FREE_PER_ACCOUNT)).chain(networks).collect();
        let mut tx = app.db.begin().await?;
        let mut told = false;
        if let Some((at, owner)) = &self.owner
            && attempts::tell(tx.conn(), &self.own, FREE_PER_ACCOUNT, now).await?
        {
            let open = store::can_sign_in(tx.conn(), owner.as_ref().map_or("", |owner| &owner.id)).await?;
            let owner = owner.as_ref().filter(|owner| owner.address_proved && open);
            let letter = warning::letter(owner.map_or("", |owner| &owner.email), *at, &app.config.origin());
            match owner {
                Some(_) => outbox::put(tx.conn(), &letter, now).await.map(drop)?,
                None => outbox::put_for_nobody(tx.conn(), &letter, now).await?,
            }
            told = true;
        }
        let wait = attempts::count_attempt(tx.conn(), &keys, now).await?;
        tx.commit().await?;
        if told {
            app.wake_mailer();
        }
        match wait {
            Some(until) => {
                let (what, whose) = &self.tried;
                security_event::log(Event::Blocked, Outcome::Refused, whose.as_ref(), what);
                let seconds = u32::try_from((until.0 - now.0 + 999) / 1000).unwrap_or(1).max(1);
                Err(AppError::SlowDown { seconds })
            }
            None => Ok(()),
        }
    }

    /// After a wrong one: in the log of the staff where the account is one of theirs. It costs the
    /// same whoever has the address, so that nobody learns by the time it takes whose it is.
    pub async fn refuse(&self, app: &App, member: Option<&Member>, what: &'static str) -> db::Result<()> {
        let mut tx = app.db.begin_at_any_time().await?;
        let (source, at) = (Source::here(), app.clock.now_micros());
        let event = source.store(tx.conn(), Event::SignIn, Outcome::Failure, member, what, at).await?;
        if member.is_none_or(|member| !member.role.is_staff()) {
            attempts::touch(tx.conn(), &self.own).await?;
        }
        tx.commit().await?;
        event.log();
        Ok(())
    }

    /// After a right one.
    pub async fn forgive(&self, conn: Conn<'_>) -> db::Result<()> {
        attempts::forgive(conn, &self.own, self.networks.iter().map(|(key, _)| &**key)).await
    }
}

/// Whether this is the member's password.
///
/// # Errors
/// [`AppError::SlowDown`] where too many were wrong.
pub async fn password(app: &App, member: &Member, typed: &str) -> Result<bool, AppError> {
    let attempts = Attempts::at_own_password(app, member).await?;
    attempts.count(app).await?;
    let hash = store::password_hash(app.db.reader().await?.conn(), &member.id).await?;
    let right = app.passwords.verify(typed.to_owned(), hash, attempts.is_known()).await?;
    if right {
        let mut tx = app.db.begin().await?;
        attempts.forgive(tx.conn()).await?;
        tx.commit().await?;
    }
    security_event::record_whether(app, Event::PasswordAgain, right, member).await?;
    Ok(right)
}

/// Whether this is a code that the member's authenticator shows, and is the first time it is given.
/// It is used up.
///
/// # Errors
/// [`AppError::SlowDown`] where too many were wrong.
pub async fn code(app: &App, member: &Member, typed: &str) -> Result<bool, AppError> {
    let given = use_code(app, member, typed).await?;
    match given {
        Given::Used => security_event::record(app, Event::CodeReplayed, Outcome::Failure, member, "").await?,
        Given::Right | Given::Wrong => {
            security_event::record_whether(app, Event::Code, given == Given::Right, member).await?;
        }
    }
    Ok(given == Given::Right)
}

/// What a code was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    Right,
    Wrong,
    /// It was right, and is used up.
    Used,
}

async fn use_code(app: &App, member: &Member, typed: &str) -> Result<Given, AppError> {
    let attempts = Attempts::at_code(app, member).await?;
    attempts.count(app).await?;
    let mut tx = app.db.begin().await?;
    let Some(factor) = factors::of_member(tx.conn(), &member.id).await? else { return Ok(Given::Wrong) };
    let unreadable = || AppError::internal("a stored second factor cannot be read");
    let secret = Secret::read(&factor.secret, &member.email).ok_or_else(unreadable)?;
    let now = app.clock.now();
    let Some(step) = secret.step_of(typed, factor.used_step, now) else {
        // Whether it would be right, had none been used yet.
        let shown = secret.step_of(typed, 0, now).is_some();
        return Ok(if shown { Given::Used } else { Given::Wrong });
    };
    if !factors::use_step(tx.conn(), &member.id, &factor.secret, step, newest_believed(now)).await? {
        return Ok(Given::Used);
    }
    attempts.forgive(tx.conn()).await?;
    tx.commit().await?;
    Ok(Given::Right)
}

/// Whether this is the code that the member's authenticator was set up with just now, and none was
/// given since.
pub async fn has_completed(app: &App, member: &Member, typed: &str) -> Result<bool, AppError> {
    Attempts::at_code(app, member).await?.count(app).await?;
    let Some(factor) = factors::of_member(app.db.reader().await?.conn(), &member.id).await? else { return Ok(false) };
    let secret = Secret::read(&factor.secret, &member.email);
    let step = secret.and_then(|secret| secret.step_of(typed, factor.used_step - 1, app.clock.now()));
    Ok(step == Some(factor.used_step))
}

/// Whether this is one of the member's recovery codes. It is used up.
///
/// # Errors
/// [`AppError::SlowDown`] where too many were wrong.
pub async fn recovery_code(app: &App, member: &Member, typed: &str) -> Result<bool, AppError> {
    let right = use_recovery_code(app, member, typed).await?;
    security_event::record_whether(app, Event::RecoveryCode, right, member).await?;
    Ok(right)
}

async fn use_recovery_code(app: &App, member: &Member, typed: &str) -> Result<bool, AppError> {
    let attempts = Attempts::at_code(app, member).await?;
    attempts.count(app).await?;
    let Some(code) = second_factor::recovery_code(typed) else { return Ok(false) };
    let left = factors::recovery_codes(app.db.reader().await?.conn(), &member.id).await?;
    let old = old_recovery_hash(&member.id, &code);
    let found =
        if left.contains(&old) { Some(old) } else { app.passwords.find_codes(vec![code], left).await?.pop().flatten() };
    let Some(hash) = found else { return Ok(false) };
    let mut tx = app.db.begin().await?;
    if !factors::use_recovery_code(tx.conn(), &member.id, &hash).await? {
        return Ok(false);
    }
    attempts.forgive(tx.conn()).await?;
    tx.commit().await?;
    Ok(true)
}

/// What is wrong with the fields `code` and `recovery` of a form, if anything is: one of them has
/// to be right, and is used up.
pub async fn either(app: &App, member: &Member, typed: &str, recovery: &str) -> Result<(), AppError> {
    let wrong = |field: &str, said: &str| Err(AppError::Invalid(vec![(field.into(), said.into())]));
    if !recovery.trim().is_empty() {
        if recovery_code(app, member, recovery).await? {
            return Ok(());
        }
        return wrong("recovery", "This is not one of your recovery codes, or it has been used.");
    }
    if typed.trim().is_empty() {
        return wrong("code", "Please enter the six digits that your app shows.");
    }
    if code(app, member, typed).await? {
        return Ok(());
    }
    wrong("code", WRONG_CODE)
}

pub const WRONG_CODE: &str = "This code is wrong, or it has been used. Please enter the one that your app shows now.";
