//! What mistakes cost, and which decision costs least.

use crate::models::Probabilities;

/// What deciding for one class costs where another is true.
#[derive(Debug, Clone, PartialEq)]
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

    /// What decisions cost on average, given the true classes; none of no rows.
    pub fn mean(&self, decisions: &[u32], truths: &[u32]) -> Option<f64> {
        let n = decisions.len().min(truths.len());
        let costs = truths.iter().zip(decisions).map(|(&truth, &decision)| self.cost(truth, decision));
        (n > 0).then(|| costs.sum::<f64>() / n as f64)
    }

    /// For two classes: the probability of the second from which on deciding for it costs less. None for other numbers of
    /// classes, or where no probability makes that so.
    pub fn threshold(&self) -> Option<f64> {
        let [right_no, false_yes, false_no, right_yes] = self.costs[..] else { return None };
        let (wrong_yes, wrong_no) = (false_yes - right_no, false_no - right_yes);
        (wrong_yes + wrong_no > 0.0).then(|| wrong_yes / (wrong_yes + wrong_no))
    }
}
