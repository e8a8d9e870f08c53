//! Rows that look the same, counted; and the metrics computed from such counts.
//!
//! A bootstrap need not touch every row a thousand times: it draws how many rows show each pattern. Up to
//! [`EXACT`] rows each is a pattern of its own. Beyond, rows of the same truth, prediction, bin of certainty and 64th of a
//! nat of loss are one pattern, with the mean of their losses: the metrics stay what they are, and their intervals
//! lose what losses differ within a 64th of a nat.

use super::cases::{Case, Cases};

/// Collections up to this size are resampled row by row.
const EXACT: usize = 10_000;
/// Bins of the calibration error.
const BINS: usize = 10;

/// The patterns of the rows, for one model or for several on the same rows.
pub(super) struct Patterns {
    /// Rows by pattern.
    pub frequency: Vec<u32>,
    /// The pattern's case, for each model.
    pub cases: Vec<Vec<Case>>,
    classes: usize,
}

impl Patterns {
    /// Of models that judge the same rows.
    pub fn of(models: &[&Cases]) -> Self {
        let classes = models.iter().map(|cases| cases.classes).max().unwrap_or(0);
        let n = models.iter().map(|cases| cases.len()).min().unwrap_or(0);
        if n <= EXACT {
            let cases = models.iter().map(|cases| cases.rows[..n].to_vec()).collect();
            return Self { frequency: vec![1; n], cases, classes };
        }
        let look = |row: usize| {
            let part = |cases: &&Cases| {
                let case = &cases.rows[row];
                (case.truth, case.guess, bin_of(case.sure), (case.loss * 64.0) as u32)
            };
            models.iter().map(part).collect::<Vec<_>>()
        };
        let looks: Vec<_> = (0..n).map(look).collect();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&a, &b| looks[a].cmp(&looks[b]).then(a.cmp(&b)));
        let alike: Vec<&[usize]> = order.chunk_by(|&a, &b| looks[a] == looks[b]).collect();
        let of = |cases: &&Cases| alike.iter().map(|rows| mean(rows.iter().map(|&row| &cases.rows[row]))).collect();
        Self {
            frequency: alike.iter().map(|rows| rows.len() as u32).collect(),
            cases: models.iter().map(of).collect(),
            classes,
        }
    }

    /// The metrics of one model when its patterns occur this often, in the order of [`super::metric::Metric::OF_CLASSES`].
    pub fn measure(&self, model: usize, frequency: &[u32]) -> [Option<f64>; 9] {
        let mut tally = Tally::new(self.classes);
        for (case, &times) in self.cases[model].iter().zip(frequency) {
            if times > 0 {
                tally.add(case, f64::from(times));
            }
        }
        tally.metrics()
    }
}

/// A case with the mean losses of some that look the same.
fn mean<'a>(cases: impl Iterator<Item = &'a Case> + Clone) -> Case {
    let (mut sum, mut n) = (Case { truth: 0, guess: 0, sure: 0.0, loss: 0.0, brier: 0.0 }, 0.0);
    for case in cases {
        n += 1.0;
        sum = Case {
            truth: case.truth,
            guess: case.guess,
            sure: sum.sure + case.sure,
            loss: sum.loss + case.loss,
            brier: sum.brier + case.brier,
        };
    }
    Case { sure: sum.sure / n, loss: sum.loss / n, brier: sum.brier / n, ..sum }
}

/// The bin of a probability: [0, .1), [.1, .2), … [.9, 1].
fn bin_of(sure: f64) -> usize {
    bin(sure, BINS)
}

/// The bin of a probability among so many equal ones, the last of which holds 1. A probability that was rounded to f32
/// from a bin's edge counts as that edge.
pub(super) fn bin(sure: f64, bins: usize) -> usize {
    ((sure * bins as f64 + 1e-6) as usize).min(bins.saturating_sub(1))
}

/// Counts and sums from which every metric follows.
struct Tally {
    n: f64,
    /// Rows of a class, rows predicted to be of it, and rows that are both.
    truths: Vec<f64>,
    guesses: Vec<f64>,
    hits: Vec<f64>,
    loss: f64,
    brier: f64,
    /// Sum of certainty less hits, by bin.
    gaps: [f64; BINS],
}

impl Tally {
    fn new(classes: usize) -> Self {
        let zeros = || vec![0.0; classes];
        Self { n: 0.0, truths: zeros(), guesses: zeros(), hits: zeros(), loss: 0.0, brier: 0.0, gaps: [0.0; BINS] }
    }

    fn add(&mut self, case: &Case, times: f64) {
        let hit = case.truth == case.guess;
        self.n += times;
        self.truths[case.truth as usize] += times;
        self.guesses[case.guess as usize] += times;
        if hit {
            self.hits[case.truth as usize] += times;
        }
        self.loss += times * case.loss;
        self.brier += times * case.brier;
        self.gaps[bin_of(case.sure)] += times * (case.sure - f64::from(u8::from(hit)));
    }

    fn metrics(&self) -> [Option<f64>; 9] {
        let classes = || self.truths.iter().zip(&self.guesses).zip(&self.hits).map(|((t, g), h)| (*t, *g, *h));
        let f1 = |(t, g, h): (f64, f64, f64)| (t + g > 0.0).then(|| (t, 2.0 * h / (t + g)));
        let hits: f64 = self.hits.iter().sum();
        let (accuracy, mut weighted, mut f1s, mut known, mut recalls, mut occurring) =
            (hits / self.n, 0.0, 0.0, 0.0, 0.0, 0.0);
        for class in classes() {
            if let Some((times, f1)) = f1(class) {
                (f1s, known, weighted) = (f1s + f1, known + 1.0, weighted + times * f1);
            }
            if class.0 > 0.0 {
                (recalls, occurring) = (recalls + class.2 / class.0, occurring + 1.0);
            }
        }
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let square = self.n * self.n;
        let spread = (square - dot(&self.guesses, &self.guesses)) * (square - dot(&self.truths, &self.truths));
        let mcc = (hits * self.n - dot(&self.truths, &self.guesses)) / spread.sqrt();
        let halved = if self.truths.len() == 2 { 0.5 } else { 1.0 };
        [
            accuracy,
            recalls / occurring,
            f1s / known,
            accuracy,
            weighted / self.n,
            self.loss / self.n,
            halved * self.brier / self.n,
            self.gaps.iter().map(|gap| gap.abs()).sum::<f64>() / self.n,
            mcc,
        ]
        .map(|value| value.is_finite().then_some(value))
    }
}
