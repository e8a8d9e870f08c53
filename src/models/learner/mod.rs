//! Every learner behind one trait: what it is given, what it can be told, what comes out and how that is kept.
//!
//! A learner sees rows that are text, fields, embeddings or any of them together, and makes a model that gives every
//! class a probability. The same task with the same settings gives the same model to the last bit, whatever the number of
//! threads, and a model that was kept and loaded again predicts as it did before.

mod artifact;
mod bayes;
mod input;
mod joined;
mod logistic;
mod majority;
mod mlp;
mod one_vs_rest;
mod parameters;
mod trees;

pub use artifact::{Artifact, ArtifactError, artifacts, load};
pub use bayes::NaiveBayes;
pub use input::{Embeddings, Inputs, SetTask, Task};
pub use joined::{Contribution, Feature};
pub use logistic::Logistic;
pub use majority::Majority;
pub use mlp::Mlp;
pub use one_vs_rest::fit_sets;
pub use parameters::{BadSetting, Parameter};
pub use trees::{Boosting, DecisionTree, RandomForest};

use super::{FitError, LinearModel, Probabilities, Watch};
use crate::domain::words;
use artifact::Kept;
use std::fmt::Debug;

words! {
    /// A family of models.
    LearnerKind: "model" {
        /// Every class with its share of the examples: the floor that a model has to beat.
        Majority = "majority",
        /// Naive Bayes: multinomial over text, Gaussian over numbers, categorical over words of fields.
        NaiveBayes = "naive-bayes",
        /// Multinomial logistic regression over everything that there is.
        LogisticRegression = "logistic-regression",
        /// One decision tree over fields, embeddings and the words that tell most.
        Tree = "tree",
        /// Many trees that vote.
        Forest = "forest",
        /// Trees that each mend what those before got wrong.
        Boosting = "boosting",
        /// A small neural net over everything that there is.
        Mlp = "mlp",
    }
}

impl LearnerKind {
    /// The learner with its usual settings.
    pub fn learner(self) -> Box<dyn Learner> {
        match self {
            Self::Majority => Box::new(Majority::default()),
            Self::NaiveBayes => Box::new(NaiveBayes::default()),
            Self::LogisticRegression => Box::new(Logistic::default()),
            Self::Tree => Box::new(DecisionTree::default()),
            Self::Forest => Box::new(RandomForest::default()),
            Self::Boosting => Box::new(Boosting::default()),
            Self::Mlp => Box::new(Mlp::default()),
        }
    }

    /// Whether it comes out otherwise for another seed.
    pub fn goes_by_seed(self) -> bool {
        match self {
            Self::Majority | Self::NaiveBayes | Self::Tree | Self::Boosting => false,
            Self::LogisticRegression | Self::Forest | Self::Mlp => true,
        }
    }

    /// What it can be told: `--set NAME=VALUE`.
    pub fn parameters(self) -> &'static [Parameter] {
        self.learner().parameters()
    }

    /// The learner with some settings changed, the last of each name counting.
    ///
    /// # Errors
    /// Where a name is not known or a value is not one that it can have; says what may have been meant.
    pub fn with<'a>(self, sets: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Box<dyn Learner>, BadSetting> {
        let mut learner = self.learner();
        for (name, value) in sets {
            learner.set(name, value)?;
        }
        Ok(learner)
    }
}

/// A way to learn, with its settings.
pub trait Learner: Debug + Send + Sync {
    /// Which family it is of.
    fn kind(&self) -> LearnerKind;

    /// What it can be told.
    fn parameters(&self) -> &'static [Parameter];

    /// Every setting by name, as [`Learner::set`] takes it: what a run records.
    fn settings(&self) -> Vec<(&'static str, String)>;

    /// Changes a setting.
    ///
    /// # Errors
    /// Where there is no such setting, or it cannot have this value.
    fn set(&mut self, name: &str, value: &str) -> Result<(), BadSetting>;

    /// Learns from the examples of a task.
    ///
    /// # Errors
    /// Where they do not suffice or do not fit the inputs, and where `watch` says stop.
    fn fit(&self, task: &Task<'_>, watch: Watch<'_>) -> Result<Box<dyn Model>, FitError>;
}

/// What was learned.
pub trait Model: Debug + Send + Sync {
    /// How many classes it tells apart.
    fn classes(&self) -> usize;

    /// Probabilities of all classes for every row. Parts of the input that it did not learn from count for nothing, parts
    /// that are not there are empty.
    fn probabilities(&self, inputs: &Inputs<'_>) -> Probabilities;

    /// What each part of a row adds to the score of a class against the mean of all classes, where the model is a sum of
    /// such parts; the largest first.
    fn contributions(&self, _inputs: &Inputs<'_>, _row: usize, _class: u32) -> Option<Vec<Contribution>> {
        None
    }

    /// What it is as a sum over the places of a text, where it is one and looks at nothing else: for other programs.
    fn sums(&self) -> Option<Sums<'_>> {
        None
    }

    /// Everything that it takes to make it again.
    fn keep(&self) -> Kept;
}

/// A model that adds up weights of the places of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Sums<'a> {
    /// Rows have one class each: softmax over the sums.
    OneOf(Sum<'a>),
    /// Rows have any number of labels.
    AnyOf(Vec<AnyOf<'a>>),
}

/// How one label of several is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum AnyOf<'a> {
    /// All rows have it, or none.
    Always(bool),
    /// Two classes: without and with it.
    Learned(Sum<'a>),
}

/// Weights of places of a text, and perhaps of one beside it that is always filled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sum<'a> {
    /// The weights.
    pub linear: &'a LinearModel,
    base: Option<(u32, f32)>,
}

impl Sum<'_> {
    /// What is added to every row, one number a seen class.
    pub fn bias(&self) -> Vec<f64> {
        let weights = self.base.and_then(|(place, value)| Some((self.linear.weights_of(place)?, f64::from(value))));
        let told = |(weights, value): (&[f32], f64)| weights.iter().map(|w| f64::from(*w) * value).collect();
        weights.map_or_else(|| vec![0.0; self.linear.seen().len()], told)
    }
}

#[cfg(test)]
mod tests;
