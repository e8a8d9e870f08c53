//! How good predictions are, and how sure that is.
//!
//! Everything starts from [`Cases`]: rows whose class is known, with what a model says of them. Intervals are 95%
//! percentile intervals of a bootstrap over rows (Efron 1979), the same for a seed whatever the number of threads.

mod cases;
mod compare;
mod compare_sets;
mod cost;
mod curve;
mod metric;
mod ratings;
mod score;
mod sets;
mod tally;

pub use cases::{Case, Cases};
pub use compare::{Comparison, Difference, McNemar, compare};
pub use compare_sets::compare_sets;
pub use cost::{BadCosts, CostMatrix};
pub use curve::{Curve, Point};
pub use metric::{Measured, Metric, Undefined};
pub use ratings::evaluate_ratings;
pub use score::{Bin, ClassScore, Evaluation, reliability};
pub use sets::{LabelScore, PREDICTED_FROM, SetCases, SetEvaluation, is_predicted, predicted};

#[cfg(test)]
mod tests;
