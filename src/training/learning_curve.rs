//! How good a model would be with fewer labels, and so what more of them may bring: how many examples to learn from, and
//! which.

use crate::ids::mix;
use std::collections::BTreeMap;

/// The fewest examples that a point is made of.
const FEWEST: usize = 10;

/// Numbers of examples for a curve of so many points: each larger than the one before by the same factor, the last all.
pub fn learning_sizes(examples: usize, points: usize) -> Vec<usize> {
    let least = FEWEST.min(examples) as f64;
    let steps = points.saturating_sub(1).max(1) as f64;
    let size = |i: usize| (least * (examples as f64 / least).powf(i as f64 / steps)).round() as usize;
    let mut sizes: Vec<usize> = (0..points.saturating_sub(1)).map(size).chain([examples]).filter(|&n| n > 0).collect();
    sizes.dedup();
    sizes
}

/// The places of so many examples, ascending, chosen so that smaller sets are part of larger ones and every set has the
/// classes in the shares of all examples. `classes` has the class of every example.
pub fn nested(classes: &[u32], examples: usize, seed: u64) -> Vec<usize> {
    let mut places = proportional(classes, seed);
    places.truncate(examples);
    places.sort_unstable();
    places
}

/// Places in an order whose every start has the classes in their shares: each at its rank within its class.
fn proportional(classes: &[u32], seed: u64) -> Vec<usize> {
    let mut by_class: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    classes.iter().enumerate().for_each(|(i, &class)| by_class.entry(class).or_default().push(i));
    let mut placed: Vec<(f64, usize)> = Vec::with_capacity(classes.len());
    for mut members in by_class.into_values() {
        members.sort_by_key(|&i| (mix(seed ^ 0x6375_7276, i as u64), i));
        let n = members.len() as f64;
        placed.extend(members.into_iter().enumerate().map(|(rank, i)| ((rank as f64 + 0.5) / n, i)));
    }
    placed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    placed.into_iter().map(|(_, i)| i).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_grow_by_a_factor_up_to_all() {
        assert_eq!(learning_sizes(1000, 5), [10, 32, 100, 316, 1000]);
        assert_eq!(learning_sizes(3, 4), [3]);
        assert!(learning_sizes(0, 3).is_empty());
        assert_eq!(learning_sizes(500, 1), [500]);
    }

    #[test]
    fn smaller_sets_are_part_of_larger_ones_and_all_have_the_classes_in_their_shares() {
        let classes: Vec<u32> = (0..300).map(|i| u32::from(i % 10 == 0)).collect();
        let mut before: Vec<usize> = Vec::new();
        for n in [0, 20, 50, 100, 300] {
            let places = nested(&classes, n, 3);
            assert!(places.len() == n && places.is_sorted() && before.iter().all(|i| places.contains(i)));
            let rare = places.iter().filter(|i| classes[**i] == 1).count();
            assert!(rare.abs_diff(n / 10) <= 1, "{rare} of {n}");
            before = places;
        }
        assert_eq!(nested(&classes, 1000, 3).len(), 300);
    }
}
