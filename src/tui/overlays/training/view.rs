//! Draws the form that a training starts from.

use super::{Form, Row};
use crate::models::learner::Parameter;
use crate::tui::app::App;
use crate::tui::overlays::view::{draw_field, window};
use crate::tui::screens::runs::wrapped;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece};
use ratatui::layout::Position;

/// Cells of the form.
const WIDE: u16 = 78;
/// Cells of a row's title.
const TITLE: usize = 16;

/// Draws the form; gives the place of the cursor where something is typed.
pub fn draw_form(app: &App, form: &Form, canvas: &mut Canvas<'_>) -> Option<Position> {
    let look = &app.look;
    let about = about(app, form, usize::from(canvas.width().min(WIDE).saturating_sub(4)));
    let rows = Row::ALL.len();
    let high = u16::try_from(rows + about.len() + 5).unwrap_or(u16::MAX);
    let mut window = window(canvas, WIDE, high);
    let mut inner = window.frame(look, if form.starting { "training: starting" } else { "train" });
    let (width, height) = (inner.width(), inner.height());
    let room = usize::from(width);
    let there = match &form.trainable {
        None => format!("counting {}", look.symbols.ellipsis),
        Some(trainable) => {
            let [train, validation, test] = trainable.rows.map(|n| text::count(n as u64));
            format!("{train} settled rows to learn from, {validation} to tune on, {test} to judge by")
        }
    };
    inner.put(0, 0, &text::fit(&there, room, look.symbols.ellipsis), look.style(Role::Muted));
    // Where the window is low, the rows scroll so that the one that has the keys is seen.
    let shown = usize::from(height.saturating_sub(2)).max(1);
    let top = form.row.saturating_sub(shown.saturating_sub(1));
    let mut cursor = None;
    for (y, (place, row)) in (1..height).zip(Row::ALL.into_iter().enumerate().skip(top)) {
        let has_keys = place == form.row;
        let pointer = if has_keys { look.symbols.pointer } else { " " };
        let ground = look.style(if has_keys { Role::Text } else { Role::Muted });
        let x = inner.put(0, y, &format!("{pointer} "), look.style(Role::Accent));
        let x = inner.put(x, y, &text::pad(row.title(), TITLE, ""), ground);
        match form.field(row) {
            Some(field) => {
                let hint = match row {
                    Row::Settings => "the usual ones",
                    Row::Name => "the model's",
                    _ => "",
                };
                let at = draw_field(app, field, "", hint, &mut inner.part(x, y, width.saturating_sub(x), 1));
                cursor = cursor.or(has_keys.then_some(at));
            }
            None => {
                let choice = form.choice(row);
                let told = match has_keys {
                    true => format!("{} {choice} {}", look.symbols.less, look.symbols.branch),
                    false => choice,
                };
                inner.put(x, y, &told, look.style(if has_keys { Role::Accent } else { Role::Text }));
            }
        }
    }
    let from = 2 + u16::try_from(rows).unwrap_or(u16::MAX);
    let fit = usize::from(height.saturating_sub(from));
    let shown = if about.len() > fit { fit.saturating_sub(1) } else { about.len() };
    for (y, line) in (from..height).zip(about.iter().take(shown)) {
        inner.line(0, y, &Piece::fit(line, room, look.symbols.ellipsis));
    }
    if shown < about.len() && fit > 0 {
        let told = format!(
            "{} {} more: type a part of a name, or see karat train --list",
            look.symbols.more,
            about.len() - shown
        );
        let told = Piece::new(text::fit(&told, room, look.symbols.ellipsis), look.style(Role::Muted));
        inner.line(0, height - 1, &[told]);
    }
    cursor
}

/// What is wrong, where the last line of the screen has no room for it; else what the row that has the keys is about.
fn about(app: &App, form: &Form, width: usize) -> Vec<Vec<Piece>> {
    if let Some(message) = app.message.as_ref().filter(|message| text::width(&message.text) > width) {
        return wrapped(app, &message.text, width, if message.error { Role::Error } else { Role::Text });
    }
    if let Some(why) = form.trainable.as_ref().and_then(|there| there.check().err()) {
        return wrapped(app, &why.message, width, Role::Warning);
    }
    let muted = app.look.style(Role::Muted);
    row_about(app, form).into_iter().map(|line| vec![Piece::new(line, muted)]).collect()
}

fn row_about(app: &App, form: &Form) -> Vec<String> {
    match form.at() {
        Row::Preset => vec![
            "quick text: logistic regression over the text, in seconds".into(),
            "fields: boosted trees over the fields that are flagged as features".into(),
            "best: everything there is, with a learning curve".into(),
        ],
        Row::Model | Row::Settings => {
            let told = form.model().parameters();
            // While a name is typed, the settings that it may become.
            let typed = form.field(Row::Settings).map_or("", |field| field.text());
            let typed = typed.rsplit(' ').next().and_then(|word| word.split('=').next()).unwrap_or_default();
            let meant: Vec<&Parameter> = told.iter().filter(|p| p.name.contains(typed)).collect();
            let meant = if meant.is_empty() { told.iter().collect() } else { meant };
            match meant.is_empty() {
                true => vec!["this model has no settings".into()],
                false => meant.iter().map(|p| format!("{}={}: {}", p.name, p.usual, p.says)).collect(),
            }
        }
        Row::Features => {
            let fields = match &form.trainable {
                Some(there) if there.fields.is_empty() => {
                    "no field is flagged as a feature: karat field set NAME --feature true".into()
                }
                Some(there) => format!("fields: {}", there.fields.join(", ")),
                None => return Vec::new(),
            };
            let encoder = match (&app.config.encoder, form.needs_encoder()) {
                (Some(folder), _) => format!("embeddings: by the encoder in {}", folder.display()),
                (None, true) => "the configuration names no sentence encoder: encoder = \"FOLDER\"".into(),
                (None, false) => "embeddings need a sentence encoder: encoder = \"FOLDER\" in the configuration".into(),
            };
            vec![fields, encoder]
        }
        Row::Balanced => vec!["whether every label counts the same, however often it occurs".into()],
        Row::Calibrate => vec!["what sets the probabilities right on the validation split".into()],
        Row::LearningCurve => vec!["what fewer labels would have made: auto where it is quick".into()],
        Row::Name => vec!["what to call the run".into()],
        Row::Seed => vec!["where the randomness starts".into()],
        Row::Seeds => vec!["trains from so many seeds, to tell how much the seed alone makes".into()],
    }
}
