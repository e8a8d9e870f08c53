//! One item on the screen, with everything half-made about it.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use serde_json::{Value as Json, json};

use super::answers::Answers;
use super::attention::Attention;
use crate::clock::Millis;
use crate::domain::{Lane, Origin, Said, Suggestion};
use crate::tui::msg::Moment;
use crate::tui::text::Wrapped;
use crate::tui::theme::Role;
use crate::workflow::labelling::{Served, Submission, Suggestions};

/// An item before somebody's eyes.
#[derive(Debug)]
pub struct OnScreen {
    /// The item.
    pub served: Box<Served>,
    /// The answers that can be given; fixed while the item is painted.
    pub answers: Answers,
    /// When it was painted, UTC milliseconds.
    pub shown_at: Option<Millis>,
    /// When it was painted, steady milliseconds; none until it is.
    pub painted: Option<i64>,
    /// How long somebody looked.
    pub attention: Attention,
    /// Raised for others to look at.
    pub flag: bool,
    /// The remark, as it goes with the answer.
    pub note: Option<String>,
    /// A remark that was begun and left: it stays as a draft and does not go with the answer.
    pub unkept: Option<String>,
    /// What the ranker would say, once asked.
    pub suggestions: Option<Box<Suggestions>>,
    /// Whether that is shown.
    pub suggesting: bool,
    /// Whether it ever was.
    pub suggested: bool,
    /// Rows scrolled away above.
    pub scroll: usize,
    /// What the code says: bytes of the text and their roles.
    pub highlights: Vec<(Range<usize>, Role)>,
    /// The rows of the text at the width of the last frame.
    pub wrapped: RefCell<Wrapped>,
    /// Whether the last frame had no room for its text.
    pub hidden: Cell<bool>,
}

impl OnScreen {
    /// Puts an item before somebody, with what they left half-made.
    pub fn new(served: Box<Served>, answers: Answers, limit: i64) -> Self {
        let draft = served.draft.as_ref();
        let flag = draft.and_then(|d| d.get("flag")).and_then(Json::as_bool).unwrap_or_default();
        let text = |name| draft.and_then(|d| d.get(name)).and_then(Json::as_str).map(str::to_owned);
        let (note, unkept) = (text("note"), text("unkept"));
        Self {
            served,
            answers,
            shown_at: None,
            painted: None,
            attention: Attention::new(limit),
            flag,
            note,
            unkept,
            suggestions: None,
            suggesting: false,
            suggested: false,
            scroll: 0,
            highlights: Vec::new(),
            wrapped: RefCell::default(),
            hidden: Cell::new(false),
        }
    }

    /// Begins its time.
    pub fn paint(&mut self, now: Moment) {
        if self.painted.is_none() && !self.hidden.get() {
            self.painted = Some(now.steady);
            self.shown_at.get_or_insert(now.wall);
            self.attention.alive(now.steady);
        }
    }

    /// What is half-made about it, if anything is.
    pub fn draft(&self) -> Option<Json> {
        let made = self.flag || self.note.is_some() || self.unkept.is_some();
        made.then(|| json!({"flag": self.flag, "note": self.note, "unkept": self.unkept}))
    }

    /// The answer as the store takes it.
    pub fn submission(&mut self, said: Said, origin: Origin, now: Moment) -> Submission {
        self.attention.alive(now.steady);
        let suggestion = match (self.served.lane, self.suggested) {
            (Lane::Learn, true) => Suggestion::Shown,
            (Lane::Learn, false) if self.served.round.is_some() => Suggestion::Offered,
            _ => Suggestion::Hidden,
        };
        Submission {
            seq: self.served.seq,
            said,
            flag: self.flag,
            note: self.note.clone(),
            suggestion,
            shown_at: self.shown_at,
            active_ms: Some(self.attention.milliseconds()),
            origin,
        }
    }
}
