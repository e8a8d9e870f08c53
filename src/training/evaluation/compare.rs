//! Two models on the same rows.

use super::cases::Cases;
use super::metric::Metric;
use super::tally::Patterns;
use crate::resampling::{Resampling, intervals};

/// How two models differ on the same rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Rows.
    pub n: usize,
    /// The metrics that both have a value for.
    pub differences: Vec<Difference>,
    /// Whether one is right more often than the other.
    pub mcnemar: McNemar,
}

/// One metric of two models.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Which.
    pub metric: Metric,
    /// Of the first model.
    pub a: f64,
    /// Of the second.
    pub b: f64,
    /// b − a.
    pub diff: f64,
    /// The 95% interval of the difference, both models resampled with the same rows.
    pub ci95: Option<(f64, f64)>,
}

/// McNemar's exact test (McNemar 1947): of the rows that one model alone has right, is it one model more often?
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct McNemar {
    /// Rows that the first model alone has right.
    pub b: u32,
    /// Rows that the second model alone has right.
    pub c: u32,
    /// Two-sided; 1 where the models are right on the same rows.
    pub p_value: f64,
}

/// Compares two models; none where they did not judge the same rows, or there are none.
pub fn compare(a: &Cases, b: &Cases, resampling: Resampling) -> Option<Comparison> {
    let same = a.len() == b.len() && a.rows().iter().zip(b.rows()).all(|(a, b)| a.truth == b.truth);
    if !same || a.is_empty() {
        return None;
    }
    let patterns = Patterns::of(&[a, b]);
    let (of_a, of_b) = (patterns.measure(0, &patterns.frequency), patterns.measure(1, &patterns.frequency));
    let statistic = |drawn: &[u32]| {
        let (a, b) = (patterns.measure(0, drawn), patterns.measure(1, drawn));
        a.iter().zip(b).map(|(a, b)| Some(b? - (*a)?)).collect()
    };
    let ranges = intervals(&patterns.frequency, resampling, Metric::OF_CLASSES.len(), statistic);
    let told = a.told.min(b.told);
    let differences = (Metric::OF_CLASSES.iter().zip(of_a).zip(of_b).zip(ranges))
        .filter(|(((metric, _), _), _)| told.tells(**metric).is_ok())
        .filter_map(|(((&metric, a), b), ci95)| {
            let (a, b) = (a?, b?);
            Some(Difference { metric, a, b, diff: b - a, ci95 })
        })
        .collect();
    let right = |cases: &Cases, row: usize| cases.rows()[row].truth == cases.rows()[row].guess;
    let alone = |x: &Cases, y: &Cases| (0..x.len()).filter(|&row| right(x, row) && !right(y, row)).count() as u32;
    Some(Comparison { n: a.len(), differences, mcnemar: McNemar::of(alone(a, b), alone(b, a)) })
}

impl McNemar {
    /// From the rows that the first and the second model alone have right: a binomial test of one half.
    pub fn of(b: u32, c: u32) -> Self {
        let n = f64::from(b) + f64::from(c);
        let (mut log, mut tail) = (-n * std::f64::consts::LN_2, 0.0);
        for k in 0..=b.min(c) {
            tail += log.exp();
            log += ((n - f64::from(k)) / (f64::from(k) + 1.0)).ln();
        }
        Self { b, c, p_value: (2.0 * tail).min(1.0) }
    }
}
