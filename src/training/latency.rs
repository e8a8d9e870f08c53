//! How long a single prediction takes.

use std::time::Duration;

/// Predictions before the clock counts, so that memory is warm.
const WARM: usize = 10;

/// How long single predictions took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// Half of them took no longer.
    pub p50: Duration,
    /// 95 of a hundred took no longer.
    pub p95: Duration,
    /// 99 of a hundred took no longer.
    pub p99: Duration,
    /// How many were timed.
    pub n: usize,
}

/// Times `predict` on each of so many rows by a clock that never runs backwards; none of no rows.
///
/// Handed in: what predicts row i alone, and what the time is.
pub fn latency(rows: usize, mut predict: impl FnMut(usize), mut now: impl FnMut() -> Duration) -> Option<Latency> {
    (0..rows.min(WARM)).for_each(&mut predict);
    let mut times: Vec<Duration> = (0..rows)
        .map(|row| {
            let start = now();
            predict(row);
            now().saturating_sub(start)
        })
        .collect();
    times.sort_unstable();
    // The nearest rank (Hyndman & Fan 1996, type 1).
    let at = |percent: usize| times.get((percent * times.len()).div_ceil(100).saturating_sub(1)).copied();
    Some(Latency { p50: at(50)?, p95: at(95)?, p99: at(99)?, n: times.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn percentiles_are_those_of_what_the_clock_said() {
        let (time, calls) = (Cell::new(Duration::ZERO), Cell::new(0));
        let predict = |row: usize| {
            calls.set(calls.get() + 1);
            time.set(time.get() + Duration::from_micros(row as u64 + 1));
        };
        let told = latency(100, predict, || time.get()).expect("rows");
        let micros = Duration::from_micros;
        assert_eq!(told, Latency { p50: micros(50), p95: micros(95), p99: micros(99), n: 100 });
        assert_eq!(calls.get(), 110);
        assert_eq!(latency(1, |_| {}, || Duration::ZERO).map(|l| l.n), Some(1));
        assert_eq!(latency(0, |_| {}, || Duration::ZERO), None);
    }
}
