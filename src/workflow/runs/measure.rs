//! How good a run is, as its record tells it.

use super::ground::Classes;
use crate::models::Probabilities;
use crate::resampling::Resampling;
use crate::training::evaluation::{
    Bin, Cases, ClassScore, Evaluation, Measured, SetCases, SetEvaluation, evaluate_ratings,
};
use serde_json::{Map, Value as Json, json};

/// What was measured on one set of rows, in the shape of the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// `{NAME: {value, ci95, n}}`.
    pub metrics: Json,
    /// `{LABEL: {precision, recall, f1, n}}`.
    pub per_class: Json,
    /// `{labels, counts}`; null of label sets.
    pub confusion: Json,
    /// Bins of certainty; null of label sets.
    pub reliability: Json,
}

/// Measures probabilities of rows against their classes; none of no rows. Row i of `said` is `truths[i]`.
pub fn scores(classes: &Classes, said: &Probabilities, truths: &[&[u32]], resampling: Resampling) -> Option<Scores> {
    let names = classes.names();
    if classes.are_sets() {
        let items = truths.iter().enumerate().map(|(i, truth)| (said.row(i), *truth));
        let evaluation = SetEvaluation::of(&SetCases::of(items), resampling)?;
        let found = names.iter().zip(&evaluation.labels).map(|(name, label)| {
            let mut told = class(&label.found);
            told["log_loss"] = json!(label.log_loss);
            (name.clone(), told)
        });
        return Some(Scores {
            metrics: metrics(&evaluation.metrics),
            per_class: Json::Object(found.collect()),
            confusion: Json::Null,
            reliability: Json::Null,
        });
    }
    let evaluation = Evaluation::of(&cases(said, truths), resampling)?;
    let mut all = evaluation.metrics.clone();
    if let Classes::Rating(numbers) = classes {
        let mean = |row: &[f32]| row.iter().zip(numbers).map(|(p, n)| f64::from(*p) * *n as f64).sum::<f64>();
        let truth =
            |truth: &[u32]| truth.first().and_then(|c| numbers.get(*c as usize)).map_or(f64::NAN, |n| *n as f64);
        let pairs = truths.iter().enumerate().map(|(i, of)| (mean(said.row(i)), truth(of)));
        all.extend(evaluate_ratings(pairs, resampling));
    }
    Some(Scores {
        metrics: metrics(&all),
        per_class: Json::Object(names.iter().cloned().zip(evaluation.classes.iter().map(class)).collect()),
        confusion: json!({"labels": names, "counts": evaluation.confusion}),
        reliability: Json::Array(evaluation.reliability.iter().map(bin).collect()),
    })
}

/// Rows of one class each.
pub fn cases(said: &Probabilities, truths: &[&[u32]]) -> Cases {
    Cases::of(truths.iter().enumerate().filter_map(|(i, truth)| Some((said.row(i), *truth.first()?))))
}

/// Metrics by name.
pub fn metrics(measured: &[Measured]) -> Json {
    let told = measured.iter().map(|m| {
        let value = match m.value {
            Ok(value) => json!({"value": value, "ci95": m.ci95.map(|(low, high)| [low, high]), "n": m.n}),
            Err(why) => json!({"value": null, "ci95": null, "n": m.n, "reason": why.to_string()}),
        };
        (m.metric.to_string(), value)
    });
    Json::Object(told.collect::<Map<String, Json>>())
}

fn class(score: &ClassScore) -> Json {
    json!({"precision": score.precision, "recall": score.recall, "f1": score.f1, "n": score.n})
}

fn bin(bin: &Bin) -> Json {
    let right = bin.right.map(|right| json!({"value": right.value, "ci95": [right.low, right.high]}));
    json!({"from": bin.from, "to": bin.to, "n": bin.n, "sure": bin.sure, "right": right})
}
