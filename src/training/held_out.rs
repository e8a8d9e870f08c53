//! What a model thinks of items whose own answers it has not seen.

use crate::features::RowsView;
use crate::ids::mix;
use crate::models::{FitError, LogisticRegression, Probabilities, Told, Watch};
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Every model leaves out one part of so many.
const FOLDS: u64 = 5;

/// Probabilities of all classes for these rows, in their order, each by a model fitted to the examples, row and class, of
/// the other four fifths of all rows: a model repeats what it was fitted to, and would contradict nobody.
///
/// The same for a seed, whatever the number of threads.
///
/// # Errors
/// Where four fifths are of fewer than two classes, or `watch` says stop.
pub fn held_out(
    rows: RowsView<'_>,
    examples: &[(u32, u32)],
    classes: usize,
    of: &[u32],
    seed: u64,
    watch: Watch<'_>,
) -> Result<Probabilities, FitError> {
    let fold = |row: u32| mix(seed ^ 0x666F_6C64, u64::from(row)) % FOLDS;
    let done = AtomicUsize::new(0);
    let goes_on = || watch(Told::done(done.load(Ordering::Relaxed) as f32 / FOLDS as f32));
    let judged = |left_out: u64| {
        let others: Vec<(u32, u32)> = examples.iter().copied().filter(|(row, _)| fold(*row) != left_out).collect();
        let places: Vec<usize> = (0..of.len()).filter(|&i| fold(of[i]) == left_out).collect();
        let regression = LogisticRegression { seed, ..LogisticRegression::default() };
        let model = regression.fit_examples(rows, &others, classes, &|_| goes_on())?;
        let which: Vec<u32> = places.iter().map(|&i| of[i]).collect();
        let thinks = model.probabilities_of_some(rows, &which);
        done.fetch_add(1, Ordering::Relaxed);
        if goes_on() { Ok((places, thinks)) } else { Err(FitError::Stopped) }
    };
    let parts = (0..FOLDS).into_par_iter().map(judged).collect::<Result<Vec<_>, _>>()?;
    let mut values = vec![0.0; of.len() * classes];
    for (places, thinks) in parts {
        for (i, place) in places.into_iter().enumerate() {
            values[place * classes..(place + 1) * classes].copy_from_slice(thinks.row(i));
        }
    }
    Ok(Probabilities::new(classes, values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{Features, Recipe};
    use crate::models::{UNWATCHED, likeliest};

    fn features() -> Features {
        let texts: Vec<String> = (0..60).map(|i| format!("a {} item, number {i}", ["good", "bad"][i % 2])).collect();
        Features::extract(&texts, &Recipe { bits: 12, ..Recipe::default() })
    }

    #[test]
    fn a_wrong_answer_is_contradicted_which_the_model_of_all_answers_repeats() {
        let features = features();
        let examples: Vec<(u32, u32)> = (0..60).map(|i| (i, if i == 7 { 0 } else { i % 2 })).collect();
        let of: Vec<u32> = (0..60).rev().collect();
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| held_out(features.rows(), &examples, 2, &of, 1, UNWATCHED).expect("fitted"))
        };
        let thinks = with(1);
        assert_eq!(with(4), thinks);
        let guesses: Vec<u32> = (0..60).map(|i| likeliest(thinks.row(i))).collect();
        assert_eq!(guesses, of.iter().map(|row| row % 2).collect::<Vec<_>>());
    }

    #[test]
    fn one_class_and_a_stop_are_told_apart() {
        let features = features();
        let fit = |examples: &[(u32, u32)], watch| held_out(features.rows(), examples, 2, &[0, 1], 0, watch);
        assert!(matches!(fit(&[(0, 1), (2, 1), (4, 1)], UNWATCHED), Err(FitError::TooFewClasses(_))));
        let examples: Vec<(u32, u32)> = (0..30).map(|i| (i, i % 2)).collect();
        assert!(matches!(fit(&examples, &|told| told.done < 0.5), Err(FitError::Stopped)));
    }
}
