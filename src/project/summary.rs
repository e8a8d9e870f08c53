//! What an act holds, in words: in the names of people, labels and items, never by what the file knows them by.

use super::facts::TABLES;
use super::sql;
use crate::domain::ActId;
use crate::error::Result;
use rusqlite::Connection;
use serde_json::Value as Json;
use std::collections::HashMap;

/// Facts of one table are named one by one where they are no more than these; of more it is said how many.
const NAMED: u32 = 5;
/// A free text is shown so far.
const SHOWN: usize = 60;

/// For tables whose facts have names: what is said of each, in the order of writing.
const SAID: &[(&str, &str)] = &[
    (
        "person_revision",
        "SELECT coalesce('person ' || c.body, 'somebody erased') FROM person_revision x JOIN content c ON c.id = x.name
         WHERE x.act = ?1 ORDER BY c.body",
    ),
    ("question_revision", "SELECT 'question ' || name FROM question_revision WHERE act = ?1 ORDER BY name"),
    (
        "label_revision",
        "SELECT CASE WHEN o.name IS NULL THEN 'label ' || x.name
                WHEN x.split <> coalesce(o.split, '') THEN 'label ' || x.name || ' split'
                WHEN x.merged_into IS NOT NULL AND o.merged_into IS NULL THEN 'label ' || x.name || ' merged into '
                    || coalesce((SELECT m.name FROM label_revision m WHERE m.label = x.merged_into
                                 ORDER BY m.revision DESC LIMIT 1), 'another')
                WHEN x.retired > o.retired THEN 'label ' || x.name || ' retired'
                WHEN x.retired < o.retired THEN 'label ' || x.name || ' is back'
                WHEN x.name <> o.name THEN 'label ' || o.name || ' is called ' || x.name
                WHEN x.key IS NOT o.key THEN 'label ' || x.name || ' has the key ' || coalesce(x.key, '(none)')
                ELSE 'label ' || x.name || ' moved' END
         FROM label_revision x LEFT JOIN label_revision o
            ON o.question = x.question AND o.label = x.label AND o.revision = (
                SELECT max(y.revision) FROM label_revision y
                WHERE y.question = x.question AND y.label = x.label AND y.revision < x.revision)
         WHERE x.act = ?1 GROUP BY x.label, x.revision ORDER BY x.position",
    ),
    (
        "guidelines",
        "SELECT 'guidelines of ' || (SELECT q.name FROM question_revision q WHERE q.question = x.question
                                     ORDER BY q.act IN (SELECT act FROM dead), q.revision DESC LIMIT 1)
                || ', revision ' || x.revision
         FROM guidelines x WHERE x.act = ?1",
    ),
    (
        "review",
        "SELECT coalesce(i.id, substr(lower(hex(i.key)), 1, 12)) || ' sent back' FROM review x
         JOIN item i ON i.seq = x.item WHERE x.act = ?1 ORDER BY x.seq",
    ),
    (
        "reply",
        "SELECT 'reply about ' || coalesce(i.id, substr(lower(hex(i.key)), 1, 12)) FROM reply x
         JOIN item i ON i.seq = x.item WHERE x.act = ?1 ORDER BY x.seq",
    ),
    ("calibration", "SELECT 'calibration session ' || name FROM calibration WHERE act = ?1"),
    (
        "calibration_step",
        "SELECT 'calibration session ' || coalesce((SELECT c.name FROM calibration c WHERE c.id = x.calibration LIMIT 1), '?')
                || ' ' || x.step FROM calibration_step x WHERE x.act = ?1",
    ),
    ("snapshot", "SELECT 'snapshot ' || coalesce(name, number) FROM snapshot WHERE act = ?1"),
    ("run", "SELECT 'run ' || name FROM run WHERE act = ?1"),
    (
        "run_decision",
        "SELECT 'run ' || coalesce((SELECT r.name FROM run r WHERE r.id = x.run LIMIT 1), '?') || ' ' || x.decision
         FROM run_decision x WHERE x.act = ?1",
    ),
];

/// What people, questions and labels are called, also those that were taken back, by their ids in lowercase hex.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, String>);

