//! Dual coordinate ascent for multinomial logistic regression (Yu, Huang & Lin 2011, §4; Shalev-Shwartz & Zhang 2013).
//!
//! Every example i holds a distribution qᵢ over the classes, and W = Σ Cᵢ xᵢ ⊗ (e_yᵢ − qᵢ). Visiting an example, the
//! dual is maximised over its own qᵢ with all others fixed. At the optimum qᵢ is the model's own p(· | xᵢ); the distance
//! Σ Cᵢ KL(qᵢ ‖ pᵢ) is the gap between primal and dual, and tells for nothing when to stop. Sequential, so that it is
//! the same on any number of threads; it touches only places that the examples fill.

use super::numbers::{add_scaled, exp, softmax};
use super::{ClassWeights, LogisticRegression, Watch};
use crate::features::RowsView;
use crate::ids::mix;

/// Weights of the places that the examples fill, `stride` floats a place (columns in order of `seen`, padded with
/// zeros), and behind them those of the intercept.
pub(super) struct Solution {
    pub places: Vec<u32>,
    pub weights: Vec<f32>,
    pub stride: usize,
}

/// Examples with their places renumbered densely.
struct Examples {
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
    /// Index into `seen`.
    targets: Vec<usize>,
    /// Cᵢ.
    costs: Vec<f32>,
}

/// Newton steps for one example at most; the first visit starts far away, later ones close.
const FIRST_STEPS: usize = 8;
const LATER_STEPS: usize = 3;
/// A step that moves less probability than this is the last.
const STILL: f32 = 1e-4;

/// Fits; `None` when the watch said stop.
pub(super) fn solve(
    what: &LogisticRegression,
    rows: RowsView<'_>,
    examples: &[(u32, u32)],
    seen: &[u32],
    watch: Watch<'_>,
) -> Option<Solution> {
    let (classes, stride) = (seen.len(), seen.len().next_multiple_of(4));
    let (places, data) = gather(what, rows, examples, seen);
    let n = data.targets.len();
    let mut weights = vec![0.0f32; (places.len() + 1) * stride];
    let mut theta = vec![0.0f32; n * classes];
    let mut order: Vec<u32> = (0..n as u32).collect();
    let mut block = Block::new(classes);
    let all: f32 = data.costs.iter().sum();
    for epoch in 0..what.max_epochs.max(1) {
        shuffle(&mut order, mix(what.seed, u64::from(epoch)));
        let mut gap = 0.0f64;
        for (visited, &i) in order.iter().enumerate() {
            if visited % 1024 == 0 {
                let done = epoch as f32 + visited as f32 / n as f32;
                if !watch(done / (done + 10.0)) {
                    return None;
                }
            }
            let i = i as usize;
            let own = data.starts[i]..data.starts[i + 1];
            let (columns, values) = (&data.columns[own.clone()], &data.values[own]);
            let (features, intercept) = weights.split_at_mut(places.len() * stride);
            block.z.copy_from_slice(&intercept[..classes]);
            let mut square = 1.0;
            for (&column, &v) in columns.iter().zip(values) {
                square += v * v;
                add_scaled(&mut block.z, v, &features[column as usize * stride..][..classes]);
            }
            let cost = data.costs[i];
            let theta = &mut theta[i * classes..(i + 1) * classes];
            gap += f64::from(cost * block.maximise(theta, (epoch == 0).then_some(data.targets[i]), cost * square));
            if block.moved < STILL {
                continue;
            }
            for (&column, &v) in columns.iter().zip(values) {
                add_scaled(&mut features[column as usize * stride..][..classes], cost * v, &block.change);
            }
            add_scaled(&mut intercept[..classes], cost, &block.change);
        }
        if gap <= f64::from(what.tolerance) * f64::from(all) {
            break;
        }
    }
    Some(Solution { places, weights, stride })
}

/// One example's part of the dual, and room for its steps.
struct Block {
    /// The model's scores.
    z: Vec<f32>,
    /// The distribution that the example held before, and now.
    before: Vec<f32>,
    now: Vec<f32>,
    aim: Vec<f32>,
    /// before − now: what W gains along the example.
    change: Vec<f32>,
    /// The largest change.
    moved: f32,
}

impl Block {
    fn new(classes: usize) -> Self {
        let zeros = || vec![0.0; classes];
        Self { z: zeros(), before: zeros(), now: zeros(), aim: zeros(), change: zeros(), moved: 0.0 }
    }

