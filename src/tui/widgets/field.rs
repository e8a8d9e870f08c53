//! A line that somebody types into.

use unicode_segmentation::UnicodeSegmentation;

use crate::tui::keys::Key;
use crossterm::event::{KeyCode, KeyModifiers};

/// One line of text with a cursor between its clusters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    text: String,
    cursor: usize,
}

impl Field {
    /// Starts with a text, the cursor at its end.
    pub fn with(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text }
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What stands before the cursor.
    pub fn before_cursor(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or(&self.text)
    }

    /// Inserts text; line breaks become blanks, other control characters go.
    pub fn insert(&mut self, text: &str) {
        let clean: String =
            text.chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { c }).filter(|c| !c.is_control()).collect();
        self.text.insert_str(self.cursor, &clean);
        self.cursor += clean.len();
    }

    /// Edits with a key; whether the key was one that edits.
    pub fn key(&mut self, key: Key) -> bool {
        if let Some(c) = key.typed() {
            self.insert(c.encode_utf8(&mut [0; 4]));
            return true;
        }
        match (key.code, key.modifiers) {
            (KeyCode::Backspace, KeyModifiers::NONE) => self.erase(self.previous()),
            (KeyCode::Char('h'), KeyModifiers::CONTROL) => self.erase(self.previous()),
            (KeyCode::Delete, _) => {
                let next = self.next();
                self.text.replace_range(self.cursor..next, "");
            }
            (KeyCode::Char('w'), KeyModifiers::CONTROL) | (KeyCode::Backspace, KeyModifiers::ALT) => {
                let kept = self.before_cursor().trim_end();
                let start = kept
                    .rfind(char::is_whitespace)
                    .map_or(0, |i| i + kept[i..].chars().next().map_or(1, char::len_utf8));
                self.erase(start);
            }
            (KeyCode::Char('u'), KeyModifiers::CONTROL) => self.erase(0),
            (KeyCode::Left, _) => self.cursor = self.previous(),
            (KeyCode::Right, _) => self.cursor = self.next(),
            (KeyCode::Home, _) | (KeyCode::Char('a'), KeyModifiers::CONTROL) => self.cursor = 0,
            (KeyCode::End, _) | (KeyCode::Char('e'), KeyModifiers::CONTROL) => self.cursor = self.text.len(),
            _ => return false,
        }
        true
    }

    fn erase(&mut self, from: usize) {
        self.text.replace_range(from..self.cursor, "");
        self.cursor = from;
    }

    fn previous(&self) -> usize {
        self.before_cursor().grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn next(&self) -> usize {
        let after = self.text.get(self.cursor..).unwrap_or_default();
        self.cursor + after.graphemes(true).next().map_or(0, str::len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::keys::script;

    #[test]
    fn keys_edit_by_clusters() {
        let mut field = Field::with("né 日本");
        for key in script("backspace left delete ! home right delete end x").unwrap() {
            assert!(field.key(key));
        }
        assert_eq!(field.text(), "n !x");
        for key in script("ctrl-w ctrl-w backspace backspace").unwrap() {
            field.key(key);
        }
        assert_eq!(field.text(), "");
        field.insert("a\nb\u{1b}[2J");
        assert_eq!(field.text(), "a b[2J");
    }
}
