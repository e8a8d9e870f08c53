//! Which items teach, which tune, and which judge.

use super::{Id, words};
use serde::{Deserialize, Serialize};

/// Names a way of splitting that was recorded once.
pub type SplitId = Id<SplitRule>;

words! {
    /// What an item is for. The order is that of protection: where rows that belong together disagree, the last wins.
    Split: "split" {
        /// Models learn from it.
        Train = "train",
        /// It decides when to stop, and fits thresholds and temperatures.
        Validation = "validation",
        /// It judges, and nothing learns from it: the evaluation set.
        Test = "test",
    }
}

impl Split {
    /// The split that a word of a data file means; none for a word that means none.
    pub fn of_word(word: &str) -> Option<Self> {
        match word.trim().to_lowercase().as_str() {
            "train" | "training" => Some(Self::Train),
            "validation" | "valid" | "val" | "dev" => Some(Self::Validation),
            "test" | "testing" | "eval" | "evaluation" => Some(Self::Test),
            _ => None,
        }
    }
}

/// How items are split: recorded once, and applied to every item that comes later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SplitRule {
    /// What decides.
    #[serde(flatten)]
    pub by: SplitBy,
    /// The field that keeps rows together, beside the groups that the items came with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The seed of what is drawn.
    pub seed: u64,
}

/// What decides on an item's split.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "lowercase")]
pub enum SplitBy {
    /// A seeded draw.
    Share {
        /// The share of the items that judge.
        test: f64,
        /// The share of the items that tune.
        validation: f64,
        /// Whether every label has the same shares, as it stood when the split was made.
        stratify: bool,
    },
    /// A field that holds times: the newest judge.
    Time {
        /// The field.
        field: String,
        /// From here on, an item tunes; none where nothing does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        validation_from: Option<Moment>,
        /// From here on, an item judges.
        test_from: Moment,
    },
    /// A field that says so itself.
    Field {
        /// The field.
        field: String,
    },
}

/// A time as fields hold it: a number, or ISO text.
#[derive(Debug, Clone, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Moment {
    /// A number: a year, seconds since 1970.
    Number(f64),
    /// ISO text.
    Text(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_reads_back_what_it_writes() {
        let rules = [
            SplitRule {
                by: SplitBy::Share { test: 0.2, validation: 0.1, stratify: true },
                group: Some("review".into()),
                seed: 7,
            },
            SplitRule {
                by: SplitBy::Time { field: "year".into(), validation_from: None, test_from: Moment::Number(2024.0) },
                group: None,
                seed: 0,
            },
            SplitRule { by: SplitBy::Field { field: "fold".into() }, group: None, seed: 0 },
        ];
        for rule in rules {
            let text = serde_json::to_string(&rule).expect("JSON");
            assert_eq!(serde_json::from_str::<SplitRule>(&text).expect("a rule"), rule, "{text}");
        }
    }

    #[test]
    fn the_words_of_data_files_are_known() {
        assert_eq!(Split::of_word(" Dev"), Some(Split::Validation));
        assert_eq!(Split::of_word("TEST"), Some(Split::Test));
        assert_eq!(Split::of_word("fold 3"), None);
        assert!(Split::Test > Split::Validation && Split::Validation > Split::Train);
    }
}
