//! One frame: the bar, the open screen, what lies on it, the status line.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use super::app::{App, Hit, ScreenName};
use super::commands;
use super::overlays::{self, Overlay};
use super::screens;
use super::text;
use super::theme::Role;
use super::widgets::{Canvas, Piece, gauge};

/// From this many columns on, the names of the screens are written out.
const NAMES_FROM: u16 = 100;

/// Draws everything.
pub fn view(app: &App, frame: &mut Frame<'_>) {
    app.hits.borrow_mut().clear();
    let area = frame.area();
    let buffer = frame.buffer_mut();
    let mut canvas = Canvas::new(buffer, area);
    let (width, height) = (canvas.width(), canvas.height());
    let (bar_rows, foot_rows) = (u16::from(height >= 3), if height >= 10 { 2 } else { u16::from(height >= 2) });
    if bar_rows > 0 {
        bar(app, &mut canvas.part(0, 0, width, 1));
    }
    let body = canvas.place(0, bar_rows, width, height - bar_rows - foot_rows);
    let mut cursor = match app.screen {
        _ if app.seat.is_none() || app.closed.is_some() => opening(app, &mut Canvas::new(buffer, body)),
        ScreenName::Label => screens::label::view::view(app, &mut Canvas::new(buffer, body)),
        ScreenName::Agreement => screens::agreement::view::view(app, &mut Canvas::new(buffer, body)),
        ScreenName::Runs => screens::runs::view::view(app, &mut Canvas::new(buffer, body)),
        ScreenName::Data => screens::data::view::view(app, &mut Canvas::new(buffer, body)),
    };
    for overlay in &app.overlays {
        app.hits.borrow_mut().retain(|(_, hit)| !matches!(hit, Hit::Answer(_) | Hit::ListRow(_)));
        cursor = overlays::view::view(app, overlay, &mut Canvas::new(buffer, body));
    }
    if foot_rows > 0 {
        let foot = Rect::new(area.x, area.y + height - foot_rows, width, foot_rows);
        footer(app, &mut Canvas::new(buffer, foot));
    }
    if let Some(position) = cursor.filter(|p| area.contains(*p)) {
        frame.set_cursor_position(position);
    }
}

fn bar(app: &App, canvas: &mut Canvas<'_>) {
    let look = &app.look;
    let style = look.style(Role::Bar);
    canvas.fill(0, style);
    let width = usize::from(canvas.width());
    let mut right = Vec::new();
    let mut places = Vec::new();
    let wide = canvas.width() >= NAMES_FROM;
    for (screen, id) in ScreenName::ALL {
        let title = commands::named(id).map_or(id, |c| c.title);
        let key = app.keymap.label(id);
        let name = match (wide || app.screen == screen, key.is_empty()) {
            (true, false) => format!(" {key} {title} "),
            (false, false) => format!(" {key} "),
            (_, true) => format!(" {title} "),
        };
        let active = app.screen == screen;
        places.push((text::width(&name), id));
        right.push(Piece::new(name, if active { look.style(Role::BarActive) } else { style }));
    }
    if let Some(seat) = &app.seat {
        right.push(Piece::new(format!("   {} ", text::fit(&seat.person, 20, look.symbols.ellipsis)), style));
    }
    let mut x = canvas.width().saturating_sub(u16::try_from(Piece::width(&right)).unwrap_or(u16::MAX));
    let left =
        canvas.put(0, 0, " karat ", look.style(Role::Bar).patch(look.style(Role::Title)).patch(bar_ground(style)));
    if let Some(seat) = &app.seat {
        let several = seat.questions.len() > 1;
        let choose = if several { format!(" {}", look.symbols.choose) } else { String::new() };
        let where_to = format!(" {} {} {}", seat.project, look.symbols.dot, seat.question.name);
        let room = usize::from(x).saturating_sub(usize::from(left) + 1 + text::width(&choose)).min(width);
        let after = canvas.put(left, 0, &text::fit(&where_to, room, look.symbols.ellipsis), style);
        let after = canvas.put(after, 0, &choose, style);
        if several {
            app.clickable(canvas.place(left, 0, after.saturating_sub(left), 1), Hit::Command("question"));
        }
    }
    canvas.line(x, 0, &right);
    for (cells, id) in places {
        let cells = u16::try_from(cells).unwrap_or(u16::MAX);
        app.clickable(canvas.place(x, 0, cells, 1), Hit::Command(id));
        x = x.saturating_add(cells);
    }
}

