//! Draws the calibration sessions.

use super::Sessions;
use super::view::{WIDE, dispute_line, short};
use crate::domain::{FEW, Stage};
use crate::tui::app::{App, Hit};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece, gauge};
use crate::workflow::calibration::{Kept, Report};

type Line = Vec<Piece>;

/// Draws the list, or the open session.
pub fn view(app: &App, sessions: &Sessions, canvas: &mut Canvas<'_>) {
    let look = &app.look;
    let Some(shown) = &sessions.shown else {
        canvas.put(2, 1, &format!("reading {}", look.symbols.ellipsis), look.style(Role::Muted));
        return;
    };
    if shown.is_empty() {
        let lines = [
            ("There is no calibration session yet.", Role::Title),
            ("Everybody answers the same items blind, then compares, then answers others of the draw.", Role::Text),
            ("karat calibration start NAME --items 20 --people ana,ben,chi", Role::Text),
        ];
        canvas.say(look, &lines.map(|(line, role)| (line.to_owned(), role)));
        return;
    }
    match sessions.report() {
        Some(report) => detail(app, sessions, report, canvas),
        None => list(app, sessions, shown, canvas),
    }
}

fn list(app: &App, sessions: &Sessions, shown: &[Report], canvas: &mut Canvas<'_>) {
    let mut inside = canvas.frame(&app.look, "calibration sessions");
    let width = usize::from(inside.width());
    let line = |report: &Report| {
        let (people, items) = (report.shares.len(), report.session.halves[0].len());
        let told = format!("{}, {people} people, {items} items a half", report.session.stage());
        let before = report.before.as_ref().map_or_else(String::new, |kept| format!("  before {}", alpha(kept)));
        let after = report.after.as_ref().map_or_else(String::new, |kept| format!("  after {}", alpha(kept)));
        vec![
            Piece::new(text::pad(&report.session.name, 20, app.look.symbols.ellipsis), app.look.style(Role::Text)),
            Piece::new(format!("  {told}"), app.look.style(Role::Muted)),
            Piece::new(format!("{before}{after}"), app.look.style(Role::Accent)),
        ]
    };
    let lines: Vec<Line> = shown.iter().map(line).collect();
    let height = inside.height();
    rows(app, &lines, sessions.chosen, &mut inside.part(0, 0, width as u16, height));
}

fn detail(app: &App, sessions: &Sessions, report: &Report, canvas: &mut Canvas<'_>) {
    let look = &app.look;
    let (width, height) = (canvas.width(), canvas.height());
    let room = usize::from(width.saturating_sub(2));
    let head = head(app, report, if width >= WIDE { 10 } else { 4 });
    for (y, line) in (0..).zip(&head) {
        canvas.line(1, y, &Piece::fit(line, room, look.symbols.ellipsis));
    }
    let top = u16::try_from(head.len()).unwrap_or(u16::MAX);
    if height <= top + 2 {
        return;
    }
    let title = match report.disputed {
        0 => "nothing is disputed that was compared".to_owned(),
        1 => "1 dispute among its people".to_owned(),
        n => format!("{n} disputes among its people"),
    };
    let mut below = canvas.part(0, top, width, height - top);
    let mut inside = below.frame(look, &title);
    let Some(question) = app.seat.as_ref().map(|seat| &seat.question) else { return };
    let width = usize::from(inside.width());
    let lines: Vec<Line> =
        report.disputes.iter().map(|d| dispute_line(app, question, d, width.saturating_sub(2))).collect();
    let (cells, height) = (inside.width(), inside.height());
    rows(app, &lines, sessions.open.map_or(0, |(_, chosen)| chosen), &mut inside.part(0, 0, cells, height));
}

