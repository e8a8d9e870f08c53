//! The curves of a run: with fewer rows to learn from, and at other thresholds than the likeliest class.

use super::blocks::title;
use super::figures::figure;
use super::view::Lines;
use crate::tui::app::App;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::{Axes, Piece, Series, Stroke, legend, plot};
use crate::workflow::runs::{AtThreshold, Detail, Judged, Learned, Learning};

/// What it would be worth with fewer rows; nothing where nobody tried.
pub fn learning(app: &App, detail: &Detail, (width, rows): (usize, usize)) -> Lines {
    let look = &app.look;
    const STROKES: [(Stroke, Role); 2] = [(Stroke::Solid, Role::Accent), (Stroke::Dashed, Role::Good)];
    let drawn: Vec<(&Learning, (Stroke, Role))> = detail.learning.iter().zip(STROKES).collect();
    let all = || drawn.iter().flat_map(|(curve, _)| &curve.points);
    let (Some(least), Some(most)) = (all().map(|p| p.rows).min(), all().map(|p| p.rows).max()) else {
        return Lines::new();
    };
    let ends = |p: &Learned| p.ci95.unwrap_or((p.value, p.value));
    let low = all().map(|p| ends(p).0).fold(f64::MAX, f64::min);
    let high = all().map(|p| ends(p).1).fold(f64::MIN, f64::max);
    let axes = Axes { x: (least as f64, most as f64), y: (low, high), log_x: true };
    let mut series = Vec::new();
    if let Some((curve, _)) = drawn.first() {
        let upright = |p: &Learned| {
            let points = vec![(p.rows as f64, ends(p).0), (p.rows as f64, ends(p).1)];
            Series { points, stroke: Stroke::Solid, role: Role::Border }
        };
        series.extend(curve.points.iter().map(upright));
    }
    series.extend(drawn.iter().map(|(curve, (stroke, role))| Series {
        points: curve.points.iter().map(|p| (p.rows as f64, p.value)).collect(),
        stroke: *stroke,
        role: *role,
    }));
    let x_ends = [text::count(least as u64), format!("{} rows", text::count(most as u64))];
    let mut lines = vec![title(app, "with fewer rows to learn from")];
    lines.extend(plot(look, &axes, &series, (width.min(72), rows), [[figure(low), figure(high)], x_ends]));
    let names: Vec<String> = drawn.iter().map(|(curve, _)| curve.metric.as_str().replace('_', " ")).collect();
    let of: Vec<(Stroke, Role, &str)> =
        drawn.iter().zip(&names).map(|((_, (stroke, role)), name)| (*stroke, *role, name.as_str())).collect();
    lines.push(legend(look, &of));
    lines
}

/// Precision, recall and F1 of one class by threshold, and the best threshold of every class, the worst first; nothing
/// where that is not known.
pub fn thresholds(app: &App, judged: &Judged, class: usize, (width, rows): (usize, usize)) -> Lines {
    let look = &app.look;
    let Some(drawn) = judged.thresholds.get(class).or(judged.thresholds.first()) else { return Lines::new() };
    let by = |of: fn(&AtThreshold) -> f64| -> Vec<(f64, f64)> {
        drawn.points.iter().rev().map(|point| (point.threshold, of(point))).collect()
    };
    let series = [
        (Stroke::Dotted, Role::Good, "precision", by(|point| point.precision)),
        (Stroke::Dashed, Role::Warning, "recall", by(|point| point.recall)),
        (Stroke::Solid, Role::Accent, "F1", by(|point| point.f1)),
    ];
    let drawn_series: Vec<Series> = series
        .iter()
        .map(|(stroke, role, _, points)| Series { points: points.clone(), stroke: *stroke, role: *role })
        .collect();
    let key = match judged.thresholds.len() {
        1 => String::new(),
        n => format!(" ({} another of {n})", app.keymap.label("other class")),
    };
    let mut lines = vec![title(app, &format!("{} from a probability on{key}", text::one_line(&drawn.class)))];
    let ends = [["0", "1"], ["0", "1"]].map(|ends| ends.map(str::to_owned));
    lines.extend(plot(look, &Axes::UNIT, &drawn_series, (width.min(72), rows), ends));
    lines.push(legend(look, &series.each_ref().map(|(stroke, role, name, _)| (*stroke, *role, *name))));
    lines.push(Vec::new());
    let name = judged.thresholds.iter().map(|one| text::width(&one.class)).max().unwrap_or(0).clamp(5, 24);
    let head = format!("  {} {:>8} {:>7} {:>7} {:>7}", text::pad("class", name, ""), "best at", "F1 then", "AP", "AUC");
    lines.push(vec![Piece::new(head, look.style(Role::Muted))]);
    for one in &judged.thresholds {
        let told = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), figure);
        let mark = if one.class == drawn.class { look.symbols.pointer } else { " " };
        let best = [one.best.map(|best| best.threshold), one.best.map(|best| best.f1)].map(told);
        lines.push(vec![
            Piece::new(format!("{mark} "), look.style(Role::Accent)),
            Piece::new(text::pad(&one.class, name, look.symbols.ellipsis), look.style(Role::Text)),
            Piece::new(
                format!(" {:>8} {:>7} {:>7} {:>7}", best[0], best[1], told(one.average_precision), told(one.roc_auc)),
                look.style(Role::Text),
            ),
        ]);
    }
    lines
}
