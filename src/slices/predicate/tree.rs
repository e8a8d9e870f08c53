//! Checks sqlparser's tree against the allow-list and the types, and compiles it to polars expressions.

use super::compare::{self, Op};
use super::error::{Fault, bytes_of};
use super::names::{self, Need, Vocabulary};
use super::{Type, functions, parse};
use polars::prelude::{DataType, Expr, LiteralValue, col, lit, when};
use sqlparser::ast::{self, BinaryOperator, Spanned, UnaryOperator, Value};
use std::collections::BTreeSet;
use std::ops::Range;

/// Levels of nesting; chains of AND and OR count as one.
const DEEPEST: usize = 64;
/// Operators, names and values.
const MOST_NODES: usize = 2000;
/// Polars expressions that they may become: BETWEEN, for one, compiles its subject twice.
const MOST_COMPILED: usize = 20_000;

/// A value that was written out.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Null,
    Text(String),
    Integer(i64),
    Number(f64),
    Boolean(bool),
}

/// A compiled part with what its surroundings must know.
pub(super) struct Typed {
    pub(super) expr: Expr,
    pub(super) kind: Type,
    pub(super) literal: Option<Literal>,
    pub(super) need: Option<Need>,
    pub(super) at: Range<usize>,
    pub(super) cost: usize,
}

impl Typed {
    pub(super) fn new(expr: Expr, kind: Type, at: Range<usize>, cost: usize) -> Self {
        Self { expr, kind, literal: None, need: None, at, cost }
    }

    /// The part as a floating-point number.
    pub(super) fn number(self) -> Expr {
        match self.kind {
            Type::Number => self.expr,
            _ => self.expr.cast(DataType::Float64),
        }
    }
}

/// What compiling a whole expression gives.
pub(super) fn compile(source: &str, vocabulary: &Vocabulary) -> Result<(Expr, BTreeSet<Need>), Fault> {
    let tree = parse::parse(source)?;
    let mut builder = Builder { source, vocabulary, needs: BTreeSet::new(), nodes: 0 };
    let whole = builder.condition(&tree, 0)?;
    Ok((whole.expr, builder.needs))
}

pub(super) struct Builder<'a> {
    source: &'a str,
    pub(super) vocabulary: &'a Vocabulary,
    needs: BTreeSet<Need>,
    nodes: usize,
}

