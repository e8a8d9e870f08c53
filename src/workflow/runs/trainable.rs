//! What there is to train on, for whoever is about to.

use crate::domain::Question;
use crate::error::{Error, Result};
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

impl Trainable {
    /// Whether there is anything to learn from.
    ///
    /// # Errors
    /// Where nothing is settled that teaches, in the words that a training would fail with.
    pub fn check(&self) -> Result<()> {
        match self.rows[0] {
            0 => Err(Error::data("no item of the train split has a settled value to learn from")
                .hint("answer items, bring labels in, or split otherwise: karat split")),
            _ => Ok(()),
        }
    }
}

/// What there is to train on.
///
/// # Errors
/// Where the file cannot be read.
pub fn trainable(project: &Project, question: &Question) -> Result<Trainable> {
    let fields = project.fields()?.into_iter().filter(|field| field.feature).map(|field| field.name).collect();
    Ok(Trainable { fields, rows: holds(question, &project.state(question)?).settled })
}
