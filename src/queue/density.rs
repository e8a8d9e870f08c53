//! Density: how much an item speaks for others (Settles & Craven 2008, §3.6).

use super::SAMPLE;
use super::sample::choose;
use crate::features::RowsView;

/// The mean similarity of any row to the rows of a seeded sample.
///
/// Rows have length one, so that the sum of a row's similarities to the others is its product with the sum of the
/// others: what would take a product a pair takes one a row.
pub(super) struct Density<'a> {
    rows: RowsView<'a>,
    /// The rows of the sample, ascending.
    sample: Vec<u32>,
    /// The sum of the sample's rows, times the weight of each place.
    sum: Vec<f32>,
}

impl<'a> Density<'a> {
    /// Takes the sample from these rows.
    pub(super) fn new(rows: RowsView<'a>, of: &[u32], seed: u64) -> Self {
        let sample = choose(of, SAMPLE, seed);
        let mut sum = vec![0.0f32; rows.places()];
        for &row in &sample {
            rows.row(row as usize).iter().for_each(|(place, v)| sum[place as usize] += v);
        }
        sum.iter_mut().zip(rows.idf()).for_each(|(sum, idf)| *sum *= idf);
        Self { rows, sample, sum }
    }

    /// The mean similarity of a row to the sample, itself left out; 0 where there is no other.
    pub(super) fn of(&self, row: u32) -> f32 {
        let in_it = self.sample.binary_search(&row).is_ok();
        let others = self.sample.len() - usize::from(in_it);
        if others == 0 {
            return 0.0;
        }
        let (entries, scale) = self.rows.row(row as usize).raw();
        let total: f32 = entries.map(|(place, count)| count * self.sum[place as usize]).sum::<f32>() * scale;
        let itself = if in_it && scale > 0.0 { 1.0 } else { 0.0 };
        (total - itself).max(0.0) / others as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{Features, Recipe};

    #[test]
    fn density_is_the_mean_similarity_of_all_pairs() {
        let texts: Vec<String> = (0..40).map(|i| format!("word{} and word{} or {i}", i % 3, i % 7)).collect();
        let features = Features::extract(&texts, &Recipe { bits: 12, ..Recipe::default() });
        let rows = features.rows();
        let dense = |row: u32| {
            let mut all = vec![0.0f32; rows.places()];
            rows.row(row as usize).iter().for_each(|(place, v)| all[place as usize] = v);
            all
        };
        let of: Vec<u32> = (0..30).collect();
        let density = Density::new(rows, &of, 1);
        for row in [0, 7, 29, 35] {
            let others: Vec<u32> = of.iter().copied().filter(|other| *other != row).collect();
            let similarity = |other: &u32| dense(row).iter().zip(dense(*other)).map(|(a, b)| a * b).sum::<f32>();
            let mean = others.iter().map(similarity).sum::<f32>() / others.len() as f32;
            assert!((density.of(row) - mean).abs() < 1e-5, "{row}: {} is not {mean}", density.of(row));
        }
        assert_eq!(Density::new(rows, &[3], 1).of(3), 0.0, "there is no other");
    }
}
