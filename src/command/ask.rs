//! A question before what cannot be undone. Without a terminal nobody could answer it, so the
//! command ends at once and names the flag that answers it.

use std::error::Error;
use std::io::{self, BufRead, IsTerminal, Write};

/// The flag that answers every question.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Yes {
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Yes {
    /// Goes on once somebody at the terminal has typed `yes` to this question, or has said so
    /// before. `about` says what is going to happen.
    ///
    /// # Errors
    /// Where they have not, or where nobody is there to ask.
    pub fn confirm(self, about: &str, question: &str) -> Result<(), Box<dyn Error>> {
        if self.yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() {
            return Err(format!(
                "{about} This cannot be undone, so you are asked first. To do it without a terminal, add --yes. Nothing was changed."
            )
            .into());
        }
        if answered(about, question)? { Ok(()) } else { Err("Nothing was changed.".into()) }
    }

    /// The same where only a terminal is asked: without one, the answer is yes.
    pub fn confirm_on_a_terminal(self, about: &str, question: &str) -> Result<(), Box<dyn Error>> {
        if io::stdin().is_terminal() { self.confirm(about, question) } else { Ok(()) }
    }
}

/// Whether somebody types `yes`.
fn answered(about: &str, question: &str) -> io::Result<bool> {
    // What the command prints may go into a file, and the question has to be seen.
    let mut to = io::stderr();
    write!(to, "{about}\n{question} Type yes: ")?;
    to.flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim() == "yes")
}
