//! The Data screen in its first form: what is in the project, and the rounds of the ranker.

mod commands;
pub mod view;

pub use commands::COMMANDS;

use std::cell::Cell;

use crate::tui::overlays::moved;
use crate::workflow::overview::Overview;

/// A part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// Counts, texts, labels, people, sources.
    #[default]
    Project,
    /// Fields.
    Fields,
    /// Rounds.
    Rounds,
}

impl Pane {
    /// Every part with its title.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Project, "project"), (Self::Fields, "fields"), (Self::Rounds, "rounds")];
}

/// The state of the screen.
#[derive(Debug, Default)]
pub struct DataScreen {
    /// What is in the project, once the store has told.
    pub overview: Option<Overview>,
    /// The part that is open.
    pub pane: Pane,
    /// Rows scrolled away above.
    pub top: usize,
    /// How far one can scroll, as the last frame found.
    pub last: Cell<usize>,
}

impl DataScreen {
    /// Scrolls, as far as there is something.
    pub fn scroll(&mut self, rows: i32) {
        let last = self.last.get();
        self.top = moved(self.top.min(last), rows, last.saturating_add(1));
    }

    /// Opens a part.
    pub fn open(&mut self, pane: Pane) {
        (self.pane, self.top) = (pane, 0);
    }
}
