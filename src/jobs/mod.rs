//! Work in the background: on few, polite threads; cancellable; with progress; a panic in it is an error like any other.

pub mod child;
mod runner;
mod threads;

pub use runner::{Control, Job, Progress};
pub use threads::{be_nice, set_thread_counts, thread_count};
