//! Resampling units: what a statistic would have been, had other units been drawn.
//!
//! Units are drawn with replacement (Efron 1979) by drawing, for every pattern, how many units show it: patterns of
//! many units by binomial draws one after the other, units of rare patterns one by one. Every draw has its own stream
//! of seeded hashes, so that any number of threads gives the same numbers.

use crate::ids::mix;
use rayon::prelude::*;

/// Patterns of at least so many units are drawn by a binomial.
const FREQUENT: u32 = 16;
/// The share of draws in which a statistic must be defined for its interval to be shown.
const DEFINED: f64 = 0.95;

/// How often to resample, and from which seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resampling {
    /// Draws; none means no intervals.
    pub draws: usize,
    /// Where the randomness starts.
    pub seed: u64,
}

impl Resampling {
    /// No intervals.
    pub const NONE: Self = Self { draws: 0, seed: 0 };
}

impl Default for Resampling {
    fn default() -> Self {
        Self { draws: 1000, seed: 0 }
    }
}

/// The percentile interval of each of a statistic's numbers, over units of these frequencies.
///
/// `statistic` gets new frequencies and returns `count` numbers, some of which may be undefined there.
pub(crate) fn intervals(
    frequency: &[u32],
    resampling: Resampling,
    count: usize,
    statistic: impl Fn(&[u32]) -> Vec<Option<f64>> + Sync,
) -> Vec<Option<(f64, f64)>> {
    let urn = Urn::new(frequency);
    if urn.units == 0 || resampling.draws == 0 {
        return vec![None; count];
    }
    let draws: Vec<Vec<Option<f64>>> = (0..resampling.draws as u64)
        .into_par_iter()
        .map_init(
            || vec![0; frequency.len()],
            |drawn, draw| {
                urn.draw(Stream { seed: mix(resampling.seed, draw), at: 0 }, drawn);
                statistic(drawn)
            },
        )
        .collect();
    (0..count).map(|i| percentile95(draws.iter().filter_map(|draw| draw[i]).collect(), draws.len())).collect()
}

/// The 2.5% and 97.5% points, interpolated (Hyndman & Fan 1996, type 7).
fn percentile95(mut values: Vec<f64>, draws: usize) -> Option<(f64, f64)> {
    if (values.len() as f64) < DEFINED * draws as f64 {
        return None;
    }
    values.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| {
        let place = share * (values.len() - 1) as f64;
        let (below, above) = (values[place.floor() as usize], values[place.ceil() as usize]);
        below + (above - below) * place.fract()
    };
    Some((at(0.025), at(0.975)))
}

/// Units by pattern, ready to be drawn from.
struct Urn {
    units: u32,
    /// Pattern and frequency.
    frequent: Vec<(u32, u32)>,
    /// The pattern of each remaining unit.
    rare: Vec<u32>,
}

impl Urn {
    fn new(frequency: &[u32]) -> Self {
        let mut urn = Self { units: frequency.iter().sum(), frequent: Vec::new(), rare: Vec::new() };
        for (pattern, &count) in frequency.iter().enumerate() {
            if count >= FREQUENT {
                urn.frequent.push((pattern as u32, count));
            } else {
                urn.rare.extend(std::iter::repeat_n(pattern as u32, count as usize));
            }
        }
        urn
    }

    /// Draws as many units as there are, with replacement.
    fn draw(&self, mut stream: Stream, drawn: &mut [u32]) {
        drawn.fill(0);
        let (mut left, mut mass) = (self.units, self.units);
        for &(pattern, count) in &self.frequent {
            // The last pattern of all takes what is left.
            let here = if count == mass { left } else { stream.binomial(left, f64::from(count) / f64::from(mass)) };
            drawn[pattern as usize] = here;
            left -= here;
            mass -= count;
        }
        if self.rare.is_empty() {
            return;
        }
        for _ in 0..left {
            drawn[self.rare[stream.below(self.rare.len())] as usize] += 1;
        }
    }
}

/// Numbers that look random, the same for the same seed.
struct Stream {
    seed: u64,
    at: u64,
}

impl Stream {
    fn next(&mut self) -> u64 {
        self.at += 1;
        mix(self.seed, self.at)
    }

