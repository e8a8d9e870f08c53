//! Functions of one row, and arithmetic: floating point, NULL where it has no finite result.

use super::Type;
use super::compare::{CollectIn, boolean_field};
use super::error::Fault;
use super::names::Need;
use super::pattern::{Pattern, Test};
use super::tree::{Builder, Literal, Typed};
use crate::domain::{civil, did_you_mean};
use polars::prelude::{
    Column, DataType, Expr, Field, Float64Chunked, Int64Chunked, IntoColumn, LiteralValue, NewChunkedArray,
    PolarsResult, Schema, StringChunked, coalesce, lit,
};
use sqlparser::ast::{self, BinaryOperator, FunctionArg, FunctionArgExpr, FunctionArguments};
use std::ops::Range;

/// The functions of one row; `text.` goes before the tests to test the item's text.
const KNOWN: &[&str] = &[
    "lower",
    "upper",
    "trim",
    "length",
    "abs",
    "round",
    "coalesce",
    "year",
    "month",
    "contains",
    "starts_with",
    "ends_with",
    "matches",
];
/// What a regular expression counts for among the parts of an expression: so many of them are too large.
const REGEX_COST: usize = 200;

/// A call such as `lower(product)` or `text.contains('refund')`.
pub(super) fn call(b: &mut Builder<'_>, f: &ast::Function, at: Range<usize>, depth: usize) -> Result<Typed, Fault> {
    let names: Vec<&str> = f.name.0.iter().filter_map(|p| p.as_ident()).map(|i| i.value.as_str()).collect();
    let plain = f.over.is_none()
        && f.filter.is_none()
        && f.within_group.is_empty()
        && f.null_treatment.is_none()
        && matches!(f.parameters, FunctionArguments::None);
    let args = arguments(&f.args).filter(|_| plain && names.len() == f.name.0.len());
    let args = args.ok_or_else(|| Fault::new(at.clone(), "a function takes plain values and columns here"))?;
    let parts = args.into_iter().map(|a| b.part(a, depth)).collect::<Result<Vec<_>, _>>()?;
    match names.as_slice() {
        [prefix, name] if prefix.eq_ignore_ascii_case("text") => {
            let test = test_named(name).ok_or_else(|| {
                let known: Vec<String> = Test::ALL.iter().map(|t| format!("text.{t}")).collect();
                let whole = format!("text.{name}");
                Fault::new(at.clone(), format!("no function is called {whole}"))
                    .hint(did_you_mean(&whole, known.iter().map(String::as_str)))
            })?;
            let [pattern] = take(parts, &format!("text.{name}"), &at)?;
            checked(b, test, &pattern)?;
            let pattern = written_text(&pattern)?.to_owned();
            let column = b.column(Need::TextTest(test, pattern), at);
            Ok(Typed { cost: cost_of(test), ..column })
        }
        [name] => one(b, &name.to_lowercase(), parts, at),
        _ => Err(Fault::new(at, format!("no function is called {}", names.join(".")))),
    }
}

fn test_named(name: &str) -> Option<Test> {
    name.to_lowercase().parse().ok()
}

fn cost_of(test: Test) -> usize {
    if test == Test::Matches { REGEX_COST } else { 1 }
}

/// A written pattern, ready to test with.
fn checked(b: &Builder<'_>, test: Test, pattern: &Typed) -> Result<Pattern, Fault> {
    test.pattern(written_text(pattern)?).map_err(|bad| {
        let at = b.within_text(&pattern.at, &bad.at);
        Fault::new(at, format!("this is no regular expression: {}", bad.message))
            .hint("text.contains('…') looks for a text as it stands; in a regular expression \\( and \\. are plain")
    })
}

fn arguments(args: &FunctionArguments) -> Option<Vec<&ast::Expr>> {
    let FunctionArguments::List(list) = args else { return None };
    if list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
        return None;
    }
    list.args
        .iter()
        .map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) => Some(e),
            _ => None,
        })
        .collect()
}

