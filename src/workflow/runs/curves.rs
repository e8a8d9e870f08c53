//! The curves of a run as its record tells them: with fewer rows, at every threshold, from other seeds.

use super::listed::count;
use crate::training::evaluation::Metric;
use serde_json::Value as Json;

/// What a run would be worth with fewer rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Learning {
    /// The metric.
    pub metric: Metric,
    /// By growing number of rows.
    pub points: Vec<Learned>,
}

/// What a model of so many rows is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learned {
    /// Rows that it learned from.
    pub rows: usize,
    /// The metric.
    pub value: f64,
    /// Its 95% interval.
    pub ci95: Option<(f64, f64)>,
}

/// One class against the rest, by the probability from which on a row counts as of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    /// The class.
    pub class: String,
    /// Area under precision by recall.
    pub average_precision: Option<f64>,
    /// Probability that a row of the class is rated higher than another.
    pub roc_auc: Option<f64>,
    /// The point of best F1.
    pub best: Option<AtThreshold>,
    /// By falling threshold.
    pub points: Vec<AtThreshold>,
}

/// What counting rows from a probability on gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtThreshold {
    /// The probability.
    pub threshold: f64,
    /// The share of the counted rows that are of the class.
    pub precision: f64,
    /// The share of the class that is counted.
    pub recall: f64,
    /// Both in one number.
    pub f1: f64,
}

/// How much the seed alone makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Seeds {
    /// Trainings.
    pub n: usize,
    /// Every metric: least, mean, greatest, standard deviation.
    pub metrics: Vec<(Metric, [f64; 4])>,
    /// Why there is no more.
    pub reason: Option<String>,
}

/// The learning curves of a record, one a metric; empty where it has none.
pub fn learning(record: &Json) -> Vec<Learning> {
    let mut curves: Vec<Learning> = Vec::new();
    for point in record["learning_curve"]["points"].as_array().into_iter().flatten() {
        let metric = point["metric"].as_str().and_then(|name| name.parse::<Metric>().ok());
        let (Some(metric), Some(rows), Some(value)) = (metric, count(point.get("rows")), point["value"].as_f64())
        else {
            continue;
        };
        let ci95 = point["ci95"][0].as_f64().zip(point["ci95"][1].as_f64());
        let point = Learned { rows, value, ci95 };
        match curves.iter_mut().find(|curve| curve.metric == metric) {
            Some(curve) => curve.points.push(point),
            None => curves.push(Learning { metric, points: vec![point] }),
        }
    }
    curves
}

/// The thresholds of one set of rows, the class that is found worst first; empty where the record has none.
pub fn thresholds(record: &Json, split: &str) -> Vec<Thresholds> {
    let of = |(class, told): (&String, &Json)| Thresholds {
        class: class.clone(),
        average_precision: told["average_precision"].as_f64(),
        roc_auc: told["roc_auc"].as_f64(),
        best: at(&told["best"]),
        points: told["points"].as_array().into_iter().flatten().filter_map(at).collect(),
    };
    let mut found: Vec<Thresholds> = record["thresholds"][split].as_object().into_iter().flatten().map(of).collect();
    let worth = |one: &Thresholds| one.average_precision.unwrap_or(0.0);
    found.sort_by(|a, b| worth(a).total_cmp(&worth(b)));
    found
}

fn at(json: &Json) -> Option<AtThreshold> {
    let number = |name: &str| json[name].as_f64();
    Some(AtThreshold {
        threshold: number("threshold")?,
        precision: number("precision")?,
        recall: number("recall")?,
        f1: number("f1")?,
    })
}

/// The spread over seeds of a record, where it has one.
pub fn seeds(record: &Json) -> Option<Seeds> {
    let told = record["seeds"].as_object()?;
    let metric = |(name, of): (&String, &Json)| {
        let number = |part: &str| of[part].as_f64();
        Some((name.parse().ok()?, [number("min")?, number("mean")?, number("max")?, number("sd")?]))
    };
    let mut metrics: Vec<(Metric, [f64; 4])> =
        told.get("metrics").and_then(Json::as_object).into_iter().flatten().filter_map(metric).collect();
    metrics.sort_by_key(|(metric, _)| *metric);
    let reason = told.get("reason").and_then(Json::as_str).map(str::to_owned);
    Some(Seeds { n: count(told.get("n"))?, metrics, reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_record_with_curves_is_read_and_one_without_says_nothing() {
        let point =
            |rows: u32, value: f64| json!({"rows": rows, "metric": "accuracy", "value": value, "ci95": [0.1, 0.9]});
        let at = json!({"threshold": 0.4, "precision": 0.9, "recall": 0.8, "f1": 0.85, "rows": 7});
        let class = |ap: f64| json!({"average_precision": ap, "roc_auc": null, "best": at, "points": [at, at]});
        let record = json!({
            "learning_curve": {"points": [point(10, 0.5), point(100, 0.8), {"rows": 10, "metric": "odd", "value": 1}]},
            "thresholds": {"test": {"good": class(0.9), "bad": class(0.3)}},
            "seeds": {"n": 3, "metrics": {"macro_f1": {"min": 0.1, "mean": 0.2, "max": 0.3, "sd": 0.1}}, "reason": null},
        });
        let learned = learning(&record);
        assert_eq!(learned.len(), 1);
        let point = |rows, value| Learned { rows, value, ci95: Some((0.1, 0.9)) };
        assert_eq!(learned[0].points, [point(10, 0.5), point(100, 0.8)]);
        let found = thresholds(&record, "test");
        assert_eq!(found.iter().map(|one| one.class.as_str()).collect::<Vec<_>>(), ["bad", "good"], "the worst first");
        assert_eq!((found[0].points.len(), found[0].roc_auc, found[0].best.map(|b| b.f1)), (2, None, Some(0.85)));
        assert_eq!(seeds(&record).map(|s| (s.n, s.metrics)), Some((3, vec![(Metric::MacroF1, [0.1, 0.2, 0.3, 0.1])])));
        let nothing = json!({"seeds": null, "learning_curve": {"points": [], "reason": "nobody asked"}});
        assert!(learning(&nothing).is_empty() && thresholds(&nothing, "test").is_empty() && seeds(&nothing).is_none());
    }
}
