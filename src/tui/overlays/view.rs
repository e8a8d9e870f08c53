//! Draws what lies on a screen.

use ratatui::layout::Position;

use super::{Content, Help, Note, Overlay, Palette, Reader, inbox_view, training};
use crate::domain::SkipReason;
use crate::tui::app::App;
use crate::tui::screens::{label::list, runs};
use crate::tui::text::{self, Wrapped};
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece};

/// Draws it over the body of the screen; gives the place of the cursor where something is typed.
pub fn view(app: &App, overlay: &Overlay, canvas: &mut Canvas<'_>) -> Option<Position> {
    match overlay {
        Overlay::Palette(palette) => draw_palette(app, palette, canvas),
        Overlay::Help(help) => draw_help(app, help, canvas),
        Overlay::Note(note) => draw_note(app, note, canvas),
        Overlay::Reasons => draw_reasons(app, canvas),
        Overlay::Reader(reader) => draw_reader(app, reader, canvas),
        Overlay::List(list) => list::view::view(app, list, canvas),
        Overlay::Training(form) => training::view::draw_form(app, form, canvas),
        Overlay::Inbox(inbox) => inbox_view::draw_inbox(app, inbox, canvas),
        Overlay::Reply(reply) => inbox_view::draw_reply(app, reply, canvas),
    }
}

/// A rectangle of at most this size in the middle, a little above; empty and ready.
pub fn window<'a>(canvas: &'a mut Canvas<'_>, width: u16, height: u16) -> Canvas<'a> {
    let (width, height) = (width.min(canvas.width()), height.min(canvas.height()));
    let (x, y) = ((canvas.width() - width) / 2, (canvas.height() - height) / 3);
    let mut window = canvas.part(x, y, width, height);
    window.clear();
    window
}

/// A line that is typed into; gives the place of the cursor.
pub fn draw_field(
    app: &App,
    field: &crate::tui::widgets::Field,
    prompt: &str,
    hint: &str,
    canvas: &mut Canvas<'_>,
) -> Position {
    let look = &app.look;
    let start = canvas.put(0, 0, prompt, look.style(Role::Key));
    let room = usize::from(canvas.width().saturating_sub(start).saturating_sub(1));
    let before = field.before_cursor();
    let mut skipped = 0;
    while text::width(before.get(skipped..).unwrap_or_default()) > room {
        skipped += before.get(skipped..).and_then(|s| s.chars().next()).map_or(1, char::len_utf8);
    }
    if field.text().is_empty() {
        canvas.put(start, 0, hint, look.style(Role::Muted));
    } else {
        canvas.put(start, 0, field.text().get(skipped..).unwrap_or_default(), look.style(Role::Input));
    }
    let column = u16::try_from(text::width(before.get(skipped..).unwrap_or_default())).unwrap_or(0);
    Position::new(canvas.area().x.saturating_add(start).saturating_add(column), canvas.area().y)
}

