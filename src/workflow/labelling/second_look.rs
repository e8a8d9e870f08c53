//! After a new label: the answers that predate it and now look like it.

use super::sitting::Sitting;
use crate::clock::Millis;
use crate::domain::{LabelId, Said, Value};
use crate::error::Result;
use crate::models::{ClassWeights, LogisticRegression, UNWATCHED};

/// One of this person's answers: the row of its item, the class it gave, and when.
struct Given {
    row: u32,
    class: u32,
    at: Millis,
}

impl Sitting {
    /// This person's answers from before a new label that a model which has not seen them would give that label,
    /// likeliest first. None until a round has learned the label.
    ///
    /// The answers are halved, and each half is judged by a model of the other half and of all later answers: the
    /// ranker itself has learned those very answers by heart.
    pub(super) fn second_look(&mut self) -> Result<Vec<u32>> {
        let new = std::mem::take(&mut self.ranker.new_labels);
        let model = self.ranker.ranked.as_ref().and_then(|ranked| ranked.model.as_ref());
        let seen = model.map_or(&[][..], |model| model.seen());
        let learned = |(label, _): &(LabelId, Millis)| self.class(*label).is_some_and(|class| seen.contains(&class));
        let (ready, waiting): (Vec<_>, Vec<_>) = new.into_iter().partition(learned);
        let mut look: Vec<(f32, u32)> = Vec::new();
        if !ready.is_empty() {
            let given = self.given()?;
            for (label, since) in &ready {
                look.extend(self.class(*label).map_or_else(Vec::new, |class| self.alike(&given, class, *since)));
            }
        }
        self.ranker.new_labels = waiting;
        look.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        Ok(look.into_iter().map(|(_, row)| row + 1).collect())
    }

    /// Rows of answers from before `since` that look like a class more than like their own, with its probability.
    fn alike(&self, given: &[Given], class: u32, since: Millis) -> Vec<(f32, u32)> {
        let Some(ranked) = &self.ranker.ranked else { return Vec::new() };
        let rows = ranked.features.rows();
        let class_weights = ClassWeights::Balanced;
        let regression = LogisticRegression { class_weights, seed: self.seed, ..LogisticRegression::default() };
        let mut alike = Vec::new();
        for half in 0..2 {
            let is_judged = |(n, g): &(usize, &Given)| n % 2 == half && g.at <= since && g.class != class;
            let examples: Vec<(u32, u32)> =
                given.iter().enumerate().filter(|one| !is_judged(one)).map(|(_, g)| (g.row, g.class)).collect();
            let fitted = regression.fit_examples(rows, &examples, self.question.labels.len(), UNWATCHED);
            let Ok(model) = fitted else { continue };
            for (_, judged) in given.iter().enumerate().filter(is_judged) {
                let p = model.probabilities_of(rows.row(judged.row as usize));
                let of = |class: u32| p.get(class as usize).copied().unwrap_or(0.0);
                if of(class) > of(judged.class) {
                    alike.push((of(class), judged.row));
                }
            }
        }
        alike
    }

    fn given(&self) -> Result<Vec<Given>> {
        let history = self.project.history(&self.question, self.me.id, u32::MAX)?;
        let given = history.into_iter().filter_map(|answer| match answer.said {
            Said::Value(Value::Choice(label)) if !answer.stale => {
                Some(Given { row: answer.item.checked_sub(1)?, class: self.class(label)?, at: answer.at })
            }
            _ => None,
        });
        Ok(given.collect())
    }

    /// The class that a label is to the ranker: its place in the question's labels.
    pub(super) fn class(&self, label: LabelId) -> Option<u32> {
        self.question.labels.iter().position(|known| known.id == label).and_then(|place| u32::try_from(place).ok())
    }
}
