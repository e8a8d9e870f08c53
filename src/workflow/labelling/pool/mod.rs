//! Who may be asked what: a few bytes an item, kept in memory and kept up by every answer.
//!
//! Pure: it neither reads the file nor knows the clock. Here is what it keeps and how that is kept up; what an item needs to
//! be open in a lane, and what comes next, is in `serving`.

mod lanes;
mod serving;
mod standing;

pub use lanes::LaneSet;
pub use standing::{Candidate, Mine, Order, Overlap, Standing};

use crate::clock::Millis;
use crate::domain::Lane;
use crate::ids::mix;
use lanes::Tally;
use std::collections::{BTreeSet, HashMap, HashSet};

/// An own item comes back after a day at the earliest.
pub const COMES_BACK_MS: Millis = 24 * 3_600_000;

/// Every item of a project as one person may be asked about it.
#[derive(Debug, Clone)]
pub struct Pool {
    seed: u64,
    /// The time that this pool was told last.
    now: Millis,
    /// The lanes that serve this person.
    lanes: LaneSet,
    overlap_answers: u32,
    /// Whether this person is asked what others answered.
    asked_twice: bool,
    /// The items that several people may be asked about; none for all.
    shared: Option<Vec<bool>>,
    there: Vec<bool>,
    gone: usize,
    set_aside: Vec<bool>,
    has_gold: Vec<bool>,
    /// The items that this person is asked about; none for all.
    routed: Option<Vec<bool>>,
    /// The gold that this person was asked already, where they are to qualify: all other gold is open then.
    trial: Option<HashSet<u32>>,
    /// Items of calibration sessions: nobody is asked about them for another reason.
    reserved: HashSet<u32>,
    /// Those of them that this person is asked about, in this order, before everything else.
    due: Vec<u32>,
    standing: Vec<Standing>,
    order: Order,
    /// Items that the strategy asks again, and how many values they may have: one more answer each, and then the next
    /// order decides.
    again: HashMap<u32, u32>,
    /// Before this place of the order nothing is open.
    cursor: usize,
    random: Vec<u32>,
    gold: Vec<u32>,
    overlap: BTreeSet<(u64, u32)>,
    review: BTreeSet<(u64, u32)>,
    own: BTreeSet<(u64, u32)>,
    /// Own items that may come back later, by the time of the answer.
    ripening: BTreeSet<(Millis, u32)>,
    tally: Tally,
    answered: usize,
    mine: usize,
    skipped: usize,
}

impl Pool {
    /// A pool of untouched items with rows 1 to `items`: those of the evaluation set are set aside, the others with gold
    /// can be attention checks. Every lane serves, and the learn lane begins in a seeded random order.
    pub fn new(
        items: usize,
        seed: u64,
        overlap: Overlap,
        evaluation: impl IntoIterator<Item = u32>,
        gold: impl IntoIterator<Item = u32>,
    ) -> Self {
        let set_aside = marked(items, evaluation);
        let mut has_gold = marked(items, gold);
        has_gold.iter_mut().zip(&set_aside).for_each(|(gold, aside)| *gold &= !aside);
        let shuffled = |marks: &[bool]| {
            let mut rows: Vec<u32> = (1..).zip(marks).filter(|(_, mark)| **mark).map(|(seq, _)| seq).collect();
            rows.sort_by_cached_key(|seq| mix(seed, u64::from(*seq)));
            rows
        };
        let (random, gold) = (shuffled(&set_aside), shuffled(&has_gold));
        let learn: Vec<bool> = set_aside.iter().map(|aside| !aside).collect();
        let order = Order { items: shuffled(&learn), ..Order::default() };
        let mut pool = Self {
            seed,
            now: Millis::MIN,
            lanes: LaneSet::ALL,
            overlap_answers: overlap.answers,
            asked_twice: overlap.asked,
            shared: overlap.share.map(|share| marked(items, share)),
            there: vec![true; items],
            gone: 0,
            set_aside,
            has_gold,
            routed: None,
            trial: None,
            reserved: HashSet::new(),
            due: Vec::new(),
            standing: vec![Standing::default(); items],
            order,
            again: HashMap::new(),
            cursor: 0,
            random,
            gold,
            overlap: BTreeSet::new(),
            review: BTreeSet::new(),
            own: BTreeSet::new(),
            ripening: BTreeSet::new(),
            tally: Tally::new(),
            answered: 0,
            mine: 0,
            skipped: 0,
        };
        pool.recount();
        pool
    }

