//! The Data screen: what is in the project, the rounds of the ranker, and the states that were kept.

mod commands;
mod snapshots;
mod snapshots_view;
pub mod view;

pub use commands::COMMANDS;
pub use snapshots::{Snapshots, note_kept, note_left};

use std::cell::Cell;

use crate::tui::msg::{Effect, Request};
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
    /// Snapshots, and what came of them.
    Snapshots,
}

impl Pane {
    /// Every part with its title.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Project, "project"),
        (Self::Fields, "fields"),
        (Self::Rounds, "rounds"),
        (Self::Snapshots, "snapshots"),
    ];
}

/// The state of the screen.
#[derive(Debug, Default)]
pub struct DataScreen {
    /// What is in the project, once the store has told.
    pub overview: Option<Overview>,
    /// The part that is open.
    pub pane: Pane,
    /// The snapshots.
    pub snapshots: Snapshots,
    /// Rows scrolled away above.
    pub top: usize,
    /// How far one can scroll, as the last frame found.
    pub last: Cell<usize>,
}

impl DataScreen {
    /// Scrolls, as far as there is something.
    pub fn scroll(&mut self, rows: i32) {
        if self.pane == Pane::Snapshots && self.snapshots.chooses() {
            return self.snapshots.scroll(rows);
        }
        let last = self.last.get();
        self.top = moved(self.top.min(last), rows, last.saturating_add(1));
    }

    /// What the open part has to be told.
    pub fn ask(&self) -> Vec<Effect> {
        let snapshots = (self.pane == Pane::Snapshots).then_some(Effect::Ask(Request::Lineage));
        std::iter::once(Effect::Ask(Request::Overview)).chain(snapshots).collect()
    }

    /// Goes a step back inside the screen; whether there was one.
    pub fn step_back(&mut self) -> bool {
        self.top = 0;
        self.pane == Pane::Snapshots && self.snapshots.open.take().is_some()
    }

    /// Opens a part.
    pub fn open(&mut self, pane: Pane) {
        (self.pane, self.top) = (pane, 0);
    }
}
