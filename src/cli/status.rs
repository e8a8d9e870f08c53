//! `karat status`.

use super::{Context, Report, Table};
use crate::error::Result;
use crate::workflow::status::{self, Status};
use serde_json::{Value as Json, json};

/// What is in the project, and what is next.
pub fn run(context: &Context) -> Result<Report> {
    let project = context.open()?;
    let status = status::of(&project)?;
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
    let mut report = Report::new(to_json(&status))
        .line(format!("{} · schema {}", status.project, status.schema))
        .line(format!("{} items, {} of them set aside for evaluation", status.items, status.evaluation))
        .line(format!("fields: {}", if fields.is_empty() { "none".to_owned() } else { fields.join(", ") }))
        .line("")
        .table(&questions);
    if !status.annotators.is_empty() {
        report = report.line("").table(&people);
    }
    Ok(report.line("").line(format!("{} rounds. Next: {}", status.rounds, status.next)))
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
    json!({
        "project": status.project, "schema": status.schema, "items": status.items, "evaluation": status.evaluation,
        "fields": status.fields.iter().map(field).collect::<Vec<_>>(),
        "questions": status.questions.iter().map(question).collect::<Vec<_>>(),
        "annotators": status.annotators.iter().map(person).collect::<Vec<_>>(),
        "rounds": status.rounds, "runs": 0, "snapshots": 0, "next": status.next,
    })
}
