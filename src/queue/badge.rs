//! BADGE: items whose gradients are long and differ (Ash, Zhang, Krishnamurthy, Langford & Agarwal 2020).
//!
//! The gradient of an item's loss, were its likeliest class ŷ the true one, is (p − e_ŷ) ⊗ x. Its products come from
//! the parts, ⟨g_i, g_j⟩ = (r_i · r_j)(x_i · x_j), so that it is never written out.

use super::coverage::chance;
use super::sample::{Sample, choose};
use super::{RankInput, SAMPLE};
use crate::ids::mix;
use crate::models::likeliest;
use rayon::prelude::*;
use std::cmp::Reverse;

/// Items are chosen one by one for a batch, but for so many at least and at most: others may answer, too, before the next
/// round, and each costs a pass over the sample.
const LEAST: usize = 100;
const MOST: usize = 1_000;
const CHUNK: usize = 512;

/// Orders a seeded sample of the candidates: first what k-means++ draws over the gradients (Arthur & Vassilvitskii 2007),
/// the longest to begin with, then the others, longest first. The score is the gradient's length, `NaN` where there are
/// no probabilities.
pub(super) fn order(input: &RankInput<'_>) -> Vec<(u32, f32)> {
    let gradients = Gradients::of(input);
    let chosen = gradients.choose(input.batch.clamp(LEAST, MOST), input.seed);
    let mut taken = vec![false; gradients.rows.len()];
    chosen.iter().for_each(|&i| taken[i] = true);
    let mut rest: Vec<usize> = (0..taken.len()).filter(|&i| !taken[i]).collect();
    rest.sort_by_key(|&i| gradients.by_length(i, input.seed));
    let score = |&i: &usize| if gradients.residual(i).is_empty() { f32::NAN } else { gradients.squares[i].sqrt() };
    chosen.iter().chain(&rest).map(|i| (gradients.rows[*i], score(i))).collect()
}

/// The gradients of some rows, in their parts.
struct Gradients {
    rows: Vec<u32>,
    sample: Sample,
    /// p − e_ŷ, row after row.
    residuals: Vec<f32>,
    classes: usize,
    /// ‖g‖².
    squares: Vec<f32>,
}

impl Gradients {
    fn of(input: &RankInput<'_>) -> Self {
        let rows = choose(input.candidates, SAMPLE, input.seed);
        let p = |row: u32| input.probabilities.map_or(&[][..], |all| all.row(row as usize));
        let known = rows.iter().all(|&row| !p(row).is_empty());
        let classes = if known { rows.first().map_or(0, |&row| p(row).len()) } else { 0 };
        let mut residuals = Vec::with_capacity(rows.len() * classes);
        let mut squares = Vec::with_capacity(rows.len());
        for &row in &rows {
            let start = residuals.len();
            residuals.extend_from_slice(&p(row)[..classes]);
            let own = &mut residuals[start..];
            let guess = likeliest(own) as usize;
            own.get_mut(guess).into_iter().for_each(|r| *r -= 1.0);
            let length: f32 = input.rows.row(row as usize).iter().map(|(_, v)| v * v).sum();
            // The sum of nothing is −0, whose bits would make it the longest.
            squares.push(own.iter().map(|r| r * r).sum::<f32>() * length + 0.0);
        }
        Self { sample: Sample::new(input.rows, &rows), rows, residuals, classes, squares }
    }

    fn residual(&self, i: usize) -> &[f32] {
        &self.residuals[i * self.classes..(i + 1) * self.classes]
    }

    /// Orders by length, the longest first, then by a seeded hash.
    fn by_length(&self, i: usize, seed: u64) -> (Reverse<u32>, u64, u32) {
        (Reverse(self.squares[i].to_bits()), chance(seed, self.rows[i]), self.rows[i])
    }

