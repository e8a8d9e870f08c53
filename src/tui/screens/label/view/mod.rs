//! The Label screen: the text has the room it needs, the answers stand beside it or in a row under it.

mod answers;
mod item;
mod queue;
mod side;

pub use answers::share;
pub use queue::{queue_lines, round};

use ratatui::layout::Position;

use super::{OnScreen, Visit, Why};
use crate::domain::Kind;
use crate::tui::app::App;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece};
use crate::workflow::labelling::{Failed, Nothing};

/// From this many columns on, the answers stand beside the text.
const BESIDE_FROM: u16 = 100;
/// From this many columns on, guidelines and history have a column of their own.
const SPREAD_FROM: u16 = 140;
/// Lines longer than this are hard to read.
const READABLE: u16 = 100;

/// The keys that matter now.
pub fn footer(app: &App) -> Vec<&'static str> {
    let screen = &app.label;
    match (screen.drawn(), &screen.visit) {
        (Some(item), _) if !item.answers.filter().is_empty() || !item.answers.path().is_empty() => vec!["back", "help"],
        (Some(_), Some(_)) => vec!["back", "older", "newer", "help"],
        (Some(_), None) if screen.announcement.is_some() || !screen.offer.is_empty() => {
            vec!["look", "skip", "undo", "help", "palette"]
        }
        (Some(_), None) => vec!["skip", "undo", "search", "help", "palette"],
        (None, _) => vec!["undo", "search", "data", "help", "palette"],
    }
}

/// Draws the screen; gives the place of the cursor while something is typed.
pub fn view(app: &App, canvas: &mut Canvas<'_>) -> Option<Position> {
    if let Some(item) = app.label.drawn() {
        item.hidden.set(true); // until its text is drawn
    }
    if let Some(lines) = lesson(app) {
        canvas.say(&app.look, &lines);
        return None;
    }
    let item = app.label.drawn()?;
    let (width, height) = (canvas.width(), canvas.height());
    let right_to_left = text::has_right_to_left(&item.served.text);
    if width < BESIDE_FROM || right_to_left {
        return stacked(app, item, canvas);
    }
    let side = if width >= SPREAD_FROM { 36 } else { 28 + (width - BESIDE_FROM) / 8 };
    let columns = if width >= SPREAD_FROM { 2 } else { 1 };
    let left = width.saturating_sub((side + 2) * columns + 1);
    reading(app, item, &mut canvas.part(1, 1, left.saturating_sub(1), height.saturating_sub(1)), columns == 1);
    if columns == 1 {
        return side::panel(app, item, &mut canvas.part(left + 1, 1, side + 2, height.saturating_sub(1)));
    }
    let cursor = side::answers_panel(app, item, &mut canvas.part(left + 1, 1, side, height.saturating_sub(1)));
    side::about(app, &mut canvas.part(left + side + 2, 1, side + 2, height.saturating_sub(1)));
    cursor
}

/// How many rows the answers may take under the text: more where they are many, so that every digit shows its label.
fn most_answer_rows(item: &OnScreen, height: u16) -> usize {
    match height {
        0..12 => 1,
        18.. if item.answers.filters() => 5,
        _ => 3,
    }
}

/// Counts, announcement, text, fields and history in one column.
fn reading(app: &App, item: &OnScreen, canvas: &mut Canvas<'_>, history: bool) {
    let (width, height) = (canvas.width().min(READABLE), canvas.height());
    let mut top = heading(app, canvas, false);
    top += announcement(app, &mut canvas.part(0, top, width, height.saturating_sub(top)));
    let rows = if history && !app.label.history.is_empty() { 3.min(height / 6) } else { 0 };
    let below = item::below(app, item, usize::from(width));
    let reserved = u16::try_from(below.len()).unwrap_or(u16::MAX).saturating_add(rows + u16::from(rows > 0));
    let room = height.saturating_sub(top + reserved);
    let used = item::text(app, item, &mut canvas.part(0, top, width, room));
    for (y, line) in (top + used..).zip(&below) {
        canvas.line(0, y, line);
    }
    if rows > 0 {
        side::history(app, &mut canvas.part(0, height - rows, width, rows));
    }
}

