//! What was erased of the state that a run was trained on: why it cannot come out the same any more.

use super::unseen::state_of;
use crate::domain::Question;
use crate::error::Result;
use crate::project::{Project, Run};
use std::collections::HashSet;

/// How many items of a run's state were erased since, and how many it has; none where the run has no state.
///
/// # Errors
/// Where the file cannot be read.
pub fn erased(project: &Project, question: &Question, run: &Run) -> Result<Option<(usize, usize)>> {
    let Some(state) = state_of(project, question, run)? else { return Ok(None) };
    let gone: HashSet<u32> = project.erased_items()?.into_iter().collect();
    Ok(Some((state.rows.iter().filter(|row| gone.contains(&row.seq)).count(), state.rows.len())))
}
