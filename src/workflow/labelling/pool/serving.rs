//! What the pool could serve to this person, and in which order.

use super::{Candidate, LaneSet, Mine, Pool, Standing, index, is_ripe};
use crate::domain::Lane;
use std::collections::BTreeSet;

impl Pool {
    /// What this person is asked about before everything else, first things first; nothing while they are to qualify.
    pub fn due(&self) -> impl Iterator<Item = u32> + '_ {
        let is_there = |seq: u32| index(seq).and_then(|i| self.there.get(i)) == Some(&true);
        let is_due = move |seq: &u32| is_there(*seq) && self.standing(*seq).mine == Mine::Nothing;
        self.due.iter().copied().filter(is_due).filter(|_| self.trial.is_none() && self.lanes != LaneSet::NONE)
    }

    /// Whether a lane may serve this item to this person.
    pub fn is_open(&self, seq: u32, lane: Lane) -> bool {
        let is_due = || lane == Lane::Overlap && self.reserved.contains(&seq) && self.due().any(|due| due == seq);
        self.fits(seq).and(self.lanes).contains(lane) || is_due()
    }

    /// The lanes that an item fits, whether they serve or not. Somebody's value closes an item for learn and random, save
    /// for learn where the strategy asks it again; a ruling closes it for learn; one's own answer closes it everywhere
    /// but in review and, after a day, again; one's own skip everywhere. An item of a calibration session fits none: whom it
    /// waits for is asked before the lanes are ([`Pool::due`]).
    pub(super) fn fits(&self, seq: u32) -> LaneSet {
        let Some(i) = index(seq).filter(|i| self.there.get(*i) == Some(&true)) else { return LaneSet::NONE };
        if self.reserved.contains(&seq) {
            return LaneSet::NONE;
        }
        let Standing { values, mine, given, ruled, review } = self.standing[i];
        let routed = self.routed.as_ref().is_none_or(|routed| routed[i]);
        let untouched = routed && mine == Mine::Nothing && !review;
        let (aside, twice) = (self.set_aside[i], self.is_asked_twice(seq));
        let wanted = || values == 0 || self.again.get(&seq) == Some(&values);
        let gold = match &self.trial {
            Some(asked) => !asked.contains(&seq),
            None => untouched,
        };
        let fits = [
            (Lane::Learn, untouched && !aside && !ruled && wanted()),
            (Lane::Random, untouched && aside && values == 0),
            (Lane::Overlap, untouched && !aside && twice && (1..self.overlap_answers).contains(&values)),
            (Lane::Gold, self.has_gold[i] && gold),
            (Lane::Review, routed && review && mine != Mine::Skipped),
            (Lane::Again, routed && !review && !aside && given.is_some_and(|given| is_ripe(given, self.now))),
        ];
        fits.into_iter().filter(|(_, fits)| *fits).map(|(lane, _)| lane).collect()
    }

    /// Whether this person may be asked about an item that somebody else answered.
    pub(super) fn is_asked_twice(&self, seq: u32) -> bool {
        let shared = |shared: &Vec<bool>| index(seq).and_then(|i| shared.get(i)).copied().unwrap_or(false);
        self.asked_twice && self.shared.as_ref().is_none_or(shared)
    }

    /// What a lane would serve to this person, best first. Whoever leases goes through it until one is free.
    pub fn candidates(&self, lane: Lane) -> Box<dyn Iterator<Item = Candidate> + '_> {
        let open = move |c: &Candidate| self.is_open(c.seq, lane);
        let ranked = |(place, seq): (usize, &u32)| Candidate { seq: *seq, rank: place as u32 + 1 };
        match lane {
            Lane::Learn => Box::new(self.order.items.iter().enumerate().skip(self.cursor).map(ranked).filter(open)),
            Lane::Random => Box::new(self.random.iter().enumerate().map(ranked).filter(open)),
            Lane::Gold => {
                // Whoever is to qualify comes to what they know from elsewhere last.
                let gold = move |new: bool| {
                    let is_new = move |seq: &&u32| (self.standing(**seq).mine == Mine::Nothing) == new;
                    self.gold.iter().filter(is_new)
                };
                Box::new(gold(true).chain(gold(false)).enumerate().map(ranked).filter(open))
            }
            Lane::Overlap => {
                let waiting = self.overlap.iter().map(|(_, seq)| *seq).filter(move |seq| self.is_open(*seq, lane));
                Box::new((1..).zip(self.due().chain(waiting)).map(|(rank, seq)| Candidate { seq, rank }))
            }
            Lane::Review => Box::new(waiting(&self.review).filter(open)),
            Lane::Again => Box::new(waiting(&self.own).filter(open)),
            Lane::Picked => Box::new(std::iter::empty()),
        }
    }

    /// What comes next, with the lane that serves it: what comes before everything else, then the learn lane; gold for
    /// whoever is to qualify.
    pub fn coming(&self) -> impl Iterator<Item = (Lane, Candidate)> + '_ {
        let due = self.candidates(Lane::Overlap).take(self.due().count()).map(|c| (Lane::Overlap, c));
        let lane = if self.trial.is_some() { Lane::Gold } else { Lane::Learn };
        due.chain(self.candidates(lane).map(move |c| (lane, c)))
    }

    /// Items that this person skipped and nobody has answered: what is left when all else is done.
    pub fn skipped_by_me(&self) -> impl Iterator<Item = u32> {
        let skipped = |s: &Standing| s.mine == Mine::Skipped && s.values == 0;
        let free = |seq: &u32| !self.reserved.contains(seq);
        (1..).zip(&self.standing).filter(move |(_, s)| skipped(s)).map(|(seq, _)| seq).filter(free)
    }
}

/// What waits in a lane that draws at random, as candidates.
fn waiting(items: &BTreeSet<(u64, u32)>) -> impl Iterator<Item = Candidate> + '_ {
    (1..).zip(items).map(|(rank, (_, seq))| Candidate { seq: *seq, rank })
}
