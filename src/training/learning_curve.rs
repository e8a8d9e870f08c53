//! How good a model would be with fewer labels, and so what more of them may bring.

use super::evaluation::{Cases, Evaluation};
use crate::ids::mix;
use crate::models::learner::{Learner, Task};
use crate::models::{FitError, Watch};
use crate::resampling::Resampling;
use std::collections::BTreeMap;

/// The fewest examples that a point is made of.
const FEWEST: usize = 10;

/// What a model of so many examples is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct LearningPoint {
    /// Examples that it learned from.
    pub examples: usize,
    /// How good it is on the evaluation rows.
    pub evaluation: Evaluation,
}

/// Numbers of examples for a curve of so many points: each larger than the one before by the same factor, the last all.
pub fn learning_sizes(examples: usize, points: usize) -> Vec<usize> {
    let least = FEWEST.min(examples) as f64;
    let steps = points.saturating_sub(1).max(1) as f64;
    let size = |i: usize| (least * (examples as f64 / least).powf(i as f64 / steps)).round() as usize;
    let mut sizes: Vec<usize> = (0..points.saturating_sub(1)).map(size).chain([examples]).filter(|&n| n > 0).collect();
    sizes.dedup();
    sizes
}

/// Fits a model to so many of a task's examples, for each of some numbers, and judges it on rows whose class is known.
///
/// Smaller sets are part of larger ones, and every set has the classes in the shares of all examples. A number too small
/// for two classes is left out, as is every point where there is nothing to judge on.
///
/// # Errors
/// Where a model cannot be fitted for another reason, or `watch` says stop.
pub fn learning_curve(
    learner: &dyn Learner,
    task: &Task<'_>,
    evaluation: &[(u32, u32)],
    sizes: &[usize],
    resampling: Resampling,
    watch: Watch<'_>,
) -> Result<Vec<LearningPoint>, FitError> {
    let order = proportional(task.train, task.seed);
    let all: usize = sizes.iter().sum::<usize>().max(1);
    let (mut before, mut points) = (0, Vec::new());
    for &size in sizes {
        let train: Vec<(u32, u32)> = order.iter().take(size).copied().collect();
        let own = |done: f32| watch((before as f32 + done * size as f32) / all as f32);
        match learner.fit(&Task { train: &train, ..*task }, &own) {
            Err(FitError::TooFewClasses(_)) => {}
            model => {
                let p = model?.probabilities(&task.inputs);
                let known = evaluation.iter().filter(|(row, _)| (*row as usize) < p.len());
                let cases = Cases::of(known.map(|&(row, class)| (p.row(row as usize), class)));
                let judged = Evaluation::of(&cases, resampling);
                points.extend(judged.map(|evaluation| LearningPoint { examples: train.len(), evaluation }));
            }
        }
        before += size;
    }
    Ok(points)
}

/// The examples in an order whose every start has the classes in their shares: each at its place within its class.
fn proportional(examples: &[(u32, u32)], seed: u64) -> Vec<(u32, u32)> {
    let mut by_class: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    examples.iter().enumerate().for_each(|(i, &(_, class))| by_class.entry(class).or_default().push(i));
    let mut placed: Vec<(f64, usize)> = Vec::with_capacity(examples.len());
    for mut members in by_class.into_values() {
        members.sort_by_key(|&i| (mix(seed ^ 0x6375_7276, i as u64), i));
        let n = members.len() as f64;
        placed.extend(members.into_iter().enumerate().map(|(place, i)| ((place as f64 + 0.5) / n, i)));
    }
    placed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    placed.into_iter().map(|(_, i)| examples[i]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{Features, Recipe};
    use crate::models::learner::{Inputs, LearnerKind};
    use crate::models::{ClassWeights, UNWATCHED};
    use crate::training::evaluation::Metric;

    #[test]
    fn sizes_grow_by_a_factor_up_to_all() {
        assert_eq!(learning_sizes(1000, 5), [10, 32, 100, 316, 1000]);
        assert_eq!(learning_sizes(3, 4), [3]);
        assert!(learning_sizes(0, 3).is_empty());
        assert_eq!(learning_sizes(500, 1), [500]);
    }

    #[test]
    fn every_start_has_the_classes_in_their_shares() {
        let examples: Vec<(u32, u32)> = (0..300).map(|i| (i, u32::from(i % 10 == 0))).collect();
        let order = proportional(&examples, 3);
        for n in [20, 50, 100, 300] {
            let rare = order[..n].iter().filter(|e| e.1 == 1).count();
            assert!(rare.abs_diff(n / 10) <= 1, "{rare} of {n}");
        }
    }

    #[test]
    fn more_examples_make_a_better_model() {
        let words = |i: u32| format!("{}{} thing {}", ["good", "bad"][(i % 2) as usize], (i / 2) % 9, i % 17);
        let texts: Vec<String> = (0..400).map(words).collect();
        let features = Features::extract(&texts, &Recipe { bits: 12, ..Recipe::default() });
        let labelled: Vec<(u32, u32)> = (0..400).map(|i| (i, i % 2)).collect();
        let (train, test) = labelled.split_at(300);
        let inputs = Inputs { text: Some(features.rows()), ..Inputs::default() };
        let task = Task { inputs, classes: 2, train, validation: &[], class_weights: ClassWeights::Equal, seed: 0 };
        let learner = LearnerKind::NaiveBayes.learner();
        let sizes = learning_sizes(300, 4);
        let curve = |test| learning_curve(&*learner, &task, test, &sizes, Resampling::NONE, UNWATCHED).expect("fitted");
        let told = curve(test);
        assert_eq!(told.iter().map(|p| p.examples).collect::<Vec<_>>(), sizes);
        let accuracy = |p: &LearningPoint| p.evaluation.value(Metric::Accuracy).expect("a value");
        assert!(accuracy(&told[3]) > 0.95 && accuracy(&told[0]) < accuracy(&told[3]));
        assert!(curve(&[]).is_empty());
        let stopped = learning_curve(&*learner, &task, test, &sizes, Resampling::NONE, &|_| false);
        assert!(matches!(stopped, Err(FitError::Stopped)));
        let tiny = learning_curve(&*learner, &task, test, &[1, 300], Resampling::NONE, UNWATCHED).expect("fitted");
        assert_eq!(tiny.len(), 1, "one example is of one class");
    }
}
