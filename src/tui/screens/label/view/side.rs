//! What stands beside the text: answers, guidelines, own progress, the last answers.

use ratatui::layout::Position;

use super::super::{OnScreen, Recent, act};
use super::answers;
use crate::domain::{Said, Value};
use crate::tui::app::{App, Hit};
use crate::tui::text::{self, Wrapped};
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece, gauge};

/// Cells that `S skip  F flag  N note` takes.
const BESIDE_CELLS: u16 = 24;

/// Answers, guidelines and progress in one frame.
pub fn panel(app: &App, item: &OnScreen, canvas: &mut Canvas<'_>) -> Option<Position> {
    let height = canvas.height();
    let guidelines = guidelines_rows(app, canvas.width().saturating_sub(4), (height / 3).min(10));
    let wanted = answer_rows(item, height.saturating_sub(guidelines + 5));
    let box_height = (wanted + 3 + guidelines).min(height.saturating_sub(2));
    let width = canvas.width();
    let mut frame = canvas.part(0, 0, width, box_height);
    let cursor = answers_in(app, item, &mut frame, wanted);
    if let Some(title) = guidelines_title(app).filter(|_| guidelines > 2) {
        frame.divide(&app.look, wanted + 2, &title);
        let inner = frame.width().saturating_sub(4);
        guidelines_text(app, &mut frame.part(2, wanted + 3, inner, guidelines.saturating_sub(1)));
    }
    canvas.put(2, box_height, &today(app), app.look.style(Role::Muted));
    cursor
}

/// The answers in a frame of their own, own progress under it.
pub fn answers_panel(app: &App, item: &OnScreen, canvas: &mut Canvas<'_>) -> Option<Position> {
    let wanted = answer_rows(item, canvas.height().saturating_sub(6));
    let box_height = (wanted + 3).min(canvas.height());
    let width = canvas.width();
    let cursor = answers_in(app, item, &mut canvas.part(0, 0, width, box_height), wanted);
    canvas.put(2, box_height + 1, &today(app), app.look.style(Role::Muted));
    cursor
}

/// Guidelines and the last answers, one under the other.
pub fn about(app: &App, canvas: &mut Canvas<'_>) {
    let (width, height) = (canvas.width(), canvas.height());
    let mut top = 0;
    if let Some(title) = guidelines_title(app) {
        top = guidelines_rows(app, width.saturating_sub(4), height / 2).saturating_add(1);
        let mut frame = canvas.part(0, 0, width, top);
        guidelines_text(app, &mut frame.frame(&app.look, &title));
    }
    let rows = u16::try_from(app.label.history.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2)
        .min(height.saturating_sub(top))
        .min(14);
    if rows > 2 {
        let mut frame = canvas.part(0, top, width, rows);
        history(app, &mut frame.frame(&app.look, "before"));
    }
}

/// The rows that the guidelines need with their title, none where there are none.
fn guidelines_rows(app: &App, width: u16, most: u16) -> u16 {
    let Some(guidelines) = app.seat.as_ref().and_then(|seat| seat.question.guidelines.as_ref()) else { return 0 };
    let found = Wrapped::new(width).reach(&guidelines.text, usize::from(most));
    u16::try_from(found).unwrap_or(most).saturating_add(1).min(most)
}

fn answer_rows(item: &OnScreen, most: u16) -> u16 {
    let filter = u16::from(item.answers.filters() || !item.answers.path().is_empty());
    u16::try_from(item.answers.rows().len()).unwrap_or(u16::MAX).saturating_add(filter).min(most.max(1))
}

fn answers_in(app: &App, item: &OnScreen, canvas: &mut Canvas<'_>, rows: u16) -> Option<Position> {
    let look = &app.look;
    let mut inner = canvas.frame(look, "answer");
    let (mut y, mut cursor) = (0, None);
    if let Some(prompt) = answers::prompt(app, item) {
        let x = inner.line(0, 0, &prompt);
        if item.answers.filters() {
            cursor = Some(Position::new(inner.area().x.saturating_add(x), inner.area().y));
        }
        y = 1;
    }
    let choices = item.answers.rows();
    let room = usize::from(rows.saturating_sub(y));
    let width = inner.width();
    for (place, row) in choices.iter().take(room).enumerate() {
        let hidden = choices.len() - room.min(choices.len());
        if place + 1 == room && hidden > 0 {
            inner.put(0, y, &format!("{} {} more", look.symbols.ellipsis, hidden + 1), look.style(Role::Muted));
            break;
        }
        let mut pieces = answers::answer(app, item, row, place == 0);
        if let Some(probability) = answers::probability(item, row) {
            pieces.pop();
            let bar = gauge(look.symbols, probability, 5);
            inner
                .put_right(y, &[Piece::new(format!("{} {bar}", answers::share(probability)), look.style(Role::Muted))]);
        }
        inner.line(0, y, &Piece::fit(&pieces, usize::from(width), look.symbols.ellipsis));
        app.clickable(inner.place(0, y, width, 1), Hit::Answer(row.clone()));
        y += 1;
    }
    beside(app, item, &mut inner.part(0, rows, width, 1));
    cursor
}

