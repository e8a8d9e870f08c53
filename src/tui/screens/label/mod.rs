//! The Label screen: one item, one key, the next item.
//!
//! The item ahead is already in memory, so that an answer shows the next one within a frame; the answer is on its
//! way meanwhile, and only the disk's word makes the status line say so. An answer that could not be saved comes back.

mod act;
mod answers;
mod attention;
mod commands;
mod item;
pub mod list;
mod press;
mod replies;
pub mod view;

pub use act::{answer_key, answer_row, failed, question_changed, skip};
pub use answers::{Answers, Press, Row, Target};
pub use attention::Pace;
pub use commands::{COMMANDS, reason};
pub use item::OnScreen;
pub use press::Presses;
pub use replies::take;

use std::ops::Range;

use crate::domain::{Question, Said};
use crate::tui::msg::{Effect, Moment, Request};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::workflow::labelling::{Counts, Feedback, GuidelineNews, Nothing, Past, Served};

/// How many bytes of a text the history keeps.
const GLIMPSE: usize = 200;

/// The state of the screen.
#[derive(Debug, Default)]
pub struct LabelScreen {
    /// The item that the queue gave.
    pub live: Option<OnScreen>,
    /// The one after it.
    pub next: Option<OnScreen>,
    /// Whether the store was asked for an item and has not answered.
    pub asked: bool,
    /// Why the queue has nothing more, once it has said so: what others still hold.
    pub nothing: Option<Nothing>,
    /// An item outside the queue that lies over the live one.
    pub visit: Option<Visit>,
    /// How far we are.
    pub counts: Counts,
    /// Own answers, newest first.
    pub history: Vec<Recent>,
    /// Guidelines that were not read, and not announced yet.
    pub unread: Option<GuidelineNews>,
    /// The announcement that stands over the item.
    pub announcement: Option<GuidelineNews>,
    /// What the truth is about the item that was answered last, where the project tells.
    pub feedback: Option<Box<Feedback>>,
    /// Whether the newest guidelines were announced but not read.
    pub unread_remains: bool,
    /// Presses of answer keys.
    pub presses: Presses,
    /// Own times.
    pub pace: Pace,
    /// Answers on their way to the disk, oldest first.
    pub pending: Vec<OnScreen>,
    /// The item that was answered last, while the next one has not come.
    pub stale: Option<OnScreen>,
    /// Whether the next undo takes back what was only shown.
    pub undo_shown: bool,
    /// Older answers that look like a new label.
    pub offer: Vec<u32>,
    /// The list that the item at hand was opened from.
    pub parked: Option<Box<list::List>>,
    /// How often something was searched for.
    pub searches: u64,
}

/// An item outside the queue.
#[derive(Debug)]
pub struct Visit {
    /// The item.
    pub item: OnScreen,
    /// Why it is there.
    pub why: Why,
}

/// Why an item outside the queue is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Walking through own answers; the place in the history.
    Walk(usize),
    /// Its answer was taken back, or an undo was.
    Undo,
    /// Somebody opened it from a list.
    Picked,
    /// Its answer could not be saved.
    Unsaved,
}

/// One of the own answers, as the strip shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recent {
    /// The item.
    pub seq: u32,
    /// The beginning of its text on one line.
    pub text: String,
    /// What was said.
    pub said: Said,
    /// Whether it is flagged.
    pub flag: bool,
    /// The note beside it.
    pub note: Option<String>,
}

impl Recent {
    fn new(seq: u32, full: &str, said: Said, flag: bool, note: Option<String>) -> Self {
        let glimpse: String = full.chars().take(GLIMPSE).collect();
        Self { seq, text: text::one_line(glimpse.trim()), said, flag, note }
    }
}

impl From<Past> for Recent {
    fn from(past: Past) -> Self {
        Self::new(past.seq, &past.text, past.said, past.flag, past.note)
    }
}

impl LabelScreen {
    /// The screen before the first item of another question: the person's own times and presses stay.
    pub fn for_another_question(&self) -> Self {
        Self { presses: self.presses.clone(), pace: self.pace.clone(), searches: self.searches, ..Self::default() }
    }

    /// The item before the person's eyes.
    pub fn current(&self) -> Option<&OnScreen> {
        self.visit.as_ref().map(|v| &v.item).or(self.live.as_ref())
    }

    /// The item before the person's eyes, to change.
    pub fn current_mut(&mut self) -> Option<&mut OnScreen> {
        match &mut self.visit {
            Some(visit) => Some(&mut visit.item),
            None => self.live.as_mut(),
        }
    }

    /// The item to draw: the one before the person's eyes; while the next one is looked for, the one that was there.
    pub fn drawn(&self) -> Option<&OnScreen> {
        let before = || self.pending.last().or(self.stale.as_ref()).filter(|_| self.nothing.is_none());
        self.current().or_else(before)
    }

