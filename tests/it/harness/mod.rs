//! A world of its own for each test: home, configuration, state and cache in a temporary folder; columns, locale and
//! user fixed.

mod label_screen;
mod terminal;

pub use terminal::Terminal;

use serde_json::Value as Json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The folder that a test's processes live in; gone when the test ends.
pub struct TestEnv {
    root: tempfile::TempDir,
}

/// How a `karat` process ended.
#[derive(Debug)]
pub struct Run {
    /// The exit code; `None` where a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Run {
    /// The output, of a process that must have succeeded.
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "karat failed\n{}\n{}", self.out, self.err);
        self.out
    }
    /// The output as the one JSON document that `--json` promises.
    pub fn json(self) -> Json {
        let out = self.ok();
        serde_json::from_str(&out).unwrap_or_else(|e| panic!("not one JSON document: {e}\n{out}"))
    }
    /// Standard error, of a process that must have ended with this code.
    pub fn fails(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "wrong exit code\n{}\n{}", self.out, self.err);
        self.err
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
            err: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
        }
    }
}

impl TestEnv {
    /// An empty world.
    pub fn new() -> Self {
        let root = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(root.path().join("work")).expect("a folder to work in");
        Self { root }
    }

    /// The folder that processes start in.
    pub fn dir(&self) -> PathBuf {
        self.root.path().join("work")
    }

    /// A path in that folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir().join(name)
    }

    /// Writes a file there.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).expect("a written file");
        path
    }

    /// Writes the configuration that every process of this world reads.
    pub fn configure(&self, toml: &str) {
        let folder = self.root.path().join("config/karat");
        fs::create_dir_all(&folder).expect("a folder for the configuration");
        fs::write(folder.join("config.toml"), toml).expect("a written configuration");
    }

    /// What every process of this world finds in its environment.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let at = |name: &str| self.root.path().join(name).to_string_lossy().into_owned();
        vec![
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("HOME", at("home")),
            ("XDG_CONFIG_HOME", at("config")),
            ("XDG_STATE_HOME", at("state")),
            ("XDG_CACHE_HOME", at("cache")),
            ("XDG_DATA_HOME", at("data")),
            ("LC_ALL", "C.UTF-8".into()),
            ("TZ", "UTC".into()),
            ("COLUMNS", "100".into()),
            ("TERM", "xterm-256color".into()),
            ("COLORTERM", "truecolor".into()),
            ("USER", "ana".into()),
            ("LOGNAME", "ana".into()),
            ("KARAT_USER", "ana".into()),
        ]
    }

    /// A `karat` process that is about to start, with nothing to read.
    pub fn command<S: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_karat"));
        command.args(args).current_dir(self.dir()).env_clear().envs(self.variables()).stdin(Stdio::null());
        command
    }

    /// Runs `karat` with these arguments to its end.
    pub fn karat<S: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        self.command(args).output().expect("a karat that starts").into()
    }

    /// The first column of what any SQLite client reads from `reviews.karat`, as text.
    pub fn read(&self, sql: &str) -> Vec<String> {
        let file = rusqlite::Connection::open(self.path("reviews.karat")).expect("a file that opens");
        let mut select = file.prepare(&format!("SELECT CAST(x AS TEXT) FROM ({sql})")).expect("a sound query");
        select.query_map([], |row| row.get(0)).expect("rows").collect::<Result<_, _>>().expect("text")
    }

    /// Fails unless `karat doctor` finds nothing wrong with this file.
    pub fn sound(&self, file: &str) {
        let doctor = self.karat(["-p", file, "doctor", "--json"]).json();
        assert_eq!(doctor["ok"], Json::Bool(true), "{doctor:#}");
    }

    /// Makes `name.karat` of so many short reviews, the id of row n being `n`, with the labels negative, neutral and
    /// positive, all of it in the learn lane but the evaluation set.
    pub fn project(&self, name: &str, items: usize) -> PathBuf {
        let mut csv = String::from("id,text,gold\n");
        for n in 0..items {
            let (word, gold) = [("awful", "negative"), ("plain", "neutral"), ("great", "positive")][n % 3];
            csv.push_str(&format!("{n},\"Review {n} of a {word} camera.\",{gold}\n"));
        }
        let data = self.write(&format!("{name}.csv"), csv);
        self.karat([
            Path::new("init"),
            &data,
            Path::new("--id=id"),
            Path::new("--text=text"),
            Path::new("--gold=gold"),
        ])
        .ok();
        self.path(&format!("{name}.karat"))
    }
}

/// The folder of shared data (`bench` or `ship`) beside the project; where it is not there, says what is skipped.
#[allow(clippy::print_stderr, reason = "says why it was skipped")]
pub fn shared_data(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(folder);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}
