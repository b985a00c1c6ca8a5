//! Who takes letters out of the outbox and sends them: one worker a node, woken after a commit and
//! every few seconds.

use super::message::{Sender, message};
use super::relay::Relay;
use super::store::{self, Failure, FailureKind, Mail, MailState};
use crate::db;
use crate::error::chain;
use crate::web::App;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// How often the worker looks by itself: for mail whose next attempt has come, and for what another
/// process has put in.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often it tries to record that a mail was sent, a second apart, before it leaves that mail to
/// be sent again.
const RECORD_TRIES: u32 = 300;

/// Where mail goes.
pub enum Mailer {
    Smtp(Box<Relay>),
    /// A folder: each mail becomes `{mail id}.eml` in it.
    Files(PathBuf),
}

/// Sends what is in the outbox.
pub struct PostOffice {
    sender: Sender,
    post: Mailer,
    /// The last mail found that the server takes nothing.
    server_is_away: bool,
}

/// How the worker is told that there is mail, and that it is to stop.
#[derive(Default)]
pub struct Wake {
    ring: Notify,
    closing: AtomicBool,
}

impl Wake {
    /// Has the worker look at once. Rung while it is busy, it looks once more.
    pub fn ring(&self) {
        self.ring.notify_one();
    }

    /// Has the worker end after the mail in hand.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Release);
        self.ring.notify_one();
    }

    fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }
}

/// Sends mail until the application's bell is closed; then it finishes the mail in hand and
/// returns.
pub async fn work(app: App, office: &mut PostOffice) {
    if let Err(cause) = office.open(&app).await {
        tracing::error!(cause = %chain(&cause), "the outbox cannot be read");
    }
    while !app.bell().is_closing() {
        if let Err(cause) = office.deliver(&app).await {
            tracing::error!(cause = %chain(&cause), "the outbox cannot be read or written");
        }
        tokio::select! { () = app.bell().ring.notified() => {}, () = tokio::time::sleep(LOOK_EVERY) => {} }
    }
}

impl PostOffice {
    pub fn new(sender: Sender, post: Mailer) -> Self {
        Self { sender, post, server_is_away: false }
    }

    /// One line for whoever starts the server.
    pub fn says(&self) -> String {
        match &self.post {
            Mailer::Smtp(relay) => format!("E-mail: goes to {}", relay.destination()),
            Mailer::Files(folder) => {
                format!(
                    "E-mail: no server is configured (SAYSO_SMTP_URL), so e-mails become files in {}",
                    folder.display()
                )
            }
        }
    }

    /// What waited for the mail server need not wait any longer: a start is often the end of what
    /// was wrong.
    async fn open(&self, app: &App) -> db::Result<()> {
        hurry(app).await?;
        let dead = store::dead(app.db.reader().await?.conn()).await?;
        if dead > 0 {
            tracing::warn!(dead, "e-mails could not be delivered; see `sayso mail list`");
        }
        Ok(())
    }

    /// Sends everything that is due, oldest first; stops early where the server takes nothing, and
    /// before the next mail where the bell is closed. Returns how many were sent.
    pub async fn deliver(&mut self, app: &App) -> db::Result<usize> {
        let mut sent = 0;
        while !app.bell().is_closing() {
            let Some(mail) = claim(app).await? else { break };
            let outcome = self.send(&mail).await;
            match &outcome {
                Ok(()) => {
                    record_sent(app, &mail).await?;
                    sent += 1;
                }
                Err(failure) => record_failed(app, &mail, failure).await?,
            }
            let was_away = self.server_is_away;
            self.server_is_away = outcome.is_err_and(|failure| failure.kind == FailureKind::Server);
            if self.server_is_away {
                break;
            }
            if was_away {
                hurry(app).await?;
            }
        }
        if let Mailer::Smtp(relay) = &mut self.post {
            relay.rest().await;
        }
        Ok(sent)
    }

    async fn send(&mut self, mail: &Mail) -> Result<(), Failure> {
        let never = || Failure { reason: "address".into(), kind: FailureKind::Never };
        let message = message(&self.sender, mail).ok_or_else(never)?;
        match &mut self.post {
            Mailer::Smtp(relay) => relay.send(&message).await,
            Mailer::Files(folder) => {
                let (folder, name) = (folder.clone(), format!("{}.eml", mail.id));
                let written = tokio::task::spawn_blocking(move || write(&folder, &name, &message.formatted())).await;
                match written.map_err(std::io::Error::other).flatten() {
                    Ok(()) => Ok(()),
                    Err(cause) => {
                        tracing::warn!(cause = %chain(&cause), "an e-mail cannot be put into its folder");
                        Err(Failure { reason: "file".into(), kind: FailureKind::Server })
                    }
                }
            }
        }
    }
}

async fn hurry(app: &App) -> db::Result<()> {
    let mut tx = app.db.begin().await?;
    store::hurry(tx.conn(), app.clock.now()).await?;
    tx.commit().await
}

async fn claim(app: &App) -> db::Result<Option<Mail>> {
    let now = app.clock.now();
    if !store::is_due(app.db.reader().await?.conn(), now).await? {
        return Ok(None);
    }
    let mut tx = app.db.begin().await?;
    let mail = store::claim(tx.conn(), now).await?;
    tx.commit().await?;
    Ok(mail)
}

/// Records it patiently, and whatever the clock says: a mail that was sent and is not known to be
/// would be sent again.
async fn record_sent(app: &App, mail: &Mail) -> db::Result<()> {
    let mut tries = 0;
    loop {
        let recorded = async {
            let mut tx = app.db.begin_at_any_time().await?;
            store::sent(tx.conn(), mail.id, app.clock.now()).await?;
            tx.commit().await
        };
        match recorded.await {
            Ok(()) => {
                tracing::info!(mail = %mail.id, attempts = mail.attempts, "e-mail sent");
                return Ok(());
            }
            Err(cause) if tries < RECORD_TRIES => {
                tries += 1;
                tracing::warn!(mail = %mail.id, cause = %chain(&cause), "cannot record that an e-mail was sent; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Err(cause) => return Err(cause),
        }
    }
}

async fn record_failed(app: &App, mail: &Mail, failure: &Failure) -> db::Result<()> {
    let mut tx = app.db.begin().await?;
    let state = store::failed(tx.conn(), mail, failure, app.clock.now()).await?;
    tx.commit().await?;
    let (id, reason, attempts) = (mail.id, &failure.reason, mail.attempts);
    if state == MailState::Dead {
        tracing::error!(mail = %id, %reason, attempts, "an e-mail could not be delivered and is given up; `sayso mail retry` sends it again");
    } else {
        tracing::warn!(mail = %id, %reason, attempts, "an e-mail was not sent and will be tried again");
    }
    Ok(())
}

/// Puts a file into `folder` so that it is there whole or not at all, also after a power cut.
/// Nobody else on the machine may read it: it may hold a one-time link.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let (mut folders, mut options) = (std::fs::DirBuilder::new(), std::fs::OpenOptions::new());
    folders.recursive(true);
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        folders.mode(0o700);
        options.mode(0o600);
    }
    folders.create(folder)?;
    let (unfinished, finished) = (folder.join(format!(".{name}.unfinished")), folder.join(name));
    let mut file = options.open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(unfinished, finished)?;
    #[cfg(unix)]
    std::fs::File::open(folder)?.sync_all()?;
    Ok(())
}
