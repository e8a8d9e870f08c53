//! From characters to sqlparser's tree, with everything refused that is not in our small language.
//!
//! Tokens are checked and counted before the parser sees them, and every word that is no keyword of ours becomes a
//! quoted identifier: so `date`, `select` or `interval` are plain names, and the rest of SQL cannot be reached.

use super::error::{Fault, byte_of, bytes_of};
use super::slips;
use sqlparser::ast::Expr;
use sqlparser::dialect::GenericDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer, Word};

/// An expression may be this many bytes.
const LONGEST: usize = 64 * 1024;
/// It may have this many words, values and operators.
const MOST_TOKENS: usize = 4000;
/// Parentheses, calls, CASEs and prefix operators that may be open at once.
const DEEPEST: usize = 64;
/// The parser may recurse this deep: enough for what passes the limit above.
const RECURSION: usize = 3 * DEEPEST;

/// Parses an expression to its end.
pub(super) fn parse(source: &str) -> Result<Expr, Fault> {
    if source.len() > LONGEST {
        return Err(Fault::new(0..source.len(), format!("the expression has over {LONGEST} bytes")).hint("shorten it"));
    }
    if source.trim().is_empty() {
        return Err(Fault::new(0..0, "there is no expression").hint("such as: text.words > 20"));
    }
    let tokens = tokens(source)?;
    slips::check(source, &tokens)?;
    let last = tokens.last().map_or(source.len(), |t| bytes_of(source, t.span).end);
    let mut parser = Parser::new(&GenericDialect {}).with_recursion_limit(RECURSION).with_tokens_with_locations(tokens);
    let parsed = parser.parse_expr().map_err(|e| parser_fault(source, last, e))?;
    match parser.peek_token() {
        TokenWithSpan { token: Token::EOF, .. } => Ok(parsed),
        extra => Err(Fault::new(bytes_of(source, extra.span), "the expression has ended before this")
            .hint("is AND or OR missing?")),
    }
}

/// Cuts the source into tokens of our language.
fn tokens(source: &str) -> Result<Vec<TokenWithSpan>, Fault> {
    let all = Tokenizer::new(&GenericDialect {}, source).tokenize_with_location().map_err(|e| {
        let start = byte_of(source, e.location);
        let fault = Fault::new(start..source.len(), lower_first(&e.message));
        if e.message.starts_with("Unterminated") {
            fault.hint("a quote is opened here and never closed")
        } else {
            fault
        }
    })?;
    let mut kept = Vec::new();
    let mut counted = 0;
    let mut depth = Depth::default();
    for mut t in all {
        let span = t.span;
        let at = || bytes_of(source, span);
        match &mut t.token {
            Token::Whitespace(_) => continue,
            Token::Comma | Token::Period | Token::LParen | Token::RParen => {}
            Token::Word(word) => {
                counted += 1;
                name_or_keyword(word).map_err(|fault| Fault { at: at(), ..fault })?;
            }
            Token::SingleQuotedString(_) | Token::Number(_, false) => counted += 1,
            Token::Eq | Token::DoubleEq | Token::Neq | Token::Lt | Token::Gt | Token::LtEq | Token::GtEq => {
                counted += 1
            }
            Token::Plus | Token::Minus | Token::Mul | Token::Div | Token::Mod => counted += 1,
            Token::Tilde | Token::TildeAsterisk => {
                return Err(Fault::new(at(), format!("{} has no meaning here", t.token)).hint(slips::REGEX));
            }
            other => {
                let fault = Fault::new(at(), format!("{other} has no meaning here"));
                return Err(
                    fault.hint("operators are = <> < <= > >= + - * / % AND OR NOT IN BETWEEN LIKE ILIKE IS NULL")
                );
            }
        }
        if counted > MOST_TOKENS {
            return Err(Fault::new(0..source.len(), format!("the expression has over {MOST_TOKENS} words and values"))
                .hint("split it into several"));
        }
        if !depth.allows(&t.token) {
            return Err(Fault::new(at(), format!("this is nested over {DEEPEST} levels deep"))
                .hint("split the expression into several"));
        }
        kept.push(t);
    }
    if kept.is_empty() {
        return Err(Fault::new(0..source.len(), "there is only a comment").hint("such as: text.words > 20"));
    }
    Ok(kept)
}

