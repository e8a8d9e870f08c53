//! The order of the queue.

use super::clusters::cluster;
use super::coverage::{self, chance, deal};
use super::sample::Sample;
use super::{Strategy, score};
use crate::features::RowsView;
use crate::models::Probabilities;
use rayon::prelude::*;

/// Everything that the order depends on. Rows are counted from 0.
#[derive(Debug, Clone, Copy)]
pub struct RankInput<'a> {
    /// The rows of all items.
    pub rows: RowsView<'a>,
    /// The rows to order; each once.
    pub candidates: &'a [u32],
    /// The rows that have answers.
    pub labelled: &'a [u32],
    /// What the model thinks of all rows; none before there is a model.
    pub probabilities: Option<&'a Probabilities>,
    /// How to order.
    pub strategy: &'a Strategy,
    /// The class that `seek` means; none where the model has not seen it.
    pub sought: Option<u32>,
    /// How many answers are given before the next round: the size over which to spread.
    pub batch: usize,
    /// Breaks ties and draws samples.
    pub seed: u64,
}

/// The queue in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// All candidates, the next one first.
    pub order: Vec<u32>,
    scores: Vec<f32>,
    /// The strategy that was used in the end.
    pub used: Strategy,
    /// Why it is not the one that was asked for.
    pub note: Option<String>,
}

impl Ranking {
    /// The raw quantity of the item at a place in the order, from 0 ([`Strategy::quantity`]); none where it has none.
    pub fn score(&self, place: usize) -> Option<f32> {
        self.scores.get(place).copied().filter(|s| !s.is_nan())
    }
}

/// Of how many times the batch the diverse strategies choose.
const WINDOW: usize = 10;

/// Orders the candidates. Ties are broken by score, then a seeded hash, then the row.
///
/// Without a model, or with a class to seek that the model has not seen, it falls back to coverage and says so. Every
/// candidate is in the order whatever happens.
pub fn rank(input: &RankInput<'_>) -> Ranking {
    let asked = input.strategy;
    let note = match (asked, input.probabilities) {
        (Strategy::Random | Strategy::Coverage, _) => None,
        (_, None) => Some("no model yet (answers of two classes are needed): in order of coverage".to_owned()),
        (Strategy::Seek(label), _) if input.sought.is_none() => {
            Some(format!("nothing is known of {label:?} yet (no answer gives it): in order of coverage"))
        }
        _ => None,
    };
    let used = if note.is_some() { &Strategy::Coverage } else { asked };
    let (order, scores) = match used {
        Strategy::Random => sorted(input, |_| f32::NAN),
        Strategy::Coverage => covered(input),
        Strategy::LeastConfidence => sorted(input, |p| -score::least_confidence(p)),
        Strategy::Margin => sorted(input, score::margin),
        Strategy::Entropy => sorted(input, |p| -score::entropy(p)),
        Strategy::DiverseMargin => spread(input, sorted(input, score::margin), |margin| 1.0 - margin),
        Strategy::Seek(_) => {
            let class = input.sought.unwrap_or(0) as usize;
            let seek = move |p: &[f32]| -p.get(class).copied().unwrap_or(0.0);
            spread(input, sorted(input, seek), |negative| -negative)
        }
    };
    let raw = |score: f32| match used {
        Strategy::LeastConfidence | Strategy::Entropy | Strategy::Seek(_) => -score,
        _ => score,
    };
    Ranking { order, scores: scores.into_iter().map(raw).collect(), used: used.clone(), note }
}

/// All candidates by ascending score; rows without a score last.
fn sorted(input: &RankInput<'_>, score: impl Fn(&[f32]) -> f32 + Sync) -> (Vec<u32>, Vec<f32>) {
    let mut keyed: Vec<(u64, u32, f32)> = (input.candidates.par_iter())
        .map(|&row| {
            let p = input.probabilities.map_or(&[][..], |all| all.row(row as usize));
            let score = if p.is_empty() { f32::NAN } else { score(p) };
            (u64::from(ascending(score)) << 32 | chance(input.seed, row) >> 32, row, score)
        })
        .collect();
    keyed.par_sort_unstable_by_key(|&(key, row, _)| (key, row));
    keyed.into_iter().map(|(_, row, score)| (row, score)).unzip()
}

/// A number that orders as the float does; all `NaN`s last.
fn ascending(x: f32) -> u32 {
    if x.is_nan() {
        return u32::MAX;
    }
    let bits = (x + 0.0).to_bits();
    if bits >> 31 == 0 { bits | 1 << 31 } else { !bits }
}

/// Deals the first ten batches anew: from each cluster what is nearest to its centre, so that neighbours in the queue
/// are not near copies and each speaks for others.
fn spread(
    input: &RankInput<'_>,
    (mut order, mut scores): (Vec<u32>, Vec<f32>),
    weight: impl Fn(f32) -> f32,
) -> (Vec<u32>, Vec<f32>) {
    let batch = input.batch.max(1);
    let window = (batch * WINDOW).min(order.len()).min(super::SAMPLE);
    let weights: Vec<f32> = scores[..window].iter().map(|&s| if s.is_nan() { 0.0 } else { weight(s) }).collect();
    let clusters = cluster(&Sample::new(input.rows, &order[..window]), &weights, batch, input.seed);
    let mut piles: Vec<Vec<(f32, (u32, f32))>> = vec![Vec::new(); batch];
    for (i, (&of, &near)) in clusters.of.iter().zip(&clusters.similarity).enumerate() {
        piles[of as usize].push((near, (order[i], scores[i])));
    }
    // Stable: of equally near ones the better scored stays first.
    piles.iter_mut().for_each(|pile| pile.sort_by(|a, b| b.0.total_cmp(&a.0)));
    piles.sort_by_key(|pile| pile.first().map_or(u32::MAX, |(_, (_, score))| ascending(*score)));
    for (i, &(_, (row, score))) in deal(&piles).enumerate() {
        (order[i], scores[i]) = (row, score);
    }
    (order, scores)
}

fn covered(input: &RankInput<'_>) -> (Vec<u32>, Vec<f32>) {
    let first = coverage::order(input);
    let mut placed: Vec<u32> = first.iter().map(|f| f.0).collect();
    placed.sort_unstable();
    let mut rest: Vec<u32> =
        input.candidates.iter().copied().filter(|row| placed.binary_search(row).is_err()).collect();
    rest.par_sort_unstable_by_key(|&row| (chance(input.seed, row), row));
    first.into_iter().chain(rest.into_iter().map(|row| (row, f32::NAN))).unzip()
}
