//! How many statements a request is: the server logs each, and its lines are counted. Those that
//! begin and end a transaction are not logged, and so not counted.

use crate::people::{Visitor, presses};
use crate::shared::Server;
use crate::wire::{Wire, Work, find};
use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

/// Requests of each kind; what counts is the middle one, so that what the server does by itself
/// meanwhile does not.
const ASKED: usize = 15;
/// What each line of a statement has.
const LINE: &[u8] = b"\"target\":\"sqlx::query\"";

pub struct Statements {
    pub tab: usize,
    pub press: usize,
    /// Of these, with the id of their request: the others were asked on its behalf elsewhere.
    pub tab_by_id: usize,
    pub press_by_id: usize,
}

/// Starts the server on this database once more, and looks at its log.
pub async fn count(url: &str, folder: &Path, visitors: &[Visitor]) -> Statements {
    let path = folder.join("statements.log");
    let log = Stdio::from(File::create(&path).unwrap());
    let settings = [("SAYSO_LOG", "error,sayso=info,sqlx::query=debug"), ("SAYSO_LOG_FORMAT", "json")];
    let server = Server::start(url, folder, &settings, log).await;
    let (tab, tab_by_id) = median(tabs(server.addr, &path, &visitors[..ASKED]).await);
    let (press, press_by_id) = median(pressed(server.addr, &path, &visitors[..ASKED]).await);
    Statements { tab, press, tab_by_id, press_by_id }
}

async fn tabs(addr: SocketAddr, log: &Path, visitors: &[Visitor]) -> Vec<(usize, usize)> {
    let mut wire = Wire::open(addr).await.unwrap();
    let mut counts = Vec::new();
    for visitor in visitors {
        let before = lines(log).await.len();
        let answer = wire.ask(&visitor.get("/settings/privacy", "identity")).await.unwrap();
        let id = request_id(answer.head);
        counts.push(counted(&lines(log).await[before..], &id));
    }
    counts
}

async fn pressed(addr: SocketAddr, log: &Path, visitors: &[Visitor]) -> Vec<(usize, usize)> {
    let mut work = presses(addr, visitors, 1, "identity", true).await.remove(0);
    let mut wire = Wire::open(addr).await.unwrap();
    let mut counts = Vec::new();
    loop {
        let before = lines(log).await.len();
        let Some(request) = work.next() else { break counts };
        let answer = wire.ask(request).await.unwrap();
        let id = request_id(answer.head);
        work.answered(&answer);
        counts.push(counted(&lines(log).await[before..], &id));
    }
}

fn request_id(head: &[u8]) -> Vec<u8> {
    let name = b"x-request-id: ";
    let at = find(head, name).unwrap() + name.len();
    head[at..at + 36].to_vec()
}

/// The lines of statements, all and those with this id.
fn counted(lines: &[Vec<u8>], id: &[u8]) -> (usize, usize) {
    let all = lines.iter().filter(|line| find(line, LINE).is_some());
    all.fold((0, 0), |(all, own), line| (all + 1, own + usize::from(find(line, id).is_some())))
}

/// The whole lines of the log, once it has come to rest.
async fn lines(log: &Path) -> Vec<Vec<u8>> {
    let mut size = 0;
    loop {
        tokio::time::sleep(Duration::from_millis(15)).await;
        let now = std::fs::metadata(log).unwrap().len();
        if now == size {
            break;
        }
        size = now;
    }
    std::fs::read(log).unwrap().split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect()
}

fn median(mut counts: Vec<(usize, usize)>) -> (usize, usize) {
    counts.sort_unstable();
    counts[counts.len() / 2]
}
