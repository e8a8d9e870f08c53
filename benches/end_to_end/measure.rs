//! Wall time and peak memory of a process, and percentiles.

use std::io;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What one run of a process took.
pub struct Cost {
    /// From start to end.
    pub wall: Duration,
    /// The most memory that it held, in MiB (`VmHWM`).
    pub peak_mib: u64,
}

/// Runs a process to its end.
pub fn cost(command: &mut Command) -> io::Result<Cost> {
    let started = Instant::now();
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let watched = child.id();
    let (end, ended) = std::sync::mpsc::channel();
    let watch = std::thread::spawn(move || {
        let mut peak = 0;
        // The kernel forgets the high-water mark with the process, so it is read while the process lives.
        while ended.recv_timeout(Duration::from_millis(2)).is_err() {
            peak = peak_mib(watched).max(peak);
        }
        peak
    });
    finished(child)?;
    let wall = started.elapsed();
    // The watcher waits for exactly this.
    let _ = end.send(());
    let peak_mib = watch.join().map_err(|_| io::Error::other("the watcher panicked"))?;
    Ok(Cost { wall, peak_mib })
}

fn finished(child: Child) -> io::Result<()> {
    let output = child.wait_with_output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// The most memory that a process has held so far, in MiB; 0 where it is gone.
pub fn peak_mib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|kib| kib.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// The value that this share of the sorted sample does not exceed (nearest rank).
pub fn percentile<T: Copy + Default + Ord>(sample: &mut [T], share: f64) -> T {
    sample.sort_unstable();
    let rank = (share * sample.len() as f64).ceil() as usize;
    sample.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// Milliseconds, to the hundredth.
pub fn ms(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1000.0)
}

/// Seconds, to the hundredth.
pub fn seconds(duration: Duration) -> String {
    format!("{:.2} s", duration.as_secs_f64())
}
