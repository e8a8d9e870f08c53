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

/// Asks for one of several by its number; none is chosen where the line is empty or names none of them.
pub fn one_of(question: &str, choices: &[String]) -> Result<Option<usize>> {
    for (n, choice) in (1..).zip(choices) {
        to_stderr(&format!("  {n}  {}\n", super::printable(choice)));
    }
    let typed = line(question)?;
    Ok(typed.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|n| *n < choices.len()))
}
