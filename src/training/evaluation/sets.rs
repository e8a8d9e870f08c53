//! Predictions of label sets.

use super::cases::Told;
use super::metric::{Measured, Metric, Undefined};
use super::score::ClassScore;
use crate::resampling::{Resampling, intervals};

/// A label is predicted from this probability on.
pub const PREDICTED_FROM: f32 = 0.5;

/// Whether a label of this probability is predicted.
pub fn is_predicted(probability: f32) -> bool {
    probability >= PREDICTED_FROM
}

/// The labels that are predicted, by their probabilities.
pub fn predicted(p: &[f32]) -> Vec<u32> {
    (0..).zip(p).filter(|(_, p)| is_predicted(**p)).map(|(label, _)| label).collect()
}

/// Collections up to this size are resampled row by row; beyond, rows of the same true and predicted sets are drawn
/// together, with the mean of their losses.
pub(super) const EXACT: usize = 10_000;
/// A probability is taken for at least this much.
const LEAST: f64 = 1e-15;

/// Rows whose label sets are known, with what a model says of each label.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SetCases {
    pub(super) labels: usize,
    pub(super) rows: Vec<SetCase>,
    /// Sum of the losses by label.
    losses: Vec<f64>,
    pub(super) told: Told,
}

/// One row: its labels and those that are predicted, both ascending.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SetCase {
    pub truth: Vec<u32>,
    pub guess: Vec<u32>,
    /// Mean over the labels.
    pub loss: f64,
    pub brier: f64,
}

/// How good predictions of label sets are.
#[derive(Debug, Clone, PartialEq)]
pub struct SetEvaluation {
    /// Rows.
    pub n: usize,
    /// Every metric of [`Metric::OF_SETS`], in that order.
    pub metrics: Vec<Measured>,
    /// By label.
    pub labels: Vec<LabelScore>,
}

/// How well one label is found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelScore {
    /// Precision, recall, F1 and the rows that have the label.
    pub found: ClassScore,
    /// Mean of −ln of the probability that the label is, or is not, there; none where there are no probabilities.
    pub log_loss: Option<f64>,
}

impl SetCases {
    /// Takes the probability of each label and the true labels, row by row. A probability that is not a number is 0.
    pub fn of<'a>(items: impl IntoIterator<Item = (&'a [f32], &'a [u32])>) -> Self {
        Self::decided(items.into_iter().map(|(p, truth)| (p, predicted(p), truth)))
    }

    /// Takes the probability of each label, the labels that are predicted and the true ones, row by row: whoever decides
    /// otherwise does not always predict the likely ones.
    pub fn decided<'a>(items: impl IntoIterator<Item = (&'a [f32], Vec<u32>, &'a [u32])>) -> Self {
        let items: Vec<(&[f32], Vec<u32>, &[u32])> = items.into_iter().collect();
        let most = |(p, guess, truth): &(&[f32], Vec<u32>, &[u32])| {
            guess.iter().chain(*truth).map(|&label| label as usize + 1).fold(p.len(), usize::max)
        };
        let labels = items.iter().map(most).max().unwrap_or(0);
        let rows = Vec::with_capacity(items.len());
        let mut cases = Self { labels, rows, losses: vec![0.0; labels], told: Told::All };
        let ascending = |mut labels: Vec<u32>| {
            labels.sort_unstable();
            labels.dedup();
            labels
        };
        for (p, guess, truth) in items {
            let (truth, guess) = (ascending(truth.to_vec()), ascending(guess));
            let (mut loss, mut brier) = (0.0, 0.0);
            for label in 0..cases.labels {
                let p = p.get(label).copied().filter(|p| p.is_finite()).unwrap_or(0.0);
                let (p, is) = (f64::from(p), truth.binary_search(&(label as u32)).is_ok());
                let here = -(if is { p } else { 1.0 - p }).max(LEAST).ln();
                cases.losses[label] += here;
                loss += here;
                brier += (p - f64::from(u8::from(is))).powi(2);
            }
            let labels = cases.labels.max(1) as f64;
            cases.rows.push(SetCase { truth, guess, loss: loss / labels, brier: brier / labels });
        }
        cases
    }

    /// Takes the predicted labels and the true ones of so many, row by row, where nothing says how likely they are.
    pub fn of_sets<'a>(labels: usize, items: impl IntoIterator<Item = (Vec<u32>, &'a [u32])>) -> Self {
        let cases = Self::decided(items.into_iter().map(|(guess, truth)| (&[][..], guess, truth)));
        let labels = labels.max(cases.labels);
        Self { told: Told::Nothing, labels, losses: vec![0.0; labels], ..cases }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn patterns(&self) -> (Vec<u32>, Vec<SetCase>) {
        if self.len() <= EXACT {
            return (vec![1; self.len()], self.rows.clone());
        }
        let mut order: Vec<&SetCase> = self.rows.iter().collect();
        order.sort_by(|a, b| (&a.truth, &a.guess).cmp(&(&b.truth, &b.guess)));
        let mean = |alike: &[&SetCase]| {
            let n = alike.len() as f64;
            let (loss, brier) = alike.iter().fold((0.0, 0.0), |sum, row| (sum.0 + row.loss, sum.1 + row.brier));
            (alike.len() as u32, SetCase { loss: loss / n, brier: brier / n, ..alike[0].clone() })
        };
        order.chunk_by(|a, b| a.truth == b.truth && a.guess == b.guess).map(mean).unzip()
    }
}

