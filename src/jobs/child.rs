//! A process that outlives the one that starts it, and the session and terminal that it was started from.

use crate::error::{Error, Result};
use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

/// Starts a process that calls [`leave_session`] and then [`ready`], and waits for the word that it says there.
///
/// # Errors
/// Where it cannot be started, or ends before it says its word; then with what it said instead.
pub fn start<S: AsRef<OsStr>>(program: &Path, args: impl IntoIterator<Item = S>) -> Result<String> {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| Error::io(format!("{} cannot be started: {e}", program.display())))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    // Whoever lives on asks how it ended, or its name would stay among the processes: also where it fails at once.
    let reaper = std::thread::Builder::new().name("karat-reaper".into()).spawn(move || child.wait());
    if let Err(e) = reaper {
        tracing::warn!("nobody will ask how a process ended: {e}");
    }
    let (mut word, mut trouble) = (Vec::new(), Vec::new());
    // Both end where the process is ready or gone. It says little on the way, so that neither fills up meanwhile.
    let read = out.map_or(Ok(0), |mut pipe| pipe.read_to_end(&mut word));
    let read = read.and_then(|_| err.map_or(Ok(0), |mut pipe| pipe.read_to_end(&mut trouble)));
    read.map_err(|e| Error::io(format!("nothing is heard of the process that was started: {e}")))?;
    let word = String::from_utf8_lossy(&word).trim().to_owned();
    if word.is_empty() {
        let said = String::from_utf8_lossy(&trouble);
        let (said, hint) = said.trim().split_once('\n').unwrap_or((said.trim(), "nothing was started"));
        let said = if said.is_empty() { "the process that was started ended without a word" } else { said };
        return Err(Error::data(said.trim_start_matches("karat: ")).hint(hint.trim()));
    }
    Ok(word)
}

/// Leaves the session and the terminal that this process was started from, so that it does not end with them.
///
/// # Errors
/// Where this process leads a group of its own already.
pub fn leave_session() -> Result<()> {
    rustix::process::setsid().map_err(|e| Error::internal(format!("this process cannot leave its session: {e}")))?;
    super::be_nice();
    Ok(())
}

/// Says the word that [`start`] waits for, and lets go of whoever started this: from here on, what goes wrong is written
/// to the end of `log`.
///
/// # Errors
/// Where there is no log to write to.
pub fn ready(word: &str, log: &Path) -> Result<()> {
    let failed = |e: &dyn std::fmt::Display| Error::io(format!("{}: {e}", log.display()));
    let to = OpenOptions::new().create(true).append(true).open(log).map_err(|e| failed(&e))?;
    let nowhere = OpenOptions::new().write(true).open("/dev/null").map_err(|e| failed(&e))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{word}").and_then(|()| out.flush()).map_err(|e| failed(&e))?;
    rustix::stdio::dup2_stdout(&nowhere).map_err(|e| failed(&e))?;
    rustix::stdio::dup2_stderr(&to).map_err(|e| failed(&e))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn a_start_that_fails_leaves_no_process_behind() {
        let error = start(Path::new("/bin/sh"), ["-c", "echo karat: $$ >&2; exit 3"]).expect_err("no word");
        let process = Path::new("/proc").join(&error.message);
        let waited = Instant::now();
        while process.exists() {
            assert!(waited.elapsed() < Duration::from_secs(20), "nobody asks how {} ended", error.message);
            std::thread::yield_now();
        }
    }
}
