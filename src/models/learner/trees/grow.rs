//! Growing a classification tree (Breiman, Friedman, Olshen & Stone 1984) over binned columns.

use super::columns::Dense;
use crate::ids::mix;

/// A column has at most so many bins, and one more for what is missing.
const BINS: usize = 255;
const MISSING: u8 = 255;
/// A leaf's shares are drawn towards those of all examples as if so many more were in it.
const PRIOR: f64 = 1.0;

/// Columns cut into bins.
pub(super) struct Binned {
    width: usize,
    rows: usize,
    /// Column after column.
    codes: Vec<u8>,
    /// For each column the largest value of each bin but the last.
    edges: Vec<Vec<f32>>,
    missing: Vec<bool>,
}

/// Examples: which class each is of, and what it counts.
pub(super) struct Examples {
    pub classes: usize,
    pub targets: Vec<u32>,
    pub weights: Vec<f64>,
}

/// How a tree grows.
pub(super) struct Growth {
    pub depth: u32,
    /// Examples in a leaf, at least.
    pub leaf: f64,
    /// Columns that a question may be about, drawn anew for each; all where there are no more.
    pub columns: usize,
    pub seed: u64,
}

/// A tree, node after node; the first is the root.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Tree {
    /// The column asked about; [`LEAF`] for a leaf.
    pub columns: Vec<u32>,
    /// At most this goes left.
    pub thresholds: Vec<f32>,
    /// The left child, the right one is the next; of a leaf where its shares start. The highest bit says that what is
    /// missing goes right.
    pub next: Vec<u32>,
    /// Shares of the classes, leaf after leaf.
    pub shares: Vec<f32>,
}

pub(super) const LEAF: u32 = u32::MAX;
const RIGHT: u32 = 1 << 31;

impl Binned {
    /// Bins the columns of some rows by their values there.
    pub fn of(dense: &Dense, rows: &[u32]) -> Self {
        let mut binned = Self {
            width: dense.width,
            rows: rows.len(),
            codes: Vec::with_capacity(rows.len() * dense.width),
            edges: Vec::with_capacity(dense.width),
            missing: Vec::with_capacity(dense.width),
        };
        let mut values = Vec::with_capacity(rows.len());
        for column in 0..dense.width {
            values.clear();
            values.extend(rows.iter().map(|&row| dense.values[row as usize * dense.width + column]));
            let mut sorted: Vec<f32> = values.iter().copied().filter(|v| !v.is_nan()).collect();
            sorted.sort_by(f32::total_cmp);
            binned.missing.push(sorted.len() < values.len());
            let edges = edges(&sorted);
            let code = |&value: &f32| match value.is_nan() {
                true => MISSING,
                false => edges.partition_point(|&edge| edge < value) as u8,
            };
            binned.codes.extend(values.iter().map(code));
            binned.edges.push(edges);
        }
        binned
    }

    fn column(&self, column: usize) -> &[u8] {
        &self.codes[column * self.rows..(column + 1) * self.rows]
    }
}

/// Edges between the distinct values, or between as many quantiles as there may be bins.
fn edges(sorted: &[f32]) -> Vec<f32> {
    let mut distinct = sorted.to_vec();
    distinct.dedup();
    if distinct.len() > BINS {
        distinct = (1..=BINS).map(|i| sorted[(i * sorted.len()).div_ceil(BINS).min(sorted.len()) - 1]).collect();
        distinct.dedup();
    }
    let between = |pair: &[f32]| {
        let middle = pair[0] + (pair[1] - pair[0]) / 2.0;
        if middle < pair[1] { middle } else { pair[0] }
    };
    distinct.windows(2).map(between).collect()
}

struct Split {
    gain: f64,
    column: usize,
    bin: usize,
    missing_right: bool,
}

