//! Worker agreement with aggregate: one round of weighing votes by how often their author is with the majority.

use super::majority::{majority, shares, weighted};
use super::{Aggregation, Method, Ruling};
use crate::agreement::Ratings;

/// An answer among k tied ones counts 1/k towards its author's weight. Units on which everybody's weight is 0 keep
/// their votes.
pub(super) fn wawa(ratings: &Ratings) -> Aggregation {
    let first = majority(ratings);
    let (mut right, mut answers) = (vec![0.0; ratings.raters()], vec![0.0; ratings.raters()]);
    for unit in 0..ratings.units() {
        let winners = match first.ruling(unit) {
            Ruling::Category { category, .. } => vec![category],
            Ruling::Tie(tied) => tied,
            Ruling::Unanswered => continue,
        };
        for (rater, category) in ratings.said(unit) {
            answers[rater as usize] += 1.0;
            if winners.contains(&category) {
                right[rater as usize] += 1.0 / winners.len() as f64;
            }
        }
    }
    let skill = |rater: usize| if answers[rater] > 0.0 { right[rater] / answers[rater] } else { 0.0 };
    let mut votes = weighted(ratings, |rater| skill(rater as usize));
    let q = ratings.categories().max(1);
    for (own, plain) in votes.chunks_exact_mut(q).zip(shares(ratings).chunks_exact(q)) {
        if own.iter().all(|&vote| vote == 0.0) {
            own.copy_from_slice(plain);
        }
    }
    let mut found = Aggregation::new(Method::Wawa, ratings, votes, None);
    for (rater, annotator) in found.annotators.iter_mut().enumerate() {
        annotator.skill = (answers[rater] > 0.0).then(|| skill(rater));
    }
    found
}
