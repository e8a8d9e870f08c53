//! Fields as the learners read them: typed columns, and what turns them into numbers.

use crate::domain::FieldValue;
use std::collections::HashMap;

/// Columns of the same length, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    rows: usize,
    columns: Vec<(String, Column)>,
}

/// The values of one field, row after row.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Numbers; what is missing is not a number (NaN).
    Numbers(Vec<f64>),
    /// Words of a list.
    Words {
        /// The words that occur.
        list: Vec<String>,
        /// The index of each row's word, [`MISSING`] where there is none.
        rows: Vec<u32>,
    },
}

/// A row without a word.
pub const MISSING: u32 = u32::MAX;

/// Columns that are not of the same length.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the column {name:?} has {found} rows, the columns before it have {rows}")]
pub struct Uneven {
    /// The column.
    pub name: String,
    /// Its rows.
    pub found: usize,
    /// The others' rows.
    pub rows: usize,
}

impl Table {
    /// Adds a column; one of the same name replaces it.
    ///
    /// # Errors
    /// Where it is not as long as those that are there.
    pub fn push(&mut self, name: &str, column: Column) -> Result<(), Uneven> {
        if self.columns.is_empty() {
            self.rows = column.len();
        }
        if column.len() != self.rows {
            return Err(Uneven { name: name.to_owned(), found: column.len(), rows: self.rows });
        }
        match self.columns.iter_mut().find(|(n, _)| n == name) {
            Some((_, old)) => *old = column,
            None => self.columns.push((name.to_owned(), column)),
        }
        Ok(())
    }

    /// Takes the values of some fields, row by row; a row that is too short ends in missing values.
    pub fn from_rows<'a>(names: &[&str], rows: impl IntoIterator<Item = &'a [FieldValue]>) -> Self {
        let rows: Vec<&[FieldValue]> = rows.into_iter().collect();
        let mut table = Self { rows: rows.len(), columns: Vec::new() };
        for (i, name) in names.iter().enumerate() {
            let column = Column::from_values(rows.iter().map(|row| row.get(i).unwrap_or(&FieldValue::Null)));
            table.columns.retain(|(n, _)| n != name);
            table.columns.push(((*name).to_owned(), column));
        }
        table
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The columns, in order.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = (&str, &Column)> {
        self.columns.iter().map(|(name, column)| (name.as_str(), column))
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|(n, _)| n == name).map(|(_, column)| column)
    }
}

impl Column {
    /// Numbers where every value is one, or is missing; else words, as people read them.
    pub fn from_values<'a>(values: impl Iterator<Item = &'a FieldValue> + Clone) -> Self {
        let number = |value: &FieldValue| match value {
            FieldValue::Integer(n) => Some(*n as f64),
            FieldValue::Number(x) => Some(*x),
            FieldValue::Null => Some(f64::NAN),
            FieldValue::Boolean(_) | FieldValue::Text(_) => None,
        };
        let numbers: Option<Vec<f64>> = values.clone().map(number).collect();
        match numbers {
            Some(numbers) => Self::Numbers(numbers),
            None => Self::words(values.map(|value| match value {
                FieldValue::Null => None,
                value => Some(value.display()),
            })),
        }
    }

    /// Words, listed in the order in which they come; an empty one is none.
    pub fn words<S: AsRef<str>>(words: impl IntoIterator<Item = Option<S>>) -> Self {
        let (mut list, mut index) = (Vec::new(), HashMap::new());
        let rows = words
            .into_iter()
            .map(|word| match word.as_ref().map(AsRef::as_ref) {
                None | Some("") => MISSING,
                Some(word) => *index.entry(word.to_owned()).or_insert_with(|| {
                    list.push(word.to_owned());
                    list.len() as u32 - 1
                }),
            })
            .collect();
        Self::Words { list, rows }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(rows) => rows.len(),
            Self::Words { rows, .. } => rows.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
