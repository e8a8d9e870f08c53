//! The answers in rows under the text, and one answer as a row of a panel.

use ratatui::layout::Position;

use super::super::{OnScreen, Row, Target};
use crate::tui::app::{App, Hit};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece};

/// Answers laid out in rows: pieces, and for clicks the column, the width and the answer.
pub struct Laid {
    /// The rows.
    pub lines: Vec<Vec<Piece>>,
    /// Row, column, width and answer of what can be clicked.
    pub places: Vec<(u16, u16, u16, Row)>,
    /// Where typing goes.
    pub cursor: Option<(u16, u16)>,
}

/// Lays the answers out in at most `most` rows.
pub fn rows(app: &App, item: &OnScreen, width: usize, most: usize) -> Laid {
    let mut laid = Laid { lines: vec![Vec::new()], places: Vec::new(), cursor: None };
    if let Some(prompt) = prompt(app, item) {
        let at = Piece::width(&prompt);
        if item.answers.filters() {
            laid.cursor = u16::try_from(at).ok().map(|x| (x, 0));
        }
        laid.lines = vec![prompt];
        laid.push(Piece::new("   ", app.look.style(Role::Text)));
    }
    let choices = item.answers.rows();
    for (place, row) in choices.iter().enumerate() {
        let pieces = answer(app, item, row, place == 0);
        let needed = Piece::width(&pieces);
        let used = laid.lines.last().map_or(0, |line| Piece::width(line));
        let last = laid.lines.len() == most;
        if used > 0 && used + needed > width {
            if last {
                laid.push(Piece::new(app.look.symbols.ellipsis, app.look.style(Role::Muted)));
                break;
            }
            laid.lines.push(Vec::new());
        }
        let x = laid.lines.last().map_or(0, |line| Piece::width(line));
        let cell = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        laid.places.push((cell(laid.lines.len() - 1), cell(x), cell(needed), row.clone()));
        for piece in pieces {
            laid.push(piece);
        }
        laid.push(Piece::new("   ", app.look.style(Role::Text)));
    }
    laid
}

impl Laid {
    fn push(&mut self, piece: Piece) {
        if let Some(line) = self.lines.last_mut() {
            line.push(piece);
        }
    }
}

/// Draws rows of answers; gives the place of the cursor.
pub fn draw(app: &App, laid: &Laid, canvas: &mut Canvas<'_>) -> Option<Position> {
    for (y, line) in (0..).zip(&laid.lines) {
        canvas.line(0, y, line);
    }
    for (y, x, width, row) in &laid.places {
        app.clickable(canvas.place(*x, *y, *width, 1), Hit::Answer(row.clone()));
    }
    laid.cursor.map(|(x, y)| Position::new(canvas.area().x + x, canvas.area().y + y))
}

/// `card_` while a filter is typed, `sport ›` while a level is open.
pub fn prompt(app: &App, item: &OnScreen) -> Option<Vec<Piece>> {
    let look = &app.look;
    let answers = &item.answers;
    if answers.path().is_empty() && !answers.filters() {
        return None;
    }
    let mut line: Vec<Piece> = answers
        .path()
        .iter()
        .map(|step| Piece::new(format!("{} {} ", text::one_line(step), look.symbols.branch), look.style(Role::Accent)))
        .collect();
    if answers.filters() {
        if answers.filter().is_empty() {
            line.push(Piece::new("type to filter: ", look.style(Role::Muted)));
        }
        line.push(Piece::new(answers.filter(), look.style(Role::Input)));
    }
    Some(line)
}

/// One answer: its key, its name in its colour, the ranker's probability where that is shown.
pub fn answer(app: &App, item: &OnScreen, row: &Row, first: bool) -> Vec<Piece> {
    let look = &app.look;
    let mut pieces = Vec::new();
    let typed = !item.answers.filter().is_empty();
    let keys: String = match (row.digit, row.letter) {
        _ if typed && first => format!("{} ", look.symbols.pointer),
        (Some(digit), Some(letter)) => format!("{digit} {letter} "),
        (Some(key), None) | (None, Some(key)) => format!("{key} "),
        (None, None) if item.answers.filters() => "  ".to_owned(),
        (None, None) => String::new(),
    };
    pieces.push(Piece::new(keys, look.style(Role::Key)));
    let style = look.style(Role::label(row.place));
    for (i, glyph) in text::glyphs(&row.name).enumerate() {
        let style = if row.matched.contains(&i) { style.patch(look.style(Role::Match)) } else { style };
        match pieces.last_mut().filter(|last| i > 0 && last.style == style) {
            Some(last) => last.text.push_str(&glyph.shown),
            None => pieces.push(Piece::new(glyph.shown.into_owned(), style)),
        }
    }
    if row.target == Target::Level {
        pieces.push(Piece::new(format!(" {}", look.symbols.branch), look.style(Role::Muted)));
    }
    if item.served.mine.as_ref().is_some_and(|said| said_it(said, row)) {
        pieces.push(Piece::new(format!(" {}", look.symbols.tick), look.style(Role::Good)));
    }
    if let Some(probability) = probability(item, row) {
        pieces.push(Piece::new(format!(" {}", share(probability)), look.style(Role::Muted)));
    }
    pieces
}

/// A probability as the trade writes it: `.62`.
pub fn share(probability: f64) -> String {
    let written = format!("{probability:.2}");
    written.strip_prefix('0').map_or_else(|| written.clone(), str::to_owned)
}

/// What the ranker gives an answer, where that is shown.
pub fn probability(item: &OnScreen, row: &Row) -> Option<f64> {
    let suggestions = item.suggestions.as_ref().filter(|_| item.suggesting)?;
    match row.target {
        Target::Label(label) => suggestions.labels.iter().find(|(known, _)| *known == label).map(|(_, p)| *p),
        Target::Level => None,
    }
}

fn said_it(said: &crate::domain::Said, row: &Row) -> bool {
    match (said, &row.target) {
        (crate::domain::Said::Value(value), Target::Label(label)) => value.as_choice() == Some(*label),
        _ => false,
    }
}
