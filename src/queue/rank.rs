//! The order of the queue.

use super::clusters::cluster;
use super::coverage::{self, chance, deal};
use super::density::Density;
use super::sample::Sample;
use super::{Answered, Committee, Strategy, badge, disagreement, score};
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
    /// What `committee` goes by; none where nothing could be fitted.
    pub committee: Option<&'a Committee>,
    /// What `disagreement` goes by.
    pub answered: Option<&'a Answered>,
    /// How many answers are given before the next round: the size over which to spread.
    pub batch: usize,
    /// Breaks ties and draws samples.
    pub seed: u64,
}

/// The queue in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// What is asked again, then all candidates, the next one first.
    pub order: Vec<u32>,
    scores: Vec<f32>,
    /// How many answers each of the first so many has, which are asked again; empty save for `disagreement`.
    pub again: Vec<u32>,
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

/// Orders the candidates, and for `disagreement` what is asked again before them. Ties are broken by score, then a
/// seeded hash, then the row.
///
/// Where the strategy has nothing to go by, such as a model or a class to seek that the model has seen, it falls back to
/// coverage and says so. Every candidate is in the order whatever happens.
pub fn rank(input: &RankInput<'_>) -> Ranking {
    let disputed = match (input.strategy, input.answered) {
        (Strategy::Disagreement, Some(answered)) => disagreement::order(answered, input.seed),
        _ => Vec::new(),
    };
    let (used, note) = usable(input, disputed.is_empty());
    let mut again = Vec::new();
    let (order, scores) = match &used {
        Strategy::Random => smallest(input, |_, _| f32::NAN),
        Strategy::Coverage => then_rest(input, coverage::order(input)),
        Strategy::LeastConfidence => largest(input, |_, p| score::least_confidence(p)),
        Strategy::Margin => smallest(input, |_, p| score::margin(p)),
        Strategy::Entropy => largest(input, |_, p| score::entropy(p)),
        Strategy::DiverseMargin => diverse_margin(input),
        Strategy::Seek(_) => {
            let class = input.sought.unwrap_or(0) as usize;
            let seek = move |_, p: &[f32]| p.get(class).copied().unwrap_or(0.0);
            spread(input, largest(input, seek), |sought| sought)
        }
        Strategy::Committee => {
            let divided = input.committee.map(Committee::vote_entropies).unwrap_or_default();
            let votes = |row, _: &[f32]| divided.get(&row).copied().unwrap_or(f32::NAN);
            spread(input, largest(input, votes), |entropy| entropy)
        }
        Strategy::Density => {
            let density = Density::new(input.rows, input.candidates, input.seed);
            let weighted = |row, p: &[f32]| (1.0 - score::margin(p)) * density.of(row);
            spread(input, largest(input, weighted), |score| score)
        }
        Strategy::Badge => then_rest(input, badge::order(input)),
        Strategy::Disagreement => {
            again.extend(disputed.iter().map(|d| d.answers));
            let new = diverse_margin(input).0.into_iter().map(|row| (row, f32::NAN));
            disputed.iter().map(|d| (d.row, d.entropy)).chain(new).unzip()
        }
    };
    Ranking { order, scores, again, used, note }
}

/// The strategy that can be used, and why it is not the one that was asked for.
fn usable(input: &RankInput<'_>, undisputed: bool) -> (Strategy, Option<String>) {
    let instead = |strategy: Strategy, reason: String| {
        let note = format!("{reason}: in order of {strategy}");
        (strategy, Some(note))
    };
    let uncovered = |reason: String| instead(Strategy::Coverage, reason);
    match (input.strategy, input.probabilities) {
        (Strategy::Random | Strategy::Coverage, _) => (input.strategy.clone(), None),
        (_, None) => uncovered("no model yet (answers of two classes are needed)".to_owned()),
        (Strategy::Seek(label), _) if input.sought.is_none() => {
            uncovered(format!("nothing is known of {label:?} yet (no answer gives it)"))
        }
        (Strategy::Committee, _) if input.committee.is_none() => {
            uncovered("no committee yet (answers of two classes are needed)".to_owned())
        }
        (Strategy::Disagreement, _) if undisputed => {
            instead(Strategy::DiverseMargin, "no answers differ that could be asked again".to_owned())
        }
        (strategy, _) => (strategy.clone(), None),
    }
}

