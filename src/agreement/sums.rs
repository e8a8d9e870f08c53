//! The sums over units that the coefficients are made of, for the units as they are and for any resampling of them.

use super::distance::Distance;
use super::estimate::Undefined;
use super::patterns::Patterns;
use super::scale::{Scale, Weights};
use std::ops::Range;

/// What a pattern adds to the sums, worked out once.
pub(super) struct Parts<'a> {
    pub patterns: &'a Patterns,
    pub scale: &'a Scale,
    distances: Vec<Apart<'a>>,
    /// Patterns of the same number of answers, and that number.
    sizes: Vec<(Range<usize>, f64)>,
    labels: Labels,
}

/// One distance, and Σ_kl n_k·n_l·δ(k, l) within a unit of each pattern; empty where the distance is undefined.
struct Apart<'a> {
    weights: Weights,
    distance: Result<Distance<'a>, Undefined>,
    within: Vec<f64>,
}

/// How often a unit of each pattern was given a label.
enum Labels {
    /// Nobody asks.
    Unwanted,
    /// As often as the category.
    Categories,
    /// As often as any set with the label.
    Sets { starts: Vec<usize>, given: Vec<(u32, u32)> },
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
        let mut sizes: Vec<(Range<usize>, f64)> = Vec::new();
        for p in 0..patterns.len() {
            let size = f64::from(patterns.size(p));
            match sizes.last_mut() {
                Some((range, known)) if *known == size => range.end = p + 1,
                _ => sizes.push((p..p + 1, size)),
            }
        }
        let labels = match (labels, scale.has_sets()) {
            (false, _) => Labels::Unwanted,
            (true, false) => Labels::Categories,
            (true, true) => labels_of(patterns, scale),
        };
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
        let mut sums = self.empty();
        for (range, size) in self.sizes.iter().filter(|(_, size)| *size > 0.0) {
            let mut here = self.empty();
            for p in range.clone().filter(|&p| frequency[p] > 0) {
                self.add(p, f64::from(frequency[p]), *size, &mut here);
            }
            sums.answered += here.units;
            sums.shares.iter_mut().zip(&here.marginal).for_each(|(share, n)| *share += n / size);
            if *size >= 2.0 {
                sums.units += here.units;
                sums.answers += here.units * size;
                sums.marginal.iter_mut().zip(&here.marginal).for_each(|(all, n)| *all += n);
                for (at, apart) in here.apart.iter().map(|apart| apart / (size - 1.0)).enumerate() {
                    sums.apart[at] += apart;
                    sums.mean_apart[at] += apart / size;
                }
                for (all, label) in sums.labels.iter_mut().zip(&here.labels) {
                    all.given += label.given;
                    all.apart += label.apart / (size - 1.0);
                    all.mean_apart += label.apart / (size - 1.0) / size;
                }
            }
        }
        if matches!(self.labels, Labels::Categories) {
            sums.labels.iter_mut().zip(&sums.marginal).for_each(|(label, n)| label.given = *n);
        }
        sums
    }

    fn empty(&self) -> Sums {
        let categories = self.scale.categories();
        let labels = if matches!(self.labels, Labels::Unwanted) { 0 } else { self.scale.label_count() };
        Sums {
            marginal: vec![0.0; categories],
            shares: vec![0.0; categories],
            mean_apart: vec![0.0; self.distances.len()],
            apart: vec![0.0; self.distances.len()],
            labels: vec![LabelSums::default(); labels],
            ..Sums::default()
        }
    }

    /// Adds units of one pattern; what is divided by their size waits until all of that size are in.
    fn add(&self, p: usize, count: f64, size: f64, here: &mut Sums) {
        here.units += count;
        let wanted = matches!(self.labels, Labels::Categories);
        for &(category, n) in self.patterns.entries(p) {
            let n = f64::from(n);
            here.marginal[category as usize] += count * n;
            if wanted {
                here.labels[category as usize].apart += count * n * (size - n);
            }
        }
        for (sum, apart) in here.apart.iter_mut().zip(&self.distances) {
            *sum += count * apart.within.get(p).copied().unwrap_or(0.0);
        }
        if let Labels::Sets { starts, given } = &self.labels {
            for &(label, n) in &given[starts[p]..starts[p + 1]] {
                let (label, n) = (&mut here.labels[label as usize], f64::from(n));
                label.given += count * n;
                label.apart += count * n * (size - n);
            }
        }
    }

    /// Σ over units of Σ_kl n_k·n_l·(r_k − r_l)²/(m − 1), for the ranks that some resampling gives the categories.
    pub(super) fn apart_by_rank(&self, frequency: &[u32], ranks: &[f64]) -> f64 {
        let mut sum = 0.0;
        for (range, size) in self.sizes.iter().filter(|(_, size)| *size >= 2.0) {
            for p in range.clone().filter(|&p| frequency[p] > 0) {
                let (mut first, mut second) = (0.0, 0.0);
                for &(category, n) in self.patterns.entries(p) {
                    let (n, rank) = (f64::from(n), ranks[category as usize]);
                    first += n * rank;
                    second += n * rank * rank;
                }
                sum += f64::from(frequency[p]) * 2.0 * (size * second - first * first) / (size - 1.0);
            }
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

/// Counts, by pattern, the sets that hold each label.
fn labels_of(patterns: &Patterns, scale: &Scale) -> Labels {
    let (mut starts, mut given) = (vec![0], Vec::<(u32, u32)>::new());
    for p in 0..patterns.len() {
        let start = given.len();
        for &(category, n) in patterns.entries(p) {
            for label in scale.labels_of(category) {
                match given[start..].iter_mut().find(|given| given.0 == label) {
                    Some(known) => known.1 += n,
                    None => given.push((label, n)),
                }
            }
        }
        starts.push(given.len());
    }
    Labels::Sets { starts, given }
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
