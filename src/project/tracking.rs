//! A run as the smallest store that MLflow opens: six tables as its migration 451aebb31d03 left them. Newer versions
//! bring the file to their own schema when they open it.

use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::interrupt::{self, Leftover};
use rusqlite::Connection;
use std::path::Path;

/// The experiments that are in a store: its own first, since MLflow makes that one where there is none.
const EXPERIMENTS: &str = "INSERT INTO experiments VALUES (0, 'Default', './mlruns/0', 'active'),
    (1, ?1, './mlruns/1', 'active')";

const TABLES: &str = "
PRAGMA journal_mode = OFF;
CREATE TABLE experiments (
    experiment_id INTEGER NOT NULL,
    name VARCHAR(256) NOT NULL,
    artifact_location VARCHAR(256),
    lifecycle_stage VARCHAR(32),
    CONSTRAINT experiment_pk PRIMARY KEY (experiment_id),
    CONSTRAINT experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')),
    UNIQUE (name)
);
CREATE TABLE runs (
    run_uuid VARCHAR(32) NOT NULL,
    name VARCHAR(250),
    source_type VARCHAR(20),
    source_name VARCHAR(500),
    entry_point_name VARCHAR(50),
    user_id VARCHAR(256),
    status VARCHAR(20),
    start_time BIGINT,
    end_time BIGINT,
    source_version VARCHAR(50),
    lifecycle_stage VARCHAR(20),
    artifact_uri VARCHAR(200),
    experiment_id INTEGER,
    CONSTRAINT run_pk PRIMARY KEY (run_uuid),
    CONSTRAINT source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')),
    CONSTRAINT status CHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING')),
    CONSTRAINT runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')),
    FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
CREATE TABLE tags (
    \"key\" VARCHAR(250) NOT NULL,
    value VARCHAR(250),
    run_uuid VARCHAR(32) NOT NULL,
    CONSTRAINT tag_pk PRIMARY KEY (\"key\", run_uuid),
    FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
CREATE TABLE params (
    \"key\" VARCHAR(250) NOT NULL,
    value VARCHAR(250) NOT NULL,
    run_uuid VARCHAR(32) NOT NULL,
    CONSTRAINT param_pk PRIMARY KEY (\"key\", run_uuid),
    FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
CREATE TABLE metrics (
    \"key\" VARCHAR(250) NOT NULL,
    value FLOAT NOT NULL,
    timestamp BIGINT NOT NULL,
    run_uuid VARCHAR(32) NOT NULL,
    step BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT metric_pk PRIMARY KEY (\"key\", timestamp, step, run_uuid, value),
    FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('451aebb31d03');
";

/// A run as MLflow tells it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tracked {
    /// Its id, 32 hexadecimal digits.
    pub id: String,
    /// The name of the experiment that it belongs to.
    pub experiment: String,
    /// What it is called.
    pub name: String,
    /// Who made it.
    pub user: String,
    /// When it began and ended, UTC milliseconds.
    pub times: (Millis, Millis),
    /// Its settings by name.
    pub params: Vec<(String, String)>,
    /// What was measured, by name: neither `=` nor `:` in it, and every value a finite number.
    pub metrics: Vec<(String, f64)>,
    /// All else.
    pub tags: Vec<(String, String)>,
}

impl Tracked {
    /// Writes a store with this run alone; it appears whole or not at all.
    ///
    /// # Errors
    /// Where a file of that name is there, or it cannot be written.
    pub fn write(&self, to: &Path) -> Result<()> {
        if to.exists() {
            return Err(Error::conflict(format!("{} is there already", to.display())).hint("give another name"));
        }
        let mut name = std::ffi::OsString::from(".");
        name.push(to.file_name().unwrap_or_default());
        name.push(format!(".{}.part", std::process::id()));
        let partial = to.with_file_name(name);
        let _leftover = Leftover::of(vec![partial.clone()]);
        let written = self
            .fill(&partial)
            .and_then(|()| interrupt::finish(|| std::fs::rename(&partial, to).map_err(|e| Error::making(to, &e))));
        if written.is_err() {
            let _ = std::fs::remove_file(&partial);
        }
        written
    }

    fn fill(&self, to: &Path) -> Result<()> {
        std::fs::File::create(to).map_err(|e| Error::making(to, &e))?;
        let mut conn = Connection::open(to)?;
        conn.execute_batch(TABLES)?;
        let all = conn.transaction()?;
        all.execute(EXPERIMENTS, [&self.experiment])?;
        all.execute(
            "INSERT INTO runs VALUES (?1, ?2, 'LOCAL', 'karat', '', ?3, 'FINISHED', ?4, ?5, '', 'active', ?6, 1)",
            (&self.id, &self.name, &self.user, self.times.0, self.times.1, format!("./mlruns/1/{}/artifacts", self.id)),
        )?;
        for (name, value) in &self.params {
            all.execute("INSERT INTO params VALUES (?1, ?2, ?3)", (name, value, &self.id))?;
        }
        for (name, value) in &self.tags {
            all.execute("INSERT INTO tags VALUES (?1, ?2, ?3)", (name, value, &self.id))?;
        }
        for (name, value) in &self.metrics {
            all.execute("INSERT INTO metrics VALUES (?1, ?2, ?3, ?4, 0)", (name, value, self.times.1, &self.id))?;
        }
        all.commit()?;
        Ok(())
    }
}
