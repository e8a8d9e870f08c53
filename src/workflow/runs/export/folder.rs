//! A run as a folder: a card, the weights, the labels, and what it takes to turn a text into numbers.

use super::super::kept;
use super::{Told, card};
use crate::error::{Error, Result};
use crate::interrupt;
use crate::project::{Project, Run};
use serde_json::{Map, Value as Json, json};
use std::path::Path;

const LICENSE: &str = "No licence was chosen for this model. Ask whoever made it before you use it, and put the text of the licence\n\
                       here and its name into README.md before you hand it on.\n";

/// Writes the folder, which must not be there or be empty.
pub fn write(project: &Project, run: &Run, told: &Told, to: &Path) -> Result<Vec<String>> {
    let kept = kept(project, run)?;
    let taken = std::fs::read_dir(to).map_or_else(|_| to.exists(), |mut inside| inside.next().is_some());
    if taken {
        return Err(
            Error::conflict(format!("{} is there already, and not empty", to.display())).hint("give another name")
        );
    }
    let pretty = |json: &Json| serde_json::to_vec_pretty(json).map_err(|e| Error::internal(e.to_string()));
    let mut files = project.artifacts(run.id)?;
    let recipe = json!({
        "kind": "hashed n-grams: there is no list of words", "recipe": kept.head.text, "weights": "text.safetensors",
        "fields": kept.head.fields,
    });
    files.extend([
        (
            "README.md".to_owned(),
            format!("{}\n{}\n{}", card::front_matter(told), card::body(told), usage(run)).into_bytes(),
        ),
        ("LICENSE".to_owned(), LICENSE.as_bytes().to_vec()),
        ("labels.json".to_owned(), pretty(&json!(told.labels()))?),
        ("config.json".to_owned(), pretty(&config(told))?),
        ("vocab.json".to_owned(), pretty(&recipe)?),
    ]);
    files.sort();
    let mut name = std::ffi::OsString::from(".");
    name.push(to.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    let partial = to.with_file_name(name);
    let written = interrupt::finish(|| {
        std::fs::create_dir(&partial).map_err(|e| Error::making(to, &e))?;
        for (name, bytes) in &files {
            std::fs::write(partial.join(name), bytes).map_err(|e| Error::making(&to.join(name), &e))?;
        }
        std::fs::rename(&partial, to).map_err(|e| Error::making(to, &e))
    });
    if written.is_err() {
        let _ = std::fs::remove_dir_all(&partial);
    }
    written.map(|()| files.into_iter().map(|(name, _)| name).collect())
}

fn config(told: &Told) -> Json {
    let labels = told.labels();
    let ids: Map<String, Json> = labels.iter().enumerate().map(|(i, label)| (i.to_string(), json!(label))).collect();
    let places: Map<String, Json> = labels.iter().enumerate().map(|(i, label)| (label.clone(), json!(i))).collect();
    let several = told.json["labels"]["kind"] == "choices";
    json!({
        "model_type": format!("karat-{}", told.text("model")), "id2label": ids, "label2id": places,
        "problem_type": if several { "multi_label_classification" } else { "single_label_classification" },
        "features": told.json["features"], "params": told.json["params"], "calibration": told.json["calibration"],
        "seed": told.json["seed"], "snapshot": told.json["snapshot"], "karat_version": told.json["code"],
    })
}

fn usage(run: &Run) -> String {
    format!(
        "## Use\n\n    karat predict DATA --run {}\n\nin the project labels the rows of a file. `model.safetensors` and `model.json` \
         are the model, `text.safetensors` the weight of every place of text, `vocab.json` how a text becomes places, \
         `karat.json` what it takes to put these together, `labels.json` the labels in the order of the probabilities.\n",
        run.number
    )
}
