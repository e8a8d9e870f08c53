//! `karat log`.

use super::{Context, Report, Table};
use crate::clock::local_time;
use crate::domain::ActKind;
use crate::error::Result;
use serde_json::json;

/// Arguments of `karat log`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many of the newest acts to show.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: u32,
}

/// The newest acts, and whether the whole log verifies; leaves with 3 where it does not.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let project = context.open()?;
    let verified = project.verify()?;
    let mut table = Table::new(["when", "who", "kind", "what", "", "act"]);
    let mut rows = Vec::new();
    let mut newest_import = None;
    for entry in project.log(args.limit)? {
        let act = &entry.act;
        let who = entry.person.clone().unwrap_or_else(|| "(erased)".to_owned());
        let state = if entry.live { "" } else { "taken back" };
        let short: String = act.id.to_string().chars().take(13).collect();
        if act.kind == ActKind::Import && entry.live {
            newest_import.get_or_insert_with(|| short.clone());
        }
        table.row([local_time(act.at), who, act.kind.to_string(), entry.summary.clone(), state.into(), short]);
        rows.push(json!({
            "id": act.id.to_string(), "kind": act.kind.as_str(), "person": entry.person, "os_user": act.os_user,
            "host": act.host, "at": act.at, "undoes": act.undoes.map(|id| id.to_string()), "live": entry.live,
            "summary": entry.summary, "hash": act.hash.to_string(),
        }));
    }
    let json = json!({
        "verified": verified.ok(), "checked": {"acts": verified.acts, "facts": verified.facts},
        "problems": verified.faults, "acts": rows,
    });
    let mut report = Report::new(json).table(&table);
    if let Some(act) = newest_import {
        report = report.line(format!("an import is taken back by its act: karat import --undo {act}"));
    }
    Ok(match verified.ok() {
        true => report.line(format!("verified: {} acts, {} facts", verified.acts, verified.facts)),
        false => verified.faults.iter().fold(report, |report, fault| report.line(format!("✗ {fault}"))).code(3),
    })
}
