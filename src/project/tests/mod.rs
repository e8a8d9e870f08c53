//! What the project file promises, family by family; the properties that hold for all are in `properties`.

mod answers;
mod care;
mod file;
mod format;
mod inbox;
mod items;
mod people;
mod presence;
mod properties;
mod reviews;
mod snapshots;
mod splits;
mod trainings;
mod words;

use super::*;
use crate::clock::FixedClock;
use crate::domain::{
    ActKind, AnswerId, How, Kind, Label, Origin, PersonId, PersonKind, Question, Role, Said, SkipReason, Value,
};
use std::sync::Arc;
use tempfile::TempDir;

/// A project in a folder of its own: six items, one question with three labels, ana (lead) and ben.
struct Fixture {
    folder: TempDir,
    clock: Arc<FixedClock>,
    project: Project,
    ana: PersonId,
    ben: PersonId,
}

fn place(clock: &Arc<FixedClock>) -> Place {
    Place { clock: clock.clone(), os_user: "tester".into(), host: "here".into(), pid: std::process::id() }
}

fn rows(n: usize) -> Vec<NewItem> {
    let row = |i| NewItem { id: Some(format!("r-{i}")), text: format!("text {i}"), fields: Vec::new(), group: None };
    (1..=n).map(row).collect()
}

fn batch(rows: &[NewItem]) -> ItemBatch<'_> {
    ItemBatch { source: "reviews.csv", rows, update: Update::Refuse, evaluation: 0.0, seed: 0 }
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::at(1_800_000_000_000));
        let mut project = Project::create(&folder.path().join("p.karat"), place(&clock), false).unwrap();
        hasten(&project);
        let ana = project.join("ana").unwrap();
        let ben = project.join("ben").unwrap();
        let (_, ()) = project
            .write(ana, ActKind::Init, |w| {
                w.put_items(&batch(&rows(6)), &mut |_| ())?;
                let question = w.add_question("sentiment", Kind::Choice)?;
                for name in ["negative", "neutral", "positive"] {
                    w.add_label(question, name, None)?;
                }
                Ok(())
            })
            .unwrap();
        Self { folder, clock, project, ana, ben }
    }

    fn question(&self) -> Question {
        self.project.question(Some("sentiment")).unwrap()
    }

    fn label(&self, name: &str) -> Label {
        self.question().label_named(name).unwrap().clone()
    }

    fn new_answer(&self, person: PersonId, item: u32, label: &str) -> NewAnswer {
        NewAnswer {
            person,
            question: self.question().id,
            item,
            text_hash: None,
            said: Said::Value(Value::Choice(self.label(label).id)),
            flag: false,
            note: None,
            how: How::picked(Origin::CommandLine),
            source: None,
        }
    }

    fn answer(&mut self, person: PersonId, item: u32, label: &str) -> AnswerId {
        let new = self.new_answer(person, item, label);
        self.clock.advance(1_000);
        self.project.write(person, ActKind::Answer, |w| w.add_answer(&new)).unwrap().1.unwrap()
    }

    fn settle(&mut self, person: PersonId, item: u32, label: &str) {
        let value = Value::Choice(self.label(label).id);
        let ruling = NewRuling::of(self.question().id, item, value, crate::domain::RulingOrigin::Adjudicated);
        self.project.write(person, ActKind::Settle, |w| w.add_ruling(&ruling)).unwrap();
    }

    /// What somebody says now about an item, as a label's name.
    fn says(&self, person: PersonId, item: u32) -> Option<String> {
        let question = self.question();
        match self.project.answer_of(&question, item, person).unwrap()?.said {
            Said::Value(Value::Choice(label)) => Some(question.label(label).unwrap().name.clone()),
            other => panic!("not a choice: {other:?}"),
        }
    }

    /// A second copy of the project, opened.
    fn copy(&self, name: &str) -> Project {
        let path = self.folder.path().join(name);
        self.project.copy(&path).unwrap();
        let copy = Project::open(&path, place(&self.clock)).unwrap();
        hasten(&copy);
        copy
    }
}

/// Leaves out waiting for the disk, which no test here is about.
fn hasten(project: &Project) {
    project.conn.pragma_update(None, "synchronous", "OFF").unwrap();
}

/// Nothing is wrong with a file, and rebuilding finds nothing to change.
fn assert_healthy(project: &mut Project) {
    for check in project.doctor().unwrap() {
        assert!(check.ok, "{}: {}", check.name, check.detail);
    }
    assert_eq!(project.rebuild().unwrap(), Vec::<String>::new());
}
