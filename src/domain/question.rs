//! What is asked of an item.

use super::{Digest, Id, words};

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
