//! What the Runs screen learns of trainings under way, and how it starts one.

use super::Tell;
use super::runs::Sort;
use crate::error::{Error, Result};
use crate::project::Project;
use crate::tui::msg::{Reply, Request};
use crate::workflow::labelling::Sitting;
use crate::workflow::runs::under_way::{self, Start};
use crate::workflow::runs::{Asked, Watched, trainable, watched};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The trainings, once somebody has asked for them.
#[derive(Default)]
pub struct TrainingsBeside {
    list: Sort,
    form: Sort,
    /// The state of the file when they were read last; none where nobody has asked.
    seen: Option<i64>,
    /// Whether one was under way then.
    busy: Arc<AtomicBool>,
    /// Whether a look-up is under way: another would stop it, and again, so that nobody ever heard of any.
    asking: Arc<AtomicBool>,
    /// Whether somebody has asked meanwhile.
    again: bool,
}

/// A look-up under way, until it is done or given up.
struct Asking(Arc<AtomicBool>);

impl Asking {
    fn begin(asking: &Arc<AtomicBool>) -> Self {
        asking.store(true, Ordering::Relaxed);
        Self(Arc::clone(asking))
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl TrainingsBeside {
    /// Reads how far they are; where that is being read, once more when it is.
    pub fn list(&mut self, sitting: &Sitting, tell: &Tell) -> Result<Vec<Reply>> {
        self.again = self.asking.load(Ordering::Relaxed);
        if self.again {
            return Ok(Vec::new());
        }
        let asking = Asking::begin(&self.asking);
        self.seen = Some(sitting.project().data_version()?);
        let (question, busy) = (sitting.question().clone(), Arc::clone(&self.busy));
        let look_up = Box::new(move |project: &Project| {
            let _until_done = asking;
            let trainings = watched(project, &question)?;
            busy.store(trainings.iter().any(Watched::goes_on), Ordering::Relaxed);
            Ok(Reply::Trainings(question.id, trainings))
        });
        self.list.ask(sitting, tell, &Request::Trainings, look_up)
    }

    /// Reads again how far they are, where somebody has asked before and it may have changed. That a process is gone changes
    /// nothing in the file.
    pub fn list_if_due(&mut self, sitting: &Sitting, tell: &Tell) -> Result<Vec<Reply>> {
        let Some(seen) = self.seen else { return Ok(Vec::new()) };
        match self.again || self.busy.load(Ordering::Relaxed) || sitting.project().data_version()? != seen {
            true => self.list(sitting, tell),
            false => Ok(Vec::new()),
        }
    }

    /// Counts what there is to train on.
    pub fn trainable(&mut self, sitting: &Sitting, tell: &Tell) -> Result<Vec<Reply>> {
        let question = sitting.question().clone();
        let look_up = Box::new(move |project: &Project| Ok(Reply::Trainable(trainable(project, &question)?)));
        self.form.ask(sitting, tell, &Request::Trainable, look_up)
    }
}

/// Starts a training in a process of its own, from a thread of its own: it waits until the process has announced itself.
pub fn start(sitting: &Sitting, project: &Path, tell: &Tell, asked: &Asked) -> Result<Vec<Reply>> {
    let start = Start {
        program: under_way::this_program()?,
        project: project.to_owned(),
        by: sitting.person().name.clone().unwrap_or_default(),
        question: sitting.question().name.clone(),
        asked: asked.clone(),
    };
    let tell = Arc::clone(tell);
    let work = move || {
        tell(match under_way::start(&start) {
            Ok(number) => Reply::TrainingStarted(number),
            Err(error) => Reply::Failed(Box::new(Request::Train(Box::new(start.asked))), error),
        });
    };
    let thread = std::thread::Builder::new().name("start".into()).spawn(work);
    thread.map_err(|e| Error::io(format!("no thread could be started: {e}")))?;
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::labelling::tests::World;
    use std::sync::mpsc::channel;

    #[test]
    fn a_look_up_under_way_is_not_stopped_by_the_next() {
        let world = World::new(3);
        let sitting = world.sit("ana", 2);
        let (told, replies) = channel();
        let tell: Tell = Arc::new(move |reply| told.send(reply).unwrap());
        let mut trainings = TrainingsBeside::default();
        trainings.list(&sitting, &tell).unwrap();
        assert!(matches!(replies.recv(), Ok(Reply::Trainings(_, none)) if none.is_empty()));
        let under_way = Asking::begin(&trainings.asking);
        trainings.list(&sitting, &tell).unwrap();
        trainings.list_if_due(&sitting, &tell).unwrap();
        assert_eq!(trainings.list.asked(), 1, "the first is waited for");
        drop(under_way);
        trainings.list_if_due(&sitting, &tell).unwrap();
        assert!(matches!(replies.recv(), Ok(Reply::Trainings(..))), "and asked again, since somebody wanted it");
    }
}
