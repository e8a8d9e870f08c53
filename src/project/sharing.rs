//! Who can open the file: its owner alone, or the group of its folder. The rights of files are the only lock there is.

use super::open::folder_of;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

const GROUP: u32 = 0o060;
const OTHERS: u32 = 0o007;
/// The group may list, enter and write, and what is made inside stays the group's.
const SHARED_FOLDER: u32 = 0o2070;

/// What is wrong with who can open a project, each with the command that mends it; and what to say where nothing is.
pub(super) fn look(path: &Path) -> (Vec<String>, String) {
    let Ok(file) = std::fs::metadata(path) else {
        return (vec![format!("{} cannot be looked at", path.display())], String::new());
    };
    if file.mode() & 0o222 == 0 {
        return (Vec::new(), "nobody can write it".to_owned());
    }
    // Its owner alone, as `karat init` makes it, or some of the group, as `karat init --shared` does.
    let shared = file.mode() & 0o020 != 0;
    let mut faults = Vec::new();
    for name in beside(path) {
        let Ok(found) = std::fs::metadata(&name) else { continue };
        let shown = name.display();
        if found.mode() & OTHERS != 0 {
            faults.push(format!("everybody on this machine can open {shown}: chmod o-rwx {shown}"));
        }
        if !shared && found.mode() & 0o070 != 0 {
            faults.push(format!("the group can open {shown}, which is not shared: chmod g-rwx {shown}"));
        }
        if shared && found.mode() & GROUP != GROUP {
            faults.push(format!("the group cannot read and write {shown}: chmod g+rw {shown}"));
        }
    }
    if shared {
        faults.extend(folder(path, file.gid()));
    }
    let fine = match shared {
        true => "shared: its group, and nobody else, can read and write it",
        false => "private: its owner alone can open it",
    };
    (faults, fine.to_owned())
}

/// The file, and what SQLite keeps beside it.
fn beside(path: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|ending| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    })
}

fn folder(path: &Path, group: u32) -> Vec<String> {
    let folder = folder_of(path);
    let shown = folder.display();
    let Ok(found) = std::fs::metadata(folder) else { return vec![format!("{shown} cannot be looked at")] };
    let mut faults = Vec::new();
    if found.mode() & SHARED_FOLDER != SHARED_FOLDER {
        faults
            .push(format!("what one of the group makes in {shown} is not the others' to write: chmod g+rwxs {shown}"));
    }
    if found.mode() & OTHERS != 0 {
        faults.push(format!("everybody on this machine can enter {shown}: chmod o-rwx {shown}"));
    }
    if found.gid() != group {
        let file = path.display();
        faults.push(format!("{file} is of another group than its folder: chgrp --reference={shown} {file}"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn modes(file: u32, wal: u32, folder: u32) -> Vec<String> {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("p.karat");
        let set = |path: &Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("set");
        };
        for (path, mode) in [(path.clone(), file), (dir.path().join("p.karat-wal"), wal)] {
            std::fs::write(&path, "x").expect("written");
            set(&path, mode);
        }
        set(dir.path(), folder);
        let (faults, fine) = look(&path);
        assert!(fine.starts_with(if file & 0o020 != 0 { "shared" } else { "private" }));
        let place = dir.path().display().to_string();
        faults.into_iter().map(|fault| fault.replace(&place, "D")).collect()
    }

    #[test]
    fn a_private_project_is_its_owners_alone() {
        assert_eq!(modes(0o600, 0o600, 0o755), Vec::<String>::new());
        assert_eq!(
            modes(0o644, 0o600, 0o755),
            [
                "everybody on this machine can open D/p.karat: chmod o-rwx D/p.karat",
                "the group can open D/p.karat, which is not shared: chmod g-rwx D/p.karat"
            ]
        );
    }

    #[test]
    fn a_shared_project_and_all_beside_it_are_the_groups_and_nobody_elses() {
        assert_eq!(modes(0o660, 0o660, 0o2770), Vec::<String>::new());
        assert_eq!(
            modes(0o660, 0o640, 0o2770),
            ["the group cannot read and write D/p.karat-wal: chmod g+rw D/p.karat-wal"]
        );
        let faults = modes(0o660, 0o660, 0o775);
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].ends_with("chmod g+rwxs D") && faults[1].ends_with("chmod o-rwx D"), "{faults:?}");
        assert!(modes(0o664, 0o660, 0o2770)[0].starts_with("everybody"));
    }
}