fn draw_palette(app: &App, palette: &Palette, canvas: &mut Canvas<'_>) -> Option<Position> {
    let look = &app.look;
    let entries = palette.entries(app);
    let rows =
        u16::try_from(entries.len()).unwrap_or(u16::MAX).clamp(1, 14).min(canvas.height().saturating_sub(3).max(1));
    let mut window = window(canvas, 78, rows + 3);
    let mut inner = window.frame(look, "go");
    let width = inner.width();
    let cursor = draw_field(
        app,
        &palette.field,
        ":",
        "the name of a command, a few letters will do",
        &mut inner.part(0, 0, width, 1),
    );
    let selected = palette.selected.min(entries.len().saturating_sub(1));
    let top = selected.saturating_sub(usize::from(rows).saturating_sub(1));
    if entries.is_empty() {
        inner.put(0, 1, &palette.missing(), look.style(Role::Muted));
    }
    for (y, (index, entry)) in (1..=rows).zip(entries.iter().enumerate().skip(top)) {
        let chosen = index == selected;
        let ground = if chosen { look.style(Role::Selected) } else { look.style(Role::Text) };
        if chosen {
            inner.part(0, y, width, 1).fill(0, ground);
        }
        let mark = if chosen { look.symbols.pointer } else { " " };
        let mut x = inner.put(0, y, &format!("{mark} "), ground.patch(look.style(Role::Accent)));
        let name = match (&entry.argument, entry.command.argument) {
            (Some(argument), _) => format!("{} {argument}", entry.command.id),
            (None, Some(argument)) => format!("{} {}", entry.command.id, argument.name),
            (None, None) => entry.command.id.to_owned(),
        };
        let usable = entry.usable.is_ok();
        for (i, glyph) in text::glyphs(&name).enumerate() {
            let style = match (usable, entry.matched.contains(&i)) {
                (false, _) => look.style(Role::Muted),
                (true, true) => look.style(Role::Match),
                (true, false) => look.style(Role::Text),
            };
            x = inner.put_glyph(x, y, &glyph.shown, glyph.width, ground.patch(style));
        }
        let key = app.keymap.label(entry.command.id);
        let about = match &entry.usable {
            Ok(()) => entry.command.doc.to_owned(),
            Err(why) => why.clone(),
        };
        let start = x.saturating_add(2).max(22);
        let room = usize::from(width.saturating_sub(start)).saturating_sub(text::width(&key) + 2);
        inner.put(start, y, &text::fit(&about, room, look.symbols.ellipsis), ground.patch(look.style(Role::Muted)));
        inner.put_right(y, &[Piece::new(key, ground.patch(look.style(Role::Key)))]);
    }
    Some(cursor)
}

fn draw_help(app: &App, help: &Help, canvas: &mut Canvas<'_>) -> Option<Position> {
    let look = &app.look;
    let (wide, high) = (canvas.width(), canvas.height());
    let mut window = window(canvas, wide.min(96), high);
    let mut inner = window.frame(look, "keys that work here");
    let (width, height) = (inner.width(), inner.height());
    let cursor = draw_field(app, &help.field, "/", "type to filter", &mut inner.part(0, 0, width, 1));
    let mut lines: Vec<(String, String, String)> = Vec::new();
    if help.field.text().is_empty() {
        lines.extend(
            help.answers().iter().map(|(keys, doc)| ((*keys).to_owned(), "answer".to_owned(), (*doc).to_owned())),
        );
    }
    let rows = help.rows(app).into_iter().map(|(command, keys)| {
        let why = (command.when)(app).err().map_or_else(String::new, |why| format!(" (not now: {why})"));
        let keys = if keys.is_empty() { format!("{}{}", app.keymap.label("palette"), command.id) } else { keys };
        (keys, command.title.to_owned(), format!("{}{why}", command.doc))
    });
    lines.extend(rows);
    let room = usize::from(height.saturating_sub(2));
    let top = help.top.min(lines.len().saturating_sub(room));
    if lines.is_empty() {
        inner.put(0, 2, "nothing fits", look.style(Role::Muted));
    }
    for (y, (keys, title, doc)) in (2..height).zip(lines.iter().skip(top)) {
        let x = inner.put(0, y, &text::pad(keys, 12, look.symbols.ellipsis), look.style(Role::Key)).saturating_add(1);
        let x = if width >= 90 { inner.put(x, y, &text::pad(title, 16, ""), look.style(Role::Text)) } else { x };
        let room = usize::from(width.saturating_sub(x));
        inner.put(x, y, &text::fit(doc, room, look.symbols.ellipsis), look.style(Role::Muted));
    }
    if lines.len() > top + room {
        let hint = format!(" {} {} more ", look.symbols.more, lines.len() - top - room);
        inner.put_right(0, &[Piece::new(hint, look.style(Role::Muted))]);
    }
    Some(cursor)
}

fn draw_note(app: &App, note: &Note, canvas: &mut Canvas<'_>) -> Option<Position> {
    let mut window = window(canvas, 70, 8);
    let asks = app.runs.deciding.as_ref().map(|deciding| runs::asks(app, deciding));
    let naming = app.data.snapshots.naming.then(|| "the name of the snapshot, or none".to_owned());
    let inner = window.frame(&app.look, asks.or(naming).as_deref().unwrap_or("note")).area();
    if inner.is_empty() {
        return None;
    }
    window.widget(&note.area, inner);
    let cursor = note.area.screen_cursor();
    let (top, left) = note.area.scroll_offset();
    let cell = |n: usize, scrolled: u16| u16::try_from(n).unwrap_or(u16::MAX).saturating_sub(scrolled);
    let (x, y) = (cell(cursor.col, left), cell(cursor.row, top));
    (x <= inner.width && y < inner.height).then(|| Position::new(inner.x + x.min(inner.width - 1), inner.y + y))
}

