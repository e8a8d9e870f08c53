//! What this process has used, as Linux tells it; `None` elsewhere.

use std::fs::read_to_string;

/// Seconds of processor time: what wall time would be on an idle machine, for work on one thread.
pub fn processor_seconds() -> Option<f64> {
    let stat = read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}
