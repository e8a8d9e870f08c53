//! Finding items by what is typed: a predicate where it reads like one, else text.

use super::frame;
use crate::domain::Question;
use crate::error::Result;
use crate::project::Project;
use crate::slices::predicate::{Need, Predicate};
use std::collections::BTreeSet;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The items, in the order of the file.
    pub items: Vec<u32>,
    /// Whether it was read as a predicate; else as text.
    pub predicate: bool,
    /// What the predicate reads.
    pub needs: BTreeSet<Need>,
}

/// Finds items. What stands in double quotes is text; what is a predicate, or has a comparison in it, is a predicate;
/// all else is text, found anywhere in the item's text, letter case aside.
///
/// # Errors
/// Where a predicate is wrong: the message points at the place.
pub fn items(project: &Project, question: &Question, typed: &str) -> Result<Found> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(Found::default());
    }
    let quoted = typed.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    if quoted.is_none()
        && reads_as_predicate(typed, || {
            Predicate::parse(typed, &frame::vocabulary(project, question)?).map_err(Into::into)
        })?
    {
        let needs = Predicate::parse(typed, &frame::vocabulary(project, question)?)?.needs().clone();
        return Ok(Found { items: frame::matching(project, question, typed)?, predicate: true, needs });
    }
    let mut wanted = Needle::new(quoted.unwrap_or(typed));
    let mut items = Vec::new();
    project.for_each_text(|seq, text| {
        if wanted.is_in(text) {
            items.push(seq);
        }
    })?;
    Ok(Found { items, ..Found::default() })
}

/// Whether it is a predicate. One that is wrong counts as one only where it compares something.
fn reads_as_predicate(typed: &str, parse: impl FnOnce() -> Result<Predicate>) -> Result<bool> {
    match parse() {
        Ok(_) => Ok(true),
        Err(error) if typed.contains(['=', '<', '>']) => Err(error),
        Err(_) => Ok(false),
    }
}

/// What is looked for, letter case aside.
struct Needle {
    lower: String,
    /// The text at hand in lower case; kept so that a million texts need one buffer.
    buffer: String,
}

impl Needle {
    fn new(typed: &str) -> Self {
        Self { lower: typed.to_lowercase(), buffer: String::new() }
    }

    fn is_in(&mut self, text: &str) -> bool {
        if !text.is_ascii() {
            return text.to_lowercase().contains(&self.lower);
        }
        self.buffer.clear();
        self.buffer.push_str(text);
        self.buffer.make_ascii_lowercase();
        self.buffer.contains(&self.lower)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn letter_case_does_not_matter() {
        assert!(Needle::new("battery").is_in("The BATTERY lasts"));
        assert!(Needle::new("ÜBER").is_in("Übergröße"));
        assert!(!Needle::new("a longer one").is_in("short"));
    }

    #[test]
    fn a_wrong_comparison_is_an_error_and_words_are_text() {
        let wrong = || Err(Error::usage("no such field"));
        assert_eq!(reads_as_predicate("battery life", wrong), Ok(false));
        assert!(reads_as_predicate("prodct = 'phone'", wrong).is_err());
    }
}