    /// Takes items out of every lane: they are no longer there.
    pub fn close(&mut self, gone: impl IntoIterator<Item = u32>) {
        for seq in gone {
            let Some(i) = index(seq).filter(|i| self.there.get(*i) == Some(&true)) else { continue };
            self.count(seq, false);
            self.forget(seq);
            (self.there[i], self.gone) = (false, self.gone + 1);
            self.wait(seq);
        }
        self.skip_closed();
    }

    /// Keeps every lane to these items. Call it before anything is noted.
    pub fn keep_to(&mut self, items: impl IntoIterator<Item = u32>) {
        self.routed = Some(marked(self.there.len(), items));
        self.recount();
        self.skip_closed();
    }

    /// Only these lanes serve.
    pub fn open_lanes(&mut self, lanes: LaneSet) {
        self.lanes = lanes;
    }

    /// The lanes that serve.
    pub fn lanes(&self) -> LaneSet {
        self.lanes
    }

    /// Serves gold alone, all of it but what this person was asked already, wherever else it may be answered: they are
    /// to qualify.
    pub fn try_out(&mut self, asked: HashSet<u32>) {
        self.gold.clone().into_iter().for_each(|seq| self.count(seq, false));
        self.trial = Some(asked);
        self.lanes = [Lane::Gold].into_iter().collect();
        self.gold.clone().into_iter().for_each(|seq| self.count(seq, true));
    }

    /// Is told the time, in UTC milliseconds: own items that are a day old may come back from then on.
    pub fn at(&mut self, now: Millis) {
        let mut ripe = Vec::new();
        while let Some(&(given, seq)) = self.ripening.first().filter(|(given, _)| is_ripe(*given, now)) {
            self.ripening.pop_first();
            self.count(seq, false);
            ripe.push((given, seq));
        }
        self.now = self.now.max(now);
        for (_, seq) in ripe {
            self.count(seq, true);
            self.wait(seq);
        }
    }

    /// Keeps items for calibration sessions, and asks this person about some of them before everything else, in this
    /// order. Call it before anything is noted.
    pub fn reserve(&mut self, reserved: HashSet<u32>, due: Vec<u32>) {
        (self.reserved, self.due) = (reserved, due);
        if !self.reserved.is_empty() {
            self.recount();
            self.skip_closed();
        }
    }

    /// How many items there are.
    pub fn items(&self) -> usize {
        self.there.len() - self.gone
    }

    /// Items that anybody gave a value to.
    pub fn answered(&self) -> usize {
        self.answered
    }

    /// Items that this person gave a value to.
    pub fn mine(&self) -> usize {
        self.mine
    }

    /// Items that this person skipped and nobody answered.
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// How many items a lane could still serve to this person: none where it has no share, save those that come before
    /// everything else.
    pub fn left(&self, lane: Lane) -> usize {
        let due = if lane == Lane::Overlap { self.due().count() } else { 0 };
        due + self.tally.in_any(self.lanes.and([lane].into_iter().collect()))
    }

    /// How many items this person could still be served. Own items come back among others only, and do not count.
    pub fn left_in_all(&self) -> usize {
        self.due().count() + self.tally.in_any(self.lanes.without(Lane::Again))
    }

    /// The order of the learn lane.
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// Takes another order for the learn lane; items that it leaves out come after it, as they stood.
    pub fn set_order(&mut self, mut order: Order) {
        let mut known = vec![false; self.standing.len()];
        order.scores.resize(order.items.len(), f32::NAN);
        for i in order.items.iter().copied().filter_map(index) {
            known.get_mut(i).into_iter().for_each(|known| *known = true);
        }
        let missing = |seq: &u32| index(*seq).is_some_and(|i| known.get(i) == Some(&false));
        order.items.extend(self.order.items.iter().copied().filter(missing));
        let again = order.items.iter().copied().zip(order.again.iter().copied());
        self.ask_again(again.filter(|(seq, _)| self.is_asked_twice(*seq)).collect());
        self.order = order;
        self.cursor = 0;
        self.skip_closed();
    }

