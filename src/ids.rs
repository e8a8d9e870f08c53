//! The only place that makes ids: random ones in order of time for what is made here, hashed ones for what is
//! imported, and seeded hashes for whatever must look random and still be the same tomorrow.

use crate::clock::Millis;
use crate::domain::Id;

/// Makes a fresh id (UUIDv7) for something that happened at `now`.
pub fn fresh<T>(now: Millis) -> Id<T> {
    let (seconds, nanos) = (now.div_euclid(1000) as u64, (now.rem_euclid(1000) * 1_000_000) as u32);
    let stamp = uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos);
    Id::from_bytes(uuid::Uuid::new_v7(stamp).into_bytes())
}

/// Makes the id that these parts always get: the first 16 bytes of BLAKE3 over the length-prefixed parts.
pub fn of_parts<T>(parts: &[&[u8]]) -> Id<T> {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    Id::from_bytes(bytes)
}

/// Mixes a seed and a number into 64 bits that look random (SplitMix64, Steele, Lea & Flood 2014).
pub fn mix(seed: u64, number: u64) -> u64 {
    let mut z = seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
