//! Dual coordinate ascent for multinomial logistic regression (Yu, Huang & Lin 2011, §4; Shalev-Shwartz & Zhang 2013).
//!
//! Every example i holds a distribution qᵢ over the classes, and W = Σ Cᵢ xᵢ ⊗ (e_yᵢ − qᵢ). Visiting an example, the
//! dual is maximised over its own qᵢ with all others fixed. At the optimum qᵢ is the model's own p(· | xᵢ); the distance
//! Σ Cᵢ KL(qᵢ ‖ pᵢ) is the gap between primal and dual, and tells for nothing when to stop. Sequential, so that it is
//! the same on any number of threads.
//!
//! A place that one example alone fills has weights that follow from that example's q, so that such places, more than
//! half of all, are left out of the loop and worked out at the end.

use super::numbers::{add_scaled, exp, softmax};
use super::{ClassWeights, LogisticRegression, Told, Watch};
use crate::domain::Curve;
use crate::features::Sparse;
use crate::ids::mix;

/// Newton steps for one example before the sure way is taken; two or three are usual.
const MOST_STEPS: usize = 8;
/// A step that moves less probability than this is the last.
const STILL: f32 = 1e-4;
/// A change of q smaller than this is not made.
const NOTHING: f32 = 1e-6;

/// A problem and how far it is solved.
pub(super) struct Solver {
    examples: Vec<Example>,
    /// Column and value of what an example shares with others, example after example.
    shared: Vec<(u32, f32)>,
    /// Place and value of what it alone has, likewise.
    alone: Vec<(u32, f32)>,
    /// The place of each column; the ones that most examples fill come first, so that they stay near.
    columns: Vec<u32>,
    classes: usize,
    /// Floats from one column's weights to the next.
    stride: usize,
    /// Weights by column.
    weights: Vec<f32>,
    /// ln q, example after example.
    theta: Vec<f32>,
    /// Passes so far.
    passes: u32,
}

struct Example {
    /// Where its entries end in `shared` and `alone`; they start where those of the one before end.
    shared_end: usize,
    alone_end: usize,
    /// Index into the seen classes.
    target: usize,
    /// Cᵢ.
    cost: f32,
    /// Sum of squares of what it alone has.
    alone_square: f32,
    /// Whether q has a value; before, it is e_y and W holds nothing of this example.
    visited: bool,
}

impl Solver {
    /// Sets the problem up. `seen` are the classes that occur, ascending.
    pub(super) fn new(what: &LogisticRegression, rows: &impl Sparse, examples: &[(u32, u32)], seen: &[u32]) -> Self {
        let mut filled = vec![0u32; rows.places()];
        for &(row, _) in examples {
            rows.entries(row as usize).for_each(|(place, _)| filled[place as usize] += 1);
        }
        let mut columns: Vec<u32> = (0..rows.places() as u32).filter(|&place| filled[place as usize] > 1).collect();
        columns.sort_by_key(|&place| (std::cmp::Reverse(filled[place as usize]), place));
        filled.iter_mut().for_each(|slot| *slot = u32::MAX);
        columns.iter().enumerate().for_each(|(column, &place)| filled[place as usize] = column as u32);
        let classes = seen.len();
        let stride = classes.next_multiple_of(4);
        let mut solver = Self {
            examples: Vec::with_capacity(examples.len()),
            shared: Vec::new(),
            alone: Vec::new(),
            weights: vec![0.0; columns.len() * stride],
            theta: vec![0.0; examples.len() * classes],
            columns,
            classes,
            stride,
            passes: 0,
        };
        let costs = costs(what, examples, seen);
        for &(row, class) in examples {
            let before = solver.alone.len();
            for (place, value) in rows.entries(row as usize) {
                match filled[place as usize] {
                    u32::MAX => solver.alone.push((place, value)),
                    column => solver.shared.push((column, value)),
                }
            }
            let target = seen.partition_point(|&s| s < class);
            solver.examples.push(Example {
                shared_end: solver.shared.len(),
                alone_end: solver.alone.len(),
                target,
                cost: costs[target],
                alone_square: solver.alone[before..].iter().map(|(_, v)| v * v).sum(),
                visited: false,
            });
        }
        solver
    }

