//! The seam to SQLite: its errors in plain words, and rows read into the words of the domain.

use crate::domain::{Digest, Id, ItemKey, UnknownWord};
use crate::error::{Error, Kind, Result};
use rusqlite::types::FromSql;
use rusqlite::{Connection, ErrorCode, Params, Row};
use std::str::FromStr;

impl From<rusqlite::Error> for Error {
    fn from(e: rusqlite::Error) -> Self {
        use rusqlite::Error as Sql;
        match e.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::io("the disk is full: nothing of this was saved")
                .hint("free some space and try again; everything saved before is safe"),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => damaged(&e),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::conflict("another process keeps the project to itself").hint("close it, then try again")
            }
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::io(format!("the project file or its folder cannot be written ({e})"))
                    .hint("make both writable, or work on a copy in a folder of your own")
            }
            Some(ErrorCode::SystemIoFailure) => Self::io(format!("the disk failed under the project file ({e})"))
                .hint("check the disk; everything saved before is safe if the file can be read"),
            Some(ErrorCode::Unknown) if is_missing(&e) => damaged(&e),
            Some(_) => Self::internal(format!("the project file refused: {e}")),
            None => match e {
                Sql::FromSqlConversionFailure(..)
                | Sql::IntegralValueOutOfRange(..)
                | Sql::InvalidColumnType(..)
                | Sql::Utf8Error(..) => damaged(&e),
                other => Self::internal(format!("the project file: {other}")),
            },
        }
    }
}

/// Whether a statement, which the tests have seen run, did not find its tables.
fn is_missing(e: &rusqlite::Error) -> bool {
    let said = e.to_string();
    said.contains("no such table") || said.contains("no such column")
}

/// The error of a file whose content cannot be what Karat wrote.
pub(super) fn damaged(why: &dyn std::fmt::Display) -> Error {
    Error::new(Kind::Damaged, format!("the project file is damaged: {why}")).hint(
        "keep it as it is and go back to the last copy or backup; `sqlite3 FILE .recover` saves what can still be read",
    )
}

/// Every row of a query.
pub(super) fn list<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut out = Vec::new();
    each(conn, sql, params, |row| {
        out.push(read(row)?);
        Ok(())
    })?;
    Ok(out)
}

/// Visits every row of a query.
pub(super) fn each(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    mut visit: impl FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()? {
        visit(row)?;
    }
    Ok(())
}

/// The first row of a query, if there is one.
pub(super) fn first<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T>,
) -> Result<Option<T>> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    rows.next()?.map(read).transpose()
}

/// The one value of a query that always has one.
pub(super) fn value<T: FromSql>(conn: &Connection, sql: &str, params: impl Params) -> Result<T> {
    Ok(conn.prepare_cached(sql)?.query_row(params, |row| row.get(0))?)
}

/// Runs a statement; how many rows it touched.
pub(super) fn run(conn: &Connection, sql: &str, params: impl Params) -> Result<usize> {
    Ok(conn.prepare_cached(sql)?.execute(params)?)
}

/// An id of sixteen bytes.
pub(super) fn id<T>(row: &Row<'_>, column: usize) -> Result<Id<T>> {
    Ok(Id::from_bytes(row.get(column)?))
}

/// An id that may be missing.
pub(super) fn maybe_id<T>(row: &Row<'_>, column: usize) -> Result<Option<Id<T>>> {
    Ok(row.get::<_, Option<[u8; 16]>>(column)?.map(Id::from_bytes))
}

/// A hash of 32 bytes.
pub(super) fn digest(row: &Row<'_>, column: usize) -> Result<Digest> {
    Ok(Digest(row.get(column)?))
}

/// An item's key.
pub(super) fn key(row: &Row<'_>, column: usize) -> Result<ItemKey> {
    Ok(ItemKey(row.get(column)?))
}

/// A word of one of the domain's vocabularies.
pub(super) fn word<T: FromStr<Err = UnknownWord>>(row: &Row<'_>, column: usize) -> Result<T> {
    let text = row.get_ref(column)?.as_str().map_err(|e| damaged(&e))?;
    text.parse().map_err(|e: UnknownWord| damaged(&e))
}

/// JSON that stands in a column.
pub(super) fn json(text: &str) -> Result<serde_json::Value> {
    serde_json::from_str(text).map_err(|e| damaged(&e))
}
