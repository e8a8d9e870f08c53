//! Gold and labels of the file's rows, and the label set that they use.

use crate::domain::{Kind, Scale, Value};
use crate::error::{Error, Result};
use crate::exchange::Table;
use crate::workflow::intake::{Columns, Intake};
use crate::workflow::questions::parse_labels;
use crate::workflow::values::{Draft, Reader};
use std::collections::{BTreeSet, HashMap};

/// Gold and labels of the rows, by the place of their item in the intake.
pub(super) struct Truths {
    /// The label set, with keys.
    pub(super) labels: Vec<(String, Option<char>)>,
    pub(super) gold: Vec<(usize, Draft)>,
    pub(super) labelled: Vec<(usize, Draft)>,
    /// The scale of a rating.
    pub(super) scale: Option<Scale>,
}

impl Truths {
    /// Reads both columns. Without typed labels, the label set is what the columns hold.
    pub(super) fn read(
        table: &Table,
        columns: &Columns,
        intake: &Intake,
        kind: Kind,
        typed: &[String],
        scale: Option<Scale>,
    ) -> Result<Self> {
        let typed = parse_labels(typed)?;
        let open = typed.is_empty();
        let names =
            if open { found(table, columns, kind)? } else { typed.iter().map(|(name, _)| name.clone()).collect() };
        let mut reader = Reader::new(kind, names, table.format, HashMap::new(), open, ADVICE).on(scale);
        let gold = Self::column(table, columns.gold.as_deref(), intake, &mut reader)?;
        let labelled = Self::column(table, columns.labelled.as_deref(), intake, &mut reader)?;
        let digits = ('1'..='9').chain(['0']).map(Some).chain(std::iter::repeat(None));
        let labels = if open { reader.names().iter().cloned().zip(digits).collect() } else { typed };
        let scale = (kind == Kind::Rating).then(|| scale.unwrap_or_else(|| holding(gold.iter().chain(&labelled))));
        Ok(Self { labels, gold, labelled, scale })
    }

    fn column(table: &Table, name: Option<&str>, intake: &Intake, reader: &mut Reader) -> Result<Vec<(usize, Draft)>> {
        name.map_or_else(|| Ok(Vec::new()), |name| intake.values(table, name, reader))
    }
}

const ADVICE: &str = "name it in --labels too; without --labels, the labels are what the column holds";

/// The usual scale, widened to hold these ratings.
fn holding<'d>(drafts: impl Iterator<Item = &'d (usize, Draft)>) -> Scale {
    drafts.fold(Scale::default(), |scale, (_, draft)| match draft {
        Draft::Plain(Value::Rating(rating)) => scale.with(*rating),
        _ => scale,
    })
}

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
