//! How far apart two categories are.

use super::estimate::Undefined;
use super::scale::{Categories, Scale, Weights};

/// Up to so many sets of labels, their distances are held in a table; beyond, they are computed when asked for.
pub(super) const TABLE: usize = 1024;

/// δ between categories: 0 for equal ones, symmetric.
pub(super) enum Distance<'a> {
    /// 1 for any two different ones.
    Nominal(usize),
    /// |a − b|.
    Linear(Vec<f64>),
    /// (a − b)².
    Quadratic(Vec<f64>),
    /// ((a − b) / (a + b))².
    Ratio(Vec<f64>),
    /// Computed once, row by row.
    Table(usize, Vec<f64>),
    /// Computed every time.
    Sets(&'a [Vec<u32>], fn(&[u32], &[u32]) -> f64),
}

impl<'a> Distance<'a> {
    /// The distance of these weights on this scale; ordinal weights, which depend on the answers, have none.
    pub(super) fn new(weights: Weights, scale: &'a Scale) -> Result<Self, Undefined> {
        match (&scale.0, weights) {
            (_, Weights::Nominal) => Ok(Self::Nominal(scale.categories())),
            (Categories::Numbers(values), Weights::Linear) => Ok(Self::Linear(values.clone())),
            (Categories::Numbers(values), Weights::Quadratic | Weights::Interval) => Ok(Self::quadratic(values)),
            (Categories::Numbers(values), Weights::Ratio) if values.first().is_some_and(|&least| least < 0.0) => {
                Err(Undefined::NegativeRatio)
            }
            (Categories::Numbers(values), Weights::Ratio) => Ok(Self::Ratio(values.clone())),
            (Categories::Sets { sets, .. }, Weights::Jaccard) => Ok(Self::sets(sets, jaccard)),
            (Categories::Sets { sets, .. }, Weights::Masi) => Ok(Self::sets(sets, masi)),
            _ => Err(Undefined::NotOnThisScale(weights)),
        }
    }

    /// (a − b)²; the values are moved to their middle first, so that differences of squares keep their digits.
    fn quadratic(values: &[f64]) -> Self {
        let middle = values.iter().sum::<f64>() / values.len().max(1) as f64;
        Self::Quadratic(values.iter().map(|v| v - middle).collect())
    }

    fn sets(sets: &'a [Vec<u32>], distance: fn(&[u32], &[u32]) -> f64) -> Self {
        if sets.len() > TABLE {
            return Self::Sets(sets, distance);
        }
        let table = sets.iter().flat_map(|a| sets.iter().map(move |b| distance(a, b))).collect();
        Self::Table(sets.len(), table)
    }

    /// Between two categories.
    pub(super) fn at(&self, a: u32, b: u32) -> f64 {
        let (a, b) = (a as usize, b as usize);
        match self {
            _ if a == b => 0.0,
            Self::Nominal(_) => 1.0,
            Self::Linear(v) => (v[a] - v[b]).abs(),
            Self::Quadratic(v) => (v[a] - v[b]).powi(2),
            Self::Ratio(v) => ratio(v[a], v[b]),
            Self::Table(q, table) => table[a * q + b],
            Self::Sets(sets, distance) => distance(&sets[a], &sets[b]),
        }
    }

    /// How many categories.
    pub(super) fn categories(&self) -> usize {
        match self {
            Self::Nominal(q) | Self::Table(q, _) => *q,
            Self::Linear(v) | Self::Quadratic(v) | Self::Ratio(v) => v.len(),
            Self::Sets(sets, _) => sets.len(),
        }
    }

    /// The largest distance of the scale, by which weights are brought to 0 … 1; 1 where sets or labels are compared.
    pub(super) fn largest(&self) -> f64 {
        let span = |v: &[f64]| v.last().zip(v.first()).map_or(0.0, |(last, first)| last - first);
        match self {
            Self::Nominal(_) | Self::Table(..) | Self::Sets(..) => 1.0,
            Self::Linear(v) => span(v),
            Self::Quadratic(v) => span(v).powi(2),
            Self::Ratio(v) => v.last().zip(v.first()).map_or(0.0, |(&last, &first)| ratio(last, first)),
        }
    }

