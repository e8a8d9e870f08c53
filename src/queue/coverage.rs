//! Coverage: typical items of parts that no answer has reached (TypiClust; Hacohen, Dekel & Weinshall 2022).

use super::clusters::{Clusters, cluster};
use super::sample::{Sample, choose};
use super::{RankInput, SAMPLE};
use crate::ids::mix;
use rayon::prelude::*;
use std::cmp::Reverse;

/// Clusters at most; more cost time and gain nothing once every part has been reached.
const MOST_CLUSTERS: usize = 100;
/// Neighbours whose similarity makes an item typical, and members of a cluster that are looked at.
const NEIGHBOURS: usize = 20;
const MEMBERS: usize = 512;

/// Orders a seeded sample of the candidates: cluster by cluster, the least answered and largest first, from each its
/// most typical item, then from each the next. The score is the mean similarity to the nearest neighbours, `NaN` where it
/// was not computed.
pub(super) fn order(input: &RankInput<'_>) -> Vec<(u32, f32)> {
    let labelled = choose(input.labelled, SAMPLE / 2, input.seed);
    let candidates = choose(input.candidates, SAMPLE - labelled.len(), input.seed);
    let which: Vec<u32> = labelled.iter().chain(&candidates).copied().collect();
    let sample = Sample::new(input.rows, &which);
    let k = (labelled.len() + input.batch.max(1)).min(MOST_CLUSTERS);
    let clusters = cluster(&sample, &vec![1.0; which.len()], k, input.seed);
    let mut members = vec![Vec::new(); k];
    let mut answered = vec![0usize; k];
    for (i, &cluster) in clusters.of.iter().enumerate() {
        if i < labelled.len() {
            answered[cluster as usize] += 1;
        } else {
            members[cluster as usize].push(i);
        }
    }
    let mut sorted: Vec<(usize, Vec<usize>)> = answered.into_iter().zip(members).collect();
    sorted.sort_by_key(|(answered, members)| (*answered, Reverse(members.len())));
    let typical: Vec<Vec<(usize, f32)>> =
        sorted.into_par_iter().map(|(_, members)| most_typical(&sample, &clusters, members)).collect();
    deal(&typical).map(|&(i, score)| (which[i], score)).collect()
}

/// The members of a cluster, most typical first.
fn most_typical(sample: &Sample, clusters: &Clusters, mut members: Vec<usize>) -> Vec<(usize, f32)> {
    members.sort_by(|&a, &b| clusters.similarity[b].total_cmp(&clusters.similarity[a]).then(a.cmp(&b)));
    let (near, far) = members.split_at(members.len().min(MEMBERS));
    let mut spread = vec![0.0; sample.columns()];
    let mut typical: Vec<(usize, f32)> = (near.iter())
        .map(|&i| {
            sample.spread(i, 1.0, &mut spread);
            let mut similar: Vec<f32> = near.iter().filter(|&&j| j != i).map(|&j| sample.dot(j, &spread)).collect();
            sample.spread(i, 0.0, &mut spread);
            similar.sort_unstable_by(|a, b| b.total_cmp(a));
            similar.truncate(NEIGHBOURS);
            (i, similar.iter().sum::<f32>() / similar.len().max(1) as f32)
        })
        .collect();
    typical.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    typical.extend(far.iter().map(|&i| (i, f32::NAN)));
    typical
}

/// The first of every pile in order of the piles, then the second of every pile, and so on.
pub(super) fn deal<T>(piles: &[Vec<T>]) -> impl Iterator<Item = &T> {
    let tallest = piles.iter().map(Vec::len).max().unwrap_or(0);
    (0..tallest).flat_map(move |depth| piles.iter().filter_map(move |pile| pile.get(depth)))
}

/// A number that orders rows at random, for a seed.
pub(super) fn chance(seed: u64, row: u32) -> u64 {
    mix(seed ^ 0x7469_6573, u64::from(row))
}
