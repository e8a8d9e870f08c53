//! `karat runs …`.

use super::{Context, Report, Table, run_curves};
use crate::domain::{Deed, Question, UnknownWord, iso};
use crate::error::Result;
use crate::project::{Decision, Project, Run, RunOrigin};
use crate::training::evaluation::Comparison;
use crate::workflow::runs::{self, Detail, Judgement, Number, Shape, standing};
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

/// Arguments of `karat runs`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List them, the newest first.
    List,
    /// What one was trained on, and how good it is.
    Show {
        /// Its number or name, or its id or the beginning of it; champion is the one that counts, latest the newest.
        #[arg(default_value = "latest")]
        run: String,
        /// Every point of the thresholds too.
        #[arg(long)]
        full: bool,
    },
    /// How two differ on the same rows.
    Compare {
        /// The one before.
        a: String,
        /// The one after.
        #[arg(default_value = "latest")]
        b: String,
    },
    /// Make one the champion: the model that counts.
    Promote {
        /// Its number or name, or its id or the beginning of it.
        run: String,
        /// Why.
        #[arg(long)]
        note: Option<String>,
    },
    /// Go back to the champion before.
    Rollback {
        /// Why.
        #[arg(long)]
        note: Option<String>,
    },
    /// Let nobody use one any more; it stays.
    Retire {
        /// Its number or name, or its id or the beginning of it.
        run: String,
        /// Why.
        #[arg(long)]
        note: Option<String>,
        /// Let it be used again.
        #[arg(long)]
        restore: bool,
    },
    /// Write one out for other tools.
    Export {
        /// Its number or name, or its id or the beginning of it.
        run: String,
        /// The folder or file to write, which must not be there.
        dest: PathBuf,
        /// What to write: folder (card, weights and labels, as model hubs have them), mlflow (a store that MLflow opens) or onnx
        /// (a graph that onnxruntime computes, of logistic regression over text).
        #[arg(long, value_name = "FORMAT", value_parser = shape)]
        format: Shape,
    },
    /// Train one again from its record, and compare every number and file.
    Reproduce {
        /// Its number or name, or its id or the beginning of it.
        #[arg(default_value = "latest")]
        run: String,
        /// The folder of the sentence encoder, where the run looks at embeddings.
        #[arg(long, value_name = "FOLDER")]
        encoder: Option<PathBuf>,
    },
}

fn shape(word: &str) -> std::result::Result<Shape, UnknownWord> {
    word.parse()
}

/// Lists, shows, compares runs, or decides about one.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let question = context.question(&project)?;
    let named = |project: &Project, name: &str| runs::named(project, &question, name);
    let (run, decision, note) = match args.action.unwrap_or(Action::List) {
        Action::List => return list(&project, &question),
        Action::Show { run, full } => return show(&project, &question, &named(&project, &run)?, full),
        Action::Compare { a, b } => {
            let (a, b) = (named(&project, &a)?, named(&project, &b)?);
            return compare(&project, &question, &a, &b, context);
        }
        Action::Export { run, dest, format } => {
            let run = named(&project, &run)?;
            let files = runs::export(&project, &question, &run, format, &dest)?;
            let json = json!({"run": run.number, "dest": dest, "format": format.as_str(), "files": files});
            let line = format!("{}: run {} ({}) as {format}", dest.display(), run.number, run.run.name);
            return Ok(Report::new(json).line(line));
        }
        Action::Reproduce { run, encoder } => {
            return reproduce(&project, &question, &named(&project, &run)?, encoder.as_deref(), context);
        }
        Action::Promote { run, note } => (Some(named(&project, &run)?), Decision::Promoted, note),
        Action::Rollback { note } => (None, Decision::RolledBack, note),
        Action::Retire { run, note, restore: false } => (Some(named(&project, &run)?), Decision::Retired, note),
        Action::Retire { run, note, restore: true } => (Some(named(&project, &run)?), Decision::Restored, note),
    };
    let by = context.actor(&mut project, Deed::Promote)?;
    let champions = runs::champions(&project)?;
    let run = runs::decide(&mut project, by, &question, run.as_ref(), decision, note.as_deref())?;
    let stands = standing(&project.decisions(question.id)?, run.id);
    let fallen = if decision == Decision::Retired { runs::fallen(&project, &champions)? } else { Vec::new() };
    let json =
        json!({"run": run.number, "name": run.run.name, "status": stands.as_str(), "note": note, "fallen": fallen});
    let report = Report::new(json).line(runs::told(&project, &question, &run)?);
    Ok(fallen.iter().fold(report, |report, told| report.line(told)))
}

