//! What is wrong with an expression, and where.

use crate::error::Error;
use sqlparser::tokenizer::{Location, Span};
use std::fmt;
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

/// So many characters before and after the place are shown.
const SHOWN: usize = 60;

/// Why an expression cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PredicateError {
    /// What is wrong, alone.
    pub message: String,
    /// What may have been meant, or what to do.
    pub hint: Option<String>,
    /// The bytes that it is about.
    pub at: Range<usize>,
    /// The whole expression.
    pub source: String,
}

impl PredicateError {
    /// The line that the place is on, shortened around it, and a line of carets under the place.
    pub fn pointer(&self) -> (String, String) {
        let start = self.source.floor_char_boundary(self.at.start);
        let end = self.source.floor_char_boundary(self.at.end.max(start));
        let line_start = self.source[..start].rfind('\n').map_or(0, |i| i + 1);
        let line_end = self.source[start..].find('\n').map_or(self.source.len(), |i| start + i);
        let end = end.min(line_end);
        let (before, place, after) =
            (&self.source[line_start..start], &self.source[start..end], &self.source[end..line_end]);
        let skip = before.chars().count().saturating_sub(SHOWN);
        let lead: String = if skip > 0 { "…".to_owned() } else { String::new() };
        let before = lead + &plain(before.chars().skip(skip));
        let (place, cut) = shortened(place);
        let (after, more) = if cut { (String::new(), false) } else { shortened(after) };
        let dots = if cut || more { "…" } else { "" };
        let carets = "^".repeat(place.width().max(1));
        (format!("{before}{place}{after}{dots}"), format!("{}{carets}", " ".repeat(before.width())))
    }
}

impl fmt::Display for PredicateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, carets) = self.pointer();
        write!(f, "{}\n    {line}\n    {carets}", self.message)
    }
}

impl std::error::Error for PredicateError {}

impl From<PredicateError> for Error {
    fn from(e: PredicateError) -> Self {
        let error = Self::usage(e.to_string());
        match e.hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

fn plain(chars: impl Iterator<Item = char>) -> String {
    chars.map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn shortened(s: &str) -> (String, bool) {
    (plain(s.chars().take(SHOWN)), s.chars().nth(SHOWN).is_some())
}

/// A fault whose expression is still known to the caller.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl Fault {
    pub(super) fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn within(self, source: &str) -> PredicateError {
        let Self { at, message, hint } = self;
        PredicateError { message, hint, at, source: source.to_owned() }
    }
}

/// The bytes of a span.
pub(super) fn bytes_of(source: &str, span: Span) -> Range<usize> {
    if span.start.line == 0 {
        return 0..source.len();
    }
    let start = byte_of(source, span.start);
    start..byte_of(source, span.end).max(start)
}

/// The byte at which a location (line and column of characters, from 1) begins.
pub(super) fn byte_of(source: &str, at: Location) -> usize {
    let lines = usize::try_from(at.line.saturating_sub(1)).unwrap_or(usize::MAX);
    let columns = usize::try_from(at.column.saturating_sub(1)).unwrap_or(usize::MAX);
    let start: usize = source.split_inclusive('\n').take(lines).map(str::len).sum();
    source[start..].char_indices().nth(columns).map_or(source.len(), |(i, _)| start + i)
}
