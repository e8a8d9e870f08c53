//! The snapshots on the Data screen: the list with what came of each, what one holds, and what changed between two.

use crate::project::{Snapshot, SnapshotId};
use crate::tui::app::{App, ScreenName};
use crate::tui::msg::{Effect, Request};
use crate::tui::overlays::{Note, Overlay, moved};
use crate::tui::screens::label::list::List;
use crate::workflow::lineage::{Differs, Line};
use crate::workflow::snapshots::{Change, Holds};

/// The snapshots, and which of them is looked into.
#[derive(Debug, Default)]
pub struct Snapshots {
    /// What the store told last, newest first.
    pub shown: Option<Vec<Line>>,
    /// The chosen row.
    pub chosen: usize,
    /// The snapshots that are marked to be compared, two at most.
    pub marked: Vec<SnapshotId>,
    /// What is looked into.
    pub open: Option<Open>,
    /// Whether a name is asked for, under which the state as it is now will be kept.
    pub naming: bool,
}

/// What is looked into.
#[derive(Debug)]
pub enum Open {
    /// What a snapshot holds, once the store has told.
    Held(SnapshotId, Option<Box<Holds>>),
    /// What changed between two, once the store has told, and the chosen sort of change.
    Changed {
        /// The one before.
        a: SnapshotId,
        /// The one after.
        b: SnapshotId,
        /// What changed.
        said: Option<Box<Differs>>,
        /// The chosen sort of change, by its place in [`Change::ALL`].
        chosen: usize,
    },
}

impl Snapshots {
    /// Takes what the store told; what was chosen stays chosen.
    pub fn take(&mut self, new: Vec<Line>) {
        let before = self.chosen().map(|line| line.snapshot.id);
        let place = before.and_then(|id| new.iter().position(|line| line.snapshot.id == id));
        self.chosen = place.unwrap_or(self.chosen).min(new.len().saturating_sub(1));
        self.marked.retain(|id| new.iter().any(|line| line.snapshot.id == *id));
        self.shown = Some(new);
    }

    /// Takes what a snapshot holds, where it is still open.
    pub fn take_held(&mut self, id: SnapshotId, holds: Box<Holds>) {
        if let Some(Open::Held(open, said)) = &mut self.open
            && *open == id
        {
            *said = Some(holds);
        }
    }

    /// Takes what changed between two, where they are still open; the first sort that has changes is chosen.
    pub fn take_changed(&mut self, pair: (SnapshotId, SnapshotId), differs: Box<Differs>) {
        if let Some(Open::Changed { a, b, said, chosen }) = &mut self.open
            && (*a, *b) == pair
        {
            if said.is_none() {
                *chosen = Change::ALL.iter().position(|change| !differs.of(*change).is_empty()).unwrap_or(0);
            }
            *said = Some(differs);
        }
    }

    /// What the store could not do is not waited for.
    pub fn failed(&mut self, request: &Request) {
        if matches!(request, Request::Holds(_) | Request::DiffSnapshots(..)) {
            self.open = None;
        }
    }

    /// The chosen snapshot.
    pub fn chosen(&self) -> Option<&Line> {
        self.shown.as_ref()?.get(self.chosen)
    }

    /// A snapshot of the list.
    pub fn line(&self, id: SnapshotId) -> Option<&Line> {
        self.shown.as_ref()?.iter().find(|line| line.snapshot.id == id)
    }

    /// Marks the chosen snapshot, or takes its mark away; of three the oldest mark goes.
    pub fn mark(&mut self) {
        let Some(id) = self.chosen().map(|line| line.snapshot.id) else { return };
        match self.marked.iter().position(|marked| *marked == id) {
            Some(place) => drop(self.marked.remove(place)),
            None => {
                self.marked.push(id);
                let over = self.marked.len().saturating_sub(2);
                self.marked.drain(..over);
            }
        }
    }

