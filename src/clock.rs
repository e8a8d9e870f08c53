//! The only place that knows what time it is.

use jiff::{Timestamp, Zoned, tz::TimeZone};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// UTC milliseconds since 1970.
pub type Millis = i64;

/// Tells the time; handed in so that tests can set it.
pub trait Clock: Send + Sync {
    /// UTC milliseconds since 1970.
    fn now(&self) -> Millis;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    fn now(&self) -> Millis {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as Millis)
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug, Default)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// Starts at a time.
    pub fn at(now: Millis) -> Self {
        Self(AtomicI64::new(now))
    }
    /// Moves on by some milliseconds.
    pub fn advance(&self, by: Millis) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Millis {
        self.0.load(Ordering::SeqCst)
    }
}

/// The beginning of the viewer's day that a time falls in, UTC milliseconds; the time itself where the calendar ends.
pub fn start_of_day(at: Millis) -> Millis {
    let day = local(at).and_then(|time| time.start_of_day().ok());
    day.map_or(at, |start| start.timestamp().as_millisecond())
}

/// A time as the viewer's clock shows it: `2026-11-20 14:02:11`.
pub fn local_time(at: Millis) -> String {
    local(at).map_or_else(|| at.to_string(), |time| time.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

fn local(at: Millis) -> Option<Zoned> {
    Timestamp::from_millisecond(at).ok().map(|time| time.to_zoned(TimeZone::system()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_before_its_times_and_lasts_about_a_day() {
        let at = 1_763_000_000_000;
        let start = start_of_day(at);
        assert!((0..26 * 3_600_000).contains(&(at - start)));
        assert_eq!(start_of_day(start), start);
        assert!(local_time(start).ends_with("00:00:00") || local_time(start).ends_with("01:00:00"));
        assert_eq!(start_of_day(Millis::MAX), Millis::MAX);
    }
}
