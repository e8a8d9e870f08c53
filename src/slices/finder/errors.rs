//! The error of every row, ready to be summed over sets of rows.

use super::bits::{Bits, counts, ones};

/// An error of 0 or more for every row.
#[derive(Debug, Clone, PartialEq)]
pub struct Errors {
    values: Values,
    rows: usize,
    sum: f64,
}

#[derive(Debug, Clone, PartialEq)]
enum Values {
    /// Right or wrong: the wrong ones.
    Wrong(Bits),
    /// Any number, with the sum and the largest of every 64 rows.
    Numbers { each: Vec<f64>, blocks: Vec<(f64, f64)> },
}

/// What is known of a set of rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sum {
    /// How many rows.
    pub size: usize,
    /// The sum of their errors.
    pub errors: f64,
    /// The largest error.
    pub largest: f64,
}

impl Sum {
    /// The least of each.
    pub fn least(&self, other: &Self) -> Self {
        Self {
            size: self.size.min(other.size),
            errors: self.errors.min(other.errors),
            largest: self.largest.min(other.largest),
        }
    }
}

impl Errors {
    /// The errors of rows; what is below 0 or no number counts as 0.
    pub fn of(errors: &[f64]) -> Self {
        let each: Vec<f64> = errors.iter().map(|e| if e.is_finite() { e.max(0.0) } else { 0.0 }).collect();
        let rows = each.len();
        if each.iter().all(|e| *e == 0.0 || *e == 1.0) {
            let mut wrong = Bits::none(rows);
            each.iter().enumerate().filter(|(_, e)| **e == 1.0).for_each(|(row, _)| wrong.add(row));
            let sum = wrong.len() as f64;
            return Self { values: Values::Wrong(wrong), rows, sum };
        }
        let block = |rows: &[f64]| (rows.iter().sum(), rows.iter().copied().fold(0.0, f64::max));
        let blocks: Vec<(f64, f64)> = each.chunks(64).map(block).collect();
        let sum = blocks.iter().map(|(sum, _)| sum).sum();
        Self { values: Values::Numbers { each, blocks }, rows, sum }
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The sum over all rows.
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// The mean over all rows; 0 of none.
    pub fn mean(&self) -> f64 {
        if self.rows == 0 { 0.0 } else { self.sum / self.rows as f64 }
    }

    /// What the rows that are in both sets come to.
    pub(super) fn over(&self, a: &Bits, b: &Bits) -> Sum {
        match &self.values {
            Values::Wrong(wrong) => {
                let (size, errors) = counts(a, b, wrong);
                Sum { size, errors: errors as f64, largest: f64::from(u8::from(errors > 0)) }
            }
            Values::Numbers { each, blocks } => {
                let (mut size, mut errors, mut largest) = (0, 0.0, 0.0f64);
                for (place, (a, b)) in a.words().iter().zip(b.words()).enumerate() {
                    let both = a & b;
                    size += both.count_ones() as usize;
                    if both == !0 {
                        errors += blocks[place].0;
                        largest = largest.max(blocks[place].1);
                        continue;
                    }
                    for bit in ones(both) {
                        let error = each[place * 64 + bit];
                        errors += error;
                        largest = largest.max(error);
                    }
                }
                Sum { size, errors, largest }
            }
        }
    }
}
