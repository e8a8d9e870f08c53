//! Gradient boosting by forust: trees that each mend what those before got wrong (Friedman 2001; Chen & Guestrin 2016).

use super::columns::{Columns, Dense};
use crate::ids::mix;
use crate::models::learner::artifact::{ArtifactError, Kept, Tensors, damaged, part};
use crate::models::learner::parameters::{settings, told_by_settings};
use crate::models::learner::{Inputs, Learner, LearnerKind, Model, Task};
use crate::models::{FitError, Probabilities, Told, Watch};
use forust_ml::{GradientBooster, Matrix};
use serde_json::{Value as Json, json};
use std::fmt;

settings! {
    /// Boosted trees, one series for each class against the rest; two classes need one. It cannot be stopped within a
    /// series.
    Boosting: "boosting" {
        /// Trees of a series, at most.
        trees: u32 = 200, 1.0..=100_000.0;
        /// What each tree counts.
        learning_rate: f32 = 0.1, 1e-6..=1.0;
        /// Leaves of a tree, at most.
        max_leaves: u32 = 31, 2.0..=100_000.0;
        /// Questions on the longest way down, at most.
        max_depth: u32 = 8, 1.0..=64.0;
        /// Penalty on the leaves' weights.
        l2: f32 = 1.0, 0.0..=1e9;
        /// Second derivatives that a leaf holds, at least.
        min_leaf_weight: f32 = 1.0, 0.0..=1e9;
        /// Trees without gain on the validation rows after which a series ends; 0 never ends one.
        patience: u32 = 20, 0.0..=100_000.0;
    }
}

impl Learner for Boosting {
    told_by_settings!(LearnerKind::Boosting);

    fn fit(&self, task: &Task<'_>, watch: Watch<'_>) -> Result<Box<dyn Model>, FitError> {
        let seen = task.seen(2)?;
        let columns = Columns::fit(task, "boosting")?;
        let weights = task.weights(&seen);
        let dense = columns.read(&task.inputs);
        let used = varying(&dense, task.train);
        if used.is_empty() {
            return Err(FitError::NothingToRead { learner: "boosting", wants: "columns that are not all the same" });
        }
        let learned = matrix(&dense, &used, task.train.iter().map(|&(row, _)| row as usize));
        let judged = matrix(&dense, &used, task.validation.iter().map(|&(row, _)| row as usize));
        let stops = self.patience > 0 && !task.validation.is_empty();
        let weight = |class: u32| seen.binary_search(&class).map_or(1.0, |i| f64::from(weights[i]));
        let of = |examples: &[(u32, u32)]| examples.iter().map(|&(_, class)| weight(class)).collect::<Vec<_>>();
        let (learned_weights, judged_weights) = (of(task.train), of(task.validation));
        // Of two classes, the second one's score says all.
        let told = if seen.len() == 2 { &seen[1..] } else { &seen[..] };
        let mut series = Vec::with_capacity(told.len());
        for (number, class) in told.iter().enumerate() {
            if !watch(Told::done(number as f32 / told.len() as f32)) {
                return Err(FitError::Stopped);
            }
            let is = |examples: &[(u32, u32)]| {
                examples.iter().map(|(_, c)| f64::from(u8::from(c == class))).collect::<Vec<_>>()
            };
            let (hits, judged_hits) = (is(task.train), is(task.validation));
            let evaluation = Matrix::new(&judged, task.validation.len(), used.len());
            let evaluation = stops.then(|| vec![(evaluation, &judged_hits[..], &judged_weights[..])]);
            let mut booster = GradientBooster::default()
                .set_iterations(self.trees as usize)
                .set_learning_rate(self.learning_rate)
                .set_max_leaves(self.max_leaves as usize)
                .set_max_depth(self.max_depth as usize)
                .set_l2(self.l2)
                .set_min_leaf_weight(self.min_leaf_weight)
                .set_initialize_base_score(true)
                .set_early_stopping_rounds(stops.then_some(self.patience as usize))
                .set_seed(mix(task.seed, number as u64))
                .set_parallel(true);
            let data = Matrix::new(&learned, task.train.len(), used.len());
            booster.fit(&data, &hits, &learned_weights, evaluation).map_err(refused)?;
            series.push(Series(booster));
        }
        match watch(Told::done(1.0)) {
            true => Ok(Box::new(Boosted { classes: task.classes, seen, columns, used, series })),
            false => Err(FitError::Stopped),
        }
    }
}

