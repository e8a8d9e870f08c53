//! What a model thinks of every row.

/// Probabilities of every class for every row, row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct Probabilities {
    classes: usize,
    values: Vec<f32>,
}

impl Probabilities {
    /// Takes the values of row after row; their number must be a multiple of `classes`, what is over is cut.
    pub fn new(classes: usize, mut values: Vec<f32>) -> Self {
        values.truncate(values.len() - values.len() % classes.max(1));
        Self { classes: classes.max(1), values }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.values.len() / self.classes
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// How many classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The probabilities of one row; nothing for an index past the end.
    pub fn row(&self, index: usize) -> &[f32] {
        self.values.get(index * self.classes..(index + 1) * self.classes).unwrap_or_default()
    }

    /// The likeliest class of every row; the first of equals.
    pub fn likeliest(&self) -> impl ExactSizeIterator<Item = u32> + '_ {
        self.values.chunks_exact(self.classes).map(likeliest)
    }
}

/// The index of the largest value; the first of equals, 0 of nothing.
pub fn likeliest(row: &[f32]) -> u32 {
    let mut best = 0;
    for (i, v) in row.iter().enumerate() {
        if *v > row[best] {
            best = i;
        }
    }
    best as u32
}
