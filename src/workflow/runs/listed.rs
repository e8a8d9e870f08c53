//! The runs of a question in rows: what each is, where it stands, and how good it is in one number.

use super::decide::{Standing, standing};
use crate::clock::Millis;
use crate::domain::{Kind, Question};
use crate::error::Result;
use crate::project::{Decided, Project, Run, RunId, RunOrigin};
use crate::training::evaluation::Metric;
use serde_json::Value as Json;

/// A metric as a run's record tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// The number; none where it is undefined.
    pub value: Option<f64>,
    /// Its 95% interval.
    pub ci95: Option<(f64, f64)>,
    /// Rows that it stands on.
    pub n: usize,
    /// Why it is undefined.
    pub reason: Option<String>,
}

impl Number {
    /// Reads `{value, ci95, n, reason}`; none of anything else.
    pub fn of(json: &Json) -> Option<Self> {
        let told = json.as_object()?;
        let end = |i: usize| told.get("ci95").and_then(|ends| ends.get(i)).and_then(Json::as_f64);
        Some(Self {
            value: told.get("value").and_then(Json::as_f64),
            ci95: end(0).zip(end(1)),
            n: count(told.get("n")).unwrap_or(0),
            reason: told.get("reason").and_then(Json::as_str).map(str::to_owned),
        })
    }
}

/// A count of a record.
pub(super) fn count(json: Option<&Json>) -> Option<usize> {
    json.and_then(Json::as_u64).and_then(|n| usize::try_from(n).ok())
}

/// One run in a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Which.
    pub id: RunId,
    /// Its number.
    pub number: u32,
    /// What it is called.
    pub name: String,
    /// The family of models, or what made the predictions.
    pub model: String,
    /// How it came about.
    pub origin: RunOrigin,
    /// The number of the snapshot that it was trained on, or judged on.
    pub snapshot: Option<u32>,
    /// The rows that judged it: `test`, `cross-validation`, `all`; empty where nothing did.
    pub judged_by: String,
    /// The metric that counts here.
    pub metric: Option<Number>,
    /// How many rows it learned from; none where it was trained elsewhere.
    pub trained_on: Option<usize>,
    /// How long training took in all.
    pub seconds: Option<f64>,
    /// What its model takes in the file, in bytes; 0 where there is none.
    pub bytes: u64,
    /// Where it stands.
    pub standing: Standing,
    /// Who made it.
    pub by: String,
    /// When, UTC milliseconds.
    pub at: Millis,
}

/// The metric that runs of a kind of question are ordered and drawn by.
pub fn main_metric(kind: Kind) -> Metric {
    match kind {
        Kind::Choices => Metric::MicroF1,
        Kind::Rating => Metric::Mae,
        _ => Metric::Accuracy,
    }
}

/// The runs of a question, newest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn list(project: &Project, question: &Question) -> Result<Vec<Listed>> {
    project.at_one_moment(|project| {
        let decided = project.decisions(question.id)?;
        project.runs(question.id)?.iter().rev().map(|run| listed(project, question, &decided, run)).collect()
    })
}

/// One run as a row of the list.
///
/// # Errors
/// Where the file cannot be read.
pub fn listed(project: &Project, question: &Question, decided: &[Decided], run: &Run) -> Result<Listed> {
    let record = &run.run.record;
    let judged_by = record["judged_by"].as_str().unwrap_or_default().to_owned();
    let metric = Number::of(&record["metrics"][&judged_by][main_metric(question.kind).as_str()]);
    Ok(Listed {
        id: run.id,
        number: run.number,
        name: run.run.name.clone(),
        model: run.run.model.clone(),
        origin: run.run.origin,
        snapshot: project.snapshot_number(run.run.snapshot)?,
        metric,
        trained_on: count(record["rows"].get("train")).filter(|_| run.run.origin == RunOrigin::Trained),
        seconds: record["seconds"]["total"].as_f64(),
        bytes: project.artifact_sizes(run.id)?.iter().map(|(_, bytes)| bytes).sum(),
        standing: standing(decided, run.id),
        by: project.name_of(run.by)?,
        at: run.at,
        judged_by,
    })
}
