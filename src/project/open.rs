//! Opening a project file, or saying in plain words why it cannot be opened.

use super::hash::Keys;
use super::migrations::{self, MIGRATIONS};
use super::{Place, Project, reading, scratch, sql, wait};
use crate::domain::Id;
use crate::error::{Error, Kind, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, InterruptHandle, OpenFlags};
use rustix::fs::Access;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

/// Marks a SQLite file as a Karat project: `KART`.
pub(super) const APPLICATION_ID: u32 = 0x4B41_5254;

impl Project {
    /// Opens a project; one of an older schema is migrated, after a backup copy. What may only be read is opened to
    /// read, and says so when it is to be written.
    pub fn open(path: &Path, place: Place) -> Result<Self> {
        if let Some(refusal) = check(path)? {
            return Self::open_to_read(path, place, refusal);
        }
        is_project(&look(path)?, path)?;
        scratch::sweep(path, &place);
        let mut conn = connect(path)?;
        migrations::refuse_newer(&conn, path, MIGRATIONS)?;
        let mut notes = configure(&mut conn, path)?;
        if let Some(backup) = migrations::migrate(&mut conn, path, MIGRATIONS)? {
            notes.push(format!(
                "the file was brought to schema {}; a copy of before is {}",
                MIGRATIONS.len(),
                backup.display()
            ));
        }
        Self::assemble(conn, path, place, notes)
    }

    /// Another connection to this file, to read from on another thread while this one writes; none where only one
    /// connection can use the file.
    pub fn open_beside(&self) -> Result<Option<Self>> {
        if on_network(&self.path) {
            return Ok(None);
        }
        let project = Self::open(&self.path, self.place.clone())?;
        project.conn.pragma_update(None, "query_only", true)?;
        Ok(Some(project))
    }

    /// Another connection to this file, to tell from another thread how far a training is; none where only one
    /// connection can use the file. It waits for no disk: what it tells is out of date in a second.
    pub fn open_to_tell(&self) -> Result<Option<Self>> {
        if on_network(&self.path) {
            return Ok(None);
        }
        let project = Self::open(&self.path, self.place.clone())?;
        project.conn.pragma_update(None, "synchronous", "NORMAL")?;
        Ok(Some(project))
    }

    /// What stops a read on this connection from another thread.
    pub fn interrupt(&self) -> Interrupt {
        Interrupt(self.conn.get_interrupt_handle())
    }

    /// Opens a project that nothing is written to: whoever tries gets the refusal.
    pub(super) fn open_to_read(path: &Path, place: Place, refusal: Error) -> Result<Self> {
        let conn = reading::connect(path)?;
        is_project(&conn, path)?;
        if (migrations::refuse_newer(&conn, path, MIGRATIONS)? as usize) < MIGRATIONS.len() {
            return Err(Error {
                message: format!("{}, and its schema is older than this Karat's", refusal.message),
                ..refusal
            });
        }
        conn.execute_batch(PRAGMAS)?;
        cache(&conn, CACHE_MIB)?;
        let note = format!("{}: it can be read, and nothing is saved", refusal.message);
        let mut project = Self::assemble(conn, path, place, vec![note])?;
        project.read_only = Some(refusal);
        Ok(project)
    }

    /// Whether anything can be written here.
    ///
    /// # Errors
    /// Says why not, and what to do.
    pub fn may_write(&self) -> Result<()> {
        self.read_only.clone().map_or(Ok(()), Err)
    }

    pub(super) fn assemble(mut conn: Connection, path: &Path, place: Place, notes: Vec<String>) -> Result<Self> {
        let project: [u8; 16] =
            sql::first(&conn, "SELECT value FROM meta WHERE name = 'project'", [], |row| Ok(row.get(0)?))?
                .ok_or_else(|| sql::damaged(&"it has no id"))?;
        let waiting = wait::Listener::default();
        wait::install(&mut conn, path, &place, &waiting)?;
        Ok(Self {
            conn,
            keys: Keys::new(Id::from_bytes(project)),
            place,
            path: path.to_owned(),
            file: identity(path),
            newcomer: None,
            read_only: None,
            provisional: false,
            waiting,
            notes,
            quiet: <_>::default(),
        })
    }
}

/// Stops what a connection reads at this moment, if it reads anything: the read fails.
pub struct Interrupt(InterruptHandle);

impl Interrupt {
    /// Stops it.
    pub fn now(&self) {
        self.0.interrupt();
    }
}

/// What tells a file from another that takes its name.
pub(super) fn identity(path: &Path) -> Option<(u64, u64)> {
    let file = std::fs::metadata(path).ok()?;
    Some((file.dev(), file.ino()))
}

/// Pages that a connection keeps in memory, in MiB: for people, and for a write that fills indexes by the million.
pub(super) const CACHE_MIB: i64 = 64;
pub(super) const LONG_WRITE_CACHE_MIB: i64 = 256;

/// How long the first look at a file waits for others; later, waiting has no end.
const PATIENCE: Duration = Duration::from_secs(60);

/// Connects without changing anything.
pub(super) fn connect(path: &Path) -> Result<Connection> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(PATIENCE)?;
    conn.set_prepared_statement_cache_capacity(128);
    // Without this, a statement is planned anew whenever a value bound to it might change the plan.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(conn)
}

/// What holds for every connection to a project.
const PRAGMAS: &str = "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;";