impl Tree {
    /// Grows a tree over some examples, repeated ones included.
    pub fn grow(binned: &Binned, examples: &Examples, members: Vec<u32>, growth: &Growth) -> Self {
        let mut tree = Self::default();
        let mut prior = vec![0.0; examples.classes];
        members.iter().for_each(|&i| prior[examples.targets[i as usize] as usize] += examples.weights[i as usize]);
        let all: f64 = prior.iter().sum();
        prior.iter_mut().for_each(|p| *p /= all);
        tree.push();
        let mut grower = Grower { binned, examples, growth, prior, histogram: Vec::new() };
        let mut waiting = vec![(0usize, members, 0u32)];
        while let Some((node, members, depth)) = waiting.pop() {
            let counts = grower.counts(&members);
            let split = (depth < growth.depth).then(|| grower.best(&members, &counts, node)).flatten();
            let Some(split) = split else {
                tree.close(node, &grower.prior, &counts);
                continue;
            };
            let goes_left = |&i: &u32| match binned.column(split.column)[i as usize] {
                MISSING => !split.missing_right,
                code => code as usize <= split.bin,
            };
            let (left, right): (Vec<u32>, Vec<u32>) = members.into_iter().partition(goes_left);
            let first = tree.columns.len();
            tree.push();
            tree.push();
            tree.columns[node] = split.column as u32;
            tree.thresholds[node] = binned.edges[split.column].get(split.bin).copied().unwrap_or(f32::INFINITY);
            tree.next[node] = first as u32 | if split.missing_right { RIGHT } else { 0 };
            waiting.push((first + 1, right, depth + 1));
            waiting.push((first, left, depth + 1));
        }
        tree
    }

    fn push(&mut self) {
        self.columns.push(LEAF);
        self.thresholds.push(0.0);
        self.next.push(0);
    }

    fn close(&mut self, node: usize, prior: &[f64], counts: &[f64]) {
        self.next[node] = self.shares.len() as u32;
        let all = counts.iter().sum::<f64>() + PRIOR;
        self.shares.extend(counts.iter().zip(prior).map(|(count, p)| ((count + PRIOR * p) / all) as f32));
    }

    /// The shares of the classes where a row ends.
    pub fn shares(&self, row: &[f32], classes: usize) -> &[f32] {
        let mut node = 0;
        while self.columns[node] != LEAF {
            let (value, next) = (row[self.columns[node] as usize], self.next[node]);
            let right = if value.is_nan() { next & RIGHT != 0 } else { value > self.thresholds[node] };
            node = (next & !RIGHT) as usize + usize::from(right);
        }
        &self.shares[self.next[node] as usize..][..classes]
    }

    /// Whether every way down ends in a leaf with shares, over so many columns and classes.
    pub fn is_sound(&self, width: usize, classes: usize) -> bool {
        let nodes = self.columns.len();
        let even = nodes > 0 && self.thresholds.len() == nodes && self.next.len() == nodes;
        let ends = |node: usize| match self.columns[node] {
            LEAF => self.next[node] as usize + classes <= self.shares.len(),
            column => {
                let left = (self.next[node] & !RIGHT) as usize;
                (column as usize) < width && left > node && left + 1 < nodes
            }
        };
        even && (0..nodes).all(ends)
    }
}

struct Grower<'a> {
    binned: &'a Binned,
    examples: &'a Examples,
    growth: &'a Growth,
    prior: Vec<f64>,
    histogram: Vec<f64>,
}

