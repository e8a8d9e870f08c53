//! Rows of a file on their way to being items: which column is what, every value typed, every row checked, all of it
//! before the project's lock is taken.

mod news;
mod origin;

pub use news::{FieldNews, note_hidden};
pub use origin::OriginColumns;

use crate::domain::{Field, FieldType, FieldValue};
use crate::error::{Error, Result};
use crate::exchange::{self, Column, Progress, Rejected, Table};
use crate::jobs::Control;
use crate::project::{ItemBatch, ItemReport, NewItem, Update, Writer};
use crate::workflow::values::{Draft, Reader};
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
    /// Where each row came from, in the export of a project with several sources.
    #[serde(skip)]
    pub origin: OriginColumns,
}

impl Columns {
    /// The name of the setting that remembers the columns of a source.
    pub fn setting(source: &str) -> String {
        format!("source.{source}")
    }

    /// Whether a column is a field: not the text, the id, the truth nor the labels.
    fn is_field(&self, name: &str) -> bool {
        let named = |c: &Option<String>| c.as_deref() == Some(name);
        self.text != name && !named(&self.id) && !named(&self.gold) && !named(&self.labelled) && !self.origin.has(name)
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
    /// The items; values in the order of all declared fields, known ones first. Those of one source stand together.
    pub items: Vec<NewItem>,
    /// The row of the table that each item came from.
    pub rows: Vec<usize>,
    /// The sources that the table names, each with how many items it has; none where it names none.
    named: Vec<(String, usize)>,
    /// Rows that were left out.
    pub rejected: Rejected,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// How items are put into the project.
#[derive(Debug, Clone, Copy)]
pub struct PutItems {
    /// What to do with changed rows.
    pub update: Update,
    /// Share of the new items that is set aside for evaluation.
    pub evaluation: f64,
    /// Seed of what is set aside.
    pub seed: u64,
}

impl Intake {
    /// The sources of the items: those that the table names, else the one that is given.
    pub fn sources<'a>(&'a self, given: &'a str) -> Vec<&'a str> {
        match self.named.is_empty() {
            true => vec![given],
            false => self.named.iter().map(|(name, _)| name.as_str()).collect(),
        }
    }

    /// Puts the items of each source together, in the order of the sources' first rows.
    fn by_source(&mut self, source: &Column) {
        let mut places: HashMap<&str, usize> = HashMap::new();
        for row in &self.rows {
            let place = *places.entry(source.get(*row)).or_insert_with(|| {
                self.named.push((source.get(*row).to_owned(), 0));
                self.named.len() - 1
            });
            self.named[place].1 += 1;
        }
        let items = std::mem::take(&mut self.items).into_iter().zip(std::mem::take(&mut self.rows));
        let mut placed: Vec<(NewItem, usize)> = items.collect();
        placed.sort_by_key(|(_, row)| places.get(source.get(*row)).copied());
        (self.items, self.rows) = placed.into_iter().unzip();
    }

    /// Writes the items, those of each source as a batch of it.
    ///
    /// # Errors
    /// Where the project refuses them.
    pub fn put(&self, w: &mut Writer<'_>, given: &str, how: &PutItems, control: &Control) -> Result<ItemReport> {
        let total = self.items.len() as u64;
        let all = [(given.to_owned(), self.items.len())];
        let batches = if self.named.is_empty() { &all[..] } else { &self.named[..] };
        let mut report = ItemReport::default();
        let mut rest = &self.items[..];
        for (source, count) in batches {
            let (rows, later) = rest.split_at(*count);
            let before = self.items.len() - rest.len();
            let PutItems { update, evaluation, seed } = *how;
            let batch = ItemBatch { source, rows, update, evaluation, seed };
            let part = w.put_items(&batch, &mut |done| control.report("importing", (before + done) as u64, total))?;
            report.append(part, before);
            rest = later;
        }
        finished(control, "importing", total);
        Ok(report)
    }

    /// Reads a column of values about the items, by the item's place; rows without one are left out.
    ///
    /// # Errors
    /// Where a value is wrong or does not fit its item, with its line.
    pub fn values(&self, table: &Table, name: &str, reader: &mut Reader) -> Result<Vec<(usize, Draft)>> {
        let column = table.column(name)?;
        let mut drafts = Vec::new();
        for (place, (item, row)) in self.items.iter().zip(&self.rows).enumerate() {
            if reader.sees(column, *row) {
                let draft = reader.read(column.get(*row));
                let fits = draft.and_then(|draft| draft.check_within(|| item.text.chars().count()).map(|()| draft));
                drafts.push((place, fits.map_err(|e| at(table, *row, name, e))?));
            }
        }
        Ok(drafts)
    }
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
        named: Vec::new(),
        notes: Vec::new(),
    };
    let source = columns.origin.source.as_deref().map(|name| table.column(name)).transpose()?;
    let mut first_rows: HashMap<(&str, &str), usize> = HashMap::new();
    let mut empty = 0;
    for row in 0..table.rows() {
        let from = source.map_or("", |source| source.get(row));
        match id.map(|id| unique(table, (from, id.get(row)), row, &mut first_rows)).transpose() {
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
    if let Some(source) = source {
        intake.by_source(source);
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
fn unique<'t>(
    table: &'t Table,
    (source, id): (&'t str, &'t str),
    row: usize,
    first_rows: &mut HashMap<(&'t str, &'t str), usize>,
) -> Result<()> {
    if id.is_empty() {
        if !source.is_empty() {
            // One source of several may have no ids: its items are known by their content.
            return Ok(());
        }
        return Err(Error::data(format!("{}: the id is missing", table.place(row)))
            .hint("every row needs one; or leave the id column out, and rows are known by their content"));
    }
    match first_rows.insert((source, id), row) {
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