fn one(b: &Builder<'_>, name: &str, parts: Vec<Typed>, at: Range<usize>) -> Result<Typed, Fault> {
    let cost = parts.iter().map(|p| p.cost).sum::<usize>() + test_named(name).map_or(1, cost_of);
    let (expr, kind) = match name {
        "lower" => (text(take(parts, name, &at)?, |s| s.to_lowercase())?, Type::Text),
        "upper" => (text(take(parts, name, &at)?, |s| s.to_uppercase())?, Type::Text),
        "trim" => (text(take(parts, name, &at)?, |s| s.trim().to_owned())?, Type::Text),
        "length" => {
            let [subject] = take(parts, name, &at)?;
            let subject = wanted(subject, Type::Text)?;
            let count = |c: Column| {
                let lengths = c.str()?.iter().map(|v| v.map(|s| s.chars().count() as i64));
                Ok(Int64Chunked::from_iter_options(c.name().clone(), lengths).into_column())
            };
            (subject.map(count, field(DataType::Int64)), Type::Integer)
        }
        "abs" => {
            let [subject] = take(parts, name, &at)?;
            (numbers(numeric(subject)?, f64::abs), Type::Number)
        }
        "round" => {
            let mut parts = parts;
            let digits = match parts.len() {
                2 => parts.pop().map_or(Ok(0), |d| digits(&d))?,
                _ => 0,
            };
            let [subject] = take(parts, name, &at)?;
            let scale = 10_f64.powi(digits);
            (numbers(numeric(subject)?, move |x| (x * scale).round() / scale), Type::Number)
        }
        "coalesce" if !parts.is_empty() => {
            let (kind, values, _) = unified(parts)?;
            (coalesce(&values), kind)
        }
        "year" => (date_part(take(parts, name, &at)?, |t| civil(t).0)?, Type::Integer),
        "month" => (date_part(take(parts, name, &at)?, |t| civil(t).1)?, Type::Integer),
        _ => match test_named(name) {
            Some(test) => {
                let [subject, pattern] = take(parts, name, &at)?;
                let pattern = checked(b, test, &pattern)?;
                let holds = move |c: Column| Ok(c.str()?.iter().map(|v| Some(pattern.holds(v?))).collect_in(&c));
                (wanted(subject, Type::Text)?.map(holds, boolean_field), Type::Boolean)
            }
            None => {
                let hint = did_you_mean(name, KNOWN.iter().copied());
                return Err(Fault::new(at, format!("no function is called {name}")).hint(hint));
            }
        },
    };
    Ok(Typed::new(expr, kind, at, cost))
}

/// Exactly so many arguments.
fn take<const N: usize>(parts: Vec<Typed>, name: &str, at: &Range<usize>) -> Result<[Typed; N], Fault> {
    let given = parts.len();
    parts.try_into().map_err(|_| {
        let values = if N == 1 { "value" } else { "values" };
        Fault::new(at.clone(), format!("{name} takes {N} {values}, not {given}"))
    })
}

/// A part of this type, NULL included.
fn wanted(part: Typed, kind: Type) -> Result<Expr, Fault> {
    match part.kind {
        k if k == kind => Ok(part.expr),
        Type::Null => Ok(part.expr.cast(DataType::String)),
        other => Err(Fault::new(part.at, format!("this is {} where {} is needed", other.name(), kind.name()))),
    }
}

fn written_text(part: &Typed) -> Result<&str, Fault> {
    match &part.literal {
        Some(Literal::Text(s)) => Ok(s),
        _ => Err(Fault::new(part.at.clone(), "the pattern must be a text in quotes").hint("such as 'refund'")),
    }
}

fn digits(part: &Typed) -> Result<i32, Fault> {
    match part.literal {
        Some(Literal::Integer(n @ 0..=15)) => Ok(n as i32),
        _ => Err(Fault::new(part.at.clone(), "the number of decimals must be a whole number from 0 to 15")),
    }
}

fn text([subject]: [Typed; 1], f: fn(&str) -> String) -> Result<Expr, Fault> {
    let change = move |c: Column| {
        let changed = c.str()?.iter().map(|v| v.map(f));
        Ok(StringChunked::from_iter_options(c.name().clone(), changed).into_column())
    };
    Ok(wanted(subject, Type::Text)?.map(change, field(DataType::String)))
}

fn date_part([subject]: [Typed; 1], f: fn(i64) -> i64) -> Result<Expr, Fault> {
    if subject.kind != Type::Date {
        return Err(Fault::new(subject.at, format!("this is {} where a date is needed", subject.kind.name())));
    }
    let change = move |c: Column| {
        Ok(Int64Chunked::from_iter_options(c.name().clone(), c.i64()?.iter().map(|v| v.map(f))).into_column())
    };
    Ok(subject.expr.map(change, field(DataType::Int64)))
}

