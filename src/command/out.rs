//! What commands print.
//!
//! A reader may go away before the end, as `head` does. That is no error, and no reason to stop in
//! the middle of what is being done: from then on nothing is printed. Anything else that standard
//! output refuses, such as a full disk, ends the command as a failure once its work is done.

use std::error::Error;
use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::sync::OnceLock;

/// Why nothing more is printed.
static REFUSED: OnceLock<io::Error> = OnceLock::new();

/// Prints a line, as `println!` does, which panics where nobody reads any more.
macro_rules! say {
    ($($said:tt)*) => { $crate::command::out::print(format_args!("{}\n", format_args!($($said)*))) };
}
pub(crate) use say;

/// Prints text as it is.
pub fn print(text: Arguments<'_>) {
    if !is_refused()
        && let Err(error) = io::stdout().lock().write_fmt(text)
    {
        // Only the first counts.
        let _ = REFUSED.set(error);
    }
}

/// Whether nothing that is printed arrives any more.
pub fn is_refused() -> bool {
    REFUSED.get().is_some()
}

/// Hands over what is still to be printed.
///
/// # Errors
/// Where something was not printed although somebody reads it.
pub fn finish() -> Result<(), Box<dyn Error>> {
    if !is_refused()
        && let Err(error) = io::stdout().lock().flush()
    {
        let _ = REFUSED.set(error);
    }
    match REFUSED.get().filter(|error| error.kind() != ErrorKind::BrokenPipe) {
        Some(error) => Err(format!("cannot write to standard output: {error}").into()),
        None => Ok(()),
    }
}