impl Builder<'_> {
    /// A part that must be true or false.
    fn condition(&mut self, e: &ast::Expr, depth: usize) -> Result<Typed, Fault> {
        let part = self.part(e, depth)?;
        match part.kind {
            Type::Boolean => Ok(part),
            Type::Null => Ok(Typed { expr: part.expr.cast(DataType::Boolean), kind: Type::Boolean, ..part }),
            kind => Err(Fault::new(part.at, format!("this is {} where a condition is needed", kind.name()))
                .hint("compare it with something: = <> < > IN LIKE IS NULL")),
        }
    }

    /// Any part.
    pub(super) fn part(&mut self, e: &ast::Expr, depth: usize) -> Result<Typed, Fault> {
        self.nodes += 1;
        let at = || self.at(e);
        if depth > DEEPEST {
            return Err(Fault::new(
                0..self.source.len(),
                format!("the expression is nested over {DEEPEST} levels deep"),
            )
            .hint("split it into several"));
        }
        if self.nodes > MOST_NODES {
            return Err(Fault::new(0..self.source.len(), format!("the expression has over {MOST_NODES} parts"))
                .hint("split it into several"));
        }
        let below = depth + 1;
        let part = match e {
            ast::Expr::Nested(inner) => self.part(inner, below)?,
            ast::Expr::Identifier(name) => self.name(&[name.value.as_str()], at())?,
            ast::Expr::CompoundIdentifier(parts) => {
                let at = at();
                self.name(&parts.iter().map(|p| p.value.as_str()).collect::<Vec<_>>(), at)?
            }
            ast::Expr::Value(value) => literal(&value.value, at())?,
            ast::Expr::UnaryOp { op, expr } => self.unary(op, expr, at(), below)?,
            ast::Expr::BinaryOp { op: op @ (BinaryOperator::And | BinaryOperator::Or), .. } => {
                self.chain(e, op, at(), below)?
            }
            ast::Expr::BinaryOp { left, op, right } => {
                let at = at();
                let (left, right) = (self.part(left, below)?, self.part(right, below)?);
                binary(left, op, right, at, self.vocabulary)?
            }
            ast::Expr::IsNull(inner) | ast::Expr::IsNotNull(inner) => {
                let at = at();
                let part = self.part(inner, below)?;
                let cost = part.cost + 1;
                let expr =
                    if matches!(e, ast::Expr::IsNull(_)) { part.expr.is_null() } else { part.expr.is_not_null() };
                Typed::new(expr, Type::Boolean, at, cost)
            }
            ast::Expr::IsTrue(inner)
            | ast::Expr::IsNotTrue(inner)
            | ast::Expr::IsFalse(inner)
            | ast::Expr::IsNotFalse(inner) => {
                let at = at();
                let part = self.condition(inner, below)?;
                let wanted = matches!(e, ast::Expr::IsTrue(_) | ast::Expr::IsNotTrue(_));
                let is = part.expr.eq(lit(wanted)).fill_null(lit(false));
                let negated = matches!(e, ast::Expr::IsNotTrue(_) | ast::Expr::IsNotFalse(_));
                Typed::new(if negated { is.not() } else { is }, Type::Boolean, at, part.cost + 3)
            }
            ast::Expr::InList { expr, list, negated } => {
                let at = at();
                let subject = self.part(expr, below)?;
                let list = list.iter().map(|v| self.part(v, below)).collect::<Result<Vec<_>, _>>()?;
                negate(compare::member(subject, list, at, self.vocabulary)?, *negated)
            }
            ast::Expr::Between { expr, negated, low, high } => {
                let at = at();
                let (low, high) = (self.part(low, below)?, self.part(high, below)?);
                let (from, to) = (self.part(expr, below)?, self.part(expr, below)?);
                let from = compare::compare(from, Op::GreaterOrEqual, low, at.clone(), self.vocabulary)?;
                let to = compare::compare(to, Op::LessOrEqual, high, at.clone(), self.vocabulary)?;
                let cost = from.cost + to.cost + 1;
                negate(Typed::new(from.expr.and(to.expr), Type::Boolean, at, cost), *negated)
            }
            ast::Expr::Like { negated, any: false, expr, pattern, escape_char: None } => {
                let at = at();
                let (subject, pattern) = (self.part(expr, below)?, self.part(pattern, below)?);
                negate(compare::like(subject, pattern, false, at)?, *negated)
            }
            ast::Expr::ILike { negated, any: false, expr, pattern, escape_char: None } => {
                let at = at();
                let (subject, pattern) = (self.part(expr, below)?, self.part(pattern, below)?);
                negate(compare::like(subject, pattern, true, at)?, *negated)
            }
            ast::Expr::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref(), at(), below)?
            }
            ast::Expr::Function(function) => functions::call(self, function, at(), below)?,
            _ => {
                return Err(Fault::new(at(), "this is not part of the language").hint(
                    "there are comparisons, AND OR NOT, IN, BETWEEN, LIKE, ILIKE, IS NULL, CASE and arithmetic",
                ));
            }
        };
        if part.cost > MOST_COMPILED {
            return Err(Fault::new(part.at, "the expression is too large").hint("split it into several"));
        }
        Ok(part)
    }

    /// The place of a part in the source.
    fn at(&self, e: &ast::Expr) -> Range<usize> {
        bytes_of(self.source, e.span())
    }

    /// The place of some bytes of a written text, in which a quote stands twice.
    pub(super) fn within_text(&self, literal: &Range<usize>, bytes: &Range<usize>) -> Range<usize> {
        let inside = self.source.get(literal.start + 1..literal.end.saturating_sub(1)).unwrap_or_default();
        let (mut read, mut starts, mut written) = (0, Vec::new(), inside.char_indices());
        while let Some((i, c)) = written.next() {
            starts.push((read, literal.start + 1 + i));
            read += c.len_utf8();
            if c == '\'' {
                written.next();
            }
        }
        let place = |byte: usize| starts.iter().find(|(read, _)| *read >= byte).map(|(_, place)| *place);
        let end = literal.end.saturating_sub(1);
        let start = place(bytes.start).unwrap_or(end);
        start..place(bytes.end).unwrap_or(end).max(start)
    }

    fn name(&mut self, parts: &[&str], at: Range<usize>) -> Result<Typed, Fault> {
        let need = names::resolve(parts, at.clone(), self.vocabulary)?;
        Ok(self.column(need, at))
    }

    /// A column of the frame.
    pub(super) fn column(&mut self, need: Need, at: Range<usize>) -> Typed {
        self.needs.insert(need.clone());
        let typed = Typed::new(col(need.column()), need.kind(), at, 1);
        Typed { need: Some(need), ..typed }
    }

    fn unary(&mut self, op: &UnaryOperator, inner: &ast::Expr, at: Range<usize>, depth: usize) -> Result<Typed, Fault> {
        match op {
            UnaryOperator::Not => {
                let part = self.condition(inner, depth)?;
                Ok(negate(Typed { at, ..part }, true))
            }
            UnaryOperator::Minus | UnaryOperator::Plus => {
                let part = self.part(inner, depth)?;
                let minus = matches!(op, UnaryOperator::Minus);
                match part.literal {
                    Some(Literal::Integer(n)) if minus => Ok(of_literal(Literal::Integer(-n), at)),
                    Some(Literal::Number(x)) if minus => Ok(of_literal(Literal::Number(-x), at)),
                    _ if !minus => functions::numeric(part),
                    _ => functions::arithmetic(
                        of_literal(Literal::Integer(0), at.clone()),
                        &BinaryOperator::Minus,
                        part,
                        at,
                    ),
                }
            }
            other => Err(Fault::new(at, format!("{other} has no meaning here"))),
        }
    }

    /// A chain of AND or of OR, however long, as a balanced tree.
    fn chain(&mut self, e: &ast::Expr, op: &BinaryOperator, at: Range<usize>, depth: usize) -> Result<Typed, Fault> {
        let mut links = Vec::new();
        let mut rest = e;
        while let ast::Expr::BinaryOp { left, op: this, right } = rest
            && this == op
        {
            links.push(right.as_ref());
            rest = left;
        }
        links.push(rest);
        self.nodes += links.len() - 1;
        let mut parts = links.into_iter().rev().map(|l| self.condition(l, depth)).collect::<Result<Vec<_>, _>>()?;
        while parts.len() > 1 {
            let mut joined = Vec::with_capacity(parts.len().div_ceil(2));
            let mut each = parts.into_iter();
            while let Some(a) = each.next() {
                joined.push(match each.next() {
                    None => a,
                    Some(b) => {
                        let expr = if *op == BinaryOperator::And { a.expr.and(b.expr) } else { a.expr.or(b.expr) };
                        Typed::new(expr, Type::Boolean, a.at.start..b.at.end, a.cost + b.cost + 1)
                    }
                });
            }
            parts = joined;
        }
        parts.pop().map(|whole| Typed { at: at.clone(), ..whole }).ok_or_else(|| Fault::new(at, "an empty chain"))
    }

    fn case(
        &mut self,
        operand: Option<&ast::Expr>,
        conditions: &[ast::CaseWhen],
        otherwise: Option<&ast::Expr>,
        at: Range<usize>,
        depth: usize,
    ) -> Result<Typed, Fault> {
        let mut branches = Vec::new();
        for ast::CaseWhen { condition, result } in conditions {
            let condition = match operand {
                None => self.condition(condition, depth)?,
                Some(operand) => {
                    let (left, right) = (self.part(operand, depth)?, self.part(condition, depth)?);
                    let at = right.at.clone();
                    compare::compare(left, Op::Equal, right, at, self.vocabulary)?
                }
            };
            branches.push((condition, self.part(result, depth)?));
        }
        let otherwise = match otherwise {
            Some(e) => self.part(e, depth)?,
            None => of_literal(Literal::Null, at.clone()),
        };
        let (conditions, mut values): (Vec<_>, Vec<_>) = branches.into_iter().unzip();
        values.push(otherwise);
        let (kind, mut values, cost) = functions::unified(values)?;
        let cost = cost + conditions.iter().map(|c| c.cost + 1).sum::<usize>();
        let last = values.pop().unwrap_or_else(|| lit(LiteralValue::untyped_null()));
        let expr = conditions
            .into_iter()
            .zip(values)
            .rev()
            .fold(last, |rest, (condition, value)| when(condition.expr).then(value).otherwise(rest));
        Ok(Typed::new(expr, kind, at, cost))
    }
}

