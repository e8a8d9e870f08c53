//! Which lane serves the next item: a seeded draw by shares.

use crate::domain::{Lane, PersonId};
use crate::ids::mix;

/// The lanes that have a share of what is served.
pub const LANES: [Lane; 4] = [Lane::Learn, Lane::Random, Lane::Overlap, Lane::Gold];

/// The shares of the lanes that are drawn; those of the first four need not sum to one. A lane without a share serves
/// nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    /// What the strategy wants.
    pub learn: f64,
    /// The evaluation set.
    pub random: f64,
    /// Asked of several people.
    pub overlap: f64,
    /// Attention checks.
    pub gold: f64,
    /// Of everything that is served while something was sent back: the share of that, from 0 to 1.
    pub review: f64,
    /// Of everything that is served while own items may come back: the share of those, from 0 to 1.
    pub again: f64,
}

impl Shares {
    /// Gold alone: what somebody is served who has to qualify first.
    pub const GOLD: Self = Self { learn: 0.0, random: 0.0, overlap: 0.0, gold: 1.0, review: 0.0, again: 0.0 };
}

impl Default for Shares {
    fn default() -> Self {
        Self { learn: 75.0, random: 15.0, overlap: 10.0, gold: 0.0, review: 0.5, again: 0.02 }
    }
}

/// How many items each lane could serve to this person now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Left {
    /// In the queue.
    pub learn: usize,
    /// Of the evaluation set.
    pub random: usize,
    /// Answered by others, wanted again.
    pub overlap: usize,
    /// Attention checks.
    pub gold: usize,
    /// Sent back.
    pub review: usize,
    /// Own ones that may come back.
    pub again: usize,
}

/// A lane, and how probable what it serves was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    /// The lane.
    pub lane: Lane,
    /// The probability of this lane, times that of one item within it where the lane draws at random.
    pub probability: f64,
}

/// Draws the lane of a person's `nth` answer, among those that have a share and items left; none where no lane has both.
///
/// The same seed, person and number draw the same lane. Own items come back only among others; then what was sent back
/// takes its share, and the rest is drawn. A share goes to the others while its lane is empty.
pub fn draw(shares: &Shares, seed: u64, person: PersonId, nth: u64, left: &Left) -> Option<Drawn> {
    let lanes = [
        (Lane::Learn, shares.learn, left.learn),
        (Lane::Random, shares.random, left.random),
        (Lane::Overlap, shares.overlap, left.overlap),
        (Lane::Gold, shares.gold, left.gold),
    ];
    let within = |lane, left: usize| if lane == Lane::Learn { 1.0 } else { 1.0 / left as f64 };
    let open = || lanes.iter().copied().filter(|&(_, share, left)| left > 0 && share > 0.0);
    let total: f64 = open().map(|(_, share, _)| share).sum();
    let part = |share: f64, left| if left > 0 && share > 0.0 { share.min(1.0) } else { 0.0 };
    // Where nothing else is left, what was sent back is all there is.
    let review = match part(shares.review, left.review) {
        share if share > 0.0 && total <= 0.0 => 1.0,
        share => share,
    };
    if total <= 0.0 && review <= 0.0 {
        return None;
    }
    let again = part(shares.again, left.again);
    let (high, low) = person.as_bytes().split_at(8);
    let number = |bytes: &[u8]| bytes.iter().fold(0u64, |n, &b| n << 8 | u64::from(b));
    let drawn = mix(mix(mix(seed, number(high)), number(low)), nth);
    let point = (drawn >> 11) as f64 / (1u64 << 53) as f64;
    if point < again {
        return Some(Drawn { lane: Lane::Again, probability: again / left.again as f64 });
    }
    let point = (point - again) / (1.0 - again);
    if point < review {
        return Some(Drawn { lane: Lane::Review, probability: (1.0 - again) * review / left.review as f64 });
    }
    let rest = (1.0 - again) * (1.0 - review);
    let mut point = (point - review) / (1.0 - review) * total;
    let mut chosen = None;
    for (lane, share, left) in open() {
        chosen = Some(Drawn { lane, probability: rest * share / total * within(lane, left) });
        point -= share;
        if point < 0.0 {
            break;
        }
    }
    chosen
}
