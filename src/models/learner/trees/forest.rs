//! One tree, and many that each see other examples and other columns (Breiman 2001).

use super::columns::Columns;
use super::grow::{Binned, Examples, Growth, Tree};
use crate::ids::mix;
use crate::models::learner::artifact::{ArtifactError, Kept, Tensors, damaged, part};
use crate::models::learner::parameters::{settings, told_by_settings};
use crate::models::learner::{Inputs, Learner, LearnerKind, Model, Task};
use crate::models::{FitError, Probabilities, Told, Watch};
use rayon::prelude::*;
use serde_json::{Value as Json, json};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rows that one task judges; fixed, so that nothing depends on the number of threads.
const CHUNK: usize = 256;

settings! {
    /// A single tree: little, quick, and can be read.
    DecisionTree: "tree" {
        /// Questions on the longest way down, at most.
        max_depth: u32 = 10, 0.0..=64.0;
        /// Examples that a leaf holds, at least.
        min_leaf: u32 = 5, 1.0..=1e9;
    }
}

settings! {
    /// Trees that see other examples and other columns each, and vote.
    RandomForest: "forest" {
        /// How many trees.
        trees: u32 = 100, 1.0..=10_000.0;
        /// Questions on the longest way down, at most.
        max_depth: u32 = 24, 0.0..=64.0;
        /// Examples that a leaf holds, at least.
        min_leaf: u32 = 2, 1.0..=1e9;
        /// Columns that a question may be about, drawn anew for each; auto is twice the root of their number.
        columns: Option<u32> = None, 1.0..=1e9;
    }
}

impl Learner for DecisionTree {
    told_by_settings!(LearnerKind::Tree);

    fn fit(&self, task: &Task<'_>, watch: Watch<'_>) -> Result<Box<dyn Model>, FitError> {
        let ground = Ground::of(task, "tree")?;
        let all = (0..task.train.len() as u32).collect();
        let growth =
            Growth { depth: self.max_depth, leaf: f64::from(self.min_leaf), columns: usize::MAX, seed: task.seed };
        if !watch(Told::done(0.2)) {
            return Err(FitError::Stopped);
        }
        let tree = Tree::grow(&ground.binned, &ground.examples, all, &growth);
        Ok(Box::new(ground.model(LearnerKind::Tree, vec![tree])))
    }
}

impl Learner for RandomForest {
    told_by_settings!(LearnerKind::Forest);

    fn fit(&self, task: &Task<'_>, watch: Watch<'_>) -> Result<Box<dyn Model>, FitError> {
        let ground = Ground::of(task, "forest")?;
        let usual = (2.0 * (ground.columns.width() as f64).sqrt()).ceil() as usize;
        let (n, done) = (task.train.len() as u64, AtomicUsize::new(0));
        let tree = |number: u32| {
            if !watch(Told::done(done.load(Ordering::Relaxed) as f32 / self.trees as f32)) {
                return Err(FitError::Stopped);
            }
            let seed = mix(task.seed ^ 0x7472_6565, u64::from(number));
            let growth = Growth {
                depth: self.max_depth,
                leaf: f64::from(self.min_leaf),
                columns: self.columns.map_or(usual, |columns| columns as usize),
                seed,
            };
            let drawn = (0..n).map(|i| (mix(seed ^ 0x6472_6177, i) % n) as u32).collect();
            let tree = Tree::grow(&ground.binned, &ground.examples, drawn, &growth);
            done.fetch_add(1, Ordering::Relaxed);
            Ok(tree)
        };
        let trees = (0..self.trees).into_par_iter().map(tree).collect::<Result<Vec<_>, _>>()?;
        Ok(Box::new(ground.model(LearnerKind::Forest, trees)))
    }
}

/// What trees grow on.
struct Ground {
    columns: Columns,
    binned: Binned,
    examples: Examples,
    seen: Vec<u32>,
    classes: usize,
}

impl Ground {
    fn of(task: &Task<'_>, learner: &'static str) -> Result<Self, FitError> {
        let seen = task.seen(2)?;
        let columns = Columns::fit(task, learner)?;
        let weights = task.weights(&seen);
        let targets: Vec<u32> =
            task.train.iter().map(|(_, class)| seen.partition_point(|s| s < class) as u32).collect();
        let weights = targets.iter().map(|&target| f64::from(weights[target as usize])).collect();
        let binned = Binned::of(&columns.read(&task.inputs), &task.rows());
        Ok(Self {
            columns,
            binned,
            examples: Examples { classes: seen.len(), targets, weights },
            seen,
            classes: task.classes,
        })
    }

