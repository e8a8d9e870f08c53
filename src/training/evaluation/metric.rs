//! The metrics by name, and a metric's value.

use crate::domain::words;

words! {
    /// A number that says how good predictions are.
    Metric: "metric" {
        /// Share of right predictions; of label sets, the share that is right as a whole.
        Accuracy = "accuracy",
        /// Mean recall of the classes that occur.
        BalancedAccuracy = "balanced_accuracy",
        /// Mean F1 of the classes that occur or are predicted.
        MacroF1 = "macro_f1",
        /// F1 of all decisions together; with one class a row the same as accuracy.
        MicroF1 = "micro_f1",
        /// Mean F1 of the classes, each weighing as often as it occurs.
        WeightedF1 = "weighted_f1",
        /// Mean of −ln p of the true class, in nats; p is cut off at 1e-15.
        LogLoss = "log_loss",
        /// Mean squared error of the probabilities (Brier 1950): summed over the classes, and halved where there are
        /// two, so that it is the error of the one probability, as in scikit-learn.
        Brier = "brier",
        /// Expected calibration error over 10 equal bins of the largest probability (Naeini, Cooper & Hauskrecht 2015).
        Ece = "ece",
        /// Matthews' correlation of truth and prediction, for any number of classes (Gorodkin 2004).
        Mcc = "mcc",
        /// Share of the decisions, one for each row and label, that are wrong.
        HammingLoss = "hamming_loss",
        /// Mean distance of a rating from the true one.
        Mae = "mae",
        /// Root of the mean squared distance of a rating from the true one.
        Rmse = "rmse",
        /// What a decision costs on average, by the costs of the question.
        Cost = "cost",
    }
}

impl Metric {
    /// What is measured where a row has one class, in the order in which it is told.
    pub const OF_CLASSES: [Self; 9] = [
        Self::Accuracy,
        Self::BalancedAccuracy,
        Self::MacroF1,
        Self::MicroF1,
        Self::WeightedF1,
        Self::LogLoss,
        Self::Brier,
        Self::Ece,
        Self::Mcc,
    ];
    /// What is measured where a row has a set of labels.
    pub const OF_SETS: [Self; 7] =
        [Self::Accuracy, Self::MacroF1, Self::MicroF1, Self::WeightedF1, Self::HammingLoss, Self::LogLoss, Self::Brier];

    /// Whether less of it is better.
    pub fn less_is_better(self) -> bool {
        matches!(
            self,
            Self::LogLoss | Self::Brier | Self::Ece | Self::HammingLoss | Self::Mae | Self::Rmse | Self::Cost
        )
    }
}

/// Why a metric has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// The predictions are classes alone.
    #[error("the predictions have no probabilities")]
    NoProbabilities,
    /// The predictions tell how sure they are of themselves, and nothing else.
    #[error("the predictions have the probability of one class alone")]
    OneProbability,
    /// A correlation needs two classes on both sides.
    #[error("all rows have, or are predicted to have, the same class")]
    OneClass,
    /// Nothing was there to be found, and nothing was predicted.
    #[error("no row has a label, and none is predicted to have one")]
    NoLabels,
}

/// One metric over some rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Which.
    pub metric: Metric,
    /// The number, or why there is none.
    pub value: Result<f64, Undefined>,
    /// The 95% interval; none where none was asked for, or the metric has no value in more than one draw of twenty.
    pub ci95: Option<(f64, f64)>,
    /// Rows.
    pub n: usize,
}

/// An interval, where there is one.
pub(super) type Range = Option<(f64, f64)>;

impl Measured {
    /// A metric of `n` rows; an interval tells nothing where there is no value.
    pub(super) fn new(metric: Metric, value: Result<f64, Undefined>, ci95: Range, n: usize) -> Self {
        Self { metric, value, ci95: ci95.filter(|_| value.is_ok()), n }
    }
}
