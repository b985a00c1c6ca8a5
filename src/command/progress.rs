//! How far long work is: a bar where somebody looks, and elsewhere a line every ten seconds, so
//! that a journal shows that it goes on.

use indicatif::{ProgressBar, ProgressStyle};
use sayso::serve::log;
use std::io::{self, IsTerminal};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often a line says how far it is.
const EVERY: Duration = Duration::from_secs(10);

/// Tells how far it is until it is dropped.
pub struct Progress {
    bar: ProgressBar,
    /// Dropped, it ends the thread.
    stop: Option<Sender<()>>,
    teller: Option<JoinHandle<()>>,
}

impl Progress {
    /// Of work with `length` steps; `doing` is what a line begins with, such as `importing`, and
    /// `template` how the bar looks. Both are on standard error.
    pub fn begin(doing: &'static str, length: u64, template: &str) -> Self {
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(length).with_style(style);
        if io::stderr().is_terminal() {
            return Self { bar, stop: None, teller: None };
        }
        Self::telling(doing, bar, EVERY, |line| log::tell(&line))
    }

    /// Of work of which nobody knows how far it is: each line says for how long it has gone on.
    pub fn of_unknown_length(doing: &'static str) -> Self {
        Self::telling(doing, ProgressBar::hidden(), EVERY, |line| log::tell(&line))
    }

    fn telling(doing: &'static str, bar: ProgressBar, every: Duration, tell: impl Fn(String) + Send + 'static) -> Self {
        let (stop, stopped) = channel();
        let about = bar.clone();
        let work = move || {
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(every) {
                tell(line(doing, &about));
            }
        };
        // Without the thread nobody is told, and the work is done all the same.
        let teller = thread::Builder::new().name("progress".into()).spawn(work).ok();
        Self { bar, stop: Some(stop), teller }
    }

    pub fn reached(&self, position: u64) {
        self.bar.set_position(position);
    }

    pub fn says(&self, message: impl Into<String>) {
        self.bar.set_message(message.into());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(teller) = self.teller.take() {
            // It has panicked at most.
            let _ = teller.join();
        }
        self.bar.finish_and_clear();
    }
}

/// How far it is, in one line.
fn line(doing: &str, bar: &ProgressBar) -> String {
    let (position, length, message) = (bar.position(), bar.length().unwrap_or(0), bar.message());
    let seconds = bar.elapsed().as_secs();
    let mut line = match (position.saturating_mul(100)).checked_div(length) {
        Some(percent) => format!("{doing}: {} %, {position} of {length}", percent.min(100)),
        None => doing.to_owned(),
    };
    if !message.is_empty() {
        line += &format!(", {message}");
    }
    line + &format!(", for {seconds} seconds")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn a_line_says_how_far_it_is_as_long_as_it_goes_on() {
        let (tell, told) = mpsc::channel();
        let bar = ProgressBar::hidden();
        bar.set_length(200);
        let progress = Progress::telling("importing", bar, Duration::from_millis(5), move |line| {
            let _ = tell.send(line);
        });
        progress.reached(50);
        progress.says("7 refused");
        let line = told.iter().find(|line| line.contains("refused")).unwrap();
        assert_eq!(line, "importing: 25 %, 50 of 200, 7 refused, for 0 seconds");
        progress.reached(200);
        assert!(told.iter().any(|line| line.starts_with("importing: 100 %, 200 of 200")));
        drop(progress);
        assert!(told.iter().count() < 1_000, "it has ended");
    }

    #[test]
    fn where_nobody_knows_how_far_it_is_a_line_says_for_how_long() {
        let (tell, told) = mpsc::channel();
        let progress =
            Progress::telling("copying the database", ProgressBar::hidden(), Duration::from_millis(5), move |line| {
                let _ = tell.send(line);
            });
        assert_eq!(told.recv().unwrap(), "copying the database, for 0 seconds");
        drop(progress);
    }
}
