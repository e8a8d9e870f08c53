//! Parquet, through polars: types come from the file, dates become ISO text, and columns that hold no plain values
//! are left out and named.

use super::super::input::Input;
use super::super::table::{Cell, Table};
use super::Watch;
use crate::domain::iso;
use crate::error::{Error, Result};
use polars::prelude::{AnyValue, DataFrame, DataType, PolarsError, SerReader, TimeUnit};
use polars_io::parquet::read::ParquetReader;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(super) fn read(input: &Input, table: &mut Table, watch: &mut Watch<'_, '_>) -> Result<()> {
    let broken = |why: String| {
        Error::data(format!("{} cannot be read as Parquet: {why}", input.path.display()))
            .hint("the file may be cut short; or write it again, or as CSV")
    };
    let heights = guarded(&broken, || {
        let mut reader = ParquetReader::new(input.file()?);
        Ok(reader.get_metadata().map(|known| known.row_groups.iter().map(|group| group.num_rows()).collect::<Vec<_>>()))
    })?;
    let all = heights.iter().sum::<usize>().max(1) as u64;
    let (mut first, mut noted) = (0, false);
    for height in heights {
        // One group of rows at a time: as many as whoever wrote the file held at once.
        let frame =
            guarded(&broken, || Ok(ParquetReader::new(input.file()?).with_slice(Some((first, height))).finish()))?;
        let frame = plain_columns(frame, table, !std::mem::replace(&mut noted, true));
        for row in 0..frame.height() {
            let mut written = Vec::with_capacity(frame.width());
            for column in frame.columns() {
                written.push(Written::of(column.get(row).map_err(|e| broken(e.to_string()))?));
            }
            let at = (first + row) as u64;
            if let Some(name) = frame.columns().iter().zip(&written).find(|(_, w)| w.has_nul()).map(|(c, _)| c.name()) {
                let error =
                    Error::data(format!("{} row {}, column {name:?}: holds a NUL character", table.name, at + 1));
                table.rejected.push(error.hint("remove it"));
            } else {
                table.push_row(at, written.iter().map(Written::cell))?;
            }
            watch.row(input.size.unwrap_or(all) * (at + 1) / all, table)?;
        }
        first += height;
    }
    Ok(())
}

/// Runs the decoder, which is not ours: a damaged file may make it panic.
fn guarded<T>(
    broken: &impl Fn(String) -> Error,
    decode: impl FnOnce() -> Result<std::result::Result<T, PolarsError>>,
) -> Result<T> {
    let decoded = catch_unwind(AssertUnwindSafe(decode)).map_err(|_| broken("the decoder gave up".to_owned()))??;
    decoded.map_err(|e| broken(e.to_string()))
}

/// Keeps the columns of plain values, declares them, and notes the others where that is to be done.
fn plain_columns(frame: DataFrame, table: &mut Table, note: bool) -> DataFrame {
    let plain = |t: &DataType| {
        t.is_primitive_numeric()
            || t.is_string()
            || t.is_bool()
            || t.is_null()
            || t.is_date()
            || t.is_datetime()
            || t.is_categorical()
    };
    let mut kept = frame;
    for (name, kind) in kept.schema().iter().map(|(n, t)| (n.clone(), t.clone())).collect::<Vec<_>>() {
        if plain(&kind) {
            table.column_or_new(&name);
        } else {
            if note {
                table.notes.push(format!("column {name:?} holds {kind}, not plain values, and is left out"));
            }
            if let Ok(without) = kept.drop(&name) {
                kept = without;
            }
        }
    }
    kept
}

/// One value, owned where it is not text.
enum Written<'a> {
    Missing,
    Text(&'a str),
    OwnText(String),
    Number(String),
    Boolean(bool),
}

impl<'a> Written<'a> {
    fn of(value: AnyValue<'a>) -> Self {
        match value {
            AnyValue::Null => Self::Missing,
            AnyValue::String(s) => Self::Text(s),
            AnyValue::Boolean(b) => Self::Boolean(b),
            AnyValue::Float32(x) if !x.is_finite() => Self::Missing,
            AnyValue::Float64(x) if !x.is_finite() => Self::Missing,
            AnyValue::Float32(x) => Self::Number(format!("{x:?}")),
            AnyValue::Float64(x) => Self::Number(format!("{x:?}")),
            AnyValue::Date(days) => Self::OwnText(iso(i64::from(days) * 86_400_000)),
            AnyValue::Datetime(at, unit, zone) => {
                let millis = match unit {
                    TimeUnit::Nanoseconds => at.div_euclid(1_000_000),
                    TimeUnit::Microseconds => at.div_euclid(1000),
                    TimeUnit::Milliseconds => at,
                };
                let mut text = iso(millis);
                if zone.is_some() && text.contains('T') {
                    text.push('Z');
                }
                Self::OwnText(text)
            }
            other => match other.get_str() {
                Some(s) => Self::OwnText(s.to_owned()),
                None => Self::Number(other.to_string()),
            },
        }
    }

    fn cell(&self) -> Cell<'_> {
        match self {
            Self::Missing => Cell::Missing,
            Self::Text(s) => Cell::Text(s),
            Self::OwnText(s) => Cell::Text(s),
            Self::Number(s) => Cell::Number(s),
            Self::Boolean(b) => Cell::Boolean(*b),
        }
    }

    fn has_nul(&self) -> bool {
        matches!(self, Self::Text(s) if s.contains('\0'))
    }
}
