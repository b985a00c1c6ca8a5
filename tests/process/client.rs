//! A client over plain TCP, so that a test knows what was sent and what came back, to the byte.

use crate::server::until;
use sayso::ledger::EntryId;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub const PASSWORD: &str = "correct-horse-battery";

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Answer {
    /// What was received, if it is all of an answer.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let answer = Self { status, head: head.into(), body: body.into() };
        if answer.header("transfer-encoding") == Some("chunked") {
            let body = unchunked(body)?;
            return Some(Self { body, ..answer });
        }
        let length: usize = answer.header("content-length").unwrap_or("0").parse().ok()?;
        (body.len() >= length).then_some(answer)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v))
    }

    /// The cookie of this name that it sets, as `name=value`.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let set = self.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        set.filter_map(|cookie| cookie.split(';').next()).find(|pair| pair.split('=').next() == Some(name))
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// The newest choice's id and whether it is on, where this is the tab's view; nothing where it
    /// is a refusal.
    pub fn choice(&self) -> Option<(EntryId, bool)> {
        let view = (self.status == 200).then(|| self.json())?;
        Some((view["seen"].as_str()?.rsplit('.').next()?.parse().ok()?, view["on"].as_bool()?))
    }

    /// The reference of an internal error, where this is one.
    pub fn reference(&self) -> Option<String> {
        Some(self.json()["Internal"]["reference"].as_str()?.to_owned())
    }
}

/// The body of chunks (RFC 9112, 7.1), if the last one is there.
fn unchunked(mut rest: &str) -> Option<String> {
    let mut body = String::new();
    loop {
        let (size, after) = rest.split_once("\r\n")?;
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.push_str(after.get(..size)?);
        rest = after.get(size..)?.strip_prefix("\r\n")?;
    }
}

/// The path of the link in the mail to `email`, once that is there.
fn link_to(mails: &Path, email: &str) -> Option<String> {
    let files = std::fs::read_dir(mails).ok()?.filter_map(|file| Some(file.ok()?.path()));
    files.filter(|path| path.extension().is_some_and(|e| e == "eml")).find_map(|path| {
        let bytes = std::fs::read(path).ok()?;
        let mail = mail_parser::MessageParser::default().parse(&bytes)?;
        let to = mail.to()?.first()?.address()?;
        let text = mail.body_text(0).filter(|_| to == email)?;
        let at = text.find("/confirm?key=")?;
        text[at..].split_whitespace().next().map(str::to_owned)
    })
}

/// Somebody with an address, a cookie, and a wish for pages or for data.
#[derive(Clone)]
pub struct Client {
    addr: SocketAddr,
    /// Where the server puts mails.
    mails: PathBuf,
    pub cookie: String,
    accept: &'static str,
}

impl Client {
    pub fn new(addr: SocketAddr, mails: &Path) -> Self {
        Self { addr, mails: mails.into(), cookie: String::new(), accept: "application/json" }
    }

    /// The same person in front of another server, or of the same one after another start.
    pub fn at(self, addr: SocketAddr) -> Self {
        Self { addr, ..self }
    }

    /// The same person with a browser without JavaScript.
    pub fn wanting_html(self) -> Self {
        Self { accept: "text/html", ..self }
    }

    pub fn get(&self, path: &str) -> Option<Answer> {
        self.ask("GET", path, "")
    }

    pub fn post(&self, path: &str, form: &str) -> Option<Answer> {
        self.ask("POST", path, form)
    }

    /// One request on a connection of its own; nothing where the server went away before it had
    /// answered.
    pub fn ask(&self, method: &str, path: &str, body: &str) -> Option<Answer> {
        self.send(&self.request(method, path, body, "close"))
    }

    /// A form as a page of `origin` sends it.
    pub fn post_from(&self, origin: &str, path: &str, form: &str) -> Option<Answer> {
        let request = self.request("POST", path, form, "close");
        self.send(&request.replace("\r\nAccept:", &format!("\r\nOrigin: {origin}\r\nAccept:")))
    }

    pub fn send(&self, request: &str) -> Option<Answer> {
        let mut stream = TcpStream::connect(self.addr).ok()?;
        stream.write_all(request.as_bytes()).ok()?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).ok()?;
        Answer::parse(&bytes)
    }

    pub fn request(&self, method: &str, path: &str, body: &str, connection: &str) -> String {
        let Self { addr, cookie, accept, .. } = self;
        let length = body.len();
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: {connection}\r\nAccept: {accept}\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    }

    /// Signs up, and opens the link in the mail; the cookie is kept.
    #[track_caller]
    pub fn join(mut self, email: &str) -> Self {
        let form = format!("name=Ada&email={}&country=US&password={PASSWORD}", email.replace('@', "%40"));
        let answer = self.post("/api/sign-up", &form).unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        self.keep_cookie(&answer);
        self.confirm(email);
        self
    }

    /// Opens the link that was mailed to `email`, and presses the button there.
    #[track_caller]
    pub fn confirm(&mut self, email: &str) -> Answer {
        let link = until("the mail is there", Duration::from_secs(30), || link_to(&self.mails, email));
        let opened = self.get(&link).unwrap();
        assert_eq!(opened.status, 302, "{opened:?}");
        let answer = self.post("/api/confirm", "").unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        self.keep_cookie(&answer);
        answer
    }

    /// Takes over the session that `answer` sets.
    #[track_caller]
    pub fn keep_cookie(&mut self, answer: &Answer) {
        let cookie = answer.cookie("sayso").unwrap_or_else(|| panic!("no session in {answer:?}"));
        self.cookie = cookie.to_owned();
    }

    /// The first press of a member who has said nothing yet.
    pub fn first_press(&self) -> Option<Answer> {
        self.post("/api/set-ai-training", "wanted=allowed")
    }

    /// The press of the switch that `held` shows.
    pub fn press(&self, held: (EntryId, bool)) -> Option<Answer> {
        self.post("/api/set-ai-training", &press_form(held))
    }
}

/// What the form of a switch sends that shows `held`.
fn press_form((seen, on): (EntryId, bool)) -> String {
    format!("wanted={}&seen={seen}", if on { "denied" } else { "allowed" })
}

/// A connection that stays open between requests.
pub struct Connection {
    stream: TcpStream,
    who: Client,
}

impl Connection {
    pub fn open(who: Client) -> Self {
        Self { stream: TcpStream::connect(who.addr).unwrap(), who }
    }

    pub fn send(&mut self, method: &str, path: &str, body: &str) {
        let request = self.who.request(method, path, body, "keep-alive");
        self.stream.write_all(request.as_bytes()).unwrap();
    }

    /// Sends a request without the last `left_out` bytes, and no more.
    pub fn send_all_but(&mut self, left_out: usize, path: &str, body: &str) {
        let request = self.who.request("POST", path, body, "keep-alive");
        self.stream.write_all(&request.as_bytes()[..request.len() - left_out]).unwrap();
    }

    /// The next answer; nothing where the connection ends before all of it is there.
    pub fn receive(&mut self) -> Option<Answer> {
        let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
        loop {
            let n = self.stream.read(&mut part).ok()?;
            bytes.extend_from_slice(&part[..n]);
            match Answer::parse(&bytes) {
                Some(answer) => return Some(answer),
                None if n == 0 => return None,
                None => {}
            }
        }
    }
}