    /// Draws up to `k`: the longest, then with probability as the squared distance to the nearest drawn so far. Fewer
    /// where all others are copies of those.
    fn choose(&self, k: usize, seed: u64) -> Vec<usize> {
        let n = self.rows.len();
        let mut chosen = Vec::new();
        let mut spread = vec![0.0f32; self.sample.columns()];
        let mut far = vec![f32::MAX; n];
        let mut next = (0..n).min_by_key(|&i| self.by_length(i, seed));
        while let Some(one) = next {
            chosen.push(one);
            if chosen.len() >= k.min(n) {
                break;
            }
            self.sample.spread(one, 1.0, &mut spread);
            far.par_iter_mut().enumerate().with_min_len(CHUNK).for_each(|(i, far)| {
                *far = if i == one { 0.0 } else { far.min(self.distance(i, one, &spread)) };
            });
            self.sample.spread(one, 0.0, &mut spread);
            next = draw(&far, mix(seed, chosen.len() as u64));
        }
        chosen
    }

    /// ‖g_i − g_j‖², with the row of j spread out.
    fn distance(&self, i: usize, j: usize, spread: &[f32]) -> f32 {
        let residuals: f32 = self.residual(i).iter().zip(self.residual(j)).map(|(a, b)| a * b).sum();
        (self.squares[i] + self.squares[j] - 2.0 * residuals * self.sample.dot(i, spread)).max(0.0)
    }
}

/// One index with probability as its weight; none where all weigh nothing.
fn draw(weights: &[f32], random: u64) -> Option<usize> {
    let total: f64 = weights.iter().map(|&w| f64::from(w)).sum();
    let mut left = total * ((random >> 11) as f64 / (1u64 << 53) as f64);
    weights.iter().position(|&w| {
        left -= f64::from(w);
        left < 0.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{Features, Recipe};
    use crate::models::Probabilities;
    use crate::queue::Strategy;
    use crate::queue::tests::plain;

    const TEXTS: [&str; 6] =
        ["good screen", "good screen", "bad sound here", "bad sound there", "a fair price", "good sound"];

    fn with<T>(p: &Probabilities, batch: usize, look: impl FnOnce(&RankInput<'_>) -> T) -> T {
        let features = Features::extract(&TEXTS, &Recipe { bits: 12, ..Recipe::default() });
        let rows: Vec<u32> = (0..6).collect();
        look(&RankInput { batch, ..plain(features.rows(), &rows, Some(p), &Strategy::Badge) })
    }

    #[test]
    fn products_of_the_parts_are_those_of_the_gradients_written_out() {
        let p = Probabilities::new(3, (0..18).map(|i| [0.5, 0.2, 0.3, 0.1, 0.1, 0.8][i % 6]).collect());
        with(&p, 2, |input| {
            let gradients = Gradients::of(input);
            let written = |i: usize| {
                let mut g = vec![0.0f32; 3 * input.rows.places()];
                for (place, v) in input.rows.row(i).iter() {
                    (0..3).for_each(|class| g[3 * place as usize + class] = v * gradients.residual(i)[class]);
                }
                g
            };
            for (i, j) in [(0, 1), (0, 2), (2, 3), (4, 5), (3, 5)] {
                let mut spread = vec![0.0; gradients.sample.columns()];
                gradients.sample.spread(j, 1.0, &mut spread);
                let direct: f32 = written(i).iter().zip(written(j)).map(|(a, b)| (a - b).powi(2)).sum();
                let ours = gradients.distance(i, j, &spread);
                assert!((ours - direct).abs() < 1e-5, "{i}, {j}: {ours} is not {direct}");
            }
        });
    }

    #[test]
    fn the_longest_comes_first_and_a_copy_never_second() {
        let p = Probabilities::new(2, [0.5, 0.5, 0.5, 0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2, 0.9, 0.1].to_vec());
        with(&p, 3, |input| {
            let gradients = Gradients::of(input);
            let chosen = gradients.choose(3, 3);
            assert!(chosen[0] < 2, "{chosen:?}");
            assert!(chosen[1..].iter().all(|&i| i > 1), "{chosen:?}: the copy of the first was drawn");
            assert!((order(input)[0].1 - 0.5f32.sqrt()).abs() < 1e-5);
        });
    }

    #[test]
    fn without_probabilities_every_row_is_there_without_a_score() {
        let order = with(&Probabilities::new(2, Vec::new()), 3, order);
        assert!(order.len() == 6 && order.iter().all(|(_, score)| score.is_nan()), "{order:?}");
    }
}
