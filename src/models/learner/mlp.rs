//! A small neural net: dense layers over hashed text, fields and embeddings, learned by candle.
//!
//! Where it starts, in which order it sees the examples and what is dropped follow from the seed. Prediction is written out
//! here, so that a row's probabilities do not depend on the rows beside it.

use super::artifact::{ArtifactError, Kept, Tensors, damaged, part};
use super::joined::Layout;
use super::parameters::{settings, told_by_settings};
use super::{Inputs, Learner, LearnerKind, Model, Task};
use crate::domain::Curve;
use crate::features::Sparse;
use crate::ids::mix;
use crate::models::numbers::{add_scaled, softmax};
use crate::models::{FitError, Probabilities, Told, Watch};
use candle_core::{D, Device, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};
use rayon::prelude::*;
use serde_json::{Value as Json, json};

/// Rows that one task judges; fixed, so that nothing depends on the number of threads.
const CHUNK: usize = 256;
/// One in so many examples tells when to stop, where there are no validation rows.
const HELD_OUT: usize = 10;

settings! {
    /// A neural net with one hidden layer or more (AdamW, Loshchilov & Hutter 2019), stopped where the validation rows
    /// are judged no better.
    Mlp: "mlp" {
        /// Hidden layers.
        layers: u32 = 1, 1.0..=8.0;
        /// Numbers of a hidden layer.
        hidden: u32 = 128, 1.0..=8192.0;
        /// The text is hashed to 2 to the power of this many inputs.
        text_bits: u32 = 12, 4.0..=16.0;
        /// Share of the hidden numbers that are left out of a step, drawn anew for each.
        dropout: f32 = 0.2, 0.0..=0.95;
        /// Length of a step.
        learning_rate: f32 = 1e-3, 1e-7..=1.0;
        /// How far every step draws the weights towards zero, in steps.
        weight_decay: f32 = 1e-2, 0.0..=10.0;
        /// Examples of a step.
        batch: u32 = 64, 1.0..=65536.0;
        /// Passes over the examples, at most.
        max_epochs: u32 = 50, 1.0..=100_000.0;
        /// Passes without gain after which it stops.
        patience: u32 = 4, 1.0..=100_000.0;
    }
}

/// Where the parts of a row go in: text folded by its place, then all else.
#[derive(Debug, Clone, PartialEq)]
struct Entrance {
    layout: Layout,
    text: u32,
    bits: u32,
}

impl Entrance {
    fn new(layout: Layout, bits: u32) -> Self {
        Self { text: layout.text(), layout, bits }
    }

    fn width(&self) -> usize {
        self.folded() + self.layout.places() - self.text as usize
    }

    fn folded(&self) -> usize {
        if self.text == 0 { 0 } else { 1 << self.bits }
    }

    /// Input and value; a folded place has the sign of its hash, so that those which fall together cancel out.
    fn enter(&self, place: u32, value: f32) -> (usize, f32) {
        if place >= self.text {
            return ((place - self.text) as usize + self.folded(), value);
        }
        let hash = mix(0x666F_6C64, u64::from(place));
        let sign = if hash >> 63 == 0 { 1.0 } else { -1.0 };
        ((hash as usize) & (self.folded() - 1), sign * value)
    }
}

/// A net: the weights of each layer, input after input, and what is added.
#[derive(Debug, Clone, PartialEq, Default)]
struct Net(Vec<(Vec<f32>, Vec<f32>)>);

impl Learner for Mlp {
    told_by_settings!(LearnerKind::Mlp);