/// How deeply tokens are nested: what is open, and the prefix operators before it.
#[derive(Default)]
struct Depth {
    /// Prefix operators in front of each open parenthesis or CASE.
    open: Vec<usize>,
    before: usize,
    prefixes: usize,
}

impl Depth {
    /// Takes a token; false where it is too deep.
    fn allows(&mut self, token: &Token) -> bool {
        let keyword = match token {
            Token::Word(word) => word.keyword,
            _ => Keyword::NoKeyword,
        };
        match (token, keyword) {
            (Token::LParen, _) | (_, Keyword::CASE) => {
                self.open.push(self.prefixes);
                self.before += std::mem::take(&mut self.prefixes);
            }
            (Token::RParen, _) | (_, Keyword::END) => {
                self.before -= self.open.pop().unwrap_or(0);
                self.prefixes = 0;
            }
            (Token::Minus | Token::Plus, _) | (_, Keyword::NOT | Keyword::BETWEEN) => self.prefixes += 1,
            _ => self.prefixes = 0,
        }
        self.open.len() + self.before + self.prefixes <= DEEPEST
    }
}

/// Lets our keywords through and makes a quoted identifier of every other word.
fn name_or_keyword(word: &mut Word) -> Result<(), Fault> {
    const OURS: &[Keyword] = &[
        Keyword::AND,
        Keyword::OR,
        Keyword::NOT,
        Keyword::IN,
        Keyword::BETWEEN,
        Keyword::LIKE,
        Keyword::ILIKE,
        Keyword::IS,
        Keyword::NULL,
        Keyword::TRUE,
        Keyword::FALSE,
        Keyword::CASE,
        Keyword::WHEN,
        Keyword::THEN,
        Keyword::ELSE,
        Keyword::END,
    ];
    match word.quote_style {
        None if OURS.contains(&word.keyword) => Ok(()),
        None | Some('"') => {
            word.quote_style = Some('"');
            word.keyword = Keyword::NoKeyword;
            Ok(())
        }
        Some(quote) => Err(Fault::new(0..0, format!("{quote} is no quote here"))
            .hint(format!("names with spaces go in double quotes: \"{}\"", word.value))),
    }
}

fn parser_fault(source: &str, last: usize, error: ParserError) -> Fault {
    let message = match error {
        ParserError::RecursionLimitExceeded => {
            return Fault::new(0..source.len(), "the expression is nested too deeply").hint("at most 64 levels");
        }
        ParserError::ParserError(message) | ParserError::TokenizerError(message) => message,
    };
    let (cause, place) = message.rsplit_once(" at Line: ").unwrap_or((&message, ""));
    let located = place.split_once(", Column: ").and_then(|(line, column)| {
        let location = Location { line: line.trim().parse().ok()?, column: column.trim().parse().ok()? };
        Some(byte_of(source, location))
    });
    let ended = cause.ends_with("found: EOF");
    let start = if ended { last } else { located.unwrap_or(last) };
    let length = source[start..].split([' ', '\t', '\n', ',', '(', ')']).next().map_or(0, |w| w.len().max(1));
    let at = start..(start + length).min(source.len());
    let wanted = cause.strip_prefix("Expected: ").and_then(|c| c.split(", found: ").next());
    let wanted = wanted.map(|w| if w == "an expression" { "a name, a number or a 'text'" } else { w });
    let list = |fault: Fault| if wanted == Some("(") { fault.hint("IN takes a list: IN ('a', 'b')") } else { fault };
    match wanted {
        Some(wanted) if ended => {
            list(Fault::new(last..last, format!("the expression ends where {wanted} should follow")))
        }
        Some(wanted) => list(Fault::new(at, format!("{wanted} should stand here"))),
        None => Fault::new(at, lower_first(cause)),
    }
}

fn lower_first(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
