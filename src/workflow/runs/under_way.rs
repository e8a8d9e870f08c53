//! Trainings under way and how the last ones ended, for whoever looks on from another process: list, start, cancel,
//! dismiss.
//!
//! A training is a process, `karat train`, in a terminal or of its own ([`start`]). It says how far it is in the project
//! file about twice a second, with the points of its curves ([`Training::progress`], whose `curves` are read by
//! [`crate::domain::Curves::of_json`]), and beats there every five seconds. It ends with a run, with an error whose
//! words stay to be read until somebody dismisses it or the question is trained again, cancelled, or lost with its process.
//! Whichever it is but a run, nothing is kept.

use super::command::arguments;
use super::train::{Asked, check};
use crate::domain::Question;
use crate::error::{Error, Result};
use crate::jobs::child;
use crate::project::{Project, Training, TrainingState};
use serde_json::{Value as Json, json};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Who starts a training of what, by which program.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// The program: [`this_program`], but in a test.
    pub program: PathBuf,
    /// The project.
    pub project: PathBuf,
    /// The name of whoever starts it.
    pub by: String,
    /// The question's name.
    pub question: String,
    /// What to train.
    pub asked: Asked,
}

/// This program's own file.
///
/// # Errors
/// Where the system does not say.
pub fn this_program() -> Result<PathBuf> {
    std::env::current_exe().map_err(|e| Error::io(format!("this program's own file is not known: {e}")))
}

/// Starts a training as a process in a session of its own: it goes on when this process and its terminal are gone. Gives
/// its number once it has announced itself; takes about as long as a command. Where only one process can use the
/// project, that must not be this one.
///
/// # Errors
/// Where what is asked cannot be, or the process could not begin; says why.
pub fn start(start: &Start) -> Result<u32> {
    check(&start.asked)?;
    let project = start.project.canonicalize().map_err(|e| Error::file(&start.project, &e))?;
    let mut args: Vec<OsString> = vec!["--project".into(), project.into()];
    args.extend(["--quiet", "--by", &start.by, "--question", &start.question].map(OsString::from));
    args.extend(arguments(&start.asked).into_iter().map(OsString::from));
    args.push(DETACHED.into());
    let word = child::start(&start.program, args)?;
    word.parse().map_err(|_| Error::internal(format!("the training's process said {word:?} for its number")))
}

/// The hidden option of `karat train` that [`start`] gives.
const DETACHED: &str = "--detached";

/// In the process that [`start`] starts: says that the training of this number is announced, and lets go of whoever
/// started it.
///
/// # Errors
/// Where the log cannot be written.
pub fn detached(number: u32, state: &Path) -> Result<()> {
    std::fs::create_dir_all(state).map_err(|e| Error::file(state, &e))?;
    child::ready(&number.to_string(), &state.join("trainings.log"))
}

/// The training of a number.
///
/// # Errors
/// Where there is none.
pub fn training(project: &Project, number: u32) -> Result<Training> {
    project.trainings()?.into_iter().find(|training| training.number == number).ok_or_else(|| {
        Error::usage(format!("there is no training {number}"))
            .hint("karat trainings lists those that are under way, and how the last ones ended")
    })
}

/// Cancels a training that is under way, whoever started it: from here on it can no longer come to a run, and its process
/// stops within a second.
///
/// # Errors
/// Where it has ended already.
pub fn cancel(project: &mut Project, number: u32, by: &str) -> Result<Training> {
    project.may_write()?;
    let before = training(project, number)?;
    let cancelled = before.state == TrainingState::UnderWay
        && project.end_training(number, TrainingState::Cancelled, Some(&format!("by {by}")))?;
    let now = training(project, number)?;
    match cancelled {
        true => Ok(now),
        false => Err(Error::conflict(format!("training {number} is not under way: it is {}", now.state))),
    }
}

/// Forgets how trainings ended: that of a number, or all that have ended; the numbers that are forgotten.
///
/// # Errors
/// Where the one that is named is under way.
pub fn dismiss(project: &mut Project, number: Option<u32>) -> Result<Vec<u32>> {
    project.may_write()?;
    let going = |training: &Training| training.state == TrainingState::UnderWay;
    let chosen = match number {
        Some(number) => vec![training(project, number)?],
        None => project.trainings()?.into_iter().filter(|training| !going(training)).collect(),
    };
    if let Some(training) = chosen.iter().find(|training| going(training)) {
        return Err(Error::conflict(format!("training {} is under way", training.number))
            .hint(format!("karat trainings cancel {} stops it", training.number)));
    }
    chosen.iter().try_for_each(|training| project.forget_training(training.number))?;
    Ok(chosen.iter().map(|training| training.number).collect())
}

/// How far a training is, or how it ended, in words.
pub fn told(project: &Project, training: &Training) -> Result<String> {
    let progress = &training.progress;
    let said = training.said.as_deref().unwrap_or_default();
    Ok(match training.state {
        TrainingState::UnderWay if progress.total > 0 => {
            format!("{} {}%", progress.stage, progress.done.saturating_mul(100) / progress.total)
        }
        TrainingState::UnderWay => progress.stage.clone(),
        TrainingState::Finished => run_number(project, training)?.map_or_else(String::new, |n| format!("run {n}")),
        TrainingState::Failed => said.to_owned(),
        TrainingState::Cancelled => format!("{said} while {}", progress.stage).trim().to_owned(),
        TrainingState::Lost => {
            format!("its process on {} is gone; it was at {}; nothing was kept", training.host, progress.stage)
        }
    })
}

fn run_number(project: &Project, training: &Training) -> Result<Option<u32>> {
    training.run.map_or(Ok(None), |run| project.run_number(run))
}

/// A training as programs read it.
///
/// # Errors
/// Where the file cannot be read.
pub fn training_json(project: &Project, training: &Training) -> Result<Json> {
    let questions = project.questions()?;
    let question = questions.iter().find(|question| question.id == training.question);
    let progress = &training.progress;
    Ok(json!({
        "training": training.number, "question": question.map(|question: &Question| &question.name),
        "state": training.state.as_str(), "by": by(project, training)?, "host": training.host, "pid": training.pid,
        "started": training.started, "heard": training.heard, "ended": training.ended, "asked": training.asked,
        "stage": progress.stage, "done": progress.done, "total": progress.total, "curves": progress.curves,
        "run": run_number(project, training)?, "said": training.said,
    }))
}

/// The name of whoever started a training; somebody who is new has none before the run.
pub fn by(project: &Project, training: &Training) -> Result<Option<String>> {
    Ok(project.people()?.into_iter().find(|person| person.id == training.by).and_then(|person| person.name))
}
