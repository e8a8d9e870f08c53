//! `karat init`.

use super::{Context, Report, Table, ask};
use crate::domain::{Kind, Scale, UnknownWord};
use crate::error::{Error, Result};
use crate::exchange::Format;
use crate::workflow::init::{self, Ask, Made, Options};
use serde_json::{Value as Json, json};
use std::path::PathBuf;

/// Arguments of `karat init`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The data file: CSV, TSV, JSONL, JSON or Parquet.
    #[arg(value_name = "DATA")]
    pub data: PathBuf,
    /// The column of the texts.
    #[arg(long, value_name = "COL")]
    pub text: Option<String>,
    /// The column of your own ids; - for none.
    #[arg(long, value_name = "COL")]
    pub id: Option<String>,
    /// The column of hidden truths, for evaluation and attention checks; - for none.
    #[arg(long, value_name = "COL")]
    pub gold: Option<String>,
    /// The column of existing labels to learn from.
    #[arg(long, value_name = "COL")]
    pub labelled: Option<String>,
    /// Fields that annotators see.
    #[arg(long, value_name = "COLS", value_delimiter = ',')]
    pub show: Vec<String>,
    /// Fields that models learn from.
    #[arg(long, value_name = "COLS", value_delimiter = ',')]
    pub feature: Vec<String>,
    /// Keep rows with the same value in this column together in splits.
    #[arg(long, value_name = "COL")]
    pub group_by: Option<String>,
    /// How the question is answered: choice, choices, spans, rating, text or preference.
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub kind: Option<Kind>,
    /// The labels, perhaps with keys: a,b or n=negative,…
    #[arg(long, value_name = "LABELS", value_delimiter = ',')]
    pub labels: Vec<String>,
    /// The ratings that can be given, with --kind rating: from the lowest to the highest, such as 1-5 or 0-10.
    #[arg(long, value_name = "MIN-MAX", allow_hyphen_values = true)]
    pub scale: Option<Scale>,
    /// A file with the guidelines.
    #[arg(long, value_name = "FILE")]
    pub guidelines: Option<PathBuf>,
    /// The share of items to set aside for evaluation.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub eval: Option<f64>,
    /// Let the folder's group use the project.
    #[arg(long)]
    pub shared: bool,
    /// The file's format, where ending and content should not decide: csv, tsv, jsonl, json or parquet.
    #[arg(long, value_name = "FORMAT", value_parser = super::import::format)]
    pub format: Option<Format>,
    /// Leave rows out that are not right, and list them.
    #[arg(long)]
    pub keep_good: bool,
}

fn kind(word: &str) -> std::result::Result<Kind, UnknownWord> {
    word.parse()
}

fn share(typed: &str) -> std::result::Result<f64, String> {
    match typed.parse::<f64>() {
        Ok(share) if (0.0..=0.9).contains(&share) => Ok(share),
        _ => Err("a share from 0 to 0.9, such as 0.1".to_owned()),
    }
}

/// Makes a project from a data file.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    let path = match &context.global.project {
        Some(path) => path.clone(),
        None => PathBuf::from(format!("{}.karat", init::source_name(&args.data))),
    };
    let guidelines = match &args.guidelines {
        Some(file) => Some(std::fs::read_to_string(file).map_err(|e| Error::file(file, &e))?),
        None => None,
    };
    let options = Options {
        text: args.text,
        id: args.id,
        gold: args.gold,
        labelled: args.labelled,
        show: args.show,
        feature: args.feature,
        group_by: args.group_by,
        question: context.global.question.clone(),
        kind: args.kind,
        labels: args.labels,
        scale: args.scale,
        guidelines,
        evaluation: args.eval,
        shared: args.shared,
        format: args.format,
        keep_good: args.keep_good,
        seed: context.global.seed,
    };
    let asks = ask::is_possible() && !context.global.quiet && !context.global.json;
    let mut answer = |question: &Ask| asked(question);
    let asking: Option<init::Asking<'_>> = if asks { Some(&mut answer) } else { None };
    let made = init::init(&args.data, &path, &options, context.place(), &context.who(), asking, &context.control())?;
    made.notes.iter().for_each(|note| context.note(note));
    super::import::note_rejected(&made.rejected, context);
    for leak in &made.leaks {
        context.note(format!(
            "{:?} gives the answer away: it predicts it in {:.1}% of {} rows. Do not show it, nor learn from it",
            leak.column,
            leak.purity * 100.0,
            leak.rows
        ));
    }
    Ok(report(&made))
}