    /// Whether letters go into a filter now.
    pub fn filters(&self) -> bool {
        self.current().is_some_and(|item| item.answers.filters())
    }

    /// Begins with the first data.
    pub fn seated(&mut self, counts: Counts, history: Vec<Past>, guidelines: Option<GuidelineNews>) {
        self.counts = counts;
        self.remember(history);
        self.announcement = guidelines;
    }

    /// Takes over the own answers as the store knows them.
    pub fn remember(&mut self, history: Vec<Past>) {
        self.history = history.into_iter().map(Recent::from).collect();
    }

    /// Asks for an item where one is missing.
    pub fn ask(&mut self) -> Vec<Effect> {
        if self.asked || (self.live.is_some() && self.next.is_some()) {
            return Vec::new();
        }
        self.asked = true;
        vec![Effect::Ask(Request::Serve)]
    }

    /// Puts an item before somebody.
    pub fn put(&self, served: Box<Served>, question: &Question) -> OnScreen {
        let limit = self.pace.limit(served.text.len());
        OnScreen::new(served, Answers::of(question), limit)
    }

    /// Puts an item that was answered before somebody, with the flag and the note that it had.
    pub fn put_again(&self, served: Box<Served>, question: &Question) -> OnScreen {
        let mut item = self.put(served, question);
        let recent = self.history.iter().find(|recent| recent.seq == item.served.seq);
        if let Some(recent) = recent.filter(|_| item.served.draft.is_none()) {
            item.flag = recent.flag;
            item.note.clone_from(&recent.note);
        }
        item
    }

    /// Lays an item outside the queue over the live one.
    pub fn visit(&mut self, item: OnScreen, why: Why, now: Moment) {
        if let Some(item) = self.current_mut() {
            item.attention.pause(now.steady);
        }
        self.visit = Some(Visit { item, why });
    }

    /// Goes a step back: a filter, a level, an item outside the queue.
    pub fn back(&mut self, now: Moment) -> Vec<Effect> {
        self.undo_shown = false;
        if self.current_mut().is_some_and(|item| item.answers.back()) {
            return Vec::new();
        }
        match self.visit.take() {
            Some(_) => {
                if let Some(live) = self.live.as_mut().filter(|live| live.painted.is_some()) {
                    live.painted = None;
                    live.attention.alive(now.steady);
                }
            }
            None => {
                self.announcement = None;
            }
        }
        Vec::new()
    }

    /// The frame with the item is out.
    pub fn painted(&mut self, now: Moment) {
        if let Some(item) = self.current_mut() {
            item.paint(now);
        }
    }

    /// A sign of life.
    pub fn alive(&mut self, now: Moment) {
        if let Some(item) = self.current_mut().filter(|item| item.painted.is_some()) {
            item.attention.alive(now.steady);
        }
    }

    /// The window got the keyboard or lost it.
    pub fn focus(&mut self, has: bool, now: Moment) {
        match self.current_mut().filter(|item| item.painted.is_some()) {
            Some(item) if has => item.attention.alive(now.steady),
            Some(item) => item.attention.pause(now.steady),
            None => {}
        }
    }

    /// Scrolls the text; the view stops at its end.
    pub fn scroll(&mut self, rows: i32) {
        if let Some(item) = self.current_mut() {
            let wanted = item.scroll.saturating_add_signed(rows as isize);
            let last = item.wrapped.get_mut().reach(&item.served.text, wanted + 1).saturating_sub(1);
            item.scroll = wanted.min(last);
        }
    }

    /// The items that the screen has: outside the queue, at hand, ahead.
    pub fn items_mut(&mut self) -> impl Iterator<Item = &mut OnScreen> {
        let visited = self.visit.as_mut().map(|visit| &mut visit.item);
        visited.into_iter().chain(&mut self.live).chain(&mut self.next)
    }

    /// One of the items that the screen has.
    pub fn find(&mut self, seq: u32) -> Option<&mut OnScreen> {
        self.items_mut().find(|item| item.served.seq == seq)
    }

    /// An item's code was read.
    pub fn highlighted(&mut self, seq: u32, spans: Vec<(Range<usize>, Role)>) {
        if let Some(item) = self.find(seq) {
            item.highlights = spans;
        }
    }

    /// Keeps what is half-made about the item at hand.
    pub fn keep_draft(&self) -> Option<Effect> {
        let item = self.current()?;
        let draft = item.draft();
        (draft.is_some() || item.served.draft.is_some()).then(|| Effect::Ask(Request::Draft(item.served.seq, draft)))
    }

    /// New guidelines are announced on the next item.
    pub fn hear_of_guidelines(&mut self, news: GuidelineNews) {
        let known = self.announcement.iter().chain(&self.unread).any(|known| known.now.revision == news.now.revision);
        if known {
            return;
        }
        if self.live.is_none() { self.announcement = Some(news) } else { self.unread = Some(news) }
    }
}
