//! The Agreement screen: who agrees with whom, on what, and the disputes that a person settles.

mod commands;
mod judging;
mod judging_view;
mod sessions;
mod sessions_view;
pub mod view;

pub use commands::COMMANDS;
pub use judging::{JUDGING, Judging, answer_key, note_kept, note_left};
pub use sessions::{SESSIONS, Sessions};

use crate::tui::msg::{Effect, Request};
use crate::tui::overlays::moved;
use crate::tui::screens::label::Answers;
use crate::workflow::agreement::{Behind, Dispute, Overview, Pair, PersonAgreement};

/// A part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// Every pair of people.
    Pairs,
    /// Every label.
    Labels,
    /// Everybody.
    People,
    /// What is disputed.
    #[default]
    Disputes,
}

impl Pane {
    /// Every part, in the order of Tab.
    pub const ALL: [Self; 4] = [Self::Pairs, Self::Labels, Self::People, Self::Disputes];
}

/// The state of the screen.
#[derive(Debug, Default)]
pub struct AgreementScreen {
    /// What the store told last.
    pub shown: Option<Box<Overview>>,
    /// The part that has the keys.
    pub pane: Pane,
    /// The chosen row of each part.
    chosen: [usize; 4],
    /// The dispute that is being settled.
    pub judging: Option<Judging>,
    /// The calibration sessions, where they are open.
    pub sessions: Option<Sessions>,
    /// Whether an earlier ruling was shown that the next undo takes back.
    pub undo_shown: bool,
    /// Whether the store is counting.
    pub waiting: bool,
    /// Whether something happened since it was asked.
    stale: bool,
}

impl AgreementScreen {
    /// Asks for everything anew, once: what happens meanwhile is asked for when the answer is there.
    pub fn ask(&mut self) -> Vec<Effect> {
        self.stale = self.waiting;
        match std::mem::replace(&mut self.waiting, true) {
            true => Vec::new(),
            false => vec![Effect::Ask(Request::Agreement)],
        }
    }

    /// Takes what the store told; what was chosen stays chosen wherever it moved to.
    pub fn take(&mut self, new: Box<Overview>) -> Vec<Effect> {
        self.waiting = false;
        let (pair, label) = (self.pair().cloned(), self.label().map(str::to_owned));
        let (person, dispute) = (self.person().map(|p| p.who.clone()), self.dispute().map(|d| d.seq));
        let find = |at: Option<usize>, before: usize, len: usize| at.unwrap_or(before).min(len.saturating_sub(1));
        let panel = &new.panel;
        let place = |pane: Pane| self.chosen[pane as usize];
        let pairs = pair.and_then(|p| panel.pairs.iter().position(|now| (&now.a, &now.b) == (&p.a, &p.b)));
        let labels = label.and_then(|l| panel.labels.iter().position(|now| now.0 == l));
        let people = person.and_then(|who| panel.people.iter().position(|now| now.who == who));
        let disputes = dispute.and_then(|seq| new.disputes.iter().position(|now| now.seq == seq));
        self.chosen = [
            find(pairs, place(Pane::Pairs), panel.pairs.len()),
            find(labels, place(Pane::Labels), panel.labels.len()),
            find(people, place(Pane::People), panel.people.len()),
            find(disputes, place(Pane::Disputes), new.disputes.len()),
        ];
        self.shown = Some(new);
        if self.stale { self.ask() } else { Vec::new() }
    }

    /// The store could not count.
    pub fn failed(&mut self) {
        (self.waiting, self.stale) = (false, false);
    }

    /// The labels are not what they were: a key must not give one that is gone.
    pub fn question_changed(&mut self) {
        self.judging.iter_mut().for_each(|judging| judging.answers = Answers::default());
    }

    /// Moves within the part that has the keys.
    pub fn scroll(&mut self, rows: i32) {
        self.undo_shown = false;
        match &mut self.judging {
            Some(judging) => judging.scroll(rows),
            None if let Some(sessions) = &mut self.sessions => sessions.scroll(rows),
            None => {
                let len = self.len(self.pane);
                let chosen = &mut self.chosen[self.pane as usize];
                *chosen = moved(*chosen, rows, len);
            }
        }
    }