/// The background alone, so that a title in the bar stands on it.
fn bar_ground(style: ratatui::style::Style) -> ratatui::style::Style {
    ratatui::style::Style { bg: style.bg, ..Default::default() }
}

fn opening(app: &App, canvas: &mut Canvas<'_>) -> Option<Position> {
    let look = &app.look;
    let lines: Vec<(String, Role)> = match &app.closed {
        Some(error) => {
            let mut lines = vec![(error.message.clone(), Role::Error)];
            lines.extend(error.hint.iter().map(|hint| (hint.clone(), Role::Text)));
            lines.push((format!("{} leaves", app.keymap.label("quit")), Role::Muted));
            lines
        }
        None => {
            let what =
                app.opening.as_ref().map_or_else(|| "the project".to_owned(), |name| format!("the question {name}"));
            vec![(format!("opening {what} {}", look.symbols.ellipsis), Role::Muted)]
        }
    };
    canvas.say(look, &lines);
    None
}

fn footer(app: &App, canvas: &mut Canvas<'_>) {
    let look = &app.look;
    let last = canvas.height().saturating_sub(1);
    let keys = keys(app);
    let keys_width = u16::try_from(Piece::width(&keys)).unwrap_or(u16::MAX);
    let width = canvas.width();
    let message = app.message.as_ref().map(|message| {
        let role = if message.error { Role::Error } else { Role::Notice };
        Piece::new(
            format!(" {} ", text::fit(&message.text, usize::from(width.saturating_sub(3)), look.symbols.ellipsis)),
            look.style(role),
        )
    });
    let own_row = last > 0;
    match &message {
        Some(message) if own_row => {
            canvas.put(0, 0, &message.text, message.style);
        }
        Some(message) => {
            canvas.put(0, last, &message.text, message.style);
            return;
        }
        None => {}
    }
    let room = width.saturating_sub(keys_width);
    let mut status = status(app);
    while status.len() > 1 && Piece::width(&status) + 1 > usize::from(room) {
        status.pop();
    }
    canvas.line(0, last, &status);
    let mut hints: Vec<(&str, &[Piece])> = footer_commands(app).into_iter().zip(keys.chunks(2)).collect();
    let cells = |hints: &[(&str, &[Piece])]| -> usize { hints.iter().map(|(_, pieces)| Piece::width(pieces)).sum() };
    let left = Piece::width(&status) + if status.is_empty() { 0 } else { 2 };
    // Two cells behind the last are for show. A key that has no room is not there by half, and help, which names them all, goes last.
    while left + cells(&hints) > usize::from(width) + 2 {
        let Some(place) = hints.iter().rposition(|(id, _)| *id != "help") else { break };
        hints.remove(place);
    }
    let mut x = u16::try_from(usize::from(width).saturating_sub(cells(&hints)).max(left)).unwrap_or(u16::MAX);
    canvas.line(x, last, &hints.iter().flat_map(|(_, pieces)| pieces.iter().cloned()).collect::<Vec<_>>());
    for (id, pieces) in hints {
        let cells = u16::try_from(Piece::width(pieces)).unwrap_or(u16::MAX);
        app.clickable(canvas.place(x, last, cells, 1), Hit::Command(id));
        x = x.saturating_add(cells);
    }
}

