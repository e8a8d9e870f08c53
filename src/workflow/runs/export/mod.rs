//! A run on its way to other tools.

mod card;
mod folder;
mod mlflow;
mod onnx;

use super::{Kept, record, standing};
use crate::domain::{Question, words};
use crate::error::{Error, Result};
use crate::interrupt::{self, Leftover};
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
        /// A graph that onnxruntime computes, from text to probabilities.
        Onnx = "onnx",
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
        Shape::Onnx => {
            let bytes = onnx_of(&super::kept(project, run)?, &told)?;
            new_file(to, &bytes)?;
            Ok(vec![to.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())])
        }
    }
}

/// The run's model as ONNX, with the hashes that say what it comes from.
fn onnx_of(kept: &Kept, told: &Told) -> Result<Vec<u8>> {
    let card = card::body(told);
    let about = vec![
        ("karat.project", told.about.clone()),
        ("karat.question", told.question.clone()),
        ("karat.run", told.text("run")),
        ("karat.labels", serde_json::json!(told.labels()).to_string()),
        ("karat.features", told.json["features"]["text"].as_str().unwrap_or_default().to_owned()),
        ("karat.snapshot", told.json["snapshot"]["hash"].as_str().unwrap_or_default().to_owned()),
        ("karat.card", blake3::hash(card.as_bytes()).to_hex().to_string()),
    ];
    onnx::write(kept, &told.text("name"), &format!("Run {} of {}", told.text("run"), told.question), &about)
}

/// Writes a file that must not be there; it appears whole or not at all.
fn new_file(to: &Path, bytes: &[u8]) -> Result<()> {
    if to.exists() {
        return Err(Error::conflict(format!("{} is there already", to.display())).hint("give another name"));
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(to.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    let partial = to.with_file_name(name);
    let _leftover = Leftover::of(vec![partial.clone()]);
    let written = std::fs::write(&partial, bytes).and_then(|()| interrupt::finish(|| std::fs::rename(&partial, to)));
    if written.is_err() {
        // What is half-written is worth nothing; that it cannot be removed either changes no answer.
        let _ = std::fs::remove_file(&partial);
    }
    written.map_err(|e| Error::making(to, &e))
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
