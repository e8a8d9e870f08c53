//! How a slice is scored, and the most that a slice can score of which only the parts are known.

use super::errors::Sum;

/// What is weighed: how much more error than usual against how large.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// What error counts, 0 to 1; the rest is for size.
    pub alpha: f64,
    /// Rows in all.
    pub rows: usize,
    /// The mean error of all rows.
    pub mean: f64,
}

impl Weight {
    /// `α(ē_S/ē − 1) − (1 − α)(n/|S| − 1)` of a slice of this size and sum of errors.
    pub fn score(&self, size: usize, errors: f64) -> f64 {
        self.at(size as f64, errors)
    }

    fn at(&self, size: f64, errors: f64) -> f64 {
        self.alpha * (errors / size / self.mean - 1.0) - (1.0 - self.alpha) * (self.rows as f64 / size - 1.0)
    }

    /// How many times the mean error a slice of this share of the rows needs for a score above 0.
    pub fn break_even(&self, share: f64) -> f64 {
        1.0 + (1.0 - self.alpha) / self.alpha * (1.0 / share - 1.0)
    }

    /// The most that a slice of at least `least` rows can score whose size, sum and largest error are at most these. In the
    /// size the score has no highest point between the ends of its pieces, so that they suffice.
    pub(super) fn bound(&self, most: &Sum, least: usize) -> f64 {
        if most.size < least || most.errors <= 0.0 || most.largest <= 0.0 {
            return f64::NEG_INFINITY;
        }
        let (least, size) = (least.max(1) as f64, most.size as f64);
        let knee = (most.errors / most.largest).clamp(least, size);
        let at = |size: f64| self.at(size, (size * most.largest).min(most.errors));
        at(least).max(at(knee)).max(at(size))
    }
}
