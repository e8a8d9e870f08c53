//! What turns fields into numbers, learned from the rows of a training and kept with its model.

use super::fields::{Column, MISSING, Table};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::ops::Range;

/// A field's most usual words have a column each, up to so many; the others share one.
const MOST_WORDS: usize = 64;
/// A word has a column where it occurs so often. One that a single row has teaches nothing about others, and a model that
/// does not know it keeps nothing of that row's own, which may have to be erased one day.
const FEWEST_ROWS: u32 = 2;
/// A number is never taken for more standard deviations from the mean than this.
const FAR: f64 = 1e4;

/// Knows the fields of a training: how its numbers are spread and which words occurred.
///
/// A number becomes one column, and a second that is 1 where it is missing, if any was missing in training. Words become a
/// column each that is 1 where they stand. A word that at most one row of the training had counts as one of the rare ones where
/// there were any, and otherwise as nothing. A field that is not there is missing in every row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldEncoder {
    fields: Vec<Encoded>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Encoded {
    Number {
        name: String,
        mean: f64,
        /// One over the standard deviation; 0 where all were the same.
        scale: f64,
        missing: bool,
    },
    Words {
        name: String,
        /// The most usual first.
        list: Vec<String>,
        /// Whether there is a column for words that are not in the list.
        others: bool,
        missing: bool,
    },
}

/// In which form a number is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Less its mean, over its standard deviation; a missing one is the mean. For sums of weighted columns.
    Standard,
    /// As it is; a missing one is not a number (NaN). For trees.
    Plain,
}

impl FieldEncoder {
    /// Learns from some rows of a table.
    pub fn fit(table: &Table, rows: &[u32]) -> Self {
        let fields = table.columns().map(|(name, column)| match column {
            Column::Numbers(values) => numbers(name, rows.iter().filter_map(|&row| values.get(row as usize).copied())),
            Column::Words { list, rows: codes } => {
                words(name, list, rows.iter().filter_map(|&row| codes.get(row as usize).copied()))
            }
        });
        Self { fields: fields.collect() }
    }

    /// How many columns come out.
    pub fn width(&self) -> usize {
        self.fields.iter().map(Encoded::width).sum()
    }

    /// How many fields went in.
    pub fn fields(&self) -> usize {
        self.fields.len()
    }

    /// What each column is: `age`, `age is missing`, `sex=female`, `country=others`, `country is missing`.
    pub fn names(&self) -> Vec<String> {
        self.fields.iter().flat_map(Encoded::names).collect()
    }

    /// The columns of each field, and whether the first of them is a number.
    pub fn groups(&self) -> Vec<(Range<usize>, bool)> {
        let group = |first: &mut usize, field: &Encoded| {
            let columns = *first..*first + field.width();
            *first = columns.end;
            Some((columns, matches!(field, Encoded::Number { .. })))
        };
        self.fields.iter().scan(0, group).collect()
    }

    /// The columns of every row of a table, those that are 0 left out.
    pub fn encode(&self, table: &Table, form: Form) -> Encoding {
        let mut readers = Vec::with_capacity(self.fields.len());
        let mut column = 0;
        for field in &self.fields {
            readers.push((column, Reader::of(field, table)));
            column += field.width() as u32;
        }
        let mut encoding = Encoding { width: column as usize, starts: vec![0], entries: Vec::new() };
        for row in 0..table.len() {
            for (first, reader) in &readers {
                reader.read(row, *first, form, &mut encoding.entries);
            }
            encoding.starts.push(encoding.entries.len());
        }
        encoding
    }
}

/// Fields as numbers: column and value, row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoding {
    width: usize,
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
}

impl Encoding {
    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Column and value of one row, ascending; nothing for a row past the end.
    pub fn row(&self, row: usize) -> &[(u32, f32)] {
        let bounds = self.starts.get(row).zip(self.starts.get(row + 1));
        bounds.and_then(|(&from, &to)| self.entries.get(from..to)).unwrap_or_default()
    }
}

impl Encoded {
    fn width(&self) -> usize {
        match self {
            Self::Number { missing, .. } => 1 + usize::from(*missing),
            Self::Words { list, others, missing, .. } => list.len() + usize::from(*others) + usize::from(*missing),
        }
    }

    fn names(&self) -> Vec<String> {
        let (name, mut names, missing) = match self {
            Self::Number { name, missing, .. } => (name, vec![name.clone()], missing),
            Self::Words { name, list, others, missing } => {
                let mut names: Vec<String> = list.iter().map(|word| format!("{name}={word}")).collect();
                names.extend(others.then(|| format!("{name}=others")));
                (name, names, missing)
            }
        };
        names.extend(missing.then(|| format!("{name} is missing")));
        names
    }
}