fn draw_reasons(app: &App, canvas: &mut Canvas<'_>) -> Option<Position> {
    let look = &app.look;
    let mut window = window(canvas, 34, 4 + u16::try_from(SkipReason::ALL.len()).unwrap_or(5));
    let mut inner = window.frame(look, "why skip it?");
    for (i, (y, reason)) in (0..).zip(SkipReason::ALL).enumerate() {
        let x = inner.put(0, y, &format!("{} ", i + 1), look.style(Role::Key));
        inner.put(x, y, &reason.as_str().replace('-', " "), look.style(Role::Text));
    }
    let y = u16::try_from(SkipReason::ALL.len()).unwrap_or(5);
    let x = inner.put(0, y + 1, &app.keymap.label("skip plainly"), look.style(Role::Key));
    inner.put(x.saturating_add(1), y + 1, "without a reason", look.style(Role::Text));
    None
}

fn draw_reader(app: &App, reader: &Reader, canvas: &mut Canvas<'_>) -> Option<Position> {
    let (wide, high) = (canvas.width(), canvas.height());
    let mut window = window(canvas, wide.min(96), high);
    match &reader.content {
        Content::Guidelines(guidelines, changed) => {
            let when = app.look.day_and_time(guidelines.at, app.now.wall);
            let title = format!("guidelines v{}, {}, {when}", guidelines.revision, text::one_line(&guidelines.by));
            let mut inner = window.frame(&app.look, &title);
            draw_text(app, reader, &guidelines.text, changed, &mut inner);
        }
        Content::Text(title, body) => {
            let mut inner = window.frame(&app.look, &text::one_line(title));
            draw_text(app, reader, body, &[], &mut inner);
        }
        Content::Queue(None) => {
            let mut inner = window.frame(&app.look, "queue");
            inner.put(0, 0, &format!("looking {}", app.look.symbols.ellipsis), app.look.style(Role::Muted));
        }
        Content::Queue(Some(panel)) => {
            let mut inner = window.frame(&app.look, "queue");
            let lines = super::super::screens::label::view::queue_lines(app, panel, usize::from(inner.width()));
            let room = usize::from(inner.height());
            reader.last.set(lines.len().saturating_sub(room));
            let top = reader.top.min(reader.last.get());
            for (y, line) in (0..inner.height()).zip(lines.iter().skip(top)) {
                inner.line(0, y, line);
            }
        }
    }
    None
}

/// A text with the lines that are new marked by a sign and a style.
fn draw_text(app: &App, reader: &Reader, source: &str, changed: &[String], canvas: &mut Canvas<'_>) {
    let look = &app.look;
    let (width, height) = (canvas.width().saturating_sub(2), usize::from(canvas.height()));
    let mut wrapped = reader.wrapped.borrow_mut();
    if wrapped.width() != width.max(2) {
        *wrapped = Wrapped::new(width);
    }
    let found = wrapped.reach(source, usize::MAX);
    reader.last.set(found.saturating_sub(height));
    let top = reader.top.min(reader.last.get());
    for (y, row) in (top..found.min(top + height)).enumerate() {
        let y = u16::try_from(y).unwrap_or(u16::MAX);
        let start = wrapped.row(row).map_or(0, |range| range.start);
        let new = changed.iter().any(|line| line == line_at(source, start));
        let style = look.style(if new { Role::Good } else { Role::Text });
        if new {
            canvas.put(0, y, "+", look.style(Role::Good));
        }
        for (x, glyph) in wrapped.glyphs(source, row) {
            canvas.put_glyph(x + 2, y, &glyph.shown, glyph.width, style);
        }
    }
}

fn line_at(source: &str, at: usize) -> &str {
    let start = source.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |i| i + 1);
    let rest = source.get(start..).unwrap_or_default();
    rest.split('\n').next().unwrap_or_default().trim_end_matches('\r')
}
