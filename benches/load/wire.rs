//! The load generator. It runs on the same cores as what it measures, so it does as little as it
//! can: one thread, bytes made before, connections that stay open, and no HTTP library.

use crate::proc::{Cpu, Watch};
use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A keep-alive connection. What the server closes after an answer is opened again.
pub struct Wire {
    addr: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

/// A whole answer, as it came.
pub struct Answer<'a> {
    pub status: u16,
    pub head: &'a [u8],
    pub body: &'a [u8],
}

/// Where the body of an answer ends.
enum End {
    At(usize),
    Chunked,
    Closed,
}

impl Wire {
    pub async fn open(addr: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        Ok(Self { addr, stream: Some(stream), buffer: vec![0; 64 * 1024] })
    }

    /// Sends one request and waits for its whole answer.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => {
                let stream = TcpStream::connect(self.addr).await?;
                stream.set_nodelay(true)?;
                none.insert(stream)
            }
        };
        stream.write_all(request).await?;
        let (mut filled, mut end) = (0, None);
        let mut closes = false;
        let (head, whole) = loop {
            if filled == self.buffer.len() {
                self.buffer.resize(filled * 2, 0);
            }
            let n = stream.read(&mut self.buffer[filled..]).await?;
            filled += n;
            let got = &self.buffer[..filled];
            if end.is_none()
                && let Some(at) = find(got, b"\r\n\r\n")
            {
                let said = end_of(&got[..at], at + 4);
                (closes, end) = (said.1, Some((at + 4, said.0)));
            }
            match &end {
                Some((head, End::At(whole))) if filled >= *whole => break (*head, *whole),
                Some((head, End::Chunked)) if got.ends_with(b"\r\n0\r\n\r\n") => break (*head, filled),
                Some((head, End::Closed)) if n == 0 => break (*head, filled),
                _ if n == 0 => {
                    self.stream = None;
                    return Err(Error::new(ErrorKind::UnexpectedEof, "the server closed the connection"));
                }
                _ => {}
            }
        };
        if closes {
            self.stream = None;
        }
        let status = std::str::from_utf8(&self.buffer[9..12]).ok().and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| Error::new(ErrorKind::InvalidData, "this is no HTTP"))?;
        Ok(Answer { status, head: &self.buffer[..head], body: &self.buffer[head..whole] })
    }
}

/// Where the body ends whose head this is, and whether the connection is closed after it.
fn end_of(head: &[u8], after: usize) -> (End, bool) {
    let (mut end, mut closes) = (End::Closed, false);
    if matches!(head.get(9..12), Some(b"204" | b"304")) {
        end = End::At(after);
    }
    for line in head.split(|b| *b == b'\n') {
        if let Some(length) = value(line, b"content-length:") {
            end = End::At(after + length.parse::<usize>().unwrap_or(0));
        } else if value(line, b"transfer-encoding:").is_some() {
            end = End::Chunked;
        } else if let Some(word) = value(line, b"connection:") {
            closes = word.eq_ignore_ascii_case("close");
        }
    }
    closes |= matches!(end, End::Closed);
    (end, closes)
}

fn value<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a str> {
    let (found, value) = line.split_at_checked(name.len())?;
    found.eq_ignore_ascii_case(name).then(|| std::str::from_utf8(value).unwrap_or_default().trim())
}

/// Where `needle` begins.
pub fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut at = 0;
    while let Some(next) = haystack.get(at..)?.iter().position(|b| *b == first) {
        if haystack[at + next..].starts_with(needle) {
            return Some(at + next);
        }
        at += next + 1;
    }
    None
}

/// What one connection asks for, again and again.
pub trait Work: Send + 'static {
    /// The next request; `None` where nothing is left to do.
    fn next(&mut self) -> Option<&[u8]>;
    /// Looks at the answer to it. Whoever counts what they should not have panics here.
    fn answered(&mut self, answer: &Answer<'_>);
}

/// The same request, or several in turn, each answered by 200.
pub struct Asks {
    pub requests: Arc<Vec<Vec<u8>>>,
    pub at: usize,
    pub step: usize,
    /// What the answer has to contain, where that can be read.
    pub says: &'static [u8],
}

