//! `karat lanes`.

use super::{Context, Report, Table};
use crate::domain::{Deed, Lane};
use crate::error::{Error, Result};
use crate::workflow::overlap::Overlap;
use crate::workflow::qualification::{self, Required};
use crate::workflow::ranking::By;
use crate::workflow::{queue, settings};
use serde_json::json;
use std::collections::HashMap;

/// Arguments of `karat lanes`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Change shares, in percent: learn=75,random=15,overlap=10,gold=0; also review=50,again=2, which stand beside them. A
    /// lane without a share serves nothing.
    #[arg(long, value_name = "LANE=N,…", value_delimiter = ',')]
    pub set: Vec<String>,
}

/// Shows the lanes with their shares and what each has left for whoever asks, the overlap policy and how far it is met. The shares are the project's; only to say
/// what is left takes a question.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let question = match context.question(&project) {
        Err(_) if !args.set.is_empty() && context.global.question.is_none() => None,
        question => Some(question?),
    };
    if !args.set.is_empty() {
        let by = context.actor(&mut project, Deed::Settings)?;
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
    let mut lines = Vec::new();
    let sum = settings.sum_of_shares();
    if sum != 100 {
        lines.push(format!("the shares add up to {sum} %; each counts as its part of that"));
    }
    let (mut overlap, mut required, mut by) = (None, None, None);
    if let Some(question) = &question {
        let orders = By::of(&project, question, &settings)?;
        lines.extend(orders.unusual().map(|by| format!("the learn lane is ordered by {by}")));
        by = Some(orders.to_json());
        let policy = Overlap::of(&project, question, &settings)?;
        lines.extend(told(&policy, settings.share(Lane::Overlap)));
        overlap = Some(policy.to_json());
        required = qualification::required(&project, question, &settings)?;
        lines.extend(required.map(asked_first));
    }
    let json = json!({
        "question": question.map(|q| q.name), "lanes": rows, "model": by, "overlap": overlap,
        "qualification": required.map(Required::to_json),
    });
    Ok(lines.into_iter().fold(Report::new(json).table(&table), Report::line))
}

/// The overlap policy, and how far it is met.
fn told(policy: &Overlap, share: u32) -> Vec<String> {
    let Overlap { answers, people, by_answers, outside_with_several, .. } = policy;
    let who = people.as_ref().map_or_else(|| "everybody".to_owned(), |names| names.join(", "));
    let (items, all) = (policy.items(), policy.items() + policy.outside);
    let counts = by_answers.iter().map(|(answers, items)| format!("{items} with {answers}")).collect::<Vec<_>>();
    let counts = if counts.is_empty() { "none".to_owned() } else { counts.join(", ") };
    let mut lines = vec![
        String::new(),
        format!("overlap: {answers} people each about {items} of {all} items ({} %); asked again: {who}", policy.share),
        format!("answers: {counts}; of {} that are begun {} have {answers}", policy.begun(), policy.met()),
    ];
    if *outside_with_several > 0 {
        lines.push(format!("{outside_with_several} other items have several: picked, imported, or served as gold"));
    }
    if share == 0 && items > 0 {
        lines.push("the lane overlap has no share: nobody is asked what another answered".to_owned());
    }
    lines
}

/// What annotators answer first.
fn asked_first(required: Required) -> String {
    let Required { items, percent, gold } = required;
    match gold {
        0 => format!(
            "qualification: {items} items of known truth are asked for; there are none, and nobody has to qualify"
        ),
        n if n < items => {
            format!(
                "qualification: {percent} % right of {n} items of known truth, all there are of the {items} asked for"
            )
        }
        _ => format!("qualification: annotators answer {items} items of known truth first; {percent} % must be right"),
    }
}
