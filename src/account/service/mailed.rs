//! Asking for a mailed link. The answer is the same whoever has the address, and so is the work: a
//! link and a letter are stored in any case, and the letter goes only to whom it concerns.

use crate::account::letters;
use crate::account::mailed_link::{HOLDS, Kind, MailedLink, SignUp, Typed, may_send};
use crate::account::model::{Member, Role};
use crate::account::store::{self, mailed_links as links, second_factor as factors, sign_ups};
use crate::db::{self, Tx, lock};
use crate::id;
use crate::ledger::entry::sha256_hex;
use crate::mail::{Letter, store as outbox};
use crate::time::UtcMillis;
use crate::web::App;

/// A link that is about to be stored, and its secret.
struct PendingLink {
    tx: Tx,
    link: MailedLink,
    secret: String,
}

/// Whether a link is to be mailed.
enum Ask {
    Fresh(Box<PendingLink>),
    /// The address has been sent enough of them.
    Enough(Tx),
}

/// Whom a letter is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum To {
    /// Whoever reads what is mailed to the address.
    Owner,
    /// No account has the address, so none is sent.
    Nobody,
}

impl App {
    /// Somebody signs up with `email`, at the browser with this mark. The account begins once its
    /// owner opens the link. Where there is an account already, its owner is told.
    pub async fn ask_sign_up(&self, email: &str, typed: SignUp, mark: &str) -> db::Result<()> {
        let mut tx = self.begin_for(email).await?;
        let there = store::by_email(tx.conn(), email).await?.is_some_and(|holder| holder.address_proved);
        // What is typed in a browser is there for any link to this address that is opened in it:
        // one that another has asked for, too, and one that was mailed before it was corrected.
        let typed = Typed { browser: sha256_hex(mark.as_bytes()), sign_up: typed };
        sign_ups::put(tx.conn(), email, &typed, self.clock.now()).await?;
        let mut asked = match self.ask(tx, Kind::SignUp, email, None).await? {
            Ask::Fresh(asked) => asked,
            Ask::Enough(tx) => return tx.commit().await,
        };
        if there {
            let letter = letters::there_already(email, self.platform(), &self.config.origin());
            return self.send(asked, To::Owner, letter).await;
        }
        asked.link.sign_up = Some(typed.sign_up);
        asked.link.browser = Some(typed.browser);
        let letter = self.letter(&asked);
        self.send(asked, To::Owner, letter).await
    }

    /// Somebody has forgotten the password of the account with `email`. Where its address is not
    /// proved yet, the same link proves it. Of an account that there is not, or that is closed, as
    /// much is looked up and written.
    pub async fn ask_password(&self, email: &str) -> db::Result<()> {
        let mut tx = self.begin_for(email).await?;
        let holder = store::by_email(tx.conn(), email).await?;
        let id = holder.as_ref().map_or("", |holder| &holder.id);
        let closed = store::is_closed(tx.conn(), id).await?;
        let factor = factors::of_member(tx.conn(), id).await?;
        let holder = holder.filter(|holder| self.admits(holder) && !closed);
        let kind = match &holder {
            Some(holder) if !holder.address_proved => Kind::Address,
            _ => Kind::Password,
        };
        let Ask::Fresh(mut asked) = self.ask(tx, kind, email, None).await? else { return Ok(()) };
        let Some(holder) = holder else {
            let letter = self.letter(&asked);
            return self.send(asked, To::Nobody, letter).await;
        };
        if holder.role.is_staff() && factor.is_none() {
            return self.send(asked, To::Owner, letters::ask_who_runs_this(email, self.platform())).await;
        }
        asked.link.member = Some(holder.id);
        let letter = self.letter(&asked);
        self.send(asked, To::Owner, letter).await
    }

    /// `member`, who is signed in, wants to show that their address is theirs.
    pub async fn ask_proof(&self, member: &Member) -> db::Result<()> {
        if member.address_proved || member.role != Role::Member {
            return Ok(());
        }
        let tx = self.begin_for(&member.email).await?;
        let Ask::Fresh(mut asked) = self.ask(tx, Kind::Address, &member.email, None).await? else { return Ok(()) };
        asked.link.member = Some(member.id.clone());
        let letter = self.letter(&asked);
        self.send(asked, To::Owner, letter).await
    }

    /// `member`, who is signed in and has given the password, wants to have `email`. Both addresses
    /// are written to.
    pub async fn ask_new_address(&self, member: &Member, email: &str) -> db::Result<()> {
        let origin = self.config.origin();
        let mut tx = self.begin_for(email).await?;
        let there = store::by_email(tx.conn(), email).await?.is_some_and(|holder| holder.address_proved);
        let Ask::Fresh(mut asked) = self.ask(tx, Kind::NewAddress, email, Some(&member.id)).await? else {
            return Ok(());
        };
        asked.link.member = Some(member.id.clone());
        if member.address_proved {
            let letter = letters::change_was_asked(&member.email, &origin);
            outbox::put(asked.tx.conn(), &letter, asked.link.made_at).await?;
        }
        if there {
            return self.send(asked, To::Owner, letters::there_already(email, self.platform(), &origin)).await;
        }
        let letter = self.letter(&asked);
        self.send(asked, To::Owner, letter).await
    }

    async fn begin_for(&self, email: &str) -> db::Result<Tx> {
        let mut tx = self.db.begin().await?;
        lock(tx.conn(), email).await?;
        Ok(tx)
    }

    /// A fresh link to `email`, unless it has been sent enough of them.
    async fn ask(&self, mut tx: Tx, kind: Kind, email: &str, member: Option<&str>) -> db::Result<Ask> {
        let now = self.clock.now();
        let (sent, newest) = links::sent(tx.conn(), kind, email, member, now).await?;
        if !may_send(sent, newest, now) {
            return Ok(Ask::Enough(tx));
        }
        let secret = id::opaque().simple().to_string();
        let link = MailedLink::fresh(kind, email, &secret, now);
        Ok(Ask::Fresh(Box::new(PendingLink { tx, link, secret })))
    }

    /// Stores the link and the letter. Whomever it is to, and whether or not the address is proved,
    /// as many rows are written.
    async fn send(&self, asked: Box<PendingLink>, to: To, letter: Letter) -> db::Result<()> {
        let PendingLink { mut tx, link, .. } = *asked;
        let now = link.made_at;
        let proved = store::by_email(tx.conn(), &link.email).await?.is_some_and(|holder| holder.address_proved);
        let at = if proved || to == To::Nobody {
            store::allowances::stand_in(tx.conn(), &link.email, now).await?;
            now
        } else {
            store::allowances::unproved_mail_at(tx.conn(), now).await?
        };
        match to {
            To::Owner => outbox::put_for(tx.conn(), &letter, at, now).await.map(drop)?,
            To::Nobody => outbox::put_for_nobody(tx.conn(), &letter, now).await?,
        }
        links::put(tx.conn(), &link).await?;
        tx.commit().await?;
        self.wake_mailer();
        Ok(())
    }

    fn letter(&self, asked: &PendingLink) -> Letter {
        let PendingLink { link, secret, .. } = asked;
        let until = UtcMillis(link.made_at.0 + HOLDS);
        letters::link(link.kind, &link.email, self.platform(), &self.config.origin(), secret, until)
    }

    fn platform(&self) -> Option<&str> {
        self.config.platform.name.as_deref()
    }
}
