//! What is in a project, and what is next.

use crate::domain::{Field, Kind, PersonId, PersonKind, Split};
use crate::error::Result;
use crate::project::{Project, SCHEMA_VERSION, TrainingState};
use crate::workflow::runs::under_way;
use std::collections::HashMap;

/// A project at a glance.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// The file's path.
    pub project: String,
    /// The schema's number.
    pub schema: u32,
    /// Items.
    pub items: usize,
    /// Items of the evaluation set.
    pub evaluation: usize,
    /// The typed columns beside the text.
    pub fields: Vec<Field>,
    /// The questions.
    pub questions: Vec<QuestionStatus>,
    /// People by name, with their current answers.
    pub annotators: Vec<(String, usize)>,
    /// Rounds of the ranker, all questions together.
    pub rounds: usize,
    /// Runs, all questions together.
    pub runs: usize,
    /// Snapshots, all questions together.
    pub snapshots: usize,
    /// Trainings that are under way or ended without anybody having dismissed them: number, state and how far, in words.
    pub trainings: Vec<(u32, TrainingState, String)>,
    /// What to do next, in words.
    pub next: String,
}

/// A question at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionStatus {
    /// Its name.
    pub name: String,
    /// How it is answered.
    pub kind: Kind,
    /// The names of its live labels.
    pub labels: Vec<String>,
    /// Current values of all people.
    pub answers: usize,
    /// Items with at least one of them.
    pub answered_items: usize,
    /// Items with a ruling.
    pub rulings: usize,
    /// Items with gold.
    pub gold: usize,
    /// Revision of the guidelines, 0 for none.
    pub guidelines: u32,
}

/// Looks at everything.
pub fn of(project: &Project) -> Result<Status> {
    let items = project.item_count()? as usize;
    let mut questions = Vec::new();
    let (mut rounds, mut runs, mut snapshots) = (0, 0, 0);
    for question in project.questions()? {
        let counts = project.counts(question.id)?;
        let gold = project.gold(&question)?.len();
        rounds += project.rounds(question.id)?.len();
        runs += project.runs(question.id)?.len();
        snapshots += project.snapshots(question.id)?.len();
        questions.push(QuestionStatus {
            labels: question.live_labels().map(|label| label.name.clone()).collect(),
            guidelines: question.guidelines_revision(),
            name: question.name,
            kind: question.kind,
            answers: counts.answers as usize,
            answered_items: counts.answered_items as usize,
            rulings: counts.rulings as usize,
            gold,
        });
    }
    let answers: HashMap<PersonId, u32> = project.answers_by_person()?.into_iter().collect();
    let count = |id| answers.get(&id).copied().unwrap_or(0) as usize;
    let people = project.people()?.into_iter().filter(|p| p.kind == PersonKind::Person || count(p.id) > 0);
    let annotators = people.map(|p| (p.name.unwrap_or_else(|| "(erased)".to_owned()), count(p.id))).collect();
    let next = next_step(items, &questions);
    let trainings = project.trainings()?;
    let told =
        trainings.iter().map(|training| Ok((training.number, training.state, under_way::told(project, training)?)));
    let trainings = told.collect::<Result<_>>()?;
    Ok(Status {
        project: project.path().display().to_string(),
        schema: SCHEMA_VERSION,
        items,
        evaluation: project.items()?.split.iter().filter(|split| **split == Split::Test).count(),
        fields: project.fields()?,
        questions,
        annotators,
        rounds,
        runs,
        snapshots,
        trainings,
        next,
    })
}

/// The one thing that brings the project forward.
fn next_step(items: usize, questions: &[QuestionStatus]) -> String {
    let Some(first) = questions.first() else { return "`karat question add` asks something".to_owned() };
    let needs_labels = matches!(first.kind, Kind::Choice | Kind::Choices | Kind::Spans);
    match () {
        () if items == 0 => "`karat import DATA --as items` brings something to label".to_owned(),
        () if needs_labels && first.labels.len() < 2 => {
            "`karat label add NAME` gives the question its labels".to_owned()
        }
        () if first.guidelines == 0 => "`karat` labels; `karat guidelines edit` says how to judge".to_owned(),
        () if first.answered_items < items => {
            format!("`karat` labels the {} that are left", items - first.answered_items)
        }
        () => "`karat export DEST --what training` hands the labels on".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(labels: &[&str], answered_items: usize, guidelines: u32) -> QuestionStatus {
        QuestionStatus {
            name: "q".into(),
            kind: Kind::Choice,
            labels: labels.iter().map(|&l| l.to_owned()).collect(),
            answers: answered_items,
            answered_items,
            rulings: 0,
            gold: 0,
            guidelines,
        }
    }

    #[test]
    fn the_next_step_follows_from_what_is_missing() {
        assert!(next_step(5, &[]).contains("question add"));
        assert!(next_step(0, &[question(&["a", "b"], 0, 1)]).contains("import"));
        assert!(next_step(5, &[question(&["a"], 0, 1)]).contains("label add"));
        assert!(next_step(5, &[question(&["a", "b"], 0, 0)]).contains("guidelines edit"));
        assert!(next_step(5, &[question(&["a", "b"], 2, 1)]).contains("3 that are left"));
        assert!(next_step(5, &[question(&["a", "b"], 5, 1)]).contains("export"));
    }
}
