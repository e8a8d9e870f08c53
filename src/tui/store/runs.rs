//! What the Runs screen looks up beside the sitting.

use super::Tell;
use super::beside::beside;
use super::reader::{LookUp, Reader, Search};
use crate::error::Result;
use crate::project::{Project, RunId};
use crate::tui::msg::{Reply, Request};
use crate::workflow::labelling::Sitting;
use crate::workflow::runs::{self, Detail};

/// One sort of look-up: of several the newest is told.
#[derive(Default)]
pub struct Sort {
    reader: Option<Reader>,
    asked: u64,
}

impl Sort {
    /// How often it was asked.
    #[cfg(test)]
    pub fn asked(&self) -> u64 {
        self.asked
    }

    /// Looks something up.
    pub fn ask(&mut self, sitting: &Sitting, tell: &Tell, request: &Request, look_up: LookUp) -> Result<Vec<Reply>> {
        self.asked += 1;
        let search = Search { request: request.clone(), number: self.asked, look_up };
        beside(&mut self.reader, sitting, tell, search)
    }
}

/// What the Runs screen looks up: the list, a run, two compared.
#[derive(Default)]
pub struct RunsBeside {
    list: Sort,
    run: Sort,
    two: Sort,
}

impl RunsBeside {
    /// Lists the runs.
    pub fn list(&mut self, sitting: &Sitting, tell: &Tell) -> Result<Vec<Reply>> {
        let question = sitting.question().clone();
        let look_up = Box::new(move |project: &Project| Ok(Reply::Runs(question.id, runs::list(project, &question)?)));
        self.list.ask(sitting, tell, &Request::Runs, look_up)
    }

    /// Reads all that is known of one.
    pub fn run(&mut self, sitting: &Sitting, tell: &Tell, id: RunId) -> Result<Vec<Reply>> {
        let question = sitting.question().clone();
        let look_up = Box::new(move |project: &Project| {
            let run = runs::of_id(project, &question, id)?;
            Ok(Reply::Run(Box::new(Detail::of(project, &question, &run)?)))
        });
        self.run.ask(sitting, tell, &Request::Run(id), look_up)
    }

    /// Compares two.
    pub fn compare(&mut self, sitting: &Sitting, tell: &Tell, a: RunId, b: RunId) -> Result<Vec<Reply>> {
        let question = sitting.question().clone();
        let look_up = Box::new(move |project: &Project| {
            let run = |id| runs::of_id(project, &question, id);
            let compared = runs::compare(project, &question, &run(a)?, &run(b)?, 0)?;
            Ok(Reply::ComparedRuns(a, b, Box::new(compared)))
        });
        self.two.ask(sitting, tell, &Request::CompareRuns(a, b), look_up)
    }
}