fn within(value: f64, most: f64) -> f32 {
    value.clamp(-most, most) as f32
}

fn numbers(name: &str, values: impl Iterator<Item = f64> + Clone) -> Encoded {
    let known = || values.clone().filter(|v| v.is_finite());
    let n = known().count().max(1) as f64;
    let mean = known().map(|v| v / n).sum::<f64>();
    let spread = known().map(|v| (v - mean).powi(2) / n).sum::<f64>().sqrt();
    let scale = if spread > 0.0 && spread.is_finite() { 1.0 / spread } else { 0.0 };
    Encoded::Number { name: name.to_owned(), mean, scale, missing: values.clone().any(|v| !v.is_finite()) }
}

fn words(name: &str, list: &[String], codes: impl Iterator<Item = u32>) -> Encoded {
    let (mut counts, mut missing) = (vec![0u32; list.len()], false);
    for code in codes {
        match counts.get_mut(code as usize) {
            Some(count) => *count += 1,
            None => missing = true,
        }
    }
    let occurring = counts.iter().filter(|count| **count > 0).count();
    let mut seen: Vec<usize> = (0..list.len()).filter(|&i| counts[i] >= FEWEST_ROWS).collect();
    seen.sort_by(|&a, &b| counts[b].cmp(&counts[a]).then_with(|| list[a].cmp(&list[b])));
    seen.truncate(MOST_WORDS);
    let others = seen.len() < occurring;
    Encoded::Words { name: name.to_owned(), list: seen.into_iter().map(|i| list[i].clone()).collect(), others, missing }
}

/// Where one field's values come from in one table.
enum Reader<'a> {
    Number {
        values: Option<Vec<f64>>,
        mean: f64,
        scale: f64,
        missing: bool,
    },
    /// The column of each row's word, if any.
    Words {
        columns: Vec<Option<u32>>,
        rows: Option<&'a [u32]>,
        absent: Option<u32>,
    },
}

impl<'a> Reader<'a> {
    fn of(field: &Encoded, table: &'a Table) -> Self {
        match field {
            Encoded::Number { name, mean, scale, missing } => {
                let values = table.column(name).map(|column| match column {
                    Column::Numbers(values) => values.clone(),
                    Column::Words { list, rows } => {
                        let numbers: Vec<f64> = list.iter().map(|w| w.trim().parse().unwrap_or(f64::NAN)).collect();
                        rows.iter().map(|&code| numbers.get(code as usize).copied().unwrap_or(f64::NAN)).collect()
                    }
                });
                Self::Number { values, mean: *mean, scale: *scale, missing: *missing }
            }
            Encoded::Words { name, list, others, missing } => {
                let known: HashMap<&str, u32> = list.iter().zip(0..).map(|(word, i)| (word.as_str(), i)).collect();
                let rare = others.then_some(list.len() as u32);
                let column_of = |word: &str| known.get(word).copied().or(rare);
                let absent = missing.then_some(list.len() as u32 + u32::from(*others));
                match table.column(name) {
                    None => Self::Words { columns: Vec::new(), rows: None, absent },
                    Some(Column::Words { list, rows }) => Self::Words {
                        columns: list.iter().map(|word| column_of(word)).collect(),
                        rows: Some(rows),
                        absent,
                    },
                    // Numbers where words were learned: each is read as a word.
                    Some(Column::Numbers(values)) => {
                        let word = |v: &f64| if v.is_finite() { column_of(&v.to_string()) } else { absent };
                        Self::Words { columns: values.iter().map(word).collect(), rows: None, absent }
                    }
                }
            }
        }
    }

