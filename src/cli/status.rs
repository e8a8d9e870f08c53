//! `karat status`.

use super::{Context, Report, Table};
use crate::error::Result;
use crate::project::TrainingState;
use crate::workflow::overview::{self, Overview, Shape};
use crate::workflow::status::{self, Status};
use serde_json::{Value as Json, json};

/// Arguments of `karat status`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Look at every text and field too: lengths, missing shares, distributions, labels, rounds.
    #[arg(long)]
    full: bool,
}

/// What is in the project, and what is next; in full, what the Data screen shows.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let project = context.open()?;
    let status = status::of(&project)?;
    let mut json = to_json(&status);
    let full = if args.full { Some(overview::of(&project, &context.question(&project)?)?) } else { None };
    if let (Some(full), Some(object)) = (&full, json.as_object_mut()) {
        object.insert("overview".to_owned(), full.to_json());
    }
    let mut people = Table::new(["who", "answers"]).right(&[1]);
    for (name, answers) in &status.annotators {
        people.row([name.clone(), answers.to_string()]);
    }
    let mut questions =
        Table::new(["question", "kind", "answers", "items answered", "settled by ruling"]).right(&[2, 3, 4]);
    for q in &status.questions {
        let counts = [q.answers, q.answered_items, q.rulings].map(|n| n.to_string());
        let [answers, answered, rulings] = counts;
        questions.row([q.name.clone(), q.kind.to_string(), answers, answered, rulings]);
    }
    let fields: Vec<String> = status.fields.iter().map(|field| format!("{} ({})", field.name, field.kind)).collect();
    let mut report = Report::new(json)
        .line(format!("{} · schema {}", status.project, status.schema))
        .line(format!("{} items, {} of them set aside for evaluation", status.items, status.evaluation))
        .line(format!("fields: {}", if fields.is_empty() { "none".to_owned() } else { fields.join(", ") }))
        .line("")
        .table(&questions);
    if !status.annotators.is_empty() {
        report = report.line("").table(&people);
    }
    if let Some(full) = &full {
        report = report.line("").table(&labels(full)).line("").table(&values(full));
    }
    report = report.line("");
    for (number, state, told) in &status.trainings {
        report = report.line(format!("training {number} is {state}: {told}"));
    }
    let made = format!("{} rounds, {} runs, {} snapshots", status.rounds, status.runs, status.snapshots);
    Ok(report.line(format!("{made}. Next: {}", status.next)))
}

fn labels(full: &Overview) -> Table {
    let mut table = Table::new(["label", "answers", "settled"]).right(&[1, 2]);
    for label in &full.labels {
        table.row([label.name.clone(), label.answers.to_string(), label.settled.to_string()]);
    }
    table
}

fn values(full: &Overview) -> Table {
    let mut table = Table::new(["field", "type", "missing", "values"]).right(&[2]);
    for summary in &full.fields {
        let values = match &summary.shape {
            Shape::Nothing => "none".to_owned(),
            Shape::Histogram { least, greatest, .. } => format!("{least} to {greatest}"),
            Shape::Top { values, distinct } => {
                let top: Vec<String> = values.iter().take(3).map(|(value, n)| format!("{value} {n}")).collect();
                format!("{}; {distinct} different", top.join(", "))
            }
        };
        let field = &summary.field;
        table.row([field.name.clone(), field.kind.to_string(), summary.missing.to_string(), values]);
    }
    table
}

fn to_json(status: &Status) -> Json {
    let field = |f: &crate::domain::Field| json!({"name": f.name, "type": f.kind.as_str(), "show": f.show, "feature": f.feature, "slice": f.slice});
    let question = |q: &status::QuestionStatus| {
        json!({
            "name": q.name, "kind": q.kind.as_str(), "labels": q.labels, "answers": q.answers,
            "answered_items": q.answered_items, "rulings": q.rulings, "gold": q.gold, "guidelines": q.guidelines,
        })
    };
    let person = |(name, answers): &(String, usize)| json!({"name": name, "answers": answers});
    let training = |(number, state, told): &(u32, TrainingState, String)| json!({"training": number, "state": state.as_str(), "told": told});
    json!({
        "project": status.project, "schema": status.schema, "items": status.items, "evaluation": status.evaluation,
        "fields": status.fields.iter().map(field).collect::<Vec<_>>(),
        "questions": status.questions.iter().map(question).collect::<Vec<_>>(),
        "annotators": status.annotators.iter().map(person).collect::<Vec<_>>(),
        "rounds": status.rounds, "runs": status.runs, "snapshots": status.snapshots,
        "trainings": status.trainings.iter().map(training).collect::<Vec<_>>(), "next": status.next,
    })
}
