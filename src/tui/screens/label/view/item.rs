//! The item: its text, what the code says, the words that push the ranker; its fields, flag and note.

use std::ops::Range;

use ratatui::style::Style;

use super::super::OnScreen;
use crate::tui::app::App;
use crate::tui::text::{self, Wrapped};
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece};

/// Draws the text from where it is scrolled to; gives the rows used.
pub fn text(app: &App, item: &OnScreen, canvas: &mut Canvas<'_>) -> u16 {
    let look = &app.look;
    let (width, height) = (canvas.width(), usize::from(canvas.height()));
    item.hidden.set(width == 0 || height == 0);
    if item.hidden.get() {
        return 0;
    }
    let source = item.served.text.as_str();
    let mut wrapped = item.wrapped.borrow_mut();
    if wrapped.width() != width.max(2) {
        *wrapped = Wrapped::new(width);
    }
    let top = item.scroll.min(wrapped.reach(source, item.scroll + 1).saturating_sub(1));
    let found = wrapped.reach(source, top + height + 1);
    let more = found > top + height;
    let rows = if more || top > 0 { height.saturating_sub(1) } else { height };
    let base = look.style(if app.label.current().is_some() { Role::Text } else { Role::Muted });
    let pushes = pushes(item);
    for (y, row) in (top..found.min(top + rows)).enumerate() {
        let y = u16::try_from(y).unwrap_or(u16::MAX);
        for (x, glyph) in wrapped.glyphs(source, row) {
            let style = style_at(app, item, &pushes, base, glyph.at);
            let control = glyph.shown.chars().next().is_some_and(|c| ('\u{2400}'..='\u{2426}').contains(&c));
            let style = if control { style.patch(look.style(Role::Muted)) } else { style };
            canvas.put_glyph(x, y, &glyph.shown, glyph.width, style);
        }
    }
    if source.trim().is_empty() {
        canvas.put(0, 0, "(this item has no text)", look.style(Role::Muted));
    }
    let shown = found.min(top + rows) - top;
    if (more || top > 0) && height > 1 {
        let end = wrapped.row(top + shown.saturating_sub(1)).map_or(0, |row| row.end);
        let read = if more { 100 * end / source.len().max(1) } else { 100 };
        let hint = format!("{} {read}%  {} scrolls", look.symbols.more, app.keymap.label("scroll down"));
        canvas.put(0, u16::try_from(height - 1).unwrap_or(u16::MAX), &hint, look.style(Role::Muted));
        return u16::try_from(height).unwrap_or(u16::MAX);
    }
    u16::try_from(shown).unwrap_or(u16::MAX)
}

/// Stretches of text that push towards the label which the ranker thinks likeliest, and towards others.
fn pushes(item: &OnScreen) -> Vec<Range<usize>> {
    match (&item.suggestions, item.suggesting) {
        (Some(suggestions), true) => suggestions.pushes.iter().map(|push| push.at.clone()).collect(),
        _ => Vec::new(),
    }
}

fn style_at(app: &App, item: &OnScreen, pushes: &[Range<usize>], base: Style, at: usize) -> Style {
    let mut style = base;
    let place = item.highlights.partition_point(|(range, _)| range.end <= at);
    if let Some((_, role)) = item.highlights.get(place).filter(|(range, _)| range.contains(&at)) {
        style = style.patch(app.look.style(*role));
    }
    if pushes.iter().any(|range| range.contains(&at)) {
        style = style.patch(app.look.style(Role::Push));
    }
    style
}

/// Flag, note and shown fields, with a blank row before them.
pub fn below(app: &App, item: &OnScreen, width: usize) -> Vec<Vec<Piece>> {
    let look = &app.look;
    let (muted, plain) = (look.style(Role::Muted), look.style(Role::Text));
    let mut lines = Vec::new();
    let mut line: Vec<Piece> = Vec::new();
    for (name, value) in item.served.fields.iter().filter(|(_, value)| !value.trim().is_empty()) {
        let value = text::fit(value, 40.min(width), look.symbols.ellipsis);
        let pieces =
            [Piece::new(format!("{}  ", text::one_line(name)), muted), Piece::new(format!("{value}    "), plain)];
        if !line.is_empty() && Piece::width(&line) + Piece::width(&pieces) > width {
            lines.push(std::mem::take(&mut line));
        }
        line.extend(pieces);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines.truncate(3);
    if item.flag {
        lines.push(vec![Piece::new(format!("{} flagged", look.symbols.flag), look.style(Role::Warning))]);
    }
    if let Some(note) = &item.note {
        let note = text::fit(note, width.saturating_sub(2), look.symbols.ellipsis);
        lines.push(vec![Piece::new(format!("{} {note}", look.symbols.note), look.style(Role::Accent))]);
    }
    if let Some(draft) = &item.unkept {
        let key = app.keymap.label("note");
        let head = format!("{} draft, not part of the answer ({key} goes on): ", look.symbols.note);
        let draft = text::fit(draft, width.saturating_sub(text::width(&head)), look.symbols.ellipsis);
        lines.push(vec![Piece::new(head, muted), Piece::new(draft, plain)]);
    }
    if !lines.is_empty() {
        lines.insert(0, Vec::new());
    }
    lines
}
