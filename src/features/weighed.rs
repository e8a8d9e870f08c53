//! Rows weighed by the items that a model learns from, so that what judges it has no say in what its words weigh.

use super::builder::{pack_one, weigh};
use super::rows::{COUNT_BITS, Row, RowsView};
use super::{Document, Placing};
use rayon::prelude::*;

/// Rows that one task measures; fixed, so that nothing depends on the number of threads.
const CHUNK: usize = 256;

/// The weights of the places in a collection of some rows alone; see [`super::Builder::finish`] for the formula.
pub fn weights_in(rows: RowsView<'_>, of: &[u32], min_items: u32) -> Vec<f32> {
    let mut items = vec![0u32; rows.places()];
    for &row in of {
        let bounds = rows.starts.get(row as usize).zip(rows.starts.get(row as usize + 1));
        let entries = bounds.and_then(|(&a, &b)| rows.entries.get(a as usize..b as usize)).unwrap_or_default();
        entries.iter().for_each(|entry| items[(entry >> COUNT_BITS) as usize] += 1);
    }
    weigh(&items, of.len(), min_items)
}

/// Rows of which the places weigh otherwise than in their own collection.
#[derive(Debug)]
pub struct Weighed<'a> {
    rows: RowsView<'a>,
    weights: Vec<f32>,
    scales: Vec<f32>,
}

impl<'a> Weighed<'a> {
    /// Weighs the places by these weights; rows get length 1 again.
    pub fn by(rows: RowsView<'a>, mut weights: Vec<f32>) -> Self {
        weights.resize(rows.places(), 0.0);
        let scales = (rows.starts.par_windows(2).with_min_len(CHUNK))
            .map(|bounds| {
                let own = rows.entries.get(bounds[0] as usize..bounds[1] as usize).unwrap_or_default();
                let length = Row::new(own, 1.0, &weights).length();
                if length > 0.0 { 1.0 / length } else { 0.0 }
            })
            .collect();
        Self { rows, weights, scales }
    }

    /// The rows.
    pub fn view(&self) -> RowsView<'_> {
        RowsView { idf: &self.weights, scales: &self.scales, ..self.rows }
    }

    /// The weight of every place.
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }
}

/// Rows of texts that are in no collection, weighed as one of old was.
#[derive(Debug)]
pub struct Fresh<'a> {
    starts: Vec<u64>,
    entries: Vec<u32>,
    scales: Vec<f32>,
    weights: &'a [f32],
}

impl<'a> Fresh<'a> {
    /// Packs texts; places beyond the weights weigh nothing.
    pub fn of<'b>(placing: impl Into<Placing<'b>>, texts: &[&str], weights: &'a [f32]) -> Self {
        let placing = placing.into();
        let packed: Vec<Vec<u32>> = texts.par_iter().map(|text| pack_one(placing, &Document::from(*text))).collect();
        let scale = |entries: &Vec<u32>| {
            let length = Row::new(entries, 1.0, weights).length();
            if length > 0.0 { 1.0 / length } else { 0.0 }
        };
        let scales = packed.iter().map(scale).collect();
        let ends = packed.iter().scan(0u64, |end, entries| {
            *end += entries.len() as u64;
            Some(*end)
        });
        let starts = std::iter::once(0).chain(ends).collect();
        Self { starts, entries: packed.concat(), scales, weights }
    }

    /// The rows.
    pub fn view(&self) -> RowsView<'_> {
        RowsView { starts: &self.starts, entries: &self.entries, scales: &self.scales, idf: self.weights }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Features, Recipe};
    use super::*;

    #[test]
    fn weighed_by_all_its_own_rows_a_collection_is_as_it_was() {
        let texts = ["the battery lasts", "the screen is good", "good battery", ""];
        let features = Features::extract(&texts, &Recipe { bits: 10, min_items: 1, ..Recipe::default() });
        let rows = features.rows();
        let again = Weighed::by(rows, weights_in(rows, &[0, 1, 2, 3], 1));
        for row in 0..4 {
            let (a, b): (Vec<_>, Vec<_>) = (rows.row(row).iter().collect(), again.view().row(row).iter().collect());
            assert_eq!(a, b);
        }
    }

    #[test]
    fn a_fresh_text_is_weighed_as_the_rows_of_old() {
        let texts = ["the battery lasts", "the screen is good", "good battery", ""];
        let recipe = Recipe { bits: 10, ..Recipe::default() };
        let features = Features::extract(&texts, &recipe);
        let weighed = Weighed::by(features.rows(), weights_in(features.rows(), &[0, 1, 2], recipe.min_items));
        let fresh = Fresh::of(&recipe, &texts, weighed.weights());
        for row in 0..4 {
            let (a, b): (Vec<_>, Vec<_>) =
                (fresh.view().row(row).iter().collect(), weighed.view().row(row).iter().collect());
            assert_eq!(a, b);
        }
    }

    #[test]
    fn what_only_a_judging_row_has_weighs_nothing() {
        let texts = ["good battery", "good screen", "zebra good"];
        let features = Features::extract(&texts, &Recipe { bits: 12, min_items: 1, ..Recipe::default() });
        let weighed = Weighed::by(features.rows(), weights_in(features.rows(), &[0, 1], 1));
        let filled = |view: RowsView<'_>| view.row(2).iter().count();
        assert!(filled(weighed.view()) < filled(features.rows()));
        let length: f32 = weighed.view().row(0).iter().map(|(_, v)| v * v).sum();
        assert!((length - 1.0).abs() < 1e-5);
    }
}
