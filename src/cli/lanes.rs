//! `karat lanes`.

use super::{Context, Report, Table};
use crate::domain::Lane;
use crate::error::{Error, Result};
use crate::workflow::{queue, settings};
use serde_json::json;
use std::collections::HashMap;

/// Arguments of `karat lanes`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Change shares, in percent: learn=75,random=15,overlap=10,gold=0.
    #[arg(long, value_name = "LANE=N,…", value_delimiter = ',')]
    pub set: Vec<String>,
}

/// Shows the lanes with their shares and what each has left for whoever asks. The shares are the project's; only to say
/// what is left takes a question.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let question = match context.question(&project) {
        Err(_) if !args.set.is_empty() && context.global.question.is_none() => None,
        question => Some(question?),
    };
    if !args.set.is_empty() {
        let by = context.actor(&mut project)?;
        let shares = args.set.iter().map(|pair| {
            let wrong = || Error::usage(format!("{pair:?} is not LANE=N")).hint("write learn=75,random=15,overlap=10");
            pair.split_once('=').ok_or_else(wrong)
        });
        let shares: Vec<(&str, &str)> = shares.collect::<Result<_>>()?;
        settings::set_shares(&mut project, by, &shares)?;
    }
    let settings = settings::of(&project)?;
    let left: HashMap<Lane, usize> = match &question {
        Some(question) => {
            let rows = queue::lanes(&project, question, context.actor_if_known(&project)?)?;
            rows.into_iter().map(|row| (row.lane, row.left)).collect()
        }
        None => HashMap::new(),
    };
    let mut table = Table::new(["lane", "share", "left"]).right(&[1, 2]);
    let mut rows = Vec::new();
    for lane in Lane::SERVED {
        let (share, left) = (settings.share(lane), left.get(&lane));
        table.row([lane.to_string(), format!("{share} %"), left.map_or_else(String::new, ToString::to_string)]);
        rows.push(json!({"lane": lane.as_str(), "share": share, "left": left}));
    }
    let report = Report::new(json!({"question": question.map(|q| q.name), "lanes": rows})).table(&table);
    Ok(match settings.sum_of_shares() {
        100 => report,
        sum => report.line(format!("the shares add up to {sum} %; each counts as its part of that")),
    })
}