fn list(project: &Project, question: &Question) -> Result<Report> {
    let decided = project.decisions(question.id)?;
    let metric = runs::main_metric(question.kind);
    let heads = [
        "run",
        "name",
        "model",
        "snapshot",
        "judged by",
        metric.as_str(),
        "macro F1",
        "n",
        "trained on",
        "s",
        "size",
        "status",
        "by",
        "at",
    ];
    let mut table = Table::new(heads).right(&[0, 3, 7, 8, 9, 10]);
    let rows = project.runs(question.id)?;
    let told_in_short = |run: &Run| {
        let mut told = runs::to_json(project, run, standing(&decided, run.id))?;
        // Hundreds of numbers for each run; runs show tells them.
        told.as_object_mut().map(|told| told.remove("thresholds"));
        Ok(told)
    };
    let rows: Vec<Json> = rows.iter().rev().map(told_in_short).collect::<Result<_>>()?;
    for (run, json) in runs::list(project, question)?.into_iter().zip(&rows) {
        let macro_f1 = told(&json["metrics"][&run.judged_by]["macro_f1"]);
        let count = |n: Option<usize>, none: &str| n.map_or(none.to_owned(), |n| n.to_string());
        table.row([
            run.number.to_string(),
            run.name,
            run.model,
            count(run.snapshot.map(|n| n as usize), "–"),
            run.judged_by,
            run.metric.as_ref().map_or("–".to_owned(), told_number),
            macro_f1,
            count(run.metric.map(|metric| metric.n), "–"),
            count(run.trained_on, "elsewhere"),
            run.seconds.map_or("–".to_owned(), |seconds| format!("{seconds:.2}")),
            run_curves::size(run.bytes),
            run.standing.as_str().to_owned(),
            run.by,
            iso(run.at),
        ]);
    }
    let none = rows.is_empty();
    let report = Report::new(json!({"question": question.name, "runs": rows}));
    Ok(match none {
        true => report.line("there is no run yet: karat train makes one"),
        false => report.table(&table),
    })
}

/// A number with its interval.
fn told_number(number: &Number) -> String {
    match (number.value, number.ci95) {
        (Some(value), Some((low, high))) => format!("{value:.3} [{low:.3}, {high:.3}]"),
        (Some(value), None) => format!("{value:.3}"),
        (None, _) => "–".to_owned(),
    }
}

/// A metric with its interval and rows.
pub(super) fn told(metric: &Json) -> String {
    Number::of(metric).map_or("–".to_owned(), |number| told_number(&number))
}

