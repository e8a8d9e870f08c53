//! What can be done with what lies on a screen.

use super::Overlay;
use crate::tui::app::App;
use crate::tui::commands::{Command, Scope, always, perform};
use crate::tui::msg::Effect;
use crate::tui::screens::label;
use crate::tui::widgets::Field;

/// Rows of one page.
pub const PAGE: i32 = 10;

pub const COMMANDS: &[Command] = &[
    moving("move down", "down", "goes a row down", &["down"], |app, _| by(app, 1)),
    moving("move up", "up", "goes a row up", &["up"], |app, _| by(app, -1)),
    moving("page down", "page down", "goes a page down", &["pgdn"], |app, _| by(app, PAGE)),
    moving("page up", "page up", "goes a page up", &["pgup"], |app, _| by(app, -PAGE)),
    moving("first", "first", "goes to the beginning", &["ctrl-home"], |app, _| by(app, i32::MIN)),
    Command {
        id: "run",
        title: "run",
        doc: "does the chosen command",
        scope: Scope::Palette,
        keys: &["enter"],
        argument: None,
        when: always,
        run: |app, _| run(app),
    },
    Command {
        id: "complete",
        title: "complete",
        doc: "completes the name of the chosen command",
        scope: Scope::Palette,
        keys: &["tab"],
        argument: None,
        when: always,
        run: |app, _| {
            let chosen = app.overlays.last().and_then(|overlay| match overlay {
                Overlay::Palette(palette) => {
                    let entries = palette.entries(app);
                    let entry = entries.get(palette.selected.min(entries.len().saturating_sub(1)))?;
                    Some(format!("{} {}", entry.command.id, entry.argument.as_deref().unwrap_or_default()))
                }
                _ => None,
            });
            if let (Some(text), Some(Overlay::Palette(palette))) = (chosen, app.overlays.last_mut()) {
                palette.field = Field::with(text);
                palette.selected = 0;
            }
            Vec::new()
        },
    },
    Command {
        id: "skip plainly",
        title: "no reason",
        doc: "skips without a reason",
        scope: Scope::Reasons,
        keys: &["enter", "S"],
        argument: None,
        when: always,
        run: |app, _| {
            app.overlays.pop();
            label::skip(app, None)
        },
    },
    Command {
        id: "keep note",
        title: "keep",
        doc: "keeps the note; it is saved with the answer (Esc leaves it as a draft that is not)",
        scope: Scope::Note,
        keys: &["enter"],
        argument: None,
        when: always,
        run: |app, _| match app.overlays.pop() {
            Some(Overlay::Note(note)) => note.keep(app),
            other => {
                app.overlays.extend(other);
                Vec::new()
            }
        },
    },
    Command {
        id: "new line",
        title: "new line",
        doc: "begins a new line of the note",
        scope: Scope::Note,
        keys: &["alt-enter", "ctrl-j"],
        argument: None,
        when: always,
        run: |app, _| {
            if let Some(overlay) = app.overlays.last_mut() {
                overlay.insert("\n");
            }
            Vec::new()
        },
    },
    Command {
        id: "read on",
        title: "read on",
        doc: "goes a page down",
        scope: Scope::Reader,
        keys: &["space"],
        argument: None,
        when: always,
        run: |app, _| by(app, PAGE),
    },
    Command {
        id: "done reading",
        title: "done",
        doc: "closes the text",
        scope: Scope::Reader,
        keys: &["enter"],
        argument: None,
        when: always,
        run: |app, _| app.back(),
    },
    Command {
        id: "close help",
        title: "close",
        doc: "closes the help",
        scope: Scope::Help,
        keys: &["enter"],
        argument: None,
        when: always,
        run: |app, _| app.back(),
    },
];

const fn moving(
    id: &'static str,
    title: &'static str,
    doc: &'static str,
    keys: &'static [&'static str],
    run: fn(&mut App, &str) -> Vec<Effect>,
) -> Command {
    Command { id, title, doc, scope: Scope::Moving, keys, argument: None, when: always, run }
}

fn by(app: &mut App, rows: i32) -> Vec<Effect> {
    app.scroll(rows);
    Vec::new()
}

/// Does the chosen command of the palette; one that takes something waits until it is typed.
fn run(app: &mut App) -> Vec<Effect> {
    let Some(Overlay::Palette(palette)) = app.overlays.pop() else { return Vec::new() };
    let mut entries = palette.entries(app);
    if entries.is_empty() || (palette.field.text().is_empty() && palette.selected == 0) {
        app.overlays.push(Overlay::Palette(palette));
        return Vec::new();
    }
    let entry = entries.swap_remove(palette.selected.min(entries.len() - 1));
    if entry.command.argument.is_some() && entry.argument.is_none() && entry.usable.is_ok() {
        let mut waiting = palette;
        waiting.field = Field::with(format!("{} ", entry.command.id));
        waiting.selected = 0;
        app.overlays.push(Overlay::Palette(waiting));
        return Vec::new();
    }
    perform(app, entry.command, entry.argument.as_deref().unwrap_or_default())
}
