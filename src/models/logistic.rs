//! Sparse multinomial logistic regression: what is asked of the solver, and linfa's face of it.

use super::solver::Solver;
use super::{LinearModel, UNWATCHED, Watch, calibration};
use crate::features::{RowsView, Sparse};
use ndarray::Array1;
use std::collections::BTreeSet;

/// How much each class counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClassWeights {
    /// Every example counts the same.
    #[default]
    Equal,
    /// Every class counts the same: an example counts n / (classes · examples of its class).
    Balanced,
}

/// Multinomial logistic regression with an L2 penalty: minimises ½‖W‖² + C Σ cᵢ·(−ln p(yᵢ | xᵢ)).
///
/// There is no intercept: it would outweigh the words while answers are few (docs/MEASUREMENTS.md, "Penalty"). A text of
/// which no word is known gets the same probability for every class.
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticRegression {
    /// C, the inverse of the penalty's strength; by default [`LogisticRegression::usual_c`] of the number of examples.
    pub c: Option<f32>,
    /// Whether to set the model's temperature so that its probabilities mean what they say.
    pub calibrate: bool,
    /// How much each class counts.
    pub class_weights: ClassWeights,
    /// Order in which examples are visited.
    pub seed: u64,
    /// Done when an upper bound of the mean excess loss falls below this, in nats.
    pub tolerance: f32,
    /// Passes over the examples at most.
    pub max_epochs: u32,
}

impl Default for LogisticRegression {
    fn default() -> Self {
        Self { c: None, calibrate: true, class_weights: ClassWeights::Equal, seed: 0, tolerance: 3e-4, max_epochs: 60 }
    }
}

/// Why nothing was fitted.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// There is nothing to tell apart.
    #[error("examples of at least two classes are needed, there are {0}")]
    TooFewClasses(usize),
    /// An example names a row or a class that does not exist.
    #[error("an example names row {row}, class {class}: there are {rows} rows and {classes} classes")]
    OutOfRange {
        /// The row it names.
        row: u32,
        /// The class it names.
        class: u32,
        /// How many rows there are.
        rows: usize,
        /// How many classes there are.
        classes: usize,
    },
    /// The parts of the rows are not about the same items.
    #[error("the parts of the rows are not about the same items: they have {} rows", numbers(.0))]
    Uneven(Vec<usize>),
    /// The learner cannot read what there is.
    #[error("{learner} learns from {wants}, and there is nothing of that")]
    NothingToRead {
        /// The learner.
        learner: &'static str,
        /// What it reads: "fields".
        wants: &'static str,
    },
    /// A library refused.
    #[error("{learner}: {said}")]
    Library {
        /// The learner.
        learner: &'static str,
        /// What the library said.
        said: String,
    },
    /// The watch said stop.
    #[error("stopped")]
    Stopped,
    /// linfa's own.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
}

fn numbers(of: &[usize]) -> String {
    of.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

impl LogisticRegression {
    /// C = 2500 / √n, between 10 and 100.
    ///
    /// Against the mean loss that is a penalty that falls with 1/√n, as theory has it (Shalev-Shwartz & Ben-David 2014,
    /// §13.4). The factor and the bounds were measured (docs/MEASUREMENTS.md, "Penalty"): few examples want little
    /// penalty, and many with wrong labels among them want more. Rows have length one, so that one rule serves all
    /// collections.
    pub fn usual_c(examples: usize) -> f32 {
        (2500.0 / (examples.max(1) as f32).sqrt()).clamp(10.0, 100.0)
    }

    /// Fits to some rows: `examples` are pairs of row and class, classes are `0..classes`.
    ///
    /// A class without an example gets probability 0 everywhere. The same examples in the same order with the same seed
    /// give the same weights.
    pub fn fit_examples(
        &self,
        rows: RowsView<'_>,
        examples: &[(u32, u32)],
        classes: usize,
        watch: Watch<'_>,
    ) -> Result<LinearModel, FitError> {
        self.fit_sparse(&rows, examples, classes, watch)
    }

    /// The same for sparse rows of any kind.
    pub(super) fn fit_sparse(
        &self,
        rows: &impl Sparse,
        examples: &[(u32, u32)],
        classes: usize,
        watch: Watch<'_>,
    ) -> Result<LinearModel, FitError> {
        let wrong = examples.iter().find(|&&(r, c)| r as usize >= rows.rows() || c as usize >= classes);
        if let Some(&(row, class)) = wrong {
            return Err(FitError::OutOfRange { row, class, rows: rows.rows(), classes });
        }
        let mut seen: Vec<u32> = examples.iter().map(|&(_, class)| class).collect();
        seen.sort_unstable();
        seen.dedup();
        if seen.len() < 2 {
            return Err(FitError::TooFewClasses(seen.len()));
        }
        let mut solver = Solver::new(self, rows, examples, &seen);
        let mut temperature = 1.0;
        if let Some((held, rest)) = calibration::divide(examples, self.seed).filter(|_| self.calibrate) {
            if !solver.ascend(self, &rest, &|told| watch(told.within(0.0, 0.5))) {
                return Err(FitError::Stopped);
            }
            let known: BTreeSet<usize> = rest.iter().map(|&i| solver.target(i as usize)).collect();
            let score = |&i: &u32| (solver.scores(i as usize), solver.target(i as usize));
            let scored: Vec<_> = held.iter().map(score).filter(|(_, class)| known.contains(class)).collect();
            temperature = calibration::temperature(&scored);
        }
        let all: Vec<u32> = (0..examples.len() as u32).collect();
        if !solver.ascend(self, &all, &|told| watch(told.within(0.5, 0.5))) {
            return Err(FitError::Stopped);
        }
        let (places, mut weights) = solver.finish();
        weights.iter_mut().for_each(|w| *w /= temperature);
        Ok(LinearModel::new(classes, seen, places, weights))
    }
}

impl<'a> linfa::traits::Fit<RowsView<'a>, Array1<usize>, FitError> for LogisticRegression {
    type Object = LinearModel;

    fn fit(&self, dataset: &linfa::DatasetBase<RowsView<'a>, Array1<usize>>) -> Result<LinearModel, FitError> {
        let targets = dataset.targets.iter().enumerate();
        let examples: Vec<(u32, u32)> = targets.map(|(row, &class)| (row as u32, class as u32)).collect();
        let classes = dataset.targets.iter().max().map_or(0, |m| m + 1);
        self.fit_examples(dataset.records, &examples, classes, UNWATCHED)
    }
}
