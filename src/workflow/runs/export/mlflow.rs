//! A run as a store that MLflow opens.

use super::{Told, card};
use crate::error::Result;
use crate::project::{Run, Tracked};
use serde_json::Value as Json;
use std::collections::HashSet;
use std::path::Path;

/// What MLflow takes at most: of a name, a parameter, a tag.
const NAME: usize = 250;
const PARAM: usize = 6000;
const TAG: usize = 8000;

/// Writes the store; it holds no model, only what is told of it.
pub fn write(run: &Run, told: &Told, to: &Path) -> Result<Vec<String>> {
    tracked(run, told).write(to)?;
    Ok(vec![to.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())])
}

fn tracked(run: &Run, told: &Told) -> Tracked {
    let json = &told.json;
    let seconds = json["seconds"]["total"].as_f64().unwrap_or(0.0);
    let mut params: Vec<(String, String)> = Vec::new();
    for (name, value) in json["params"].as_object().into_iter().flatten() {
        params.push((clean(name), plain(value)));
    }
    for name in ["model", "seed", "class_weights", "features"] {
        if !json[name].is_null() && params.iter().all(|(known, _)| known != name) {
            params.push((name.to_owned(), plain(&json[name])));
        }
    }
    let mut metrics: Vec<(String, f64)> = Vec::new();
    for (split, of) in told.metrics() {
        for (name, metric) in of {
            let name = format!("{}/{}", clean(split), clean(name));
            push(&mut metrics, &format!("{name}.ci95_low"), &metric["ci95"][0]);
            push(&mut metrics, &format!("{name}.ci95_high"), &metric["ci95"][1]);
            push(&mut metrics, &name, &metric["value"]);
        }
        let mut taken = HashSet::new();
        for (label, of) in json["per_class"][split].as_object().into_iter().flatten() {
            let mut name = clean(label);
            while !taken.insert(name.clone()) {
                name.push('_');
            }
            for part in ["precision", "recall", "f1", "n"] {
                push(&mut metrics, &format!("{}/label/{name}/{part}", clean(split)), &of[part]);
            }
        }
    }
    let mut tags = vec![
        ("mlflow.runName".to_owned(), told.text("name")),
        ("mlflow.user".to_owned(), told.text("by")),
        ("mlflow.source.name".to_owned(), "karat".to_owned()),
        ("mlflow.source.type".to_owned(), "LOCAL".to_owned()),
        ("mlflow.note.content".to_owned(), card::body(told)),
        ("karat.run".to_owned(), run.number.to_string()),
        ("karat.project".to_owned(), told.about.clone()),
        ("karat.question".to_owned(), told.question.clone()),
        ("karat.labels".to_owned(), serde_json::json!(told.labels()).to_string()),
    ];
    for name in ["origin", "status", "judged_by", "reason", "code"] {
        tags.push((format!("karat.{name}"), told.text(name)));
    }
    tags.push(("karat.snapshot".to_owned(), plain(&json["snapshot"]["hash"])));
    tags.retain(|(_, value)| !value.is_empty());
    tags.iter_mut().for_each(|(_, value)| cut(value, TAG));
    params.iter_mut().for_each(|(_, value)| cut(value, PARAM));
    Tracked {
        id: run.id.to_string().chars().filter(char::is_ascii_hexdigit).collect(),
        experiment: format!("{}/{}", told.about, told.question),
        name: told.text("name"),
        user: told.text("by"),
        times: (run.at - (seconds * 1000.0) as i64, run.at),
        params,
        metrics,
        tags,
    }
}

fn push(metrics: &mut Vec<(String, f64)>, name: &str, value: &Json) {
    if let Some(value) = value.as_f64().filter(|value| value.is_finite()) {
        metrics.push((name.to_owned(), value));
    }
}

/// One part of a name: MLflow takes letters of a plain alphabet, digits, `_-. ` and no part that leads elsewhere.
fn clean(part: &str) -> String {
    let fits = |c: char| if c.is_alphanumeric() || "_-. ".contains(c) { c } else { '_' };
    let mut part: String = part.chars().take(NAME / 4).map(fits).collect();
    if part.chars().all(|c| c == '.' || c == ' ') {
        part = part.chars().map(|_| '_').collect();
        part.push('_');
    }
    part
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Cuts a text to so many characters, and says so at its end.
fn cut(text: &mut String, most: usize) {
    const MORE: &str = " …";
    if text.chars().count() > most {
        *text = text.chars().take(most - MORE.chars().count()).chain(MORE.chars()).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_such_as_mlflow_takes() {
        let cleaned = ["a=b:c/d", "..", "", "very good", "größe", "x."].map(clean);
        assert_eq!(cleaned, ["a_b_c_d", "___", "_", "very good", "größe", "x."]);
        let mut long = "ä".repeat(20);
        cut(&mut long, 10);
        assert_eq!(long, format!("{} …", "ä".repeat(8)));
        assert!(clean(&"x".repeat(1000)).len() < NAME);
    }
}
