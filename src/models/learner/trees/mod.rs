//! Learners that ask one question after the other: is this number at most that much?
//!
//! One tree and a forest are ours: linfa's tree sums over hash maps, so that the same data gave it another tree in one of
//! three fits, and its depth-10 tree on Adult has .836 where scikit-learn's has .860 (docs/MEASUREMENTS.md, "Learners").
//! Boosting is forust's.

mod boosting;
mod columns;
mod forest;
mod grow;

pub use boosting::Boosting;
pub use forest::{DecisionTree, RandomForest};

pub(super) use boosting::load as load_boosting;
pub(super) use forest::load as load_trees;
