//! What one person said to one question about one item, and the settled values.

use super::{Act, Digest, Id, ItemKey, LabelId, PersonId, QuestionId, words};
use crate::error::{Error, Result};
use serde_json::{Value as Json, json};

/// Names an answer.
pub type AnswerId = Id<Answer>;
/// Names a ruling.
pub type RulingId = Id<Ruling>;
/// Names a wish that an item be answered once more.
pub type ReviewId = Id<Review>;

/// A value, by the kind of its question.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// One label.
    Choice(LabelId),
    /// A set of labels, sorted.
    Choices(Vec<LabelId>),
    /// Labelled stretches, in order of start, end, label.
    Spans(Vec<Span>),
    /// A whole number.
    Rating(i64),
    /// Free text.
    Text(String),
    /// Which of two texts is better.
    Preference(Side),
}

/// A labelled stretch of text in code points, `end` exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First code point.
    pub start: u32,
    /// One past the last code point.
    pub end: u32,
    /// What it is.
    pub label: LabelId,
}

impl Span {
    /// Refuses a stretch that is empty or reaches beyond a text of so many code points.
    ///
    /// # Errors
    /// Says which stretch, and how long the text is.
    pub fn check(start: u32, end: u32, chars: usize) -> Result<()> {
        let wrong = |what: String| {
            let hint = "offsets count characters (code points) from 0, and the end is exclusive";
            Err(Error::usage(format!("the span {start}-{end} {what}")).hint(hint))
        };
        match () {
            () if start > end => wrong("ends before it starts".to_owned()),
            () if start == end => wrong("is empty".to_owned()),
            () if end as usize > chars => wrong(format!("reaches beyond the text, which has {chars} characters")),
            () => Ok(()),
        }
    }
}

words! {
    /// A side of a preference.
    Side: "side" {
        /// The first text.
        Left = "left",
        /// The second text.
        Right = "right",
        /// Neither is better.
        Equal = "equal",
    }
}

words! {
    /// Why an item was served.
    Lane: "lane" {
        /// The strategy wanted it.
        Learn = "learn",
        /// It is in the evaluation set.
        Random = "random",
        /// Several people are asked.
        Overlap = "overlap",
        /// Its truth is known.
        Gold = "gold",
        /// It was sent back.
        Review = "review",
        /// This person answered it a day ago or longer, and is asked once more.
        Again = "again",
        /// Somebody chose it: search, command line, batch.
        Picked = "picked",
    }
}

words! {
    /// How an answer came about.
    Origin: "origin" {
        /// A key on the Label screen.
        Key = "key",
        /// Marked rows, answered together.
        Bulk = "bulk",
        /// Answered from a search.
        Search = "search",
        /// Came in from a file.
        Import = "import",
        /// `karat answer`.
        CommandLine = "command-line",
    }
}

words! {
    /// Why an item was skipped.
    SkipReason: "reason to skip" {
        /// The guidelines do not say.
        UnclearGuideline = "unclear-guideline",
        /// None of the labels is right.
        NoLabelFits = "no-label-fits",
        /// The text is damaged.
        BrokenText = "broken-text",
        /// The text is in another language.
        WrongLanguage = "wrong-language",
        /// The annotator should not have to read this.
        Distressing = "distressing",
    }
}

words! {
    /// Whether suggestions were to be had, and seen.
    Suggestion: "suggestion mode" {
        /// Not offered in this lane.
        Hidden = "hidden",
        /// Offered, not asked for.
        Offered = "offered",
        /// Shown before the answer.
        Shown = "shown",
    }
}

words! {
    /// Where a settled value comes from; the order is the order of precedence.
    RulingOrigin: "origin of a ruling" {
        /// A person decided.
        Adjudicated = "adjudicated",
        /// It was there when the data came in.
        Imported = "imported",
        /// An aggregation was accepted.
        Aggregated = "aggregated",
    }
}

words! {
    /// Why an item was sent back to be answered once more.
    ReviewCause: "cause of a review" {
        /// Somebody asked for it.
        Sent = "sent",
        /// It was drawn from what an aggregation settled, to measure how often that is wrong.
        Accepted = "accepted",
    }
}

impl Lane {
    /// The lanes that serve by themselves, in the order in which one stands in for another.
    pub const SERVED: [Self; 6] = [Self::Learn, Self::Random, Self::Overlap, Self::Gold, Self::Review, Self::Again];

    /// Whether each person is asked for themselves, so that two may have the same item before them at once.
    pub fn asks_each(self) -> bool {
        matches!(self, Self::Gold | Self::Again)
    }

    /// Whether what this person said before is kept from them while they answer.
    pub fn is_blind(self) -> bool {
        matches!(self, Self::Gold | Self::Review | Self::Again)
    }
}

/// A value, or none and perhaps why.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// The answer.
    Value(Value),
    /// No answer.
    Skipped(Option<SkipReason>),
}