/// A run; `full` with every point of its curves.
pub(super) fn show(project: &Project, question: &Question, run: &Run, full: bool) -> Result<Report> {
    let stands = standing(&project.decisions(question.id)?, run.id);
    let mut json = runs::to_json(project, run, stands)?;
    let detail = Detail::of(project, question, run)?;
    let decision = |d: &Judgement| json!({"decision": d.what, "note": d.note, "by": d.by, "at": d.at});
    json["decisions"] = Json::Array(detail.decisions.iter().map(decision).collect());
    json["commands"] = json!(detail.commands);
    let rows = &json["rows"];
    let snapshot = json["snapshot"]["number"].as_u64().map_or("no snapshot".to_owned(), |n| format!("snapshot {n}"));
    let mut report = Report::new(json.clone())
        .line(format!(
            "run {} ({}), {}: {} of {}",
            run.number,
            run.run.name,
            stands.as_str(),
            run.run.model,
            question.name
        ))
        .line(match run.run.origin {
            RunOrigin::Trained => format!(
                "on {snapshot}: {} rows to learn from, {} to tune on, {} to be judged by; seed {}",
                rows["train"], rows["validation"], rows["test"], run.run.seed
            ),
            RunOrigin::Imported => format!(
                "trained elsewhere: {} prediction{} from {}, judged on {snapshot} by {} rows",
                json["predicted"],
                if json["predicted"] == 1 { "" } else { "s" },
                json["file"].as_str().unwrap_or_default(),
                rows["test"]
            ),
        });
    if let Some(reason) = json["reason"].as_str() {
        let by = if json["judged_by"] == "all" {
            "judged by all that is settled, which it may have learned from"
        } else {
            "not judged"
        };
        report = report.line(format!("{reason}: {by}"));
    }
    if json["judged_by"] == "cross-validation" {
        report = report.line(
            "nothing of the test split is settled: judged by cross-validation in five parts, each by a model of the others",
        );
    }
    if let Some(n) = json["left_out"].as_u64().filter(|n| *n > 0) {
        report = report.line(format!("{n} settled values are of labels that are gone, and were left out"));
    }
    for (split, metrics) in json["metrics"].as_object().into_iter().flatten() {
        let n = metrics["accuracy"]["n"].as_u64().unwrap_or(0);
        let mut table = Table::new([&*format!("{split} (n={n})"), "model", "majority"]);
        for (name, metric) in metrics.as_object().into_iter().flatten() {
            table.row([name.clone(), told(metric), told(&json["floor"][split][name])]);
        }
        report = report.table(&table);
        let mut classes = Table::new(["label", "precision", "recall", "F1", "n"]).right(&[4]);
        for (label, of) in json["per_class"][split].as_object().into_iter().flatten() {
            let share = |name: &str| of[name].as_f64().map_or("–".to_owned(), |x| format!("{x:.3}"));
            classes.row([label.clone(), share("precision"), share("recall"), share("f1"), of["n"].to_string()]);
        }
        report = report.table(&classes);
    }
    report = run_curves::curves(report, &json, full);
    let seconds = |name: &str| json["seconds"][name].as_f64();
    if let (Some(total), Some(fit)) = (seconds("total"), seconds("fit")) {
        let [half, most, all] = ["p50", "p95", "p99"].map(|name| json["latency_us"][name].as_f64().unwrap_or(0.0));
        report = report.line(format!(
            "{total:.2} s, of it {fit:.2} s to fit; one prediction {half:.0} µs (median; 95 of 100 within {most:.0} µs, \
             99 within {all:.0} µs)"
        ));
    }
    if let Some(bytes) = json["bytes"].as_u64().filter(|bytes| *bytes > 0) {
        report = report.line(format!("the model takes {} of the project file", run_curves::size(bytes)));
    }
    for decision in &detail.decisions {
        let why = decision.note.as_ref().map_or_else(String::new, |note| format!(": {note}"));
        report = report.line(format!("{} by {}, {}{why}", decision.what, decision.by, iso(decision.at)));
    }
    for command in &detail.commands {
        report = report.line(format!("again: {command}"));
    }
    Ok(report)
}

