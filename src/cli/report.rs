//! What a command says: one JSON document, or short lines and tables; and how errors are said.

use crate::error::{Error, Kind, Result};
use serde_json::Value as Json;
use std::io::{self, IsTerminal, Write};
use unicode_width::UnicodeWidthStr;

/// The outcome of a command, for people and for programs.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    json: Json,
    text: String,
    code: u8,
}

impl Report {
    /// A report whose text is still empty.
    pub fn new(json: Json) -> Self {
        Self { json, text: String::new(), code: 0 }
    }

    /// Text that is printed as it is, with or without `--json`: a man page, completions.
    pub fn raw(text: String) -> Self {
        Self { json: Json::Null, text, code: 0 }
    }

    /// Adds a line for people.
    #[must_use]
    pub fn line(mut self, line: impl AsRef<str>) -> Self {
        self.text.push_str(&printable_lines(line.as_ref()));
        self.text.push('\n');
        self
    }

    /// Adds a table for people.
    #[must_use]
    pub fn table(mut self, table: &Table) -> Self {
        table.render(&mut self.text);
        self
    }

    /// Leaves with this code instead of 0.
    #[must_use]
    pub fn code(mut self, code: u8) -> Self {
        self.code = code;
        self
    }

    /// Prints it to stdout and gives the exit code. A reader that has gone away is no error.
    ///
    /// # Errors
    /// Where stdout cannot be written for another reason.
    pub fn print(&self, json: bool) -> Result<u8> {
        let text = if json && !self.json.is_null() { format!("{:#}\n", self.json) } else { self.text.clone() };
        match io::stdout().lock().write_all(text.as_bytes()).and_then(|()| io::stdout().lock().flush()) {
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(Error::io(format!("standard output: {e}"))),
            _ => Ok(self.code),
        }
    }

    /// The JSON document.
    pub fn json(&self) -> &Json {
        &self.json
    }

    /// The text for people.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Columns that line up, measured in terminal cells.
#[derive(Debug, Clone, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
    right: Vec<usize>,
}

impl Table {
    /// A table with these headings.
    pub fn new<'a>(headings: impl IntoIterator<Item = &'a str>) -> Self {
        Self { rows: vec![headings.into_iter().map(str::to_owned).collect()], right: Vec::new() }
    }

    /// Lines these columns up on the right: numbers.
    #[must_use]
    pub fn right(mut self, columns: &[usize]) -> Self {
        self.right.extend_from_slice(columns);
        self
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| printable(&cell).to_string()).collect());
    }

    fn render(&self, out: &mut String) {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest = |c: usize| self.rows.iter().filter_map(|row| row.get(c)).map(|cell| cell.width()).max();
        let widths: Vec<usize> = (0..columns).map(|c| widest(c).unwrap_or(0)).collect();
        for row in &self.rows {
            let mut line = String::new();
            for (c, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let gap = " ".repeat(width - cell.width());
                let (before, after) = if self.right.contains(&c) { (gap.as_str(), "") } else { ("", gap.as_str()) };
                line.push_str(if c == 0 { "" } else { "  " });
                line.push_str(&format!("{before}{cell}{after}"));
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

/// One line without control characters, so that data cannot steer the terminal; breaks and tabs become spaces.
pub fn printable(text: &str) -> String {
    let plain = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(plain).collect()
}

/// [`printable`], line by line.
pub fn printable_lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// The beginning of a text, in at most `width` cells.
pub fn shortened(text: &str, width: usize) -> String {
    let line = printable(text);
    if line.width() <= width {
        return line;
    }
    let mut used = 0;
    let short: String = line
        .chars()
        .take_while(|c| {
            used += unicode_width::UnicodeWidthChar::width(*c).unwrap_or(0);
            used < width
        })
        .collect();
    format!("{}…", short.trim_end())
}

/// Says an error on stderr and gives its exit code.
pub fn failure(error: &Error) -> u8 {
    if error.kind == Kind::Internal {
        tracing::error!("{}", error.message);
    }
    // A line of progress may still stand there.
    let clear = if io::stderr().is_terminal() { "\r\x1b[K" } else { "" };
    let hint = error.hint.as_ref().map_or_else(String::new, |hint| format!("  {hint}\n"));
    to_stderr(&format!("{clear}{}", printable_lines(&format!("karat: {}\n{hint}", error.message))));
    error.exit_code()
}

/// Says what the parser says: help and version on stdout, the rest on stderr; gives the exit code.
pub fn parse_error(error: &clap::Error) -> u8 {
    if let Err(e) = error.print()
        && e.kind() != io::ErrorKind::BrokenPipe
    {
        tracing::warn!("help could not be printed: {e}");
    }
    u8::try_from(error.exit_code()).unwrap_or(2)
}

/// Writes to stderr; there is nobody to tell if that fails.
pub fn to_stderr(text: &str) {
    if let Err(e) = io::stderr().lock().write_all(text.as_bytes()) {
        tracing::debug!("stderr: {e}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_line_up_in_cells() {
        let mut table = Table::new(["label", "n"]).right(&[1]);
        table.row(["好".into(), "12".into()]);
        table.row(["positive".into(), "3".into()]);
        let text = Report::new(Json::Null).table(&table).text;
        assert_eq!(text, "label      n\n好        12\npositive   3\n");
    }

    #[test]
    fn data_cannot_steer_the_terminal() {
        assert_eq!(printable("a\x1b[2Jb\tc\n"), "a\u{fffd}[2Jb c ");
        assert_eq!(shortened("a good one", 7), "a good…");
        assert_eq!(shortened("short", 7), "short");
    }
}
