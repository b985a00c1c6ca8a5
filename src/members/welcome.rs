//! The mailed link with which a member who was brought in sets the first password. It works once
//! and for [`LINK_DAYS`] days, and of its secret only the SHA-256 is stored.

use super::{letter, store};
use crate::account::staff_action::ActionKind;
use crate::account::store::{
    self as accounts, allowances,
    staff_actions::{self, NewAction},
};
use crate::db::{self, Db, Tx, lock};
use crate::ledger::entry::sha256_hex;
use crate::mail::store as outbox;
use crate::time::UtcMillis;
use crate::{account::model::Member, id};

/// Where a session keeps the SHA-256 of the link it came by: with that alone nobody can come again.
pub const CAME_BY: &str = "welcome";
pub const OVER: &str = "This link has been used, or it is more than a week old. If somebody has signed in or out here since you opened it, open it in your e-mail again. Otherwise sign in if you have set a password, or request a new link.";

/// How long a link holds.
pub const LINK_DAYS: u32 = 7;
/// How many links one member is sent in a day, and the milliseconds that pass between two.
const LINKS_A_DAY: i64 = 5;
const PAUSE: i64 = 60_000;
/// Links that are asked for without waiting, under one address of e-mail and from one network
/// address.
const FREE: [i64; 2] = [5, 100];
/// Members invited in one transaction.
const BATCH: i64 = 100;
/// Under this name invitations wait for each other on `PostgreSQL`, so that nobody is sent two.
const LOCK: &str = "members invite";

/// What a letter says of where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The platform's name, where it is known.
    pub platform: Option<&'a str>,
    pub origin: &'a str,
}

/// The instant after which a link has to have been made to hold at `now`.
const fn oldest(now: UtcMillis) -> UtcMillis {
    UtcMillis(now.0.saturating_sub(LINK_DAYS as i64 * UtcMillis::DAY))
}

/// Makes a link, and puts the letter with it into the outbox.
async fn send(tx: &mut Tx, member: &str, email: &str, site: Site<'_>, now: UtcMillis) -> db::Result<()> {
    let key = id::opaque().simple().to_string();
    store::put_link(tx.conn(), &sha256_hex(key.as_bytes()), member, now).await?;
    let letter = letter::welcome(email, site.platform, site.origin, &key, now.plus_days(LINK_DAYS));
    outbox::put(tx.conn(), &letter, now).await.map(drop)
}

/// The same work for nobody.
async fn send_nobody(tx: &mut Tx, email: &str, site: Site<'_>, now: UtcMillis) -> db::Result<()> {
    let key = id::opaque().simple().to_string();
    for row in ["link", "invited"] {
        allowances::stand_in(tx.conn(), &format!("{row} {email}"), now).await?;
    }
    let letter = letter::welcome(email, site.platform, site.origin, &key, now.plus_days(LINK_DAYS));
    outbox::put_for_nobody(tx.conn(), &letter, now).await
}

/// What inviting has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invited {
    /// Letters that were put into the outbox.
    pub put: i64,
    /// Mail of any kind that is in it now and has not been sent.
    pub waiting: i64,
    /// Members who have not been sent a link yet.
    pub left: i64,
}

/// Puts a letter into the outbox for members who have not been sent one, as long as less than
/// `most` mails of any kind wait there: what somebody waits for, such as a code, goes out in its
/// turn and should not stand behind a million letters.
pub async fn invite(db: &Db, site: Site<'_>, most: i64, now: UtcMillis) -> db::Result<Invited> {
    let mut put = 0;
    let mut tx = db.begin().await?;
    store::forget_old_links(tx.conn(), oldest(now)).await?;
    tx.commit().await?;
    loop {
        let mut tx = db.begin().await?;
        lock(tx.conn(), LOCK).await?;
        let waiting = outbox::waiting(tx.conn()).await?;
        let next = store::uninvited(tx.conn(), BATCH.min(most - waiting).max(0)).await?;
        if next.is_empty() {
            return Ok(Invited { put, waiting, left: store::count_uninvited(tx.conn()).await? });
        }
        for (member, email) in &next {
            send(&mut tx, member, email, site, now).await?;
            put += 1;
        }
        let amount = i64::try_from(next.len()).ok();
        let action = NewAction { amount, ..NewAction::by_command(ActionKind::MembersInvited) };
        staff_actions::put(tx.conn(), &action, now.into()).await?;
        tx.commit().await?;
    }
}

/// What became of asking for a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WelcomeRequest {
    /// If a member without a password has the address, a letter is on its way. Whether one is, is
    /// not told.
    Done,
    /// It was asked for too often, whoever has the address.
    Wait { until: UtcMillis },
}

/// Sends a link to `email` if a member without a password has it. Whether one has or not, what is
/// asked for is counted, as many rows are written, and they are committed, so that neither the
/// answer nor the time it takes tells which. `from` is the network address.
pub async fn ask(db: &Db, email: &str, from: &str, site: Site<'_>, now: UtcMillis) -> db::Result<WelcomeRequest> {
    let keys = [format!("welcome {email}"), format!("welcome from {from}")].map(|key| sha256_hex(key.as_bytes()));
    let mut tx = db.begin().await?;
    let keys = [(keys[0].as_str(), FREE[0]), (keys[1].as_str(), FREE[1])];
    if let Some(until) = accounts::count_attempt(tx.conn(), &keys, now).await? {
        return Ok(WelcomeRequest::Wait { until });
    }
    let member = store::without_password(tx.conn(), email).await?;
    let since = UtcMillis(now.0 - UtcMillis::DAY);
    let (sent, newest) = store::links(tx.conn(), member.as_deref().unwrap_or_default(), since).await?;
    match member.filter(|_| sent < LINKS_A_DAY && !newest.lasts(PAUSE, now)) {
        Some(member) => send(&mut tx, &member, email, site, now).await?,
        None => send_nobody(&mut tx, email, site, now).await?,
    }
    tx.commit().await?;
    Ok(WelcomeRequest::Done)
}

/// The member whose link this is and holds at `now`; `sha256` is that of its secret.
pub async fn owner(db: &Db, sha256: &str, now: UtcMillis) -> db::Result<Option<Member>> {
    let mut reader = db.reader().await?;
    match store::by_link(reader.conn(), sha256, oldest(now), now).await? {
        Some(member) => accounts::by_id(reader.conn(), &member).await,
        None => Ok(None),
    }
}

/// Uses the link up and stores the first password; returns the member and the epoch that their
/// sessions carry. `None` where the link does not hold, or another press of the same button was
/// first.
pub async fn set_password(db: &Db, sha256: &str, hash: &str, now: UtcMillis) -> db::Result<Option<(Member, i64)>> {
    let mut tx = db.begin().await?;
    let Some(id) = store::by_link(tx.conn(), sha256, oldest(now), now).await? else { return Ok(None) };
    if !store::use_up(tx.conn(), sha256).await? {
        return Ok(None);
    }
    let Some(member) = accounts::by_id(tx.conn(), &id).await? else { return Ok(None) };
    let epoch = accounts::change_password(tx.conn(), &id, hash).await?;
    store::forget_links(tx.conn(), &id).await?;
    tx.commit().await?;
    Ok(Some((member, epoch)))
}
