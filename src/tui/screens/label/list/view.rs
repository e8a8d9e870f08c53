//! Draws a list of items.

use ratatui::layout::Position;

use super::super::act;
use super::{Focus, List};
use crate::error::Error;
use crate::tui::app::{App, Hit, ScreenName};
use crate::tui::commands;
use crate::tui::overlays::view::draw_field;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece};

/// The keys that matter now.
pub fn footer(app: &App, list: &List) -> Vec<&'static str> {
    let many = commands::named("find label").is_some_and(|find| (find.when)(app).is_ok());
    match list.focus {
        Focus::Search => vec!["open", "back"],
        Focus::Rows if many => vec!["mark", "find label", "open", "search again", "back"],
        Focus::Rows => vec!["mark", "open", "search again", "back"],
        Focus::Label => vec!["give label", "back"],
    }
}

/// Draws the list over the whole body.
pub fn view(app: &App, list: &List, canvas: &mut Canvas<'_>) -> Option<Position> {
    let look = &app.look;
    canvas.clear();
    let (width, height) = (canvas.width(), canvas.height());
    let title = list.holds.unwrap_or("search");
    let mut inner = canvas.frame(look, title);
    let (width, height) = (inner.width().min(width), inner.height().min(height));
    let cursor = if list.holds.is_some() {
        None
    } else {
        let hint = "words of the text, or a predicate: product = 'phone' and text.words > 20";
        Some(draw_field(app, &list.field, "/", hint, &mut inner.part(0, 0, width, 1)))
    };
    if let Some(error) = &list.error {
        complaint(app, error, &mut inner);
        return cursor;
    }
    let summary = summary(app, list);
    inner.put(0, 1, &text::fit(&summary, usize::from(width), look.symbols.ellipsis), look.style(Role::Muted));
    if !list.is_empty() {
        inner.put(0, 2, "    your answer      n  text", look.style(Role::Muted));
    }
    let answers_row = height.saturating_sub(1);
    let rows = usize::from(answers_row.saturating_sub(3));
    let top = list.selected.saturating_sub(rows.saturating_sub(1));
    let hits = list.hits.iter().flat_map(|hits| &hits.rows).enumerate();
    for (y, (index, hit)) in (3..answers_row).zip(hits.skip(top)) {
        let chosen = index == list.selected && list.focus != Focus::Search;
        let ground = if chosen { look.style(Role::Selected) } else { look.style(Role::Text) };
        if chosen {
            inner.part(0, y, width, 1).fill(0, ground);
        }
        let pointer = if chosen { look.symbols.pointer } else { " " };
        let mark = if list.marks.contains(&hit.seq) { look.symbols.marked } else { look.symbols.unmarked };
        let mut x = inner.put(0, y, &format!("{pointer} "), ground.patch(look.style(Role::Accent)));
        x = inner.put(x, y, &format!("{mark} "), ground.patch(look.style(Role::Key)));
        let said = hit.mine.as_ref().map(|said| act::told(app, said)).unwrap_or_default();
        x = inner.put(x, y, &text::pad(&said, 14, look.symbols.ellipsis), ground.patch(look.style(Role::Good)));
        let others = if hit.answers > 0 { format!("{:>3} ", hit.answers) } else { "    ".to_owned() };
        x = inner.put(x, y, &others, ground.patch(look.style(Role::Muted)));
        let glimpse: String = hit.text.chars().take(600).collect();
        let room = usize::from(width.saturating_sub(x));
        inner.put(x, y, &text::fit(&glimpse, room, look.symbols.ellipsis), ground);
        app.clickable(inner.place(0, y, width, 1), Hit::ListRow(index));
    }
    let mut after_filter = None;
    if !list.is_empty() {
        let (line, typed) = answers(app, list);
        inner.line(0, answers_row, &line);
        let column = u16::try_from(Piece::width(&line[..typed])).unwrap_or(u16::MAX);
        after_filter = Some(Position::new(inner.area().x.saturating_add(column), inner.area().y + answers_row));
    }
    match list.focus {
        Focus::Search => cursor,
        Focus::Rows => None,
        Focus::Label => after_filter,
    }
}

/// What is wrong with what was typed: where, why, and what to do, line by line.
fn complaint(app: &App, error: &Error, canvas: &mut Canvas<'_>) {
    let (wrong, muted) = (app.look.style(Role::Error), app.look.style(Role::Muted));
    let hint = error.hint.iter().flat_map(|hint| hint.lines()).map(|line| (line, muted));
    for (y, (line, style)) in (2..canvas.height()).zip(error.message.lines().map(|line| (line, wrong)).chain(hint)) {
        canvas.put(0, y, &text::fit(line, usize::from(canvas.width()), app.look.symbols.ellipsis), style);
    }
}

fn summary(app: &App, list: &List) -> String {
    let look = &app.look;
    match &list.hits {
        _ if list.waiting => format!("looking {}", look.symbols.ellipsis),
        None => "type what to look for; Enter looks".to_owned(),
        Some(hits) if hits.rows.is_empty() && list.home != ScreenName::Label => "there is nothing here".to_owned(),
        Some(hits) if hits.rows.is_empty() => "nothing matches".to_owned(),
        Some(hits) => {
            let shown = if hits.total > hits.rows.len() {
                format!(", the first {} shown", hits.rows.len())
            } else {
                String::new()
            };
            let marked = if list.marks.is_empty() { String::new() } else { format!(", {} marked", list.marks.len()) };
            let kind = if hits.predicate { "the predicate" } else { "the text" };
            let what = if list.holds.is_some() { "found".to_owned() } else { format!("match {kind}") };
            format!("{} {what}{shown}{marked}", text::count(hits.total as u64))
        }
    }
}

/// The answers that a key would give to the marked rows, and how many pieces stand before the cursor of the filter.
fn answers(app: &App, list: &List) -> (Vec<Piece>, usize) {
    let look = &app.look;
    let fresh;
    let answers = match &app.seat {
        Some(seat) if list.answers.is_empty() => {
            fresh = super::Answers::of(&seat.question);
            &fresh
        }
        _ => &list.answers,
    };
    let mut line =
        vec![Piece::new(if list.marks.is_empty() { "this one: " } else { "the marked: " }, look.style(Role::Muted))];
    if answers.filters() && list.focus != Focus::Label {
        line.push(Piece::new(app.keymap.label("find label"), look.style(Role::Key)));
        line.push(Piece::new(" finds one of the labels: ", look.style(Role::Muted)));
    }
    if list.focus == Focus::Label {
        line.push(Piece::new(answers.filter(), look.style(Role::Input)));
    }
    let typed = line.len();
    if list.focus == Focus::Label {
        let hint = if answers.filter().is_empty() { "type to find a label: " } else { " " };
        line.push(Piece::new(hint, look.style(Role::Muted)));
    }
    for row in answers.rows().iter().take(10) {
        let key = row.digit.or(row.letter).map_or_else(String::new, |key| format!("{key} "));
        line.push(Piece::new(key, look.style(Role::Key)));
        line.push(Piece::new(
            format!("{}  ", text::fit(&row.name, 20, look.symbols.ellipsis)),
            look.style(Role::label(row.place)),
        ));
    }
    (line, typed)
}
