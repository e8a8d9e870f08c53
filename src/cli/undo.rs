//! `karat undo` and `karat redo`.

use super::{Context, Report};
use crate::domain::{ActKind, Deed};
use crate::error::{Error, Result};
use crate::project::{LogEntry, UndoScope, Undone};
use crate::workflow::runs;
use serde_json::json;

/// Arguments of `karat undo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Say what would be taken back, and what newer it would pass over; change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// Takes back this person's newest act that can be taken back, and says which newer ones it passes over.
pub fn undo(args: &Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let by = context.actor(&mut project, Deed::Answer)?;
    if args.dry_run {
        let undone = project.next_undo(by, &UndoScope::Any)?;
        let undone = undone.ok_or_else(|| Error::conflict("there is nothing to take back"))?;
        let passed = project.passed_over(by, undone.act)?;
        return Ok(told("would take back", &undone, (&passed, &[]), true));
    }
    let champions = runs::champions(&project)?;
    let undone = project.undo(by, &UndoScope::Any)?;
    let passed = project.passed_over(by, undone.act)?;
    Ok(told("took back", &undone, (&passed, &runs::fallen(&project, &champions)?), false))
}

/// Takes back this person's newest undo.
pub fn redo(context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let by = context.actor(&mut project, Deed::Answer)?;
    let redone = project.redo(by, &UndoScope::Any)?;
    Ok(told("did again", &redone, (&[], &[]), false))
}

/// One line of what was done, one of each champion that is none now, and one of each newer act that stays.
fn told(what: &str, undone: &Undone, (passed, fallen): (&[LogEntry], &[String]), dry_run: bool) -> Report {
    let newer: Vec<_> = passed
        .iter()
        .map(|e| json!({"act": e.act.id.to_string(), "kind": e.act.kind.as_str(), "summary": e.summary}))
        .collect();
    let json = json!({
        "act": undone.act.to_string(), "kind": undone.kind.as_str(), "summary": undone.summary, "passed_over": newer,
        "fallen": fallen, "dry_run": dry_run,
    });
    let beside = match passed.len() {
        0 => String::new(),
        1 => " (not your newest act: one newer stays)".to_owned(),
        n => format!(" (not your newest act: {n} newer stay)"),
    };
    let report = Report::new(json).line(format!("{what}: {}{beside}", undone.summary));
    let report = fallen.iter().fold(report, |report, told| report.line(told));
    passed.iter().fold(report, |report, entry| {
        let instead = match entry.act.kind {
            ActKind::Import => format!("karat import --undo {} takes it back", entry.act.id),
            kind => format!("an act of the kind {kind} cannot be taken back"),
        };
        report.line(format!("  stays: {} ({instead})", entry.summary))
    })
}
