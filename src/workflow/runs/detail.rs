//! All that is known of one run, read from its record.

use super::command;
use super::curves::{self, Learning, Seeds, Thresholds};
use super::ground::Classes;
use super::listed::{Listed, Number, count, listed};
use crate::clock::Millis;
use crate::domain::{Curves, Question};
use crate::error::Result;
use crate::project::{Decided, Decision, Project, Run, RunId};
use crate::training::evaluation::Metric;
use serde_json::Value as Json;

/// All that is known of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// Its row of the list.
    pub listed: Listed,
    /// Where its randomness started.
    pub seed: u64,
    /// What it looked at, in words: `text (…)`, `fields a, b`.
    pub features: Vec<String>,
    /// Its settings.
    pub params: Vec<(String, String)>,
    /// Other choices of its training: how classes weigh, what set the probabilities right.
    pub choices: Vec<(&'static str, String)>,
    /// Rows that it learned from, was tuned on and was judged by, as far as that is known.
    pub rows: [Option<usize>; 3],
    /// Settled values of labels that were gone.
    pub left_out: usize,
    /// Why it is judged by less than it might be.
    pub reason: Option<String>,
    /// The file that its predictions came from.
    pub file: Option<String>,
    /// The version of the program, and the machine.
    pub made_by: Option<String>,
    /// What it was trained on, or judged on.
    pub snapshot: Option<TrainedOn>,
    /// How long each part of the training took.
    pub seconds: Vec<(String, f64)>,
    /// How long a single prediction takes.
    pub latency: Option<Latency>,
    /// The files of its model, with their sizes in bytes.
    pub artifacts: Vec<(String, u64)>,
    /// What it would be worth with fewer rows, by metric; empty where nobody tried.
    pub learning: Vec<Learning>,
    /// The losses of its training, pass by pass; empty where none were told.
    pub losses: Curves,
    /// How much the seed alone makes, where somebody tried.
    pub seeds: Option<Seeds>,
    /// What was measured on each set of rows, the one that counts first.
    pub judged: Vec<Judged>,
    /// What was decided about it, oldest first.
    pub decisions: Vec<Judgement>,
    /// How to train it again: the commands, none where it was trained elsewhere.
    pub commands: Vec<String>,
}

/// The state that a run stands on.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainedOn {
    /// The snapshot's number.
    pub number: u32,
    /// What somebody called it.
    pub name: Option<String>,
    /// Its hash.
    pub hash: String,
    /// The number of the snapshot before it.
    pub parent: Option<u32>,
    /// Its items.
    pub items: u32,
    /// How many of them are settled.
    pub settled: u32,
}

/// How long a single prediction takes, in microseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Latency {
    /// Half take no longer.
    pub p50: f64,
    /// Nineteen of twenty take no longer.
    pub p95: f64,
    /// Ninety-nine of a hundred take no longer.
    pub p99: f64,
    /// How many were timed.
    pub n: usize,
}

/// What was measured on one set of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Which: `test`, `validation`, `cross-validation`, `all`.
    pub split: String,
    /// How many rows.
    pub n: usize,
    /// Every metric, and the same of the majority class.
    pub metrics: Vec<(Metric, Number, Option<Number>)>,
    /// Every class.
    pub classes: Vec<ClassTold>,
    /// What is taken for what; none of label sets.
    pub confusion: Option<Confusion>,
    /// How often predictions of a certainty are right; empty where there are no probabilities.
    pub reliability: Vec<BinTold>,
    /// Precision and recall by threshold, the class that is found worst first; empty where they are not known.
    pub thresholds: Vec<Thresholds>,
}

/// How well one class is found.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassTold {
    /// What it is called.
    pub name: String,
    /// Precision, recall and F1, each none where there is nothing that it could be a share of.
    pub shares: [Option<f64>; 3],
    /// Rows of the class.
    pub n: usize,
}

/// How often each class is predicted as each.
#[derive(Debug, Clone, PartialEq)]
pub struct Confusion {
    /// The classes.
    pub labels: Vec<String>,
    /// By what is true, then by what is predicted.
    pub counts: Vec<Vec<u32>>,
}