fn field(kind: DataType) -> impl Fn(&Schema, &Field) -> PolarsResult<Field> + Send + Sync {
    move |_, f| Ok(Field::new(f.name().clone(), kind.clone()))
}

/// A number, or an error that points at what is none.
pub(super) fn numeric(part: Typed) -> Result<Typed, Fault> {
    if part.kind.is_numeric() || part.kind == Type::Null {
        let (at, cost) = (part.at.clone(), part.cost + 1);
        return Ok(Typed::new(part.number(), Type::Number, at, cost));
    }
    let fault = Fault::new(part.at, format!("this is {} where a number is needed", part.kind.name()));
    Err(if part.kind == Type::Text { fault.hint("length(…) counts characters") } else { fault })
}

fn numbers(part: Typed, f: impl Fn(f64) -> f64 + Send + Sync + 'static) -> Expr {
    let change = move |c: Column| {
        let changed = c.f64()?.iter().map(|v| v.map(&f).filter(|x| x.is_finite()));
        Ok(Float64Chunked::from_iter_options(c.name().clone(), changed).into_column())
    };
    part.expr.map(change, field(DataType::Float64))
}

/// `left op right` of numbers; a division by zero and an overflow are NULL.
pub(super) fn arithmetic(left: Typed, op: &BinaryOperator, right: Typed, at: Range<usize>) -> Result<Typed, Fault> {
    let f: fn(f64, f64) -> f64 = match op {
        BinaryOperator::Plus => |a, b| a + b,
        BinaryOperator::Minus => |a, b| a - b,
        BinaryOperator::Multiply => |a, b| a * b,
        BinaryOperator::Divide => |a, b| a / b,
        BinaryOperator::Modulo => |a, b| a % b,
        other => return Err(Fault::new(at, format!("{other} has no meaning here"))),
    };
    let (left, right) = (numeric(left)?, numeric(right)?);
    let cost = left.cost + right.cost + 1;
    let both = move |columns: &mut [Column]| {
        let [a, b] = columns else { return Err(polars::prelude::polars_err!(ComputeError: "two columns")) };
        let rows = if a.len() == 1 { b.len() } else { a.len() };
        let (name, a, b) = (a.name().clone(), a.f64()?.clone(), b.f64()?.clone());
        let value = |c: &Float64Chunked, row: usize| c.get(if c.len() == 1 { 0 } else { row });
        let results = (0..rows).map(|row| Some(f(value(&a, row)?, value(&b, row)?)).filter(|x| x.is_finite()));
        Ok(Float64Chunked::from_iter_options(name, results).into_column())
    };
    let kind = |_: &Schema, fields: &[Field]| {
        let name = fields.first().map(|f| f.name().clone()).unwrap_or_default();
        Ok(Field::new(name, DataType::Float64))
    };
    Ok(Typed::new(left.expr.map_many(both, &[right.expr], kind), Type::Number, at, cost))
}

/// Parts that must have one type: whole numbers beside others become numbers, NULL takes any.
pub(super) fn unified(parts: Vec<Typed>) -> Result<(Type, Vec<Expr>, usize), Fault> {
    let cost = parts.iter().map(|p| p.cost + 1).sum();
    let mut kind = Type::Null;
    for part in &parts {
        kind = match (kind, part.kind) {
            (Type::Null, other) | (other, Type::Null) => other,
            (a, b) if a == b => a,
            (a, b) if a.is_numeric() && b.is_numeric() => Type::Number,
            (a, b) => {
                let message = format!("this is {}, and the value before it is {}", b.name(), a.name());
                return Err(Fault::new(part.at.clone(), message).hint("all of them must be of one type"));
            }
        };
    }
    let null = || lit(LiteralValue::untyped_null());
    let target = match kind {
        Type::Text => DataType::String,
        Type::Integer | Type::Date => DataType::Int64,
        Type::Number => DataType::Float64,
        Type::Boolean => DataType::Boolean,
        Type::Null => return Ok((kind, parts.iter().map(|_| null()).collect(), cost)),
    };
    let cast = |p: Typed| if p.kind == kind { p.expr } else { p.expr.cast(target.clone()) };
    Ok((kind, parts.into_iter().map(cast).collect(), cost))
}
