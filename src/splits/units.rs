//! Rows that must not be parted: those of one group, and exact copies of one text.

use std::collections::HashMap;
use std::hash::Hash;

/// Joins rows by what they share, one row after the other.
#[derive(Debug)]
pub struct Ties<K> {
    parent: Vec<u32>,
    first: HashMap<K, u32>,
}

impl<K: Hash + Eq> Default for Ties<K> {
    fn default() -> Self {
        Self { parent: Vec::new(), first: HashMap::new() }
    }
}

impl<K: Hash + Eq> Ties<K> {
    /// Adds the next row, which stays with every row that has one of these keys.
    pub fn add(&mut self, keys: impl IntoIterator<Item = K>) {
        let row = self.parent.len() as u32;
        self.parent.push(row);
        for key in keys {
            let other = *self.first.entry(key).or_insert(row);
            let (a, b) = (self.root(row), self.root(other));
            // The oldest row stands for all.
            self.parent[a.max(b) as usize] = a.min(b);
        }
    }

    fn root(&mut self, mut row: u32) -> u32 {
        while self.parent[row as usize] != row {
            let above = self.parent[self.parent[row as usize] as usize];
            self.parent[row as usize] = above;
            row = above;
        }
        row
    }

    /// The units that came of it.
    pub fn units(mut self) -> Units {
        let mut of = Vec::with_capacity(self.parent.len());
        let mut number = HashMap::new();
        for row in 0..self.parent.len() as u32 {
            let root = self.root(row);
            let next = number.len() as u32;
            of.push(*number.entry(root).or_insert(next));
        }
        Units { of, count: number.len() }
    }
}

/// Which unit every row belongs to; units are numbered from 0 in the order of their first rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Units {
    of: Vec<u32>,
    count: usize,
}

impl Units {
    /// The unit of every row.
    pub fn of(&self) -> &[u32] {
        &self.of
    }

    /// How many units there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Folds a value over the rows of every unit.
    pub fn fold<T: Clone>(&self, start: T, mut fold: impl FnMut(&mut T, usize)) -> Vec<T> {
        let mut units = vec![start; self.count];
        for (row, unit) in self.of.iter().enumerate() {
            fold(&mut units[*unit as usize], row);
        }
        units
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_group_and_a_copy_join_what_neither_would_alone() {
        let mut ties = Ties::default();
        for keys in [vec!["g1", "a"], vec!["b"], vec!["g2", "c"], vec!["c", "g1"], vec![]] {
            ties.add(keys);
        }
        let units = ties.units();
        assert_eq!(units.of(), [0, 1, 0, 0, 2]);
        assert_eq!(units.count(), 3);
        assert_eq!(units.fold(0, |n, _| *n += 1), [3, 1, 1]);
    }

    proptest! {
        #[test]
        fn rows_are_together_if_and_only_if_a_chain_of_keys_joins_them(rows in proptest::collection::vec((0u8..12, 12u8..24), 0..40)) {
            let mut ties = Ties::default();
            rows.iter().for_each(|(a, b)| ties.add([*a, *b]));
            let units = ties.units();
            // Colours spread along keys until nothing changes.
            let mut colour: Vec<usize> = (0..rows.len()).collect();
            loop {
                let before = colour.clone();
                for i in 0..rows.len() {
                    for j in 0..rows.len() {
                        if rows[i].0 == rows[j].0 || rows[i].1 == rows[j].1 {
                            let least = colour[i].min(colour[j]);
                            (colour[i], colour[j]) = (least, least);
                        }
                    }
                }
                if colour == before {
                    break;
                }
            }
            for i in 0..rows.len() {
                for j in 0..rows.len() {
                    prop_assert_eq!(units.of()[i] == units.of()[j], colour[i] == colour[j]);
                }
            }
        }
    }
}
