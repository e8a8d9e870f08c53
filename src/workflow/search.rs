//! Finding items by their text.

use crate::domain::Question;
use crate::error::Result;
use crate::project::Project;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The items, in the order of the file.
    pub items: Vec<u32>,
    /// Whether it was read as a predicate; else as text.
    pub predicate: bool,
}

/// Finds the items whose text has this in it, letter case aside.
pub fn items(project: &Project, _question: &Question, typed: &str) -> Result<Found> {
    let wanted = typed.trim().trim_matches('"').to_lowercase();
    let mut items = Vec::new();
    if !wanted.is_empty() {
        project.for_each_text(|seq, text| {
            if text.to_lowercase().contains(&wanted) {
                items.push(seq);
            }
        })?;
    }
    Ok(Found { items, predicate: false })
}
