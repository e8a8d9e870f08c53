//! The one registry of commands. The footer, the help, the palette, the routing of keys and `docs/KEYS.md` all
//! read it; nothing else knows a key.

mod everywhere;
mod keymap;
mod reference;

pub use keymap::Keymap;
pub use reference::reference;

use super::app::App;
use super::msg::Effect;
use super::{overlays, screens};

/// Where a command's keys work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// On every screen, and over whatever lies on it.
    Everywhere,
    /// The Label screen.
    Label,
    /// The list of items on the Label screen: a search, look-alikes.
    List,
    /// The Data screen.
    Data,
    /// Whatever can be moved through: lists, texts, the Data screen, the item.
    Moving,
    /// A text to read: guidelines, the queue.
    Reader,
    /// The chooser of a reason to skip.
    Reasons,
    /// The note.
    Note,
    /// The palette.
    Palette,
    /// The help.
    Help,
}

impl Scope {
    /// Every scope, in the order in which they are documented.
    pub const ALL: &'static [Self] = &[
        Self::Everywhere,
        Self::Label,
        Self::List,
        Self::Data,
        Self::Moving,
        Self::Reader,
        Self::Reasons,
        Self::Note,
        Self::Palette,
        Self::Help,
    ];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::Label => "Label",
            Self::List => "Lists of items",
            Self::Data => "Data",
            Self::Moving => "Moving",
            Self::Reader => "Guidelines and queue",
            Self::Reasons => "Why skip",
            Self::Note => "Note",
            Self::Palette => "Palette",
            Self::Help => "Help",
        }
    }
}

/// Whether a command can be used now, and if not why.
pub type Usable = Result<(), String>;

/// Something that can be done.
pub struct Command {
    /// Its name in the palette and in the configuration: `label add`.
    pub id: &'static str,
    /// One or two words for the footer.
    pub title: &'static str,
    /// One line of what it does.
    pub doc: &'static str,
    /// Where its keys work.
    pub scope: Scope,
    /// Its keys, unless the configuration says otherwise.
    pub keys: &'static [&'static str],
    /// What has to be typed after its name, if anything.
    pub argument: Option<Argument>,
    /// Whether it can be used now.
    pub when: fn(&App) -> Usable,
    /// Does it.
    pub run: fn(&mut App, &str) -> Vec<Effect>,
}

/// What has to be typed after a command's name.
#[derive(Clone, Copy)]
pub struct Argument {
    /// What it is: `NAME`.
    pub name: &'static str,
    /// What can be chosen.
    pub choices: fn(&App) -> Vec<String>,
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Command").field("id", &self.id).field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// Every command.
pub fn all() -> impl Iterator<Item = &'static Command> {
    [
        everywhere::COMMANDS,
        screens::label::COMMANDS,
        screens::label::list::COMMANDS,
        screens::data::COMMANDS,
        overlays::COMMANDS,
    ]
    .into_iter()
    .flatten()
}

/// The command of this name.
pub fn named(id: &str) -> Option<&'static Command> {
    all().find(|command| command.id == id)
}

/// A command can always be used.
pub fn always(_: &App) -> Usable {
    Ok(())
}

/// Does a command if it can be used, else says why not.
pub fn perform(app: &mut App, command: &'static Command, argument: &str) -> Vec<Effect> {
    match (command.when)(app) {
        Ok(()) => (command.run)(app, argument),
        Err(why) => {
            app.tell(format!("{}: {why}", command.title));
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn names_are_unique_and_every_command_says_what_it_does() {
        let mut seen = HashMap::new();
        for command in all() {
            assert!(seen.insert(command.id, command.scope).is_none(), "{} stands twice", command.id);
            assert!(!command.doc.is_empty() && !command.doc.ends_with('.'), "{}: {:?}", command.id, command.doc);
            assert!(command.title.chars().count() <= 16, "{}", command.id);
        }
    }
}
