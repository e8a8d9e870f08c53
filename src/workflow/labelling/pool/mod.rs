//! Who may be asked what: a few bytes an item, kept in memory and kept up by every answer.
//!
//! Pure: it neither reads the file nor knows the clock. What an item needs to be open in a lane stands in [`Pool::is_open`].

use crate::domain::{Lane, PersonId, Said};
use crate::ids::mix;
use crate::project::CurrentAnswer;
use std::collections::{BTreeSet, HashMap, HashSet};

/// What one person said to an item, as far as serving it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mine {
    /// Nothing, or something about a text that has changed since.
    #[default]
    Nothing,
    /// A value.
    Value,
    /// Skipped.
    Skipped,
}

/// Where an item stands for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// How many people's values hold.
    pub values: u32,
    /// What this person said.
    pub mine: Mine,
    /// Whether it has a ruling, so that nobody need be asked.
    pub ruled: bool,
    /// Whether it was sent back and waits for an answer.
    pub review: bool,
}

impl Standing {
    /// Counts one person's current answer; one to a text that has changed since counts as none.
    pub fn hear(&mut self, answer: &CurrentAnswer, me: Option<PersonId>) {
        if answer.stale {
            return;
        }
        let has_value = matches!(answer.said, Said::Value(_));
        self.values += u32::from(has_value);
        if Some(answer.person) == me {
            self.mine = if has_value { Mine::Value } else { Mine::Skipped };
        }
    }
}

/// The order of the learn lane, best first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Order {
    /// The round it comes from; none before the first.
    pub round: Option<u32>,
    /// Items.
    pub items: Vec<u32>,
    /// The strategy's raw quantity of each, where it has one.
    pub scores: Vec<f32>,
    /// How many people's values each of the first so many has, all of them items that are asked again.
    pub again: Vec<u32>,
}

/// An item that could be served, with its place in the lane's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The item.
    pub seq: u32,
    /// Its place, from 1.
    pub rank: u32,
}

/// Every item of a project as one person may be asked about it.
#[derive(Debug, Clone)]
pub struct Pool {
    seed: u64,
    overlap_answers: u32,
    there: Vec<bool>,
    gone: usize,
    set_aside: Vec<bool>,
    has_gold: Vec<bool>,
    /// The items that this person is asked about; none for all.
    routed: Option<Vec<bool>>,
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
    left: [usize; 5],
    answered: usize,
    mine: usize,
    skipped: usize,
}

impl Pool {
    /// A pool of untouched items with rows 1 to `items`: those of the evaluation set are set aside, those with gold
    /// can be attention checks. `overlap_answers` people at most are asked the same. The learn lane begins in a
    /// seeded random order.
    pub fn new(
        items: usize,
        seed: u64,
        overlap_answers: u32,
        evaluation: impl IntoIterator<Item = u32>,
        gold: impl IntoIterator<Item = u32>,
    ) -> Self {
        let set_aside = marked(items, evaluation);
        let has_gold = marked(items, gold);
        let shuffled = |marks: &[bool]| {
            let mut rows: Vec<u32> = (1..).zip(marks).filter(|(_, mark)| **mark).map(|(seq, _)| seq).collect();
            rows.sort_by_cached_key(|seq| mix(seed, u64::from(*seq)));
            rows
        };
        let (random, gold) = (shuffled(&set_aside), shuffled(&has_gold));
        let learn: Vec<bool> = set_aside.iter().map(|aside| !aside).collect();
        let order = Order { items: shuffled(&learn), ..Order::default() };
        let left = [items - random.len(), random.len(), 0, gold.len(), 0];
        let standing = vec![Standing::default(); items];
        let (overlap, review) = (BTreeSet::new(), BTreeSet::new());
        let (cursor, answered, mine, skipped) = (0, 0, 0, 0);
        Self {
            seed,
            overlap_answers,
            there: vec![true; items],
            gone: 0,
            set_aside,
            has_gold,
            routed: None,
            standing,
            order,
            again: HashMap::new(),
            cursor,
            random,
            gold,
            overlap,
            review,
            left,
            answered,
            mine,
            skipped,
        }
    }

    /// Takes items out of every lane: they are no longer there.
    pub fn close(&mut self, gone: impl IntoIterator<Item = u32>) {
        for seq in gone {
            self.count(seq, false);
            let waits = (mix(self.seed, u64::from(seq)), seq);
            self.overlap.remove(&waits);
            self.review.remove(&waits);
            if let Some(there) = index(seq).and_then(|i| self.there.get_mut(i)) {
                self.gone += usize::from(std::mem::replace(there, false));
            }
        }
        self.skip_closed();
    }

