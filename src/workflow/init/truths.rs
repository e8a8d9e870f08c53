//! Gold and labels of the file's rows, and the label set that they use.

use crate::domain::Kind;
use crate::error::{Error, Result};
use crate::exchange::Table;
use crate::workflow::intake::{Columns, Intake, at};
use crate::workflow::questions::parse_labels;
use crate::workflow::values::{Draft, Reader};
use std::collections::{BTreeSet, HashMap};

/// Gold and labels of the rows, by the place of their item in the intake.
pub(super) struct Truths {
    /// The label set, with keys.
    pub(super) labels: Vec<(String, Option<char>)>,
    pub(super) gold: Vec<(usize, Draft)>,
    pub(super) labelled: Vec<(usize, Draft)>,
}

impl Truths {
    /// Reads both columns. Without typed labels, the label set is what the columns hold.
    pub(super) fn read(
        table: &Table,
        columns: &Columns,
        intake: &Intake,
        kind: Kind,
        typed: &[String],
    ) -> Result<Self> {
        let typed = parse_labels(typed)?;
        let open = typed.is_empty();
        let names =
            if open { found(table, columns, kind)? } else { typed.iter().map(|(name, _)| name.clone()).collect() };
        let mut reader = Reader::new(kind, names, HashMap::new(), open, ADVICE);
        let gold = Self::column(table, columns.gold.as_deref(), intake, &mut reader)?;
        let labelled = Self::column(table, columns.labelled.as_deref(), intake, &mut reader)?;
        let digits = ('1'..='9').chain(['0']).map(Some).chain(std::iter::repeat(None));
        let labels = if open { reader.names().iter().cloned().zip(digits).collect() } else { typed };
        Ok(Self { labels, gold, labelled })
    }

    fn column(table: &Table, name: Option<&str>, intake: &Intake, reader: &mut Reader) -> Result<Vec<(usize, Draft)>> {
        let Some(name) = name else { return Ok(Vec::new()) };
        let column = table.column(name)?;
        let mut drafts = Vec::new();
        for (item, row) in intake.rows.iter().enumerate().filter(|(_, row)| !column.get(**row).is_empty()) {
            let draft = reader.read(column.get(*row)).map_err(|e| at(table, *row, name, e))?;
            drafts.push((item, draft));
        }
        Ok(drafts)
    }
}

const ADVICE: &str = "name it in --labels too; without --labels, the labels are what the column holds";

/// A label set may have this many names before it is taken for a mistake.
const MOST_LABELS: usize = 1000;

/// The labels that the columns of a choice hold, in alphabetical order (numbers by size).
fn found(table: &Table, columns: &Columns, kind: Kind) -> Result<Vec<String>> {
    let mut found = BTreeSet::new();
    if kind != Kind::Choice {
        return Ok(Vec::new());
    }
    for name in [&columns.gold, &columns.labelled].into_iter().flatten() {
        let column = table.column(name)?;
        found.extend(column.iter().map(str::trim).filter(|v| !v.is_empty()));
        if found.len() > MOST_LABELS {
            return Err(Error::data(format!("{}: {name:?} holds over {MOST_LABELS} different values", table.name))
                .hint("is it the column of labels? --kind rating or --kind text asks for something else"));
        }
    }
    let mut names: Vec<String> = found.into_iter().map(str::to_owned).collect();
    names.sort_by(|a, b| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) => x.total_cmp(&y),
        _ => a.cmp(b),
    });
    Ok(names)
}
