//! The sums over units that the coefficients are made of, for the units as they are and for any resampling of them.

use super::distance::Distance;
use super::estimate::Undefined;
use super::patterns::Patterns;
use super::scale::{Scale, Weights};

/// What a pattern adds to the sums, worked out once.
pub(super) struct Parts<'a> {
    pub patterns: &'a Patterns,
    pub scale: &'a Scale,
    distances: Vec<Apart<'a>>,
    /// Answers of a unit of this pattern.
    sizes: Vec<f64>,
    labels: Option<LabelParts>,
}

/// One distance, and Σ_kl n_k·n_l·δ(k, l) within a unit of each pattern.
struct Apart<'a> {
    weights: Weights,
    distance: Result<Distance<'a>, Undefined>,
    within: Vec<f64>,
}

/// By pattern: a label, how often it was given, and n_ℓ(m − n_ℓ)/(m − 1).
struct LabelParts {
    starts: Vec<usize>,
    given: Vec<(u32, f64, f64)>,
}

impl<'a> Parts<'a> {
    /// Prepares these weights, and labels one by one if asked to.
    pub(super) fn new(patterns: &'a Patterns, scale: &'a Scale, weights: &[Weights], labels: bool) -> Self {
        let mut distances: Vec<Apart<'a>> = Vec::new();
        for &weights in weights {
            // Ordinal distances depend on the answers, and are worked out with the sums.
            if weights == Weights::Ordinal || distances.iter().any(|apart| apart.weights == weights) {
                continue;
            }
            let distance = Distance::new(weights, scale);
            let all = |distance| (0..patterns.len()).map(|p| within(patterns.entries(p), distance)).collect();
            let within = distance.as_ref().map_or(Vec::new(), all);
            distances.push(Apart { weights, distance, within });
        }
        let sizes = (0..patterns.len()).map(|p| f64::from(patterns.size(p))).collect();
        let labels = labels.then(|| LabelParts::new(patterns, scale));
        Self { patterns, scale, distances, sizes, labels }
    }

    /// The distance of these weights, and where its sums stand.
    pub(super) fn distance(&self, weights: Weights) -> Result<(usize, &Distance<'a>), Undefined> {
        let found = self.distances.iter().enumerate().find(|(_, apart)| apart.weights == weights);
        let (at, apart) = found.ok_or(Undefined::NotOnThisScale(weights))?;
        apart.distance.as_ref().map(|distance| (at, distance)).map_err(|&why| why)
    }

    /// Sums over units of which each pattern has this many.
    pub(super) fn sums(&self, frequency: &[u32]) -> Sums {
        let categories = self.scale.categories();
        let mut sums = Sums {
            marginal: vec![0.0; categories],
            shares: vec![0.0; categories],
            mean_apart: vec![0.0; self.distances.len()],
            apart: vec![0.0; self.distances.len()],
            labels: vec![LabelSums::default(); self.labels.as_ref().map_or(0, |_| self.scale.label_count())],
            ..Sums::default()
        };
        for (p, &count) in frequency.iter().enumerate() {
            let (count, size) = (f64::from(count), self.sizes[p]);
            if count == 0.0 || size == 0.0 {
                continue;
            }
            sums.answered += count;
            for &(category, n) in self.patterns.entries(p) {
                sums.shares[category as usize] += count * f64::from(n) / size;
            }
            if size < 2.0 {
                continue;
            }
            sums.units += count;
            sums.answers += count * size;
            for &(category, n) in self.patterns.entries(p) {
                sums.marginal[category as usize] += count * f64::from(n);
            }
            for (at, apart) in self.distances.iter().enumerate().filter(|(_, apart)| apart.distance.is_ok()) {
                let here = count * apart.within[p] / (size - 1.0);
                sums.apart[at] += here;
                sums.mean_apart[at] += here / size;
            }
            if let Some(labels) = &self.labels {
                for &(label, n, apart) in &labels.given[labels.starts[p]..labels.starts[p + 1]] {
                    let label = &mut sums.labels[label as usize];
                    label.given += count * n;
                    label.apart += count * apart;
                    label.mean_apart += count * apart / size;
                }
            }
        }
        sums
    }

    /// Σ over units of Σ_kl n_k·n_l·(r_k − r_l)²/(m − 1), for the ranks that some resampling gives the categories.
    pub(super) fn apart_by_rank(&self, frequency: &[u32], ranks: &[f64]) -> f64 {
        let mut sum = 0.0;
        for (p, &count) in frequency.iter().enumerate().filter(|(p, count)| **count > 0 && self.sizes[*p] >= 2.0) {
            let (mut first, mut second) = (0.0, 0.0);
            for &(category, n) in self.patterns.entries(p) {
                let (n, rank) = (f64::from(n), ranks[category as usize]);
                first += n * rank;
                second += n * rank * rank;
            }
            let size = self.sizes[p];
            sum += f64::from(count) * 2.0 * (size * second - first * first) / (size - 1.0);
        }
        sum
    }
}

fn within(entries: &[(u32, u32)], distance: &Distance<'_>) -> f64 {
    let mut sum = 0.0;
    for (i, &(k, n)) in entries.iter().enumerate() {
        for &(l, m) in &entries[i + 1..] {
            sum += 2.0 * f64::from(n) * f64::from(m) * distance.at(k, l);
        }
    }
    sum
}

impl LabelParts {
    fn new(patterns: &Patterns, scale: &Scale) -> Self {
        let mut parts = Self { starts: vec![0], given: Vec::new() };
        let mut counts: Vec<(u32, f64)> = Vec::new();
        for p in 0..patterns.len() {
            counts.clear();
            for &(category, n) in patterns.entries(p) {
                for label in scale.labels_of(category) {
                    match counts.iter_mut().find(|count| count.0 == label) {
                        Some(count) => count.1 += f64::from(n),
                        None => counts.push((label, f64::from(n))),
                    }
                }
            }
            let size = f64::from(patterns.size(p));
            if size >= 2.0 {
                parts.given.extend(counts.iter().map(|&(label, n)| (label, n, n * (size - n) / (size - 1.0))));
            }
            parts.starts.push(parts.given.len());
        }
        parts
    }
}

/// Sums over some units. "Comparable" units have two answers or more.
#[derive(Default)]
pub(super) struct Sums {
    /// Units with an answer.
    pub answered: f64,
    /// Comparable units.
    pub units: f64,
    /// Answers to comparable units.
    pub answers: f64,
    /// How often each category was given to comparable units.
    pub marginal: Vec<f64>,
    /// The share of each category in a unit's answers, summed over answered units.
    pub shares: Vec<f64>,
    /// For each distance, Σ over comparable units of Σ_kl n_k·n_l·δ/(m − 1).
    pub apart: Vec<f64>,
    /// The same over m(m − 1): the mean distance of two answers to a unit, summed.
    pub mean_apart: Vec<f64>,
    /// By label, if asked for.
    pub labels: Vec<LabelSums>,
}

/// Sums for one label against all others.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LabelSums {
    /// How often it was given to comparable units.
    pub given: f64,
    /// Σ n_ℓ(m − n_ℓ)/(m − 1).
    pub apart: f64,
    /// Σ n_ℓ(m − n_ℓ)/(m(m − 1)).
    pub mean_apart: f64,
}
