//! What goes in and out of a sitting: plain values, so that a face can keep and draw them.

use crate::clock::Millis;
use crate::domain::{
    ActId, AnswerId, Digest, Guidelines, ItemKey, Kind, LabelId, Lane, Origin, ReviewId, Said, Suggestion, Value,
};
use crate::jobs::Progress;
use crate::workflow::ranking::By;
use serde_json::Value as Json;
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

/// Where somebody wants to sit: what opens the terminal UI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The project file.
    pub project: PathBuf,
    /// The name of whoever sits down.
    pub by: String,
    /// The question given on the command line, if any.
    pub question: Option<String>,
    /// One line to greet with.
    pub welcome: Option<String>,
}

/// An item as it is put before somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Served {
    /// Its row number in this file.
    pub seq: u32,
    /// Its name in every copy of the project.
    pub key: ItemKey,
    /// The user's own id, else the beginning of the key.
    pub id: String,
    /// What is to be judged.
    pub text: String,
    /// The text that an answer binds to.
    pub text_hash: Digest,
    /// The fields that annotators may see, with their values.
    pub fields: Vec<(String, String)>,
    /// The language to highlight, from a shown field called `language` or `lang`.
    pub language: Option<String>,
    /// Why it is served; not for the annotator's eyes.
    pub lane: Lane,
    /// The review that its answer closes.
    pub review: Option<ReviewId>,
    /// The round whose order it came from.
    pub round: Option<u32>,
    /// Its place in that order, from 1.
    pub rank: Option<u32>,
    /// The probability with which its lane drew it, where it is known.
    pub selection_probability: Option<f64>,
    /// What this person said to it before.
    pub mine: Option<Said>,
    /// What this person left half-made.
    pub draft: Option<Json>,
}

/// An answer as a face hands it in.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// The item.
    pub seq: u32,
    /// What was said.
    pub said: Said,
    /// Raised for others to look at.
    pub flag: bool,
    /// A remark.
    pub note: Option<String>,
    /// Whether suggestions were to be had, and seen.
    pub suggestion: Suggestion,
    /// When the item was painted, UTC milliseconds.
    pub shown_at: Option<Millis>,
    /// Milliseconds of attention, idle time left out.
    pub active_ms: Option<i64>,
    /// How it was given.
    pub origin: Origin,
}

impl Submission {
    /// A bare answer to an item, given with a key.
    pub fn of(seq: u32, said: Said) -> Self {
        Self {
            seq,
            said,
            flag: false,
            note: None,
            suggestion: Suggestion::Hidden,
            shown_at: None,
            active_ms: None,
            origin: Origin::Key,
        }
    }
}

/// The receipt of an answer that is on disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    /// The answer; of several together, the first.
    pub answer: AnswerId,
    /// The act they belong to.
    pub act: ActId,
    /// When, UTC milliseconds.
    pub at: Millis,
    /// What to tell them about it, where it was an attention check and the project tells.
    pub feedback: Option<Box<Feedback>>,
}

/// What the truth is about an item that was just answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Feedback {
    /// The item, as in [`Served`].
    pub id: String,
    /// What they said.
    pub said: Value,
    /// The truth.
    pub truth: Value,
    /// Whether that is the same.
    pub right: bool,
}

/// How far this person and everybody have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Items in the project.
    pub items: usize,
    /// Items that anybody gave a value to.
    pub answered: usize,
    /// Items that are still open to this person.
    pub left: usize,
    /// Items that this person gave a value to.
    pub mine: usize,
    /// Items that this person skipped and nobody answered.
    pub skipped: usize,
    /// Items that this person answered or skipped on the viewer's today.
    pub mine_today: usize,
    /// How many this person set out to do a day.
    pub goal: Option<usize>,
}

/// One of the questions that the project asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
}

/// Items that are open to this person and that others have before them just now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held {
    /// How many.
    pub items: usize,
    /// Who has them, by name; this person's own name is another process of theirs.
    pub people: Vec<String>,
}

/// Why nothing is served.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Nothing {
    /// What others have before them just now.
    pub held: Held,
    /// The qualification that was not enough.
    pub failed: Option<Failed>,
}

/// A qualification that was not enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed {
    /// How many items they answered.
    pub answered: usize,
    /// How many of those must be right.
    pub to_pass: usize,
    /// How many were; none where they may not know.
    pub right: Option<usize>,
}

impl fmt::Display for Held {
    /// `ana has the last item`, `ana, ben and 2 others have the last 5 items`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = match self.people.as_slice() {
            [] => "Somebody".to_owned(),
            [one] => one.clone(),
            [one, two] => format!("{one} and {two}"),
            [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
        };
        let have = if self.people.len() > 1 { "have" } else { "has" };
        match self.items {
            1 => write!(f, "{who} {have} the last item."),
            n => write!(f, "{who} {have} the last {n} items."),
        }
    }
}

