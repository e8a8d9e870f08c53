//! Whether a slice that was searched for means anything.
//!
//! The best of thousands of slices has many errors by chance alone: a test that does not know of the search finds it
//! significant nearly always. Two that do: the best scores of searches over shuffled errors, and slices that are found on one half of
//! the rows and tested on the other.

use super::{Errors, Ready, Search, Slice};
use crate::domain::Estimate;
use crate::ids::mix;
use rayon::prelude::*;
use statrs::distribution::{ContinuousCDF, DiscreteCDF, Hypergeometric, StudentsT};

impl Search {
    /// The best scores of searches over errors that were shuffled among the rows, one for each shuffle; less than 0 where
    /// nothing scores. `None` where `watch` says stop.
    pub fn by_chance(
        &self,
        ready: &Ready,
        errors: &[f64],
        shuffles: u32,
        seed: u64,
        watch: &(dyn Fn() -> bool + Sync),
    ) -> Option<Vec<f64>> {
        let best = |shuffle: u32| {
            let shuffled = Errors::of(&shuffled(errors, mix(seed, u64::from(shuffle))));
            let found = Self { k: 1, ..*self }.find(ready, &shuffled, watch);
            (!found.stopped).then(|| found.slices.first().map_or(-1.0, |slice| slice.score))
        };
        (0..shuffles).into_par_iter().map(best).collect()
    }
}

/// The chance of a score this good or better, by the best scores of shuffles: the share of them, the slice itself counted
/// as one (Phipson & Smyth 2010).
pub fn p_value(score: f64, by_chance: &[f64]) -> f64 {
    let better = by_chance.iter().filter(|best| **best >= score).count();
    (better + 1) as f64 / (by_chance.len() + 1) as f64
}

/// The errors in another order (Fisher & Yates).
fn shuffled(errors: &[f64], seed: u64) -> Vec<f64> {
    let mut errors = errors.to_vec();
    for last in (1..errors.len()).rev() {
        errors.swap(last, (mix(seed, last as u64) % (last as u64 + 1)) as usize);
    }
    errors
}

/// Whether a slice has more error than the other rows, by rows that had no part in finding it: Fisher's exact test where
/// errors are 0 or 1, else Welch's (one-sided both). `None` where one side has too few rows.
pub fn more_error(ready: &Ready, slice: &Slice, errors: &[f64]) -> Option<f64> {
    let rows = ready.slice(&slice.terms);
    let mut inside = vec![false; errors.len()];
    rows.rows().for_each(|row| inside[row] = true);
    let side = |wanted: bool| -> Vec<f64> {
        errors.iter().zip(&inside).filter(|(_, inside)| **inside == wanted).map(|(error, _)| *error).collect()
    };
    let (own, others) = (side(true), side(false));
    match errors.iter().all(|e| *e == 0.0 || *e == 1.0) {
        true => {
            let wrong = |side: &[f64]| side.iter().filter(|e| **e == 1.0).count() as u64;
            fisher(wrong(&own), own.len() as u64, wrong(&others), others.len() as u64)
        }
        false => welch(&own, &others).map(|test| test.p_value),
    }
}

/// The 95% interval of the mean of some numbers: Wilson's of 0 and 1, else Student's; none of fewer than two.
pub fn mean_interval(values: &[f64]) -> Option<(f64, f64)> {
    if values.iter().all(|v| *v == 0.0 || *v == 1.0) {
        let hits = values.iter().filter(|v| **v == 1.0).count();
        return Estimate::wilson(hits, values.len()).map(|rate| (rate.low, rate.high));
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let spread = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0);
    let half = StudentsT::new(0.0, 1.0, n - 1.0).ok()?.inverse_cdf(0.975) * (spread / n).sqrt();
    Some((mean - half, mean + half))
}

/// Fisher's exact test, one-sided: the chance of so many hits or more among the first, by its margins.
pub fn fisher(hits: u64, of: u64, other_hits: u64, of_others: u64) -> Option<f64> {
    if of == 0 || of_others == 0 {
        return None;
    }
    let drawn = Hypergeometric::new(of + of_others, hits + other_hits, of).ok()?;
    Some(if hits == 0 { 1.0 } else { drawn.sf(hits - 1) })
}

