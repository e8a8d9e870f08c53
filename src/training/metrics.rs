//! Scores of predictions, with their uncertainty.

use crate::domain::Estimate;

/// How good predictions are on items whose class is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Share of right predictions.
    pub accuracy: Estimate,
    /// Mean over the classes of 2·tp / (2·tp + fp + fn); classes that neither occur nor are predicted are left out.
    pub macro_f1: f64,
    /// Mean of −ln p of the true class, in nats; p is cut off at 1e-15.
    pub log_loss: f64,
    /// Expected calibration error over 10 equal bins of the largest probability (Naeini, Cooper & Hauskrecht 2015).
    pub calibration_error: f64,
}

impl Score {
    /// Scores probabilities against true classes; none of no items.
    pub fn of<'a>(items: impl IntoIterator<Item = (&'a [f32], u32)>) -> Option<Self> {
        let (mut n, mut hits, mut loss) = (0usize, 0usize, 0.0);
        let mut bins = [(0.0f64, 0usize); 10];
        let mut tally: Vec<[usize; 3]> = Vec::new();
        for (p, truth) in items {
            let (guess, sure) =
                (p.iter().copied().enumerate()).fold((0, f32::MIN), |best, at| if at.1 > best.1 { at } else { best });
            tally.resize(tally.len().max(p.len()).max(truth as usize + 1), [0; 3]);
            let hit = guess == truth as usize;
            tally[truth as usize][if hit { 0 } else { 2 }] += 1;
            tally[guess][1] += usize::from(!hit);
            (n, hits) = (n + 1, hits + usize::from(hit));
            loss -= f64::from(p.get(truth as usize).copied().unwrap_or(0.0)).max(1e-15).ln();
            let bin = &mut bins[((sure * 10.0) as usize).min(9)];
            *bin = (bin.0 + f64::from(sure) - f64::from(u8::from(hit)), bin.1 + 1);
        }
        let accuracy = Estimate::wilson(hits, n)?;
        let f1s: Vec<f64> = (tally.iter().filter(|t| t.iter().sum::<usize>() > 0))
            .map(|[hit, false_, missed]| 2.0 * *hit as f64 / (2 * hit + false_ + missed) as f64)
            .collect();
        Some(Self {
            accuracy,
            macro_f1: f1s.iter().sum::<f64>() / f1s.len() as f64,
            log_loss: loss / n as f64,
            calibration_error: bins.iter().map(|b| b.0.abs()).sum::<f64>() / n as f64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-6, "{a} is not {b}");
    }

    #[test]
    fn log_loss_of_the_checked_case() {
        let truth = [0, 0, 0, 1, 0, 1, 1, 0, 1, 1];
        let rows: Vec<[f32; 2]> = (0..10).map(|i| 0.05 + i as f32 / 10.0).map(|p| [1.0 - p, p]).collect();
        let score = Score::of(rows.iter().map(|r| &r[..]).zip(truth)).expect("items");
        close((score.log_loss * 1e5).round() / 1e5, 0.477_79);
    }

    #[test]
    fn calibration_error_of_the_checked_case() {
        let sure = [0.95, 0.9, 0.85, 0.85, 0.72, 0.65, 0.62, 0.55, 0.55, 0.51];
        let hits = [1, 1, 1, 0, 1, 0, 1, 0, 1, 0];
        let rows: Vec<[f32; 2]> = sure.iter().map(|&p: &f32| [p, 1.0 - p]).collect();
        let score = Score::of(rows.iter().map(|r| &r[..]).zip(hits.map(|h| 1 - h))).expect("items");
        assert!((score.calibration_error - 0.201).abs() < 1e-4, "{}", score.calibration_error);
    }

    #[test]
    fn macro_f1_leaves_out_classes_that_do_not_occur() {
        let rows = [[0.9, 0.1, 0.0], [0.8, 0.2, 0.0], [0.3, 0.7, 0.0], [0.6, 0.4, 0.0]];
        let score = Score::of(rows.iter().map(|r| &r[..]).zip([0, 0, 1, 1])).expect("items");
        close(score.accuracy.value, 0.75);
        close(score.macro_f1, (0.8 + 2.0 / 3.0) / 2.0);
    }
}