/// The text over its full width, the answers under it; guidelines and history where there is room.
fn stacked(app: &App, item: &OnScreen, canvas: &mut Canvas<'_>) -> Option<Position> {
    let (full, height) = (canvas.width(), canvas.height());
    let margin = u16::from(full >= 40);
    let width = full.saturating_sub(2 * margin);
    let mut canvas = canvas.part(margin, 0, width, height);
    let mut top = u16::from(height >= 18);
    if height >= 8 {
        let under = canvas.height().saturating_sub(top);
        top += heading(app, &mut canvas.part(0, top, width, under), true).saturating_sub(u16::from(height < 14));
    }
    let under = canvas.height().saturating_sub(top);
    top += announcement(app, &mut canvas.part(0, top, width, under));
    let answers = answers::rows(app, item, usize::from(width), most_answer_rows(item, height));
    let rule = u16::from(height >= 18);
    let mut tail: Vec<Vec<Piece>> = Vec::new();
    if height >= 16 {
        tail.extend(side::guidelines_line(app, usize::from(width)));
        tail.extend(side::history_lines(app, usize::from(width), if height >= 20 { 2 } else { 1 }));
    }
    let below = if height >= 10 { item::below(app, item, usize::from(width)) } else { Vec::new() };
    let lines = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    let reserved = lines(answers.lines.len() + tail.len() + below.len()) + u16::from(!tail.is_empty()) + rule;
    let reserved = reserved.min(height.saturating_sub(top + 1)).max(1.min(height));
    let room = height.saturating_sub(top + reserved);
    item::text(app, item, &mut canvas.part(0, top, width, room));
    let mut y = top + room;
    for line in &below {
        canvas.line(0, y, line);
        y += 1;
    }
    if rule > 0 {
        side::rule(app, item, &mut canvas.part(0, y, width, 1));
        y += rule;
    }
    let cursor = answers::draw(app, &answers, &mut canvas.part(0, y, width, height.saturating_sub(y)));
    y += lines(answers.lines.len()) + 1;
    for line in &tail {
        canvas.line(0, y, line);
        y += 1;
    }
    cursor
}

/// `1,204 answered of 22,970 · today 214 of 400`, and under it where one is beside the queue; gives the rows used.
fn heading(app: &App, canvas: &mut Canvas<'_>, today: bool) -> u16 {
    let look = &app.look;
    let (counts, muted) = (&app.label.counts, look.style(Role::Muted));
    let person = app.seat.as_ref().map_or("", |seat| seat.person.as_str());
    let answered = format!("{} answered of {}", text::count(counts.answered as u64), text::count(counts.items as u64));
    let mut parts = vec![answered, text::one_line(person)];
    parts.extend(today.then(|| side::today(app)));
    canvas.put(0, 0, &parts.join(&format!(" {} ", look.symbols.dot)), muted);
    if let Some(visit) = &app.label.visit {
        let line = text::fit(&visiting(app, visit), usize::from(canvas.width()), look.symbols.ellipsis);
        canvas.put(0, 1, &line, look.style(Role::Accent));
        return 3;
    }
    if app.label.current().is_none() {
        let (line, role) = looking(app, "next");
        let line = text::fit(&line, usize::from(canvas.width()), look.symbols.ellipsis);
        canvas.put(0, 1, &line, look.style(role));
    }
    2
}

fn visiting(app: &App, visit: &Visit) -> String {
    let place = if app.label.parked.is_some() { "list" } else { "queue" };
    let back = format!("{} goes back to the {place}", app.keymap.label("back"));
    match visit.why {
        Why::Walk(place) => {
            let said = visit.item.served.mine.as_ref().map(|said| super::act::told(app, said)).unwrap_or_default();
            let esc = app.keymap.label("back");
            format!(
                "your answer {} of {}: {said}; a label key revises it, {esc} leaves",
                place + 1,
                app.label.history.len()
            )
        }
        Why::Undo => format!("your last act here; answer anew, or {back}"),
        Why::Picked => format!("opened from a list; {back}"),
        Why::Unsaved => "this answer was not saved: answer again".to_owned(),
    }
}

fn announcement(app: &App, canvas: &mut Canvas<'_>) -> u16 {
    let look = &app.look;
    let Some(news) = &app.label.announcement else { return feedback(app, canvas) };
    let first = news.changed.iter().find(|line| !line.trim().is_empty()).map_or("", String::as_str);
    let when = look.day_and_time(news.now.at, app.now.wall);
    let why = if news.before.is_some() { "for what changed" } else { "reads the guidelines" };
    let tail = format!(" ({}, {when}), {} {why} ", text::one_line(&news.now.by), app.keymap.label("look"));
    let head = format!(" v{}: ", news.now.revision);
    let room = usize::from(canvas.width()).saturating_sub(text::width(&tail) + text::width(&head));
    let line = format!(
        "{head}{}{tail}",
        text::fit(first.trim_start_matches(['#', '-', '*', ' ']), room, look.symbols.ellipsis)
    );
    canvas.put(0, 0, &text::fit(&line, usize::from(canvas.width()), look.symbols.ellipsis), look.style(Role::Notice));
    2
}

