//! A fitted linear model: scoring, bytes, contributions.

use super::Probabilities;
use super::numbers::{add_scaled, exp, softmax};
use super::probabilities::likeliest;
use crate::domain::Digest;
use crate::features::{Row, RowsView, Sparse};
use ndarray::Array1;
use rayon::prelude::*;

/// Rows that one task scores; fixed, so that nothing depends on the number of threads.
const CHUNK: usize = 1024;
const MAGIC: &[u8; 8] = b"karatlm2";

/// Linear scores of the classes, and softmax over those that were seen in training.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearModel {
    classes: usize,
    /// The classes that were seen, ascending: columns of `weights`.
    seen: Vec<u32>,
    /// The places that weigh anything, ascending.
    places: Vec<u32>,
    /// Place after place, `seen.len()` floats each.
    weights: Vec<f32>,
}

impl LinearModel {
    /// Takes a solver's weights: one float a seen class, place after place.
    pub(super) fn new(classes: usize, seen: Vec<u32>, places: Vec<u32>, weights: Vec<f32>) -> Self {
        Self { classes, seen, places, weights }
    }

    /// How many classes, seen in training or not.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The classes that were seen in training, ascending.
    pub fn seen(&self) -> &[u32] {
        &self.seen
    }

    /// The weights of places `0..places`, one float a seen class, place after place: 0 for those that weigh nothing.
    pub fn weights_of_places(&self, places: usize) -> Vec<f32> {
        let columns = self.seen.len();
        let mut all = vec![0.0; places * columns];
        for (index, &place) in self.places.iter().enumerate().take_while(|(_, place)| (**place as usize) < places) {
            all[place as usize * columns..][..columns].copy_from_slice(self.weights_at(index));
        }
        all
    }

    /// The weights of one place, one float a seen class; none where it weighs nothing.
    pub fn weights_of(&self, place: u32) -> Option<&[f32]> {
        self.places.binary_search(&place).ok().map(|index| self.weights_at(index))
    }

    fn weights_at(&self, index: usize) -> &[f32] {
        &self.weights[index * self.seen.len()..(index + 1) * self.seen.len()]
    }

    /// Probabilities of all classes for every row.
    pub fn probabilities(&self, rows: RowsView<'_>) -> Probabilities {
        self.scored(rows, rows.len(), |i| i)
    }

    /// Probabilities of all classes for some rows, in their order.
    pub fn probabilities_of_some(&self, rows: RowsView<'_>, which: &[u32]) -> Probabilities {
        self.scored(rows, which.len(), |i| which[i] as usize)
    }

    fn scored(&self, rows: RowsView<'_>, n: usize, row_at: impl Fn(usize) -> usize + Sync) -> Probabilities {
        let scorer = Scorer::new(self, rows);
        let mut values = vec![0.0; n * self.classes];
        values.par_chunks_mut(CHUNK * self.classes).enumerate().for_each(|(chunk, values)| {
            let mut z = vec![0.0; self.seen.len()];
            for (i, row) in values.chunks_exact_mut(self.classes).enumerate() {
                scorer.score(rows.row(row_at(chunk * CHUNK + i)), &mut z);
                for (&class, &p) in self.seen.iter().zip(&z) {
                    row[class as usize] = p;
                }
            }
        });
        Probabilities::new(self.classes, values)
    }

    /// Probabilities of all classes for sparse rows of any kind: the same for a row whatever the others are. Added up in
    /// double precision, so that other programs that compute them come to the same.
    pub(super) fn probabilities_of_sparse(&self, rows: &impl Sparse) -> Probabilities {
        let index = Index::new(&self.places, rows);
        let mut values = vec![0.0; rows.rows() * self.classes];
        values.par_chunks_mut(CHUNK * self.classes.max(1)).enumerate().for_each(|(chunk, values)| {
            let (mut sums, mut z) = (vec![0.0f64; self.seen.len()], vec![0.0; self.seen.len()]);
            for (i, to) in values.chunks_exact_mut(self.classes.max(1)).enumerate() {
                sums.fill(0.0);
                for (place, value) in rows.entries(chunk * CHUNK + i) {
                    if let Some(at) = index.of(&self.places, place) {
                        let weights = self.weights_at(at).iter();
                        sums.iter_mut().zip(weights).for_each(|(sum, w)| *sum += f64::from(value) * f64::from(*w));
                    }
                }
                let most = sums.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                z.iter_mut().zip(&sums).for_each(|(z, sum)| *z = exp((sum - most) as f32));
                // Many small ones beside a large one would be lost in single precision.
                let all: f64 = z.iter().map(|p| f64::from(*p)).sum();
                z.iter_mut().for_each(|p| *p = (f64::from(*p) / all) as f32);
                self.seen.iter().zip(&z).for_each(|(&class, &p)| to[class as usize] = p);
            }
        });
        Probabilities::new(self.classes, values)
    }

