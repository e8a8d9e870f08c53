//! Asking on a terminal: a line, a yes, one of several.

use super::report::to_stderr;
use crate::error::{Error, Result};
use std::io::{BufRead, IsTerminal};

/// Whether there is somebody to ask.
pub fn is_possible() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks for a line; empty means the default, the end of the input is an interruption.
pub fn line(question: &str) -> Result<String> {
    to_stderr(&format!("{question} "));
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(0) => Err(Error::new(crate::error::Kind::Interrupted, "no answer")),
        Ok(_) => Ok(line.trim().to_owned()),
        Err(e) => Err(Error::io(format!("standard input: {e}"))),
    }
}

/// Asks for a yes.
pub fn yes(question: &str) -> Result<bool> {
    Ok(matches!(line(&format!("{question} [y/N]"))?.to_lowercase().as_str(), "y" | "yes"))
}