/// Sets the connection up for writing; what is worth saying about it.
pub(super) fn configure(conn: &mut Connection, path: &Path) -> Result<Vec<String>> {
    conn.execute_batch(PRAGMAS)?;
    conn.execute_batch("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;")?;
    cache(conn, CACHE_MIB)?;
    let mut notes = Vec::new();
    if on_network(path) {
        conn.busy_timeout(Duration::from_secs(2))?;
        notes.push(one_process(conn, path)?);
        conn.busy_timeout(PATIENCE)?;
    } else {
        let mode: String = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if mode != "wal" {
            return Err(Error::io(format!("{}: this file system cannot hold a write-ahead log", path.display()))
                .hint("move the project to a local disk"));
        }
    }
    conn.execute_batch("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;")?;
    Ok(notes)
}

/// Lets a connection keep so many MiB of pages in memory.
pub(super) fn cache(conn: &Connection, mib: i64) -> Result<()> {
    Ok(conn.pragma_update(None, "cache_size", -1024 * mib)?)
}

/// Takes a file on a network file system for this process alone, with a rollback journal.
pub(super) fn one_process(conn: &Connection, path: &Path) -> Result<String> {
    let take = || -> Result<()> {
        conn.query_row("PRAGMA locking_mode = EXCLUSIVE", [], |_| Ok(()))?;
        conn.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
        Ok(conn.execute_batch("BEGIN EXCLUSIVE; COMMIT")?)
    };
    take().map_err(|e| match e.kind {
        Kind::Conflict => Error::conflict(format!("{} is open elsewhere", path.display()))
            .hint("it lies on a network file system, where one process at a time may use it: close the other, or move it to a local disk"),
        _ => e,
    })?;
    Ok("the project lies on a network file system: only this process can use it until it ends".to_owned())
}

/// Says why a path cannot be worked on, and changes nothing; what comes back is why it can only be read.
pub(super) fn check(path: &Path) -> Result<Option<Error>> {
    let shown = path.display();
    let metadata =
        std::fs::metadata(path).map_err(|e| Error::file(path, &e).hint("make a project: karat init DATA"))?;
    if metadata.is_dir() {
        return Err(Error::data(format!("{shown} is a folder, not a project")));
    }
    if metadata.len() == 0 {
        return Err(not_ours(path, "it is empty"));
    }
    if rustix::fs::access(path, Access::READ_OK).is_err() {
        return Err(Error::io(format!("{shown} may not be read by you"))
            .hint("ask its owner for a copy, or for `karat init --shared`"));
    }
    if rustix::fs::access(path, Access::WRITE_OK).is_err() {
        return Ok(Some(
            Error::io(format!("{shown} may not be written by you"))
                .hint("ask its owner for `karat init --shared`, or work on a copy of your own: karat copy DEST"),
        ));
    }
    if rustix::fs::access(folder_of(path), Access::WRITE_OK | Access::EXEC_OK).is_err() {
        return Ok(Some(Error::io(format!("the folder of {shown} is read-only")).hint(
            "SQLite keeps its log beside the file: work on a copy in a folder that you can write: karat copy DEST",
        )));
    }
    Ok(None)
}

/// A connection to look at a file that this process may write. Only SQLite may open it: closing it any other way would
/// drop the locks that this process holds on it through another connection (POSIX advisory locks belong to the
/// process), and another process could then take the log away.
fn look(path: &Path) -> Result<Connection> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(PATIENCE)?;
    Ok(conn)
}

/// A connection to another copy, which is only read.
pub(super) fn other(path: &Path) -> Result<Connection> {
    let conn = if check(path)?.is_some() {
        reading::connect(path)?
    } else {
        is_project(&look(path)?, path)?;
        connect(path)?
    };
    is_project(&conn, path)?;
    Ok(conn)
}

/// Says why a file is not a project.
fn is_project(conn: &Connection, path: &Path) -> Result<()> {
    match conn.query_row("PRAGMA application_id", [], |row| row.get::<_, u32>(0)) {
        Ok(APPLICATION_ID) if migrations::version(conn)? == 0 => Err(sql::damaged(&"its schema has no number")),
        Ok(APPLICATION_ID) => Ok(()),
        Ok(_) => Err(not_ours(path, "it is another program's SQLite file")),
        Err(e) if e.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            Err(not_ours(path, "it is not a SQLite file"))
        }
        Err(e) => Err(e.into()),
    }
}

fn not_ours(path: &Path, what: &str) -> Error {
    Error::new(Kind::Damaged, format!("{} is not a Karat project: {what}", path.display()))
        .hint("make one from a data file: karat init DATA; if this was one, go back to the last copy or backup")
}

/// The folder that a file lies in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether a path lies on a file system of which other machines may write the same file (Linux; elsewhere unknown).
#[cfg(target_os = "linux")]
pub(super) fn on_network(path: &Path) -> bool {
    /// Magic numbers of statfs(2): NFS, SMB, CIFS, SMB2, AFS, Coda, 9P, Ceph, Lustre, GFS2, OCFS2, FUSE.
    const NETWORK: [u32; 12] = [
        0x6969,
        0x517B,
        0xFF53_4D42,
        0xFE53_4D42,
        0x5346_414F,
        0x7375_7245,
        0x0102_1997,
        0x00C3_6400,
        0x0BD0_0BD0,
        0x0116_1970,
        0x7461_636F,
        0x6573_5546,
    ];
    rustix::fs::statfs(folder_of(path)).is_ok_and(|s| NETWORK.contains(&(s.f_type as u32)))
}

/// Whether a path lies on a file system of which other machines may write the same file (Linux; elsewhere unknown).
#[cfg(not(target_os = "linux"))]
pub(super) fn on_network(_path: &Path) -> bool {
    false
}