    fn fit(&self, task: &Task<'_>, watch: Watch<'_>) -> Result<Box<dyn Model>, FitError> {
        let seen = task.seen(2)?;
        let entrance = Entrance::new(Layout::fit(&task.inputs, &task.rows()), self.text_bits);
        if entrance.width() == 0 {
            return Err(FitError::NothingToRead { learner: "mlp", wants: "fields, embeddings or words" });
        }
        let (train, validation) = divided(task);
        let rows = entrance.layout.join(&task.inputs);
        let weights = task.weights(&seen);
        let mut training = Training::new(self, &entrance, seen.len(), task.seed).map_err(refused)?;
        let (mut best, mut best_loss, mut since) = (training.net().map_err(refused)?, f64::INFINITY, 0);
        for epoch in 0..self.max_epochs {
            let mut order = train.clone();
            let (mut sum, mut all) = (0.0, 0.0);
            order.sort_by_key(|&(row, _)| mix(mix(task.seed, u64::from(epoch)), u64::from(row)));
            for (number, batch) in order.chunks(self.batch as usize).enumerate() {
                let done = f64::from(epoch) + (number * self.batch as usize) as f64 / order.len() as f64;
                if !watch(Told::done((done / (done + 8.0)) as f32)) {
                    return Err(FitError::Stopped);
                }
                let targets: Vec<u32> = batch.iter().map(|(_, c)| seen.partition_point(|s| s < c) as u32).collect();
                let counts: Vec<f32> = targets.iter().map(|&target| weights[target as usize]).collect();
                let x = dense(&entrance, &rows, batch);
                let step = mix(mix(task.seed ^ 0x6472_6F70, u64::from(epoch)), number as u64);
                let weight: f64 = counts.iter().map(|&count| f64::from(count)).sum();
                sum += weight * f64::from(training.step(x, targets, counts, step).map_err(refused)?);
                all += weight;
            }
            let net = training.net().map_err(refused)?;
            let loss = loss(&net, &entrance, &rows, &validation, &seen, &weights);
            let (done, pass) = (f64::from(epoch) + 1.0, epoch + 1);
            let told = Told::done((done / (done + 8.0)) as f32);
            if !(watch(told.at(Curve::TrainLoss, pass, sum / all)) && watch(told.at(Curve::ValidationLoss, pass, loss)))
            {
                return Err(FitError::Stopped);
            }
            if loss < best_loss - 1e-5 {
                (best, best_loss, since) = (net, loss, 0);
            } else {
                since += 1;
            }
            if since >= self.patience {
                break;
            }
        }
        Ok(Box::new(Neural { classes: task.classes, seen, entrance, net: best }))
    }
}

fn refused(error: candle_core::Error) -> FitError {
    FitError::Library { learner: "mlp", said: error.to_string() }
}

type Examples = Vec<(u32, u32)>;

/// What to learn from and what to judge by.
fn divided(task: &Task<'_>) -> (Examples, Examples) {
    if !task.validation.is_empty() {
        return (task.train.to_vec(), task.validation.to_vec());
    }
    let mut order: Vec<usize> = (0..task.train.len()).collect();
    order.sort_by_key(|&i| (mix(task.seed ^ 0x6865_6C64, i as u64), i));
    let held = if order.len() < 2 * HELD_OUT { order.len() } else { order.len() / HELD_OUT };
    let pick = |which: &[usize]| which.iter().map(|&i| task.train[i]).collect::<Vec<_>>();
    // Of very few examples, all do both.
    let learned = if held == order.len() { &order[..] } else { &order[held..] };
    (pick(learned), pick(&order[..held]))
}

/// The rows of some examples, every input filled.
fn dense(entrance: &Entrance, rows: &impl Sparse, batch: &[(u32, u32)]) -> Vec<f32> {
    let width = entrance.width();
    let mut x = vec![0.0; batch.len() * width];
    for (&(row, _), x) in batch.iter().zip(x.chunks_exact_mut(width.max(1))) {
        for (place, value) in rows.entries(row as usize) {
            let (input, value) = entrance.enter(place, value);
            x[input] += value;
        }
    }
    x
}

/// The mean loss of some examples whose classes are known.
fn loss(
    net: &Net,
    entrance: &Entrance,
    rows: &impl Sparse,
    examples: &[(u32, u32)],
    seen: &[u32],
    weights: &[f32],
) -> f64 {
    let known = examples.iter().filter_map(|(row, class)| Some((*row, seen.binary_search(class).ok()?)));
    let (mut sum, mut all) = (0.0, 0.0);
    let mut room = Room::default();
    for (row, class) in known {
        let p = net.judge(entrance, rows.entries(row as usize), &mut room);
        sum -= f64::from(weights[class]) * f64::from(p[class].max(1e-12)).ln();
        all += f64::from(weights[class]);
    }
    if all > 0.0 { sum / all } else { 0.0 }
}

