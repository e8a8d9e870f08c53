//! Derived data in the cache folder: memory-mapped, checked, and safe to delete at any time.
//!
//! A file is written to a temporary, synced, renamed and never edited, so that what is mapped stays as it was. Its name
//! says what it is and for which key; a header repeats that, with a version, the length and a checksum. A file that is
//! damaged, cut short or of another kind is taken away and computed again. Readable by its owner alone; the oldest files
//! go when the folder grows above its limit.

mod embeddings;
mod features;
mod store;

pub use embeddings::{Embedded, embeddings, remembered};
pub use features::{Feed, features};
pub use store::{Cache, Mapped, Writer};
