//! The file's health, and its derived tables built anew.

use super::derived::{self, TABLES};
use super::{Project, migrations, sharing, sql};
use crate::error::{Error, Kind, Result};
use crate::interrupt;
use rusqlite::{Connection, TransactionBehavior};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// Whether it is as it must be.
    pub ok: bool,
    /// What was found, in words.
    pub detail: String,
}

impl Check {
    fn of(name: &'static str, faults: &[String], fine: String) -> Self {
        let ok = faults.is_empty();
        Self { name, ok, detail: if ok { fine } else { faults.join("; ") } }
    }

    /// What damage keeps from being looked at is not as it must be either.
    fn tried(name: &'static str, look: impl FnOnce() -> Result<(Vec<String>, String)>) -> Result<Self> {
        match look() {
            Ok((faults, fine)) => Ok(Self::of(name, &faults, fine)),
            Err(error) if error.kind == Kind::Damaged => Ok(Self::of(name, &[error.message], String::new())),
            Err(error) => Err(error),
        }
    }

    /// The check that a file fails which cannot even be opened.
    pub fn unopened(error: &Error) -> Self {
        Self::of("file", std::slice::from_ref(&error.message), String::new())
    }
}

impl Project {
    /// Looks at everything that can be wrong with the file; changes nothing.
    pub fn doctor(&self) -> Result<Vec<Check>> {
        let conn = &self.conn;
        Ok(vec![
            Check::of("file", &[], format!("it opens; its schema is {}", migrations::version(conn)?)),
            Check::tried("sqlite", || {
                let said = sql::list(conn, "PRAGMA integrity_check(20)", [], |row| Ok(row.get::<_, String>(0)?))?;
                Ok((said.into_iter().filter(|line| line != "ok").collect(), "the file is whole".to_owned()))
            })?,
            Check::tried("references", || {
                let mut missing = sql::list(conn, "PRAGMA foreign_key_check", [], |row| {
                    let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
                    Ok(format!("{table} refers to a row of {parent} that is missing"))
                })?;
                missing.truncate(20);
                Ok((missing, "every reference leads somewhere".to_owned()))
            })?,
            Check::tried("log", || {
                let log = self.verify()?;
                Ok((log.faults, format!("{} acts and {} facts verify", log.acts, log.facts)))
            })?,
            Check::tried("derived", || {
                Ok((self.reading(stale_tables)?, "what is derived follows from the facts".to_owned()))
            })?,
            Check::tried("trainings", || Ok((Vec::new(), self.trainings_told()?)))?,
            Check::tried("sharing", || Ok(sharing::look(&self.path)))?,
        ])
    }

    /// How trainings stand. A lost one is no fault of the file: nothing of it was kept.
    fn trainings_told(&self) -> Result<String> {
        let trainings = self.trainings()?;
        let told: Vec<String> = trainings.iter().map(|t| format!("training {} is {}", t.number, t.state)).collect();
        Ok(if told.is_empty() { "none is under way".to_owned() } else { told.join(", ") })
    }

    /// Builds every derived table anew from the facts; the names of those that were wrong.
    pub fn rebuild(&mut self) -> Result<Vec<String>> {
        self.may_write()?;
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let wrong = stale_tables(&tx)?;
        derived::rebuild(&tx)?;
        interrupt::finish(|| tx.commit())?;
        Ok(wrong)
    }
}

/// The derived tables that are not what the facts say.
fn stale_tables(conn: &Connection) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for (table, expected) in [("dead", derived::dead(conn)?), ("head", derived::heads(conn)?)] {
        let found: Vec<i64> =
            sql::list(conn, &format!("SELECT act FROM {table} ORDER BY act"), [], |row| Ok(row.get(0)?))?;
        if found != expected {
            wrong.push(format!("{table} does not follow from the facts"));
        }
    }
    for table in TABLES {
        let (name, whole) = (table.name, table.whole());
        let query = format!(
            "WITH whole AS MATERIALIZED ({whole})
             SELECT (SELECT count(*) FROM (SELECT * FROM {name} EXCEPT SELECT * FROM whole))
                + max(0, (SELECT count(*) FROM whole) - (SELECT count(*) FROM {name}))"
        );
        let differing: u32 = sql::value(conn, &query, [])?;
        if differing > 0 {
            wrong.push(format!("{name} differs from the facts in {differing} rows: karat doctor --rebuild"));
        }
    }
    Ok(wrong)
}
