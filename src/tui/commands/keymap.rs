//! Which key does what: the registry's defaults and the configuration's overrides.

use super::{Command, Scope, all};
use crate::tui::keys::Key;

/// The keys of every command.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: Vec<(&'static Command, Vec<Key>)>,
}

impl Keymap {
    /// The defaults with these overrides, and what was wrong with them: unknown commands, unreadable keys, keys that
    /// do two things in one place.
    pub fn new(overrides: &[(String, Vec<String>)]) -> (Self, Vec<String>) {
        let mut wrong = Vec::new();
        let mut bindings = Vec::new();
        for command in all() {
            let own = overrides.iter().find(|(id, _)| id == command.id).map(|(_, keys)| keys.as_slice());
            let mut keys = Vec::new();
            for text in own.unwrap_or_default() {
                match text.parse::<Key>() {
                    Ok(key) => keys.push(key),
                    Err(error) => wrong.push(format!("{}: {}", command.id, error.message)),
                }
            }
            if keys.is_empty() && own.is_none_or(|own| !own.is_empty()) {
                keys.extend(command.keys.iter().filter_map(|key| key.parse::<Key>().ok()));
            }
            bindings.push((command, keys));
        }
        for (id, _) in overrides.iter().filter(|(id, _)| super::named(id).is_none()) {
            wrong.push(format!("no command is called {id:?}"));
        }
        let map = Self { bindings };
        wrong.extend(map.conflicts());
        (map, wrong)
    }

    /// The command that a key means in a scope.
    pub fn find(&self, scope: Scope, key: Key) -> Option<&'static Command> {
        self.bindings.iter().find(|(c, keys)| c.scope == scope && keys.contains(&key)).map(|(c, _)| *c)
    }

    /// The keys of a command.
    pub fn keys(&self, id: &str) -> &[Key] {
        self.bindings.iter().find(|(c, _)| c.id == id).map_or(&[], |(_, keys)| keys.as_slice())
    }

    /// The first key of a command as it is shown.
    pub fn label(&self, id: &str) -> String {
        self.keys(id).first().map(|key| key.label()).unwrap_or_default()
    }

    /// Keys that do two things in one scope.
    fn conflicts(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (i, (one, keys)) in self.bindings.iter().enumerate() {
            for (other, theirs) in self.bindings.iter().skip(i + 1).filter(|(c, _)| c.scope == one.scope) {
                for key in keys.iter().filter(|key| theirs.contains(key)) {
                    found.push(format!("{key} means both {} and {} ({})", one.id, other.id, one.scope.title()));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_default_key_means_two_things_in_one_place() {
        assert_eq!(Keymap::new(&[]).1, Vec::<String>::new());
    }

    #[test]
    fn every_default_key_can_be_read() {
        let (map, _) = Keymap::new(&[]);
        assert!(all().all(|command| map.keys(command.id).len() == command.keys.len()));
    }

    #[test]
    fn on_the_label_screen_digits_and_lower_case_letters_are_no_commands() {
        for command in all().filter(|c| matches!(c.scope, Scope::Label | Scope::Everywhere)) {
            for key in command.keys {
                let plain =
                    key.chars().count() == 1 && key.chars().all(|c| c.is_ascii_digit() || c.is_ascii_lowercase());
                assert!(!plain, "{} sits on {key}", command.id);
            }
        }
    }

    #[test]
    fn the_configuration_moves_and_removes_keys_and_hears_what_is_wrong() {
        let own = |id: &str, keys: &[&str]| (id.to_owned(), keys.iter().map(|k| (*k).to_owned()).collect());
        let (map, wrong) = Keymap::new(&[
            own("skip", &["ctrl-s"]),
            own("flag", &[]),
            own("note", &["hyper-n", "U"]),
            own("fly", &["y"]),
            own("search", &["nothing"]),
        ]);
        let id = |key: &str| map.find(Scope::Label, key.parse().unwrap()).map(|c| c.id);
        assert_eq!([id("ctrl-s"), id("S"), id("F"), id("/")], [Some("skip"), None, None, Some("search")]);
        assert_eq!(wrong.len(), 4, "{wrong:?}");
        for (told, what) in wrong.iter().zip(["hyper-n", "nothing", "fly", "U means both"]) {
            assert!(told.contains(what), "{wrong:?}");
        }
    }
}
