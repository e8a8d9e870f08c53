//! What a process does for the file while nothing else happens: the log goes back into the file.

use super::Project;
use crate::clock::Millis;
use crate::error::Result;

/// So long nothing may have happened before the log is moved.
const QUIET_MS: Millis = 30_000;

/// Since when nothing has happened.
#[derive(Debug, Default)]
pub(super) struct Quiet {
    /// What changes when something happens: others' commits, own changes.
    mark: (i64, u64),
    since: Millis,
    tidied: bool,
}

impl Project {
    /// To be called now and then: once neither this process nor another has written for half a minute, moves the
    /// write-ahead log into the file, so that it does not grow while everybody sits still. Whether it did.
    pub fn tidy_when_quiet(&mut self) -> Result<bool> {
        let mark = (self.data_version()?, self.conn.total_changes());
        let now = self.place.now();
        if mark != self.quiet.mark || self.quiet.since == 0 {
            self.quiet = Quiet { mark, since: now, tidied: false };
        }
        if self.quiet.tidied || now - self.quiet.since < QUIET_MS {
            return Ok(false);
        }
        self.quiet.tidied = true;
        self.checkpoint()?;
        Ok(true)
    }
}
