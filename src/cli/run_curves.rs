//! The curves of a run, for people: what fewer labels would have made, what thresholds make, what the seed makes.

use super::{Report, Table};
use serde_json::Value as Json;

/// Classes whose thresholds are told without being asked for.
const FEW: usize = 12;

/// Adds the curves of a run as `runs show --json` tells it; `full` has every point of the thresholds.
pub fn curves(report: Report, run: &Json, full: bool) -> Report {
    let report = costs(report, run);
    let report = learning(report, &run["learning_curve"]);
    let report = thresholds(report, run, full);
    seeds(report, &run["seeds"])
}

/// A size in the unit that keeps it short.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn number(value: &Json) -> String {
    value.as_f64().map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

/// What the run decided by, where mistakes have costs.
fn costs(report: Report, run: &Json) -> Report {
    let labels: Vec<&str> =
        run["labels"]["classes"].as_array().into_iter().flatten().filter_map(|label| label[1].as_str()).collect();
    let Some(rows) = run["costs"]["matrix"].as_array() else { return report };
    let mut told = Vec::new();
    for (truth, row) in labels.iter().zip(rows) {
        let costs = row.as_array().into_iter().flatten().filter_map(Json::as_f64);
        for (said, cost) in labels.iter().zip(costs) {
            let usual = if truth == said { 0.0 } else { 1.0 };
            if cost != usual {
                told.push(format!("{said} said of {truth} {cost}"));
            }
        }
    }
    let from = run["costs"]["threshold"].as_f64().zip(labels.last());
    let from = from.map_or_else(String::new, |(from, label)| format!("; {label} is said from p {from:.3} on"));
    let told = if told.is_empty() { "each 1".to_owned() } else { format!("{}, others 1", told.join(", ")) };
    report.line(format!("decides by what mistakes cost: {told}{from}"))
}

fn learning(report: Report, curve: &Json) -> Report {
    let points: Vec<&Json> = curve["points"].as_array().into_iter().flatten().collect();
    let mut rows: Vec<u64> = points.iter().filter_map(|point| point["rows"].as_u64()).collect();
    rows.dedup();
    if rows.len() < 2 {
        return report;
    }
    let mut table = Table::new(["learned from", "accuracy", "macro F1"]).right(&[0]);
    for n in rows {
        let told = |name: &str| {
            let of = |point: &&&Json| point["rows"] == n && point["metric"] == name;
            points.iter().find(of).map_or_else(|| "–".to_owned(), |point| super::runs::told(point))
        };
        table.row([n.to_string(), told("accuracy"), told("macro_f1")]);
    }
    report.table(&table)
}

fn thresholds(report: Report, run: &Json, full: bool) -> Report {
    let judged = run["judged_by"].as_str().unwrap_or_default();
    let classes: Vec<(&String, &Json)> = run["thresholds"][judged].as_object().into_iter().flatten().collect();
    if classes.is_empty() {
        return report;
    }
    if classes.len() > FEW && !full {
        return report.line(format!("thresholds of {} labels: karat runs show {} --full", classes.len(), run["run"]));
    }
    let mut table =
        Table::new(["label", "average precision", "ROC AUC", "best F1", "from p", "precision", "recall", "rows"])
            .right(&[7]);
    for (label, of) in &classes {
        let best = &of["best"];
        let [f1, from, precision, recall] = ["f1", "threshold", "precision", "recall"].map(|name| number(&best[name]));
        let cells = [number(&of["average_precision"]), number(&of["roc_auc"]), f1, from, precision, recall];
        table.row([(*label).clone()].into_iter().chain(cells).chain([best["rows"].to_string()]));
    }
    let mut report = report.table(&table);
    for (label, of) in classes.into_iter().filter(|_| full) {
        let mut table = Table::new([&*format!("{label} from"), "precision", "recall", "F1", "rows"]).right(&[4]);
        for point in of["points"].as_array().into_iter().flatten() {
            let cells = ["threshold", "precision", "recall", "f1"].map(|name| number(&point[name]));
            table.row(cells.into_iter().chain([point["rows"].to_string()]));
        }
        report = report.table(&table);
    }
    report
}

fn seeds(report: Report, seeds: &Json) -> Report {
    if let Some(reason) = seeds["reason"].as_str() {
        return report.line(format!("no spread over seeds: {reason}"));
    }
    let Some(metrics) = seeds["metrics"].as_object().filter(|metrics| !metrics.is_empty()) else { return report };
    let mut table = Table::new([&*format!("over {} seeds", seeds["n"]), "least", "mean", "most", "deviation"]);
    for (name, of) in metrics {
        let deviation = of["sd"].as_f64().map_or_else(|| "–".to_owned(), |sd| format!("{sd:.4}"));
        table.row([name.clone(), number(&of["min"]), number(&of["mean"]), number(&of["max"]), deviation]);
    }
    report.table(&table)
}
