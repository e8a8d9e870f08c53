//! Comparisons, IN and LIKE: only between types that can be compared, with dates as stretches of time.

use super::Type;
use super::error::Fault;
use super::names::{Need, Vocabulary, check_member};
use super::tree::{Literal, Typed};
use crate::domain::IsoDate;
use polars::prelude::{BooleanChunked, Column, DataType, Expr, Field, IntoColumn, NewChunkedArray, PolarsResult, lit};
use std::collections::HashSet;
use std::ops::Range;

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Op {
    fn apply(self, left: Expr, right: Expr) -> Expr {
        match self {
            Self::Equal => left.eq(right),
            Self::NotEqual => left.neq(right),
            Self::Less => left.lt(right),
            Self::LessOrEqual => left.lt_eq(right),
            Self::Greater => left.gt(right),
            Self::GreaterOrEqual => left.gt_eq(right),
        }
    }

    /// The same with its sides exchanged.
    fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}

/// `left op right`; NULL where either is.
pub(super) fn compare(
    left: Typed,
    op: Op,
    right: Typed,
    at: Range<usize>,
    vocabulary: &Vocabulary,
) -> Result<Typed, Fault> {
    if let Some(null) = [&left, &right].into_iter().find(|side| side.kind == Type::Null) {
        return Err(
            Fault::new(null.at.clone(), "a comparison with NULL is never true").hint("write IS NULL or IS NOT NULL")
        );
    }
    let cost = left.cost + right.cost + 1;
    let expr = match (left.kind, right.kind) {
        (Type::Date, Type::Text) => date(&left, op, &right)?,
        (Type::Text, Type::Date) => date(&right, op.turned(), &left)?,
        (Type::Boolean, Type::Boolean) if matches!(op, Op::Equal | Op::NotEqual) => op.apply(left.expr, right.expr),
        (Type::Boolean, Type::Boolean) => {
            return Err(Fault::new(at, "true and false have no order").hint("= and <> compare them"));
        }
        (a, b) if a == b => {
            check_closed(&left, &right, vocabulary)?;
            op.apply(left.expr, right.expr)
        }
        (a, b) if a.is_numeric() && b.is_numeric() => op.apply(left.number(), right.number()),
        _ => return Err(unlike(&left, &right)),
    };
    Ok(Typed::new(expr, Type::Boolean, at, cost))
}

/// Two sides that cannot be compared.
fn unlike(left: &Typed, right: &Typed) -> Fault {
    let (subject, other) = if left.literal.is_some() { (right, left) } else { (left, right) };
    let message = format!("this is {}, compared with {}", other.kind.name(), subject.kind.name());
    let fault = Fault::new(other.at.clone(), message);
    match &other.literal {
        Some(Literal::Text(s)) if subject.kind.is_numeric() && s.trim().parse::<f64>().is_ok() => {
            fault.hint(format!("write it without quotes: {}", s.trim()))
        }
        Some(Literal::Integer(n)) if subject.kind == Type::Text => fault.hint(format!("text goes in quotes: '{n}'")),
        Some(Literal::Integer(n)) if subject.kind == Type::Date => fault.hint(format!("dates go in quotes: '{n}'")),
        Some(Literal::Text(s)) if subject.kind == Type::Boolean && matches!(s.as_str(), "true" | "false") => {
            fault.hint(format!("write it without quotes: {s}"))
        }
        _ => fault,
    }
}

fn check_closed(left: &Typed, right: &Typed, vocabulary: &Vocabulary) -> Result<(), Fault> {
    for (side, other) in [(left, right), (right, left)] {
        if let (Some(need), Some(Literal::Text(text))) = (&side.need, &other.literal)
            && let Some(closed) = need.closed(vocabulary)
        {
            check_member(text, &closed, other.at.clone()).map_err(|fault| meant_field(fault, need, vocabulary))?;
        }
    }
    Ok(())
}

/// Where a field has the name of what cannot have the value, the field may have been meant.
fn meant_field(fault: Fault, need: &Need, vocabulary: &Vocabulary) -> Fault {
    let name = need.column();
    match vocabulary.fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(&name)) {
        Some((field, _)) => fault.hint(format!("{name} is Karat's own: the field is reached as field.{field}")),
        None => fault,
    }
}

