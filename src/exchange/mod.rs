//! Other people's files: rows in from CSV, TSV, JSONL, JSON and Parquet, rows out to the same.
//!
//! Reading is a streaming layer of our own over `csv` and `serde_json`: ids and texts stay strings (`007`, `true`),
//! every fault knows its file, line and column, and nothing is guessed away. What was read is a [`Table`] of compact
//! columns; `infer` says what a column holds, [`guess()`] which is the text, and [`leaks`] which gives the answer away.

mod filling;
mod format;
mod guess;
mod input;
mod leak;
mod read;
mod table;
mod typing;
mod write;

pub use filling::Filling;
pub use format::Format;
pub use guess::{Choice, Guess, guess};
pub use leak::{Leak, leaks};
pub use read::{Progress, ReadOptions, Stream, read};
pub use table::{Cell, Column, Rejected, Table};
pub use typing::{Typing, infer, is_missing, value};
pub use write::{Destination, Put, write};
