//! Sets of lanes, and how many items fit which.

use crate::domain::Lane;

/// A set of the lanes that serve by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LaneSet(u8);

impl LaneSet {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// All of them.
    pub const ALL: Self = Self((1 << Lane::SERVED.len()) - 1);

    /// Whether a lane is in it.
    pub fn contains(self, lane: Lane) -> bool {
        self.0 & bit(lane) != 0
    }

    /// What is in both.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// This set without a lane.
    pub fn without(self, lane: Lane) -> Self {
        Self(self.0 & !bit(lane))
    }
}

impl FromIterator<Lane> for LaneSet {
    fn from_iter<I: IntoIterator<Item = Lane>>(lanes: I) -> Self {
        Self(lanes.into_iter().fold(0, |set, lane| set | bit(lane)))
    }
}

/// A lane's place in a set; what serves nothing by itself has none.
fn bit(lane: Lane) -> u8 {
    Lane::SERVED.iter().position(|known| *known == lane).map_or(0, |place| 1 << place)
}

/// How many items fit each set of lanes.
#[derive(Debug, Clone)]
pub(super) struct Tally([usize; 1 << Lane::SERVED.len()]);

impl Tally {
    pub(super) fn new() -> Self {
        Self([0; 1 << Lane::SERVED.len()])
    }

    /// How many items fit these lanes, each set a slot.
    pub(super) fn of(&mut self, fits: LaneSet) -> &mut usize {
        &mut self.0[usize::from(fits.0)]
    }

    /// How many items fit one of these lanes at least.
    pub(super) fn in_any(&self, lanes: LaneSet) -> usize {
        let counts = (0u8..).zip(&self.0);
        counts.filter(|(fits, _)| LaneSet(*fits).and(lanes) != LaneSet::NONE).map(|(_, count)| count).sum()
    }
}