impl SetEvaluation {
    /// Measures; none of no rows. Without draws there are no intervals.
    pub fn of(cases: &SetCases, resampling: Resampling) -> Option<Self> {
        if cases.is_empty() {
            return None;
        }
        let (frequency, patterns) = cases.patterns();
        let count = |frequency: &[u32]| {
            let mut tally = Tally::new(cases.labels);
            patterns.iter().zip(frequency).filter(|(_, times)| **times > 0).for_each(|(row, &t)| tally.add(row, t));
            tally
        };
        let whole = count(&frequency);
        let values = whole.metrics();
        let ranges = intervals(&frequency, resampling, values.len(), |drawn| count(drawn).metrics().to_vec());
        let label = |i: usize| LabelScore {
            found: ClassScore::from_counts(f64::from(whole.hits[i]), whole.truths[i], whole.guesses[i]),
            log_loss: (cases.told == Told::All).then(|| cases.losses[i] / cases.len() as f64),
        };
        Some(Self {
            n: cases.len(),
            metrics: (Metric::OF_SETS.into_iter().zip(values).zip(ranges))
                .map(|((metric, value), ci95)| {
                    let value = cases.told.tells(metric).and_then(|()| value.ok_or(Undefined::NoLabels));
                    Measured::new(metric, value, ci95, cases.len())
                })
                .collect(),
            labels: (0..cases.labels).map(label).collect(),
        })
    }

    /// A metric's value, where it has one.
    pub fn value(&self, metric: Metric) -> Option<f64> {
        self.metrics.iter().find(|m| m.metric == metric)?.value.ok()
    }
}

/// Counts and sums from which every metric follows.
pub(super) struct Tally {
    n: u32,
    same: u32,
    truths: Vec<u32>,
    guesses: Vec<u32>,
    hits: Vec<u32>,
    loss: f64,
    brier: f64,
}

impl Tally {
    pub fn new(labels: usize) -> Self {
        let zeros = || vec![0; labels];
        Self { n: 0, same: 0, truths: zeros(), guesses: zeros(), hits: zeros(), loss: 0.0, brier: 0.0 }
    }

    pub fn add(&mut self, row: &SetCase, times: u32) {
        self.n += times;
        self.same += if row.truth == row.guess { times } else { 0 };
        for &label in &row.truth {
            self.truths[label as usize] += times;
            if row.guess.binary_search(&label).is_ok() {
                self.hits[label as usize] += times;
            }
        }
        row.guess.iter().for_each(|&label| self.guesses[label as usize] += times);
        self.loss += f64::from(times) * row.loss;
        self.brier += f64::from(times) * row.brier;
    }

    /// In the order of [`Metric::OF_SETS`].
    pub fn metrics(&self) -> [Option<f64>; 7] {
        let n = f64::from(self.n);
        let total = |of: &[u32]| of.iter().map(|&v| f64::from(v)).sum::<f64>();
        let (truths, guesses, hits) = (total(&self.truths), total(&self.guesses), total(&self.hits));
        let (mut sum, mut known, mut weighted) = (0.0, 0.0, 0.0);
        for ((&t, &g), &h) in self.truths.iter().zip(&self.guesses).zip(&self.hits) {
            if t + g > 0 {
                let f1 = 2.0 * f64::from(h) / f64::from(t + g);
                (sum, known, weighted) = (sum + f1, known + 1.0, weighted + f1 * f64::from(t));
            }
        }
        let decisions = n * self.truths.len() as f64;
        [
            f64::from(self.same) / n,
            sum / known,
            2.0 * hits / (truths + guesses),
            weighted / truths,
            (truths + guesses - 2.0 * hits) / decisions,
            self.loss / n,
            self.brier / n,
        ]
        .map(|value| value.is_finite().then_some(value))
    }
}
