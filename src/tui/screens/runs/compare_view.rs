//! Draws two runs on the same rows: every metric with the difference and its interval, on today's labels and on those of
//! then.

use super::Comparing;
use super::figures::figure;
use super::view::{Lines, draw_scrolled, side_by_side, stacked};
use crate::training::evaluation::{Comparison, Difference};
use crate::tui::app::App;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece};
use crate::workflow::runs::Compared;

/// Cells of one table.
const CELLS: usize = 66;

/// Draws the comparison.
pub fn view(app: &App, comparing: &Comparing, canvas: &mut Canvas<'_>) {
    let look = &app.look;
    let (width, height) = (canvas.width(), canvas.height());
    let room = usize::from(width.saturating_sub(2));
    let name =
        |id| app.runs.run(id).map_or_else(|| "a run".to_owned(), |run| format!("run {} {}", run.number, run.name));
    let head = vec![
        Piece::new(name(comparing.a), look.style(Role::Title)),
        Piece::new(" against ", look.style(Role::Muted)),
        Piece::new(name(comparing.b), look.style(Role::Title)),
    ];
    canvas.line(1, 0, &Piece::fit(&head, room, look.symbols.ellipsis));
    let Some(said) = &comparing.said else {
        canvas.put(1, 2, &format!("comparing {}", look.symbols.ellipsis), look.style(Role::Muted));
        return;
    };
    let lines = lines(app, comparing, said, room);
    let mut body = canvas.part(1, 2, width.saturating_sub(2), height.saturating_sub(2));
    draw_scrolled(app, &lines, &comparing.top, &mut body);
}

fn lines(app: &App, comparing: &Comparing, said: &Compared, width: usize) -> Lines {
    let side = |title: &str, comparison: &Option<Comparison>| match comparison {
        Some(comparison) => on(app, comparing, title, said, comparison),
        None => Lines::new(),
    };
    let same = said.then == said.today;
    let today =
        side(if same { "on today's labels, which are those of then" } else { "on today's labels" }, &said.today);
    let then = if same { Lines::new() } else { side("on the labels of then", &said.then) };
    let mut lines = match width >= 2 * CELLS + 3 {
        true => side_by_side(app, today, then, CELLS),
        false => stacked(today, then),
    };
    if said.left_out > 0 {
        let n = text::count(said.left_out as u64);
        let told = format!("{n} rows were left out: a run learned from them or has no prediction");
        lines.extend([Vec::new(), vec![Piece::new(told, app.look.style(Role::Muted))]]);
    }
    lines
}

fn on(app: &App, comparing: &Comparing, title: &str, said: &Compared, of: &Comparison) -> Lines {
    let look = &app.look;
    let (muted, text_style) = (look.style(Role::Muted), look.style(Role::Text));
    let number = |id| app.runs.run(id).map_or_else(|| "?".to_owned(), |run| run.number.to_string());
    let (a, b) = (number(comparing.a), number(comparing.b));
    let n = text::count(of.n as u64);
    let mut lines = vec![
        vec![Piece::new(title, look.style(Role::Title)), Piece::new(format!("  {}, n={n}", said.split), muted)],
        vec![Piece::new(
            format!("{:<18}{:>8}{:>8}  {}", "", format!("run {a}"), format!("run {b}"), "difference"),
            muted,
        )],
    ];
    for d in &of.differences {
        let (mark, role) = verdict(d);
        let interval = d.ci95.map_or_else(String::new, |(low, high)| format!(" [{}, {}]", signed(low), signed(high)));
        lines.push(vec![
            Piece::new(text::pad(&d.metric.as_str().replace('_', " "), 18, look.symbols.ellipsis), text_style),
            Piece::new(format!("{:>8}{:>8}  ", figure(d.a), figure(d.b)), text_style),
            Piece::new(format!("{}{interval} ", signed(d.diff)), look.style(Role::Accent)),
            Piece::new(mark, look.style(role)),
        ]);
        if let Some(spread) = said.spreads.get(&d.metric) {
            let range = |(low, high): (f64, f64)| format!("{} to {}", figure(low), figure(high));
            let told = if spread.overlap() { "they overlap" } else { "they do not overlap" };
            let line = format!("  over seeds {} and {}: {told}", range(spread.a), range(spread.b));
            lines.push(vec![Piece::new(line, muted)]);
        }
    }
    let m = of.mcnemar;
    let p = if m.p_value < 0.001 { "p < .001".to_owned() } else { format!("p = {}", figure(m.p_value)) };
    let [only_a, only_b] = [m.b, m.c].map(|n| text::count(n.into()));
    lines.push(vec![Piece::new(format!("run {a} alone is right on {only_a}, run {b} alone on {only_b}:"), text_style)]);
    lines.push(vec![Piece::new(p, look.style(Role::Accent)), Piece::new(" (McNemar, exact)", muted)]);
    lines
}

/// Whether the second run is better or worse, as far as the interval of the difference leaves out 0.
fn verdict(d: &Difference) -> (&'static str, Role) {
    let Some((low, high)) = d.ci95 else { return ("", Role::Muted) };
    let up = match d.metric.less_is_better() {
        false => (low > 0.0, high < 0.0),
        true => (high < 0.0, low > 0.0),
    };
    match up {
        (true, _) => ("better", Role::Good),
        (_, true) => ("worse", Role::Warning),
        _ => ("", Role::Muted),
    }
}

/// `+.012`, `-.004`.
fn signed(value: f64) -> String {
    if value < 0.0 { figure(value) } else { format!("+{}", figure(value)) }
}
