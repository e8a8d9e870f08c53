//! Brings more in: items, people's answers, gold, labels. Everything is read and checked first, then written as one act
//! that one undo takes back; the same file twice adds nothing.

mod answers;
mod contradictions;
mod find;
mod items;
mod predictions;
mod told;
mod truths;

use super::intake::{self, FieldNews};
use crate::domain::{ActId, ActKind, LabelId, PersonId, Question, words};
use crate::error::{Error, Kind, Result};
use crate::exchange::{Format, ReadOptions, Rejected, Table};
use crate::jobs::Control;
use crate::project::{Project, UndoScope, Undone, Writer};
use std::collections::HashMap;
use std::path::Path;

words! {
    /// What a file brings.
    What: "kind of import" {
        /// Things to label.
        Items = "items",
        /// What people said: one row an answer, or one column a person.
        Answers = "answers",
        /// Hidden truth.
        Gold = "gold",
        /// Labels to learn from: rulings.
        Labels = "labels",
        /// What a model that was trained elsewhere says: a run.
        Predictions = "predictions",
    }
}

/// What to do about a label that is not in the set, where labels can come with the file and where they cannot.
const MAP_OR_ADD: &str = "--map old=new renames, --add-labels adds";
const MAP_OR_ADD_FIRST: &str = "--map old=new renames, `karat label add` adds";

/// How to read a file and what to do with it.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The file's format, where ending and content should not decide.
    pub format: Option<Format>,
    /// The name of the source; the file's, without its ending, where nothing is said.
    pub source: Option<String>,
    /// Whether rows that differ from what is there replace it.
    pub update: bool,
    /// Whether rows that are not right are left out instead of refusing the file.
    pub keep_good: bool,
    /// The text column (items).
    pub text: Option<String>,
    /// The column that names the item; of items, their id.
    pub item: Option<String>,
    /// The column that names who answered.
    pub annotator: Option<String>,
    /// The column of the answers, gold or labels.
    pub answer: Option<String>,
    /// The column of the times.
    pub time: Option<String>,
    /// Whether every column but the item's is a person's answers.
    pub wide: bool,
    /// What to call the run (predictions); the source's name where nothing is said.
    pub name: Option<String>,
    /// Names in the file and what they are called here.
    pub map: HashMap<String, String>,
    /// Whether unknown labels are added to the set.
    pub add_labels: bool,
    /// Whether nothing is to be written.
    pub dry_run: bool,
    /// The seed of the evaluation set.
    pub seed: u64,
}

/// What came of an import.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The act, if it added anything.
    pub batch: Option<ActId>,
    /// The name of the source.
    pub source: String,
    /// Rows of the file that were looked at.
    pub rows: usize,
    /// What was not there.
    pub added: usize,
    /// The number of the run that predictions became, or were already.
    pub run: Option<u32>,
    /// What was there just so.
    pub unchanged: usize,
    /// What replaced something.
    pub updated: usize,
    /// Rows that repeat an earlier row of the file.
    pub repeated: usize,
    /// Items that were set aside for evaluation.
    pub evaluation: usize,
    /// Gold values and labels that came with items.
    pub truths: usize,
    /// People who were new.
    pub people: Vec<String>,
    /// Labels that were new.
    pub labels: Vec<String>,
    /// Fields that are new, or of a wider type than before.
    pub fields: FieldNews,
    /// Rows that were left out.
    pub rejected: Rejected,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// Imports a file.
