//! `karat split`.

use super::{Context, Report, Table};
use crate::domain::{Deed, Moment, Split, SplitBy, SplitRule};
use crate::error::{Error, Result};
use crate::workflow::split::{self, Asked, Stands, Way};
use serde_json::{Value as Json, json};

/// Arguments of `karat split`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The share of items that judge, from 0 to 1.
    #[arg(long, value_name = "SHARE")]
    pub test: Option<f64>,
    /// The share of items that tune, from 0 to 1.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, requires = "test")]
    pub validation: f64,
    /// Give every label the same shares, as it stands now.
    #[arg(long, requires = "test", conflicts_with = "time")]
    pub stratify: bool,
    /// Keep rows with the same value of this field together, beside the groups that they came with.
    #[arg(long, value_name = "COL")]
    pub group: Option<String>,
    /// Let the newest rows by this field judge, the next newest tune.
    #[arg(long, value_name = "COL", requires = "test")]
    pub time: Option<String>,
    /// Take it from a field that says train, validation or test.
    #[arg(long, value_name = "COL", conflicts_with_all = ["test", "time", "stratify"])]
    pub from: Option<String>,
    /// Count, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// Splits the items, or tells how they are split.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let question = match context.question(&project) {
        Err(_) if context.global.question.is_none() => None,
        question => Some(question?),
    };
    let way = match (&args.from, args.test, &args.time) {
        (Some(field), ..) => Way::Field(field.clone()),
        (None, Some(test), Some(field)) => Way::Time { field: field.clone(), test, validation: args.validation },
        (None, Some(test), None) => Way::Share { test, validation: args.validation, stratify: args.stratify },
        (None, None, _) if args.group.is_some() || args.dry_run => {
            return Err(Error::usage("nothing says how to split").hint("--test 0.2, or --from COL"));
        }
        (None, None, _) => return Ok(report(&split::stands(&project, question.as_ref())?, args)),
    };
    let asked = Asked { way, group: args.group.clone(), seed: context.global.seed };
    let by = if args.dry_run { None } else { Some(context.actor(&mut project, Deed::Snapshots)?) };
    Ok(report(&split::split(&mut project, by, question.as_ref(), &asked)?, args))
}

fn report(stands: &Stands, args: &Args) -> Report {
    let mut table = Table::new(["split", "items", "settled"]).right(&[1, 2]);
    let mut rows = serde_json::Map::new();
    for (split, (items, settled)) in Split::ALL.iter().zip(stands.items.iter().zip(&stands.settled)) {
        table.row([split.to_string(), items.to_string(), settled.to_string()]);
        rows.insert(split.to_string(), json!({"items": items, "settled": settled}));
    }
    let json = json!({
        "rule": stands.rule.as_ref().and_then(|rule| serde_json::to_value(rule).ok()).unwrap_or(Json::Null),
        "splits": rows, "learned_from": stands.learned, "notes": stands.notes, "dry_run": args.dry_run,
    });
    let rule = stands.rule.as_ref().map_or_else(
        || "the evaluation set of the import judges: karat split changes that".to_owned(),
        |rule| {
            if args.dry_run {
                format!("would be split {}", in_words(rule))
            } else {
                format!("split {}", in_words(rule))
            }
        },
    );
    let report = Report::new(json).line(rule).table(&table);
    stands.notes.iter().fold(report, |report, note| report.line(note))
}

/// A rule as a person says it.
fn in_words(rule: &SplitRule) -> String {
    let moment = |moment: &Moment| match moment {
        Moment::Number(x) => x.to_string(),
        Moment::Text(text) => text.clone(),
    };
    let by = match &rule.by {
        SplitBy::Share { test, validation, stratify } => {
            let each = if *stratify { ", the same of every label" } else { "" };
            format!("by a draw (seed {}): test {test}, validation {validation}{each}", rule.seed)
        }
        SplitBy::Time { field, validation_from, test_from } => {
            let tunes =
                validation_from.as_ref().map_or_else(String::new, |m| format!(", validation from {}", moment(m)));
            format!("by {field}: test from {}{tunes}", moment(test_from))
        }
        SplitBy::Field { field } => format!("as the field {field} says"),
    };
    match &rule.group {
        Some(field) => format!("{by}; rows of one {field} together"),
        None => by,
    }
}