/// What Welch's test says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Welch {
    /// The difference of the means in standard errors.
    pub t: f64,
    /// Degrees of freedom.
    pub freedom: f64,
    /// One-sided: that the first mean is the larger.
    pub p_value: f64,
}

/// Welch's test of two means, one-sided (Welch 1947); none where a side has one number, or neither varies.
pub fn welch(a: &[f64], b: &[f64]) -> Option<Welch> {
    let moments = |x: &[f64]| {
        let n = x.len() as f64;
        let mean = x.iter().sum::<f64>() / n;
        (n, mean, x.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0) / n)
    };
    if a.len() < 2 || b.len() < 2 {
        return None;
    }
    let ((na, ma, va), (nb, mb, vb)) = (moments(a), moments(b));
    let t = (ma - mb) / (va + vb).sqrt();
    let freedom = (va + vb) * (va + vb) / (va * va / (na - 1.0) + vb * vb / (nb - 1.0));
    let p_value = StudentsT::new(0.0, 1.0, freedom).ok().filter(|_| t.is_finite())?.sf(t);
    Some(Welch { t, freedom, p_value })
}

/// Benjamini & Hochberg's adjusted p-values (1995), in the order they came.
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*b].total_cmp(&p_values[*a]));
    let (mut adjusted, mut least) = (vec![0.0; p_values.len()], 1.0f64);
    for (above, place) in order.into_iter().enumerate() {
        let rank = (p_values.len() - above) as f64;
        least = least.min(p_values[place] * p_values.len() as f64 / rank);
        adjusted[place] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_are_those_of_the_book() {
        let p = fisher(30, 100, 70, 900).expect("two sides");
        assert!((p / 1.8838e-9 - 1.0).abs() < 1e-4, "{p}");
        assert_eq!((fisher(0, 5, 3, 9), fisher(1, 0, 1, 3)), (Some(1.0), None));
        let test = welch(&[0.9, 0.7, 1.1, 0.5, 0.8], &[0.3, 0.2, 0.5, 0.4, 0.1, 0.6, 0.35]).expect("two sides");
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} is not {b}");
        close(test.t, 3.780_756);
        close(test.freedom, 7.195_021);
        close(test.p_value, 0.003_272);
        assert_eq!((welch(&[1.0], &[1.0, 2.0]), welch(&[1.0, 1.0], &[1.0, 1.0])), (None, None));
        let adjusted = benjamini_hochberg(&[0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205]);
        let want = [0.008, 0.032, 0.0672, 0.0672, 0.0672, 0.08, 0.084_571, 0.205];
        adjusted.iter().zip(want).for_each(|(a, b)| close(*a, b));
    }

    #[test]
    fn a_mean_has_its_interval() {
        let close = |a: Option<(f64, f64)>, low: f64, high: f64| {
            let (l, h) = a.expect("an interval");
            assert!((l - low).abs() < 1e-5 && (h - high).abs() < 1e-5, "{l} {h}");
        };
        let rate: Vec<f64> = (0..100).map(|i| f64::from(u8::from(i < 30))).collect();
        close(mean_interval(&rate), 0.218_949, 0.395_849);
        // t(.975, 3) is 3.182446.
        close(mean_interval(&[1.0, 2.0, 3.0, 4.0]), 2.5 - 3.182_446 * 0.645_497, 2.5 + 3.182_446 * 0.645_497);
        assert_eq!((mean_interval(&[]), mean_interval(&[0.5])), (None, None));
    }

    #[test]
    fn a_shuffle_holds_the_same_errors() {
        let errors: Vec<f64> = (0..100).map(f64::from).collect();
        let other = shuffled(&errors, 3);
        assert_ne!(other, errors);
        let mut sorted = other.clone();
        sorted.sort_by(f64::total_cmp);
        assert_eq!(sorted, errors);
    }
}
