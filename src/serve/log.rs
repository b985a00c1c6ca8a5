//! Where log lines go. Whatever becomes of that place, no request ends because of it and none waits
//! for it: a line that the place does not take is lost, and counted.
//!
//! One thread writes. A full disk, a reader that is gone and a reader that has stopped reading all
//! cost lines and nothing else. What waits to be written is bounded, so memory is, too.

use crate::time;
use crate::web::config::Logging;
use serde_json::json;
use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// How many lines may wait to be written, and how many bytes of them.
const LINES: usize = 8_192;
const BYTES: usize = 4 << 20;
/// How long the end of the process waits for what is still to be written.
const LAST: Duration = Duration::from_secs(2);
/// How long a place that is busy is left alone before it is tried again.
const BUSY: Duration = Duration::from_millis(10);

/// Lines that were lost since the process began.
static LOST: AtomicU64 = AtomicU64::new(0);

/// How many lines were lost since the process began.
pub fn lines_lost() -> u64 {
    LOST.load(Relaxed)
}

/// Whether every line of this process is JSON. Known before the settings are read, because what is
/// wrong with them is a line as well.
static JSON: AtomicBool = AtomicBool::new(false);

/// Has every line that this process says by itself be JSON, a panic before the log begins among
/// them.
pub fn speak_json() {
    JSON.store(true, Relaxed);
    std::panic::set_hook(Box::new(|panic| last_words(&said_by(panic))));
}

/// What a panic says, and where.
fn said_by(panic: &std::panic::PanicHookInfo<'_>) -> String {
    let at = panic.location().map(ToString::to_string).unwrap_or_default();
    format!("a thread panicked at {at}: {}", panic.payload_as_str().unwrap_or("for a reason of its own"))
}

/// Whether it is JSON.
pub fn speaks_json() -> bool {
    JSON.load(Relaxed)
}

/// A line of ours in the form that was asked for: an object as the log has them, or the text.
fn in_form(level: &str, said: &str) -> String {
    if !speaks_json() {
        return said.to_owned();
    }
    let message = said.strip_prefix("sayso: ").unwrap_or(said);
    let at = time::system().now().rfc3339();
    json!({ "timestamp": at, "level": level, "fields": { "message": message }, "target": "sayso" }).to_string()
}

/// A place for lines, and the thread that writes there. Writing to it never fails and never waits.
#[derive(Clone)]
pub struct Outlet {
    lines: SyncSender<Vec<u8>>,
    waiting: Arc<Waiting>,
    lost: &'static AtomicU64,
}

#[derive(Default)]
struct Waiting {
    lines: AtomicUsize,
    bytes: AtomicUsize,
}

impl Outlet {
    /// Standard error, where the log goes; the log says when lines of it were lost.
    pub fn stderr() -> Self {
        #[cfg(unix)]
        let place = own(&io::stderr());
        #[cfg(not(unix))]
        let place = Ok::<_, io::Error>(io::stderr());
        place.map_or_else(|_| Self::new(io::sink(), &LOST, true), |place| Self::new(place, &LOST, true))
    }

    /// Standard output, where the start says what is served.
    pub fn stdout() -> Self {
        #[cfg(unix)]
        let place = own(&io::stdout());
        #[cfg(not(unix))]
        let place = Ok::<_, io::Error>(io::stdout());
        place.map_or_else(|_| Self::new(io::sink(), &LOST, false), |place| Self::new(place, &LOST, false))
    }

    fn new(place: impl Write + Send + 'static, lost: &'static AtomicU64, tells: bool) -> Self {
        let (lines, arriving) = sync_channel(LINES);
        let waiting = Arc::new(Waiting::default());
        let counted = waiting.clone();
        let worker = thread::Builder::new().name("log".into());
        // Without the thread the channel is closed, and every line counts as lost.
        let _ = worker.spawn(move || work(place, &arriving, &counted, lost, tells));
        Self { lines, waiting, lost }
    }

    /// Has one line written, which is whole with its line end.
    pub fn put(&self, line: Vec<u8>) {
        let bytes = line.len();
        let before = self.waiting.bytes.fetch_add(bytes, Relaxed);
        self.waiting.lines.fetch_add(1, Relaxed);
        if before + bytes > BYTES || self.lines.try_send(line).is_err() {
            self.waiting.done(bytes);
            self.lost.fetch_add(1, Relaxed);
        }
    }

    /// Says something that is no event: a line of the start.
    pub fn say(&self, line: &str) {
        self.line("INFO", line);
    }

    fn line(&self, level: &str, line: &str) {
        self.put(format!("{}\n", in_form(level, line)).into_bytes());
    }

