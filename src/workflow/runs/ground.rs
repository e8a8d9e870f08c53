//! What a run learns from, is tuned on and is judged by: rows of the project with what is known of them.

use crate::domain::{Kind, Label, LabelId, Question, Scale, Split, Value};
use crate::error::{Error, Result};
use crate::project::{Run, State};
use serde::{Deserialize, Serialize};

/// The classes that a model tells apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "classes", rename_all = "lowercase")]
pub enum Classes {
    /// Labels, of which an item has one; ids with the names that they had.
    Choice(Vec<(String, String)>),
    /// Labels, of which an item has any number.
    Choices(Vec<(String, String)>),
    /// Whole numbers, ascending.
    Rating(Vec<i64>),
}

impl Classes {
    /// The classes of a question as it is now.
    ///
    /// # Errors
    /// Where models do not learn its kind.
    pub fn of(question: &Question, state: &State) -> Result<Self> {
        let labels = || {
            let named = |label: &Label| (label.id.to_string(), label.name.clone());
            question.live_labels().map(named).collect()
        };
        match question.kind {
            Kind::Choice => Ok(Self::Choice(labels())),
            Kind::Choices => Ok(Self::Choices(labels())),
            Kind::Rating => Ok(Self::Rating(ratings(&question.scale, state))),
            other => Err(Error::usage(format!("{} is of kind {other}, which no model here learns", question.name))
                .hint("models and their predictions are about choice, choices and rating")),
        }
    }

    /// The classes that a run tells apart.
    ///
    /// # Errors
    /// Where its record does not say.
    pub fn told(run: &Run) -> Result<Self> {
        serde_json::from_value(run.run.record["labels"].clone())
            .map_err(|_| Error::data(format!("run {} does not say which labels it tells apart", run.number)))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Choice(labels) | Self::Choices(labels) => labels.len(),
            Self::Rating(numbers) => numbers.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What each is called, in order.
    pub fn names(&self) -> Vec<String> {
        match self {
            Self::Choice(labels) | Self::Choices(labels) => labels.iter().map(|(_, name)| name.clone()).collect(),
            Self::Rating(numbers) => numbers.iter().map(ToString::to_string).collect(),
        }
    }

    /// Whether others are the same, in the same order, whatever they were called.
    pub fn are_those_of(&self, others: &Self) -> bool {
        match (self, others) {
            (Self::Choice(a), Self::Choice(b)) | (Self::Choices(a), Self::Choices(b)) => {
                a.iter().map(|(id, _)| id).eq(b.iter().map(|(id, _)| id))
            }
            (a, b) => a == b,
        }
    }

    /// The classes of a value, none where one of them is not among these.
    pub fn of_value(&self, value: &Value) -> Option<Vec<u32>> {
        let place = |label: &LabelId| {
            let id = label.to_string();
            let labels = match self {
                Self::Choice(labels) | Self::Choices(labels) => &labels[..],
                Self::Rating(_) => &[],
            };
            labels.iter().position(|(known, _)| *known == id).and_then(|i| u32::try_from(i).ok())
        };
        match (self, value) {
            (Self::Choice(_), Value::Choice(label)) => place(label).map(|class| vec![class]),
            (Self::Choices(_), Value::Choices(labels)) => labels.iter().map(place).collect(),
            (Self::Rating(numbers), Value::Rating(n)) => {
                numbers.binary_search(n).ok().and_then(|i| u32::try_from(i).ok()).map(|class| vec![class])
            }
            _ => None,
        }
    }

    /// The same with the ratings among some values.
    #[must_use]
    pub fn with_ratings<'a>(self, values: impl Iterator<Item = &'a Value>) -> Self {
        let Self::Rating(mut numbers) = self else { return self };
        numbers.extend(values.filter_map(|value| if let Value::Rating(n) = value { Some(*n) } else { None }));
        numbers.sort_unstable();
        numbers.dedup();
        Self::Rating(numbers)
    }

    /// The value that these classes make, none where one of them does not exist.
    pub fn value(&self, of: &[u32]) -> Option<Value> {
        let labels = match self {
            Self::Choice(labels) | Self::Choices(labels) => &labels[..],
            Self::Rating(_) => &[],
        };
        let label = |class: &u32| labels.get(*class as usize).and_then(|(id, _)| id.parse::<LabelId>().ok());
        match self {
            Self::Choice(_) => of.first().and_then(label).map(Value::Choice),
            Self::Choices(_) => {
                let mut labels: Vec<LabelId> = of.iter().map(label).collect::<Option<_>>()?;
                labels.sort_unstable();
                Some(Value::Choices(labels))
            }
            Self::Rating(numbers) => of.first().and_then(|c| numbers.get(*c as usize)).copied().map(Value::Rating),
        }
    }

    /// Whether an item may have several.
    pub fn are_sets(&self) -> bool {
        matches!(self, Self::Choices(_))
    }
}

/// The whole scale where it is short, else the ratings that occur.
fn ratings(scale: &Scale, state: &State) -> Vec<i64> {
    const SHORT: i64 = 101;
    let occur = state.rows.iter().filter_map(|row| match row.value {
        Some((Value::Rating(n), _)) => Some(n),
        _ => None,
    });
    let mut numbers: Vec<i64> = match (scale.least(), scale.most()) {
        (low, high) if high.saturating_sub(low) < SHORT => (low..=high).collect(),
        _ => occur.collect(),
    };
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Rows with their classes, by what they are for. A row is an item's seq less one; an item of one class has one in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// Learned from.
    pub train: Vec<(u32, Vec<u32>)>,
    /// Tuned on.
    pub validation: Vec<(u32, Vec<u32>)>,
    /// Judged by.
    pub test: Vec<(u32, Vec<u32>)>,
    /// Settled values that are not among the classes: of labels that were retired since.
    pub left_out: usize,
}

impl Known {
    /// What a state knows, in the order of the items' keys, which is the same in every copy.
    pub fn of(state: &State, classes: &Classes) -> Self {
        let mut known = Self::default();
        for row in &state.rows {
            let Some((value, _)) = &row.value else { continue };
            match classes.of_value(value) {
                None => known.left_out += 1,
                Some(of) => match row.split {
                    Split::Train => &mut known.train,
                    Split::Validation => &mut known.validation,
                    Split::Test => &mut known.test,
                }
                .push((row.seq - 1, of)),
            }
        }
        known
    }

    /// The rows to learn from.
    ///
    /// # Errors
    /// Where there is none.
    pub fn to_learn_from(&self) -> Result<&[(u32, Vec<u32>)]> {
        match self.train.is_empty() {
            true => Err(Error::data("no item of the train split has a settled value to learn from")
                .hint("answer items, bring labels in, or split otherwise: karat split")),
            false => Ok(&self.train),
        }
    }

    /// The rows of a split.
    pub fn of_split(self, split: Split) -> Vec<(u32, Vec<u32>)> {
        match split {
            Split::Train => self.train,
            Split::Validation => self.validation,
            Split::Test => self.test,
        }
    }

    /// How many rows there are of each sort.
    pub fn counts(&self) -> [usize; 3] {
        [self.train.len(), self.validation.len(), self.test.len()]
    }
}
