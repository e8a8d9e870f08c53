//! A list of items on the Label screen: what a search found, or older answers that look like a new label. Rows are
//! marked and answered together, as one act.

mod commands;
pub mod view;

pub use commands::COMMANDS;

use std::collections::BTreeSet;

use super::{Answers, Press};
use crate::domain::{LabelId, Origin, Said, Value};
use crate::error::Error;
use crate::tui::app::{App, ScreenName};
use crate::tui::keys::Key;
use crate::tui::msg::{Effect, Request};
use crate::tui::overlays::moved;
use crate::tui::widgets::Field;
use crate::workflow::labelling::{Hits, Submission};
use crossterm::event::KeyCode;

/// Where the letters of a list go: there is one place at a time, so that none means two things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// Into the line that is searched for.
    Search,
    /// To the rows: letters are commands.
    Rows,
    /// Into the filter of the labels.
    Label,
}

/// A list of items.
#[derive(Debug)]
pub struct List {
    /// What is searched for.
    pub field: Field,
    /// The screen that it lies on, and comes back to.
    pub home: ScreenName,
    /// Where letters go.
    pub focus: Focus,
    /// What was found.
    pub hits: Option<Hits>,
    /// The chosen row.
    pub selected: usize,
    /// The items that are marked.
    pub marks: BTreeSet<u32>,
    /// How far somebody has typed towards an answer.
    pub answers: Answers,
    /// What it holds, where that is no search.
    pub holds: Option<&'static str>,
    /// Whether the store is looking.
    pub waiting: bool,
    /// Why nothing could be looked for.
    pub error: Option<Error>,
    number: u64,
    /// Whether what comes next tells anew what is said to the rows that are here.
    again: bool,
}

impl List {
    /// An empty search.
    pub fn search() -> Self {
        Self {
            field: Field::default(),
            home: ScreenName::Label,
            focus: Focus::Search,
            hits: None,
            selected: 0,
            marks: BTreeSet::new(),
            answers: Answers::default(),
            holds: None,
            waiting: false,
            error: None,
            number: 0,
            again: false,
        }
    }

    /// Look-alikes, which come under this number.
    pub fn second_look(number: u64) -> Self {
        Self::of("older answers that look like the new label", number, ScreenName::Label)
    }

    /// Items that come under this number, what they are, and the screen that they lie on.
    pub fn of(holds: &'static str, number: u64, home: ScreenName) -> Self {
        Self { focus: Focus::Rows, holds: Some(holds), waiting: true, number, home, ..Self::search() }
    }

    /// The store found something; the answer to an older question is dropped.
    pub fn found(&mut self, number: u64, hits: Hits) {
        if number != self.number {
            return;
        }
        self.waiting = false;
        if std::mem::take(&mut self.again) {
            for row in self.hits.iter_mut().flat_map(|known| &mut known.rows) {
                if let Some(now) = hits.rows.iter().find(|now| now.seq == row.seq) {
                    row.clone_from(now);
                }
            }
            return;
        }
        if self.focus == Focus::Search && !hits.rows.is_empty() {
            self.focus = Focus::Rows;
        }
        self.marks.clear();
        self.selected = 0;
        self.hits = Some(hits);
    }

    /// The store could not look; what is wrong with an older question is dropped.
    pub fn failed(&mut self, number: u64, error: Error) {
        if number == self.number {
            (self.waiting, self.error, self.hits) = (false, Some(error), None);
        }
    }

