//! The most frequent answer.

use super::{Aggregation, Method};
use crate::agreement::Ratings;

/// Every answer is a vote of the same weight; a tie is decided by nobody.
pub(super) fn majority(ratings: &Ratings) -> Aggregation {
    Aggregation::new(Method::Majority, ratings, shares(ratings), None)
}

/// By unit, then category: its share of the answers.
pub(super) fn shares(ratings: &Ratings) -> Vec<f64> {
    weighted(ratings, |_| 1.0)
}

/// The same, every annotator's votes having a weight.
pub(super) fn weighted(ratings: &Ratings, weight: impl Fn(u32) -> f64) -> Vec<f64> {
    let q = ratings.categories();
    let mut shares = vec![0.0; ratings.units() * q];
    for (unit, own) in shares.chunks_exact_mut(q.max(1)).enumerate() {
        ratings.said(unit).for_each(|(rater, category)| own[category as usize] += weight(rater));
        let all: f64 = own.iter().sum();
        if all > 0.0 {
            own.iter_mut().for_each(|votes| *votes /= all);
        }
    }
    shares
}
