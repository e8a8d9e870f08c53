//! `karat slices …`.

use super::{Context, Report, Table};
use crate::domain::{FEW, Split, UnknownWord};
use crate::error::Result;
use crate::slices::binning::Cut;
use crate::workflow::runs;
use crate::workflow::slices::{self, Asked, ErrorKind, Found, FoundSlice, Judged};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::str::FromStr;

/// Arguments of `karat slices`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Find the slices with the most error, by an exact search over conjunctions of fields.
    Find(Find),
    /// Every metric on the rows that match an expression, and on the others.
    Eval(Eval),
}

#[derive(Debug, clap::Args)]
struct Eval {
    /// Which rows: an expression over fields, the text, labels and answers.
    #[arg(long = "where", value_name = "EXPR")]
    predicate: String,
    /// The run: its number or name; else the champion, else the newest.
    #[arg(long, value_name = "R")]
    run: Option<String>,
    /// The rows: train, validation or test; else test, and of predictions that came in all that is settled.
    #[arg(long, value_name = "S", value_parser = word::<Split>)]
    split: Option<Split>,
    /// What the p-value is about: zero-one, log-loss, absolute (of ratings) or cost.
    #[arg(long, value_name = "KIND", default_value = "zero-one", value_parser = word::<ErrorKind>)]
    error: ErrorKind,
}

#[derive(Debug, clap::Args)]
struct Find {
    /// The run: its number or name; else the champion, else the newest.
    #[arg(long, value_name = "R")]
    run: Option<String>,
    /// What counts as an error: zero-one, log-loss, absolute (of ratings) or cost.
    #[arg(long, value_name = "KIND", default_value = "zero-one", value_parser = word::<ErrorKind>)]
    error: ErrorKind,
    /// What slices are made of, with commas; else every field that predicates may use, and measures of the text.
    #[arg(long, value_name = "a,b", value_delimiter = ',')]
    fields: Vec<String>,
    /// Terms of a slice, at most.
    #[arg(long, value_name = "N")]
    max_terms: Option<usize>,
    /// What error counts against size, between 0 and 1: nearer to 1 finds smaller slices with more error.
    #[arg(long, value_name = "A", default_value_t = 0.95)]
    alpha: f64,
    /// How many slices.
    #[arg(long, value_name = "K", default_value_t = 10)]
    k: usize,
    /// Rows of a slice, at least; else a hundredth of all, and 32.
    #[arg(long, value_name = "N")]
    min_support: Option<usize>,
    /// The rows: train, validation or test; else test, and of predictions that came in all that is settled.
    #[arg(long, value_name = "S", value_parser = word::<Split>)]
    split: Option<Split>,
    /// How numbers are put into bins: quantile (as many rows each) or equal-width.
    #[arg(long, value_name = "HOW", default_value = "quantile", value_parser = word::<Cut>)]
    cut: Cut,
    /// Bins of a number, at most.
    #[arg(long, value_name = "N", default_value_t = 5)]
    bins: usize,
    /// How often errors are shuffled to tell what is found by chance.
    #[arg(long, value_name = "N", default_value_t = 100)]
    shuffles: u32,
    /// Search one half of the rows, and test on the other what was found.
    #[arg(long)]
    verify: bool,
    /// Look for ten times as many, and give the best of each group of near-copies alone.
    #[arg(long)]
    distinct: bool,
}

fn word<T: FromStr<Err = UnknownWord>>(typed: &str) -> std::result::Result<T, UnknownWord> {
    typed.parse()
}

/// Finds slices, or measures one.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    match args.action {
        Action::Find(args) => find(args, context),
        Action::Eval(args) => eval(&args, context),
    }
}

fn eval(args: &Eval, context: &Context) -> Result<Report> {
    let project = context.open()?;
    let question = context.question(&project)?;
    let run = runs::meant(&project, &question, args.run.as_deref())?;
    let judged = Judged::of(&project, &question, &run, args.split)?;
    let seed = context.global.seed;
    let measured = slices::evaluate(&project, &question, &judged, &args.predicate, args.error, seed)?;
    let json = json!({
        "run": judged.run, "split": judged.split, "reason": judged.reason, "where": args.predicate,
        "size": measured.size, "metrics": measured.metrics, "rest": measured.rest, "p_value": measured.p_value,
    });
    let rest = judged.rows.len() - measured.size;
    let mut table = Table::new(["metric", &format!("slice (n={})", measured.size), &format!("rest (n={rest})")]);
    let names: BTreeSet<&String> =
        [&measured.metrics, &measured.rest].iter().filter_map(|m| m.as_object()).flat_map(|m| m.keys()).collect();
    for name in names {
        table.row([name.clone(), super::runs::told(&measured.metrics[name]), super::runs::told(&measured.rest[name])]);
    }
    let mut report = Report::new(json).line(format!("run {} on {}", judged.run, judged.split));
    if let Some(reason) = &judged.reason {
        report = report.line(reason);
    }
    report = report.table(&table);
    if measured.size < FEW {
        report = report.line(format!("{} rows are too few for a rate", measured.size));
    }
    Ok(match measured.p_value {
        Some(p) => report.line(format!("more {} error than the rest by chance: p = {p:.4}", args.error)),
        None => report,
    })
}

