//! The note beside an answer.

use ratatui::style::Style;
use ratatui_textarea::{TextArea, WrapMode};

use crate::tui::app::{App, ScreenName};
use crate::tui::keys::Key;
use crate::tui::msg::Effect;
use crate::tui::screens::{agreement, data, runs};

/// A note that is being written.
#[derive(Debug)]
pub struct Note {
    /// The editor.
    pub area: TextArea<'static>,
}

impl Note {
    /// Goes on with a note.
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
        area.set_cursor_line_style(Style::default());
        area.set_cursor_style(Style::default());
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        area.move_cursor(ratatui_textarea::CursorMove::Bottom);
        area.move_cursor(ratatui_textarea::CursorMove::End);
        Self { area }
    }

    /// Takes a key that edits; whether it was one.
    pub fn key(&mut self, key: Key) -> bool {
        use crossterm::event::{KeyCode, KeyModifiers};
        let edits = match key.code {
            KeyCode::Char(_) => {
                !key.modifiers.contains(KeyModifiers::ALT)
                    && !matches!(key.to_string().as_str(), "ctrl-q" | "ctrl-l" | "ctrl-z")
            }
            KeyCode::F(_) | KeyCode::Esc => false,
            _ => true,
        };
        if edits {
            self.area.input(key.event());
        }
        edits
    }

    /// Takes pasted text.
    pub fn insert(&mut self, text: &str) {
        self.area.insert_str(text);
    }

    /// Puts the note beside the item at hand: it goes with the answer.
    pub fn keep(self, app: &mut App) -> Vec<Effect> {
        let note = self.into_note();
        match app.screen {
            ScreenName::Agreement => {
                agreement::note_kept(app, note);
                return Vec::new();
            }
            ScreenName::Runs => return runs::note_kept(app, note),
            ScreenName::Data => return data::note_kept(app, note),
            ScreenName::Label => {}
        }
        if let Some(item) = app.label.current_mut() {
            (item.note, item.unkept) = (note, None);
        }
        app.label.keep_draft().into_iter().collect()
    }

    /// Leaves the note beside the item as it was; what was written stays as a draft, and says so.
    pub fn leave(self, app: &mut App) -> Vec<Effect> {
        let written = self.into_note();
        match app.screen {
            ScreenName::Agreement => {
                agreement::note_left(app, written);
                return Vec::new();
            }
            ScreenName::Runs => {
                runs::note_left(app, written);
                return Vec::new();
            }
            ScreenName::Data => {
                data::note_left(app);
                return Vec::new();
            }
            ScreenName::Label => {}
        }
        let Some(item) = app.label.current_mut() else { return Vec::new() };
        item.unkept = written.filter(|written| Some(written) != item.note.as_ref());
        if item.unkept.is_some() {
            let key = app.keymap.label("note");
            app.tell(format!("draft kept, not part of the answer; {key} goes on with it"));
        }
        app.label.keep_draft().into_iter().collect()
    }

    fn into_note(self) -> Option<String> {
        Some(self.area.into_lines().join("\n").trim().to_owned()).filter(|text| !text.is_empty())
    }
}
