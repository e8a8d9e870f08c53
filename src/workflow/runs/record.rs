//! A run's record: what it takes to train it again, and how it is told.

use super::decide::Standing;
use super::learning::LearningCurve;
use super::reproduce::Reproduced;
use super::train::{Asked, Calibrate, Source};
use crate::error::{Error, Result};
use crate::models::learner::Learner;
use crate::project::{Project, Run};
use serde_json::{Value as Json, json};

/// Every setting of a learner by name.
pub fn params(learner: &dyn Learner) -> Json {
    Json::Object(learner.settings().into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect())
}

/// The machine that this runs on.
pub fn machine() -> Json {
    json!({
        "os": std::env::consts::OS, "arch": std::env::consts::ARCH,
        "cores": std::thread::available_parallelism().map_or(1, usize::from), "threads": rayon::current_num_threads(),
    })
}

/// What was asked for when a run was trained.
///
/// # Errors
/// Where the record does not say, or says what this version does not know.
pub fn asked(run: &Run) -> Result<Asked> {
    let record = &run.run.record;
    let word = |at: &Json| at.as_str().unwrap_or_default().to_owned();
    let mut sources = Vec::new();
    if record["features"]["text"].is_string() {
        sources.push(Source::Text);
    }
    if record["features"]["fields"].as_array().is_some_and(|fields| !fields.is_empty()) {
        sources.push(Source::Fields);
    }
    if record["features"]["embeddings"].is_object() {
        sources.push(Source::Embeddings);
    }
    let set = record["params"].as_object().into_iter().flatten();
    Ok(Asked {
        model: run.run.model.parse().map_err(|e: crate::domain::UnknownWord| Error::data(e.to_string()))?,
        sources,
        encoder: None,
        set: set.map(|(name, value)| (name.clone(), word(value))).collect(),
        balanced: record["class_weights"] == "balanced",
        calibrate: word(&record["calibration"]["asked"]).parse().unwrap_or(Calibrate::None),
        name: Some(run.run.name.clone()),
        seed: run.run.seed,
        seeds: record["seeds"]["asked"].as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
        learning_curve: record["learning_curve"]["asked"]
            .as_str()
            .and_then(|w| w.parse().ok())
            .unwrap_or(LearningCurve::Off),
    })
}

/// Notes every number and word of two records that is not the same.
pub fn differ(at: &str, was: &Json, is: &Json, into: &mut Reproduced) {
    match (was, is) {
        (Json::Object(a), Json::Object(b)) => {
            for (name, value) in a {
                differ(&format!("{at}.{name}"), value, b.get(name).unwrap_or(&Json::Null), into);
            }
            for (name, value) in b.iter().filter(|(name, _)| !a.contains_key(*name)) {
                differ(&format!("{at}.{name}"), &Json::Null, value, into);
            }
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                differ(&format!("{at}.{i}"), a, b, into);
            }
        }
        (a, b) => {
            into.compared += 1;
            if a != b {
                into.differences.push((at.to_owned(), a.to_string(), b.to_string()));
            }
        }
    }
}

/// A run as programs read it.
///
/// # Errors
/// Where the file cannot be read.
pub fn to_json(project: &Project, run: &Run, standing: Standing) -> Result<Json> {
    let snapshots = project.snapshots(run.run.question)?;
    let snapshot = snapshots.iter().find(|snapshot| Some(snapshot.id) == run.run.snapshot);
    let parent = snapshot.and_then(|snapshot| snapshot.parent);
    let parent = snapshots.iter().find(|snapshot| Some(snapshot.id) == parent);
    let sizes = project.artifact_sizes(run.id)?;
    let mut json = json!({
        "run": run.number, "id": run.id.to_string(), "name": run.run.name, "model": run.run.model,
        "origin": run.run.origin.as_str(), "status": standing.as_str(), "seed": run.run.seed,
        "snapshot": snapshot.map(|s| json!({"number": s.number, "hash": s.hash.to_string()})),
        "parent": parent.map(|s| s.number),
        "by": project.name_of(run.by)?, "at": run.at,
        "bytes": sizes.iter().map(|(_, bytes)| bytes).sum::<u64>(),
        "artifacts": sizes.iter().map(|(name, bytes)| json!({"name": name, "bytes": bytes})).collect::<Vec<_>>(),
    });
    if let (Some(json), Some(record)) = (json.as_object_mut(), run.run.record.as_object()) {
        json.extend(record.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    Ok(json)
}