/// One answer, with everything that cannot be added later.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Its id.
    pub id: AnswerId,
    /// The act it belongs to.
    pub act: Id<Act>,
    /// Who was asked.
    pub person: PersonId,
    /// What.
    pub question: QuestionId,
    /// About which item.
    pub item: ItemKey,
    /// The text that was read.
    pub text_hash: Digest,
    /// What was said.
    pub said: Said,
    /// Raised for others to look at.
    pub flag: bool,
    /// A remark, as the hash of its text in the content table.
    pub note: Option<String>,
    /// The answers of the same person that this one replaces: none or one, several where copies were labelled apart.
    pub supersedes: Vec<AnswerId>,
    /// How it was served and given.
    pub how: How,
    /// When it was recorded, UTC milliseconds.
    pub at: i64,
}

/// The circumstances of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct How {
    /// Why the item was served.
    pub lane: Lane,
    /// The round whose order it came from.
    pub round: Option<u32>,
    /// Its place in that order, from 1.
    pub rank: Option<u32>,
    /// The probability with which the lane drew it, where it is known.
    pub selection_probability: Option<f64>,
    /// How it was given.
    pub origin: Origin,
    /// Suggestions.
    pub suggestion: Suggestion,
    /// Revision of the guidelines in view.
    pub guidelines: u32,
    /// Revision of the label set in view.
    pub labels: u32,
    /// When the item was painted, UTC milliseconds.
    pub shown_at: Option<i64>,
    /// Milliseconds of attention, idle time left out.
    pub active_ms: Option<i64>,
    /// The time that an imported file gives.
    pub imported_at: Option<i64>,
    /// The review that it was given for.
    pub review: Option<ReviewId>,
}

impl How {
    /// The circumstances of an answer that nobody was served: a script's, a search's, an import's.
    pub fn picked(origin: Origin) -> Self {
        Self {
            lane: Lane::Picked,
            round: None,
            rank: None,
            selection_probability: None,
            origin,
            suggestion: Suggestion::Hidden,
            guidelines: 0,
            labels: 0,
            shown_at: None,
            active_ms: None,
            imported_at: None,
            review: None,
        }
    }
}

/// A settled value.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    /// Its id.
    pub id: RulingId,
    /// The item.
    pub item: ItemKey,
    /// The question.
    pub question: QuestionId,
    /// The value.
    pub value: Value,
    /// Where it comes from.
    pub origin: RulingOrigin,
    /// A remark.
    pub note: Option<String>,
    /// The revision of the guidelines that does not settle the matter, where somebody said so.
    pub unclear: Option<u32>,
    /// Who recorded it.
    pub by: PersonId,
    /// When, UTC milliseconds.
    pub at: i64,
}

/// A wish that an item be answered once more, by anybody and blind.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// Its id.
    pub id: ReviewId,
    /// The item.
    pub item: ItemKey,
    /// Why.
    pub cause: ReviewCause,
    /// A remark: the expression or the method that chose the item.
    pub note: Option<String>,
    /// Who sent it.
    pub by: PersonId,
    /// When, UTC milliseconds.
    pub at: i64,
    /// Whether somebody gave it a value since.
    pub answered: bool,
}

impl Value {
    /// The canonical JSON over label ids: what the project file holds and hashes cover.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Choice(label) => json!(label.to_string()),
            Self::Choices(labels) => json!(labels.iter().map(ToString::to_string).collect::<Vec<_>>()),
            Self::Spans(spans) => {
                json!(spans.iter().map(|s| json!([s.start, s.end, s.label.to_string()])).collect::<Vec<_>>())
            }
            Self::Rating(n) => json!(n),
            Self::Text(text) => json!(text),
            Self::Preference(side) => json!(side.as_str()),
        }
    }

    /// Reads the canonical JSON of a question's kind; `None` where it is not of that kind.
    pub fn from_json(kind: super::Kind, json: &Json) -> Option<Self> {
        use super::Kind;
        let id = |j: &Json| j.as_str()?.parse::<LabelId>().ok();
        match kind {
            Kind::Choice => id(json).map(Self::Choice),
            Kind::Choices => json.as_array()?.iter().map(id).collect::<Option<_>>().map(Self::Choices),
            Kind::Spans => json
                .as_array()?
                .iter()
                .map(|s| {
                    let end = |i: usize| u32::try_from(s.get(i)?.as_u64()?).ok();
                    Some(Span { start: end(0)?, end: end(1)?, label: id(s.get(2)?)? })
                })
                .collect::<Option<_>>()
                .map(Self::Spans),
            Kind::Rating => json.as_i64().map(Self::Rating),
            Kind::Text => json.as_str().map(|s| Self::Text(s.to_owned())),
            Kind::Preference => json.as_str()?.parse().ok().map(Self::Preference),
        }
    }

    /// The one label of a choice.
    pub fn as_choice(&self) -> Option<LabelId> {
        match self {
            Self::Choice(label) => Some(*label),
            _ => None,
        }
    }
}
