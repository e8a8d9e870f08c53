//! Making a new project file; one that exists is never overwritten.

use super::migrations::{self, MIGRATIONS};
use super::open::{self, APPLICATION_ID, folder_of};
use super::scratch::{self, Scratch};
use super::{Place, Project, sql};
use crate::domain::Id;
use crate::error::{Error, Result};
use crate::{ids, interrupt};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

impl Project {
    /// Makes an empty project, readable by its owner alone; `shared` opens it to the folder's group. Nobody is in it
    /// yet: the first to join becomes its lead.
    pub fn create(path: &Path, place: Place, shared: bool) -> Result<Self> {
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|e| {
            match e.kind() {
                std::io::ErrorKind::AlreadyExists => taken(path),
                _ => Error::making(path, &e),
            }
        })?;
        let made = Self::fill(path, place, shared);
        if made.is_err() {
            Self::discard(path);
        }
        made
    }

    /// Makes a project that is there whole or not at all: it is filled under another name in the same folder, and gets
    /// its own, which must be free, when everything is on disk.
    pub fn create_filled<T>(
        path: &Path,
        place: Place,
        shared: bool,
        fill: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let scratch = Scratch::beside(path, scratch::PART, &place);
        let part = scratch.path();
        let filled = Self::create(part, place, shared).and_then(|mut project| {
            // Nobody else knows the file, and it is worth nothing until it is whole: no log is needed yet.
            project.conn.pragma_update_and_check(None, "journal_mode", "MEMORY", |_| Ok(()))?;
            project.conn.pragma_update(None, "synchronous", "OFF")?;
            project.provisional = true;
            let out = fill(&mut project)?;
            if !open::on_network(path) {
                // Whoever opens it first must not have to change it.
                project.conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
            }
            Ok(out)
        });
        let finished = filled.and_then(|out| interrupt::finish(|| publish(part, path)).map(|()| out));
        finished.map_err(|e| Error {
            message: e.message.replace(&part.display().to_string(), &path.display().to_string()),
            ..e
        })
    }

    /// Whether a project could be made at a path: the name is free, and its folder is there.
    ///
    /// # Errors
    /// Says which of both is not so.
    pub fn can_be_made(path: &Path) -> Result<()> {
        if path.exists() {
            return Err(taken(path));
        }
        std::fs::metadata(folder_of(path)).map(drop).map_err(|e| Error::making(path, &e))
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
        let mut notes = open::configure(&mut conn, path)?;
        if shared && !is_shared_folder(path) {
            let folder = folder_of(path).display();
            notes
                .push(format!("others of the group can write only once the folder is theirs too: chmod g+ws {folder}"));
        }
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

/// Gives a file that is synced its name; one that is there is never overwritten.
fn publish(part: &Path, path: &Path) -> Result<()> {
    let io = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::AlreadyExists => taken(path),
        _ => Error::file(path, &e),
    };
    std::fs::File::open(part).and_then(|file| file.sync_all()).map_err(io)?;
    match std::fs::hard_link(part, path) {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists && !path.exists() => {
            // A file system without links.
            std::fs::rename(part, path).map_err(io)?;
        }
        linked => linked.map_err(io)?,
    }
    std::fs::File::open(folder_of(path)).and_then(|folder| folder.sync_all()).map_err(io)
}

fn taken(path: &Path) -> Error {
    Error::conflict(format!("{} is there already", path.display()))
        .hint("give another name with -p, or bring more data into it with `karat import`")
}

/// Whether a folder is its group's: they may write in it, and what is made there stays the group's.
fn is_shared_folder(path: &Path) -> bool {
    std::fs::metadata(folder_of(path)).is_ok_and(|m| m.mode() & 0o2020 == 0o2020)
}
