//! Who and where this process is.

use crate::clock::{Clock, Millis};
use rustix::process::{Pid, test_kill_process};
use std::sync::Arc;

/// Stands on every act and on every lease: the clock, the login name, the machine and the process.
#[derive(Clone)]
pub struct Place {
    /// What tells the time.
    pub clock: Arc<dyn Clock>,
    /// The login name.
    pub os_user: String,
    /// The machine's name.
    pub host: String,
    /// This process.
    pub pid: u32,
}

impl Place {
    /// The time, UTC milliseconds.
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// Whether a process is known to be gone; of another machine's nothing is known.
    pub(super) fn is_gone(&self, host: &str, pid: u32) -> bool {
        let here = host == self.host && pid != self.pid;
        here && (is_zombie(pid)
            || i32::try_from(pid)
                .ok()
                .and_then(Pid::from_raw)
                .is_none_or(|pid| test_kill_process(pid) == Err(rustix::io::Errno::SRCH)))
    }
}

/// Whether a process has ended and nobody has asked how, as happens where the first process of a container asks nobody.
fn is_zombie(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name stands in parentheses and may hold any letter.
    stat.rsplit_once(") ").is_some_and(|(_, after)| after.starts_with(['Z', 'X']))
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}:{}", self.os_user, self.host, self.pid)
    }
}
