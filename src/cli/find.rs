//! Finding the project that is meant, and data files that one could be made of.

use crate::error::{Error, Result};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Data files that `init` reads.
const DATA: &[&str] = &["csv", "tsv", "jsonl", "ndjson", "json", "parquet"];

/// The project to work on: the one given, else `$KARAT_PROJECT`, else the only `*.karat` in the folder.
///
/// # Errors
/// Where there is none or more than one, with what was found.
pub fn project(given: Option<&Path>, variable: Option<OsString>, folder: &Path) -> Result<PathBuf> {
    if let Some(path) = given {
        return Ok(path.to_owned());
    }
    if let Some(path) = variable.filter(|path| !path.is_empty()) {
        return Ok(path.into());
    }
    match projects(folder)?.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(Error::usage("there is no project here").hint(match data_files(folder)?.as_slice() {
            [] => "make one with `karat init DATA`, name one with -p FILE, or try `karat demo`".to_owned(),
            data => format!("make one with `karat init {}`, or name one with -p FILE", name_of(&data[0])),
        })),
        several => {
            let names: Vec<String> = several.iter().map(|path| name_of(path)).collect();
            Err(Error::usage(format!("there are several projects here: {}", names.join(", ")))
                .hint(format!("name one: -p {}", names[0])))
        }
    }
}

/// The projects of a folder, by name.
///
/// # Errors
/// Where the folder cannot be read.
pub fn projects(folder: &Path) -> Result<Vec<PathBuf>> {
    files_with(folder, &["karat"])
}

/// The data files of a folder that a project could be made of, by name.
///
/// # Errors
/// Where the folder cannot be read.
pub fn data_files(folder: &Path) -> Result<Vec<PathBuf>> {
    files_with(folder, DATA)
}

fn files_with(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(|e| Error::file(folder, &e))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|e| extensions.iter().any(|known| e == *known)) && path.is_file())
        .map(|path| path.strip_prefix("./").map(Path::to_owned).unwrap_or(path))
        .collect();
    found.sort();
    Ok(found)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[test]
    fn the_only_project_is_found_and_several_are_listed() {
        let folder = tempfile::tempdir().expect("a folder");
        let none = project(None, None, folder.path()).expect_err("none yet");
        assert_eq!(none.kind, Kind::Usage);
        std::fs::write(folder.path().join("a.karat"), "").expect("written");
        assert_eq!(project(None, None, folder.path()), Ok(folder.path().join("a.karat")));
        std::fs::write(folder.path().join("b.karat"), "").expect("written");
        let several = project(None, None, folder.path()).expect_err("two");
        assert!(several.message.contains("a.karat, b.karat"), "{several}");
        assert_eq!(project(None, Some("x.karat".into()), folder.path()), Ok("x.karat".into()));
        assert_eq!(project(Some(Path::new("y.karat")), Some("x.karat".into()), folder.path()), Ok("y.karat".into()));
    }

    #[test]
    fn data_files_are_offered_where_there_is_no_project() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("reviews.csv"), "").expect("written");
        let error = project(None, None, folder.path()).expect_err("no project");
        assert!(error.hint.is_some_and(|hint| hint.contains("karat init reviews.csv")));
    }
}
