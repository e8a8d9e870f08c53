//! How good a run is on a slice, and on the other rows.

use super::judged::{ErrorKind, Judged};
use crate::domain::{FEW, Question};
use crate::error::{Error, Result};
use crate::project::Project;
use crate::resampling::Resampling;
use crate::slices::finder::{fisher, welch};
use crate::workflow::frame;
use crate::workflow::runs::{Said, scores};
use serde_json::{Value as Json, json};

/// A slice, measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated {
    /// How many rows of the run's it has.
    pub size: usize,
    /// Every metric with its interval and rows; empty of fewer than ten rows, whose rates say nothing.
    pub metrics: Json,
    /// The same of the other rows.
    pub rest: Json,
    /// The chance that the slice has no more error than the rest: Fisher's exact test of 0/1 errors, Welch's of others,
    /// one-sided. It knows nothing of a search: for a slice that was found see [`super::find`].
    pub p_value: Option<f64>,
}

/// Measures a run on the rows that match an expression.
///
/// # Errors
/// Where the expression is wrong, or matches none of the rows.
pub fn evaluate(
    project: &Project,
    question: &Question,
    judged: &Judged,
    expression: &str,
    kind: ErrorKind,
    seed: u64,
) -> Result<Evaluated> {
    let matching = frame::matching(project, question, expression)?;
    let is_in = |place: &usize| matching.binary_search(&(judged.rows[*place].0 + 1)).is_ok();
    let (own, others): (Vec<usize>, Vec<usize>) = (0..judged.rows.len()).partition(is_in);
    if own.is_empty() {
        return Err(Error::data(format!(
            "none of the {} rows of {} that run {} is judged by matches",
            judged.rows.len(),
            judged.split,
            judged.run
        )));
    }
    let errors = judged.errors(kind)?;
    let of = |places: &[usize]| -> Vec<f64> { places.iter().map(|place| errors[*place]).collect() };
    let (inside, outside) = (of(&own), of(&others));
    let whole = |values: &[f64]| values.iter().all(|e| *e == 0.0 || *e == 1.0);
    let p_value = match whole(&inside) && whole(&outside) {
        true => {
            let hits = |side: &[f64]| side.iter().filter(|e| **e == 1.0).count() as u64;
            fisher(hits(&inside), inside.len() as u64, hits(&outside), outside.len() as u64)
        }
        false => welch(&inside, &outside).map(|test| test.p_value),
    };
    let resampling = Resampling { seed, ..Resampling::default() };
    let measured = |places: &[usize]| {
        if places.len() < FEW {
            return json!({});
        }
        let truths: Vec<&[u32]> = places.iter().map(|place| &judged.rows[*place].1[..]).collect();
        let said: Said = judged.said.of_places(places);
        scores(&judged.classes, &said, &truths, judged.costs.as_ref(), resampling)
            .map_or_else(|| json!({}), |scores| scores.metrics)
    };
    Ok(Evaluated { size: own.len(), metrics: measured(&own), rest: measured(&others), p_value })
}
