//! Naive Bayes: every part of a row speaks for itself (Manning, Raghavan & Schütze 2008, ch. 13).

use super::artifact::{ArtifactError, Kept, Tensors, damaged, part};
use super::parameters::{settings, told_by_settings};
use super::{Inputs, Learner, LearnerKind, Model, Task};
use crate::features::{Encoding, FieldEncoder, Form};
use crate::models::{FitError, Probabilities, Told, Watch};
use rayon::prelude::*;
use serde_json::{Value as Json, json};

/// Rows that one task judges; fixed, so that nothing depends on the number of threads.
const CHUNK: usize = 256;

settings! {
    /// Counts what occurs with each class. Quick, and a fair baseline; its probabilities are too bold.
    NaiveBayes: "naive-bayes" {
        /// What is added to every count, so that nothing is impossible.
        alpha: f32 = 0.05, 1e-9..=1e6;
        /// The least variance of a number, in those of all rows together.
        least_variance: f32 = 1e-3, 1e-12..=1.0;
    }
}

impl Learner for NaiveBayes {
    told_by_settings!(LearnerKind::NaiveBayes);

    fn fit(&self, task: &Task<'_>, watch: Watch<'_>) -> Result<Box<dyn Model>, FitError> {
        let seen = task.seen(2)?;
        let column = |class: u32| seen.partition_point(|&s| s < class);
        let weights = task.weights(&seen);
        let examples: Vec<(usize, usize, f64)> = task
            .train
            .iter()
            .map(|&(row, class)| (row as usize, column(class), f64::from(weights[column(class)])))
            .collect();
        let mut totals = vec![0.0; seen.len()];
        examples.iter().for_each(|&(_, class, weight)| totals[class] += weight);
        let all: f64 = totals.iter().sum();
        let (alpha, least) = (f64::from(self.alpha), f64::from(self.least_variance));
        let (places, text) = words(task, &examples, seen.len(), alpha);
        if !watch(Told::done(0.5)) {
            return Err(FitError::Stopped);
        }
        let encoder =
            task.inputs.fields.map_or_else(FieldEncoder::default, |table| FieldEncoder::fit(table, &task.rows()));
        let encoding = task.inputs.fields.map(|table| encoder.encode(table, Form::Standard));
        let (mut numbers, mut counts) =
            (Spread::new(encoder.width(), seen.len()), vec![0.0; encoder.width() * seen.len()]);
        let is_number = numbers_of(&encoder);
        for &(row, class, weight) in &examples {
            for &(column, value) in encoding.as_ref().map(|e| e.row(row)).unwrap_or_default() {
                let column = column as usize;
                match is_number[column] {
                    true => numbers.add(column, class, f64::from(value), weight),
                    false => counts[column * seen.len() + class] += weight,
                }
            }
        }
        for (columns, number) in encoder.groups() {
            let kinds = (columns.len() + usize::from(number)) as f64;
            for column in columns {
                for class in 0..seen.len() {
                    let count = &mut counts[column * seen.len() + class];
                    *count = ((*count + alpha) / (totals[class] + alpha * kinds)).ln();
                }
            }
        }
        let width = task.inputs.embeddings.map_or(0, |e| e.width());
        let mut dense = Spread::new(width, seen.len());
        for &(row, class, weight) in &examples {
            let values = task.inputs.embeddings.map(|e| e.row(row)).unwrap_or_default();
            values.iter().enumerate().for_each(|(i, &value)| dense.add(i, class, f64::from(value), weight));
        }
        Ok(Box::new(Bayes {
            classes: task.classes,
            prior: totals.iter().map(|total| (total / all).ln()).collect(),
            places,
            text,
            encoder,
            counts,
            numbers: numbers.finish(least),
            dense: dense.finish(least),
            seen,
        }))
    }
}

/// The places that the examples fill, and the logarithms of their shares of each class.
fn words(task: &Task<'_>, examples: &[(usize, usize, f64)], classes: usize, alpha: f64) -> (Vec<u32>, Vec<f64>) {
    let Some(text) = task.inputs.text else { return (Vec::new(), Vec::new()) };
    let mut slots = vec![0u32; text.places()];
    examples.iter().for_each(|&(row, ..)| text.row(row).iter().for_each(|(place, _)| slots[place as usize] = 1));
    let places: Vec<u32> = (0..text.places() as u32).filter(|&place| slots[place as usize] > 0).collect();
    places.iter().zip(0..).for_each(|(&place, slot)| slots[place as usize] = slot);
    let (mut shares, mut totals) = (vec![0.0; places.len() * classes], vec![0.0; classes]);
    for &(row, class, weight) in examples {
        for (place, value) in text.row(row).iter() {
            shares[slots[place as usize] as usize * classes + class] += weight * f64::from(value);
            totals[class] += weight * f64::from(value);
        }
    }
    let kinds = places.len() as f64;
    for (i, share) in shares.iter_mut().enumerate() {
        *share = ((*share + alpha) / (totals[i % classes] + alpha * kinds)).ln();
    }
    (places, shares)
}

/// For every column, whether it is a number.
fn numbers_of(encoder: &FieldEncoder) -> Vec<bool> {
    encoder
        .groups()
        .into_iter()
        .flat_map(|(columns, number)| columns.enumerate().map(move |(i, _)| number && i == 0))
        .collect()
}

/// Sums of numbers and of their squares, by column and class.
struct Spread {
    classes: usize,
    sums: Vec<[f64; 3]>,
}

impl Spread {
    fn new(columns: usize, classes: usize) -> Self {
        Self { classes, sums: vec![[0.0; 3]; columns * classes] }
    }

