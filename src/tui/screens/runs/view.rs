//! Draws the Runs screen: the list, a run, or two that are compared.

use super::{Scroll, compare_view, detail_view, list_view, live_view};
use crate::tui::app::App;
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece};
use ratatui::layout::Position;

/// Draws the screen.
pub fn view(app: &App, canvas: &mut Canvas<'_>) -> Option<Position> {
    let screen = &app.runs;
    match (&screen.comparing, &screen.open) {
        (Some(comparing), _) => compare_view::view(app, comparing, canvas),
        (None, Some(open)) => detail_view::view(app, open, canvas),
        (None, None) if screen.live.is_some() => live_view::view(app, canvas),
        (None, None) => list_view::view(app, canvas),
    }
    None
}

/// The keys that matter now.
pub fn footer(app: &App) -> Vec<&'static str> {
    let screen = &app.runs;
    match (&screen.comparing, &screen.open) {
        (Some(_), _) => vec!["page down", "back", "help"],
        (None, Some(open)) if open.top.goes_on() => {
            vec!["page down", "next page", "compare runs", "promote run", "retire run", "back", "help"]
        }
        (None, Some(_)) => vec!["next page", "compare runs", "promote run", "retire run", "back", "help"],
        (None, None) => match screen.meant_training() {
            Some(one) if one.goes_on() && screen.live.is_some() => vec!["cancel training", "back", "help"],
            Some(one) if one.goes_on() => vec!["open run", "cancel training", "train run", "help", "palette"],
            Some(one) if one.has_failed() => vec!["open run", "dismiss training", "train run", "back", "help"],
            Some(one) if one.training.run.is_some() => vec!["open run", "back", "help"],
            Some(_) => vec!["train run", "back", "help"],
            None => vec!["open run", "mark run", "compare runs", "promote run", "train run", "help", "palette"],
        },
    }
}

/// Draws lines from the first that is in view.
pub fn draw_lines(app: &App, lines: &[Vec<Piece>], first: usize, canvas: &mut Canvas<'_>) {
    let width = usize::from(canvas.width());
    for (y, line) in (0..canvas.height()).zip(lines.iter().skip(first)) {
        canvas.line(0, y, &Piece::fit(line, width, app.look.symbols.ellipsis));
    }
}

/// Draws lines as far as they are scrolled; where they do not fit, the last row says how many follow.
pub fn draw_scrolled(app: &App, lines: &[Vec<Piece>], top: &Scroll, canvas: &mut Canvas<'_>) {
    let (width, height) = (canvas.width(), canvas.height());
    let marked = lines.len() > usize::from(height) && height > 2;
    let rows = height - u16::from(marked);
    let first = top.first(lines.len(), usize::from(rows));
    draw_lines(app, lines, first, &mut canvas.part(0, 0, width, rows));
    let below = lines.len().saturating_sub(first + usize::from(rows));
    if marked && below > 0 {
        let hint = format!("{} {below} more", app.look.symbols.more);
        canvas.put_right(rows, &[Piece::new(hint, app.look.style(Role::Muted))]);
    }
}

/// Lines of a block.
pub type Lines = Vec<Vec<Piece>>;

/// Two blocks beside each other, the left one cut to so many cells.
pub fn side_by_side(app: &App, left: Lines, right: Lines, cells: usize) -> Lines {
    let empty = Vec::new();
    let line = |i: usize| {
        let mut line = Piece::fit(left.get(i).unwrap_or(&empty), cells, app.look.symbols.ellipsis);
        let pad = (cells + 3).saturating_sub(Piece::width(&line));
        line.push(Piece::new(" ".repeat(pad), app.look.style(Role::Text)));
        line.extend(right.get(i).into_iter().flatten().cloned());
        line
    };
    (0..left.len().max(right.len())).map(line).collect()
}

/// Two blocks under each other, with an empty line between them where both say something.
pub fn stacked(above: Lines, below: Lines) -> Lines {
    let gap = (!above.is_empty() && !below.is_empty()).then(Vec::new);
    above.into_iter().chain(gap).chain(below).collect()
}
