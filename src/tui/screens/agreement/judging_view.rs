//! Draws a dispute that is being settled: its text, what was said, the labels, the guidelines.

use ratatui::layout::Position;

use super::Judging;
use super::judging::{digits_are_ratings, keyed};
use super::view::{role_of, short, tally};
use crate::domain::{Kind, Question, Value};
use crate::tui::app::App;
use crate::tui::screens::label::{Answers, Target};
use crate::tui::text::{self, Wrapped};
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece};

type Line = Vec<Piece>;

/// From this many columns on, the guidelines stand beside the text.
const WIDE: u16 = 100;
/// Their cells there.
const SIDE: u16 = 38;
/// Their rows below the text on a narrow screen.
const ROWS: u16 = 4;

/// Draws it.
pub fn view(app: &App, judging: &Judging, canvas: &mut Canvas<'_>) -> Option<Position> {
    let look = &app.look;
    let (width, height) = (canvas.width(), canvas.height());
    let wide = width >= WIDE;
    let main = if wide { width - SIDE - 2 } else { width };
    let room = usize::from(main.saturating_sub(4));
    let (place, of) = place(app, judging);
    let title = format!("{} {} {place} of {of}", judging.dispute.id, look.symbols.dot);
    canvas.put(2, 0, &text::fit(&title, room, look.symbols.ellipsis), look.style(Role::Muted));
    let below = below(app, judging, room);
    let guidelines = if wide { 0 } else { ROWS };
    let rows = u16::try_from(below.len()).unwrap_or(u16::MAX);
    let most = height.saturating_sub(rows + guidelines + 3).max(1);
    let lines = Wrapped::new(main.saturating_sub(4)).reach(&judging.dispute.text, usize::from(most));
    let text_rows = u16::try_from(lines).unwrap_or(most).clamp(1, most);
    read(app, &judging.dispute.text, judging.top, &mut canvas.part(2, 2, main.saturating_sub(4), text_rows));
    let y = 3 + text_rows;
    for (y, line) in (y..).zip(&below) {
        canvas.line(2, y, &Piece::fit(line, room, look.symbols.ellipsis));
    }
    let text = app.seat.as_ref()?.question.guidelines.as_ref()?;
    if wide {
        let mut side = canvas.part(main, 1, SIDE, height.saturating_sub(2));
        read(app, &text.text, 0, &mut side.frame(look, &format!("guidelines v{}", text.revision)));
    } else if y + rows + 1 < height {
        let left = height - (y + rows + 1);
        read(app, &text.text, 0, &mut canvas.part(2, y + rows + 1, main.saturating_sub(4), left));
    }
    None
}

/// Which of how many.
fn place(app: &App, judging: &Judging) -> (usize, usize) {
    let (disputes, of) = app.agreement.worked_on();
    let at = disputes.iter().position(|d| d.seq == judging.dispute.seq);
    (at.map_or(1, |at| at + 1), of.max(1))
}

fn read(app: &App, text: &str, top: usize, canvas: &mut Canvas<'_>) {
    let height = usize::from(canvas.height());
    let mut wrapped = Wrapped::new(canvas.width());
    let found = wrapped.reach(text, top + height + 1);
    let top = top.min(found.saturating_sub(height));
    for y in 0..found.saturating_sub(top).min(height) {
        for (x, glyph) in wrapped.glyphs(text, top + y) {
            let row = u16::try_from(y).unwrap_or(u16::MAX);
            canvas.put_glyph(x, row, &glyph.shown, glyph.width, app.look.style(Role::Text));
        }
    }
    if found > top + height && height > 0 {
        let more = format!(" {} ", app.look.symbols.more);
        canvas
            .put_right(u16::try_from(height - 1).unwrap_or(u16::MAX), &[Piece::new(more, app.look.style(Role::Muted))]);
    }
}

