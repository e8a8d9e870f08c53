//! Precision and recall of each class at every threshold, as the record tells it.

use super::measure::Said;
use crate::training::evaluation::{Curve, Point};
use serde_json::{Map, Value as Json, json};

/// The points of all classes together are about so many, so that a record of a hundred classes stays small.
const POINTS: usize = 600;
/// The points of one class.
const OF_A_CLASS: std::ops::RangeInclusive<usize> = 12..=100;

/// `{LABEL: {average_precision, roc_auc, best, points}}` of every class that occurs; null where the probabilities of the
/// classes are not known. Row i of `said` is `truths[i]`.
pub fn thresholds(names: &[String], said: &Said, truths: &[&[u32]]) -> Json {
    let (Said::Probable(_, said) | Said::Sets(_, Some(said))) = said else { return Json::Null };
    let points = (POINTS / names.len().max(1)).clamp(*OF_A_CLASS.start(), *OF_A_CLASS.end());
    let of = |(class, name): (u32, &String)| {
        let row = |(i, truth): (usize, &&[u32])| {
            (said.row(i).get(class as usize).copied().unwrap_or(0.0), truth.contains(&class))
        };
        let curve = Curve::of(truths.iter().enumerate().map(row))?.within(points);
        let told = json!({
            "average_precision": curve.average_precision, "roc_auc": curve.roc_auc,
            "best": curve.best().map(point), "points": curve.points.iter().map(point).collect::<Vec<_>>(),
        });
        Some((name.clone(), told))
    };
    Json::Object((0..).zip(names).filter_map(of).collect::<Map<String, Json>>())
}

fn point(point: &Point) -> Json {
    json!({
        "threshold": point.threshold, "precision": point.precision, "recall": point.recall, "f1": point.f1,
        "rows": point.rows,
    })
}
