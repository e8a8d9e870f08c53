//! The fields that slices are made of: a category for every row.

use super::Term;
use super::bits::Bits;

/// A field: what its categories are called, and which one every row has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What its categories are called.
    pub values: Vec<String>,
    /// The category of every row, an index into `values`.
    pub codes: Vec<u32>,
}

/// Fields of the same rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns(pub Vec<Column>);

impl Columns {
    /// How many rows, by the shortest field.
    pub fn rows(&self) -> usize {
        self.0.iter().map(|column| column.codes.len()).min().unwrap_or(0)
    }

    /// Some of the rows, in this order.
    #[must_use]
    pub fn of(&self, rows: &[usize]) -> Self {
        let column = |column: &Column| {
            let codes = rows.iter().filter_map(|row| column.codes.get(*row).copied()).collect();
            Column { codes, ..column.clone() }
        };
        Self(self.0.iter().map(column).collect())
    }

    /// The same, ready to be searched, once or many times.
    pub fn ready(&self) -> Ready {
        let rows = self.rows();
        let mut terms = Vec::new();
        for (field, column) in (0u32..).zip(&self.0) {
            let mut own = vec![Bits::none(rows); column.values.len()];
            for (row, code) in column.codes.iter().take(rows).enumerate() {
                if let Some(bits) = own.get_mut(*code as usize) {
                    bits.add(row);
                }
            }
            terms.extend((0u32..).zip(own).map(|(value, bits)| (Term { field, value }, bits)));
        }
        Ready { fields: self.0.len(), rows, terms }
    }
}

/// Fields with the rows of every category.
#[derive(Debug, Clone)]
pub struct Ready {
    pub(super) fields: usize,
    pub(super) rows: usize,
    pub(super) terms: Vec<(Term, Bits)>,
}

impl Ready {
    /// The rows of a slice, ascending.
    pub fn rows_of(&self, terms: &[Term]) -> Vec<usize> {
        self.slice(terms).rows().collect()
    }

    /// The rows of a slice.
    pub(super) fn slice(&self, terms: &[Term]) -> Bits {
        let mut rows = Bits::all(self.rows);
        for term in terms {
            match self.terms.binary_search_by_key(term, |(known, _)| *known) {
                Ok(place) => rows.keep(&self.terms[place].1),
                Err(_) => rows = Bits::none(self.rows),
            }
        }
        rows
    }
}