///
/// # Errors
/// Where something in it is wrong, with the line; then nothing is changed.
pub fn import(
    project: &mut Project,
    by: PersonId,
    question: Option<&Question>,
    what: What,
    data: &Path,
    options: &Options,
    control: &Control,
) -> Result<Report> {
    if project.is_at(data) {
        return Err(Error::usage(format!("{} is this project itself", data.display()))
            .hint("name a data file, or take in another copy with `karat merge`"));
    }
    if options.name.is_some() && what != What::Predictions {
        return Err(Error::usage(format!("{what} have no name")).hint("--name goes with --as predictions"));
    }
    let read = ReadOptions { format: options.format, keep_good: options.keep_good };
    let mut table = intake::read(data, read, control)?;
    let source = options.source.clone().unwrap_or_else(|| super::init::source_name(data));
    let mut report = Report {
        source,
        rows: table.rows(),
        notes: std::mem::take(&mut table.notes),
        rejected: std::mem::take(&mut table.rejected),
        ..Report::default()
    };
    let asked = || question.ok_or_else(|| Error::usage("no question is named").hint("say which with --question NAME"));
    match what {
        What::Items => items::import(project, by, table, options, &mut report, control)?,
        What::Answers => answers::import(project, by, asked()?, &table, options, &mut report, control)?,
        What::Gold => {
            truths::import(project, by, asked()?, truths::Target::Gold, &table, options, &mut report, control)?
        }
        What::Labels => {
            truths::import(project, by, asked()?, truths::Target::Labels, &table, options, &mut report, control)?;
        }
        What::Predictions => {
            let name = options.name.clone().unwrap_or_else(|| report.source.clone());
            predictions::import(project, by, asked()?, &name, &table, options, &mut report, control)?;
        }
    }
    Ok(report)
}

/// Takes an import back, named by its act's id or the beginning of it.
///
/// # Errors
/// Where there is no such import, or others have built on it.
pub fn undo(project: &mut Project, by: PersonId, batch: &str) -> Result<Undone> {
    let mut imports = project.acts_of(ActKind::Import)?;
    imports.retain(|act| !batch.is_empty() && act.to_string().starts_with(batch));
    match (imports.first(), imports.get(1)) {
        (Some(act), None) => project.undo(by, &UndoScope::Act(*act)),
        (Some(_), Some(_)) => {
            Err(Error::usage(format!("several imports begin with {batch}")).hint("give more of the id"))
        }
        _ => {
            Err(Error::usage(format!("no import is called {batch:?}")).hint("`karat log` lists imports with their ids"))
        }
    }
}

/// Writes one act, or for a dry run only finds out what it would add.
fn write<T>(
    project: &mut Project,
    by: PersonId,
    dry_run: bool,
    facts: impl FnOnce(&mut Writer<'_>) -> Result<T>,
) -> Result<(Option<ActId>, T)> {
    if !dry_run {
        return project.write(by, ActKind::Import, facts);
    }
    let mut found = None;
    let rolled_back = project.write(by, ActKind::Import, |w| {
        found = Some(facts(w)?);
        Err::<(), _>(Error::new(Kind::Interrupted, "a dry run"))
    });
    match (found, rolled_back) {
        (Some(found), _) => Ok((None, found)),
        (None, Err(error)) => Err(error),
        (None, Ok(_)) => Err(Error::internal("a dry run without an end")),
    }
}

/// Adds the labels that are new, with the first free digits as keys, and gives the ids of all names in order.
fn add_labels(w: &mut Writer<'_>, question: &Question, reader: &super::values::Reader) -> Result<Vec<LabelId>> {
    let mut free = ('1'..='9').chain(['0']).filter(|key| question.live_labels().all(|l| l.key != Some(*key)));
    let mut ids = Vec::with_capacity(reader.names().len());
    for name in reader.names() {
        ids.push(match question.live_labels().find(|l| l.name == *name) {
            Some(label) => label.id,
            None => w.add_label(question.id, name, free.next())?,
        });
    }
    Ok(ids)
}

/// Leaves a row out where good ones are kept, else refuses the file.
fn refuse(error: Error, options: &Options, report: &mut Report) -> Result<()> {
    if !options.keep_good {
        return Err(error);
    }
    report.rejected.push(error);
    Ok(())
}

/// The column of a role: the one that is named, else the first that has one of these names.
fn column(table: &Table, named: Option<&str>, likely: &[&str], role: &str, option: &str) -> Result<String> {
    if let Some(name) = named {
        return table.column(name).map(|c| c.name.clone());
    }
    let found = likely.iter().find_map(|n| table.columns.iter().find(|c| c.name.eq_ignore_ascii_case(n)));
    found.map(|c| c.name.clone()).ok_or_else(|| {
        let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
        Error::data(format!("{}: which column is the {role}?", table.name))
            .hint(format!("say so with {option}: there are {}", names.join(", ")))
    })
}
