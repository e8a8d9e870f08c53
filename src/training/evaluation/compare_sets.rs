//! Two models that predict label sets, on the same rows.

use super::compare::{Comparison, Difference, McNemar};
use super::metric::Metric;
use super::sets::{EXACT, SetCase, SetCases, Tally};
use crate::resampling::{Resampling, intervals};

/// Compares two models; none where they did not judge the same rows, or there are none. The exact test is of the rows whose
/// whole set is right.
pub fn compare_sets(a: &SetCases, b: &SetCases, resampling: Resampling) -> Option<Comparison> {
    let pairs = || a.rows.iter().zip(&b.rows);
    if a.len() != b.len() || a.is_empty() || pairs().any(|(a, b)| a.truth != b.truth) {
        return None;
    }
    let labels = a.labels.max(b.labels);
    let (frequency, patterns) = patterns(pairs().collect());
    let measure = |drawn: &[u32]| {
        let (mut of_a, mut of_b) = (Tally::new(labels), Tally::new(labels));
        for ((a, b), &times) in patterns.iter().zip(drawn).filter(|(_, times)| **times > 0) {
            of_a.add(a, times);
            of_b.add(b, times);
        }
        (of_a.metrics(), of_b.metrics())
    };
    let statistic = |drawn: &[u32]| {
        let (a, b) = measure(drawn);
        a.iter().zip(b).map(|(a, b)| Some(b? - (*a)?)).collect()
    };
    let ranges = intervals(&frequency, resampling, Metric::OF_SETS.len(), statistic);
    let (of_a, of_b) = measure(&frequency);
    let told = a.told.min(b.told);
    let differences = (Metric::OF_SETS.into_iter().zip(of_a).zip(of_b).zip(ranges))
        .filter(|(((metric, _), _), _)| told.tells(*metric).is_ok())
        .filter_map(|(((metric, a), b), ci95)| {
            let (a, b) = (a?, b?);
            Some(Difference { metric, a, b, diff: b - a, ci95 })
        })
        .collect();
    let right = |row: &SetCase| row.truth == row.guess;
    let alone = |own: fn(bool, bool) -> bool| pairs().filter(|(a, b)| own(right(a), right(b))).count() as u32;
    let mcnemar = McNemar::of(alone(|a, b| a && !b), alone(|a, b| b && !a));
    Some(Comparison { n: a.len(), differences, mcnemar })
}

/// Rows that look the same for both, counted; up to [`EXACT`] rows each is a pattern of its own.
fn patterns(mut pairs: Vec<(&SetCase, &SetCase)>) -> (Vec<u32>, Vec<(SetCase, SetCase)>) {
    if pairs.len() <= EXACT {
        let own = |(a, b): (&SetCase, &SetCase)| (a.clone(), b.clone());
        return (vec![1; pairs.len()], pairs.into_iter().map(own).collect());
    }
    fn look<'r>((a, b): &(&'r SetCase, &'r SetCase)) -> [&'r [u32]; 3] {
        [&a.truth, &a.guess, &b.guess]
    }
    pairs.sort_by(|x, y| look(x).cmp(&look(y)));
    let mean = |alike: Vec<&SetCase>| {
        let n = alike.len() as f64;
        let sum = |of: fn(&SetCase) -> f64| alike.iter().map(|row| of(row)).sum::<f64>() / n;
        SetCase { loss: sum(|row| row.loss), brier: sum(|row| row.brier), ..alike[0].clone() }
    };
    let pattern = |alike: &[(&SetCase, &SetCase)]| {
        let (a, b) = (alike.iter().map(|pair| pair.0).collect(), alike.iter().map(|pair| pair.1).collect());
        (alike.len() as u32, (mean(a), mean(b)))
    };
    pairs.chunk_by(|x, y| look(x) == look(y)).map(pattern).unzip()
}
