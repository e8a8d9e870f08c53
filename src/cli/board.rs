//! `karat people board`.

use super::{Context, Report, Table};
use crate::domain::{Estimate, FEW, Presence};
use crate::error::Result;
use crate::project::Project;
use crate::workflow::board::{self, Row, Week, Well};
use crate::workflow::settings;
use serde_json::json;

/// So many weeks are shown; `--json` has them all.
const WEEKS: usize = 4;
/// So many labels are shown that somebody gives more or less often than the others; `--json` has them all.
const BIASES: usize = 3;

/// Shows how much everybody answers, then how well, then what takes a line a person.
pub(super) fn run(project: &Project, context: &Context) -> Result<Report> {
    let question = context.question(project)?;
    let rows = board::of(project, &question, context.actor_if_known(project)?)?;
    let hidden = rows.iter().any(|row| row.well.is_none());
    let why = hidden.then(|| settings::of(project).map(|settings| board::why_hidden(settings.performance())));
    let why = why.transpose()?;
    let json = json!({
        "question": question.name, "people": rows.iter().map(Row::to_json).collect::<Vec<_>>(), "hidden": why,
    });
    let mut report = Report::new(json).table(&how_much(&rows)).line("").table(&how_well(&rows));
    let details: Vec<String> = rows.iter().flat_map(details).collect();
    if !details.is_empty() {
        report = details.iter().fold(report.line(""), Report::line);
        report = legend(&rows).into_iter().fold(report, Report::line);
    }
    let warnings = rows.iter().filter_map(|row| Some((row, row.well.as_ref()?)));
    let warnings = warnings.flat_map(|(row, well)| well.warnings.iter().map(|w| format!("{}: {w}", row.who.name)));
    let notes: Vec<String> = warnings.chain(why.map(|why| format!("hidden: {why}"))).collect();
    if !notes.is_empty() {
        report = notes.iter().fold(report.line(""), Report::line);
    }
    Ok(report)
}

fn name(row: &Row) -> String {
    match row.state {
        Presence::Here => row.who.name.clone(),
        Presence::Left => format!("{} (left)", row.who.name),
        Presence::Excluded => format!("{} (left, answers excluded)", row.who.name),
    }
}

/// Counts, rate and time, and how far somebody qualified.
fn how_much(rows: &[Row]) -> Table {
    let tried = rows.iter().any(|row| row.trial.is_some());
    let mut heads = vec!["who", "answers", "an hour", "s/answer", "skipped"];
    heads.extend(tried.then_some("qualification"));
    let mut table = Table::new(heads).right(&[1, 2, 3, 4]);
    for row in rows {
        let (rate, pace) = match &row.well {
            None => ("hidden".to_owned(), "hidden".to_owned()),
            Some(Well { pace: None, .. }) => ("–".to_owned(), "–".to_owned()),
            Some(Well { pace: Some((ms, _)), .. }) => {
                (format!("{:.0}", 3_600_000.0 / (*ms).max(1) as f64), format!("{:.1}", *ms as f64 / 1000.0))
            }
        };
        let asked = row.answers + row.skips;
        let skipped = match row.skips {
            0 => "0".to_owned(),
            n => format!("{n} ({:.0} %)", 100.0 * n as f64 / asked as f64),
        };
        let trial = tried.then(|| row.trial.as_ref().map_or_else(String::new, |t| t.told(row.well.is_some())));
        table.row([name(row), row.answers.to_string(), rate, pace, skipped].into_iter().chain(trial));
    }
    table
}

/// Agreement with the rest and with oneself, and how much of the gold is right.
fn how_well(rows: &[Row]) -> Table {
    let mut table = Table::new(["who", "κ with the rest", "gold", "again"]);
    for row in rows {
        let cells = match &row.well {
            None => ["hidden", "hidden", "hidden"].map(str::to_owned),
            Some(well) => [kappa(well), estimate(well.gold), estimate(well.again.map(|again| again.same))],
        };
        table.row([name(row)].into_iter().chain(cells));
    }
    table
}

fn kappa(well: &Well) -> String {
    let Some(a) = &well.agreement else { return "–".to_owned() };
    match &a.kappa {
        _ if a.units < FEW => format!("no estimate (n={})", a.units),
        Ok(k) => {
            let interval = k.ci95.map_or_else(String::new, |(low, high)| format!(" [{low:.2}, {high:.2}]"));
            format!("{:.2}{interval}", k.value)
        }
        Err(why) => format!("– {why}"),
    }
}

/// A share with its interval; of few cases only how many.
fn estimate(estimate: Option<Estimate>) -> String {
    match estimate {
        None => "–".into(),
        Some(e) if e.n < FEW => format!("no estimate (n={})", e.n),
        Some(e) => format!("{:.2} [{:.2}, {:.2}] n={}", e.value, e.low, e.high, e.n),
    }
}

/// Why somebody skips, which labels they give more or less often than the others, and their last weeks.
fn details(row: &Row) -> Vec<String> {
    let reasons: Vec<String> = row.reasons.iter().map(|(reason, n)| format!("{reason} {n}")).collect();
    let mut lines = Vec::new();
    if !reasons.is_empty() {
        lines.push(format!("{}: skips for {}", row.who.name, reasons.join(", ")));
    }
    let Some(well) = &row.well else { return lines };
    let bias = biases(well);
    if !bias.is_empty() {
        lines.push(format!("{}: bias {}", row.who.name, bias.join(", ")));
    }
    let weeks: Vec<String> = well.weeks.iter().rev().take(WEEKS).rev().map(week).collect();
    if !weeks.is_empty() {
        lines.push(format!("{}: weeks {}", row.who.name, weeks.join(", ")));
    }
    lines
}

/// The labels that somebody gives more or less often than the others by a point or more, the furthest off first.
fn biases(well: &Well) -> Vec<String> {
    let Some(a) = well.agreement.as_ref().filter(|a| a.units >= FEW) else { return Vec::new() };
    let mut bias: Vec<(&str, f64)> = a.bias.iter().map(|(label, by)| (label.as_str(), 100.0 * by)).collect();
    bias.retain(|(_, by)| by.abs() >= 1.0);
    bias.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    bias.iter().take(BIASES).map(|(label, by)| format!("{label} {by:+.0}")).collect()
}

/// `11-16 40 (0.81)`.
fn week(week: &Week) -> String {
    let day = week.begins.get(5..).unwrap_or(&week.begins);
    match week.observed {
        Some((share, n)) if n >= FEW => format!("{day} {} ({share:.2})", week.answers),
        _ => format!("{day} {}", week.answers),
    }
}

/// What the lines of each person mean, as far as they are there.
fn legend(rows: &[Row]) -> Vec<String> {
    let wells = || rows.iter().filter_map(|row| row.well.as_ref());
    let mut lines = Vec::new();
    if wells().any(|well| !biases(well).is_empty()) {
        lines.push("bias: by how many points of 100 they give a label more often than the others do".to_owned());
        lines.push("on the same items".to_owned());
    }
    if wells().any(|well| !well.weeks.is_empty()) {
        lines.push("weeks: the day each begins, answers, and in brackets the share of the others who".to_owned());
        lines.push(format!("said the same, where {FEW} of its items or more were answered by others too"));
    }
    lines
}