    /// What each filled place of a sparse row adds to the score of a class, as [`LinearModel::contributions`] does.
    pub(super) fn contributions_of(
        &self,
        entries: impl Iterator<Item = (u32, f32)>,
        class: u32,
    ) -> Vec<(u32, f32, f32)> {
        let Ok(column) = self.seen.binary_search(&class) else { return Vec::new() };
        let of = |(place, value): (u32, f32)| {
            let weights = self.weights_at(self.places.binary_search(&place).ok()?);
            let mean = weights.iter().sum::<f32>() / weights.len() as f32;
            Some((place, value, value * (weights[column] - mean)))
        };
        entries.filter_map(of).collect()
    }

    /// Its parts: classes, seen classes, places and their weights.
    pub(super) fn parts(&self) -> (usize, &[u32], &[u32], &[f32]) {
        (self.classes, &self.seen, &self.places, &self.weights)
    }

    /// Probabilities of all classes for one row.
    pub fn probabilities_of(&self, row: Row<'_>) -> Vec<f32> {
        let mut z = vec![0.0; self.seen.len()];
        for (place, value) in row.iter() {
            if let Ok(index) = self.places.binary_search(&place) {
                add_scaled(&mut z, value, self.weights_at(index));
            }
        }
        softmax(&mut z);
        let mut all = vec![0.0; self.classes];
        self.seen.iter().zip(&z).for_each(|(&class, &p)| all[class as usize] = p);
        all
    }

    /// What each filled place of a row adds to the score of a class, against the mean of all classes; in order of
    /// places. Empty for a class that was not seen.
    pub fn contributions(&self, row: Row<'_>, class: u32) -> Vec<(u32, f32)> {
        self.contributions_of(row.iter(), class).into_iter().map(|(place, _, amount)| (place, amount)).collect()
    }

    /// The weights as the project file keeps them: little-endian, see [`LinearModel::from_bytes`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let words = 3 + self.seen.len() + self.places.len() + self.weights.len();
        let mut bytes = Vec::with_capacity(MAGIC.len() + 4 * words);
        bytes.extend_from_slice(MAGIC);
        let sizes = [self.classes, self.seen.len(), self.places.len()];
        let numbers =
            sizes.iter().map(|&n| n as u32).chain(self.seen.iter().copied()).chain(self.places.iter().copied());
        numbers.for_each(|n| bytes.extend_from_slice(&n.to_le_bytes()));
        self.weights.iter().for_each(|w| bytes.extend_from_slice(&w.to_le_bytes()));
        bytes
    }

    /// Reads the bytes back: magic, three sizes (classes, seen, places), the seen classes, the places, the weights.
    /// `None` where they are not that.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let body = bytes.strip_prefix(MAGIC)?;
        let (words, rest) = body.as_chunks::<4>();
        let word = |i: usize| words.get(i).map(|w| u32::from_le_bytes(*w));
        let (classes, seen, places) = (word(0)? as usize, word(1)? as usize, word(2)? as usize);
        let numbers = |range: std::ops::Range<usize>| range.map(word).collect::<Option<Vec<u32>>>();
        let model = Self {
            classes,
            seen: numbers(3..3 + seen)?,
            places: numbers(3 + seen..3 + seen + places)?,
            weights: words.get(3 + seen + places..)?.iter().map(|w| f32::from_le_bytes(*w)).collect(),
        };
        (rest.is_empty() && model.is_sound() && model.places.len() == places).then_some(model)
    }

    /// A model of its parts, where they go together.
    pub(super) fn of_parts(classes: usize, seen: Vec<u32>, places: Vec<u32>, weights: Vec<f32>) -> Option<Self> {
        let model = Self { classes, seen, places, weights };
        model.is_sound().then_some(model)
    }

    fn is_sound(&self) -> bool {
        let strictly = |v: &[u32]| v.is_sorted_by(|a, b| a < b);
        self.seen.len() >= 2
            && strictly(&self.seen)
            && strictly(&self.places)
            && self.seen.last().is_some_and(|&c| (c as usize) < self.classes)
            && Some(self.weights.len()) == self.places.len().checked_mul(self.seen.len())
    }

    /// The hash that a round is known by.
    pub fn hash(&self) -> Digest {
        Digest(*blake3::hash(&self.to_bytes()).as_bytes())
    }
}

