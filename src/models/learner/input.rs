//! What a learner is given.

use crate::features::{RowsView, Table};
use crate::models::{ClassWeights, FitError};

/// Rows in up to three parts, which are about the same items in the same order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Inputs<'a> {
    /// Their text. A model predicts what it should only where the rows are weighted as they were in training.
    pub text: Option<RowsView<'a>>,
    /// Their fields.
    pub fields: Option<&'a Table>,
    /// Their embeddings.
    pub embeddings: Option<Embeddings<'a>>,
}

/// Dense rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Embeddings<'a> {
    width: usize,
    values: &'a [f32],
}

impl<'a> Embeddings<'a> {
    /// Takes the values of row after row, `width` each; what is over is cut.
    pub fn new(width: usize, values: &'a [f32]) -> Self {
        let width = width.max(1);
        Self { width, values: &values[..values.len() - values.len() % width] }
    }

    /// Numbers in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.values.len() / self.width
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// One row; an empty one for an index past the end.
    pub fn row(&self, row: usize) -> &'a [f32] {
        self.values.get(row * self.width..(row + 1) * self.width).unwrap_or_default()
    }
}

impl Inputs<'_> {
    /// The rows of the longest part.
    pub fn len(&self) -> usize {
        self.lengths().max().unwrap_or(0)
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lengths(&self) -> impl Iterator<Item = usize> {
        let (text, fields) = (self.text.map(|t| t.len()), self.fields.map(|f| f.len()));
        [text, fields, self.embeddings.map(|e| e.len())].into_iter().flatten()
    }
}

/// Rows of one class each, to learn from. Rows are counted from 0, classes are `0..classes`.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// The rows.
    pub inputs: Inputs<'a>,
    /// How many classes there are.
    pub classes: usize,
    /// Row and class of what is learned from.
    pub train: &'a [(u32, u32)],
    /// Row and class of what tells when to stop; learners that need it and get none hold some of `train` back.
    pub validation: &'a [(u32, u32)],
    /// How much each class counts.
    pub class_weights: ClassWeights,
    /// Where the randomness starts.
    pub seed: u64,
}

/// Rows with a set of labels each, to learn from.
#[derive(Debug, Clone, Copy)]
pub struct SetTask<'a> {
    /// The rows.
    pub inputs: Inputs<'a>,
    /// How many labels there are.
    pub labels: usize,
    /// Row and labels of what is learned from.
    pub train: &'a [(u32, Vec<u32>)],
    /// Row and labels of what tells when to stop.
    pub validation: &'a [(u32, Vec<u32>)],
    /// How much having a label counts against not having it.
    pub class_weights: ClassWeights,
    /// Where the randomness starts.
    pub seed: u64,
}

impl Task<'_> {
    /// The classes that occur, ascending: at least `least` of them. Also sees to it that every example is there and that
    /// the parts of the rows are about the same items.
    pub(super) fn seen(&self, least: usize) -> Result<Vec<u32>, FitError> {
        let rows = self.inputs.len();
        if self.inputs.lengths().any(|n| n != rows) {
            return Err(FitError::Uneven(self.inputs.lengths().collect()));
        }
        let wrong = |&&(row, class): &&(u32, u32)| row as usize >= rows || class as usize >= self.classes;
        if let Some(&(row, class)) = self.train.iter().chain(self.validation).find(wrong) {
            return Err(FitError::OutOfRange { row, class, rows, classes: self.classes });
        }
        let mut seen: Vec<u32> = self.train.iter().map(|&(_, class)| class).collect();
        seen.sort_unstable();
        seen.dedup();
        match seen.len() >= least {
            true => Ok(seen),
            false => Err(FitError::TooFewClasses(seen.len())),
        }
    }

    /// The rows of the examples.
    pub(super) fn rows(&self) -> Vec<u32> {
        self.train.iter().map(|&(row, _)| row).collect()
    }

    /// What an example of each seen class counts: 1 on average.
    pub(super) fn weights(&self, seen: &[u32]) -> Vec<f32> {
        let mut counts = vec![0u32; seen.len()];
        self.train.iter().for_each(|(_, class)| counts[seen.partition_point(|s| s < class)] += 1);
        let balanced = |&count: &u32| self.train.len() as f32 / (seen.len() as f32 * count as f32);
        match self.class_weights {
            ClassWeights::Equal => vec![1.0; seen.len()],
            ClassWeights::Balanced => counts.iter().map(balanced).collect(),
        }
    }
}