    /// Keeps every lane to these items. Call it before anything is noted.
    pub fn keep_to(&mut self, items: impl IntoIterator<Item = u32>) {
        self.routed = Some(marked(self.there.len(), items));
        for (slot, lane) in Lane::SERVED.into_iter().enumerate() {
            self.left[slot] = (1..).take(self.there.len()).filter(|seq| self.is_open(*seq, lane)).count();
        }
        self.skip_closed();
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

    /// How many items a lane could still serve to this person.
    pub fn left(&self, lane: Lane) -> usize {
        slot(lane).map_or(0, |slot| self.left[slot])
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
        self.ask_again(order.items.iter().copied().zip(order.again.iter().copied()).collect());
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
        self.standing[i] = now;
        self.count(seq, true);
        let waits = (mix(self.seed, u64::from(seq)), seq);
        let (overlap, review) = (self.is_open(seq, Lane::Overlap), self.is_open(seq, Lane::Review));
        for (waiting, open) in [(&mut self.overlap, overlap), (&mut self.review, review)] {
            if open {
                waiting.insert(waits)
            } else {
                waiting.remove(&waits)
            };
        }
        if self.is_open(seq, Lane::Learn) {
            self.cursor = 0;
        }
        self.skip_closed();
    }

    /// Whether a lane may serve this item to this person. Somebody's value closes an item for learn and random, save
    /// for learn where the strategy asks it again; a ruling closes it for learn; one's own answer closes it everywhere but in review, one's own skip everywhere.
    pub fn is_open(&self, seq: u32, lane: Lane) -> bool {
        let Some(i) = index(seq).filter(|i| self.there.get(*i) == Some(&true)) else { return false };
        let Standing { values, mine, ruled, review } = self.standing[i];
        if self.routed.as_ref().is_some_and(|routed| !routed[i]) {
            return false;
        }
        let untouched = mine == Mine::Nothing && !review;
        let wanted = || values == 0 || self.again.get(&seq) == Some(&values);
        match lane {
            Lane::Learn => untouched && !self.set_aside[i] && !ruled && wanted(),
            Lane::Random => untouched && self.set_aside[i] && values == 0,
            Lane::Overlap => untouched && !self.set_aside[i] && (1..self.overlap_answers).contains(&values),
            Lane::Gold => untouched && self.has_gold[i],
            Lane::Review => review && mine != Mine::Skipped,
            Lane::Picked => false,
        }
    }

    /// What a lane would serve to this person, best first. Whoever leases goes through it until one is free.
    pub fn candidates(&self, lane: Lane) -> Box<dyn Iterator<Item = Candidate> + '_> {
        let open = move |c: &Candidate| self.is_open(c.seq, lane);
        let ranked = |(place, seq): (usize, &u32)| Candidate { seq: *seq, rank: place as u32 + 1 };
        match lane {
            Lane::Learn => Box::new(self.order.items.iter().enumerate().skip(self.cursor).map(ranked).filter(open)),
            Lane::Random => Box::new(self.random.iter().enumerate().map(ranked).filter(open)),
            Lane::Gold => Box::new(self.gold.iter().enumerate().map(ranked).filter(open)),
            Lane::Overlap => Box::new(waiting(&self.overlap)),
            Lane::Review => Box::new(waiting(&self.review)),
            Lane::Picked => Box::new(std::iter::empty()),
        }
    }

    /// Items that this person skipped and nobody has answered: what is left when all else is done.
    pub fn skipped_by_me(&self) -> impl Iterator<Item = u32> {
        let skipped = |s: &Standing| s.mine == Mine::Skipped && s.values == 0;
        (1..).zip(&self.standing).filter(move |(_, s)| skipped(s)).map(|(seq, _)| seq)
    }

    fn skip_closed(&mut self) {
        let closed = |seq: &&u32| !self.is_open(**seq, Lane::Learn);
        self.cursor += self.order.items.iter().skip(self.cursor).take_while(closed).count();
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
        for (slot, lane) in Lane::SERVED.into_iter().enumerate() {
            let open = self.is_open(seq, lane);
            change(&mut self.left[slot], open);
        }
        change(&mut self.answered, values > 0);
        change(&mut self.mine, mine == Mine::Value);
        change(&mut self.skipped, mine == Mine::Skipped && values == 0);
    }
}

/// What waits in a lane that draws at random, as candidates.
fn waiting(items: &BTreeSet<(u64, u32)>) -> impl Iterator<Item = Candidate> + '_ {
    (1..).zip(items).map(|(rank, (_, seq))| Candidate { seq: *seq, rank })
}

/// One mark an item, set for these rows.
fn marked(items: usize, rows: impl IntoIterator<Item = u32>) -> Vec<bool> {
    let mut marks = vec![false; items];
    for i in rows.into_iter().filter_map(index) {
        marks.get_mut(i).into_iter().for_each(|mark| *mark = true);
    }
    marks
}

fn slot(lane: Lane) -> Option<usize> {
    Lane::SERVED.iter().position(|known| *known == lane)
}

fn index(seq: u32) -> Option<usize> {
    (seq as usize).checked_sub(1)
}

#[cfg(test)]
mod tests;
