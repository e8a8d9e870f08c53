//! A training that tells others of itself while it is under way, and stops where one of them has ended it.

use super::train::Asked;
use crate::domain::{PersonId, Question};
use crate::error::{Error, Kind, Result};
use crate::interrupt::{self, Farewell};
use crate::jobs::{Control, Progress};
use crate::project::{Project, TrainingProgress, TrainingState};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often others hear of what is new, and this training of being ended.
const EVERY: Duration = Duration::from_millis(400);
/// How often they hear that it lives where nothing is new.
const BEAT: Duration = Duration::from_secs(5);
/// How long a process that is asked to stop waits for its last word to be written.
const LAST_WORD: Duration = Duration::from_millis(300);

/// A training that others can see; where it is dropped before it is ended, it has failed.
pub struct Announced {
    number: u32,
    teller: Option<(Sender<Word>, JoinHandle<()>)>,
    farewell: Option<Farewell>,
}

/// What the telling thread is told.
enum Word {
    /// How the training ended, and whom to tell that it is written.
    Ended(TrainingState, Option<String>, Sender<()>),
}

/// Announces a training by this process. From here on a thread of its own says how far `control` has come, and asks it to
/// stop once somebody else has ended the training.
///
/// # Errors
/// Where the file cannot be written.
pub fn announce(
    project: &mut Project,
    by: PersonId,
    question: &Question,
    asked: &Asked,
    control: &Control,
) -> Result<Announced> {
    let number = project.begin_training(question.id, by, &asked.to_json())?;
    let (words, inbox) = channel();
    let teller = teller(project, number, control, inbox).inspect_err(|error| end(project, number, error))?;
    let last = words.clone();
    let farewell = Farewell::of(move || say_last(&last, TrainingState::Cancelled, None));
    Ok(Announced { number, teller: teller.map(|thread| (words, thread)), farewell: Some(farewell) })
}

/// The thread that tells, where another connection can use the file.
fn teller(project: &Project, number: u32, control: &Control, inbox: Receiver<Word>) -> Result<Option<JoinHandle<()>>> {
    let Some(beside) = project.open_to_tell()? else { return Ok(None) };
    let control = control.clone();
    let thread = std::thread::Builder::new().name("karat-teller".into());
    let thread = thread.spawn(move || tell(&beside, number, &control, inbox));
    thread.map(Some).map_err(|e| Error::io(format!("no thread to tell of the training: {e}")))
}

/// Ends a training that came to nothing.
fn end(project: &Project, number: u32, error: &Error) {
    let ended = match error.kind {
        Kind::Interrupted => project.end_training(number, TrainingState::Cancelled, None),
        _ => project.end_training(number, TrainingState::Failed, Some(&error.to_string())),
    };
    if let Err(e) = ended {
        tracing::warn!("how training {number} ended is not written: {e}");
    }
}

impl Announced {
    /// Its number.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Ends it with what it came to; a run has ended it in its own commit.
    pub fn end<T>(mut self, project: &Project, came_to: &Result<T>) {
        self.hush();
        if let Err(error) = came_to {
            end(project, self.number, error);
        }
    }

    /// Stops telling. Nothing is said after this by the thread.
    fn hush(&mut self) {
        let Some((words, thread)) = self.teller.take() else { return };
        // The farewell holds the line, too.
        self.farewell = None;
        drop(words);
        if thread.join().is_err() {
            tracing::error!("the thread that tells of a training ended badly");
        }
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        if let Some((words, _)) = &self.teller {
            let said = "its process ended in the middle of it; the log file says more".to_owned();
            say_last(words, TrainingState::Failed, Some(said));
        }
        self.hush();
    }
}

fn say_last(words: &Sender<Word>, state: TrainingState, said: Option<String>) {
    let (written, done) = channel();
    if words.send(Word::Ended(state, said, written)).is_ok() {
        // Another's long write may keep it from being written: then the end of the process says it.
        let _ = done.recv_timeout(LAST_WORD);
    }
}

fn tell(project: &Project, number: u32, control: &Control, inbox: Receiver<Word>) {
    let mut told = TrainingProgress::default();
    let mut heard = Instant::now();
    loop {
        match inbox.recv_timeout(EVERY) {
            Ok(Word::Ended(state, said, written)) => {
                if let Err(e) = project.end_training(number, state, said.as_deref()) {
                    tracing::warn!("how training {number} ended is not written: {e}");
                }
                let _ = written.send(());
                return;
            }
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {}
        }
        let now = of(control);
        let goes_on = if now != told || heard.elapsed() >= BEAT {
            (told, heard) = (now, Instant::now());
            project.tell_training(number, &told)
        } else {
            project.training_goes_on(number)
        };
        match goes_on {
            Ok(true) => {}
            Ok(false) => {
                control.cancel();
                drop(inbox);
                // A process of its own ends here; within another's, the work stops at its next check.
                return interrupt::asked();
            }
            Err(e) => tracing::warn!("training {number} could not be told of: {e}"),
        }
    }
}

fn of(control: &Control) -> TrainingProgress {
    let Progress { stage, done, total } =
        control.progress().unwrap_or_else(|| Progress { stage: "starting".to_owned(), done: 0, total: 0 });
    TrainingProgress { stage, done, total, curves: control.curves().to_json() }
}
