//! A safe copy of a file that others may be writing.

use super::{Project, open, scratch, sql};
use crate::error::{Error, Result};
use crate::interrupt::{self, Leftover};
use rusqlite::{Connection, OpenFlags};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

impl Project {
    /// Copies the project as it stands to a new file, readable by its owner alone.
    pub fn copy(&self, to: &Path) -> Result<()> {
        if to.exists() {
            // It is somebody's, and not ours to take away when the process is stopped.
            return copy_to(&self.conn, to);
        }
        let _leftover = Leftover::of(scratch::with_suffixes(to).collect());
        copy_to(&self.conn, to)?;
        interrupt::finish(|| Ok(()))
    }
}

/// Copies an open database to a new file, in one step so that no writer starts it over.
pub(super) fn copy_to(conn: &Connection, to: &Path) -> Result<()> {
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => Error::conflict(format!("{} is there already", to.display()))
            .hint("give another name; nothing is overwritten"),
        _ => Error::making(to, &e),
    })?;
    let copied = fill(conn, to);
    if copied.is_err() {
        Project::discard(to);
    }
    copied
}

fn fill(conn: &Connection, to: &Path) -> Result<()> {
    let mut copy = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    rusqlite::backup::Backup::new(conn, &mut copy)?.step(-1)?;
    drop(copy);
    let file = std::fs::File::open(to).map_err(|e| Error::file(to, &e))?;
    file.sync_all().map_err(|e| Error::file(to, &e))?;
    std::fs::File::open(open::folder_of(to)).and_then(|folder| folder.sync_all()).map_err(|e| Error::file(to, &e))?;
    let copy = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    for table in ["lease", "job", "training"] {
        // A copy that is made before a migration may lack one.
        if copy.table_exists(None, table)? {
            sql::run(&copy, &format!("DELETE FROM {table}"), [])?;
        }
    }
    Ok(())
}