    /// Asks what is said to its rows now: something was taken back or done again.
    pub fn look_again(&mut self) -> Option<Effect> {
        let rows = &self.hits.as_ref()?.rows;
        self.again = !rows.is_empty();
        self.again.then(|| Effect::Ask(Request::Look(rows.iter().map(|row| row.seq).collect(), self.number)))
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.hits.as_ref().map_or(0, |hits| hits.rows.len())
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Moves the choice.
    pub fn scroll(&mut self, rows: i32) {
        self.selected = moved(self.selected, rows, self.len());
        if self.focus == Focus::Search && !self.is_empty() {
            self.focus = Focus::Rows;
        }
    }

    /// The item of the chosen row.
    pub fn chosen(&self) -> Option<u32> {
        Some(self.hits.as_ref()?.rows.get(self.selected)?.seq)
    }

    /// Looks for what is typed; an empty field looks for nothing.
    fn look(&mut self, app: &mut App) -> Vec<Effect> {
        let text = self.field.text().trim().to_owned();
        if text.is_empty() {
            return Vec::new();
        }
        app.label.searches += 1;
        (self.number, self.waiting, self.error, self.again) = (app.label.searches, true, None, false);
        vec![Effect::Ask(Request::Search(text, self.number))]
    }

    /// Goes on: looks for what is typed, or opens the chosen item.
    pub fn enter(&mut self, app: &mut App) -> Vec<Effect> {
        match self.focus {
            Focus::Search => self.look(app),
            _ => self.chosen().map(|seq| Effect::Ask(Request::Open(seq))).into_iter().collect(),
        }
    }

    /// Has letters find a label.
    pub fn find_label(&mut self, app: &App) {
        self.know_answers(app);
        self.answers.open_filter();
        self.focus = Focus::Label;
    }

    /// Gives the label that fits best what is typed.
    pub fn give(&mut self, app: &mut App) -> Vec<Effect> {
        let press = self.answers.enter();
        self.pressed(app, press).unwrap_or_default()
    }

    /// Goes back from the labels to the rows; whether it was there.
    pub fn back(&mut self) -> bool {
        let was_there = self.answers.back() || self.focus == Focus::Label;
        if self.focus == Focus::Label {
            self.focus = Focus::Rows;
        }
        was_there
    }

    fn know_answers(&mut self, app: &App) {
        if let Some(seat) = app.seat.as_ref().filter(|_| self.answers.is_empty()) {
            self.answers = Answers::of(&seat.question);
        }
    }

    /// Takes a key that is no command.
    pub fn key(&mut self, app: &mut App, key: Key) -> Option<Vec<Effect>> {
        if self.focus == Focus::Search {
            return self.field.key(key).then(Vec::new);
        }
        self.know_answers(app);
        let press = match (key.code, key.typed()) {
            (KeyCode::Backspace, _) => return self.answers.erase().then(Vec::new),
            // Letters of the rows are commands: one that begins a filter would mean two things.
            (_, Some(c)) if c.is_alphabetic() && self.focus == Focus::Rows && self.answers.filters() => return None,
            (_, Some(c)) => self.answers.press(c),
            _ => return None,
        };
        if press == Press::Nothing {
            app.tell(format!("no label is on {}", key.label()));
        }
        self.pressed(app, press)
    }

    fn pressed(&mut self, app: &mut App, press: Press) -> Option<Vec<Effect>> {
        match press {
            Press::Answer(label) => Some(self.answer(app, label)),
            Press::Moved | Press::Nothing => Some(Vec::new()),
            Press::Other => None,
        }
    }

    /// Answers the marked rows, or the chosen one where none is marked.
    fn answer(&mut self, app: &mut App, label: LabelId) -> Vec<Effect> {
        self.answers.reset();
        self.focus = Focus::Rows;
        let (seqs, origin): (Vec<u32>, Origin) = match (self.marks.is_empty(), self.chosen()) {
            (false, _) => (std::mem::take(&mut self.marks).into_iter().collect(), Origin::Bulk),
            (true, Some(seq)) => (vec![seq], Origin::Search),
            (true, None) => return Vec::new(),
        };
        let said = Said::Value(Value::Choice(label));
        for row in self.hits.iter_mut().flat_map(|hits| &mut hits.rows).filter(|row| seqs.contains(&row.seq)) {
            row.mine = Some(said.clone());
        }
        if origin == Origin::Search {
            self.selected = moved(self.selected, 1, self.len());
        }
        let shown_at = Some(app.now.wall);
        let of = |seq| Submission { origin, shown_at, ..Submission::of(seq, said.clone()) };
        vec![Effect::Ask(Request::SubmitMany(seqs.into_iter().map(of).collect()))]
    }
}