/// The variables of a net and what moves them.
struct Training {
    layers: Vec<(Var, Var)>,
    optimizer: AdamW,
    dropout: f32,
}

impl Training {
    fn new(what: &Mlp, entrance: &Entrance, classes: usize, seed: u64) -> candle_core::Result<Self> {
        let mut widths = vec![entrance.width()];
        widths.extend((0..what.layers).map(|_| what.hidden as usize));
        widths.push(classes);
        let mut layers = Vec::new();
        for (number, pair) in widths.windows(2).enumerate() {
            // He, Zhang, Ren & Sun 2015; text rows fill few inputs and have length one, so that the entrance counts as few.
            let inputs = if number == 0 { (pair[0] as f64).min(64.0) } else { pair[0] as f64 };
            let spread = (6.0 / inputs).sqrt();
            let seed = mix(seed ^ 0x6E65_7421, number as u64);
            let uniform = |i: usize| (mix(seed, i as u64) >> 11) as f64 / (1u64 << 53) as f64;
            let start: Vec<f32> = (0..pair[0] * pair[1]).map(|i| ((2.0 * uniform(i) - 1.0) * spread) as f32).collect();
            let weights = Var::from_tensor(&Tensor::from_vec(start, (pair[0], pair[1]), &Device::Cpu)?)?;
            let bias = Var::from_tensor(&Tensor::from_vec(vec![0f32; pair[1]], pair[1], &Device::Cpu)?)?;
            layers.push((weights, bias));
        }
        let vars = layers.iter().flat_map(|(w, b)| [w.clone(), b.clone()]).collect();
        let lr = f64::from(what.learning_rate);
        let params = ParamsAdamW { lr, weight_decay: f64::from(what.weight_decay), ..ParamsAdamW::default() };
        Ok(Self { layers, optimizer: AdamW::new(vars, params)?, dropout: what.dropout })
    }

    /// One step on some rows, their classes and what each counts; their mean loss before it.
    fn step(&mut self, x: Vec<f32>, targets: Vec<u32>, counts: Vec<f32>, seed: u64) -> candle_core::Result<f32> {
        let n = targets.len();
        let mut x = Tensor::from_vec(x, (n, self.layers[0].0.dim(0)?), &Device::Cpu)?;
        let last = self.layers.len() - 1;
        for (number, (weights, bias)) in self.layers.iter().enumerate() {
            x = x.matmul(weights)?.broadcast_add(bias)?;
            if number < last {
                x = (x.relu()? * self.kept(n, bias.dim(0)?, mix(seed, number as u64))?)?;
            }
        }
        let all: f32 = counts.iter().sum();
        let targets = Tensor::from_vec(targets, (n, 1), &Device::Cpu)?;
        let counts = Tensor::from_vec(counts, n, &Device::Cpu)?;
        let told = candle_nn::ops::log_softmax(&x, D::Minus1)?.gather(&targets, 1)?.squeeze(1)?;
        let loss = ((told * counts)?.sum_all()? * (-1.0 / f64::from(all)))?;
        self.optimizer.backward_step(&loss)?;
        loss.to_scalar()
    }

    /// What remains of the hidden numbers of a step: 0, or so much more that their mean stays.
    fn kept(&self, rows: usize, width: usize, seed: u64) -> candle_core::Result<Tensor> {
        let stays = 1.0 - self.dropout;
        let one = |i: usize| {
            let uniform = (mix(seed, i as u64) >> 40) as f32 / (1u32 << 24) as f32;
            if uniform < stays { 1.0 / stays } else { 0.0 }
        };
        Tensor::from_vec((0..rows * width).map(one).collect::<Vec<f32>>(), (rows, width), &Device::Cpu)
    }

