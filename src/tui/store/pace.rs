//! How often something costly is done anew while the world goes on changing: it takes a tenth of the time at most.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What is cheap is done no oftener than this: figures that jump cannot be read.
const LEAST: Duration = Duration::from_secs(1);
/// So many times as long as it took, it rests.
const REST: u32 = 9;

/// When the work of a number may be done anew; shared with the thread that does it.
#[derive(Debug, Clone, Default)]
pub struct Pace(Arc<Mutex<Option<(u64, Instant)>>>);

impl Pace {
    /// The work of this number is done; it began and ended at these moments.
    pub fn done(&self, number: u64, began: Instant, ended: Instant) {
        let rest = (ended.saturating_duration_since(began) * REST).max(LEAST);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((number, ended + rest));
    }

    /// Whether the work may be done anew: that of this number is done and has rested.
    pub fn is_due(&self, number: u64, now: Instant) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|(done, due)| done == number && now >= due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_took_long_rests_long_and_what_is_under_way_is_not_begun_again() {
        let (pace, start) = (Pace::default(), Instant::now());
        let at = |ms: u64| start + Duration::from_millis(ms);
        assert!(!pace.is_due(1, at(60_000)), "under way");
        pace.done(1, at(0), at(10));
        assert!(!pace.is_due(1, at(1_009)) && pace.is_due(1, at(1_010)));
        assert!(!pace.is_due(2, at(1_010)), "the second is under way");
        pace.done(2, at(2_000), at(4_000));
        assert!(!pace.is_due(2, at(21_999)) && pace.is_due(2, at(22_000)), "a tenth of the time");
    }
}