impl Names {
    /// The names of a file.
    pub(super) fn of(conn: &Connection) -> Result<Self> {
        // The last of one id is kept: the newest revision of those that hold, else of those that were taken back.
        let query = "SELECT lower(hex(p.id)), coalesce(c.body, 'somebody erased'), r.act NOT IN (SELECT act FROM dead),
                    r.revision
                FROM person p JOIN person_revision r ON r.person = p.seq JOIN content c ON c.id = r.name
            UNION ALL
            SELECT lower(hex(q.id)), r.name, r.act NOT IN (SELECT act FROM dead), r.revision
                FROM question q JOIN question_revision r ON r.question = q.seq
            UNION ALL
            SELECT lower(hex(label)), name, act NOT IN (SELECT act FROM dead), revision FROM label_revision
            ORDER BY 3, 4";
        let pairs: Vec<(String, String)> = sql::list(conn, query, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self(pairs.into_iter().collect()))
    }

    /// A text, or what it is the id of.
    fn name<'a>(&'a self, text: &'a str) -> &'a str {
        self.0.get(&text.replace('-', "").to_lowercase()).map_or(text, String::as_str)
    }

    /// A stored value as people say it: `positive`, `sad, angry`, `0-6 person; 9-12 place`.
    fn value(&self, value: &Json) -> String {
        let list = |values: &[Json], between: &str| {
            values.iter().map(|value| self.value(value)).collect::<Vec<_>>().join(between)
        };
        match value {
            Json::String(text) if text.is_empty() => "(empty)".to_owned(),
            Json::String(text) => {
                let mut shown = self.name(text).to_owned();
                if let Some((end, _)) = shown.char_indices().nth(SHOWN) {
                    shown.replace_range(end.., "…");
                }
                shown
            }
            Json::Array(values) => match values.as_slice() {
                [] => "(none)".to_owned(),
                [start @ Json::Number(_), end @ Json::Number(_), label] => {
                    format!("{start}-{end} {}", self.value(label))
                }
                spans @ [Json::Array(_), ..] => list(spans, "; "),
                others => list(others, ", "),
            },
            other => other.to_string(),
        }
    }

    /// A setting and its value: `batch: 5`, `goal of ana: 40`, `ben need not qualify for quality`.
    fn setting(&self, name: &str, value: &Json) -> String {
        let mut parts = name.splitn(3, '.');
        let value_or = |unset: &str| if value.is_null() { unset.to_owned() } else { self.value(value) };
        match (parts.next(), parts.next(), parts.next()) {
            (Some("goal"), Some(person), None) => format!("goal of {}: {}", self.name(person), value_or("default")),
            (Some("route"), Some(person), None) => {
                format!("items that come to {}: {}", self.name(person), value_or("all"))
            }
            (Some("costs"), Some(question), None) => {
                let pair = |one: &Json| {
                    format!("{} said of {} {}", self.value(&one["said"]), self.value(&one["true"]), one["cost"])
                };
                let told: Vec<String> = value.as_array().into_iter().flatten().map(pair).collect();
                let told = if told.is_empty() { "every mistake 1".to_owned() } else { told.join(", ") };
                format!("costs of {}: {told}", self.name(question))
            }
            (Some("qualification"), Some(question), Some(person)) => {
                let (question, person) = (self.name(question), self.name(person));
                match value["waived"] == Json::Bool(true) {
                    true => format!("{person} need not qualify for {question}"),
                    false => format!("{person} begins again to qualify for {question}"),
                }
            }
            _ => format!("{name}: {}", value_or("default")),
        }
    }
}

/// What an act holds, in words.
pub(super) fn summary(conn: &Connection, names: &Names, act: i64, undoes: Option<ActId>) -> Result<String> {
    if let Some(target) = undoes {
        let target = sql::first(conn, "SELECT seq, undoes FROM act WHERE id = ?1", [target.as_bytes()], |row| {
            Ok((row.get::<_, i64>(0)?, sql::maybe_id(row, 1)?))
        })?;
        return match target {
            Some((seq, undoes)) => Ok(format!("takes back: {}", summary(conn, names, seq, undoes)?)),
            None => Ok("takes back an act that is not here".to_owned()),
        };
    }
    if let Some(said) = one_answer(conn, names, act)?.or(changes(conn, names, act)?) {
        return Ok(said);
    }
    let mut parts = Vec::new();
    for table in TABLES {
        let n: u32 = sql::value(conn, &format!("SELECT count(*) FROM {} WHERE act = ?1", table.name), [act])?;
        let (one, many) = table.called;
        let said = SAID.iter().find(|(name, _)| *name == table.name).filter(|_| (1..=NAMED).contains(&n));
        if let Some((_, query)) = said {
            parts.extend(sql::list(conn, query, [act], |row| Ok(row.get::<_, String>(0)?))?);
            continue;
        }
        match n {
            0 => {}
            1 => parts.push(format!("1 {one}")),
            n => parts.push(format!("{n} {many}")),
        }
    }
    Ok(if parts.is_empty() { "joins the copies".to_owned() } else { parts.join(", ") })
}