    /// Solves for these examples alone, in passes of a seeded order, and tells whether it was let finish. Every pass
    /// draws a point: the mean loss that its examples had when it came to them.
    pub(super) fn ascend(&mut self, what: &LogisticRegression, members: &[u32], watch: Watch<'_>) -> bool {
        let mut order = members.to_vec();
        let mut block = Block::new(self.classes);
        let all: f32 = members.iter().map(|&i| self.examples[i as usize].cost).sum();
        for epoch in 0..what.max_epochs.max(1) {
            shuffle(&mut order, mix(what.seed, u64::from(epoch)));
            let (mut gap, mut loss) = (0.0f64, 0.0f64);
            for (visited, &i) in order.iter().enumerate() {
                if visited % 1024 == 0 {
                    let done = epoch as f32 + visited as f32 / order.len() as f32;
                    if !watch(Told::done(done / (done + 5.0))) {
                        return false;
                    }
                }
                let (gap_of, loss_of) = self.visit(i as usize, &mut block);
                gap += f64::from(gap_of);
                loss += f64::from(loss_of);
            }
            self.passes += 1;
            let done = (epoch + 1) as f32;
            let told = Told::done(done / (done + 5.0));
            if !watch(told.at(Curve::TrainLoss, self.passes, loss / f64::from(all))) {
                return false;
            }
            if gap <= f64::from(what.tolerance) * f64::from(all) {
                break;
            }
        }
        true
    }

    /// Maximises the dual over one example's q and tells what its gap and its loss were.
    fn visit(&mut self, i: usize, block: &mut Block) -> (f32, f32) {
        let (classes, stride) = (self.classes, self.stride);
        let from = self.start(i, |e| e.shared_end);
        let example = &mut self.examples[i];
        let shared = &self.shared[from..example.shared_end];
        let theta = &mut self.theta[i * classes..(i + 1) * classes];
        let weights = &mut self.weights;
        block.z.fill(0.0);
        let mut square = example.alone_square;
        for &(column, v) in shared {
            square += v * v;
            add_scaled(&mut block.z, v, &weights[column as usize * stride..][..classes]);
        }
        let (cost, target) = (example.cost, example.target);
        block.theta.copy_from_slice(theta);
        let (gap, loss) = block.maximise(target, !example.visited, cost * square, cost * example.alone_square);
        if block.moved >= NOTHING {
            example.visited = true;
            theta.copy_from_slice(&block.theta);
            for &(column, v) in shared {
                add_scaled(&mut weights[column as usize * stride..][..classes], cost * v, &block.change);
            }
        }
        (cost * gap, cost * loss)
    }

    /// Where an example's entries start: where those of the one before end.
    fn start(&self, i: usize, end: impl Fn(&Example) -> usize) -> usize {
        i.checked_sub(1).and_then(|before| self.examples.get(before)).map_or(0, end)
    }

    /// The scores of an example that was not visited yet: what the others say of it.
    pub(super) fn scores(&self, i: usize) -> Vec<f32> {
        let mut z = vec![0.0; self.classes];
        for &(column, v) in &self.shared[self.start(i, |e| e.shared_end)..self.examples[i].shared_end] {
            add_scaled(&mut z, v, &self.weights[column as usize * self.stride..][..self.classes]);
        }
        z
    }

    /// The example's class, as an index into the seen classes.
    pub(super) fn target(&self, i: usize) -> usize {
        self.examples[i].target
    }