    /// Waits until everything is written, but not for ever.
    pub fn finish(&self) {
        let begun = Instant::now();
        while self.waiting.lines.load(Relaxed) > 0 && begun.elapsed() < LAST {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Waiting {
    fn done(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Relaxed);
        self.lines.fetch_sub(1, Relaxed);
    }
}

impl Write for Outlet {
    /// Takes a whole line, as the formatter hands it over.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.put(line.to_vec());
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Outlet {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// The stream itself, without the lock and the buffer that the rest of the process shares.
#[cfg(unix)]
fn own(stream: &impl std::os::fd::AsFd) -> io::Result<File> {
    stream.as_fd().try_clone_to_owned().map(File::from)
}

fn work(mut place: impl Write, lines: &Receiver<Vec<u8>>, waiting: &Waiting, lost: &AtomicU64, tells: bool) {
    let (mut torn, mut told) = (false, 0);
    for line in lines {
        let written = write(&mut place, &line, &mut torn);
        if written.is_err() {
            lost.fetch_add(1, Relaxed);
        }
        let lost = lost.load(Relaxed);
        if tells && written.is_ok() && lost > told {
            told = lost;
            tracing::warn!(log_lines_lost = lost, "lines of this log were lost, because they could not be written");
        }
        waiting.done(line.len());
    }
}

/// Writes a line whole, or says that it could not. `torn` is whether the line before broke off in
/// its middle: then this one begins on a line of its own.
fn write(place: &mut impl Write, line: &[u8], torn: &mut bool) -> io::Result<()> {
    if *torn {
        write_all(place, b"\n").map_err(|(cause, _)| cause)?;
        *torn = false;
    }
    write_all(place, line).map_err(|(cause, written)| {
        *torn = written > 0;
        cause
    })
}

/// Or the cause, and how much was written by then.
fn write_all(place: &mut impl Write, bytes: &[u8]) -> Result<(), (io::Error, usize)> {
    let mut written = 0;
    while written < bytes.len() {
        match place.write(&bytes[written..]) {
            Ok(0) => return Err((ErrorKind::WriteZero.into(), written)),
            Ok(more) => written += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // Somebody who shares the stream has made it one that does not wait.
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(BUSY),
            Err(error) => return Err((error, written)),
        }
    }
    Ok(())
}

/// Begins the log of this process, as `logging` has it. A panic is a line of it.
pub fn begin(logging: &Logging) -> Outlet {
    start(&logging.log, &logging.log_format)
}

/// The same for a command that ends by itself, which logs less unless it is asked for more.
pub fn begin_for_command(logging: &Logging) -> Outlet {
    start(logging.of_command(), &logging.log_format)
}

fn start(filter: &str, format: &str) -> Outlet {
    let outlet = Outlet::stderr();
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(outlet.clone())
        // It would be written to standard error past the outlet.
        .log_internal_errors(false)
        // Colours are for people; in a file or a journal they are noise.
        .with_ansi(io::stderr().is_terminal());
    if format == "json" {
        // The list of spans has the current one, too.
        log.json().with_current_span(false).init();
    } else {
        log.init();
    }
    let last = outlet.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(at, "a thread panicked: {}", panic.payload_as_str().unwrap_or("for a reason of its own"));
        if thread::current().name() == Some("main") {
            last.finish();
        }
    }));
    outlet
}

/// What a process that ends says last on standard error. It ends whether that can be written or
/// not.
pub fn last_words(said: &str) {
    let outlet = Outlet::stderr();
    outlet.line("ERROR", said);
    outlet.finish();
}

/// What a command says on standard error while it works.
pub fn tell(said: &str) {
    let outlet = Outlet::stderr();
    outlet.line("INFO", &format!("sayso: {said}"));
    outlet.finish();
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;
    use std::sync::Mutex;

    /// Answers each write as it was told to: so many bytes, or an error; then takes everything.
    struct Odd {
        answers: VecDeque<Result<usize, ErrorKind>>,
        taken: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Odd {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let n = self.answers.pop_front().unwrap_or(Ok(bytes.len()))?.min(bytes.len());
            self.taken.lock().unwrap().extend_from_slice(&bytes[..n]);
            Ok(n)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn after(answers: &[Result<usize, ErrorKind>], lost: &'static AtomicU64) -> String {
        let taken = Arc::<Mutex<Vec<u8>>>::default();
        let outlet = Outlet::new(Odd { answers: answers.iter().copied().collect(), taken: taken.clone() }, lost, false);
        for line in ["first", "second", "third"] {
            outlet.say(line);
        }
        outlet.finish();
        let taken = taken.lock().unwrap().clone();
        String::from_utf8(taken).unwrap()
    }

    #[test]
    fn a_line_that_cannot_be_written_is_lost_alone_and_counted() {
        static LOST: AtomicU64 = AtomicU64::new(0);
        assert_eq!(after(&[Err(ErrorKind::StorageFull)], &LOST), "second\nthird\n");
        assert_eq!(LOST.load(Relaxed), 1);
        // Half of it was written; the next begins on a line of its own.
        assert_eq!(after(&[Ok(3), Err(ErrorKind::StorageFull)], &LOST), "fir\nsecond\nthird\n");
        assert_eq!(LOST.load(Relaxed), 2);
        let full = Err(ErrorKind::StorageFull);
        assert_eq!(after(&[Ok(3), full, full], &LOST), "fir\nthird\n");
        assert_eq!(LOST.load(Relaxed), 4);
    }

    #[test]
    fn a_stream_that_is_busy_or_takes_little_at_a_time_loses_nothing() {
        static LOST: AtomicU64 = AtomicU64::new(0);
        let odd = [Ok(1), Err(ErrorKind::WouldBlock), Ok(2), Err(ErrorKind::Interrupted), Ok(1)];
        assert_eq!(after(&odd, &LOST), "first\nsecond\nthird\n");
        assert_eq!(LOST.load(Relaxed), 0);
    }

    /// Never takes anything, and never says so.
    struct Stuck;

    impl Write for Stuck {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            loop {
                thread::park();
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nobody_waits_for_a_reader_that_does_not_read_and_what_waits_is_bounded() {
        static LOST: AtomicU64 = AtomicU64::new(0);
        let outlet = Outlet::new(Stuck, &LOST, false);
        let begun = Instant::now();
        for _ in 0..2 * LINES {
            outlet.say("a line");
        }
        let lost = LOST.load(Relaxed);
        assert!(lost >= LINES as u64 - 1, "{lost}");
        assert!(outlet.waiting.lines.load(Relaxed) <= LINES + 1);
        outlet.put(vec![b'x'; BYTES]);
        assert_eq!(LOST.load(Relaxed), lost + 1);
        outlet.finish();
        assert!(begun.elapsed() < LAST * 2, "the end of the process waits, but not for ever");
    }
}
