//! Being asked to stop, by Ctrl-C or SIGTERM. Until a command has done what it is for, it ends at once, takes away what
//! it had begun and says that nothing was changed; from then on it comes to its end.
//!
//! Who finishes something that others will see does it in [`finish`]; who makes a file that is not whole yet holds a
//! [`Leftover`]; who has to say a last word to others holds a [`Farewell`]. All hold whether somebody watches or not.

use crate::error::{Error, Result};
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use tokio::signal::unix::{SignalKind, signal};

/// How far the command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Signals are somebody else's: the screen's.
    Unwatched,
    /// Nothing that others see was changed yet.
    Working,
    /// It was.
    Done,
    /// It was, and somebody has asked to stop since.
    Asked,
}

struct State {
    stage: Stage,
    leftovers: Vec<PathBuf>,
    farewell: Option<Box<dyn FnOnce() + Send>>,
}

static STATE: Mutex<State> = Mutex::new(State { stage: Stage::Unwatched, leftovers: Vec::new(), farewell: None });

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Watches for signals from here on.
///
/// # Errors
/// Where the system gives no thread or no signals.
pub fn watch() -> Result<()> {
    let (ready, begun) = mpsc::channel();
    state().stage = Stage::Working;
    std::thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            if let Err(e) = listen(&ready) {
                tracing::warn!("signals are not watched: {e}");
            }
        })
        .map_err(|e| Error::internal(format!("no thread for signals: {e}")))?;
    // The sender is gone where signals cannot be had: then they do what they do by themselves.
    let _ = begun.recv();
    Ok(())
}

/// Leaves signals to the screen.
pub fn leave() {
    state().stage = Stage::Unwatched;
}

/// Does the step after which the command is done rather than stopped. No signal ends the process meanwhile.
///
/// # Errors
/// Those of the step.
pub fn finish<T, E>(step: impl FnOnce() -> std::result::Result<T, E>) -> std::result::Result<T, E> {
    let mut state = state();
    if state.stage == Stage::Unwatched {
        drop(state);
        return step();
    }
    let done = step()?;
    if state.stage == Stage::Working {
        state.stage = Stage::Done;
    }
    Ok(done)
}

/// Files that are not whole yet: a process that is asked to stop takes them away.
#[derive(Debug)]
pub struct Leftover(Vec<PathBuf>);

impl Leftover {
    /// Holds these until it is dropped.
    pub fn of(files: Vec<PathBuf>) -> Self {
        state().leftovers.extend(files.iter().cloned());
        Self(files)
    }
}

impl Drop for Leftover {
    fn drop(&mut self) {
        state().leftovers.retain(|file| !self.0.contains(file));
    }
}

/// What is done last where the process is asked to stop before the command is done: a word to others, that must not take
/// longer than a moment.
#[derive(Debug)]
pub struct Farewell(());

impl Farewell {
    /// Holds it until this is dropped.
    pub fn of(said: impl FnOnce() + Send + 'static) -> Self {
        state().farewell = Some(Box::new(said));
        Self(())
    }
}

impl Drop for Farewell {
    fn drop(&mut self) {
        state().farewell = None;
    }
}

fn listen(ready: &mpsc::Sender<()>) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        // Whoever waits has gone on only if the process is ending.
        let _ = ready.send(());
        loop {
            tokio::select! {
                _ = interrupt.recv() => asked(),
                _ = terminate.recv() => asked(),
            }
        }
    })
}

/// Ends the process where that is right, as a signal does. The state stays locked to the end, so that nothing is finished
/// meanwhile.
pub fn asked() {
    let mut state = state();
    let said = match state.stage {
        Stage::Unwatched => return,
        Stage::Working => "interrupted: nothing was changed",
        Stage::Done => return state.stage = Stage::Asked,
        Stage::Asked => "interrupted: what it was for is done",
    };
    for file in state.leftovers.drain(..) {
        // It may not have been made yet.
        let _ = std::fs::remove_file(file);
    }
    if let (Stage::Working, Some(farewell)) = (state.stage, state.farewell.take()) {
        farewell();
    }
    let mut err = std::io::stderr().lock();
    // A line of progress may still stand there.
    let clear = if err.is_terminal() { "\r\x1b[K" } else { "" };
    // There is nobody to tell if that fails.
    let _ = writeln!(err, "{clear}karat: {said}");
    drop(err);
    leave_now();
}

#[allow(clippy::disallowed_methods, reason = "another thread is in the middle of something that is not to be finished")]
fn leave_now() -> ! {
    std::process::exit(130)
}
