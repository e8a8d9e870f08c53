//! The Runs screen: every training and every import of predictions, one of them in detail, and two of them compared.

mod blocks;
mod charts;
mod commands;
mod compare_view;
mod curves;
mod deciding;
mod detail_view;
mod figures;
mod list_view;
mod live;
mod live_view;
mod pages;
pub mod view;

pub use blocks::wrapped;
pub use commands::COMMANDS;
pub use deciding::{Deciding, asks, note_kept, note_left};
pub use figures::{standing, with_interval};
pub use live::{TRAININGS, not_started, started, told as trainings_told};
pub use pages::Page;

use crate::project::RunId;
use crate::tui::msg::{Effect, Request};
use crate::tui::overlays::moved;
use crate::workflow::runs::{Compared, Detail, Listed, Watched};
use std::cell::Cell;

/// The state of the screen.
#[derive(Debug, Default)]
pub struct RunsScreen {
    /// What the store told last, newest first.
    pub shown: Option<Vec<Listed>>,
    /// The chosen row.
    pub chosen: usize,
    /// The trainings that the store told of, newest first.
    watched: Vec<Watched>,
    /// The training that is watched, by its number.
    pub live: Option<u32>,
    /// The runs that are marked to be compared: two at most, in the order of their marking.
    pub marked: Vec<RunId>,
    /// The run that is open.
    pub open: Option<Opened>,
    /// The two that are compared.
    pub comparing: Option<Comparing>,
    /// What is about to be decided, while the note is written.
    pub deciding: Option<Deciding>,
    /// A reason that was begun and not kept.
    pub draft: Option<String>,
    /// Whether an earlier decision was shown that the next undo takes back.
    pub undo_shown: bool,
    /// Whether the store is reading.
    waiting: bool,
    /// Whether something happened since it was asked.
    stale: bool,
}

/// A run that is open.
#[derive(Debug)]
pub struct Opened {
    /// Which.
    pub run: RunId,
    /// All that is known of it, once the store has told.
    pub detail: Option<Box<Detail>>,
    /// The page that is open.
    pub page: Page,
    /// Which of the sets of rows is shown that judged it, the one that counts being 0.
    pub split: usize,
    /// Which class is drawn by its thresholds, the one that is found worst being 0.
    pub class: usize,
    /// Rows scrolled away above.
    pub top: Scroll,
}

/// Two runs that are compared.
#[derive(Debug)]
pub struct Comparing {
    /// The one before.
    pub a: RunId,
    /// The one after.
    pub b: RunId,
    /// How they differ, once the store has told.
    pub said: Option<Box<Compared>>,
    /// Rows scrolled away above.
    pub top: Scroll,
}

/// How far something is scrolled.
#[derive(Debug, Default)]
pub struct Scroll {
    top: usize,
    /// How far one can scroll, as the last frame found.
    last: Cell<usize>,
}

impl Scroll {
    /// Moves, as far as there is something.
    fn by(&mut self, rows: i32) {
        let last = self.last.get();
        self.top = moved(self.top.min(last), rows, last.saturating_add(1));
    }

    /// Whether there is more below, as the last frame found.
    pub fn goes_on(&self) -> bool {
        self.top < self.last.get()
    }

    /// The first row to draw of so many where there is room for some.
    pub fn first(&self, lines: usize, room: usize) -> usize {
        self.last.set(lines.saturating_sub(room));
        self.top.min(self.last.get())
    }
}

impl Opened {
    fn new(run: RunId) -> Self {
        Self { run, detail: None, page: Page::default(), split: 0, class: 0, top: Scroll::default() }
    }

    /// Opens a page.
    fn turn_to(&mut self, page: Page) {
        (self.page, self.top) = (page, Scroll::default());
    }
}

impl RunsScreen {
    /// Asks for everything anew, once: what happens meanwhile is asked for when the answer is there.
    pub fn ask(&mut self) -> Vec<Effect> {
        let open = self.open.as_ref().map(|open| Effect::Ask(Request::Run(open.run)));
        self.stale = self.waiting;
        let runs = (!std::mem::replace(&mut self.waiting, true)).then_some(Effect::Ask(Request::Runs));
        runs.into_iter().chain([Effect::Ask(Request::Trainings)]).chain(open).collect()
    }

    /// Takes what the store told; what was chosen stays chosen wherever it moved to.
    pub fn take(&mut self, new: Vec<Listed>) -> Vec<Effect> {
        self.waiting = false;
        let before = self.chosen().map(|run| run.id);
        let above = self.trainings().count();
        let place = before.and_then(|id| new.iter().position(|run| run.id == id)).map(|place| above + place);
        self.chosen = place.unwrap_or(self.chosen).min((above + new.len()).saturating_sub(1));
        self.marked.retain(|id| new.iter().any(|run| run.id == *id));
        self.shown = Some(new);
        if self.stale { self.ask() } else { Vec::new() }
    }

