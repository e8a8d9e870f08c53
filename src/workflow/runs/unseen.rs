//! Which rows a run's predictions may be judged by: those that whatever made them did not learn from.

use super::ground::{Classes, Known};
use crate::domain::Question;
use crate::error::Result;
use crate::project::{Project, Run, RunOrigin, State};
use std::collections::BTreeSet;

/// What is known of the rows that a run learned from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unseen {
    /// Rows that what says something of them learned from, or was tuned on.
    seen: BTreeSet<u32>,
    /// Rows that the run learned from, and of which models of the others say something.
    out_of_fold: BTreeSet<u32>,
}

impl Unseen {
    /// Of a run, by the state that it was trained on; of one that came in nothing is known.
    ///
    /// # Errors
    /// Where the project cannot be read.
    pub fn of(project: &Project, question: &Question, run: &Run, classes: &Classes) -> Result<Self> {
        let state = match run.run.origin {
            RunOrigin::Imported => None,
            RunOrigin::Trained => state_of(project, question, run)?,
        };
        let Some(state) = state else { return Ok(Self::default()) };
        let known = Known::of(&state, classes);
        let rows = |of: &[(u32, Vec<u32>)]| of.iter().map(|(row, _)| *row).collect::<BTreeSet<u32>>();
        let (mut seen, learned) = (rows(&known.validation), rows(&known.train));
        match run.run.record["out_of_fold"].as_bool() {
            Some(true) => Ok(Self { seen, out_of_fold: learned }),
            _ => {
                seen.extend(learned);
                Ok(Self { seen, out_of_fold: BTreeSet::new() })
            }
        }
    }

    /// Whether what is said of a row was learned from it.
    pub fn was_seen(&self, row: u32) -> bool {
        self.seen.contains(&row)
    }

    /// Whether what is said of a row is out of fold.
    pub fn is_out_of_fold(&self, row: u32) -> bool {
        self.out_of_fold.contains(&row)
    }
}

/// The state that a run was trained on, or judged by.
///
/// # Errors
/// Where the project cannot be read.
pub fn state_of(project: &Project, question: &Question, run: &Run) -> Result<Option<State>> {
    let snapshots = project.snapshots(question.id)?;
    let snapshot = snapshots.iter().find(|snapshot| Some(snapshot.id) == run.run.snapshot);
    snapshot.map(|snapshot| project.state_of(question, snapshot)).transpose()
}