    fn add(&mut self, column: usize, class: usize, value: f64, weight: f64) {
        if value.is_finite() {
            let [n, sum, squares] = &mut self.sums[column * self.classes + class];
            (*n, *sum, *squares) = (*n + weight, *sum + weight * value, *squares + weight * value * value);
        }
    }

    /// Mean and variance by column and class, one behind the other; a class without numbers has those of all.
    fn finish(self, least: f64) -> Vec<f64> {
        let moments = |[n, sum, squares]: [f64; 3]| {
            let mean = sum / n;
            (mean, (squares / n - mean * mean).max(0.0))
        };
        let mut told = Vec::with_capacity(2 * self.sums.len());
        for of_column in self.sums.chunks(self.classes.max(1)) {
            let all = of_column.iter().fold([0.0; 3], |a, b| [a[0] + b[0], a[1] + b[1], a[2] + b[2]]);
            let (middle, spread) = if all[0] > 0.0 { moments(all) } else { (0.0, 1.0) };
            let floor = (least * spread).max(1e-12);
            for &sums in of_column {
                let (mean, variance) = if sums[0] > 0.0 { moments(sums) } else { (middle, spread) };
                told.extend([mean, variance + floor]);
            }
        }
        told
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Bayes {
    classes: usize,
    seen: Vec<u32>,
    /// Logarithms of the classes' shares.
    prior: Vec<f64>,
    places: Vec<u32>,
    text: Vec<f64>,
    encoder: FieldEncoder,
    /// Logarithms of the shares of words of fields, by column and class.
    counts: Vec<f64>,
    /// Mean and variance by column and class.
    numbers: Vec<f64>,
    dense: Vec<f64>,
}

impl Bayes {
    fn judge(&self, inputs: &Inputs<'_>, fields: Option<&Encoding>, is_number: &[bool], row: usize, z: &mut [f64]) {
        let k = self.seen.len();
        z.copy_from_slice(&self.prior);
        let mut add = |from: &[f64], by: f64| z.iter_mut().zip(from).for_each(|(z, x)| *z += by * x);
        for (place, value) in inputs.text.iter().flat_map(|text| text.row(row).iter()) {
            if let Ok(slot) = self.places.binary_search(&place) {
                add(&self.text[slot * k..][..k], f64::from(value));
            }
        }
        for &(column, value) in fields.map(|e| e.row(row)).unwrap_or_default() {
            let column = column as usize;
            match is_number[column] {
                true => normal(z, &self.numbers[2 * column * k..][..2 * k], f64::from(value)),
                false => z.iter_mut().zip(&self.counts[column * k..][..k]).for_each(|(z, x)| *z += x),
            }
        }
        let dense = inputs.embeddings.filter(|e| e.width() * 2 * k == self.dense.len());
        for (i, &value) in dense.map(|e| e.row(row)).unwrap_or_default().iter().enumerate() {
            normal(z, &self.dense[2 * i * k..][..2 * k], f64::from(value));
        }
    }
}

/// Adds the logarithms of normal densities, one a class.
fn normal(z: &mut [f64], moments: &[f64], value: f64) {
    if value.is_finite() {
        for (z, m) in z.iter_mut().zip(moments.as_chunks::<2>().0) {
            *z -= 0.5 * (m[1].ln() + (value - m[0]).powi(2) / m[1]);
        }
    }
}

impl Model for Bayes {
    fn classes(&self) -> usize {
        self.classes
    }

    fn probabilities(&self, inputs: &Inputs<'_>) -> Probabilities {
        let fields = inputs.fields.map(|table| self.encoder.encode(table, Form::Standard));
        let is_number = numbers_of(&self.encoder);
        let mut values = vec![0.0; inputs.len() * self.classes];
        values.par_chunks_mut(CHUNK * self.classes.max(1)).enumerate().for_each(|(chunk, values)| {
            let mut z = vec![0.0; self.seen.len()];
            for (i, to) in values.chunks_exact_mut(self.classes.max(1)).enumerate() {
                self.judge(inputs, fields.as_ref(), &is_number, chunk * CHUNK + i, &mut z);
                let most = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let sum: f64 = z.iter().map(|z| (z - most).exp()).sum();
                self.seen.iter().zip(&z).for_each(|(&class, z)| to[class as usize] = ((z - most).exp() / sum) as f32);
            }
        });
        Probabilities::new(self.classes, values)
    }

    fn keep(&self) -> Kept {
        let mut weights = Tensors::default();
        let k = self.seen.len();
        weights.put("seen", 0, &self.seen);
        weights.put("prior", 0, &self.prior);
        weights.put("places", 0, &self.places);
        weights.put("text", k, &self.text);
        weights.put("counts", k, &self.counts);
        weights.put("numbers", 2 * k, &self.numbers);
        weights.put("dense", 2 * k, &self.dense);
        Kept::new(LearnerKind::NaiveBayes, json!({"classes": self.classes, "encoder": self.encoder}), weights)
    }
}

pub(super) fn load(head: &Json, weights: &Tensors) -> Result<Box<dyn Model>, ArtifactError> {
    let model = Bayes {
        classes: part(head, "classes")?,
        encoder: part(head, "encoder")?,
        seen: weights.get("seen")?,
        prior: weights.get("prior")?,
        places: weights.get("places")?,
        text: weights.get("text")?,
        counts: weights.get("counts")?,
        numbers: weights.get("numbers")?,
        dense: weights.get("dense")?,
    };
    let (k, width) = (model.seen.len(), model.encoder.width());
    let sound = k > 0
        && model.prior.len() == k
        && model.seen.iter().all(|&class| (class as usize) < model.classes)
        && model.text.len() == model.places.len() * k
        && model.counts.len() == width * k
        && model.numbers.len() == 2 * width * k
        && model.dense.len().is_multiple_of(2 * k);
    if sound { Ok(Box::new(model)) } else { Err(damaged("its parts do not go together")) }
}