    /// Which two are compared, the older first: those that are marked, the marked one and the chosen, or the chosen one
    /// with the one before it.
    ///
    /// # Errors
    /// Where there are no two, what to do.
    pub fn pair(&self) -> Result<(SnapshotId, SnapshotId), String> {
        let chosen = &self.chosen().ok_or_else(|| "there is no snapshot yet".to_owned())?.snapshot;
        let marked = |place: usize| self.marked.get(place).and_then(|id| self.line(*id)).map(|line| &line.snapshot);
        let before = || chosen.parent.and_then(|id| self.line(id)).map(|line| &line.snapshot);
        let two: (&Snapshot, &Snapshot) = match (marked(0), marked(1)) {
            (Some(a), Some(b)) => (a, b),
            (Some(a), None) if a.id != chosen.id => (a, chosen),
            _ => (before().ok_or_else(|| "this is the first; mark two snapshots".to_owned())?, chosen),
        };
        let (a, b) = if two.0.number <= two.1.number { two } else { (two.1, two.0) };
        Ok((a.id, b.id))
    }

    /// The chosen sort of change, where changes are shown and there are some.
    pub fn change(&self) -> Option<(Change, &Differs)> {
        let Some(Open::Changed { said: Some(said), chosen, .. }) = &self.open else { return None };
        let change = *Change::ALL.get(*chosen)?;
        (!said.of(change).is_empty()).then_some((change, &**said))
    }

    /// Whether moving chooses a row; else it scrolls.
    pub fn chooses(&self) -> bool {
        !matches!(self.open, Some(Open::Held(..)))
    }

    /// Moves in the list, or among the sorts of change.
    pub fn scroll(&mut self, rows: i32) {
        let len = self.shown.as_ref().map_or(0, Vec::len);
        match &mut self.open {
            Some(Open::Changed { chosen, .. }) => *chosen = moved(*chosen, rows, Change::ALL.len()),
            Some(Open::Held(..)) => {}
            None => self.chosen = moved(self.chosen, rows, len),
        }
    }
}

/// Looks into the chosen snapshot, or lists the items of the chosen sort of change.
pub fn open(app: &mut App) -> Vec<Effect> {
    let snapshots = &mut app.data.snapshots;
    if let Some((change, differs)) = snapshots.change() {
        let items = differs.of(change).iter().map(|changed| changed.seq).collect();
        app.label.searches += 1;
        let number = app.label.searches;
        let holds = match change {
            Change::Added => "what was added",
            Change::Removed => "what was removed",
            Change::Edited => "whose text or fields changed",
            Change::Relabelled => "whose settled value changed",
            Change::Reanswered => "what was answered anew, with the same ruling",
            Change::Moved => "what moved to another split",
        };
        app.lay(Overlay::List(Box::new(List::of(holds, number, ScreenName::Data))));
        return vec![Effect::Ask(Request::Look(items, number))];
    }
    let Some(id) = snapshots.chosen().map(|line| line.snapshot.id).filter(|_| snapshots.open.is_none()) else {
        return Vec::new();
    };
    snapshots.open = Some(Open::Held(id, None));
    vec![Effect::Ask(Request::Holds(id))]
}

/// Compares two.
pub fn compare(app: &mut App) -> Vec<Effect> {
    let Ok((a, b)) = app.data.snapshots.pair() else { return Vec::new() };
    app.data.snapshots.open = Some(Open::Changed { a, b, said: None, chosen: 0 });
    vec![Effect::Ask(Request::DiffSnapshots(a, b))]
}

/// Asks for the name under which the state as it is now will be kept.
pub fn ask_name(app: &mut App) -> Vec<Effect> {
    app.data.snapshots.naming = true;
    app.lay(Overlay::Note(Box::new(Note::new(""))))
}

/// The name was written, or none was: the state is kept.
pub fn note_kept(app: &mut App, name: Option<String>) -> Vec<Effect> {
    match std::mem::take(&mut app.data.snapshots.naming) {
        true => vec![Effect::Ask(Request::KeepSnapshot(name.map(|name| crate::tui::text::one_line(&name))))],
        false => Vec::new(),
    }
}

/// The name was left: nothing is kept.
pub fn note_left(app: &mut App) {
    if std::mem::take(&mut app.data.snapshots.naming) {
        app.tell("nothing was kept");
    }
}
