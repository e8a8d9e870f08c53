//! What is asked of an item.

use super::{Digest, Id, Value, words};
use crate::error::{Error, Result};
use std::fmt;
use std::str::FromStr;

words! {
    /// How a question is answered.
    Kind: "question kind" {
        /// One label.
        Choice = "choice",
        /// Any number of labels.
        Choices = "choices",
        /// Labelled stretches of the text.
        Spans = "spans",
        /// A whole number on a scale.
        Rating = "rating",
        /// Free text.
        Text = "text",
        /// Which of two texts is better.
        Preference = "preference",
    }
}

impl Kind {
    /// Whether it is answered with labels.
    pub fn has_labels(self) -> bool {
        matches!(self, Self::Choice | Self::Choices | Self::Spans)
    }

    /// Refuses labels for a question that is not answered with any.
    ///
    /// # Errors
    /// Says which kinds have labels.
    pub fn check_labels(self) -> Result<()> {
        match self.has_labels() {
            true => Ok(()),
            false => Err(Error::usage(format!("a question of kind {self} is not answered with labels"))
                .hint("choice, choices and spans have labels; a rating has a scale: karat question scale")),
        }
    }
}

/// The ratings that can be given, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    least: i64,
    most: i64,
}

impl Default for Scale {
    /// One to five: what holds where nobody said otherwise.
    fn default() -> Self {
        Self { least: 1, most: 5 }
    }
}

impl Scale {
    /// A scale of at least two ratings.
    pub fn new(least: i64, most: i64) -> Option<Self> {
        (least < most).then_some(Self { least, most })
    }

    /// The lowest rating.
    pub fn least(self) -> i64 {
        self.least
    }

    /// The highest rating.
    pub fn most(self) -> i64 {
        self.most
    }

    /// The scale with this rating on it.
    #[must_use]
    pub fn with(self, rating: i64) -> Self {
        Self { least: self.least.min(rating), most: self.most.max(rating) }
    }

    /// Refuses a rating that is not on the scale.
    ///
    /// # Errors
    /// Says what the scale is.
    pub fn check(self, rating: i64) -> Result<()> {
        match (self.least..=self.most).contains(&rating) {
            true => Ok(()),
            false => Err(Error::usage(format!("the rating {rating} is not on the scale {self}"))
                .hint("`karat question scale NAME MIN-MAX` changes the scale")),
        }
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.least, self.most)
    }
}

impl FromStr for Scale {
    type Err = Error;

    /// Reads `1-5`, or `-2-2`.
    fn from_str(typed: &str) -> Result<Self> {
        let wrong = || Error::usage(format!("{typed:?} is not a scale")).hint("from the lowest to the highest: 1-5");
        let typed = typed.trim();
        let dash = typed.char_indices().skip(1).find(|(_, c)| *c == '-').map(|(i, _)| i).ok_or_else(wrong)?;
        let (least, most) = (typed[..dash].trim().parse(), typed[dash + 1..].trim().parse());
        least.ok().zip(most.ok()).and_then(|(least, most)| Self::new(least, most)).ok_or_else(wrong)
    }
}

/// Names a question.
pub type QuestionId = Id<Question>;
/// Names a label; answers hold this, so that renaming a label rewrites nothing.
pub type LabelId = Id<Label>;

/// A question with the labels and guidelines that hold now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// Its name, unique in the project.
    pub name: String,
    /// How it is answered.
    pub kind: Kind,
    /// Every label that was ever in the set, in order; retired ones are marked.
    pub labels: Vec<Label>,
    /// How often the label set was revised.
    pub label_revision: u32,
    /// The newest guidelines, if any were written.
    pub guidelines: Option<Guidelines>,
    /// The ratings that can be given, where it is answered with one.
    pub scale: Scale,
}

/// One label of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its id.
    pub id: LabelId,
    /// What it is called now.
    pub name: String,
    /// The digit or letter that gives it, if it has one of its own.
    pub key: Option<char>,
    /// Whether it can no longer be given.
    pub retired: bool,
    /// The label that answers with this one now count as.
    pub merged_into: Option<LabelId>,
    /// Whether others stand for parts of what it meant: a value with it says nothing any more, and is asked for anew.
    pub split: bool,
}

/// The instructions that annotators follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guidelines {
    /// 1 for the first.
    pub revision: u32,
    /// Plain text or Markdown.
    pub text: String,
    /// Hash of the text.
    pub hash: Digest,
    /// Who wrote this revision.
    pub by: String,
    /// When, UTC milliseconds.
    pub at: i64,
}

impl Question {
    /// The labels that can be given now, in order.
    pub fn live_labels(&self) -> impl Iterator<Item = &Label> + Clone {
        self.labels.iter().filter(|l| !l.retired)
    }
    /// Whether a value gives a label that was split since: it says nothing any more about what is asked now.
    pub fn is_split(&self, value: &Value) -> bool {
        let is = |id: &LabelId| self.label(*id).is_some_and(|label| label.split);
        match value {
            Value::Choice(id) => is(id),
            Value::Choices(ids) => ids.iter().any(is),
            Value::Spans(spans) => spans.iter().any(|span| is(&span.label)),
            Value::Rating(_) | Value::Text(_) | Value::Preference(_) => false,
        }
    }
    /// The label of an id, retired or not.
    pub fn label(&self, id: LabelId) -> Option<&Label> {
        self.labels.iter().find(|l| l.id == id)
    }
    /// The label that is called this, live ones first.
    pub fn label_named(&self, name: &str) -> Option<&Label> {
        self.live_labels().find(|l| l.name == name).or_else(|| self.labels.iter().find(|l| l.name == name))
    }
    /// The label that an id counts as now: itself, or what it was merged into.
    pub fn resolve(&self, id: LabelId) -> LabelId {
        let next = |id: LabelId| self.label(id).and_then(|l| l.merged_into);
        (0..self.labels.len()).try_fold(id, |id, _| next(id).ok_or(id)).unwrap_or_else(|last| last)
    }
    /// The number of the newest guidelines, 0 where there are none.
    pub fn guidelines_revision(&self) -> u32 {
        self.guidelines.as_ref().map_or(0, |g| g.revision)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_reads_what_it_writes_and_refuses_what_is_outside() {
        for typed in ["1-5", "-2-2", "-9--3", "0-100"] {
            assert_eq!(typed.parse::<Scale>().unwrap().to_string(), typed);
        }
        for wrong in ["5", "5-1", "3-3", "a-b", "", "-", "1-"] {
            assert!(wrong.parse::<Scale>().is_err(), "{wrong}");
        }
        let scale = Scale::default();
        assert_eq!((scale.check(1), scale.check(5)), (Ok(()), Ok(())));
        assert_eq!(scale.check(6).unwrap_err().message, "the rating 6 is not on the scale 1-5");
        assert_eq!(scale.with(7).with(0).to_string(), "0-7");
    }
}
