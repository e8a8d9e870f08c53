//! `karat doctor [--rebuild]`.

use super::{Context, Report, Table};
use crate::error::Result;
use serde_json::json;

/// Arguments of `karat doctor`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Build what is derived from the facts anew, then check.
    #[arg(long)]
    pub rebuild: bool,
}

/// Checks the file: its pages, references, hashes, and what is derived from the facts. Leaves with 3 if any is wrong.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    if args.rebuild {
        for changed in project.rebuild()? {
            context.note(format!("rebuilt: {changed}"));
        }
    }
    let checks = project.doctor()?;
    let ok = checks.iter().all(|check| check.ok);
    let mut table = Table::new(["", "check", "detail"]);
    let mut rows = Vec::new();
    for check in &checks {
        table.row([if check.ok { "✓" } else { "✗" }.into(), check.name.to_string(), check.detail.clone()]);
        rows.push(json!({"name": check.name, "ok": check.ok, "detail": check.detail}));
    }
    let report = Report::new(json!({"ok": ok, "checks": rows})).table(&table);
    Ok(if ok { report } else { report.code(3) })
}
