//! Writes rows out in any format; a file appears whole or not at all.

use super::filling::Filling;
use super::format::Format;
use crate::domain::{FieldType, FieldValue};
use crate::error::{Error, Result};
use polars::prelude::{Column, DataFrame, PolarsError};
use polars_io::parquet::write::ParquetWriter;
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

/// Writes rows whose values stand in the order of `columns`, and returns how many. A reader that has gone away (a
/// closed pipe) ends the writing without an error.
pub fn write(
    to: &Destination,
    format: Format,
    columns: &[(String, FieldType)],
    rows: impl Iterator<Item = Result<Vec<FieldValue>>>,
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
            let written = into_file(&partial, format, columns, rows).map_err(|fault| fault.of(path));
            if special {
                return written;
            }
            let moved = written.and_then(|n| std::fs::rename(&partial, path).map(|()| n).map_err(|e| failed(path, &e)));
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
    rows: impl Iterator<Item = Result<Vec<FieldValue>>>,
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

fn failed(path: &Path, e: &std::io::Error) -> Error {
    let error = Error::making(path, e);
    if error.hint.is_some() { error } else { error.hint("nothing was written there") }
}

fn put(
    out: &mut impl Write,
    format: Format,
    columns: &[(String, FieldType)],
    rows: impl Iterator<Item = Result<Vec<FieldValue>>>,
) -> std::result::Result<u64, Fault> {
    match format {
        Format::Csv => put_delimited(out, b',', columns, rows),
        Format::Tsv => put_delimited(out, b'\t', columns, rows),
        Format::Jsonl => put_json(out, columns, rows, ("", "\n", "\n")),
        Format::Json => put_json(out, columns, rows, ("[\n", ",\n", "\n]\n")),
        Format::Parquet => put_parquet(out, columns, rows),
    }
}

fn put_delimited(
    out: &mut impl Write,
    delimiter: u8,
    columns: &[(String, FieldType)],
    rows: impl Iterator<Item = Result<Vec<FieldValue>>>,
) -> std::result::Result<u64, Fault> {
    let io = |e: csv::Error| match e.into_kind() {
        csv::ErrorKind::Io(e) => Fault::Out(e),
        other => Fault::Rows(Error::internal(format!("{other:?}"))),
    };
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
    writer.write_record(columns.iter().map(|(name, _)| name)).map_err(io)?;
    let mut n = 0;
    for row in rows {
        for value in row.map_err(Fault::Rows)? {
            match value {
                FieldValue::Text(s) => writer.write_field(s),
                FieldValue::Number(x) => writer.write_field(format!("{x:?}")),
                other => writer.write_field(other.display()),
            }
            .map_err(io)?;
        }
        writer.write_record(None::<&[u8]>).map_err(io)?;
        n += 1;
    }
    writer.flush()?;
    Ok(n)
}

fn put_json(
    out: &mut impl Write,
    columns: &[(String, FieldType)],
    rows: impl Iterator<Item = Result<Vec<FieldValue>>>,
    (open, between, close): (&str, &str, &str),
) -> std::result::Result<u64, Fault> {
    out.write_all(open.as_bytes())?;
    let mut n = 0;
    for row in rows {
        if n > 0 {
            out.write_all(between.as_bytes())?;
        }
        let values = row.map_err(Fault::Rows)?.into_iter().map(json);
        let object: Map<String, Json> = columns.iter().map(|(name, _)| name.clone()).zip(values).collect();
        serde_json::to_writer(&mut *out, &object).map_err(|e| Fault::Out(e.into()))?;
        n += 1;
    }
    if n > 0 || !open.is_empty() {
        out.write_all(close.as_bytes())?;
    }
    Ok(n)
}

fn json(value: FieldValue) -> Json {
    match value {
        FieldValue::Null => Json::Null,
        FieldValue::Boolean(b) => b.into(),
        FieldValue::Integer(n) => n.into(),
        FieldValue::Number(x) => x.into(),
        FieldValue::Text(s) => s.into(),
    }
}

/// Dates stay ISO text, so that they come back as they were.
fn put_parquet(
    out: &mut impl Write,
    columns: &[(String, FieldType)],
    rows: impl Iterator<Item = Result<Vec<FieldValue>>>,
) -> std::result::Result<u64, Fault> {
    let internal = |e: PolarsError| match e {
        PolarsError::IO { error, .. } => Fault::Out(std::io::Error::new(error.kind(), error.to_string())),
        other => Fault::Rows(Error::internal(other.to_string())),
    };
    let written = |kind: FieldType| if kind == FieldType::Date { FieldType::Text } else { kind };
    let mut filling: Vec<Filling> = columns.iter().map(|(name, kind)| Filling::new(name, written(*kind), 0)).collect();
    for row in rows {
        filling.iter_mut().zip(row.map_err(Fault::Rows)?).for_each(|(column, value)| column.push(&value));
    }
    let finished: Vec<Column> = filling.into_iter().map(Filling::finish).collect();
    let height = finished.first().map_or(0, Column::len);
    let mut frame = DataFrame::new(height, finished).map_err(internal)?;
    ParquetWriter::new(&mut *out).finish(&mut frame).map_err(internal)?;
    Ok(height as u64)
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
                let written = write(&Destination::File(path.clone()), *format, &columns(), rows.iter().cloned().map(Ok)).unwrap();
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
            write(&Destination::File(path.clone()), format, &columns(), std::iter::once(Ok(row.clone()))).unwrap();
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
        let rows = [Ok(vec![FieldValue::Integer(1)]), Err(Error::internal("no"))].into_iter();
        let e = write(&Destination::File(path.clone()), Format::Csv, &[("a".into(), FieldType::Integer)], rows);
        assert_eq!(e.unwrap_err().message, "no");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing half-written stays");
    }
}
