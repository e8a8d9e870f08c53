//! One training: a model fitted to what a state knows, and what it is worth on rows that it never saw.

use super::fit::{self, Manner, Material};
use super::ground::{Classes, Known};
use super::holdout::{Holdout, of_rows, with_rows};
use super::kept::Kept;
use super::learning::learning_curve;
use super::measure::{Judged, Said, scores};
use super::record;
use super::spread::spread;
use super::train::Asked;
use super::words::Words;
use crate::error::{Error, Result};
use crate::jobs::Control;
use crate::models::{ClassWeights, Probabilities};
use crate::project::{Project, State};
use crate::resampling::Resampling;
use crate::training::evaluation::CostMatrix;
use crate::workflow::ranking::watched;
use serde_json::{Map, Value as Json, json};
use std::time::Instant;

/// What a training goes by, beside what was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// What mistakes cost.
    pub costs: Option<&'a CostMatrix>,
    /// The field that keeps rows together, by the rule of the splits.
    pub group: Option<&'a str>,
}

/// What training came to, before it is written.
#[derive(Debug)]
pub struct Outcome {
    /// The model.
    pub kept: Kept,
    /// What it says of every row of the material; where cross-validation judges, of the rows that it learned from what
    /// models of the others say.
    pub said: Probabilities,
    /// Everything but times and sizes.
    pub measured: Json,
    /// How long its parts took.
    pub seconds: Map<String, Json>,
}

/// Trains what was asked for on a state, on these terms.
///
/// # Errors
/// Where there is not enough to learn from, a setting is wrong, or it was stopped.
pub fn run(
    project: &Project,
    classes: Classes,
    state: &State,
    material: &Material,
    asked: &Asked,
    terms: Terms<'_>,
    control: &Control,
) -> Result<Outcome> {
    let Terms { costs, group } = terms;
    let known = Known::of(state, &classes);
    known.to_learn_from()?;
    let sets = asked.set.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let learner = asked.model.with(sets).map_err(|e| Error::usage(e.to_string()))?;
    let class_weights = if asked.balanced { ClassWeights::Balanced } else { ClassWeights::Equal };
    let manner = Manner { learner: &*learner, class_weights, calibrate: asked.calibrate, seed: asked.seed, costs };
    let holdout = Holdout::of(project, state, group, material, &classes, &known)?;
    let mut seconds = Seconds::default();
    let watch = watched(control, "training");
    let kept = seconds.of("fit", || fit::fit(material, &classes, &known.train, &known.validation, &manner, &watch))?;
    control.report("evaluating", 0, 0);
    let said = fit::says(&kept, material);
    let (judged, held_out) = seconds.of("evaluate", || judge(&said, &holdout, &classes, &known, &manner, control))?;
    let out_of_fold = held_out.filter(|_| holdout.is_cross_validation());
    let said = match &out_of_fold {
        Some(held_out) => with_rows(&said, &known.train, held_out),
        None => said,
    };
    let whole = judged.metrics(holdout.split());
    let curve = seconds.of("learning_curve", || {
        learning_curve(asked.learning_curve, asked.model, &holdout, &classes, &manner, whole, control)
    })?;
    let seeds =
        seconds.of("seeds", || spread(asked.seeds, asked.model, &holdout, &classes, &manner, whole, control))?;
    let [train, validation, test] = known.counts();
    let mut measured = json!({
        "features": {"text": kept.words.as_ref().map(Words::name), "fields": kept.head.fields,
            "embeddings": kept.head.encoder},
        "params": record::params(&*learner), "class_weights": if asked.balanced { "balanced" } else { "none" },
        "calibration": {"asked": asked.calibrate.as_str(), "fitted": kept.head.calibration},
        "labels": kept.head.classes, "rows": {"train": train, "validation": validation, "test": test},
        "left_out": known.left_out, "judged_by": holdout.judges().is_ok().then(|| holdout.split()), "group": group,
        "out_of_fold": out_of_fold.is_some(),
        "costs": costs.map(|costs| json!({"matrix": costs, "threshold": costs.threshold()})),
        "learning_curve": curve, "seeds": seeds, "code": env!("CARGO_PKG_VERSION"),
    });
    if let Err(reason) = holdout.judges() {
        measured["reason"] = json!(reason);
    }
    judged.tell(&mut measured);
    Ok(Outcome { kept, said, measured, seconds: seconds.0 })
}

/// Measures a model on the validation split and on what judges, beside the floor; with what is said of the latter.
fn judge(
    said: &Probabilities,
    holdout: &Holdout<'_>,
    classes: &Classes,
    known: &Known,
    manner: &Manner<'_>,
    control: &Control,
) -> Result<(Judged, Option<Probabilities>)> {
    let floor = fit::floor(classes, &known.train, holdout.rows())?;
    let resampling = Resampling { seed: manner.seed, ..Resampling::default() };
    let mut judged = Judged::default();
    let mut judge = |name: &str, said: Probabilities, rows: &[(u32, Vec<u32>)]| {
        let truths: Vec<&[u32]> = rows.iter().map(|(_, of)| &of[..]).collect();
        let of = |said| scores(classes, &Said::of(classes, said, manner.costs), &truths, manner.costs, resampling);
        judged.add(name, of(said), of(of_rows(&floor, rows)));
    };
    judge("validation", of_rows(said, &known.validation), &known.validation);
    let held_out = match holdout.is_cross_validation() {
        true => {
            let watch = watched(control, "cross-validation");
            holdout.says(usize::MAX, manner, &|told| watch(told.without_point()))?
        }
        false => Some(of_rows(said, &known.test)),
    };
    if let Some(held_out) = &held_out {
        judge(holdout.split(), held_out.clone(), holdout.judging());
    }
    Ok((judged, held_out))
}

/// Times by name.
#[derive(Debug, Default)]
struct Seconds(Map<String, Json>);

impl Seconds {
    fn of<T>(&mut self, name: &str, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let done = work();
        self.0.insert(name.to_owned(), json!(started.elapsed().as_secs_f64()));
        done
    }
}
