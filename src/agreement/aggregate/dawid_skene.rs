//! Dawid & Skene: maximum likelihood estimation of observer error rates (Applied Statistics 28, 1979).

use super::em::{Counts, Rates, run};
use super::{Aggregation, Method, Settings};
use crate::agreement::Ratings;

/// Every annotator has a confusion matrix, categories have a prior; both are fitted by EM from the majority's shares
/// until the marginal log-likelihood rests. Smoothing adds that many answers to every cell of a matrix, not to the
/// prior.
pub(super) fn dawid_skene(ratings: &Ratings, settings: &Settings) -> Aggregation {
    let rest =
        run(ratings, settings, |counts| Rates { prior: counts.prior(), rates: matrices(counts, settings.smoothing) });
    let mut found = Aggregation::new(Method::DawidSkene, ratings, rest.posterior, Some(&rest.rates.rates));
    found.prior = rest.rates.prior;
    (found.iterations, found.converged) = (rest.iterations, rest.converged);
    found.log_likelihood = Some(rest.log_likelihood);
    found
}

/// Each annotator's answers as shares of those where the same category is true.
fn matrices(counts: &Counts, smoothing: f64) -> Vec<f64> {
    let q = counts.mass.len();
    let mut rates = counts.said.clone();
    for own in rates.chunks_exact_mut((q * q).max(1)) {
        for truth in 0..q {
            let all: f64 = (0..q).map(|answer| own[answer * q + truth] + smoothing).sum();
            for answer in 0..q {
                let cell = &mut own[answer * q + truth];
                *cell = if all > 0.0 { (*cell + smoothing) / all } else { 0.0 };
            }
        }
    }
    rates
}
