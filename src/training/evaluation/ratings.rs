//! Predictions of a rating: how far they are from the true one.

use super::metric::{Measured, Metric};
use crate::resampling::{Resampling, intervals};
use std::collections::BTreeMap;

/// Collections up to this size are resampled row by row; beyond, rows whose errors round to the same thousandth of the
/// largest one are drawn together.
const EXACT: usize = 10_000;

/// Mean absolute and root mean squared error of predicted against true ratings. Pairs of which one is not a number are
/// left out; nothing is told of no pairs.
///
/// Of a model that gives probabilities the mean rating under them is the prediction: it has the least squared error.
pub fn evaluate_ratings(pairs: impl IntoIterator<Item = (f64, f64)>, resampling: Resampling) -> Vec<Measured> {
    let errors: Vec<f64> =
        pairs.into_iter().map(|(guess, truth)| (guess - truth).abs()).filter(|e| e.is_finite()).collect();
    let n = errors.len();
    if n == 0 {
        return Vec::new();
    }
    let largest = errors.iter().copied().fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let mut patterns: BTreeMap<usize, (u32, f64, f64)> = BTreeMap::new();
    for (i, error) in errors.iter().enumerate() {
        let pattern = if n <= EXACT { i } else { (error / largest * 1000.0).round() as usize };
        let (rows, sum, squares) = patterns.entry(pattern).or_default();
        (*rows, *sum, *squares) = (*rows + 1, *sum + error, *squares + error * error);
    }
    let frequency: Vec<u32> = patterns.values().map(|p| p.0).collect();
    let means: Vec<(f64, f64)> =
        patterns.values().map(|&(rows, sum, squares)| (sum / f64::from(rows), squares / f64::from(rows))).collect();
    let measure = |frequency: &[u32]| {
        let total = |f: fn(&(f64, f64)) -> f64| {
            means.iter().zip(frequency).map(|(m, &times)| f(m) * f64::from(times)).sum::<f64>() / n as f64
        };
        [total(|m| m.0), total(|m| m.1).sqrt()]
    };
    let values = measure(&frequency);
    let ranges = intervals(&frequency, resampling, 2, |drawn| measure(drawn).map(Some).to_vec());
    ([Metric::Mae, Metric::Rmse].into_iter().zip(values).zip(ranges))
        .map(|((metric, value), ci95)| Measured::new(metric, Ok(value), ci95, n))
        .collect()
}