fn compare(project: &Project, question: &Question, a: &Run, b: &Run, context: &Context) -> Result<Report> {
    let compared = runs::compare(project, question, a, b, context.global.seed)?;
    let json_of = |comparison: &Option<Comparison>| {
        comparison.as_ref().map_or(Json::Null, |c| {
            let metric = |d: &crate::training::evaluation::Difference| {
                let ci95 = d.ci95.map(|(low, high)| [low, high]);
                let spread = compared
                    .spreads
                    .get(&d.metric)
                    .map(|of| json!({"a": [of.a.0, of.a.1], "b": [of.b.0, of.b.1], "overlap": of.overlap()}));
                (d.metric.to_string(), json!({"a": d.a, "b": d.b, "diff": d.diff, "ci95": ci95, "spread": spread}))
            };
            let metrics: serde_json::Map<String, Json> = c.differences.iter().map(metric).collect();
            let m = c.mcnemar;
            json!({"n": c.n, "metrics": metrics, "mcnemar": {"b": m.b, "c": m.c, "p_value": m.p_value}})
        })
    };
    let today = json_of(&compared.today);
    let mut json = json!({
        "a": a.number, "b": b.number, "split": compared.split, "left_out": compared.left_out,
        "costs": compared.costs, "n": today["n"], "metrics": today["metrics"], "mcnemar": today["mcnemar"], "then": json_of(&compared.then),
    });
    if compared.today.is_none() {
        json["reason"] = json!("no row of the test split has a settled value today");
    }
    let mut report = Report::new(json);
    let mut sides = vec![("on today's labels", &compared.today)];
    if compared.then != compared.today {
        sides.push(("on the labels of then", &compared.then));
    }
    for (title, comparison) in sides {
        let Some(c) = comparison else { continue };
        let (own_a, own_b) = (format!("run {}", a.number), format!("run {}", b.number));
        let over = if compared.spreads.is_empty() { "" } else { "over seeds" };
        let mut table = Table::new([&*format!("{title} (n={})", c.n), &own_a, &own_b, "difference", over]);
        for d in &c.differences {
            let interval = d.ci95.map_or_else(String::new, |(low, high)| format!(" [{low:+.3}, {high:+.3}]"));
            table.row([
                d.metric.to_string(),
                format!("{:.3}", d.a),
                format!("{:.3}", d.b),
                format!("{:+.3}{interval}", d.diff),
                compared.spreads.get(&d.metric).map_or_else(String::new, |of| {
                    let word = if of.overlap() { "they overlap" } else { "apart" };
                    format!("{:.3}–{:.3}, {:.3}–{:.3}: {word}", of.a.0, of.a.1, of.b.0, of.b.1)
                }),
            ]);
        }
        let m = c.mcnemar;
        report = report.table(&table).line(format!(
            "run {} alone is right on {}, run {} alone on {}: p {} (McNemar, exact)",
            a.number,
            m.b,
            b.number,
            m.c,
            if m.p_value < 0.001 { "< .001".to_owned() } else { format!("= {:.3}", m.p_value) }
        ));
    }
    if compared.spreads.values().any(runs::Spreads::overlap) {
        report = report.line("where they overlap, another seed might have turned the difference round");
    }
    if compared.left_out > 0 {
        report = report
            .line(format!("{} rows were left out: a run learned from them or has no prediction", compared.left_out));
    }
    Ok(report)
}

fn reproduce(
    project: &Project,
    question: &Question,
    run: &Run,
    encoder: Option<&Path>,
    context: &Context,
) -> Result<Report> {
    let (paths, encoder) = (context.paths()?, context.encoder(encoder));
    let done = runs::reproduce(project, &paths, question, run, encoder, &context.control())?;
    let differences: Vec<Json> =
        done.differences.iter().map(|(at, was, is)| json!({"at": at, "was": was, "is": is})).collect();
    let same = differences.is_empty();
    let erased = runs::erased(project, question, run)?.filter(|(gone, _)| *gone > 0);
    let json = json!({
        "run": run.number, "same": same, "compared": done.compared, "differences": differences,
        "erased": erased.map_or(0, |(gone, _)| gone),
    });
    if same {
        return Ok(Report::new(json)
            .line(format!("run {} came out the same: {} numbers and files compared", run.number, done.compared)));
    }
    let mut table = Table::new(["where", "was", "is"]);
    done.differences.iter().take(40).for_each(|(at, was, is)| table.row([at.clone(), was.clone(), is.clone()]));
    let n = done.differences.len();
    let mut report = Report::new(json)
        .line(format!("run {} came out otherwise: {n} of {} numbers and files differ", run.number, done.compared));
    if let Some((gone, all)) = erased {
        let were = if gone == 1 { "was" } else { "were" };
        report = report.line(format!("{gone} of the {all} items of its snapshot {were} erased since"));
    }
    Ok(report.table(&table).code(3))
}
