//! Writes a project's content out as tables: items, everybody's answers, rulings, or what a model can be trained on.
//!
//! Rows leave in the order of [`Project::order`], the same in every copy that holds the same; of one item, answers
//! stand in the order of people's names, and rulings by precedence.

mod items;
mod names;
mod predictions;
mod said;

use super::{frame, runs};
use crate::domain::{FieldType, FieldValue, Question, Split, iso, words};
use crate::error::{Error, Result};
use crate::exchange::{self, Destination, Format};
use crate::jobs::Control;
use crate::project::{ItemColumns, Order, Project};
use names::Names;

words! {
    /// What is written out.
    What: "kind of export" {
        /// The items as they came in: id, text, fields.
        Items = "items",
        /// What everybody says now, with how and when it was said.
        Answers = "answers",
        /// The settled values that somebody ruled.
        Rulings = "rulings",
        /// Texts, the fields that models learn from, and settled values.
        Training = "training",
        /// What a run says of every item, with the probabilities where it gives some.
        Predictions = "predictions",
    }
}

/// What is wanted of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// Which sort of content.
    pub what: What,
    /// Only of items that match this expression.
    pub expression: Option<&'a str>,
    /// Of answers: those too whose person has left and counts no more, in a column `excluded`.
    pub with_excluded: bool,
    /// Of predictions: the run's number or name; else the champion, else the newest.
    pub run: Option<&'a str>,
    /// Whether a file that is there may be written over.
    pub force: bool,
}

impl Wanted<'_> {
    /// All of one sort, into a file that is not there yet.
    pub fn all(what: What) -> Self {
        Self { what, expression: None, with_excluded: false, run: None, force: false }
    }
}

/// Writes one sort of content, of all items or of those that match an expression; returns the number of rows.
///
/// # Errors
/// Where the expression is wrong, a file is there that may not be written over, or it cannot be written; one that was
/// there is then left as it was.
pub fn export(
    project: &Project,
    question: Option<&Question>,
    wanted: Wanted<'_>,
    to: &Destination,
    format: Format,
    control: &Control,
) -> Result<u64> {
    let Wanted { what, expression, with_excluded, run, force } = wanted;
    if let Destination::File(path) = to
        && (path.extension().is_some_and(|e| e == "karat") || project.is_at(path))
    {
        return Err(Error::usage(format!("{} is the name of a project, not of an export", path.display()))
            .hint("`karat copy DEST` makes a copy of a project; exports end in csv, tsv, jsonl, json or parquet"));
    }
    if let Destination::File(path) = to
        && path.is_file()
        && !force
    {
        return Err(Error::conflict(format!("{} is there already", path.display()))
            .hint("--force writes over it; or give another name"));
    }
    if with_excluded && what != What::Answers {
        return Err(Error::usage(format!("{what} leave out nothing that --with-excluded brings"))
            .hint("it goes with --what answers"));
    }
    if run.is_some() && what != What::Predictions {
        return Err(Error::usage(format!("{what} are of no run")).hint("--run goes with --what predictions"));
    }
    let asked = || question.ok_or_else(|| Error::usage("no question is named").hint("say which with --question NAME"));
    let ItemColumns { keys, live, split } = project.items()?;
    let chosen = Chosen::read(project, question, expression, live)?;
    control.report("collecting", 0, 0);
    let (names, order) = (Names::read(project, keys)?, project.order()?);
    let out = Out { project, chosen, split, names, order, to, format, control, with_excluded };
    match what {
        What::Items => out.items(),
        What::Answers => out.answers(asked()?),
        What::Rulings => out.rulings(asked()?),
        What::Training => out.training(asked()?),
        What::Predictions => out.predictions(asked()?, &runs::meant(project, asked()?, run)?),
    }
}

/// A table on its way out.
struct Out<'a> {
    project: &'a Project,
    chosen: Chosen,
    /// What every item is for, by seq.
    split: Vec<Split>,
    names: Names,
    order: Order,
    to: &'a Destination,
    format: Format,
    control: &'a Control,
    /// Whether answers that count no more are written too.
    with_excluded: bool,
}

impl Out<'_> {
    /// Writes rows as they are put; `total` is how many there are going to be.
    fn write(
        &self,
        columns: &[(String, FieldType)],
        total: usize,
        rows: impl FnOnce(exchange::Put<'_>) -> Result<()>,
    ) -> Result<u64> {
        let mut n = 0;
        exchange::write(self.to, self.format, columns, |put| {
            rows(&mut |row| {
                n += 1;
                self.control.report("writing", n, total as u64);
                self.control.check()?;
                put(row)
            })
        })
    }
}

/// The items that are written, by seq.
struct Chosen(Vec<bool>);

impl Chosen {
    fn read(project: &Project, question: Option<&Question>, expression: Option<&str>, live: Vec<bool>) -> Result<Self> {
        let Some(expression) = expression else { return Ok(Self(live)) };
        let question = question.cloned().map_or_else(|| project.question(None), Ok)?;
        let mut chosen = vec![false; live.len()];
        for seq in frame::matching(project, &question, expression)? {
            if let Some(flag) = chosen.get_mut(seq as usize - 1) {
                *flag = true;
            }
        }
        Ok(Self(chosen))
    }

    fn has(&self, seq: u32) -> bool {
        (seq as usize).checked_sub(1).and_then(|i| self.0.get(i)).copied().unwrap_or(false)
    }

    fn count(&self) -> usize {
        self.0.iter().filter(|chosen| **chosen).count()
    }
}

/// Column names with their types.
fn header<const N: usize>(columns: [(&str, FieldType); N]) -> Vec<(String, FieldType)> {
    columns.into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect()
}

fn text(value: impl Into<String>) -> FieldValue {
    FieldValue::Text(value.into())
}

fn whole(n: Option<i64>) -> FieldValue {
    n.map_or(FieldValue::Null, FieldValue::Integer)
}

/// An ISO time in UTC.
fn time(at: Option<i64>) -> FieldValue {
    let zoned = |at: i64| {
        let iso = iso(at);
        if iso.contains('T') { format!("{iso}Z") } else { iso }
    };
    at.map_or(FieldValue::Null, |at| FieldValue::Text(zoned(at)))
}