    /// Σ_l y_l·δ(k, l) for every category k: in time proportional to the categories where the distance allows it.
    pub(super) fn rows(&self, y: &[f64]) -> Vec<f64> {
        match self {
            Self::Nominal(_) => {
                let all: f64 = y.iter().sum();
                y.iter().map(|own| all - own).collect()
            }
            Self::Quadratic(v) => {
                let (all, first, second) =
                    (y.iter().zip(v)).fold((0.0, 0.0, 0.0), |(n, s, q), (y, v)| (n + y, s + y * v, q + y * v * v));
                v.iter().map(|v| (v * v * all - 2.0 * v * first + second).max(0.0)).collect()
            }
            Self::Linear(v) => {
                let (all, moment) = y.iter().zip(v).fold((0.0, 0.0), |(n, s), (y, v)| (n + y, s + y * v));
                let (mut below, mut below_moment) = (0.0, 0.0);
                let row = |(y, v): (&f64, &f64)| {
                    below += y;
                    below_moment += y * v;
                    v * (2.0 * below - all) + moment - 2.0 * below_moment
                };
                y.iter().zip(v).map(row).collect()
            }
            _ => {
                let used: Vec<u32> = (0..y.len() as u32).filter(|&l| y[l as usize] != 0.0).collect();
                let row = |k| used.iter().map(|&l| y[l as usize] * self.at(k, l)).sum();
                (0..y.len() as u32).map(row).collect()
            }
        }
    }

    /// Σ_kl x_k·y_l·δ(k, l).
    pub(super) fn between(&self, x: &[f64], y: &[f64]) -> f64 {
        match self {
            Self::Ratio(_) | Self::Table(..) | Self::Sets(..) => {
                let used = |z: &[f64]| (0..z.len() as u32).filter(|&k| z[k as usize] != 0.0).collect::<Vec<_>>();
                let (left, right) = (used(x), used(y));
                let row = |&k: &u32| x[k as usize] * right.iter().map(|&l| y[l as usize] * self.at(k, l)).sum::<f64>();
                left.iter().map(row).sum()
            }
            _ => x.iter().zip(self.rows(y)).map(|(x, row)| x * row).sum(),
        }
    }
}

fn ratio(a: f64, b: f64) -> f64 {
    if a + b == 0.0 { 0.0 } else { ((a - b) / (a + b)).powi(2) }
}

/// Sizes of the intersection and the union of two sorted sets.
fn overlap(a: &[u32], b: &[u32]) -> (usize, usize) {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i], b[j]);
        both += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    (both, a.len() + b.len() - both)
}

fn jaccard(a: &[u32], b: &[u32]) -> f64 {
    match overlap(a, b) {
        (_, 0) => 0.0,
        (both, any) => 1.0 - both as f64 / any as f64,
    }
}

fn masi(a: &[u32], b: &[u32]) -> f64 {
    let (both, any) = overlap(a, b);
    if any == 0 {
        return 0.0;
    }
    let kinship = match both {
        0 => 0.0,
        _ if both == any => 1.0,
        _ if both == a.len() || both == b.len() => 2.0 / 3.0,
        _ => 1.0 / 3.0,
    };
    1.0 - both as f64 / any as f64 * kinship
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_as_far_apart_as_their_definitions_say() {
        assert_eq!((jaccard(&[], &[]), masi(&[], &[])), (0.0, 0.0));
        assert_eq!((jaccard(&[0], &[]), masi(&[0], &[])), (1.0, 1.0));
        assert!((masi(&[0, 1], &[0]) - (1.0 - 0.5 * 2.0 / 3.0)).abs() < 1e-15);
        assert!((masi(&[0, 1], &[1, 2]) - (1.0 - 1.0 / 9.0)).abs() < 1e-15);
    }

    #[test]
    fn short_sums_equal_the_long_ones() {
        let values = vec![-4.0, -1.5, 0.0, 2.0, 7.0];
        let (x, y) = ([3.0, 0.0, 1.0, 5.0, 2.0], [0.5, 4.0, 0.0, 1.0, 6.0]);
        let positive = Scale::numbers(values.iter().map(|v| v + 4.0).collect()).expect("ascending");
        let scale = Scale::numbers(values).expect("ascending");
        for (weights, scale) in [
            (Weights::Nominal, &scale),
            (Weights::Linear, &scale),
            (Weights::Quadratic, &scale),
            (Weights::Ratio, &positive),
        ] {
            let distance = Distance::new(weights, scale).expect("weights for numbers");
            let long: f64 = (0..5u32)
                .flat_map(|k| (0..5u32).map(move |l| (k, l)))
                .map(|(k, l)| x[k as usize] * y[l as usize] * distance.at(k, l))
                .sum();
            assert!((distance.between(&x, &y) - long).abs() < 1e-9, "{weights}");
            let rows: f64 = distance.rows(&y).iter().zip(x).map(|(row, x)| row * x).sum();
            assert!((rows - long).abs() < 1e-9, "{weights}");
        }
    }
}
