//! Tests of a text against a pattern, letter case and all.

use crate::domain::words;
use regex::{Regex, RegexBuilder};

/// A compiled regular expression may take this many bytes.
const LARGEST: usize = 1 << 20;
/// Groups in a regular expression may be nested this deep.
const DEEPEST: u32 = 64;

words! {
    /// A test of a text against a pattern.
    Test: "test" {
        /// The text holds the pattern.
        Contains = "contains",
        /// The text begins with it.
        StartsWith = "starts_with",
        /// The text ends with it.
        EndsWith = "ends_with",
        /// The pattern is a regular expression that is found anywhere in the text.
        Matches = "matches",
    }
}

/// A test with its pattern, ready for many texts.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// A text as it stands.
    Plain(Test, String),
    /// A regular expression.
    Regex(Regex),
}

/// Why a pattern is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadPattern {
    /// What is wrong.
    pub message: String,
    /// The bytes of the pattern that it is about.
    pub at: std::ops::Range<usize>,
}

impl Test {
    /// Reads a pattern. A regular expression is of the syntax of the `regex` crate, which finds in time linear in the
    /// text whatever the pattern.
    ///
    /// # Errors
    /// Where a regular expression is wrong or too large, with the place.
    pub fn pattern(self, written: &str) -> Result<Pattern, BadPattern> {
        if self != Self::Matches {
            return Ok(Pattern::Plain(self, written.to_owned()));
        }
        let bad = |message: String, span: &regex_syntax::ast::Span| BadPattern {
            message,
            at: span.start.offset..span.end.offset.max(span.start.offset),
        };
        regex_syntax::ParserBuilder::new().nest_limit(DEEPEST).build().parse(written).map_err(|e| match e {
            regex_syntax::Error::Parse(e) => bad(e.kind().to_string(), e.span()),
            regex_syntax::Error::Translate(e) => bad(e.kind().to_string(), e.span()),
            other => BadPattern { message: other.to_string(), at: 0..written.len() },
        })?;
        let built = RegexBuilder::new(written).size_limit(LARGEST).nest_limit(DEEPEST).build();
        let large = |_| BadPattern { message: "it is too large".to_owned(), at: 0..written.len() };
        built.map(Pattern::Regex).map_err(large)
    }
}

impl Pattern {
    /// Whether a text passes.
    pub fn holds(&self, text: &str) -> bool {
        match self {
            Self::Plain(Test::StartsWith, pattern) => text.starts_with(pattern.as_str()),
            Self::Plain(Test::EndsWith, pattern) => text.ends_with(pattern.as_str()),
            Self::Plain(_, pattern) => text.contains(pattern.as_str()),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_hold_as_they_are_called() {
        let holds = |test: Test, pattern: &str, text: &str| test.pattern(pattern).unwrap().holds(text);
        assert!(holds(Test::Contains, ".", "a.b") && !holds(Test::Contains, ".", "ab"));
        assert!(holds(Test::StartsWith, "a", "ab") && holds(Test::EndsWith, "b", "ab"));
        assert!(holds(Test::Matches, r"\bre\w+d\b", "a refund") && !holds(Test::Matches, "^fund", "a refund"));
        assert!(holds(Test::Matches, "(?i)REFUND$", "a refund"));
    }

    #[test]
    fn a_wrong_pattern_is_pointed_at_and_a_large_one_refused() {
        let bad = |pattern: &str| Test::Matches.pattern(pattern).unwrap_err();
        assert_eq!((bad("a(b").at, bad("a(b").message.as_str()), (1..2, "unclosed group"));
        assert_eq!(bad(r"\w{1000}{1000}").message, "it is too large");
        assert!(Test::Matches.pattern(&"(".repeat(1000)).is_err());
    }
}
