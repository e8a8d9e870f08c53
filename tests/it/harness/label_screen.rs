//! The Label screen as a test sees it, on the rows of [`TestEnv::project`].

use super::{Terminal, TestEnv};

impl Terminal {
    /// Sits down at `reviews.karat` as somebody and waits for the first item.
    pub fn sit(env: &TestEnv, by: &str) -> Self {
        let mut terminal = Self::start(env, &["--by", by, "reviews.karat"]);
        terminal.wait_until("an item", |screen| number(screen).is_some());
        terminal
    }

    /// The number of the item on the screen.
    pub fn item(&self) -> Option<u32> {
        self.screen(number)
    }

    /// How many items are answered, by the header: it counts what is on disk.
    pub fn answered(&self) -> Option<u64> {
        let frame = self.frame();
        let (before, _) = frame.split_once(" answered of ")?;
        let digits: String = before.rsplit(char::is_whitespace).next()?.chars().filter(|c| *c != ',').collect();
        digits.parse().ok()
    }

    /// Presses a key and waits until another item is on the screen; gives the number of the one that was.
    pub fn answer(&mut self, key: &str) -> u32 {
        let before = self.item().expect("an item on the screen");
        self.keys(key);
        self.wait_until("the next item", |screen| number(screen).is_some_and(|n| n != before));
        before
    }
}

/// The number in "Review 17 of a great camera."
fn number(screen: &vt100::Screen) -> Option<u32> {
    let contents = screen.contents();
    let (_, after) = contents.split_once("Review ")?;
    let (number, rest) = after.split_once(' ')?;
    rest.starts_with("of a").then(|| number.parse().ok())?
}
