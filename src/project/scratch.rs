//! Files beside a project that are there only while something is under way. Their names say which process of which
//! machine they belong to, so that what a killed one left is known for what it is.

use super::open::folder_of;
use super::{Place, Project, copy};
use crate::interrupt::Leftover;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// What such files are for: a project that is not whole yet, a copy that is taken in, a copy to try things on.
pub(super) const PART: &str = "part";
pub(super) const MERGING: &str = "merging";
const TRIAL: &str = "trial";
const PURPOSES: [&str; 3] = [PART, MERGING, TRIAL];

/// What SQLite keeps beside a file, and the file.
const SUFFIXES: [&str; 4] = ["-journal", "-wal", "-shm", ""];

/// A file of this process beside a project; gone when dropped, and when the process is asked to stop.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    _leftover: Leftover,
}

impl Scratch {
    /// A free name beside a project. What dead processes left there is taken away first.
    pub(super) fn beside(project: &Path, purpose: &'static str, place: &Place) -> Self {
        sweep(project, place);
        let mut name = prefix(project);
        name.push(format!("{}.{}.{purpose}", place.host, place.pid));
        let path = project.with_file_name(name);
        Project::discard(&path);
        // The journal last: whoever writes while a signal takes these away may make it anew until the process ends.
        let mut files: Vec<PathBuf> = with_suffixes(&path).collect();
        files.reverse();
        let leftover = Leftover::of(files);
        Self { path, _leftover: leftover }
    }

    /// A copy of a project to try things on.
    ///
    /// # Errors
    /// Where none can be written beside it.
    pub fn copy_of(project: &Project) -> crate::error::Result<Self> {
        let scratch = Self::beside(project.path(), TRIAL, project.place());
        copy::copy_to(&project.conn, &scratch.path)?;
        Ok(scratch)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        Project::discard(&self.path);
    }
}

impl Project {
    /// Removes a project that could not be finished, and what SQLite keeps beside it.
    pub fn discard(path: &Path) {
        for file in with_suffixes(path) {
            // Most of them are not there.
            let _ = std::fs::remove_file(file);
        }
    }
}

/// A file, and what SQLite keeps beside it.
pub(super) fn with_suffixes(path: &Path) -> impl Iterator<Item = PathBuf> {
    SUFFIXES.iter().map(move |suffix| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        name.into()
    })
}

/// Takes away what processes of this machine that are gone left beside a project.
pub(super) fn sweep(project: &Path, place: &Place) {
    let Ok(entries) = std::fs::read_dir(folder_of(project)) else { return };
    let prefix = prefix(project);
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        if owner(&name, &prefix, place).is_some_and(|(host, pid)| place.is_gone(host, pid)) {
            tracing::info!("taking away what a process left that is gone: {}", entry.path().display());
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn prefix(project: &Path) -> std::ffi::OsString {
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(project.file_name().unwrap_or_default());
    prefix.push(".");
    prefix
}

/// The machine and the process that a file belongs to, where it is one of these.
fn owner<'n>(name: &'n OsStr, prefix: &OsStr, place: &'n Place) -> Option<(&'n str, u32)> {
    let rest = name.to_str()?.strip_prefix(prefix.to_str()?)?;
    let rest = SUFFIXES.iter().find_map(|s| rest.strip_suffix(s).filter(|_| !s.is_empty())).unwrap_or(rest);
    let (owner, purpose) = rest.rsplit_once('.')?;
    let (host, pid) = owner.rsplit_once('.').unwrap_or((&place.host, owner));
    Some((host, pid.parse().ok()?)).filter(|_| PURPOSES.contains(&purpose))
}
