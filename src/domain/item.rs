//! One thing to label, and the typed fields beside its text.

use super::words;

words! {
    /// The type of a field.
    FieldType: "field type" {
        /// Any text.
        Text = "text",
        /// Whole numbers.
        Integer = "integer",
        /// Numbers.
        Number = "number",
        /// True or false.
        Boolean = "boolean",
        /// ISO dates (`2026-11-20`), with or without a time.
        Date = "date",
    }
}

impl FieldType {
    /// The type that holds the values of both: numbers take whole numbers, text takes anything.
    #[must_use]
    pub fn widened(self, other: Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a,
            (Self::Integer, Self::Number) | (Self::Number, Self::Integer) => Self::Number,
            _ => Self::Text,
        }
    }
}

/// A typed column of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name, as in the source.
    pub name: String,
    /// Its type.
    pub kind: FieldType,
    /// Whether annotators see it.
    pub show: bool,
    /// Whether models learn from it.
    pub feature: bool,
    /// Whether predicates may use it.
    pub slice: bool,
}

/// One value of a field. Dates are ISO text.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldValue {
    /// Missing.
    Null,
    /// A boolean.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Text or a date.
    Text(String),
}

impl FieldValue {
    /// As a person reads it; nothing for a missing one.
    pub fn display(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Boolean(b) => b.to_string(),
            Self::Integer(n) => n.to_string(),
            Self::Number(x) => x.to_string(),
            Self::Text(s) => s.clone(),
        }
    }
}
