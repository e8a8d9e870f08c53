//! Which words of a text push a suggestion.

use super::LinearModel;
use crate::features::{Document, Features, Grams, Recipe};
use std::collections::BTreeMap;
use std::ops::Range;

/// A stretch of text and what it adds to the score of a class.
#[derive(Debug, Clone, PartialEq)]
pub struct Push {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What it adds, in logits; may be negative.
    pub amount: f32,
}

/// What each word and symbol of a text adds to the score of a class, in order of the text; those that add nothing are
/// left out.
///
/// The contribution of an n-gram is shared equally by the words it covers, wherever it stands, so that the parts sum to
/// what the text as a whole adds.
pub fn pushes(model: &LinearModel, features: &Features, recipe: &Recipe, text: &str, class: u32) -> Vec<Push> {
    let document = Document::from(text);
    let contributions = features.with_row(&document, recipe, |row| model.contributions(row, class));
    let mut grams: Vec<(u32, Range<usize>)> = Vec::new();
    Grams::new(recipe).each(text, |place, range| grams.push((place, range)));
    let mut words: BTreeMap<usize, usize> = BTreeMap::new();
    for (_, range) in &grams {
        words.entry(range.start).and_modify(|end| *end = range.end.min(*end)).or_insert(range.end);
    }
    let mut amounts: BTreeMap<usize, f32> = BTreeMap::new();
    for &(place, amount) in &contributions {
        let ranges = || grams.iter().filter(move |(p, _)| *p == place).map(|(_, r)| r);
        let shares: usize = ranges().map(|r| words.range(r.clone()).count()).sum();
        for range in ranges() {
            for (&start, _) in words.range(range.clone()) {
                *amounts.entry(start).or_default() += amount / shares as f32;
            }
        }
    }
    let push = |(start, amount)| words.get(&start).map(|&end| Push { range: start..end, amount });
    amounts.into_iter().filter(|&(_, amount)| amount != 0.0).filter_map(push).collect()
}