/// A date that was written out.
fn written_date(part: &Typed) -> Result<IsoDate, Fault> {
    let wrong = || {
        Fault::new(part.at.clone(), "this is no date")
            .hint("write '2026', '2026-11', '2026-11-20' or '2026-11-20 14:30'")
    };
    match &part.literal {
        Some(Literal::Text(s)) => IsoDate::parse(s.trim()).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

/// A date against a written stretch of time: `=` is within it, `>` after its end, `<=` before its end.
fn date(subject: &Typed, op: Op, written: &Typed) -> Result<Expr, Fault> {
    let IsoDate { start, end } = written_date(written)?;
    let at = || subject.expr.clone();
    let within = || at().gt_eq(lit(start)).and(at().lt(lit(end)));
    Ok(match op {
        Op::Equal => within(),
        Op::NotEqual => within().not(),
        Op::Less => at().lt(lit(start)),
        Op::LessOrEqual => at().lt(lit(end)),
        Op::Greater => at().gt_eq(lit(end)),
        Op::GreaterOrEqual => at().gt_eq(lit(start)),
    })
}

/// `subject IN (list)` of written values; with a NULL among them, what is not in the list is NULL.
pub(super) fn member(
    subject: Typed,
    list: Vec<Typed>,
    at: Range<usize>,
    vocabulary: &Vocabulary,
) -> Result<Typed, Fault> {
    let null = list.iter().any(|v| v.literal == Some(Literal::Null));
    let cost = subject.cost + list.len();
    let mut texts = HashSet::new();
    let (mut numbers, mut stretches, mut truths) = (Vec::new(), Vec::new(), Vec::new());
    for value in &list {
        match (&value.literal, subject.kind) {
            (None, _) => {
                return Err(Fault::new(value.at.clone(), "only written values may stand in a list")
                    .hint("compare with = and OR instead"));
            }
            (Some(Literal::Null), _) => {}
            (Some(Literal::Text(_)), Type::Date) => stretches.push(written_date(value)?),
            (Some(Literal::Text(s)), Type::Text) => {
                check_closed(&subject, value, vocabulary)?;
                texts.insert(s.clone());
            }
            (Some(Literal::Integer(n)), Type::Integer | Type::Number) => numbers.push(*n as f64),
            (Some(Literal::Number(x)), Type::Integer | Type::Number) => numbers.push(*x),
            (Some(Literal::Boolean(b)), Type::Boolean) => truths.push(*b),
            _ => return Err(unlike(&subject, value)),
        }
    }
    let missing = move |found: bool| (found || !null).then_some(found);
    let expr = match subject.kind {
        Type::Null => {
            return Err(Fault::new(subject.at, "NULL is in no list").hint("write IS NULL or IS NOT NULL"));
        }
        Type::Text => subject
            .expr
            .map(move |c| Ok(c.str()?.iter().map(|v| missing(texts.contains(v?))).collect_in(&c)), boolean_field),
        Type::Boolean => subject
            .expr
            .map(move |c| Ok(c.bool()?.iter().map(|v| missing(truths.contains(&v?))).collect_in(&c)), boolean_field),
        Type::Date => subject.expr.map(
            move |c| {
                let within = |t: i64| stretches.iter().any(|s| (s.start..s.end).contains(&t));
                Ok(c.i64()?.iter().map(|v| missing(within(v?))).collect_in(&c))
            },
            boolean_field,
        ),
        Type::Integer | Type::Number => subject
            .number()
            .map(move |c| Ok(c.f64()?.iter().map(|v| missing(numbers.contains(&v?))).collect_in(&c)), boolean_field),
    };
    Ok(Typed::new(expr, Type::Boolean, at, cost))
}

/// Collects truth values into a column that is called as its source.
pub(super) trait CollectIn: Iterator<Item = Option<bool>> + Sized {
    fn collect_in(self, source: &Column) -> Column {
        BooleanChunked::from_iter_options(source.name().clone(), self).into_column()
    }
}
impl<I: Iterator<Item = Option<bool>>> CollectIn for I {}

/// The type of a closure that gives truth values.
pub(super) fn boolean_field(_: &polars::prelude::Schema, field: &Field) -> PolarsResult<Field> {
    Ok(Field::new(field.name().clone(), DataType::Boolean))
}

/// `subject LIKE pattern`: `%` is any text, `_` any one character; ILIKE without regard to letter case.
pub(super) fn like(subject: Typed, pattern: Typed, fold: bool, at: Range<usize>) -> Result<Typed, Fault> {
    if subject.kind != Type::Text {
        return Err(Fault::new(subject.at, format!("this is {}, and LIKE is about text", subject.kind.name())));
    }
    let Some(Literal::Text(pattern)) = pattern.literal else {
        return Err(Fault::new(pattern.at, "the pattern must be a text in quotes").hint("such as LIKE '%refund%'"));
    };
    let pattern: Vec<char> = if fold { pattern.to_lowercase().chars().collect() } else { pattern.chars().collect() };
    let matches = move |text: &str| {
        let text: Vec<char> =
            if fold { text.chars().flat_map(char::to_lowercase).collect() } else { text.chars().collect() };
        wildcard(&text, &pattern)
    };
    let expr = subject.expr.map(move |c| Ok(c.str()?.iter().map(|v| Some(matches(v?))).collect_in(&c)), boolean_field);
    Ok(Typed::new(expr, Type::Boolean, at, subject.cost + 1))
}

/// Matches greedily, going back to the last `%` where it must: at most length × length steps.
fn wildcard(text: &[char], pattern: &[char]) -> bool {
    let (mut t, mut p) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('%') => {
                back = Some((p + 1, t));
                p += 1;
            }
            Some(c) if *c == '_' || *c == text[t] => (t, p) = (t + 1, p + 1),
            _ => match &mut back {
                Some((after, from)) => {
                    *from += 1;
                    (p, t) = (*after, *from);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '%')
}