    /// Sets `theta` = ln q to the maximiser of H(q) + z·(q₀ − q)… over the simplex, where `a` = Cᵢ‖xᵢ‖², and tells
    /// KL(q₀ ‖ softmax z). `first` is the example's class at the first visit, when q₀ is all on it.
    ///
    /// The condition is θ + a·e^θ = z + a·q₀ − ν with ν such that Σ e^θ = 1: Newton on θ and ν together.
    fn maximise(&mut self, theta: &mut [f32], first: Option<usize>, a: f32) -> f32 {
        let Self { z, before, now, aim, change, moved } = self;
        aim.copy_from_slice(z);
        now.copy_from_slice(z);
        let normaliser = softmax(now);
        let gap = match first {
            Some(class) => {
                before.fill(0.0);
                before[class] = 1.0;
                for (t, z) in theta.iter_mut().zip(&*z) {
                    *t = z - normaliser;
                }
                normaliser - z[class]
            }
            None => {
                before.iter_mut().zip(&*theta).for_each(|(q, &t)| *q = exp(t));
                before.iter().zip(&*theta).zip(&*z).map(|((q, t), z)| q * (t - z + normaliser)).sum()
            }
        };
        aim.iter_mut().zip(&*before).for_each(|(b, q)| *b += a * q);
        for _ in 0..if first.is_some() { FIRST_STEPS } else { LATER_STEPS } {
            now.iter_mut().zip(&*theta).for_each(|(q, &t)| *q = exp(t));
            let (mut excess, mut pull, mut give) = (-1.0, 0.0, 0.0);
            for ((q, t), b) in now.iter().zip(&*theta).zip(&*aim) {
                let h = q / (1.0 + a * q);
                excess += q;
                pull += h * (t + a * q - b);
                give += h;
            }
            let nu = (excess - pull) / give;
            let mut step = 0.0f32;
            for ((q, t), b) in now.iter().zip(theta.iter_mut()).zip(&*aim) {
                let delta = -(*t + a * q - b + nu) / (1.0 + a * q);
                let next = (*t + delta).clamp(-60.0, 0.0);
                step = step.max((next - *t).abs() * q);
                *t = next;
            }
            if step < STILL {
                break;
            }
        }
        now.iter_mut().zip(&*theta).for_each(|(q, &t)| *q = exp(t));
        let sum: f32 = now.iter().sum();
        let log = sum.ln();
        theta.iter_mut().for_each(|t| *t -= log);
        *moved = 0.0;
        for ((c, before), now) in change.iter_mut().zip(&*before).zip(&*now) {
            *c = before - now / sum;
            *moved = moved.max(c.abs());
        }
        gap
    }
}

fn gather(
    what: &LogisticRegression,
    rows: RowsView<'_>,
    examples: &[(u32, u32)],
    seen: &[u32],
) -> (Vec<u32>, Examples) {
    let mut filled = vec![0u32; rows.places()];
    for &(row, _) in examples {
        for (place, _) in rows.row(row as usize).iter() {
            filled[place as usize] = 1;
        }
    }
    let mut places = Vec::new();
    for (place, slot) in filled.iter_mut().enumerate() {
        if *slot == 1 {
            *slot = places.len() as u32;
            places.push(place as u32);
        }
    }
    let mut data = Examples {
        starts: vec![0],
        columns: Vec::new(),
        values: Vec::new(),
        targets: examples.iter().map(|(_, class)| seen.partition_point(|s| s < class)).collect(),
        costs: Vec::new(),
    };
    for &(row, _) in examples {
        for (place, value) in rows.row(row as usize).iter() {
            data.columns.push(filled[place as usize]);
            data.values.push(value);
        }
        data.starts.push(data.columns.len());
    }
    let mut counts = vec![0u32; seen.len()];
    data.targets.iter().for_each(|&t| counts[t] += 1);
    let weight = |t: usize| match what.class_weights {
        ClassWeights::Equal => 1.0,
        ClassWeights::Balanced => examples.len() as f32 / (seen.len() as f32 * counts[t] as f32),
    };
    data.costs = data.targets.iter().map(|&t| what.c * weight(t)).collect();
    (places, data)
}

/// Fisher-Yates from a seed.
fn shuffle(order: &mut [u32], seed: u64) {
    for i in (1..order.len()).rev() {
        order.swap(i, (mix(seed, i as u64) % (i as u64 + 1)) as usize);
    }
}
