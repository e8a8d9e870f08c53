//! `karat erase ITEM|PERSON`.

use super::{Context, Report, ask};
use crate::domain::Deed;
use crate::error::{Error, Kind, Result};
use crate::project::{Project, Target};
use crate::workflow::{erase, people};
use serde_json::{Value as Json, json};

/// Arguments of `karat erase`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// An item (your own id, or a unique beginning of its key) or a person's name.
    #[arg(value_name = "ITEM|PERSON")]
    pub what: String,
    /// It is a person, where an item is called the same.
    #[arg(long)]
    pub person: bool,
    /// Do not ask.
    #[arg(long)]
    pub yes: bool,
}

/// Blanks texts or names for good; hashes and ids stay, with a tombstone that merges respect.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let (target, called) = find(&project, args)?;
    let warning = format!("{called} will be gone for good; copies and backups made before still have it");
    if !args.yes {
        if !ask::is_possible() {
            return Err(Error::usage(warning).hint("say --yes if that is meant"));
        }
        if !ask::yes(&format!("{warning}. Go on?"))? {
            return Err(Error::new(Kind::Interrupted, "nothing was erased"));
        }
    }
    let by = context.actor(&mut project, Deed::Erase)?;
    let done = erase::erase(&mut project, by, target)?;
    let erased = done.erased;
    let traces: Vec<Json> =
        done.traces.iter().map(|(run, file, words)| json!({"run": run, "file": file, "words": words})).collect();
    let json = json!({
        "erased": called, "blanked": erased.blanked, "shared": erased.shared, "traces": traces, "in_split": done.in_split,
    });
    let mut report = Report::new(json).line(format!("erased {called}: {} contents blanked", erased.blanked));
    if erased.shared > 0 {
        report = report.line(format!("{} contents stay, because something else has the same", erased.shared));
    }
    for (run, file, words) in &done.traces {
        report = report.line(format!("run {run} holds {words} words of it in {file}, which it learned from"));
    }
    if done.in_split {
        report = report.line("a rule that items were split by holds a value of it");
    }
    Ok(match done.traces.is_empty() && !done.in_split {
        true => report,
        false => report.line(
            "runs and rules are never changed: retire the run (karat runs retire), and to be rid of the trace take what is \
             to stay into a new project (karat export, karat init)",
        ),
    })
}

fn find(project: &Project, args: &Args) -> Result<(Target, String)> {
    let person = project.person_named(&args.what)?;
    if let Some(person) = person.filter(|_| args.person || project.find_item(&args.what).is_err()) {
        return Ok((Target::Person(person.id), format!("the name {:?}", args.what)));
    }
    if args.person {
        people::named(project, &args.what)?;
    }
    let item = project.find_item(&args.what)?;
    Ok((Target::Item(item), format!("what is in the item {}", project.item(item)?.name())))
}
