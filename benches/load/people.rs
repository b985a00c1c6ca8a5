//! The members who are measured: many, with the history that people have, and signed in. They and
//! their sessions are rows made beside HTTP, because a sign-in takes longer than all the rest.

use crate::scale::{History, entries, people, publish, put_members};
use crate::wire::{Answer, Asks, Wire, Work, find};
use sayso::account::signed_in::{Proof, SignedIn};
use sayso::account::store::sessions::{self, Stored, Whose, name_of};
use sayso::db::Db;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use tower_sessions::session::Id;

/// What browsers say that they can read.
pub const BROWSERS: &str = "gzip, deflate, br, zstd";

/// Characters of the id of an entry.
const ID: usize = 36;

/// A member with a session.
#[derive(Clone, Debug)]
pub struct Visitor {
    cookie: String,
    /// As the proxy in front would say it: each from an address of their own.
    address: String,
}

/// Members who have just been told, and those with fifteen entries.
pub struct Cast {
    pub fresh: Vec<Visitor>,
    /// One group after another; whoever changes a history takes another group than the last.
    pub with_history: Vec<Vec<Visitor>>,
}

/// Fills `db`: so many fresh members, and `groups` times as many with a history.
pub async fn fill(db: &Db, each: usize, groups: usize) -> Cast {
    let all = people(each * (groups + 1));
    put_members(db, &all).await;
    let notice = publish(db).await;
    let (fresh, rest) = all.split_at(each);
    entries(db, fresh, &notice, &History::until_now(2)).await;
    entries(db, rest, &notice, &History::until_now(15)).await;
    let mut visitors = sign_in(db, all.iter().map(|person| &*person.id)).await;
    if let Db::Postgres { pool, .. } = db {
        // As its own housekeeping would by and by.
        sqlx::query("vacuum analyze").execute(pool).await.unwrap();
    }
    let rest = visitors.split_off(each);
    Cast { fresh: visitors, with_history: rest.chunks(each).map(<[Visitor]>::to_vec).collect() }
}

/// A session for each of the members with these ids, as the server stores it after a sign-in.
pub async fn sign_in(db: &Db, members: impl Iterator<Item = &str>) -> Vec<Visitor> {
    let now = sayso::time::system().now();
    let mut tx = db.begin().await.unwrap();
    let mut visitors = Vec::new();
    for (n, member) in members.enumerate() {
        let id = Id(i128::from_le_bytes(sayso::id::random()));
        let signed_in = SignedIn::new(member, 0, Proof::Password, "Bench".into(), now);
        let whose = Whose::Members(signed_in);
        let stored = Stored { name: name_of(&id), data: "{}".into(), whose, created_at: now, seen_at: now };
        assert!(sessions::insert(tx.conn(), &stored).await.unwrap());
        let address = format!("10.{}.{}.{}", n / 65_536, n / 256 % 256, n % 256);
        visitors.push(Visitor { cookie: format!("sayso={id}"), address });
    }
    tx.commit().await.unwrap();
    visitors
}

impl Visitor {
    fn head(&self, line: &str, accept: &str, encoding: &str) -> String {
        format!(
            "{line} HTTP/1.1\r\nHost: bench\r\nAccept: {accept}\r\nAccept-Encoding: {encoding}\r\nCookie: {}\r\n\
             X-Forwarded-For: {}\r\n",
            self.cookie, self.address
        )
    }

    /// The request for a page.
    pub fn get(&self, path: &str, encoding: &str) -> Vec<u8> {
        format!("{}\r\n", self.head(&format!("GET {path}"), "text/html", encoding)).into_bytes()
    }
}

/// The tab, asked for by so many connections, which take the visitors in turn.
pub fn tabs(visitors: &[Visitor], connections: usize, encoding: &str) -> Vec<Asks> {
    let says: &[u8] = if encoding == "identity" { b"</html>" } else { b"" };
    let requests = visitors.iter().map(|visitor| visitor.get("/settings/privacy", encoding)).collect();
    Asks::shared(requests, connections, says)
}