    fn model(self, kind: LearnerKind, trees: Vec<Tree>) -> Trees {
        Trees { kind, classes: self.classes, seen: self.seen, columns: self.columns, trees }
    }
}

/// Trees whose shares are averaged.
#[derive(Debug, Clone, PartialEq)]
struct Trees {
    kind: LearnerKind,
    classes: usize,
    seen: Vec<u32>,
    columns: Columns,
    trees: Vec<Tree>,
}

impl Model for Trees {
    fn classes(&self) -> usize {
        self.classes
    }

    fn probabilities(&self, inputs: &Inputs<'_>) -> Probabilities {
        let dense = self.columns.read(inputs);
        let mut values = vec![0.0; inputs.len() * self.classes];
        values.par_chunks_mut(CHUNK * self.classes.max(1)).enumerate().for_each(|(chunk, values)| {
            let mut sums = vec![0.0f64; self.seen.len()];
            for (i, to) in values.chunks_exact_mut(self.classes.max(1)).enumerate() {
                let row = &dense.values[(chunk * CHUNK + i) * dense.width..][..dense.width];
                sums.fill(0.0);
                for tree in &self.trees {
                    sums.iter_mut().zip(tree.shares(row, self.seen.len())).for_each(|(s, p)| *s += f64::from(*p));
                }
                let all = sums.iter().sum::<f64>();
                self.seen.iter().zip(&sums).for_each(|(&class, s)| to[class as usize] = (s / all) as f32);
            }
        });
        Probabilities::new(self.classes, values)
    }

    fn keep(&self) -> Kept {
        let mut weights = Tensors::default();
        weights.put("seen", 0, &self.seen);
        let sizes = |of: fn(&Tree) -> usize| self.trees.iter().map(|tree| of(tree) as u32).collect::<Vec<_>>();
        weights.put("nodes", 0, &sizes(|tree| tree.columns.len()));
        weights.put("leaves", 0, &sizes(|tree| tree.shares.len()));
        weights.put("columns", 0, &self.trees.iter().flat_map(|t| t.columns.iter().copied()).collect::<Vec<_>>());
        weights.put("thresholds", 0, &self.trees.iter().flat_map(|t| t.thresholds.iter().copied()).collect::<Vec<_>>());
        weights.put("next", 0, &self.trees.iter().flat_map(|t| t.next.iter().copied()).collect::<Vec<_>>());
        weights.put("shares", 0, &self.trees.iter().flat_map(|t| t.shares.iter().copied()).collect::<Vec<_>>());
        Kept::new(self.kind, json!({"classes": self.classes, "columns": self.columns}), weights)
    }
}

pub(in crate::models::learner) fn load(
    kind: LearnerKind,
    head: &Json,
    weights: &Tensors,
) -> Result<Box<dyn Model>, ArtifactError> {
    let (nodes, leaves) = (weights.get::<u32>("nodes")?, weights.get::<u32>("leaves")?);
    let (columns, next) = (weights.get::<u32>("columns")?, weights.get::<u32>("next")?);
    let (thresholds, shares) = (weights.get::<f32>("thresholds")?, weights.get::<f32>("shares")?);
    let (mut node, mut leaf) = (0, 0);
    let mut trees = Vec::with_capacity(nodes.len());
    for (nodes, leaves) in nodes.into_iter().zip(leaves) {
        let (of_node, of_leaf) = (node..node + nodes as usize, leaf..leaf + leaves as usize);
        (node, leaf) = (of_node.end, of_leaf.end);
        let cut = || damaged("a tree is cut off");
        trees.push(Tree {
            columns: columns.get(of_node.clone()).ok_or_else(cut)?.to_vec(),
            thresholds: thresholds.get(of_node.clone()).ok_or_else(cut)?.to_vec(),
            next: next.get(of_node).ok_or_else(cut)?.to_vec(),
            shares: shares.get(of_leaf).ok_or_else(cut)?.to_vec(),
        });
    }
    let seen: Vec<u32> = weights.get("seen")?;
    let model = Trees { kind, classes: part(head, "classes")?, seen, columns: part(head, "columns")?, trees };
    let (width, seen) = (model.columns.width(), model.seen.len());
    let sound = seen > 0
        && model.seen.iter().all(|&class| (class as usize) < model.classes)
        && !model.trees.is_empty()
        && model.trees.iter().all(|tree| tree.is_sound(width, seen));
    if sound { Ok(Box::new(model)) } else { Err(damaged("its parts do not go together")) }
}
