//! Draws one run: its name, its pages, and the open page in one column or two.

use super::list_view::WIDE;
use super::view::{Lines, draw_scrolled, side_by_side, stacked};
use super::{Opened, Page, blocks, charts, curves, figures, live_view, pages};
use crate::tui::app::App;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece};
use crate::workflow::runs::Detail;

/// Cells of the table of metrics, where something stands beside it.
const METRICS: usize = 67;

/// Draws the run that is open.
pub fn view(app: &App, open: &Opened, canvas: &mut Canvas<'_>) {
    let look = &app.look;
    let Some(detail) = &open.detail else {
        canvas.put(2, 1, &format!("reading {}", look.symbols.ellipsis), look.style(Role::Muted));
        return;
    };
    let (width, height) = (canvas.width(), canvas.height());
    let room = usize::from(width.saturating_sub(2));
    canvas.line(1, 0, &Piece::fit(&head(app, open, detail), room, look.symbols.ellipsis));
    canvas.line(1, 1, &Piece::fit(&tabs(app, open, detail), room, look.symbols.ellipsis));
    let gap = u16::from(height > 12);
    let mut body = canvas.part(1, 2 + gap, width.saturating_sub(2), height.saturating_sub(2 + gap));
    let lines = page(app, open, detail, room, usize::from(body.height()));
    draw_scrolled(app, &lines, &open.top, &mut body);
}

fn head(app: &App, open: &Opened, detail: &Detail) -> Vec<Piece> {
    let look = &app.look;
    let run = &detail.listed;
    let mut line = vec![
        Piece::new(format!("run {} {}", run.number, run.name), look.style(Role::Title)),
        Piece::new(
            if run.model == run.name { "  ".into() } else { format!("  {}  ", run.model) },
            look.style(Role::Muted),
        ),
        figures::standing(app, run),
    ];
    if let Some(judged) = detail.judged.get(open.split) {
        let told = match judged.split.as_str() {
            "all" => "all that is settled, which it may know".to_owned(),
            split => split.to_owned(),
        };
        let key = match detail.judged.len() {
            0 | 1 => String::new(),
            _ => format!(" ({} others)", app.keymap.label("other rows")),
        };
        let n = text::count(judged.n as u64);
        line.push(Piece::new(format!("  {told}, n={n}"), look.style(Role::Text)));
        line.push(Piece::new(key, look.style(Role::Muted)));
    }
    line
}

fn tabs(app: &App, open: &Opened, detail: &Detail) -> Vec<Piece> {
    let look = &app.look;
    let tab = |page: Page| {
        let (mark, role) = if page == open.page { (look.symbols.pointer, Role::Accent) } else { (" ", Role::Muted) };
        Piece::new(format!("{mark} {}   ", page.title()), look.style(role))
    };
    pages::of(detail).into_iter().map(tab).collect()
}

/// The open page in lines of so many cells: its blocks beside each other where there is room, else under each other.
fn page(app: &App, open: &Opened, detail: &Detail, width: usize, height: usize) -> Lines {
    let beside = width + 2 >= usize::from(WIDE);
    // The table of metrics needs more room than what stands beside it.
    let first = if open.page == Page::Metrics { METRICS } else { (width.saturating_sub(3)) / 2 };
    let (left, right) = if beside { (first, width - first - 3) } else { (width, width) };
    let judged = detail.judged.get(open.split);
    let rows = height.saturating_sub(6).clamp(6, 16);
    let (one, other) = match (open.page, judged) {
        (Page::Metrics, judged) => (blocks::metrics(app, detail, judged, left), blocks::about(app, detail, right)),
        (Page::Classes, Some(judged)) => {
            (blocks::classes(app, judged, left), blocks::confusion(app, judged, right, height))
        }
        (Page::Certainty, Some(judged)) => {
            (charts::reliability(app, judged, (left, rows)), charts::histogram(app, judged, right))
        }
        (Page::Curves, Some(judged)) => {
            let learned = curves::learning(app, detail, (left, rows));
            let losses = live_view::losses(app, &detail.losses, (left.min(72), rows));
            (stacked(learned, losses), curves::thresholds(app, judged, open.class, (right, rows)))
        }
        (Page::Record, _) => (blocks::training(app, detail, left), blocks::costs(app, detail, right)),
        (_, None) => (Vec::new(), Vec::new()),
    };
    match beside {
        true => side_by_side(app, one, other, left),
        false => stacked(one, other),
    }
}
