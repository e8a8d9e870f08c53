//! Items into numbers: their text as sparse TF-IDF rows over word and character n-grams, their fields as columns.
//!
//! Of the live ranker hashed, so that no vocabulary has to be kept: an n-gram's place is its hash. Of runs, which are kept and
//! leave for other programs, by the list of the n-grams that enough of their training texts have. A row is packed into four bytes an
//! entry (place and count); the weight of a place in the collection and the length of the row stand beside it. Rows are
//! computed in fixed chunks, so that they are the same whatever the number of threads, and their byte form is what the
//! cache maps into memory. Nothing here reads or writes a file.

mod builder;
mod encoder;
mod fields;
mod grams;
mod layout;
mod rows;
mod vocabulary;
mod weighed;

pub use builder::{BLOCK, Builder};
pub use encoder::{Encoding, FieldEncoder, Form};
pub use fields::{Column, MISSING, Table, Uneven};
pub use grams::{Chars, Grams, Placing, Recipe, is_word_char, stands_alone};
pub use layout::Features;
pub use rows::{Row, RowsView, Sparse};
pub use vocabulary::{Counter, Naming, Vocabulary};
pub use weighed::{Fresh, Weighed, weights_in};

use crate::domain::FieldValue;

/// One item as the learner sees it: its text and the tokens of the fields that were asked for.
#[derive(Debug, Clone, Default)]
pub struct Document<'a> {
    /// The text.
    pub text: &'a str,
    /// What [`field_token`] makes of the fields flagged as features; empty unless asked for.
    pub fields: Vec<String>,
}

impl<'a> From<&'a str> for Document<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, fields: Vec::new() }
    }
}

/// The token by which a field joins the features, `None` where the value is missing.
///
/// Numbers are binned by sign and power of two, so that near values share a token.
pub fn field_token(name: &str, value: &FieldValue) -> Option<String> {
    let number = |x: f64| match x {
        x if x.is_nan() => None,
        0.0 => Some(format!("{name}=0")),
        x => Some(format!("{name}={}2^{}", if x < 0.0 { "-" } else { "" }, x.abs().log2().floor())),
    };
    match value {
        FieldValue::Null => None,
        FieldValue::Boolean(b) => Some(format!("{name}={b}")),
        FieldValue::Integer(n) => number(*n as f64),
        FieldValue::Number(x) => number(*x),
        FieldValue::Text(s) => Some(format!("{name}={s}")),
    }
}

#[cfg(test)]
mod tests;