/// `S skip  F flag  N note`: what can be done beside answering; what is set stands out.
fn beside(app: &App, item: &OnScreen, canvas: &mut Canvas<'_>) {
    let look = &app.look;
    let mut x = 0;
    for (id, on) in [("skip", false), ("flag", item.flag), ("note", item.note.is_some())] {
        let at = x;
        x = canvas.put(x, 0, &app.keymap.label(id), look.style(Role::Key));
        x = canvas.put(x, 0, &format!(" {id}"), look.style(if on { Role::Warning } else { Role::Muted }));
        app.clickable(canvas.place(at, 0, x.saturating_sub(at), 1), Hit::Command(id));
        x = canvas.put(x, 0, "  ", look.style(Role::Text));
    }
}

/// A line across above the answers, with what can be done beside answering at its end.
pub fn rule(app: &App, item: &OnScreen, canvas: &mut Canvas<'_>) {
    let width = canvas.width();
    let line = app.look.symbols.rule.repeat(usize::from(width));
    canvas.put(0, 0, &line, app.look.style(Role::Border));
    canvas.title(&app.look, 0, "answer");
    let room = BESIDE_CELLS.min(width);
    if width > 2 * BESIDE_CELLS {
        canvas.put(width - room - 3, 0, " ", app.look.style(Role::Text));
        beside(app, item, &mut canvas.part(width - room - 2, 0, room, 1));
    }
}

fn guidelines_title(app: &App) -> Option<String> {
    let guidelines = app.seat.as_ref()?.question.guidelines.as_ref()?;
    let unread = if app.label.unread_remains { ", not read" } else { "" };
    Some(format!("guidelines v{}{unread}", guidelines.revision))
}

fn guidelines_text(app: &App, canvas: &mut Canvas<'_>) {
    let look = &app.look;
    let Some(guidelines) = app.seat.as_ref().and_then(|seat| seat.question.guidelines.as_ref()) else { return };
    let height = usize::from(canvas.height());
    let mut wrapped = Wrapped::new(canvas.width());
    let found = wrapped.reach(&guidelines.text, height + 1);
    for y in 0..found.min(height) {
        for (x, glyph) in wrapped.glyphs(&guidelines.text, y) {
            canvas.put_glyph(
                x,
                u16::try_from(y).unwrap_or(u16::MAX),
                &glyph.shown,
                glyph.width,
                look.style(Role::Text),
            );
        }
    }
    if found > height && height > 0 {
        let hint = format!(" {} {} all ", look.symbols.ellipsis, app.keymap.label("guidelines"));
        canvas.put_right(u16::try_from(height - 1).unwrap_or(u16::MAX), &[Piece::new(hint, look.style(Role::Muted))]);
    }
}

/// The guidelines in one line: their revision and how they begin.
pub fn guidelines_line(app: &App, width: usize) -> Option<Vec<Piece>> {
    let look = &app.look;
    let title = guidelines_title(app)?;
    let text = app.seat.as_ref()?.question.guidelines.as_ref()?.text.clone();
    let key = app.keymap.label("guidelines");
    let room = width.saturating_sub(text::width(&title) + text::width(&key) + 3);
    let glimpse: String = text.chars().take(400).collect();
    Some(vec![
        Piece::new(key, look.style(Role::Key)),
        Piece::new(format!(" {title}  "), look.style(Role::Muted)),
        Piece::new(text::fit(&glimpse, room, look.symbols.ellipsis), look.style(Role::Text)),
    ])
}

/// `today 214 of 400 ▕███▏`.
pub fn today(app: &App) -> String {
    let counts = &app.label.counts;
    let goal = app.config.label.goal.map(|goal| goal as usize).or(counts.goal).filter(|goal| *goal > 0);
    let done = text::count(counts.mine_today as u64);
    match goal {
        Some(goal) => {
            let bar = gauge(app.look.symbols, counts.mine_today as f64 / goal as f64, 8);
            format!("today {done} of {} {bar}", text::count(goal as u64))
        }
        None => format!("today {done}"),
    }
}

/// The last answers, newest first.
pub fn history(app: &App, canvas: &mut Canvas<'_>) {
    let lines = history_lines(app, usize::from(canvas.width()), usize::from(canvas.height()));
    for (y, line) in (0..).zip(&lines) {
        canvas.line(0, y, line);
    }
}

/// The last answers in at most so many lines.
pub fn history_lines(app: &App, width: usize, most: usize) -> Vec<Vec<Piece>> {
    app.label.history.iter().take(most).map(|recent| history_line(app, recent, width)).collect()
}

fn history_line(app: &App, recent: &Recent, width: usize) -> Vec<Piece> {
    let look = &app.look;
    let (sign, role) = match (&recent.said, recent.flag) {
        (_, true) => (look.symbols.flag, Role::Warning),
        (Said::Skipped(_), _) => (look.symbols.skip, Role::Muted),
        (Said::Value(_), _) => (look.symbols.tick, Role::Good),
    };
    let place = match &recent.said {
        Said::Value(Value::Choice(label)) => {
            app.seat.as_ref().and_then(|seat| seat.question.labels.iter().position(|l| l.id == *label))
        }
        _ => None,
    };
    let name = text::pad(&act::told(app, &recent.said), 14.min(width / 3), look.symbols.ellipsis);
    let note = if recent.note.is_some() { format!("{} ", look.symbols.note) } else { String::new() };
    let room = width.saturating_sub(text::width(&name) + text::width(sign) + text::width(&note) + 6);
    vec![
        Piece::new(format!("{sign} "), look.style(role)),
        Piece::new(format!("{name}  "), look.style(place.map_or(Role::Muted, Role::label))),
        Piece::new(note, look.style(Role::Accent)),
        Piece::new(format!("\"{}\"", text::fit(&recent.text, room, look.symbols.ellipsis)), look.style(Role::Muted)),
    ]
}
