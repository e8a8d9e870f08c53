//! `karat export`.

use super::{Context, Report};
use crate::domain::UnknownWord;
use crate::error::{Error, Result};
use crate::exchange::{Destination, Format};
use crate::workflow::export::{self, Wanted, What};
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `karat export`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file to write; - is standard output.
    #[arg(value_name = "DEST")]
    pub dest: PathBuf,
    /// What to write: items, answers, rulings, training or predictions.
    #[arg(long, value_name = "WHAT", value_parser = what, default_value = "items")]
    pub what: What,
    /// The format, where the ending should not decide: csv, tsv, jsonl, json or parquet.
    #[arg(long, value_name = "FORMAT", value_parser = super::import::format)]
    pub format: Option<Format>,
    /// Of predictions: the run, by number or name; else the champion, else the newest.
    #[arg(long, value_name = "R")]
    pub run: Option<String>,
    /// Write over a file that is there.
    #[arg(long)]
    pub force: bool,
    /// Of answers: those too whose person has left and whose answers are excluded; a column says so.
    #[arg(long)]
    pub with_excluded: bool,
    /// Only of items that match this expression, such as: price > 2 AND text.matches('refund|return').
    #[arg(long = "where", value_name = "EXPR", allow_hyphen_values = true)]
    pub expression: Option<String>,
}

fn what(word: &str) -> std::result::Result<What, UnknownWord> {
    word.parse()
}

/// Writes a table out.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let project = context.open()?;
    let to = Destination::new(&args.dest);
    let format = match (args.format, &to) {
        (Some(format), _) => format,
        (None, Destination::Stdout) => Format::Csv,
        (None, Destination::File(path)) => Format::of_path(path).ok_or_else(|| {
            Error::usage(format!("{} does not say its format", path.display()))
                .hint("end it in .csv, .tsv, .jsonl, .json or .parquet, or say --format")
        })?,
    };
    let question = match (args.what, &args.expression) {
        (What::Items, None) => None,
        (What::Items, Some(_)) => context.question(&project).ok(),
        _ => Some(context.question(&project)?),
    };
    let wanted = Wanted {
        what: args.what,
        expression: args.expression.as_deref(),
        with_excluded: args.with_excluded,
        run: args.run.as_deref(),
        force: args.force,
    };
    let rows = export::export(&project, question.as_ref(), wanted, &to, format, &context.control())?;
    if to == Destination::Stdout {
        return Ok(Report::raw(String::new()));
    }
    let json = json!({"file": args.dest, "what": args.what.as_str(), "format": format.as_str(), "rows": rows});
    Ok(Report::new(json).line(format!("{}: {} of {rows} rows", args.dest.display(), args.what)))
}
