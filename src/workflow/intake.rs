//! Rows of a file on their way to being items: which column is what, every value typed, every row checked, all of it
//! before the project's lock is taken.

use crate::domain::{Field, FieldType, FieldValue};
use crate::error::{Error, Result};
use crate::exchange::{self, Progress, Rejected, Table};
use crate::jobs::Control;
use crate::project::NewItem;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

/// Which column of a source is what; remembered in the project, so that more of the same can come in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    /// The text.
    pub text: String,
    /// The source's own id.
    pub id: Option<String>,
    /// The hidden truth.
    pub gold: Option<String>,
    /// Labels to learn from.
    pub labelled: Option<String>,
    /// What keeps rows together in splits; it is a field as well.
    pub group_by: Option<String>,
    /// The question that gold and labels answer.
    pub question: Option<String>,
}

impl Columns {
    /// The name of the setting that remembers the columns of a source.
    pub fn setting(source: &str) -> String {
        format!("source.{source}")
    }

    /// Whether a column is a field: not the text, the id, the truth nor the labels.
    fn is_field(&self, name: &str) -> bool {
        let named = |c: &Option<String>| c.as_deref() == Some(name);
        self.text != name && !named(&self.id) && !named(&self.gold) && !named(&self.labelled)
    }
}

/// Reads a file under a control: progress is told in rows, of as many as the size of the file promises, and it can be
/// stopped.
pub fn read(path: &Path, options: exchange::ReadOptions, control: &Control) -> Result<Table> {
    let mut last = 0;
    let table = exchange::read(path, options, &mut |Progress { rows, bytes, of }| {
        let promised = rows as f64 * (of as f64 / bytes.max(1) as f64);
        last = rows;
        control.report("reading", rows, (promised as u64).max(rows + 1));
        control.check()
    })?;
    finished(control, "reading", last);
    Ok(table)
}

/// Tells that a stage has done all of its units, if it has begun.
pub(super) fn finished(control: &Control, stage: &str, units: u64) {
    if units > 0 {
        control.report(stage, units, units);
    }
}

/// Rows that can become items.
#[derive(Debug, Clone)]
pub struct Intake {
    /// The fields, with their types.
    pub fields: Vec<Field>,
    /// The items; values in the order of all declared fields, known ones first.
    pub items: Vec<NewItem>,
    /// The row of the table that each item came from.
    pub rows: Vec<usize>,
    /// Rows that were left out.
    pub rejected: Rejected,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// Makes items of a table. `known` are the fields that the project has: a value is read by the type that both agree on.
///
/// # Errors
/// Where a column is missing or holds the wrong sort of thing; and, unless good rows are kept, where a row does.
pub fn items(table: &Table, columns: &Columns, known: &[Field], keep_good: bool) -> Result<Intake> {
    let text = table.text_column(&columns.text, "text")?;
    if table.rows() > 0 && matches!(exchange::infer(text), FieldType::Integer | FieldType::Number) {
        return Err(Error::data(format!("{}: the text column {:?} holds only numbers", table.place(0), columns.text))
            .hint("choose the column of the texts with --text"));
    }
    let id = columns.id.as_deref().map(|name| table.id_column(name, "id")).transpose()?;
    let group = columns.group_by.as_deref().map(|name| table.column(name)).transpose()?;
    let (declared, places) = declare(table, columns, known);
    let mut intake = Intake {
        fields: declared,
        items: Vec::new(),
        rows: Vec::new(),
        rejected: Rejected::default(),
        notes: Vec::new(),
    };
    let mut first_rows: HashMap<&str, usize> = HashMap::new();
    let mut empty = 0;
    for row in 0..table.rows() {
        match id.map(|id| unique(table, id.get(row), row, &mut first_rows)).transpose() {
            Ok(_) => {}
            Err(error) if keep_good => {
                intake.rejected.push(error);
                continue;
            }
            Err(error) => return Err(error),
        }
        let mut fields = vec![FieldValue::Null; intake.fields.len()];
        for (column, place) in &places {
            let written = table.columns[*column].get(row);
            fields[*place] = exchange::value(intake.fields[*place].kind, written)
                .unwrap_or_else(|| FieldValue::Text(written.to_owned()));
        }
        empty += usize::from(text.get(row).trim().is_empty());
        let optional = |written: &str| (!written.is_empty()).then(|| written.to_owned());
        intake.items.push(NewItem {
            id: id.and_then(|id| optional(id.get(row))),
            text: text.get(row).to_owned(),
            fields,
            group: group.and_then(|group| optional(group.get(row))),
        });
        intake.rows.push(row);
    }
    if empty > 0 {
        intake.notes.push(format!("{empty} rows have no text"));
    }
    Ok(intake)
}

/// The declared fields of project and table together, and where each column of the table goes.
fn declare(table: &Table, columns: &Columns, known: &[Field]) -> (Vec<Field>, Vec<(usize, usize)>) {
    let mut declared = known.to_vec();
    let mut places = Vec::new();
    for (i, column) in table.columns.iter().enumerate().filter(|(_, c)| columns.is_field(&c.name)) {
        let kind = exchange::infer(column);
        match declared.iter_mut().enumerate().find(|(_, f)| f.name == column.name) {
            Some((place, field)) => {
                // An empty column says nothing about its type.
                field.kind = if column.present() == 0 { field.kind } else { field.kind.widened(kind) };
                places.push((i, place));
            }
            None => {
                places.push((i, declared.len()));
                declared.push(Field { name: column.name.clone(), kind, show: false, feature: false, slice: true });
            }
        }
    }
    (declared, places)
}

/// Refuses an id that is missing, or that stood before with other content.
fn unique<'t>(table: &'t Table, id: &'t str, row: usize, first_rows: &mut HashMap<&'t str, usize>) -> Result<()> {
    if id.is_empty() {
        return Err(Error::data(format!("{}: the id is missing", table.place(row)))
            .hint("every row needs one; or leave the id column out, and rows are known by their content"));
    }
    match first_rows.insert(id, row) {
        Some(first) if table.columns.iter().any(|c| c.get(first) != c.get(row)) => Err(Error::data(format!(
            "{}: the id {id:?} stands on {} already, with other content",
            table.place(row),
            table.place(first)
        ))
        .hint("ids must be unique: repair the file, name another column with --id COL, or have none with --id -")),
        _ => Ok(()),
    }
}

/// An error with the place of the value that it is about.
pub(super) fn at(table: &Table, row: usize, column: &str, error: Error) -> Error {
    Error { message: format!("{}, column {column:?}: {}", table.place(row), error.message), ..error }
}
