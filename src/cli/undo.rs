//! `karat undo` and `karat redo`.

use super::{Context, Report};
use crate::error::Result;
use crate::project::{UndoScope, Undone};
use serde_json::json;

/// Takes back this person's newest live act.
pub fn undo(context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let person = context.actor(&mut project)?;
    let undone = project.undo(person.id, &UndoScope::Any)?;
    Ok(told("took back", &undone))
}

/// Takes back this person's newest undo.
pub fn redo(context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let person = context.actor(&mut project)?;
    let redone = project.redo(person.id, &UndoScope::Any)?;
    Ok(told("did again", &redone))
}

fn told(what: &str, undone: &Undone) -> Report {
    let json = json!({"act": undone.act.to_string(), "kind": undone.kind.as_str(), "summary": undone.summary});
    Report::new(json).line(format!("{what}: {}", undone.summary))
}
