//! What is measured: rows whose class is known, and what a model says of them.

use super::metric::{Metric, Undefined};
use super::tally::Patterns;
use crate::models::likeliest;

/// A probability is taken for at least this much, so that one certain mistake does not cost everything.
const LEAST: f64 = 1e-15;

/// Rows whose class is known, with what a model says of each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cases {
    pub(super) classes: usize,
    pub(super) told: Told,
    pub(super) rows: Vec<Case>,
}

/// What is known of the probabilities behind predictions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Told {
    /// Nothing.
    #[default]
    Nothing,
    /// How likely what is predicted is.
    Sure,
    /// How likely every class is.
    All,
}

impl Told {
    /// Whether a metric can be told, and why not.
    pub fn tells(self, metric: Metric) -> Result<(), Undefined> {
        let needed = match metric {
            Metric::LogLoss | Metric::Brier => Self::All,
            Metric::Ece => Self::Sure,
            _ => Self::Nothing,
        };
        match self {
            _ if self >= needed => Ok(()),
            Self::Sure => Err(Undefined::OneProbability),
            _ => Err(Undefined::NoProbabilities),
        }
    }
}

/// One row, reduced to what the metrics need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Case {
    /// Its class.
    pub truth: u32,
    /// The class that is predicted: mostly the likeliest, the first of equals.
    pub guess: u32,
    /// The probability of that class.
    pub sure: f64,
    /// −ln of the probability of the true class.
    pub loss: f64,
    /// Squared error of the probabilities, summed over the classes.
    pub brier: f64,
}

impl Cases {
    /// Takes the probabilities of all classes and the true class, row by row. A class that has no probability, or none
    /// that is a number, has probability 0.
    pub fn of<'a>(items: impl IntoIterator<Item = (&'a [f32], u32)>) -> Self {
        Self::decided(items.into_iter().map(|(p, truth)| (p, likeliest(p), truth)))
    }

    /// Takes the probabilities of all classes, the predicted class and the true one, row by row: whoever decides by a
    /// threshold of their own does not always predict the likeliest class.
    pub fn decided<'a>(items: impl IntoIterator<Item = (&'a [f32], u32, u32)>) -> Self {
        let mut cases = Self { told: Told::All, ..Self::default() };
        for (p, guess, truth) in items {
            cases.classes = cases.classes.max(p.len()).max(truth.max(guess) as usize + 1);
            let number = |p: f32| if p.is_finite() { f64::from(p) } else { 0.0 };
            let right = number(p.get(truth as usize).copied().unwrap_or(0.0));
            let squares: f64 = p.iter().map(|&p| number(p).powi(2)).sum();
            cases.rows.push(Case {
                truth,
                guess,
                sure: number(p.get(guess as usize).copied().unwrap_or(0.0)),
                loss: -right.max(LEAST).ln(),
                brier: squares - 2.0 * right + 1.0,
            });
        }
        cases
    }

    /// Takes the predicted and the true class of so many, row by row: what other programs predict often has no
    /// probabilities.
    pub fn of_classes(classes: usize, items: impl IntoIterator<Item = (u32, u32)>) -> Self {
        Self {
            told: Told::Nothing,
            ..Self::scored(classes, items.into_iter().map(|(guess, truth)| (guess, 0.0, truth)))
        }
    }

    /// Takes the predicted class of so many, its probability and the true class, row by row: what other programs tell is
    /// often how sure they are of what they predict, and nothing of the other classes.
    pub fn scored(classes: usize, items: impl IntoIterator<Item = (u32, f32, u32)>) -> Self {
        let case = |(guess, sure, truth): (u32, f32, u32)| {
            let sure = if sure.is_finite() { f64::from(sure) } else { 0.0 };
            Case { truth, guess, sure, loss: 0.0, brier: 0.0 }
        };
        let rows: Vec<Case> = items.into_iter().map(case).collect();
        let most = rows.iter().map(|row| row.truth.max(row.guess) as usize + 1).max();
        Self { classes: classes.max(most.unwrap_or(0)), told: Told::Sure, rows }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows.
    pub fn rows(&self) -> &[Case] {
        &self.rows
    }

    /// How many classes there are: those that have probabilities, occur or are predicted.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// How often each class (first index) is predicted as each (second index).
    pub fn confusion(&self) -> Vec<Vec<u32>> {
        let mut counts = vec![vec![0; self.classes]; self.classes];
        self.rows.iter().for_each(|row| counts[row.truth as usize][row.guess as usize] += 1);
        counts
    }

    pub(super) fn patterns(&self) -> Patterns {
        Patterns::of(&[self])
    }
}