impl Confusion {
    /// What is taken for something else: true class, predicted class, how often; the most frequent first.
    pub fn mistakes(&self) -> Vec<(usize, usize, u32)> {
        let cells = self.counts.iter().enumerate().flat_map(|(truth, row)| {
            row.iter()
                .enumerate()
                .filter(move |(guess, n)| *guess != truth && **n > 0)
                .map(move |(g, n)| (truth, g, *n))
        });
        let mut cells: Vec<(usize, usize, u32)> = cells.collect();
        cells.sort_by_key(|(truth, guess, n)| (std::cmp::Reverse(*n), *truth, *guess));
        cells
    }
}

/// Predictions that are about equally certain.
#[derive(Debug, Clone, PartialEq)]
pub struct BinTold {
    /// The least certainty of the bin, and where the next begins.
    pub edges: (f64, f64),
    /// Rows.
    pub n: usize,
    /// Their mean certainty.
    pub sure: f64,
    /// The share of them that is right, with its interval.
    pub right: Option<(f64, f64, f64)>,
}

/// A decision about a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// What was decided, in words: `promoted`, `champion again`.
    pub what: String,
    /// Why.
    pub note: Option<String>,
    /// By whom.
    pub by: String,
    /// When, UTC milliseconds.
    pub at: Millis,
}

impl Detail {
    /// Reads a run.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn of(project: &Project, question: &Question, run: &Run) -> Result<Self> {
        let decided = project.decisions(question.id)?;
        let record = &run.run.record;
        let (seconds, rows) = (&record["seconds"], &record["rows"]);
        let listed = listed(project, question, &decided, run)?;
        let judged = judged(record, &listed.judged_by);
        let several = project.questions()?.len() > 1;
        Ok(Self {
            seed: run.run.seed,
            features: features(record),
            params: pairs(&record["params"]),
            choices: choices(record),
            rows: ["train", "validation", "test"].map(|split| count(rows.get(split))),
            left_out: count(record.get("left_out")).unwrap_or(0),
            reason: word(&record["reason"]),
            file: word(&record["file"]),
            made_by: made_by(record),
            snapshot: trained_on(project, question, run)?,
            seconds: ["load", "features", "fit", "evaluate", "total"]
                .iter()
                .filter_map(|part| Some(((*part).to_owned(), seconds[*part].as_f64()?)))
                .collect(),
            latency: latency(&record["latency_us"]),
            artifacts: project.artifact_sizes(run.id)?,
            learning: curves::learning(record),
            losses: Curves::of_json(&record["curves"]),
            seeds: curves::seeds(record),
            judged,
            decisions: history(project, &decided, run.id)?,
            commands: command::lines(run, several.then_some(&*question.name)),
            listed,
        })
    }

    /// What was measured on the rows that count.
    pub fn counting(&self) -> Option<&Judged> {
        self.judged.first()
    }
}

fn word(json: &Json) -> Option<String> {
    json.as_str().map(str::to_owned)
}

/// A value of a record as a person reads it.
fn plain(json: &Json) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}

fn pairs(json: &Json) -> Vec<(String, String)> {
    json.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), plain(value))).collect()
}

