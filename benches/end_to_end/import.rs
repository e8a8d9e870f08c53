//! `karat init` against its peer: the same rows, put with prepared statements and in one transaction into the same
//! tables with the same indexes, without reading CSV, hashing or checking anything.

use crate::Figures;
use crate::harness::TestEnv;
use crate::measure::{cost, seconds};
use rusqlite::types::Value;
use rusqlite::{Connection, Result, params_from_iter};
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

/// Makes `rows.karat` from `rows.csv`, and then its peer.
pub fn measure(env: &TestEnv) -> Result<Figures, Box<dyn Error>> {
    let made = cost(&mut env.command(["init", "rows.csv", "--id=id", "--text=text", "--gold=gold", "--quiet"]))?;
    let peer = bare_insertion(&env.path("rows.karat"), &env.path("peer.db"))?;
    Ok(vec![
        ("`karat init`", seconds(made.wall)),
        ("the same rows, bare insertion", seconds(peer)),
        ("ratio", format!("{:.2}", made.wall.as_secs_f64() / peer.as_secs_f64())),
        ("peak memory of `init`", format!("{} MiB", made.peak_mib)),
    ])
}

/// Inserts every row of the project's tables into empty tables of the same shape; the time of the inserts alone.
fn bare_insertion(project: &Path, into: &Path) -> Result<Duration> {
    let source = Connection::open(project)?;
    let mut peer = Connection::open(into)?;
    peer.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
    for sql in column(&source, "SELECT sql FROM sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL")? {
        peer.execute_batch(&sql)?;
    }
    let mut spent = Duration::ZERO;
    let transaction = peer.transaction()?;
    for table in column(&source, "SELECT name FROM sqlite_schema WHERE type = 'table'")? {
        let rows = rows(&source, &table)?;
        let Some(first) = rows.first() else { continue };
        let places = vec!["?"; first.len()].join(", ");
        let started = Instant::now();
        let mut insert = transaction.prepare(&format!("INSERT INTO {table} VALUES ({places})"))?;
        for row in &rows {
            insert.execute(params_from_iter(row))?;
        }
        spent += started.elapsed();
    }
    let started = Instant::now();
    transaction.commit()?;
    Ok(spent + started.elapsed())
}

fn column(source: &Connection, sql: &str) -> Result<Vec<String>> {
    source.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

fn rows(source: &Connection, table: &str) -> Result<Vec<Vec<Value>>> {
    let mut select = source.prepare(&format!("SELECT * FROM {table}"))?;
    let width = select.column_count();
    select.query_map([], |row| (0..width).map(|i| row.get(i)).collect())?.collect()
}
