//! Slips that are made often, found before the parser stumbles over what comes after them.

use super::error::{Fault, bytes_of};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};
use std::ops::Range;

/// Looks for slips among the tokens of an expression.
pub(super) fn check(source: &str, tokens: &[TokenWithSpan]) -> Result<(), Fault> {
    let tokens = Tokens { source, tokens };
    for i in 0..tokens.tokens.len() {
        tokens.sql(i)?;
        tokens.link(i)?;
        tokens.is(i)?;
        tokens.regex(i)?;
    }
    tokens.parentheses()
}

struct Tokens<'a> {
    source: &'a str,
    tokens: &'a [TokenWithSpan],
}

impl Tokens<'_> {
    fn get(&self, i: usize) -> Option<&Token> {
        self.tokens.get(i).map(|t| &t.token)
    }

    fn at(&self, i: usize) -> Range<usize> {
        let end = self.source.len()..self.source.len();
        self.tokens.get(i).map_or(end, |t| bytes_of(self.source, t.span))
    }

    fn keyword(&self, i: usize) -> Keyword {
        match self.get(i) {
            Some(Token::Word(word)) => word.keyword,
            _ => Keyword::NoKeyword,
        }
    }

    /// Whether a word that is no keyword of ours stands here, without quotes.
    fn is_word(&self, i: usize, name: &str) -> bool {
        matches!(self.get(i), Some(Token::Word(word)) if word.value.eq_ignore_ascii_case(name))
            && !self.source[self.at(i)].starts_with('"')
    }

    /// Whether a value or a name stands here.
    fn is_operand(&self, i: usize) -> bool {
        match self.get(i) {
            Some(Token::Word(word)) => word.keyword == Keyword::NoKeyword,
            Some(Token::SingleQuotedString(_) | Token::Number(..)) => true,
            _ => false,
        }
    }

    /// A query where a condition should stand.
    fn sql(&self, i: usize) -> Result<(), Fault> {
        if i == 0 && self.is_word(0, "where") && self.is_operand(1) {
            return Err(Fault::new(self.at(0), "the expression begins after WHERE").hint("leave WHERE out"));
        }
        let list = self.get(i + 1) == Some(&Token::Mul) && self.is_word(i + 2, "from");
        if !self.is_word(i, "select") || !(list || self.is_operand(i + 1)) {
            return Ok(());
        }
        Err(match i {
            0 => Fault::new(self.at(0), "this is a query where a condition is needed")
                .hint("write only what would stand after WHERE"),
            _ => Fault::new(self.at(i), "there are no queries within an expression")
                .hint("it is about one item at a time: compare its fields, text, labels and answers"),
        })
    }

    /// AND or OR with nothing on one side.
    fn link(&self, i: usize) -> Result<(), Fault> {
        let word = match self.keyword(i) {
            Keyword::AND => "AND",
            Keyword::OR => "OR",
            _ => return Ok(()),
        };
        let linking = |i| matches!(self.keyword(i), Keyword::AND | Keyword::OR);
        let before = i.checked_sub(1);
        let open = |i| {
            linking(i)
                || matches!(self.get(i), Some(Token::LParen))
                || matches!(self.keyword(i), Keyword::NOT | Keyword::WHEN)
        };
        let closes = |i| linking(i) || matches!(self.get(i), None | Some(Token::RParen));
        let side = match () {
            () if before.is_none_or(open) => "before",
            () if closes(i + 1) => "after",
            () => return Ok(()),
        };
        let fault = Fault::new(self.at(i), format!("nothing stands {side} this {word}"));
        Err(fault.hint(format!("write a condition {side} it, or leave it out")))
    }

    /// IS with something else than NULL, TRUE or FALSE.
    fn is(&self, i: usize) -> Result<(), Fault> {
        if self.keyword(i) != Keyword::IS {
            return Ok(());
        }
        let negated = self.keyword(i + 1) == Keyword::NOT;
        let next = i + 1 + usize::from(negated);
        if matches!(self.keyword(next), Keyword::NULL | Keyword::TRUE | Keyword::FALSE) {
            return Ok(());
        }
        let hint = match (self.is_word(next, "distinct"), negated) {
            (true, false) => "a IS DISTINCT FROM b is written a <> b OR a IS NULL",
            (true, true) => "a IS NOT DISTINCT FROM b is written a = b",
            _ => "= and <> compare with anything else",
        };
        let at = if self.get(next).is_some() { self.at(next) } else { self.at(i) };
        Err(Fault::new(at, "only NULL, TRUE or FALSE stands after IS").hint(hint))
    }

    /// A regular expression by the ways of other dialects.
    fn regex(&self, i: usize) -> Result<(), Fault> {
        let word = ["regexp", "rlike", "matches", "glob"].into_iter().find(|name| self.is_word(i, name));
        match (word, self.get(i + 1)) {
            (Some(word), Some(Token::SingleQuotedString(_))) if i > 0 => {
                Err(Fault::new(self.at(i), format!("{word} is no operator here")).hint(REGEX))
            }
            _ => Ok(()),
        }
    }

    /// What is opened is closed.
    fn parentheses(&self) -> Result<(), Fault> {
        let mut open = Vec::new();
        for i in 0..self.tokens.len() {
            match self.get(i) {
                Some(Token::LParen) => open.push(i),
                Some(Token::RParen) if open.pop().is_none() => {
                    return Err(Fault::new(self.at(i), "this ) closes nothing").hint("leave it out, or open it with ("));
                }
                _ => {}
            }
        }
        match open.pop() {
            None => Ok(()),
            Some(i) => Err(Fault::new(self.at(i), "this ( is never closed").hint("write ) where it ends")),
        }
    }
}

/// How a regular expression is asked for.
pub(super) const REGEX: &str = "text.matches('…') and matches(field, '…') take a regular expression";
