//! How many threads may compute, and how politely.

use std::num::NonZero;

/// The most threads that ever compute, on any machine.
const MOST: usize = 8;

/// The number of threads that CPU work runs on: what the control group or scheduler allows, one core left free for
/// the rest of the machine, eight at most, one at least.
pub fn thread_count() -> usize {
    let allowed = std::thread::available_parallelism().map_or(1, NonZero::get);
    allowed.min(online_cores().unwrap_or(allowed).saturating_sub(1)).clamp(1, MOST)
}

/// The machine's cores that are switched on, from the kernel's list (`0-3,6`); `None` where it keeps none.
fn online_cores() -> Option<usize> {
    count_cores(std::fs::read_to_string("/sys/devices/system/cpu/online").ok()?.trim())
}

fn count_cores(list: &str) -> Option<usize> {
    list.split(',')
        .map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            (last.parse::<usize>().ok()? + 1).checked_sub(first.parse().ok()?)
        })
        .sum()
}

/// Sets the thread counts of rayon and polars; `RAYON_NUM_THREADS` says otherwise where it is set. Must be called first in `main`, while there is one thread.
#[allow(unsafe_code, clippy::disallowed_methods, reason = "runs before there is a second thread to race with")]
pub fn set_thread_counts() {
    let told = std::env::var("RAYON_NUM_THREADS").ok().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
    let threads = told.unwrap_or_else(thread_count);
    // SAFETY: the process has one thread, as this function asks for, so nobody reads the environment meanwhile.
    unsafe { std::env::set_var("POLARS_MAX_THREADS", threads.to_string()) };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|i| format!("karat-cpu-{i}"))
        .start_handler(|_| be_nice())
        .build_global();
    if let Err(error) = pool {
        tracing::warn!(%error, "the thread pool was made before");
    }
}

/// Lowers the calling thread's priority, where priorities belong to threads.
pub fn be_nice() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, 10) {
        tracing::debug!(%error, "the thread keeps its priority");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_cores_are_counted() {
        assert_eq!(count_cores("0-3,6"), Some(5));
        assert_eq!(count_cores("0"), Some(1));
        assert_eq!(count_cores("3-1"), None);
        assert_eq!(count_cores("x"), None);
    }

    #[test]
    fn there_is_always_a_thread_and_never_too_many() {
        assert!((1..=MOST).contains(&thread_count()));
    }
}
