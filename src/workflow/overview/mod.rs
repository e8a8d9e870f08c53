//! What is in a project, as plain data: the Data screen draws it and `karat status --json` prints it.

mod count;

pub use count::of;

use serde_json::{Value as Json, json};

use super::labelling::RoundNews;
use crate::domain::{Field, Role};

/// What is in a project.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Overview {
    /// Items.
    pub items: usize,
    /// Items of the evaluation set.
    pub evaluation: usize,
    /// Items whose hidden truth is known, for the question at hand.
    pub gold: usize,
    /// Items with a settled value.
    pub settled: usize,
    /// The lengths of the texts.
    pub text: TextLengths,
    /// Every field with its values.
    pub fields: Vec<FieldSummary>,
    /// Every live label with how often it was given.
    pub labels: Vec<LabelCount>,
    /// Everybody who answers.
    pub people: Vec<PersonCount>,
    /// Where the items came from, with their counts.
    pub sources: Vec<(String, usize)>,
    /// The rounds of the ranker, oldest first.
    pub rounds: Vec<RoundNews>,
}

/// The lengths of the texts in words.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TextLengths {
    /// The shortest.
    pub shortest: usize,
    /// Half are shorter.
    pub median: usize,
    /// Nine of ten are shorter.
    pub ninth: usize,
    /// The longest.
    pub longest: usize,
    /// Items without any word.
    pub empty: usize,
    /// How many texts have a length between 0 and `ninth`, in equal steps, and then beyond.
    pub histogram: Vec<usize>,
}

/// A field and what its values are like.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldSummary {
    /// The field.
    pub field: Field,
    /// Items without a value.
    pub missing: usize,
    /// Its values.
    pub shape: Shape,
}

/// How values are spread.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// No item has a value.
    Nothing,
    /// Numbers or dates: the least, the greatest, and counts in equal steps between.
    Histogram {
        /// The least, as a person reads it.
        least: String,
        /// The greatest.
        greatest: String,
        /// Counts.
        counts: Vec<usize>,
    },
    /// Words: the most frequent with their counts, and how many different ones there are.
    Top {
        /// Values with their counts, most frequent first.
        values: Vec<(String, usize)>,
        /// Different values.
        distinct: usize,
    },
}

/// A label and how often it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelCount {
    /// Its name.
    pub name: String,
    /// Live answers of people.
    pub answers: usize,
    /// Items that are settled on it.
    pub settled: usize,
}

/// Somebody and how much they answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonCount {
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// Live answers.
    pub answers: usize,
    /// Skips.
    pub skips: usize,
}

impl Overview {
    /// The same as JSON, for scripts.
    pub fn to_json(&self) -> Json {
        json!({
            "items": self.items,
            "evaluation": self.evaluation,
            "gold": self.gold,
            "settled": self.settled,
            "text_words": {
                "shortest": self.text.shortest, "median": self.text.median, "p90": self.text.ninth,
                "longest": self.text.longest, "empty": self.text.empty, "histogram": self.text.histogram,
            },
            "fields": self.fields.iter().map(FieldSummary::to_json).collect::<Vec<_>>(),
            "labels": self.labels.iter()
                .map(|l| json!({"name": l.name, "answers": l.answers, "settled": l.settled})).collect::<Vec<_>>(),
            "annotators": self.people.iter()
                .map(|p| json!({"name": p.name, "role": p.role.as_str(), "answers": p.answers, "skips": p.skips}))
                .collect::<Vec<_>>(),
            "sources": self.sources.iter()
                .map(|(name, items)| json!({"name": name, "items": items})).collect::<Vec<_>>(),
            "rounds": self.rounds.iter().map(round_json).collect::<Vec<_>>(),
        })
    }
}

impl FieldSummary {
    fn to_json(&self) -> Json {
        let shape = match &self.shape {
            Shape::Nothing => Json::Null,
            Shape::Histogram { least, greatest, counts } => {
                json!({"least": least, "greatest": greatest, "histogram": counts})
            }
            Shape::Top { values, distinct } => json!({
                "distinct": distinct,
                "top": values.iter().map(|(value, n)| json!({"value": value, "n": n})).collect::<Vec<_>>(),
            }),
        };
        let field = &self.field;
        json!({
            "name": field.name, "type": field.kind.as_str(), "show": field.show, "feature": field.feature,
            "slice": field.slice, "missing": self.missing, "values": shape,
        })
    }
}

fn round_json(round: &RoundNews) -> Json {
    json!({
        "round": round.number, "strategy": round.strategy, "trained_on": round.trained_on,
        "accuracy": round.accuracy.map(|(value, _)| value), "n": round.accuracy.map(|(_, n)| n),
        "ci95": round.interval.map(|(low, high)| [low, high]), "at": round.at, "took_ms": round.took_ms,
    })
}
