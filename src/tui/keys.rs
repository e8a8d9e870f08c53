//! A key as people write it (`3`, `U`, `ctrl-r`, `alt-1`, `f6`, `space`): one parser for the configuration, the
//! registry's defaults and the key scripts of tests.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyEventState, KeyModifiers};

use crate::error::{Error, Result};

/// One key with its modifiers. Shift is part of the character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// The key.
    pub code: KeyCode,
    /// Control, Alt, or Shift with a key that is no character.
    pub modifiers: KeyModifiers,
}

const NAMES: [(&str, KeyCode); 17] = [
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backtab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
    ("minus", KeyCode::Char('-')),
];

impl Key {
    /// A character.
    pub const fn char(c: char) -> Self {
        Self { code: KeyCode::Char(c), modifiers: KeyModifiers::NONE }
    }

    /// Reads what the terminal sent; `None` for a released key. The flag says whether it is a repeat.
    pub fn read(event: &KeyEvent) -> Option<(Self, bool)> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let mut modifiers = event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let mut code = event.code;
        if let KeyCode::Char(c) = code {
            let caps = event.state.contains(KeyEventState::CAPS_LOCK) && !modifiers.contains(KeyModifiers::CONTROL);
            if c.is_ascii_lowercase() && (modifiers == KeyModifiers::SHIFT || (caps && modifiers.is_empty())) {
                code = KeyCode::Char(c.to_ascii_uppercase());
            }
            if modifiers.contains(KeyModifiers::CONTROL) && c.is_ascii_uppercase() {
                code = KeyCode::Char(c.to_ascii_lowercase());
            }
            modifiers -= KeyModifiers::SHIFT;
        }
        if code == KeyCode::BackTab {
            modifiers -= KeyModifiers::SHIFT;
        }
        Some((Self { code, modifiers }, event.kind == KeyEventKind::Repeat))
    }

    /// The character that it types, if it types one; full-width digits and letters count as plain ones.
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.modifiers.is_empty() => Some(match c as u32 {
                wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
                _ => c,
            }),
            _ => None,
        }
    }

    /// The event that a terminal would send.
    pub fn event(self) -> KeyEvent {
        KeyEvent::new(self.code, self.modifiers)
    }

    /// How the key is shown where room is short: `^R`, `Alt-1`, `Enter`, `U`.
    pub fn label(self) -> String {
        match self.code {
            KeyCode::Char(c) if self.modifiers == KeyModifiers::CONTROL && c != ' ' => {
                format!("^{}", c.to_ascii_uppercase())
            }
            KeyCode::Char(c) if self.modifiers.is_empty() && c != ' ' => c.to_string(),
            _ => {
                let name = self.to_string().replace("pgdn", "pgDn").replace("pgup", "pgUp");
                let mut parts = Vec::new();
                for part in name.split('-') {
                    let mut chars = part.chars();
                    let first = chars.next().map(|c| c.to_ascii_uppercase());
                    parts.push(first.into_iter().chain(chars).collect::<String>());
                }
                parts.join("-")
            }
        }
    }
}

impl FromStr for Key {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            Error::usage(format!("{text:?} is not a key"))
                .hint("write one like 3, U, ctrl-r, alt-1, f6, enter, space, pgdn")
        };
        let mut modifiers = KeyModifiers::NONE;
        let mut rest = text;
        while let Some((prefix, after)) = rest.split_once('-').filter(|(p, a)| !p.is_empty() && !a.is_empty()) {
            modifiers |= match prefix {
                "ctrl" => KeyModifiers::CONTROL,
                "alt" => KeyModifiers::ALT,
                "shift" => KeyModifiers::SHIFT,
                _ => return Err(wrong()),
            };
            rest = after;
        }
        let mut chars = rest.chars();
        let code = match (chars.next(), chars.next()) {
            (Some(c), None) => KeyCode::Char(c),
            (Some('f'), Some('1'..='9')) => KeyCode::F(rest[1..].parse().map_err(|_| wrong())?),
            _ => NAMES.iter().find(|(name, _)| *name == rest).map(|(_, code)| *code).ok_or_else(wrong)?,
        };
        Ok(Self { code, modifiers })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, name) in
            [(KeyModifiers::CONTROL, "ctrl-"), (KeyModifiers::ALT, "alt-"), (KeyModifiers::SHIFT, "shift-")]
        {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        match (NAMES.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, KeyCode::Char(c)) => write!(f, "{c}"),
            (None, KeyCode::F(n)) => write!(f, "f{n}"),
            (None, other) => write!(f, "{other:?}"),
        }
    }
}

/// Reads keys apart by blanks, as the scripts of tests have them: `3 U ctrl-r alt-1`.
#[cfg(test)]
pub fn script(text: &str) -> Result<Vec<Key>> {
    text.split_whitespace().map(str::parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_what_it_prints() {
        for text in ["3", "U", "ctrl-r", "alt-1", "f6", "f12", "space", "pgdn", "minus", "ctrl-alt-x", "<", "/", ":"] {
            let key: Key = text.parse().unwrap();
            assert_eq!(key.to_string(), text);
        }
        assert_eq!("-".parse::<Key>().unwrap(), Key::char('-'));
        for wrong in ["", "hyper-x", "f0", "nothing"] {
            assert!(wrong.parse::<Key>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn shift_is_part_of_the_character_and_full_width_digits_are_digits() {
        let shifted = KeyEvent::new(KeyCode::Char('U'), KeyModifiers::SHIFT);
        assert_eq!(Key::read(&shifted), Some((Key::char('U'), false)));
        assert_eq!(Key::char('３').typed(), Some('3'));
        assert_eq!("ctrl-r".parse::<Key>().unwrap().typed(), None);
    }

    #[test]
    fn keys_are_shown_short() {
        let labels: Vec<_> = script("ctrl-r alt-1 pgdn U f6").unwrap().iter().map(|k| k.label()).collect();
        assert_eq!(labels, ["^R", "Alt-1", "PgDn", "U", "F6"]);
    }
}
