//! What mistakes cost, and which decision costs least.

use super::cases::Cases;
use super::compare::Difference;
use super::metric::{Measured, Metric};
use crate::models::Probabilities;
use crate::resampling::{Resampling, intervals};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What deciding for one class costs where another is true. Written as its rows, one for each true class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Vec<f64>>", into = "Vec<Vec<f64>>")]
pub struct CostMatrix {
    classes: usize,
    /// True class after true class.
    costs: Vec<f64>,
}

/// Why costs make no matrix.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BadCosts {
    /// One row of costs for each class, as long as there are classes.
    #[error("costs need one row for each class and one number in it for each: row {row} of {classes} has {found}")]
    NotSquare {
        /// The row, from 1.
        row: usize,
        /// How many rows there are.
        classes: usize,
        /// How many numbers it has.
        found: usize,
    },
    /// A cost is a number.
    #[error("the cost in row {row}, column {column} is not a number")]
    NotANumber {
        /// The row, from 1.
        row: usize,
        /// The column, from 1.
        column: usize,
    },
}

impl CostMatrix {
    /// Takes the costs of every decision, one row for each true class.
    ///
    /// # Errors
    /// Says which row or number is wrong.
    pub fn new(rows: &[Vec<f64>]) -> Result<Self, BadCosts> {
        let classes = rows.len();
        for (i, row) in rows.iter().enumerate() {
            if row.len() != classes {
                return Err(BadCosts::NotSquare { row: i + 1, classes, found: row.len() });
            }
            if let Some(j) = row.iter().position(|cost| !cost.is_finite()) {
                return Err(BadCosts::NotANumber { row: i + 1, column: j + 1 });
            }
        }
        Ok(Self { classes, costs: rows.concat() })
    }

    /// The costs, one row for each true class.
    pub fn rows(&self) -> Vec<Vec<f64>> {
        self.costs.chunks(self.classes.max(1)).map(<[f64]>::to_vec).collect()
    }

    /// The costs under which the likeliest class is the best decision: every mistake costs 1.
    pub fn equal(classes: usize) -> Self {
        Self {
            classes,
            costs: (0..classes * classes).map(|i| f64::from(u8::from(i / classes != i % classes))).collect(),
        }
    }

    /// How many classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// What a decision costs; 0 for classes that the matrix does not know.
    pub fn cost(&self, truth: u32, decision: u32) -> f64 {
        let (truth, decision) = (truth as usize, decision as usize);
        let known = truth < self.classes && decision < self.classes;
        if known { self.costs[truth * self.classes + decision] } else { 0.0 }
    }

    /// What a decision is expected to cost under these probabilities.
    pub fn expected(&self, p: &[f32], decision: u32) -> f64 {
        p.iter().enumerate().map(|(truth, &p)| f64::from(p) * self.cost(truth as u32, decision)).sum()
    }

    /// The decision of least expected cost (Elkan 2001); the first of equals.
    pub fn cheapest(&self, p: &[f32]) -> u32 {
        let mut best = (0, f64::INFINITY);
        for decision in 0..self.classes as u32 {
            let cost = self.expected(p, decision);
            if cost < best.1 {
                best = (decision, cost);
            }
        }
        best.0
    }

    /// The decisions of least expected cost.
    pub fn decide(&self, probabilities: &Probabilities) -> Vec<u32> {
        (0..probabilities.len()).map(|row| self.cheapest(probabilities.row(row))).collect()
    }

    /// What the decisions of a model cost on average; none of no rows.
    pub fn measure(&self, cases: &Cases, resampling: Resampling) -> Option<Measured> {
        let (frequency, costs) = self.patterns(cases, cases);
        let mean = |drawn: &[u32]| mean(drawn, costs.iter().map(|costs| costs.0));
        let value = mean(&frequency)?;
        let ranges = intervals(&frequency, resampling, 1, |drawn| vec![mean(drawn)]);
        Some(Measured::new(Metric::Cost, Ok(value), ranges.into_iter().flatten().next(), cases.len()))
    }

    /// How two models differ in what their decisions cost; none where there are no rows.
    pub fn compare(&self, a: &Cases, b: &Cases, resampling: Resampling) -> Option<Difference> {
        let (frequency, costs) = self.patterns(a, b);
        let of = |drawn: &[u32]| {
            Some((mean(drawn, costs.iter().map(|costs| costs.0))?, mean(drawn, costs.iter().map(|costs| costs.1))?))
        };
        let (a, b) = of(&frequency)?;
        let ranges = intervals(&frequency, resampling, 1, |drawn| vec![of(drawn).map(|(a, b)| b - a)]);
        Some(Difference { metric: Metric::Cost, a, b, diff: b - a, ci95: ranges.into_iter().flatten().next() })
    }

    /// How often each truth meets each pair of decisions, and what these cost.
    fn patterns(&self, a: &Cases, b: &Cases) -> (Vec<u32>, Vec<(f64, f64)>) {
        let mut counts: BTreeMap<(u32, u32, u32), u32> = BTreeMap::new();
        for (a, b) in a.rows().iter().zip(b.rows()) {
            *counts.entry((a.truth, a.guess, b.guess)).or_default() += 1;
        }
        let of = |((truth, a, b), n)| (n, (self.cost(truth, a), self.cost(truth, b)));
        counts.into_iter().map(of).unzip()
    }

    /// For two classes: the probability of the second from which on deciding for it costs less. None for other numbers of
    /// classes, or where one of the two costs less whatever the probability is.
    pub fn threshold(&self) -> Option<f64> {
        let [right_no, false_yes, false_no, right_yes] = self.costs[..] else { return None };
        let (wrong_yes, wrong_no) = (false_yes - right_no, false_no - right_yes);
        let from = wrong_yes / (wrong_yes + wrong_no);
        (wrong_yes + wrong_no > 0.0 && (0.0..=1.0).contains(&from)).then_some(from)
    }
}

impl TryFrom<Vec<Vec<f64>>> for CostMatrix {
    type Error = BadCosts;

    fn try_from(rows: Vec<Vec<f64>>) -> Result<Self, BadCosts> {
        Self::new(&rows)
    }
}

impl From<CostMatrix> for Vec<Vec<f64>> {
    fn from(matrix: CostMatrix) -> Self {
        matrix.rows()
    }
}

fn mean(frequency: &[u32], values: impl Iterator<Item = f64>) -> Option<f64> {
    let n: f64 = frequency.iter().map(|times| f64::from(*times)).sum();
    let sum: f64 = values.zip(frequency).map(|(value, times)| value * f64::from(*times)).sum();
    (n > 0.0).then(|| sum / n)
}