/// Draws what the truth is about the item that was answered last; gives the rows used.
fn feedback(app: &App, canvas: &mut Canvas<'_>) -> u16 {
    let Some((line, role)) = feedback_line(app) else { return 0 };
    canvas.put(0, 0, &text::fit(&line, usize::from(canvas.width()), app.look.symbols.ellipsis), app.look.style(role));
    2
}

/// What the truth is about the item that was answered last, where the project tells.
fn feedback_line(app: &App) -> Option<(String, Role)> {
    let feedback = app.label.feedback.as_ref()?;
    let question = app.seat.as_ref().map(|seat| &seat.question);
    let spell = |value| question.map_or_else(String::new, |question| text::one_line(&question.spell(value)));
    let (id, said, truth) = (text::one_line(&feedback.id), spell(&feedback.said), spell(&feedback.truth));
    Some(match feedback.right {
        true => (format!("{id}: {said} is right"), Role::Good),
        false => {
            let key = app.keymap.label("guidelines");
            (format!("{id}: you said {said}, it is {truth}; {key} opens the guidelines"), Role::Warning)
        }
    })
}

/// What is done while there is no item yet: whom the store waits for, else which item is looked for.
fn looking(app: &App, which: &str) -> (String, Role) {
    let ellipsis = app.look.symbols.ellipsis;
    match &app.status.waiting {
        Some(whom) => (format!("{whom} {ellipsis}"), Role::Warning),
        None => (format!("looking for the {which} item {ellipsis}"), Role::Muted),
    }
}

/// What to say instead of an item: why there is none, and the key that goes on.
fn lesson(app: &App) -> Option<Vec<(String, Role)>> {
    let keys = &app.keymap;
    let question = app.seat.as_ref().map(|seat| &seat.question)?;
    if question.kind != Kind::Choice {
        return Some(vec![
            (format!("{} is a question of kind {}.", question.name, question.kind), Role::Title),
            ("This screen asks questions of kind choice; `karat answer` takes the others.".into(), Role::Text),
        ]);
    }
    if question.live_labels().next().is_none() {
        return Some(vec![
            ("This question has no labels yet.".into(), Role::Title),
            (format!("Press {} and type: label add NAME", keys.label("palette")), Role::Text),
        ]);
    }
    if app.label.drawn().is_some() {
        return None;
    }
    let Some(Nothing { held, failed }) = &app.label.nothing else { return Some(vec![looking(app, "first")]) };
    // The answer that was the last may have been a check, too.
    let mut lines: Vec<(String, Role)> = feedback_line(app).into_iter().collect();
    if let Some(failed) = failed {
        lines.extend(not_qualified(app, failed));
        return Some(lines);
    }
    lines.extend(match held.items {
        0 => vec![("Nothing is left for you to answer.".to_owned(), Role::Title)],
        _ => vec![
            (held.to_string(), Role::Title),
            ("What is given back without an answer comes to you by itself.".into(), Role::Text),
        ],
    });
    if app.label.counts.skipped > 0 {
        let skipped = text::count(app.label.counts.skipped as u64);
        lines.push((format!("You skipped {skipped}; they come back in another sitting."), Role::Text));
    }
    let (older, data) = (keys.label("older"), keys.label("data"));
    lines.push((format!("{older} walks through your answers, {data} shows what is in the project."), Role::Text));
    Some(lines)
}

/// What to say to somebody whose qualification was not enough.
fn not_qualified(app: &App, failed: &Failed) -> Vec<(String, Role)> {
    let Failed { answered, to_pass, right } = failed;
    let person = app.seat.as_ref().map_or_else(String::new, |seat| text::one_line(&seat.person));
    let so_far = match right {
        Some(right) => format!("Of {answered} items {right} were right; {to_pass} are needed."),
        None => format!("Of {answered} items {to_pass} must be right; fewer were."),
    };
    vec![
        ("You have not qualified for this question.".to_owned(), Role::Title),
        (so_far, Role::Text),
        ("A lead can let you try again, or waive it:".to_owned(), Role::Text),
        (format!("karat people qualify {person} --again, or --waive"), Role::Text),
    ]
}
