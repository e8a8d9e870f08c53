//! What there is to train on, for whoever is about to.

use crate::domain::Question;
use crate::error::Result;
use crate::project::Project;
use crate::workflow::snapshots::holds;

/// What there is to train on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trainable {
    /// The fields that models may see.
    pub fields: Vec<String>,
    /// Settled values that teach, tune and judge.
    pub rows: [usize; 3],
}

/// What there is to train on.
///
/// # Errors
/// Where the file cannot be read.
pub fn trainable(project: &Project, question: &Question) -> Result<Trainable> {
    let fields = project.fields()?.into_iter().filter(|field| field.feature).map(|field| field.name).collect();
    Ok(Trainable { fields, rows: holds(question, &project.state(question)?).settled })
}
