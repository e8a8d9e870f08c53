//! Waiting for another process that writes: always, and with word of whom we wait for.
//!
//! Writes that take long announce themselves in `job` first, since nobody can see into their transaction.

use super::{Place, sql};
use crate::domain::ActKind;
use crate::error::Result;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Who is told that we wait; set by [`super::Project::on_wait`].
pub(super) type Listener = Arc<Mutex<Option<Box<dyn FnMut(&str) + Send>>>>;

/// How long a wait stays unmentioned, and how often it is mentioned then.
const PATIENCE: Duration = Duration::from_millis(400);
const JOB_PREFIX: &str = "write:";
/// How long an announced write is believed in, where its process cannot be asked.
const BELIEVED_MS: i64 = 600_000;

impl super::Project {
    /// Sets who is told, about twice a second, when a write has to wait: "waiting for ben, who imports". A busy file
    /// is waited for as long as it takes.
    pub fn on_wait(&mut self, listener: impl FnMut(&str) + Send + 'static) {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(listener));
    }
}

/// Makes a connection wait for others instead of failing.
#[allow(
    clippy::disallowed_methods,
    reason = "SQLite asks again at once when its handler returns: it is where one waits"
)]
pub(super) fn install(conn: &mut Connection, path: &Path, place: &Place, listener: &Listener) -> Result<()> {
    let (path, place, listener) = (path.to_owned(), place.clone(), Arc::clone(listener));
    let mut told = Instant::now();
    conn.busy_handler(Some(move |count: i32| {
        if count == 0 {
            told = Instant::now();
        }
        if told.elapsed() >= PATIENCE {
            told = Instant::now();
            if let Some(tell) = listener.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
                tell(&format!("waiting for {}", whom(&path, &place)));
            }
        }
        std::thread::sleep(Duration::from_millis(u64::from(count.clamp(1, 20).unsigned_abs())));
        true
    }))?;
    Ok(())
}

/// Whether acts of a kind may hold the lock for more than a moment.
pub(super) fn takes_long(kind: ActKind) -> bool {
    matches!(
        kind,
        ActKind::Init
            | ActKind::Import
            | ActKind::Merge
            | ActKind::Erase
            | ActKind::Split
            | ActKind::Snapshot
            | ActKind::Run
    )
}

fn job_name(place: &Place) -> String {
    format!("{JOB_PREFIX}{}:{}", place.host, place.pid)
}

/// Says that a long write is about to begin.
pub(super) fn announce(conn: &Connection, place: &Place, by: &str, kind: ActKind) -> Result<()> {
    let who = format!("{by}, who writes ({kind})");
    sql::run(
        conn,
        "INSERT INTO job (name, who, host, pid, started_utc_ms, expires_utc_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (name) DO UPDATE SET who = ?2, started_utc_ms = ?5, expires_utc_ms = ?6",
        (job_name(place), who, &place.host, place.pid, place.now(), place.now() + BELIEVED_MS),
    )?;
    Ok(())
}

/// Takes the announcement back; part of the long write's own transaction.
pub(super) fn withdraw(conn: &Connection, place: &Place) -> Result<()> {
    sql::run(conn, "DELETE FROM job WHERE name = ?1", [job_name(place)])?;
    Ok(())
}

/// Takes it back after a failure, which is what is told; the announcement would run out by itself.
pub(super) fn give_up(conn: &Connection, place: &Place) {
    if let Err(e) = withdraw(conn, place) {
        tracing::warn!("a long write's announcement stays: {e}");
    }
}

fn whom(path: &PathBuf, place: &Place) -> String {
    announced(path, place).ok().flatten().unwrap_or_else(|| "another process that is writing".to_owned())
}

fn announced(path: &PathBuf, place: &Place) -> Result<Option<String>> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(Duration::from_millis(100))?;
    let rows = sql::list(
        &conn,
        "SELECT who, host, pid FROM job WHERE name LIKE ?1 AND name <> ?2 AND expires_utc_ms > ?3 ORDER BY started_utc_ms",
        (format!("{JOB_PREFIX}%"), job_name(place), place.now()),
        |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, u32>(2)?)),
    )?;
    Ok(rows.into_iter().find(|(_, host, pid)| !place.is_gone(host, *pid)).map(|(who, ..)| who))
}
