//! `karat merge OTHER`.

use super::{Context, Report};
use crate::domain::Deed;
use crate::error::Result;
use crate::project::{Project, Scratch};
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `karat merge`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Another copy of the project; it is only read.
    pub other: PathBuf,
    /// Tell what would come in, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// Takes in every act of another copy, and tells where two copies say different things.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let scratch; // outlives the connection to it
    let mut project = context.open()?;
    if args.dry_run {
        scratch = Scratch::copy_of(&project)?;
        project = Project::open(scratch.path(), context.place())?;
    }
    let by = context.actor(&mut project, if args.dry_run { Deed::Answer } else { Deed::Merge })?;
    let merged = project.merge(by, &args.other)?;
    let people = project.people()?;
    let name = |id| people.iter().find(|p| p.id == id).and_then(|p| p.name.clone()).unwrap_or_default();
    let mut conflicts = Vec::new();
    let mut lines = Vec::new();
    for conflict in &merged.conflicts {
        let (item, person) = (project.item(conflict.item)?.name(), conflict.person.map(name));
        let what = match &person {
            Some(person) => format!("{person} said of {item}"),
            None => format!("the rulings settle {item}"),
        };
        lines.push(format!("conflict: {what} ({}): {}", conflict.question, conflict.said.join(", ")));
        conflicts.push(json!({
            "item": item, "annotator": person, "question": conflict.question, "said": conflict.said,
        }));
    }
    for name in &merged.namesakes {
        lines.push(format!(
            "several people are called {name}: each copy let one join; karat people rename tells them apart"
        ));
    }
    let json = json!({
        "acts": merged.acts, "facts": merged.facts, "joined": merged.joined, "placed": merged.placed, "conflicts": conflicts,
        "namesakes": merged.namesakes, "dry_run": args.dry_run,
    });
    let done = if args.dry_run { "would be taken in" } else { "taken in" };
    let mut report = Report::new(json).line(format!("{} acts with {} facts {done}", merged.acts, merged.facts));
    if merged.placed > 0 {
        let placed = if args.dry_run { "would be" } else { "were" };
        report = report.line(format!("{} items {placed} split by the rule that holds now", merged.placed));
    }
    Ok(lines.iter().fold(report, |report, line| report.line(line)))
}
