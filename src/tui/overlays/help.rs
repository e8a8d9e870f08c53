//! Every key that works here, filtered by what is typed.

use super::moved;
use crate::tui::app::App;
use crate::tui::commands::{Command, Scope, all};
use crate::tui::fuzzy;
use crate::tui::keys::Key;
use crate::tui::widgets::Field;

/// The help of one place.
#[derive(Debug, Clone)]
pub struct Help {
    /// The filter.
    pub field: Field,
    /// Rows scrolled away above; the view stops at the end.
    pub top: usize,
    scope: Scope,
}

impl Help {
    /// The help for where plain keys go to this scope.
    pub fn for_scope(scope: Scope) -> Self {
        Self { field: Field::default(), top: 0, scope }
    }

    /// Takes a key that edits the filter; whether it was one.
    pub fn key(&mut self, key: Key) -> bool {
        let taken = self.field.key(key);
        if taken {
            self.top = 0;
        }
        taken
    }

    /// Scrolls.
    pub fn scroll(&mut self, rows: i32) {
        self.top = moved(self.top, rows, usize::MAX);
    }

    /// The commands that work here with their keys, in order, or the best fits first.
    pub fn rows(&self, app: &App) -> Vec<(&'static Command, String)> {
        let scopes = [self.scope, Scope::Moving, Scope::Everywhere];
        let mut commands: Vec<&'static Command> = all().filter(|c| scopes.contains(&c.scope)).collect();
        commands.sort_by_key(|c| scopes.iter().position(|s| *s == c.scope));
        // A key that means something here does not do what it does elsewhere.
        let mut taken: Vec<String> = Vec::new();
        let mut keys = |c: &Command| {
            let own: Vec<String> = app.keymap.keys(c.id).iter().map(|k| k.label()).collect();
            let free = |key: &String| c.scope == self.scope || !taken.contains(key);
            let told: Vec<String> = own.iter().filter(|key| free(key)).cloned().collect();
            taken.extend(own);
            told.join(" ")
        };
        let keys: Vec<String> = commands.iter().map(|c| keys(c)).collect();
        let texts: Vec<String> = commands.iter().zip(&keys).map(|(c, k)| format!("{k} {} {}", c.id, c.doc)).collect();
        let fits = fuzzy::best(self.field.text(), texts.iter().map(String::as_str));
        fits.into_iter().map(|fit| (commands[fit.index], keys[fit.index].clone())).collect()
    }

    /// What belongs to no command: the keys of the answers.
    pub fn answers(&self) -> &'static [(&'static str, &'static str)] {
        match self.scope {
            Scope::Label => &[
                ("1-9 0", "answers with the label on that digit; the answer is saved and the next item comes"),
                ("a-z", "answers with the label that has this letter; of more than ten labels, filters them"),
                ("A-Z", "are commands, but letters of a filter that has begun"),
                ("Enter", "answers with the best fit while something is typed"),
            ],
            Scope::List => &[("1-9 0", "answers the marked rows together, or the chosen one")],
            Scope::FindLabel => &[("a-z A-Z", "find a label by its letters; none of them is a command here")],
            Scope::Judging => &[(
                "1-9 0 a-z",
                "settles with the label or the answer on that key, and the next dispute comes; of more than ten labels, finds one",
            )],
            Scope::Reasons => &[("1-5", "skips for that reason")],
            _ => &[],
        }
    }
}
