//! What a run's pages draw.

use super::blocks::title;
use super::figures::figure;
use super::view::Lines;
use crate::domain::FEW;
use crate::training::evaluation::Metric;
use crate::tui::app::App;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::{Axes, Piece, Series, Stroke, gauge, legend, plot};
use crate::workflow::runs::Judged;

/// How often it is right by how sure it is, against what it says of itself.
pub fn reliability(app: &App, judged: &Judged, (width, rows): (usize, usize)) -> Lines {
    let look = &app.look;
    let known: Vec<_> = judged.reliability.iter().filter(|bin| bin.n >= FEW).collect();
    let series = |stroke, role, points| Series { points, stroke, role };
    let right = |of: fn((f64, f64, f64)) -> f64| -> Vec<(f64, f64)> {
        known.iter().filter_map(|bin| Some((bin.sure, of(bin.right?)))).collect()
    };
    let mut all = vec![series(Stroke::Dotted, Role::Muted, vec![(0.0, 0.0), (1.0, 1.0)])];
    // The interval of each bin stands upright through its point.
    all.extend(known.iter().filter_map(|bin| {
        let (_, low, high) = bin.right?;
        Some(series(Stroke::Solid, Role::Border, vec![(bin.sure, low), (bin.sure, high)]))
    }));
    all.push(series(Stroke::Solid, Role::Accent, right(|(value, ..)| value)));
    let ends = [["0", "1"], ["sure 0", "sure 1"]].map(|ends| ends.map(str::to_owned));
    let mut lines = vec![title(app, "how often right, by how sure")];
    lines.extend(plot(look, &Axes::UNIT, &all, (width.min(64), rows), ends));
    lines.push(legend(
        look,
        &[(Stroke::Solid, Role::Accent, "right"), (Stroke::Dotted, Role::Muted, "as sure as right")],
    ));
    let ece = judged.metrics.iter().find(|(metric, ..)| *metric == Metric::Ece).map(|(_, number, _)| number);
    if let Some(told) = ece.filter(|number| number.value.is_some()) {
        let said = format!("expected calibration error {}", super::figures::with_interval(told));
        lines.push(vec![Piece::new(said, look.style(Role::Text))]);
    }
    lines
}

/// How many predictions are how sure, and how many of them are right.
pub fn histogram(app: &App, judged: &Judged, width: usize) -> Lines {
    let look = &app.look;
    let (muted, accent) = (look.style(Role::Muted), look.style(Role::Accent));
    let most = judged.reliability.iter().map(|bin| bin.n).max().unwrap_or(0).max(1);
    let bar = width.saturating_sub(10 + 9 + 24).clamp(4, 24);
    let mut lines = vec![title(app, "how sure the predictions are")];
    lines.push(vec![Piece::new(format!("{:<10}{}{:>8}   {}", "sure", " ".repeat(bar + 2), "n", "right"), muted)]);
    let edge = |x: f64| format!("{x:.1}").replacen("0.", ".", 1);
    for bin in judged.reliability.iter().rev() {
        let right = match bin.right {
            Some((value, low, high)) if bin.n >= FEW => {
                format!("{} [{}, {}]", figure(value), figure(low), figure(high))
            }
            _ if bin.n == 0 => String::new(),
            _ => format!("no estimate (n={})", bin.n),
        };
        lines.push(vec![
            Piece::new(format!("{:<10}", format!("{} to {}", edge(bin.edges.0), edge(bin.edges.1))), muted),
            Piece::new(gauge(look.symbols, bin.n as f64 / most as f64, bar), accent),
            Piece::new(format!("{:>8}   ", text::count(bin.n as u64)), look.style(Role::Text)),
            Piece::new(right, muted),
        ]);
    }
    lines
}
