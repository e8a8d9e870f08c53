//! Asking something else of the same items, and saying how to judge.

use crate::domain::{ActKind, Kind, PersonId, Question, Scale};
use crate::error::{Error, Result};
use crate::project::Project;

/// Asks another question; `labels` are names, or `key=name`.
///
/// # Errors
/// Where the name is taken, or a label or key stands twice.
pub fn add(project: &mut Project, by: PersonId, name: &str, kind: Kind, labels: &[String]) -> Result<()> {
    let labels = parse_labels(labels)?;
    project.write(by, ActKind::Question, |w| {
        let question = w.add_question(name.trim(), kind)?;
        labels.iter().try_for_each(|(label, key)| w.add_label(question, label, *key).map(drop))
    })?;
    Ok(())
}

/// Says which ratings can be given to a question; those that were given stay.
///
/// # Errors
/// Where there is no such question, or it is not answered with a rating.
pub fn set_scale(project: &mut Project, by: PersonId, name: &str, scale: Scale) -> Result<()> {
    let question = project.question(Some(name))?;
    if question.kind != Kind::Rating {
        return Err(Error::usage(format!("{name} is of kind {}, and only a rating has a scale", question.kind)));
    }
    project.write(by, ActKind::Question, |w| w.set_scale(question.id, scale))?;
    Ok(())
}

/// Gives a question another name.
///
/// # Errors
/// Where there is no such question, or the new name is empty or taken.
pub fn rename(project: &mut Project, by: PersonId, name: &str, new: &str) -> Result<()> {
    let question = project.question(Some(name))?;
    project.write(by, ActKind::Question, |w| w.rename_question(question.id, new.trim()))?;
    Ok(())
}

/// Writes a new revision of the guidelines; says whether there was anything new.
pub fn revise_guidelines(project: &mut Project, by: PersonId, question: &Question, text: &str) -> Result<bool> {
    if question.guidelines.as_ref().is_some_and(|old| old.text.trim_end() == text.trim_end()) {
        return Ok(false);
    }
    if text.trim().is_empty() {
        return Err(Error::usage("the new guidelines are empty").hint("nothing was changed"));
    }
    project.write(by, ActKind::Guidelines, |w| w.write_guidelines(question.id, text))?;
    Ok(true)
}

/// Reads labels as they stand on a command line: `negative`, or `n=negative`; the first ten without a key get digits.
///
/// # Errors
/// Where a name or a key stands twice.
pub fn parse_labels(typed: &[String]) -> Result<Vec<(String, Option<char>)>> {
    let mut labels: Vec<(String, Option<char>)> = Vec::new();
    for word in typed.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
        let mut start = word.chars();
        let (name, key) = match (start.next(), start.next()) {
            (Some(key), Some('=')) if key.is_alphanumeric() => (start.as_str().trim(), Some(key)),
            _ => (word, None),
        };
        if name.is_empty() || labels.iter().any(|(known, _)| known == name) {
            return Err(Error::usage(format!("the label {name:?} stands twice or has no name")));
        }
        if key.is_some() && labels.iter().any(|(_, known)| *known == key) {
            return Err(Error::usage(format!("two labels have the key of {name:?}")));
        }
        labels.push((name.to_owned(), key));
    }
    let taken: Vec<char> = labels.iter().filter_map(|(_, key)| *key).collect();
    let mut free = ('1'..='9').chain(['0']).filter(|digit| !taken.contains(digit));
    for (_, key) in labels.iter_mut().filter(|(_, key)| key.is_none()) {
        *key = free.next();
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(typed: &[&str]) -> Result<Vec<(String, Option<char>)>> {
        parse_labels(&typed.iter().map(|&word| word.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn labels_have_keys_of_their_own_or_digits() {
        let labels = parsed(&["n=negative", "neutral", " positive "]).expect("labels");
        let keys: Vec<_> = labels.iter().map(|(name, key)| (name.as_str(), *key)).collect();
        assert_eq!(keys, [("negative", Some('n')), ("neutral", Some('1')), ("positive", Some('2'))]);
    }

    #[test]
    fn a_name_with_an_equals_sign_further_in_is_a_name() {
        assert_eq!(parsed(&["a=b"]), Ok(vec![("b".to_owned(), Some('a'))]));
        assert_eq!(parsed(&["ab=c"]), Ok(vec![("ab=c".to_owned(), Some('1'))]));
    }

    #[test]
    fn nothing_stands_twice() {
        assert!(parsed(&["a", "a"]).is_err());
        assert!(parsed(&["x=a", "x=b"]).is_err());
    }
}