fn find(args: Find, context: &Context) -> Result<Report> {
    let project = context.open()?;
    let question = context.question(&project)?;
    let run = runs::meant(&project, &question, args.run.as_deref())?;
    let judged = Judged::of(&project, &question, &run, args.split)?;
    let asked = Asked {
        kind: args.error,
        alpha: args.alpha,
        k: args.k,
        distinct: args.distinct,
        min_support: args.min_support,
        max_terms: args.max_terms,
        fields: args.fields,
        cut: args.cut,
        bins: args.bins,
        shuffles: args.shuffles,
        verify: args.verify,
        seed: context.global.seed,
    };
    let found = slices::find(&project, &question, &judged, &asked, &context.control())?;
    Ok(told(&judged, &asked, &found))
}

fn told(judged: &Judged, asked: &Asked, found: &Found) -> Report {
    let slices: Vec<Json> = found.slices.iter().map(|slice| slice_json(slice, found.mean_error)).collect();
    let json = json!({
        "run": judged.run, "split": judged.split, "reason": judged.reason, "error": asked.kind.as_str(),
        "mean_error": found.mean_error, "rows": found.rows, "alpha": asked.alpha, "k": asked.k,
        "min_support": found.min_support, "max_terms": asked.max_terms, "evaluated": found.evaluated,
        "shuffles": asked.shuffles, "break_even": found.break_even, "slices": slices,
    });
    let mut report = Report::new(json).line(format!(
        "run {} on {}: {} {:.4} over {} rows; {} slices of {} rows or more looked at",
        judged.run, judged.split, asked.kind, found.mean_error, found.rows, found.evaluated, found.min_support
    ));
    if let Some(reason) = &judged.reason {
        report = report.line(reason);
    }
    if found.slices.is_empty() {
        return report.line("no slice has so much more error than the rest that it outweighs its size");
    }
    let mut table = Table::new(["slice", "n", "error", "lift", "score", "p", "also"]).right(&[1, 3, 4]);
    for slice in &found.slices {
        let mean = slice.error_sum / slice.size as f64;
        let first = found.slices.iter().position(|other| other.group.0 == slice.group.0).unwrap_or(0);
        let also = match slice.alike {
            0 => String::new(),
            n if asked.distinct => format!("{n} near-cop{}", if n == 1 { "y" } else { "ies" }),
            _ if slice.group.1 == 1.0 => String::new(),
            _ => format!("shares {:.0}% with number {}", slice.group.1 * 100.0, first + 1),
        };
        table.row([
            slice.shown.clone(),
            slice.size.to_string(),
            slice.ci95.map_or(format!("{mean:.3}"), |(low, high)| format!("{mean:.3} [{low:.3}, {high:.3}]")),
            format!("×{:.2}", mean / found.mean_error),
            format!("{:.3}", slice.score),
            p(slice, asked),
            also,
        ]);
    }
    let [one, five, ten] = found.break_even;
    let copies = found.slices.iter().any(|slice| slice.group.1 < 1.0);
    report = report.table(&table);
    if copies {
        report = report.line("near-copies are among them: --distinct gives the best of each group alone");
    }
    report.line(format!(
        "α {}: a slice of 1%, 5%, 10% of the rows needs ×{one:.1}, ×{five:.1}, ×{ten:.2} the mean error{}",
        asked.alpha,
        match asked.verify {
            true => "; p is of the half that had no part in finding it, adjusted for how many were found",
            false => "; p is of shuffled errors",
        }
    ))
}

fn p(slice: &FoundSlice, asked: &Asked) -> String {
    match (asked.verify, slice.verified, slice.p_value) {
        (true, Some(p), _) if p < 0.001 => "< .001".to_owned(),
        (true, Some(p), _) | (false, _, Some(p)) => format!("{p:.3}"),
        _ => "–".to_owned(),
    }
}

fn slice_json(slice: &FoundSlice, mean_error: f64) -> Json {
    let mean = slice.error_sum / slice.size as f64;
    json!({
        "where": slice.predicate, "shown": slice.shown, "size": slice.size, "error_sum": slice.error_sum,
        "mean_error": mean, "lift": mean / mean_error, "score": slice.score,
        "ci95": slice.ci95.map(|(low, high)| [low, high]), "p_value": slice.p_value, "verified": slice.verified,
        "group": slice.group.0 + 1, "overlap": slice.group.1, "alike": slice.alike,
    })
}
