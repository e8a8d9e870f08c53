//! Cross-validation: every example is judged by a model that did not learn from it.

use crate::ids::mix;
use crate::models::learner::{Learner, Task};
use crate::models::{FitError, Probabilities, Told, Watch};
use std::collections::BTreeMap;

/// Which of `folds` parts each example is in: parts of nearly the same size with nearly the same share of every class.
///
/// Examples of one group stay together, where groups are given: then sizes and shares are as near as the groups allow,
/// the largest groups being dealt first. There are at least two parts, and no more than examples or groups.
pub fn folds(classes: &[u32], groups: Option<&[u32]>, folds: u32, seed: u64) -> Vec<u32> {
    match groups {
        None => by_class(classes, folds.clamp(2, classes.len().max(2) as u32), seed),
        Some(groups) => by_group(classes, groups, folds.max(2), seed),
    }
}

fn by_class(classes: &[u32], folds: u32, seed: u64) -> Vec<u32> {
    let mut order: Vec<usize> = (0..classes.len()).collect();
    order.sort_by_key(|&i| (classes[i], mix(seed, i as u64), i));
    let mut parts = vec![0; classes.len()];
    order.into_iter().zip((0..folds).cycle()).for_each(|(i, part)| parts[i] = part);
    parts
}

/// Deals groups, each to the part whose classes it evens out most.
fn by_group(classes: &[u32], groups: &[u32], folds: u32, seed: u64) -> Vec<u32> {
    let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    (0..classes.len()).for_each(|i| members.entry(groups.get(i).copied().unwrap_or(u32::MAX)).or_default().push(i));
    let folds = folds.min(members.len().max(2) as u32) as usize;
    let kinds = classes.iter().max().map_or(0, |&most| most as usize + 1);
    let mut totals = vec![0.0f64; kinds];
    classes.iter().for_each(|&class| totals[class as usize] += 1.0);
    let mut order: Vec<(u32, Vec<usize>)> = members.into_iter().collect();
    order.sort_by_key(|(group, members)| (std::cmp::Reverse(members.len()), mix(seed, u64::from(*group)), *group));
    let (mut held, mut parts) = (vec![vec![0.0f64; kinds]; folds], vec![0; classes.len()]);
    for (_, members) in order {
        let mut own: BTreeMap<usize, f64> = BTreeMap::new();
        members.iter().for_each(|&i| *own.entry(classes[i] as usize).or_default() += 1.0);
        // By how much the squares of the classes' shares grow: least where the part has least of them.
        let growth = |part: &[f64]| -> f64 {
            own.iter()
                .map(|(&class, n)| ((part[class] + n).powi(2) - part[class].powi(2)) / totals[class].powi(2))
                .sum()
        };
        let size = |part: &[f64]| part.iter().sum::<f64>();
        let best = (0..folds).min_by(|&a, &b| {
            growth(&held[a]).total_cmp(&growth(&held[b])).then(size(&held[a]).total_cmp(&size(&held[b])))
        });
        let best = best.unwrap_or(0);
        own.iter().for_each(|(&class, n)| held[best][class] += n);
        members.into_iter().for_each(|i| parts[i] = best as u32);
    }
    parts
}

/// The probabilities of every training example of a task, in their order, each by a model that learned from the other
/// parts; `parts` as [`folds`] gives them. The task's validation rows serve all models.
///
/// # Errors
/// Where one of the models cannot be fitted, or `watch` says stop.
pub fn cross_validate(
    learner: &dyn Learner,
    task: &Task<'_>,
    parts: &[u32],
    watch: Watch<'_>,
) -> Result<Probabilities, FitError> {
    let folds = parts.iter().max().map_or(0, |&most| most + 1);
    let mut values = vec![0.0; task.train.len() * task.classes];
    for part in 0..folds {
        let inside = |i: usize| parts.get(i) == Some(&part);
        let (held, others): (Vec<usize>, Vec<usize>) = (0..task.train.len()).partition(|&i| inside(i));
        if held.is_empty() {
            continue;
        }
        let train: Vec<(u32, u32)> = others.into_iter().map(|i| task.train[i]).collect();
        let own = |told: Told| watch(told.without_point().within(part as f32 / folds as f32, 1.0 / folds as f32));
        let model = learner.fit(&Task { train: &train, ..*task }, &own)?;
        let p = model.probabilities(&task.inputs);
        for i in held {
            let to = &mut values[i * task.classes..(i + 1) * task.classes];
            to.copy_from_slice(p.row(task.train[i].0 as usize));
        }
    }
    Ok(Probabilities::new(task.classes, values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{Features, Recipe};
    use crate::models::learner::{Inputs, LearnerKind};
    use crate::models::{ClassWeights, UNWATCHED, likeliest};
    use proptest::prelude::*;

    #[test]
    fn every_example_is_judged_by_a_model_that_did_not_see_it() {
        let texts: Vec<String> = (0..60).map(|i| format!("a {} item, number {i}", ["good", "bad"][i % 2])).collect();
        let features = Features::extract(&texts, &Recipe { bits: 12, ..Recipe::default() });
        // One is wrongly labelled: a model that had seen it would have an excuse.
        let train: Vec<(u32, u32)> = (0..60).rev().map(|i| (i, if i == 7 { 0 } else { i % 2 })).collect();
        let inputs = Inputs { text: Some(features.rows()), ..Inputs::default() };
        let class_weights = ClassWeights::Equal;
        let task = Task { inputs, classes: 2, train: &train, validation: &[], class_weights, seed: 0 };
        let classes: Vec<u32> = train.iter().map(|e| e.1).collect();
        let parts = folds(&classes, None, 5, 1);
        let learner = LearnerKind::LogisticRegression.learner();
        let p = cross_validate(&*learner, &task, &parts, UNWATCHED).expect("fitted");
        assert!((0..60).all(|i| likeliest(p.row(i)) == train[i].0 % 2));
        assert!(matches!(cross_validate(&*learner, &task, &parts, &|_| false), Err(FitError::Stopped)));
        let one = Task { train: &train[..1], ..task };
        assert!(matches!(cross_validate(&*learner, &one, &[0], UNWATCHED), Err(FitError::TooFewClasses(0))));
    }

    proptest! {
        #[test]
        fn parts_are_even_in_size_and_in_classes(
            classes in proptest::collection::vec(0u32..4, 1..200), k in 0u32..12, seed in 0u64..50,
        ) {
            let parts = folds(&classes, None, k, seed);
            let k = k.clamp(2, classes.len().max(2) as u32);
            prop_assert!(parts.iter().all(|&part| part < k));
            for class in 0..4 {
                let count = |part| (0..classes.len()).filter(|&i| parts[i] == part && classes[i] == class).count();
                let counts: Vec<usize> = (0..k).map(count).collect();
                prop_assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1);
            }
            prop_assert_eq!(parts, folds(&classes, None, k, seed));
        }

        #[test]
        fn groups_stay_together(
            rows in proptest::collection::vec((0u32..3, 0u32..20), 1..200), k in 0u32..8, seed in 0u64..50,
        ) {
            let (classes, groups): (Vec<u32>, Vec<u32>) = rows.into_iter().unzip();
            let parts = folds(&classes, Some(&groups), k, seed);
            for i in 0..parts.len() {
                prop_assert!((0..i).all(|j| groups[i] != groups[j] || parts[i] == parts[j]));
            }
            let mut distinct = groups.clone();
            distinct.sort_unstable();
            distinct.dedup();
            let mut used = parts.clone();
            used.sort_unstable();
            used.dedup();
            prop_assert!(used.len() >= distinct.len().min(2), "one part cannot be judged by another");
        }
    }
}
