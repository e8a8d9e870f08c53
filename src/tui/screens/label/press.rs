//! Whether a press of an answer key is meant: one press, one answer, and only to an item that was looked at.

use crate::tui::keys::Key;

/// A key that comes again within this many milliseconds is held down, whether or not the terminal says so; nobody
/// types that fast, and the slowest key repeat is ten a second.
const HELD_MS: i64 = 150;
/// The same for those who chose to be quicker than that.
const HELD_LEAST_MS: i64 = 40;

/// Why a press does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The item is not on the screen yet, or has been for too short a time.
    TooQuick,
    /// The key is held down.
    Held,
}

impl Refusal {
    /// What to tell.
    pub fn message(self) -> &'static str {
        match self {
            Self::TooQuick => "too quick, not saved",
            Self::Held => "the key is held down, not saved",
        }
    }
}

/// Remembers the presses of answer keys.
#[derive(Debug, Clone, Default)]
pub struct Presses {
    last: Option<(Key, i64)>,
}

impl Presses {
    /// Judges a press at `now` on an item that was painted at `painted` (steady milliseconds). A click has no key, and
    /// is never held down.
    pub fn judge(
        &mut self,
        key: Option<Key>,
        repeat: bool,
        now: i64,
        painted: Option<i64>,
        min_look_ms: i64,
    ) -> Result<(), Refusal> {
        let last = std::mem::replace(&mut self.last, key.map(|key| (key, now)));
        let Some(painted) = painted else { return Err(Refusal::TooQuick) };
        let held = HELD_MS.min(min_look_ms.max(HELD_LEAST_MS));
        if repeat || last.is_some_and(|(same, at)| Some(same) == key && now - at < held) {
            return Err(Refusal::Held);
        }
        if now - painted < min_look_ms { Err(Refusal::TooQuick) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: Key = Key::char('3');

    #[test]
    fn an_item_must_be_seen_and_looked_at() {
        let mut presses = Presses::default();
        assert_eq!(presses.judge(Some(THREE), false, 1000, None, 250), Err(Refusal::TooQuick));
        assert_eq!(presses.judge(Some(THREE), false, 2000, Some(1800), 250), Err(Refusal::TooQuick));
        assert_eq!(presses.judge(Some(THREE), false, 3000, Some(1800), 250), Ok(()));
    }

    #[test]
    fn two_clicks_are_two_presses() {
        let mut presses = Presses::default();
        assert_eq!(presses.judge(None, false, 1000, Some(0), 250), Ok(()));
        assert_eq!(presses.judge(None, false, 1010, Some(0), 250), Ok(()));
        assert_eq!(presses.judge(None, false, 1020, Some(1015), 250), Err(Refusal::TooQuick));
    }

    #[test]
    fn a_key_that_is_held_answers_once_even_where_the_terminal_sends_presses() {
        let mut presses = Presses::default();
        assert_eq!(presses.judge(Some(THREE), false, 1000, Some(0), 250), Ok(()));
        let held: Vec<_> = (1..40).map(|i| presses.judge(Some(THREE), false, 1000 + 33 * i, Some(1005), 250)).collect();
        assert!(held.iter().all(Result::is_err), "{held:?}");
        assert_eq!(presses.judge(Some(THREE), true, 9000, Some(1005), 250), Err(Refusal::Held));
        assert_eq!(presses.judge(Some(THREE), false, 9500, Some(1005), 250), Ok(()));
    }
}