fn features(record: &Json) -> Vec<String> {
    let of = &record["features"];
    let text = word(&of["text"]).map(|recipe| format!("text ({recipe})"));
    let fields: Vec<&str> = of["fields"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let fields = (!fields.is_empty()).then(|| format!("fields {}", fields.join(", ")));
    let encoder = word(&of["embeddings"]["name"]).map(|name| format!("embeddings ({name})"));
    text.into_iter().chain(fields).chain(encoder).collect()
}

fn choices(record: &Json) -> Vec<(&'static str, String)> {
    let weights = word(&record["class_weights"]).map(|how| ("class weights", how));
    let calibration = word(&record["calibration"]["asked"]).map(|asked| {
        let fitted = &record["calibration"]["fitted"];
        let by = fitted["temperature"].as_f64();
        let how = by.map_or_else(String::new, |by| format!(", divided by {by:.3}"));
        ("calibration", format!("{asked}{how}"))
    });
    let given = word(&record["probabilities"]).map(|how| ("probabilities", how));
    weights.into_iter().chain(calibration).chain(given).collect()
}

fn made_by(record: &Json) -> Option<String> {
    let code = word(&record["code"]).map(|version| format!("karat {version}"));
    let machine = &record["machine"];
    let machine = word(&machine["os"]).map(|os| {
        format!("{os} {}, {} cores, {} threads", plain(&machine["arch"]), machine["cores"], machine["threads"])
    });
    let parts: Vec<String> = code.into_iter().chain(machine).collect();
    (!parts.is_empty()).then(|| parts.join(" on "))
}

fn trained_on(project: &Project, question: &Question, run: &Run) -> Result<Option<TrainedOn>> {
    let snapshots = project.snapshots(question.id)?;
    let Some(snapshot) = snapshots.iter().find(|known| Some(known.id) == run.run.snapshot) else { return Ok(None) };
    Ok(Some(TrainedOn {
        number: snapshot.number,
        name: snapshot.name.clone(),
        hash: snapshot.hash.to_string(),
        parent: project.snapshot_number(snapshot.parent)?,
        items: snapshot.items,
        settled: snapshot.settled,
    }))
}

fn latency(json: &Json) -> Option<Latency> {
    let at = |name: &str| json[name].as_f64();
    Some(Latency { p50: at("p50")?, p95: at("p95")?, p99: at("p99")?, n: count(json.get("n")).unwrap_or(0) })
}

/// Every set of rows, the one that counts first.
fn judged(record: &Json, counts: &str) -> Vec<Judged> {
    let names = record["metrics"].as_object().into_iter().flatten().map(|(split, _)| split.as_str());
    let labels = serde_json::from_value(record["labels"].clone()).map_or_else(|_| Vec::new(), |c: Classes| c.names());
    let mut judged: Vec<Judged> = names.map(|split| on(record, split, &labels)).collect();
    judged.sort_by_key(|one| one.split != counts);
    judged
}

fn on(record: &Json, split: &str, labels: &[String]) -> Judged {
    let (own, floor) = (&record["metrics"][split], &record["floor"][split]);
    let metrics: Vec<_> = Metric::ALL
        .iter()
        .filter_map(|metric| Some((*metric, Number::of(&own[metric.as_str()])?, Number::of(&floor[metric.as_str()]))))
        .collect();
    let class = |name: &String| {
        let of = &record["per_class"][split][name];
        let shares = ["precision", "recall", "f1"].map(|share| of[share].as_f64());
        Some(ClassTold { name: name.clone(), shares, n: count(of.get("n"))? })
    };
    Judged {
        split: split.to_owned(),
        n: metrics.first().map_or(0, |(_, number, _)| number.n),
        metrics,
        classes: labels.iter().filter_map(class).collect(),
        confusion: confusion(&record["confusion"][split]),
        reliability: record["reliability"][split].as_array().into_iter().flatten().filter_map(bin).collect(),
        thresholds: curves::thresholds(record, split),
    }
}

fn confusion(json: &Json) -> Option<Confusion> {
    Some(Confusion {
        labels: serde_json::from_value(json.get("labels")?.clone()).ok()?,
        counts: serde_json::from_value(json.get("counts")?.clone()).ok()?,
    })
}

fn bin(json: &Json) -> Option<BinTold> {
    let right = &json["right"];
    let right = (right["value"].as_f64().zip(right["ci95"][0].as_f64()).zip(right["ci95"][1].as_f64()))
        .map(|((value, low), high)| (value, low, high));
    Some(BinTold {
        edges: (json["from"].as_f64()?, json["to"].as_f64()?),
        n: count(json.get("n"))?,
        sure: json["sure"].as_f64().unwrap_or(0.0),
        right,
    })
}

/// What was decided about a run, oldest first; that it came back when another was rolled back, too.
///
/// # Errors
/// Where the file cannot be read.
pub fn history(project: &Project, decided: &[Decided], run: RunId) -> Result<Vec<Judgement>> {
    let mut told = Vec::new();
    for (place, one) in decided.iter().enumerate() {
        let what = match one.decision {
            decision if one.run == run => decision.as_str().replace('-', " "),
            Decision::RolledBack if super::champion(&decided[..=place]) == Some(run) => "champion again".to_owned(),
            _ => continue,
        };
        told.push(Judgement { what, note: one.note.clone(), by: project.name_of(one.by)?, at: one.at });
    }
    Ok(told)
}
