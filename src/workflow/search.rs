//! Finding items by what is typed: a predicate where it reads like one, else text.

use super::frame;
use crate::domain::Question;
use crate::error::Result;
use crate::project::Project;
use crate::slices::predicate::Predicate;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The items, in the order of the file.
    pub items: Vec<u32>,
    /// Whether it was read as a predicate; else as text.
    pub predicate: bool,
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
        return Ok(Found { items: frame::matching(project, question, typed)?, predicate: true });
    }
    let wanted = quoted.unwrap_or(typed).to_lowercase();
    let mut items = Vec::new();
    project.for_each_text(|seq, text| {
        if contains(text, &wanted) {
            items.push(seq);
        }
    })?;
    Ok(Found { items, predicate: false })
}

/// Whether it is a predicate. One that is wrong counts as one only where it compares something.
fn reads_as_predicate(typed: &str, parse: impl FnOnce() -> Result<Predicate>) -> Result<bool> {
    match parse() {
        Ok(_) => Ok(true),
        Err(error) if typed.contains(['=', '<', '>']) => Err(error),
        Err(_) => Ok(false),
    }
}

/// Whether a text has these lower-case words in it, letter case aside.
fn contains(text: &str, wanted: &str) -> bool {
    if text.is_ascii() && wanted.is_ascii() {
        let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
        return text.windows(wanted.len()).any(|window| window.eq_ignore_ascii_case(wanted));
    }
    text.to_lowercase().contains(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn letter_case_does_not_matter() {
        assert!(contains("The BATTERY lasts", "battery"));
        assert!(contains("Übergröße", "über"));
        assert!(!contains("short", "a longer one"));
    }

    #[test]
    fn a_wrong_comparison_is_an_error_and_words_are_text() {
        let wrong = || Err(Error::usage("no such field"));
        assert_eq!(reads_as_predicate("battery life", wrong), Ok(false));
        assert!(reads_as_predicate("prodct = 'phone'", wrong).is_err());
    }
}