    /// The places that the examples fill, ascending, and their weights, one float a class.
    pub(super) fn finish(self) -> (Vec<u32>, Vec<f32>) {
        let (classes, stride) = (self.classes, self.stride);
        let mut alone = vec![0.0f32; self.alone.len() * classes];
        for (i, example) in self.examples.iter().enumerate().filter(|(_, e)| e.visited) {
            let q = &self.theta[i * classes..(i + 1) * classes];
            for at in self.start(i, |e| e.alone_end)..example.alone_end {
                let weights = &mut alone[at * classes..(at + 1) * classes];
                weights.iter_mut().zip(q).for_each(|(w, &t)| *w = -example.cost * self.alone[at].1 * exp(t));
                weights[example.target] += example.cost * self.alone[at].1;
            }
        }
        let shared = self.columns.iter().enumerate().map(|(c, &place)| (place, &self.weights[c * stride..][..classes]));
        let own = self.alone.iter().enumerate().map(|(at, &(place, _))| (place, &alone[at * classes..][..classes]));
        let mut by_place: Vec<(u32, &[f32])> = shared.chain(own).collect();
        by_place.sort_unstable_by_key(|&(place, _)| place);
        let weights = by_place.iter().flat_map(|(_, w)| *w).copied().collect();
        (by_place.into_iter().map(|(place, _)| place).collect(), weights)
    }
}

/// One example's part of the dual, and room for its steps.
struct Block {
    /// The model's scores.
    z: Vec<f32>,
    /// ln q.
    theta: Vec<f32>,
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
        Self { z: zeros(), theta: zeros(), before: zeros(), now: zeros(), aim: zeros(), change: zeros(), moved: 0.0 }
    }

    /// Sets `theta` = ln q to the maximiser of H(q) + z·q − a/2 ‖q − q₀‖² over the simplex, where `a` = Cᵢ‖xᵢ‖², and
    /// tells KL(q₀ ‖ softmax z), and the loss −ln softmax(z)_y. At the first visit q₀ is e_y and `theta` has no meaning yet. `z` holds what the places
    /// give that the example shares; those it has alone, `alone` = Cᵢ times their squares, give `alone`·(e_y − q₀).
    ///
    /// The condition is θ + a·e^θ = z + a·q₀ − ν with ν such that Σ e^θ = 1: Newton on θ and ν together.
    fn maximise(&mut self, target: usize, first: bool, a: f32, alone: f32) -> (f32, f32) {
        let Self { z, theta, before, now, aim, change, moved } = self;
        if first {
            before.fill(0.0);
            before[target] = 1.0;
        } else {
            before.iter_mut().zip(&*theta).for_each(|(q, &t)| *q = exp(t));
            add_scaled(z, -alone, before);
            z[target] += alone;
        }
        aim.copy_from_slice(z);
        now.copy_from_slice(z);
        let normaliser = softmax(now);
        let loss = normaliser - z[target];
        let gap = if first {
            theta.iter_mut().zip(&*z).for_each(|(t, z)| *t = z - normaliser);
            loss
        } else {
            before.iter().zip(&*theta).zip(&*z).map(|((q, t), z)| q * (t - z + normaliser)).sum()
        };
        aim.iter_mut().zip(&*before).for_each(|(b, q)| *b += a * q);
        let mut settled = false;
        for step in 0..MOST_STEPS {
            let mut still = 0.0f32;
            for (q, &t) in now.iter_mut().zip(&*theta) {
                let next = exp(t);
                still = still.max((next - *q).abs());
                *q = next;
            }
            settled = step > 0 && still < STILL;
            if settled {
                break;
            }
            let (mut excess, mut pull, mut give) = (-1.0, 0.0, 0.0);
            for ((q, t), b) in now.iter().zip(&*theta).zip(&*aim) {
                let h = q / (1.0 + a * q);
                excess += q;
                pull += h * (t + a * q - b);
                give += h;
            }
            let nu = (excess - pull) / give;
            for ((q, t), b) in now.iter().zip(theta.iter_mut()).zip(&*aim) {
                *t = (*t - (*t + a * q - b + nu) / (1.0 + a * q)).clamp(-60.0, 0.0);
            }
        }
        if !settled {
            surely(theta, aim, a);
            now.iter_mut().zip(&*theta).for_each(|(q, &t)| *q = exp(t));
        }
        let sum: f32 = now.iter().sum();
        let log = sum.ln();
        theta.iter_mut().for_each(|t| *t -= log);
        *moved = 0.0;
        for ((c, before), now) in change.iter_mut().zip(&*before).zip(&*now) {
            *c = before - now / sum;
            *moved = moved.max(c.abs());
        }
        (gap, loss)
    }
}

