//! Runs of models that were trained elsewhere: only what they predict is known, and it is measured like all others.

use super::fit;
use super::ground::{Classes, Known};
use super::measure::{Chances, Judged, Said, scores};
use crate::error::Result;
use crate::jobs::Control;
use crate::models::Probabilities;
use crate::project::{Predictions, State};
use crate::resampling::Resampling;
use crate::training::evaluation::CostMatrix;
use serde_json::{Value as Json, json};
use std::collections::HashMap;

/// Predictions that came in.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreign {
    /// The classes that they tell apart.
    pub classes: Classes,
    /// What they are.
    pub predictions: Predictions,
    /// What the probabilities tell.
    pub chances: Chances,
    /// What mistakes cost; none where all cost the same.
    pub costs: Option<CostMatrix>,
    /// The file that they stood in.
    pub file: String,
    /// Where the randomness of the intervals starts.
    pub seed: u64,
}

/// Measures predictions on the test split of a state, and on the validation split; where the test split knows nothing of
/// them, on all that is settled. The record of the run.
///
/// # Errors
/// Where it was stopped.
pub fn judge(state: &State, foreign: &Foreign, control: &Control) -> Result<Json> {
    let classes = &foreign.classes;
    let mut known = Known::of(state, classes);
    let items = state.rows.iter().map(|row| row.seq).max().unwrap_or(0) as usize;
    let floor = match known.train.is_empty() {
        true => None,
        false => Some(fit::floor(classes, &known.train, items)?),
    };
    let places: HashMap<u32, usize> =
        foreign.predictions.items.iter().enumerate().map(|(place, (seq, _))| (seq - 1, place)).collect();
    for part in [&mut known.train, &mut known.validation, &mut known.test] {
        part.retain(|(row, _)| places.contains_key(row));
    }
    let [_, validation, test] = known.counts();
    let all: Vec<(u32, Vec<u32>)> = [&known.train[..], &known.validation, &known.test].concat();
    let mut splits = vec![("validation", &known.validation), ("test", &known.test)];
    let judged_by = match (test, all.len()) {
        (0, 0) => None,
        (0, _) => Some("all"),
        _ => Some("test"),
    };
    if judged_by == Some("all") {
        splits = vec![("all", &all)];
    }
    let resampling = Resampling { seed: foreign.seed, ..Resampling::default() };
    let costs = foreign.costs.as_ref();
    let mut judged = Judged::default();
    for (name, rows) in splits {
        control.report("measuring", 0, 0);
        control.check()?;
        let truths: Vec<&[u32]> = rows.iter().map(|(_, of)| &of[..]).collect();
        let own: Vec<usize> = rows.iter().filter_map(|(row, _)| places.get(row).copied()).collect();
        let said = Said::stored(&foreign.predictions, &own, foreign.chances);
        let floor = floor.as_ref().and_then(|floor| {
            let values = rows.iter().flat_map(|(row, _)| floor.row(*row as usize).iter().copied()).collect();
            let said = Said::of(classes, Probabilities::new(classes.len(), values), costs);
            scores(classes, &said, &truths, costs, resampling)
        });
        judged.add(name, scores(classes, &said, &truths, costs, resampling), floor);
    }
    let mut record = json!({
        "file": foreign.file, "predicted": foreign.predictions.items.len(),
        "probabilities": foreign.chances.as_str(),
        "costs": costs.map(|costs| json!({"matrix": costs, "threshold": costs.threshold()})),
        "features": null, "params": {}, "labels": classes,
        // What it learned from only its makers know.
        "rows": {"train": null, "validation": validation, "test": test},
        "left_out": known.left_out, "judged_by": judged_by, "code": env!("CARGO_PKG_VERSION"),
    });
    match judged_by {
        None => record["reason"] = json!("no item that it predicts has a settled value"),
        Some("all") => record["reason"] = json!("no item of the test split that it predicts has a settled value"),
        _ => {}
    }
    judged.tell(&mut record);
    Ok(record)
}
