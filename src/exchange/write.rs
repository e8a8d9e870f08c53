//! Writes rows out in any format; a file appears whole or not at all.

use super::filling::Filling;
use super::format::Format;
use crate::domain::{FieldType, FieldValue};
use crate::error::{Error, Kind, Result};
use crate::interrupt::{self, Leftover};
use polars::prelude::{Column, DataFrame, PolarsError};
use polars_io::parquet::write::{BatchedWriter, ParquetWriter};
use serde_json::{Map, Value as Json};
use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Where rows are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Standard output.
    Stdout,
    /// A file, replaced whole.
    File(PathBuf),
}

impl Destination {
    /// `-` is standard output.
    pub fn new(path: &Path) -> Self {
        if path == Path::new("-") { Self::Stdout } else { Self::File(path.to_owned()) }
    }
}

/// Takes one row; an error from it ends the writing.
pub type Put<'a> = &'a mut dyn FnMut(&[FieldValue]) -> Result<()>;

/// Writes the rows that `rows` puts one after the other, values in the order of `columns`, and returns how many. They
/// go out as they come, of Parquet in groups of rows. A reader that has gone away (a closed
/// pipe) ends the writing without an error.
pub fn write(
    to: &Destination,
    format: Format,
    columns: &[(String, FieldType)],
    rows: impl FnOnce(Put<'_>) -> Result<()>,
) -> Result<u64> {
    match to {
        Destination::Stdout => {
            let mut out = BufWriter::new(std::io::stdout().lock());
            match put(&mut out, format, columns, rows) {
                Ok(n) => match out.flush() {
                    Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(failed(Path::new("standard output"), &e)),
                    _ => Ok(n),
                },
                Err(Fault::Out(e)) if e.kind() == ErrorKind::BrokenPipe => Ok(0),
                Err(fault) => Err(fault.of(Path::new("standard output"))),
            }
        }
        Destination::File(path) => {
            let special = std::fs::metadata(path).is_ok_and(|m| !m.is_file());
            let partial = if special { path.clone() } else { beside(path) };
            let _leftover = Leftover::of(if special { Vec::new() } else { vec![partial.clone()] });
            let written = into_file(&partial, format, columns, rows).map_err(|fault| fault.of(path));
            if special {
                return written;
            }
            let moved = written.and_then(|n| {
                interrupt::finish(|| std::fs::rename(&partial, path)).map(|()| n).map_err(|e| failed(path, &e))
            });
            if moved.is_err() {
                // What is half-written is worth nothing; that it cannot be removed either changes no answer.
                let _ = std::fs::remove_file(&partial);
            }
            moved
        }
    }
}

/// A name in the same folder for what is not whole yet.
fn beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

fn into_file(
    path: &Path,
    format: Format,
    columns: &[(String, FieldType)],
    rows: impl FnOnce(Put<'_>) -> Result<()>,
) -> std::result::Result<u64, Fault> {
    let mut out = BufWriter::new(File::create(path)?);
    let n = put(&mut out, format, columns, rows)?;
    let file = out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    if file.metadata()?.is_file() {
        file.sync_all()?;
    }
    Ok(n)
}

/// What went wrong: the rows, or the writing of them.
enum Fault {
    Rows(Error),
    Out(std::io::Error),
}

impl Fault {
    fn of(self, path: &Path) -> Error {
        match self {
            Self::Rows(error) => error,
            Self::Out(error) => failed(path, &error),
        }
    }
}

impl From<std::io::Error> for Fault {
    fn from(e: std::io::Error) -> Self {
        Self::Out(e)
    }
}

impl From<csv::Error> for Fault {
    fn from(e: csv::Error) -> Self {
        match e.into_kind() {
            csv::ErrorKind::Io(e) => Self::Out(e),
            other => Self::Rows(Error::internal(format!("{other:?}"))),
        }
    }
}

impl From<PolarsError> for Fault {
    fn from(e: PolarsError) -> Self {
        match e {
            PolarsError::IO { error, .. } => Self::Out(std::io::Error::new(error.kind(), error.to_string())),
            other => Self::Rows(Error::internal(other.to_string())),
        }
    }
}

fn failed(path: &Path, e: &std::io::Error) -> Error {
    let error = Error::making(path, e);
    if error.hint.is_some() { error } else { error.hint("nothing was written there") }
}

fn put(
    out: &mut impl Write,
    format: Format,
    columns: &[(String, FieldType)],
    rows: impl FnOnce(Put<'_>) -> Result<()>,
) -> std::result::Result<u64, Fault> {
    let mut sheet = Sheet::open(out, format, columns)?;
    let (mut n, mut fault) = (0, None);
    let fed = rows(&mut |row| {
        sheet.row(row, n).map_err(|f| {
            fault = Some(f);
            Error::new(Kind::Interrupted, "the writing has ended")
        })?;
        n += 1;
        Ok(())
    });
    if let Some(fault) = fault {
        return Err(fault);
    }
    fed.map_err(Fault::Rows)?;
    sheet.close(n)?;
    Ok(n)
}

/// A table in the writing.
enum Sheet<'a, W: Write> {
    Delimited(Box<csv::Writer<&'a mut W>>),
    Json { out: &'a mut W, columns: &'a [(String, FieldType)], between: &'static str, close: &'static str },
    Parquet(Box<Groups<'a, W>>),
}

/// Rows that are held at once where they go out as columns.
const GROUP: usize = 1 << 16;

/// A Parquet file in the writing, one group of rows after the other.
struct Groups<'a, W: Write> {
    columns: &'a [(String, FieldType)],
    filling: Vec<Filling>,
    held: usize,
    /// Where the groups go: made with the first, which says what the columns are.
    out: Option<ParquetWriter<&'a mut W>>,
    begun: Option<BatchedWriter<&'a mut W>>,
}

impl<'a, W: Write> Groups<'a, W> {
    fn new(out: &'a mut W, columns: &'a [(String, FieldType)]) -> Self {
        let mut groups =
            Self { columns, filling: Vec::new(), held: 0, out: Some(ParquetWriter::new(out)), begun: None };
        groups.empty();
        groups
    }

    /// Empties the columns and hands back what they held.
    fn empty(&mut self) -> Vec<Column> {
        // Dates stay ISO text, so that they come back as they were.
        let written = |kind| if kind == FieldType::Date { FieldType::Text } else { kind };
        let fresh = self.columns.iter().map(|(name, kind)| Filling::new(name, written(*kind), 0)).collect();
        self.held = 0;
        std::mem::replace(&mut self.filling, fresh).into_iter().map(Filling::finish).collect()
    }

    fn push(&mut self, row: &[FieldValue]) -> std::result::Result<(), Fault> {
        self.filling.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
        self.held += 1;
        if self.held >= GROUP { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> std::result::Result<(), Fault> {
        let height = self.held;
        let frame = DataFrame::new(height, self.empty())?;
        if let Some(out) = self.out.take() {
            self.begun = Some(out.batched(frame.schema())?);
        }
        self.begun.iter_mut().try_for_each(|writer| writer.write_batch(&frame))?;
        Ok(())
    }

    fn close(mut self) -> std::result::Result<(), Fault> {
        if self.held > 0 || self.begun.is_none() {
            self.flush()?;
        }
        self.begun.iter().try_for_each(|writer| writer.finish().map(drop))?;
        Ok(())
    }
}

impl<'a, W: Write> Sheet<'a, W> {
    fn open(out: &'a mut W, format: Format, columns: &'a [(String, FieldType)]) -> std::result::Result<Self, Fault> {
        Ok(match format {
            Format::Csv | Format::Tsv => {
                let delimiter = if format == Format::Csv { b',' } else { b'\t' };
                let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
                writer.write_record(columns.iter().map(|(name, _)| name))?;
                Self::Delimited(Box::new(writer))
            }
            Format::Jsonl => Self::Json { out, columns, between: "\n", close: "\n" },
            Format::Json => {
                out.write_all(b"[\n")?;
                Self::Json { out, columns, between: ",\n", close: "\n]\n" }
            }
            Format::Parquet => Self::Parquet(Box::new(Groups::new(out, columns))),
        })
    }

    /// Puts a row after `before` others.
    fn row(&mut self, row: &[FieldValue], before: u64) -> std::result::Result<(), Fault> {
        match self {
            Self::Delimited(writer) => {
                for value in row {
                    match value {
                        FieldValue::Text(s) => writer.write_field(s)?,
                        FieldValue::Number(x) => writer.write_field(format!("{x:?}"))?,
                        other => writer.write_field(other.display())?,
                    }
                }
                writer.write_record(None::<&[u8]>)?;
            }
            Self::Json { out, columns, between, .. } => {
                if before > 0 {
                    out.write_all(between.as_bytes())?;
                }
                let values = row.iter().map(json);
                let object: Map<String, Json> = columns.iter().map(|(name, _)| name.clone()).zip(values).collect();
                serde_json::to_writer(&mut **out, &object).map_err(std::io::Error::from)?;
            }
            Self::Parquet(groups) => groups.push(row)?,
        }
        Ok(())
    }

    /// Ends the table after so many rows.
    fn close(self, rows: u64) -> std::result::Result<(), Fault> {
        match self {
            Self::Delimited(mut writer) => writer.flush()?,
            Self::Json { out, close, .. } => {
                if rows > 0 || close.contains(']') {
                    out.write_all(close.as_bytes())?;
                }
            }
            Self::Parquet(groups) => groups.close()?,
        }
        Ok(())
    }
}

fn json(value: &FieldValue) -> Json {
    match value {
        FieldValue::Null => Json::Null,
        FieldValue::Boolean(b) => (*b).into(),
        FieldValue::Integer(n) => (*n).into(),
        FieldValue::Number(x) => (*x).into(),
        FieldValue::Text(s) => s.as_str().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{ReadOptions, Table, infer, read, value};
    use proptest::prelude::*;

    fn columns() -> Vec<(String, FieldType)> {
        let kinds = [FieldType::Text, FieldType::Integer, FieldType::Number, FieldType::Boolean, FieldType::Date];
        kinds.into_iter().map(|k| (k.to_string(), k)).collect()
    }

    fn back(table: &Table) -> Vec<Vec<FieldValue>> {
        (0..table.rows())
            .map(|row| {
                let cell =
                    |(name, kind): &(String, FieldType)| value(*kind, table.column(name).unwrap().get(row)).unwrap();
                columns().iter().map(cell).collect()
            })
            .collect()
    }

    fn any_row() -> impl Strategy<Value = Vec<FieldValue>> {
        let text =
            prop_oneof![Just("007".to_owned()), Just("true".into()), Just("a\r\n\"b\",\t".into()), "[^\0]{1,20}"];
        let or_null = |v: BoxedStrategy<FieldValue>| prop_oneof![Just(FieldValue::Null), v];
        (
            or_null(text.prop_map(FieldValue::Text).boxed()),
            or_null(any::<i64>().prop_map(FieldValue::Integer).boxed()),
            or_null(any::<f64>().prop_filter("finite", |x| x.is_finite()).prop_map(FieldValue::Number).boxed()),
            or_null(any::<bool>().prop_map(FieldValue::Boolean).boxed()),
            or_null((0_i64..4_000_000_000_000).prop_map(|t| FieldValue::Text(crate::domain::iso(t))).boxed()),
        )
            .prop_map(|(a, b, c, d, e)| vec![a, b, c, d, e])
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn every_format_gives_back_what_was_written(rows in prop::collection::vec(any_row(), 1..20)) {
            let dir = tempfile::tempdir().unwrap();
            for format in Format::ALL {
                let path = dir.path().join(format!("a.{format}"));
                let written = write(&Destination::File(path.clone()), *format, &columns(), |put| rows.iter().try_for_each(|r| put(r))).unwrap();
                prop_assert_eq!(written, rows.len() as u64);
                let table = read(&path, ReadOptions::default(), &mut |_| Ok(())).unwrap();
                prop_assert_eq!(&back(&table), &rows, "{}", format);
            }
        }
    }

    #[test]
    fn types_survive_where_the_format_knows_them() {
        let dir = tempfile::tempdir().unwrap();
        let row = vec![
            FieldValue::Text("7".into()),
            FieldValue::Integer(7),
            FieldValue::Number(7.0),
            FieldValue::Boolean(true),
            FieldValue::Text("2020-01-01".into()),
        ];
        for format in [Format::Jsonl, Format::Json, Format::Parquet] {
            let path = dir.path().join(format!("a.{format}"));
            write(&Destination::File(path.clone()), format, &columns(), |put| put(&row)).unwrap();
            let table = read(&path, ReadOptions::default(), &mut |_| Ok(())).unwrap();
            let kinds: Vec<_> = table.columns.iter().map(|c| (c.name.clone(), infer(c))).collect();
            assert_eq!(kinds, columns(), "{format}");
        }
    }

    #[test]
    fn a_failed_export_leaves_the_old_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        std::fs::write(&path, "old").unwrap();
        let e = write(&Destination::File(path.clone()), Format::Csv, &[("a".into(), FieldType::Integer)], |put| {
            put(&[FieldValue::Integer(1)])?;
            Err(Error::internal("no"))
        });
        assert_eq!(e.unwrap_err().message, "no");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing half-written stays");
    }
}
