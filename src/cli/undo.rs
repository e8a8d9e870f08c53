//! `karat undo` and `karat redo`.

use super::{Context, Report};
use crate::domain::ActKind;
use crate::error::Result;
use crate::project::{LogEntry, UndoScope, Undone};
use serde_json::json;

/// Takes back this person's newest act that can be taken back, and says which newer ones it passed over.
pub fn undo(context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let by = context.actor(&mut project)?;
    let undone = project.undo(by, &UndoScope::Any)?;
    let passed = project.passed_over(by, undone.act)?;
    for entry in &passed {
        let instead = match entry.act.kind {
            ActKind::Import => format!("karat import --undo {} takes it back", entry.act.id),
            kind => format!("an act of the kind {kind} cannot be taken back"),
        };
        context.note(format!("passed over, though newer: {} ({instead})", entry.summary));
    }
    Ok(told("took back", &undone, &passed))
}

/// Takes back this person's newest undo.
pub fn redo(context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let by = context.actor(&mut project)?;
    let redone = project.redo(by, &UndoScope::Any)?;
    Ok(told("did again", &redone, &[]))
}

fn told(what: &str, undone: &Undone, passed: &[LogEntry]) -> Report {
    let passed: Vec<_> = passed
        .iter()
        .map(|e| json!({"act": e.act.id.to_string(), "kind": e.act.kind.as_str(), "summary": e.summary}))
        .collect();
    let json = json!({
        "act": undone.act.to_string(), "kind": undone.kind.as_str(), "summary": undone.summary, "passed_over": passed,
    });
    Report::new(json).line(format!("{what}: {}", undone.summary))
}
