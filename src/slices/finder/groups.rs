//! Slices that are about the same rows.

use super::bits::Bits;
use super::{Ready, Slice};

/// Slices share a group where this much of the rows of either is in both (Jaccard).
const ALIKE: f64 = 0.5;

/// The group of every slice, numbered from 0 in the order of their first slices; with how much of its rows a slice shares
/// with the first of its group. A slice joins the first group whose first slice it is like.
pub fn groups(ready: &Ready, slices: &[Slice]) -> Vec<(usize, f64)> {
    let mut firsts: Vec<(Bits, usize)> = Vec::new();
    let of = |slice: &Slice| {
        let rows = ready.slice(&slice.terms);
        let overlap = |(first, size): &(Bits, usize)| {
            let both = first.both(&rows);
            both as f64 / (size + slice.size - both).max(1) as f64
        };
        let overlaps = firsts.iter().map(overlap).enumerate();
        match overlaps.into_iter().find(|(_, overlap)| *overlap >= ALIKE) {
            Some(group) => group,
            None => {
                firsts.push((rows, slice.size));
                (firsts.len() - 1, 1.0)
            }
        }
    };
    slices.iter().map(of).collect()
}