impl Grower<'_> {
    fn counts(&self, members: &[u32]) -> Vec<f64> {
        let mut counts = vec![0.0; self.examples.classes];
        for &i in members {
            counts[self.examples.targets[i as usize] as usize] += self.examples.weights[i as usize];
        }
        counts
    }

    /// The split that lowers Gini's impurity most; the first of equals, none where nothing is gained.
    fn best(&mut self, members: &[u32], counts: &[f64], node: usize) -> Option<Split> {
        if counts.iter().filter(|&&count| count > 0.0).count() < 2 {
            return None;
        }
        let purity = |counts: &[f64]| {
            let all: f64 = counts.iter().sum();
            if all > 0.0 { counts.iter().map(|c| c * c).sum::<f64>() / all } else { 0.0 }
        };
        let mut best = Split { gain: purity(counts) * (1.0 + 1e-9) + 1e-12, column: 0, bin: 0, missing_right: false };
        let mut found = false;
        for column in self.columns(node) {
            found |= self.best_of(column, members, counts, &mut best);
        }
        found.then_some(best)
    }

    /// The columns that may be asked about at a node.
    fn columns(&self, node: usize) -> Vec<usize> {
        let width = self.binned.width;
        let mut all: Vec<usize> = (0..width).collect();
        let wanted = self.growth.columns.clamp(1, width.max(1));
        if wanted < width {
            let seed = mix(self.growth.seed, node as u64);
            for i in 0..wanted {
                all.swap(i, i + (mix(seed, i as u64) % (width - i) as u64) as usize);
            }
            all.truncate(wanted);
            all.sort_unstable();
        }
        all
    }

    fn best_of(&mut self, column: usize, members: &[u32], counts: &[f64], best: &mut Split) -> bool {
        let classes = self.examples.classes;
        let (bins, codes) = (self.binned.edges[column].len() + 1, self.binned.column(column));
        if bins < 2 && !self.binned.missing[column] {
            return false;
        }
        // The last one is for what is missing.
        let stride = classes + 1;
        self.histogram.clear();
        self.histogram.resize((bins + 1) * stride, 0.0);
        for &i in members {
            let code = codes[i as usize];
            let bin = if code == MISSING { bins } else { code as usize };
            let to = &mut self.histogram[bin * stride..][..stride];
            to[self.examples.targets[i as usize] as usize] += self.examples.weights[i as usize];
            to[classes] += 1.0;
        }
        let (known, missing) = self.histogram.split_at(bins * stride);
        let has_missing = missing[classes] > 0.0;
        let mut found = false;
        for missing_right in [false, true] {
            if missing_right && !has_missing {
                break;
            }
            let mut left = if has_missing && !missing_right { missing.to_vec() } else { vec![0.0; stride] };
            for (bin, here) in known.chunks_exact(stride).enumerate() {
                left.iter_mut().zip(here).for_each(|(l, h)| *l += h);
                // The last bin on the left leaves what is missing alone on the right.
                if bin + 1 == bins && !missing_right {
                    break;
                }
                let others = members.len() as f64 - left[classes];
                if left[classes] < self.growth.leaf || others < self.growth.leaf {
                    continue;
                }
                let (mut l, mut l2, mut r, mut r2) = (0.0, 0.0, 0.0, 0.0);
                for (a, all) in left[..classes].iter().zip(counts) {
                    let b = (all - a).max(0.0);
                    (l, l2, r, r2) = (l + a, l2 + a * a, r + b, r2 + b * b);
                }
                if l <= 0.0 || r <= 0.0 {
                    continue;
                }
                let gain = l2 / l + r2 / r;
                if gain > best.gain {
                    *best = Split { gain, column, bin, missing_right };
                    found = true;
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grown(values: &[f32], targets: &[u32], depth: u32) -> Tree {
        let dense = Dense { width: 1, values: values.to_vec() };
        let rows: Vec<u32> = (0..values.len() as u32).collect();
        let examples = Examples { classes: 2, targets: targets.to_vec(), weights: vec![1.0; targets.len()] };
        let growth = Growth { depth, leaf: 1.0, columns: 1, seed: 0 };
        Tree::grow(&Binned::of(&dense, &rows), &examples, rows, &growth)
    }

    #[test]
    fn a_tree_finds_the_edge_between_two_classes() {
        let tree = grown(&[1.0, 2.0, 3.0, 10.0, 11.0], &[0, 0, 0, 1, 1], 3);
        assert_eq!((tree.columns.len(), tree.thresholds[0]), (3, 6.5));
        assert!(tree.shares(&[6.4], 2)[0] > 0.8 && tree.shares(&[6.6], 2)[1] > 0.7);
        assert!(tree.is_sound(1, 2) && !tree.is_sound(0, 2) && !Tree::default().is_sound(1, 2));
    }

    #[test]
    fn what_is_missing_goes_where_it_belongs_or_stands_alone() {
        let nan = f32::NAN;
        let tree = grown(&[1.0, 2.0, 9.0, 8.0, nan, nan], &[0, 0, 1, 1, 1, 1], 3);
        assert_eq!(tree.columns.len(), 3);
        assert!(tree.shares(&[nan], 2)[1] > 0.8);
        let alone = grown(&[1.0, 2.0, nan, nan], &[0, 0, 1, 1], 3);
        assert_eq!(alone.columns.len(), 3);
        assert!(alone.shares(&[nan], 2)[1] > 0.8 && alone.shares(&[99.0], 2)[0] > 0.8);
    }

    #[test]
    fn nothing_to_ask_makes_a_leaf() {
        for (values, targets, depth) in
            [(vec![1.0, 1.0], vec![0, 1], 5), (vec![1.0, 2.0], vec![1, 1], 5), (vec![1.0, 2.0], vec![0, 1], 0)]
        {
            assert_eq!(grown(&values, &targets, depth).columns, [LEAF]);
        }
    }

    #[test]
    fn many_values_are_binned_by_quantiles() {
        let sorted: Vec<f32> = (0..10_000).map(|i| (i as f32 / 200.0).exp()).collect();
        let edges = edges(&sorted);
        assert!(edges.len() == BINS - 1 && edges.is_sorted());
        assert!(super::edges(&[]).is_empty() && super::edges(&[3.0, 3.0]).is_empty());
        assert_eq!(super::edges(&[f32::MIN, f32::MAX]).len(), 1);
    }
}
