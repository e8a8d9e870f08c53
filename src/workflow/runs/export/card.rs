//! A short card: what the model is, what it was trained on, and how good it is, all from the record.

use super::Told;
use serde_json::{Value as Json, json};

/// The metadata that model hubs read. Every value is JSON, which YAML reads as the same: `no` stays a word.
pub fn front_matter(told: &Told) -> String {
    let sees = |name: &str| !told.json["features"][name].is_null() && told.json["features"][name] != json!([]);
    let pipeline = if sees("text") { "text-classification" } else { "tabular-classification" };
    let judged = told.text("judged_by");
    let dataset = json!({
        "type": told.about, "name": format!("{}: {}", told.about, told.question), "config": told.question,
        "split": judged, "revision": told.json["snapshot"]["hash"],
    });
    let measured = told.metrics().filter(|(split, _)| **split == judged).flat_map(|(_, metrics)| metrics);
    let metrics: Vec<Json> = measured
        .filter(|(_, metric)| metric["value"].is_number())
        .map(|(name, metric)| json!({"type": name, "value": metric["value"], "name": name}))
        .collect();
    let names: Vec<&Json> = metrics.iter().map(|metric| &metric["type"]).collect();
    let mut lines = vec![
        "---".to_owned(),
        "license: \"unknown\"".to_owned(),
        "library_name: \"karat\"".to_owned(),
        format!("pipeline_tag: {}", json!(pipeline)),
        format!("tags: {}", json!(["karat", told.text("model")])),
        format!("metrics: {}", json!(names)),
    ];
    if !metrics.is_empty() {
        let result = json!([{"task": {"type": pipeline}, "dataset": dataset, "metrics": metrics}]);
        lines.push(format!("model-index:\n- name: {}\n  results: {result}", json!(told.text("name"))));
    }
    lines.push("---\n".to_owned());
    lines.join("\n")
}

/// The text of the card, in Markdown.
pub fn body(told: &Told) -> String {
    let json = &told.json;
    let snapshot = json["snapshot"]["hash"].as_str().unwrap_or("no snapshot");
    let mut text = format!(
        "# {}\n\nRun {} of the question {} in the project {}: ",
        told.text("name"),
        json["run"],
        told.question,
        told.about
    );
    text += &match json["origin"].as_str() {
        Some("imported") => format!(
            "{} prediction{} of a model that was trained elsewhere, from {}.",
            json["predicted"],
            if json["predicted"] == 1 { "" } else { "s" },
            told.text("file")
        ),
        _ => format!(
            "{}, trained on {} items, tuned on {}. Seed {}.",
            told.text("model"),
            json["rows"]["train"],
            json["rows"]["validation"],
            json["seed"]
        ),
    };
    text += &format!(
        "\n\n- Labels: {}\n- State of the data: snapshot `{snapshot}`\n- Status: {}\n",
        told.labels().join(", "),
        told.text("status")
    );
    if let Some(reason) = json["reason"].as_str() {
        text += &format!("- Note: {reason}\n");
    }
    for (split, metrics) in told.metrics() {
        text += &format!(
            "\n## {split}\n\n| metric | value | 95% interval | items | majority |\n| --- | --- | --- | --- | --- |\n"
        );
        for (name, metric) in metrics {
            let number = |value: &Json| value.as_f64().map(|value| format!("{value:.4}"));
            let value = number(&metric["value"]).unwrap_or_else(|| told_why(metric));
            let interval = match (number(&metric["ci95"][0]), number(&metric["ci95"][1])) {
                (Some(low), Some(high)) => format!("{low} to {high}"),
                _ => String::new(),
            };
            let floor = number(&json["floor"][split][name]["value"]).unwrap_or_default();
            text += &format!("| {name} | {value} | {interval} | {} | {floor} |\n", metric["n"]);
        }
    }
    text += "\nIntended use, limits and risks: unknown; nobody has written them down.\n";
    text
}

fn told_why(metric: &Json) -> String {
    metric["reason"].as_str().map_or_else(String::new, |reason| format!("none: {reason}"))
}
