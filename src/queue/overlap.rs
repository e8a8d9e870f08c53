//! Which items may be asked of several people: a seeded hash of the item's key, so that it is the same in every copy of
//! a project and for everybody.

use crate::domain::ItemKey;
use crate::ids::mix;

/// Sets the draw apart from all others.
const SEED: u64 = 0x006f_7665_726c_6170;

/// Whether an item may be asked of several people, of whom so many percent may. Whatever is in a share is in every
/// larger one.
pub fn in_share(key: &ItemKey, percent: u32) -> bool {
    let drawn = key
        .0
        .chunks(8)
        .fold(SEED, |drawn, part| mix(drawn, part.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))));
    // 32 bits are enough, and the product stays exact.
    (drawn >> 32) * 100 < u64::from(percent.min(100)) << 32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: u32) -> ItemKey {
        let mut bytes = [0; 32];
        bytes[28..].copy_from_slice(&n.to_be_bytes());
        ItemKey(bytes)
    }

    #[test]
    fn a_share_is_about_as_large_as_it_says_and_grows_by_adding() {
        let inside = |percent| (0..10_000).filter(|n| in_share(&key(*n), percent)).count();
        assert_eq!((inside(0), inside(100), inside(250)), (0, 10_000, 10_000));
        assert!((1_850..2_150).contains(&inside(20)), "{}", inside(20));
        assert!((0..10_000).all(|n| !in_share(&key(n), 20) || in_share(&key(n), 21)));
    }

    #[test]
    fn it_never_changes() {
        let chosen: Vec<u32> = (0..40).filter(|n| in_share(&key(*n), 20)).collect();
        assert_eq!(chosen, IN_A_FIFTH);
    }

    /// Of the keys 0 to 39: a project counts on it for as long as it lives.
    const IN_A_FIFTH: &[u32] = &[0, 4, 10, 13, 15, 19, 21, 24, 26];
}
