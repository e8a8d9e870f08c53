//! What lies on a screen for a while: palette, help, note, reasons to skip, texts to read, lists of items.

mod commands;
mod help;
pub mod inbox;
mod inbox_view;
mod note;
mod palette;
mod reader;
pub mod training;
pub mod view;

pub use commands::{COMMANDS, PAGE};
pub use help::Help;
pub use inbox::{Inbox, Replying};
pub use note::Note;
pub use palette::Palette;
pub use reader::{Content, Reader};

use super::app::App;
use super::commands::Scope;
use super::keys::Key;
use super::msg::Effect;
use super::screens::label::{
    self,
    list::{Focus, List},
};

/// Something that lies on a screen.
#[derive(Debug)]
pub enum Overlay {
    /// Commands by name.
    Palette(Palette),
    /// Keys that work.
    Help(Help),
    /// The note on the item at hand.
    Note(Box<Note>),
    /// Reasons to skip.
    Reasons,
    /// A text to read.
    Reader(Reader),
    /// A list of items.
    List(Box<List>),
    /// The form that a training starts from.
    Training(Box<training::Form>),
    /// The inbox.
    Inbox(Inbox),
    /// A reply that is being typed.
    Reply(Replying),
}

impl Overlay {
    /// An empty palette.
    pub fn palette() -> Self {
        Self::Palette(Palette::default())
    }

    /// The help for what lies on top now.
    pub fn help(app: &App) -> Self {
        Self::Help(Help::for_scope(app.scope()))
    }

    /// Where plain keys go while this lies on top.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Palette(_) => Scope::Palette,
            Self::Help(_) => Scope::Help,
            Self::Note(_) => Scope::Note,
            Self::Reasons => Scope::Reasons,
            Self::Reader(_) => Scope::Reader,
            Self::List(list) if list.focus == Focus::Label => Scope::FindLabel,
            Self::List(_) => Scope::List,
            Self::Training(_) => Scope::Training,
            Self::Inbox(_) => Scope::Inbox,
            Self::Reply(_) => Scope::Reply,
        }
    }

    /// Whether keys type text.
    pub fn is_typing(&self) -> bool {
        match self {
            Self::Palette(_) | Self::Help(_) | Self::Note(_) | Self::Reply(_) | Self::Training(_) => true,
            Self::List(list) => list.focus != Focus::Rows,
            Self::Reasons | Self::Reader(_) | Self::Inbox(_) => false,
        }
    }

    /// Takes a key that is no command; `None` where it means nothing here.
    pub fn key(&mut self, app: &mut App, key: Key) -> Option<Vec<Effect>> {
        match self {
            Self::Palette(palette) => palette.key(key).then(Vec::new),
            Self::Help(help) => help.key(key).then(Vec::new),
            Self::Note(note) => note.key(key).then(Vec::new),
            Self::Reasons => Some(label::skip(app, Some(key.typed().and_then(label::reason)?))),
            Self::Reply(reply) => reply.field.key(key).then(Vec::new),
            Self::Training(form) => form.key(key).then(Vec::new),
            Self::Reader(_) | Self::Inbox(_) => None,
            Self::List(list) => list.key(app, key),
        }
    }

    /// Whether a key that it took ends it.
    pub fn ends_with_a_key(&self) -> bool {
        matches!(self, Self::Reasons)
    }

    /// Takes pasted text.
    pub fn insert(&mut self, text: &str) {
        match self {
            Self::Palette(palette) => palette.insert(text),
            Self::Help(help) => help.field.insert(text),
            Self::Note(note) => note.insert(text),
            Self::List(list) if list.focus == Focus::Search => list.field.insert(text),
            Self::Reply(reply) => reply.field.insert(text),
            Self::Training(form) => form.insert(text),
            Self::List(_) | Self::Reasons | Self::Reader(_) | Self::Inbox(_) => {}
        }
    }

    /// Moves: rows down, negative for up.
    pub fn scroll(&mut self, rows: i32) {
        match self {
            Self::Palette(palette) => palette.scroll(rows),
            Self::Help(help) => help.scroll(rows),
            Self::Reader(reader) => reader.scroll(rows),
            Self::List(list) => list.scroll(rows),
            Self::Inbox(inbox) => inbox.scroll(rows),
            Self::Training(form) => form.scroll(rows),
            Self::Note(_) | Self::Reasons | Self::Reply(_) => {}
        }
    }

    /// Chooses a row, as a click does.
    pub fn choose(&mut self, index: usize) {
        match self {
            Self::List(list) => list.selected = index,
            Self::Inbox(inbox) => inbox.selected = index,
            _ => {}
        }
    }

    /// The list, if it is one.
    pub fn as_list(&mut self) -> Option<&mut List> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// Goes a step back inside it; whether there was one.
    pub fn step_back(&mut self) -> bool {
        match self {
            Self::List(list) => list.back(),
            _ => false,
        }
    }

    /// Does what is due when it is put away.
    pub fn closed(self, app: &mut App) -> Vec<Effect> {
        match self {
            Self::Note(note) => note.leave(app),
            _ => Vec::new(),
        }
    }
}

/// Moves a choice among `count` rows without leaving them.
pub fn moved(selected: usize, rows: i32, count: usize) -> usize {
    selected.saturating_add_signed(rows as isize).min(count.saturating_sub(1))
}
