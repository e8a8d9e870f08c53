//! `karat lanes`.

use super::{Context, Report, Table};
use crate::error::{Error, Result};
use crate::workflow::{queue, settings};
use serde_json::json;

/// Arguments of `karat lanes`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Change shares, in percent: learn=75,random=15,overlap=10,gold=0.
    #[arg(long, value_name = "LANE=N,…", value_delimiter = ',')]
    pub set: Vec<String>,
}

/// Shows the lanes with their shares and what each has left for whoever asks.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let question = context.question(&project)?;
    if !args.set.is_empty() {
        let by = context.actor(&mut project)?.id;
        let shares = args.set.iter().map(|pair| {
            let wrong = || Error::usage(format!("{pair:?} is not LANE=N")).hint("write learn=75,random=15,overlap=10");
            pair.split_once('=').ok_or_else(wrong)
        });
        let shares: Vec<(&str, &str)> = shares.collect::<Result<_>>()?;
        settings::set_shares(&mut project, by, &shares)?;
    }
    let person = context.actor_if_known(&project)?;
    let mut table = Table::new(["lane", "share", "left"]).right(&[1, 2]);
    let mut rows = Vec::new();
    for row in queue::lanes(&project, &question, person)? {
        table.row([row.lane.to_string(), format!("{} %", row.share), row.left.to_string()]);
        rows.push(json!({"lane": row.lane.as_str(), "share": row.share, "left": row.left}));
    }
    Ok(Report::new(json!({"question": question.name, "lanes": rows})).table(&table))
}
