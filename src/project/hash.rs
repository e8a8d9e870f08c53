//! Hashes of everything that has one, keyed by the project's random id, so that equal texts of two projects cannot
//! be told to be equal. `docs/FILE-FORMAT.md` gives them in words.

use crate::domain::{ActId, ActKind, Digest, Id, ItemKey, PersonId};
use rusqlite::types::ValueRef;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map by hash. The keys are keyed hashes already, so that eight of their bytes serve as the hash of the map.
pub(super) type DigestMap<V> = HashMap<Digest, V, BuildHasherDefault<FirstBytes>>;

/// Hashes a hash by its first eight bytes.
#[derive(Debug, Default)]
pub(super) struct FirstBytes(u64);

impl Hasher for FirstBytes {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 ^= u64::from_le_bytes(*first);
        }
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

/// What a project's hashes are keyed with.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    project: Id<super::Project>,
    key: [u8; 32],
}

/// Everything of an act that its hash covers.
pub(super) struct Sealed<'a> {
    pub id: ActId,
    pub kind: ActKind,
    pub person: PersonId,
    pub os_user: Digest,
    pub host: &'a str,
    pub at: i64,
    pub undoes: Option<ActId>,
    /// Every parent with its hash, sorted by id.
    pub parents: &'a [(ActId, Digest)],
    pub body: Digest,
}

impl Keys {
    pub(super) fn new(project: Id<super::Project>) -> Self {
        Self { project, key: blake3::derive_key("karat 2026-11 project file", project.as_bytes()) }
    }

    pub(super) fn project(&self) -> Id<super::Project> {
        self.project
    }

    /// Keyed BLAKE3 over a tag and parts, each behind its length as eight little-endian bytes.
    pub(super) fn parts(&self, tag: &str, parts: &[&[u8]]) -> Digest {
        let mut hasher = self.hasher(tag);
        parts.iter().for_each(|part| prefixed(&mut hasher, part));
        Digest(*hasher.finalize().as_bytes())
    }

    pub(super) fn content(&self, body: &str) -> Digest {
        self.parts("content", &[body.as_bytes()])
    }

    pub(super) fn item_by_id(&self, source: &str, id: &str) -> ItemKey {
        ItemKey(self.parts("item id", &[source.as_bytes(), id.as_bytes()]).0)
    }

    pub(super) fn item_by_content(&self, text: Digest, fields: Digest) -> ItemKey {
        ItemKey(self.parts("item content", &[&text.0, &fields.0]).0)
    }

    /// Starts the digest of a fact.
    pub(super) fn fact(&self, table: &str) -> FactHasher {
        FactHasher(self.hasher(table))
    }

    /// Starts the hash of a state: its parts follow one another, each behind its length.
    pub(super) fn state(&self) -> StateHasher {
        StateHasher(self.hasher("state"))
    }

    /// An act's body: its facts' digests, sorted.
    pub(super) fn body(&self, facts: &mut [Digest]) -> Digest {
        facts.sort_unstable();
        let mut hasher = self.hasher("body");
        facts.iter().for_each(|fact| {
            hasher.update(&fact.0);
        });
        Digest(*hasher.finalize().as_bytes())
    }

    pub(super) fn act(&self, act: &Sealed<'_>) -> Digest {
        let mut hasher = self.hasher("act");
        prefixed(&mut hasher, act.id.as_bytes());
        prefixed(&mut hasher, act.kind.as_str().as_bytes());
        prefixed(&mut hasher, act.person.as_bytes());
        prefixed(&mut hasher, &act.os_user.0);
        prefixed(&mut hasher, act.host.as_bytes());
        prefixed(&mut hasher, &act.at.to_le_bytes());
        prefixed(&mut hasher, act.undoes.as_ref().map_or(&[][..], |id| id.as_bytes()));
        for (id, hash) in act.parents {
            prefixed(&mut hasher, id.as_bytes());
            prefixed(&mut hasher, &hash.0);
        }
        prefixed(&mut hasher, &act.body.0);
        Digest(*hasher.finalize().as_bytes())
    }

    fn hasher(&self, tag: &str) -> blake3::Hasher {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        prefixed(&mut hasher, tag.as_bytes());
        hasher
    }
}

/// The hash of a state in the making.
pub(super) struct StateHasher(blake3::Hasher);

impl StateHasher {
    pub(super) fn part(&mut self, part: &[u8]) {
        prefixed(&mut self.0, part);
    }

    pub(super) fn finish(&self) -> Digest {
        Digest(*self.0.finalize().as_bytes())
    }
}

/// The digest of one fact in the making: name and value of every column that is not NULL, in the table's order.
pub(super) struct FactHasher(blake3::Hasher);

impl FactHasher {
    pub(super) fn column(&mut self, name: &str, value: ValueRef<'_>) {
        let hasher = &mut self.0;
        let tag = |hasher: &mut blake3::Hasher, tag: u8| {
            prefixed(hasher, name.as_bytes());
            hasher.update(&[tag]);
        };
        match value {
            ValueRef::Null => {}
            ValueRef::Integer(n) => {
                tag(hasher, b'i');
                hasher.update(&n.to_le_bytes());
            }
            ValueRef::Real(x) => {
                tag(hasher, b'r');
                hasher.update(&normal_bits(x).to_le_bytes());
            }
            ValueRef::Text(text) => {
                tag(hasher, b't');
                prefixed(hasher, text);
            }
            ValueRef::Blob(bytes) => {
                tag(hasher, b'b');
                prefixed(hasher, bytes);
            }
        }
    }

    pub(super) fn finish(&self) -> Digest {
        Digest(*self.0.finalize().as_bytes())
    }
}

/// The bits of a number, one form for both zeros and one for every NaN.
fn normal_bits(x: f64) -> u64 {
    if x.is_nan() {
        f64::NAN.to_bits()
    } else if x == 0.0 {
        0
    } else {
        x.to_bits()
    }
}

fn prefixed(hasher: &mut blake3::Hasher, part: &[u8]) {
    hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
}
