//! What every command needs: the global options, the project they mean, and who is acting.

use super::{Global, find, report};
use crate::error::{Error, Result};
use crate::jobs::{Control, Progress};
use crate::workflow::labelling::Seat;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The circumstances of one command.
#[derive(Debug)]
pub struct Context {
    /// The global options.
    pub global: Global,
}

impl Context {
    /// Takes the global options.
    pub fn new(global: Global) -> Self {
        Self { global }
    }

    /// The project that is meant.
    ///
    /// # Errors
    /// Where none or several are found, with what to do.
    pub fn project_path(&self) -> Result<PathBuf> {
        find::project(self.global.project.as_deref(), std::env::var_os("KARAT_PROJECT"), Path::new("."))
    }

    /// Who is acting: `--by`, else `$KARAT_USER`, else the configuration, else the login name.
    ///
    /// # Errors
    /// Where nobody can be told.
    pub fn who(&self) -> Result<String> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        let given = self.global.by.clone().or_else(|| variable("KARAT_USER"));
        given
            .or_else(|| variable("USER"))
            .or_else(|| variable("LOGNAME"))
            .or_else(|| variable("USERNAME"))
            .ok_or_else(|| Error::usage("nobody knows who you are").hint("say so with --by NAME, or set $KARAT_USER"))
    }

    /// A seat at a project, for the terminal UI.
    pub fn seat(&self, project: PathBuf) -> Seat {
        Seat { project, by: self.global.by.clone(), question: self.global.question.clone(), welcome: None }
    }

    /// Says something on stderr that is not the command's result.
    pub fn note(&self, text: impl AsRef<str>) {
        if !self.global.quiet {
            report::to_stderr(&format!("{}\n", text.as_ref()));
        }
    }

    /// A control whose progress is painted as one line on stderr, where that is a terminal.
    pub fn control(&self) -> Control {
        if self.global.quiet || !std::io::stderr().is_terminal() {
            return Control::default();
        }
        let mut stage = (String::new(), Instant::now());
        Control::listening(move |progress| {
            if stage.0 != progress.stage {
                stage = (progress.stage.clone(), Instant::now());
            }
            report::to_stderr(&progress_line(progress, stage.1.elapsed().as_secs_f64()));
        })
    }
}

/// One line that repaints itself: stage, bar, rate, time left; a finished stage clears the line.
fn progress_line(progress: &Progress, seconds: f64) -> String {
    let Progress { stage, done, total } = progress;
    if *total == 0 {
        return format!("\r\x1b[K{stage} {done}");
    }
    if done >= total {
        return "\r\x1b[K".to_owned();
    }
    let rate = *done as f64 / seconds.max(1e-3);
    let left = (total - done) as f64 / rate.max(1e-9);
    let filled = usize::try_from(done * 20 / total).unwrap_or(20);
    let bar = format!("{}{}", "█".repeat(filled), " ".repeat(20 - filled.min(20)));
    format!("\r\x1b[K{stage} ▕{bar}▏ {}% {rate:.0}/s {left:.0} s left", done * 100 / total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_progress_line_tells_share_rate_and_time_left() {
        let line = progress_line(&Progress { stage: "import".into(), done: 250, total: 1000 }, 2.0);
        assert!(line.contains("import") && line.contains("25%") && line.contains("125/s") && line.contains("6 s left"));
        assert_eq!(progress_line(&Progress { stage: "import".into(), done: 1, total: 1 }, 2.0), "\r\x1b[K");
    }
}
