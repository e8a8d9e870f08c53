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

impl Moment {
    /// A cut among moments: of a text so much of its beginning as parts it from all that are less, to the end of a number.
    /// The rule keeps no more than that of what an item says, and still takes every moment for what it did.
    #[must_use]
    pub fn parted(self, among: &[Self]) -> Self {
        let Self::Text(text) = self else { return self };
        let less = among.iter().filter_map(|other| match other {
            Self::Text(other) if *other < text => Some(other.as_str()),
            _ => None,
        });
        let Some(below) = less.max() else { return Self::Text(text) };
        let same = text.chars().zip(below.chars()).take_while(|(a, b)| a == b).count();
        let is_digit = |place: usize| text.chars().nth(place).is_some_and(|c| c.is_ascii_digit());
        let mut end = same + 1;
        while is_digit(end - 1) && is_digit(end) {
            end += 1;
        }
        Self::Text(text.chars().take(end).collect())
    }
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
    fn a_cut_keeps_no_more_of_a_text_than_it_takes_to_part_it() {
        let cut = |cut: &str, among: &[&str]| {
            let among: Vec<Moment> = among.iter().map(|text| Moment::Text((*text).to_owned())).collect();
            let parted = Moment::Text(cut.to_owned()).parted(&among);
            let whole = Moment::Text(cut.to_owned());
            assert!(among.iter().all(|other| (*other >= parted) == (*other >= whole)), "{parted:?}");
            let Moment::Text(parted) = parted else { panic!("a text") };
            parted
        };
        assert_eq!(cut("2024-03-15", &["2023-12-01", "2024-03-15"]), "2024");
        assert_eq!(cut("2024-03-15T10:00", &["2024-03-14T23:59", "2024-04-01"]), "2024-03-15");
        assert_eq!(cut("Peter's birthday", &["Anna's", "Paul's", "Zoe's"]), "Pe");
        assert_eq!(cut("abc", &["ab", "abc"]), "abc");
        assert_eq!(cut("first", &["first", "second"]), "first");
        assert_eq!(Moment::Number(3.0).parted(&[Moment::Number(1.0)]), Moment::Number(3.0));
    }

    #[test]
    fn the_words_of_data_files_are_known() {
        assert_eq!(Split::of_word(" Dev"), Some(Split::Validation));
        assert_eq!(Split::of_word("TEST"), Some(Split::Test));
        assert_eq!(Split::of_word("fold 3"), None);
        assert!(Split::Test > Split::Validation && Split::Validation > Split::Train);
    }
}