/// Puts an open question to the person at the terminal.
fn asked(open: &Ask) -> Result<Option<String>> {
    if open.choices.is_empty() {
        return ask::line(&open.question).map(Some);
    }
    let default = open.choices.iter().position(|c| *c == open.default).map_or(1, |i| i + 1);
    let chosen = ask::one_of(&format!("{} [{default}]", open.question), &open.choices)?;
    Ok(chosen.and_then(|i| open.choices.get(i).cloned()))
}

fn report(made: &Made) -> Report {
    let (name, kind, labels) = &made.question;
    let mut fields = Table::new(["field", "type", "shown", "learned from"]);
    let mark = |on: bool| if on { "yes" } else { "" }.to_owned();
    for field in &made.fields {
        fields.row([field.name.clone(), field.kind.to_string(), mark(field.show), mark(field.feature)]);
    }
    let column = |what: &str, column: &Option<String>| column.as_ref().map(|c| format!("{what} {c:?}"));
    let roles = [
        Some(format!("text {:?}", made.columns.text)),
        column("id", &made.columns.id),
        column("gold", &made.columns.gold),
        column("labels", &made.columns.labelled),
        column("groups", &made.columns.group_by),
    ];
    let listed = match made.scale {
        Some(scale) => format!("from {} to {}", scale.least(), scale.most()),
        None if labels.is_empty() && kind.has_labels() => "no labels yet".to_owned(),
        None => labels.join(", "),
    };
    let listed = if listed.is_empty() { listed } else { format!(": {listed}") };
    let mut report = Report::new(to_json(made))
        .line(format!("{}: {} items", made.path.display(), made.items.added))
        .line(format!("columns: {}", roles.into_iter().flatten().collect::<Vec<_>>().join(", ")))
        .line(format!("question: {name} ({kind}){listed}"));
    if made.gold > 0 {
        report = report.line(format!("gold of {} items, hidden", made.gold));
    }
    if made.labelled > 0 {
        report = report.line(format!("labels of {} items, to learn from", made.labelled));
    }
    if made.items.collapsed > 0 {
        report = report.line(format!("{} rows were there already and count once", made.items.collapsed));
    }
    report = report.line(format!("set aside for evaluation: {} items", made.items.evaluation));
    if !made.fields.is_empty() {
        report = report.line("").table(&fields);
    }
    report.line("").line(format!("label with `karat {}`", made.path.display()))
}

fn to_json(made: &Made) -> Json {
    let (name, kind, labels) = &made.question;
    json!({
        "project": made.path, "source": made.source, "batch": made.act.map(|a| a.to_string()),
        "items": made.items.added, "collapsed": made.items.collapsed, "evaluation": made.items.evaluation,
        "columns": {
            "text": made.columns.text, "id": made.columns.id, "gold": made.columns.gold,
            "labelled": made.columns.labelled, "group_by": made.columns.group_by,
        },
        "fields": made.fields.iter()
            .map(|f| json!({"name": f.name, "type": f.kind.as_str(), "show": f.show, "feature": f.feature, "slice": f.slice}))
            .collect::<Vec<_>>(),
        "questions": [{
            "name": name, "kind": kind.as_str(), "labels": labels, "scale": made.scale.map(|s| s.to_string()),
        }],
        "gold": made.gold, "labelled": made.labelled,
        "leaks": made.leaks.iter()
            .map(|l| json!({"field": l.column, "purity": l.purity, "rows": l.rows})).collect::<Vec<_>>(),
        "rejected": made.rejected.count, "notes": made.notes,
    })
}
