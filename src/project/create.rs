//! Making a new project file; one that exists is never overwritten.

use super::migrations::{self, MIGRATIONS};
use super::open::{self, APPLICATION_ID, folder_of};
use super::{Place, Project, sql};
use crate::domain::Id;
use crate::error::{Error, Result};
use crate::ids;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

impl Project {
    /// Makes an empty project, readable by its owner alone; `shared` opens it to the folder's group. Nobody is in it
    /// yet: the first to join becomes its lead.
    pub fn create(path: &Path, place: Place, shared: bool) -> Result<Self> {
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|e| {
            match e.kind() {
                std::io::ErrorKind::AlreadyExists => Error::conflict(format!("{} is there already", path.display()))
                    .hint("give another name with -p, or bring more data into it with `karat import`"),
                _ => Error::file(path, &e),
            }
        })?;
        let made = Self::fill(path, place, shared);
        if made.is_err() {
            Self::discard(path);
        }
        made
    }

    /// Removes a project that could not be finished, and what SQLite keeps beside it.
    pub fn discard(path: &Path) {
        for suffix in ["-journal", "-wal", "-shm", ""] {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            let _ = std::fs::remove_file(PathBuf::from(name));
        }
    }

    fn fill(path: &Path, place: Place, shared: bool) -> Result<Self> {
        if shared {
            open_to_group(path)?;
        }
        let mut conn = open::connect(path)?;
        conn.pragma_update(None, "application_id", APPLICATION_ID)?;
        migrations::migrate(&mut conn, path, MIGRATIONS)?;
        let project: Id<Self> = ids::fresh(place.now());
        sql::run(&conn, "INSERT INTO meta (name, value) VALUES ('project', ?1)", [project.as_bytes()])?;
        let notes = open::configure(&mut conn, path)?;
        Self::assemble(conn, path, place, notes)
    }
}

fn open_to_group(path: &Path) -> Result<()> {
    let failed = |e: std::io::Error| {
        Error::file(path, &e).hint("leave --shared out, or use a folder of a group that you are in")
    };
    let group = std::fs::metadata(folder_of(path)).map_err(failed)?.gid();
    std::os::unix::fs::chown(path, None, Some(group)).map_err(failed)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660)).map_err(failed)
}
