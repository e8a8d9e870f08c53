//! The file's health, and its derived tables built anew.

use super::derived::{self, TABLES};
use super::{Project, sql};
use crate::error::Result;
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
}

impl Project {
    /// Looks at everything that can be wrong with the file; changes nothing.
    pub fn doctor(&self) -> Result<Vec<Check>> {
        let integrity = sql::list(&self.conn, "PRAGMA integrity_check(20)", [], |row| Ok(row.get::<_, String>(0)?))?;
        let integrity: Vec<String> = integrity.into_iter().filter(|line| line != "ok").collect();
        let foreign = sql::list(&self.conn, "PRAGMA foreign_key_check", [], |row| {
            Ok(format!("{} refers to a row of {} that is missing", row.get::<_, String>(0)?, row.get::<_, String>(2)?))
        })?;
        let log = self.verify()?;
        let derived = self.reading(stale_tables)?;
        Ok(vec![
            Check::of("sqlite", &integrity, "the file is whole".to_owned()),
            Check::of("references", &foreign[..foreign.len().min(20)], "every reference leads somewhere".to_owned()),
            Check::of("log", &log.faults, format!("{} acts and {} facts verify", log.acts, log.facts)),
            Check::of("derived", &derived, "what is derived follows from the facts".to_owned()),
        ])
    }

    /// Builds every derived table anew from the facts; the names of those that were wrong.
    pub fn rebuild(&mut self) -> Result<Vec<String>> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let wrong = stale_tables(&tx)?;
        derived::rebuild(&tx)?;
        tx.commit()?;
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
