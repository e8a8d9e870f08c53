//! The one registry of commands. The footer, the help, the palette, the routing of keys and `docs/KEYS.md` all
//! read it; nothing else knows a key.

mod everywhere;
mod keymap;
mod reference;

pub use keymap::Keymap;
pub use reference::reference;

use super::app::{App, ScreenName};
use super::keys::Key;
use super::msg::Effect;
use super::screens::label::Answers;
use super::{overlays, screens};
use crate::domain::Deed;
use crate::workflow::rights;

/// Where a command's keys work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// On every screen, and over whatever lies on it.
    Everywhere,
    /// The Label screen.
    Label,
    /// The list of items on the Label screen: a search, look-alikes.
    List,
    /// The filter of the labels in such a list.
    FindLabel,
    /// The Agreement screen.
    Agreement,
    /// A dispute that is being settled there.
    Judging,
    /// The calibration sessions there.
    Sessions,
    /// The Runs screen.
    Runs,
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
    /// The form that a training starts from.
    Training,
    /// The inbox.
    Inbox,
    /// A reply to a note.
    Reply,
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
        Self::FindLabel,
        Self::Agreement,
        Self::Judging,
        Self::Sessions,
        Self::Runs,
        Self::Data,
        Self::Moving,
        Self::Reader,
        Self::Reasons,
        Self::Note,
        Self::Training,
        Self::Inbox,
        Self::Reply,
        Self::Palette,
        Self::Help,
    ];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::Label => "Label",
            Self::List => "Lists of items",
            Self::FindLabel => "Finding a label in a list",
            Self::Agreement => "Agreement",
            Self::Judging => "Settling a dispute",
            Self::Sessions => "Calibration sessions",
            Self::Runs => "Runs",
            Self::Data => "Data",
            Self::Moving => "Moving",
            Self::Reader => "Guidelines and queue",
            Self::Reasons => "Why skip",
            Self::Note => "Note",
            Self::Training => "Training form",
            Self::Inbox => "Inbox",
            Self::Reply => "Reply",
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
    /// Whether this choice can be used now.
    pub when: fn(&App, &str) -> Usable,
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
        screens::agreement::COMMANDS,
        screens::agreement::JUDGING,
        screens::agreement::SESSIONS,
        screens::runs::COMMANDS,
        screens::runs::TRAININGS,
        screens::data::COMMANDS,
        overlays::COMMANDS,
        overlays::inbox::COMMANDS,
        overlays::training::COMMANDS,
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

/// Whether the role of whoever sits here allows something.
pub fn allowed(app: &App, deed: Deed) -> Usable {
    match &app.seat {
        None => Err("the project is still being opened".into()),
        Some(seat) if seat.role.may(deed) => Ok(()),
        Some(seat) => Err(rights::refusal(&seat.person, seat.role, deed)),
    }
}

/// Every choice can be used.
pub fn any(_: &App, _: &str) -> Usable {
    Ok(())
}

/// Whether a command can be used now with what it would be given; nothing yet where that is empty.
pub fn usable(app: &App, command: &Command, argument: &str) -> Usable {
    (command.when)(app)?;
    command.argument.filter(|_| !argument.is_empty()).map_or(Ok(()), |asked| (asked.when)(app, argument))
}

/// Does a command if it can be used, else says why not.
pub fn perform(app: &mut App, command: &'static Command, argument: &str) -> Vec<Effect> {
    match usable(app, command, argument) {
        Ok(()) => (command.run)(app, argument),
        Err(why) => {
            app.tell(format!("{}: {why}", command.title));
            Vec::new()
        }
    }
}

/// What to say of a key that means nothing here; nothing of one that only moves or edits.
pub fn unbound(app: &App, key: Key) -> Option<String> {
    use crossterm::event::{KeyCode, KeyModifiers};
    let shown = key.label();
    if key.typed() == Some(' ') || !matches!(key.code, KeyCode::Char(_) | KeyCode::F(_)) {
        return None;
    }
    let capital = key.typed().map_or(key, |c| Key::char(c.to_ascii_uppercase()));
    if app.scope() == Scope::Label && app.label.current().is_none() && key.typed().is_some_and(char::is_alphanumeric) {
        let why =
            if app.label.drawn().is_some() { "the next item has not come yet" } else { "there is no item to answer" };
        return Some(format!("{shown}: {why}"));
    }
    for (screen, scope) in [
        (ScreenName::Label, Scope::Label),
        (ScreenName::Agreement, Scope::Agreement),
        (ScreenName::Runs, Scope::Runs),
        (ScreenName::Data, Scope::Data),
    ] {
        let elsewhere = app.keymap.find(scope, key).or_else(|| app.keymap.find(scope, capital));
        if let Some(command) = elsewhere.filter(|_| app.screen != screen) {
            let (_, opens) = ScreenName::ALL.into_iter().find(|(name, _)| *name == screen)?;
            return Some(format!(
                "{}: works on the {} screen ({})",
                command.title,
                scope.title(),
                app.keymap.label(opens)
            ));
        }
    }
    let digit = matches!(key.code, KeyCode::Char('1'..='9')) && key.modifiers == KeyModifiers::ALT;
    if digit || matches!(key.code, KeyCode::F(_)) {
        let there = ScreenName::ALL.map(|(_, id)| {
            let title = named(id).map_or(id, |command| command.title);
            format!("{} {title}", app.keymap.label(id))
        });
        return Some(format!("no screen is on {shown}; there are {}", there.join(", ")));
    }
    if key.typed().is_some_and(char::is_alphabetic)
        && app.seat.as_ref().is_some_and(|seat| Answers::of(&seat.question).filters())
    {
        match app.scope() {
            Scope::Label => return Some(format!("{shown} is no command; small letters find a label")),
            Scope::List => {
                return Some(format!(
                    "{shown} is no command; {} finds a label by its letters",
                    app.keymap.label("find label")
                ));
            }
            _ => {}
        }
    }
    Some(format!("nothing is on {shown} here; {} lists what works", app.keymap.label("help")))
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
