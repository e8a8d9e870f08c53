//! Numbered changes of the file's schema over `user_version`, never edited once released. A backup copy of an
//! existing file is made before one runs, and one that fails leaves the file as it was.

use super::{copy, sql};
use crate::error::{Error, Result};
use rusqlite::{Connection, TransactionBehavior};
use std::path::{Path, PathBuf};

/// One step of the schema: version `i + 1` is reached by running the i-th.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
    include_str!("migrations/0003.sql"),
    include_str!("migrations/0004.sql"),
];

/// The version of the schema that this program writes.
pub const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

/// The schema's version of an open file.
pub(super) fn version(conn: &Connection) -> Result<u32> {
    sql::value(conn, "PRAGMA user_version", [])
}

/// Refuses a file that a newer program wrote.
pub(super) fn refuse_newer(conn: &Connection, path: &Path, steps: &[&str]) -> Result<u32> {
    let found = version(conn)?;
    if found as usize > steps.len() {
        return Err(Error::data(format!(
            "{} was written by a newer Karat: its schema is {found}, this one knows up to {}",
            path.display(),
            steps.len()
        ))
        .hint("install the newer Karat; the file was left as it was"));
    }
    Ok(found)
}

/// Brings a file to the newest schema; the backup that was made, if there was something to back up.
pub(super) fn migrate(conn: &mut Connection, path: &Path, steps: &[&str]) -> Result<Option<PathBuf>> {
    let found = refuse_newer(conn, path, steps)? as usize;
    if found == steps.len() {
        return Ok(None);
    }
    let backup = if found > 0 { Some(back_up(conn, path, found)?) } else { None };
    run(conn, steps)?;
    Ok(backup)
}

/// Runs the steps that are missing, all or none.
pub(super) fn run(conn: &mut Connection, steps: &[&str]) -> Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let now = version(&tx)? as usize;
    for step in steps.iter().skip(now) {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "user_version", steps.len() as u32)?;
    Ok(tx.commit()?)
}

fn back_up(conn: &Connection, path: &Path, version: usize) -> Result<PathBuf> {
    let name = |n: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(if n == 0 { format!(".v{version}.bak") } else { format!(".v{version}.{n}.bak") });
        PathBuf::from(name)
    };
    let free = (0..).map(name).find(|p| !p.exists()).unwrap_or_else(|| name(0));
    copy::copy_to(conn, &free)?;
    Ok(free)
}
