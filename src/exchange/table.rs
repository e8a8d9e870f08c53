//! What was read: rows in compact columns, each row with its place in the file.

use super::format::Format;
use super::input::{Input, file_name};
use crate::domain::did_you_mean;
use crate::error::{Error, Result};
use std::collections::HashMap;

/// One value as it stood in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing: absent, null or empty.
    Missing,
    /// A string where the format tells strings from numbers.
    Text(&'a str),
    /// A value of a format that knows only text (CSV).
    Bare(&'a str),
    /// A number, as it was written.
    Number(&'a str),
    /// A boolean.
    Boolean(bool),
    /// A list or object, as its JSON.
    Nested(&'a str),
}

/// The first row in which each kind of cell was met.
#[derive(Debug, Clone, Default)]
pub(super) struct Met {
    pub(super) text: Option<usize>,
    pub(super) bare: Option<usize>,
    pub(super) number: Option<usize>,
    pub(super) boolean: Option<usize>,
    pub(super) nested: Option<usize>,
}

/// One column: all values end to end. An empty one is missing, unless it was given as an empty text.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name in the header.
    pub name: String,
    pub(super) met: Met,
    data: String,
    ends: Vec<u32>,
    /// The rows, in order, that were given an empty text.
    empty: Vec<usize>,
}

impl Column {
    fn new(name: String, rows: usize) -> Self {
        Self { name, met: Met::default(), data: String::new(), ends: vec![0; rows], empty: Vec::new() }
    }

    fn clear(&mut self) {
        (self.met, self.data) = (Met::default(), String::new());
        self.ends.clear();
        self.empty.clear();
    }

    /// The value of a row as it was written; empty where it is missing.
    pub fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends.get(row - 1).copied().unwrap_or(0) };
        let end = self.ends.get(row).copied().unwrap_or(start);
        self.data.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Whether a row was given a value, be it an empty text where the format tells that from none.
    pub fn has(&self, row: usize) -> bool {
        !self.get(row).is_empty() || self.empty.binary_search(&row).is_ok()
    }

    /// Every value in order of rows.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|row| self.get(row))
    }

    /// How many rows have a value.
    pub fn present(&self) -> usize {
        self.iter().filter(|v| !v.is_empty()).count()
    }

    /// Whether values came as lists or objects.
    pub fn is_nested(&self) -> bool {
        self.met.nested.is_some()
    }

    /// Appends a cell; false where the column is full (4 GiB of text).
    fn push(&mut self, cell: Cell<'_>) -> bool {
        let row = self.ends.len();
        if cell == Cell::Text("") {
            self.empty.push(row);
        }
        let (met, value) = match cell {
            Cell::Missing | Cell::Text("") | Cell::Bare("") => (None, ""),
            Cell::Text(s) => (Some(&mut self.met.text), s),
            Cell::Bare(s) => (Some(&mut self.met.bare), s),
            Cell::Number(s) => (Some(&mut self.met.number), s),
            Cell::Boolean(b) => (Some(&mut self.met.boolean), if b { "true" } else { "false" }),
            Cell::Nested(s) => (Some(&mut self.met.nested), s),
        };
        if let Some(met) = met {
            met.get_or_insert(row);
        }
        let Ok(end) = u32::try_from(self.data.len() + value.len()) else { return false };
        self.data.push_str(value);
        self.ends.push(end);
        true
    }
}

/// Rows that could not be taken, each with its line and the cure.
#[derive(Debug, Clone, Default)]
pub struct Rejected {
    /// How many.
    pub count: usize,
    /// The first thousand of them.
    pub first: Vec<Error>,
}

impl Rejected {
    /// How many are described.
    const KEPT: usize = 1000;

    /// Takes one more.
    pub fn push(&mut self, error: Error) {
        self.count += 1;
        if self.first.len() < Self::KEPT {
            self.first.push(error);
        }
    }

    /// Takes one more whose description costs something: it is made only where it will be kept.
    pub(super) fn push_with(&mut self, error: impl FnOnce() -> Error) {
        match self.first.len() < Self::KEPT {
            true => self.push(error()),
            false => self.count += 1,
        }
    }

    /// Takes those of a later step.
    pub fn append(&mut self, later: Self) {
        self.count += later.count - later.first.len();
        later.first.into_iter().for_each(|error| self.push(error));
    }

    /// The first as the error of the whole, with how many more there are.
    pub fn into_error(self) -> Option<Error> {
        let count = self.count;
        let mut first = self.first.into_iter().next()?;
        if count > 1 {
            let rows = if count == 2 { "1 more row is" } else { &format!("{} more rows are", count - 1) };
            first.message = format!("{} (and {rows} not right)", first.message);
        }
        Some(first)
    }
}

