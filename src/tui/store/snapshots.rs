//! What the Data screen looks up about snapshots, beside the sitting.

use super::Tell;
use super::runs::Sort;
use crate::error::Result;
use crate::project::{Project, SnapshotId};
use crate::tui::msg::{Reply, Request};
use crate::workflow::labelling::Sitting;
use crate::workflow::{lineage, snapshots};

/// Of how many items of each sort of change name and text are read.
const SHOWN: usize = 200;

/// What is looked up: the list with what came of each, what one holds, what changed between two.
#[derive(Default)]
pub struct SnapshotsBeside {
    list: Sort,
    held: Sort,
    two: Sort,
}

impl SnapshotsBeside {
    /// Lists the snapshots with what came of them.
    pub fn list(&mut self, sitting: &Sitting, tell: &Tell) -> Result<Vec<Reply>> {
        let question = sitting.question().clone();
        let look_up =
            Box::new(move |project: &Project| Ok(Reply::Lineage(question.id, lineage::lines(project, &question)?)));
        self.list.ask(sitting, tell, &Request::Lineage, look_up)
    }

    /// Counts what one holds.
    pub fn holds(&mut self, sitting: &Sitting, tell: &Tell, id: SnapshotId) -> Result<Vec<Reply>> {
        let question = sitting.question().clone();
        let look_up = Box::new(move |project: &Project| {
            let state = project.state_of(&question, &lineage::of_id(project, &question, id)?)?;
            Ok(Reply::Holds(id, Box::new(snapshots::holds(&question, &state))))
        });
        self.held.ask(sitting, tell, &Request::Holds(id), look_up)
    }

    /// Tells what changed between two.
    pub fn diff(&mut self, sitting: &Sitting, tell: &Tell, a: SnapshotId, b: SnapshotId) -> Result<Vec<Reply>> {
        let (question, me) = (sitting.question().clone(), sitting.person().id);
        let look_up = Box::new(move |project: &Project| {
            let differs = lineage::differs(project, &question, (a, b), me, SHOWN)?;
            Ok(Reply::SnapshotsDiffer(a, b, Box::new(differs)))
        });
        self.two.ask(sitting, tell, &Request::DiffSnapshots(a, b), look_up)
    }
}
