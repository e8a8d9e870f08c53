//! Settings of the project: facts like everything else, newest revision first.

use super::facts::{self, Cell};
use super::{Project, Writer, sql};
use crate::error::Result;
use rusqlite::Connection;
use serde_json::Value as Json;
use std::collections::BTreeMap;

impl Project {
    /// A setting, if it was ever made; JSON null takes one back.
    pub fn setting(&self, name: &str) -> Result<Option<Json>> {
        setting(&self.conn, name)
    }

    /// Every setting that was made.
    pub fn settings(&self) -> Result<BTreeMap<String, Json>> {
        settings(&self.conn)
    }
}

impl Writer<'_> {
    /// Makes a setting.
    pub fn set_setting(&mut self, name: &str, value: &Json) -> Result<()> {
        if settings(self.conn)?.get(name).unwrap_or(&Json::Null) == value {
            return Ok(());
        }
        let revision: i64 = sql::value(
            self.conn,
            "SELECT coalesce(max(revision), 0) + 1 FROM setting_revision WHERE name = ?1",
            [name],
        )?;
        self.fact(&facts::SETTING, &[Cell::Text(name), Cell::Int(revision), Cell::Text(&value.to_string())])
    }
}

/// One setting, if it was ever made and not taken back.
pub(super) fn setting(conn: &Connection, name: &str) -> Result<Option<Json>> {
    let query = "SELECT s.value FROM setting_revision s JOIN act a ON a.seq = s.act
                 WHERE s.name = ?1 AND s.act NOT IN (SELECT act FROM dead) ORDER BY s.revision DESC, a.id DESC LIMIT 1";
    let found = sql::first(conn, query, [name], |row| sql::json(&row.get::<_, String>(0)?))?;
    Ok(found.filter(|value: &Json| !value.is_null()))
}

fn settings(conn: &Connection) -> Result<BTreeMap<String, Json>> {
    let mut settings = BTreeMap::new();
    let query = "SELECT s.name, s.value FROM setting_revision s JOIN act a ON a.seq = s.act
                 WHERE s.act NOT IN (SELECT act FROM dead) ORDER BY s.name, s.revision, a.id";
    sql::each(conn, query, [], |row| {
        settings.insert(row.get(0)?, sql::json(&row.get::<_, String>(1)?)?);
        Ok(())
    })?;
    settings.retain(|_, value: &mut Json| !value.is_null());
    Ok(settings)
}