/// Rows from which on a table of places is made; below, they are looked up.
const MANY: usize = 32;

/// Where the weights of a place are.
enum Index {
    Search,
    /// By place: one more than the place's index, 0 for those that weigh nothing.
    Table(Vec<u32>),
}

impl Index {
    fn new(places: &[u32], rows: &impl Sparse) -> Self {
        if rows.rows() < MANY {
            return Self::Search;
        }
        let mut table = vec![0; rows.places()];
        for (&place, i) in places.iter().zip(1..) {
            if let Some(slot) = table.get_mut(place as usize) {
                *slot = i;
            }
        }
        Self::Table(table)
    }

    fn of(&self, places: &[u32], place: u32) -> Option<usize> {
        match self {
            Self::Search => places.binary_search(&place).ok(),
            Self::Table(table) => (*table.get(place as usize)? as usize).checked_sub(1),
        }
    }
}

/// A model made ready for the rows of one collection: weights of the places multiplied in, found by place directly.
struct Scorer {
    /// Row of `weights` by place; 0, all zeros, for places that weigh nothing.
    slots: Vec<u32>,
    weights: Vec<f32>,
    stride: usize,
}

impl Scorer {
    fn new(model: &LinearModel, rows: RowsView<'_>) -> Self {
        let (columns, stride) = (model.seen.len(), model.seen.len().next_multiple_of(4));
        let mut slots = vec![0; rows.places()];
        let mut weights = vec![0.0; (model.places.len() + 1) * stride];
        for (index, &place) in model.places.iter().enumerate() {
            let (Some(slot), Some(&idf)) = (slots.get_mut(place as usize), rows.idf().get(place as usize)) else {
                continue;
            };
            *slot = index as u32 + 1;
            add_scaled(&mut weights[(index + 1) * stride..][..columns], idf, model.weights_at(index));
        }
        Self { slots, weights, stride }
    }

    /// Fills `z` with the probabilities of the seen classes.
    fn score(&self, row: Row<'_>, z: &mut [f32]) {
        match self.stride {
            4 => self.sums::<4>(row, z),
            8 => self.sums::<8>(row, z),
            12 => self.sums::<12>(row, z),
            16 => self.sums::<16>(row, z),
            20 => self.sums::<20>(row, z),
            24 => self.sums::<24>(row, z),
            _ => self.sums_of_many(row, z),
        }
        softmax(z);
    }

    fn sums<const N: usize>(&self, row: Row<'_>, z: &mut [f32]) {
        let (entries, scale) = row.raw();
        let (table, _) = self.weights.as_chunks::<N>();
        let mut sums = [0.0; N];
        for (place, count) in entries {
            let weights = &table[self.slots[place as usize] as usize];
            for (sum, w) in sums.iter_mut().zip(weights) {
                *sum += count * w;
            }
        }
        z.iter_mut().zip(&sums).for_each(|(z, sum)| *z = sum * scale);
    }

    fn sums_of_many(&self, row: Row<'_>, z: &mut [f32]) {
        let (entries, scale) = row.raw();
        z.fill(0.0);
        for (place, count) in entries {
            let slot = self.slots[place as usize] as usize;
            if slot > 0 {
                add_scaled(z, count, &self.weights[slot * self.stride..]);
            }
        }
        z.iter_mut().for_each(|z| *z *= scale);
    }
}

impl<'a> linfa::traits::PredictInplace<RowsView<'a>, Array1<usize>> for LinearModel {
    fn predict_inplace<'b>(&'b self, rows: &'b RowsView<'a>, targets: &mut Array1<usize>) {
        let probabilities = self.probabilities(*rows);
        targets.iter_mut().enumerate().for_each(|(i, t)| *t = likeliest(probabilities.row(i)) as usize);
    }

    fn default_target(&self, rows: &RowsView<'a>) -> Array1<usize> {
        Array1::zeros(rows.len())
    }
}
