//! Weighted spherical k-means over sparse rows (Dhillon & Modha 2001; seeding by Arthur & Vassilvitskii 2007).

use super::sample::Sample;
use crate::ids::mix;
use rayon::prelude::*;

const ROUNDS: usize = 10;
const CHUNK: usize = 256;

/// The cluster of every row of a sample and its similarity to that cluster's centre.
pub(super) struct Clusters {
    pub of: Vec<u32>,
    pub similarity: Vec<f32>,
}

/// Puts the rows of a sample into at most `k` clusters. `weights` say how much each row pulls.
///
/// The same whatever the number of threads; the same for a seed.
pub(super) fn cluster(sample: &Sample, weights: &[f32], k: usize, seed: u64) -> Clusters {
    let (n, k) = (sample.len(), k.clamp(1, sample.len().max(1)));
    let mut clusters = seed_centres(sample, weights, k, seed);
    let mut centres = vec![0.0f32; sample.columns() * k];
    for _ in 0..ROUNDS {
        centre(sample, weights, &clusters.of, k, &mut centres);
        let assigned: Vec<(u32, f32)> = (0..n)
            .into_par_iter()
            .with_min_len(CHUNK)
            .map_init(|| vec![0.0f32; k], |scores, i| nearest(sample, i, &centres, scores))
            .collect();
        let moved = assigned.iter().zip(&clusters.of).filter(|(a, b)| a.0 != **b).count();
        (clusters.of, clusters.similarity) = assigned.into_iter().unzip();
        if moved * 1000 <= n {
            break;
        }
    }
    clusters
}

/// The first centres: rows drawn with probability weight × (1 − similarity to the nearest centre so far).
fn seed_centres(sample: &Sample, weights: &[f32], k: usize, seed: u64) -> Clusters {
    let n = sample.len();
    let mut clusters = Clusters { of: vec![0; n], similarity: vec![0.0; n] };
    let mut spread = vec![0.0f32; sample.columns()];
    for centre in 0..k.min(n) {
        let far = |i: usize| f64::from(weights[i].max(1e-6)) * f64::from((1.0 - clusters.similarity[i]).max(0.0));
        let total: f64 = (0..n).map(far).sum();
        let mut left = total * ((mix(seed, centre as u64) >> 11) as f64 / (1u64 << 53) as f64);
        let drawn = (0..n).find(|&i| {
            left -= far(i);
            left < 0.0
        });
        let Some(drawn) = drawn else { break };
        sample.spread(drawn, 1.0, &mut spread);
        for i in 0..n {
            let similarity = if i == drawn { 1.0 } else { sample.dot(i, &spread) };
            if similarity > clusters.similarity[i] || centre == 0 {
                (clusters.of[i], clusters.similarity[i]) = (centre as u32, similarity);
            }
        }
        sample.spread(drawn, 0.0, &mut spread);
    }
    clusters
}

/// Fills `centres`, column after column with one float a cluster, with the clusters' means at length one.
fn centre(sample: &Sample, weights: &[f32], of: &[u32], k: usize, centres: &mut [f32]) {
    centres.fill(0.0);
    for (i, &cluster) in of.iter().enumerate() {
        for &(column, v) in sample.row(i) {
            centres[column as usize * k + cluster as usize] += weights[i].max(1e-6) * v;
        }
    }
    let mut lengths = vec![0.0f32; k];
    for column in centres.chunks_exact(k) {
        lengths.iter_mut().zip(column).for_each(|(l, c)| *l += c * c);
    }
    lengths.iter_mut().for_each(|l| *l = if *l > 0.0 { l.sqrt().recip() } else { 0.0 });
    for column in centres.chunks_exact_mut(k) {
        column.iter_mut().zip(&lengths).for_each(|(c, l)| *c *= l);
    }
}

fn nearest(sample: &Sample, i: usize, centres: &[f32], scores: &mut [f32]) -> (u32, f32) {
    let k = scores.len();
    scores.fill(0.0);
    for &(column, v) in sample.row(i) {
        let own = &centres[column as usize * k..][..k];
        scores.iter_mut().zip(own).for_each(|(s, c)| *s += v * c);
    }
    let mut best = 0;
    for (cluster, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = cluster;
        }
    }
    (best as u32, scores[best])
}
