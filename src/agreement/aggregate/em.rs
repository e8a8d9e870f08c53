//! Expectation and maximisation for every model in which an annotator answers by a confusion matrix of some shape.
//!
//! The E-step works in log space and gathers the expected counts in the same pass; from these counts alone each model
//! makes its next matrices. Chunks of units are fixed by the data, and their sums are added in order.

use super::Settings;
use crate::agreement::Ratings;
use rayon::prelude::*;

/// At most so many cells are held in the chunks' tables together.
const CELLS: usize = 1 << 23;
/// At most so many chunks.
const CHUNKS: usize = 64;

/// Expected counts.
pub(super) struct Counts {
    /// How many units have each category as the true one.
    pub mass: Vec<f64>,
    /// By annotator, answer, truth: how often.
    pub said: Vec<f64>,
}

/// Probabilities: of each true category, and by annotator, answer and truth.
pub(super) struct Rates {
    pub prior: Vec<f64>,
    pub rates: Vec<f64>,
}

/// Where the iteration came to rest.
pub(super) struct Rest {
    pub posterior: Vec<f64>,
    pub rates: Rates,
    pub log_likelihood: f64,
    pub iterations: usize,
    pub converged: bool,
}

/// Starts from the majority's shares and iterates until the log-likelihood rests.
pub(super) fn run(ratings: &Ratings, settings: &Settings, mut maximise: impl FnMut(&Counts) -> Rates) -> Rest {
    let mut posterior = super::majority::shares(ratings);
    let mut counts = Counts::gather(ratings, &posterior);
    let mut last = f64::NEG_INFINITY;
    let mut iterations = 0;
    loop {
        let rates = maximise(&counts);
        let log_likelihood;
        (log_likelihood, counts) = expect(ratings, &rates, &mut posterior);
        iterations += 1;
        let converged = (log_likelihood - last).abs() <= settings.tolerance * log_likelihood.abs();
        if converged || iterations >= settings.iterations.max(1) {
            return Rest { posterior, rates, log_likelihood, iterations, converged };
        }
        last = log_likelihood;
    }
}

impl Counts {
    fn empty(ratings: &Ratings) -> Self {
        let q = ratings.categories();
        Self { mass: vec![0.0; q], said: vec![0.0; ratings.raters() * q * q] }
    }

    /// Counts the answers as these probabilities of the truth have it.
    pub(super) fn gather(ratings: &Ratings, posterior: &[f64]) -> Self {
        let mut counts = Self::empty(ratings);
        let q = ratings.categories();
        for (unit, own) in posterior.chunks_exact(q.max(1)).enumerate() {
            counts.add(ratings, unit, own);
        }
        counts
    }

    fn add(&mut self, ratings: &Ratings, unit: usize, own: &[f64]) {
        let q = own.len();
        add(&mut self.mass, own);
        for (rater, answer) in ratings.said(unit) {
            add(&mut self.said[(rater as usize * q + answer as usize) * q..][..q], own);
        }
    }

    /// The share of each category among the units.
    pub(super) fn prior(&self) -> Vec<f64> {
        let all: f64 = self.mass.iter().sum();
        self.mass.iter().map(|mass| if all > 0.0 { mass / all } else { 0.0 }).collect()
    }
}

fn add(to: &mut [f64], what: &[f64]) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += what);
}

/// How many units make a chunk, so that the chunks' tables stay small.
pub(super) fn chunk(ratings: &Ratings, cells: usize) -> usize {
    let chunks = (CELLS / cells.max(1)).clamp(1, CHUNKS);
    ratings.units().div_ceil(chunks).max(256)
}

/// Fills in the probabilities of the truth; gives the log-likelihood and the expected counts.
fn expect(ratings: &Ratings, rates: &Rates, posterior: &mut [f64]) -> (f64, Counts) {
    let q = ratings.categories();
    // The logarithm of the least positive number stands for that of 0, so that a sum never becomes −∞ − (−∞).
    let log = |p: &f64| p.max(f64::MIN_POSITIVE).ln();
    let prior: Vec<f64> = rates.prior.iter().map(log).collect();
    let table: Vec<f64> = rates.rates.iter().map(log).collect();
    let units = chunk(ratings, table.len());
    let work = |(chunk, own): (usize, &mut [f64])| {
        let first = chunk * units;
        match q {
            2 => part::<2>(ratings, first, &prior, &table, own),
            3 => part::<3>(ratings, first, &prior, &table, own),
            4 => part::<4>(ratings, first, &prior, &table, own),
            5 => part::<5>(ratings, first, &prior, &table, own),
            _ => part::<0>(ratings, first, &prior, &table, own),
        }
    };
    let parts: Vec<(f64, Counts)> = posterior.par_chunks_mut((units * q).max(1)).enumerate().map(work).collect();
    let mut all = (0.0, Counts::empty(ratings));
    for (log_likelihood, counts) in parts {
        all.0 += log_likelihood;
        add(&mut all.1.mass, &counts.mass);
        add(&mut all.1.said, &counts.said);
    }
    all
}

/// One chunk; `Q` is the number of categories where it is known beforehand, which lets the compiler unroll, else 0.
fn part<const Q: usize>(
    ratings: &Ratings,
    first: usize,
    prior: &[f64],
    table: &[f64],
    posterior: &mut [f64],
) -> (f64, Counts) {
    let q = if Q == 0 { prior.len() } else { Q };
    let (mut log_likelihood, mut counts) = (0.0, Counts::empty(ratings));
    for (i, own) in posterior.chunks_exact_mut(q).enumerate() {
        let (raters, answers) = ratings.unit(first + i);
        if raters.is_empty() {
            continue;
        }
        own.copy_from_slice(&prior[..q]);
        for (&rater, &answer) in raters.iter().zip(answers) {
            add(own, &table[(rater as usize * q + answer as usize) * q..][..q]);
        }
        log_likelihood += normalise(own);
        add(&mut counts.mass[..q], own);
        for (&rater, &answer) in raters.iter().zip(answers) {
            add(&mut counts.said[(rater as usize * q + answer as usize) * q..][..q], own);
        }
    }
    (log_likelihood, counts)
}

/// Turns logarithms into probabilities that add up to 1, and gives the logarithm of what they added up to.
pub(super) fn normalise(own: &mut [f64]) -> f64 {
    let top = own.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for p in own.iter_mut() {
        *p = (*p - top).exp();
        sum += *p;
    }
    own.iter_mut().for_each(|p| *p /= sum);
    top + sum.ln()
}
