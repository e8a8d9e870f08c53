//! Sittings on real files, with a clock that stands still.

mod agreement;
mod calibrating;
mod overlap;
mod qualifying;
mod ranked;
mod serving;
mod turning;

use super::*;
use crate::clock::FixedClock;
use crate::domain::{ActKind, Kind, LabelId, Said, Value};
use crate::paths::Paths;
use crate::project::{ItemBatch, NewItem, Place, Project, Update};
use std::path::PathBuf;
use std::sync::Arc;

/// A project in a folder of its own, and a clock that stands still.
pub(crate) struct World {
    folder: tempfile::TempDir,
    clock: Arc<FixedClock>,
}

impl World {
    /// A project of so many short reviews, a tenth of them set aside.
    pub(crate) fn new(items: usize) -> Self {
        let world =
            Self { folder: tempfile::tempdir().expect("a folder"), clock: Arc::new(FixedClock::at(1_763_000_000_000)) };
        let mut project = Project::create(&world.path(), world.place(1), false).expect("a project");
        let by = project.join("lead").expect("a lead");
        let words = ["awful", "plain", "great"];
        let rows: Vec<NewItem> = (0..items)
            .map(|n| NewItem {
                id: Some(n.to_string()),
                text: format!("Camera {n} is a {} one, case {}", words[n % 3], n * 7919 % 101),
                fields: Vec::new(),
                group: None,
            })
            .collect();
        let batch = ItemBatch { source: "test", rows: &rows, update: Update::Refuse, evaluation: 0.1, seed: 0 };
        project
            .write(by, ActKind::Init, |w| {
                w.put_items(&batch, &mut |_| ())?;
                let question = w.add_question("quality", Kind::Choice)?;
                for (name, key) in [("bad", '1'), ("fair", '2'), ("good", '3')] {
                    w.add_label(question, name, Some(key))?;
                }
                w.write_guidelines(question, "Judge the camera.")
            })
            .expect("filled");
        world
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("test.karat")
    }

    pub(crate) fn place(&self, pid: u32) -> Place {
        Place { clock: self.clock.clone(), os_user: "ana".into(), host: format!("host-{pid}"), pid }
    }

    pub(crate) fn paths(&self) -> Paths {
        let at = |name: &str| self.folder.path().join(name);
        Paths { config_file: at("c.toml"), config: at("c"), cache: at("cache"), state: at("s"), data: at("d") }
    }

    pub(crate) fn sit(&self, who: &str, process: u32) -> Sitting {
        Sitting::begin(&self.path(), self.paths(), self.place(process), who, None).expect("a seat")
    }

    fn learn_only(&self) {
        let mut project = Project::open(&self.path(), self.place(1)).expect("a project");
        let by = project.join("lead").expect("a lead");
        let shares = [("learn", "100"), ("random", "0"), ("overlap", "0")];
        crate::workflow::settings::set_shares(&mut project, by, &shares).expect("set");
    }
}

/// The label that the text deserves.
fn truth(sitting: &Sitting, served: &Served) -> LabelId {
    let names = [("awful", "bad"), ("plain", "fair"), ("great", "good")];
    let name = names.iter().find(|(word, _)| served.text.contains(word)).expect("a word").1;
    sitting.question().label_named(name).expect("a label").id
}

fn answer(sitting: &mut Sitting) -> Option<Served> {
    let served = sitting.serve().expect("served")?;
    let label = truth(sitting, &served);
    sitting.submit(&Submission::of(served.seq, Said::Value(Value::Choice(label)))).expect("saved");
    Some(served)
}
