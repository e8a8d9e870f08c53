//! `karat doctor [--rebuild]`.

use super::{Context, Report, Table};
use crate::error::{Kind, Result};
use crate::project::{Check, Project};
use serde_json::json;

/// Arguments of `karat doctor`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Build what is derived from the facts anew, then check.
    #[arg(long)]
    pub rebuild: bool,
}

/// Checks the file: its pages, references, hashes, and what is derived from the facts. Leaves with 3 if any is wrong,
/// and where the file is too damaged to be opened.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let checks = match context.open().and_then(|mut project| examine(&mut project, args, context)) {
        Err(error) if error.kind == Kind::Damaged => {
            error.hint.iter().for_each(|hint| context.note(hint));
            vec![Check::unopened(&error)]
        }
        checks => checks?,
    };
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

fn examine(project: &mut Project, args: &Args, context: &Context) -> Result<Vec<Check>> {
    if args.rebuild {
        for changed in project.rebuild()? {
            context.note(format!("rebuilt: {changed}"));
        }
    }
    project.doctor()
}
