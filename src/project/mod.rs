//! The project file: the only module that knows SQL.
//!
//! Everything that people do is an *act* with its *facts*: rows that are inserted once and never changed. What is
//! fast to read (`now_*`, `dead`, `head`) is derived from them in the same transaction and can be rebuilt with an
//! identical result; leases, jobs, drafts and the newest weights may be lost without loss. One file here holds one
//! family of facts: its plain types, what [`Project`] reads, and what a [`Writer`] adds inside [`Project::write`].
//!
//! The edges: values come in and go out as the words of [`crate::domain`]; an item is known by its local row number
//! `seq` (dense from 1), which never leaves the file. The schema is in `migrations/`, its meaning in
//! `docs/FILE-FORMAT.md`.

mod acts;
mod answers;
mod built_on;
mod calibrations;
mod checks;
mod content;
mod copy;
mod create;
mod derived;
mod doctor;
mod drafts;
mod erase;
mod facts;
mod fields;
mod gold;
mod hash;
mod idle;
mod inbox;
mod items;
mod jobs;
mod known_items;
mod labels;
mod leases;
mod log;
mod merge;
mod migrations;
mod open;
mod order;
mod own;
mod people;
mod place;
mod presence;
mod put_answers;
mod put_items;
mod questions;
mod reading;
mod reviews;
mod rounds;
mod rulings;
mod runs;
mod scratch;
mod settings;
mod sharing;
mod snapshots;
mod splits;
mod sql;
mod summary;
mod tracking;
mod trainings;
mod unclear;
mod undo;
mod values;
mod verify;
mod wait;

pub use acts::Writer;
pub use answers::{AnswerRow, CurrentAnswer, QuestionCounts};
pub use calibrations::NewCalibration;
pub use checks::Checks;
pub use doctor::Check;
pub use erase::{Erased, Target};
pub use inbox::{NewReply, NoteRow, ReplyRow, note_to_reply_to};
pub use items::{ItemColumns, ItemRow};
pub use leases::{Claim, Lease};
pub use log::LogEntry;
pub use merge::{MergeConflict, MergeReport};
pub use migrations::SCHEMA_VERSION;
pub use open::Interrupt;
pub use order::Order;
pub use own::{CameBack, Tried};
pub use place::Place;
pub use presence::{Holding, Leaving};
pub use put_answers::NewAnswer;
pub use put_items::{ItemBatch, ItemReport, NewItem, Update};
pub use questions::label_id;
pub use reviews::NewReview;
pub use rounds::{NewRound, Round};
pub use rulings::{NewRuling, Settled, SettledOrigin};
pub use runs::{Decided, Decision, NewRun, Predictions, Run, RunId, RunOrigin};
pub use scratch::Scratch;
pub use snapshots::{Snapshot, SnapshotId, State, StateRow};
pub use splits::{Bond, Bound, moment, split_of};
pub use tracking::Tracked;
pub use trainings::{Training, TrainingProgress, TrainingState};
pub use unclear::Unclear;
pub use undo::{UndoScope, Undone};
pub use verify::Verified;

use crate::domain::Id;
use crate::error::Result;
use hash::Keys;
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// An open project file: one connection, used by one thread at a time.
pub struct Project {
    conn: Connection,
    keys: Keys,
    place: Place,
    path: PathBuf,
    /// Device and number of the file, by which it is known again.
    file: Option<(u64, u64)>,
    /// Who is about to act and is not in the project yet.
    newcomer: Option<people::Newcomer>,
    /// Why nothing can be written, where it can only be read.
    read_only: Option<crate::error::Error>,
    /// Whether nobody sees the file yet, so that no commit in it is the end of anything.
    provisional: bool,
    waiting: wait::Listener,
    notes: Vec<String>,
    quiet: idle::Quiet,
}

impl Project {
    /// Where the file lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether a path leads to this file. It must not be read or written as data: closing it otherwise than through
    /// SQLite drops this process's locks.
    pub fn is_at(&self, path: &Path) -> bool {
        matches!((self.path.canonicalize(), path.canonicalize()), (Ok(here), Ok(there)) if here == there)
    }

    /// Refuses to write where the file was removed or replaced meanwhile: what is written then is lost.
    fn still_there(&self) -> Result<()> {
        self.may_write()?;
        if self.file.is_some() && self.file == open::identity(&self.path) {
            return Ok(());
        }
        let gone = format!("{} was removed or replaced; nothing more is saved", self.path.display());
        Err(crate::error::Error::io(gone).hint("put the file back, or leave and open the one that is there now"))
    }

    /// Who and where this process is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The random id that every copy of this project shares.
    pub fn id(&self) -> Id<Self> {
        self.keys.project()
    }

    /// What opening found worth saying: a backup made before a migration, a network file system.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Changes whenever another connection has committed (`PRAGMA data_version`).
    pub fn data_version(&self) -> Result<i64> {
        sql::value(&self.conn, "PRAGMA data_version", [])
    }

    /// The number of the newest act in this file: what incremental reads are measured against.
    pub fn last_act(&self) -> Result<i64> {
        sql::value(&self.conn, "SELECT coalesce(max(seq), 0) FROM act", [])
    }

    /// Moves the write-ahead log into the file, as far as nobody is in the way.
    fn checkpoint(&self) -> Result<()> {
        Ok(self.conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?)
    }

    /// Reads several things from one state of the file.
    fn reading<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        if !self.conn.is_autocommit() {
            return read(&self.conn);
        }
        let tx = self.conn.unchecked_transaction()?;
        read(&tx)
    }
}

impl std::fmt::Debug for Project {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Project").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
