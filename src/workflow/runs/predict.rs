//! Labelling a file with a run: block by block, so that any size will do.

use super::kept::Kept;
use crate::domain::{FieldType, FieldValue};
use crate::error::{Error, Result};
use crate::exchange::{self, Destination, Format, Table};
use crate::jobs::Control;
use crate::models::likeliest;
use crate::training::evaluation::is_predicted;

/// Rows that are predicted at once.
const BLOCK: usize = 16_384;

/// What was labelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicted {
    /// Rows.
    pub rows: usize,
    /// Fields that the model learned from and the file does not have: it took them for missing.
    pub missing: Vec<String>,
}

/// Labels the rows of a table: its columns, then `prediction` and `p_LABEL` for every label.
///
/// # Errors
/// Where the table has no column of texts, or the destination cannot be written.
pub fn predict(
    kept: &Kept,
    table: &Table,
    text: Option<&str>,
    to: &Destination,
    format: Format,
    control: &Control,
) -> Result<Predicted> {
    let names = kept.head.classes.names();
    let text = match (kept.reads_text(), text) {
        (true, name) => Some(table.text_column(name.unwrap_or("text"), "text")?),
        (false, _) => None,
    };
    let column = |name: &String| table.columns.iter().find(|column| column.name == *name);
    let fields: Vec<Option<(&exchange::Column, FieldType)>> =
        kept.head.fields.iter().map(|name| column(name).map(|column| (column, exchange::infer(column)))).collect();
    let missing = kept.head.fields.iter().zip(&fields).filter(|(_, found)| found.is_none());
    let missing: Vec<String> = missing.map(|(name, _)| name.clone()).collect();
    if text.is_none() && missing.len() == fields.len() {
        return Err(Error::usage(format!(
            "the file has none of the fields that the model learned from: {}",
            missing.join(", ")
        )));
    }
    let mut columns: Vec<(String, FieldType)> =
        table.columns.iter().map(|column| (column.name.clone(), exchange::infer(column))).collect();
    let kinds: Vec<FieldType> = columns.iter().map(|(_, kind)| *kind).collect();
    columns.push(("prediction".to_owned(), FieldType::Text));
    columns.extend(names.iter().map(|name| (format!("p_{name}"), FieldType::Number)));
    let rows = table.rows();
    exchange::write(to, format, &columns, |put| {
        for first in (0..rows).step_by(BLOCK) {
            let block = first..rows.min(first + BLOCK);
            let texts: Vec<&str> = block.clone().map(|row| text.map_or("", |text| text.get(row))).collect();
            let value = |row: usize| -> Vec<FieldValue> {
                let read = |field: &Option<(&exchange::Column, FieldType)>| match field {
                    Some((column, kind)) => typed(*kind, column.get(row)),
                    None => FieldValue::Null,
                };
                fields.iter().map(read).collect()
            };
            let values: Vec<Vec<FieldValue>> = block.clone().map(value).collect();
            let said = kept.says_of(&texts, &values)?;
            for (i, row) in block.enumerate() {
                let mut cells: Vec<FieldValue> =
                    table.columns.iter().zip(&kinds).map(|(column, kind)| typed(*kind, column.get(row))).collect();
                cells.push(FieldValue::Text(label(kept, &names, said.row(i))));
                cells.extend(said.row(i).iter().map(|p| FieldValue::Number(f64::from(*p))));
                put(&cells)?;
            }
            control.report("predicting", (first + BLOCK).min(rows) as u64, rows as u64);
            control.check()?;
        }
        Ok(())
    })?;
    Ok(Predicted { rows, missing })
}

fn typed(kind: FieldType, written: &str) -> FieldValue {
    exchange::value(kind, written).unwrap_or_else(|| FieldValue::Text(written.to_owned()))
}

/// The likeliest label, or all that are predicted.
fn label(kept: &Kept, names: &[String], said: &[f32]) -> String {
    match kept.head.classes.are_sets() {
        true => {
            let likely = names.iter().zip(said).filter(|(_, p)| is_predicted(**p)).map(|(name, _)| name.as_str());
            likely.collect::<Vec<_>>().join(", ")
        }
        false => names.get(likeliest(said) as usize).cloned().unwrap_or_default(),
    }
}
