//! How long somebody really looked: time without any sign of life counts only up to a limit.

/// The least limit, milliseconds.
const FLOOR_MS: i64 = 60_000;
/// How many times the own median for that length may pass without a sign of life.
const MEDIANS: i64 = 4;
/// How many of the last times of a length are kept.
const KEPT: usize = 51;

/// The stopwatch of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attention {
    counted: i64,
    last: Option<i64>,
    limit: i64,
}

impl Attention {
    /// Starts stopped; a stretch without a sign of life counts at most `limit` milliseconds.
    pub fn new(limit: i64) -> Self {
        Self { counted: 0, last: None, limit }
    }

    /// A sign of life: the item was painted, a key, the wheel.
    pub fn alive(&mut self, now: i64) {
        self.pause(now);
        self.last = Some(now);
    }

    /// Counts up to now and stops: another item or another window has the eye.
    pub fn pause(&mut self, now: i64) {
        if let Some(last) = self.last.take() {
            self.counted += (now - last).clamp(0, self.limit);
        }
    }

    /// Milliseconds of attention so far.
    pub fn milliseconds(&self) -> i64 {
        self.counted
    }
}

/// The own times by length of text, in powers of two.
#[derive(Debug, Clone, Default)]
pub struct Pace(Vec<Vec<i64>>);

impl Pace {
    /// Remembers how long an item of so many bytes took.
    pub fn took(&mut self, bytes: usize, milliseconds: i64) {
        let bucket = bucket(bytes);
        self.0.resize(self.0.len().max(bucket + 1), Vec::new());
        if let Some(times) = self.0.get_mut(bucket) {
            if times.len() == KEPT {
                times.remove(0);
            }
            times.push(milliseconds);
        }
    }

    /// How long somebody may show no sign of life before an item of so many bytes: max(60 s, 4 × the own median).
    pub fn limit(&self, bytes: usize) -> i64 {
        let mut times = self.0.get(bucket(bytes)).cloned().unwrap_or_default();
        times.sort_unstable();
        times.get(times.len() / 2).map_or(FLOOR_MS, |median| FLOOR_MS.max(MEDIANS * median))
    }
}

fn bucket(bytes: usize) -> usize {
    (usize::BITS - bytes.leading_zeros()) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_silence_counts_only_up_to_the_limit() {
        let mut attention = Attention::new(60_000);
        attention.alive(0);
        attention.alive(3_000);
        attention.pause(1_000_000);
        attention.pause(2_000_000);
        assert_eq!(attention.milliseconds(), 63_000);
    }

    #[test]
    fn the_limit_grows_with_the_own_median_for_that_length() {
        let mut pace = Pace::default();
        assert_eq!(pace.limit(100), 60_000);
        [20_000, 30_000, 90_000].into_iter().for_each(|ms| pace.took(100, ms));
        assert_eq!((pace.limit(120), pace.limit(4_000)), (120_000, 60_000));
    }
}