    /// Uniform on 0 … limit − 1.
    fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }

    /// Uniform on the open interval 0 … 1.
    fn uniform(&mut self) -> f64 {
        ((self.next() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// How many of `n` trials succeed with probability `p`.
    fn binomial(&mut self, n: u32, p: f64) -> u32 {
        if p > 0.5 {
            return n - self.binomial(n, 1.0 - p);
        }
        if f64::from(n) * p < 10.0 { self.few(n, p) } else { self.many(n, p) }
    }

    /// By inversion (Kachitvichyanukul & Schmeiser 1988, algorithm BINV): for few expected successes.
    fn few(&mut self, n: u32, p: f64) -> u32 {
        let odds = p / (1.0 - p);
        let none = (f64::from(n) * (-p).ln_1p()).exp();
        let (mut here, mut u) = (none, self.uniform());
        for k in 0..n {
            if u <= here {
                return k;
            }
            u -= here;
            here *= odds * f64::from(n - k) / f64::from(k + 1);
        }
        n
    }

    /// By transformed rejection (Hörmann 1993, algorithm BTRS): for ten expected successes and more.
    fn many(&mut self, n: u32, p: f64) -> u32 {
        let trials = f64::from(n);
        let spread = (trials * p * (1.0 - p)).sqrt();
        let b = 1.15 + 2.53 * spread;
        let a = -0.0873 + 0.0248 * b + 0.01 * p;
        let centre = trials * p + 0.5;
        let inner = 0.92 - 4.2 / b;
        let alpha = (2.83 + 5.1 / b) * spread;
        let log_odds = (p / (1.0 - p)).ln();
        let mode = ((trials + 1.0) * p).floor();
        let height = ln_factorial(mode) + ln_factorial(trials - mode);
        loop {
            let (u, v) = (self.uniform() - 0.5, self.uniform());
            let edge = 0.5 - u.abs();
            let k = ((2.0 * a / edge + b) * u + centre).floor();
            if edge >= 0.07 && v <= inner {
                return k as u32;
            }
            if k < 0.0 || k > trials {
                continue;
            }
            let v = (v * alpha / (a / (edge * edge) + b)).ln();
            if v <= height - ln_factorial(k) - ln_factorial(trials - k) + (k - mode) * log_odds {
                return k as u32;
            }
        }
    }
}

/// ln k!, by Stirling's series from ten on.
fn ln_factorial(k: f64) -> f64 {
    if k < 10.0 {
        return (2..=k as u32).map(|i| f64::from(i).ln()).sum();
    }
    let inverse = 1.0 / k;
    let square = inverse * inverse;
    let series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square / 1260.0));
    (k + 0.5) * k.ln() - k + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binomials_have_their_mean_and_variance() {
        let mut stream = Stream { seed: 7, at: 0 };
        for (n, p) in [(40, 0.1), (30, 0.5), (1000, 0.2), (100_000, 0.003), (50, 0.9)] {
            let draws: Vec<f64> = (0..40_000).map(|_| f64::from(stream.binomial(n, p))).collect();
            let mean = draws.iter().sum::<f64>() / 4e4;
            let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 4e4;
            let (np, npq) = (f64::from(n) * p, f64::from(n) * p * (1.0 - p));
            assert!((mean - np).abs() < 5.0 * (npq / 4e4).sqrt(), "{n} {p}: mean {mean}");
            assert!((variance / npq - 1.0).abs() < 0.05, "{n} {p}: variance {variance}");
        }
    }

    #[test]
    fn a_draw_has_as_many_units_as_there_are_and_keeps_their_shares() {
        let frequency = [500, 3, 0, 100, 1, 16, 1, 900];
        let urn = Urn::new(&frequency);
        let (mut drawn, mut sums) = (vec![0; 8], [0.0; 8]);
        for seed in 0..2000 {
            urn.draw(Stream { seed, at: 0 }, &mut drawn);
            assert_eq!(drawn.iter().sum::<u32>(), 1521);
            sums.iter_mut().zip(&drawn).for_each(|(sum, &d)| *sum += f64::from(d) / 2000.0);
        }
        for (mean, count) in sums.iter().zip(frequency) {
            assert!((mean - f64::from(count)).abs() <= 0.12 * f64::from(count).sqrt(), "{mean} of {count}");
        }
    }

    #[test]
    fn the_interval_of_a_share_is_as_wide_as_theory_says() {
        let share = |drawn: &[u32]| vec![Some(f64::from(drawn[0]) / 400.0), (drawn[0] > 120).then_some(1.0)];
        let found = intervals(&[120, 280], Resampling { draws: 4000, seed: 1 }, 2, share);
        let (low, high) = found[0].expect("always defined");
        assert!((low - 0.255).abs() < 0.006 && (high - 0.345).abs() < 0.006, "{low} {high}");
        assert_eq!(found[1], None, "defined in half of the draws alone");
    }
}