fn refused(error: forust_ml::errors::ForustError) -> FitError {
    FitError::Library { learner: "boosting", said: error.to_string() }
}

/// The columns that have two different numbers in the examples.
fn varying(dense: &Dense, examples: &[(u32, u32)]) -> Vec<u32> {
    let varies = |&column: &u32| {
        let mut values = examples
            .iter()
            .map(|&(row, _)| dense.values[row as usize * dense.width + column as usize])
            .filter(|v| !v.is_nan());
        values.next().is_some_and(|first| values.any(|value| value != first))
    };
    (0..dense.width as u32).filter(varies).collect()
}

/// Some columns of some rows, column after column.
fn matrix(dense: &Dense, columns: &[u32], rows: impl Iterator<Item = usize> + Clone) -> Vec<f64> {
    let column =
        |&column: &u32| rows.clone().map(move |row| f64::from(dense.values[row * dense.width + column as usize]));
    columns.iter().flat_map(column).collect()
}

/// A series of trees.
struct Series(GradientBooster);

impl fmt::Debug for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} trees", self.0.trees.len())
    }
}

#[derive(Debug)]
struct Boosted {
    classes: usize,
    seen: Vec<u32>,
    columns: Columns,
    /// Which of the columns are read.
    used: Vec<u32>,
    series: Vec<Series>,
}

impl Model for Boosted {
    fn classes(&self) -> usize {
        self.classes
    }

    fn probabilities(&self, inputs: &Inputs<'_>) -> Probabilities {
        let n = inputs.len();
        let dense = matrix(&self.columns.read(inputs), &self.used, 0..n);
        let data = Matrix::new(&dense, n, self.used.len());
        let scores: Vec<Vec<f64>> = self.series.iter().map(|series| series.0.predict(&data, true)).collect();
        let mut values = vec![0.0; n * self.classes];
        for (row, to) in values.chunks_exact_mut(self.classes.max(1)).enumerate() {
            let chance = |scores: &Vec<f64>| 1.0 / (1.0 + (-scores[row]).exp());
            match (&self.seen[..], &scores[..]) {
                ([first, second], [only]) => {
                    let p = chance(only);
                    (to[*first as usize], to[*second as usize]) = ((1.0 - p) as f32, p as f32);
                }
                (seen, of_each) => {
                    let sum: f64 = of_each.iter().map(chance).sum::<f64>().max(f64::MIN_POSITIVE);
                    seen.iter().zip(of_each).for_each(|(&class, s)| to[class as usize] = (chance(s) / sum) as f32);
                }
            }
        }
        Probabilities::new(self.classes, values)
    }

    fn keep(&self) -> Kept {
        let mut weights = Tensors::default();
        weights.put("seen", 0, &self.seen);
        weights.put("used", 0, &self.used);
        let series: Vec<Json> =
            self.series.iter().map(|series| serde_json::to_value(&series.0).unwrap_or(Json::Null)).collect();
        let head = json!({"classes": self.classes, "columns": self.columns, "series": series});
        Kept::new(LearnerKind::Boosting, head, weights)
    }
}

pub(in crate::models::learner) fn load(head: &Json, weights: &Tensors) -> Result<Box<dyn Model>, ArtifactError> {
    let series: Vec<Json> = part(head, "series")?;
    let booster = |json: &Json| GradientBooster::from_json(&json.to_string()).map(Series);
    let series: Result<Vec<Series>, _> = series.iter().map(booster).collect();
    let model = Boosted {
        classes: part(head, "classes")?,
        columns: part(head, "columns")?,
        seen: weights.get("seen")?,
        used: weights.get("used")?,
        series: series.map_err(|e| damaged(e.to_string()))?,
    };
    let reads = |series: &Series| {
        series.0.trees.iter().all(|tree| {
            let there = |child: usize| child < tree.nodes.len();
            let leads = tree.nodes.iter().all(|node| {
                let children = [node.left_child, node.right_child, node.missing_node];
                node.is_leaf || (node.split_feature < model.used.len() && children.into_iter().all(there))
            });
            !tree.nodes.is_empty() && leads
        })
    };
    let wanted = if model.seen.len() == 2 { 1 } else { model.seen.len() };
    let sound = model.series.len() == wanted
        && model.seen.iter().all(|&class| (class as usize) < model.classes)
        && model.used.iter().all(|&column| (column as usize) < model.columns.width())
        && model.series.iter().all(reads);
    if sound { Ok(Box::new(model)) } else { Err(damaged("its parts do not go together")) }
}