impl Asks {
    /// So many connections, which take the requests in turn.
    pub fn shared(requests: Vec<Vec<u8>>, connections: usize, says: &'static [u8]) -> Vec<Self> {
        let requests = Arc::new(requests);
        (0..connections).map(|at| Self { requests: requests.clone(), at, step: connections, says }).collect()
    }
}

impl Work for Asks {
    fn next(&mut self) -> Option<&[u8]> {
        let request = &self.requests[self.at % self.requests.len()];
        self.at += self.step;
        Some(request)
    }

    fn answered(&mut self, answer: &Answer<'_>) {
        let body = || String::from_utf8_lossy(answer.body);
        assert!(answer.status == 200, "{}: {}", answer.status, body());
        assert!(self.says.is_empty() || find(answer.body, self.says).is_some(), "{}", body());
    }
}

/// What a run gave.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub connections: usize,
    /// Per second, of those that were measured.
    pub rate: f64,
    /// Milliseconds.
    pub p50: f64,
    pub p99: f64,
    pub max: f64,
    /// Bytes of an answer with its head.
    pub bytes: f64,
    /// Microseconds for each request.
    pub cpu: Cpu,
    /// All that were answered, also while warming up.
    pub answered: u64,
}

const WARMS: u8 = 0;
const MEASURES: u8 = 1;
const ENDS: u8 = 2;

/// Has one connection for each of `works` ask as fast as it is answered: for `warm` without
/// counting, then for `time`, or until all of them are done.
pub async fn drive<W: Work>(
    addr: SocketAddr,
    works: Vec<W>,
    watch: Watch,
    warm: Duration,
    time: Duration,
) -> (Figures, Vec<W>) {
    let (phase, connections) = (Arc::new(AtomicU8::new(WARMS)), works.len());
    let mut tasks = tokio::task::JoinSet::new();
    for mut work in works {
        let (mut wire, phase) = (Wire::open(addr).await.unwrap(), phase.clone());
        tasks.spawn(async move {
            let (mut times, mut bytes, mut answered) = (Vec::with_capacity(1 << 16), 0u64, 0u64);
            loop {
                let before = phase.load(Relaxed);
                if before == ENDS {
                    break;
                }
                let Some(request) = work.next() else { break };
                let began = Instant::now();
                let answer = wire.ask(request).await.unwrap();
                let took = began.elapsed();
                work.answered(&answer);
                answered += 1;
                if before == MEASURES && phase.load(Relaxed) == MEASURES {
                    times.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
                    bytes += (answer.head.len() + answer.body.len()) as u64;
                }
            }
            (times, bytes, answered, work)
        });
    }
    tokio::time::sleep(warm).await;
    let (began, cpu) = (Instant::now(), watch.cpu());
    phase.store(MEASURES, Relaxed);
    let (mut times, mut bytes, mut answered, mut works) = (Vec::new(), 0, 0, Vec::new());
    let mut keep = |(t, b, a, w): (Vec<u32>, u64, u64, W)| {
        times.extend(t);
        bytes += b;
        answered += a;
        works.push(w);
    };
    let early = async {
        while let Some(done) = tasks.join_next().await {
            keep(done.unwrap());
        }
    };
    let _ = tokio::time::timeout(time, early).await;
    let (took, used) = (began.elapsed().as_secs_f64(), watch.cpu().since(cpu));
    phase.store(ENDS, Relaxed);
    while let Some(done) = tasks.join_next().await {
        keep(done.unwrap());
    }
    assert!(!times.is_empty(), "nothing was answered");
    times.sort_unstable();
    let at = |q: f64| f64::from(times[((times.len() - 1) as f64 * q) as usize]) / 1_000.0;
    let count = times.len() as f64;
    let figures = Figures {
        connections,
        rate: count / took,
        p50: at(0.5),
        p99: at(0.99),
        max: at(1.0),
        bytes: bytes as f64 / count,
        cpu: used.each(count),
        answered,
    };
    (figures, works)
}
