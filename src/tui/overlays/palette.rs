//! The palette: commands by name, with what has to be typed after it.

use super::moved;
use crate::tui::app::App;
use crate::tui::commands::{Command, Scope, Usable, all, usable};
use crate::tui::fuzzy;
use crate::tui::keys::Key;
use crate::tui::widgets::Field;

/// What is typed, and which row is chosen.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    /// What is typed.
    pub field: Field,
    /// The chosen row.
    pub selected: usize,
}

/// One row of the palette.
#[derive(Debug)]
pub struct Entry {
    /// The command.
    pub command: &'static Command,
    /// What it would be given.
    pub argument: Option<String>,
    /// Whether it can be used now, and if not why.
    pub usable: Usable,
    /// The characters of the name that match.
    pub matched: Vec<usize>,
}

impl Palette {
    /// With this typed already.
    pub fn with(typed: impl Into<String>) -> Self {
        Self { field: Field::with(typed), selected: 0 }
    }

    /// Takes a key that edits; whether it was one.
    pub fn key(&mut self, key: Key) -> bool {
        let taken = self.field.key(key);
        if taken {
            self.selected = 0;
        }
        taken
    }

    /// Takes pasted text.
    pub fn insert(&mut self, text: &str) {
        self.field.insert(text);
        self.selected = 0;
    }

    /// Moves the choice; the view keeps it among the rows.
    pub fn scroll(&mut self, rows: i32) {
        self.selected = moved(self.selected, rows, usize::MAX);
    }

    /// What to say where no row fits what is typed.
    pub fn missing(&self) -> String {
        match command_and_rest(self.field.text()) {
            Some((Command { argument: Some(argument), .. }, "")) => format!("type {}, then Enter", argument.name),
            Some((command, rest)) => format!("{} knows no {rest}", command.id),
            None => "nothing is called that".to_owned(),
        }
    }

    /// The rows for what is typed, best first.
    pub fn entries(&self, app: &App) -> Vec<Entry> {
        let typed = self.field.text();
        if let Some((command, rest)) = command_and_rest(typed) {
            return arguments(app, command, rest);
        }
        let commands: Vec<&'static Command> = all()
            .filter(|c| {
                matches!(c.scope, Scope::Everywhere | Scope::Label | Scope::Agreement | Scope::Runs | Scope::Data)
            })
            .collect();
        let mut fits = fuzzy::best(typed, commands.iter().map(|c| c.id));
        if fits.is_empty() {
            fits = fuzzy::best(typed, commands.iter().map(|c| c.doc));
            fits.iter_mut().for_each(|fit| fit.at.clear());
        }
        let entry = |fit: fuzzy::Fit| {
            let command = commands[fit.index];
            Entry { command, argument: None, usable: (command.when)(app), matched: fit.at }
        };
        fits.into_iter().map(entry).collect()
    }
}

/// The command whose whole name is typed, with what follows; only for commands that take something.
fn command_and_rest(typed: &str) -> Option<(&'static Command, &str)> {
    let rest = |command: &'static Command| Some((command, typed.strip_prefix(command.id)?.strip_prefix(' ')?));
    all().filter(|c| c.argument.is_some()).filter_map(rest).max_by_key(|(command, _)| command.id.len())
}

fn arguments(app: &App, command: &'static Command, rest: &str) -> Vec<Entry> {
    let choices = command.argument.map(|a| (a.choices)(app)).unwrap_or_default();
    let rest = rest.trim();
    let mut entries = Vec::new();
    let mut add = |argument: &str| {
        entries.push(Entry {
            command,
            argument: Some(argument.to_owned()),
            usable: usable(app, command, argument),
            matched: Vec::new(),
        });
    };
    for fit in fuzzy::best(rest, choices.iter().map(String::as_str)) {
        add(&choices[fit.index]);
    }
    if !rest.is_empty() && !choices.iter().any(|c| c == rest) && (choices.is_empty() || rest.contains('=')) {
        add(rest);
    }
    entries
}
