//! How good a run is, as its record tells it.

use super::ground::Classes;
use super::thresholds::thresholds;
use crate::domain::words;
use crate::models::{Probabilities, likeliest};
use crate::project::Predictions;
use crate::resampling::Resampling;
use crate::training::evaluation::{
    Bin, Cases, ClassScore, CostMatrix, Evaluation, Measured, SetCases, SetEvaluation, evaluate_ratings, predicted,
};
use serde_json::{Map, Value as Json, json};

/// What a model says of rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// Of each the class that is decided on and the probabilities of all.
    Probable(Vec<u32>, Probabilities),
    /// Of each a class and the probability of that class alone.
    Scored(Vec<u32>, Vec<f32>),
    /// Of each a class alone.
    Classes(Vec<u32>),
    /// Of each a label set, and the probabilities of all labels where there are any.
    Sets(Vec<Vec<u32>>, Option<Probabilities>),
}

impl Said {
    /// Of a model's probabilities, with what is decided by them.
    pub fn of(classes: &Classes, probabilities: Probabilities, costs: Option<&CostMatrix>) -> Self {
        let rows = (0..probabilities.len()).map(|row| probabilities.row(row));
        match classes.are_sets() {
            true => Self::Sets(rows.map(predicted).collect(), Some(probabilities)),
            false => Self::Probable(rows.map(|p| decided(p, costs)).collect(), probabilities),
        }
    }

    /// The same of the rows in these places.
    #[must_use]
    pub fn of_places(&self, places: &[usize]) -> Self {
        fn pick<T: Clone>(places: &[usize], all: &[T]) -> Vec<T> {
            places.iter().filter_map(|place| all.get(*place).cloned()).collect()
        }
        let rows = |said: &Probabilities| {
            let values = places.iter().flat_map(|place| said.row(*place).iter().copied()).collect();
            Probabilities::new(said.classes(), values)
        };
        match self {
            Self::Probable(labels, said) => Self::Probable(pick(places, labels), rows(said)),
            Self::Scored(labels, scores) => Self::Scored(pick(places, labels), pick(places, scores)),
            Self::Classes(labels) => Self::Classes(pick(places, labels)),
            Self::Sets(sets, said) => Self::Sets(pick(places, sets), said.as_ref().map(rows)),
        }
    }

    /// What a run says of the items in these places; `told` is what its record says of the probabilities.
    pub fn stored(said: &Predictions, places: &[usize], told: Chances) -> Self {
        let labels = || places.iter().filter_map(|place| said.labels.get(*place).copied()).collect();
        let values = || places.iter().flat_map(|place| said.row(*place).iter().copied()).collect();
        let told = if said.probabilities.is_empty() { Chances::None } else { told };
        match (said.sets.is_empty(), told) {
            (false, told) => {
                let sets = places.iter().filter_map(|place| said.sets.get(*place).cloned()).collect();
                Self::Sets(sets, (told == Chances::Given).then(|| Probabilities::new(said.classes, values())))
            }
            (true, Chances::None) => Self::Classes(labels()),
            (true, Chances::Given) => Self::Probable(labels(), Probabilities::new(said.classes, values())),
            (true, Chances::Score) => {
                let own = |place: &usize| Some(*said.row(*place).get(*said.labels.get(*place)? as usize)?);
                Self::Scored(labels(), places.iter().filter_map(own).collect())
            }
        }
    }
}

/// The class of least expected cost; the likeliest where all mistakes cost the same.
pub fn decided(p: &[f32], costs: Option<&CostMatrix>) -> u32 {
    costs.map_or_else(|| likeliest(p), |costs| costs.cheapest(p))
}

words! {
    /// What a run tells of the probabilities of its predictions.
    Chances: "kind of probabilities" {
        /// Of every class.
        Given = "given",
        /// Of what is predicted alone; the rest is spread evenly over the others.
        Score = "score",
        /// Nothing.
        None = "none",
    }
}

impl Chances {
    /// What a record says; runs that were trained here have those of every class.
    pub fn of(record: &Json) -> Self {
        record["probabilities"].as_str().and_then(|word| word.parse().ok()).unwrap_or(Self::Given)
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

/// Measures what is said of rows against their classes; none of no rows. Row i of `said` is `truths[i]`. Where mistakes
/// have costs, what they cost is measured too.
pub fn scores(
    classes: &Classes,
    said: &Said,
    truths: &[&[u32]],
    costs: Option<&CostMatrix>,
    resampling: Resampling,
) -> Option<Scores> {
    let names = classes.names();
    if classes.are_sets() {
        let evaluation = SetEvaluation::of(&set_cases(classes, said, truths), resampling)?;
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
    let cases = cases(classes, said, truths);
    let evaluation = Evaluation::of(&cases, resampling)?;
    let mut all = evaluation.metrics.clone();
    all.extend(costs.and_then(|costs| costs.measure(&cases, resampling)));
    if let Classes::Rating(numbers) = classes {
        let mean = |row: &[f32]| row.iter().zip(numbers).map(|(p, n)| f64::from(*p) * *n as f64).sum::<f64>();
        let number = |class: Option<&u32>| class.and_then(|c| numbers.get(*c as usize)).map_or(f64::NAN, |n| *n as f64);
        let guess = |i: usize| match said {
            Said::Probable(_, said) => mean(said.row(i)),
            Said::Classes(labels) | Said::Scored(labels, _) => number(labels.get(i)),
            Said::Sets(..) => f64::NAN,
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
        Said::Scored(labels, scores) => Cases::scored(
            classes.len(),
            rows.filter_map(|(i, truth)| Some((*labels.get(i)?, *scores.get(i)?, *truth.first()?))),
        ),
        Said::Classes(labels) => {
            Cases::of_classes(classes.len(), rows.filter_map(|(i, truth)| Some((*labels.get(i)?, *truth.first()?))))
        }
        Said::Sets(..) => Cases::default(),
    }
}

/// Rows of a label set each.
pub fn set_cases(classes: &Classes, said: &Said, truths: &[&[u32]]) -> SetCases {
    let Said::Sets(sets, probabilities) = said else { return SetCases::default() };
    let rows = truths.iter().zip(sets);
    match probabilities {
        Some(p) => SetCases::decided(rows.enumerate().map(|(i, (truth, set))| (p.row(i), set.clone(), *truth))),
        None => SetCases::of_sets(classes.len(), rows.map(|(truth, set)| (set.clone(), *truth))),
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
