//! The folders that Karat keeps things in: configuration, cache, logs and data, by the XDG rules everywhere.

use crate::error::{Error, Result};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where this user's files live. None of the folders need exist yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The configuration file.
    pub config_file: PathBuf,
    /// The folder it is in; `themes/` and key maps may lie beside it.
    pub config: PathBuf,
    /// Derived data that may be deleted at any time.
    pub cache: PathBuf,
    /// Logs.
    pub state: PathBuf,
    /// Projects that Karat itself made, such as the demo.
    pub data: PathBuf,
}

impl Paths {
    /// The folders of the user that runs this process.
    ///
    /// # Errors
    /// Where neither the environment nor the system knows a home folder.
    pub fn of_this_user() -> Result<Self> {
        let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
        Self::from_env(home.as_deref(), |name| std::env::var_os(name))
    }

    /// The folders that these variables and this home folder name: `$KARAT_CONFIG` (a folder or a `.toml` file), then
    /// `$XDG_*_HOME` where it is absolute, then the defaults under `home`.
    fn from_env(home: Option<&Path>, env: impl Fn(&str) -> Option<OsString>) -> Result<Self> {
        let base = |variable: &str, default: &str| {
            let given = env(variable).map(PathBuf::from).filter(|path| path.is_absolute());
            given.or_else(|| home.map(|home| home.join(default))).map(|base| base.join("karat")).ok_or_else(|| {
                Error::io("this user has no home folder").hint(format!("set ${variable} to a folder of yours"))
            })
        };
        let given = env("KARAT_CONFIG").map(PathBuf::from).filter(|path| !path.as_os_str().is_empty());
        let (config, config_file) = match given {
            Some(file) if file.extension().is_some_and(|e| e == "toml") => {
                (file.parent().map(Path::to_owned).unwrap_or_default(), file)
            }
            Some(folder) => (folder.clone(), folder.join("config.toml")),
            None => {
                let folder = base("XDG_CONFIG_HOME", ".config")?;
                (folder.clone(), folder.join("config.toml"))
            }
        };
        Ok(Self {
            config_file,
            config,
            cache: base("XDG_CACHE_HOME", ".cache")?,
            state: base("XDG_STATE_HOME", ".local/state")?,
            data: base("XDG_DATA_HOME", ".local/share")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Paths {
        let find = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| OsString::from(value));
        Paths::from_env(Some(Path::new("/home/ana")), find).expect("a home folder")
    }

    #[test]
    fn the_home_folder_gives_the_defaults() {
        let paths = with(&[]);
        assert_eq!(paths.config_file, Path::new("/home/ana/.config/karat/config.toml"));
        assert_eq!(paths.cache, Path::new("/home/ana/.cache/karat"));
        assert_eq!(paths.state, Path::new("/home/ana/.local/state/karat"));
        assert_eq!(paths.data, Path::new("/home/ana/.local/share/karat"));
    }

    #[test]
    fn variables_win_and_relative_ones_do_not_count() {
        let paths = with(&[("XDG_CACHE_HOME", "/fast"), ("XDG_STATE_HOME", "here")]);
        assert_eq!(paths.cache, Path::new("/fast/karat"));
        assert_eq!(paths.state, Path::new("/home/ana/.local/state/karat"));
        assert_eq!(with(&[("KARAT_CONFIG", "/etc/k")]).config_file, Path::new("/etc/k/config.toml"));
        let file = with(&[("KARAT_CONFIG", "/etc/k/mine.toml")]);
        assert_eq!((file.config, file.config_file), ("/etc/k".into(), "/etc/k/mine.toml".into()));
    }

    #[test]
    fn no_home_folder_is_told() {
        let error = Paths::from_env(None, |_| None).expect_err("no home");
        assert!(error.hint.is_some_and(|hint| hint.contains("XDG_CONFIG_HOME")));
    }
}
