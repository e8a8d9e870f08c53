//! Draws the inbox, and the line of a reply.

use ratatui::layout::Position;

use super::inbox::{Inbox, Replying};
use super::view::{draw_field, window};
use crate::tui::app::{App, Hit};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece};

/// From so many columns on, a row tells the item and the day too.
const WIDE: u16 = 90;

pub fn draw_inbox(app: &App, inbox: &Inbox, canvas: &mut Canvas<'_>) -> Option<Position> {
    let look = &app.look;
    let (wide, high) = (canvas.width(), canvas.height());
    let mut window = window(canvas, wide.min(110), high);
    let mut inner = window.frame(look, if inbox.all { "inbox, what was read too" } else { "inbox" });
    let (width, height) = (inner.width(), inner.height());
    let muted = look.style(Role::Muted);
    if !inbox.is_there() {
        inner.put(0, 0, &format!("looking {}", look.symbols.ellipsis), muted);
        return None;
    }
    let all = app.keymap.label("inbox all");
    if inbox.rows().next().is_none() {
        let hidden = inbox.hidden();
        let read = if hidden > 0 { format!("; {all} shows {hidden} that you have read") } else { String::new() };
        let what = "replies to your notes and rulings that differ from your answers come here";
        inner.say(look, &[(format!("nothing new{read}"), Role::Text), (what.to_owned(), Role::Muted)]);
        return None;
    }
    let rows = usize::from(height);
    let top = inbox.selected.saturating_sub(rows.saturating_sub(1));
    for (y, (index, line)) in (0..height).zip(inbox.rows().enumerate().skip(top)) {
        let chosen = index == inbox.selected;
        let ground = if chosen { look.style(Role::Selected) } else { look.style(Role::Text) };
        if chosen {
            inner.part(0, y, width, 1).fill(0, ground);
        }
        let pointer = if chosen { look.symbols.pointer } else { " " };
        let mut x = inner.put(0, y, &format!("{pointer} "), ground.patch(look.style(Role::Accent)));
        let unread = if line.read { " " } else { look.symbols.dot };
        x = inner.put(x, y, &format!("{unread} "), ground.patch(look.style(Role::Key)));
        let mut cell = |x: u16, text: &str, cells: usize, role: Role| {
            let padded = text::pad(&text::one_line(text), cells, look.symbols.ellipsis);
            inner.put(x, y, &format!("{padded} "), ground.patch(look.style(role)))
        };
        if width >= WIDE {
            x = cell(x, &look.day_and_time(line.at, app.now.wall), 12, Role::Muted);
        }
        x = cell(x, line.kind, 6, Role::Text);
        if width >= WIDE {
            x = cell(x, &line.item, 10, Role::Muted);
        }
        x = cell(x, line.by.as_deref().unwrap_or("(erased)"), 8, Role::Text);
        let room = usize::from(width.saturating_sub(x));
        inner.put(x, y, &text::fit(&text::one_line(&line.summary()), room, look.symbols.ellipsis), ground);
        app.clickable(inner.place(0, y, width, 1), Hit::ListRow(index));
    }
    let left = inbox.rows().count().saturating_sub(top + rows);
    if left > 0 {
        inner.put_right(height.saturating_sub(1), &[Piece::new(format!(" {} {left} more ", look.symbols.more), muted)]);
    }
    None
}

pub fn draw_reply(app: &App, reply: &Replying, canvas: &mut Canvas<'_>) -> Option<Position> {
    let mut window = window(canvas, 78, 3);
    let mut inner = window.frame(&app.look, "reply");
    let (prompt, hint) = match &reply.to {
        Some(name) => (format!("to {}: ", text::one_line(name)), ""),
        None => (String::new(), "what to say to the note; begin with @NAME where several wrote one"),
    };
    let width = inner.width();
    Some(draw_field(app, &reply.field, &prompt, hint, &mut inner.part(0, 0, width, 1)))
}
