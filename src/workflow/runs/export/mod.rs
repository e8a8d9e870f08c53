//! A run on its way to other tools.

mod card;
mod folder;
mod mlflow;

use super::{record, standing};
use crate::domain::{Question, words};
use crate::error::Result;
use crate::project::{Project, Run};
use serde_json::{Map, Value as Json};
use std::path::Path;

words! {
    /// What a run is written as.
    Shape: "format of a run" {
        /// A folder as model hubs have it: a card, the weights, the labels.
        Folder = "folder",
        /// A store that MLflow opens: settings, metrics, tags.
        Mlflow = "mlflow",
    }
}

/// Writes a run out and tells the files; whole or not at all.
///
/// # Errors
/// Where the destination is there already, or a model is wanted of a run that has none.
pub fn export(project: &Project, question: &Question, run: &Run, shape: Shape, to: &Path) -> Result<Vec<String>> {
    let told = Told::of(project, question, run)?;
    match shape {
        Shape::Folder => folder::write(project, run, &told, to),
        Shape::Mlflow => mlflow::write(run, &told, to),
    }
}

/// All that is told of a run.
struct Told {
    /// What the project and the question are called.
    about: String,
    question: String,
    /// As `runs show --json` tells it.
    json: Json,
}

impl Told {
    fn of(project: &Project, question: &Question, run: &Run) -> Result<Self> {
        let stands = standing(&project.decisions(question.id)?, run.id);
        let stem = project.path().file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let json = record::to_json(project, run, stands)?;
        Ok(Self { about: stem, question: question.name.clone(), json })
    }

    /// `{NAME: {value, ci95, n}}` for every split that was measured.
    fn metrics(&self) -> impl Iterator<Item = (&String, &Map<String, Json>)> {
        self.json["metrics"].as_object().into_iter().flatten().filter_map(|(split, of)| Some((split, of.as_object()?)))
    }

    /// What the classes are called.
    fn labels(&self) -> Vec<String> {
        serde_json::from_value::<super::Classes>(self.json["labels"].clone()).map_or_else(|_| Vec::new(), |c| c.names())
    }

    fn text(&self, name: &str) -> String {
        match &self.json[name] {
            Json::String(text) => text.clone(),
            Json::Null => String::new(),
            other => other.to_string(),
        }
    }
}
