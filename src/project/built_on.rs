//! What keeps an act from being taken back: another's live act that builds on it, or a name that is another's by now.

use super::undo::Undone;
use super::{acts, people, questions, sql};
use crate::domain::PersonId;
use crate::error::{Error, Result};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Each query gives a person who has built on an act, and the reason names what they did.
const BUILT_ON: &[(&str, &str)] = &[
    (
        "SELECT t.person FROM answer a JOIN ruling r ON r.item = a.item AND r.question = a.question
         JOIN act t ON t.seq = r.act
         WHERE a.act = ?1 AND r.act > ?1 AND r.origin = 'adjudicated' AND t.person <> ?2
            AND r.act NOT IN (SELECT act FROM dead)",
        "has settled the item since",
    ),
    (
        "SELECT t.person FROM ruling x JOIN ruling r ON r.item = x.item AND r.question = x.question
         JOIN act t ON t.seq = r.act
         WHERE x.act = ?1 AND r.act > ?1 AND r.origin = x.origin AND t.person <> ?2
            AND r.act NOT IN (SELECT act FROM dead)",
        "has ruled on the same item since",
    ),
    (
        "SELECT t.person FROM (SELECT act, id AS calibration FROM calibration
                               UNION ALL SELECT act, calibration FROM calibration_step) x
         JOIN calibration_step s ON s.calibration = x.calibration JOIN act t ON t.seq = s.act
         WHERE x.act = ?1 AND s.act > ?1 AND t.person <> ?2 AND s.act NOT IN (SELECT act FROM dead)",
        "has gone on with the session since",
    ),
    (
        "SELECT t.person FROM label_revision x JOIN answer a ON a.question = x.question AND a.act > ?1
         JOIN content v ON v.id = a.value AND instr(v.body, lower(hex(x.label))) JOIN act t ON t.seq = a.act
         WHERE x.act = ?1 AND x.revision = (SELECT min(revision) FROM label_revision y WHERE y.label = x.label)
            AND a.act NOT IN (SELECT act FROM dead)",
        "has answered with the label",
    ),
    (
        "SELECT t.person FROM guidelines x JOIN answer a ON a.question = x.question AND a.guidelines = x.revision
         JOIN act t ON t.seq = a.act
         WHERE x.act = ?1 AND a.act > ?1 AND t.person <> ?2 AND a.act NOT IN (SELECT act FROM dead)",
        "has answered by these guidelines",
    ),
    (
        "SELECT t.person FROM item_version x JOIN answer a ON a.item = x.item JOIN act t ON t.seq = a.act
         WHERE x.act = ?1 AND a.act > ?1 AND a.act NOT IN (SELECT act FROM dead)",
        "has answered about its items",
    ),
    (
        "SELECT t.person FROM item_version x JOIN ruling r ON r.item = x.item JOIN act t ON t.seq = r.act
         WHERE x.act = ?1 AND r.act > ?1 AND r.act NOT IN (SELECT act FROM dead)",
        "has settled its items",
    ),
    (
        "SELECT t.person FROM split_rule x JOIN split_item i ON i.rule = x.id JOIN act t ON t.seq = i.act
         WHERE x.act = ?1 AND i.act > ?1 AND i.act NOT IN (SELECT act FROM dead)",
        "has brought items that it placed",
    ),
    (
        "SELECT t.person FROM run x JOIN run_decision d ON d.run = x.id JOIN act t ON t.seq = d.act
         WHERE x.act = ?1 AND d.act > ?1 AND t.person <> ?2 AND d.act NOT IN (SELECT act FROM dead)",
        "has decided on the run",
    ),
    (
        "SELECT t.person FROM person_revision x JOIN person p ON p.seq = x.person JOIN act t ON t.person = p.id
         WHERE x.act = ?1 AND x.revision = 1 AND t.seq > ?1 AND t.seq NOT IN (SELECT act FROM dead)",
        "came with it and has done more since",
    ),
];

/// Facts that come in revisions, what tells one thing's from another's, and what another's newer revision did.
const REVISED: &[(&str, &str, &str)] = &[
    ("label_revision", "question, label", "has changed the label since"),
    ("setting_revision", "name", "has changed the setting since"),
    ("field_revision", "name", "has changed the field since"),
    ("guidelines", "question", "has written guidelines since"),
    ("question_revision", "question", "has changed the question since"),
    ("person_revision", "person", "has changed the person since"),
    ("presence", "person", "has recorded since whether they take part"),
];

/// Refuses, with the reason, to take an act back that another's live act builds on.
pub(super) fn refuse(conn: &Connection, act: i64, by: PersonId, undone: &Undone) -> Result<()> {
    for (query, what) in BUILT_ON {
        refuse_if(conn, query, what, act, by, undone)?;
    }
    for (table, thing, what) in REVISED {
        let query = format!(
            "SELECT t.person FROM {table} x JOIN {table} r USING ({thing}) JOIN act t ON t.seq = r.act
             WHERE x.act = ?1 AND r.act > ?1 AND t.person <> ?2 AND r.act NOT IN (SELECT act FROM dead)"
        );
        refuse_if(conn, &query, what, act, by, undone)?;
    }
    Ok(())
}

fn refuse_if(conn: &Connection, query: &str, what: &str, act: i64, by: PersonId, undone: &Undone) -> Result<()> {
    let query = format!("{query} AND ?2 IS NOT NULL LIMIT 1");
    let Some(person) = sql::first(conn, &query, (act, by.as_bytes()), |row| sql::id(row, 0))? else { return Ok(()) };
    let name = acts::name_of(conn, person)?;
    Err(Error::conflict(format!("\"{}\" cannot be taken back: {name} {what}", undone.summary))
        .hint(format!("let {name} take that back first, or change it instead")))
}

/// What several people, questions, or labels of one question are called; copies that were merged may have such.
pub(super) fn namesakes(conn: &Connection) -> Result<BTreeSet<String>> {
    let mut names: Vec<String> = people::people(conn)?
        .into_iter()
        .filter_map(|p| p.name)
        .map(|name| format!("person is called {name}"))
        .collect();
    for question in questions::questions(conn)? {
        names.push(format!("question is called {}", question.name));
        names
            .extend(question.live_labels().map(|label| format!("label of {} is called {}", question.name, label.name)));
    }
    names.sort();
    Ok(names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone()).collect())
}

/// Refuses what has just brought a name back that was given to another meanwhile.
pub(super) fn refuse_new_namesakes(conn: &Connection, before: &BTreeSet<String>, undone: &Undone) -> Result<()> {
    match namesakes(conn)?.difference(before).next() {
        None => Ok(()),
        Some(name) => Err(Error::conflict(format!("not with \"{}\": another {name} by now", undone.summary))
            .hint("give that one another name first")),
    }
}
