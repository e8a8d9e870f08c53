//! A committee of models, and how far its members differ. The strategy goes by [`vote_entropy`]; why stands in
//! docs/MEASUREMENTS.md, "Learning curves".

use super::SAMPLE;
use super::sample::choose;
use super::score::entropy;
use crate::models::{Probabilities, likeliest};
use std::collections::HashMap;

/// What several models, fitted to different parts of the answers, think of a sample of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Committee {
    rows: Vec<u32>,
    members: Vec<Probabilities>,
}

impl Committee {
    /// The rows that a committee is asked about: at most [`SAMPLE`] of the candidates, for a seed.
    pub fn sample(candidates: &[u32], seed: u64) -> Vec<u32> {
        choose(candidates, SAMPLE, seed)
    }

    /// Takes what each member thinks of these rows, in their order.
    pub fn new(rows: Vec<u32>, members: Vec<Probabilities>) -> Self {
        Self { rows, members }
    }

    /// The [`vote_entropy`] of the members over each row.
    pub(super) fn vote_entropies(&self) -> HashMap<u32, f32> {
        let of = |i| vote_entropy(&self.members.iter().map(|member| member.row(i)).collect::<Vec<_>>());
        self.rows.iter().enumerate().map(|(i, &row)| (row, of(i))).collect()
    }
}

/// Mean KL(p_m ‖ p̄) of the members from their mean p̄, in nats (McCallum & Nigam 1998).
///
/// It is the same number as BALD, H(p̄) − mean H(p_m) (Houlsby et al. 2011): the generalised Jensen-Shannon divergence.
pub fn divergence(members: &[&[f32]]) -> f32 {
    let mean = mean(members);
    let kl = |p: &&[f32]| p.iter().zip(&mean).filter(|(p, _)| **p > 0.0).map(|(p, m)| p * (p / m).ln()).sum::<f32>();
    members.iter().map(kl).sum::<f32>() / members.len().max(1) as f32
}

/// The mean of what the members think.
fn mean(members: &[&[f32]]) -> Vec<f32> {
    let mut mean = vec![0.0; members.first().map_or(0, |p| p.len())];
    members.iter().for_each(|p| mean.iter_mut().zip(*p).for_each(|(m, p)| *m += p / members.len() as f32));
    mean
}

/// −Σ (v/C) ln (v/C) over the classes, in nats, where v of C members find the class likeliest (Dagan & Engelson 1995).
pub fn vote_entropy(members: &[&[f32]]) -> f32 {
    let mut votes = vec![0.0; members.first().map_or(0, |p| p.len())];
    let share = 1.0 / members.len() as f32;
    members.iter().filter(|p| !p.is_empty()).for_each(|p| votes[likeliest(p) as usize] += share);
    entropy(&votes)
}

/// H(p̄) − mean H(p_m), in nats.
pub fn bald(members: &[&[f32]]) -> f32 {
    entropy(&mean(members)) - members.iter().map(|p| entropy(p)).sum::<f32>() / members.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::mix;

    fn close(a: f32, b: f32) {
        assert!((a - b).abs() < 1e-6, "{a} is not {b}");
    }

    /// STATISTICS §7: two members, each with what it thinks of two items.
    const CASE: [[[f32; 2]; 2]; 2] = [[[0.3, 0.7], [0.4, 0.6]], [[0.2, 0.8], [0.5, 0.5]]];

    #[test]
    fn divergence_of_the_checked_case() {
        close(divergence(&[&CASE[0][0], &CASE[1][0]]), 0.006_701_78);
        close(divergence(&[&CASE[0][1], &CASE[1][1]]), 0.005_059_39);
    }

    #[test]
    fn bald_is_the_same_number() {
        for case in 0..200u64 {
            let number = |n: u64| (mix(case, n) % 1000 + 1) as f32;
            let members: Vec<Vec<f32>> = (0..5)
                .map(|m| (0..4).map(|c| number(4 * m + c)).collect::<Vec<f32>>())
                .map(|p| p.iter().map(|v| v / p.iter().sum::<f32>()).collect())
                .collect();
            let members: Vec<&[f32]> = members.iter().map(Vec::as_slice).collect();
            assert!((divergence(&members) - bald(&members)).abs() < 1e-5, "{members:?}");
        }
        close(bald(&[&CASE[0][0], &CASE[1][0]]), 0.006_701_78);
    }

    #[test]
    fn votes_are_counted_and_not_how_sure_they_are() {
        let (a, b, c) = ([0.6, 0.4, 0.0], [0.9, 0.1, 0.0], [0.1, 0.2, 0.7]);
        close(vote_entropy(&[&a, &b, &c]), 0.636_514_2);
        close(vote_entropy(&[&a, &b]), 0.0);
        close(vote_entropy(&[&a, &b, &c, &c]), std::f32::consts::LN_2);
        let members = [[a, b], [c, b]].map(|p| Probabilities::new(3, p.as_flattened().to_vec()));
        let all = Committee::new(vec![4, 9], members.to_vec()).vote_entropies();
        close(all[&4], std::f32::consts::LN_2);
        close(all[&9], 0.0);
    }

    #[test]
    fn nobody_and_nothing_differ_about_nothing() {
        assert_eq!((divergence(&[]), vote_entropy(&[]), bald(&[])), (0.0, 0.0, 0.0));
        assert_eq!((divergence(&[&[], &[]]), vote_entropy(&[&[], &[]])), (0.0, 0.0));
        close(divergence(&[&[1.0, 0.0], &[0.0, 1.0]]), std::f32::consts::LN_2);
    }
}
