//! Typed values on their way into a polars column.

use crate::domain::{FieldType, FieldValue, IsoDate};
use polars::prelude::{
    BooleanChunkedBuilder, ChunkedBuilder, Column, Float64Type, Int64Type, IntoColumn, PrimitiveChunkedBuilder,
    StringChunkedBuilder,
};

/// A column that is filled row by row. Dates become UTC milliseconds.
pub struct Filling(Builder);

enum Builder {
    Text(StringChunkedBuilder),
    Integer(PrimitiveChunkedBuilder<Int64Type>),
    Number(PrimitiveChunkedBuilder<Float64Type>),
    Boolean(BooleanChunkedBuilder),
    Date(PrimitiveChunkedBuilder<Int64Type>),
}

impl Filling {
    /// An empty column of a name and type, with room for some rows.
    pub fn new(name: &str, kind: FieldType, rows: usize) -> Self {
        let name = name.into();
        Self(match kind {
            FieldType::Text => Builder::Text(StringChunkedBuilder::new(name, rows)),
            FieldType::Integer => Builder::Integer(PrimitiveChunkedBuilder::new(name, rows)),
            FieldType::Number => Builder::Number(PrimitiveChunkedBuilder::new(name, rows)),
            FieldType::Boolean => Builder::Boolean(BooleanChunkedBuilder::new(name, rows)),
            FieldType::Date => Builder::Date(PrimitiveChunkedBuilder::new(name, rows)),
        })
    }

    /// Appends a value; one that is not of the column's type is missing.
    pub fn push(&mut self, value: &FieldValue) {
        match (&mut self.0, value) {
            (Builder::Text(b), FieldValue::Null) => b.append_null(),
            (Builder::Text(b), FieldValue::Text(s)) => b.append_value(s),
            (Builder::Text(b), other) => b.append_value(other.display()),
            (Builder::Integer(b), FieldValue::Integer(n)) => b.append_value(*n),
            (Builder::Number(b), FieldValue::Number(x)) if x.is_finite() => b.append_value(*x),
            (Builder::Number(b), FieldValue::Integer(n)) => b.append_value(*n as f64),
            (Builder::Boolean(b), FieldValue::Boolean(x)) => b.append_value(*x),
            (Builder::Date(b), FieldValue::Text(s)) => b.append_option(IsoDate::parse(s).map(|d| d.start)),
            (Builder::Integer(b) | Builder::Date(b), _) => b.append_null(),
            (Builder::Number(b), _) => b.append_null(),
            (Builder::Boolean(b), _) => b.append_null(),
        }
    }

    /// Appends a text to a column of texts.
    pub fn push_text(&mut self, text: &str) {
        match &mut self.0 {
            Builder::Text(b) => b.append_value(text),
            _ => self.push(&FieldValue::Null),
        }
    }

    /// The column.
    pub fn finish(self) -> Column {
        match self.0 {
            Builder::Text(b) => b.finish().into_column(),
            Builder::Integer(b) | Builder::Date(b) => b.finish().into_column(),
            Builder::Number(b) => b.finish().into_column(),
            Builder::Boolean(b) => b.finish().into_column(),
        }
    }
}
