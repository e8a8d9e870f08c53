//! How much the seed alone makes: several trainings that differ in nothing else.

use super::fit::Manner;
use super::ground::Classes;
use super::holdout::Holdout;
use super::measure::{Said, scores};
use crate::error::Result;
use crate::jobs::Control;
use crate::models::Told;
use crate::models::learner::LearnerKind;
use crate::resampling::Resampling;
use crate::workflow::ranking::watched;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// `{asked, n, split, metrics: {NAME: {min, mean, max, sd, values}}, reason}`: the metrics of trainings from so many seeds on, of
/// which `n` came to something, on the rows that the run is judged by; null where only one was asked for. `whole` are the metrics of the run itself, the
/// first of them.
///
/// A model that does not go by its seed is trained once, and the reason says so; cross-validation parts the rows anew with
/// every seed, so that it has a spread of its own.
///
/// # Errors
/// Where it was stopped.
pub fn spread(
    seeds: u32,
    model: LearnerKind,
    holdout: &Holdout<'_>,
    classes: &Classes,
    manner: &Manner<'_>,
    whole: Option<&Json>,
    control: &Control,
) -> Result<Json> {
    let (Some(whole), 2..) = (whole, seeds) else { return Ok(Json::Null) };
    if !model.goes_by_seed() && !holdout.is_cross_validation() {
        let reason = format!("{model} comes out the same for every seed");
        return Ok(json!({"asked": seeds, "n": 1, "split": holdout.split(), "metrics": {}, "reason": reason}));
    }
    let mut values: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut take = |metrics: &Json| {
        for (name, metric) in metrics.as_object().into_iter().flatten() {
            values.entry(name.clone()).or_default().extend(metric["value"].as_f64());
        }
    };
    take(whole);
    let truths = holdout.truths();
    let watch = watched(control, "seeds");
    let share = 1.0 / seeds as f32;
    let mut n = 1;
    for number in 1..seeds {
        let part = |told: Told| watch(told.without_point().within(number as f32 * share, share));
        let manner = Manner { seed: manner.seed.wrapping_add(u64::from(number)), ..*manner };
        if let Some(said) = holdout.says(usize::MAX, &manner, &part)?
            && let Some(judged) =
                scores(classes, &Said::of(classes, said, manner.costs), &truths, manner.costs, Resampling::NONE)
        {
            take(&judged.metrics);
            n += 1;
        }
    }
    let metrics: Map<String, Json> = values.into_iter().filter_map(|(name, of)| Some((name, told(&of)?))).collect();
    Ok(json!({"asked": seeds, "n": n, "split": holdout.split(), "metrics": metrics}))
}

/// The sample's standard deviation, and what it is of; none of fewer than two values.
fn told(values: &[f64]) -> Option<Json> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let extreme = |pick: fn(f64, f64) -> f64| values.iter().copied().reduce(pick);
    let (min, max) = (extreme(f64::min)?, extreme(f64::max)?);
    (values.len() > 1)
        .then(|| json!({"min": min, "mean": mean, "max": max, "sd": (squares / (n - 1.0)).sqrt(), "values": values}))
}