/// Its name and what comes next, the agreement, and how far everybody has come, in gauges of so many cells.
fn head(app: &App, report: &Report, cells: usize) -> Vec<Line> {
    let look = &app.look;
    let (text_style, muted) = (look.style(Role::Text), look.style(Role::Muted));
    let name = &report.session.name;
    let next = match report.session.stage() {
        Stage::First => format!("karat calibration compare {name} ends the first half"),
        Stage::Between => format!("karat calibration after {name} asks the second half"),
        Stage::Second => format!("karat calibration close {name} ends it"),
        Stage::Over => String::new(),
    };
    let stage = format!(" {} {}   ", look.symbols.dot, report.session.stage());
    let mut lines = vec![vec![
        Piece::new(name.clone(), look.style(Role::Title)),
        Piece::new(stage, text_style),
        Piece::new(next, muted),
    ]];
    for (when, kept) in [("before", &report.before), ("after ", &report.after)] {
        let Some(kept) = kept else { continue };
        let same = kept.percent.map_or_else(String::new, |p| format!(", {:.0}% say the same", 100.0 * p));
        let stands = format!("  {} items, {} answers{same}", kept.pairable, kept.answers);
        lines.push(vec![
            Piece::new(format!("{when}  α "), muted),
            Piece::new(alpha(kept), look.style(Role::Accent)),
            Piece::new(stands, muted),
        ]);
    }
    let enough = |kept: &Option<Kept>| kept.as_ref().is_some_and(|kept| kept.pairable >= FEW);
    if let Some(d) = report.difference().filter(|_| enough(&report.before) && enough(&report.after)) {
        let interval = d.ci95.map_or_else(String::new, |(low, high)| format!(" [{low:+.2}, {high:+.2}]"));
        let told = format!("{:+.2}{interval}", d.value);
        lines.push(vec![Piece::new("difference ", muted), Piece::new(told, look.style(Role::Accent))]);
    }
    lines.push(Vec::new());
    for share in &report.shares {
        let half = |(done, of): (usize, usize)| {
            let part = done as f64 / of.max(1) as f64;
            format!("{} {done:>3} of {of}  ", gauge(look.symbols, part, cells))
        };
        lines.push(vec![
            Piece::new(text::pad(&share.called(), 16, look.symbols.ellipsis), text_style),
            Piece::new(" first half ", muted),
            Piece::new(half(share.done[0]), text_style),
            Piece::new(" second half ", muted),
            Piece::new(half(share.done[1]), text_style),
        ]);
    }
    lines
}

/// Rows of which one is chosen, scrolled so far that it is seen.
fn rows(app: &App, lines: &[Line], chosen: usize, canvas: &mut Canvas<'_>) {
    let look = &app.look;
    let (width, height) = (usize::from(canvas.width()), usize::from(canvas.height()));
    let top = chosen.saturating_sub(height.saturating_sub(1));
    for (y, (row, line)) in (0..canvas.height()).zip(lines.iter().enumerate().skip(top)) {
        let pointer = if row == chosen { format!("{} ", look.symbols.pointer) } else { "  ".to_owned() };
        let mut line: Line = [Piece::new(pointer, look.style(Role::Accent))].into_iter().chain(line.clone()).collect();
        if row == chosen {
            let selected = look.style(Role::Selected);
            line.iter_mut().for_each(|piece| piece.style = piece.style.patch(selected));
        }
        canvas.line(0, y, &Piece::fit(&line, width, look.symbols.ellipsis));
        app.clickable(canvas.place(0, y, canvas.width(), 1), Hit::ListRow(row));
    }
}

/// The coefficient with its interval, or why there is none.
fn alpha(kept: &Kept) -> String {
    match (kept.alpha, kept.ci95) {
        _ if kept.pairable < FEW => format!("no estimate (n={})", kept.pairable),
        (Some(alpha), Some((low, high))) => format!("{} [{}, {}]", short(alpha), short(low), short(high)),
        (Some(alpha), None) => short(alpha),
        (None, _) => kept.reason.clone().unwrap_or_default(),
    }
}
