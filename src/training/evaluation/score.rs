//! All that is told of one model on one set of rows.

use super::cases::{Cases, Told};
use super::metric::{Measured, Metric, Undefined};
use super::tally::bin;
use crate::domain::Estimate;
use crate::resampling::{Resampling, intervals};

/// How good predictions of one class a row are.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// Rows.
    pub n: usize,
    /// Every metric of [`Metric::OF_CLASSES`], in that order.
    pub metrics: Vec<Measured>,
    /// By class.
    pub classes: Vec<ClassScore>,
    /// How often each class (first index) is predicted as each (second index).
    pub confusion: Vec<Vec<u32>>,
    /// How often predictions of a certainty are right, in ten bins.
    pub reliability: Vec<Bin>,
}

/// How well one class is found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassScore {
    /// Share of the rows predicted to be of the class that are; none where there are none.
    pub precision: Option<f64>,
    /// Share of the rows of the class that are predicted to be; none where there are none.
    pub recall: Option<f64>,
    /// 2·tp / (2·tp + fp + fn); none where the class neither occurs nor is predicted.
    pub f1: Option<f64>,
    /// Rows of the class.
    pub n: usize,
}

/// Rows whose predictions are about equally certain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// The least certainty that belongs here.
    pub from: f64,
    /// The certainty at which the next bin begins.
    pub to: f64,
    /// Rows.
    pub n: usize,
    /// Their mean certainty; 0 where there are none.
    pub sure: f64,
    /// The share of them that are right, with Wilson's interval.
    pub right: Option<Estimate>,
}

impl Evaluation {
    /// Measures; none of no rows. Without draws there are no intervals.
    pub fn of(cases: &Cases, resampling: Resampling) -> Option<Self> {
        if cases.is_empty() {
            return None;
        }
        let patterns = cases.patterns();
        let values = patterns.measure(0, &patterns.frequency);
        let statistic = |drawn: &[u32]| patterns.measure(0, drawn).to_vec();
        let ranges = intervals(&patterns.frequency, resampling, values.len(), statistic);
        let told =
            |value: Option<f64>, metric| cases.told.tells(metric).and_then(|()| value.ok_or(Undefined::OneClass));
        let metrics = (Metric::OF_CLASSES.into_iter().zip(values).zip(ranges))
            .map(|((metric, value), ci95)| Measured::new(metric, told(value, metric), ci95, cases.len()))
            .collect();
        let confusion = cases.confusion();
        Some(Self {
            n: cases.len(),
            metrics,
            classes: (0..cases.classes()).map(|class| ClassScore::of(&confusion, class)).collect(),
            confusion,
            reliability: if cases.told == Told::Nothing { Vec::new() } else { reliability(cases, 10) },
        })
    }

    /// A metric's value, where it has one.
    pub fn value(&self, metric: Metric) -> Option<f64> {
        self.metrics.iter().find(|m| m.metric == metric)?.value.ok()
    }

    /// Share of right predictions with Wilson's interval, which costs no draws and holds with few rows too.
    pub fn accuracy(&self) -> Option<Estimate> {
        let hits: u32 = (0..self.confusion.len()).map(|class| self.confusion[class][class]).sum();
        Estimate::wilson(hits as usize, self.n)
    }
}

impl ClassScore {
    fn of(confusion: &[Vec<u32>], class: usize) -> Self {
        let hits = f64::from(confusion[class][class]);
        let n: u32 = confusion[class].iter().sum();
        let guesses: u32 = confusion.iter().map(|row| row[class]).sum();
        Self::from_counts(hits, n, guesses)
    }

    /// From the rows that are both, the rows of the class, and the rows predicted to be of it.
    pub(super) fn from_counts(hits: f64, n: u32, guesses: u32) -> Self {
        let share = |of: u32| (of > 0).then(|| hits / f64::from(of));
        Self {
            precision: share(guesses),
            recall: share(n),
            f1: share(n + guesses).map(|half| 2.0 * half),
            n: n as usize,
        }
    }
}

/// How often predictions of a certainty are right, in so many equal bins of certainty, empty ones included. The
/// expected calibration error is the mean distance of `sure` and `right` weighted by rows, the maximal one the largest.
pub fn reliability(cases: &Cases, bins: usize) -> Vec<Bin> {
    let mut sums = vec![(0, 0, 0.0); bins.max(1)];
    for case in cases.rows() {
        let (n, hits, sure) = &mut sums[bin(case.sure, bins)];
        (*n, *hits, *sure) = (*n + 1, *hits + usize::from(case.truth == case.guess), *sure + case.sure);
    }
    let edge = |i: usize| i as f64 / bins.max(1) as f64;
    let bin = |(i, (n, hits, sure)): (usize, (usize, usize, f64))| Bin {
        from: edge(i),
        to: edge(i + 1),
        n,
        sure: if n > 0 { sure / n as f64 } else { 0.0 },
        right: Estimate::wilson(hits, n),
    };
    sums.into_iter().enumerate().map(bin).collect()
}
