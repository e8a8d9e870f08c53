//! `karat import`.

use super::{Context, Report};
use crate::domain::{Deed, UnknownWord};
use crate::error::{Error, Result};
use crate::exchange::{Format, Rejected};
use crate::workflow::import::{self, Options, What};
use crate::workflow::runs;
use crate::workflow::values::parse_map;
use serde_json::json;
use std::path::PathBuf;

/// So many rows that were left out are described.
const DESCRIBED: usize = 10;

/// Arguments of `karat import`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The data file: CSV, TSV, JSONL, JSON or Parquet.
    #[arg(value_name = "DATA", required_unless_present = "undo")]
    pub data: Option<PathBuf>,
    /// What it holds: items, answers, gold, labels, or predictions of a model that was trained elsewhere.
    #[arg(long = "as", value_name = "WHAT", value_parser = what, required_unless_present = "undo")]
    pub what: Option<What>,
    /// The file's format, where ending and content should not decide: csv, tsv, jsonl, json or parquet.
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub format: Option<Format>,
    /// The name of the source; ids are unique within one. Else the file's name without its ending.
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Let rows that differ from what is there replace it.
    #[arg(long)]
    pub update: bool,
    /// Leave rows out that are not right, and list them.
    #[arg(long)]
    pub keep_good: bool,
    /// The column of the texts (items).
    #[arg(long, value_name = "COL")]
    pub text: Option<String>,
    /// The column that names the item.
    #[arg(long, value_name = "COL")]
    pub item_col: Option<String>,
    /// The column that names who answered.
    #[arg(long, value_name = "COL")]
    pub annotator_col: Option<String>,
    /// The column of the answers, gold, labels or predictions.
    #[arg(long, value_name = "COL")]
    pub answer_col: Option<String>,
    /// The column of the times.
    #[arg(long, value_name = "COL")]
    pub time_col: Option<String>,
    /// Every column but the item's is one person's answers.
    #[arg(long, conflicts_with_all = ["annotator_col", "answer_col", "time_col"])]
    pub wide: bool,
    /// What to call the run that predictions become; else the source's name.
    #[arg(long, value_name = "RUN")]
    pub name: Option<String>,
    /// What a name in the file is called here.
    #[arg(long, value_name = "OLD=NEW", value_delimiter = ',')]
    pub map: Vec<String>,
    /// Add labels that are not in the set.
    #[arg(long)]
    pub add_labels: bool,
    /// Only say what would be added.
    #[arg(long, conflicts_with = "undo")]
    pub dry_run: bool,
    /// Take an import back: its id, or the beginning of it.
    #[arg(long, value_name = "BATCH", conflicts_with = "data")]
    pub undo: Option<String>,
}

/// Reads a format's name.
pub(super) fn format(word: &str) -> std::result::Result<Format, UnknownWord> {
    word.parse()
}

fn what(word: &str) -> std::result::Result<What, UnknownWord> {
    word.parse()
}

/// Brings more in, or takes an import back.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let deed = match args.what {
        _ if args.dry_run => Deed::Answer,
        Some(What::Predictions) => Deed::Train,
        _ => Deed::Import,
    };
    let by = context.actor(&mut project, deed)?;
    if let Some(batch) = &args.undo {
        let champions = runs::champions(&project)?;
        let undone = import::undo(&mut project, by, batch)?;
        let fallen = runs::fallen(&project, &champions)?;
        let json = json!({
            "undone": undone.act.to_string(), "kind": undone.kind.as_str(), "summary": undone.summary, "fallen": fallen,
        });
        let report = Report::new(json).line(format!("taken back: {}", undone.summary));
        return Ok(fallen.iter().fold(report, |report, told| report.line(told)));
    }
    let (Some(data), Some(what)) = (&args.data, args.what) else {
        return Err(Error::usage("a file and --as are needed")
            .hint("karat import DATA --as items|answers|gold|labels|predictions"));
    };
    let options = Options {
        format: args.format,
        source: args.source,
        update: args.update,
        keep_good: args.keep_good,
        text: args.text,
        item: args.item_col,
        annotator: args.annotator_col,
        answer: args.answer_col,
        time: args.time_col,
        wide: args.wide,
        name: args.name,
        map: parse_map(&args.map)?,
        add_labels: args.add_labels,
        dry_run: args.dry_run,
        seed: context.global.seed,
    };
    let question = match what {
        What::Items => None,
        _ => Some(context.question(&project)?),
    };
    let done = import::import(&mut project, by, question.as_ref(), what, data, &options, &context.control())?;
    done.notes.iter().for_each(|note| context.note(note));
    note_rejected(&done.rejected, context);
    let batch = done.batch.map(|b| b.to_string());
    let added: Vec<_> = done.fields.added.iter().map(|f| json!({"name": f.name, "type": f.kind.as_str()})).collect();
    let widened: Vec<_> = done
        .fields
        .widened
        .iter()
        .map(|(name, from, to)| json!({"name": name, "from": from.as_str(), "to": to.as_str()}))
        .collect();
    let json = json!({
        "batch": batch, "as": what.as_str(), "source": done.source, "dry_run": args.dry_run, "rows": done.rows,
        "added": done.added, "unchanged": done.unchanged, "updated": done.updated, "repeated": done.repeated,
        "evaluation": done.evaluation, "truths": done.truths, "people": done.people, "labels": done.labels,
        "fields": {"added": added, "widened": widened}, "rejected": done.rejected.count, "notes": done.notes,
    });
    let mut json = json;
    if let Some(run) = done.run {
        json["run"] = json!(run);
    }
    let mut counts = vec![format!("{} added", done.added), format!("{} there already", done.unchanged)];
    for (n, what) in [(done.updated, "updated"), (done.repeated, "repeated"), (done.rejected.count, "left out")] {
        if n > 0 {
            counts.push(format!("{n} {what}"));
        }
    }
    let would = if args.dry_run { "would be: " } else { "" };
    let mut report = Report::new(json).line(format!("{what} of {} rows: {would}{}", done.rows, counts.join(", ")));
    for (new, what) in [(&done.people, "people"), (&done.labels, "labels")] {
        if !new.is_empty() {
            report = report.line(format!("new {what}: {}", new.join(", ")));
        }
    }
    for field in &done.fields.added {
        report = report.line(format!("new field: {} ({})", field.name, field.kind));
    }
    for (name, from, to) in &done.fields.widened {
        report = report.line(format!("the field {name} was {from} and is {to} from now on"));
    }
    if let (Some(run), Some(_)) = (done.run, &batch) {
        report = report.line(format!("karat runs show {run} tells how good they are"));
    }
    Ok(match batch {
        Some(batch) => report.line(format!("karat import --undo {} takes it back", batch.get(..13).unwrap_or(&batch))),
        None if args.dry_run => report.line("nothing was written"),
        None => report.line("nothing new: the project has all of it"),
    })
}

/// Describes rows that were left out.
pub(super) fn note_rejected(rejected: &Rejected, context: &Context) {
    for error in rejected.first.iter().take(DESCRIBED) {
        context.note(format!("left out: {error}"));
    }
    if rejected.count > DESCRIBED {
        context.note(format!("left out: {} rows more", rejected.count - DESCRIBED));
    }
}
