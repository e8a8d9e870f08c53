//! Connecting to a file that may only be read. Nothing is made beside it: a log or an index of the log that belonged to
//! whoever only reads would keep its owner out.

use super::open::folder_of;
use crate::error::{Error, Kind, Result};
use rusqlite::{Connection, OpenFlags};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::time::Duration;

/// How long a look waits for whoever writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Connects to what is there. A log that lies beside the file is read with it, under its locks; where there is none, the
/// file is taken as it stands.
///
/// # Errors
/// Where there is a log that cannot be read from here.
pub(super) fn connect(path: &Path) -> Result<Connection> {
    let path = &path.canonicalize().map_err(|e| Error::file(path, &e))?;
    let beside = |suffix: &str| {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(suffix);
        std::fs::metadata(folder_of(path).join(name)).ok().map(|m| m.len())
    };
    let as_it_stands = || attempt(path, "immutable=1");
    let with_its_log = || attempt(path, "readonly_shm=1");
    match (beside("-wal"), beside("-journal").unwrap_or(0)) {
        (None, 0) => as_it_stands(),
        (Some(0), 0) => with_its_log().or_else(|_| as_it_stands()),
        _ => with_its_log().map_err(|e| if e.kind == Kind::Damaged { e } else { out_of_reach(path) }),
    }
}

fn out_of_reach(path: &Path) -> Error {
    let shown = path.display();
    Error::io(format!("{shown} has changes in a log beside it ({shown}-wal) that cannot be read from here")).hint(
        "let somebody who may write it run `karat status` there and leave, or copy the file with all that lies beside it \
         (-wal, -journal) to a folder of your own",
    )
}

fn attempt(path: &Path, how: &str) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let conn = Connection::open_with_flags(format!("file:{}?{how}", escaped(path)), flags)?;
    conn.busy_timeout(PATIENCE)?;
    conn.set_prepared_statement_cache_capacity(128);
    conn.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    Ok(conn)
}

/// A path as a URI has it.
fn escaped(path: &Path) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b);
    let bytes = path.as_os_str().as_bytes().iter();
    bytes.map(|&b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_any_letters_is_escaped() {
        assert_eq!(escaped(Path::new("/a b/50%?#ü.karat")), "/a%20b/50%25%3F%23%C3%BC.karat");
    }
}
