//! `karat label add|rename|merge|split|retire|list`.

use super::{Context, Report, Table};
use crate::domain::{Deed, Question};
use crate::error::Result;
use crate::project::Project;
use crate::workflow::labels;
use serde_json::json;

/// Arguments of `karat label`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the labels with how often each was given.
    List,
    /// Add a label at the end.
    Add {
        /// Its name.
        name: String,
        /// The digit or letter that gives it.
        #[arg(long)]
        key: Option<char>,
    },
    /// Give a label another name; no answer changes.
    Rename {
        /// The name now.
        name: String,
        /// The new name.
        new: String,
    },
    /// Count a label's answers as another's from now on.
    Merge {
        /// The label that goes.
        name: String,
        /// The label that stays.
        into: String,
    },
    /// Split a label into several; items that have it are asked again.
    Split {
        /// The label that goes.
        name: String,
        /// What it is split into: new names, or labels that are there.
        #[arg(long, value_delimiter = ',', required = true, value_name = "A,B")]
        into: Vec<String>,
        /// Tell what would be asked again, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Take a label out of use; its answers stay.
    Retire {
        /// Its name.
        name: String,
    },
}

/// Lists or changes the labels of a question.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let question = context.question(&project)?;
    if let Some(action) = args.action.filter(|action| !matches!(action, Action::List)) {
        if let Action::Split { name, into, dry_run: true } = &action {
            let into: Vec<&str> = into.iter().map(String::as_str).collect();
            let split = labels::split(&mut project, None, &question, name, &into)?;
            context.note(format!("{} items would be asked again", split.sent.len()));
            return list(&project, &question);
        }
        let by = context.actor(&mut project, Deed::Labels)?;
        match action {
            Action::Split { name, into, .. } => {
                let into: Vec<&str> = into.iter().map(String::as_str).collect();
                let split = labels::split(&mut project, Some(by), &question, &name, &into)?;
                context.note(format!("{} items are asked again", split.sent.len()));
            }
            Action::List => {}
            Action::Add { name, key } => drop(labels::add(&mut project, by, &question, &name, key)?),
            Action::Rename { name, new } => labels::rename(&mut project, by, &question, &name, &new)?,
            Action::Merge { name, into } => labels::merge(&mut project, by, &question, &name, &into)?,
            Action::Retire { name } => labels::retire(&mut project, by, &question, &name)?,
        }
    }
    let question = context.question(&project)?;
    list(&project, &question)
}

fn list(project: &Project, question: &Question) -> Result<Report> {
    let given = labels::given(project, question)?;
    let mut table = Table::new(["label", "key", "answers", ""]).right(&[2]);
    let mut rows = Vec::new();
    for label in &question.labels {
        let count = given.get(&label.id).copied().unwrap_or(0);
        let key = label.key.map_or_else(String::new, String::from);
        let state = if label.retired { "retired" } else { "" };
        table.row([label.name.clone(), key, count.to_string(), state.into()]);
        rows.push(json!({
            "id": label.id.to_string(), "name": label.name, "key": label.key, "answers": count,
            "retired": label.retired,
        }));
    }
    let json = json!({"question": question.name, "revision": question.label_revision, "labels": rows});
    Ok(Report::new(json).table(&table))
}