/// "positive to r-12", where an act is one answer or ruling.
fn one_answer(conn: &Connection, names: &Names, act: i64) -> Result<Option<String>> {
    for table in ["answer", "ruling"] {
        let skip = if table == "answer" { "x.skip" } else { "NULL" };
        let query = format!(
            "SELECT v.body, {skip}, coalesce(i.id, substr(lower(hex(i.key)), 1, 12)), count(*) OVER ()
             FROM {table} x JOIN item i ON i.seq = x.item LEFT JOIN content v ON v.id = x.value WHERE x.act = ?1 LIMIT 1"
        );
        let found = sql::first(conn, &query, [act], |row| {
            Ok((
                row.get::<_, Option<String>>(0)?,
                row.get::<_, Option<String>>(1)?,
                row.get::<_, String>(2)?,
                row.get::<_, u32>(3)?,
            ))
        })?;
        match found {
            Some((Some(value), _, item, 1)) => {
                return Ok(Some(format!("{} to {item}", names.value(&sql::json(&value)?))));
            }
            Some((None, Some(reason), item, 1)) => return Ok(Some(format!("{item} skipped: {reason}"))),
            Some((None, None, item, 1)) => return Ok(Some(format!("{item} skipped"))),
            _ => {}
        }
    }
    Ok(None)
}

/// The settings that an act changes, where that is what it is.
fn settings(conn: &Connection, names: &Names, act: i64) -> Result<Vec<String>> {
    let query = "SELECT name, value FROM setting_revision
        WHERE act = ?1 AND (SELECT kind FROM act WHERE seq = ?1) = 'setting' ORDER BY name";
    let set = sql::list(conn, query, [act], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    set.into_iter().map(|(name, value)| Ok(names.setting(&name, &sql::json(&value)?))).collect()
}

/// "batch: 5", "ben is called benny", "ben has left: moved on", where an act is changes of settings, of the name or role
/// of what was there, or of who takes part.
fn changes(conn: &Connection, names: &Names, act: i64) -> Result<Option<String>> {
    let query = "SELECT coalesce(b.body, 'somebody erased')
                || iif(o.name = x.name, ' is ' || x.role, ' is called ' || coalesce(c.body, 'erased'))
            FROM person_revision x JOIN content c ON c.id = x.name
            JOIN person_revision o ON o.person = x.person AND o.revision = x.revision - 1
            JOIN content b ON b.id = o.name WHERE x.act = ?1
        UNION ALL
        SELECT coalesce(b.body, 'somebody erased') || CASE x.state WHEN 'here' THEN ' is back'
                WHEN 'left' THEN ' has left' ELSE ' has left and counts no more' END
                || coalesce(': ' || c.body, '')
            FROM presence x LEFT JOIN content c ON c.id = x.reason
            JOIN person_revision o ON o.person = x.person AND o.act NOT IN (SELECT act FROM dead)
                AND o.revision = (SELECT max(y.revision) FROM person_revision y
                                  WHERE y.person = x.person AND y.act NOT IN (SELECT act FROM dead))
            JOIN content b ON b.id = o.name WHERE x.act = ?1
        UNION ALL
        SELECT o.name || ' is called ' || x.name FROM question_revision x
            JOIN question_revision o ON o.question = x.question AND o.revision = x.revision - 1 WHERE x.act = ?1
        UNION ALL
        SELECT 'who sees ' || name FROM field_revision
            WHERE act = ?1 AND (SELECT kind FROM act WHERE seq = ?1) = 'field'";
    let mut changes = settings(conn, names, act)?;
    changes.extend(sql::list(conn, query, [act], |row| Ok(row.get::<_, String>(0)?))?);
    Ok(if changes.is_empty() { None } else { Some(changes.join(", ")) })
}