/// A member at the switch, with what their page was loaded with.
struct Presser {
    head: String,
    /// For whom the page was made, and a dot.
    mark: String,
    newest: String,
    shown: String,
    on: bool,
}

/// A connection on which members press the switch in turn, as the island does.
pub struct Presses {
    members: Vec<Presser>,
    at: usize,
    /// Each presses once. Then the answer need not be read, so it may be compressed.
    once: bool,
    request: Vec<u8>,
}

/// The value of the first field with this name.
fn field(page: &str, name: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    Some(rest.split_once('"')?.0.to_owned())
}

/// Loads each visitor's page, and deals them out to so many connections.
pub async fn presses(
    addr: SocketAddr,
    visitors: &[Visitor],
    connections: usize,
    encoding: &str,
    once: bool,
) -> Vec<Presses> {
    let (visitors, encoding): (Arc<[Visitor]>, Arc<str>) = (visitors.into(), encoding.into());
    let tasks: Vec<_> = (0..connections)
        .map(|nth| {
            let (visitors, encoding) = (visitors.clone(), encoding.clone());
            tokio::spawn(async move {
                let mut wire = Wire::open(addr).await.unwrap();
                let mut members = Vec::new();
                for visitor in visitors.iter().skip(nth).step_by(connections) {
                    members.push(Presser::load(&mut wire, visitor, &encoding).await);
                }
                Presses { members, at: 0, once, request: Vec::new() }
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.push(task.await.unwrap());
    }
    all
}

impl Presser {
    async fn load(wire: &mut Wire, visitor: &Visitor, encoding: &str) -> Self {
        let answer = wire.ask(&visitor.get("/settings/privacy", "identity")).await.unwrap();
        let page = String::from_utf8_lossy(answer.body);
        let read = |name| field(&page, name).unwrap_or_else(|| panic!("{name} is not on the page: {page}"));
        let (wanted, seen, shown) = (read("wanted"), read("seen"), read("shown"));
        let (mark, newest) = seen.split_once('.').unwrap();
        let line = "POST /api/set-ai-training";
        let form = "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n";
        Self {
            head: visitor.head(line, "application/json", encoding) + form,
            mark: format!("{mark}."),
            newest: newest.to_owned(),
            shown,
            on: wanted == "denied",
        }
    }
}

impl Work for Presses {
    fn next(&mut self) -> Option<&[u8]> {
        if self.once && self.at == self.members.len() {
            return None;
        }
        let n = self.at % self.members.len();
        let Presser { head, mark, newest, shown, on } = &self.members[n];
        let wanted = if *on { "denied" } else { "allowed" };
        let length = "wanted=&seen=&shown=".len() + wanted.len() + mark.len() + newest.len() + shown.len();
        self.request.clear();
        write!(self.request, "{head}Content-Length: {length}\r\n\r\nwanted={wanted}&seen={mark}{newest}&shown={shown}")
            .unwrap();
        Some(&self.request)
    }

    /// Finds the id of the new entry, whatever the answer is written in.
    fn answered(&mut self, answer: &Answer<'_>) {
        let n = self.at % self.members.len();
        let presser = &mut self.members[n];
        self.at += 1;
        assert!(answer.status == 200, "{}: {}", answer.status, String::from_utf8_lossy(answer.body));
        if self.once {
            return;
        }
        let at = find(answer.body, presser.mark.as_bytes()).map(|at| at + presser.mark.len());
        let newest = at.and_then(|at| answer.body.get(at..at + ID));
        let newest = newest.and_then(|id| std::str::from_utf8(id).ok());
        let body = || String::from_utf8_lossy(answer.body);
        assert!(newest.is_some_and(|id| id != presser.newest), "the press changed nothing: {}", body());
        presser.newest = newest.unwrap_or_default().to_owned();
        presser.on = !presser.on;
    }
}

/// How many entries there are: as many more as presses were acknowledged.
pub async fn recorded(db: &Db) -> i64 {
    const COUNT: &str = "select count(*) from entries";
    match db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(COUNT).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(COUNT).fetch_one(pool).await.unwrap(),
    }
}
