//! What lies on one person's desk: the item being read, the one behind it, and how they came there.

use super::types::Served;
use crate::domain::{How, Lane, Origin, Question, Suggestion};
use std::collections::HashSet;

/// The items of one sitting: at most the current one and one ahead of it.
#[derive(Debug, Default)]
pub(super) struct Desk {
    current: Option<Served>,
    ahead: Option<Served>,
    /// How many items were drawn by this person, ever: the place in the seeded sequence of lanes. What was answered anew
    /// counts, or each sitting would begin with the same draw as the one before.
    pub(super) drawn: u64,
    /// Skipped in this sitting: they come back in another one at the earliest.
    pub(super) skipped: HashSet<u32>,
    /// Left half-made, or put away for another question: they come first.
    pub(super) drafts: Vec<u32>,
}

impl Desk {
    /// An empty desk, to which these come first.
    pub(super) fn with_drafts(drafts: Vec<u32>) -> Self {
        Self { drafts, ..Self::default() }
    }

    /// The item being read.
    pub(super) fn current(&self) -> Option<&Served> {
        self.current.as_ref()
    }

    /// The items that lie here: the one being read, and the one behind it.
    pub(super) fn lying(&self) -> impl Iterator<Item = &Served> {
        self.current.iter().chain(&self.ahead)
    }

    /// Whether there is room for another item, and for how many.
    pub(super) fn room(&self) -> usize {
        usize::from(self.current.is_none()) + usize::from(self.ahead.is_none())
    }

    /// Puts an item where there is room: first before the reader, then behind.
    pub(super) fn put(&mut self, served: Served) {
        let place = if self.current.is_none() { &mut self.current } else { &mut self.ahead };
        *place = Some(served);
    }

    /// Takes an item away; the one ahead moves up. Gives the item if it lay here.
    pub(super) fn take(&mut self, seq: u32) -> Option<Served> {
        if self.ahead.as_ref().is_some_and(|served| served.seq == seq) {
            return self.ahead.take();
        }
        if self.current.as_ref().is_some_and(|served| served.seq == seq) {
            return std::mem::replace(&mut self.current, self.ahead.take());
        }
        None
    }

    /// The items that lie here.
    pub(super) fn items(&self) -> impl Iterator<Item = u32> + '_ {
        self.current.iter().chain(&self.ahead).map(|served| served.seq)
    }

    /// The item of this row, if it lies here.
    pub(super) fn find(&self, seq: u32) -> Option<&Served> {
        self.lying().find(|served| served.seq == seq)
    }

    /// Whether this item lies here.
    pub(super) fn holds(&self, seq: u32) -> bool {
        self.find(seq).is_some()
    }

    /// Clears away what is behind the reader's item: it may have changed in the file.
    pub(super) fn keep_current(&mut self) {
        self.ahead = None;
    }

    /// Clears everything away; it comes first when this person returns.
    pub(super) fn put_away(&mut self) {
        let lay: Vec<u32> = self.items().collect();
        self.clear();
        self.drafts.retain(|seq| !lay.contains(seq));
        self.drafts.splice(0..0, lay);
    }

    /// Adds what this person left half-made to what comes first.
    pub(super) fn expect(&mut self, drafts: Vec<u32>) {
        let new: Vec<u32> = drafts.into_iter().filter(|seq| !self.drafts.contains(seq)).collect();
        self.drafts.extend(new);
    }

    /// Clears everything away.
    pub(super) fn clear(&mut self) {
        (self.current, self.ahead) = (None, None);
    }
}

/// How an answer to a served item came about; an item that was not served was picked.
pub(super) fn how(served: Option<&Served>, question: &Question, origin: Origin, suggestion: Suggestion) -> How {
    let mut how = How::picked(origin);
    if let Some(served) = served {
        how.lane = served.lane;
        how.round = served.round;
        how.rank = served.rank;
        how.selection_probability = served.selection_probability;
        how.review = served.review;
    }
    how.suggestion = if how.lane == Lane::Learn { suggestion } else { Suggestion::Hidden };
    how.guidelines = question.guidelines_revision();
    how.labels = question.label_revision;
    how
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Digest, Id, ItemKey, Kind};

    fn served(seq: u32, lane: Lane) -> Served {
        Served {
            seq,
            key: ItemKey([0; 32]),
            id: seq.to_string(),
            text: String::new(),
            text_hash: Digest([0; 32]),
            fields: Vec::new(),
            language: None,
            lane,
            review: None,
            round: Some(3),
            rank: Some(7),
            selection_probability: Some(0.75),
            mine: None,
            draft: None,
        }
    }

    fn question() -> Question {
        let id = Id::from_bytes([1; 16]);
        Question {
            id,
            name: "q".into(),
            kind: Kind::Choice,
            labels: vec![],
            label_revision: 4,
            guidelines: None,
            scale: Default::default(),
        }
    }

    #[test]
    fn the_item_ahead_moves_up() {
        let mut desk = Desk::default();
        assert_eq!(desk.room(), 2);
        desk.put(served(5, Lane::Learn));
        desk.put(served(6, Lane::Learn));
        assert_eq!(desk.room(), 0);
        assert_eq!(desk.take(5).map(|s| s.seq), Some(5));
        assert_eq!(desk.current().map(|s| s.seq), Some(6));
        assert_eq!(desk.room(), 1);
        assert_eq!(desk.take(9), None);
    }

    #[test]
    fn an_item_ahead_can_go_without_moving_the_reader() {
        let mut desk = Desk::default();
        desk.put(served(5, Lane::Learn));
        desk.put(served(6, Lane::Learn));
        assert_eq!(desk.take(6).map(|s| s.seq), Some(6));
        assert_eq!(desk.current().map(|s| s.seq), Some(5));
        assert!(desk.holds(5) && !desk.holds(6));
    }

    #[test]
    fn suggestions_count_in_the_learn_lane_only() {
        let learn = how(Some(&served(5, Lane::Learn)), &question(), Origin::Key, Suggestion::Shown);
        assert_eq!((learn.suggestion, learn.rank, learn.labels), (Suggestion::Shown, Some(7), 4));
        let random = how(Some(&served(5, Lane::Random)), &question(), Origin::Key, Suggestion::Shown);
        assert_eq!(random.suggestion, Suggestion::Hidden);
        let picked = how(None, &question(), Origin::Search, Suggestion::Shown);
        assert_eq!((picked.lane, picked.rank), (Lane::Picked, None));
    }
}