/// A file's rows.
#[derive(Debug, Clone)]
pub struct Table {
    /// The file's name, for messages.
    pub name: String,
    /// The format it was in.
    pub format: Format,
    /// The columns, in order of first appearance.
    pub columns: Vec<Column>,
    /// What a person should know about how it was read.
    pub notes: Vec<String>,
    /// Rows that were left out.
    pub rejected: Rejected,
    by_name: HashMap<String, usize>,
    starts: Vec<u64>,
    input: Input,
}

impl Table {
    pub(super) fn new(input: &Input, format: Format) -> Self {
        let mut notes = Vec::new();
        if input.bom {
            notes.push("begins with a byte order mark, which was skipped".to_owned());
        }
        Self {
            name: file_name(&input.path),
            format,
            columns: Vec::new(),
            notes,
            rejected: Rejected::default(),
            by_name: HashMap::new(),
            starts: Vec::new(),
            input: input.clone(),
        }
    }

    /// Lets all rows go; the columns stay.
    pub(super) fn clear(&mut self) {
        self.starts.clear();
        self.columns.iter_mut().for_each(Column::clear);
    }

    /// Bytes of all values.
    pub(super) fn bytes(&self) -> usize {
        self.columns.iter().map(|column| column.data.len()).sum()
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.starts.len()
    }

    /// The index of a column; an unknown one is an error that says what may have been meant.
    pub fn index(&self, name: &str) -> Result<usize> {
        self.by_name.get(name).copied().ok_or_else(|| {
            Error::data(format!("{} has no column {name:?}", self.name))
                .hint(did_you_mean(name, self.columns.iter().map(|c| c.name.as_str())))
        })
    }

    /// The column of a name.
    pub fn column(&self, name: &str) -> Result<&Column> {
        self.index(name).map(|i| &self.columns[i])
    }

    /// Where a row stands, for messages: `reviews.csv line 17`.
    pub fn place(&self, row: usize) -> String {
        let start = self.starts.get(row).copied().unwrap_or(0);
        match self.format {
            Format::Parquet => format!("{} row {}", self.name, start + 1),
            _ => self.place_at(start),
        }
    }

    /// Where a byte stands.
    pub(super) fn place_at(&self, offset: u64) -> String {
        match self.input.line_at(offset) {
            Some(line) => format!("{} line {line}", self.name),
            None => self.name.clone(),
        }
    }

    /// The values of a column that must hold text: a number, boolean or nested value in it is an error with its line.
    pub fn text_column(&self, name: &str, what: &str) -> Result<&Column> {
        let column = self.column(name)?;
        let met = &column.met;
        let wrong = [(met.number, "a number"), (met.boolean, "true or false"), (met.nested, "a list or object")];
        match wrong.into_iter().filter_map(|(row, is)| row.map(|r| (r, is))).min() {
            None => Ok(column),
            Some((row, is)) => Err(Error::data(format!(
                "{}, column {name:?}: the {what} is {is} ({}), and text is needed",
                self.place(row),
                excerpt(column.get(row))
            ))
            .hint(format!("put it in quotes, or choose another {what} column"))),
        }
    }

    /// The values of a column that names things: text or whole numbers, kept as they were written.
    pub fn id_column(&self, name: &str, what: &str) -> Result<&Column> {
        let column = self.column(name)?;
        let fraction = column.met.number.and_then(|from| {
            (from..self.rows()).find(|row| column.get(*row).contains(['.', 'e', 'E']) && column.met.text.is_none())
        });
        let wrong = [(column.met.nested, "a list or object"), (fraction, "a number with a fraction")];
        match wrong.into_iter().filter_map(|(row, is)| row.map(|r| (r, is))).min() {
            None => Ok(column),
            Some((row, is)) => Err(Error::data(format!(
                "{}, column {name:?}: the {what} is {is} ({})",
                self.place(row),
                excerpt(column.get(row))
            ))
            .hint(format!("put it in quotes, or choose another {what} column"))),
        }
    }

    /// The column of a name, made where it is new: all earlier rows miss it.
    pub(super) fn column_or_new(&mut self, name: &str) -> usize {
        if let Some(i) = self.by_name.get(name) {
            return *i;
        }
        let i = self.columns.len();
        self.by_name.insert(name.to_owned(), i);
        self.columns.push(Column::new(name.to_owned(), self.rows()));
        i
    }

    /// Appends a row of cells in the order of `columns`; those that are not given are missing.
    pub(super) fn push_row<'a>(&mut self, start: u64, cells: impl Iterator<Item = Cell<'a>>) -> Result<()> {
        let mut cells = cells;
        for column in &mut self.columns {
            if !column.push(cells.next().unwrap_or(Cell::Missing)) {
                return Err(Error::data(format!("{}: column {:?} is over 4 GiB", self.name, column.name))
                    .hint("split the file and import it in parts"));
            }
        }
        self.starts.push(start);
        Ok(())
    }
}

/// The beginning of a value, for messages.
pub(super) fn excerpt(value: &str) -> String {
    let mut short: String = value.chars().take(40).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    format!("{short:?}")
}
