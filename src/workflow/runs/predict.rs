//! Labelling a file with a run: some rows at once, so that any size will do.

use super::kept::Kept;
use crate::domain::{FieldType, FieldValue};
use crate::error::{Error, Result};
use crate::exchange::{self, Destination, Format, Progress, Stream, Table, Typing};
use crate::jobs::Control;
use crate::training::evaluation::is_predicted;
use std::path::Path;

/// What was labelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicted {
    /// Rows.
    pub rows: u64,
    /// Fields that the model learned from and the file does not have: it took them for missing.
    pub missing: Vec<String>,
    /// Columns of the file that are called as those that are added: these stand in their place.
    pub replaced: Vec<String>,
}

/// Labels the rows of a file (`-` is standard input): its columns, then `prediction` and `p_LABEL` for every label. `text` is
/// the column of texts.
///
/// The file is gone through twice: first all of it is looked at, so that what is wrong with it is said, with its line, before
/// anything is written.
///
/// # Errors
/// Where a row is not right, there is no column of texts, or the destination cannot be written.
pub fn predict(
    kept: &Kept,
    data: &Path,
    text: &str,
    to: &Destination,
    format: Format,
    control: &Control,
) -> Result<Predicted> {
    let stream = Stream::open(data, None)?;
    let text = kept.reads_text().then_some(text);
    let seen = Seen::of(&stream, text, control)?;
    let names = kept.head.classes.names();
    let fields = &kept.head.fields;
    let missing: Vec<String> = fields.iter().filter(|name| seen.kind(name).is_none()).cloned().collect();
    if text.is_none() && missing.len() == fields.len() {
        return Err(Error::usage(format!(
            "the file has none of the fields that the model learned from: {}",
            missing.join(", ")
        )));
    }
    // Formats that know only text get what was written, as it was written.
    let written = |kind: FieldType| if format.tells_empty() { kind } else { FieldType::Text };
    let added: Vec<(String, FieldType)> = std::iter::once(("prediction".to_owned(), FieldType::Text))
        .chain(names.iter().map(|name| (format!("p_{name}"), FieldType::Number)))
        .collect();
    let is_added = |name: &str| added.iter().any(|(known, _)| known == name);
    let (replaced, own): (Vec<_>, Vec<_>) = seen.columns.iter().partition(|(name, _)| is_added(name));
    let replaced = replaced.into_iter().map(|(name, _)| name.clone()).collect();
    let own: Vec<(String, FieldType)> = own.into_iter().map(|(name, kind)| (name.clone(), written(*kind))).collect();
    let columns = [&own[..], &added[..]].concat();
    let mut done = 0;
    exchange::write(to, format, &columns, |put| {
        let mut label_block = |block: &Table| -> Result<()> {
            let cell = |name: &str, kind, row| block.column(name).map_or(FieldValue::Null, |c| typed(kind, c, row));
            let rows = 0..block.rows();
            let column = text.and_then(|name| block.column(name).ok());
            let texts: Vec<&str> = rows.clone().map(|row| column.map_or("", |column| column.get(row))).collect();
            let values = |row: usize| -> Vec<FieldValue> {
                let value = |name: &String| seen.kind(name).map_or(FieldValue::Null, |kind| cell(name, kind, row));
                fields.iter().map(value).collect()
            };
            let values: Vec<Vec<FieldValue>> = rows.clone().map(values).collect();
            let said = kept.says_of(&texts, &values)?;
            let mut cells = Vec::with_capacity(columns.len());
            let at: Vec<Option<&exchange::Column>> = own.iter().map(|(name, _)| block.column(name).ok()).collect();
            for row in rows {
                cells.clear();
                let own = at.iter().zip(&own);
                cells.extend(own.map(|(at, (_, kind))| at.map_or(FieldValue::Null, |c| typed(*kind, c, row))));
                cells.push(FieldValue::Text(label(kept, &names, said.row(row))));
                cells.extend(said.row(row).iter().map(|p| FieldValue::Number(f64::from(*p))));
                put(&cells)?;
            }
            done += block.rows() as u64;
            control.report("predicting", done, seen.rows);
            control.check()
        };
        stream.each_block(&mut |_| control.check(), &mut label_block).map(drop)
    })?;
    Ok(Predicted { rows: seen.rows, missing, replaced })
}

/// What a file holds.
struct Seen {
    rows: u64,
    /// Names and types, in the order of first appearance.
    columns: Vec<(String, FieldType)>,
}

impl Seen {
    /// Goes through a file once. The column of texts has to be there, and to hold texts.
    fn of(stream: &Stream, text: Option<&str>, control: &Control) -> Result<Self> {
        let mut columns: Vec<(String, Typing)> = Vec::new();
        let mut without: Option<Error> = None;
        let progress = &mut |Progress { bytes, of, .. }| {
            control.report("reading", bytes, of);
            control.check()
        };
        let rows = stream.each_block(progress, &mut |block| {
            for (i, column) in block.columns.iter().enumerate() {
                if i == columns.len() {
                    columns.push((column.name.clone(), Typing::default()));
                }
                columns[i].1.look(column);
            }
            without = match text {
                Some(name) if block.index(name).is_err() => block.index(name).err(),
                Some(name) => block.text_column(name, "text").map(|_| None)?,
                None => None,
            };
            Ok(())
        })?;
        let columns = columns.into_iter().map(|(name, typing)| (name, typing.verdict())).collect();
        without.map_or(Ok(Self { rows, columns }), Err)
    }

    fn kind(&self, name: &str) -> Option<FieldType> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, kind)| *kind)
    }
}

fn typed(kind: FieldType, column: &exchange::Column, row: usize) -> FieldValue {
    let written = column.get(row);
    if !column.has(row) {
        return FieldValue::Null;
    }
    exchange::value(kind, written).unwrap_or_else(|| FieldValue::Text(written.to_owned()))
}

/// The label that is decided on, or all that are predicted.
fn label(kept: &Kept, names: &[String], said: &[f32]) -> String {
    match kept.head.classes.are_sets() {
        true => {
            let likely = names.iter().zip(said).filter(|(_, p)| is_predicted(**p)).map(|(name, _)| name.as_str());
            likely.collect::<Vec<_>>().join(", ")
        }
        false => names.get(kept.decides(said) as usize).cloned().unwrap_or_default(),
    }
}