/// What was saved, the round, what runs in the background; the first parts matter most.
fn status(app: &App) -> Vec<Piece> {
    let look = &app.look;
    let (text, muted) = (look.style(Role::Text), look.style(Role::Muted));
    let mut parts: Vec<Piece> = Vec::new();
    let mut part = |text: String, style| {
        let between = if parts.is_empty() { " ".to_owned() } else { format!(" {} ", look.symbols.dot) };
        parts.push(Piece::new(format!("{between}{text}"), style));
    };
    match (&app.status.waiting, app.label.pending.is_empty(), app.status.saved_at) {
        (Some(whom), ..) => part(whom.clone(), look.style(Role::Warning)),
        (None, false, _) => part(format!("saving {}", look.symbols.ellipsis), muted),
        (None, true, Some(at)) => part(format!("saved {}", look.time(at)), text),
        (None, true, None) => {}
    }
    if app.status.unread > 0 {
        part(format!("inbox {}", app.status.unread), look.style(Role::Notice));
    }
    if let Some(round) = app.status.round {
        part(format!("round {round}"), muted);
    }
    if let Some(progress) = &app.status.progress {
        part(progress_line(app, progress), muted);
    }
    parts
}

/// `training 43% ▕██▏ 12,000/s, 3 s left`.
fn progress_line(app: &App, progress: &crate::jobs::Progress) -> String {
    let share = progress.done as f64 / progress.total.max(1) as f64;
    let seconds = (app.now.steady - app.status.since).max(0) as f64 / 1000.0;
    let mut line = progress.stage.clone();
    if progress.total > 0 {
        line = format!("{line} {:.0}% {}", share * 100.0, gauge(app.look.symbols, share, 4));
    }
    if seconds >= 1.0 && progress.done > 0 {
        let rate = progress.done as f64 / seconds;
        line = format!("{line} {}/s", text::count(rate.round() as u64));
        if progress.total > progress.done {
            line = format!("{line}, {:.0} s left", (progress.total - progress.done) as f64 / rate);
        }
    }
    line
}

/// The keys that matter now, two pieces each.
fn keys(app: &App) -> Vec<Piece> {
    let look = &app.look;
    let mut pieces = Vec::new();
    for id in footer_commands(app) {
        let title = commands::named(id).map_or(id, |c| c.title);
        pieces.push(Piece::new(app.keymap.label(id), look.style(Role::Key)));
        pieces.push(Piece::new(format!(" {title}  "), look.style(Role::Text)));
    }
    pieces
}

fn footer_commands(app: &App) -> Vec<&'static str> {
    let mut ids: Vec<&'static str> = match (app.overlays.last(), app.screen) {
        _ if app.seat.is_none() || app.closed.is_some() => vec!["quit"],
        (Some(Overlay::Palette(_)), _) => vec!["run", "complete", "back"],
        (Some(Overlay::Help(_)), _) => vec!["page down", "back"],
        (Some(Overlay::Note(_)), _) => vec!["keep note", "new line", "back"],
        (Some(Overlay::Reasons), _) => vec!["skip plainly", "back"],
        (Some(Overlay::Reader(_)), _) => vec!["read on", "back"],
        (Some(Overlay::Training(_)), _) => vec!["start training", "next row", "back"],
        (Some(Overlay::Inbox(_)), _) => vec!["open entry", "reply to note", "inbox all", "read all", "back"],
        (Some(Overlay::Reply(_)), _) => vec!["send reply", "back"],
        (Some(Overlay::List(list)), _) => screens::label::list::view::footer(app, list),
        (None, ScreenName::Label) => screens::label::view::footer(app),
        (None, ScreenName::Agreement) if app.agreement.judging.is_some() => {
            vec!["show names", "show model", "ruling note", "guideline unclear", "back", "help"]
        }
        (None, ScreenName::Agreement) if app.agreement.sessions.is_some() => vec!["open session", "back", "help"],
        (None, ScreenName::Agreement) => {
            vec!["open cell", "next part", "calibration sessions", "guideline todos", "undo ruling", "help", "palette"]
        }
        (None, ScreenName::Runs) => screens::runs::view::footer(app),
        (None, ScreenName::Data) => screens::data::view::footer(app),
    };
    if app.status.progress.is_some() && app.overlays.is_empty() {
        ids.retain(|id| *id != "retrain");
        ids.insert(0, "cancel");
    }
    ids.retain(|id| !app.keymap.keys(id).is_empty());
    ids
}