    /// Takes what the store told of a run, where it is still open.
    pub fn take_run(&mut self, detail: Box<Detail>) {
        if let Some(open) = self.open.as_mut().filter(|open| open.run == detail.listed.id) {
            open.split = open.split.min(detail.judged.len().saturating_sub(1));
            if !pages::of(&detail).contains(&open.page) {
                open.turn_to(Page::default());
            }
            open.detail = Some(detail);
        }
    }

    /// Takes how two runs differ, where they are still compared.
    pub fn take_compared(&mut self, a: RunId, b: RunId, said: Box<Compared>) {
        if let Some(comparing) = self.comparing.as_mut().filter(|now| (now.a, now.b) == (a, b)) {
            comparing.said = Some(said);
        }
    }

    /// The store could not do what it was asked.
    pub fn failed(&mut self, request: &Request) {
        match request {
            Request::Runs => (self.waiting, self.stale) = (false, false),
            Request::Run(run) => drop(self.open.take_if(|open| open.run == *run && open.detail.is_none())),
            Request::CompareRuns(a, b) => drop(self.comparing.take_if(|now| (now.a, now.b) == (*a, *b))),
            _ => {}
        }
    }

    /// The runs, newest first.
    pub fn runs(&self) -> &[Listed] {
        self.shown.as_deref().unwrap_or_default()
    }

    /// A run of the list.
    pub fn run(&self, id: RunId) -> Option<&Listed> {
        self.runs().iter().find(|run| run.id == id)
    }

    /// The chosen run of the list.
    pub fn chosen(&self) -> Option<&Listed> {
        self.runs().get(self.chosen.checked_sub(self.trainings().count())?)
    }

    /// The run that a command is about: the one that is open, else the chosen one.
    pub fn meant(&self) -> Option<&Listed> {
        match (&self.open, self.live) {
            (Some(open), _) => self.run(open.run),
            (None, Some(_)) => None,
            (None, None) => self.chosen(),
        }
    }

    /// Marks the chosen run, or takes its mark away; of three the mark that is oldest goes.
    fn mark(&mut self) {
        let Some(id) = self.meant().map(|run| run.id) else { return };
        match self.marked.iter().position(|marked| *marked == id) {
            Some(place) => drop(self.marked.remove(place)),
            None => {
                self.marked.push(id);
                let over = self.marked.len().saturating_sub(2);
                self.marked.drain(..over);
            }
        }
    }

    /// Which two `V` compares, the older first: those that are marked; else the run that is meant with the marked one, or
    /// with the champion.
    ///
    /// # Errors
    /// Where there are no two, what to do.
    pub fn pair(&self) -> Result<(RunId, RunId), String> {
        let meant = self.meant().ok_or_else(|| "there is no run yet".to_owned())?;
        let champion = || self.runs().iter().find(|run| run.standing == crate::workflow::runs::Standing::Champion);
        let marked = |place: usize| self.marked.get(place).and_then(|id| self.run(*id));
        let (one, other) = match (marked(0), marked(1)) {
            (Some(a), Some(b)) => (a, b),
            (Some(a), None) if a.id != meant.id => (a, meant),
            (Some(_), None) => return Err("mark another run too, or choose it".to_owned()),
            (None, _) => (champion().ok_or_else(|| "mark two runs first".to_owned())?, meant),
        };
        match one.id == other.id {
            true => Err("this is the champion itself; mark two runs first".to_owned()),
            false if (one.at, one.number) <= (other.at, other.number) => Ok((one.id, other.id)),
            false => Ok((other.id, one.id)),
        }
    }

    /// Moves in the list, or within what is open.
    pub fn scroll(&mut self, rows: i32) {
        self.undo_shown = false;
        let len = self.trainings().count() + self.runs().len();
        match (&mut self.comparing, &mut self.open) {
            (Some(comparing), _) => comparing.top.by(rows),
            (None, Some(open)) => open.top.by(rows),
            (None, None) if self.live.is_some() => {}
            (None, None) => self.chosen = moved(self.chosen, rows, len),
        }
    }

    /// Chooses a row, as a click does.
    pub fn choose(&mut self, row: usize) {
        let len = self.trainings().count() + self.runs().len();
        self.chosen = row.min(len.saturating_sub(1));
    }

    /// Goes a step back inside the screen; whether there was one.
    pub fn step_back(&mut self) -> bool {
        self.comparing.take().is_some() || self.open.take().is_some() || self.live.take().is_some()
    }
}