    /// Gives the keys to another part.
    pub fn step(&mut self, by: usize) {
        self.undo_shown = false;
        let at = Pane::ALL.iter().position(|pane| *pane == self.pane).unwrap_or_default();
        self.pane = Pane::ALL[(at + by) % Pane::ALL.len()];
    }

    /// The chosen row of a part.
    pub fn chosen(&self, pane: Pane) -> usize {
        self.chosen[pane as usize]
    }

    /// Chooses a dispute, as a click does.
    pub fn choose(&mut self, index: usize) {
        if let Some(sessions) = &mut self.sessions {
            return sessions.choose(index);
        }
        if self.pane == Pane::Disputes && self.chosen[Pane::Disputes as usize] == index {
            return;
        }
        self.pane = Pane::Disputes;
        self.chosen[Pane::Disputes as usize] = index.min(self.len(Pane::Disputes).saturating_sub(1));
    }

    fn len(&self, pane: Pane) -> usize {
        self.shown.as_ref().map_or(0, |o| match pane {
            Pane::Pairs => o.panel.pairs.len(),
            Pane::Labels => o.panel.labels.len(),
            Pane::People => o.panel.people.len(),
            Pane::Disputes => o.disputes.len(),
        })
    }

    /// The chosen pair.
    pub fn pair(&self) -> Option<&Pair> {
        self.shown.as_ref()?.panel.pairs.get(self.chosen(Pane::Pairs))
    }

    /// The chosen label.
    pub fn label(&self) -> Option<&str> {
        self.shown.as_ref()?.panel.labels.get(self.chosen(Pane::Labels)).map(|label| label.0.as_str())
    }

    /// The chosen person.
    pub fn person(&self) -> Option<&PersonAgreement> {
        self.shown.as_ref()?.panel.people.get(self.chosen(Pane::People))
    }

    /// The chosen dispute.
    pub fn dispute(&self) -> Option<&Dispute> {
        self.shown.as_ref()?.disputes.get(self.chosen(Pane::Disputes))
    }

    /// The cell whose items Enter lists; none in the list of disputes, whose items are there already.
    pub fn cell(&self) -> Option<Behind> {
        match self.pane {
            Pane::Pairs => self.pair().map(|pair| Behind::Pair(pair.a.id, pair.b.id)),
            Pane::Labels => self.label().map(|label| Behind::Label(label.to_owned())),
            Pane::People => self.person().map(|person| Behind::Person(person.who.id)),
            Pane::Disputes => None,
        }
    }

    /// A dispute was settled here: it leaves the list at once, and the one behind it comes up.
    pub fn settled(&mut self, seq: u32, now: i64) {
        self.undo_shown = false;
        if let Some(shown) = &mut self.shown {
            let before = shown.disputes.len();
            shown.disputes.retain(|dispute| dispute.seq != seq);
            shown.disputed -= before - shown.disputes.len();
        }
        let len = self.len(Pane::Disputes);
        let chosen = &mut self.chosen[Pane::Disputes as usize];
        *chosen = (*chosen).min(len.saturating_sub(1));
        self.sessions.iter_mut().for_each(|sessions| sessions.settled(seq));
        if let Some(before) = self.judging.take_if(|judging| judging.dispute.seq == seq) {
            let next = self.sessions.as_ref().map_or_else(|| self.dispute(), Sessions::dispute);
            self.judging = next.cloned().map(|dispute| before.next(dispute, now));
        }
    }

    /// The disputes that are gone through, and how many there are: those of the open calibration session, or all.
    pub fn worked_on(&self) -> (&[Dispute], usize) {
        let session = self.sessions.as_ref().and_then(Sessions::report);
        let all = self.shown.as_ref().map(|shown| (shown.disputes.as_slice(), shown.disputed));
        session.map(|report| (report.disputes.as_slice(), report.disputed)).or(all).unwrap_or_default()
    }

    /// Goes a step back inside the screen; whether there was one.
    pub fn step_back(&mut self) -> bool {
        let left = self.judging.take().is_some();
        left || self.sessions.as_mut().is_some_and(|sessions| sessions.open.take().is_some())
            || self.sessions.take().is_some()
    }
}