/// NOT, where it is asked for; of NULL it is NULL.
fn negate(part: Typed, negated: bool) -> Typed {
    if !negated {
        return part;
    }
    Typed::new(part.expr.not(), Type::Boolean, part.at, part.cost + 1)
}

fn binary(
    left: Typed,
    op: &BinaryOperator,
    right: Typed,
    at: Range<usize>,
    vocabulary: &Vocabulary,
) -> Result<Typed, Fault> {
    let op = match op {
        BinaryOperator::Eq => Op::Equal,
        BinaryOperator::NotEq => Op::NotEqual,
        BinaryOperator::Lt => Op::Less,
        BinaryOperator::LtEq => Op::LessOrEqual,
        BinaryOperator::Gt => Op::Greater,
        BinaryOperator::GtEq => Op::GreaterOrEqual,
        other => return functions::arithmetic(left, other, right, at),
    };
    compare::compare(left, op, right, at, vocabulary)
}

fn literal(value: &Value, at: Range<usize>) -> Result<Typed, Fault> {
    let literal = match value {
        Value::Null => Literal::Null,
        Value::Boolean(b) => Literal::Boolean(*b),
        Value::SingleQuotedString(s) => Literal::Text(s.clone()),
        Value::Number(digits, false) => match (digits.parse::<i64>(), digits.parse::<f64>()) {
            (Ok(n), _) => Literal::Integer(n),
            (_, Ok(x)) if x.is_finite() => Literal::Number(x),
            _ => return Err(Fault::new(at, format!("{digits} is no number that can be held"))),
        },
        _ => {
            return Err(
                Fault::new(at, "this kind of value is not known here").hint("text goes in single quotes: 'text'")
            );
        }
    };
    Ok(of_literal(literal, at))
}

pub(super) fn of_literal(literal: Literal, at: Range<usize>) -> Typed {
    let (expr, kind) = match &literal {
        Literal::Null => (lit(LiteralValue::untyped_null()), Type::Null),
        Literal::Text(s) => (lit(s.clone()), Type::Text),
        Literal::Integer(n) => (lit(*n), Type::Integer),
        Literal::Number(x) => (lit(*x), Type::Number),
        Literal::Boolean(b) => (lit(*b), Type::Boolean),
    };
    Typed { literal: Some(literal), ..Typed::new(expr, kind, at, 1) }
}
