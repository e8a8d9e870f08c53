//! One round of the live ranker.

use super::evaluation::{Cases, Evaluation};
use crate::features::RowsView;
use crate::models::{FitError, LinearModel, LogisticRegression, Probabilities, Told, Watch};
use crate::resampling::Resampling;

/// Everything that a round depends on. Rows are counted from 0, classes are `0..classes`.
#[derive(Debug, Clone, Copy)]
pub struct RoundInput<'a> {
    /// The rows of all items.
    pub rows: RowsView<'a>,
    /// Row and class of what the model may learn from; nothing of the evaluation set.
    pub examples: &'a [(u32, u32)],
    /// How many classes there are.
    pub classes: usize,
    /// Row and class of the evaluation set, as far as it is answered.
    pub evaluation: &'a [(u32, u32)],
    /// How to fit.
    pub regression: &'a LogisticRegression,
}

/// What a round brings.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundOutcome {
    /// The weights.
    pub model: LinearModel,
    /// What it thinks of every row.
    pub probabilities: Probabilities,
    /// How good it is on the evaluation set, without resampling; none where nothing of it is answered.
    pub score: Option<Evaluation>,
}

/// Fits, scores all rows, and measures on the evaluation set. `watch` hears of progress and may stop it.
pub fn fit_round(input: &RoundInput<'_>, watch: Watch<'_>) -> Result<RoundOutcome, FitError> {
    let fitting = |told: Told| watch(told.within(0.0, 0.7));
    let model = input.regression.fit_examples(input.rows, input.examples, input.classes, &fitting)?;
    if !watch(Told::done(0.7)) {
        return Err(FitError::Stopped);
    }
    let probabilities = model.probabilities(input.rows);
    let score = round_score(&probabilities, input.evaluation);
    if !watch(Told::done(1.0)) {
        return Err(FitError::Stopped);
    }
    Ok(RoundOutcome { model, probabilities, score })
}

/// How good probabilities are on rows whose class is known, without resampling; none where there are none.
pub fn round_score(probabilities: &Probabilities, evaluation: &[(u32, u32)]) -> Option<Evaluation> {
    let known = evaluation.iter().filter(|(row, _)| (*row as usize) < probabilities.len());
    let cases = Cases::of(known.map(|&(row, class)| (probabilities.row(row as usize), class)));
    Evaluation::of(&cases, Resampling::NONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{Features, Recipe};
    use crate::models::UNWATCHED;
    use std::sync::Mutex;

    #[test]
    fn a_round_learns_scores_and_can_be_stopped() {
        let texts: Vec<String> = (0..60).map(|i| format!("{} item {i}", ["good", "bad"][i % 2])).collect();
        let features = Features::extract(&texts, &Recipe::default());
        let pairs: Vec<(u32, u32)> = (0..60).map(|i| (i, i % 2)).collect();
        let (examples, evaluation) = pairs.split_at(40);
        let regression = LogisticRegression::default();
        let input = RoundInput { rows: features.rows(), examples, classes: 2, evaluation, regression: &regression };
        let told = Mutex::new(Vec::new());
        let outcome = fit_round(&input, &|now| {
            told.lock().expect("a lock").push(now.done);
            true
        });
        let outcome = outcome.expect("two classes");
        assert_eq!(outcome.score.as_ref().and_then(Evaluation::accuracy).map(|a| (a.value, a.n)), Some((1.0, 20)));
        assert_eq!(outcome.probabilities.len(), 60);
        let told = told.into_inner().expect("a lock");
        assert!(told.is_sorted() && told.last() == Some(&1.0), "{told:?}");
        assert_eq!(fit_round(&input, UNWATCHED).ok(), Some(outcome));
        assert!(matches!(fit_round(&input, &|told| told.done < 0.7), Err(FitError::Stopped)));
        let blind = RoundInput { evaluation: &[], ..input };
        assert_eq!(fit_round(&blind, UNWATCHED).map(|o| o.score).ok(), Some(None));
    }
}