/// What came in since the last tick.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct News {
    /// Answers of others (or of this person elsewhere) that were taken in.
    pub answers: usize,
    /// Items that were settled, sent back, or are so no longer.
    pub rulings: usize,
    /// Whether a calibration session began or went a step further.
    pub calibration: bool,
    /// Whether something about runs or snapshots may have changed.
    pub runs: bool,
    /// A round whose order holds from now on.
    pub round: Option<RoundNews>,
    /// Guidelines that this person has not read.
    pub guidelines: Option<GuidelineNews>,
    /// Whether the question, its labels or its guidelines are not what they were: ask for it again.
    pub question_changed: bool,
    /// What the ranker is doing in the background.
    pub progress: Option<Progress>,
    /// What went wrong in the background, in words.
    pub trouble: Option<String>,
    /// A label was added and these older answers now look like it: offer them.
    pub second_look: Vec<u32>,
}

/// A round of the ranker, as the screen tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundNews {
    /// Its number, from 1.
    pub number: u32,
    /// The strategy that orders the learn lane.
    pub strategy: String,
    /// How many answers and labels it learned from.
    pub trained_on: usize,
    /// Accuracy on the evaluation set, with the number of items it stands on.
    pub accuracy: Option<(f64, usize)>,
    /// The 95% interval of the accuracy.
    pub interval: Option<(f64, f64)>,
    /// When it was made, UTC milliseconds.
    pub at: Millis,
    /// How long it took, milliseconds.
    pub took_ms: i64,
}

/// A revision of the guidelines that somebody has not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuidelineNews {
    /// The revision that holds now.
    pub now: Guidelines,
    /// The text of the revision that this person read last, if any.
    pub before: Option<String>,
    /// The lines of `now` that are not in `before`, the first of them for the announcement.
    pub changed: Vec<String>,
}

/// One of this person's own answers, newest first in a list of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// Its item.
    pub seq: u32,
    /// The item's id, as in [`Served`].
    pub id: String,
    /// The item's text.
    pub text: String,
    /// What was said.
    pub said: Said,
    /// Raised for others to look at.
    pub flag: bool,
    /// The remark.
    pub note: Option<String>,
    /// When, UTC milliseconds.
    pub at: Millis,
    /// Whether the text has changed since.
    pub stale: bool,
}

/// What the ranker would say, for those who ask in the learn lane.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Suggestions {
    /// The round that says so.
    pub round: u32,
    /// Labels with their probability, likeliest first.
    pub labels: Vec<(LabelId, f64)>,
    /// The stretches of the text that push towards a label, strongest first.
    pub pushes: Vec<Push>,
}

/// A stretch of text and the label that it pushes towards.
#[derive(Debug, Clone, PartialEq)]
pub struct Push {
    /// Bytes of the text.
    pub at: Range<usize>,
    /// The label.
    pub label: LabelId,
    /// How much it adds to that label's log odds.
    pub weight: f64,
}

/// The queue panel: what is asked, in which order, and why.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QueuePanel {
    /// The strategy that was chosen.
    pub strategy: String,
    /// What the score of an item is: "p₁ − p₂".
    pub quantity: String,
    /// What is done instead and why, where the strategy cannot work yet.
    pub instead: Option<String>,
    /// The round that orders the learn lane.
    pub round: Option<RoundNews>,
    /// Which model orders the learn lane; none before that is known.
    pub by: Option<By>,
    /// Every lane with its share.
    pub lanes: Vec<LaneRow>,
    /// What comes next: items of a calibration session, in the overlap lane, then the learn lane.
    pub next: Vec<QueueRow>,
    /// Items that are still open to this person.
    pub left: usize,
    /// Whether the learning curve says to stop.
    pub stop: bool,
    /// Why, or why not.
    pub advice: String,
}

/// A lane in the queue panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneRow {
    /// The lane.
    pub lane: Lane,
    /// Its share of what is served, in percent.
    pub share: u32,
    /// Items it could still serve to this person.
    pub left: usize,
}

/// One item of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueRow {
    /// The item.
    pub seq: u32,
    /// Its id, as in [`Served`].
    pub id: String,
    /// Its key.
    pub key: ItemKey,
    /// Its text.
    pub text: String,
    /// Why it would be served.
    pub lane: Lane,
    /// Its place in its lane, from 1.
    pub rank: u32,
    /// The strategy's raw quantity (margin: p₁ − p₂); none where the lane has no score.
    pub score: Option<f64>,
    /// The ranker's probability of every label, likeliest first; empty before the first round.
    pub probabilities: Vec<(LabelId, f64)>,
    /// How many people have answered it.
    pub answers: u32,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hits {
    /// How many items match.
    pub total: usize,
    /// The first of them.
    pub rows: Vec<Hit>,
    /// Whether it was read as a predicate; else as text.
    pub predicate: bool,
}

/// One item that a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The item.
    pub seq: u32,
    /// Its id, as in [`Served`].
    pub id: String,
    /// Its text.
    pub text: String,
    /// What this person said to it.
    pub mine: Option<Said>,
    /// How many people gave it a value.
    pub answers: u32,
}
