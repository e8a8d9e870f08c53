//! How good a run is, as its record tells it.

use super::ground::Classes;
use super::thresholds::thresholds;
use crate::models::{Probabilities, likeliest};
use crate::project::Predictions;
use crate::resampling::Resampling;
use crate::training::evaluation::{
    Bin, Cases, ClassScore, Evaluation, Measured, SetCases, SetEvaluation, evaluate_ratings,
};
use serde_json::{Map, Value as Json, json};

/// What a model says of rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// Of each the class that is decided on and the probabilities of all; of label sets only these count.
    Probable(Vec<u32>, Probabilities),
    /// Of each a class alone.
    Classes(Vec<u32>),
    /// Of each a label set alone: the probabilities are 1 for what is in it, and else 0.
    Sets(Probabilities),
}

impl Said {
    /// Of a model that decides on the likeliest class.
    pub fn of(probabilities: Probabilities) -> Self {
        let labels = (0..probabilities.len()).map(|row| likeliest(probabilities.row(row))).collect();
        Self::Probable(labels, probabilities)
    }

    /// What a run says of the items in these places.
    pub fn stored(said: &Predictions, places: &[usize]) -> Self {
        let labels = places.iter().filter_map(|place| said.labels.get(*place).copied()).collect();
        if said.probabilities.is_empty() {
            return Self::Classes(labels);
        }
        let values = places.iter().flat_map(|place| said.row(*place).iter().copied()).collect();
        Self::Probable(labels, Probabilities::new(said.classes, values))
    }
}

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
    /// `{LABEL: {average_precision, roc_auc, best, points}}`; null where there are no probabilities.
    pub thresholds: Json,
}

/// Measures what is said of rows against their classes; none of no rows. Row i of `said` is `truths[i]`.
pub fn scores(classes: &Classes, said: &Said, truths: &[&[u32]], resampling: Resampling) -> Option<Scores> {
    let names = classes.names();
    if classes.are_sets() {
        let of = |said: &Probabilities| SetCases::of(truths.iter().enumerate().map(|(i, truth)| (said.row(i), *truth)));
        let cases = match said {
            Said::Probable(_, said) => of(said),
            Said::Sets(said) => of(said).without_probabilities(),
            Said::Classes(_) => return None,
        };
        let evaluation = SetEvaluation::of(&cases, resampling)?;
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
            thresholds: thresholds(&names, said, truths),
        });
    }
    let evaluation = Evaluation::of(&cases(classes, said, truths), resampling)?;
    let mut all = evaluation.metrics.clone();
    if let Classes::Rating(numbers) = classes {
        let mean = |row: &[f32]| row.iter().zip(numbers).map(|(p, n)| f64::from(*p) * *n as f64).sum::<f64>();
        let number = |class: Option<&u32>| class.and_then(|c| numbers.get(*c as usize)).map_or(f64::NAN, |n| *n as f64);
        let guess = |i: usize| match said {
            Said::Probable(_, said) | Said::Sets(said) => mean(said.row(i)),
            Said::Classes(labels) => number(labels.get(i)),
        };
        let pairs = truths.iter().enumerate().map(|(i, of)| (guess(i), number(of.first())));
        all.extend(evaluate_ratings(pairs, resampling));
    }
    Some(Scores {
        metrics: metrics(&all),
        per_class: Json::Object(names.iter().cloned().zip(evaluation.classes.iter().map(class)).collect()),
        confusion: json!({"labels": names, "counts": evaluation.confusion}),
        reliability: Json::Array(evaluation.reliability.iter().map(bin).collect()),
        thresholds: thresholds(&names, said, truths),
    })
}

/// Rows of one class each.
pub fn cases(classes: &Classes, said: &Said, truths: &[&[u32]]) -> Cases {
    let rows = truths.iter().enumerate();
    match said {
        Said::Probable(labels, said) => {
            Cases::decided(rows.filter_map(|(i, truth)| Some((said.row(i), *labels.get(i)?, *truth.first()?))))
        }
        Said::Classes(labels) => {
            Cases::of_classes(classes.len(), rows.filter_map(|(i, truth)| Some((*labels.get(i)?, *truth.first()?))))
        }
        Said::Sets(_) => Cases::default(),
    }
}

/// What was measured, split by split.
#[derive(Debug, Clone, Default)]
pub struct Judged(Vec<(String, Scores, Json)>);

impl Judged {
    /// Takes what was measured on one split, and the same of the floor where there is one; no rows leave no trace.
    pub fn add(&mut self, split: &str, own: Option<Scores>, floor: Option<Scores>) {
        if let Some(own) = own {
            self.0.push((split.to_owned(), own, floor.map_or(Json::Null, |floor| floor.metrics)));
        }
    }

    /// The metrics of one split.
    pub fn metrics(&self, split: &str) -> Option<&Json> {
        self.0.iter().find(|(name, ..)| name == split).map(|(_, own, _)| &own.metrics)
    }

    /// Puts all of it into a record; thresholds of the split alone that the run is judged by.
    pub fn tell(self, record: &mut Json) {
        for part in ["metrics", "per_class", "confusion", "reliability", "floor", "thresholds"] {
            record[part] = json!({});
        }
        for (split, own, floor) in self.0 {
            record["metrics"][&split] = own.metrics;
            record["per_class"][&split] = own.per_class;
            record["confusion"][&split] = own.confusion;
            record["reliability"][&split] = own.reliability;
            record["floor"][&split] = floor;
            if record["judged_by"] == split {
                record["thresholds"][&split] = own.thresholds;
            }
        }
    }
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
