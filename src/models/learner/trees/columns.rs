//! What trees read: a dense column for each field, each number of an embedding, and the words that tell classes apart.

use crate::features::{FieldEncoder, Form};
use crate::models::FitError;
use crate::models::learner::{Inputs, Task};
use serde::{Deserialize, Serialize};

/// A text has thousands of places; trees read so many of them.
const TEXT: usize = 256;

/// Which columns there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Columns {
    fields: FieldEncoder,
    embedding: usize,
    /// Places of the text, ascending.
    places: Vec<u32>,
}

/// Row after row; what is missing is not a number (NaN).
pub(super) struct Dense {
    pub width: usize,
    pub values: Vec<f32>,
}

impl Columns {
    /// Those of a task.
    ///
    /// # Errors
    /// Where there are none.
    pub fn fit(task: &Task<'_>, learner: &'static str) -> Result<Self, FitError> {
        let inputs = &task.inputs;
        let fields = inputs.fields.map_or_else(FieldEncoder::default, |table| FieldEncoder::fit(table, &task.rows()));
        let columns = Self { fields, embedding: inputs.embeddings.map_or(0, |e| e.width()), places: telling(task) };
        match columns.width() {
            0 => Err(FitError::NothingToRead { learner, wants: "fields, embeddings or words" }),
            _ => Ok(columns),
        }
    }

    pub fn width(&self) -> usize {
        self.fields.width() + self.embedding + self.places.len()
    }

    /// The columns of all rows.
    pub fn read(&self, inputs: &Inputs<'_>) -> Dense {
        let (rows, width) = (inputs.len(), self.width());
        let mut values = vec![0.0; rows * width];
        let fields = inputs.fields.map(|table| self.fields.encode(table, Form::Plain));
        let embeddings = inputs.embeddings.filter(|e| e.width() == self.embedding);
        for (row, to) in values.chunks_exact_mut(width.max(1)).enumerate() {
            let (own, rest) = to.split_at_mut(self.fields.width());
            let (dense, words) = rest.split_at_mut(self.embedding);
            for &(column, value) in fields.as_ref().map(|e| e.row(row)).unwrap_or_default() {
                own[column as usize] = value;
            }
            match embeddings.map(|e| e.row(row)) {
                Some(from) if from.len() == dense.len() => dense.copy_from_slice(from),
                _ => dense.fill(f32::NAN),
            }
            for (place, value) in inputs.text.iter().flat_map(|text| text.row(row).iter()) {
                if let Ok(i) = self.places.binary_search(&place) {
                    words[i] = value;
                }
            }
        }
        Dense { width, values }
    }
}

/// The places of the text that depend most on the class, by χ² of filled or not (Manning, Raghavan & Schütze 2008,
/// §13.5.2).
fn telling(task: &Task<'_>) -> Vec<u32> {
    let Some(text) = task.inputs.text else { return Vec::new() };
    let classes = task.classes;
    let (mut filled, mut totals) = (vec![0u32; text.places() * classes], vec![0u32; classes]);
    for &(row, class) in task.train {
        totals[class as usize] += 1;
        text.row(row as usize).iter().for_each(|(place, _)| filled[place as usize * classes + class as usize] += 1);
    }
    let n = task.train.len() as f64;
    let mut scored: Vec<(f64, u32)> = (filled.chunks_exact(classes.max(1)).zip(0..))
        .filter_map(|(counts, place)| {
            let share = f64::from(counts.iter().sum::<u32>()) / n;
            let surprise = |(&count, &total): (&u32, &u32)| {
                let expected = share * f64::from(total);
                if expected > 0.0 { (f64::from(count) - expected).powi(2) / expected } else { 0.0 }
            };
            let score = counts.iter().zip(&totals).map(surprise).sum::<f64>() / (1.0 - share).max(1.0 / n);
            (share > 0.0).then_some((score, place))
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    scored.truncate(TEXT);
    let mut places: Vec<u32> = scored.into_iter().map(|(_, place)| place).collect();
    places.sort_unstable();
    places
}
