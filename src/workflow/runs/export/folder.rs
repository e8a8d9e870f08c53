//! A run as a folder: a card, the weights, the labels, and what it takes to turn a text into numbers.

use super::super::words::Words;
use super::super::{Kept, kept};
use super::{Told, card, onnx};
use crate::error::{Error, Result};
use crate::features::Vocabulary;
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
    let no_onnx = onnx::why_not(&kept);
    let use_it = usage(run, &kept, no_onnx.as_deref());
    files.extend([
        ("README.md".to_owned(), format!("{}\n{}\n{use_it}", card::front_matter(told), card::body(told)).into_bytes()),
        ("LICENSE".to_owned(), LICENSE.as_bytes().to_vec()),
        ("labels.json".to_owned(), pretty(&json!(told.labels()))?),
        ("config.json".to_owned(), pretty(&config(told, &kept))?),
    ]);
    if kept.words.as_ref().is_none_or(|words| words.vocabulary().is_none()) {
        let why = match kept.words {
            None => "there is no list of words: the model does not look at them",
            Some(_) => "hashed n-grams: there is no list of words",
        };
        files.push(("vocab.json".to_owned(), pretty(&json!({"kind": why, "recipe": kept.head.text}))?));
    }
    if no_onnx.is_none() {
        files.push(("model.onnx".to_owned(), super::onnx_of(&kept, told)?));
    }
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

fn config(told: &Told, kept: &Kept) -> Json {
    let labels = told.labels();
    let ids: Map<String, Json> = labels.iter().enumerate().map(|(i, label)| (i.to_string(), json!(label))).collect();
    let places: Map<String, Json> = labels.iter().enumerate().map(|(i, label)| (label.clone(), json!(i))).collect();
    let several = told.json["labels"]["kind"] == "choices";
    json!({
        "model_type": format!("karat-{}", told.text("model")), "id2label": ids, "label2id": places,
        "problem_type": if several { "multi_label_classification" } else { "single_label_classification" },
        "features": told.json["features"], "recipe": kept.head.text,
        "vocab_size": kept.words.as_ref().and_then(Words::vocabulary).map(Vocabulary::len),
        "params": told.json["params"], "calibration": told.json["calibration"],
        "seed": told.json["seed"], "snapshot": told.json["snapshot"], "karat_version": told.json["code"],
    })
}

/// How the files are used; without an ONNX graph, why.
fn usage(run: &Run, kept: &Kept, no_onnx: Option<&str>) -> String {
    let number = run.number;
    let mut told = format!(
        "## Use\n\n    karat predict DATA --run {number}\n\nin the project labels the rows of a file. `model.safetensors` and \
         `model.json` are the model, `karat.json` what it takes to put it together with what it looks at, `labels.json` the \
         labels in the order of the probabilities.\n"
    );
    if kept.words.as_ref().is_some_and(|words| words.vocabulary().is_some()) {
        told += "\n`vocab.json` has the place of every n-gram that the model knows: `good`, `good phone` (words that follow one \
                 another, whatever stands between), `!`, and `~^infor` for the first letters of a longer word. Words are runs of \
                 letters and digits, in small letters; letters of scripts without spaces are words by themselves. \
                 `text.safetensors` has the weight of every place: a row is (1 + ln count) · weight, made of length one.\n";
    }
    told += &match no_onnx {
        None => format!(
            "\n`model.onnx` takes texts as they are and needs nothing else:\n\n    import numpy, onnxruntime\n    \
             session = onnxruntime.InferenceSession(\"model.onnx\")\n    {} = session.run(None, {{\"text\": \
             numpy.array([\"a text\"], dtype=object)}})\n\nIt cuts texts by onnxruntime's own operator `com.microsoft.Tokenizer`, since \
             ONNX's splits at white space alone; all others are ONNX's (opset 20). Its rows are dense: hand it a few hundred texts \
             at once. It wants the locale C.UTF-8.\n",
            if kept.head.classes.are_sets() { "predicted, probabilities" } else { "labels, probabilities" }
        ),
        Some(why) => format!("\nThere is no `model.onnx`: {why}.\n"),
    };
    told
}