    fn read(&self, row: usize, first: u32, form: Form, entries: &mut Vec<(u32, f32)>) {
        match self {
            Self::Number { values, mean, scale, missing } => {
                let value = values.as_ref().and_then(|v| v.get(row)).copied().filter(|v| v.is_finite());
                match (value, form) {
                    (Some(value), Form::Plain) => entries.push((first, within(value, f64::from(f32::MAX)))),
                    // Where all were the same, another number tells nothing, be it so far off that no number says how far.
                    (Some(_), Form::Standard) if *scale == 0.0 => {}
                    (Some(value), Form::Standard) => entries.push((first, within((value - mean) * scale, FAR))),
                    (None, Form::Plain) => entries.push((first, f32::NAN)),
                    (None, Form::Standard) => {}
                }
                if value.is_none() && *missing {
                    entries.push((first + 1, 1.0));
                }
            }
            Self::Words { columns, rows, absent } => {
                let column = match rows {
                    Some(rows) => match rows.get(row).copied().unwrap_or(MISSING) {
                        MISSING => *absent,
                        code => columns.get(code as usize).copied().flatten(),
                    },
                    None if columns.is_empty() => *absent,
                    None => columns.get(row).copied().flatten(),
                };
                entries.extend(column.map(|column| (first + column, 1.0)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::FieldValue::{self, Boolean, Integer, Null, Number, Text};

    fn table(names: &[&str], rows: &[Vec<FieldValue>]) -> Table {
        Table::from_rows(names, rows.iter().map(|row| &row[..]))
    }

    fn text(s: &str) -> FieldValue {
        Text(s.to_owned())
    }

    #[test]
    fn fields_become_columns_with_names() {
        let rows = [
            vec![Integer(1), text("red"), Boolean(true)],
            vec![Number(3.0), text("blue"), Boolean(false)],
            vec![Null, text("red"), Null],
        ];
        let table = table(&["size", "colour", "new"], &[rows.clone(), rows].concat());
        let encoder = FieldEncoder::fit(&table, &[0, 1, 2, 3, 4, 5]);
        assert_eq!(
            encoder.names(),
            ["size", "size is missing", "colour=red", "colour=blue", "new=false", "new=true", "new is missing"]
        );
        let standard = encoder.encode(&table, Form::Standard);
        assert_eq!(standard.row(0), [(0, -1.0), (2, 1.0), (5, 1.0)]);
        assert_eq!(standard.row(2), [(1, 1.0), (2, 1.0), (6, 1.0)]);
        let plain = encoder.encode(&table, Form::Plain);
        assert_eq!(plain.row(1), [(0, 3.0), (3, 1.0), (4, 1.0)]);
        assert!(plain.row(2)[0].1.is_nan());
        assert_eq!((plain.row(7), plain.len(), plain.width()), (&[][..], 6, 7));
    }

    #[test]
    fn a_word_of_one_row_is_one_of_the_rare_ones_and_is_not_kept() {
        let rows = ["red", "red", "mine", "blue", "blue"].map(|word| vec![text(word)]);
        let encoder = FieldEncoder::fit(&table(&["w"], &rows), &[0, 1, 2, 3, 4]);
        assert_eq!(encoder.names(), ["w=blue", "w=red", "w=others"]);
        let encoding = encoder.encode(&table(&["w"], &[vec![text("mine")], vec![text("new")]]), Form::Plain);
        assert_eq!((encoding.row(0), encoding.row(1)), (&[(2, 1.0)][..], &[(2, 1.0)][..]));
        assert!(!serde_json::to_string(&encoder).expect("JSON").contains("mine"));
    }

    #[test]
    fn what_was_not_there_in_training_is_no_accident() {
        let learned = [vec![Integer(1), text("a")], vec![Integer(2), text("b")]];
        let learned = table(&["n", "w"], &[learned.clone(), learned].concat());
        let encoder = FieldEncoder::fit(&learned, &[0, 1, 2, 3]);
        let new = table(&["w"], &[vec![text("c")], vec![Null]]);
        let encoding = encoder.encode(&new, Form::Standard);
        assert_eq!((encoding.row(0), encoding.row(1)), (&[][..], &[][..]), "nothing is known of either");
        let turned = table(&["n", "w"], &[vec![text("2"), Integer(7)], vec![text("x"), Number(f64::INFINITY)]]);
        let encoding = encoder.encode(&turned, Form::Standard);
        assert_eq!((encoding.row(0), encoding.row(1)), (&[(0, 1.0)][..], &[][..]));
        let rare: Vec<Vec<FieldValue>> = (0..200).map(|i| vec![text(&format!("w{}", i % 100))]).collect();
        let many = table(&["w"], &rare);
        let encoder = FieldEncoder::fit(&many, &(0..200).collect::<Vec<_>>());
        assert_eq!(encoder.width(), MOST_WORDS + 1);
        assert_eq!(encoder.encode(&table(&["w"], &[vec![text("new")]]), Form::Plain).row(0), [(64, 1.0)]);
        let none = FieldEncoder::fit(&Table::default(), &[]);
        assert_eq!((none.width(), none.encode(&many, Form::Plain).len()), (0, 200));
    }

    #[test]
    fn an_encoder_reads_back_to_the_last_bit() {
        let rows: Vec<Vec<FieldValue>> =
            (0..50).map(|i| vec![Number((f64::from(i) * 0.37).sin()), text("é\"x")]).collect();
        let table = table(&["n", "w"], &rows);
        let encoder = FieldEncoder::fit(&table, &(0..50).collect::<Vec<_>>());
        let read: FieldEncoder = serde_json::from_str(&serde_json::to_string(&encoder).expect("JSON")).expect("read");
        assert_eq!(read.encode(&table, Form::Standard), encoder.encode(&table, Form::Standard));
    }
}
