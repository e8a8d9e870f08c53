//! Draws the form that a training starts from.

use super::{Form, Row};
use crate::tui::app::App;
use crate::tui::overlays::view::{draw_field, window};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece};
use ratatui::layout::Position;

/// Cells of a row's title.
const TITLE: usize = 16;

/// Draws the form; gives the place of the cursor where something is typed.
pub fn draw_form(app: &App, form: &Form, canvas: &mut Canvas<'_>) -> Option<Position> {
    let look = &app.look;
    let about = about(form);
    let rows = Row::ALL.len();
    let high = u16::try_from(rows + about.len() + 5).unwrap_or(u16::MAX);
    let mut window = window(canvas, 78, high);
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
    for (y, line) in (from..height).zip(&about) {
        inner.line(0, y, &[Piece::new(text::fit(line, room, look.symbols.ellipsis), look.style(Role::Muted))]);
    }
    cursor
}

/// What the row that has the keys is about.
fn about(form: &Form) -> Vec<String> {
    match form.at() {
        Row::Preset => vec![
            "quick text: logistic regression over the text, in seconds".into(),
            "fields: boosted trees over the fields that are flagged as features".into(),
            "best: everything there is, with a learning curve".into(),
        ],
        Row::Model | Row::Settings => {
            let told = form.model().parameters().iter();
            let mut lines: Vec<String> = told.map(|p| format!("{}={}: {}", p.name, p.usual, p.says)).collect();
            if lines.is_empty() {
                lines.push("this model has no settings".into());
            }
            lines.truncate(7);
            lines
        }
        Row::Features => match &form.trainable {
            Some(trainable) if trainable.fields.is_empty() => {
                vec!["no field is flagged as a feature: karat field set NAME --feature true".into()]
            }
            Some(trainable) => vec![
                format!("fields: {}", trainable.fields.join(", ")),
                "embeddings need a sentence encoder: encoder = \"FOLDER\" in the configuration".into(),
            ],
            None => Vec::new(),
        },
        Row::Balanced => vec!["whether every label counts the same, however often it occurs".into()],
        Row::Calibrate => vec!["what sets the probabilities right on the validation split".into()],
        Row::LearningCurve => vec!["what fewer labels would have made: auto where it is quick".into()],
        Row::Name => vec!["what to call the run".into()],
        Row::Seed => vec!["where the randomness starts".into()],
        Row::Seeds => vec!["trains from so many seeds, to tell how much the seed alone makes".into()],
    }
}