    fn net(&self) -> candle_core::Result<Net> {
        let numbers = |var: &Var| var.flatten_all()?.to_vec1();
        let layer = |(weights, bias): &(Var, Var)| Ok((numbers(weights)?, numbers(bias)?));
        Ok(Net(self.layers.iter().map(layer).collect::<candle_core::Result<_>>()?))
    }
}

/// Room for the numbers of one row.
#[derive(Default)]
struct Room {
    now: Vec<f32>,
    next: Vec<f32>,
}

impl Net {
    /// The probabilities of the seen classes for one row.
    fn judge<'r>(
        &self,
        entrance: &Entrance,
        entries: impl Iterator<Item = (u32, f32)>,
        room: &'r mut Room,
    ) -> &'r [f32] {
        let Room { now, next } = room;
        now.clear();
        if let Some((weights, bias)) = self.0.first() {
            now.extend_from_slice(bias);
            for (place, value) in entries {
                let (input, value) = entrance.enter(place, value);
                add_scaled(now, value, weights.get(input * bias.len()..).unwrap_or_default());
            }
        }
        for (weights, bias) in self.0.iter().skip(1) {
            next.clear();
            next.extend_from_slice(bias);
            for (value, from) in now.iter().zip(weights.chunks_exact(bias.len())) {
                if *value > 0.0 {
                    add_scaled(next, *value, from);
                }
            }
            std::mem::swap(now, next);
        }
        softmax(now);
        now
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Neural {
    classes: usize,
    seen: Vec<u32>,
    entrance: Entrance,
    net: Net,
}

impl Model for Neural {
    fn classes(&self) -> usize {
        self.classes
    }

    fn probabilities(&self, inputs: &Inputs<'_>) -> Probabilities {
        let rows = self.entrance.layout.join(inputs);
        let mut values = vec![0.0; inputs.len() * self.classes];
        values.par_chunks_mut(CHUNK * self.classes.max(1)).enumerate().for_each(|(chunk, values)| {
            let mut room = Room::default();
            for (i, to) in values.chunks_exact_mut(self.classes.max(1)).enumerate() {
                let p = self.net.judge(&self.entrance, rows.entries(chunk * CHUNK + i), &mut room);
                self.seen.iter().zip(p).for_each(|(&class, &p)| to[class as usize] = p);
            }
        });
        Probabilities::new(self.classes, values)
    }

    fn keep(&self) -> Kept {
        let mut weights = Tensors::default();
        weights.put("seen", 0, &self.seen);
        for (i, (matrix, bias)) in self.net.0.iter().enumerate() {
            weights.put(&format!("layer.{i}.weight"), bias.len(), matrix);
            weights.put(&format!("layer.{i}.bias"), 0, bias);
        }
        let head = json!({
            "classes": self.classes, "layout": self.entrance.layout, "text_bits": self.entrance.bits,
            "layers": self.net.0.len(),
        });
        Kept::new(LearnerKind::Mlp, head, weights)
    }
}

pub(super) fn load(head: &Json, weights: &Tensors) -> Result<Box<dyn Model>, ArtifactError> {
    let layers: usize = part(head, "layers")?;
    let layer = |i| Ok((weights.get(&format!("layer.{i}.weight"))?, weights.get(&format!("layer.{i}.bias"))?));
    let net = Net((0..layers).map(layer).collect::<Result<_, ArtifactError>>()?);
    let entrance = Entrance::new(part(head, "layout")?, part(head, "text_bits")?);
    let model = Neural { classes: part(head, "classes")?, seen: weights.get("seen")?, entrance, net };
    let mut width = (model.entrance.bits <= 16).then(|| model.entrance.width());
    for (matrix, bias) in &model.net.0 {
        width = width.filter(|width| matrix.len() == width * bias.len()).map(|_| bias.len());
    }
    let sound = width == Some(model.seen.len())
        && !model.net.0.is_empty()
        && model.seen.iter().all(|&class| (class as usize) < model.classes);
    if sound { Ok(Box::new(model)) } else { Err(damaged("its parts do not go together")) }
}