/// Rows in order, and the score of each.
type Scored = (Vec<u32>, Vec<f32>);

/// All candidates by ascending score of row and probabilities; rows without a score last.
fn smallest(input: &RankInput<'_>, score: impl Fn(u32, &[f32]) -> f32 + Sync) -> Scored {
    let mut keyed: Vec<(u64, u32, f32)> = (input.candidates.par_iter())
        .map(|&row| {
            let p = input.probabilities.map_or(&[][..], |all| all.row(row as usize));
            let score = if p.is_empty() { f32::NAN } else { score(row, p) };
            (u64::from(ascending(score)) << 32 | chance(input.seed, row) >> 32, row, score)
        })
        .collect();
    keyed.par_sort_unstable_by_key(|&(key, row, _)| (key, row));
    keyed.into_iter().map(|(_, row, score)| (row, score)).unzip()
}

/// All candidates by descending score; rows without a score last.
fn largest(input: &RankInput<'_>, score: impl Fn(u32, &[f32]) -> f32 + Sync) -> Scored {
    let (order, mut scores) = smallest(input, |row, p| -score(row, p));
    scores.iter_mut().for_each(|score| *score = -*score);
    (order, scores)
}

fn diverse_margin(input: &RankInput<'_>) -> Scored {
    spread(input, smallest(input, |_, p| score::margin(p)), |margin| 1.0 - margin)
}

/// A number that orders as the float does; all `NaN`s last.
fn ascending(x: f32) -> u32 {
    if x.is_nan() {
        return u32::MAX;
    }
    let bits = (x + 0.0).to_bits();
    if bits >> 31 == 0 { bits | 1 << 31 } else { !bits }
}

/// Deals the first ten batches of what has a score anew: from each cluster what is nearest to its centre, so that
/// neighbours in the queue are not near copies and each speaks for others.
fn spread(input: &RankInput<'_>, (mut order, mut scores): Scored, weight: impl Fn(f32) -> f32) -> Scored {
    let batch = input.batch.max(1);
    let scored = scores.partition_point(|score| !score.is_nan());
    let window = (batch * WINDOW).min(scored).min(super::SAMPLE);
    let weights: Vec<f32> = scores[..window].iter().map(|&score| weight(score)).collect();
    let clusters = cluster(&Sample::new(input.rows, &order[..window]), &weights, batch, input.seed);
    let mut piles: Vec<Vec<(f32, usize)>> = vec![Vec::new(); batch];
    for (place, (&of, &near)) in clusters.of.iter().zip(&clusters.similarity).enumerate() {
        piles[of as usize].push((near, place));
    }
    // Stable: of equally near ones the better scored stays first.
    piles.iter_mut().for_each(|pile| pile.sort_by(|a, b| b.0.total_cmp(&a.0)));
    piles.sort_by_key(|pile| pile.first().map_or(usize::MAX, |&(_, place)| place));
    let dealt: Vec<(u32, f32)> = deal(&piles).map(|&(_, place)| (order[place], scores[place])).collect();
    for (place, (row, score)) in dealt.into_iter().enumerate() {
        (order[place], scores[place]) = (row, score);
    }
    (order, scores)
}

/// What was ordered of a sample, then the other candidates by a seeded hash, without a score.
fn then_rest(input: &RankInput<'_>, first: Vec<(u32, f32)>) -> Scored {
    let mut placed: Vec<u32> = first.iter().map(|f| f.0).collect();
    placed.sort_unstable();
    let mut rest: Vec<u32> =
        input.candidates.iter().copied().filter(|row| placed.binary_search(row).is_err()).collect();
    rest.par_sort_unstable_by_key(|&row| (chance(input.seed, row), row));
    first.into_iter().chain(rest.into_iter().map(|row| (row, f32::NAN))).unzip()
}
