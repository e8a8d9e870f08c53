//! `karat inbox`.

use super::{Context, Report, Table};
use crate::domain::{Deed, EntryId, iso};
use crate::error::{Error, Result};
use crate::workflow::inbox::{self, Line};
use serde_json::json;

/// Arguments of `karat inbox`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What you have read already too.
    #[arg(long)]
    pub all: bool,
    /// Mark an entry as read, by the end of its id as the list shows it; may be repeated.
    #[arg(long, value_name = "ENTRY", conflicts_with = "read_all")]
    pub read: Vec<String>,
    /// Mark everything as read.
    #[arg(long)]
    pub read_all: bool,
}

/// How much of an entry's id the list shows: its end, for ids begin with the time.
const SHOWN: usize = 8;

/// Lists what somebody should hear of, newest first.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let mut lines = match context.actor_if_known(&project)? {
        Some(me) => inbox::of(&project, me)?,
        None => Vec::new(),
    };
    let marked: Vec<EntryId> = match args.read_all {
        true => lines.iter().map(|line| line.id).collect(),
        false => args.read.iter().map(|end| named(&lines, end)).collect::<Result<_>>()?,
    };
    if !marked.is_empty() {
        let me = context.actor(&mut project, Deed::Answer)?;
        let new = inbox::read(&mut project, me, &marked)?;
        context.note(format!("{new} marked as read"));
        lines = inbox::of(&project, me)?;
    }
    let (unread, total) = (lines.iter().filter(|line| !line.read).count(), lines.len());
    lines.retain(|line| args.all || !line.read);
    let entries: Vec<_> = lines.iter().map(Line::to_json).collect();
    let report = Report::new(json!({"person": context.who(), "unread": unread, "entries": entries}));
    if lines.is_empty() {
        let more =
            if total > 0 { format!("; karat inbox --all shows the {total} you have read") } else { String::new() };
        return Ok(report.line(format!("nothing new{more}")));
    }
    let mut table = Table::new(["", "id", "when", "what", "item", "question", "from", "says"]);
    for line in &lines {
        let id = line.id.to_string();
        table.row([
            if line.read { " " } else { "•" }.to_owned(),
            id[id.len() - SHOWN..].to_owned(),
            iso(line.at).chars().take(16).collect::<String>().replace('T', " "),
            line.kind.to_owned(),
            line.item.clone(),
            line.question.1.clone(),
            line.by.clone().unwrap_or_else(|| "(erased)".to_owned()),
            line.summary(),
        ]);
    }
    Ok(report.table(&table))
}

fn named(lines: &[Line], end: &str) -> Result<EntryId> {
    let mut found = lines.iter().filter(|line| !end.is_empty() && line.id.to_string().ends_with(end));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one.id),
        (None, _) => Err(Error::usage(format!("no entry of the inbox has an id that ends in {end:?}"))
            .hint("karat inbox --all lists them")),
        (Some(_), Some(_)) => Err(Error::usage(format!("several entries have ids that end in {end:?}"))
            .hint("give more of it; karat inbox --json shows whole ids")),
    }
}
