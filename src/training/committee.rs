//! A committee: models fitted to different halves of the answers.

use crate::features::RowsView;
use crate::ids::mix;
use crate::models::{FitError, LogisticRegression, Told, Watch};
use crate::queue::Committee;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many members; why so many stands in docs/MEASUREMENTS.md, "Learning curves".
const MEMBERS: usize = 5;

/// Fits a committee to halves of the examples, row and class, and asks it about a sample of the candidates.
///
/// Every member learns from half the examples of every class, drawn without replacement (Bühlmann & Yu 2002: as good as
/// a bootstrap at half the cost), so that all know the same classes. The same for a seed, whatever the number of threads.
///
/// # Errors
/// Where there are fewer than two classes, or `watch` says stop.
pub fn fit_committee(
    rows: RowsView<'_>,
    examples: &[(u32, u32)],
    classes: usize,
    candidates: &[u32],
    seed: u64,
    watch: Watch<'_>,
) -> Result<Committee, FitError> {
    let sample = Committee::sample(candidates, seed);
    let done = AtomicUsize::new(0);
    let goes_on = || watch(Told::done(done.load(Ordering::Relaxed) as f32 / MEMBERS as f32));
    let member = |number: u64| {
        let seed = mix(seed ^ 0x636F_6D6D, number);
        // Their temperatures would differ more than their opinions do.
        let regression = LogisticRegression { seed, calibrate: false, ..LogisticRegression::default() };
        let model = regression.fit_examples(rows, &half(examples, seed), classes, &|_| goes_on())?;
        let thinks = model.probabilities_of_some(rows, &sample);
        done.fetch_add(1, Ordering::Relaxed);
        if goes_on() { Ok(thinks) } else { Err(FitError::Stopped) }
    };
    let members = (0..MEMBERS as u64).into_par_iter().map(member).collect::<Result<Vec<_>, _>>()?;
    Ok(Committee::new(sample, members))
}

/// Half the examples of every class, rounded up, by a seeded draw; in the order of the examples.
fn half(examples: &[(u32, u32)], seed: u64) -> Vec<(u32, u32)> {
    let mut by_class: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (i, &(_, class)) in examples.iter().enumerate() {
        by_class.entry(class).or_default().push(i);
    }
    let mut drawn: Vec<usize> = Vec::with_capacity(examples.len() / 2 + by_class.len());
    for mut of_class in by_class.into_values() {
        of_class.sort_by_key(|&i| (mix(seed, i as u64), i));
        drawn.extend(&of_class[..of_class.len().div_ceil(2)]);
    }
    drawn.sort_unstable();
    drawn.into_iter().map(|i| examples[i]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{Features, Recipe};
    use crate::models::UNWATCHED;

    fn features() -> Features {
        let texts: Vec<String> = (0..90).map(|i| format!("{} item {}", ["good", "bad"][i % 2], i % 13)).collect();
        Features::extract(&texts, &Recipe { bits: 12, ..Recipe::default() })
    }

    #[test]
    fn a_committee_is_the_same_for_a_seed_whatever_the_number_of_threads() {
        let features = features();
        let examples: Vec<(u32, u32)> = (0..30).map(|i| (i, i % 2)).collect();
        let candidates: Vec<u32> = (30..90).collect();
        let with = |threads, seed| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| fit_committee(features.rows(), &examples, 2, &candidates, seed, UNWATCHED).expect("fitted"))
        };
        assert_eq!(with(1, 5), with(4, 5));
        assert_ne!(with(1, 5), with(1, 6));
    }

    #[test]
    fn one_class_and_a_stop_are_told_apart() {
        let features = features();
        let fit = |examples: &[(u32, u32)], watch| fit_committee(features.rows(), examples, 2, &[50, 51], 0, watch);
        assert!(matches!(fit(&[(0, 1), (2, 1)], UNWATCHED), Err(FitError::TooFewClasses(1))));
        assert!(matches!(fit(&[(0, 1), (1, 0)], &|_| false), Err(FitError::Stopped)));
        assert!(matches!(fit(&[(0, 1), (1, 0)], &|told| told.done < 0.5), Err(FitError::Stopped)));
        assert!(fit(&[(0, 1), (1, 0)], UNWATCHED).is_ok(), "two examples are few and enough");
    }

    #[test]
    fn every_half_knows_every_class() {
        let examples: Vec<(u32, u32)> = (0..41).map(|i| (i, if i == 40 { 2 } else { i % 2 })).collect();
        let (one, other) = (half(&examples, 1), half(&examples, 2));
        assert_eq!((one.len(), other.len()), (21, 21));
        assert!(one != other && one.contains(&(40, 2)) && other.contains(&(40, 2)));
        assert_eq!(one.iter().filter(|e| e.1 == 0).count(), 10);
        assert!(one.is_sorted());
    }
}