/// What was said, the model, note and mark, then the labels.
fn below(app: &App, judging: &Judging, width: usize) -> Vec<Line> {
    let look = &app.look;
    let Some(question) = app.seat.as_ref().map(|seat| &seat.question) else { return Vec::new() };
    let (text_style, muted) = (look.style(Role::Text), look.style(Role::Muted));
    let mut lines: Vec<Line> = Vec::new();
    if judging.names {
        for vote in &judging.dispute.votes {
            let told = question.tell(&vote.value, &judging.dispute.text);
            let said = Piece::new(told, look.style(role_of(question, &vote.value)));
            lines.push(vec![Piece::new(format!("{}: ", vote.who.name), text_style), said]);
        }
    } else if question.kind == Kind::Choice {
        for (value, n) in tally(question, &judging.dispute) {
            let people = if n == 1 { "person says".to_owned() } else { "people say".to_owned() };
            let said = Piece::new(question.spell(&value), look.style(role_of(question, &value)));
            lines.push(vec![Piece::new(format!("{n} {people} "), text_style), said]);
        }
    }
    for note in judging.dispute.votes.iter().filter_map(|vote| vote.note.as_ref()) {
        lines.push(vec![Piece::new(format!("{} {note}", look.symbols.note), muted)]);
    }
    if judging.model {
        let name = |id| question.label(id).map_or("?", |label| label.name.as_str());
        let thinks = judging.dispute.probabilities.iter().take(4).map(|(id, p)| format!("{} {}", name(*id), short(*p)));
        let thinks = thinks.collect::<Vec<_>>().join(&format!(" {} ", look.symbols.dot));
        lines.push(vec![Piece::new("model: ", muted), Piece::new(thinks, text_style)]);
    }
    if judging.unclear {
        lines.push(vec![Piece::new(
            format!("{} the guidelines do not settle this", look.symbols.flag),
            look.style(Role::Warning),
        )]);
    }
    if let Some(note) = &judging.note {
        let note = text::fit(note, width.saturating_sub(3), look.symbols.ellipsis);
        lines.push(vec![Piece::new(format!("{} {note}", look.symbols.note), look.style(Role::Accent))]);
    }
    if let Some(value) = &judging.dispute.ruled {
        let told = format!("it was settled as {}, which was split since", question.spell(value));
        lines.push(vec![Piece::new(told, look.style(Role::Warning))]);
    }
    lines.push(Vec::new());
    lines.extend(match question.kind {
        Kind::Choice => labels(app, judging, width),
        _ => numbered(app, question, judging),
    });
    lines
}

/// The different answers with their digits, and how any other value is given.
fn numbered(app: &App, question: &Question, judging: &Judging) -> Vec<Line> {
    let look = &app.look;
    let tally = tally(question, &judging.dispute);
    let keyed = keyed(question, &judging.dispute);
    let line = |(value, n): &(Value, usize)| {
        let digit = keyed.iter().find(|(_, own)| own == value).map(|(digit, _)| *digit);
        let people = if *n == 1 { "1 person".to_owned() } else { format!("{n} people") };
        vec![
            Piece::new(digit.map_or_else(|| "  ".to_owned(), |digit| format!("{digit} ")), look.style(Role::Key)),
            Piece::new(question.tell(value, &judging.dispute.text), look.style(Role::Text)),
            Piece::new(format!("   {people}"), look.style(Role::Muted)),
        ]
    };
    let mut lines: Vec<Line> = tally.iter().map(line).collect();
    if digits_are_ratings(question) {
        let (least, most) = (question.scale.least(), question.scale.most());
        lines.push(vec![Piece::new(format!("{least} to {most} give that rating"), look.style(Role::Muted))]);
        return lines;
    }
    let other = format!("any other value: karat settle {} VALUE", judging.dispute.id);
    lines.push(vec![Piece::new(other, look.style(Role::Muted))]);
    lines
}

/// The labels with their keys, as many in a line as there is room for.
fn labels(app: &App, judging: &Judging, width: usize) -> Vec<Line> {
    const LINES: usize = 4;
    let look = &app.look;
    let Some(question) = app.seat.as_ref().map(|seat| &seat.question) else { return Vec::new() };
    let answers = if judging.answers.is_empty() { Answers::of(question) } else { judging.answers.clone() };
    let mut lines: Vec<Line> = vec![Vec::new()];
    if answers.filters() {
        let typed = format!("find: {} ", answers.filter());
        lines[0].push(Piece::new(typed, look.style(Role::Input)));
    }
    for row in answers.rows() {
        let key = row.digit.or(row.letter).map_or_else(String::new, |key| format!("{key} "));
        let branch = if row.target == Target::Level { look.symbols.branch } else { "" };
        let pieces = [
            Piece::new(key, look.style(Role::Key)),
            Piece::new(format!("{}{branch}   ", row.name), look.style(Role::label(row.place))),
        ];
        let last = lines.last().map_or(0, |line| Piece::width(line));
        if last > 0 && last + Piece::width(&pieces) > width {
            lines.push(Vec::new());
        }
        if let Some(line) = lines.last_mut() {
            line.extend(pieces);
        }
    }
    lines.truncate(LINES);
    lines
}
