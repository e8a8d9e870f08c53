//! A list of items on the Label screen: what a search found, or older answers that look like a new label. Rows are
//! marked and answered together, as one act.

mod commands;
pub mod view;

pub use commands::COMMANDS;

use std::collections::BTreeSet;

use super::{Answers, Press};
use crate::domain::{LabelId, Origin, Said, Value};
use crate::error::Error;
use crate::tui::app::App;
use crate::tui::keys::Key;
use crate::tui::msg::{Effect, Request};
use crate::tui::overlays::moved;
use crate::tui::widgets::Field;
use crate::workflow::labelling::{Hits, Submission};
use crossterm::event::KeyCode;

/// A list of items.
#[derive(Debug)]
pub struct List {
    /// What is searched for.
    pub field: Field,
    /// Whether keys go to the field.
    pub typing: bool,
    /// What was found.
    pub hits: Option<Hits>,
    /// The chosen row.
    pub selected: usize,
    /// The items that are marked.
    pub marks: BTreeSet<u32>,
    /// How far somebody has typed towards an answer.
    pub answers: Answers,
    /// Whether it holds look-alikes of a new label, and not a search.
    pub second_look: bool,
    /// Whether the store is looking.
    pub waiting: bool,
    /// Why nothing could be looked for.
    pub error: Option<Error>,
    number: u64,
}

impl List {
    /// An empty search.
    pub fn search() -> Self {
        Self {
            field: Field::default(),
            typing: true,
            hits: None,
            selected: 0,
            marks: BTreeSet::new(),
            answers: Answers::default(),
            second_look: false,
            waiting: false,
            error: None,
            number: 0,
        }
    }

    /// Look-alikes, which come under this number.
    pub fn second_look(number: u64) -> Self {
        Self { typing: false, second_look: true, waiting: true, number, ..Self::search() }
    }

    /// The store found something; the answer to an older question is dropped.
    pub fn found(&mut self, number: u64, hits: Hits) {
        if number != self.number {
            return;
        }
        self.waiting = false;
        self.typing &= hits.rows.is_empty();
        self.marks.clear();
        self.selected = 0;
        self.hits = Some(hits);
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
        self.typing &= self.is_empty();
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
        (self.number, self.waiting, self.error) = (app.label.searches, true, None);
        vec![Effect::Ask(Request::Search(text, self.number))]
    }

    /// Goes on: looks for what is typed, gives the answer that fits best, or opens the chosen item.
    pub fn enter(&mut self, app: &mut App) -> Vec<Effect> {
        if self.typing {
            return self.look(app);
        }
        match self.answers.enter() {
            Press::Answer(label) => self.answer(app, label),
            _ => self.chosen().map(|seq| Effect::Ask(Request::Open(seq))).into_iter().collect(),
        }
    }

    /// Takes a key that is no command.
    pub fn key(&mut self, app: &mut App, key: Key) -> Option<Vec<Effect>> {
        if self.typing {
            return self.field.key(key).then(Vec::new);
        }
        if self.answers.is_empty() {
            self.answers = Answers::of(&app.seat.as_ref()?.question);
        }
        let press = match (key.code, key.typed()) {
            (KeyCode::Backspace, _) => return self.answers.erase().then(Vec::new),
            (_, Some(c)) => self.answers.press(c),
            _ => return None,
        };
        match press {
            Press::Answer(label) => Some(self.answer(app, label)),
            Press::Moved => Some(Vec::new()),
            Press::Nothing => {
                app.tell(format!("no label is on {}", key.label()));
                Some(Vec::new())
            }
            Press::Other => None,
        }
    }

    /// Answers the marked rows, or the chosen one where none is marked.
    fn answer(&mut self, app: &mut App, label: LabelId) -> Vec<Effect> {
        self.answers.reset();
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