    /// Takes other items to be asked again.
    fn ask_again(&mut self, again: HashMap<u32, u32>) {
        let touched: HashSet<u32> = self.again.keys().chain(again.keys()).copied().collect();
        touched.iter().for_each(|seq| self.count(*seq, false));
        self.again = again;
        touched.iter().for_each(|seq| self.count(*seq, true));
    }

    /// Where an item stands; untouched if there is no such item.
    pub fn standing(&self, seq: u32) -> Standing {
        index(seq).and_then(|i| self.standing.get(i)).copied().unwrap_or_default()
    }

    /// Whether the item is in the evaluation set.
    pub fn is_set_aside(&self, seq: u32) -> bool {
        index(seq).and_then(|i| self.set_aside.get(i)).copied().unwrap_or(false)
    }

    /// Records where an item stands from now on, and what follows from it for every lane.
    pub fn note(&mut self, seq: u32, now: Standing) {
        let Some(i) = index(seq).filter(|i| self.there.get(*i) == Some(&true)) else { return };
        self.count(seq, false);
        self.forget(seq);
        self.standing[i] = now;
        self.count(seq, true);
        self.wait(seq);
        if let Some(given) = now.given.filter(|given| !is_ripe(*given, self.now)) {
            self.ripening.insert((given, seq));
        }
        if self.fits(seq).contains(Lane::Learn) {
            self.cursor = 0;
        }
        self.skip_closed();
    }

    /// An own item does not come back by the answer that stands.
    fn forget(&mut self, seq: u32) {
        if let Some(given) = self.standing(seq).given {
            self.ripening.remove(&(given, seq));
        }
    }

    /// Puts an item among those that wait in the lanes that draw at random, or takes it away.
    fn wait(&mut self, seq: u32) {
        let (waits, fits) = ((mix(self.seed, u64::from(seq)), seq), self.fits(seq));
        let lanes =
            [(Lane::Overlap, &mut self.overlap), (Lane::Review, &mut self.review), (Lane::Again, &mut self.own)];
        for (lane, waiting) in lanes {
            if fits.contains(lane) {
                waiting.insert(waits)
            } else {
                waiting.remove(&waits)
            };
        }
    }

    fn skip_closed(&mut self) {
        let closed = |seq: &&u32| !self.fits(**seq).contains(Lane::Learn);
        self.cursor += self.order.items.iter().skip(self.cursor).take_while(closed).count();
    }

    /// Counts every item anew.
    fn recount(&mut self) {
        (self.tally, self.answered, self.mine, self.skipped) = (Tally::new(), 0, 0, 0);
        (1..).take(self.there.len()).for_each(|seq| self.count(seq, true));
    }

    /// Adds an item to the counters, or takes it out of them.
    fn count(&mut self, seq: u32, add: bool) {
        if index(seq).and_then(|i| self.there.get(i)) != Some(&true) {
            return;
        }
        let Standing { values, mine, .. } = self.standing(seq);
        let change = |counter: &mut usize, counts: bool| {
            *counter = if add { *counter + usize::from(counts) } else { *counter - usize::from(counts) };
        };
        let fits = self.fits(seq);
        change(self.tally.of(fits), true);
        change(&mut self.answered, values > 0);
        change(&mut self.mine, mine == Mine::Value);
        change(&mut self.skipped, mine == Mine::Skipped && values == 0);
    }
}

/// Whether an own answer is old enough for its item to come back.
fn is_ripe(given: Millis, now: Millis) -> bool {
    given.saturating_add(COMES_BACK_MS) <= now
}

/// One mark an item, set for these rows.
fn marked(items: usize, rows: impl IntoIterator<Item = u32>) -> Vec<bool> {
    let mut marks = vec![false; items];
    for i in rows.into_iter().filter_map(index) {
        marks.get_mut(i).into_iter().for_each(|mark| *mark = true);
    }
    marks
}

fn index(seq: u32) -> Option<usize> {
    (seq as usize).checked_sub(1)
}

#[cfg(test)]
mod tests;