/// Solves the condition of [`Block::maximise`] from one side, which cannot miss: for a given ν every θ is the root of a
/// convex function, met from above, and the sum of e^θ falls with ν and is convex, met from below.
fn surely(theta: &mut [f32], aim: &[f32], a: f32) {
    const STEPS: usize = 40;
    let mut nu = aim.iter().fold(f32::NEG_INFINITY, |most, &b| most.max(b)) - a;
    for _ in 0..STEPS {
        let (mut excess, mut give) = (-1.0, 0.0);
        for (t, b) in theta.iter_mut().zip(aim) {
            let x = b - nu + a.ln();
            let mut u = if x > 1.0 { x.ln() } else { x };
            for _ in 0..6 {
                let e = exp(u);
                u -= (u + e - x) / (1.0 + e);
            }
            *t = (u - a.ln()).clamp(-60.0, 0.0);
            let q = exp(*t);
            excess += q;
            give += q / (1.0 + a * q);
        }
        if excess < STILL {
            break;
        }
        nu += excess / give;
    }
}

/// Cᵢ by class.
fn costs(what: &LogisticRegression, examples: &[(u32, u32)], seen: &[u32]) -> Vec<f32> {
    let mut counts = vec![0u32; seen.len()];
    examples.iter().for_each(|(_, class)| counts[seen.partition_point(|s| s < class)] += 1);
    let c = what.c.unwrap_or_else(|| LogisticRegression::usual_c(examples.len()));
    let balanced = |&count: &u32| examples.len() as f32 / (seen.len() as f32 * count as f32);
    match what.class_weights {
        ClassWeights::Equal => vec![c; seen.len()],
        ClassWeights::Balanced => counts.iter().map(|count| c * balanced(count)).collect(),
    }
}

/// Fisher-Yates from a seed.
fn shuffle(order: &mut [u32], seed: u64) {
    for i in (1..order.len()).rev() {
        order.swap(i, (mix(seed, i as u64) % (i as u64 + 1)) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However far z and the example's weight are, q meets its condition: ln q + a·(q − q₀) − z is the same for all
    /// classes that have any probability.
    #[test]
    fn one_example_is_solved_however_far_it_is() {
        for case in 0..2000u64 {
            let number = |n: u64| (mix(case, n) % 1000) as f32 / 1000.0;
            let a = 200.0 * number(0) * number(1);
            let mut block = Block::new(5);
            for (c, z) in block.z.iter_mut().enumerate() {
                *z = 30.0 * (number(2 + c as u64) - 0.5);
            }
            let z = block.z.clone();
            let first = case % 2 == 0;
            let before: Vec<f32> = if first {
                vec![0.0, 1.0, 0.0, 0.0, 0.0]
            } else {
                let mut q: Vec<f32> = (0..5).map(|c| 20.0 * number(9 + c)).collect();
                softmax(&mut q);
                block.theta.iter_mut().zip(&q).for_each(|(t, q)| *t = q.ln());
                q
            };
            block.maximise(1, first, a, 0.0);
            let q: Vec<f32> = block.theta.iter().map(|t| t.exp()).collect();
            let sides = (0..5).filter(|&c| q[c] > 1e-3).map(|c| block.theta[c] + a * (q[c] - before[c]) - z[c]);
            let (low, high) = sides.fold((f32::MAX, f32::MIN), |(low, high), s| (low.min(s), high.max(s)));
            assert!(high - low < 0.05 * (1.0 + a), "case {case}, a {a}: {low} to {high}, q {q:?}");
            assert!((q.iter().sum::<f32>() - 1.0).abs() < 1e-3);
        }
    }
}
