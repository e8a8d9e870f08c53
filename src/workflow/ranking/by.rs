//! Which model orders the learn lane: the newest round's, or a run's by what it has said of the items.

use super::Manner;
use crate::domain::{Kind, Label, Question};
use crate::error::Result;
use crate::ids::mix;
use crate::models::Probabilities;
use crate::models::learner::LearnerKind;
use crate::project::{Predictions, Project, Run};
use crate::workflow::runs::{self, Classes};
use crate::workflow::settings::{QueueRun, Settings};
use serde_json::{Value as Json, json};

/// Which model orders the learn lane.
#[derive(Debug, Clone, PartialEq)]
pub struct By {
    /// The family of the rounds.
    pub family: LearnerKind,
    /// The run whose predictions take the place of the round's.
    pub run: Option<Run>,
    /// Why it is no run where one was asked for.
    pub note: Option<String>,
}

impl By {
    /// What the project has settled on.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn of(project: &Project, question: &Question, settings: &Settings) -> Result<Self> {
        Self::asked(project, question, settings.ranker_model(), settings.queue_run())
    }

    pub(super) fn how(project: &Project, question: &Question, how: &Manner) -> Result<Self> {
        Self::asked(project, question, how.family, how.run.clone())
    }

    fn asked(project: &Project, question: &Question, family: LearnerKind, run: Option<QueueRun>) -> Result<Self> {
        let rounds = |note: Option<String>| Self { family, run: None, note };
        let Some(wanted) = run.filter(|_| question.kind == Kind::Choice) else { return Ok(rounds(None)) };
        let found = match &wanted {
            QueueRun::Word(word) => runs::named(project, question, word).map_err(|error| error.message),
            QueueRun::Id(id) => {
                let of = |question: &Question| project.runs(question.id);
                match of(question)?.into_iter().find(|run| run.id == *id) {
                    Some(run) => Ok(run),
                    None => {
                        let others = project.questions()?;
                        let elsewhere = others.iter().map(of).collect::<Result<Vec<_>>>()?;
                        if elsewhere.iter().flatten().any(|run| run.id == *id) {
                            return Ok(rounds(None));
                        }
                        Err("the run that queue.run names was taken back".to_owned())
                    }
                }
            }
        };
        Ok(match found {
            Ok(run) => Self { family, run: Some(run), note: None },
            Err(why) => rounds(Some(format!("{why}: the rounds order the queue"))),
        })
    }

    /// In words: "run 3 (mlp)", "the ranker (forest)".
    pub fn told(&self) -> String {
        match &self.run {
            Some(run) => format!("run {} ({})", run.number, run.run.model),
            None => format!("the ranker ({})", self.family),
        }
    }

    /// The words where they are not what everybody expects.
    pub fn unusual(&self) -> Option<String> {
        let usual = self.run.is_none() && self.note.is_none() && self.family == LearnerKind::LogisticRegression;
        (!usual).then(|| self.note.iter().fold(self.told(), |told, note| format!("{told}; {note}")))
    }

    /// As programs read it.
    pub fn to_json(&self) -> Json {
        let run = self.run.as_ref().map(|run| json!({"run": run.number, "name": run.run.name, "model": run.run.model}));
        json!({"ranker": self.family.as_str(), "run": run, "note": self.note})
    }
}

/// What a run says of every row by the question's labels, and which labels it knows; none where it gives no
/// probabilities. A row that it says nothing of is not a number.
///
/// # Errors
/// Where the file cannot be read.
pub fn predicted(
    project: &Project,
    question: &Question,
    run: &Run,
    rows: usize,
) -> Result<Option<(Probabilities, Vec<u32>)>> {
    let Ok(Classes::Choice(classes)) = serde_json::from_value(run.run.record["labels"].clone()) else {
        return Ok(None);
    };
    let said = project.predictions(run.id, classes.len())?;
    if said.probabilities.is_empty() {
        return Ok(None);
    }
    Ok(Some(by_labels(question, &classes, &said, rows)))
}

/// What was said of classes, each by its id and name, as of the labels that they count as now: of labels that became one
/// the probabilities are added.
fn by_labels(
    question: &Question,
    classes: &[(String, String)],
    said: &Predictions,
    rows: usize,
) -> (Probabilities, Vec<u32>) {
    let place = |(id, _): &(String, String)| {
        let now = question.resolve(id.parse().ok()?);
        question.labels.iter().position(|label: &Label| label.id == now)
    };
    let places: Vec<Option<usize>> = classes.iter().map(place).collect();
    let width = question.labels.len();
    let mut values = vec![f32::NAN; rows * width];
    for (at, (seq, _)) in said.items.iter().enumerate() {
        let Some(row) = (*seq as usize).checked_sub(1).and_then(|row| values.get_mut(row * width..(row + 1) * width))
        else {
            continue;
        };
        row.fill(0.0);
        for (place, p) in places.iter().zip(said.row(at)) {
            place.iter().for_each(|place| row[*place] += *p);
        }
    }
    let mut seen: Vec<u32> = places.into_iter().flatten().filter_map(|place| u32::try_from(place).ok()).collect();
    seen.sort_unstable();
    seen.dedup();
    (Probabilities::new(width, values), seen)
}

/// The same with what a round thinks where nothing was said.
pub fn completed(said: Probabilities, round: Option<&Probabilities>) -> Probabilities {
    let Some(round) = round.filter(|round| round.classes() <= said.classes()) else { return said };
    let width = said.classes();
    let values = (0..said.len()).flat_map(|row| {
        let (own, other) = (said.row(row), round.row(row));
        let lacks = own.first().is_some_and(|p| p.is_nan()) && !other.is_empty();
        let of = move |place: usize| if lacks { other.get(place).copied().unwrap_or(0.0) } else { own[place] };
        (0..width).map(of)
    });
    Probabilities::new(width, values.collect())
}

/// Rows in an order by chance.
pub fn at_random(mut rows: Vec<u32>, seed: u64) -> Vec<u32> {
    rows.sort_unstable_by_key(|row| (mix(seed, u64::from(*row)), *row));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ItemKey, LabelId, QuestionId, Scale};

    #[test]
    fn what_a_run_says_of_a_label_that_was_merged_counts_as_the_other() {
        let id = |n: u8| LabelId::from_bytes([n; 16]);
        let label = |n: u8, merged_into: Option<LabelId>| Label {
            id: id(n),
            name: n.to_string(),
            key: None,
            retired: merged_into.is_some(),
            merged_into,
            split: false,
        };
        let question = Question {
            id: QuestionId::from_bytes([0; 16]),
            name: "sort".into(),
            kind: Kind::Choice,
            labels: vec![label(1, None), label(2, None), label(3, Some(id(1)))],
            label_revision: 2,
            guidelines: None,
            scale: Scale::default(),
        };
        let classes: Vec<(String, String)> = (1..=3).map(|n| (id(n).to_string(), n.to_string())).collect();
        let said = Predictions {
            items: vec![(2, ItemKey([0; 32]))],
            classes: 3,
            probabilities: vec![0.3, 0.4, 0.3],
            ..Predictions::default()
        };
        let (now, seen) = by_labels(&question, &classes, &said, 2);
        assert_eq!((now.row(1), &seen[..]), (&[0.6, 0.4, 0.0][..], &[0, 1][..]));
        assert!(now.row(0).iter().all(|p| p.is_nan()));
    }
}
