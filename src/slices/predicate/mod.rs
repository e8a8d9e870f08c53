//! Predicates: what a person types to choose items, such as `product = 'phone' AND text.words > 20`.
//!
//! SQL's expressions, parsed with `sqlparser`, allow-listed, typed and compiled by us to polars expressions over a
//! frame of only the columns that are named. A NULL result counts as false, so that what does not match is the exact
//! complement of what does. Nothing that is typed can write, and nothing takes the program down: length, depth and
//! size are bounded before anything recurses.
//!
//! Fields are bare names (`"odd name"` where they need quotes, `field.NAME` where a built-in has the same name).
//! Built-ins: `id`, `text`, `text.words`, `text.chars`, `text.has_url` and other
//! measures ([`super::text::Measure`]), `text.contains('…')`, `text.starts_with('…')`,
//! `text.ends_with('…')`, `text.matches('…')` (a regular expression, found anywhere), `answer.PERSON`, `answer` and `guideline`
//! (of any one answer), `label.value`,
//! `label.origin`, `gold`, `split`, `lane`. Answers, settled values and gold of a rating are numbers.

mod compare;
mod error;
mod functions;
mod names;
mod parse;
mod pattern;
mod slips;
mod tree;

pub use error::PredicateError;
pub use names::{Need, Vocabulary, is_builtin, quoted};
pub use pattern::{BadPattern, Pattern, Test};

use crate::domain::FieldType;
use crate::error::{Error, Result};
use polars::prelude::{DataFrame, Expr, IntoLazy, PolarsResult};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The type of a value in a predicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Text; a `String` column.
    Text,
    /// A whole number; an `Int64` column.
    Integer,
    /// A number; a `Float64` column, never NaN.
    Number,
    /// A truth value; a `Boolean` column.
    Boolean,
    /// A time; an `Int64` column of UTC milliseconds.
    Date,
    /// The literal NULL.
    Null,
}

impl Type {
    fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Number)
    }

    /// As it is called in a message.
    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer | Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Date => "a date",
            Self::Null => "NULL",
        }
    }
}

impl From<FieldType> for Type {
    fn from(kind: FieldType) -> Self {
        match kind {
            FieldType::Text => Self::Text,
            FieldType::Integer => Self::Integer,
            FieldType::Number => Self::Number,
            FieldType::Boolean => Self::Boolean,
            FieldType::Date => Self::Date,
        }
    }
}

/// A checked predicate.
#[derive(Debug, Clone)]
pub struct Predicate {
    source: String,
    expr: Expr,
    needs: BTreeSet<Need>,
}

impl Predicate {
    /// Reads what was typed.
    ///
    /// # Errors
    /// Says what is wrong, points at the place and suggests.
    pub fn parse(source: &str, vocabulary: &Vocabulary) -> Result<Self, PredicateError> {
        let (expr, needs) = tree::compile(source, vocabulary).map_err(|fault| fault.within(source))?;
        Ok(Self { source: source.to_owned(), expr, needs })
    }

    /// What was typed.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The columns that the frame must have, each under [`Need::column`] with the type of [`Need::kind`].
    pub fn needs(&self) -> &BTreeSet<Need> {
        &self.needs
    }

    /// Which rows of the frame match; NULL does not. A predicate that names no column holds for every row or none.
    ///
    /// # Errors
    /// Where a needed column is not there or not of its type.
    pub fn mask(&self, frame: &DataFrame) -> Result<Vec<bool>> {
        let rows = frame.height();
        // Types were checked, so polars has nothing to refuse; should it panic all the same, the program stays up.
        let evaluated = catch_unwind(AssertUnwindSafe(|| self.evaluate(frame)))
            .map_err(|_| Error::internal(format!("the expression {:?} could not be evaluated", self.source)))?
            .map_err(|e| Error::internal(format!("the expression {:?}: {e}", self.source)))?;
        match evaluated.as_slice() {
            [one] if rows != 1 => Ok(vec![*one; rows]),
            _ => Ok(evaluated),
        }
    }

    fn evaluate(&self, frame: &DataFrame) -> PolarsResult<Vec<bool>> {
        let result = frame.clone().lazy().select([self.expr.clone().alias("mask")]).collect()?;
        Ok(result.column("mask")?.bool()?.iter().map(|b| b.unwrap_or(false)).collect())
    }
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
