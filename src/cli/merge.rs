//! `karat merge OTHER`.

use super::{Context, Report};
use crate::error::Result;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `karat merge`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Another copy of the project; it is only read.
    pub other: PathBuf,
}

/// Takes in every act of another copy, and tells where two copies say different things.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let by = context.actor(&mut project)?.id;
    let merged = project.merge(by, &args.other)?;
    let people = project.people()?;
    let name = |id| people.iter().find(|p| p.id == id).and_then(|p| p.name.clone()).unwrap_or_default();
    let mut conflicts = Vec::new();
    let mut lines = Vec::new();
    for conflict in &merged.conflicts {
        let (item, person) = (project.item(conflict.item)?.name(), name(conflict.person));
        lines.push(format!("conflict: {person} said of {item} ({}): {}", conflict.question, conflict.said.join(", ")));
        conflicts.push(json!({
            "item": item, "annotator": person, "question": conflict.question, "said": conflict.said,
        }));
    }
    let json = json!({"acts": merged.acts, "facts": merged.facts, "joined": merged.joined, "conflicts": conflicts});
    let report = Report::new(json).line(format!("{} acts with {} facts taken in", merged.acts, merged.facts));
    Ok(lines.iter().fold(report, |report, line| report.line(line)))
}
